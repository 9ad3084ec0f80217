"""Who may see and edit a record, said plainly (domain.md 1.0 grants b to f; 1.1; 1.2): the oracle for the tokens.

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
    joined: dict[str, set[str]] = field(default_factory=dict)
    """The departments that a person belongs to beside that one."""
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
    trees: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """The nodes of each dimension beside departments, each with its parent."""
    ruling: list[str] = field(default_factory=list)
    """The dimensions that are in force beside departments."""
    any: bool = False
    """One dimension suffices; else each must be met."""
    own: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The nodes that a person (first) belongs or is related to in a dimension (second)."""
    spots: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """The node of a record (first) in a dimension (second)."""
    limits: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """What a role says of other dimensions: its read scope and its edit scope in each that it names."""
    external: set[str] = field(default_factory=set)
    """The departments that are partners'; their people are external."""
    contact_scopes: dict[str, str] = field(default_factory=dict)
    """The communication scope of each role."""
    contact_nodes: dict[str, list["Member"]] = field(default_factory=dict)
    """The departments that a role names for its communication scope."""
    contact_persons: dict[str, set[str]] = field(default_factory=dict)
    """Who is there for the people of an external department and those below it."""
    chosen: dict[str, list["Member"]] = field(default_factory=dict)
    """The departments and nodes that a role names for its scopes "chosen"."""
    locked: set[str] = field(default_factory=set)
    """Records that are locked."""
    sources: dict[str, str] = field(default_factory=dict)
    """Where a record comes from: what rules by conditions ask."""
    rules: list["Rule"] = field(default_factory=list)
    """The sharing rules."""


@dataclass(frozen=True)
class Member:
    """A person, department, role or group by its name; a department with or without those below it."""

    name: str
    below: bool = False


@dataclass(frozen=True)
class Rule:
    """A sharing rule: of the records that `owners` own or (None) of those that come from `source`, for `targets`."""

    owners: Member | None
    source: str
    level: str
    targets: tuple[Member, ...]
    active: bool = True


def own_departments(company: Company, person: str) -> set[str]:
    """The departments that a person belongs to and those that the person heads."""
    return memberships(company, person) | {d for d, head in company.heads.items() if head == person}


def memberships(company: Company, person: str) -> set[str]:
    """The departments that a person belongs to: the main one and the others."""
    place = company.departments[person]
    return company.joined.get(person, set()) | ({place} if place is not None else set())


def at_or_above(parents: dict[str, str | None], node: str | None) -> set[str]:
    """A node and all nodes above it."""
    found = set()
    while node is not None:
        found.add(node)
        node = parents[node]
    return found


def reaches(scope: str, parents: dict[str, str | None], own: set[str], chosen: list[Member], node: str | None) -> bool:
    """Whether a scope reaches a record at `node` of a tree from a person's own nodes of it."""
    if scope == "all":
        return True
    if scope == "department":
        return node in own
    if scope == "department_and_below":
        return bool(at_or_above(parents, node) & own)
    if scope == "chosen":
        return any(m.name == node or (m.below and m.name in at_or_above(parents, node)) for m in chosen)
    return False


def in_scope(company: Company, person: str, number: int, way: int, record: str) -> bool:
    """Whether a role of the person reaches the record; `way` 0 for reading, 1 for editing.

    Departments always have a say, another dimension where the role says something of it.
    """
    role = f"r-{person}-{number}"
    chosen = company.chosen.get(role, [])
    scope = company.roles[person][number][way]
    own, place = own_departments(company, person), company.places[record]
    within = reaches(scope, company.parents, own, chosen, place)
    if is_external(company, person):
        # Nobody of a partner reaches beyond the partner, whatever their roles say.
        within = within and bool(at_or_above(company.parents, place) & own)
    verdicts = [within]
    for dimension in company.ruling:
        if dimension in company.limits.get(role, {}):
            own, node = company.own.get((person, dimension), set()), company.spots.get((record, dimension))
            scope = company.limits[role][dimension][way]
            verdicts.append(reaches(scope, company.trees[dimension], own, chosen, node))
    return any(verdicts) if company.any and not is_external(company, person) else all(verdicts)


