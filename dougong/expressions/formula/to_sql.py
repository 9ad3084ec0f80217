"""The SQL back end: a formula as a SQLAlchemy expression, which filters, sorts, groups and sums like a column.

Invariants. Constants are bound, never text. The expression raises no error whatever the rows hold: every division,
date and number is guarded, because one bad record must not take a whole list away. What cannot be computed is NULL.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from dougong.expressions.dates import FIRST_DAY, LAST_DAY
from dougong.expressions.formula.limits import DAYS_MAX, MONTHS_MAX, REPLACEMENT_MAX, SHIFT_MAX, WHITE
from dougong.expressions.formula.numbers import LIMIT, PLACES, SMALLEST
from dougong.expressions.formula.text import NUMBER_PATTERN
from dougong.expressions.formula.types import Checked, Constant, Field, Kind, Operation
from dougong.kit.limits import FORMULA_TEXT_MAX

Expression = sa.ColumnElement[Any]

TODAY = "formula_today"
NOW = "formula_now"
ZONE = "zone"
"""Parameters that are bound when the statement runs: the reader's day, the moment, and the reader's time zone."""

ORIGIN = date(1, 1, 1)
EXACT_PLACES = 40
"""Places of a quotient before it is rounded to PLACES: enough that rounding twice is rounding once."""

TYPES: Mapping[Kind, sa.types.TypeEngine[Any]] = MappingProxyType(
    {
        Kind.TEXT: sa.Text(),
        Kind.NUMBER: sa.Numeric(),
        Kind.DATE: sa.Date(),
        Kind.DATETIME: sa.DateTime(timezone=True),
        Kind.TIME: sa.Time(),
        Kind.BOOLEAN: sa.Boolean(),
        Kind.TEXTS: sa.ARRAY(sa.Text()),
        Kind.ID: sa.BigInteger(),
        Kind.BLANK: sa.Text(),
    }
)


def formula_sql(checked: Checked, column_of: Callable[[Field], Expression]) -> Expression:
    """`checked` as SQL. `column_of` gives what a field is: the very column, of its kind's type."""
    return _Compiler(column_of).sql(checked)


class _Compiler:
    def __init__(self, column_of: Callable[[Field], Expression]) -> None:
        self.column_of = column_of

    def sql(self, checked: Checked) -> Expression:
        match checked:
            case Constant(value, type_):
                return constant(value, type_.kind)
            case Field():
                return self.field(checked)
            case Operation(name, arguments):
                if name == "round":
                    return _number(sa.func.round(self.sql(arguments[0]), checked.digits))
                values = [self.sql(argument) for argument in arguments]
                if name in BY_KIND:
                    return BY_KIND[name](arguments[0].type.kind, *values)
                return OPERATIONS[name](*values)

    def field(self, field: Field) -> Expression:
        column = self.column_of(field)
        if field.type.kind is Kind.NUMBER:
            exact = sa.cast(column, sa.Numeric())
            return _number(exact * constant(Decimal("0.01"), Kind.NUMBER)) if field.percent else exact
        return column


def constant(value: object, kind: Kind) -> Expression:
    """A value of the formula as a parameter with its type."""
    if value is None:
        return sa.cast(sa.null(), TYPES[kind])
    if isinstance(value, bool):
        return sa.true() if value else sa.false()
    return sa.cast(sa.literal(value, TYPES[kind]), TYPES[kind])


def _n(value: int | Decimal) -> Expression:
    return constant(Decimal(value), Kind.NUMBER)


def _whole(expression: Expression) -> Expression:
    """A number that has been bounded, as an integer of SQL's functions."""
    return sa.cast(expression, sa.Integer())


def bounded(expression: Expression, below: Expression, above: Expression) -> Expression:
    """`expression` where it is between the two, both excluded, else NULL. It is written once, however deep it is."""
    kept = sa.func.least(sa.func.greatest(expression, below), above)
    return sa.func.nullif(sa.func.nullif(kept, below, type_=expression.type), above, type_=expression.type)


def _number(expression: Expression) -> Expression:
    """The number as `numbers.number` keeps it."""
    rounded = sa.func.round(expression, PLACES, type_=sa.Numeric())
    return bounded(rounded, _n(-LIMIT), _n(LIMIT))


