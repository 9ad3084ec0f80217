"""The department tree, and which nodes of a tree a scope reaches from those that are a person's own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import sqlalchemy as sa

from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


class Scope(StrEnum):
    """How far a role lets its holder reach over the tree of a dimension (domain.md 1.2)."""

    OWN = "own"
    DEPARTMENT = "department"
    DEPARTMENT_AND_BELOW = "department_and_below"
    CHOSEN = "chosen"
    ALL = "all"


@dataclass(frozen=True)
class DepartmentTree:
    """Living departments: the children and the parent of each node, the nodes that each person heads or has joined."""

    children: Mapping[int, tuple[int, ...]]
    headed: Mapping[int, tuple[int, ...]]
    parent: Mapping[int, int]
    joined: Mapping[int, tuple[int, ...]]
    """By person: the departments that they belong to beside their own (domain.md 1.5, several departments)."""

    def above(self, node: int) -> list[int]:
        """`node` and the nodes above it, upwards; a cycle, should one exist, ends the walk."""
        found = [node]
        while (up := self.parent.get(found[-1])) is not None and up not in found:
            found.append(up)
        return found


def read_tree(snapshot: Snapshot, registry: Registry) -> DepartmentTree:
    """The department tree as it stands."""
    table = registry.tables["department"]
    children: defaultdict[int, list[int]] = defaultdict(list)
    headed: defaultdict[int, list[int]] = defaultdict(list)
    parent: dict[int, int] = {}
    statement = sa.select(table.c.id, table.c.parent_id, table.c.manager_id).where(table.c.deleted_at.is_(None))
    for row in snapshot.rows(statement):
        if row.parent_id is not None:
            children[row.parent_id].append(row.id)
            parent[row.id] = row.parent_id
        if row.manager_id is not None:
            headed[row.manager_id].append(row.id)
    return DepartmentTree(
        children={k: tuple(v) for k, v in children.items()},
        headed={k: tuple(v) for k, v in headed.items()},
        parent=parent,
        joined=_joined(snapshot, registry),
    )


Children = Mapping[int, tuple[int, ...]]
"""The children of each node of one or several trees: ids are unique over all of them."""


@dataclass(frozen=True)
class Chosen:
    """A node that a role names by itself, with or without those below it."""

    node: int
    below: bool


def _joined(snapshot: Snapshot, registry: Registry) -> dict[int, tuple[int, ...]]:
    held, nodes = registry.tables["user_department"], registry.tables["department"]
    statement = (
        sa.select(held.c.user_id, held.c.department_id)
        .join(nodes, nodes.c.id == held.c.department_id)
        .where(held.c.deleted_at.is_(None), nodes.c.deleted_at.is_(None))
        .order_by(held.c.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in snapshot.rows(statement):
        found[row.user_id].append(row.department_id)
    return {person: tuple(departments) for person, departments in found.items()}


def with_below(children: Children, nodes: Iterable[int]) -> frozenset[int]:
    """`nodes` and all nodes below them; a cycle, should one exist, ends the walk instead of hanging it."""
    reached: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(children.get(node, ()))
    return frozenset(reached)


def reached_nodes(
    children: Children, scope: Scope, own: Iterable[int], chosen: Iterable[Chosen] = ()
) -> frozenset[int] | None:
    """The nodes that `scope` reaches from a person's `own` ones; None: whatever there is, and what has no node too."""
    match scope:
        case Scope.ALL:
            return None
        case Scope.OWN:
            return frozenset()
        case Scope.DEPARTMENT:
            return frozenset(own)
        case Scope.DEPARTMENT_AND_BELOW:
            return with_below(children, own)
        case Scope.CHOSEN:
            alone = frozenset(c.node for c in chosen)
            return alone | with_below(children, (c.node for c in chosen if c.below))
        case _:
            assert_never(scope)
