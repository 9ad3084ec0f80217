"""From a user id to a principal: roles give the reach, profiles give the rights, both as unions.

Resolved once for each person and version of the access data, then kept: `meta_version.access` moves in the same
transaction as any change of a person, department, role, profile or permission, so a change holds at the next request.
"""

import threading
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from dougong.access.areas import Area
from dougong.access.assistants import Assistance, assisted_by
from dougong.access.contacts import contacts_of
from dougong.access.grasp import Grasp, Organisation, grasp_of, read_organisation, subjects_of_person
from dougong.access.people import Person, read_people
from dougong.access.principal import PERMISSIVENESS, Action, FieldAccess, ObjectRights, Principal, Reach
from dougong.access.record_types import TypeRules, read_type_rules
from dougong.access.terms import union
from dougong.kit.clock import today
from dougong.kit.errors import NotFound
from dougong.metadata.registry import Registry
from dougong.storage.schema import meta_version
from dougong.storage.unit_of_work import Snapshot, Transaction

ACCESS_OBJECTS = frozenset(
    {
        "user",
        "department",
        "role",
        "profile",
        "user_role",
        "user_profile",
        "user_department",
        "object_permission",
        "field_permission",
        "record_type_permission",
        "public_group",
        "public_group_member",
        "assistant",
        "dimension",
        "dimension_node",
        "dimension_object",
        "dimension_combination",
        "user_dimension_node",
        "role_scope",
        "role_node",
        "department_contact",
        "sharing_rule",
        "sharing_rule_target",
        "pool",
        "pool_member",
    }
)
"""The objects whose records decide what people may see and do."""

ZONE = "Asia/Shanghai"
"""The zone of who has not said another."""


@dataclass(frozen=True)
class Held:
    """A profile that somebody has: the key by which layouts name it, and what it gives of the administration."""

    key: str
    administers: bool
    areas: frozenset[Area]


def _moment(snapshot: Snapshot) -> Hashable:
    """What is the same only while the access data are: their version and, within a transaction that has changed
    anything, that transaction, since another may come to the same version with other data when it is rolled back."""
    transaction = sa.cast(sa.func.pg_current_xact_id_if_assigned(), sa.Text)
    row = snapshot.one(sa.select(meta_version.c.access, sa.func.current_database(), transaction))
    return None if row is None else tuple(row)


def access_changed(transaction: Transaction, object_name: str) -> None:
    """Move the access version when a write touched `object_name` and it is one of `ACCESS_OBJECTS`."""
    if object_name in ACCESS_OBJECTS:
        transaction.execute(sa.update(meta_version).values(access=meta_version.c.access + 1))


def resolve(
    snapshot: Snapshot, registry: Registry, user_id: int, organisation: Organisation | None = None
) -> Principal:
    """The principal of `user_id` with all rights and reach. Raises NotFound when there is no such living user."""
    found = resolve_people(snapshot, registry, [user_id], organisation).get(user_id)
    if found is None:
        raise NotFound("record.not_found", object="user")
    return found


def resolve_people(
    snapshot: Snapshot,
    registry: Registry,
    user_ids: Sequence[int] | None = None,
    organisation: Organisation | None = None,
    *,
    active: bool = False,
) -> dict[int, Principal]:
    """The principals of the living users of these ids (None: all; `active`: who may sign in), by id.

    It asks the same few statements for one as for thousands.
    """
    users = registry.tables["user"]
    statement = sa.select(users).where(users.c.deleted_at.is_(None)).order_by(users.c.id)
    if user_ids is not None:
        statement = statement.where(users.c.id.in_(user_ids))
    if active:
        statement = statement.where(users.c.active.is_(True))
    found = snapshot.rows(statement)
    if not found:
        return {}
    # Before anything that it counts: rights of an older version must not be kept under a newer one.
    moment = _moment(snapshot)
    organisation = organisation or read_organisation(snapshot, registry)
    assisted = {user.id: assisted_by(organisation.assistants, user.id, today(user.timezone or ZONE)) for user in found}
    ids = None if user_ids is None else [*assisted, *(a.manager_id for some in assisted.values() for a in some)]
    people = read_people(snapshot, registry, ids)
    profiles = _profiles(snapshot, registry, None if user_ids is None else list(assisted))
    permissions = _permissions(snapshot, registry, {profile for held in profiles.values() for profile in held})
    rights: dict[frozenset[int], Mapping[str, ObjectRights]] = {}
    principals = {}
    for user in found:
        held = profiles.get(user.id, {})
        key = frozenset(held)
        if key not in rights:
            rights[key] = _rights(permissions, key)
        lent = [(a, grasp_of(organisation, people[a.manager_id])) for a in assisted[user.id]]
        principals[user.id] = _principal(organisation, user, people[user.id], moment, held, rights[key], lent)
    return principals


