"""Records: one by one and in batches. Every handler is one call of `records.api`, in one transaction."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi import Path as InPath
from pydantic import Field

from dougong.access.fields import TRANSFERRED, editable_fields, readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path, any_of
from dougong.http.batch_body import Accepted, BatchBody, BatchesBody, Values, accepting, perform, perform_all
from dougong.http.body import ExactRoute
from dougong.http.documented import BatchAnswer, BatchesAnswer, FreeAnswer, QueryAnswer, RecordAnswer, answers
from dougong.http.errors import problems_body
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.query_body import NAME_MAX, Cursor, Strict
from dougong.http.wire import json_response, page_body, record_body
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.kept import Kept
from dougong.kit.limits import PAGE_SIZE, PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.records.api import (
    RECORD_ACTIONS,
    Change,
    Child,
    Order,
    Outcome,
    Reading,
    Writing,
    act,
    act_on_many,
    actions_on,
    columns_of,
    create,
    delete,
    get,
    lock,
    page,
    record_columns,
    restore,
    see,
    unlock,
    update,
)
from dougong.records.api import Query as Question
from dougong.records.buttons import offered_for, visible_buttons
from dougong.records.copying import copy

# The router looks from top to bottom: what is called most stands first.
router = APIRouter(prefix="/api/v1", tags=["records"], route_class=ExactRoute)

ACTIVITY = "activity"
"""The object whose records make up the timeline of others."""
PARTS = (
    ("files", "activity_file", ("name", "file", "picture")),
    ("mentions", "activity_mention", ("user_id", "user.name")),
)
"""What hangs on an activity and is shown with it."""
PARTS_SHOWN = 50

Id = Annotated[RecordId, InPath()]
ActionName = Annotated[str, InPath(min_length=1, max_length=NAME_MAX)]
IfMatch = Annotated[str | None, Header(description="the version that was seen; a later one answers 409")]


class ValuesBody(Strict):
    """The values of one record, by field name."""

    values: Annotated[Values, Field(examples=[{"name": "华为技术"}])]
    accept_duplicates: Accepted = ()


@router.get("/records/{object}/{id}", responses=answers(400, 401, 403, 404, body=RecordAnswer))
def read_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """A record with what the caller may do with it."""
    with caller.reading() as r:
        answer = shown(r, object, id)
    return json_response(answer, headers={"ETag": etag(answer)})


@router.post(
    "/records/{object}",
    status_code=201,
    responses=answers(400, 401, 403, 409, 413, 422, body=RecordAnswer, success=201),
)
def create_record(caller: SignedIn, object: ObjectName, body: ValuesBody) -> Response:
    """Create a record."""
    with caller.writing() as w:
        outcome = create(accepting(w, body.accept_duplicates), object, [body.values])
        answer = after_write(w, object, outcome)
    return json_response(answer, 201, {"Location": f"/api/v1/records/{object}/{answer['id']}", "ETag": etag(answer)})


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
        answer = after_write(w, object, update(accepting(w, body.accept_duplicates), object, [change]))
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


class ActionBody(Strict):
    """What an action is told beside the record; which `params` it knows is the action's own."""

    params: Values = Field(default_factory=dict)


class ManyActionBody(ActionBody):
    """The records of an action that is done to many at once."""

    ids: Annotated[list[RecordId], Field(min_length=1, max_length=PAGE_SIZE_MAX)]


@router.post(
    "/records/{object}/actions/{action}", responses=answers(400, 401, 403, 404, 409, 413, 422, body=FreeAnswer)
)
def do_bulk_action(caller: SignedIn, object: ObjectName, action: ActionName, body: ManyActionBody) -> Response:
    """Do one of the object's `bulk_actions` to all of the records; the answer is the action's own."""
    with caller.writing() as w:
        answer = act_on_many(w, object, body.ids, action, body.params)
    return json_response(answer)


@router.post("/records/{object}/{id}/restore", responses=answers(400, 401, 403, 404, 409, 422, body=RecordAnswer))
def restore_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Bring a record back from the recycle bin."""
    with caller.writing() as w:
        answer = after_write(w, object, restore(w, object, [id]))
    return json_response(answer, headers={"ETag": etag(answer)})


@router.post(
    "/records/{object}/{id}/actions/{action}", responses=answers(400, 401, 403, 404, 409, 413, 422, body=FreeAnswer)
)
def do_action(
    caller: SignedIn, object: ObjectName, id: Id, action: ActionName, body: ActionBody | None = None
) -> Response:
    """Do one of the record's `actions`; the answer is the action's own."""
    with caller.writing() as w:
        answer = act(w, object, id, action, {} if body is None else body.params)
    return json_response(answer)


@router.post(
    "/records/{object}/{id}/copy",
    status_code=201,
    responses=answers(400, 401, 403, 404, 409, 413, 422, body=RecordAnswer, success=201),
)
def copy_record(caller: SignedIn, object: ObjectName, id: Id, body: ValuesBody) -> Response:
    """A copy of a setting with its parts (a profile with all its rights), with `values` in place of its own."""
    with caller.writing() as w:
        answer = after_write(w, object, copy(w, object, id, body.values))
    return json_response(answer, 201, {"Location": f"/api/v1/records/{object}/{answer['id']}", "ETag": etag(answer)})


@router.post("/records/{object}/{id}/lock", responses=answers(400, 401, 403, 404, 409, 422, body=RecordAnswer))
def lock_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Lock a record: until it is unlocked nobody edits, deletes or hands it over. A locked one stays as it is."""
    with caller.writing() as w:
        answer = after_write(w, object, lock(w, object, [id]))
    return json_response(answer, headers={"ETag": etag(answer)})


