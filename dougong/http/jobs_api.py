"""Imports and exports: what a person starts, watches and takes back; the work itself is done by the job queue."""

import threading
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Response, UploadFile
from pydantic import Field

from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.access.sessions import TokenScope
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.files_api import attachment, pieces
from dougong.http.ids import RecordId
from dougong.http.principal import Caller, SignedIn
from dougong.http.query_body import NAME_MAX, FieldPath, QueryBody, Strict, query_of
from dougong.http.streams import followed
from dougong.http.wire import json_response
from dougong.kit.errors import DougongError
from dougong.kit.limits import PAGE_SIZE
from dougong.records.files import remove_file, store_file
from dougong.records.transfer.exports import export_content, start_export
from dougong.records.transfer.finished import file_job_wire
from dougong.records.transfer.imports import import_wire, prepare_import, rejected_content, start_import
from dougong.records.transfer.job_rows import ENDED, cancel_job, get_job, jobs_of
from dougong.records.transfer.undo import undo_import

MATCH_MAX = 10

router = APIRouter(prefix="/api/v1", tags=["transfer"], route_class=ExactRoute)

Id = Annotated[RecordId, Path()]
Hint = Annotated[str | None, Form(max_length=100)]


class ImportRun(Strict):
    """How the columns of the file become fields, and what becomes of rows whose record exists already."""

    mapping: Annotated[dict[str, Any], Field(description="columns, fields, ignore … as docs/import.md gives them")]
    dry_run: bool = False
    on_duplicate: Literal["create", "update", "skip", "reject"] | None = None
    match: Annotated[list[FieldPath], Field(max_length=MATCH_MAX)] | None = None


@router.get("/imports", responses=answers(401, 403, body=FreeAnswer))
def show_imports(caller: SignedIn) -> Response:
    """One's own imports, newest first (an administrator sees everybody's)."""
    with caller.reading() as r:
        return json_response({"imports": [import_wire(job) for job in jobs_of(r.snapshot, r.actor, "import")]})


