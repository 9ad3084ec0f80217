"""What a role says of a record, in words: dimension by dimension, departments first."""

from collections.abc import Mapping
from typing import Any

from dougong.access.dimensions import Control
from dougong.access.grasp import department_nodes, dimension_nodes
from dougong.access.knowledge import Knowledge, Reason
from dougong.access.people import HeldRole, Person
from dougong.access.principal import Reach


def role_verdict(
    k: Knowledge, person: Person, role: HeldRole, row: Mapping[str, Any], reach: Reach, control: Control | None
) -> Reason:
    """What a role says, dimension by dimension: for reading by its scope for reading or by that for editing."""
    verdicts = [
        _verdict(k, person, role, row, control or Control(()), editing=editing)
        for editing in ((False, True) if reach is Reach.READ else (True,))
    ]
    return next((reason for reason in verdicts if reason.passed), verdicts[0])


def _verdict(
    k: Knowledge, person: Person, role: HeldRole, row: Mapping[str, Any], control: Control, *, editing: bool
) -> Reason:
    dimensions, node = k.organisation.dimensions, row["department_id"]
    departments = department_nodes(k.organisation, person, role, role.edit_scope if editing else role.read_scope)
    said = [d for d in control.dimensions if d in dimensions.reach(role.id).scopes]
    if not said:
        return _by_department(k, role, departments, node)
    places = [(k.name("department", node) if node is not None else BLANK, departments is None or node in departments)]
    for dimension in said:
        at = row[dimensions.fields[dimension]]
        reached = dimension_nodes(dimensions, person, role, dimension, editing=editing)
        name = k.name("dimension_node", at) if at is not None else BLANK
        places.append((f"{dimensions.names[dimension]}: {name}", reached is None or at in reached))
    inside, outside = [place for place, met in places if met], [place for place, met in places if not met]
    passed = bool(inside) if control.any and not person.external else not outside
    fields = ["department_id", *(dimensions.fields[d] for d in said)]
    params = {"role": role.name, "inside": inside or [BLANK], "outside": outside or [BLANK], "fields": fields}
    if passed:
        return Reason("explain.role_dimensions", True, params)
    return Reason("explain.role_dimensions_partly" if inside else "explain.role_dimensions_outside", False, params)


BLANK = "–"
"""What stands for no department or value at all."""


def _by_department(k: Knowledge, role: HeldRole, reached: frozenset[int] | None, node: int | None) -> Reason:
    if reached is None:
        return Reason("explain.role_all", True, {"role": role.name})
    if node is None:
        return Reason("explain.role_nowhere", False, {"role": role.name})
    params = {"role": role.name, "department": k.name("department", node)}
    return Reason("explain.role", True, params) if node in reached else Reason("explain.role_outside", False, params)
