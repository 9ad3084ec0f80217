"""Row access as a value: may this principal do this to records of this object, and to which of them.

One function decides; `records.read.visibility` turns its answer into SQL and puts it outside whatever the caller asked.
Source: domain.md 1.0 (three gates; the record gate is the union of grants).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from dougong.access.areas import area_of, seen_by
from dougong.access.contacts import PEOPLE, Contacts
from dougong.access.principal import Action, Principal, Reach, reach_of
from dougong.kit.errors import Forbidden
from dougong.metadata.model import Object, Sharing


@dataclass(frozen=True)
class Open:
    """Every record of the object."""


@dataclass(frozen=True)
class Denied:
    """No record; `reason` names the gate that closed: object, disabled, profile, administration or log."""

    reason: str


@dataclass(frozen=True)
class Gated:
    """The records whose access array meets the principal's tokens of `reach`, or else their terms of `control`."""

    reach: Reach
    control: str | None = None


@dataclass(frozen=True)
class ThroughMaster:
    """The details whose master record passes the same question for the master's object."""


@dataclass(frozen=True)
class Acquainted:
    """The people and departments whom the principal's communication scope lets them find."""

    contacts: Contacts


Policy = Open | Denied | Gated | ThroughMaster | Acquainted

OBJECT = "object"
PROFILE = "profile"
ADMINISTRATION = "administration"
LOG = "log"
DISABLED = "disabled"


def allowed(principal: Principal, obj: Object, action: Action) -> Denied | None:
    """The first gate, the profile: None when the principal may do `action` on `obj` at all."""
    if obj.log and action not in READING:
        return Denied(LOG)
    if not offers(obj, action):
        return Denied(OBJECT)
    if not obj.active and action not in READING and principal.user_id is not None:
        return Denied(DISABLED)
    if sets(principal, obj) and action is not Action.MERGE:
        return None
    if principal.administers:
        return None
    if action is Action.READ and seen_by(principal.areas, obj.name):
        return None
    if is_administrators(obj, action):
        return Denied(ADMINISTRATION)
    rights = principal.rights.get(obj.name)
    if rights is None or action not in rights.actions:
        return Denied(PROFILE)
    return None


def sets(principal: Principal, obj: Object) -> bool:
    """Whether the object's records are settings of an area that the principal has."""
    return area_of(obj.name) in principal.areas


READING = frozenset({Action.READ, Action.EXPORT})
"""What can be done with a log; not even the product itself changes it through the write path."""


def offers(obj: Object, action: Action) -> bool:
    """Whether records of `obj` know `action` at all: by what its definition says, else by its kind."""
    if obj.actions:
        return action in obj.actions
    match action:
        case Action.TRANSFER | Action.SHARE:
            return obj.owned
        case Action.LOCK:
            return obj.lockable
        case Action.PRINT:
            # A part is printed with its whole, and settings are not documents.
            return not (obj.configuration or obj.key or obj.administered or obj.log or obj.sharing is Sharing.PARENT)
        case Action.MERGE:
            return obj.owned and not (obj.configuration or obj.key)
        case _:
            return True


def is_administrators(obj: Object, action: Action) -> bool:
    """Whether `action` on `obj` is for administrators, whatever a profile says."""
    if obj.log:
        return True
    return action is not Action.READ and (obj.administered or (obj.configuration and not obj.owned))


def grantable(obj: Object) -> tuple[Action, ...]:
    """What a profile can allow on `obj`: all that it knows but what is the administrators'."""
    return tuple(action for action in Action if offers(obj, action) and not is_administrators(obj, action))


def on_menu(principal: Principal, obj: Object) -> bool:
    """Whether the object has its place in the person's navigation: one profile that gives it is enough."""
    if principal.administers or obj.name not in principal.rights:
        return True
    return not principal.rights[obj.name].off_menu


def policy_for(principal: Principal, obj: Object, action: Action) -> Policy:
    """Which records of `obj` the principal may `action`. A detail object's answer comes `ThroughMaster`."""
    denied = allowed(principal, obj, action)
    if denied is not None:
        return denied
    return record_policy(principal, obj, reach_of(action))


def record_policy(principal: Principal, obj: Object, reach: Reach) -> Open | Gated | ThroughMaster | Acquainted:
    """The second gate alone: which records of `obj` the principal reaches, whatever profiles say of the object."""
    if principal.contacts is not None and obj.name in PEOPLE:
        return Acquainted(principal.contacts)
    reading = reach is Reach.READ
    control = principal.controls.get(obj.name)
    if _whole(principal, obj, reach, control):
        return Open()
    match obj.sharing:
        case Sharing.PARENT:
            return ThroughMaster()
        case Sharing.PUBLIC_EDIT if reach is not Reach.OWN or not obj.owned:
            return Open()
        case Sharing.PUBLIC_EDIT:
            return Gated(reach, control)
        case Sharing.PUBLIC_READ:
            if reading or not obj.owned:
                return Open()
            return Gated(reach, control)
        case Sharing.PRIVATE:
            return Gated(reach, control)
        case _:
            assert_never(obj.sharing)


def _whole(principal: Principal, obj: Object, reach: Reach, control: str | None) -> bool:
    """Whether a role reaches every record of the object; of details, of each object that may be their master."""
    if control is not None:
        return principal.terms[control, reach].everything
    whole = principal.reads_all if reach is Reach.READ else principal.edits_all
    masters = obj.master.points_to if obj.master is not None else ()
    return whole and principal.controls.keys().isdisjoint(masters)


def naming_policy(principal: Principal, obj: Object) -> Policy:
    """Which records of `obj` are named to the principal where another record that they see is about them.

    Colleagues are, whether the communication scope lets one find them or not; a partner's people learn no other names.
    """
    policy = policy_for(principal, obj, Action.READ)
    return Open() if isinstance(policy, Acquainted) and not policy.contacts.external else policy


def admits(principal: Principal, policy: Open | Gated, tokens: Iterable[int]) -> bool:
    """Whether a record that carries `tokens` is one of those that the policy opens to the principal."""
    if isinstance(policy, Open):
        return True
    if policy.control is not None:
        return principal.terms[policy.control, policy.reach].meet(tokens)
    return not frozenset(principal.tokens[policy.reach]).isdisjoint(tokens)


def check_action(principal: Principal, obj: Object, action: Action) -> None:
    """Raise Forbidden when the principal's profiles do not allow `action` on `obj` at all."""
    denied = allowed(principal, obj, action)
    if denied is not None and denied.reason == DISABLED:
        raise Forbidden("access.object_disabled", object=obj.name, gate=DISABLED)
    if denied is not None:
        raise Forbidden("access.action_denied", action=action.value, object=obj.name, gate=denied.reason)
