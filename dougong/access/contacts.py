"""The communication scope: which people and departments somebody finds, in lists, pickers, look-ups and filters.

It governs finding, not names: who sees a record sees the names of the people on it, unless they belong to a partner.
Partners' people find their own organisation and its contact persons only, and of others not even the names.
Source: domain.md 1.2, 1.5; decision 20.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dougong.access.dimensions import RoleReach
from dougong.access.organisation import DepartmentTree, reached_nodes, with_below
from dougong.access.people import Person, own_nodes
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot

USER, DEPARTMENT = "user", "department"
PEOPLE = frozenset({USER, DEPARTMENT})
"""The objects whose records the communication scope is about."""


@dataclass(frozen=True)
class Partners:
    """What the contact persons of external departments follow from, by department."""

    accounts: Mapping[int, int]
    named: Mapping[int, tuple[int, ...]]


def read_partners(snapshot: Snapshot, registry: Registry) -> Partners:
    """The accounts and the named contact persons of external departments."""
    departments, named = registry.tables["department"], registry.tables["department_contact"]
    statement = sa.select(departments.c.id, departments.c.account_id)
    statement = statement.where(departments.c.deleted_at.is_(None), departments.c.account_id.is_not(None))
    accounts = {row.id: row.account_id for row in snapshot.rows(statement)}
    found: defaultdict[int, list[int]] = defaultdict(list)
    statement = sa.select(named.c.department_id, named.c.user_id).where(named.c.deleted_at.is_(None))
    for row in snapshot.rows(statement):
        found[row.department_id].append(row.user_id)
    return Partners(accounts, {department: tuple(people) for department, people in found.items()})


@dataclass(frozen=True)
class Contacts:
    """Whom somebody finds who does not find everybody. All sorted."""

    departments: tuple[int, ...]
    people: tuple[int, ...]
    accounts: tuple[int, ...] = ()
    """Partner accounts: their owners, whoever that is at the time, are contact persons."""
    external: bool = False

    @property
    def shape(self) -> bool:
        """All that the text of a condition depends on, beside that there is one."""
        return self.external


def contacts_of(
    tree: DepartmentTree, partners: Partners, roles: Mapping[int, RoleReach], person: Person
) -> Contacts | None:
    """Whom `person` finds, by the union of their roles; None: everybody. Oneself and one's own departments always."""
    own = own_nodes(tree, person)
    found = set(own)
    for role in person.roles:
        chosen = roles[role.id].contacts if role.id in roles else ()
        reached = reached_nodes(tree.children, role.contact_scope, own, chosen)
        if reached is None and not person.external:
            return None
        found |= with_below(tree.children, own) if reached is None else reached
    if not person.external:
        return Contacts(tuple(sorted(found)), (person.id,))
    above = {node for place in own for node in tree.above(place)}
    named = {user for node in above for user in partners.named.get(node, ())}
    accounts = {partners.accounts[node] for node in above if node in partners.accounts}
    inside = found & with_below(tree.children, own)
    return Contacts(tuple(sorted(inside)), tuple(sorted({person.id, *named})), tuple(sorted(accounts)), external=True)


def finds(snapshot: Snapshot, registry: Registry, contacts: Contacts | None, name: str, row: Mapping[str, Any]) -> bool:
    """Whether the user or department `row` (by column) is one whom somebody finds."""
    if contacts is None:
        return True
    if name == DEPARTMENT:
        return row["id"] in contacts.departments
    if row["department_id"] in contacts.departments or row["id"] in contacts.people:
        return True
    accounts = registry.tables["account"]
    owners = sa.select(accounts.c.owner_id).where(accounts.c.id.in_(contacts.accounts), accounts.c.deleted_at.is_(None))
    return bool(contacts.accounts) and any(found.owner_id == row["id"] for found in snapshot.rows(owners))
