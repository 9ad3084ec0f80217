"""SOQL, the one query language of people and programs, to the same `Query` that lists and reports make.

What the dialect takes is told in docs/soql.md. Syntax is soql_syntax.py's, values soql_literals.py's, names
soql_names.py's; here they are put together. Nothing here decides what a reader may see: the query's compiler does, for
every query.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from dougong.access.principal import Principal
from dougong.expressions.ast import (
    TRUE,
    Among,
    Compare,
    Condition,
    Not,
    Operator,
    Path,
    Selection,
    Value,
    all_of,
    any_of,
)
from dougong.expressions.check import Comparable, check_among, check_compare, check_size
from dougong.expressions.nearest import nearest
from dougong.expressions.operators import NULL_TESTS
from dougong.kit.errors import BadRequest
from dougong.kit.limits import COUNT_CAP, PAGE_SIZE_MAX, QUERY_FIELDS_MAX
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.read.query import (
    AGGREGATES,
    AggregateCondition,
    Call,
    Child,
    Column,
    Function,
    Order,
    Query,
    Term,
)
from dougong.records.read.soql_literals import value_of, whole_number
from dougong.records.read.soql_names import Named, Names, find_children, find_object, of_scalar
from dougong.records.read.soql_syntax import parse_text
from dougong.records.read.soql_tree import (
    Comparison,
    Expression,
    FunctionCall,
    Group,
    Item,
    Name,
    Place,
    Select,
    Test,
    refuse,
)

LIMIT_MAX = 1_000_000
"""Largest LIMIT that is understood; a page gives at most `PAGE_SIZE_MAX` of it."""

_FUNCTIONS = {
    **{function.value: function for function in Function},
    # The fiscal year is the calendar year (soql_literals).
    "fiscal_year": Function.YEAR,
    "fiscal_quarter": Function.QUARTER,
}
_CALENDAR = frozenset({Function.YEAR, Function.QUARTER, Function.MONTH, Function.DAY})
_FIELD_SETS = frozenset({"all", "standard", "custom"})


def parse_soql(text: str, registry: Registry, principal: Principal | None = None) -> Query:
    """The query that `text` asks. With `principal`, names that they may not see do not exist (nor are they suggested).

    Raises BadRequest with `line` and `column` in its params: bad syntax (what was expected), unknown names (the
    nearest), values that do not fit their field, and more of anything than `kit.limits` allows.
    """
    return _query(parse_text(text), registry, principal)


def _query(select: Select, registry: Registry, principal: Principal | None) -> Query:
    with _at(select.source.place):
        obj = find_object(registry, select.source.text, principal)
    reader = _Reader.of(select, registry, obj, principal)
    if select.children and reader.is_aggregate:
        refuse("soql.children_of_aggregate", select.children[0].source.place)
    children = [_child(child, registry, obj, principal) for child in select.children]
    _check_unique([(child.name, source.source) for child, source in zip(children, select.children, strict=True)])
    having = reader.having(select.having)
    return Query(
        object=obj.name,
        columns=tuple(reader.columns) or (Column(Path(("id",)), "id"),),
        where=reader.where(select.where),
        group=reader.group,
        having=having,
        order=reader.order(select),
        limit=PAGE_SIZE_MAX,
        most=None if select.limit is None else whole_number(select.limit, LIMIT_MAX),
        offset=0 if select.offset is None else whole_number(select.offset, COUNT_CAP),
        children=tuple(children),
    )


def _child(select: Select, registry: Registry, parent: Object, principal: Principal | None) -> Child:
    with _at(select.source.place):
        obj, link = find_children(registry, parent, select.source.text, principal)
    reader = _Reader.of(select, registry, obj, principal)
    if select.children or select.group or select.offset is not None or reader.is_aggregate:
        refuse("soql.child_too_rich", select.source.place)
    query = Query(
        object=obj.name,
        columns=tuple(reader.columns),
        where=reader.where(select.where),
        order=reader.order(select),
        limit=PAGE_SIZE_MAX if select.limit is None else whole_number(select.limit, PAGE_SIZE_MAX),
    )
    return Child(select.source.text.lower(), link.name, query)


@contextmanager
def _at(place: Place) -> Iterator[None]:
    """Gives the errors of the block their place in the text."""
    try:
        yield
    except BadRequest as error:
        if "line" in error.params:
            raise
        params = {**error.params, "line": place.line, "column": place.column}
        raise BadRequest(error.code, field=error.field, **params) from error


def _check_unique(names: Sequence[tuple[str, Name | FunctionCall]]) -> None:
    seen: set[str] = set()
    for name, where in names:
        if name in seen:
            refuse("soql.column_twice", where.place, name=name)
        seen.add(name)


@dataclass
class _Reader:
    """Reads the clauses of one SELECT over one object."""

    names: Names
    own_names: frozenset[str]
    """What may stand before a path for the object itself: its name and its alias."""
    columns: list[Column] = field(default_factory=list)
    group: tuple[Term, ...] = ()

    @classmethod
    def of(cls, select: Select, registry: Registry, obj: Object, principal: Principal | None) -> "_Reader":
        """The reader of `select` with its columns and groups read."""
        own = {select.source.text.lower(), obj.name} | ({select.alias.text.lower()} if select.alias else set())
        reader = cls(Names(registry, obj, principal), frozenset(own))
        named = [column for item in select.items for column in reader._columns(item)]
        if len(named) > QUERY_FIELDS_MAX:
            raise BadRequest("query.too_many_fields", field="fields", maximum=QUERY_FIELDS_MAX)
        _check_unique([(column.name, expression) for column, expression in named])
        reader.columns = [column for column, _ in named]
        reader.group = tuple(reader._named_term(expression) for expression in select.group)
        return reader

    @property
    def is_aggregate(self) -> bool:
        """Whether the answer has groups instead of records."""
        return bool(self.group) or any(_is_aggregate(column.term) for column in self.columns)

    # SELECT

    def _columns(self, item: Item) -> list[tuple[Column, Expression]]:
        expression = item.expression
        if isinstance(expression, FunctionCall) and expression.name.lower() == "fields":
            return [(column, expression) for column in self._all_fields(expression, item)]
        term = self._term(expression)
        name = item.alias.text if item.alias is not None else _default_name(term)
        return [(Column(term, name), expression)]

    def _all_fields(self, call: FunctionCall, item: Item) -> list[Column]:
        argument = call.argument
        if not isinstance(argument, Name) or argument.text.lower() not in _FIELD_SETS or item.alias is not None:
            refuse("soql.fields", call.place)
        return [Column(Path((found.name,)), found.name) for found in self.names.fields()]

    # Terms

    def _term(self, expression: Expression) -> Term:
        if isinstance(expression, Name):
            return self._named(expression).path
        function = _FUNCTIONS.get(expression.name.lower())
        if function is None:
            near = nearest(expression.name, _FUNCTIONS, similar=0.6).upper()
            known = ", ".join(function.value.upper() for function in Function)
            refuse("soql.unknown_function", expression.place, name=expression.name[:60], nearest=near, known=known)
        argument = expression.argument
        if argument is None:
            if function is not Function.COUNT:
                refuse("soql.function_needs_field", expression.place, name=function.value.upper())
            return Call(function)
        return Call(function, self._argument(function, argument).path)

    def _argument(self, function: Function, argument: Expression) -> Named:
        """The field in a function's brackets. `convertTimezone` says what calendar functions do anyway."""
        if isinstance(argument, Name):
            return self._named(argument)
        inner = argument.argument
        converts = argument.name.lower() == "converttimezone" and function in _CALENDAR
        if not converts or not isinstance(inner, Name):
            refuse("soql.nested_function", argument.place, name=argument.name[:60])
        return self._named(inner)

    def _named(self, name: Name) -> Named:
        with _at(name.place):
            if len(name.steps) > 1 and name.steps[0].lower() in self.own_names:
                # A lookup of that name goes first: `account.name` from a subsidiary's point of view is its parent's.
                try:
                    return self.names.named(name.steps)
                except BadRequest:
                    return self.names.named(name.steps[1:])
            return self.names.named(name.steps)

    def _named_term(self, expression: Expression) -> Term:
        """A term of GROUP BY or ORDER BY: a column by its alias, or a term of its own."""
        if isinstance(expression, Name) and len(expression.steps) == 1:
            for column in self.columns:
                if column.name.lower() == expression.text.lower():
                    return column.term
        return self._term(expression)

    # ORDER BY

    def order(self, select: Select) -> tuple[Order, ...]:
        """The sort keys."""
        return tuple(Order(self._named_term(key.expression), key.descending, key.nulls_first) for key in select.order)

    # WHERE

    def where(self, test: Test | None) -> Condition:
        """The condition of WHERE, checked against the fields' types."""
        if test is None:
            return TRUE
        condition = _tree(test, self._comparison)
        check_size(condition)
        return condition

    def _comparison(self, comparison: Comparison) -> Condition:
        expression = comparison.expression
        if isinstance(expression, FunctionCall):
            return self._calendar_comparison(comparison, expression)
        named = self._named(expression)
        with _at(expression.place):
            tests = comparison.operator in NULL_TESTS or _is_null_written_as_value(comparison)
            comparable = named.testable if tests else named.comparable
        if comparison.selection is not None:
            return self._among(comparison, comparison.selection, named.path, comparable)
        return _compared(comparison, named.path, comparable)

    def _among(self, comparison: Comparison, select: Select, path: Path, comparable: Comparable) -> Condition:
        """`id IN (SELECT account_id FROM opportunity WHERE …)`: one field of one object, and what it must meet."""
        term = select.items[0].expression if len(select.items) == 1 else None
        clauses = (select.group, select.having, select.order, select.limit, select.offset, select.children)
        if not isinstance(term, Name) or any(clause not in {None, ()} for clause in clauses):
            refuse("soql.selection_too_rich", select.source.place)
        with _at(select.source.place):
            obj = find_object(self.names.registry, select.source.text, self.names.principal)
        inner = _Reader.of(select, self.names.registry, obj, self.names.principal)
        selected = inner._named(term)
        among = Among(
            path,
            Selection(obj.name, selected.path, inner.where(select.where)),
            negated=comparison.operator is Operator.NOT_IN,
        )
        with _at(term.place):
            check_among(among, comparable, selected.comparable)
        return among

    def _calendar_comparison(self, comparison: Comparison, call: FunctionCall) -> Condition:
        """`CALENDAR_YEAR(close_date) = 2026`, `DAY_ONLY(created_at) = TODAY`: ranges of dates, which indexes serve."""
        function = _FUNCTIONS.get(call.name.lower())
        if function not in {Function.YEAR, Function.DAY} or call.argument is None or comparison.selection is not None:
            refuse("soql.function_in_where", call.place, name=call.name[:60])
        named = self._argument(function, call.argument)
        if named.scalar not in {"date", "datetime"}:
            refuse("soql.function_in_where", call.place, name=call.name[:60])
        if function is Function.DAY:
            # A date means the whole day already.
            return _compared(comparison, named.path, named.comparable)
        literal = comparison.values[0] if comparison.values else None
        if literal is None or literal.kind != "number" or comparison.operator not in _YEAR_RANGES:
            refuse("soql.year", call.place)
        year = whole_number(literal, 9998)
        if year < 1:
            refuse("soql.year", literal.place)
        return _YEAR_RANGES[comparison.operator](named.path, date(year, 1, 1), date(year + 1, 1, 1))

    # HAVING

    def having(self, test: Test | None) -> AggregateCondition | None:
        """The condition of HAVING over output columns; what it names beside them is added to them."""
        if test is None:
            return None

        def compared(comparison: Comparison) -> Condition:
            if comparison.selection is not None:
                with _at(comparison.place):
                    raise BadRequest("query.selection_place", object=comparison.selection.source.text)
            column = self._output(comparison.expression)
            with _at(comparison.place):
                comparable = self._type_of(column.term)
            return _compared(comparison, Path((column.name,)), comparable)

        condition = _tree(test, compared)
        check_size(condition)
        return AggregateCondition(condition)

    def _output(self, expression: Expression) -> Column:
        term = self._named_term(expression)
        for column in self.columns:
            if column.term == term:
                return column
        self.columns.append(Column(term, _default_name(term)))
        return self.columns[-1]

    def _type_of(self, term: Term) -> Comparable:
        """What an output column can be compared with."""
        if isinstance(term, Path):
            return self.names.named(term.steps).comparable
        if term.path is not None and term.function in {Function.MIN, Function.MAX}:
            return of_scalar(self.names.named(term.path.steps).scalar)
        return of_scalar("date" if term.function is Function.DAY else "number")