def _within(expression: Expression, least: int, most: int) -> Expression:
    """A number cut to a whole one; NULL outside of the bounds, which are included."""
    return bounded(sa.func.trunc(expression, type_=sa.Numeric()), _n(least - 1), _n(most + 1))


def _filled(text: Expression) -> Expression:
    """An empty text is blank."""
    return sa.func.nullif(text, constant("", Kind.TEXT), type_=sa.Text())


def _cut(text: Expression) -> Expression:
    return sa.func.left(text, FORMULA_TEXT_MAX, type_=sa.Text())


# Logic.


def _if(condition: Expression, then: Expression, otherwise: Expression) -> Expression:
    return sa.case((condition, then), else_=otherwise)


def _case(subject: Expression, *rest: Expression) -> Expression:
    pairs = zip(rest[:-1:2], rest[1:-1:2], strict=True)
    return sa.case(*[(_equal(subject, key), result) for key, result in pairs], else_=rest[-1])


def _and(*items: Expression) -> Expression:
    return _grouped(sa.and_(*[_sure(item) for item in items]))


def _or(*items: Expression) -> Expression:
    return _grouped(sa.or_(*[_sure(item) for item in items]))


def _sure(expression: Expression) -> Expression:
    """Whether it is true; a blank is not."""
    return sa.func.coalesce(expression, sa.false(), type_=sa.Boolean())


def _not(item: Expression) -> Expression:
    return _grouped(sa.not_(_sure(item)))


def _grouped(expression: Expression) -> Expression:
    """In brackets: SQLAlchemy leaves them out where IS follows, and NOT a IS NULL is not (NOT a) IS NULL."""
    return Grouping(expression)


def _equal(a: Expression, b: Expression) -> Expression:
    return _grouped(a.is_not_distinct_from(b))


def _compared(kind: Kind, compare: Callable[[Expression, Expression], Expression]) -> Callable[..., Expression]:
    def compared(a: Expression, b: Expression) -> Expression:
        # Code point order, as Python's: the database's own collation would make the two back ends differ.
        first = sa.collate(a, "C") if kind is Kind.TEXT else a
        return _sure(compare(first, b))

    return compared


def _order(compare: Callable[[Expression, Expression], Expression]) -> Callable[..., Expression]:
    def ordered(kind: Kind, a: Expression, b: Expression) -> Expression:
        return _compared(kind, compare)(a, b)

    return ordered


# Texts.


def _left(text: Expression, count: Expression) -> Expression:
    return _filled(sa.func.left(text, _length(count), type_=sa.Text()))


def _right(text: Expression, count: Expression) -> Expression:
    return _filled(sa.func.right(text, _length(count), type_=sa.Text()))


TEXT_BOUND = 1_000_000
"""More characters than a text has."""


def _length(count: Expression) -> Expression:
    """How many characters: none for a blank, because LEAST and GREATEST pass blanks over."""
    return _whole(sa.func.least(sa.func.greatest(sa.func.trunc(count), _n(0)), _n(TEXT_BOUND)))


def _mid(text: Expression, start: Expression, count: Expression) -> Expression:
    # A blank start is one behind the end of every text.
    first = _whole(sa.func.greatest(sa.func.least(sa.func.trunc(start), _n(TEXT_BOUND)), _n(1)))
    return _filled(sa.func.substr(text, first, _length(count), type_=sa.Text()))


def _join(a: Expression, b: Expression) -> Expression:
    return _filled(_cut(sa.func.concat(a, b, type_=sa.Text())))


def _contains(text: Expression, part: Expression) -> Expression:
    return _sure(sa.func.strpos(sa.func.lower(text), sa.func.lower(part)) > 0)


def _begins(text: Expression, part: Expression) -> Expression:
    return _sure(sa.func.starts_with(sa.func.lower(text), sa.func.lower(part), type_=sa.Boolean()))


def _substitute(text: Expression, old: Expression, new: Expression) -> Expression:
    empty = constant("", Kind.TEXT)
    into = sa.func.left(sa.func.coalesce(new, empty), REPLACEMENT_MAX)
    return _filled(_cut(sa.func.replace(_cut(text), sa.func.coalesce(old, empty), into, type_=sa.Text())))


