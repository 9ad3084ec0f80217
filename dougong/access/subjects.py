"""Whom a grant reaches: a person is also their department, the departments above it, their roles and their groups.

Grants name a user, a department (with or without those below), a role or a public group; membership is worked out when
a person is resolved, so that whoever joins a group sees its old records with the next request, and no record changes.
Source: domain.md 1.9 (groups nest; a person in one by two paths is in it once).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.organisation import DepartmentTree
from dougong.access.tokens import Kind, below, token
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Member:
    """Somebody or something that is in a group or is granted a record: `with_below` is said of departments alone."""

    object: str
    id: int
    with_below: bool = False

    def token(self, kind: Kind) -> int:
        """The token that lets this member do what `kind` says."""
        return below(kind, self.id) if self.with_below else token(kind, self.id)


@dataclass(frozen=True)
class Groups:
    """The groups that each member is in directly; groups that are switched off are left out."""

    of: Mapping[Member, tuple[int, ...]]


def read_groups(snapshot: Snapshot, registry: Registry) -> Groups:
    """All public groups with their members."""
    groups, members = registry.tables["public_group"], registry.tables["public_group_member"]
    found: defaultdict[Member, list[int]] = defaultdict(list)
    statement = (
        sa.select(members.c.group_id, members.c.member_type, members.c.member_id, members.c.with_below)
        .join(groups, groups.c.id == members.c.group_id)
        .where(members.c.deleted_at.is_(None), groups.c.deleted_at.is_(None), groups.c.active.is_(True))
    )
    for row in snapshot.rows(statement):
        found[as_member(row.member_type, row.member_id, with_below=row.with_below)].append(row.group_id)
    return Groups({member: tuple(ids) for member, ids in found.items()})


def as_member(object_name: str, member_id: int, *, with_below: bool | None) -> Member:
    """The member that a record names; only a department can have others below it."""
    return Member(object_name, member_id, bool(with_below) and object_name == "department")


def subjects_of(
    groups: Groups, tree: DepartmentTree, user_id: int, department_id: int | None, roles: Iterable[int]
) -> frozenset[Member]:
    """Everything that a grant to this person may name, groups in groups included."""
    found = {Member("user", user_id), *(Member("role", role) for role in roles)}
    for department in (department_id, *tree.joined.get(user_id, ())):
        if department is not None:
            found.add(Member("department", department))
            found.update(Member("department", node, with_below=True) for node in tree.above(department))
    waiting = list(found)
    while waiting:
        for group in groups.of.get(waiting.pop(), ()):
            member = Member("public_group", group)
            if member not in found:
                found.add(member)
                waiting.append(member)
    return frozenset(found)
