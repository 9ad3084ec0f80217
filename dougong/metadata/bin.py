"""The bin of definitions: objects and fields that were deleted, and for KEPT_DAYS what brings them back.

Nothing is copied. A deleted field's columns stay in the table under other names, a deleted object's table moves as it
is into a schema of its own: both are a change of names, quick however many records there are, and free the name for
something new. Whoever deletes, by a screen or by `config apply --prune`, comes by here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as of_its_own
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.clock import now
from dougong.kit.errors import NotFound
from dougong.metadata.ddl import DropKeptColumn, DropKeptSchema, Kept
from dougong.metadata.definitions import Body, field_to_body, object_to_body
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import EMPTY, Field, Object
from dougong.metadata.plan_data import count_filled, count_rows
from dougong.metadata.registry import Registry, without_system_fields
from dougong.storage.audit import Author
from dougong.storage.schema import DATA_SCHEMA, KEPT_SCHEMA, auto_number, deleted_definition, search_entry
from dougong.storage.unit_of_work import Snapshot, Transaction

KEPT_DAYS = 30
"""How long a deleted object or field can be restored."""

Name = tuple[str, str | None]
"""An object, or one of its fields."""


@dataclass(frozen=True)
class Binned:
    """A deleted object (`field` None) or field. `filled` counts the records that had a value, or that there were."""

    id: int
    object: str
    field: str | None
    body: Body
    filled: int
    deleted_at: datetime
    deleted_by: str
    columns: Mapping[str, str] = of_its_own(default_factory=lambda: EMPTY)
    counters: tuple[Mapping[str, Any], ...] = ()
    records: Mapping[str, tuple[int, ...]] = of_its_own(default_factory=lambda: EMPTY)

    @property
    def name(self) -> Name:
        """What it was."""
        return self.object, self.field

    @property
    def gone_at(self) -> datetime:
        """When it is thrown away for good."""
        return self.deleted_at + timedelta(days=KEPT_DAYS)


def binned(snapshot: Snapshot) -> tuple[Binned, ...]:
    """What can be restored, the latest first; fields that went with their object come back with it."""
    rows = deleted_definition
    statement = sa.select(rows).where(rows.c.within_id.is_(None)).order_by(rows.c.deleted_at.desc(), rows.c.id.desc())
    return tuple(_entry(row) for row in snapshot.rows(statement))


def binned_entry(snapshot: Snapshot, entry_id: int) -> Binned:
    """One of `binned`. Raises NotFound."""
    rows = deleted_definition
    row = snapshot.one(sa.select(rows).where(rows.c.id == entry_id, rows.c.within_id.is_(None)))
    if row is None:
        raise NotFound("bin.not_there")
    return _entry(row)


def put_away(transaction: Transaction, current: Registry, wanted: Registry, by: Author) -> Kept:
    """Note what `wanted` has no more, and say under which names its data is to be kept."""
    columns: dict[tuple[str, str], str] = {}
    schemas: dict[str, str] = {}
    for name, obj in current.objects.items():
        table = current.tables[name]
        if name not in wanted.objects:
            if not obj.log:
                filled = count_rows(transaction, table)
                entry = _note(transaction, name, None, object_to_body(without_system_fields(obj)), filled, by)
                _take_along(transaction, name, entry)
                schemas[name] = f"{KEPT_SCHEMA}{entry}"
            continue
        for found in _removed(obj, wanted.objects[name]):
            body = field_to_body(without_system_fields(obj).fields[found.name])
            entry = _note(transaction, name, found.name, body, count_filled(transaction, table, found), by)
            stored = KINDS[found.type].columns(found) if found.stored else ()
            kept = {c: f"GONE_{entry}_{n}" for n, (c, _type) in enumerate(stored)}
            rows = deleted_definition
            transaction.execute(sa.update(rows).where(rows.c.id == entry).values(columns=kept))
            columns |= {(name, column): other for column, other in kept.items()}
    return Kept(columns=columns, schemas=schemas)


def taken_back(entries: Iterable[Binned]) -> Kept:
    """Where the data of `entries` lies, which are to be in force again."""
    columns: dict[tuple[str, str], str] = {}
    schemas: dict[str, str] = {}
    for entry in entries:
        if entry.field is None:
            schemas[entry.object] = f"{KEPT_SCHEMA}{entry.id}"
        columns |= {(entry.object, column): other for column, other in entry.columns.items()}
    return Kept(back_columns=columns, back_schemas=schemas)


def forget_entries(transaction: Transaction, entries: Iterable[Binned]) -> None:
    """`entries` are in force again: their counters go on where they were, and they leave the bin."""
    rows = deleted_definition
    for entry in entries:
        if entry.counters:
            statement = insert(auto_number).values([dict(one) for one in entry.counters])
            transaction.execute(statement.on_conflict_do_nothing())
        transaction.execute(sa.update(rows).where(rows.c.within_id == entry.id).values(within_id=None))
        transaction.execute(sa.delete(rows).where(rows.c.id == entry.id))


def note_records(transaction: Transaction, name: Name, records: Mapping[str, Iterable[int]]) -> None:
    """Keep in mind which configuration records went with what was deleted last under `name`."""
    rows = deleted_definition
    field_name = rows.c.field.is_(None) if name[1] is None else rows.c.field == name[1]
    latest = sa.select(sa.func.max(rows.c.id)).where(rows.c.object == name[0], field_name).scalar_subquery()
    told = {object_name: list(ids) for object_name, ids in records.items()}
    transaction.execute(sa.update(rows).where(rows.c.id == latest).values(records=told))


def purge_bin(transaction: Transaction, entry_id: int | None = None) -> int:
    """Throw away for good what was deleted more than KEPT_DAYS ago, or one entry now. Returns how many it were."""
    rows = deleted_definition
    due = rows.c.deleted_at < now() - timedelta(days=KEPT_DAYS) if entry_id is None else rows.c.id == entry_id
    found = transaction.rows(
        sa.select(rows).where(due, rows.c.within_id.is_(None)).order_by(rows.c.id).with_for_update()
    )
    for row in found:
        for statement in _purging(transaction, _entry(row)):
            transaction.execute(statement)
        transaction.execute(sa.delete(rows).where(sa.or_(rows.c.id == row.id, rows.c.within_id == row.id)))
    return len(found)


def _purging(transaction: Transaction, entry: Binned) -> Iterator[sa.Executable]:
    if entry.field is not None:
        for column in entry.columns.values():
            yield DropKeptColumn(DATA_SCHEMA, entry.object, column)
        return
    schema = f"{KEPT_SCHEMA}{entry.id}"
    ids = sa.select(sa.table(entry.object, sa.column("id"), schema=schema).c.id)
    yield sa.delete(search_entry).where(search_entry.c.object == entry.object, search_entry.c.record_id.in_(ids))
    yield DropKeptSchema(schema)


def _removed(before: Object, after: Object) -> Iterator[Field]:
    for found in without_system_fields(before).fields.values():
        if found.name not in after.fields:
            yield before.fields[found.name]


def _note(transaction: Transaction, object_name: str, name: str | None, body: Body, filled: int, by: Author) -> int:
    counted = auto_number.c.object == object_name
    if name is not None:
        counted &= auto_number.c.field == name
    counters = [dict(row._mapping) for row in transaction.rows(sa.select(auto_number).where(counted))]
    statement = (
        sa.insert(deleted_definition)
        .values(object=object_name, field=name, body=body, counters=counters, filled=filled, deleted_by=by.name)
        .returning(deleted_definition.c.id)
    )
    return int(transaction.scalar(statement))


def _take_along(transaction: Transaction, object_name: str, entry: int) -> None:
    """What lay in the bin of a deleted object's fields goes with it: its columns are in the table that moves."""
    rows = deleted_definition
    mine = (rows.c.object == object_name, rows.c.field.is_not(None), rows.c.within_id.is_(None))
    transaction.execute(sa.update(rows).where(*mine).values(within_id=entry))


def _entry(row: sa.Row[Any]) -> Binned:
    return Binned(
        id=row.id,
        object=row.object,
        field=row.field,
        body=row.body,
        filled=row.filled,
        deleted_at=row.deleted_at,
        deleted_by=row.deleted_by,
        columns=row.columns,
        counters=tuple(row.counters),
        records={name: tuple(ids) for name, ids in row.records.items()},
    )