def _value(text: Expression) -> Expression:
    found = sa.func.substring(text, constant(f"^(?:{NUMBER_PATTERN})$", Kind.TEXT))
    return _number(sa.cast(found, sa.Numeric()))


def _shown(kind: Kind, value: Expression) -> Expression:
    match kind:
        case Kind.NUMBER:
            return sa.cast(sa.func.trim_scale(value), sa.Text())
        case Kind.DATE:
            return sa.func.to_char(value, "YYYY-MM-DD", type_=sa.Text())
        case Kind.DATETIME:
            return sa.func.to_char(_local(value), "YYYY-MM-DD HH24:MI:SS", type_=sa.Text())
        case Kind.TIME:
            return sa.func.substr(sa.cast(value, sa.Text()), 1, 8, type_=sa.Text())
        case Kind.TEXTS:
            return _filled(sa.func.array_to_string(value, ";", type_=sa.Text()))
        case Kind.TEXT:
            return value
        case _:
            return sa.cast(value, sa.Text())


# Numbers.


def _divide(a: Expression, b: Expression) -> Expression:
    return _number(sa.func.round(a, EXACT_PLACES, type_=sa.Numeric()) / _nonzero(b))


def _nonzero(b: Expression) -> Expression:
    return sa.func.nullif(b, _n(0), type_=sa.Numeric())


def _mod(a: Expression, b: Expression) -> Expression:
    return _number(sa.func.mod(a, _nonzero(b)))


def _sqrt(a: Expression) -> Expression:
    # The least number below zero stands for all of them, and becomes NULL.
    below = _n(-SMALLEST)
    safe = sa.func.nullif(sa.func.greatest(a, below), below, type_=sa.Numeric())
    return _number(sa.func.sqrt(sa.func.round(safe, EXACT_PLACES)))


# Dates.


def _local(moment: Expression) -> Expression:
    """The reader's clock at that moment, where the calendar has it."""
    there = sa.func.timezone(sa.bindparam(ZONE, type_=sa.String()), moment, type_=sa.DateTime())
    first = sa.cast(sa.literal(datetime.combine(ORIGIN, time.max), sa.DateTime()), sa.DateTime())
    return bounded(there, first, sa.cast(sa.literal(_end(), sa.DateTime()), sa.DateTime()))


def _end() -> datetime:
    return datetime.combine(date(9999, 12, 31), time.min)


def _calendar_day(kind: Kind, value: Expression) -> Expression:
    return sa.cast(_local(value), sa.Date()) if kind is Kind.DATETIME else value


def _datevalue(kind: Kind, value: Expression) -> Expression:
    if kind is Kind.TEXT:
        return sa.func.formula_date(value, type_=sa.Date())
    return _calendar_day(kind, value)


def _origin() -> Expression:
    return sa.cast(sa.literal(ORIGIN, sa.Date()), sa.Date())


def _day_number(day: Expression) -> Expression:
    """Days since the first of the calendar."""
    return sa.cast(day - _origin(), sa.Numeric())


def _day_of(number: Expression) -> Expression:
    found = _within(number, FIRST_DAY.toordinal() - 1, LAST_DAY.toordinal() - 1)
    return _origin() + _whole(found)


def _adddays(day: Expression, count: Expression) -> Expression:
    return _day_of(_day_number(day) + sa.func.trunc(count, type_=sa.Numeric()))


def _plus_months(day: Expression, months: Expression) -> Expression:
    return sa.cast(day + sa.func.make_interval(0, _whole(months), type_=sa.Interval()), sa.Date())


def _addmonths(day: Expression, count: Expression) -> Expression:
    return _day_of(_day_number(_plus_months(day, _within(count, -MONTHS_MAX, MONTHS_MAX))))


def _date(year: Expression, month: Expression, day: Expression) -> Expression:
    months = sa.func.trunc(year, type_=sa.Numeric()) * _n(12) + sa.func.trunc(month, type_=sa.Numeric()) - _n(13)
    first = _plus_months(_origin(), _within(months, 0, 119_987))
    return _day_of(_day_number(first) + _within(day, -SHIFT_MAX, SHIFT_MAX) - _n(1))


