"""What a person reaches by themself: as owner, by grants to them and their groups, and by the scopes of their roles.

Worked out from facts that are read once, so that one person costs next to nothing when they are asked about by the
thousand: who can see this record, whose sight would change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dougong.access.assistants import Assistance, read_assistants
from dougong.access.contacts import Partners, read_partners
from dougong.access.dimensions import DEPARTMENTS, Control, Dimensions, read_dimensions
from dougong.access.organisation import DepartmentTree, Scope, reached_nodes, read_tree, with_below
from dougong.access.people import HeldRole, Person, own_nodes
from dougong.access.pools import Pools, read_pools
from dougong.access.principal import Reach
from dougong.access.rules import Rules, read_rules
from dougong.access.subjects import Groups, Member, read_groups, subjects_of
from dougong.access.terms import Cover, Terms, terms_of
from dougong.access.tokens import EVERYBODY, Kind, token
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Organisation:
    """What deciding about any one person needs to know of all: the trees, groups and rules, who assists whom."""

    tree: DepartmentTree
    groups: Groups
    rules: Rules
    assistants: tuple[Assistance, ...]
    dimensions: Dimensions
    partners: Partners
    pools: Pools


def read_organisation(snapshot: Snapshot, registry: Registry) -> Organisation:
    """The organisation as it stands."""
    return Organisation(
        read_tree(snapshot, registry),
        read_groups(snapshot, registry),
        read_rules(snapshot, registry),
        read_assistants(snapshot, registry),
        read_dimensions(snapshot, registry),
        read_partners(snapshot, registry),
        read_pools(snapshot, registry),
    )


@dataclass(frozen=True)
class Grasp:
    """The tokens that a person holds by themself, without those whom they assist, and whether a role reaches all."""

    tokens: Mapping[Reach, frozenset[int]]
    reads_all: bool
    edits_all: bool
    controlled: Mapping[Control, Mapping[Reach, Terms]]
    """What they reach of objects that other dimensions control beside departments."""


def department_nodes(organisation: Organisation, person: Person, role: HeldRole, scope: Scope) -> frozenset[int] | None:
    """The departments that `scope` of a role reaches for the person; None: the whole company.

    A partner's person reaches nothing beyond the partner's own departments, whatever a role says.
    """
    children, own = organisation.tree.children, own_nodes(organisation.tree, person)
    found = reached_nodes(children, scope, own, organisation.dimensions.reach(role.id).chosen.get(DEPARTMENTS, ()))
    if not person.external:
        return found
    outer = with_below(children, own)
    return outer if found is None else found & outer


def dimension_nodes(
    dimensions: Dimensions, person: Person, role: HeldRole, dimension: int, *, editing: bool
) -> frozenset[int] | None:
    """The nodes of `dimension` that the role reaches for the person; None: all. It must say something of it."""
    reach = dimensions.reach(role.id)
    scope = reach.scopes[dimension][editing]
    own = person.nodes.get(dimension, frozenset())
    return reached_nodes(dimensions.children, scope, own, reach.chosen.get(dimension, ()))


def subjects_of_person(organisation: Organisation, person: Person) -> frozenset[Member]:
    """Everything that a grant to `person` may name."""
    return subjects_of(
        organisation.groups, organisation.tree, person.id, person.department_id, [role.id for role in person.roles]
    )


def grasp_of(organisation: Organisation, person: Person, controls: Iterable[Control] | None = None) -> Grasp:
    """What `person` reaches as owner, by grants and by the scopes of their roles.

    `controls`: those that are asked about; without them all that are in force.
    """
    subjects = subjects_of_person(organisation, person)
    owned = {token(Kind.OWN, person.id)}
    edited = owned | {token(Kind.EDIT, EVERYBODY)} | {subject.token(Kind.EDIT) for subject in subjects}
    read = edited | {token(Kind.READ, EVERYBODY)} | {subject.token(Kind.READ) for subject in subjects}
    shared = organisation.rules.of(subjects)
    edited |= {rule.token for rule in shared if rule.edits}
    read |= {rule.token for rule in shared}
    seen, kept = organisation.pools.tokens(subjects)
    grants = {Reach.READ: read | seen, Reach.EDIT: edited | kept, Reach.OWN: owned}

    def reached(control: Control, reach: Reach) -> Terms:
        roles = [_covers(organisation, person, role, control, editing=True) for role in person.roles]
        if reach is Reach.READ:
            # Who may edit may also see (domain.md 1.3).
            roles += [_covers(organisation, person, role, control, editing=False) for role in person.roles]
        return terms_of(grants[reach], roles, any_suffices=control.any and not person.external)

    plain = {reach: reached(Control(()), reach) for reach in Reach}
    asked = set(organisation.dimensions.controls.values() if controls is None else controls)
    return Grasp(
        {reach: frozenset(terms.tokens) for reach, terms in plain.items()},
        reads_all=plain[Reach.READ].everything,
        edits_all=plain[Reach.EDIT].everything,
        controlled={control: {reach: reached(control, reach) for reach in Reach} for control in asked},
    )


def _covers(
    organisation: Organisation, person: Person, role: HeldRole, control: Control, *, editing: bool
) -> list[Cover]:
    """What a role reaches in each dimension of `control` that it says something of; departments are always one."""
    dimensions = organisation.dimensions
    said = [d for d in control.dimensions if d in dimensions.reach(role.id).scopes]
    departments = department_nodes(organisation, person, role, role.edit_scope if editing else role.read_scope)
    return [
        _node_tokens(departments),
        *(_node_tokens(dimension_nodes(dimensions, person, role, d, editing=editing)) for d in said),
    ]


def _node_tokens(nodes: frozenset[int] | None) -> Cover:
    return None if nodes is None else frozenset(token(Kind.NODE, node) for node in nodes)
