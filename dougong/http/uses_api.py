"""Where a record is used."""

from fastapi import APIRouter, Response

from dougong.http.body import ExactRoute
from dougong.http.documented import UsesAnswer, answers
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.records.api import uses_of

router = APIRouter(prefix="/api/v1", tags=["records"], route_class=ExactRoute)


@router.get("/records/{object}/{id}/uses", responses=answers(400, 401, 403, 404, body=UsesAnswer))
def show_uses(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """Which records refer to a record, by object and field, as far as the caller may see them."""
    with caller.reading() as r:
        uses = uses_of(r, object, id)
    found = [
        {
            "object": u.object.name,
            "field": u.field.name,
            "count": u.number,
            "capped": u.capped,
            "in_the_way": u.in_the_way,
        }
        for u in uses
    ]
    return json_response({"uses": found})
