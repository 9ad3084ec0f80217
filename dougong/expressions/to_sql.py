"""The SQL back end: a condition as a SQLAlchemy expression, with every value bound.

Invariants. No value of a condition becomes SQL text: it enters through `bind` only. Conditions of equal `shape` compile
to the same SQL, and `values` gives the parameters of each. A condition narrows the rows of the query it is put into and
joins nothing: `resolve` gives a column for a path, and the caller sees to the to-one joins behind it.

NULL: in positive position a comparison may be NULL where the rule says false, which WHERE, AND and OR do not tell
apart; `Not` is compiled to IS NOT TRUE, so that the difference is never seen. Indexes stay usable.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from dougong.expressions.ast import (
    Among,
    And,
    Compare,
    Condition,
    DateRange,
    Me,
    Not,
    Operator,
    Or,
    Path,
    Selection,
    Value,
)
from dougong.expressions.context import EvaluationContext
from dougong.expressions.dates import Days, add_days, days_of, moments_of
from dougong.expressions.operators import OPERATORS_BY_SCALAR, PATTERNS, SET_OPERATORS, operator_refused
from dougong.expressions.shape import BLANK, DATE, NUMBER, RANGE, leaves, list_tag, tag

Predicate = sa.ColumnElement[bool]
Take = Callable[[tuple[Value, ...], EvaluationContext], object]


@dataclass(frozen=True)
class Operand:
    """What a path is in SQL: its column and its scalar type (see `metadata.field_types.Kind.scalar`)."""

    column: sa.ColumnElement[Any]
    scalar: str


@dataclass(frozen=True)
class Slot:
    """One parameter of the compiled SQL: the number of its comparison and how it is taken from that one's values."""

    leaf: int
    take: Take


Resolve = Callable[[Path], Operand]
Enter = Callable[[Selection], "Inner"]


@dataclass(frozen=True)
class Inner:
    """The records that a selection is made from, while its SQL is built: what its paths are, and those of its own."""

    resolve: Resolve
    enter: Enter
    exists: Callable[[Predicate], Predicate]
    """Whether one of the records that the reader may see meets the predicate; called after all paths are resolved."""


def enter_nothing(selection: Selection) -> Inner:
    """For conditions that select from no other records."""
    raise LookupError(selection.object)


Bind = Callable[[Slot, sa.types.TypeEngine[Any]], sa.BindParameter[Any]]


