"""Duplicate rules as they are in force: read from their records, in their order, without what no longer exists.

A rule says when two records are taken for the same: all conditions of one of its groups hold. The conditions of a group
compare with records of one object, which may be another than the rule's (a lead with accounts).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

import sqlalchemy as sa

from dougong.kit.text import Language
from dougong.metadata.registry import Registry
from dougong.records.duplicates.forms import WHOLE_SCORE, Key, Match, compares, form, hashes, score
from dougong.storage.unit_of_work import Snapshot

RULE, CONDITION = "duplicate_rule", "duplicate_condition"
MARK_FIELD = "suspected_duplicate"

Term = tuple[str, str, Match]
"""What records are recognised by: an object, one of its fields, and the way in which that is compared."""


class Reaction(StrEnum):
    """What a rule does when it finds a duplicate; the strictest first."""

    BLOCK = "block"
    WARN = "warn"
    MARK = "mark"


class Trigger(StrEnum):
    """When a rule looks."""

    CREATE = "create"
    EDIT = "edit"
    IMPORT = "import"
    CONVERSION = "conversion"
    API = "api"
    FORM = "form"


class Compared(Protocol):
    """A record as rules compare it."""

    def of(self, name: str, match: Match) -> str | None:
        """The form of a field; None where it is blank."""


@dataclass(frozen=True, eq=False)
class Forms:
    """A record that is compared with many: `value` gives what stands in a field; each is read into its form once."""

    value: Callable[[str], Any]
    _known: dict[tuple[str, Match], str | None] = field(default_factory=dict)

    def of(self, name: str, match: Match) -> str | None:
        """The field's form; None where it is blank."""
        known = self._known
        place = name, match
        if place not in known:
            known[place] = form(match, self.value(name))
        return known[place]


@dataclass(frozen=True)
class Condition:
    """The record's `field` is like `other` of the record that it is compared with."""

    field: str
    match: Match
    other: str
    threshold: int = 100

    def holds(self, mine: Compared, theirs: Compared) -> int:
        """How like they are; 0 when it does not hold. A blank is like nothing."""
        one, two = mine.of(self.field, self.match), theirs.of(self.other, self.match)
        if one is None or two is None:
            return 0
        found = score(self.match, one, two, self.threshold)
        return found if found >= self.threshold else 0


_BEST = (Match.CODE, Match.PHONE, Match.EXACT, Match.COMPANY, Match.FUZZY)
"""By which condition of a group candidates are looked for: the one that proposes the fewest."""


@dataclass(frozen=True)
class Group:
    """Conditions that must all hold between a record and one of `object`."""

    object: str
    conditions: tuple[Condition, ...]

    @cached_property
    def anchor(self) -> Condition:
        """The condition by which candidates are looked for."""
        return min(self.conditions, key=lambda one: (_BEST.index(one.match), one.field, one.other))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """By what the records that it is compared with are looked for.

        Similar names are looked for as the same ones too: among very many of one brand no key of a brand tells those.
        """
        anchor = self.anchor
        ways = (Match.FUZZY, Match.COMPANY) if anchor.match is Match.FUZZY else (anchor.match,)
        return tuple((self.object, anchor.other, way) for way in ways)

    def keys(self, mine: Forms, term: Term) -> tuple[Key, ...]:
        """Under which keys of `term` the records that it is compared with stand, if they are like this one."""
        text = mine.of(self.anchor.field, term[2])
        return () if text is None else hashes(term[2], text)

    def holds(self, mine: Compared, theirs: Compared) -> int:
        """How like two records are by the condition that says so least; 0 when one of them does not hold."""
        least = WHOLE_SCORE
        for condition in self.conditions:
            least = min(least, condition.holds(mine, theirs))
            if not least:
                break
        return least


