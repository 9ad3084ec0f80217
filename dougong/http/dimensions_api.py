"""Dimensions as their settings page needs them: what switching one on would do, and how far that is."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.jobs_api import closing_of, has_ended
from dougong.http.principal import Caller, SignedIn, check_administrator
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.streams import followed
from dougong.http.wire import json_response
from dougong.records.dimensions.filling import filling_wire
from dougong.records.dimensions.preview import preview
from dougong.records.transfer.job_rows import get_job, jobs_of

router = APIRouter(prefix="/api/v1", tags=["dimensions"], route_class=ExactRoute)

SHOWN_MAX = 200
"""People named in one preview; the total says how many there are."""


class PreviewBody(Strict):
    """A dimension that is to control an object."""

    dimension_id: RecordId
    object: Annotated[str, Field(min_length=1, max_length=NAME_MAX)]


@router.post("/dimensions/preview", responses=answers(400, 401, 403, body=FreeAnswer))
def preview_dimension(caller: SignedIn, body: PreviewBody) -> Response:
    """Who would lose sight of how many records, before anything is changed (administrators)."""
    with caller.reading() as r:
        check_administrator(r.actor)
        found = preview(r, body.object, body.dimension_id)
    people = [
        {"id": str(loss.user_id), "name": loss.name, "sees": loss.sees, "loses": loss.loses}
        for loss in found.losses[:SHOWN_MAX]
    ]
    return json_response(
        {
            "people": people,
            "total": len(found.losses),
            "records": found.records,
            "filled": found.filled,
            "blank": found.blank,
            "roles": found.roles,
        }
    )


@router.get("/dimensions/fillings", responses=answers(401, 403, body=FreeAnswer))
def show_fillings(caller: SignedIn) -> Response:
    """The jobs that fill in the values of records, newest first (administrators)."""
    with caller.reading() as r:
        check_administrator(r.actor)
        return json_response({"fillings": [filling_wire(job) for job in jobs_of(r.snapshot, r.actor, "dimension")]})


@router.get("/dimensions/fillings/{id}/events", responses=answers(400, 401, 403, 404))
async def follow_filling(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """How far one is, as server-sent events, until it has ended (administrators)."""
    return await followed(lambda: _filling(caller, id), has_ended, closing_of(caller))


def _filling(caller: Caller, job_id: int) -> dict[str, Any]:
    with caller.reading() as r:
        check_administrator(r.actor)
        return filling_wire(get_job(r.snapshot, r.actor, job_id, "dimension"))
