"""What the settings of pools must be, and what follows when they are saved, as hooks of the write path."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from dougong.access.pools import hidden_names
from dougong.crm.pools.reading import PERIOD_DAYS, POOL_ID, as_product, conditions, found, is_, period_condition
from dougong.crm.pools.tasks import RECKON_TASK
from dougong.expressions.ast import TRUE
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.model import Object
from dougong.records.api import Reading, Writing, count
from dougong.records.hooks import Act, Batch, Row
from dougong.storage.jobs import defer

COUNTING = frozenset(
    {"recycle_rule", "default_days", "extend_days", "longest_days", "no_activity_days", "timezone", "active"}
)
"""The settings by which protection is counted."""

ELSEWHERE = frozenset({"condition.elsewhere", "condition.moving", "condition.computed", "condition.relative"})
"""What is wrong with a condition that depends on more than what is written of the record."""


def pool_settings(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each pool that could not work as it says; its clock starts when it begins to take back."""
    problems: list[Problem] = []
    for row in batch.live:
        if batch.act is Act.UPDATE and row.changes("object_name"):
            problems.append(Problem("pool.object_fixed", "object_name", row.number))
            continue
        obj = w.registry.objects.get(row.after("object_name") or "")
        if obj is None or not obj.pooled:
            problems.append(_not_pooled(row))
            continue
        problems += _values(row, obj)
        automatic = row.after("recycle_rule") == "automatic"
        if row.changes("recycle_rule") or batch.act is Act.CREATE:
            row.values["recycle_since"] = batch.moment if automatic else None
        if row.old.get("active") and row.changes("active") and not row.after("active"):
            problems += _not_empty(w, row, obj)
    return problems


def _values(row: Row, obj: Object) -> list[Problem]:
    problems = []
    longest, default = row.after("longest_days"), row.after("default_days")
    if longest is not None and default is not None and longest < default:
        problems.append(Problem("pool.longest_shorter", "longest_days", row.number, {"days": default}))
    zone = row.after("timezone")
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            problems.append(Problem("pool.no_zone", "timezone", row.number, {"zone": zone}))
    for name in sorted(hidden_names(row.after("hidden_fields"))):
        field = obj.fields.get(name)
        if field is None or field.system or name == obj.name_field or not field.stored or field.summary is not None:
            params = {"name": name, "object": obj.name}
            problems.append(Problem("pool.not_hideable", "hidden_fields", row.number, params))
    return problems


def pool_going(batch: Batch, w: Writing) -> list[Problem]:
    """A pool with records in it stays: nobody would find them any more."""
    problems: list[Problem] = []
    for row in batch.live:
        obj = w.registry.objects.get(row.old.get("object_name") or "")
        if obj is not None and obj.pooled:
            problems += _not_empty(w, row, obj)
    return problems


def _not_empty(w: Writing, row: Row, obj: Object) -> list[Problem]:
    number = count(as_product(w), obj.name, is_(POOL_ID, row.id)).number
    return [Problem("pool.not_empty", None, row.number, {"count": number})] if number else []


def pool_saved(batch: Batch, w: Writing) -> list[Problem]:
    """Have protection counted anew behind a change of the rules; who waits for it sees the old dates meanwhile."""
    for row in batch.storable:
        if batch.act is Act.UPDATE and not COUNTING.isdisjoint(row.values):
            _reckon(w, row.id)
    return []


def period_settings(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each period that says no days, or whose condition depends on more than the record itself."""
    objects = _objects(w, batch)
    problems: list[Problem] = []
    for row in batch.live:
        if all(row.after(name) is None for name in PERIOD_DAYS):
            problems.append(Problem("pool.period_empty", "default_days", row.number))
        longest, default = row.after("longest_days"), row.after("default_days")
        if longest is not None and default is not None and longest < default:
            problems.append(Problem("pool.longest_shorter", "longest_days", row.number, {"days": default}))
        obj = objects.get(row.after(POOL_ID))
        if obj is None:
            continue
        try:
            period_condition(w.registry, obj, row.after("conditions"))
        except BadRequest as error:
            code = "pool.period_condition" if error.code in ELSEWHERE else error.code
            params = {**error.params, "field": error.field, "object": obj.name}
            problems.append(Problem(code, "conditions", row.number, params))
    return problems


def period_saved(batch: Batch, w: Writing) -> list[Problem]:
    """Have protection counted anew behind a change of periods, in the pool that one leaves too."""
    named = {pool_id for row in batch.storable for pool_id in (row.old.get(POOL_ID), row.after(POOL_ID))}
    for pool_id in sorted(pool_id for pool_id in named if pool_id is not None):
        _reckon(w, pool_id)
    return []


def _reckon(w: Writing, pool_id: int) -> None:
    defer(w.transaction, RECKON_TASK, lock=f"pool {pool_id}", once=f"pool_reckon {pool_id}", pool_id=pool_id)


def names_pooled(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each setting of an object whose records cannot lie in pools."""
    problems = []
    for row in batch.live:
        obj = w.registry.objects.get(row.after("object_name") or "")
        if obj is None or not obj.pooled:
            problems.append(_not_pooled(row))
        elif batch.object.fields.get("not_counted") is not None:
            problems += _conditions(w, obj, row, "not_counted", needed=False)
    return problems


def _not_pooled(row: Row) -> Problem:
    return Problem("pool.not_pooled", "object_name", row.number, {"object": row.after("object_name") or ""})


def conditions_of(needed: bool) -> Callable[[Batch, Writing], list[Problem]]:
    """The hook that checks the conditions of what belongs to a pool; `needed`: without any it would mean everything."""

    def check(batch: Batch, w: Writing) -> list[Problem]:
        objects = _objects(w, batch)
        problems: list[Problem] = []
        for row in batch.live:
            obj = objects.get(row.after(POOL_ID))
            if obj is not None:
                problems += _conditions(w, obj, row, "conditions", needed=needed)
        return problems

    return check


def _objects(w: Writing, batch: Batch) -> Mapping[int, Object]:
    ids = {row.after(POOL_ID) for row in batch.live} - {None}
    rows = found(w, "pool", is_("id", *ids), ("id", "object_name")) if ids else []
    return {
        row["id"]: w.registry.objects[row["object_name"]] for row in rows if row["object_name"] in w.registry.objects
    }


def _conditions(r: Reading, obj: Object, row: Row, name: str, *, needed: bool) -> list[Problem]:
    """What is wrong with the condition that the field `name` keeps as text: it is tried on one record."""
    params: Mapping[str, Any] = {"object": obj.name}
    try:
        condition = conditions(row.after(name))
        count(as_product(r), obj.name, condition, cap=1)
    except BadRequest as error:
        return [Problem(error.code, name, row.number, {**error.params, **params})]
    if condition == TRUE and needed:
        return [Problem("condition.missing", name, row.number, params)]
    return []
