"""What a lookup proposes to one person who fills in a record, and what stands beside the others (decision 45).

It decides nothing about what may be written. What the person may not read they are not asked to compare: then the
lookup proposes whatever there is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from dougong.access.fields import path_readable, readable
from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Compare, Condition, Not, Operator, Path, all_of
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest, NotFound
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, Object, Proposed
from dougong.metadata.proposing import compared, filled_in, taken_from
from dougong.metadata.registry import Registry
from dougong.records.read.compile import columns_of
from dougong.records.read.page import get, page
from dougong.records.read.query import Query
from dougong.records.work import Reading


@dataclass(frozen=True)
class Proposal:
    """A condition on records of the target, and the path to what is shown beside those that do not meet it."""

    where: Condition
    mark: str | None


def proposed_for(registry: Registry, actor: Principal, obj: Object, field: Field) -> Proposed | None:
    """What `field` proposes, if the person may read all that this names."""
    found = field.proposed
    target = registry.objects.get(field.target or "")
    if found is None or target is None or allowed(actor, target, Action.READ) is not None:
        return None
    asked = [(target, path) for path in compared(found.where)] + [(obj, path) for path in taken_from(found.where)]
    asked += [(target, found.mark)] if found.mark is not None else []
    return found if all(path_readable(registry.objects, actor, root, path) for root, path in asked) else None


def proposal(r: Reading, path: str, given: str) -> tuple[str, Proposal] | None:
    """What the field `path` (opportunity.contact_id) proposes to a record with the values `given` (a JSON object).

    Comes with the object that is looked up to; None where there is nothing to go by. Raises BadRequest for a path that
    leads to no field that the person may read, and for values that are none.
    """
    object_name, _, name = path.partition(".")
    obj = r.registry.object(object_name)
    field = obj.fields.get(name)
    if field is None or not readable(r.actor, obj, field):
        raise BadRequest("metadata.unknown_field", field=name, object=obj.name, nearest="")
    found = proposed_for(r.registry, r.actor, obj, field)
    if found is None or field.target is None:
        return None
    values = _values(given)
    condition = filled_in(found.where, lambda taken: _value(r, obj, taken, values))
    return None if condition is None else (field.target, Proposal(parse_filter(condition), found.mark))


def strangers(r: Reading, object_name: str, proposal: Proposal, ids: Sequence[int]) -> Mapping[int, str]:
    """Which of these records do not meet the proposal, each with its mark."""
    if not ids:
        return {}
    columns = columns_of(("id",) if proposal.mark is None else ("id", proposal.mark))
    rows = page(r, Query(object_name, columns, all_of(among(ids), Not(proposal.where)), limit=len(ids))).rows
    return {row[0]: "" if proposal.mark is None or row[1] is None else str(row[1]) for row in rows}


def among(ids: Sequence[int]) -> Condition:
    """That a record is one of these."""
    return Compare(Path(("id",)), Operator.IN, tuple(ids))


def _values(given: str) -> Mapping[str, Any]:
    try:
        values = json.loads(given)
    except ValueError:
        values = None
    if not isinstance(values, Mapping):
        raise BadRequest("filter.not_an_object", place="given")
    return values


def _value(r: Reading, obj: Object, path: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  # JSON-like
    """The value at a path from the record that is being filled in; blank where the person does not see it."""
    step, _, rest = path.partition(".")
    field = obj.fields.get(step) or obj.fields.get(f"{step}_id")
    if field is None or values.get(field.name) in (None, ""):
        return None
    value = KINDS[field.type].parse(field, values[field.name])
    if not rest:
        return _plain(value)
    try:
        return _plain(get(r, field.points_to[0], value, (rest,))[rest])
    except NotFound:
        return None


def _plain(value: Any) -> Any:  # noqa: ANN401  # JSON-like
    return value.isoformat() if isinstance(value, date | time) else value
