"""Why somebody may or may not do something to a record, gate by gate, in words; and who all may.

The verdict is the policy's own (`policy_for` and the tokens that enforce it); beside it each grant that domain.md 1.0
knows says whether it let the person in, and by what. tests/access hold verdict, grants and enforcement equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from dougong.access.assistants import assisted_by
from dougong.access.contacts import PEOPLE, contacts_of, finds
from dougong.access.dimensions import Control
from dougong.access.grasp import Grasp, Organisation, grasp_of, read_organisation
from dougong.access.knowledge import Knowledge, Reason
from dougong.access.people import Person
from dougong.access.policy import (
    Acquainted,
    Denied,
    Gated,
    Open,
    ThroughMaster,
    admits,
    allowed,
    is_administrators,
    policy_for,
)
from dougong.access.principal import HELD_BY_LOCK, Action, Principal, Reach, reach_of
from dougong.access.subjects import Member
from dougong.access.tokens import EVERYBODY, KINDS, Kind, is_granted, kind_of, token
from dougong.access.verdicts import role_verdict
from dougong.kit.clock import today
from dougong.kit.errors import NotFound
from dougong.metadata.field_types import KINDS as FIELD_KINDS
from dougong.metadata.model import FieldType, Object, Sharing
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Explanation:
    """Whether the person may, and what each gate said. For a detail the reasons of its master follow its own."""

    allowed: bool
    reasons: tuple[Reason, ...]


def know(snapshot: Snapshot, registry: Registry, organisation: Organisation | None = None) -> Knowledge:
    """What explanations are made from; `organisation` is the one that stands, where the caller has it already."""
    return Knowledge(snapshot, registry, organisation or read_organisation(snapshot, registry))


def explain(k: Knowledge, user_id: int, object_name: str, record_id: int, action: Action) -> Explanation:
    """Why `user_id` may or may not `action` the record. Raises NotFound for a record or person that is not there.

    It answers for whoever asks: to whom an explanation may be shown, the caller decides.
    """
    person = k.person(user_id)
    principal = k.principal(user_id)
    explanation = _explain(k, person, principal, k.registry.object(object_name), record_id, action)
    if person.active:
        return explanation
    return Explanation(False, (Reason("explain.inactive", False, {"name": person.name}), *explanation.reasons))


def _explain(
    k: Knowledge, person: Person, principal: Principal, obj: Object, record_id: int, action: Action
) -> Explanation:
    row = _record(k, obj, record_id)
    found = _reached(k, person, principal, obj, row, action)
    locked = _locked(k, obj, row, action)
    if locked is None:
        return found
    first, *others = (reason for reason in found.reasons if reason.code != locked.code)
    return Explanation(False, (first, locked, *others))


def _locked(k: Knowledge, obj: Object, row: Mapping[str, Any], action: Action) -> Reason | None:
    """The lock that keeps everybody from `action`: on the record itself, else on what it is a part of."""
    if action not in HELD_BY_LOCK:
        return None
    if obj.lockable and row["locked_at"] is not None:
        who = "Dougong" if row["locked_by_id"] is None else k.name("user", row["locked_by_id"])
        return Reason("explain.locked", False, {"name": who, "at": row["locked_at"].isoformat()})
    if obj.master is None:
        return None
    master, master_id = _master_of(obj, row)
    above = k.registry.object(master)
    return _locked(k, above, _record(k, above, master_id), _on_master(obj, action))


def _reached(
    k: Knowledge, person: Person, principal: Principal, obj: Object, row: Mapping[str, Any], action: Action
) -> Explanation:
    gate = _profile_gate(k, person, obj, action, denied=allowed(principal, obj, action))
    policy = policy_for(principal, obj, action)
    match policy:
        case Denied():
            return Explanation(False, (gate,))
        case ThroughMaster():
            return _through_master(k, person, principal, obj, row, action, gate)
        case Open() if obj.sharing is Sharing.PARENT:
            # The role reaches everything; the grants that say so are those of the master.
            return replace(_through_master(k, person, principal, obj, row, action, gate), allowed=True)
        case Acquainted(contacts):
            met = finds(k.snapshot, k.registry, contacts, obj.name, row)
            return Explanation(met, (gate, _acquainted(person, met=met)))
        case Open() | Gated():
            reach = reach_of(action)
            reasons = tuple(_grants(k, person, obj, row, reach))
            return Explanation(admits(principal, policy, row["access"]), (gate, *reasons))


def _record(k: Knowledge, obj: Object, record_id: int) -> Mapping[str, Any]:
    table = k.registry.tables[obj.name]
    row = k.snapshot.one(sa.select(table).where(table.c.id == record_id, table.c.deleted_at.is_(None)))
    if row is None:
        raise NotFound("record.not_found", object=obj.name)
    return dict(row._mapping)


def _through_master(
    k: Knowledge,
    person: Person,
    principal: Principal,
    obj: Object,
    row: Mapping[str, Any],
    action: Action,
    gate: Reason,
) -> Explanation:
    master, master_id = _master_of(obj, row)
    on_master = _on_master(obj, action)
    above = _explain(k, person, principal, k.registry.object(master), master_id, on_master)
    through = Reason("explain.master", above.allowed, {"object": master, "name": k.name(master, master_id)})
    return Explanation(above.allowed, (gate, through, *above.reasons))


def _master_of(obj: Object, row: Mapping[str, Any]) -> tuple[str, int]:
    """The object and the id of a detail's master."""
    found = obj.master
    if found is None:
        raise ValueError(f"{obj.name} is shared like its parent but has no field that leads to it")
    kind = FIELD_KINDS[found.type]
    value = kind.unpack(found, [row[name] for name, _ in kind.columns(found)])
    return (value.object, value.id) if found.type is FieldType.POLYMORPHIC else (found.points_to[0], value)


