"""What the dialog of a conversion starts from: the values that the mapping gives, and the accounts that match."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.crm.leads.conversion import is_convertible
from dougong.crm.leads.mapping import ACCOUNT, LEAD, OPPORTUNITY, TARGETS, mapped_values
from dougong.kit.errors import Conflict
from dougong.metadata.model import EMPTY, Label, Object
from dougong.records.api import Reading, get, lookup, see, takings
from dougong.records.duplicates import matches

MATCHES_MAX = 5


@dataclass(frozen=True)
class Candidate:
    """An account that may be the lead's company."""

    id: int
    name: str
    """As much of it as the reader may know."""
    detail: str
    visible: bool
    owner_id: int | None
    owner: str | None
    """Whom to ask, where the account is not the reader's to see."""
    takes: Mapping[str, Label] = field(default_factory=lambda: EMPTY)
    """The actions by which the reader may take it with the conversion, where nobody has it, by name."""


@dataclass(frozen=True)
class Proposal:
    """By target object: the JSON values of a new record and whether one may make it; and the accounts that match."""

    values: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, str]
    """The names of the records that values lead to, by id."""
    creatable: Mapping[str, bool]
    matches: tuple[Candidate, ...]


def proposal(r: Reading, lead_id: int) -> Proposal:
    """What a conversion of the lead would make. Raises NotFound, and Conflict where it cannot be converted now."""
    seen = see(r, LEAD, lead_id)
    lead = seen.values
    if not is_convertible(seen):
        raise Conflict("lead.not_convertible")
    values = mapped_values(r, lead)
    company = str(lead.get("company_name") or "")
    for target in (ACCOUNT, OPPORTUNITY):
        if company and not values[target].get("name"):
            values[target]["name"] = company
    objects = {name: r.registry.object(name) for name in TARGETS}
    return Proposal(
        values,
        _names(r, objects, values),
        {name: allowed(r.actor, obj, Action.CREATE) is None for name, obj in objects.items()},
        tuple(_candidates(r, values[ACCOUNT], company)),
    )


def _candidates(r: Reading, values: Mapping[str, Any], company: str) -> list[Candidate]:
    """The accounts that the duplicate rules take for the lead's company, and those that are called so."""
    found: dict[int, Candidate] = {}
    for one in matches(r, ACCOUNT, values):
        if one.object == ACCOUNT and not one.deleted:
            found[one.id] = Candidate(
                one.id, one.name or one.masked, "", one.name is not None, one.owner_id, one.owner_name
            )
    for hit in lookup(r, ACCOUNT, company, MATCHES_MAX) if company else ():
        found[hit.id] = Candidate(hit.id, hit.name, hit.detail, visible=True, owner_id=None, owner=None)
    shown = list(found.values())[:MATCHES_MAX]
    open_to = takings(r, ACCOUNT, [one.id for one in shown if one.visible])
    return [replace(one, takes={action.name: action.label for action in open_to.get(one.id, ())}) for one in shown]


def _names(r: Reading, objects: Mapping[str, Object], values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for target, given in values.items():
        for name, value in given.items():
            points_to = objects[target].fields[name].points_to
            if len(points_to) == 1 and value is not None:
                to = r.registry.object(points_to[0])
                names[str(value)] = str(get(r, to.name, int(value), (to.name_field,))[to.name_field] or "")
    return names
