"""Imports as the web knows them: a file is uploaded and looked at, mapped, tried, run in the background, taken back.

The state of an import is its row of `public.job`; everything here is safe to call from any process.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.errors import Conflict, DougongError, NotFound
from dougong.metadata.registry import Registry, load_registry
from dougong.records.search_upkeep import index_waiting
from dougong.records.transfer import job_rows
from dougong.records.transfer.checking import check_mapping
from dougong.records.transfer.growing_file import pieces
from dougong.records.transfer.guessing import guess_mapping
from dougong.records.transfer.importer import run_import
from dougong.records.transfer.job_rows import Job
from dougong.records.transfer.mapping import parse_mapping
from dougong.records.transfer.reading import Sheet, as_text, open_sheet
from dougong.records.transfer.report import report_of
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer

IMPORT_TASK = "transfer.import"
PREVIEW_ROWS = 10


@dataclass(frozen=True)
class Draft:
    """An uploaded file, checked and ready to be mapped. `guesses` gives the probable field of each column."""

    job_id: int
    sheet: Sheet
    guesses: Mapping[str, str | None]
    preview: tuple[tuple[str, ...], ...]

    def wire(self) -> dict[str, Any]:
        """The draft as the API answers it."""
        return {
            "id": str(self.job_id),
            "file": {
                "encoding": self.sheet.encoding,
                "format": self.sheet.format,
                "sheet": self.sheet.name,
                "sheets": self.sheet.sheets,
                "rows": self.sheet.count,
                "columns": len(self.sheet.columns),
            },
            "columns": [
                {"name": name, "samples": list(samples), "guess": self.guesses[name]}
                for name, samples in zip(self.sheet.columns, self.sheet.samples, strict=True)
            ],
            "preview": [list(row) for row in self.preview],
        }


def prepare_import(
    database: Database,
    registry: Registry,
    actor: Principal,
    object_name: str,
    file_id: int,
    *,
    file_name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Draft:
    """Look at the stored file `file_id`, which `actor` has uploaded, and open an import of it into `object_name`.

    Raises Forbidden (no right to import), BadRequest and TooLarge when the file cannot be read (transfer.*).
    """
    obj = registry.object(object_name)
    check_action(actor, obj, Action.IMPORT)
    with _spooled(database, file_id) as path:
        found = open_sheet(path, encoding=encoding, delimiter=delimiter, sheet=sheet)
        first = next(found.chunks(PREVIEW_ROWS))
        preview = tuple(tuple(as_text(cell) for cell in cells[: len(found.columns)]) for _, cells in first)
    params = {
        "object": object_name,
        "name": file_name,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "sheet": found.name,
    }
    with database.transaction() as tx:
        job_id = job_rows.add_job(
            tx, "import", actor.user_id, params, state="draft", total=found.count, file_id=file_id
        )
    guesses = guess_mapping(found.columns, found.samples, obj, registry, actor)
    return Draft(job_id, found, guesses, preview)


def start_import(
    database: Database,
    registry: Registry,
    actor: Principal,
    job_id: int,
    mapping: Mapping[str, Any],
    *,
    dry_run: bool = False,
) -> Job:
    """Queue the import `job_id` with a mapping (the structure of `mapping.parse_mapping`).

    It can be started once for real, and as a dry run as often as wanted before that. Raises NotFound, Conflict
    ("transfer.not_ready"), Refused with every problem of the mapping.
    """
    parsed = parse_mapping(dict(mapping))
    with database.snapshot() as snapshot:
        job = job_rows.get_job(snapshot, actor, job_id, "import")
    obj = registry.object(str(job.params["object"]))
    with _spooled(database, _file_of(job)) as path:
        sheet = _open(path, job)
        check_mapping(parsed, sheet.columns, obj, registry, actor)
    with database.transaction() as tx:
        job = job_rows.get_job(tx, actor, job_id, "import", lock=True)
        tried = bool(job.params.get("dry_run")) and job.state in job_rows.ENDED
        if job.state != "draft" and not tried:
            raise Conflict("transfer.not_ready")
        job_rows.change_job(
            tx,
            job_id,
            state="waiting",
            params={**job.params, "mapping": dict(mapping), "dry_run": dry_run},
            progress=0,
            result={},
            error=None,
            result_file_id=None,
            started_at=None,
            finished_at=None,
            cancel_requested=False,
        )
        # Imports of one object run one after the other: two at once would only wait for each other's locks.
        defer(tx, IMPORT_TASK, lock=f"import:{obj.name}", job_id=job_id)
        return job_rows.load_job(tx, job_id)


def import_wire(job: Job) -> dict[str, Any]:
    """An import as the API answers it."""
    report = report_of({"object": str(job.params.get("object", "")), **job.result})
    return {
        "id": str(job.id),
        "object": report.object,
        "name": job.params.get("name"),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "state": job.state,
        "dry_run": bool(job.params.get("dry_run")),
        "progress": job.progress,
        "total": job.total,
        "created": report.created,
        "updated": report.updated,
        "skipped": report.skipped,
        "rejected": report.rejected,
        "repeated": report.repeated,
        "unlinked": report.unlinked,
        "blanks": report.blanks,
        "corrections": report.corrections,
        "errors": report.problems,
        "error": job.error,
        "undo": job.result.get("undo"),
        "has_rejected": job.result_file_id is not None,
    }


def rejected_content(database: Database, actor: Principal, job_id: int) -> Iterator[bytes]:
    """The file of rejected rows, piece by piece. Raises NotFound before the first piece."""
    with database.snapshot() as snapshot:
        job = job_rows.get_job(snapshot, actor, job_id, "import")
    if job.result_file_id is None:
        raise NotFound("transfer.no_file")
    return _content(database, job.result_file_id)


def _content(database: Database, file_id: int) -> Iterator[bytes]:
    with database.snapshot() as snapshot:
        yield from pieces(snapshot, file_id)


def _file_of(job: Job) -> int:
    if job.file_id is None:
        raise Conflict("transfer.not_ready")
    return job.file_id


def _open(path: Path, job: Job) -> Sheet:
    return open_sheet(
        path,
        encoding=job.params.get("encoding"),
        delimiter=job.params.get("delimiter"),
        sheet=job.params.get("sheet"),
    )


@contextmanager
def _spooled(database: Database, file_id: int) -> Iterator[Path]:
    """The stored file as a file on disk, for the block."""
    with tempfile.TemporaryDirectory(prefix="dougong-") as folder:
        path = Path(folder) / "upload"
        with database.snapshot() as snapshot, path.open("wb") as target:
            for piece in pieces(snapshot, file_id):
                target.write(piece)
        yield path


def import_task(database: Database, stopping: Callable[[], bool]) -> Task:
    """The background task; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        run_stored_import(database, job_id, stopping)

    return Task(IMPORT_TASK, run)


