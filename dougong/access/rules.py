"""Sharing rules on the reader's side: whom each is for, and the token by which they hold the records that it covers.

The rows carry the token of a rule's *generation*: one for each meaning that the rule has had. A reader holds that of
the current one alone, so that a rule whose conditions change goes on as it was until every record has been looked at,
and then changes at once; and whom it is for, how far it goes and whether it is on, rewrites no record (domain.md 1.8).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.subjects import Member, as_member
from dougong.access.tokens import KINDS, Kind, is_rule, token
from dougong.metadata.registry import Registry
from dougong.storage.schema import sharing_generation
from dougong.storage.unit_of_work import Snapshot

CURRENT = "current"
"""The state of the generation by which a rule is read."""

EDIT = "edit"


@dataclass(frozen=True)
class SharingRule:
    """A rule that is switched on, with the generation of it that is in force."""

    id: int
    name: str
    generation_id: int
    edits: bool
    """It lets those whom it is for also edit."""

    @property
    def token(self) -> int:
        """What the rows that it covers carry."""
        return token(Kind.RULE, self.generation_id)


@dataclass(frozen=True)
class Rules:
    """The rules in force: by whom each is for, and by the generation that rows name."""

    by_target: Mapping[Member, tuple[SharingRule, ...]]
    by_generation: Mapping[int, SharingRule]

    def of(self, subjects: Iterable[Member]) -> set[SharingRule]:
        """The rules that are for one of `subjects`."""
        return {rule for subject in subjects for rule in self.by_target.get(subject, ())}

    def named(self, number: int) -> SharingRule | None:
        """The rule in force whose token this is; None for other tokens, and for those of no reader."""
        return self.by_generation.get(number // KINDS) if is_rule(number) else None


def read_rules(snapshot: Snapshot, registry: Registry) -> Rules:
    """All rules that are switched on and have a complete generation."""
    rules, targets = registry.tables["sharing_rule"], registry.tables["sharing_rule_target"]
    statement = (
        sa.select(rules.c.id, rules.c.name, rules.c.level, sharing_generation.c.id.label("generation_id"))
        .join(sharing_generation, sharing_generation.c.rule_id == rules.c.id)
        .where(rules.c.deleted_at.is_(None), rules.c.active.is_(True), sharing_generation.c.state == CURRENT)
    )
    found = {
        row.id: SharingRule(row.id, row.name or "", row.generation_id, row.level == EDIT)
        for row in snapshot.rows(statement)
    }
    by_target: defaultdict[Member, list[SharingRule]] = defaultdict(list)
    statement = sa.select(targets.c.rule_id, targets.c.target_type, targets.c.target_id, targets.c.with_below)
    for row in snapshot.rows(statement.where(targets.c.deleted_at.is_(None))) if found else ():
        if row.rule_id in found:
            member = as_member(row.target_type, row.target_id, with_below=row.with_below)
            by_target[member].append(found[row.rule_id])
    return Rules(
        {member: tuple(held) for member, held in by_target.items()},
        {rule.generation_id: rule for rule in found.values()},
    )
