"""What a rule would touch, before anybody saves it."""

from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.grasp import read_organisation
from dougong.access.people import read_people
from dougong.access.subjects import Member
from dougong.kit.errors import Refused
from dougong.metadata.field_types.links import Reference
from dougong.metadata.registry import Registry
from dougong.records.read.row_conditions import meeting, row_condition
from dougong.records.sharing.rules import rule_problem
from dougong.records.sharing.saving import RuleDraft
from dougong.records.sharing.sources import people_of
from dougong.records.write.columns import is_one_of
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class RulePreview:
    """How many living records a rule would cover, and for how many active people."""

    records: int
    people: int


def preview_rule(snapshot: Snapshot, registry: Registry, draft: RuleDraft) -> RulePreview:
    """The counts of now. Raises Refused with what keeps the rule from working."""
    source = draft.source
    values = draft.values() | {"source_id": None if source is None else Reference(source.object, source.id)}
    problem = rule_problem(registry, values)
    if problem is not None:
        raise Refused([problem])
    organisation, people = read_organisation(snapshot, registry), read_people(snapshot, registry).values()
    obj, table = registry.objects[draft.object], registry.tables[draft.object]
    if source is None:
        covered = meeting(registry, row_condition(registry, obj, draft.conditions), table)
    else:
        covered = is_one_of(table.c.owner_id, sorted(people_of(organisation, people, source)))
    records = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None), covered)

    def belonging(member: Member) -> set[int]:
        return people_of(organisation, (person for person in people if person.active), member)

    reached = set[int]().union(*(belonging(member) for member in draft.targets))
    return RulePreview(int(snapshot.scalar(records)), len(reached))
