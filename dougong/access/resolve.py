"""From a user id to a principal: roles give the reach, profiles give the rights, both as unions.

Resolved once for each person and version of the access data, then kept: `meta_version.access` moves in the same
transaction as any change of a person, department, role, profile or permission, so a change holds at the next request.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sqlalchemy as sa

from dougong.access.assistants import assisted_by
from dougong.access.grasp import Organisation, grasp_of, read_organisation, read_people
from dougong.access.principal import Action, FieldAccess, ObjectRights, Principal, Reach
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
        "object_permission",
        "field_permission",
        "public_group",
        "public_group_member",
        "assistant",
    }
)
"""The objects whose records decide what people may see and do."""

PERMISSIVENESS = (FieldAccess.HIDDEN, FieldAccess.READ, FieldAccess.EDIT)


def access_version(snapshot: Snapshot) -> int:
    """The version of the access data now."""
    return int(snapshot.scalar(sa.select(meta_version.c.access)))


def access_changed(transaction: Transaction, object_name: str) -> None:
    """Move the access version when a write touched `object_name` and it is one of `ACCESS_OBJECTS`."""
    if object_name in ACCESS_OBJECTS:
        transaction.execute(sa.update(meta_version).values(access=meta_version.c.access + 1))


def resolve(
    snapshot: Snapshot, registry: Registry, user_id: int, organisation: Organisation | None = None
) -> Principal:
    """The principal of `user_id` with all rights and reach. Raises NotFound when there is no such living user."""
    users = registry.tables["user"]
    user = snapshot.one(sa.select(users).where(users.c.id == user_id, users.c.deleted_at.is_(None)))
    if user is None:
        raise NotFound("record.not_found", object="user")
    # Before anything that it counts: rights of an older version must not be kept under a newer one.
    version = access_version(snapshot)
    organisation = organisation or read_organisation(snapshot, registry)
    timezone = user.timezone or "Asia/Shanghai"
    assisted = assisted_by(organisation.assistants, user_id, today(timezone))
    people = read_people(snapshot, registry, [user_id, *(a.manager_id for a in assisted)])
    own = grasp_of(organisation, people[user_id])
    lent = [grasp_of(organisation, people[a.manager_id]) for a in assisted]
    profiles = _profiles(snapshot, registry, user_id)
    administers = any(profiles.values())
    reads_all = own.reads_all or any(manager.reads_all for manager in lent)
    read = own.tokens[Reach.READ].union(*(manager.tokens[Reach.READ] for manager in lent))
    return Principal(
        user_id=user_id,
        login=user.login,
        name=user.name,
        language="en" if user.language == "en" else "zh",
        timezone=timezone,
        department_id=user.department_id,
        rights=_rights(snapshot, registry, profiles),
        tokens=MappingProxyType(
            {
                Reach.READ: tuple(sorted(read)),
                Reach.EDIT: tuple(sorted(own.tokens[Reach.EDIT])),
                Reach.OWN: tuple(sorted(own.tokens[Reach.OWN])),
            }
        ),
        reads_all=reads_all,
        edits_all=own.edits_all,
        administers=administers,
        rights_key=(version, tuple(sorted(profiles)), administers, reads_all, own.edits_all),
        valid_until=min((a.valid_until for a in assisted if a.valid_until is not None), default=None),
    )


def _profiles(snapshot: Snapshot, registry: Registry, user_id: int) -> dict[int, bool]:
    """The user's profiles, each with whether it gives the administration right."""
    profiles, held = registry.tables["profile"], registry.tables["user_profile"]
    statement = (
        sa.select(profiles.c.id, profiles.c.administers)
        .join(held, held.c.profile_id == profiles.c.id)
        .where(held.c.user_id == user_id, held.c.deleted_at.is_(None), profiles.c.deleted_at.is_(None))
    )
    return {row.id: bool(row.administers) for row in snapshot.rows(statement)}


def _rights(snapshot: Snapshot, registry: Registry, profiles: Mapping[int, bool]) -> Mapping[str, ObjectRights]:
    """The union over profiles. A profile that does not give the object says nothing about its fields either."""
    objects, fields = registry.tables["object_permission"], registry.tables["field_permission"]
    actions: defaultdict[str, set[Action]] = defaultdict(set)
    granting: defaultdict[str, set[int]] = defaultdict(set)
    statement = sa.select(objects.c.profile_id, objects.c.object_name, objects.c.actions)
    for row in snapshot.rows(statement.where(objects.c.profile_id.in_(list(profiles)), objects.c.deleted_at.is_(None))):
        actions[row.object_name].update(Action(a) for a in row.actions or ())
        if Action.READ.value in (row.actions or ()):
            granting[row.object_name].add(row.profile_id)
    limits: defaultdict[tuple[str, str], dict[int, FieldAccess]] = defaultdict(dict)
    statement = sa.select(fields.c.profile_id, fields.c.object_name, fields.c.field_name, fields.c.level)
    for row in snapshot.rows(statement.where(fields.c.profile_id.in_(list(profiles)), fields.c.deleted_at.is_(None))):
        limits[row.object_name, row.field_name][row.profile_id] = FieldAccess(row.level)
    restricted: defaultdict[str, dict[str, FieldAccess]] = defaultdict(dict)
    for (object_name, field_name), by_profile in limits.items():
        levels = [by_profile.get(p, FieldAccess.EDIT) for p in granting[object_name]]
        level = max(levels, key=PERMISSIVENESS.index, default=FieldAccess.HIDDEN)
        if level is not FieldAccess.EDIT:
            restricted[object_name][field_name] = level
    return MappingProxyType(
        {
            name: ObjectRights(actions=frozenset(held), fields=MappingProxyType(restricted[name]))
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