def run_stored_import(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run a queued import to its end, as the person who started it, with the rights that they have now."""
    with job_rows.at_work(database, job_id, stopping):
        _run(database, job_id, stopping)
    # Whatever becomes of the import is said by now, and stays so: this is only for the searches behind it.
    index_waiting(database)


def _run(database: Database, job_id: int, stopping: Callable[[], bool]) -> None:
    with database.transaction() as tx:
        job = job_rows.load_job(tx, job_id)
        if job.state in job_rows.ENDED:
            return
        registry = load_registry(tx)
        actor = job_rows.starter(tx, registry, job)
        if actor is None:
            return
    try:
        with _spooled(database, _file_of(job)) as path:
            # Begun again it goes on behind the last chunk that it has stored.
            job_rows.with_definitions(
                database,
                registry,
                lambda current: run_import(
                    database,
                    current,
                    actor,
                    job_id,
                    _open(path, job),
                    mapping=parse_mapping(job.params["mapping"]),
                    object_name=str(job.params["object"]),
                    file_name=str(job.params["name"]),
                    dry_run=bool(job.params.get("dry_run")),
                    stopping=stopping,
                ),
            )
    except Interrupted:
        raise
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, actor.language)
    except Exception:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, DougongError("transfer.failed"), actor.language)
        raise
