"""Hand-overs and merges as jobs: started, watched, stopped and taken back; each step is one transaction.

What was done is written into the job in the transaction that did it, so that a run that was killed goes on where it
stopped and an undo knows every change. Taking back goes the same way, last change first.
"""

import time
from collections.abc import Callable
from typing import Any

from dougong.access.principal import Principal
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, DougongError, Problem
from dougong.kit.text import Language, sentence
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Reading, writing
from dougong.records.organisation.moving import Moved, left, merge_departments, move_some
from dougong.records.organisation.naming import rename
from dougong.records.organisation.plans import Merge, Plan, check_plan, moved_objects, plan_json, plan_of
from dougong.records.transfer import job_rows
from dougong.records.transfer.job_rows import Job, JobKind
from dougong.records.write.undo import undo
from dougong.storage.engine import Database
from dougong.storage.failures import names_what_is_gone
from dougong.storage.jobs import Interrupted, Task, defer
from dougong.storage.unit_of_work import Snapshot, Transaction

MOVE_TASK = "organisation.move"
VIA = "ui"
COLLISIONS_MAX = 5
"""How often a step that met others' locks is tried."""

KEPT_NAMED = 100
"""Records that are named in the report when they stay as they are."""


def start_move(database: Database, registry: Registry, actor: Principal, plan: Plan) -> Job:
    """Queue a hand-over or a merge. Raises what `check_plan` raises, and Forbidden where one may not hand over."""
    kind: JobKind = "merge" if isinstance(plan, Merge) else "handover"
    with database.snapshot() as snapshot:
        check_plan(Reading(snapshot, registry, actor), plan)
    moved_objects(registry, actor, plan)
    params = {**plan_json(plan), "language": actor.language}
    with database.transaction() as tx:
        job_id = job_rows.add_job(tx, kind, actor.user_id, params)
        defer(tx, MOVE_TASK, lock=f"move:{plan.from_id}", job_id=job_id)
        return job_rows.load_job(tx, job_id)


def start_undo(database: Database, actor: Principal, job_id: int) -> Job:
    """Queue the taking back of a job. Raises NotFound, Conflict("handover.not_undoable")."""
    with database.transaction() as tx:
        job = get_move(tx, actor, job_id, lock=True)
        if not _undoable(job):
            raise Conflict("handover.not_undoable")
        result = {**job.result, "undoing": True, "undone": 0, "kept": [], "kept_count": 0}
        job_rows.change_job(
            tx, job_id, state="waiting", progress=0, total=len(job.result["changes"]), result=result, error=None,
            owner_id=actor.user_id, finished_at=None, cancel_requested=False,
        )  # fmt: skip
        defer(tx, MOVE_TASK, lock=f"move:{job.params['from']}", job_id=job_id)
        return job_rows.load_job(tx, job_id)


def get_move(snapshot: Snapshot, actor: Principal, job_id: int, *, lock: bool = False) -> Job:
    """The job, for who started it or an administrator. Raises NotFound."""
    found = job_rows.load_job(snapshot, job_id)
    return job_rows.get_job(snapshot, actor, job_id, "merge" if found.kind == "merge" else "handover", lock=lock)


def moves_of(snapshot: Snapshot, actor: Principal) -> list[Job]:
    """The actor's newest jobs, newest first; an administrator's list has everybody's."""
    found = [*job_rows.jobs_of(snapshot, actor, "handover"), *job_rows.jobs_of(snapshot, actor, "merge")]
    return sorted(found, key=lambda job: job.id, reverse=True)


def cancel_move(tx: Transaction, actor: Principal, job_id: int) -> Job:
    """Stop behind the piece of work under way; what was done stays. Raises NotFound, Conflict."""
    job = get_move(tx, actor, job_id)
    job_rows.cancel_job(tx, actor, job_id, job.kind)
    return job_rows.load_job(tx, job_id)


def _undoable(job: Job) -> bool:
    return job.state in {"done", "failed", "cancelled"} and bool(job.result.get("changes"))