def is_external(company: Company, person: str) -> bool:
    """Whether the person belongs to a partner."""
    return company.departments[person] in company.external


def finds_department(company: Company, person: str, department: str) -> bool:
    """Whether the person finds the department: their own always, others by the communication scope of a role."""
    own = own_departments(company, person)
    found = department in own
    for number in range(len(company.roles[person])):
        role = f"r-{person}-{number}"
        nodes = company.contact_nodes.get(role, [])
        found = found or reaches(company.contact_scopes[role], company.parents, own, nodes, department)
    if is_external(company, person):
        return found and bool(at_or_above(company.parents, department) & own)
    return found


def finds_person(company: Company, person: str, other: str) -> bool:
    """Whether the person finds somebody: in lists, pickers and look-ups."""
    roles = [f"r-{person}-{number}" for number in range(len(company.roles[person]))]
    if not is_external(company, person) and any(company.contact_scopes[role] == "all" for role in roles):
        return True
    place = company.departments[other]
    if person == other or (place is not None and finds_department(company, person, place)):
        return True
    if not is_external(company, person):
        return False
    above = {d for own in own_departments(company, person) for d in at_or_above(company.parents, own)}
    return any(other in company.contact_persons.get(department, set()) for department in above)


def is_named(company: Company, person: str, other: str) -> bool:
    """Whether a record that the person sees shows somebody's name: a partner's people learn only whom they find."""
    return not is_external(company, person) or finds_person(company, person, other)


def includes(company: Company, member: Member, person: str, path: tuple[str, ...] = ()) -> bool:
    """Whether the person is meant when a group or a grant names `member`."""
    if member.name in company.departments:
        return member.name == person
    if member.name in company.parents:
        places = memberships(company, person)
        above = set().union(*(at_or_above(company.parents, place) for place in places))
        return member.name in (above if member.below else places)
    if member.name in company.groups:
        inside = [] if member.name in company.closed or member.name in path else company.groups[member.name]
        return any(includes(company, m, person, (*path, member.name)) for m in inside)
    # A role is named after the person who alone has it, and its number among theirs.
    return member.name.startswith(f"r-{person}-")


def given(company: Company, person: str, record: str, levels: set[str]) -> bool:
    """Whether the record was given to the person at one of `levels`."""
    return any(level in levels and includes(company, m, person) for m, level in company.teams.get(record, []))


def shared(company: Company, person: str, record: str, levels: set[str]) -> bool:
    """Whether a rule that is switched on gives the person the record at one of `levels`."""
    return any(
        rule.active
        and rule.level in levels
        and covers(company, rule, record)
        and any(includes(company, member, person) for member in rule.targets)
        for rule in company.rules
    )


def covers(company: Company, rule: Rule, record: str) -> bool:
    """Whether the record is one of those that the rule shares."""
    if rule.owners is not None:
        return includes(company, rule.owners, company.owners[record])
    return company.sources[record] == rule.source


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
        or shared(company, person, record, {"read"})
        or any(in_scope(company, person, n, 0, record) for n in range(len(company.roles[person])))
    )


def edits(company: Company, person: str, record: str) -> bool:
    """Whether the person may change the record."""
    if record in company.masters:
        return edits(company, person, company.masters[record])
    return (
        owns(company, person, record)
        or given(company, person, record, {"edit"})
        or shared(company, person, record, {"edit"})
    )


def owns(company: Company, person: str, record: str) -> bool:
    """Whether the person may also delete the record, hand it over and share it: nobody who was only given it may."""
    return company.owners[record] == person or any(
        in_scope(company, person, n, 1, record) for n in range(len(company.roles[person]))
    )


def changes(company: Company, person: str, record: str) -> bool:
    """Whether the person may change the record as it stands: nobody changes what is locked, nor a part of it."""
    return edits(company, person, record) and company.masters.get(record, record) not in company.locked


def removes(company: Company, person: str, record: str) -> bool:
    """Whether the person may delete the record, or hand it over, as it stands."""
    return owns(company, person, record) and record not in company.locked
