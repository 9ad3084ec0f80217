"""Merging: records beside each other, made one, and several again."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_body import NAME_MAX, Name, Strict
from dougong.http.wire import json_response, record_body
from dougong.records.merging import Comparison, PastMerge, compare, merge, merged_into, merges_of, unmerge
from dougong.records.merging.choices import RECORDS_MAX, RECORDS_MIN
from dougong.records.work import Reading

router = APIRouter(prefix="/api/v1/merging", tags=["merging"], route_class=ExactRoute)

Id = Annotated[RecordId, Path()]
ObjectName = Annotated[str, Query(min_length=1, max_length=NAME_MAX)]
CHOICES_MAX = 500


class CompareBody(Strict):
    """The records that may become one."""

    object: Name
    ids: Annotated[list[RecordId], Field(min_length=RECORDS_MIN, max_length=RECORDS_MAX)]


@router.post("/compare", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_comparison(caller: SignedIn, body: CompareBody) -> Response:
    """Records beside each other, what differs first, with what is proposed to stay."""
    caller.about(body.object)
    with caller.reading(asking=True) as r:
        return json_response(_comparison(r, body.object, compare(r, body.object, body.ids)))


def _comparison(r: Reading, object_name: str, found: Comparison) -> dict[str, Any]:
    obj = r.registry.object(object_name)
    return {
        "winner": str(found.winner),
        "records": [
            {
                "id": str(one.id),
                "record": record_body(obj, dict(one.record)),
                "may_merge": one.may_merge,
                "uses": [
                    {"object": use.object.name, "field": use.field.name, "number": use.number, "capped": use.capped}
                    for use in one.uses
                ],
            }
            for one in found.records
        ],
        "fields": [
            {
                "name": field.name,
                "differs": field.name in found.differing,
                "choosable": field.name in found.choosable,
                "proposed": str(found.proposed[field.name]) if field.name in found.proposed else None,
            }
            for field in found.fields
        ],
    }


class MergeBody(Strict):
    """Which record stays, which go, and from which of them each field is taken (else the one that stays)."""

    object: Name
    winner: RecordId
    losers: Annotated[list[RecordId], Field(min_length=1, max_length=RECORDS_MAX - 1)]
    choices: Annotated[dict[Name, RecordId], Field(max_length=CHOICES_MAX)] = Field(default_factory=dict)
    keep_owners: Annotated[bool, Field(description="the other owners join the team of the record that stays")] = False


@router.post("", status_code=201, responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer, success=201))
def merge_records(caller: SignedIn, body: MergeBody) -> Response:
    """Make one record of several."""
    caller.about(body.object)
    with caller.writing() as w:
        done = merge(w, body.object, body.winner, body.losers, body.choices, keep_owners=body.keep_owners)
    return json_response({"id": str(done.id), "winner": str(done.winner_id), "moved": dict(done.moved)}, 201)


@router.get("", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_merges(caller: SignedIn, object: ObjectName, id: RecordId) -> Response:
    """The merges in which a record stayed, newest first."""
    caller.about(object)
    with caller.reading() as r:
        return json_response({"merges": [_past(one) for one in merges_of(r, object, id)]})


@router.get("/into", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_target(caller: SignedIn, object: ObjectName, id: RecordId) -> Response:
    """The record that a merged one became a part of: for links that lead to the old one."""
    caller.about(object)
    with caller.reading() as r:
        return json_response({"id": str(merged_into(r, object, id))})


@router.post("/{id}/undo", responses=answers(400, 401, 403, 404, 409, 422, body=FreeAnswer))
def undo_merge(caller: SignedIn, id: Id) -> Response:
    """Take a merge back."""
    with caller.writing() as w:
        return json_response(_past(unmerge(w, id)))


def _past(one: PastMerge) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "object": one.object,
        "winner": str(one.winner_id),
        "losers": [str(i) for i in one.loser_ids],
        "at": one.at,
        "actor_id": None if one.actor_id is None else str(one.actor_id),
        "undone_at": one.undone_at,
    }