@router.post("/records/{object}/{id}/unlock", responses=answers(400, 401, 403, 404, 409, 422, body=RecordAnswer))
def unlock_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Take the lock off a record."""
    with caller.writing() as w:
        answer = after_write(w, object, unlock(w, object, [id]))
    return json_response(answer, headers={"ETag": etag(answer)})


@router.post("/batch", responses=answers(400, 401, 403, 404, 409, 413, 422, body=BatchAnswer))
def write_batch(caller: SignedIn, body: BatchBody) -> Response:
    """Create, update, delete, restore, lock or unlock many records of one object: all of them or, with a problem, none.

    Updating more than one record needs the right to bulk edit.
    """
    caller.about(body.object)
    with caller.writing() as w:
        outcome = perform(w, body)
        answer = _outcome_body(w, body, outcome)
    return json_response(answer)


@router.post("/batches", responses=answers(400, 401, 403, 404, 409, 413, 422, body=BatchesAnswer))
def write_batches(caller: SignedIn, body: BatchesBody) -> Response:
    """Several batches in one transaction: all of them or, with a problem in any, none.

    A problem's `params.batch` says in which batch it is, its `row` where in that.
    """
    with caller.writing() as w:
        outcomes = perform_all(caller, w, body)
        found = [_outcome_body(w, batch, o) for batch, o in zip(body.batches, outcomes, strict=True)]
    return json_response({"batches": found})


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
        answer = page_body(page(r, timeline_query(r, object, id, after, limit)))
    return json_response({**answer, "total": None, "total_capped": False})


def _outcome_body(w: Writing, body: BatchBody, outcome: Outcome) -> dict[str, Any]:
    obj = w.registry.object(body.object)
    return {
        "ids": [None if i is None else str(i) for i in outcome.ids],
        "versions": outcome.versions,
        "problems": problems_body(outcome.problems, w.actor.language, w.registry, obj, w.actor),
    }


THROUGH = {"account": "account_id", "contact": "contact_id", "lead": "lead_id"}
"""The fields of an activity that put it on the timelines of records other than the one that it is related to: those of
a lead that was converted hang on its account."""


def timeline_query(r: Reading, object_name: str, record_id: int, after: str | None, limit: int) -> Question:
    """The question for the activities of a record, with all of their readable fields, their files and mentions.

    On the timeline of an account stand those of its opportunities and contacts too; of a contact, those that name it.
    """
    activity = r.registry.object(ACTIVITY)
    # Who may not see when it was still reads the newest first.
    latest = "start_at" if readable(r.actor, activity, activity.fields["start_at"]) else "id"
    links = [name for name in ("related_id", THROUGH.get(object_name)) if name is not None]
    seen = [name for name in links if name == "related_id" or readable(r.actor, activity, activity.fields[name])]
    return Question(
        object=ACTIVITY,
        columns=record_columns(r, activity),
        where=any_of(*(Compare(Path((name,)), Operator.EQ, (record_id,)) for name in seen)),
        order=(Order(Path((latest,)), descending=True),),
        limit=limit,
        after=after,
        children=tuple(
            Child(name, "activity_id", Question(object_name, columns_of(("id", *fields)), limit=PARTS_SHOWN))
            for name, object_name, fields in PARTS
            if allowed(r.actor, r.registry.object(object_name), Action.READ) is None
        ),
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
    seen = see(r, object_name, record_id)
    record, can = seen.values, seen.can
    return {
        "id": str(record_id),
        "record": record_body(obj, record),
        "version": record["version"],
        "can": {action.value: allowed for action, allowed in can.items()},
        "editable_fields": [
            name for name in _editable_names(r, obj) if can[Action.TRANSFER] or not (obj.owned and name in TRANSFERRED)
        ],
        "actions": [
            {
                "name": action.name,
                "label": action.label,
                "confirm": action.confirm,
                "icon": action.icon,
                "primary": action.primary,
                "asks": [{"field": name, "needed": name in action.needed} for name in action.asks],
                "takes": action.takes,
            }
            for action in actions_on(seen)
        ],
        "buttons": [name for name, ids in visible_buttons(r, obj, [record_id]).items() if ids],
    }


def _editable_names(r: Reading, obj: Object) -> tuple[str, ...]:
    key = (r.registry.serial, r.actor.rights_key, obj.name)
    return _EDITABLE.get(key, lambda: tuple(field.name for field in editable_fields(r.actor, obj)))


_EDITABLE: Kept[tuple[str, ...]] = Kept(2_000)


class ButtonsBody(Strict):
    """The records that are selected in a list."""

    ids: Annotated[list[RecordId], Field(min_length=1, max_length=PAGE_SIZE_MAX)]


@router.post("/records/{object}/buttons", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_buttons(caller: SignedIn, object: ObjectName, body: ButtonsBody) -> Response:
    """By the name of each button of the object that the caller has: to how many of these records it is offered."""
    with caller.reading(asking=True) as r:
        return json_response({"buttons": offered_for(r, object, body.ids)})


def after_write(w: Writing, object_name: str, outcome: Outcome) -> dict[str, Any]:
    """The one record of a write as it is now. A write may give it away: then only its id and version are told."""
    record_id, version = outcome.ids[0], outcome.versions[0]
    if record_id is None:
        raise NotFound("record.not_found", object=object_name)
    try:
        return shown(w, object_name, record_id)
    except NotFound:
        return {
            "id": str(record_id),
            "record": None,
            "version": version,
            "can": {action.value: False for action in RECORD_ACTIONS},
            "editable_fields": [],
            "actions": [],
            "buttons": [],
        }
