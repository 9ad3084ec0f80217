"""Why somebody may or may not do something to a record, who all may, and what a change of settings would change."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from dougong.access.explain import explain, know, who_may
from dougong.access.fields import readable
from dougong.access.knowledge import Knowledge, Reason
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.http.batch_body import BatchesBody, perform_all
from dougong.http.body import ExactRoute
from dougong.http.documented import AccessAnswer, PermittedAnswer, SimulationAnswer, answers
from dougong.http.ids import RecordId
from dougong.http.principal import VIA_BROWSER, Caller, SignedIn, check_administrator
from dougong.http.query_api import ObjectName
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.kit.errors import Forbidden
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.kit.text import sentence
from dougong.records.api import Query as Question
from dougong.records.api import Reading, columns_of, get, page, see
from dougong.records.simulation import Difference, PersonName, Simulation, check_simulated, simulate

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
        found = explain(_knowledge(caller, r), whom or 0, object, id, action)
        reasons = [_reason(r, reason) for reason in found.reasons if _may_know(r, object, reason)]
    return json_response({"allowed": found.allowed, "reasons": reasons})


@router.get("/records/{object}/{id}/permitted", responses=answers(400, 401, 403, 404, body=PermittedAnswer))
def list_permitted(caller: SignedIn, object: ObjectName, id: Id, action: Action = Action.READ) -> Response:
    """Everybody who may do something to a record, each with what lets them: for those who may share it."""
    with caller.reading() as r:
        if not r.actor.administers and not see(r, object, id).can[Action.SHARE]:
            raise Forbidden("access.not_shareable")
        found = who_may(_knowledge(caller, r), object, id, action)
        total = len(found)
        if r.actor.contacts is not None:
            known = _found_of(r, [p.user_id for p in found])
            found = [p for p in found if p.user_id in known]
            # A colleague is told how many there are beside those whom they know; a partner's people not even that.
            total = len(found) if is_stranger(r) else total
        people = [
            {"id": str(p.user_id), "name": p.name, "department": p.department, "reason": _reason(r, p.reason)}
            for p in found[:SHOWN_MAX]
        ]
    return json_response({"people": people, "total": total})


def _knowledge(caller: Caller, r: Reading) -> Knowledge:
    version = caller.identified().access_version
    return know(r.snapshot, r.registry, caller.edge.principals.organisation(r.snapshot, r.registry, version))


def _found_of(r: Reading, ids: list[int]) -> set[int]:
    """Those of `ids` whom the reader finds."""
    columns = columns_of(("id",))
    parts = [tuple(ids[n : n + PAGE_SIZE_MAX]) for n in range(0, len(ids), PAGE_SIZE_MAX)]
    wheres = [Compare(Path(("id",)), Operator.IN, part) for part in parts]
    return {row[0] for where in wheres for row in page(r, Question("user", columns, where, limit=PAGE_SIZE_MAX)).rows}


@router.post("/access/simulate", responses=answers(400, 401, 403, 404, 409, 413, 422, body=SimulationAnswer))
def simulate_change(caller: SignedIn, body: BatchesBody) -> Response:
    """Who would gain or lose what if these batches of settings were written; they are tried and taken back.

    Refused as writing them would be. For administrators.
    """
    registry, actor = caller.acting()
    check_administrator(actor)
    for batch in body.batches:
        check_simulated(batch.object)
    found = simulate(
        caller.edge.settings.database, registry, actor, VIA_BROWSER, lambda w: perform_all(caller, w, body)
    )
    return json_response(_simulation(found))


NAMES = {"explain.owner": "owner_id", "explain.role": "department_id"}
"""Reasons that tell the value of a field."""


def _may_know(r: Reading, object_name: str, reason: Reason) -> bool:
    """Whether a reason tells nothing that is hidden from the reader elsewhere: a field, or another grant."""
    if r.actor.administers:
        return True
    if (reason.code.startswith(("explain.team_", "explain.rule_")) or is_stranger(r)) and not reason.passed:
        return False
    fields = [*reason.params.get("fields", ()), *(f for code, f in NAMES.items() if reason.code.startswith(code))]
    obj = r.registry.object(object_name)
    about = [obj, *(r.registry.objects[target] for target in (obj.master.points_to if obj.master else ()))]
    return all(readable(r.actor, o, o.fields[name]) for name in fields for o in about if name in o.fields)


def is_stranger(r: Reading) -> bool:
    """Whether the reader is a partner's, who learns nothing of the company's own people and departments."""
    return r.actor.contacts is not None and r.actor.contacts.external


def _reason(r: Reading, reason: Reason) -> dict[str, Any]:
    text = sentence(reason.code, r.actor.language, reason.params)
    return {"code": reason.code, "passed": reason.passed, "text": text, "params": reason.params}


def _simulation(found: Simulation) -> dict[str, Any]:
    return {
        "affected": found.affected,
        "counted": found.counted,
        "effects": [
            {
                "person": {"id": str(e.user_id), "name": e.name},
                "object": e.object,
                "action": e.action.value,
                "gained": _difference(e.gained),
                "lost": _difference(e.lost),
            }
            for e in found.effects
        ],
        "rights": [
            {
                "changes": [
                    {
                        "object": c.object,
                        "gained": c.gained,
                        "lost": c.lost,
                        "on_menu": c.on_menu,
                        "fields": [{"field": f.field, "before": f.before, "after": f.after} for f in c.fields],
                    }
                    for c in effect.changes
                ],
                "people": _people(effect.people),
            }
            for effect in found.rights
        ],
        "administrators_gained": _people(found.administrators_gained),
        "administrators_lost": _people(found.administrators_lost),
        "opened": _people(found.opened),
        "closed": _people(found.closed),
    }


def _difference(found: Difference) -> dict[str, Any]:
    samples = [{"id": str(s.id), "name": s.name} for s in found.samples]
    return {"number": found.number, "capped": found.capped, "samples": samples}


def _people(found: tuple[PersonName, ...]) -> list[dict[str, str]]:
    return [{"id": str(p.id), "name": p.name} for p in found]
