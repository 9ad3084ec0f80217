"""Living users, as far as what they reach depends on it: where they are, and the roles that they have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.access.organisation import DepartmentTree, Scope
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class HeldRole:
    """A role that somebody has, with how far it lets them read and edit."""

    id: int
    name: str
    read_scope: Scope
    edit_scope: Scope
    contact_scope: Scope = Scope.ALL


@dataclass(frozen=True)
class Person:
    """A living user, as far as reach depends on it."""

    id: int
    name: str
    active: bool
    department_id: int | None
    roles: tuple[HeldRole, ...]
    external: bool = False
    nodes: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By dimension: the values that the person belongs to or is related to."""


def read_people(snapshot: Snapshot, registry: Registry, ids: Sequence[int] | None = None) -> dict[int, Person]:
    """The living users of these ids (None: all), by id."""
    users = registry.tables["user"]
    statement = sa.select(users.c.id, users.c.name, users.c.active, users.c.department_id, users.c.user_type)
    statement = statement.where(users.c.deleted_at.is_(None)).order_by(users.c.id)
    if ids is not None:
        statement = statement.where(users.c.id.in_(ids))
    roles, nodes = _roles(snapshot, registry, ids), _nodes(snapshot, registry, ids)
    return {
        row.id: Person(
            row.id,
            row.name or "",
            bool(row.active),
            row.department_id,
            tuple(roles.get(row.id, ())),
            external=row.user_type == EXTERNAL,
            nodes={dimension: frozenset(held) for dimension, held in nodes.get(row.id, {}).items()},
        )
        for row in snapshot.rows(statement)
    }


EXTERNAL = "external"
"""The type of users and departments of partners."""


def _roles(snapshot: Snapshot, registry: Registry, ids: Sequence[int] | None) -> Mapping[int, list[HeldRole]]:
    roles, held = registry.tables["role"], registry.tables["user_role"]
    scopes = (roles.c.read_scope, roles.c.edit_scope, roles.c.contact_scope)
    statement = (
        sa.select(held.c.user_id, roles.c.id, roles.c.name, *scopes)
        .join(held, held.c.role_id == roles.c.id)
        .where(held.c.deleted_at.is_(None), roles.c.deleted_at.is_(None))
        .order_by(roles.c.id)
    )
    if ids is not None:
        statement = statement.where(held.c.user_id.in_(ids))
    found: defaultdict[int, list[HeldRole]] = defaultdict(list)
    for row in snapshot.rows(statement):
        read, edit = Scope(row.read_scope or Scope.OWN), Scope(row.edit_scope or Scope.OWN)
        contact = Scope(row.contact_scope or Scope.ALL)
        found[row.user_id].append(HeldRole(row.id, row.name or "", read, edit, contact))
    return found


def _nodes(
    snapshot: Snapshot, registry: Registry, ids: Sequence[int] | None
) -> Mapping[int, Mapping[int, Sequence[int]]]:
    held, nodes = registry.tables["user_dimension_node"], registry.tables["dimension_node"]
    statement = (
        sa.select(held.c.user_id, held.c.node_id, nodes.c.dimension_id)
        .join(nodes, nodes.c.id == held.c.node_id)
        .where(held.c.deleted_at.is_(None), nodes.c.deleted_at.is_(None))
    )
    if ids is not None:
        statement = statement.where(held.c.user_id.in_(ids))
    found: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in snapshot.rows(statement):
        found[row.user_id][row.dimension_id].append(row.node_id)
    return found


def own_nodes(tree: DepartmentTree, person: Person) -> set[int]:
    """The departments from which a person's roles reach: their own, those that they have joined or head."""
    beside = {*tree.headed.get(person.id, ()), *tree.joined.get(person.id, ())}
    return beside | ({person.department_id} if person.department_id is not None else set())
