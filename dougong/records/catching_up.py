"""The job that gives records of before a release what it keeps in them: once, by id, chunk by chunk.

Modules say what they keep and how it follows from what is there (`records.hooks.CatchUp`). Each chunk is a transaction
of its own, with how far it came: whoever kills the worker loses a chunk's time, and people work on meanwhile, because a
record written behind the release has its values by the write path. Values are stamped, so no record counts as changed;
roll-ups that are made of them are calculated anew at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.metadata.registry import Registry, load_registry
from dougong.records.hooks import CatchUp, Hooks, installed_hooks
from dougong.records.summaries.filling import recalculate
from dougong.records.work import Writing, writing
from dougong.records.write.summing import groups_on
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer
from dougong.storage.schema import catching_up
from dougong.storage.unit_of_work import Snapshot, Transaction

TASK = "catching_up"
EVERY = "27 * * * *"
"""The configuration may be upgraded while the worker runs: then there is more to fill in."""

CHUNK = 500
RETRIES = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far one is: `done` of `total` records (None: it has not begun)."""

    name: str
    object: str
    done: int
    total: int | None
    finished_at: datetime | None


def catching_up_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The job; `stopping` says that the worker is asked to end. Running it twice does no harm."""

    def run(**_moment: object) -> None:
        catch_up(database, stopping)

    return Task(TASK, run, retries=RETRIES, every=EVERY)


def queue_catching_up(tx: Transaction) -> None:
    """Have the worker look soon, once the transaction is committed."""
    defer(tx, TASK, lock=TASK, once=TASK)


def count_as_done(tx: Transaction, hooks: Hooks | None = None) -> None:
    """Nothing is left to do in a new installation: all of its records are written by this release."""
    values = [{"name": one.name, "total": 0, "finished_at": now()} for one in (hooks or installed_hooks()).catch_ups]
    if values:
        tx.execute(insert(catching_up).values(values).on_conflict_do_nothing())


def catch_up(
    database: Database,
    stopping: Callable[[], bool] = lambda: False,
    chunk: int = CHUNK,
    hooks: Hooks | None = None,
) -> None:
    """Do all that is left to do. Raises Interrupted between two chunks when it is asked to stop."""
    working = True
    while working:
        if stopping():
            raise Interrupted
        with database.transaction() as tx:
            working = advance(tx, hooks or installed_hooks(), chunk)


def advance(tx: Transaction, hooks: Hooks, chunk: int = CHUNK) -> bool:
    """One chunk of the work. False when nothing was left to do."""
    registry, states = load_registry(tx), _states(tx)
    left = (one for one in hooks.catch_ups if one.name not in states or states[one.name].finished_at is None)
    found = next((one for one in left if _applies(registry, one)), None)
    if found is None:
        return False
    tx.execute(insert(catching_up).values(name=found.name).on_conflict_do_nothing())
    mine = catching_up.c.name == found.name
    held = tx.one(sa.select(catching_up).where(mine).with_for_update())
    if held is None or held.finished_at is not None:
        return True  # Another worker has been at it: the next step sees what is left.
    table = registry.tables[found.object]
    ids = sa.select(table.c.id).where(table.c.id > held.position).order_by(table.c.id).limit(chunk)
    some = [row.id for row in tx.rows(ids)]
    w = writing(tx, registry, system("values of a new release"), "system")
    if some:
        found.run(w, some)
    values = {"done": held.done + len(some), "position": some[-1] if some else held.position}
    if held.total is None:
        values["total"] = int(tx.scalar(sa.select(sa.func.count()).select_from(table)))
    if len(some) < chunk:
        tx.execute(sa.update(catching_up).where(mine).values(**values | {"total": values["done"]}, finished_at=now()))
        _recalculate(w, found)
        log.info("records_caught_up", name=found.name, count=values["done"])
    else:
        tx.execute(sa.update(catching_up).where(mine).values(**values))
    return True


def progress(snapshot: Snapshot, registry: Registry, hooks: Hooks | None = None) -> list[Progress]:
    """How far each is that applies to the objects there are."""
    states = _states(snapshot)
    return [
        Progress(one.name, one.object, state.done, state.total, state.finished_at)
        if (state := states.get(one.name)) is not None
        else Progress(one.name, one.object, 0, None, None)
        for one in (hooks or installed_hooks()).catch_ups
        if _applies(registry, one)
    ]


def _states(snapshot: Snapshot) -> dict[str, sa.Row[tuple[object, ...]]]:
    return {row.name: row for row in snapshot.rows(sa.select(catching_up))}


def _applies(registry: Registry, one: CatchUp) -> bool:
    """Whether the object keeps any of it: what the company has taken out has nothing to be given."""
    obj = registry.objects.get(one.object)
    return obj is not None and not obj.fields.keys().isdisjoint(one.fields)


def _recalculate(w: Writing, one: CatchUp) -> None:
    """Make the roll-ups anew that are made of what was filled in."""
    for group in groups_on(w.registry, one.object):
        for field in group.following(one.fields):
            recalculate(w, group.parent.name, field.name)
