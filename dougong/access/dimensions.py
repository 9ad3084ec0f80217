"""Dimensions beside departments: their trees, the objects that they control, and how far roles reach in them.

Departments are the dimension that each owned object has and that a role's own two scopes speak of. Another dimension
has a say in an object from the moment that the values of its records are filled in (`dimension_object.state`).
Source: domain.md 1.1, 1.2; decision 20.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.access.organisation import Children, Chosen, Scope
from dougong.metadata.names import dimension_field
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot

DEPARTMENTS = 0
"""The dimension of departments among the ids of the others; no record has this id."""


@dataclass(frozen=True)
class Control:
    """The dimensions that have a say in who sees an object's records, beside departments, in the order of their ids."""

    dimensions: tuple[int, ...]
    any: bool = False
    """One of all dimensions suffices, departments included; else each must be met."""

    @property
    def label(self) -> str:
        """What it is called in the parameters of statements: equal for objects that are controlled alike."""
        return "_".join(["any" if self.any else "all", *map(str, self.dimensions)])


@dataclass(frozen=True)
class RoleReach:
    """What one role says beside its own scopes: its scopes by dimension, and the nodes that it names."""

    scopes: Mapping[int, tuple[Scope, Scope]] = field(default_factory=dict)
    """For reading and for editing. A dimension that is not named is one of which the role says nothing."""
    chosen: Mapping[int, tuple[Chosen, ...]] = field(default_factory=dict)
    contacts: tuple[Chosen, ...] = ()
    """The departments whose people its holders find, where its communication scope is "chosen"."""


@dataclass(frozen=True)
class Dimensions:
    """All dimensions with what is under their control."""

    names: Mapping[int, str]
    fields: Mapping[int, str]
    """The field by which a record is at a node of the dimension."""
    children: Children
    controls: Mapping[str, Control]
    """By object; objects that departments alone control are left out."""
    roles: Mapping[int, RoleReach]
    loose: frozenset[str] = frozenset()
    """The objects for which any one dimension suffices."""

    def reach(self, role_id: int) -> RoleReach:
        """What a role says beside its own scopes."""
        return self.roles.get(role_id, RoleReach())


def read_dimensions(snapshot: Snapshot, registry: Registry) -> Dimensions:
    """The dimensions in force as they stand."""
    table = registry.tables["dimension"]
    statement = sa.select(table.c.id, table.c.key, table.c.name).where(table.c.deleted_at.is_(None), table.c.active)
    found = snapshot.rows(statement.order_by(table.c.id))
    nodes = registry.tables["dimension_node"]
    children: defaultdict[int, list[int]] = defaultdict(list)
    home: dict[int, int] = {}
    statement = sa.select(nodes.c.id, nodes.c.parent_id, nodes.c.dimension_id).where(nodes.c.deleted_at.is_(None))
    for row in snapshot.rows(statement):
        home[row.id] = row.dimension_id
        if row.parent_id is not None:
            children[row.parent_id].append(row.id)
    combined = registry.tables["dimension_combination"]
    any_suffices = (combined.c.deleted_at.is_(None), combined.c.combination == "any")
    loose = frozenset(row.object_name for row in snapshot.rows(sa.select(combined.c.object_name).where(*any_suffices)))
    return Dimensions(
        names={row.id: row.name or row.key for row in found},
        fields={row.id: dimension_field(row.key) for row in found},
        children={k: tuple(v) for k, v in children.items()},
        controls=_controls(snapshot, registry, frozenset(row.id for row in found), loose),
        roles=_reaches(snapshot, registry, home),
        loose=loose,
    )


def _controls(
    snapshot: Snapshot, registry: Registry, active: frozenset[int], loose: frozenset[str]
) -> Mapping[str, Control]:
    objects = registry.tables["dimension_object"]
    held: defaultdict[str, list[int]] = defaultdict(list)
    statement = sa.select(objects.c.object_name, objects.c.dimension_id)
    statement = statement.where(objects.c.deleted_at.is_(None), objects.c.state == "active")
    for row in snapshot.rows(statement.order_by(objects.c.dimension_id)):
        if row.dimension_id in active:
            held[row.object_name].append(row.dimension_id)
    return {name: Control(tuple(ids), any=name in loose) for name, ids in held.items()}


def _reaches(snapshot: Snapshot, registry: Registry, home: Mapping[int, int]) -> Mapping[int, RoleReach]:
    scopes, named = registry.tables["role_scope"], registry.tables["role_node"]
    by_role: defaultdict[int, dict[int, tuple[Scope, Scope]]] = defaultdict(dict)
    statement = sa.select(scopes.c.role_id, scopes.c.dimension_id, scopes.c.read_scope, scopes.c.edit_scope)
    for row in snapshot.rows(statement.where(scopes.c.deleted_at.is_(None))):
        by_role[row.role_id][row.dimension_id] = (
            Scope(row.read_scope or Scope.OWN),
            Scope(row.edit_scope or Scope.OWN),
        )
    chosen: defaultdict[int, defaultdict[int, list[Chosen]]] = defaultdict(lambda: defaultdict(list))
    contacts: defaultdict[int, list[Chosen]] = defaultdict(list)
    statement = sa.select(named.c.role_id, named.c.node_id, named.c.with_below, named.c.purpose)
    for row in snapshot.rows(statement.where(named.c.deleted_at.is_(None)).order_by(named.c.id)):
        node = Chosen(row.node_id, bool(row.with_below))
        if row.purpose == "contact":
            contacts[row.role_id].append(node)
        else:
            chosen[row.role_id][home.get(row.node_id, DEPARTMENTS)].append(node)
    return {
        role: RoleReach(
            by_role.get(role, {}),
            {dimension: tuple(nodes) for dimension, nodes in chosen[role].items()} if role in chosen else {},
            tuple(contacts.get(role, ())),
        )
        for role in {*by_role, *chosen, *contacts}
    }
