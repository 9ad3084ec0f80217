"""Why somebody may or may not do something to a record, and who all may."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dougong.access.explain import Reason, explain, know, who_may
from dougong.access.fields import readable
from dougong.access.principal import Action
from dougong.http.body import ExactRoute
from dougong.http.documented import AccessAnswer, PermittedAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.kit.errors import Forbidden
from dougong.kit.text import sentence
from dougong.records.api import Reading, get, get_with_rights

router = APIRouter(prefix="/api/v1", tags=["access"], route_class=ExactRoute)

SHOWN_MAX = 500
"""People named in one answer; the total says how many there are."""


@router.get("/records/{object}/{id}/access", responses=answers(400, 401, 403, 404, body=AccessAnswer))
def explain_access(
    caller: SignedIn,
    object: ObjectName,
    id: Id,
    action: Action = Action.READ,
    user: Annotated[RecordId | None, Query(description="whom it is about; the caller when not given")] = None,
) -> Response:
    """Each gate and grant between a person and a record. About others only an administrator may ask."""
    with caller.reading() as r:
        whom = r.actor.user_id if user is None else user
        if not r.actor.administers:
            get(r, object, id, ("id",))
            if whom != r.actor.user_id:
                raise Forbidden("session.administrator_required")
        found = explain(know(r.snapshot, r.registry), whom or 0, object, id, action)
        reasons = [_reason(r, reason) for reason in found.reasons if _may_know(r, object, reason)]
    return json_response({"allowed": found.allowed, "reasons": reasons})


@router.get("/records/{object}/{id}/permitted", responses=answers(400, 401, 403, 404, body=PermittedAnswer))
def list_permitted(caller: SignedIn, object: ObjectName, id: Id, action: Action = Action.READ) -> Response:
    """Everybody who may do something to a record, each with what lets them: for those who may share it."""
    with caller.reading() as r:
        if not r.actor.administers and not get_with_rights(r, object, id)[1][Action.SHARE]:
            raise Forbidden("access.not_shareable")
        found = who_may(know(r.snapshot, r.registry), object, id, action)
        people = [
            {"id": str(p.user_id), "name": p.name, "department": p.department, "reason": _reason(r, p.reason)}
            for p in found[:SHOWN_MAX]
        ]
    return json_response({"people": people, "total": len(found)})


NAMES = {"explain.owner": "owner_id", "explain.role": "department_id"}
"""Reasons that tell the value of a field."""


def _may_know(r: Reading, object_name: str, reason: Reason) -> bool:
    """Whether a reason tells nothing that is hidden from the reader elsewhere: a field, or another grant."""
    if r.actor.administers:
        return True
    if reason.code.startswith("explain.team_") and not reason.passed:
        return False
    field = next((name for code, name in NAMES.items() if reason.code.startswith(code)), None)
    obj = r.registry.object(object_name)
    about = [obj, *(r.registry.objects[target] for target in (obj.master.points_to if obj.master else ()))]
    return field is None or all(readable(r.actor, o, o.fields[field]) for o in about if field in o.fields)


def _reason(r: Reading, reason: Reason) -> dict[str, Any]:
    text = sentence(reason.code, r.actor.language, reason.params)
    return {"code": reason.code, "passed": reason.passed, "text": text, "params": reason.params}
