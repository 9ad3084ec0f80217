"""How far roll-ups are filled in, and calculating one anew: for those who make them."""

from typing import Any

from fastapi import APIRouter, Response

from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn, check_administrator
from dougong.http.query_api import ObjectName
from dougong.http.wire import json_response
from dougong.metadata.check_summaries import HANGING, ORDERED, results
from dougong.metadata.model import Field, Object, SummaryFunction
from dougong.metadata.registry import Registry
from dougong.records.summaries.filling import Filling, fillings, recalculate

router = APIRouter(prefix="/api/v1/metadata/summaries", tags=["metadata"], route_class=ExactRoute)


@router.get("", responses=answers(401, 403, body=FreeAnswer))
def list_summaries(caller: SignedIn) -> Response:
    """Every roll-up with how many records it is filled in for."""
    with caller.reading() as r:
        check_administrator(r.actor)
        return json_response({"summaries": [_wire(found) for found in fillings(r.snapshot).values()]})


def _wire(found: Filling) -> dict[str, Any]:
    return {
        "object": found.object,
        "field": found.field,
        "complete": found.complete,
        "done": found.done,
        "total": found.total,
        "finished_at": found.finished_at,
    }


@router.get("/choices/{object}", responses=answers(400, 401, 403, body=FreeAnswer))
def list_summary_choices(caller: SignedIn, object: ObjectName) -> Response:
    """What can be rolled up to records of an object: the children's lookups, and what can be made of their fields."""
    with caller.reading() as r:
        check_administrator(r.actor)
        obj = r.registry.object(object)
        return json_response({"children": _children(r.registry, obj)})


def _children(registry: Registry, obj: Object) -> list[dict[str, Any]]:
    if obj.log or obj.configuration:
        return []
    return [
        {
            "object": child.name,
            "label": child.label,
            "plural": child.plural,
            "field": link.name,
            "field_label": link.label,
            "fields": [_choice(found) for found in child.fields.values() if _can_be_summed(found)],
        }
        for child in registry.objects.values()
        for link in child.fields.values()
        if not child.log and link.type in HANGING and not link.system and obj.name in link.points_to
    ]


def _can_be_summed(found: Field) -> bool:
    return (
        found.type in ORDERED and found.stored and not found.secret and (not found.system or found.name == "created_at")
    )


def _choice(found: Field) -> dict[str, Any]:
    """A field, with the types of what each function makes of it, the best first."""
    made = {
        f.value: [t.value for t in results(f, found.type)] for f in SummaryFunction if f is not SummaryFunction.COUNT
    }
    return {"name": found.name, "label": found.label, "type": found.type.value, "results": made}


@router.post("/{object}/{field}/recalculate", status_code=204, responses=answers(400, 401, 403, 404))
def recalculate_summary(caller: SignedIn, object: ObjectName, field: ObjectName) -> Response:
    """Look at every record's children again, in the background."""
    with caller.writing() as w:
        recalculate(w, object, field)
        return Response(status_code=204)