def _on_master(obj: Object, action: Action) -> Action:
    return Action.READ if reach_of(action) is Reach.READ else Action(obj.master_action)


def _profile_gate(k: Knowledge, person: Person, obj: Object, action: Action, *, denied: Denied | None) -> Reason:
    params = {"name": person.name, "action": action.value, "object": obj.name}
    if denied is not None:
        return Reason(f"explain.{denied.reason}_closed", False, params)
    return Reason("explain.profile", True, {**params, "profiles": sorted(_profiles_with(k, person.id, obj, action))})


def _profiles_with(k: Knowledge, user_id: int, obj: Object, action: Action) -> Iterator[str]:
    for row in k.snapshot.rows(_giving(k.registry, obj, action).where(_held(k.registry).c.user_id == user_id)):
        yield row.name


def holders_of(snapshot: Snapshot, registry: Registry, obj: Object, action: Action) -> set[int]:
    """The people who hold a profile that gives `action` on `obj`."""
    return {row.user_id for row in snapshot.rows(_giving(registry, obj, action))}


def _held(registry: Registry) -> sa.Table:
    return registry.tables["user_profile"]


def _giving(registry: Registry, obj: Object, action: Action) -> sa.Select[Any]:
    """Who holds a profile that gives `action` on `obj`, and the profile's name."""
    profiles, objects, held = registry.tables["profile"], registry.tables["object_permission"], _held(registry)
    gives = sa.exists().where(
        objects.c.profile_id == profiles.c.id,
        objects.c.object_name == obj.name,
        objects.c.deleted_at.is_(None),
        objects.c.actions.contains([action.value]),
        sa.literal(not is_administrators(obj, action)),
    )
    return (
        sa.select(held.c.user_id, profiles.c.name)
        .join(profiles, profiles.c.id == held.c.profile_id)
        .where(held.c.deleted_at.is_(None), profiles.c.deleted_at.is_(None), profiles.c.administers.is_(True) | gives)
    )


def _grants(k: Knowledge, person: Person, obj: Object, row: Mapping[str, Any], reach: Reach) -> Iterator[Reason]:
    """What each grant of domain.md 1.0 says to the person: by themself first, then as an assistant."""
    if obj.name in PEOPLE and reach is Reach.READ and person.id not in k.administrators:
        organisation = k.organisation
        roles = organisation.dimensions.roles
        contacts = contacts_of(organisation.tree, organisation.partners, roles, person)
        yield _acquainted(person, met=finds(k.snapshot, k.registry, contacts, obj.name, row))
        return
    yield _default(obj, reach)
    if not obj.owned:
        return
    control = k.organisation.dimensions.controls.get(obj.name)
    asked = [] if control is None else [control]
    grasp = grasp_of(k.organisation, person, asked)
    yield from _by_oneself(k, person, grasp, row, reach, control)
    if reach is Reach.READ:
        for assistance in assisted_by(k.organisation.assistants, person.id, today("Asia/Shanghai")):
            manager = k.person(assistance.manager_id)
            lent = grasp_of(k.organisation, manager, asked)
            yield Reason("explain.assistant", _lets_in(lent, row, reach, control), {"name": manager.name})


def _acquainted(person: Person, *, met: bool) -> Reason:
    """What the communication scope says of a person or a department."""
    return Reason("explain.contacts" if met else "explain.contacts_outside", met, {"name": person.name})


