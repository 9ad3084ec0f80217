"""Who may see and edit a record, said plainly (domain.md 1.0, grants b, c, d, f): the oracle for the tokens.

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
    groups: dict[str, list["Member"]] = field(default_factory=dict)
    """The members of each public group."""
    closed: set[str] = field(default_factory=set)
    """Groups that are switched off."""
    teams: dict[str, list[tuple["Member", str]]] = field(default_factory=dict)
    """Whom a record was given to, each with the level: read or edit."""
    assistants: list[tuple[str, str]] = field(default_factory=list)
    """Who assists which manager."""


@dataclass(frozen=True)
class Member:
    """A person, department, role or group by its name; a department with or without those below it."""

    name: str
    below: bool = False


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


def includes(company: Company, member: Member, person: str, path: tuple[str, ...] = ()) -> bool:
    """Whether the person is meant when a group or a grant names `member`."""
    if member.name in company.departments:
        return member.name == person
    if member.name in company.parents:
        place = company.departments[person]
        return member.name in at_or_above(company, place) if member.below else member.name == place
    if member.name in company.groups:
        inside = [] if member.name in company.closed or member.name in path else company.groups[member.name]
        return any(includes(company, m, person, (*path, member.name)) for m in inside)
    # A role is named after the person who alone has it, and its number among theirs.
    return member.name.startswith(f"r-{person}-")


def given(company: Company, person: str, record: str, levels: set[str]) -> bool:
    """Whether the record was given to the person at one of `levels`."""
    return any(level in levels and includes(company, m, person) for m, level in company.teams.get(record, []))


def reads(company: Company, person: str, record: str) -> bool:
    """Whether the person may see the record: by themself, or because a manager whom they assist does."""
    managers = [manager for assistant, manager in company.assistants if assistant == person]
    return any(reads_alone(company, one, record) for one in (person, *managers))


def reads_alone(company: Company, person: str, record: str) -> bool:
    """Whether the person may see the record without assisting anybody: whoever may edit it may (domain.md 1.3)."""
    if record in company.masters:
        return reads_alone(company, person, company.masters[record])
    return (
        edits(company, person, record)
        or given(company, person, record, {"read"})
        or any(in_scope(company, person, read, record) for read, _ in company.roles[person])
    )


def edits(company: Company, person: str, record: str) -> bool:
    """Whether the person may change the record."""
    if record in company.masters:
        return edits(company, person, company.masters[record])
    return owns(company, person, record) or given(company, person, record, {"edit"})


def owns(company: Company, person: str, record: str) -> bool:
    """Whether the person may also delete the record, hand it over and share it: nobody who was only given it may."""
    return company.owners[record] == person or any(
        in_scope(company, person, edit, record) for _, edit in company.roles[person]
    )
