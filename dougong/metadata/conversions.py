"""What a field may become that not every value fits: which do not is told before, and the rest is converted.

What always fits stands in `Kind.becomes`. Two ways lead over: where the new type is stored as the old one, each value
is read as one of the new type (an e-mail address, the value of the option that is called so); where it is stored
otherwise, PostgreSQL converts the column, after a condition has found what it could not. Texts that are to be days or
moments go both ways: people write them in many forms, so they are read first. History keeps what it told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.kit.money import SCALE
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.kind import TextFormat, ValueProblem
from dougong.metadata.model import Field, FieldType
from dougong.storage.unit_of_work import Snapshot, Transaction

ZONE = "Asia/Shanghai"
"""A day becomes the moment at which it begins there: most installations are in one country with one time."""

CHUNK = 20_000

_T = FieldType
_NUMBERS = frozenset({_T.DECIMAL, _T.CURRENCY, _T.PERCENT})
_DATED = frozenset({_T.DATE, _T.DATETIME})
_READ = frozenset({_T.EMAIL, _T.PHONE, _T.URL, _T.SELECT, *_DATED})

CHECKED: Mapping[FieldType, frozenset[FieldType]] = {
    _T.TEXT: frozenset({*_READ, _T.INTEGER, *_NUMBERS}),
    _T.LONG_TEXT: frozenset({_T.TEXT}),
    _T.DECIMAL: frozenset({_T.INTEGER}),
    _T.CURRENCY: frozenset({_T.INTEGER}),
    _T.PERCENT: frozenset({_T.INTEGER}),
    _T.MULTI_SELECT: frozenset({_T.SELECT}),
    _T.DATE: frozenset({_T.DATETIME}),
    _T.INTEGER: frozenset({_T.TEXT}),
}


def possible(type_: FieldType) -> frozenset[FieldType]:
    """The types that a field of this type may become."""
    return KINDS[type_].becomes | CHECKED.get(type_, frozenset())


@dataclass(frozen=True)
class Unfit:
    """How many records have a value that does not fit; the first of them by id, with the value."""

    count: int = 0
    samples: tuple[tuple[int, str], ...] = ()


def is_read(old: Field, new: Field) -> bool:
    """Whether the change reads each value anew, in the column as it is."""
    return old.type is FieldType.TEXT and new.type in _READ


def unfit(snapshot: Snapshot, table: sa.Table, old: Field, new: Field, limit: int) -> Unfit:
    """What of the old values cannot be one of the new type; `limit` samples."""
    column = table.c[old.name]
    if is_read(old, new):
        return _unreadable(snapshot, table, old, new, limit)
    condition = _misfits(old, new, column)
    if condition is None:
        return Unfit()
    count = int(snapshot.scalar(sa.select(sa.func.count()).select_from(table).where(condition)))
    if not count:
        return Unfit()
    held = sa.select(table.c.id, column.label("value")).where(condition).order_by(table.c.id).limit(limit)
    return Unfit(count, tuple((row.id, _told(row.value)) for row in snapshot.rows(held)))


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def using(old: Field, new: Field, column: sa.Column[Any], type_: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    """The value that a column of the new type has in the place of the old one."""
    match old.type, new.type:
        case FieldType.SELECT, FieldType.MULTI_SELECT:
            return sa.case((column.is_(None), sa.null()), else_=postgresql.array([column]))
        case FieldType.MULTI_SELECT, FieldType.SELECT:
            return column[1]
        case FieldType.DATE, FieldType.DATETIME:
            return sa.func.timezone(ZONE, sa.cast(column, sa.DateTime(timezone=False)))
        case FieldType.TEXT, _:
            return sa.cast(sa.func.nullif(sa.func.btrim(column), ""), type_)
        case _:
            return sa.cast(column, type_)


def _misfits(old: Field, new: Field, column: sa.Column[Any]) -> sa.ColumnElement[bool] | None:
    match old.type, new.type:
        case FieldType.TEXT, FieldType.INTEGER:
            return sa.func.btrim(column).op("!~", is_comparison=True)(r"^(-?[0-9]{1,15})?$")
        case FieldType.TEXT, _ if new.type in _NUMBERS:
            scale = SCALE if new.scale is None else new.scale
            digits = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
            return sa.func.btrim(column).op("!~", is_comparison=True)(rf"^(-?[0-9]{{1,15}}{digits})?$")
        case _, FieldType.INTEGER if old.type in _NUMBERS:
            return column != sa.func.round(column)
        case FieldType.MULTI_SELECT, FieldType.SELECT:
            return sa.func.cardinality(column) > 1
        case _:
            return None


def reader(new: Field) -> Callable[[str], Any]:
    """Reads a text as a value of the new field. Raises ValueProblem."""
    if new.type in _DATED:
        return lambda text: _written(KINDS[new.type].parse_text(new, text, TextFormat()))
    if new.type is not FieldType.SELECT:
        return lambda text: KINDS[new.type].parse(new, text)
    known = {word: option.value for option in reversed(new.options) for word in (option.label.en, option.label.zh)}
    known |= {option.value: option.value for option in new.options}

    def option_of(text: str) -> str | None:
        if not text.strip():
            return None
        found = known.get(text.strip())
        if found is None:
            raise ValueProblem("value.unknown_option", value=text)
        return found

    return option_of


def _written(moment: date | None) -> str | None:
    """A day or a moment as PostgreSQL reads it, whatever its settings are."""
    return None if moment is None else moment.isoformat()


def _unreadable(snapshot: Snapshot, table: sa.Table, old: Field, new: Field, limit: int) -> Unfit:
    read, count = reader(new), 0
    samples: list[tuple[int, str]] = []
    for rows in _values(snapshot, table, old):
        for record_id, value in rows:
            try:
                read(value)
            except ValueProblem:
                count += 1
                if len(samples) < limit:
                    samples.append((record_id, value))
    return Unfit(count, tuple(samples))


def read_anew(transaction: Transaction, table: sa.Table, old: Field, new: Field) -> None:
    """Write each value as the new type writes it: a phone number with its country, the value of an option."""
    read, column = reader(new), table.c[old.name]
    statement = sa.update(table).where(table.c.id == sa.bindparam("which")).values({column: sa.bindparam("value")})
    for rows in _values(transaction, table, old):
        told = [(record_id, value, read(value)) for record_id, value in rows]
        changed = [{"which": record_id, "value": after} for record_id, before, after in told if after != before]
        transaction.execute_many(statement, changed)


def _values(snapshot: Snapshot, table: sa.Table, field: Field) -> Iterator[list[tuple[int, str]]]:
    """Every value with the id of its record, some at a time."""
    column, after = table.c[field.name], 0
    while True:
        held = sa.select(table.c.id, column.label("value")).where(table.c.id > after, column.is_not(None))
        rows = [(int(row.id), str(row.value)) for row in snapshot.rows(held.order_by(table.c.id).limit(CHUNK))]
        if not rows:
            return
        yield rows
        after = rows[-1][0]