def _inside(path: Path, start: date, end: date) -> Condition:
    return all_of(Compare(path, Operator.GE, (start,)), Compare(path, Operator.LT, (end,)))


def _outside(path: Path, start: date, end: date) -> Condition:
    return all_of(Compare(path, Operator.NOT_NULL), Not(_inside(path, start, end)))


_YEAR_RANGES: Mapping[Operator, Callable[[Path, date, date], Condition]] = {
    Operator.EQ: _inside,
    Operator.NE: _outside,
    Operator.LT: lambda path, start, _end: Compare(path, Operator.LT, (start,)),
    Operator.LE: lambda path, _start, end: Compare(path, Operator.LT, (end,)),
    Operator.GT: lambda path, _start, end: Compare(path, Operator.GE, (end,)),
    Operator.GE: lambda path, start, _end: Compare(path, Operator.GE, (start,)),
}
"""How a comparison with a year, given by its first day and the next one's, is written as a range of dates."""


def _is_aggregate(term: Term) -> bool:
    return isinstance(term, Call) and term.function in AGGREGATES


def _default_name(term: Term) -> str:
    """How a column without an alias is called: `account.name`, `sum(amount)`, `count()`."""
    if isinstance(term, Path):
        return str(term)
    return f"{term.function.value}({'' if term.path is None else term.path})"


