"""Pools as their pages need them: what one may take, how a record stands, what rules would do, who did what."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from dougong.access.fields import path_readable
from dougong.crm.pools.overview import Joined, Person, joined, statistics
from dougong.crm.pools.reading import COUNTED, administers, as_product, pool
from dougong.crm.pools.rules import Pool, protection_of
from dougong.crm.pools.trying import RULES, try_rules
from dougong.http.body import ExactRoute
from dougong.http.documented import FreeAnswer, answers
from dougong.http.principal import SignedIn
from dougong.http.query_api import ObjectName
from dougong.http.query_body import Strict
from dougong.http.records_api import Id
from dougong.http.wire import json_response
from dougong.kit import clock
from dougong.kit.errors import Forbidden
from dougong.metadata.model import Object
from dougong.records.api import Reading, get, masked_fields

DAYS_MAX = 366

router = APIRouter(prefix="/api/v1", tags=["pools"], route_class=ExactRoute)

Days = Annotated[int | None, Field(ge=1, le=3_650)]


class RulesBody(Strict):
    """Rules to try; those that are not named stay as they are."""

    automatic: bool | None = None
    default_days: Days = None
    extend_days: Days = None
    longest_days: Days = None
    no_activity_days: Days = None


@router.get("/pools/of/{object}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_joined(caller: SignedIn, object: ObjectName) -> Response:
    """The pools of an object that the caller is in: what lies there, and how much of it they may still take."""
    with caller.reading() as r:
        r.registry.object(object)
        hidden = {name: pools for (of, name), pools in r.actor.masks.items() if of == object}
        found = [
            {**_joined(one), "hidden": sorted(name for name, pools in hidden.items() if one.pool.id in pools)}
            for one in joined(r, object)
        ]
        return json_response({"pools": found})


@router.get("/pools/{id}/statistics", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_statistics(caller: SignedIn, id: Id, days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = 30) -> Response:
    """Who took, was given and returned how much of the pool in the last days (its administrators)."""
    with caller.reading() as r:
        return json_response({"people": [_person(one) for one in statistics(r, pool(r, id), days)]})


@router.post("/pools/{id}/try", responses=answers(400, 401, 403, 404, 422, body=FreeAnswer))
def try_pool_rules(caller: SignedIn, id: Id, body: RulesBody) -> Response:
    """How many records would be taken back tonight by other rules; nothing is changed (administrators of the pool)."""
    with caller.reading(asking=True) as r:
        found = pool(r, id)
        if not administers(r.actor, found.id):
            raise Forbidden("pool.administrators_only")
        wanted = {name: getattr(body, name) for name in RULES if name in body.model_fields_set}
        if body.automatic is not None:
            wanted["automatic"] = body.automatic
        trial = try_rules(r, found, wanted, clock.now())
        people = [{"id": None if p[0] is None else str(p[0]), "name": p[1], "count": p[2]} for p in trial.people]
        return json_response({"held": trial.held, "would": trial.would, "now": trial.now, "people": people})


@router.get("/pools/record/{object}/{id}", responses=answers(400, 401, 403, 404, body=FreeAnswer))
def show_record(caller: SignedIn, object: ObjectName, id: Id) -> Response:
    """How a record stands with its pool: until when it is protected, by which rule, and what is hidden of it."""
    with caller.reading() as r:
        obj = r.registry.object(object)
        record = get(r, object, id)
        if not obj.pooled or record.get("pool_id") is None:
            return json_response({"pool": None})
        held_in = pool(r, record["pool_id"])
        return json_response(
            {
                "pool": {"id": str(held_in.id), "name": held_in.name},
                "administers": administers(r.actor, held_in.id),
                "remind_days": held_in.remind_days,
                "rule": _rule(r, obj, held_in, record),
                "hidden": sorted(masked_fields(r, obj, id)),
            }
        )


def _rule(r: Reading, obj: Object, held_in: Pool, record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Until when the record is protected by which rule, for a reader who sees what is counted (`record`).

    Which of the pool's periods holds is decided by all fields, whatever the reader may see of them; its name is told
    only to who may read all that the periods ask about.
    """
    if not record.keys() >= COUNTED or record["expires_at"] is None:
        return None
    ends = protection_of(held_in, get(as_product(r), obj.name, record["id"]))
    if ends is None:
        return None
    asked = {name for period in held_in.periods for name in period.fields}
    told = ends.period is not None and all(path_readable(r.registry.objects, r.actor, obj, name) for name in asked)
    named = ends.period.name if told and ends.period is not None else None
    return {"rule": ends.rule, "days": ends.days, "since": ends.since, "period": named}


def _joined(one: Joined) -> Mapping[str, Any]:
    return {
        **_pool(one.pool),
        "administers": one.administers,
        "unclaimed": one.unclaimed.number,
        "unclaimed_capped": one.unclaimed.capped,
        "held": one.held,
        "left_today": one.left_today,
        "room": None if one.room is None else {"possible": one.room.possible, "maximum": one.room.maximum},
    }


def _pool(one: Pool) -> Mapping[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "claimable": one.claimable,
        "automatic": one.automatic,
        "default_days": one.default_days,
        "extend_days": one.extend_days,
        "longest_days": one.longest_days,
        "no_activity_days": one.no_activity_days,
        "remind_days": one.remind_days,
        "refreeze_days": one.refreeze_days,
        "daily_limit": one.daily_limit,
    }


def _person(one: Person) -> Mapping[str, Any]:
    return {"id": str(one.id), "name": one.name, "held": one.held, "again": one.again, "kinds": dict(one.kinds)}
