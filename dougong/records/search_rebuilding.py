"""Making the entries of the search anew: after a release that makes them otherwise, after other fields became
searchable, or because an administrator asks.

By object and id, chunk by chunk, each in a transaction of its own with how far it came, while everybody goes on writing
and searching: an entry is there until the one that replaces it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.clock import now
from dougong.kit.errors import Forbidden
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry, RegistryCache
from dougong.records.search_text import search_entry, searched_fields, signature
from dougong.records.work import Writing
from dougong.records.write.columns import column_names, field_columns, is_one_of, unpacked
from dougong.storage import schema
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted
from dougong.storage.schema import meta_version, search_state
from dougong.storage.unit_of_work import Snapshot, Transaction

CHUNK = 2_000


@dataclass(frozen=True)
class Rebuilding:
    """How far the entries of an object's records are made."""

    object: str
    done: int
    total: int | None
    finished_at: datetime | None
    current: bool
    """All are made of what is searchable now."""


def indexed_objects(registry: Registry) -> list[Object]:
    """The objects whose records have entries."""
    return [obj for obj in registry.objects.values() if obj.searched]


def rebuildings(snapshot: Snapshot, registry: Registry) -> Mapping[str, Rebuilding]:
    """How far each object is."""
    rows = {row.object: row for row in snapshot.rows(sa.select(search_state))}
    found = {}
    for obj in indexed_objects(registry):
        row = rows.get(obj.name)
        if row is None:
            found[obj.name] = Rebuilding(obj.name, 0, None, None, current=False)
        else:
            current = row.finished_at is not None and row.signature == signature(obj)
            found[obj.name] = Rebuilding(obj.name, row.done, row.total, row.finished_at, current)
    return found


def entries_of(snapshot: Snapshot) -> Mapping[str, int]:
    """How many records of each object are found."""
    entry = schema.search_entry
    return {
        row.object: row.n
        for row in snapshot.rows(sa.select(entry.c.object, sa.func.count().label("n")).group_by(entry.c.object))
    }


def ask_for_rebuilding(w: Writing, object_name: str | None = None) -> None:
    """Have the entries of an object, or of all, made anew. Raises Forbidden for who does not administer."""
    if not w.actor.administers:
        raise Forbidden("access.action_denied", action="rebuild", object=object_name or "", gate="administration")
    names = (
        [obj.name for obj in indexed_objects(w.registry)]
        if object_name is None
        else [w.registry.object(object_name).name]
    )
    begun = {"signature": "", "position": 0, "done": 0, "total": None, "finished_at": None}
    for name in names:
        statement = insert(search_state).values(object=name, **begun)
        w.transaction.execute(statement.on_conflict_do_update(index_elements=["object"], set_=begun))


def rebuild_outdated(database: Database, stopping: Callable[[], bool] = lambda: False, chunk: int = CHUNK) -> int:
    """Make all entries anew that are not made of what is searchable now. Returns how many records it looked at.

    Raises Interrupted between two chunks when it is asked to stop; the next one goes on from there.
    """
    registries = RegistryCache()
    with database.transaction() as tx:
        _forget_unsearched(tx, registries.now(tx))
    looked = 0
    while True:
        if stopping():
            raise Interrupted
        with database.transaction() as tx:
            version = int(tx.scalar(sa.select(meta_version.c.metadata)) or 0)
            found = advance(tx, registries.current(tx, version), chunk)
        if found is None:
            return looked
        looked += found


def _forget_unsearched(tx: Transaction, registry: Registry) -> None:
    """Entries of objects that an earlier release had in the search, or that were another kind of object then."""
    unsearched = [obj.name for obj in registry.objects.values() if not obj.searched]
    entry = schema.search_entry
    tx.execute(sa.delete(entry).where(is_one_of(entry.c.object, unsearched)))


def advance(tx: Transaction, registry: Registry, chunk: int = CHUNK) -> int | None:
    """One chunk of the work; how many records it looked at, None when nothing was left to do."""
    behind = [obj for obj in indexed_objects(registry) if not rebuildings(tx, registry)[obj.name].current]
    if not behind:
        return None
    obj = behind[0]
    table, made = registry.tables[obj.name], signature(obj)
    tx.execute(insert(search_state).values(object=obj.name, signature="").on_conflict_do_nothing())
    row = tx.one(sa.select(search_state).where(search_state.c.object == obj.name).with_for_update())
    if row is None or (row.signature == made and row.finished_at is not None):
        return 0
    values: dict[str, Any] = {}
    position, done = row.position, row.done
    if row.signature != made:
        total = tx.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None)))
        position, done, values = 0, 0, {"signature": made, "total": total, "finished_at": None}
    count, last = _make(tx, table, obj, position, chunk)
    values |= {"position": last, "done": done + count}
    if count < chunk:
        values |= {"finished_at": now(), "total": done + count}
    tx.execute(sa.update(search_state).where(search_state.c.object == obj.name).values(values))
    return count


def _make(tx: Transaction, table: sa.Table, obj: Object, position: int, chunk: int) -> tuple[int, int]:
    """Replace the entries of the next records behind `position`: how many, and the last one's id."""
    fields = searched_fields(obj)
    plan = field_columns([one.field for one in fields])
    columns = [table.c[name] for one in fields for name in column_names(one.field)]
    statement = (
        sa.select(table.c.id, *columns)
        .where(table.c.id > position, table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        .limit(chunk)
        # Whoever changes one of them waits, and then replaces the entry that is made here.
        .with_for_update(read=True, of=table)
    )
    rows = tx.rows(statement)
    if not rows:
        return 0, position
    entries = schema.search_entry
    tx.execute(sa.delete(entries).where(is_one_of(entries.c.record_id, [row.id for row in rows])))
    made = ((row.id, obj.name, search_entry(fields, unpacked(plan, dict(row._mapping)))) for row in rows)
    tx.copy(entries, ("record_id", "object", "grams"), made)
    return len(rows), rows[-1].id
