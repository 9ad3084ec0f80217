"""A sharing rule together with those whom it is for: saved in one transaction, and read with how far it is."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dougong.access.subjects import Member, as_member
from dougong.metadata.field_types.links import Reference
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Writing, create, delete, update
from dougong.records.sharing.generations import RULE, RuleProgress, as_standing, progress_of, read_rules
from dougong.records.write.columns import is_one_of
from dougong.storage.schema import sharing_generation
from dougong.storage.unit_of_work import Snapshot

TARGET = "sharing_rule_target"


@dataclass(frozen=True)
class RuleDraft:
    """What an administrator says of a rule."""

    name: str
    object: str
    source: Member | None
    """Whose records (a rule by owner); None: those that meet `conditions`."""
    conditions: Any
    level: str
    targets: tuple[Member, ...]
    active: bool = True
    description: str | None = None

    def values(self) -> dict[str, Any]:
        """The fields of the rule's record."""
        source = self.source
        return {
            "name": self.name,
            "object_name": self.object,
            "basis": "criteria" if source is None else "owner",
            "source_id": None if source is None else {"object": source.object, "id": source.id},
            "source_below": source is not None and source.with_below,
            "conditions": None if self.conditions is None else json.dumps(self.conditions, ensure_ascii=False),
            "level": self.level,
            "active": self.active,
            "description": self.description,
        }


def save_rule(w: Writing, draft: RuleDraft, rule_id: int | None = None, version: int | None = None) -> int:
    """Make a rule, or change one, and those whom it is for. Returns its id. Raises as the write path does."""
    if rule_id is None:
        rule_id = create(w, RULE, [draft.values()]).ids[0] or 0
    else:
        update(w, RULE, [Change(rule_id, draft.values(), version)])
    held = targets_of(w.snapshot, w.registry, [rule_id])[rule_id]
    gone = [number for number, member in held.items() if member not in draft.targets]
    if gone:
        delete(w, TARGET, gone)
    come = [member for member in dict.fromkeys(draft.targets) if member not in held.values()]
    if come:
        create(w, TARGET, [_target(rule_id, member) for member in come])
    return rule_id


def _target(rule_id: int, member: Member) -> dict[str, Any]:
    return {"rule_id": rule_id, "target_id": Reference(member.object, member.id), "with_below": member.with_below}


def targets_of(snapshot: Snapshot, registry: Registry, ids: Sequence[int]) -> defaultdict[int, dict[int, Member]]:
    """Whom each rule is for, by the id of the record that says so."""
    table = registry.tables[TARGET]
    found: defaultdict[int, dict[int, Member]] = defaultdict(dict)
    statement = sa.select(table).where(table.c.deleted_at.is_(None), is_one_of(table.c.rule_id, ids))
    for row in snapshot.rows(statement.order_by(table.c.id)):
        found[row.rule_id][row.id] = as_member(row.target_type, row.target_id, with_below=row.with_below)
    return found


@dataclass(frozen=True)
class StoredRule:
    """A rule as the settings show it."""

    id: int
    version: int
    draft: RuleDraft
    disabled_reason: str | None
    progress: RuleProgress


def stored_rules(snapshot: Snapshot, registry: Registry) -> list[StoredRule]:
    """All rules, in their order."""
    table = registry.tables[RULE]
    living = sa.select(table).where(table.c.deleted_at.is_(None))
    rows = snapshot.rows(living.order_by(table.c.object_name, table.c.order_number.nulls_last(), table.c.id))
    ids = [row.id for row in rows]
    targets = targets_of(snapshot, registry, ids)
    standing = defaultdict(list)
    statement = sa.select(sharing_generation).where(is_one_of(sharing_generation.c.rule_id, ids))
    for row in snapshot.rows(statement.order_by(sharing_generation.c.id)):
        standing[row.rule_id].append(as_standing(row))
    texts = {rule.id: rule for rule in read_rules(rows)}
    return [
        StoredRule(
            row.id,
            row.version,
            _draft(row, targets[row.id].values()),
            row.disabled_reason,
            progress_of(texts[row.id], standing[row.id]),
        )
        for row in rows
    ]


def _draft(row: sa.Row[Any], targets: Iterable[Member]) -> RuleDraft:
    source = None if row.basis != "owner" or row.source_id is None else row
    return RuleDraft(
        name=row.name,
        object=row.object_name,
        source=None if source is None else as_member(row.source_type, row.source_id, with_below=row.source_below),
        conditions=json.loads(row.conditions) if row.conditions else None,
        level=row.level,
        targets=tuple(targets),
        active=bool(row.active),
        description=row.description,
    )


def names_of(snapshot: Snapshot, registry: Registry, members: Iterable[Member]) -> Mapping[Member, str]:
    """What each member is called; its id where it has no name any more."""
    wanted = set(members)
    names: dict[Member, str] = {}
    for object_name in sorted({member.object for member in wanted}):
        obj, table = registry.objects[object_name], registry.tables[object_name]
        ids = sorted({member.id for member in wanted if member.object == object_name})
        statement = sa.select(table.c.id, table.c[obj.name_field].label("name")).where(is_one_of(table.c.id, ids))
        called = {row.id: row.name for row in snapshot.rows(statement)}
        names |= {m: str(called.get(m.id) or m.id) for m in wanted if m.object == object_name}
    return names
