"""What the screens keep for the caller: widths, views, lists, pinned and opened records."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, RecentAnswer, answers
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.query_body import Strict
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.records.habits import DEFAULT_VIEW, LIST, WIDTHS, habits, keep, opened, pin, unpin
from dougong.records.recent import Recent, pinned, recent

COLUMNS_MAX = 100
PATH_MAX = 250
WIDTH_MIN, WIDTH_MAX = 40, 1_600
ADDRESS_MAX = 8_000

router = APIRouter(prefix="/api/v1", tags=["habits"], route_class=ExactRoute)

DONE = answers(400, 401, 403, body=FreeAnswer)


class WidthsBody(Strict):
    """Widths of columns in pixels; none at all goes back to the usual ones."""

    widths: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=PATH_MAX)], Annotated[int, Field(ge=WIDTH_MIN, le=WIDTH_MAX)]
        ],
        Field(max_length=COLUMNS_MAX),
    ]


class ViewBody(Strict):
    """The view that an object opens with: its id, `all`, or null for as it comes."""

    view: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^(all|[0-9]+)$")] | None


class ListBody(Strict):
    """A list as it was left: what its address says, or null to forget it."""

    address: Annotated[str, Field(min_length=1, max_length=ADDRESS_MAX)] | None


@router.get("/habits", responses=answers(401, body=FreeAnswer))
def show_habits(caller: SignedIn) -> Response:
    """Everything that is kept for the caller; of pinned records those that they may still see."""
    with caller.reading() as r:
        kept = habits(r)
        return json_response(
            {
                "widths": kept[WIDTHS],
                "default_views": {name: body["view"] for name, body in kept[DEFAULT_VIEW].items()},
                "lists": {name: body["address"] for name, body in kept[LIST].items()},
                "pins": [_row(one) for one in pinned(r)],
            }
        )


@router.put("/habits/widths/{object}", responses=DONE)
def keep_widths(caller: SignedIn, object: ObjectName, body: WidthsBody) -> Response:
    """Keep the widths of an object's columns."""
    with caller.writing() as w:
        keep(w, WIDTHS, object, body.widths or None)
    return json_response({})


@router.put("/habits/default-view/{object}", responses=DONE)
def keep_default_view(caller: SignedIn, object: ObjectName, body: ViewBody) -> Response:
    """Keep the view that an object opens with."""
    with caller.writing() as w:
        keep(w, DEFAULT_VIEW, object, None if body.view is None else {"view": body.view})
    return json_response({})


@router.put("/habits/list/{object}", responses=DONE)
def keep_list(caller: SignedIn, object: ObjectName, body: ListBody) -> Response:
    """Keep a list as it was left."""
    with caller.writing() as w:
        keep(w, LIST, object, None if body.address is None else {"address": body.address})
    return json_response({})


@router.put("/habits/pins/{object}/{id}", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def pin_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Pin a record."""
    with caller.writing() as w:
        pin(w, object, id)
    return json_response({})


@router.delete("/habits/pins/{object}/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def unpin_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Take a pin away."""
    with caller.writing() as w:
        unpin(w, object, id)
    return json_response({})


@router.get("/recent", responses=answers(401, body=RecentAnswer))
def show_recent(caller: SignedIn) -> Response:
    """The records that the caller opened last."""
    with caller.reading() as r:
        return json_response({"rows": [_row(one) for one in recent(r)]})


@router.put("/recent/{object}/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def note_opened(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Note that the caller has opened a record."""
    with caller.writing() as w:
        opened(w, object, id)
    return json_response({})


def _row(one: Recent) -> dict[str, Any]:
    return {"object": one.object, "id": str(one.id), "name": one.name, "detail": "", "at": one.at}