def _tree(test: Test, compared: Callable[[Comparison], Condition]) -> Condition:
    """The tree of a test; its depth is bounded by the parser."""
    if isinstance(test, Comparison):
        return compared(test)
    items = [_tree(item, compared) for item in test.items]
    return _joined(test, items)


def _joined(group: Group, items: list[Condition]) -> Condition:
    if group.word == "and":
        return all_of(*items)
    return any_of(*items) if group.word == "or" else Not(items[0])


def _compared(comparison: Comparison, path: Path, comparable: Comparable) -> Condition:
    """One comparison in the terms of the tree: what SOQL writes otherwise is translated here."""
    operator = comparison.operator
    given = [value_of(literal, operator) for literal in comparison.values]
    place = comparison.values[0].place if comparison.values else comparison.place
    with _at(place):
        if _is_null_written_as_value(comparison):
            null_test = Operator.IS_NULL if operator is Operator.EQ else Operator.NOT_NULL
            return check_compare(Compare(path, null_test), comparable)
        if comparable.scalar == "texts":
            return _set_compared(operator, path, given, comparable)
        return check_compare(Compare(path, operator, tuple(given)), comparable)


def _is_null_written_as_value(comparison: Comparison) -> bool:
    """`= null`, or `!= ''`, which says the same."""
    blank = len(comparison.values) == 1 and value_of(comparison.values[0], comparison.operator) in {None, ""}
    return blank and comparison.operator in {Operator.EQ, Operator.NE}


def _set_compared(operator: Operator, path: Path, given: Sequence[Value], comparable: Comparable) -> Condition:
    """Multi-selects, where `'a;b'` means both: `= 'a;b'` just these two, `INCLUDES ('a;b', 'c')` both or c."""

    def compare(chosen: Operator, values: Sequence[Value]) -> Condition:
        return check_compare(Compare(path, chosen, tuple(values)), comparable)

    sets = [value.split(";") if isinstance(value, str) else [value] for value in given]
    if operator not in {Operator.INCLUDES, Operator.EXCLUDES}:
        return compare(operator, sets[0] if len(sets) == 1 else given)
    singles = [values[0] for values in sets if len(values) == 1]
    several = [all_of(*(compare(Operator.INCLUDES, [v]) for v in values)) for values in sets if len(values) > 1]
    if operator is Operator.INCLUDES:
        return any_of(*([compare(operator, singles)] if singles else []), *several)
    return all_of(compare(operator, singles), *(Not(both) for both in several))