def _default(obj: Object, reach: Reach) -> Reason:
    opened = {Sharing.PUBLIC_READ: {Reach.READ}, Sharing.PUBLIC_EDIT: {Reach.READ, Reach.EDIT}}.get(obj.sharing, set())
    passed = reach in opened or (not obj.owned and obj.sharing is not Sharing.PARENT)
    return Reason(f"explain.default_{obj.sharing.value}", passed, {"object": obj.name})


def _lets_in(grasp: Grasp, row: Mapping[str, Any], reach: Reach, control: Control | None) -> bool:
    if control is not None:
        return grasp.controlled[control][reach].meet(row["access"])
    whole = grasp.reads_all if reach is Reach.READ else grasp.edits_all
    return whole or not grasp.tokens[reach].isdisjoint(row["access"])


def _by_oneself(
    k: Knowledge, person: Person, grasp: Grasp, row: Mapping[str, Any], reach: Reach, control: Control | None
) -> Iterator[Reason]:
    # Grants stand alone: they are the same whatever dimensions control the object.
    held = grasp.tokens[reach]
    owner = row["owner_id"]
    if owner is None:
        yield Reason("explain.no_owner", False)
    else:
        yield Reason("explain.owner", owner == person.id, {"name": k.name("user", owner)})
    for role in person.roles:
        yield role_verdict(k, person, role, row, reach, control)
    for number in row["access"]:
        if is_granted(number):
            yield _given(k, number, passed=number in held)
        elif number == token(Kind.READ, EVERYBODY):
            yield Reason("explain.public", number in held)
        elif kind_of(number) in POOL_KINDS:
            yield from _pooled(k, grasp, number, reach)
        elif (rule := k.organisation.rules.named(number)) is not None:
            yield Reason(f"explain.rule_{'edit' if rule.edits else 'read'}", number in held, {"rule": rule.name})


POOL_KINDS = frozenset({Kind.POOL, Kind.POOL_HELD})


def _pooled(k: Knowledge, grasp: Grasp, number: int, reach: Reach) -> Iterator[Reason]:
    """What it means to the person that the record belongs to a pool."""
    pool = k.organisation.pools.by_id.get(number // KINDS)
    if pool is not None:
        code = "explain.pool" if kind_of(number) is Kind.POOL else "explain.pool_administrator"
        yield Reason(code, number in grasp.tokens[reach], {"pool": pool.name})


def _given(k: Knowledge, number: int, *, passed: bool) -> Reason:
    """A token that the record carries for somebody: negative for a department with those below it."""
    kind, subject = kind_of(number), number // KINDS
    member = _subject(k.registry, k.snapshot, abs(subject), with_below=subject < 0)
    params = {"member": k.name(member.object, member.id), "object": member.object}
    suffix = "_below" if member.with_below else ""
    return Reason(f"explain.team_{'edit' if kind is Kind.EDIT else 'read'}{suffix}", passed, params)


GRANTEES = ("user", "department", "role", "public_group")


def _subject(registry: Registry, snapshot: Snapshot, subject_id: int, *, with_below: bool) -> Member:
    """Which object the subject of a token is of: ids are unique over all of them."""
    for name in GRANTEES:
        table = registry.tables[name]
        if snapshot.scalar(sa.select(table.c.id).where(table.c.id == subject_id)) is not None:
            return Member(name, subject_id, with_below)
    return Member("user", subject_id)


@dataclass(frozen=True)
class Permitted:
    """Somebody who may, and the first grant that lets them."""

    user_id: int
    name: str
    department: str
    reason: Reason


def who_may(k: Knowledge, object_name: str, record_id: int, action: Action) -> list[Permitted]:
    """Every active user who may `action` the record, by name, each with the grant that lets them. Raises NotFound."""
    obj = k.registry.object(object_name)
    row = _record(k, obj, record_id)
    if _locked(k, obj, row, action) is not None:
        return []
    rights = holders_of(k.snapshot, k.registry, obj, action)
    if obj.sharing is Sharing.PARENT:
        master, master_id = _master_of(obj, row)
        return [p for p in who_may(k, master, master_id, _on_master(obj, action)) if p.user_id in rights]
    found = []
    for person in k.everybody.values():
        if not person.active or person.id not in rights:
            continue
        reason = next((r for r in _grants(k, person, obj, row, reach_of(action)) if r.passed), None)
        if reason is not None:
            place = k.name("department", person.department_id) if person.department_id is not None else ""
            found.append(Permitted(person.id, person.name, place, reason))
    return sorted(found, key=lambda permitted: (permitted.name, permitted.user_id))