@router.get("/imports/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_import(caller: SignedIn, id: Id) -> Response:
    """How far an import is, and the first problems."""
    return json_response(_import(caller, id))


@router.get("/imports/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_import(caller: SignedIn, id: Id) -> Response:
    """The same as server-sent events, until it has ended."""
    return await followed(lambda: _import(caller, id), has_ended, closing_of(caller))


@router.post("/imports", status_code=201, responses=answers(400, 401, 403, 413, 422, body=FreeAnswer, success=201))
def upload_import(
    caller: SignedIn,
    file: UploadFile,
    object: Annotated[str, Form(min_length=1, max_length=NAME_MAX)],
    encoding: Hint = None,
    delimiter: Annotated[Literal[",", ";", "\t", "|"] | None, Form()] = None,
    sheet: Hint = None,
) -> Response:
    """Upload a CSV or Excel file: its columns, samples and the fields that they probably are."""
    caller.about(object)
    registry, actor = caller.acting()
    with caller.writing() as w:
        check_action(actor, registry.object(object), Action.IMPORT)
        stored = store_file(w, file.filename or "", pieces(file.file))
    try:
        draft = prepare_import(
            caller.edge.settings.database,
            registry,
            actor,
            object,
            stored.id,
            file_name=stored.name,
            encoding=encoding,
            delimiter=delimiter,
            sheet=sheet,
        )
    except DougongError:
        # A file that cannot be imported leaves no trace.
        with caller.writing() as w:
            remove_file(w, stored.id)
        raise
    return json_response(draft.wire(), 201)


@router.post("/imports/{id}/run", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def run_import(caller: SignedIn, id: Id, body: ImportRun) -> Response:
    """Start an import, or try it out (`dry_run`) as often as wanted before."""
    registry, actor = caller.acting()
    given = body.model_dump(include={"on_duplicate", "match"}, exclude_none=True)
    mapping = {**body.mapping, **given}
    job = start_import(caller.edge.settings.database, registry, actor, id, mapping, dry_run=body.dry_run)
    return json_response(import_wire(job))


@router.post("/imports/{id}/cancel", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def cancel_import(caller: SignedIn, id: Id) -> Response:
    """Stop an import behind the chunk that it is storing."""
    with caller.writing() as w:
        cancel_job(w.transaction, w.actor, id, "import")
        return json_response(import_wire(get_job(w.snapshot, w.actor, id, "import")))


@router.post("/imports/{id}/undo", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def take_import_back(caller: SignedIn, id: Id) -> Response:
    """Take a whole import back: what it made is deleted, what it changed is as it was."""
    registry, actor = caller.acting()
    undo_import(caller.edge.settings.database, registry, actor, id)
    return json_response(_import(caller, id))


@router.get("/imports/{id}/rejected", response_class=Response, responses=answers(400, 401, 403, 404))
def download_rejected(caller: SignedIn, id: Id) -> Response:
    """The rejected rows as a CSV file, each with its reason."""
    _, actor = caller.acting(TokenScope.READ)
    content = rejected_content(caller.edge.settings.database, actor, id)
    return attachment(content, f"rejected-{id}.csv", "text/csv")


class ExportBody(QueryBody):
    """A query as POST /query takes it, all of whose rows go into a file."""

    format: Literal["csv", "xlsx"] = "csv"


@router.post("/exports", status_code=201, responses=answers(400, 401, 403, body=FreeAnswer, success=201))
def begin_export(caller: SignedIn, body: ExportBody) -> Response:
    """Start an export of all rows of a query, page size and cursor aside."""
    caller.about(body.object)
    registry, actor = caller.acting(TokenScope.READ)
    # What is exported is what was asked for, without the id and version that a page carries.
    query = query_of(body.model_copy(update={"limit": PAGE_SIZE, "after": None}), registry, actor, always=())
    database = caller.edge.settings.database
    job = start_export(database, registry, actor, query, body.format, via=caller.via, origin=caller.origin)
    return json_response(file_job_wire(job), 201)


@router.get("/exports", responses=answers(401, 403, body=FreeAnswer))
def show_exports(caller: SignedIn) -> Response:
    """One's own exports, newest first (an administrator sees everybody's)."""
    with caller.reading() as r:
        return json_response({"exports": [file_job_wire(job) for job in jobs_of(r.snapshot, r.actor, "export")]})


@router.get("/exports/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_export(caller: SignedIn, id: Id) -> Response:
    """How far an export is."""
    return json_response(_export(caller, id))


@router.get("/exports/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_export(caller: SignedIn, id: Id) -> Response:
    """The same as server-sent events, until it has ended."""
    return await followed(lambda: _export(caller, id), has_ended, closing_of(caller))


@router.post("/exports/{id}/cancel", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def cancel_export(caller: SignedIn, id: Id) -> Response:
    """Stop an export."""
    with caller.writing() as w:
        cancel_job(w.transaction, w.actor, id, "export")
        return json_response(file_job_wire(get_job(w.snapshot, w.actor, id, "export")))


@router.get("/exports/{id}/file", response_class=Response, responses=answers(400, 401, 403, 404))
def download_export(caller: SignedIn, id: Id) -> Response:
    """The finished file."""
    _, actor = caller.acting(TokenScope.READ)
    name, media_type, content = export_content(caller.edge.settings.database, actor, id)
    return attachment(content, name, media_type)


def _export(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        return file_job_wire(get_job(r.snapshot, r.actor, job_id, "export"))


def _import(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        return import_wire(get_job(r.snapshot, r.actor, job_id, "import"))


def has_ended(state: dict[str, Any]) -> bool:
    """Whether nothing more will happen to the job."""
    return state["state"] in ENDED


def closing_of(caller: Caller) -> threading.Event:
    """Set when the server is about to stop."""
    closing = caller.request.app.state.closing
    if not isinstance(closing, threading.Event):
        raise TypeError("the application was not made by create_app")
    return closing