def move_wire(job: Job, language: Language) -> dict[str, Any]:
    """A job as the API answers it."""
    kept = [{**one, "detail": sentence(one["code"], language, one["params"])} for one in job.result.get("kept", ())]
    return {
        "id": str(job.id),
        "kind": job.kind,
        "from": job.params["from"],
        "state": job.state,
        "undoing": bool(job.result.get("undoing")),
        "progress": job.progress,
        "total": job.total,
        "moved": job.result.get("moved", 0),
        "objects": job.result.get("objects", {}),
        "undone": job.result.get("undone", 0),
        "kept": kept,
        "kept_count": job.result.get("kept_count", 0),
        "undoable": _undoable(job),
        "error": job.error,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


def move_task(database: Database, stopping: Callable[[], bool]) -> Task:
    """The background task; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        run_stored_move(database, job_id, stopping)

    return Task(MOVE_TASK, run)


def run_stored_move(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a queued job to its end, as the person who started it, with the rights that they have now."""
    with job_rows.at_work(database, job_id, stopping):
        try:
            while _patient_step(database, job_id):
                if stopping():
                    break
            else:
                return
        except DougongError as error:
            _fail(database, job_id, error)
            return
        except Exception:
            _fail(database, job_id, DougongError("transfer.failed"))
            raise
    raise Interrupted


def _fail(database: Database, job_id: int, error: DougongError) -> None:
    with database.transaction() as tx:
        language: Language = "en" if job_rows.load_job(tx, job_id).params.get("language") == "en" else "zh"
        job_rows.fail_job(tx, job_id, error, language)


def _patient_step(database: Database, job_id: int) -> bool:
    """A step, tried again when it met the locks of people at work, or a field went away under it: then nothing of it
    was stored."""
    for attempt in range(1, COLLISIONS_MAX + 1):
        try:
            return _step(database, job_id)
        except Conflict as conflict:
            if conflict.code != "storage.collision" or attempt == COLLISIONS_MAX:
                raise
        except Exception as error:
            if not names_what_is_gone(error) or attempt == COLLISIONS_MAX:
                raise
        time.sleep(0.05 * attempt)
    raise AssertionError("the last attempt returns or raises")


def _step(database: Database, job_id: int) -> bool:
    """Do the next piece of work and note it, in one transaction. Returns whether there may be more to do."""
    with database.transaction() as tx:
        job = job_rows.load_job(tx, job_id)
        if job.state in job_rows.ENDED:
            return False
        registry = load_registry(tx)
        actor = job_rows.starter(tx, registry, job)
        if actor is None:
            return False
        if job.cancel_requested:
            job_rows.change_job(tx, job_id, state="cancelled", finished_at=now())
            return False
        step = _take_back if job.result.get("undoing") else _move
        return step(tx, registry, actor, job)


def _move(tx: Transaction, registry: Registry, actor: Principal, job: Job) -> bool:
    """One chunk of the first part that is not done. Returns whether there may be more to do."""
    w = writing(tx, registry, actor, VIA)
    plan = plan_of(job.kind, job.params)
    result = dict(job.result)
    if isinstance(plan, Merge) and "people" not in result:
        check_plan(w, plan)
        done = merge_departments(w, plan)
        rename(w, plan, done)
        _note(result, done)
        result["people"] = done.moved
        job_rows.begin_job(tx, job.id, None)
        job_rows.change_job(tx, job.id, result=result)
        return True
    parts = moved_objects(registry, actor, plan)
    if job.total is None:
        job_rows.begin_job(tx, job.id, sum(left(w, plan, part) for part in parts))
    at: dict[str, int] = dict(result.get("after", {}))
    finished: list[str] = list(result.get("finished", ()))
    part = next((p for p in parts if p.object not in finished), None)
    if part is None:
        job_rows.change_job(tx, job.id, state="done", finished_at=now())
        return False
    done = move_some(w, plan, part, at.get(part.object, 0))
    _note(result, done)
    if done.last is None:
        result["finished"] = [*finished, part.object]
    else:
        result["after"] = {**at, part.object: done.last}
        objects = dict(result.get("objects", {}))
        result["objects"] = {**objects, part.object: objects.get(part.object, 0) + done.moved}
        result["moved"] = result.get("moved", 0) + done.moved
    job_rows.change_job(tx, job.id, result=result, progress=job.progress + done.moved + len(done.kept))
    return True


def _take_back(tx: Transaction, registry: Registry, actor: Principal, job: Job) -> bool:
    """The last change that is not yet taken back. Returns whether there may be more to do."""
    result = dict(job.result)
    changes = [int(change) for change in result["changes"]]
    if not changes:
        job_rows.change_job(tx, job.id, state="undone", finished_at=now())
        return False
    job_rows.change_job(tx, job.id, state="running")
    done = undo(writing(tx, registry, actor, VIA), changes.pop())
    result["changes"] = changes
    result["undone"] = result.get("undone", 0) + done.records
    for one in done.problems:
        _keep(result, one.record_id, one.problem)
    job_rows.change_job(tx, job.id, result=result, progress=job.progress + 1)
    return True


def _note(result: dict[str, Any], done: Moved) -> None:
    result["changes"] = [*result.get("changes", ()), *done.change_ids]
    for record_id, problem in done.kept:
        _keep(result, record_id, problem)


def _keep(result: dict[str, Any], record_id: int, problem: Problem) -> None:
    """Note a record that stays as it is, and why."""
    result["kept_count"] = result.get("kept_count", 0) + 1
    named = list(result.get("kept", ()))
    if len(named) < KEPT_NAMED:
        params = {name: value for name, value in problem.params.items() if isinstance(value, str | int)}
        named.append({"id": str(record_id), "code": problem.code, "params": params})
    result["kept"] = named
