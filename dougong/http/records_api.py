"""Records: one by one and in batches. Every handler is one call of `records.api`, in one transaction."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi import Path as InPath
from pydantic import Field

from dougong.access.fields import TRANSFERRED, editable_fields, readable
from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.http.body import ExactRoute
from dougong.http.documented import BatchAnswer, QueryAnswer, RecordAnswer, answers
from dougong.http.errors import problems_body
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.query_body import NAME_MAX, Cursor, Strict
from dougong.http.wire import json_response, page_body, record_body
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.limits import BATCH_MAX, PAGE_SIZE, PAGE_SIZE_MAX
from dougong.records.api import (
    Change,
    Order,
    Outcome,
    Reading,
    Writing,
    columns_of,
    create,
    delete,
    get,
    get_with_rights,
    page,
    record_paths,
    restore,
    update,
)
from dougong.records.api import Query as Question

router = APIRouter(prefix="/api/v1", tags=["records"], route_class=ExactRoute)

ACTIVITY = "activity"
"""The object whose records make up the timeline of others."""

Values = dict[str, Any]
Id = Annotated[RecordId, InPath()]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
IfMatch = Annotated[str | None, Header(description="the version that was seen; a later one answers 409")]


class ValuesBody(Strict):
    """The values of one record, by field name."""

    values: Annotated[Values, Field(examples=[{"name": "华为技术"}])]


class BatchAction(StrEnum):
    """What a batch does with all of its records."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"


class BatchRow(Strict):
    """One record of a batch: its values, and which record it is (not when it is created)."""

    values: Values = Field(default_factory=dict)
    id: RecordId | None = None
    version: Version | None = None


class BatchBody(Strict):
    """Either `rows`, each with its own values, or `ids`; an update of `ids` gives all of them the same `values`."""

    object: Annotated[str, Field(min_length=1, max_length=NAME_MAX)]
    action: BatchAction
    rows: Annotated[list[BatchRow], Field(max_length=BATCH_MAX)] | None = None
    ids: Annotated[list[RecordId], Field(max_length=BATCH_MAX)] | None = None
    values: Values | None = None
    skip_problems: Annotated[
        bool, Field(description="store the rows without problems instead of refusing all (create, update)")
    ] = False


@router.post(
    "/records/{object}",
    status_code=201,
    responses=answers(400, 401, 403, 409, 413, 422, body=RecordAnswer, success=201),
)
def create_record(caller: SignedIn, object: ObjectName, body: ValuesBody) -> Response:
    """Create a record."""
    with caller.writing() as w:
        outcome = create(w, object, [body.values])
        answer = after_write(w, object, outcome)
    return json_response(answer, 201, {"Location": f"/api/v1/records/{object}/{answer['id']}", "ETag": etag(answer)})


@router.get("/records/{object}/{id}", responses=answers(400, 401, 403, 404, body=RecordAnswer))
def read_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """A record with what the caller may do with it."""
    with caller.reading() as r:
        answer = shown(r, object, id)
    return json_response(answer, headers={"ETag": etag(answer)})


@router.patch("/records/{object}/{id}", responses=answers(400, 401, 403, 404, 409, 413, 422, body=RecordAnswer))
def update_record(
    caller: SignedIn,
    object: ObjectName,
    id: Id,
    body: ValuesBody,
    if_match: IfMatch = None,
) -> Response:
    """Give fields other values; `If-Match` with the version seen guards against overwriting somebody else's change."""
    change = Change(id, body.values, version_of(if_match))
    with caller.writing() as w:
        answer = after_write(w, object, update(w, object, [change]))
    return json_response(answer, headers={"ETag": etag(answer)})


@router.delete(
    "/records/{object}/{id}",
    status_code=204,
    response_class=Response,
    responses=answers(400, 401, 403, 404, 409, 422),
)
def delete_record(caller: SignedIn, object: ObjectName, id: Id, if_match: IfMatch = None) -> Response:
    """Move a record to the recycle bin; with `If-Match` only the version that was seen."""
    versions = {id: version_of(if_match)}
    with caller.writing() as w:
        delete(w, object, [id], versions=versions)
    return Response(status_code=204)


