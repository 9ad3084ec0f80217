"""The rows of `public.job`: what a person started, how far it is, how it ended. Whose it is decides who may see it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.access.resolve import resolve
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, DougongError, NotFound, Refused
from dougong.kit.text import Language, sentence
from dougong.metadata.registry import Registry, load_registry
from dougong.records.transfer.growing_file import finish_file
from dougong.storage.engine import Database
from dougong.storage.failures import names_what_is_gone
from dougong.storage.lease import is_leased, lease
from dougong.storage.schema import job
from dougong.storage.unit_of_work import Snapshot, Transaction

JobKind = Literal["import", "export", "dimension", "handover", "merge", "print", "duplicates", "companies"]
State = Literal["draft", "waiting", "running", "done", "failed", "cancelled", "undone"]
"""`draft`: a file is uploaded and its columns are being mapped."""

T = TypeVar("T")

ENDED = frozenset({"done", "failed", "cancelled", "undone"})
LISTED = 100


@dataclass(frozen=True)
class Job:
    """What somebody started, as it stands: an import, an export, the filling in of a dimension."""

    id: int
    kind: JobKind
    owner_id: int | None
    state: State
    progress: int
    total: int | None
    params: Mapping[str, Any]
    result: Mapping[str, Any]
    error: Mapping[str, Any] | None
    file_id: int | None
    result_file_id: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool


def add_job(
    tx: Transaction,
    kind: JobKind,
    owner_id: int | None,
    params: Mapping[str, Any],
    *,
    state: State = "waiting",
    total: int | None = None,
    file_id: int | None = None,
) -> int:
    """A new job. Returns its id."""
    values = {
        "kind": kind,
        "owner_id": owner_id,
        "params": dict(params),
        "state": state,
        "total": total,
        "file_id": file_id,
    }
    return int(tx.scalar(sa.insert(job).values(**values).returning(job.c.id)))


def get_job(snapshot: Snapshot, actor: Principal, job_id: int, kind: JobKind, *, lock: bool = False) -> Job:
    """The job, for the person who started it or an administrator. Raises NotFound for everybody else.

    `lock` keeps it from being changed by others until the end of the transaction.
    """
    statement = sa.select(job).where(job.c.id == job_id, job.c.kind == kind)
    row = snapshot.one(statement.with_for_update() if lock else statement)
    if row is None or not (actor.administers or (actor.user_id is not None and row.owner_id == actor.user_id)):
        raise NotFound("transfer.job_not_found")
    return _job(row)


def load_job(snapshot: Snapshot, job_id: int) -> Job:
    """The job, for the task that runs it. Raises NotFound."""
    row = snapshot.one(sa.select(job).where(job.c.id == job_id))
    if row is None:
        raise NotFound("transfer.job_not_found")
    return _job(row)


def jobs_of(snapshot: Snapshot, actor: Principal, kind: JobKind) -> list[Job]:
    """The actor's newest jobs, newest first; an administrator's list has everybody's."""
    statement = sa.select(job).where(job.c.kind == kind).order_by(job.c.id.desc()).limit(LISTED)
    if not actor.administers:
        statement = statement.where(job.c.owner_id == actor.user_id)
    return [_job(row) for row in snapshot.rows(statement)]


def _job(row: sa.Row[Any]) -> Job:
    values = dict(row._mapping)
    return Job(**{**values, "result": values["result"] or {}})


def change_job(tx: Transaction, job_id: int, **values: object) -> None:
    """Set columns of the job's row."""
    tx.execute(sa.update(job).where(job.c.id == job_id).values(**values))


def starter(tx: Transaction, registry: Registry, job: Job) -> Principal | None:
    """Who started the job, with the rights that they have now.

    None when they are no longer active: then the job has failed, for somebody who has left does nothing more.
    """
    users = registry.tables["user"]
    active = sa.select(users.c.id).where(users.c.id == job.owner_id, users.c.active, users.c.deleted_at.is_(None))
    if job.owner_id is None or tx.one(active) is None:
        fail_job(tx, job.id, DougongError("transfer.starter_left"), "zh")
        return None
    return resolve(tx, registry, job.owner_id)


@contextmanager
def at_work(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Work on the job in the block, and nobody else does. Whoever dies at it leaves the job "running" but free."""
    with lease(database, _lease_name(job_id), stopping):
        yield


def with_definitions(database: Database, registry: Registry, work: Callable[[Registry], T]) -> T:
    """What `work` comes to; done again, with the definitions of now, when a field or an object went away under it."""
    while True:
        try:
            return work(registry)
        except Exception as error:
            if not names_what_is_gone(error):
                raise
            with database.snapshot() as snapshot:
                current = load_registry(snapshot)
            if current.version == registry.version:
                raise
            registry = current


def _lease_name(job_id: int) -> str:
    return f"job {job_id}"


def begin_job(tx: Transaction, job_id: int, total: int | None) -> None:
    """It runs now."""
    change_job(tx, job_id, state="running", total=total, started_at=sa.func.coalesce(job.c.started_at, now()))


def fail_job(tx: Transaction, job_id: int, error: DougongError, language: Language) -> None:
    """It ended with a refusal, which is kept in words: where several things were wrong, with the first of them."""
    first = error.problems[0] if isinstance(error, Refused) and error.problems else error
    told = {"code": first.code, "detail": sentence(first.code, language, first.params)}
    change_job(tx, job_id, state="failed", error=told, finished_at=now())


def is_cancelled(snapshot: Snapshot, job_id: int) -> bool:
    """Whether somebody has asked for it to stop."""
    return bool(snapshot.scalar(sa.select(job.c.cancel_requested).where(job.c.id == job_id)))


def cancel_job(tx: Transaction, actor: Principal, job_id: int, kind: JobKind) -> None:
    """Ask a job to stop: behind its current chunk while somebody is at work on it, else at once.

    A job that "runs" with nobody at work (a command line that was killed, a server that died) ends here too.
    Raises NotFound, Conflict("transfer.job_ended").
    """
    found = get_job(tx, actor, job_id, kind, lock=True)
    if found.state in ENDED:
        raise Conflict("transfer.job_ended")
    if found.state == "running" and is_leased(tx, _lease_name(job_id)):
        change_job(tx, job_id, cancel_requested=True)
    else:
        end_job(tx, found, "cancelled")


def end_job(tx: Transaction, found: Job, state: State) -> None:
    """End a job in the middle: the rows that it has rejected so far can be downloaded."""
    rejected = found.result.get("rejected_file_id")
    if rejected is not None:
        finish_file(tx, int(rejected))
    change_job(tx, found.id, state=state, cancel_requested=True, result_file_id=rejected, finished_at=now())