@dataclass
class Parameters:
    """Names the parameters of one condition (`p0`, `p1`, … after a prefix) and remembers how to fill them."""

    prefix: str = "p"
    slots: list[tuple[str, Slot]] = field(default_factory=list)

    def bind(self, slot: Slot, type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
        """The next parameter: give this method to `compile_condition`."""
        name = f"{self.prefix}{len(self.slots)}"
        self.slots.append((name, slot))
        return sa.bindparam(name, type_=type_)

    def values(self, condition: Condition, context: EvaluationContext) -> dict[str, object]:
        """The parameters' values for any condition of the shape that was compiled."""
        found = values([slot for _, slot in self.slots], condition, context)
        return {name: value for (name, _), value in zip(self.slots, found, strict=True)}


def values(slots: Sequence[Slot], condition: Condition, context: EvaluationContext) -> list[object]:
    """The values of `slots`, in their order, for a condition of the same shape as the one that was compiled."""
    if not slots:
        return []
    given = [leaf.values for leaf in leaves(condition)]
    return [slot.take(given[slot.leaf], context) for slot in slots]


def compile_condition(condition: Condition, resolve: Resolve, bind: Bind, enter: Enter = enter_nothing) -> Predicate:
    """`condition` as SQL. It must have passed `check_condition`, which gives its values the types of their fields.

    `bind` is called once for each parameter, always in the same order for the same shape. Raises BadRequest for an
    operator that the path's scalar type has not, and whatever `resolve` and `enter` raise for unknown names.
    """
    return _Compiler(resolve, enter, bind).condition(condition)


@dataclass
class _Compiler:
    resolve: Resolve
    enter: Enter
    bind: Bind
    leaf: int = 0

    def condition(self, condition: Condition) -> Predicate:
        match condition:
            case Compare(path):
                operand = self.resolve(path)
                predicate = _compare(condition, operand, partial(_bind_slot, self.bind, self.leaf))
                self.leaf += 1
                return predicate
            case Among():
                return self.among(condition)
            case And(items):
                return sa.and_(sa.true(), *[self.condition(item) for item in items])
            case Or(items):
                return sa.or_(sa.false(), *[self.condition(item) for item in items])
            case Not(item):
                return self.condition(item).is_not(sa.true())

    def among(self, among: Among) -> Predicate:
        """EXISTS and NOT EXISTS, which PostgreSQL plans as joins; its NOT IN would be neither, nor mean the same."""
        column, inner = self.resolve(among.path).column, self.enter(among.selection)
        selected = inner.resolve(among.selection.field).column
        within = _Compiler(inner.resolve, inner.enter, self.bind, self.leaf)
        where = within.condition(among.selection.where)
        self.leaf = within.leaf
        found = inner.exists(sa.and_(selected == column, where))
        return sa.and_(column.is_not(None), sa.not_(found)) if among.negated else found


BindTake = Callable[[Take, "sa.types.TypeEngine[Any]"], sa.BindParameter[Any]]


def _bind_slot(bind: Bind, leaf: int, take: Take, type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
    return bind(Slot(leaf, take), type_)


_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "texts": sa.Text(),
    "number": sa.BigInteger(),
    "id": sa.BigInteger(),
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "datetime": sa.DateTime(timezone=True),
    "time": sa.Time(),
}
_DECIMAL = sa.Numeric()


def _type(scalar: str, *, decimal: bool) -> sa.types.TypeEngine[Any]:
    """The parameter's type. Whole numbers are bigint, so that a comparison with an integer column can use its index."""
    return _DECIMAL if decimal else _TYPES[scalar]


def _is_range(value_tag: str, scalar: str) -> bool:
    return value_tag == RANGE or (value_tag == DATE and scalar == "datetime")


# How a parameter's value is taken from the values of its comparison.


def _plain(value: Value, context: EvaluationContext) -> object:
    return context.me if isinstance(value, Me) else value


def _first(given: tuple[Value, ...], context: EvaluationContext) -> object:
    return _plain(given[0], context)


def _pattern(make: Callable[[str], str], given: tuple[Value, ...], _context: EvaluationContext) -> object:
    return make(str(given[0]))


def _exact(scalar: str, given: tuple[Value, ...], context: EvaluationContext) -> object:
    exact = [_plain(value, context) for value in given if value is not None and not _is_range(tag(value), scalar)]
    if scalar in {"number", "id"} and not list_tag(given)[1]:
        # An array has one type: with a decimal among them all are decimals.
        return [Decimal(value) if isinstance(value, int) else value for value in exact]
    return exact


def _span(scalar: str, value: Value, context: EvaluationContext) -> tuple[date, date]:
    days: Days
    if isinstance(value, DateRange):
        days = days_of(value, context.today)
    elif isinstance(value, date):
        days = value, add_days(value, 1)
    else:
        raise TypeError(value)
    return moments_of(days, context.zone) if scalar == "datetime" else days


def _bound(scalar: str, end: int, nth: int | None, given: tuple[Value, ...], context: EvaluationContext) -> object:
    """The start (`end` 0) or the end (1) of the comparison's only value, or of the nth range of its list."""
    value = given[0] if nth is None else [v for v in given if _is_range(tag(v), scalar)][nth]
    return _span(scalar, value, context)[end]


# Comparisons.


def _compare(compare: Compare, operand: Operand, bind: BindTake) -> Predicate:
    column, given = operand.column, compare.values
    if compare.operator not in OPERATORS_BY_SCALAR[operand.scalar]:
        raise operator_refused(compare, OPERATORS_BY_SCALAR[operand.scalar])
    match compare.operator:
        case Operator.IS_NULL:
            return column.is_(None)
        case Operator.NOT_NULL:
            return column.is_not(None)
        case Operator.LIKE | Operator.CONTAINS | Operator.STARTS_WITH:
            return _like(operand, given, PATTERNS[compare.operator], bind)
        case Operator.IN:
            return _in_list(operand, given, bind)
        case Operator.NOT_IN:
            return _not_in_list(operand, given, bind)
        case _ if operand.scalar == "texts":
            return _compare_set(operand, compare, bind)
        case _:
            return _order(operand, compare, bind)


def _like(operand: Operand, given: tuple[Value, ...], make: Callable[[str], str], bind: BindTake) -> Predicate:
    if given[0] is None:
        return sa.false()
    return sa.func.lower(operand.column).like(bind(partial(_pattern, make), sa.Text()))


def _in_list(operand: Operand, given: tuple[Value, ...], bind: BindTake) -> Predicate:
    column, scalar = operand.column, operand.scalar
    blank, whole, ranges, dates = list_tag(given)
    array = bind(partial(_exact, scalar), sa.ARRAY(_type(scalar, decimal=not whole)))
    found: list[Predicate] = [column == sa.any_(array)]
    found += [_inside(operand, nth, bind) for nth in range(ranges + (dates if scalar == "datetime" else 0))]
    if blank:
        found.append(column.is_(None))
    return sa.or_(*found)


def _not_in_list(operand: Operand, given: tuple[Value, ...], bind: BindTake) -> Predicate:
    column, scalar = operand.column, operand.scalar
    _, whole, ranges, dates = list_tag(given)
    array = bind(partial(_exact, scalar), sa.ARRAY(_type(scalar, decimal=not whole)))
    # Said in full, because NULL <> ALL('{}') is true in SQL.
    found: list[Predicate] = [column.is_not(None), column != sa.all_(array)]
    found += [_outside(operand, nth, bind) for nth in range(ranges + (dates if scalar == "datetime" else 0))]
    return sa.and_(*found)


def _inside(operand: Operand, nth: int | None, bind: BindTake) -> Predicate:
    column, scalar, type_ = operand.column, operand.scalar, _TYPES[operand.scalar]
    start = bind(partial(_bound, scalar, 0, nth), type_)
    end = bind(partial(_bound, scalar, 1, nth), type_)
    return sa.and_(column >= start, column < end)


def _outside(operand: Operand, nth: int | None, bind: BindTake) -> Predicate:
    column, scalar, type_ = operand.column, operand.scalar, _TYPES[operand.scalar]
    start = bind(partial(_bound, scalar, 0, nth), type_)
    end = bind(partial(_bound, scalar, 1, nth), type_)
    return sa.or_(column < start, column >= end)


def _compare_set(operand: Operand, compare: Compare, bind: BindTake) -> Predicate:
    """A multi-select field: its options are a set, their order says nothing."""
    column, equal = operand.column, compare.operator is Operator.EQ
    if compare.operator in SET_OPERATORS and all(value is None for value in compare.values):
        return column.is_(None) if equal else sa.false()
    array = bind(partial(_exact, operand.scalar), sa.ARRAY(sa.Text()))
    if compare.operator is Operator.INCLUDES:
        return column.bool_op("&&")(array)
    if compare.operator is Operator.EXCLUDES:
        # IS FALSE and not NOT: it says no to a blank field, and SQLAlchemy would leave NOT without brackets.
        return column.bool_op("&&")(array).is_(sa.false())
    same = sa.and_(column.bool_op("@>")(array), column.bool_op("<@")(array))
    return same if equal else same.is_(sa.false())


def _order(operand: Operand, compare: Compare, bind: BindTake) -> Predicate:
    """One of = != < <= > >= with one value."""
    column, scalar, operator = operand.column, operand.scalar, compare.operator
    value_tag = tag(compare.values[0])
    if value_tag == BLANK:
        return column.is_(None) if operator is Operator.EQ else sa.false()
    if _is_range(value_tag, scalar):
        return _order_range(operand, operator, bind)
    value = bind(_first, _type(scalar, decimal=value_tag == NUMBER))
    if operator is Operator.EQ:
        return column == value
    if operator is Operator.NE:
        return column != value
    if scalar == "text":
        # Code point order, as Python's: the database's own collation would make the two back ends differ.
        column = sa.collate(column, "C")
    if operator is Operator.LT:
        return column < value
    if operator is Operator.LE:
        return column <= value
    return column > value if operator is Operator.GT else column >= value


def _order_range(operand: Operand, operator: Operator, bind: BindTake) -> Predicate:
    """A comparison with a range: `=` inside it, `<` before its start, `>` from its end on."""
    column, scalar, type_ = operand.column, operand.scalar, _TYPES[operand.scalar]
    if operator is Operator.EQ:
        return _inside(operand, None, bind)
    if operator is Operator.NE:
        return _outside(operand, None, bind)
    if operator is Operator.LT:
        return column < bind(partial(_bound, scalar, 0, None), type_)
    if operator is Operator.LE:
        return column < bind(partial(_bound, scalar, 1, None), type_)
    if operator is Operator.GT:
        return column >= bind(partial(_bound, scalar, 1, None), type_)
    return column >= bind(partial(_bound, scalar, 0, None), type_)
