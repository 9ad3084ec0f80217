"""Dates, moments and times of day. A moment is aware and in UTC; a date has no zone and never becomes a moment."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dougong.metadata.field_types.kind import (
    ORDERING,
    Kind,
    TextFormat,
    ValueProblem,
    export_as_is,
    is_blank,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.model import Field

LAST_MOMENT = date(9999, 12, 30)
"""The last day of a moment: in every zone it is still in a year that Python knows."""

FIRST = date(1000, 1, 1)
"""Earlier years are two-digit years that somebody's program took literally."""


def _check_date(field: Field, value: date) -> date:
    minimum = date.fromisoformat(str(field.minimum)) if field.minimum is not None else FIRST
    maximum = date.fromisoformat(str(field.maximum)) if field.maximum is not None else date.max
    if not minimum <= value <= maximum:
        raise ValueProblem("value.out_of_range", value=str(value), minimum=str(minimum), maximum=str(maximum))
    return value


def parse_date(field: Field, value: object) -> date | None:
    """A date from `YYYY-MM-DD` or a Python date. A moment is refused: its day depends on a zone."""
    if is_blank(value):
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return _check_date(field, value)
    if isinstance(value, str) and len(value.strip()) == 10:
        try:
            return _check_date(field, date.fromisoformat(value.strip()))
        except ValueError as error:
            raise ValueProblem("value.bad_date", value=shown(value)) from error
    raise ValueProblem("value.bad_date", value=shown(value))


def parse_datetime(field: Field, value: object) -> datetime | None:
    """A moment from ISO 8601 with a zone (`2026-03-01T09:30:00Z`) or an aware Python datetime, in UTC."""
    if is_blank(value):
        return None
    found = value
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueProblem("value.bad_datetime", value=shown(value)) from error
    if not isinstance(found, datetime):
        raise ValueProblem("value.bad_datetime", value=shown(value))
    if found.utcoffset() is None:
        raise ValueProblem("value.datetime_without_zone", value=shown(value))
    return _utc(field, found, value)


def _utc(field: Field, found: datetime, given: object) -> datetime:
    try:
        moment = found.astimezone(UTC)
    except OverflowError as error:
        raise ValueProblem("value.bad_datetime", value=shown(given)) from error
    if not FIRST <= moment.date() <= LAST_MOMENT:
        raise ValueProblem("value.out_of_range", value=shown(given), minimum=str(FIRST), maximum=str(LAST_MOMENT))
    if field.minimum is not None or field.maximum is not None:
        _check_date(field, moment.date())
    return moment


def parse_time(_field: Field, value: object) -> time | None:
    """A time of day from `HH:MM` or `HH:MM:SS`, to the second, without a zone."""
    if is_blank(value):
        return None
    found = value
    if isinstance(value, str):
        try:
            found = time.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueProblem("value.bad_time", value=shown(value)) from error
    if not isinstance(found, time) or found.tzinfo is not None:
        raise ValueProblem("value.bad_time", value=shown(value))
    return found.replace(microsecond=0)


def _date_by(text: str, form: TextFormat) -> date | None:
    for pattern in form.date_formats:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _time_by(text: str, form: TextFormat) -> time | None:
    for pattern in form.time_formats:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=UTC).time()
        except ValueError:
            continue
    return None


def _date_from_text(field: Field, text: str, form: TextFormat) -> date | None:
    """A date by the file's formats; a time of day that is midnight, as spreadsheets write it, is dropped."""
    body = text.strip()
    if not body:
        return None
    found = _date_by(body, form)
    if found is None:
        head, _gap, tail = body.replace("T", " ").partition(" ")
        midnight = _time_by(tail.strip().partition(".")[0], form) if tail else None
        found = _date_by(head, form) if midnight == time(0) else None
    if found is None:
        raise ValueProblem("value.bad_date_cell", value=shown(text), formats=list(form.date_formats))
    return _check_date(field, found)


def _datetime_from_text(field: Field, text: str, form: TextFormat) -> datetime | None:
    """A moment in ISO 8601, or a date and a time by the file's formats; a date alone means its midnight."""
    body = text.strip()
    if not body:
        return None
    found = _local_moment(body, form)
    if found is None:
        try:
            found = datetime.fromisoformat(body)
        except ValueError as error:
            raise ValueProblem("value.bad_date_cell", value=shown(text), formats=list(form.date_formats)) from error
    if found.utcoffset() is None:
        found = found.replace(tzinfo=ZoneInfo(form.zone))
    return _utc(field, found, text)


def _local_moment(text: str, form: TextFormat) -> datetime | None:
    day = _date_by(text, form)
    if day is not None:
        return datetime.combine(day, time(0))
    for position, character in enumerate(text):
        if character not in " T日":
            continue
        head = text[: position + 1] if character == "日" else text[:position]
        day, clock = _date_by(head, form), _time_by(text[position + 1 :].strip(), form)
        if day is not None and clock is not None:
            return datetime.combine(day, clock)
    return None


def _time_from_text(field: Field, text: str, form: TextFormat) -> time | None:
    body = text.strip()
    if not body:
        return None
    return _time_by(body, form) or parse_time(field, body)


def _wire_date(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def wire_datetime(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with `Z`."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _wire_time(value: time | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")


DATE = Kind(
    columns=one_column(sa.Date),
    parse=parse_date,
    parse_text=_date_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_date,
    export=export_as_is,
    operators=ORDERING,
    scalar="date",
)

DATETIME = Kind(
    columns=one_column(lambda: sa.DateTime(timezone=True)),
    parse=parse_datetime,
    parse_text=_datetime_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=wire_datetime,
    export=export_as_is,
    operators=ORDERING,
    scalar="datetime",
)

TIME = Kind(
    columns=one_column(sa.Time),
    parse=parse_time,
    parse_text=_time_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_time,
    export=export_as_is,
    operators=ORDERING,
    scalar="time",
)
