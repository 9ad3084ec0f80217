"""Finding the records that rules take for duplicates of others: candidates by their keys, then compared whole.

A batch costs two statements and one for each object that it is compared with, however many rows it has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.duplicates.forms import Key, Match, form, may_be_like
from dougong.records.duplicates.rules import Forms, Group, Rule, Term
from dougong.records.read.visibility import visible
from dougong.records.write.columns import as_rows, field_columns, is_one_of, unpacked
from dougong.storage.schema import duplicate_key, duplicate_term
from dougong.storage.unit_of_work import Snapshot

PER_KEY = 100
"""Records that one key proposes at most: what more have in common tells nothing."""

PER_BRAND = 30
"""Records that one brand proposes at most; those of the very same name are proposed by that besides."""

PER_SLIP = 15
"""Records that one slip proposes at most: what more have is a word that many companies are called by, and no slip."""

FOUND_MAX = 20
"""Duplicates of one record that are told, the likest first."""

POOL_STATUS, UNCLAIMED, VERSION = "pool_status", "unclaimed", "version"


Candidate = tuple[int, str | None]
"""The id of a record that a key proposes, and what is told of it beside the key."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A record that duplicates are looked for of: its values, and its id if it is stored."""

    values: Mapping[str, Any]
    id: int | None = None

    @cached_property
    def forms(self) -> Forms:
        """It as rules compare it."""
        return Forms(self.values.get)


@dataclass(frozen=True)
class Found:
    """A record that a rule takes for the same as a subject, and how like they are (to 100)."""

    rule: Rule
    object: str
    id: int
    score: int
    values: Mapping[str, Any]
    deleted: bool = False
    """It lies in the recycle bin."""
    version: int = 0
    """At which it was compared."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """A key that is looked for, and the questions that want it: a subject's place times the groups, and a group's."""

    term: Term
    key: Key
    by: list[int] = field(default_factory=list)

    @property
    def most(self) -> int:
        """How many records it may propose."""
        if self.key.slip:
            return PER_SLIP
        return PER_BRAND if self.term[2] is Match.FUZZY else PER_KEY


def find(
    snapshot: Snapshot,
    registry: Registry,
    rules: Sequence[Rule],
    subjects: Sequence[Subject],
    actor: Principal | None = None,
) -> list[list[Found]]:
    """For each subject the records that `rules` find, the likest first; each record once, by the strictest rule.

    `actor` decides what rules find that compare only with what a person may see; without one they see all.
    """
    groups = [(rule, group) for rule in rules for group in rule.groups]
    proposed: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for asked, candidates in _proposed(snapshot, _asked(groups, subjects)):
        wanted = proposed[asked.term[0]]
        for question in asked.by:
            number, position = divmod(question, len(groups))
            for record_id in _likely(candidates, subjects[number], groups[position][1], asked.term[2]):
                wanted[record_id].append(question)
    found: list[dict[int, Found]] = [{} for _ in subjects]
    for object_name in sorted(proposed):
        wanted = proposed[object_name]
        for record in _records(snapshot, registry, registry.objects[object_name], rules, sorted(wanted), actor):
            for question in sorted(set(wanted[record.id])):
                number, position = divmod(question, len(groups))
                subject = subjects[number]
                if subject.id != record.id:
                    _compare(found[number], *groups[position], subject, record)
    return _with_values(snapshot, registry, rules, [_best(one.values()) for one in found])


def _likely(candidates: Iterable[Candidate], subject: Subject, group: Group, way: Match) -> Iterable[int]:
    """Those of the proposed records that can be like the subject, by what is told of them beside their keys."""
    anchor = group.anchor
    mine = subject.forms.of(anchor.field, way) if way is Match.FUZZY else None
    if mine is None:
        return [record_id for record_id, _ in candidates]
    return [record_id for record_id, told in candidates if may_be_like(mine, told, anchor.threshold)]


def _with_values(
    snapshot: Snapshot, registry: Registry, rules: Sequence[Rule], found: list[list[Found]]
) -> list[list[Found]]:
    """What was found, with all that may be told of it."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for one in (one for some in found for one in some):
        ids[one.object].add(one.id)
    told = {name: _told_values(snapshot, registry, name, rules, sorted(some)) for name, some in ids.items()}
    return [[replace(one, values=told[one.object][one.id]) for one in some] for some in found]


def _asked(groups: Sequence[tuple[Rule, Group]], subjects: Sequence[Subject]) -> list[_Asked]:
    """What is looked for."""
    wanted: defaultdict[Term, dict[Key, _Asked]] = defaultdict(dict)
    for position, (rule, group) in enumerate(groups):
        mine = [subject for subject in enumerate(subjects) if rule.is_for(subject[1].values)]
        for term in group.terms:
            keys = wanted[term]
            for number, subject in mine:
                for key in group.keys(subject.forms, term):
                    asked = keys.get(key)
                    if asked is None:
                        asked = keys[key] = _Asked(term, key)
                    asked.by.append(number * len(groups) + position)
    return [asked for keys in wanted.values() for asked in keys.values()]


def _term_ids(snapshot: Snapshot, wanted: Iterable[Term]) -> dict[Term, int]:
    names = set(wanted)
    if not names:
        return {}
    terms = duplicate_term
    statement = sa.select(terms.c.id, terms.c.object, terms.c.field, terms.c.kind).where(
        is_one_of(terms.c.object, sorted({name for name, _, _ in names}))
    )
    known = {(row.object, row.field, row.kind): row.id for row in snapshot.rows(statement)}
    return {term: known[key] for term in names if (key := (term[0], term[1], term[2].value)) in known}


