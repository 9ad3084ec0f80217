"""Loading a registry file: in the background, beside the one in force, which it replaces at once when it is whole.

A file of a million companies is read twice (once to be checked) and stored in pieces; whoever kills the worker loses
the pieces, and the next start begins anew. What it cannot use (a row without a name) is counted and passed over.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from dougong.access.principal import Principal
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, DougongError, Forbidden
from dougong.records.companies.company import CREDIT_CODE, FACT_LENGTH_MAX, FACTS, NAME, guessed_columns
from dougong.records.companies.store import put_in_force, store_companies, take_away
from dougong.records.transfer import job_rows
from dougong.records.transfer.growing_file import pieces
from dougong.records.transfer.job_rows import Job
from dougong.records.transfer.reading import Cell, Sheet, as_text, open_sheet
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer
from dougong.storage.samples import names
from dougong.storage.schema import REGISTRY_INDEX, registry_load
from dougong.storage.unit_of_work import Transaction

LOAD_TASK = "companies.load"
CHUNK = 5_000


def start_load(
    tx: Transaction,
    actor: Principal,
    provider_id: int,
    file_id: int,
    file_name: str,
    columns: Mapping[str, str] | None = None,
) -> Job:
    """Queue the loading of an uploaded file. `columns`: fact to column; None: by what the columns are called.

    Raises Forbidden for who does not administer, BadRequest for a fact that there is not.
    """
    if not actor.administers:
        raise Forbidden("access.action_denied", action="load", object="registry_provider", gate="administration")
    for fact in columns or {}:
        if fact not in FACTS:
            raise BadRequest("registry.unknown_fact", name=fact)
    params = {"provider_id": provider_id, "name": file_name, "columns": None if columns is None else dict(columns)}
    job_id = job_rows.add_job(tx, "companies", actor.user_id, params, file_id=file_id)
    defer(tx, LOAD_TASK, lock=f"{LOAD_TASK}:{provider_id}", job_id=job_id)
    return job_rows.load_job(tx, job_id)


def load_task(database: Database, stopping: Callable[[], bool]) -> Task:
    """The background task; `stopping` says that the worker is asked to end."""

    def run(job_id: int) -> None:
        with job_rows.at_work(database, job_id, stopping):
            _run(database, job_id, stopping)

    return Task(LOAD_TASK, run)


def _run(database: Database, job_id: int, stopping: Callable[[], bool]) -> None:
    with database.snapshot() as snapshot:
        job = job_rows.load_job(snapshot, job_id)
    if job.state in job_rows.ENDED or job.file_id is None:
        return
    try:
        with _file(database, job.file_id) as path:
            load_file(database, int(job.params["provider_id"]), path, job, stopping)
    except Interrupted:
        raise
    except DougongError as error:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, error, "zh")
    except Exception:
        with database.transaction() as tx:
            job_rows.fail_job(tx, job_id, DougongError("registry.load_broken"), "zh")
        raise


@contextmanager
def _file(database: Database, file_id: int) -> Iterator[Path]:
    """The uploaded file on disk, for the block."""
    with tempfile.NamedTemporaryFile(suffix=".registry") as copy:
        with database.snapshot() as snapshot:
            for piece in pieces(snapshot, file_id):
                copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def load_file(database: Database, provider_id: int, path: Path, job: Job, stopping: Callable[[], bool]) -> None:
    """Read the file and put its companies into force. Raises BadRequest for a file without names, Interrupted."""
    # What a killed attempt has left behind.
    _clean(database, provider_id)
    sheet = open_sheet(path)
    columns = _columns(sheet, job.params.get("columns"))
    with database.transaction() as tx:
        job_rows.begin_job(tx, job.id, sheet.count)
    taken = passed = 0
    for rows in sheet.chunks(CHUNK):
        if stopping():
            raise Interrupted
        facts = [_facts(cells, columns) for _, cells in rows]
        usable = [found for found in facts if NAME in found]
        passed += len(facts) - len(usable)
        with database.transaction() as tx:
            if job_rows.is_cancelled(tx, job.id):
                job_rows.end_job(tx, job_rows.load_job(tx, job.id), "cancelled")
                break
            taken += store_companies(tx, provider_id, job.id, usable)
            job_rows.change_job(tx, job.id, progress=taken + passed)
    else:
        with database.transaction() as tx:
            put_in_force(tx, provider_id, job.id, taken, str(job.params.get("name", "")))
            result = {"companies": taken, "passed_over": passed}
            job_rows.change_job(tx, job.id, state="done", result=result, finished_at=now())
    _clean(database, provider_id)


def _clean(database: Database, provider_id: int) -> None:
    """Remove what is not in force, piece by piece, and have the planner learn the new table."""
    while True:
        with database.transaction() as tx:
            keep = tx.scalar(sa.select(registry_load.c.load_id).where(registry_load.c.provider_id == provider_id))
            if not take_away(tx, provider_id, keep, 4 * CHUNK):
                break
    with database.transaction() as tx:
        for part in names(REGISTRY_INDEX):
            tx.scalar(sa.select(sa.func.gin_clean_pending_list(sa.cast(part, REGCLASS))))


def _columns(sheet: Sheet, given: Mapping[str, str] | None) -> dict[str, int]:
    """Where each fact stands in a row."""
    chosen = dict(given) if given else guessed_columns(sheet.columns)
    for fact, column in chosen.items():
        if column not in sheet.columns:
            raise BadRequest("registry.unknown_column", name=column, fact=FACTS[fact].zh)
    if NAME not in chosen:
        raise BadRequest("registry.no_name_column", columns=", ".join(sheet.columns[:20]))
    return {fact: sheet.columns.index(column) for fact, column in chosen.items()}


def _facts(row: Sequence[Cell], columns: Mapping[str, int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact, place in columns.items():
        text = as_text(row[place]).strip() if place < len(row) else ""
        if text:
            found[fact] = text[:FACT_LENGTH_MAX].replace("\x00", "")
    if CREDIT_CODE in found:
        found[CREDIT_CODE] = found[CREDIT_CODE].upper()[:40]
    return found
