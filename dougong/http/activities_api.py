"""Activities beyond their records: posting one with files and mentions, and calendars for phones."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field

from dougong.access.feeds import feed_of, make_feed, note_read, person_of_feed, revoke_feed
from dougong.access.sessions import versions
from dougong.crm.activities.feed import calendar_of
from dougong.crm.activities.mentioning import blind
from dougong.crm.activities.posting import FILES_MAX, MENTIONS_MAX, post
from dougong.http.batch_body import Values
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import Anybody, SignedIn, Visitor, check_not_viewing
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.wire import json_response
from dougong.kit.errors import NotFound
from dougong.records.api import Reading, lookup

TEXT_MAX = 255
SUGGESTED = 20
SECRET_MAX = 100
CALENDAR_TYPE = "text/calendar; charset=utf-8"
PRIVATE = "notifications.private"

router = APIRouter(prefix="/api/v1", tags=["activities"], route_class=ExactRoute)


class PostBody(Strict):
    """An activity with its files, uploaded before, and the people whom it mentions."""

    values: Values
    mentions: Annotated[list[RecordId], Field(max_length=MENTIONS_MAX, default_factory=list)]
    files: Annotated[list[RecordId], Field(max_length=FILES_MAX, default_factory=list)]


@router.post(
    "/activities", status_code=201, responses=answers(400, 401, 403, 409, 413, 422, body=FreeAnswer, success=201)
)
def post_activity(caller: SignedIn, body: PostBody) -> Response:
    """Post an activity with everything that goes with it, or nothing."""
    caller.about("activity")
    with caller.writing() as w:
        made = post(w, body.values, body.mentions, body.files)
    return json_response({"id": str(made)}, 201)


@router.get("/activities/mentionable", responses=answers(400, 401, 403, body=FreeAnswer))
def suggest_people(
    caller: SignedIn,
    q: Annotated[str, Query(max_length=TEXT_MAX)] = "",
    object: Annotated[str | None, Query(min_length=1, max_length=NAME_MAX)] = None,
    id: Annotated[RecordId | None, Query()] = None,
) -> Response:
    """Colleagues by a part of their name, and whether each may see the record that the activity is about."""
    with caller.reading() as r:
        hits = [hit for hit in lookup(r, "user", q, SUGGESTED) if hit.id != r.actor.user_id]
        record = None if object is None or id is None else (object, id)
        unseeing = blind(r, {hit.id for hit in hits}, record)
    rows = [{"id": str(h.id), "name": h.name, "detail": h.detail, "sees": h.id not in unseeing} for h in hits]
    return json_response({"rows": rows})


@router.get("/calendar-feed", responses=answers(401, 403, body=FreeAnswer))
def show_feed(caller: SignedIn) -> Response:
    """Since when the caller's calendar has an address, and when it was last read. The address itself is not known."""
    with caller.reading() as r:
        check_not_viewing(r.actor, PRIVATE)
        feed = feed_of(r.snapshot, r.actor.user_id or 0)
    return json_response(
        {
            "since": None if feed is None else feed.created_at,
            "last_read_at": None if feed is None else feed.last_read_at,
        }
    )


@router.post("/calendar-feed", status_code=201, responses=answers(401, 403, body=FreeAnswer, success=201))
def open_feed(caller: SignedIn) -> Response:
    """A new address of the caller's calendar, shown this once; the one before is void."""
    caller.check_browser()
    with caller.writing() as w:
        secret = make_feed(w.transaction, w.actor.user_id or 0)
    return json_response({"path": f"/api/v1/calendar/{secret}/dougong.ics"}, 201)


@router.delete("/calendar-feed", status_code=204, response_class=Response, responses=answers(401, 403))
def close_feed(caller: SignedIn) -> Response:
    """Close the address: nobody reads the calendar by it any more."""
    with caller.writing() as w:
        revoke_feed(w.transaction, w.actor.user_id or 0)
    return Response(status_code=204)


@router.get(
    "/calendar/{secret}/dougong.ics",
    response_class=Response,
    responses={
        200: {"description": "The calendar.", "content": {"text/calendar": {}}},
        304: {"description": "Not changed."},
        **answers(400, 404),
    },
)
def read_calendar(
    visitor: Anybody,
    secret: Annotated[str, Path(min_length=1, max_length=SECRET_MAX)],
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The calendar of whom the secret belongs to, as they may see it now (RFC 5545)."""
    database = visitor.edge.settings.database
    with database.snapshot() as snapshot:
        metadata, access = versions(snapshot)
        registry = visitor.edge.registries.current(snapshot, metadata)
        person = person_of_feed(snapshot, registry, secret)
        if person is None:
            raise NotFound("activity.no_feed")
        actor = visitor.edge.principals.current(snapshot, registry, person, access)
        text = calendar_of(Reading(snapshot, registry, actor), origin_of(visitor))
    with database.transaction() as tx:
        note_read(tx, person)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()}"'
    headers: dict[str, Any] = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(text.encode(), media_type=CALENDAR_TYPE, headers=headers)


def origin_of(visitor: Visitor) -> str:
    """Where the product is, as the request reached it."""
    return str(visitor.request.base_url).rstrip("/")
