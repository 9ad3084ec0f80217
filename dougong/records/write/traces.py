"""What every write leaves beside the records: the change, history, search entries and the events of the outbox."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from dougong.access.resolve import access_changed
from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS
from dougong.records.search_text import search_entry, searched_fields
from dougong.records.work import Writing
from dougong.records.write.batch import CHANGING, Act, Batch, Row
from dougong.records.write.columns import is_one_of
from dougong.storage import schema
from dougong.storage.outbox import append

BULK = 200
BULK_PENDING_KB = 32 * 1024
"""How far the pending lists of GIN indexes may grow in a bulk write (4 MB else): one merge into the index for many
chunks instead of one or more for each, which halves the cost of a search entry. Searches read the list meanwhile."""


def change(batch: Batch, w: Writing) -> list[Problem]:
    """The one change to which everything in the batch, and what goes with it, belongs."""
    if batch.change_id is None:
        if len(batch.rows) >= BULK:
            w.transaction.scalar(sa.select(sa.func.set_config("gin_pending_list_limit", str(BULK_PENDING_KB), True)))
        size = sum(len(part.storable) for part in batch.whole())
        batch.change_id = add_change(w, batch.object.name, batch.act.value, size, batch.moment)
    return []


def add_change(w: Writing, object_name: str, action: str, size: int, moment: object) -> int:
    """Record an act of the writer; its id names it in history, in the outbox and for undo."""
    return int(
        w.transaction.scalar(
            sa.insert(schema.change)
            .values(
                at=moment,
                actor_id=w.actor.user_id,
                via=w.via,
                reason=w.actor.reason,
                object=object_name,
                action=action,
                size=size,
            )
            .returning(schema.change.c.id)
        )
    )


LATER_FROM = 500
"""An import that stores so many records at once does not wait for the search: it cost a quarter of its time.
`search_upkeep.index_waiting` follows right behind it, and in any case a few minutes later."""


def search(batch: Batch, w: Writing) -> list[Problem]:
    """Keep the searchable text of the records in step with them; what lies in the recycle bin is not found."""
    if not batch.object.searched:
        return []
    fields = searched_fields(batch.object)
    names = [one.field.name for one in fields]
    rows = batch.storable
    if batch.act in CHANGING:
        rows = [row for row in rows if any(name in row.values for name in names)]
    if not rows:
        return []
    if batch.act is Act.CREATE and w.via == "import" and len(rows) >= LATER_FROM:
        waiting = {"change_id": batch.change_id, "object": batch.object.name}
        w.transaction.execute(sa.insert(schema.search_waiting).values(waiting))
        return []
    entries = schema.search_entry
    if batch.act is not Act.CREATE:
        w.transaction.execute(sa.delete(entries).where(is_one_of(entries.c.record_id, [row.id for row in rows])))
    if batch.act is not Act.DELETE:
        name, creating = batch.object.name, batch.act is Act.CREATE
        found = ((row.id, name, search_entry(fields, row.values if creating else row.merged())) for row in rows)
        w.transaction.copy(entries, ("record_id", "object", "grams"), found)
    return []


HISTORY_COLUMNS = ("change_id", "object", "record_id", "action", "changes", "version")


def history(batch: Batch, w: Writing) -> list[Problem]:
    """One line for each record: what its tracked fields were and are. A new record's line has no fields."""
    w.transaction.copy(schema.history, HISTORY_COLUMNS, _lines(batch, batch.storable))
    return []


def _lines(batch: Batch, rows: list[Row]) -> Iterator[tuple[Any, ...]]:
    change_id, name, act = batch.change_id, batch.object.name, batch.act.value
    if batch.act is not Act.UPDATE:
        for row in rows:
            yield change_id, name, row.id, act, {}, row.version
        return
    wires = {f.name: KINDS[f.type].wire for f in batch.object.fields.values() if f.tracked and not f.secret}
    for row in rows:
        old = row.old
        changed = {
            field: [wires[field](old.get(field)), wires[field](value)]
            for field, value in row.values.items()
            if field in wires
        }
        yield change_id, name, row.id, act, changed, row.version


def outbox(batch: Batch, w: Writing) -> list[Problem]:
    """One event for the whole batch; who sends it reads it only after the commit."""
    append(
        w.transaction,
        change_id=batch.change_id or 0,
        object=batch.object.name,
        action=batch.act.value,
        record_ids=[row.id for row in batch.storable],
    )
    return []


def announce(batch: Batch, w: Writing) -> list[Problem]:
    """Tell every process to work out people's rights anew when this write decides about them."""
    access_changed(w.transaction, batch.object.name)
    return []
