"""The department tree, and which of its nodes a scope reaches from a person's own departments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


class Scope(StrEnum):
    """How far a role lets its holder reach over the department tree (domain.md 1.2)."""

    OWN = "own"
    DEPARTMENT = "department"
    DEPARTMENT_AND_BELOW = "department_and_below"
    ALL = "all"


@dataclass(frozen=True)
class DepartmentTree:
    """Living departments: the children and the parent of each node, and the nodes that each person heads."""

    children: Mapping[int, tuple[int, ...]]
    headed: Mapping[int, tuple[int, ...]]
    parent: Mapping[int, int]

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
    )


def with_below(tree: DepartmentTree, nodes: Iterable[int]) -> set[int]:
    """`nodes` and all nodes below them; a cycle, should one exist, ends the walk instead of hanging it."""
    reached: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(tree.children.get(node, ()))
    return reached


def reached_nodes(tree: DepartmentTree, scopes: Iterable[Scope], own: Iterable[int]) -> set[int]:
    """The department nodes that the union of `scopes` reaches from a person's `own` departments."""
    held = set(scopes)
    own = set(own)
    if Scope.DEPARTMENT_AND_BELOW in held:
        return with_below(tree, own)
    return own if Scope.DEPARTMENT in held else set()
