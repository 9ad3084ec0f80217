"""What administrators see of the search: how far its index is, and making it anew."""

from typing import Any

from fastapi import APIRouter, Response

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn, check_administrator
from dougong.http.query_body import Name, Strict
from dougong.http.wire import json_response
from dougong.records.search_rebuilding import ask_for_rebuilding, entries_of, rebuildings
from dougong.records.search_upkeep import queue_upkeep

router = APIRouter(prefix="/api/v1/search", tags=["search"], route_class=ExactRoute)


@router.get("/index", responses=answers(401, 403, body=FreeAnswer))
def show_index(caller: SignedIn) -> Response:
    """How far the index of each object is."""
    with caller.reading() as r:
        check_administrator(r.actor)
        found = rebuildings(r.snapshot, r.registry).values()
        entries = entries_of(r.snapshot)
        told: list[dict[str, Any]] = [
            {
                "object": one.object,
                "current": one.current,
                "done": one.done,
                "total": one.total,
                "entries": entries.get(one.object, 0),
                "finished_at": one.finished_at,
            }
            for one in found
        ]
    return json_response({"objects": told})


class RebuildBody(Strict):
    """Which object; none: all."""

    object: Name | None = None


@router.post("/index/rebuild", status_code=204, responses=answers(400, 401, 403))
def rebuild_index(caller: SignedIn, body: RebuildBody) -> Response:
    """Make the index anew in the background. People go on finding meanwhile."""
    with caller.writing() as w:
        ask_for_rebuilding(w, body.object)
        queue_upkeep(w.transaction)
    return Response(status_code=204)
