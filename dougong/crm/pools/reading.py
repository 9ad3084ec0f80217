"""Pools, their people and their settings, as the product itself reads them, whoever asks."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve_people
from dougong.crm.pools.rules import Period, Pool
from dougong.expressions.ast import TRUE, Compare, Condition, Not, Operator, Path, all_of
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.api import Order, Query, Reading, RowCondition, columns_of, meets, page, row_condition

POOL, MEMBER, LIMIT, EXCEPTION = "pool", "pool_member", "pool_limit", "pool_exception"
REASON, SELF_CREATED, MOVEMENT = "pool_return_reason", "pool_self_created", "pool_movement"
PERIOD = "pool_period"

POOL_ID, STATUS, OWNER, DEPARTMENT = "pool_id", "pool_status", "owner_id", "department_id"
PRIVATE, UNCLAIMED, CLAIMED, ASSIGNED = "private", "unclaimed", "claimed", "assigned"

PRODUCT = system("pools")

POOL_COLUMNS = (
    *("id", "name", "object_name", "active", "claim_rule", "won_claimable", "transfer_rule", "recycle_rule"),
    "default_days",
    *("extend_days", "longest_days", "no_activity_days", "remind_days", "refreeze_days", "new_data_days"),
    *("daily_limit", "max_held", "return_limit", "timezone", "recycle_since", "visibility", "order_number"),
    "follow_ups",
)


PERIOD_DAYS = ("default_days", "extend_days", "longest_days", "no_activity_days")

COUNTED = frozenset(
    {
        "claimed_at",
        "expires_at",
        "hard_end_at",
        "followed_at",
        "reminded_at",
        "extended_until",
        "extension_wanted_until",
    }
)
"""What the product keeps of a record's protection: no condition of a period may depend on it."""


def as_product(r: Reading) -> Reading:
    """The same reading with the product's own eyes."""
    return Reading(r.snapshot, r.registry, PRODUCT)


def is_(field: str, *values: Any) -> Condition:  # noqa: ANN401  # values of any field
    """That `field` (a dotted path) is one of `values`."""
    path = Path(tuple(field.split(".")))
    return Compare(path, Operator.EQ if len(values) == 1 else Operator.IN, tuple(values))


def filled(field: str) -> Condition:
    """That `field` has a value."""
    return Compare(Path((field,)), Operator.NOT_NULL)


def found(
    r: Reading, object_name: str, where: Condition, fields: Sequence[str], order: Sequence[str] = ("id",)
) -> list[dict[str, Any]]:
    """The values of `fields` of all records that meet `where`, in `order`, as the product sees them."""
    query = Query(
        object_name,
        columns_of(fields),
        where,
        order=tuple(Order(Path((name,))) for name in order if name != "id"),
        limit=PAGE_SIZE_MAX,
    )
    rows: list[dict[str, Any]] = []
    while True:
        answer = page(as_product(r), query)
        rows += [dict(zip(fields, row, strict=True)) for row in answer.rows]
        if answer.next is None:
            return rows
        query = replace(query, after=answer.next)


def pools(r: Reading, object_name: str | None = None, *, ids: Collection[int] | None = None) -> dict[int, Pool]:
    """The pools of an object, or those of `ids`, by id, in their order."""
    where = [] if object_name is None else [is_("object_name", object_name)]
    if ids is not None:
        if not ids:
            return {}
        where.append(is_("id", *sorted(ids)))
    rows = found(r, POOL, all_of(*where), POOL_COLUMNS, ("order_number", "name"))
    return _with_periods(r, {row["id"]: as_pool(row) for row in rows})


def _with_periods(r: Reading, known: dict[int, Pool]) -> dict[int, Pool]:
    """The pools with their periods, as far as these can be read."""
    for row in period_rows(r, known):
        pool = known[row[POOL_ID]]
        try:
            condition = period_condition(r.registry, r.registry.object(pool.object), row["conditions"])
        except BadRequest:
            known[pool.id] = replace(pool, unreadable=(*pool.unreadable, row["name"]))
            continue
        days = {name: row[name] for name in PERIOD_DAYS}
        period = Period(
            row["id"], row["name"] or "", condition.condition, condition.fields, partial(meets, condition), **days
        )
        known[pool.id] = replace(pool, periods=(*pool.periods, period))
    return known


def period_rows(r: Reading, pool_ids: Collection[int]) -> list[dict[str, Any]]:
    """The periods in force of these pools, in their order."""
    if not pool_ids or PERIOD not in r.registry.objects:
        return []
    where = all_of(is_(POOL_ID, *sorted(pool_ids)), is_("active", True))
    return found(r, PERIOD, where, ("id", "name", POOL_ID, "conditions", *PERIOD_DAYS), ("order_number", "id"))