@dataclass(frozen=True)
class Rule:
    """When records of `object` are taken for duplicates of others, and what comes of it."""

    id: int
    key: str
    name: str
    name_en: str
    object: str
    reaction: Reaction
    triggers: frozenset[Trigger]
    groups: tuple[Group, ...]
    visible_only: bool = False
    """Compared only with what the person may see."""
    with_pool: bool = True
    with_deleted: bool = False
    record_types: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    """What is shown of a duplicate that the person may not see."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the rule's own object that it looks at."""
        return frozenset(c.field for group in self.groups for c in group.conditions)

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.name_en if language == "en" else self.name

    def is_for(self, values: Mapping[str, Any]) -> bool:
        """Whether it is for records of this record's type."""
        return not self.record_types or values.get("record_type") in self.record_types

    def holds(self, mine: Compared, object_name: str, theirs: Compared) -> int:
        """How like the record is to one of `object_name`: the best of the groups that hold, 0 when none does."""
        return max((g.holds(mine, theirs) for g in self.groups if g.object == object_name), default=0)


def rules_of(snapshot: Snapshot, registry: Registry, object_name: str | None = None) -> tuple[Rule, ...]:
    """The active rules for records of `object_name` (of all objects), the first to be told of first."""
    if RULE not in registry.tables or CONDITION not in registry.tables:
        return ()
    rules, conditions = registry.tables[RULE], registry.tables[CONDITION]
    mine: list[sa.ColumnElement[bool]] = [rules.c.active.is_(True), rules.c.deleted_at.is_(None)]
    if object_name is not None:
        mine.append(rules.c.object_name == object_name)
    statement = (
        sa.select(
            *(rules.c[name] for name in _RULE_COLUMNS),
            *(conditions.c[name] for name in _CONDITION_COLUMNS),
        )
        .join(conditions, sa.and_(conditions.c.rule_id == rules.c.id, conditions.c.deleted_at.is_(None)))
        .where(*mine)
        .order_by(rules.c.priority.nulls_last(), rules.c.id, conditions.c.group_number, conditions.c.id)
    )
    by_rule: dict[int, list[sa.Row[Any]]] = {}
    for row in snapshot.rows(statement):
        by_rule.setdefault(row.id, []).append(row)
    found = (_rule(registry, rows) for rows in by_rule.values())
    return tuple(rule for rule in found if rule is not None)


_RULE_COLUMNS = (
    "id",
    "key",
    "name",
    "name_en",
    "object_name",
    "record_types",
    "action",
    "scope",
    "include_pool",
    "include_deleted",
    "triggers",
    "shown",
)
_CONDITION_COLUMNS = ("group_number", "field_name", "match", "compared_object", "compared_field", "threshold")


def _rule(registry: Registry, rows: list[sa.Row[Any]]) -> Rule | None:
    first = rows[0]
    groups: dict[int, list[sa.Row[Any]]] = {}
    for row in rows:
        groups.setdefault(row.group_number, []).append(row)
    kept = tuple(g for part in groups.values() if (g := _group(registry, first.object_name, part)) is not None)
    if not kept:
        return None
    return Rule(
        id=first.id,
        key=first.key,
        name=first.name,
        name_en=first.name_en or first.name,
        object=first.object_name,
        reaction=Reaction(first.action),
        triggers=frozenset(Trigger(name) for name in first.triggers or ()),
        groups=kept,
        visible_only=first.scope == "visible",
        with_pool=first.include_pool is not False,
        with_deleted=first.include_deleted is True,
        record_types=frozenset(listed(first.record_types)),
        shown=tuple(listed(first.shown)),
    )


def _group(registry: Registry, object_name: str, rows: list[sa.Row[Any]]) -> Group | None:
    """The group; None where a field that it needs is gone or out of use: then it says nothing any more."""
    compared = rows[0].compared_object
    mine, theirs = registry.objects.get(object_name), registry.objects.get(compared)
    if mine is None or theirs is None:
        return None
    conditions = []
    for row in rows:
        match, one, two = Match(row.match), mine.fields.get(row.field_name), theirs.fields.get(row.compared_field)
        usable = one is not None and two is not None and one.active and two.active
        if not usable or one is None or two is None or not (compares(match, one) and compares(match, two)):
            return None
        threshold = int(row.threshold or 75) if match is Match.FUZZY else 100
        conditions.append(Condition(one.name, match, two.name, threshold))
    return Group(compared, tuple(conditions))


def listed(text: str | None) -> list[str]:
    """A list of names as settings keep it; none for what is no such list."""
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def terms_of(rules: Iterable[Rule]) -> frozenset[Term]:
    """By what `rules` look for records."""
    return frozenset(term for rule in rules for group in rule.groups for term in group.terms)
