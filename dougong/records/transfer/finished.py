"""What a job that makes a file for its starter is answered as, and the file when it is done: exports and prints."""

from collections.abc import Iterator, Mapping
from typing import Any

from dougong.access.principal import Principal
from dougong.kit.errors import NotFound
from dougong.records.transfer import job_rows
from dougong.records.transfer.growing_file import pieces
from dougong.records.transfer.job_rows import Job
from dougong.storage.engine import Database


def file_job_wire(job: Job) -> dict[str, Any]:
    """The job as the API answers it."""
    return {
        "id": str(job.id),
        "object": job.params.get("object"),
        "format": job.params.get("format"),
        "name": job.result.get("name"),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "state": job.state,
        "progress": job.progress,
        "total": job.total,
        "error": job.error,
    }


def finished_file(
    database: Database, actor: Principal, job_id: int, kind: job_rows.JobKind, types: Mapping[str, str]
) -> tuple[str, str, Iterator[bytes]]:
    """The finished file: its name, content type (by format in `types`) and content.

    Raises NotFound when there is none, or it is another's.
    """
    with database.snapshot() as snapshot:
        job = job_rows.get_job(snapshot, actor, job_id, kind)
    if job.result_file_id is None:
        raise NotFound("transfer.no_file")
    return str(job.result["name"]), types[str(job.params["format"])], _content(database, job.result_file_id)


def _content(database: Database, file_id: int) -> Iterator[bytes]:
    with database.snapshot() as snapshot:
        yield from pieces(snapshot, file_id)
