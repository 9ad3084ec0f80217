"""Printing many records: asked in the background, the file kept with the job, the act written down."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from dougong.access.audit import NOWHERE
from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, DougongError
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Reading, writing
from dougong.records.files import store_file
from dougong.records.printing.printing import RECORDS_MAX, file_name, note_print, print_records
from dougong.records.printing.templates import Template, template_for
from dougong.records.transfer import job_rows
from dougong.records.transfer.finished import finished_file
from dougong.records.transfer.job_rows import Job
from dougong.storage.audit import Origin
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer

PRINT_TASK = "printing.print"
TYPES = {"pdf": "application/pdf", "zip": "application/zip"}
FILE_BYTES_MAX = 500 * 1024 * 1024

Bundle = Literal["pdf", "zip"]
"""All documents in one PDF behind each other, or a PDF of each in an archive."""


def start_print(
    database: Database,
    registry: Registry,
    actor: Principal,
    object_name: str,
    template_id: int,
    ids: Sequence[int],
    bundle: Bundle,
    *,
    via: str = "ui",
    origin: Origin = NOWHERE,
) -> Job:
    """Queue the printing of records by a template. What is wrong with the question is told now.

    Raises Forbidden without the right to print, NotFound for a template that is not the actor's to use, BadRequest for
    too many records.
    """
    check_action(actor, registry.object(object_name), Action.PRINT)
    if not 0 < len(ids) <= RECORDS_MAX:
        raise BadRequest("print.too_many", maximum=RECORDS_MAX, count=len(ids))
    with database.transaction() as tx:
        template_for(Reading(tx, registry, actor), object_name, template_id)
        params = {
            "object": object_name,
            "template": template_id,
            "ids": [str(number) for number in ids],
            "format": bundle,
            "via": via,
            "origin": asdict(origin),
        }
        job_id = job_rows.add_job(tx, "print", actor.user_id, params, total=len(ids))
        defer(tx, PRINT_TASK, job_id=job_id)
        return job_rows.load_job(tx, job_id)


def print_content(database: Database, actor: Principal, job_id: int) -> tuple[str, str, Iterator[bytes]]:
    """The finished file: its name, content type and content. Raises NotFound when there is none, or it is another's."""
    return finished_file(database, actor, job_id, "print", TYPES)


def print_task(database: Database, stopping: Callable[[], bool]) -> Task:
    """The background task; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        with job_rows.at_work(database, job_id, stopping):
            _run(database, job_id)

    return Task(PRINT_TASK, run)


@dataclass(frozen=True)
class _Begun:
    """A job that runs now: for whom, and with which definitions."""

    job: Job
    registry: Registry
    actor: Principal


def _run(database: Database, job_id: int) -> None:
    begun = _begin(database, job_id)
    if begun is None:
        return
    try:
        job_rows.with_definitions(
            database, begun.registry, lambda current: _print(database, replace(begun, registry=current))
        )
    except Interrupted:
        raise
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, begun.actor.language)
    except Exception:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, DougongError("print.broken"), begun.actor.language)
        raise


def _begin(database: Database, job_id: int) -> _Begun | None:
    with database.transaction() as tx:
        job = job_rows.load_job(tx, job_id)
        if job.state in job_rows.ENDED:
            return None
        registry = load_registry(tx)
        actor = job_rows.starter(tx, registry, job)
        if actor is None:
            return None
        job_rows.begin_job(tx, job_id, job.total)
        return _Begun(job, registry, actor)


def _print(database: Database, begun: _Begun) -> None:
    params, registry, actor = begun.job.params, begun.registry, begun.actor
    ids = [int(number) for number in params["ids"]]
    with database.snapshot() as snapshot:
        r = Reading(snapshot, registry, actor)
        template = template_for(r, params["object"], params["template"])
        printed = print_records(r, template, ids, "pdf" if params["format"] == "pdf" else "each")
        name = f"{file_name(r, template, printed.ids)}.{params['format']}"
        content = _bundled(r, template, printed.files, printed.ids, params["format"])
    with database.transaction() as tx:
        if job_rows.is_cancelled(tx, begun.job.id):
            job_rows.change_job(tx, begun.job.id, state="cancelled", finished_at=now())
            return
        stored = store_file(writing(tx, registry, actor, "print"), name, [content], limit=FILE_BYTES_MAX)
        origin = Origin(**params.get("origin", {}))
        note_print(tx, registry, actor, template, printed.ids, via=params.get("via", "ui"), origin=origin)
        job_rows.change_job(
            tx,
            begun.job.id,
            state="done",
            progress=len(printed.ids),
            total=len(printed.ids),
            result={"name": name, "rows": len(printed.ids)},
            result_file_id=stored.id,
            finished_at=now(),
        )


def _bundled(r: Reading, template: Template, files: Sequence[bytes], ids: Sequence[int], bundle: str) -> bytes:
    """The one file that the person gets."""
    if bundle == "pdf":
        return files[0]
    archive = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for number, content in zip(ids, files, strict=True):
            name = file_name(r, template, (number,))
            name = f"{name}-{number}" if name in taken else name
            taken.add(name)
            packed.writestr(f"{name}.pdf", content)
    return archive.getvalue()
