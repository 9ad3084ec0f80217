"""What the dialog that converts a lead starts from. Converting is an action of the lead."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from dougong.crm.leads.proposing import proposal
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.wire import json_response

router = APIRouter(prefix="/api/v1", tags=["leads"], route_class=ExactRoute)


@router.get("/leads/{id}/conversion", responses=answers(400, 401, 403, 404, 409, body=FreeAnswer))
def show_conversion(caller: SignedIn, id: Annotated[RecordId, Path()]) -> Response:
    """What the lead would become: the values of new records by object, and the accounts that match its company."""
    with caller.reading() as r:
        found = proposal(r, id)
    answer = {
        "values": found.values,
        "names": found.names,
        "creatable": found.creatable,
        "matches": [
            {
                "id": str(one.id),
                "name": one.name,
                "detail": one.detail,
                "visible": one.visible,
                "owner_id": None if one.owner_id is None else str(one.owner_id),
                "owner": one.owner,
                "takes": [{"name": name, "label": label} for name, label in one.takes.items()],
            }
            for one in found.matches
        ],
    }
    return json_response(answer)
