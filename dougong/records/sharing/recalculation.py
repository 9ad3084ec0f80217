"""Bringing records in step with the sharing rules, chunk by chunk, while everybody goes on working.

Each chunk is a transaction of its own, with how far it came: whoever kills the worker loses a chunk's time. The order
is by id. A record behind the position was done or was written by who knew the generation (`records.write.rules`);
one before it is still to come.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from dougong.access.resolve import access_changed
from dougong.access.tokens import Kind, token
from dougong.metadata.registry import Registry, RegistryCache
from dougong.records.read.row_conditions import meeting
from dougong.records.sharing.generations import EVERY_RECORD, RULE, Standing, as_standing, put_into_force
from dougong.records.sharing.queue import TASK
from dougong.records.sharing.sources import refresh_sources
from dougong.records.write.columns import is_one_of
from dougong.records.write.rules import BUILDING, LEAVING, generations, lock_rules
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task
from dougong.storage.schema import meta_version, sharing_generation, sharing_source
from dougong.storage.unit_of_work import Snapshot, Transaction

CHUNK = 10_000
"""Records that one transaction looks at: their locks are held for a fraction of a second."""

RETRIES = 3

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        # By the index of the ids: rows are locked in the order in which writers lock them.
        "enable_seqscan": "off",
        "enable_bitmapscan": "off",
        # What waits to be put into the index of tokens is read by every list meanwhile.
        "gin_pending_list_limit": "256kB",
    }
)
"""Of the transactions that rewrite a stretch of records."""


def recalculation_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The job; `stopping` says that the worker is asked to end. Running it twice does no harm."""

    def run(**_moment: object) -> None:
        recalculate_all(database, stopping)

    return Task(TASK, run, retries=RETRIES)


def recalculate_all(database: Database, stopping: Callable[[], bool] = lambda: False, chunk: int = CHUNK) -> None:
    """Do all that the rules have left to do. Raises Interrupted between two chunks when it is asked to stop."""
    registries = RegistryCache()
    with database.transaction() as tx:
        refresh_sources(tx, _registry(tx, registries))
    working = True
    while working:
        if stopping():
            raise Interrupted
        with database.transaction() as tx:
            working = advance(tx, _registry(tx, registries), chunk)


def _registry(snapshot: Snapshot, registries: RegistryCache) -> Registry:
    return registries.current(snapshot, int(snapshot.scalar(sa.select(meta_version.c.metadata)) or 0))


def advance(tx: Transaction, registry: Registry, chunk: int = CHUNK) -> bool:
    """One step of the work. False when nothing was left to do."""
    found = _next(tx)
    if found is None:
        return False
    if found.state == BUILDING and found.position == EVERY_RECORD and not found.restate:
        _finish(tx, found)
    elif (held := _locked(tx, found)) is not None:
        _step(tx, registry, held, chunk)
    return True


def _step(tx: Transaction, registry: Registry, found: Standing, chunk: int) -> None:
    table = registry.tables.get(found.object)
    if table is None:
        _forget(tx, found)
    elif found.state == LEAVING:
        _sweep(tx, table, found, chunk)
    elif found.state == BUILDING and found.position < EVERY_RECORD:
        _build(tx, registry, found, chunk)
    else:
        _restate(tx, table, found, chunk)


def _next(tx: Transaction) -> Standing | None:
    """What is to be done first: meanings that people wait for, then whose people have changed, then what is to go."""
    table = sharing_generation
    moved = sa.func.cardinality(table.c.restate) > 0
    statement = (
        sa.select(table)
        .where(table.c.state.in_((BUILDING, LEAVING)) | moved)
        .order_by(table.c.state == LEAVING, ~moved, table.c.id)
        .limit(1)
    )
    row = tx.one(statement)
    return None if row is None else as_standing(row)


def _locked(tx: Transaction, found: Standing) -> Standing | None:
    """The generation as it stands now, kept so; None when it has gone on to another state."""
    row = tx.one(sa.select(sharing_generation).where(sharing_generation.c.id == found.id).with_for_update())
    return None if row is None or row.state != found.state else as_standing(row)


