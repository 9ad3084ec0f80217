"""What the caller is told: the bell, its panel, and which kinds they want."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from dougong.automation.notifications import (
    PAGE_MAX,
    READ_MAX,
    kind_label,
    kinds,
    mark_read,
    notifications,
    switch_off,
    switched_off,
    unread_count,
)
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, NotificationsAnswer, UnreadAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn, check_not_viewing
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.wire import json_response

KINDS_MAX = 100
PAGE = 30

PRIVATE = "notifications.private"

router = APIRouter(prefix="/api/v1/notifications", tags=["notifications"], route_class=ExactRoute)


class ReadBody(Strict):
    """The notifications that have been read; null: all of them."""

    ids: Annotated[list[RecordId], Field(max_length=READ_MAX)] | None


class KindsBody(Strict):
    """The kinds that the caller does not want."""

    off: Annotated[list[Annotated[str, Field(min_length=1, max_length=NAME_MAX)]], Field(max_length=KINDS_MAX)]


@router.get("/unread", responses=answers(401, body=UnreadAnswer))
def count_unread(caller: SignedIn) -> Response:
    """How many the caller has not read, up to 100. Nobody else's, whoever's eyes one looks with."""
    with caller.reading() as r:
        return json_response({"unread": 0 if r.actor.viewed_by is not None else unread_count(r)})


@router.get("", responses=answers(400, 401, 403, body=NotificationsAnswer))
def show_notifications(
    caller: SignedIn,
    before: Annotated[RecordId | None, Query(description="the id of the last one of the page before")] = None,
    unread: Annotated[bool, Query(description="the unread ones alone")] = False,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
) -> Response:
    """What the caller was told in the last 90 days, the latest first."""
    with caller.reading() as r:
        check_not_viewing(r.actor, PRIVATE)
        found = notifications(r, before=before, unread=unread, limit=limit + 1)
    shown = [
        {
            "id": str(one.id),
            "at": one.at,
            "kind": one.kind,
            "text": one.text,
            "object": None if one.record is None else one.record[0],
            "record_id": None if one.record is None else str(one.record[1]),
            "read": one.read,
        }
        for one in found[:limit]
    ]
    return json_response({"rows": shown, "next": shown[-1]["id"] if len(found) > limit else None})


@router.post("/read", responses=answers(400, 401, 403, body=FreeAnswer))
def read_notifications(caller: SignedIn, body: ReadBody) -> Response:
    """Note that the caller has read some, or all."""
    with caller.writing() as w:
        mark_read(w, body.ids)
    return json_response({})


@router.get("/kinds", responses=answers(401, 403, body=FreeAnswer))
def show_kinds(caller: SignedIn) -> Response:
    """The kinds of notifications, and which of them the caller wants."""
    with caller.reading() as r:
        check_not_viewing(r.actor, PRIVATE)
        off = switched_off(r)
        shown = [{"kind": kind, "label": kind_label(kind, r.actor.language), "on": kind not in off} for kind in kinds()]
    return json_response({"kinds": shown})


@router.put("/kinds", responses=answers(400, 401, 403, body=FreeAnswer))
def choose_kinds(caller: SignedIn, body: KindsBody) -> Response:
    """Switch kinds off; those that are not named are on."""
    with caller.writing() as w:
        switch_off(w, body.off)
    return json_response({})
