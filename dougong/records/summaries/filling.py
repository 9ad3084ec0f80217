"""The job that fills in roll-ups: by id, chunk by chunk, while everybody goes on writing.

Each chunk is a transaction of its own, with how far it came: whoever kills the worker loses a chunk's time. A record
behind the position was filled in; of one before it nothing is shown until its turn comes, or a child of it is written,
which makes its roll-up whole. One that rolls up another waits until that one is complete.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.clock import now
from dougong.kit.errors import Forbidden, NotFound
from dougong.metadata.registry import Registry, RegistryCache, load_registry
from dougong.metadata.summaries import BUILDING, COMPLETE, FILLING_TASK, below, queue_filling
from dougong.records.work import Writing
from dougong.records.write.summing import all_groups, bring_up_to_date
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task
from dougong.storage.schema import meta_version, summary_state
from dougong.storage.unit_of_work import Snapshot, Transaction

CHUNK = 2_000
"""Records that one transaction fills in: they are locked for a fraction of a second."""

RETRIES = 3


@dataclass(frozen=True)
class Filling:
    """How far a roll-up is filled in: the records up to the id `position` are right."""

    object: str
    field: str
    state: str
    position: int
    done: int
    total: int | None
    finished_at: datetime | None

    @property
    def complete(self) -> bool:
        """Whether every record has its value."""
        return self.state == COMPLETE


def fillings(snapshot: Snapshot) -> Mapping[tuple[str, str], Filling]:
    """How far each roll-up is, by its object and field."""
    table = summary_state
    columns = (table.c.object, table.c.field, table.c.state, table.c.position, table.c.done, table.c.total)
    found = (Filling(**row._mapping) for row in snapshot.rows(sa.select(*columns, table.c.finished_at)))
    return {(filling.object, filling.field): filling for filling in found}


def filling_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The job; `stopping` says that the worker is asked to end. Running it twice does no harm."""

    def run(**_moment: object) -> None:
        fill_all(database, stopping)

    return Task(FILLING_TASK, run, retries=RETRIES)


def fill_all(database: Database, stopping: Callable[[], bool] = lambda: False, chunk: int = CHUNK) -> None:
    """Fill in all that is left to fill in. Raises Interrupted between two chunks when it is asked to stop."""
    registries = RegistryCache()
    working = True
    while working:
        if stopping():
            raise Interrupted
        with database.transaction() as tx:
            version = int(tx.scalar(sa.select(meta_version.c.metadata)) or 0)
            working = advance(tx, registries.current(tx, version), chunk)


def advance(tx: Transaction, registry: Registry, chunk: int = CHUNK) -> bool:
    """One chunk of the work. False when nothing was left to do."""
    building = {place: one for place, one in sorted(fillings(tx).items()) if not one.complete}
    place = next((one for one in building if not _waits(registry, one, building)), None)
    if place is None:
        return False
    mine = (summary_state.c.object == place[0]) & (summary_state.c.field == place[1])
    held = tx.one(sa.select(summary_state.c.position, summary_state.c.done).where(mine).with_for_update())
    group = next((g for g in all_groups(registry) if g.parent.name == place[0] and place[1] in g.deciding), None)
    if held is None or group is None:
        # Taken away, or made anew, since the registry was read: the next step sees it.
        return held is None or not tx.execute(sa.delete(summary_state).where(mine))
    table = registry.tables[place[0]]
    ids = sa.select(table.c.id).where(table.c.id > held.position).order_by(table.c.id).limit(chunk)
    found = [row.id for row in tx.rows(ids)]
    bring_up_to_date(tx, registry, group, [group.parent.fields[place[1]]], found)
    values: dict[str, Any] = {"done": held.done + len(found)}
    if building[place].total is None:
        values["total"] = tx.scalar(sa.select(sa.func.count()).select_from(table))
    if len(found) == chunk:
        values["position"] = found[-1]
    else:
        values |= {"state": COMPLETE, "total": values["done"], "finished_at": now()}
    tx.execute(sa.update(summary_state).where(mine).values(**values))
    return True


def _waits(registry: Registry, place: tuple[str, str], building: Mapping[tuple[str, str], Filling]) -> bool:
    """Whether the roll-up is made of another that is not complete."""
    obj = registry.objects.get(place[0])
    field = obj.fields.get(place[1]) if obj is not None else None
    summary = field.summary if field is not None else None
    lower = below(registry.objects, summary) if summary is not None else None
    return summary is not None and lower is not None and (summary.object, lower.name) in building


def recalculate(w: Writing, object_name: str, field_name: str) -> None:
    """Look at every record again, without blanking any. Raises Forbidden, and NotFound for what is no roll-up."""
    if not w.actor.administers:
        raise Forbidden("access.action_denied", action="recalculate", object=object_name, gate="administration")
    obj = load_registry(w.transaction).objects.get(object_name)
    field = obj.fields.get(field_name) if obj is not None else None
    if field is None or field.summary is None:
        raise NotFound("summary.not_found", object=object_name, name=field_name)
    values = {"state": BUILDING, "position": 0, "done": 0, "total": None, "finished_at": None}
    statement = insert(summary_state).values(object=object_name, field=field_name, **values)
    w.transaction.execute(statement.on_conflict_do_update(index_elements=["object", "field"], set_=values))
    queue_filling(w.transaction)