@router.post("/records/{object}/{id}/restore", responses=answers(400, 401, 403, 404, 409, 422, body=RecordAnswer))
def restore_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Bring a record back from the recycle bin."""
    with caller.writing() as w:
        answer = after_write(w, object, restore(w, object, [id]))
    return json_response(answer, headers={"ETag": etag(answer)})


@router.post("/batch", responses=answers(400, 401, 403, 404, 409, 413, 422, body=BatchAnswer))
def write_batch(caller: SignedIn, body: BatchBody) -> Response:
    """Create, update, delete or restore many records of one object: all of them or, with a problem, none.

    Updating more than one record needs the right to bulk edit.
    """
    caller.about(body.object)
    with caller.writing() as w:
        outcome = _act(w, body)
        problems = problems_body(
            outcome.problems, w.actor.language, w.registry, w.registry.object(body.object), w.actor
        )
    return json_response(
        {
            "ids": [None if i is None else str(i) for i in outcome.ids],
            "versions": outcome.versions,
            "problems": problems,
        }
    )


@router.get("/records/{object}/{id}/timeline", responses=answers(400, 401, 403, 404, body=QueryAnswer))
def read_timeline(
    caller: SignedIn,
    object: ObjectName,
    id: Id,
    after: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX)] = PAGE_SIZE,
) -> Response:
    """The activities of a record, the latest first."""
    with caller.reading() as r:
        get(r, object, id, ("id",))
        answer = page_body(page(r, timeline_query(r, id, after, limit)))
    return json_response({**answer, "total": None, "total_capped": False})


def _act(w: Writing, body: BatchBody) -> Outcome:
    if body.rows is not None and (body.ids is not None or body.values is not None):
        # One of the two would have to be ignored.
        raise _wanted(body, "rows | ids")
    match body.action:
        case BatchAction.CREATE:
            if body.rows is None or any(row.id is not None for row in body.rows):
                raise _wanted(body, "rows[].values")
            return create(w, body.object, [row.values for row in body.rows], skip_problems=body.skip_problems)
        case BatchAction.UPDATE:
            changes = _changes(body)
            if body.rows is None or len(changes) > 1:
                check_action(w.actor, w.registry.object(body.object), Action.BULK_EDIT)
            return update(w, body.object, changes, skip_problems=body.skip_problems)
        case BatchAction.DELETE:
            versions = {row.id: row.version for row in body.rows or () if row.id is not None}
            return delete(w, body.object, _ids(body), versions=versions)
        case BatchAction.RESTORE:
            return restore(w, body.object, _ids(body))


def _changes(body: BatchBody) -> list[Change]:
    if body.ids is not None and body.values is not None:
        return [Change(i, body.values) for i in body.ids]
    if body.rows is None or any(row.id is None for row in body.rows):
        raise _wanted(body, "rows[].id, ids + values")
    return [Change(row.id, row.values, row.version) for row in body.rows if row.id is not None]


def _ids(body: BatchBody) -> list[int]:
    if body.ids is not None:
        return body.ids
    if body.rows is None or any(row.id is None for row in body.rows):
        raise _wanted(body, "ids")
    return [row.id for row in body.rows if row.id is not None]


def _wanted(body: BatchBody, what: str) -> BadRequest:
    return BadRequest("request.batch_rows", field=what, action=body.action.value, wanted=what)


def timeline_query(r: Reading, record_id: int, after: str | None, limit: int) -> Question:
    """The question for the activities that hang on a record, with all of their readable fields."""
    activity = r.registry.object(ACTIVITY)
    # Who may not see when it was still reads the newest first.
    latest = "start_at" if readable(r.actor, activity, activity.fields["start_at"]) else "id"
    return Question(
        object=ACTIVITY,
        columns=columns_of(record_paths(r, activity)),
        where=Compare(Path(("related_id",)), Operator.EQ, (record_id,)),
        order=(Order(Path((latest,)), descending=True),),
        limit=limit,
        after=after,
    )


def version_of(if_match: str | None) -> int | None:
    """The version in an If-Match header (`3`, `"3"`); None without one or for `*`. Raises BadRequest for others."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("request.if_match", field="If-Match")
    return int(text)


def etag(answer: Mapping[str, Any]) -> str:
    """The ETag of a record's answer: its version."""
    return f'"{answer["version"]}"'


def shown(r: Reading, object_name: str, record_id: int) -> dict[str, Any]:
    """A record as its page needs it. Raises NotFound."""
    obj = r.registry.object(object_name)
    record, can = get_with_rights(r, object_name, record_id)
    return {
        "id": str(record_id),
        "record": record_body(obj, record),
        "version": record["version"],
        "can": {action.value: allowed for action, allowed in can.items()},
        "editable_fields": [
            field.name
            for field in editable_fields(r.actor, obj)
            if can[Action.TRANSFER] or not (obj.owned and field.name in TRANSFERRED)
        ],
    }


def after_write(w: Writing, object_name: str, outcome: Outcome) -> dict[str, Any]:
    """The one record of a write as it is now. A write may give it away: then only its id and version are told."""
    record_id, version = outcome.ids[0], outcome.versions[0]
    if record_id is None:
        raise NotFound("record.not_found", object=object_name)
    try:
        return shown(w, object_name, record_id)
    except NotFound:
        nothing = {"update": False, "delete": False, "transfer": False, "share": False}
        return {"id": str(record_id), "record": None, "version": version, "can": nothing, "editable_fields": []}