def _principal(
    organisation: Organisation,
    user: sa.Row[Any],
    person: Person,
    moment: Hashable,
    profiles: Mapping[int, Held],
    rights: Mapping[str, ObjectRights],
    lent: Sequence[tuple[Assistance, Grasp]],
) -> Principal:
    own = grasp_of(organisation, person)
    administers = any(held.administers for held in profiles.values()) and not person.external
    areas = frozenset[Area]() if person.external else frozenset().union(*(held.areas for held in profiles.values()))
    finds_all = administers or Area.PEOPLE in areas
    contacts = contacts_of(organisation.tree, organisation.partners, organisation.dimensions.roles, person)
    known = "everybody" if finds_all or contacts is None else contacts.shape
    reads_all = own.reads_all or any(manager.reads_all for _, manager in lent)
    read = own.tokens[Reach.READ].union(*(manager.tokens[Reach.READ] for _, manager in lent))
    terms = {
        (control.label, reach): union([held[reach], *(m.controlled[control][reach] for _, m in lent)])
        if reach is Reach.READ
        else held[reach]
        for control, held in own.controlled.items()
        for reach in Reach
    }
    subjects = subjects_of_person(organisation, person)
    joined = organisation.pools.joined(subjects)
    if administers:
        joined = dict.fromkeys(organisation.pools.by_id, True)
    masks = organisation.pools.masks({pool for pool, keeps in joined.items() if keeps})
    shapes = tuple(sorted((label, reach.value, found.shape) for (label, reach), found in terms.items()))
    return Principal(
        user_id=user.id,
        login=user.login,
        name=user.name,
        language="en" if user.language == "en" else "zh",
        timezone=user.timezone or ZONE,
        department_id=user.department_id,
        rights=rights,
        tokens=MappingProxyType(
            {
                Reach.READ: tuple(sorted(read)),
                Reach.EDIT: tuple(sorted(own.tokens[Reach.EDIT])),
                Reach.OWN: tuple(sorted(own.tokens[Reach.OWN])),
            }
        ),
        reads_all=reads_all,
        edits_all=own.edits_all,
        controls={name: control.label for name, control in organisation.dimensions.controls.items()},
        terms=terms,
        profiles=frozenset(held.key for held in profiles.values()),
        administers=administers,
        areas=areas,
        contacts=None if finds_all else contacts,
        pools=MappingProxyType(joined),
        masks=MappingProxyType(masks),
        rights_key=(
            moment,
            tuple(sorted(profiles)),
            administers,
            tuple(sorted(areas)),
            reads_all,
            own.edits_all,
            shapes,
            known,
            tuple(sorted(masks)),
        ),
        valid_until=min((a.valid_until for a, _ in lent if a.valid_until is not None), default=None),
    )


def _profiles(snapshot: Snapshot, registry: Registry, user_ids: Sequence[int] | None) -> dict[int, dict[int, Held]]:
    """The profiles of each of these users (None: of all)."""
    profiles, held = registry.tables["profile"], registry.tables["user_profile"]
    statement = (
        sa.select(held.c.user_id, profiles.c.id, profiles.c.key, profiles.c.administers, profiles.c.areas)
        .join(held, held.c.profile_id == profiles.c.id)
        .where(held.c.deleted_at.is_(None), profiles.c.deleted_at.is_(None))
    )
    if user_ids is not None:
        statement = statement.where(held.c.user_id.in_(user_ids))
    found: defaultdict[int, dict[int, Held]] = defaultdict(dict)
    for row in snapshot.rows(statement):
        areas = frozenset(Area(area) for area in row.areas or ())
        found[row.user_id][row.id] = Held(row.key, bool(row.administers), areas)
    return found


@dataclass(frozen=True)
class _Permissions:
    """What profiles say: the actions on each object, the levels of the fields that they name."""

    actions: Mapping[tuple[int, str], frozenset[Action]]
    on_menu: frozenset[tuple[int, str]]
    """The profiles and objects that have their place in the navigation."""
    levels: Mapping[tuple[str, str], Mapping[int, FieldAccess]]
    types: TypeRules


