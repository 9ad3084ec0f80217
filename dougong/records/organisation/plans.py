"""What is to change hands, as a value: a leaver's records, or a department that becomes part of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.errors import BadRequest, Conflict
from dougong.metadata.registry import Registry
from dougong.records.api import Reading, get

Keep = Literal["read", "edit"]


@dataclass(frozen=True)
class Part:
    """Records of one object, and who or which department gets them."""

    object: str
    to: int
    open_only: bool = False


@dataclass(frozen=True)
class Handover:
    """A person's records for others. `keep`: the person stays on the team of each, to read or to edit."""

    from_id: int
    parts: tuple[Part, ...]
    keep: Keep | None = None
    move_department: bool = True
    """The records go to the new owner's department; else they stay where they are."""


@dataclass(frozen=True)
class Merge:
    """A department that goes into another, with its people and the departments below; with its records if `records`."""

    from_id: int
    to: int
    records: bool = False


Plan = Handover | Merge


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as a job keeps it."""
    if isinstance(plan, Merge):
        return {"from": str(plan.from_id), "to": str(plan.to), "records": plan.records}
    parts = [{"object": p.object, "to": str(p.to), "open_only": p.open_only} for p in plan.parts]
    return {"from": str(plan.from_id), "parts": parts, "keep": plan.keep, "move_department": plan.move_department}


def plan_of(kind: str, kept: Mapping[str, Any]) -> Plan:
    """The plan that a job of this kind keeps."""
    if kind == "merge":
        return Merge(int(kept["from"]), int(kept["to"]), bool(kept["records"]))
    parts = tuple(Part(p["object"], int(p["to"]), bool(p["open_only"])) for p in kept["parts"])
    return Handover(int(kept["from"]), parts, kept["keep"], bool(kept["move_department"]))


def check_plan(r: Reading, plan: Plan) -> None:
    """Raise BadRequest, Conflict, Forbidden or NotFound when `plan` cannot be carried out."""
    if isinstance(plan, Merge):
        _check_merge(r, plan)
        return
    get(r, "user", plan.from_id, ("id",))
    if not plan.parts:
        raise BadRequest("handover.nothing", field="parts")
    if len({part.object for part in plan.parts}) != len(plan.parts):
        raise BadRequest("handover.twice", field="parts")
    for part in plan.parts:
        obj = r.registry.object(part.object)
        if not obj.owned:
            raise BadRequest("handover.not_owned", field="parts", object=part.object)
        check_action(r.actor, obj, Action.TRANSFER)
        if part.to == plan.from_id:
            raise BadRequest("handover.oneself", field="to")
        if not get(r, "user", part.to, ("active",))["active"]:
            raise BadRequest("handover.inactive", field="to")


def _check_merge(r: Reading, plan: Merge) -> None:
    if plan.from_id == plan.to:
        raise BadRequest("merge.itself", field="to")
    check_action(r.actor, r.registry.object("department"), Action.MERGE)
    get(r, "department", plan.from_id, ("id",))
    above: int | None = plan.to
    if not get(r, "department", plan.to, ("active",))["active"]:
        raise BadRequest("merge.closed", field="to")
    seen = set[int]()
    while above is not None and above not in seen:
        seen.add(above)
        above = get(r, "department", above, ("parent_id",))["parent_id"]
        if above == plan.from_id:
            raise Conflict("merge.below", field="to")


def moved_objects(registry: Registry, actor: Principal, plan: Plan) -> list[Part]:
    """The parts of `plan` in which records change hands one by one. Raises Forbidden where one may not hand over."""
    if isinstance(plan, Handover):
        return list(plan.parts)
    if not plan.records:
        return []
    owned = [obj for obj in registry.objects.values() if obj.owned and not obj.configuration]
    for obj in owned:
        check_action(actor, obj, Action.TRANSFER)
    return [Part(obj.name, plan.to) for obj in owned]
