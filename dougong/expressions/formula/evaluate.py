"""The Python back end: the value of a formula for one record. Proved equal to `to_sql` by tests/expressions/formula.

Values are Python values of their kind: Decimal, str, bool, date, aware datetime, time, a list of texts, an id; None is
blank. Whole numbers of fields may come as int.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dougong.expressions.context import EvaluationContext
from dougong.expressions.dates import FIRST_DAY, LAST_DAY
from dougong.expressions.formula.limits import (
    DAYS_MAX,
    MONTHS_MAX,
    REPLACEMENT_MAX,
    SHIFT_MAX,
    WHITE,
    cut_to,
)
from dougong.expressions.formula.numbers import (
    EXACT,
    divide,
    modulo,
    number,
    number_text,
    power,
    rmb_capitals,
    rounded,
    square_root,
)
from dougong.expressions.formula.text import DATE_FORM, NUMBER_FORM, raised
from dougong.expressions.formula.types import Checked, Constant, Field, Kind, Operation, Root, Type
from dougong.expressions.matching import fold

Value = Any
"""A value of a kind that the check has proved; None is blank."""

SECONDS = 86_400


@dataclass(frozen=True)
class Record:
    """What a formula is asked of: the values of its fields, and whether the record is only being made."""

    value_of: Callable[[Field], Value]
    is_new: bool = False


def evaluate(checked: Checked, record: Record, context: EvaluationContext) -> Value:
    """The value of the formula for `record` and the person of `context`. Raises nothing that the data could bring."""
    match checked:
        case Constant(value):
            return value
        case Field():
            return _field(checked, record)
        case Operation(name, arguments):
            lazy = LAZY.get(name)
            if lazy is not None:
                return lazy(checked, record, context)
            values = [evaluate(argument, record, context) for argument in arguments]
            if name in STRICT:
                return None if None in values else STRICT[name](*values)
            if name in DATED:
                return None if None in values else DATED[name](context, *values)
            return OTHER[name](checked, values)


def _field(field: Field, record: Record) -> Value:
    value = record.value_of(field)
    if value is None:
        return None
    if field.type.kind is Kind.NUMBER:
        exact = Decimal(value)
        return number(exact.scaleb(-2, EXACT) if field.percent else exact)
    if field.type.kind is Kind.TEXTS:
        return list(value) or None
    return value if value != "" else None


# Operations that look at what they need only.


def _if(found: Operation, record: Record, context: EvaluationContext) -> Value:
    condition, then, otherwise = found.arguments
    return evaluate(then if evaluate(condition, record, context) is True else otherwise, record, context)


def _case(found: Operation, record: Record, context: EvaluationContext) -> Value:
    subject = evaluate(found.arguments[0], record, context)
    for key, result in zip(found.arguments[1:-1:2], found.arguments[2:-1:2], strict=True):
        if evaluate(key, record, context) == subject:
            return evaluate(result, record, context)
    return evaluate(found.arguments[-1], record, context)


def _and(found: Operation, record: Record, context: EvaluationContext) -> bool:
    return all(evaluate(argument, record, context) is True for argument in found.arguments)


def _or(found: Operation, record: Record, context: EvaluationContext) -> bool:
    return any(evaluate(argument, record, context) is True for argument in found.arguments)


def _is_new(_found: Operation, record: Record, _context: EvaluationContext) -> bool:
    return record.is_new


def _is_changed(found: Operation, record: Record, context: EvaluationContext) -> bool:
    (prior,) = found.arguments
    if record.is_new or not isinstance(prior, Field):
        return False
    return bool(_field(prior, record) != _field(replace(prior, root=Root.RECORD), record))


def _today(_found: Operation, _record: Record, context: EvaluationContext) -> date:
    return context.today


def _now(_found: Operation, _record: Record, context: EvaluationContext) -> datetime:
    if context.now is None:
        raise ValueError("NOW() needs the moment in the context")
    return context.now


LAZY: Mapping[str, Callable[[Operation, Record, EvaluationContext], Value]] = MappingProxyType(
    {
        "if": _if,
        "case": _case,
        "and": _and,
        "or": _or,
        "isnew": _is_new,
        "ischanged": _is_changed,
        "today": _today,
        "now": _now,
    }
)


# Operations that are blank where an argument is.


def _text(value: str) -> str | None:
    return value or None


def _whole(value: Decimal) -> int:
    return int(value)


def _left(text: str, count: Decimal) -> str | None:
    return _text(text[: max(_whole(count), 0)])


def _right(text: str, count: Decimal) -> str | None:
    length = max(_whole(count), 0)
    return _text(text[-length:] if length else "")


def _mid(text: str, start: Decimal, count: Decimal) -> str | None:
    first = max(_whole(start), 1) - 1
    return _text(text[first : first + max(_whole(count), 0)])


def _value(text: str) -> Decimal | None:
    found = NUMBER_FORM.fullmatch(text)
    return None if found is None else number(Decimal(found[1]))


def _floor(value: Decimal) -> Decimal | None:
    return number(value.to_integral_value(rounding="ROUND_FLOOR"))


def _ceiling(value: Decimal) -> Decimal | None:
    return number(value.to_integral_value(rounding="ROUND_CEILING"))


def _date(year: Decimal, month: Decimal, day: Decimal) -> date | None:
    """Months and days may be more than there are: then they run on, as in spreadsheets."""
    months = _whole(year) * 12 + _whole(month) - 1
    if not 12 <= months < 120_000 or abs(_whole(day)) > SHIFT_MAX:
        return None
    return _adddays(date(months // 12, months % 12 + 1, 1), Decimal(_whole(day) - 1))


def _adddays(day: date, count: Decimal) -> date | None:
    return _day_of(day.toordinal() + _whole(count))


def _day_of(ordinal: int) -> date | None:
    if not FIRST_DAY.toordinal() <= ordinal <= LAST_DAY.toordinal():
        return None
    return date.fromordinal(ordinal)


def _addmonths(day: date, count: Decimal) -> date | None:
    if abs(_whole(count)) > MONTHS_MAX:
        return None
    year, month0 = divmod(day.year * 12 + day.month - 1 + _whole(count), 12)
    if not 1 <= year <= 9999:
        return None
    return _day_of(date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1])).toordinal())


def _later(moment: datetime, days: Decimal) -> datetime | None:
    if abs(days) > DAYS_MAX:
        return None
    seconds = int((days * SECONDS).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
    try:
        return _within(moment.astimezone(UTC) + timedelta(seconds=seconds))
    except OverflowError:
        return None


def _within(moment: datetime) -> datetime | None:
    """A moment or local time that every zone has on the calendar."""
    return moment if FIRST_DAY <= moment.date() <= LAST_DAY else None


def _days_between(first: date, last: date) -> Decimal:
    return Decimal(last.toordinal() - first.toordinal())


def _moments_between(first: datetime, last: datetime) -> Decimal | None:
    return divide(Decimal((last - first) // timedelta(microseconds=1)), Decimal(SECONDS * 1_000_000))


def _add(a: Decimal, b: Decimal) -> Decimal | None:
    return number(EXACT.add(a, b))


def _subtract(a: Decimal, b: Decimal) -> Decimal | None:
    return number(EXACT.subtract(a, b))


def _multiply(a: Decimal, b: Decimal) -> Decimal | None:
    return number(EXACT.multiply(a, b))


def _same(value: Value) -> Value:
    return value


STRICT: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        "add": _add,
        "subtract": _subtract,
        "multiply": _multiply,
        "divide": divide,
        "negate": lambda a: number(-a),
        "floor": _floor,
        "ceiling": _ceiling,
        "abs": abs,
        "mod": modulo,
        "sqrt": square_root,
        "power": power,
        "numberstring": rmb_capitals,
        "left": _left,
        "right": _right,
        "mid": _mid,
        "upper": raised,
        "lower": fold,
        "trim": lambda text: _text(text.strip(WHITE)),
        "value": _value,
        "date": _date,
        "adddays": _adddays,
        "addmonths": _addmonths,
        "later": _later,
        "daysbetween": _days_between,
        "date_between": _days_between,
        "datetime_between": _moments_between,
        "priorvalue": _same,
    }
)


# Operations that need the person's time zone.


def _local(context: EvaluationContext, moment: datetime) -> datetime | None:
    try:
        return _within(moment.astimezone(ZoneInfo(context.zone)))
    except OverflowError:
        return None


def _calendar_day(context: EvaluationContext, value: date) -> date | None:
    if isinstance(value, datetime):
        local = _local(context, value)
        return None if local is None else local.date()
    return value


def _datevalue(context: EvaluationContext, value: str | datetime) -> date | None:
    if not isinstance(value, str):
        return _calendar_day(context, value)
    found = DATE_FORM.fullmatch(value)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return _day_of(date(year, month, day).toordinal())


def _part(take: Callable[[date], int]) -> Callable[[EvaluationContext, date], Decimal | None]:
    def part(context: EvaluationContext, value: date) -> Decimal | None:
        day = _calendar_day(context, value)
        return None if day is None else Decimal(take(day))

    return part


def _shown(context: EvaluationContext, value: Value) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            local = _local(context, value)
            return None if local is None else f"{local.date().isoformat()} {local:%H:%M:%S}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M:%S}"
        case Decimal():
            return number_text(value)
        case list():
            return ";".join(value)
        case _:
            return str(value)


DATED: Mapping[str, Callable[..., Value]] = MappingProxyType(
    {
        "datevalue": _datevalue,
        "year": _part(lambda day: day.year),
        "month": _part(lambda day: day.month),
        "day": _part(lambda day: day.day),
        "weekday": _part(lambda day: day.isoweekday()),
        "text": _shown,
    }
)


# Operations with rules of their own for blanks (domain.md 0.1).


def _equal(_found: Operation, values: Sequence[Value]) -> bool:
    first, second = values
    return bool(first == second)


def _compared(compare: Callable[[Value, Value], bool]) -> Callable[[Operation, Sequence[Value]], bool]:
    def compared(_found: Operation, values: Sequence[Value]) -> bool:
        return None not in values and bool(compare(*values))

    return compared


def _join(_found: Operation, values: Sequence[Value]) -> str | None:
    return _text(cut_to("".join(value for value in values if value is not None)))


def _substitute(_found: Operation, values: Sequence[Value]) -> str | None:
    text, old, new = values
    if text is None or old is None:
        return text if text is None else cut_to(text)
    return _text(cut_to(cut_to(text).replace(old, (new or "")[:REPLACEMENT_MAX])))


def _contains(_found: Operation, values: Sequence[Value]) -> bool:
    return None not in values and fold(values[1]) in fold(values[0])


def _begins(_found: Operation, values: Sequence[Value]) -> bool:
    return None not in values and fold(values[0]).startswith(fold(values[1]))


def _includes(_found: Operation, values: Sequence[Value]) -> bool:
    return None not in values and values[1] in values[0]


def _extreme(choose: Callable[[Sequence[Value]], Value]) -> Callable[[Operation, Sequence[Value]], Value]:
    def extreme(_found: Operation, values: Sequence[Value]) -> Value:
        known = [value for value in values if value is not None]
        return choose(known) if known else None

    return extreme


def _round(found: Operation, values: Sequence[Value]) -> Decimal | None:
    return None if values[0] is None else rounded(values[0], found.digits)


OTHER: Mapping[str, Callable[[Operation, Sequence[Value]], Value]] = MappingProxyType(
    {
        "not": lambda _found, values: values[0] is not True,
        "isblank": lambda _found, values: values[0] is None,
        "blankvalue": lambda _found, values: values[1] if values[0] is None else values[0],
        "equal": _equal,
        "differ": _compared(lambda a, b: a != b),
        "less": _compared(lambda a, b: a < b),
        "at_most": _compared(lambda a, b: a <= b),
        "more": _compared(lambda a, b: a > b),
        "at_least": _compared(lambda a, b: a >= b),
        "join": _join,
        "len": lambda _found, values: Decimal(len(values[0] or "")),
        "contains": _contains,
        "begins": _begins,
        "substitute": _substitute,
        "includes": _includes,
        "max": _extreme(max),
        "min": _extreme(min),
        "round": _round,
    }
)

OPERATIONS = frozenset({*LAZY, *STRICT, *DATED, *OTHER})
"""Everything that this back end can do."""


def as_type(value: Value, type_: Type) -> Value:
    """`value`, or None where it cannot be one of `type_` (a select field has only its options)."""
    if value is not None and type_.is_option and value not in (type_.values or ()):
        return None
    return value