def _proposed(snapshot: Snapshot, wanted: Sequence[_Asked]) -> Iterable[tuple[_Asked, list[Candidate]]]:
    """The records that each key proposes. A slip that very many have in common is a word, and proposes none."""
    terms = _term_ids(snapshot, {one.term for one in wanted})
    known = [one for one in wanted if one.term in terms]
    if not known:
        return
    whole = sa.BigInteger
    asked = as_rows(
        "asked",
        position=(whole, range(len(known))),
        term_id=(whole, [terms[one.term] for one in known]),
        hash=(whole, [one.key.hash for one in known]),
        most=(whole, [one.most + 1 for one in known]),
    )
    keys = duplicate_key
    some = (
        sa.select(keys.c.record_id, keys.c.told)
        .where(keys.c.term_id == asked.c.term_id, keys.c.hash == asked.c.hash)
        .limit(asked.c.most)
        .lateral("some")
    )
    # As psycopg reads them: SQLAlchemy would look at each element again.
    plain = sa.types.NULLTYPE
    ids, told = (sa.func.array_agg(column, type_=plain) for column in (some.c.record_id, some.c.told))
    each = sa.select(asked.c.position, ids.label("ids"), told.label("told")).select_from(asked.join(some, sa.true()))
    statement = each.group_by(asked.c.position)
    for row in snapshot.rows(statement):
        question = known[row.position]
        if len(row.ids) <= question.most or not question.key.slip:
            yield question, list(zip(row.ids, row.told, strict=True))[: question.most]


class Record(NamedTuple):
    """A stored record with the values that rules compare: there are very many of which nothing else is ever asked."""

    object: str
    id: int
    version: int
    deleted: bool
    seen: bool
    value: Callable[[str], Any]

    def of(self, name: str, match: Match) -> str | None:
        """A field as rules compare it."""
        return form(match, self.value(name))


def needed_fields(obj: Object, rules: Iterable[Rule]) -> list[str]:
    """The fields of `obj` that rules compare with, look at or show, and its name, owner and version."""
    names = {obj.name_field, "owner_id", "record_type", POOL_STATUS, VERSION}
    for rule in rules:
        names.update(rule.shown)
        if rule.object == obj.name:
            names.update(rule.fields)
        names.update(c.other for g in rule.groups if g.object == obj.name for c in g.conditions)
    return [name for name in sorted(names) if name in obj.fields and obj.fields[name].stored]


def _records(
    snapshot: Snapshot,
    registry: Registry,
    obj: Object,
    rules: Sequence[Rule],
    ids: Sequence[int],
    actor: Principal | None,
) -> Iterable[Record]:
    """The records of `ids` with what rules compare; those in the recycle bin where a rule wants them."""
    table = registry.tables[obj.name]
    names = {c.other for rule in rules for g in rule.groups if g.object == obj.name for c in g.conditions}
    names |= {POOL_STATUS} & obj.fields.keys()
    plan = field_columns([obj.fields[name] for name in sorted(names)])
    asks = actor is not None and any(rule.visible_only for rule in rules)
    seen = visible(registry, actor, obj, table) if asks and actor is not None else sa.true()
    columns = [table.c[name] for part in plan for name in part.names]
    statement = sa.select(
        table.c.id, table.c.version, table.c.deleted_at.is_not(None).label("deleted"), seen.label("seen"), *columns
    ).where(is_one_of(table.c.id, ids))
    if not any(rule.with_deleted for rule in rules):
        statement = statement.where(table.c.deleted_at.is_(None))
    fields = [part.field.name for part in plan]
    plain = all(part.plain for part in plan)
    for row in snapshot.rows(statement):
        stored = row[4:]
        values = dict(zip(fields, stored, strict=True)) if plain else unpacked(plan, dict(row._mapping))
        yield Record(obj.name, row.id, row.version, row.deleted, row.seen, values.get)


def _told_values(
    snapshot: Snapshot, registry: Registry, object_name: str, rules: Sequence[Rule], ids: Sequence[int]
) -> dict[int, Mapping[str, Any]]:
    """All that may be told of the records that were found, by id."""
    obj, table = registry.objects[object_name], registry.tables[object_name]
    plan = field_columns([obj.fields[name] for name in needed_fields(obj, rules)])
    columns = [table.c[name] for part in plan for name in part.names]
    rows = snapshot.rows(sa.select(table.c.id, *columns).where(is_one_of(table.c.id, ids)))
    return {row.id: unpacked(plan, dict(row._mapping)) for row in rows}


def _compare(found: dict[int, Found], rule: Rule, group: Group, subject: Subject, record: Record) -> None:
    if record.deleted and not rule.with_deleted:
        return
    if not record.seen and rule.visible_only:
        return
    if not rule.with_pool and record.value(POOL_STATUS) == UNCLAIMED:
        return
    likeness = group.holds(subject.forms, record)
    before = found.get(record.id)
    if likeness and (before is None or _strictness(rule, likeness) < _strictness(before.rule, before.score)):
        found[record.id] = Found(rule, record.object, record.id, likeness, {}, record.deleted, record.version)


def _strictness(rule: Rule, likeness: int) -> tuple[int, int]:
    """A blocking rule before a warning one, then what is likest."""
    return list(type(rule.reaction)).index(rule.reaction), -likeness


def _best(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: (*_strictness(one.rule, one.score), one.id))[:FOUND_MAX]