def _permissions(snapshot: Snapshot, registry: Registry, profiles: set[int]) -> _Permissions:
    objects, fields = registry.tables["object_permission"], registry.tables["field_permission"]
    actions: defaultdict[tuple[int, str], set[Action]] = defaultdict(set)
    on_menu: set[tuple[int, str]] = set()
    statement = sa.select(objects.c.profile_id, objects.c.object_name, objects.c.actions, objects.c.off_menu)
    for row in snapshot.rows(statement.where(objects.c.profile_id.in_(profiles), objects.c.deleted_at.is_(None))):
        actions[row.profile_id, row.object_name].update(Action(a) for a in row.actions or ())
        if not row.off_menu:
            on_menu.add((row.profile_id, row.object_name))
    levels: defaultdict[tuple[str, str], dict[int, FieldAccess]] = defaultdict(dict)
    statement = sa.select(fields.c.profile_id, fields.c.object_name, fields.c.field_name, fields.c.level)
    for row in snapshot.rows(statement.where(fields.c.profile_id.in_(profiles), fields.c.deleted_at.is_(None))):
        levels[row.object_name, row.field_name][row.profile_id] = FieldAccess(row.level)
    given = {key: frozenset(held) for key, held in actions.items()}
    return _Permissions(given, frozenset(on_menu), levels, read_type_rules(snapshot, registry, profiles))


def _rights(permissions: _Permissions, profiles: frozenset[int]) -> Mapping[str, ObjectRights]:
    """The union over profiles. A profile that does not give the object says nothing about its fields either."""
    actions: defaultdict[str, set[Action]] = defaultdict(set)
    granting: defaultdict[str, set[int]] = defaultdict(set)
    creating: defaultdict[str, set[int]] = defaultdict(set)
    for (profile, object_name), given in permissions.actions.items():
        if profile in profiles:
            actions[object_name].update(given)
            if Action.READ in given:
                granting[object_name].add(profile)
            if Action.CREATE in given:
                creating[object_name].add(profile)
    restricted: defaultdict[str, dict[str, FieldAccess]] = defaultdict(dict)
    for (object_name, field_name), by_profile in permissions.levels.items():
        if profiles.isdisjoint(by_profile):
            continue
        levels = [by_profile.get(p, FieldAccess.EDIT) for p in granting[object_name]]
        level = max(levels, key=PERMISSIVENESS.index, default=FieldAccess.HIDDEN)
        if level is not FieldAccess.EDIT:
            restricted[object_name][field_name] = level
    return MappingProxyType(
        {
            name: ObjectRights(
                actions=frozenset(held),
                fields=MappingProxyType(restricted[name]),
                barred_types=permissions.types.barred(name, creating[name]),
                preselected_type=permissions.types.preselected(name, creating[name]),
                off_menu=all((profile, name) not in permissions.on_menu for profile in granting[name]),
            )
            for name, held in actions.items()
        }
    )


@dataclass
class PrincipalCache:
    """Principals by user, for one version of access data and registry at a time; dropped whole when either moves."""

    _versions: tuple[int, int] = (-1, -1)
    _principals: dict[int, Principal] = field(default_factory=dict)
    _organisation: Organisation | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, snapshot: Snapshot, registry: Registry, user_id: int, version: int) -> Principal:
        """The principal of `user_id` at the access `version` that the caller has just read."""
        versions = (version, registry.version)
        with self._lock:
            if versions != self._versions:
                self._versions, self._principals, self._organisation = versions, {}, None
            found, organisation = self._principals.get(user_id), self._organisation
        if found is not None and (found.valid_until is None or today(found.timezone) <= found.valid_until):
            return found
        organisation = organisation or read_organisation(snapshot, registry)
        found = resolve(snapshot, registry, user_id, organisation)
        with self._lock:
            if versions == self._versions:
                self._principals[user_id], self._organisation = found, organisation
        return found

    def organisation(self, snapshot: Snapshot, registry: Registry, version: int) -> Organisation:
        """The organisation at that version: the one that this process has read already, else as it stands."""
        with self._lock:
            if (version, registry.version) == self._versions and self._organisation is not None:
                return self._organisation
        return read_organisation(snapshot, registry)
