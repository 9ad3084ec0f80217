"""What a person reaches by themself: as owner, by grants to them and their groups, and by the scopes of their roles.

Worked out from facts that are read once, so that one person costs next to nothing when they are asked about by the
thousand: who can see this record, whose sight would change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.assistants import Assistance, read_assistants
from dougong.access.organisation import DepartmentTree, Scope, reached_nodes, read_tree
from dougong.access.principal import Reach
from dougong.access.subjects import Groups, read_groups, subjects_of
from dougong.access.tokens import EVERYBODY, Kind, token
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Organisation:
    """What deciding about any one person needs to know of all: the tree, the groups, who assists whom."""

    tree: DepartmentTree
    groups: Groups
    assistants: tuple[Assistance, ...]


def read_organisation(snapshot: Snapshot, registry: Registry) -> Organisation:
    """The organisation as it stands."""
    return Organisation(
        read_tree(snapshot, registry), read_groups(snapshot, registry), read_assistants(snapshot, registry)
    )


@dataclass(frozen=True)
class HeldRole:
    """A role that somebody has, with how far it lets them read and edit."""

    id: int
    name: str
    read_scope: Scope
    edit_scope: Scope


@dataclass(frozen=True)
class Person:
    """A living user, as far as reach depends on it."""

    id: int
    name: str
    active: bool
    department_id: int | None
    roles: tuple[HeldRole, ...]


def read_people(snapshot: Snapshot, registry: Registry, ids: Sequence[int] | None = None) -> dict[int, Person]:
    """The living users of these ids (None: all), by id."""
    users = registry.tables["user"]
    statement = sa.select(users.c.id, users.c.name, users.c.active, users.c.department_id)
    statement = statement.where(users.c.deleted_at.is_(None)).order_by(users.c.id)
    if ids is not None:
        statement = statement.where(users.c.id.in_(ids))
    roles = _roles(snapshot, registry, ids)
    return {
        row.id: Person(row.id, row.name or "", bool(row.active), row.department_id, tuple(roles.get(row.id, ())))
        for row in snapshot.rows(statement)
    }


def _roles(snapshot: Snapshot, registry: Registry, ids: Sequence[int] | None) -> Mapping[int, list[HeldRole]]:
    roles, held = registry.tables["role"], registry.tables["user_role"]
    statement = (
        sa.select(held.c.user_id, roles.c.id, roles.c.name, roles.c.read_scope, roles.c.edit_scope)
        .join(held, held.c.role_id == roles.c.id)
        .where(held.c.deleted_at.is_(None), roles.c.deleted_at.is_(None))
        .order_by(roles.c.id)
    )
    if ids is not None:
        statement = statement.where(held.c.user_id.in_(ids))
    found: defaultdict[int, list[HeldRole]] = defaultdict(list)
    for row in snapshot.rows(statement):
        edit = Scope(row.edit_scope or Scope.OWN)
        found[row.user_id].append(HeldRole(row.id, row.name or "", Scope(row.read_scope or Scope.OWN), edit))
    return found


@dataclass(frozen=True)
class Grasp:
    """The tokens that a person holds by themself, without those whom they assist, and whether a role reaches all."""

    tokens: Mapping[Reach, frozenset[int]]
    reads_all: bool
    edits_all: bool


def own_nodes(tree: DepartmentTree, person: Person) -> set[int]:
    """The departments from which a person's roles reach: their own, and those that they head."""
    return {*tree.headed.get(person.id, ())} | ({person.department_id} if person.department_id is not None else set())


def grasp_of(organisation: Organisation, person: Person) -> Grasp:
    """What `person` reaches as owner, by grants and by the scopes of their roles."""
    tree = organisation.tree
    own = own_nodes(tree, person)
    roles = [role.id for role in person.roles]
    subjects = subjects_of(organisation.groups, tree, person.id, person.department_id, roles)
    edit_scopes = {role.edit_scope for role in person.roles}
    # Who may edit may also see (domain.md 1.3).
    read_scopes = {role.read_scope for role in person.roles} | edit_scopes
    owned = {token(Kind.OWN, person.id)} | {token(Kind.NODE, n) for n in reached_nodes(tree, edit_scopes, own)}
    edited = owned | {token(Kind.EDIT, EVERYBODY)} | {subject.token(Kind.EDIT) for subject in subjects}
    read = edited | {token(Kind.READ, EVERYBODY)} | {subject.token(Kind.READ) for subject in subjects}
    read |= {token(Kind.NODE, n) for n in reached_nodes(tree, read_scopes, own)}
    return Grasp(
        {Reach.READ: frozenset(read), Reach.EDIT: frozenset(edited), Reach.OWN: frozenset(owned)},
        reads_all=Scope.ALL in read_scopes,
        edits_all=Scope.ALL in edit_scopes,
    )