def period_condition(registry: Registry, obj: Object, text: str | None) -> RowCondition:
    """The condition of a period, which depends on nothing but what is written of the record. Raises BadRequest."""
    try:
        condition = row_condition(registry, obj, json.loads(text or "null"))
    except (ValueError, RecursionError) as error:
        raise BadRequest("condition.unreadable", field="conditions") from error
    if moving := sorted(condition.fields & COUNTED):
        raise BadRequest("condition.moving", field=moving[0])
    return condition


def pool(r: Reading, pool_id: int, object_name: str | None = None) -> Pool:
    """One pool. Raises NotFound where there is none such (for the object)."""
    held = pools(r, object_name, ids=[pool_id]).get(pool_id)
    if held is None:
        raise NotFound("record.not_found", object=POOL)
    return held


def as_pool(row: Mapping[str, Any]) -> Pool:
    """The pool that a record's fields describe."""
    return Pool(
        id=row["id"],
        name=row["name"] or "",
        object=row["object_name"],
        active=bool(row["active"]),
        claimable=row["claim_rule"] == "self" and row["visibility"] == "open",
        won_claimable=bool(row["won_claimable"]),
        owners_transfer=row["transfer_rule"] == "members",
        automatic=row["recycle_rule"] == "automatic",
        default_days=row["default_days"],
        extend_days=row["extend_days"],
        longest_days=row["longest_days"],
        no_activity_days=row["no_activity_days"],
        remind_days=row["remind_days"] or 0,
        refreeze_days=row["refreeze_days"] or 0,
        new_data_days=row["new_data_days"] or 0,
        daily_limit=row["daily_limit"],
        max_held=row["max_held"],
        return_limit=row["return_limit"],
        zone=row["timezone"],
        recycle_since=row["recycle_since"],
        deals_only=row["follow_ups"] == "deals",
    )


def conditions(text: str | None) -> Condition:
    """The condition that a setting keeps as text; TRUE for none. Raises BadRequest for one that is unreadable."""
    try:
        return parse_filter(json.loads(text or "null"))
    except (ValueError, RecursionError) as error:
        raise BadRequest("condition.unreadable", field="conditions") from error


def exceptions(r: Reading, pool_id: int) -> list[Condition]:
    """The conditions under which records of the pool are not taken back, those that can be read."""
    rows = found(r, EXCEPTION, all_of(is_(POOL_ID, pool_id), is_("active", True)), ("id", "conditions"))
    return [condition for row in rows if (condition := conditions(row["conditions"])) != TRUE]


def finished(obj: Object) -> tuple[str, ...]:
    """The stages at which a record has come to its good end: a lead that was converted. It is in nobody's way then."""
    stage = obj.fields.get(obj.stage_field or "")
    if stage is None:
        return ()
    return tuple(option.value for option in stage.options if option.attributes.get("outcome") == "won")


def unfinished(obj: Object) -> Condition:
    """That a record is not at its good end."""
    values = finished(obj)
    return Not(is_(obj.stage_field or "", *values)) if values else TRUE


def is_finished(obj: Object, record: Mapping[str, Any]) -> bool:
    """Whether a record, by its fields, is at its good end."""
    return obj.stage_field is not None and record.get(obj.stage_field) in finished(obj)


def movable(obj: Object) -> Condition:
    """That the product may move a record through pools: it is neither locked nor at its good end."""
    free = Compare(Path(("locked_at",)), Operator.IS_NULL) if obj.lockable else TRUE
    return all_of(free, unfinished(obj))


def to_pooled(registry: Registry, obj: Object) -> list[str]:
    """The lookups of `obj` to one pooled object."""
    return [
        f.name
        for f in obj.fields.values()
        if f.type in LINKS
        and not f.system
        and len(f.points_to) == 1
        and f.points_to[0] != obj.name
        and f.points_to[0] in registry.objects
        and registry.objects[f.points_to[0]].pooled
    ]


def people(r: Reading, ids: Iterable[int]) -> dict[int, Principal]:
    """Who may sign in of these people, each with what pools they are in."""
    wanted = sorted(set(ids))
    return resolve_people(r.snapshot, r.registry, wanted, active=True) if wanted else {}


def administers(actor: Principal, pool_id: int | None) -> bool:
    """Whether the person administers the pool; the product itself administers all."""
    if pool_id is None:
        return actor.administers
    return actor.product or actor.administers or actor.pools.get(pool_id, False)
