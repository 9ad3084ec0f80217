"""Printing: the templates that one may use, one record or many as PDF, and what the editor of templates needs."""

import base64
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from dougong.access.sessions import TokenScope
from dougong.expressions.ast import Path as FieldPath
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.files_api import attachment
from dougong.http.ids import RecordId
from dougong.http.jobs_api import closing_of, has_ended
from dougong.http.principal import Caller, SignedIn, check_administrator
from dougong.http.query_body import NAME_MAX, Name, Strict
from dougong.http.streams import followed
from dougong.http.wire import json_response
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.limits import LONG_TEXT_MAX
from dougong.kit.text import sentence
from dougong.metadata.model import Object
from dougong.records.api import Order, Reading, columns_of, page
from dougong.records.api import Query as RecordQuery
from dougong.records.printing.drafts import draft
from dougong.records.printing.jobs import print_content, start_print
from dougong.records.printing.printing import RECORDS_MAX, file_name, note_print, print_records
from dougong.records.printing.saving import PARTS, children_of, part_problems
from dougong.records.printing.templates import Template, from_values, template_for, templates_for
from dougong.records.transfer.finished import file_job_wire
from dougong.records.transfer.job_rows import cancel_job, get_job

router = APIRouter(prefix="/api/v1", tags=["printing"], route_class=ExactRoute)

Id = Annotated[RecordId, Path()]
ObjectName = Annotated[str, Query(min_length=1, max_length=NAME_MAX)]
PART_MAX = 20_000
PDF = "application/pdf"


