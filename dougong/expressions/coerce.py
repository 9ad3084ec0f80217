"""From what a person or a program wrote to a value of the scalar type, or a refusal that says what it wants."""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from dougong.expressions.ast import DateRange, Me, Value
from dougong.expressions.dates import FIRST_DAY, LAST_DAY, check_range
from dougong.expressions.shape import INT64_MAX
from dougong.kit.errors import BadRequest
from dougong.kit.limits import LONG_TEXT_MAX

DIGITS_MAX = 100
"""Digits before or after the point of a number in a condition."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,19}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|z|[+-][0-9]{2}:?[0-9]{2})",
    re.ASCII,
)
_WORDS = {"true": True, "false": False}


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold `text`: no NUL character, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def coerce(value: Value, scalar: str, field: str) -> Value:
    """`value` as the scalar type wants it. Blank, relative dates and "me" stay what they are where they fit.

    Texts are read as JSON writes them: decimals and ids as digits, dates and date-times as ISO 8601. A date for a
    date-time field stays a date and means the whole day. Raises BadRequest("expressions.value_<scalar>").
    """
    if value is None:
        return None
    found = _coerce(value, scalar)
    if found is None:
        raise BadRequest(f"expressions.value_{scalar}", field=field, value=str(value)[:100])
    return found


def _coerce(value: Value, scalar: str) -> Value:
    match scalar:
        case "text" | "texts":
            return value if isinstance(value, str) and len(value) <= LONG_TEXT_MAX and is_storable(value) else None
        case "number":
            return _number(value)
        case "id":
            return _id(value)
        case "boolean":
            return value if isinstance(value, bool) else _WORDS.get(value) if isinstance(value, str) else None
        case "date":
            return _date(value)
        case "datetime":
            return _moment(value)
        case "time":
            return _time(value)
        case _:
            raise ValueError(scalar)


def _number(value: Value) -> int | Decimal | None:
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 2 * DIGITS_MAX or _NUMBER.fullmatch(text) is None:
            return None
        value = int(text) if text.lstrip("+-").isdigit() else Decimal(text)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**DIGITS_MAX else None
    if not isinstance(value, Decimal) or not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    fits = value.adjusted() < DIGITS_MAX and isinstance(exponent, int) and exponent > -DIGITS_MAX
    return value if fits else None


def _id(value: Value) -> int | Me | None:
    if isinstance(value, Me):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    is_id = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= INT64_MAX
    return value if is_id and isinstance(value, int) else None


def _date(value: Value) -> date | DateRange | None:
    if isinstance(value, DateRange):
        check_range(value)
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    return value if is_date and isinstance(value, date) else None


def _moment(value: Value) -> datetime | date | DateRange | None:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            value = datetime.fromisoformat(value.upper().replace(",", "."))
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return _date(value)
    if value.tzinfo is None or not FIRST_DAY <= value.date() <= LAST_DAY:
        return None
    return value.astimezone(UTC)


def _time(value: Value) -> time | None:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, time) and value.tzinfo is None else None
