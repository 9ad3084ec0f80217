"""The job behind switching a dimension on: gives old records their owner's value, then puts the dimension in force.

It goes through the write path like any change, in small transactions, so that people work on meanwhile, and may be run
again from the start at any time: records that have a value are left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.kit.errors import DougongError
from dougong.metadata.names import dimension_field
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Change, Writing, update, writing
from dougong.records.dimensions.values import VIA
from dougong.records.transfer import job_rows
from dougong.records.transfer.job_rows import Job
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer
from dougong.storage.unit_of_work import Snapshot, Transaction

FILLING_TASK = "dimensions.fill"
CHUNK = 500


def start_filling(w: Writing, switch_id: int, object_name: str, dimension_id: int) -> int:
    """Queue the job for a `dimension_object`, in the writer's transaction. Returns its id."""
    params = {"switch_id": switch_id, "object": object_name, "dimension_id": dimension_id}
    job_id = job_rows.add_job(w.transaction, "dimension", w.actor.user_id, params)
    defer(w.transaction, FILLING_TASK, job_id=job_id)
    return job_id


def filling_wire(job: Job) -> dict[str, Any]:
    """A job as the API answers it."""
    return {
        "id": str(job.id),
        "object": job.params["object"],
        "dimension_id": str(job.params["dimension_id"]),
        "switch_id": str(job.params["switch_id"]),
        "state": job.state,
        "progress": job.progress,
        "total": job.total,
        "error": job.error,
    }


def dimension_tasks(database: Database, stopping: Callable[[], bool] = lambda: False) -> tuple[Task, ...]:
    """The background task of this room; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        with job_rows.at_work(database, job_id, stopping):
            run_filling(database, job_id, stopping)

    return (Task(FILLING_TASK, run, retries=3),)


@dataclass(frozen=True)
class _Filling:
    job_id: int
    switch_id: int
    object: str
    dimension_id: int
    field: str


def run_filling(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Fill in the values of a queued job and put its dimension into force; ends early when it was switched off."""
    with database.transaction() as tx:
        job = job_rows.load_job(tx, job_id)
        if job.state in job_rows.ENDED:
            return
        registry = load_registry(tx)
        filling = _read(tx, registry, job)
        if filling is None:
            job_rows.change_job(tx, job_id, state="cancelled", finished_at=now())
            return
        job_rows.begin_job(tx, job_id, _count_blank(tx, registry, filling))
    try:
        done = 0
        after: int | None = 0
        while after is not None:
            if stopping():
                raise Interrupted
            with database.transaction() as tx:
                filled, after = _fill_chunk(tx, filling, after)
                done += filled
                job_rows.change_job(tx, job_id, progress=done)
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, "zh")


def _read(snapshot: Snapshot, registry: Registry, job: Job) -> _Filling | None:
    """What the job is to do; None when the dimension was switched off meanwhile, or deleted."""
    switches, dimensions = registry.tables["dimension_object"], registry.tables["dimension"]
    statement = (
        sa.select(dimensions.c.key)
        .join(switches, switches.c.dimension_id == dimensions.c.id)
        .where(switches.c.id == job.params["switch_id"], switches.c.deleted_at.is_(None))
    )
    key = snapshot.scalar(statement)
    if key is None:
        return None
    params = job.params
    return _Filling(job.id, params["switch_id"], params["object"], params["dimension_id"], dimension_field(key))


def _blank(registry: Registry, filling: _Filling) -> sa.Select[tuple[int, int]]:
    """The living records without a value whose owner belongs to one, each with that value, by their ids."""
    table, own = registry.tables[filling.object], own_values(registry, filling.dimension_id).subquery("own")
    return (
        sa.select(table.c.id, own.c.node_id)
        .join(own, own.c.user_id == table.c.owner_id)
        .where(table.c[filling.field].is_(None), table.c.deleted_at.is_(None))
    )


def own_values(registry: Registry, dimension_id: int) -> sa.Select[tuple[int, int]]:
    """The value of the dimension that each user belongs to: `user_id` and `node_id`."""
    held, nodes = registry.tables["user_dimension_node"], registry.tables["dimension_node"]
    return (
        sa.select(held.c.user_id, nodes.c.id.label("node_id"))
        .join(nodes, nodes.c.id == held.c.node_id)
        .where(held.c.relation == "own", held.c.deleted_at.is_(None))
        .where(nodes.c.dimension_id == dimension_id, nodes.c.deleted_at.is_(None))
    )


def _count_blank(snapshot: Snapshot, registry: Registry, filling: _Filling) -> int:
    return int(snapshot.scalar(sa.select(sa.func.count()).select_from(_blank(registry, filling).subquery())))


def _fill_chunk(tx: Transaction, filling: _Filling, after: int) -> tuple[int, int | None]:
    """Fill in the next records behind the id `after`. Returns how many, and the last id; None at the end."""
    registry = load_registry(tx)
    w = writing(tx, registry, system("a dimension was switched on"), VIA)
    switches = registry.tables["dimension_object"]
    alive = sa.select(switches.c.id).where(switches.c.id == filling.switch_id, switches.c.deleted_at.is_(None))
    # Whoever switches the dimension off waits for this chunk, and then no other follows.
    if tx.one(alive.with_for_update(read=True)) is None:
        job_rows.change_job(tx, filling.job_id, state="cancelled", finished_at=now())
        return 0, None
    table = registry.tables[filling.object]
    rows = tx.rows(_blank(registry, filling).where(table.c.id > after).order_by(table.c.id).limit(CHUNK))
    if rows:
        changes = [Change(row.id, {filling.field: row.node_id}) for row in rows]
        update(w, filling.object, changes, skip_problems=True)
        return len(rows), rows[-1].id
    update(w, "dimension_object", [Change(filling.switch_id, {"state": "active"})])
    job_rows.change_job(tx, filling.job_id, state="done", finished_at=now())
    return 0, None