def _build(tx: Transaction, registry: Registry, found: Standing, chunk: int) -> None:
    """Give the token to the covered records of the next stretch."""
    table, obj = registry.tables[found.object], registry.objects[found.object]
    live = generations(tx, registry, obj, {found.id: found.created_at})
    if not live:
        # Its rule is about to be switched off, with the reason (`records.sharing.upkeep`).
        _set(tx, found, state=LEAVING, position=0, done=0)
        return
    condition = live[0].condition
    covered = _owned_by_its_people(table, found) if condition is None else meeting(registry, condition, table)
    stretch, end, size = _stretch(tx, table, found, chunk)
    given = _token(found)
    wanted = stretch & covered & (given != sa.all_(table.c.access))
    _rewrite(tx, table, wanted, sa.func.array_append(table.c.access, given))
    total = found.total if found.total is not None else tx.scalar(sa.select(sa.func.count()).select_from(table))
    _set(tx, found, position=end, done=found.done + size, total=max(total, found.done + size))


def _token(found: Standing) -> sa.ColumnElement[int]:
    return sa.literal(token(Kind.RULE, found.id), sa.BigInteger)


def _owned_by_its_people(table: sa.Table, found: Standing) -> sa.ColumnElement[bool]:
    mine = (sharing_source.c.generation_id == found.id) & (sharing_source.c.user_id == table.c.owner_id)
    return sa.exists().where(mine)


def _restate(tx: Transaction, table: sa.Table, found: Standing, chunk: int) -> None:
    """Look again at the records of people who came or left; when none is wrong any more, they are done."""
    given = _token(found)
    covered, carried = _owned_by_its_people(table, found), given == sa.any_(table.c.access)
    theirs = is_one_of(table.c.owner_id, found.restate) & (covered != carried)
    statement = sa.select(table.c.id).where(theirs).order_by(table.c.id).limit(chunk)
    ids = [row.id for row in tx.rows(statement.with_for_update(key_share=True))]
    right = sa.case(
        (covered & ~carried, sa.func.array_append(table.c.access, given)),
        (~covered & carried, sa.func.array_remove(table.c.access, given)),
        else_=table.c.access,
    )
    _rewrite(tx, table, is_one_of(table.c.id, ids), right)
    if len(ids) < chunk:
        _set(tx, found, restate=[])


def _sweep(tx: Transaction, table: sa.Table, found: Standing, chunk: int) -> None:
    """Take the token off the records of the next stretch; behind the last the generation is forgotten."""
    stretch, end, size = _stretch(tx, table, found, chunk)
    given = _token(found)
    # Not by the index: it would lead to all that was swept before as well, until the next vacuum.
    _rewrite(tx, table, stretch & (given == sa.any_(table.c.access)), sa.func.array_remove(table.c.access, given))
    if end == EVERY_RECORD:
        _forget(tx, found)
    else:
        _set(tx, found, position=end, done=found.done + size)


def _stretch(tx: Transaction, table: sa.Table, found: Standing, chunk: int) -> tuple[sa.ColumnElement[bool], int, int]:
    """The next records by id: which they are, up to which id, and how many."""
    behind = table.c.id > found.position
    ids = sa.select(table.c.id).where(behind).order_by(table.c.id).limit(chunk).subquery()
    found_ids = tx.rows(sa.select(sa.func.max(ids.c.id).label("last"), sa.func.count().label("size")))[0]
    last, size = found_ids.last, int(found_ids.size)
    end = EVERY_RECORD if size < chunk else int(last)
    return behind & (table.c.id <= end), end, size


def _rewrite(tx: Transaction, table: sa.Table, wanted: sa.ColumnElement[bool], access: sa.ColumnElement[Any]) -> None:
    """What the record says stays as it is: neither its version nor its history move.

    A row that somebody has just changed is decided again as it is now; one that has only now come to be `wanted` was
    written by who knew.
    """
    for name, value in SETTINGS.items():
        tx.execute(sa.select(sa.func.set_config(name, value, True)))
    tx.execute(sa.update(table).where(wanted).values(access=access))


def _finish(tx: Transaction, found: Standing) -> None:
    """The rule's new meaning is complete."""
    access_changed(tx, RULE)
    lock_rules(tx, found.object)
    held = _locked(tx, found)
    if held is not None and not held.restate:
        put_into_force(tx, held)


def _set(tx: Transaction, found: Standing, **values: object) -> None:
    tx.execute(sa.update(sharing_generation).where(sharing_generation.c.id == found.id).values(**values))


def _forget(tx: Transaction, found: Standing) -> None:
    tx.execute(sa.delete(sharing_generation).where(sharing_generation.c.id == found.id))
