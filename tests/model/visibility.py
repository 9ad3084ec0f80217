"""Who may see and edit a record, said plainly (domain.md 1.0, grants b and d): the oracle for the product's tokens.

Nothing of `dougong.access` is imported: if both are wrong in the same way, it is because the specification is.
"""

from dataclasses import dataclass, field


@dataclass
class Company:
    """An organisation by the names of its parts: a department's parent and head, a person's department and roles."""

    parents: dict[str, str | None] = field(default_factory=dict)
    heads: dict[str, str | None] = field(default_factory=dict)
    departments: dict[str, str | None] = field(default_factory=dict)
    """A person's department."""
    roles: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """A person's roles, each its read scope and its edit scope."""
    owners: dict[str, str] = field(default_factory=dict)
    """A record's owner."""
    places: dict[str, str | None] = field(default_factory=dict)
    """A record's department."""
    masters: dict[str, str] = field(default_factory=dict)
    """A detail's master record."""


def own_departments(company: Company, person: str) -> set[str]:
    """The department that a person belongs to and those that the person heads."""
    found = {d for d, head in company.heads.items() if head == person}
    place = company.departments[person]
    if place is not None:
        found.add(place)
    return found


def at_or_above(company: Company, department: str | None) -> set[str]:
    """A department and all departments above it."""
    found = set()
    while department is not None:
        found.add(department)
        department = company.parents[department]
    return found


def in_scope(company: Company, person: str, scope: str, record: str) -> bool:
    """Whether a role's scope reaches the record from the person's own departments."""
    place = company.places[record]
    own = own_departments(company, person)
    if scope == "all":
        return True
    if scope == "department":
        return place in own
    if scope == "department_and_below":
        return bool(at_or_above(company, place) & own)
    return False


def reads(company: Company, person: str, record: str) -> bool:
    """Whether the person may see the record: whoever may edit it may (domain.md 1.3)."""
    if record in company.masters:
        return reads(company, person, company.masters[record])
    return company.owners[record] == person or any(
        in_scope(company, person, scope, record) for role in company.roles[person] for scope in role
    )


def edits(company: Company, person: str, record: str) -> bool:
    """Whether the person may change the record."""
    if record in company.masters:
        return edits(company, person, company.masters[record])
    return company.owners[record] == person or any(
        in_scope(company, person, edit, record) for _, edit in company.roles[person]
    )
