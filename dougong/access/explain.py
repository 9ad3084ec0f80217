"""Why somebody may or may not do something to a record, gate by gate, in words; and who all may.

The verdict is the policy's own (`policy_for` and the tokens that enforce it); beside it each grant that domain.md 1.0
knows says whether it let the person in, and by what. tests/access hold verdict, grants and enforcement equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dougong.access.assistants import assisted_by
from dougong.access.grasp import Grasp, Organisation, Person, grasp_of, own_nodes, read_organisation, read_people
from dougong.access.organisation import Scope, reached_nodes
from dougong.access.policy import Denied, Gated, Open, ThroughMaster, allowed, is_administrators, policy_for
from dougong.access.principal import Action, Principal, Reach, reach_of
from dougong.access.resolve import resolve
from dougong.access.subjects import Member
from dougong.access.tokens import EVERYBODY, KINDS, Kind, is_granted, kind_of, token
from dougong.kit.clock import today
from dougong.kit.errors import NotFound
from dougong.metadata.field_types import KINDS as FIELD_KINDS
from dougong.metadata.model import FieldType, Object, Sharing
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Reason:
    """What one gate or grant decided: a sentence by its `code`, with what it names."""

    code: str
    passed: bool
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Explanation:
    """Whether the person may, and what each gate said. For a detail the reasons of its master follow its own."""

    allowed: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Knowledge:
    """What the explanations of one object's records are made from, read once."""

    snapshot: Snapshot
    registry: Registry
    organisation: Organisation
    people: Mapping[int, Person]
    names: dict[tuple[str, int], str] = field(default_factory=dict)

    def name(self, object_name: str, record_id: int) -> str:
        """What the record is called; its id where it has no name any more."""
        key = (object_name, record_id)
        if key not in self.names:
            obj, table = self.registry.objects[object_name], self.registry.tables[object_name]
            found = self.snapshot.scalar(sa.select(table.c[obj.name_field]).where(table.c.id == record_id))
            self.names[key] = str(found if found is not None else record_id)
        return self.names[key]

    def person(self, user_id: int) -> Person:
        """A living user. Raises NotFound."""
        found = self.people.get(user_id)
        if found is None:
            raise NotFound("record.not_found", object="user")
        return found


def know(snapshot: Snapshot, registry: Registry) -> Knowledge:
    """Everything that explanations need to know of the company."""
    return Knowledge(snapshot, registry, read_organisation(snapshot, registry), read_people(snapshot, registry))


def explain(k: Knowledge, user_id: int, object_name: str, record_id: int, action: Action) -> Explanation:
    """Why `user_id` may or may not `action` the record. Raises NotFound for a record or person that is not there.

    It answers for whoever asks: to whom an explanation may be shown, the caller decides.
    """
    person = k.person(user_id)
    principal = resolve(k.snapshot, k.registry, user_id, k.organisation)
    explanation = _explain(k, person, principal, k.registry.object(object_name), record_id, action)
    if person.active:
        return explanation
    return Explanation(False, (Reason("explain.inactive", False, {"name": person.name}), *explanation.reasons))


def _explain(
    k: Knowledge, person: Person, principal: Principal, obj: Object, record_id: int, action: Action
) -> Explanation:
    row = _record(k, obj, record_id)
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
        case Open() | Gated():
            reach = reach_of(action)
            reasons = tuple(_grants(k, person, obj, row, reach))
            met = isinstance(policy, Open) or not set(principal.tokens[policy.reach]).isdisjoint(row["access"])
            return Explanation(met, (gate, *reasons))


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
    yield _default(obj, reach)
    if not obj.owned:
        return
    grasp = grasp_of(k.organisation, person)
    yield from _by_oneself(k, person, grasp, row, reach)
    if reach is Reach.READ:
        for assistance in assisted_by(k.organisation.assistants, person.id, today("Asia/Shanghai")):
            manager = k.person(assistance.manager_id)
            lent = grasp_of(k.organisation, manager)
            yield Reason("explain.assistant", _lets_in(lent, row, reach), {"name": manager.name})


def _default(obj: Object, reach: Reach) -> Reason:
    opened = {Sharing.PUBLIC_READ: {Reach.READ}, Sharing.PUBLIC_EDIT: {Reach.READ, Reach.EDIT}}.get(obj.sharing, set())
    passed = reach in opened or (not obj.owned and obj.sharing is not Sharing.PARENT)
    return Reason(f"explain.default_{obj.sharing.value}", passed, {"object": obj.name})


def _lets_in(grasp: Grasp, row: Mapping[str, Any], reach: Reach) -> bool:
    whole = grasp.reads_all if reach is Reach.READ else grasp.edits_all
    return whole or not grasp.tokens[reach].isdisjoint(row["access"])


def _by_oneself(k: Knowledge, person: Person, grasp: Grasp, row: Mapping[str, Any], reach: Reach) -> Iterator[Reason]:
    held = grasp.tokens[reach]
    owner = row["owner_id"]
    if owner is None:
        yield Reason("explain.no_owner", False)
    else:
        yield Reason("explain.owner", owner == person.id, {"name": k.name("user", owner)})
    for role in person.roles:
        scopes = {role.edit_scope} | ({role.read_scope} if reach is Reach.READ else set())
        yield _by_role(k, person, role.name, scopes, row["department_id"])
    for number in row["access"]:
        if is_granted(number):
            yield _given(k, number, passed=number in held)
        elif number == token(Kind.READ, EVERYBODY):
            yield Reason("explain.public", number in held)


def _by_role(k: Knowledge, person: Person, role: str, scopes: set[Scope], node: int | None) -> Reason:
    if Scope.ALL in scopes:
        return Reason("explain.role_all", True, {"role": role})
    if node is None:
        return Reason("explain.role_nowhere", False, {"role": role})
    params = {"role": role, "department": k.name("department", node)}
    reached = reached_nodes(k.organisation.tree, scopes, own_nodes(k.organisation.tree, person))
    return Reason("explain.role", True, params) if node in reached else Reason("explain.role_outside", False, params)


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
    rights = {row.user_id for row in k.snapshot.rows(_giving(k.registry, obj, action))}
    if obj.sharing is Sharing.PARENT:
        master, master_id = _master_of(obj, row)
        return [p for p in who_may(k, master, master_id, _on_master(obj, action)) if p.user_id in rights]
    found = []
    for person in k.people.values():
        if not person.active or person.id not in rights:
            continue
        reason = next((r for r in _grants(k, person, obj, row, reach_of(action)) if r.passed), None)
        if reason is not None:
            place = k.name("department", person.department_id) if person.department_id is not None else ""
            found.append(Permitted(person.id, person.name, place, reason))
    return sorted(found, key=lambda permitted: (permitted.name, permitted.user_id))
