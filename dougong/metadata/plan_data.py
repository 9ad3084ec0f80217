"""What a change of metadata means for the records that are there: counts, risks, and what the data forbid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.kit.limits import LONG_TEXT_MAX, TEXT_LENGTH_MAX
from dougong.kit.money import SCALE
from dougong.metadata.conversions import possible, unfit
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object
from dougong.storage.unit_of_work import Snapshot

SAMPLES = 5
SAMPLE_LENGTH = 60
LENGTHS = {
    FieldType.TEXT: TEXT_LENGTH_MAX,
    FieldType.AUTO_NUMBER: TEXT_LENGTH_MAX,
    FieldType.LONG_TEXT: LONG_TEXT_MAX,
    FieldType.RICH_TEXT: LONG_TEXT_MAX,
}
SCALED = frozenset({FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT})
DATED = frozenset({FieldType.DATE, FieldType.DATETIME})
OWNERSHIP = ("owned", "public_field")


@dataclass(frozen=True)
class Effects:
    """What a change does to the data; with `problems` it cannot be applied."""

    touched: int = 0
    risky: bool = False
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def count_rows(snapshot: Snapshot, table: sa.Table) -> int:
    """The records of an object, those in the recycle bin included."""
    return int(snapshot.scalar(sa.select(sa.func.count()).select_from(table)))


def count_filled(snapshot: Snapshot, table: sa.Table, field: Field) -> int:
    """The records that have a value in a field."""
    if not field.stored:
        return 0
    columns = [table.c[name] for name, _type in KINDS[field.type].columns(field)]
    return _count(snapshot, table, sa.or_(*(column.is_not(None) for column in columns)))


def _count(snapshot: Snapshot, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    return int(snapshot.scalar(sa.select(sa.func.count()).select_from(table).where(condition)))


def object_effects(old: Object, new: Object, table: sa.Table, snapshot: Snapshot) -> Effects:
    """What a change of an object's own settings does."""
    place = f"objects/{new.name}"
    if any(getattr(old, term) != getattr(new, term) for term in OWNERSHIP) or (old.master is None) != (
        new.master is None
    ):
        rows = count_rows(snapshot, table)
        # Access tokens are written with each record; those of old records would be wrong.
        if rows:
            return Effects(problems=(Problem("plan.ownership", params={"place": place, "touched": rows}),))
    if old.lockable and not new.lockable:
        locked = _count(snapshot, table, table.c.locked_at.is_not(None))
        return Effects(locked, risky=locked > 0, notes=("plan.note.unlocked",) if locked else ())
    if old.pooled and not new.pooled:
        lying = _count(snapshot, table, table.c.pool_id.is_not(None))
        # Without the fields nobody could see what has no owner.
        if lying:
            return Effects(problems=(Problem("plan.pooled", params={"place": place, "touched": lying}),))
    if old.sharing is not new.sharing:
        return Effects(count_rows(snapshot, table), risky=True, notes=("plan.note.sharing",))
    return Effects()


