"""Keeping the index of the searchable text in order.

An import stores the text of its records behind itself, batch by batch. New entries first wait in a list beside the
index, because sorting each in by itself would cost more than all other work; a search reads that list too. It is
sorted in after an import and every few minutes.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import REGCLASS

from dougong.kit.errors import DougongError
from dougong.metadata.apply import SEARCH_UPKEEP
from dougong.metadata.model import Object
from dougong.metadata.registry import load_registry
from dougong.records.search_rebuilding import rebuild_outdated
from dougong.records.search_text import search_entry, searched_fields
from dougong.records.write.columns import column_names, field_columns, unpacked
from dougong.storage import schema
from dougong.storage.engine import Database
from dougong.storage.jobs import Task, defer
from dougong.storage.samples import names
from dougong.storage.schema import SEARCH_INDEX
from dougong.storage.unit_of_work import Transaction

EVERY = "*/10 * * * *"

log = structlog.get_logger(__name__)


def index_waiting(database: Database) -> None:
    """Store the searchable text of the batches that wait for it, each in a transaction of its own, and sort it in.

    Several processes may do it at once. What fails is logged and waits for the next time: nobody waits for this.
    """
    try:
        while True:
            with database.transaction() as tx:
                if not _index_one(tx):
                    sort_in(tx)
                    return
    except DougongError as error:
        log.warning("search_entries_wait", reason=error.code)


def sort_in(transaction: Transaction) -> None:
    """Sort the entries that wait into the index. Writers go on meanwhile; with nothing waiting it costs nothing."""
    for part in names(SEARCH_INDEX):
        transaction.scalar(sa.select(sa.func.gin_clean_pending_list(sa.cast(part, REGCLASS))))


def search_upkeep_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The task that does it every ten minutes, and whenever what is searchable has changed."""

    def run(**_moment: object) -> None:
        index_waiting(database)
        if rebuild_outdated(database, stopping):
            with database.transaction() as tx:
                sort_in(tx)

    return Task(SEARCH_UPKEEP, run, every=EVERY)


def queue_upkeep(transaction: Transaction) -> None:
    """Have the worker look soon, once the transaction is committed."""
    defer(transaction, SEARCH_UPKEEP, lock=SEARCH_UPKEEP, once=SEARCH_UPKEEP)


def _index_one(tx: Transaction) -> bool:
    """Index one batch; False when none waits."""
    waiting = schema.search_waiting
    batch = tx.one(sa.select(waiting).order_by(waiting.c.change_id).limit(1).with_for_update(skip_locked=True))
    if batch is None:
        return False
    registry = load_registry(tx)
    obj = registry.objects.get(batch.object)
    if obj is not None:
        entries = _entries(tx, registry.tables[obj.name], obj, batch.change_id)
        tx.copy(schema.search_entry, ("record_id", "object", "grams"), entries)
    tx.execute(sa.delete(waiting).where(waiting.c.change_id == batch.change_id))
    return True


def _entries(tx: Transaction, table: sa.Table, obj: Object, change_id: int) -> list[tuple[Any, ...]]:
    """The entries of the batch's records as they are now. Whoever changes one waits, and then finds its entry.

    What has an entry already was changed since the import; what lies in the recycle bin is not found.
    """
    fields = searched_fields(obj)
    plan = field_columns([one.field for one in fields])
    history, entry = schema.history, schema.search_entry
    columns = [table.c[name] for one in fields for name in column_names(one.field)]
    statement = (
        sa.select(table.c.id, *columns)
        .join(history, sa.and_(history.c.record_id == table.c.id, history.c.change_id == change_id))
        .where(
            history.c.object == obj.name,
            table.c.deleted_at.is_(None),
            ~sa.exists().where(entry.c.record_id == table.c.id),
        )
        .order_by(table.c.id)
        .with_for_update(read=True, of=table)
    )
    rows = tx.rows(statement)
    return [(row.id, obj.name, search_entry(fields, unpacked(plan, dict(row._mapping)))) for row in rows]
