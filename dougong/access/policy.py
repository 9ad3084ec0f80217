"""Row access as a value: may this principal do this to records of this object, and to which of them.

One function decides; `records.read.visibility` turns its answer into SQL and puts it outside whatever the caller asked.
Source: domain.md 1.0 (three gates; the record gate is the union of grants).
"""

from dataclasses import dataclass
from typing import assert_never

from dougong.access.principal import Action, Principal, Reach, reach_of
from dougong.kit.errors import Forbidden
from dougong.metadata.model import Object, Sharing


@dataclass(frozen=True)
class Open:
    """Every record of the object."""


@dataclass(frozen=True)
class Denied:
    """No record; `reason` names the gate that closed: profile or administration."""

    reason: str


@dataclass(frozen=True)
class Gated:
    """The records whose access array meets the principal's tokens of `reach`."""

    reach: Reach


@dataclass(frozen=True)
class ThroughMaster:
    """The details whose master record passes the same question for the master's object."""


Policy = Open | Denied | Gated | ThroughMaster

PROFILE = "profile"
ADMINISTRATION = "administration"


def allowed(principal: Principal, obj: Object, action: Action) -> Denied | None:
    """The first gate, the profile: None when the principal may do `action` on `obj` at all."""
    if principal.administers:
        return None
    if is_administrators(obj, action):
        return Denied(ADMINISTRATION)
    rights = principal.rights.get(obj.name)
    if rights is None or action not in rights.actions:
        return Denied(PROFILE)
    return None


def is_administrators(obj: Object, action: Action) -> bool:
    """Whether `action` on `obj` is for administrators, whatever a profile says."""
    return action is not Action.READ and (obj.administered or (obj.configuration and not obj.owned))


def policy_for(principal: Principal, obj: Object, action: Action) -> Policy:
    """Which records of `obj` the principal may `action`. A detail object's answer comes `ThroughMaster`."""
    denied = allowed(principal, obj, action)
    if denied is not None:
        return denied
    reach = reach_of(action)
    reading = reach is Reach.READ
    if principal.reads_all if reading else principal.edits_all:
        return Open()
    match obj.sharing:
        case Sharing.PARENT:
            return ThroughMaster()
        case Sharing.PUBLIC_EDIT if reach is not Reach.OWN or not obj.owned:
            return Open()
        case Sharing.PUBLIC_EDIT:
            return Gated(reach)
        case Sharing.PUBLIC_READ:
            if reading or not obj.owned:
                return Open()
            return Gated(reach)
        case Sharing.PRIVATE:
            return Gated(reach)
        case _:
            assert_never(obj.sharing)


def check_action(principal: Principal, obj: Object, action: Action) -> None:
    """Raise Forbidden when the principal's profiles do not allow `action` on `obj` at all."""
    denied = allowed(principal, obj, action)
    if denied is not None:
        raise Forbidden("access.action_denied", action=action.value, object=obj.name, gate=denied.reason)