def field_effects(object_name: str, old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Effects:
    """What a change of one field does to the values that are there."""
    place = f"objects/{object_name}.fields.{new.name}"
    if not (old.stored and new.stored):
        # A column that becomes a formula is dropped; one that was a formula begins blank.
        filled = 0 if new.stored else count_filled(snapshot, table, old)
        return Effects(filled, risky=filled > 0, notes=("plan.note.lost",) if filled else ())
    if old.type is not new.type:
        refusal = _type_problem(place, old, new)
        if refusal is not None:
            return Effects(problems=(refusal,))
    problems = tuple(
        Problem(code, params={"place": place, **params})
        for code, params in (
            *_unfit(old, new, table, snapshot),
            *_lost_digits(old, new, table, snapshot),
            *_too_long(old, new, table, snapshot),
            *_duplicates(old, new, table, snapshot),
            *_lost_options(old, new, table, snapshot),
            *_lost_targets(old, new, table, snapshot),
        )
    )
    if old.type is not new.type:
        filled = count_filled(snapshot, table, old)
        return Effects(filled, risky=filled > 0, notes=("plan.note.converted",) if filled else (), problems=problems)
    if new.required and not old.required:
        blank = count_rows(snapshot, table) - count_filled(snapshot, table, old)
        return Effects(blank, notes=("plan.note.blank",) if blank else (), problems=problems)
    if new.searchable != old.searchable:
        rows = count_rows(snapshot, table)
        return Effects(rows, notes=("plan.note.search",) if rows else (), problems=problems)
    outside = 0 if (new.minimum, new.maximum) == (old.minimum, old.maximum) else _count_outside(new, table, snapshot)
    return Effects(outside, notes=("plan.note.bounds",) if outside else (), problems=problems)


def _count_outside(new: Field, table: sa.Table, snapshot: Snapshot) -> int:
    """The records whose value is out of the bounds of `new`: they keep it until somebody changes it."""
    column: sa.ColumnElement[Any] = table.c[new.name]
    column = sa.cast(column, sa.Date) if new.type is FieldType.DATETIME else column
    read = date.fromisoformat if new.type in DATED else Decimal
    outside: list[sa.ColumnElement[bool]] = []
    if new.minimum is not None:
        outside.append(column < read(str(new.minimum)))
    if new.maximum is not None:
        outside.append(column > read(str(new.maximum)))
    return _count(snapshot, table, sa.or_(sa.false(), *outside))


def _type_problem(place: str, old: Field, new: Field) -> Problem | None:
    known = possible(old.type)
    if new.type in known:
        return None
    params = {"place": place, "old": old.type.value, "new": new.type.value}
    if not known:
        return Problem("plan.type_fixed", params=params)
    return Problem("plan.type_change", params={**params, "possible": sorted(t.value for t in known)})


Found = Iterator[tuple[str, dict[str, object]]]


def _unfit(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    if old.type is new.type:
        return
    found = unfit(snapshot, table, old, new, SAMPLES)
    if found.count:
        records = [{"object": table.name, "id": str(i), "value": v[:SAMPLE_LENGTH]} for i, v in found.samples]
        yield "plan.unfit", {"touched": found.count, "type": new.type.value, "records": records}


def _records(snapshot: Snapshot, table: sa.Table, column: sa.Column[Any], condition: sa.ColumnElement[bool]) -> Any:  # noqa: ANN401
    """The first records that meet `condition`, for a problem to show."""
    held = sa.select(table.c.id, column.label("value")).where(condition).order_by(table.c.id).limit(SAMPLES)
    return [{"object": table.name, "id": str(r.id), "value": str(r.value)[:SAMPLE_LENGTH]} for r in snapshot.rows(held)]


def _lost_digits(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    if old.type not in SCALED or new.type not in SCALED:
        return
    scale = SCALE if new.scale is None else new.scale
    if scale >= (SCALE if old.scale is None else old.scale):
        return
    column = table.c[old.name]
    longer = column != sa.func.round(column, scale)
    touched = _count(snapshot, table, longer)
    if touched:
        shown = _records(snapshot, table, column, longer)
        yield "plan.scale_loss", {"touched": touched, "scale": scale, "records": shown}


def _too_long(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    length = new.length or LENGTHS.get(new.type)
    if length is None or not isinstance(table.c.get(old.name, sa.column("")).type, sa.Text):
        return
    if length >= (old.length or LENGTHS.get(old.type, LONG_TEXT_MAX)):
        return
    longer = sa.func.char_length(table.c[old.name]) > length
    touched = _count(snapshot, table, longer)
    if touched:
        shown = _records(snapshot, table, table.c[old.name], longer)
        yield "plan.too_long", {"touched": touched, "length": length, "records": shown}


def _duplicates(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    if old.unique or not new.unique:
        return
    column = table.c[old.name]
    doubled = (
        sa.select(column.label("value"))
        .where(column.is_not(None), table.c.deleted_at.is_(None))
        .group_by(column)
        .having(sa.func.count() > 1)
        .subquery()
    )
    touched = int(snapshot.scalar(sa.select(sa.func.count()).select_from(doubled)))
    if touched:
        samples = snapshot.rows(sa.select(doubled.c.value).order_by(doubled.c.value).limit(SAMPLES))
        yield "plan.duplicates", {"touched": touched, "samples": [str(row.value) for row in samples]}


def _lost_options(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    if not old.options or not new.options:
        return
    gone = [o.value for o in old.options if o.value not in {n.value for n in new.options}]
    column = table.c[old.name]
    for value in gone:
        held = sa.literal(value) == sa.any_(column) if old.type is FieldType.MULTI_SELECT else column == value
        touched = _count(snapshot, table, held)
        if touched:
            shown = _records(snapshot, table, column, held)
            yield "plan.option_in_use", {"value": value, "touched": touched, "records": shown}


def _lost_targets(old: Field, new: Field, table: sa.Table, snapshot: Snapshot) -> Found:
    gone = [target for target in old.points_to if target not in new.points_to]
    if not gone:
        return
    if old.type is FieldType.POLYMORPHIC:
        touched = _count(snapshot, table, table.c[f"{old.step}_type"].in_(gone))
    else:
        touched = count_filled(snapshot, table, old)
    if touched:
        yield "plan.targets_in_use", {"targets": gone, "touched": touched}