@router.get("/print/templates", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_templates(caller: SignedIn, object: ObjectName) -> Response:
    """The print templates of an object that the caller may use."""
    caller.about(object)
    with caller.reading() as r:
        found = templates_for(r, object)
        return json_response({"templates": [_told(template) for template in found]})


def _told(template: Template) -> dict[str, Any]:
    return {
        "id": str(template.id),
        "key": template.key,
        "name": template.name,
        "name_en": template.name_en,
        "record_types": template.record_types,
    }


class PrintBody(Strict):
    """Which record, by which template."""

    object: Name
    record_id: RecordId
    template_id: RecordId


@router.post("/print", response_class=Response, responses=answers(400, 401, 403, 404, 429))
def print_one(caller: SignedIn, body: PrintBody) -> Response:
    """One record as PDF, with what the caller may see of it."""
    caller.about(body.object)
    registry, actor = caller.acting(TokenScope.READ)
    database = caller.edge.settings.database
    with database.snapshot() as snapshot:
        r = Reading(snapshot, registry, actor)
        template = template_for(r, body.object, body.template_id)
        printed = print_records(r, template, [body.record_id], "pdf")
        name = f"{file_name(r, template, printed.ids)}.pdf"
    with database.transaction() as tx:
        note_print(tx, registry, actor, template, printed.ids, via=caller.via, origin=caller.origin)
    return attachment(printed.files, name, PDF)


class PrintsBody(Strict):
    """Which records, by which template, and whether as one PDF or as an archive with one of each."""

    object: Name
    template_id: RecordId
    record_ids: Annotated[list[RecordId], Field(min_length=1, max_length=RECORDS_MAX)]
    format: Literal["pdf", "zip"] = "pdf"


@router.post("/prints", status_code=201, responses=answers(400, 401, 403, 404, body=FreeAnswer, success=201))
def begin_print(caller: SignedIn, body: PrintsBody) -> Response:
    """Start printing many records in the background."""
    caller.about(body.object)
    registry, actor = caller.acting(TokenScope.READ)
    job = start_print(
        caller.edge.settings.database,
        registry,
        actor,
        body.object,
        body.template_id,
        body.record_ids,
        body.format,
        via=caller.via,
        origin=caller.origin,
    )
    return json_response(file_job_wire(job), 201)


@router.get("/prints/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_print(caller: SignedIn, id: Id) -> Response:
    """How far a print is."""
    return json_response(_print(caller, id))


@router.get("/prints/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_print(caller: SignedIn, id: Id) -> Response:
    """The same as server-sent events, until it has ended."""
    return await followed(lambda: _print(caller, id), has_ended, closing_of(caller))


@router.post("/prints/{id}/cancel", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def cancel_print(caller: SignedIn, id: Id) -> Response:
    """Stop a print."""
    with caller.writing() as w:
        cancel_job(w.transaction, w.actor, id, "print")
        return json_response(file_job_wire(get_job(w.snapshot, w.actor, id, "print")))


@router.get("/prints/{id}/file", response_class=Response, responses=answers(400, 401, 403, 404))
def download_print(caller: SignedIn, id: Id) -> Response:
    """The finished file."""
    _, actor = caller.acting(TokenScope.READ)
    name, media_type, content = print_content(caller.edge.settings.database, actor, id)
    return attachment(content, name, media_type)


def _print(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        return file_job_wire(get_job(r.snapshot, r.actor, job_id, "print"))


class PreviewBody(Strict):
    """A template that is being written, and the record to try it on (default: the newest)."""

    object: Name
    record_id: RecordId | None = None
    language: Literal["reader", "zh", "en"] = "reader"
    paper: Literal["a4", "a5", "a3", "b5", "letter"] = "a4"
    orientation: Literal["portrait", "landscape"] = "portrait"
    margins: Annotated[tuple[int, int, int, int], Field(description="top, right, bottom, left in millimetres")] = (
        Template.margins
    )
    logo: RecordId | None = None
    header: Annotated[str, Field(max_length=PART_MAX)] = ""
    body: Annotated[str, Field(max_length=LONG_TEXT_MAX)]
    footer: Annotated[str, Field(max_length=PART_MAX)] = ""


@router.post("/print/preview", responses=answers(400, 401, 403, 404, 429, body=FreeAnswer))
def preview(caller: SignedIn, body: PreviewBody) -> Response:
    """The pages that a template gives on a record, as pictures, and what is wrong with it. For administrators."""
    caller.about(body.object)
    with caller.reading(asking=True) as r:
        check_administrator(r.actor)
        obj = r.registry.object(body.object)
        template = _template(body)
        problems = [
            {"part": part, "code": found.code, "detail": sentence(found.code, r.actor.language, found.params)}
            for part in PARTS
            for found in part_problems(r, obj, part, getattr(template, part))
        ]
        record_id = body.record_id or _newest(r, obj)
        started = time.perf_counter()
        files: tuple[bytes, ...] = ()
        try:
            files = print_records(r, template, [record_id], "pages").files
        except BadRequest as error:
            if not problems:
                detail = sentence(error.code, r.actor.language, error.params)
                problems.append({"part": str(error.params.get("part", "body")), "code": error.code, "detail": detail})
        return json_response(
            {
                "pages": [f"data:image/png;base64,{base64.b64encode(file).decode()}" for file in files],
                "problems": problems,
                "record_id": str(record_id),
                "seconds": round(time.perf_counter() - started, 2),
            }
        )


def _template(body: PreviewBody) -> Template:
    if any(not 0 <= margin <= 80 for margin in body.margins):
        raise BadRequest("request.bad", field="margins")
    sides = dict(zip(("top", "right", "bottom", "left"), body.margins, strict=True))
    values = body.model_dump(include={"language", "paper", "orientation", "logo", "header", "body", "footer"})
    margins = {f"margin_{side}": margin for side, margin in sides.items()}
    return from_values({**values, **margins, "name": "preview", "object_name": body.object})


def _newest(r: Reading, obj: Object) -> int:
    order = (Order(FieldPath(("id",)), descending=True),)
    rows = page(r, RecordQuery(obj.name, columns_of(("id",)), order=order, limit=1)).rows
    if not rows:
        raise NotFound("print.no_record", object=obj.name)
    return int(rows[0][0])


@router.get("/print/draft", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_draft(caller: SignedIn, object: ObjectName) -> Response:
    """A template to begin with, made from the object's layout, and what it can list. For administrators."""
    caller.about(object)
    with caller.reading() as r:
        check_administrator(r.actor)
        obj = r.registry.object(object)
        found = draft(r, object, r.actor.language)
        return json_response(
            {
                "name": found.name,
                "name_en": found.name_en,
                "header": found.header,
                "body": found.body,
                "footer": found.footer,
                "children": children_of(r.registry, obj),
            }
        )
