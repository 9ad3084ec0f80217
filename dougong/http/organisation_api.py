"""Handing a leaver's work over and merging departments: what there is, and the jobs that do it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.jobs_api import closing_of, has_ended
from dougong.http.principal import Caller, SignedIn
from dougong.http.query_body import Name, Strict
from dougong.http.streams import followed
from dougong.http.wire import json_response
from dougong.records.api import Count
from dougong.records.organisation.holdings import holdings
from dougong.records.organisation.plans import Handover, Merge, Part, Plan
from dougong.records.organisation.running import cancel_move, get_move, move_wire, moves_of, start_move, start_undo

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=ExactRoute)

PARTS_MAX = 200

Id = Annotated[RecordId, Path()]


class PartBody(Strict):
    """Records of one object, and who gets them."""

    object: Name
    to_id: RecordId
    open_only: bool = False


class HandoverBody(Strict):
    """What of a person's records goes to whom; `keep`: the person stays on their teams, to read or to edit."""

    from_id: RecordId
    parts: Annotated[list[PartBody], Field(max_length=PARTS_MAX)]
    keep: Literal["read", "edit"] | None = None
    move_department: bool = True


class MergeBody(Strict):
    """A department that becomes part of another; its records keep their department unless `records`."""

    from_id: RecordId
    to_id: RecordId
    records: bool = False


@router.get("/users/{id}/holdings", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_holdings(caller: SignedIn, id: Id) -> Response:
    """What a person owns by object, as far as the caller may see it, and how much of it is open."""
    with caller.reading() as r:
        found = holdings(r, id)
    parts = [
        {"object": h.object.name, "total": _count(h.total), "open": h.open and _count(h.open), "can": h.transferable}
        for h in found
    ]
    return json_response({"holdings": parts})


@router.post("/handovers", status_code=201, responses=answers(400, 401, 403, 404, body=FreeAnswer, success=201))
def hand_over(caller: SignedIn, body: HandoverBody) -> Response:
    """Begin to hand a person's records over, in the background."""
    parts = tuple(Part(part.object, part.to_id, part.open_only) for part in body.parts)
    return _begun(caller, Handover(body.from_id, parts, body.keep, body.move_department))


@router.post("/merges", status_code=201, responses=answers(400, 401, 403, 404, 409, body=FreeAnswer, success=201))
def merge_department(caller: SignedIn, body: MergeBody) -> Response:
    """Begin to merge a department into another, in the background (administrators)."""
    return _begun(caller, Merge(body.from_id, body.to_id, body.records))


@router.get("/moves", responses=answers(401, 403, body=FreeAnswer))
def show_moves(caller: SignedIn) -> Response:
    """One's own hand-overs and merges, newest first (an administrator sees everybody's)."""
    with caller.reading() as r:
        return json_response({"moves": [move_wire(job, r.actor.language) for job in moves_of(r.snapshot, r.actor)]})


@router.get("/moves/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_move(caller: SignedIn, id: Id) -> Response:
    """How far a hand-over or merge is, and what stayed as it is."""
    return json_response(_state(caller, id))


@router.get("/moves/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_move(caller: SignedIn, id: Id) -> Response:
    """The same as server-sent events, until it has ended."""
    return await followed(lambda: _state(caller, id), has_ended, closing_of(caller))


@router.post("/moves/{id}/cancel", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def stop_move(caller: SignedIn, id: Id) -> Response:
    """Stop behind the piece of work under way."""
    with caller.writing() as w:
        return json_response(move_wire(cancel_move(w.transaction, w.actor, id), w.actor.language))


@router.post("/moves/{id}/undo", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def take_move_back(caller: SignedIn, id: Id) -> Response:
    """Begin to take a hand-over or merge back: what nobody has changed since is as it was."""
    _, actor = caller.acting()
    return json_response(move_wire(start_undo(caller.edge.settings.database, actor, id), actor.language))


def _begun(caller: Caller, plan: Plan) -> Response:
    registry, actor = caller.acting()
    job = start_move(caller.edge.settings.database, registry, actor, plan)
    return json_response(move_wire(job, actor.language), 201)


def _state(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        return move_wire(get_move(r.snapshot, r.actor, job_id), r.actor.language)


def _count(found: Count) -> dict[str, Any]:
    return {"number": found.number, "capped": found.capped}
