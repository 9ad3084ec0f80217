"""What somebody wants a lead to become, read from the parameters of the action.

    {"account": {"id": "7", "take": "claim"} | {"values": {…}}, "contact": {"id": "9"} | {"values": {…}} | null,
     "opportunity": {"values": {…}} | null, "owner_id": "12"}

`values` are those of the dialog; they go before what the mapping gives. `take`: the action by which an account that
nobody has is taken with the conversion; without it the account stays where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dougong.kit.errors import BadRequest
from dougong.metadata.model import EMPTY

PARTS = frozenset({"account", "contact", "opportunity", "owner_id"})


@dataclass(frozen=True)
class Chosen:
    """A record that there is, or the values of a new one."""

    id: int | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    take: str | None = None
    """The action by which the record that there is becomes the writer's first."""


@dataclass(frozen=True)
class Wish:
    """What a lead is to become."""

    account: Chosen
    contact: Chosen | None
    opportunity: Chosen | None
    owner: int | None
    """Who is to own what is made; None: who converts."""


def read_wish(params: Mapping[str, Any]) -> Wish:
    """The wish in these parameters. Raises BadRequest (lead.conversion_params) with the part that cannot be read."""
    unknown = next((name for name in params if name not in PARTS), None)
    if unknown is not None:
        raise BadRequest("lead.conversion_params", field=unknown[:60])
    account = _chosen(params, "account", takes=True)
    opportunity = _chosen(params, "opportunity")
    if opportunity is not None and opportunity.id is not None:
        raise BadRequest("lead.conversion_params", field="opportunity")
    owner = params.get("owner_id")
    return Wish(
        account or Chosen(),
        _chosen(params, "contact"),
        opportunity,
        None if owner is None else _id(owner, "owner_id"),
    )


def _chosen(params: Mapping[str, Any], part: str, *, takes: bool = False) -> Chosen | None:
    given = params.get(part)
    if given is None:
        return None
    known = [{"values"}, {"id"}, {"id", "take"} if takes else set()]
    if not isinstance(given, dict) or (given and set(given) not in known):
        raise BadRequest("lead.conversion_params", field=part)
    if "id" in given:
        return Chosen(id=_id(given["id"], part), take=_action(given.get("take"), part))
    values = given.get("values", {})
    if not isinstance(values, dict):
        raise BadRequest("lead.conversion_params", field=part)
    return Chosen(values=values)


def _action(value: object, part: str) -> str | None:
    if value is None or (isinstance(value, str) and value.isidentifier()):
        return value
    raise BadRequest("lead.conversion_params", field=part)


def _id(value: object, part: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 20):
        raise BadRequest("lead.conversion_params", field=part)
    return int(text)