def _later(moment: Expression, days: Expression) -> Expression:
    seconds = sa.func.round(bounded(days, _n(-DAYS_MAX - 1), _n(DAYS_MAX + 1)) * _n(86_400), 0)
    by = sa.func.make_interval(0, 0, 0, 0, 0, 0, sa.cast(seconds, sa.Double()), type_=sa.Interval())
    first = constant(datetime.combine(ORIGIN, time.max, UTC), Kind.DATETIME)
    last = constant(_end().replace(tzinfo=UTC), Kind.DATETIME)
    return bounded(sa.type_coerce(moment + by, sa.DateTime(timezone=True)), first, last)


def _days_between(first: Expression, last: Expression) -> Expression:
    return sa.cast(last - first, sa.Numeric())


def _moments_between(first: Expression, last: Expression) -> Expression:
    return _divide(sa.cast(sa.extract("epoch", last - first), sa.Numeric()), _n(86_400))


def _part(name: str) -> Callable[..., Expression]:
    def part(kind: Kind, value: Expression) -> Expression:
        return sa.cast(sa.extract(name, _calendar_day(kind, value)), sa.Numeric())

    return part


def _isblank(value: Expression) -> Expression:
    return _grouped(value.is_(None))


def _today() -> Expression:
    return sa.cast(sa.bindparam(TODAY, type_=sa.Date()), sa.Date())


def _now() -> Expression:
    return sa.cast(sa.bindparam(NOW, type_=sa.DateTime(timezone=True)), sa.DateTime(timezone=True))


OPERATIONS: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "if": _if,
        "case": _case,
        "and": _and,
        "or": _or,
        "not": _not,
        "isblank": _isblank,
        "blankvalue": lambda a, b: sa.func.coalesce(a, b, type_=a.type),
        "equal": _equal,
        "differ": lambda a, b: _sure(a != b),
        "left": _left,
        "right": _right,
        "mid": _mid,
        "len": lambda a: sa.cast(sa.func.coalesce(sa.func.length(a), 0), sa.Numeric()),
        "upper": lambda a: sa.func.upper(a, type_=sa.Text()),
        "lower": lambda a: sa.func.lower(a, type_=sa.Text()),
        "trim": lambda a: _filled(sa.func.btrim(a, WHITE, type_=sa.Text())),
        "contains": _contains,
        "begins": _begins,
        "substitute": _substitute,
        "value": _value,
        "numberstring": lambda a: sa.func.formula_rmb(a, type_=sa.Text()),
        "join": _join,
        "add": lambda a, b: _number(a + b),
        "subtract": lambda a, b: _number(a - b),
        "multiply": lambda a, b: _number(a * b),
        "divide": _divide,
        "negate": lambda a: _number(-a),
        "floor": lambda a: _number(sa.func.floor(a)),
        "ceiling": lambda a: _number(sa.func.ceil(a)),
        "abs": lambda a: sa.func.abs(a, type_=sa.Numeric()),
        "mod": _mod,
        "sqrt": _sqrt,
        "power": lambda a, b: _number(sa.func.formula_power(a, b)),
        "max": lambda *a: sa.func.greatest(*a, type_=a[0].type),
        "min": lambda *a: sa.func.least(*a, type_=a[0].type),
        "today": _today,
        "now": _now,
        "date": _date,
        "adddays": _adddays,
        "addmonths": _addmonths,
        "later": _later,
        "daysbetween": _days_between,
        "date_between": _days_between,
        "datetime_between": _moments_between,
        "includes": lambda a, b: _sure(b == sa.any_(a)),
    }
)

BY_KIND: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "less": _order(lambda a, b: a < b),
        "at_most": _order(lambda a, b: a <= b),
        "more": _order(lambda a, b: a > b),
        "at_least": _order(lambda a, b: a >= b),
        "text": _shown,
        "datevalue": _datevalue,
        "year": _part("year"),
        "month": _part("month"),
        "day": _part("day"),
        "weekday": _part("isodow"),
    }
)
"""Operations that depend on the kind of their first argument."""
