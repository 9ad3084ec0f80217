"""Exports as the web knows them: a query asked in the background, the file kept with the job, the act written down."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from dougong.access.audit import NOWHERE
from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.clock import now, today
from dougong.kit.errors import BadRequest, DougongError
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Query, Reading, count, page, writing
from dougong.records.files import store_file
from dougong.records.transfer import job_rows
from dougong.records.transfer.exporter import Format, export_query, with_names
from dougong.records.transfer.finished import finished_file
from dougong.records.transfer.job_rows import Job
from dougong.records.transfer.query_json import query_from_json, query_to_json
from dougong.records.transfer.told import note_export
from dougong.storage.audit import Origin
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer

EXPORT_TASK = "transfer.export"
FORMATS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXPORT_BYTES_MAX = 2 * 1024 * 1024 * 1024
PROGRESS_SECONDS = 0.5
BLOCK = 1024 * 1024


class _CancelledError(Exception):
    """Somebody asked the export to stop."""


def start_export(
    database: Database,
    registry: Registry,
    actor: Principal,
    query: Query,
    form: str,
    *,
    via: str = "ui",
    origin: Origin = NOWHERE,
) -> Job:
    """Queue an export of all that `query` answers, as `form` (csv or xlsx); the audit log will tell `via` and `origin`.

    Raises Forbidden without the right to export, BadRequest for names that do not exist or are hidden and for an
    unknown format.
    """
    if form not in FORMATS:
        raise BadRequest("transfer.export_format", field="format", value=form)
    check_action(actor, registry.object(query.object), Action.EXPORT)
    with database.snapshot() as snapshot:
        r = Reading(snapshot, registry, actor)
        # Whatever is wrong with the query is told now and not by a job that failed.
        page(r, replace(with_names(r, query), limit=1, offset=0, after=None))
        total = None if query.group else count(r, query.object, query.where, cap=None, deleted=query.deleted).number
    params = {
        "object": query.object,
        "format": form,
        "query": query_to_json(query),
        "via": via,
        "origin": asdict(origin),
    }
    with database.transaction() as tx:
        job_id = job_rows.add_job(tx, "export", actor.user_id, params, total=total)
        defer(tx, EXPORT_TASK, job_id=job_id)
        return job_rows.load_job(tx, job_id)


def export_content(database: Database, actor: Principal, job_id: int) -> tuple[str, str, Iterator[bytes]]:
    """The finished file: its name, content type and content. Raises NotFound when there is none, or it is another's."""
    return finished_file(database, actor, job_id, "export", FORMATS)


def export_task(database: Database, stopping: Callable[[], bool]) -> Task:
    """The background task; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        run_stored_export(database, job_id, stopping)

    return Task(EXPORT_TASK, run)


def run_stored_export(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a queued export to its end, as the person who started it, with the rights that they have now."""
    with job_rows.at_work(database, job_id, stopping):
        _run(database, job_id, stopping)


def _run(database: Database, job_id: int, stopping: Callable[[], bool]) -> None:
    with database.transaction() as tx:
        job = job_rows.load_job(tx, job_id)
        if job.state in job_rows.ENDED:
            return
        registry = load_registry(tx)
        actor = job_rows.starter(tx, registry, job)
        if actor is None:
            return
        job_rows.begin_job(tx, job_id, job.total)
    try:
        with tempfile.TemporaryDirectory(prefix="dougong-") as folder:
            path = Path(folder) / "export"
            job_rows.with_definitions(
                database, registry, lambda current: _export(database, current, actor, job, path, stopping)
            )
    except Interrupted:
        raise
    except _CancelledError:
        with database.transaction() as tx:
            job_rows.change_job(tx, job_id, state="cancelled", finished_at=now())
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, actor.language)
    except Exception:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, DougongError("transfer.failed"), actor.language)
        raise


def _export(
    database: Database, registry: Registry, actor: Principal, job: Job, path: Path, stopping: Callable[[], bool]
) -> None:
    told = time.monotonic()

    def progress(done: int) -> None:
        nonlocal told
        if time.monotonic() - told < PROGRESS_SECONDS:
            return
        told = time.monotonic()
        if stopping():
            raise Interrupted
        with database.transaction() as tx:
            job_rows.change_job(tx, job.id, progress=done)
            if job_rows.is_cancelled(tx, job.id):
                raise _CancelledError

    query = query_from_json(job.params["query"])
    form: Format = "csv" if job.params["format"] == "csv" else "xlsx"
    with database.consistent_snapshot() as snapshot:
        rows = export_query(Reading(snapshot, registry, actor), query, path, form, progress=progress)
    name = f"{query.object}-{today(actor.timezone)}.{form}"
    with database.transaction() as tx, path.open("rb") as file:
        w = writing(tx, registry, actor, "export")
        stored = store_file(w, name, iter(lambda: file.read(BLOCK), b""), limit=EXPORT_BYTES_MAX)
        origin = Origin(**job.params.get("origin", {}))
        note_export(tx, registry, actor, query, rows, via=job.params.get("via", "ui"), origin=origin)
        job_rows.change_job(
            tx,
            job.id,
            state="done",
            progress=rows,
            total=rows,
            result={"name": name, "rows": rows},
            result_file_id=stored.id,
            finished_at=now(),
        )
