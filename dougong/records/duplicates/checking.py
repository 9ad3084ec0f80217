"""Duplicate rules on the write path: what a batch writes is compared with what is there, and with itself.

A rule that blocks must hold between writers at the same moment too. So whoever is checked by one first takes locks by
the keys of what they write, in one order: of two who bring the same new company the second looks when the first has
committed, and finds it. The locks are few (`LOCKS`), whatever a batch brings, and end with the transaction.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.duplicates.finding import PER_KEY, PER_SLIP, Found, Subject, find
from dougong.records.duplicates.forms import hashes
from dougong.records.duplicates.matches import problem, told
from dougong.records.duplicates.pairs import Pair, Twins, add_pairs, mark, recheck_pairs, remove_pairs
from dougong.records.duplicates.rules import MARK_FIELD, Forms, Group, Reaction, Rule, Term, Trigger, rules_of
from dougong.records.duplicates.terms import keep_keys
from dougong.records.work import MERGING, Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.columns import as_rows

NOTES = "duplicates"
BLOCKED, SUSPECTED = "duplicate.blocked", "duplicate.suspected"
IN_BATCH = {BLOCKED: "duplicate.blocked_row", SUSPECTED: "duplicate.suspected_row"}

LOCK_SPACE, LOCKS = 4_915_068, 256

ASKED = frozenset({"ui", "api", "import"})
"""Surfaces behind which somebody can be asked whether to go on. Elsewhere a warning only marks."""

REMEMBERED_MAX = 200_000
"""Rows of one trial that its later rows are compared with."""

_TRIGGERS = {"import": Trigger.IMPORT, "api": Trigger.API, "form": Trigger.FORM, "conversion": Trigger.CONVERSION}


@dataclass(frozen=True)
class Twin:
    """A record, or an earlier row of the batch or file, that a rule takes for the same as a row."""

    rule: Rule
    score: int
    found: Found | None = None
    number: int = 0
    """What an earlier row is called."""
    row: Row | None = None
    """An earlier row of the same batch."""


def concerns(batch: Batch) -> bool:
    """Whether records of the batch's object can be duplicates: settings are known by their keys."""
    obj = batch.object
    return not (obj.configuration or obj.administered or obj.log or obj.key)


def trigger_of(act: Act, via: str) -> Trigger:
    """When a rule has to be one that looks, to be asked about this write."""
    if act is Act.UPDATE and via != "import":
        return Trigger.EDIT
    return _TRIGGERS.get(via, Trigger.CREATE)


def check(batch: Batch, w: Writing) -> Sequence[Problem]:
    """A problem for each row that a rule refuses as a duplicate; what is let through is kept for `keep`."""
    if not concerns(batch):
        return []
    rules = rules_of(w.transaction, w.registry, batch.object.name)
    fields = frozenset[str]().union(*(rule.fields for rule in rules))
    rows = [row for row in batch.live if batch.act is Act.CREATE or any(row.changes(name) for name in fields)]
    if not rules or not rows:
        return []
    trigger = trigger_of(batch.act, w.via)
    asked = [rule for rule in rules if trigger in rule.triggers]
    if not asked:
        return []
    subjects = [Subject(row.merged(), row.id or None) for row in rows]
    if any(rule.reaction is Reaction.BLOCK for rule in asked) and w.via != MERGING:
        _hold_keys(w, asked, subjects)
    stored = find(w.transaction, w.registry, asked, subjects, w.actor)
    batch.notes[NOTES] = kept = dict[int, list[Twin]]()
    problems: list[Problem] = []
    earlier, mine = _earlier_of(w, batch.object.name, asked), {row.id for row in rows if row.id}
    for row, subject, found in zip(rows, subjects, stored, strict=True):
        # Rows of the batch count as they will be, not as they are stored.
        twins = [Twin(one.rule, one.score, found=one) for one in found if one.id not in mine]
        twins += earlier.twins(subject)
        refused = _refusal(w, row, twins)
        if refused is not None:
            problems.append(refused)
            continue
        earlier.add(row, subject, _number(w, row))
        if twins:
            kept[row.number] = twins
            _mark_new(batch, row, twins)
    return problems


def _mark_new(batch: Batch, row: Row, twins: Sequence[Twin]) -> None:
    """Store new rows with their mark: writing them a second time for it would cost as much again as storing them."""
    if batch.act is Act.CREATE and MARK_FIELD in batch.object.fields:
        for one in (row, *(twin.row for twin in twins if twin.row is not None)):
            one.values[MARK_FIELD] = True


def _hold_keys(w: Writing, rules: Sequence[Rule], subjects: Sequence[Subject]) -> None:
    """Let nobody else write what has a key in common with the subjects, until we have committed."""
    wanted: set[int] = set()
    for rule in rules:
        for group in rule.groups if rule.reaction is Reaction.BLOCK else ():
            for subject in subjects:
                for term in group.terms:
                    wanted.update(key.hash % LOCKS for key in group.keys(subject.forms, term))
    ordered = as_rows("ordered", place=(sa.Integer, sorted(wanted)))
    w.transaction.rows(sa.select(sa.func.pg_advisory_xact_lock(LOCK_SPACE, ordered.c.place)))


def _refusal(w: Writing, row: Row, twins: Sequence[Twin]) -> Problem | None:
    """Why the row may not be stored, by the strictest rule that says so."""
    if w.via == MERGING:
        return None  # it ends duplicates
    blocking = [twin for twin in twins if twin.rule.reaction is Reaction.BLOCK]
    warning = [twin for twin in twins if twin.rule.reaction is Reaction.WARN] if w.via in ASKED else []
    for code, some, fresh in (
        (BLOCKED, blocking, blocking),
        (SUSPECTED, warning, [twin for twin in warning if not _accepted(w, twin)]),
    ):
        if any(twin.found is not None for twin in fresh):
            # With those that were shown before: who goes on names all that the last refusal told.
            known = [twin.found for twin in some if twin.found is not None]
            compared = {"record_type"}.union(*(one.rule.fields for one in known))
            return problem(w, code, told(w, known), row.number, compared)
        if fresh:
            params = {"rule": fresh[0].rule.label(w.actor.language), "other": fresh[0].number}
            return Problem(IN_BATCH[code], row=row.number, params={**params, "hits": []})
    return None


def _accepted(w: Writing, twin: Twin) -> bool:
    return w.twins == "all" or (twin.found is not None and twin.found.id in w.twins)


def _number(w: Writing, row: Row) -> int:
    """What people call a row: by its place in the file, or else in the batch."""
    return w.source.rows[row.number] if w.source is not None else row.number + 1


@dataclass(frozen=True, eq=False)
class _Known:
    """An earlier row, with as much of it as rules compare."""

    number: int
    id: int | None
    forms: Forms


@dataclass(eq=False)
class _Earlier:
    """The rows of the batch so far, by the keys under which rules look for them; in a trial also those before it."""

    object: str
    rules: Sequence[Rule]
    rows: dict[int, Row] = field(default_factory=dict)
    """Those of this batch by what they are called."""
    _known: defaultdict[Term, dict[int, list[_Known]]] = field(default_factory=lambda: defaultdict(dict))
    _count: int = 0

    @cached_property
    def _groups(self) -> Sequence[tuple[Rule, Group]]:
        return [(rule, group) for rule in self.rules for group in rule.groups if group.object == self.object]

    @cached_property
    def _terms(self) -> frozenset[Term]:
        return frozenset(term for _, group in self._groups for term in group.terms)

    @cached_property
    def _compared(self) -> frozenset[str]:
        return frozenset(c.other for _, group in self._groups for c in group.conditions)

    def add(self, row: Row, subject: Subject, number: int) -> None:
        """The row will be stored."""
        if not self._groups or self._count >= REMEMBERED_MAX:
            return
        self._count += 1
        self.rows[number] = row
        forms = Forms({name: subject.values.get(name) for name in self._compared}.get)
        one = _Known(number, subject.id, forms)
        for term in self._terms:
            text = forms.of(term[1], term[2])
            known_by = self._known[term]
            for key in hashes(term[2], text) if text is not None else ():
                known = known_by.setdefault(key.hash, [])
                if len(known) < PER_KEY:
                    known.append(one)

    def twins(self, subject: Subject) -> list[Twin]:
        """The rows so far that rules take for the same as the subject."""
        found: dict[int, Twin] = {}
        for rule, group in self._groups:
            if not rule.is_for(subject.values):
                continue
            seen: set[int] = set()
            for known in self._proposed(subject, group):
                for one in known:
                    if one.number in seen or (one.id is not None and one.id == subject.id):
                        continue
                    seen.add(one.number)
                    likeness = group.holds(subject.forms, one.forms)
                    if likeness and (one.number not in found or found[one.number].score < likeness):
                        row = self.rows.get(one.number)
                        found[one.number] = Twin(rule, likeness, number=one.number, row=row)
        return list(found.values())

    def _proposed(self, subject: Subject, group: Group) -> Iterator[list[_Known]]:
        """The rows that have a key with the subject in common. A slip that many share is a word, and proposes none."""
        for term in group.terms:
            known_by = self._known[term]
            for key in group.keys(subject.forms, term):
                known = known_by.get(key.hash)
                if known is not None and not (key.slip and len(known) > PER_SLIP):
                    yield known


def _earlier_of(w: Writing, object_name: str, rules: Sequence[Rule]) -> _Earlier:
    """The rows before the batch's that it is compared with; a trial's are no longer in the database."""
    tried = w.source.tried if w.source is not None else None
    if tried is None:
        return _Earlier(object_name, rules)
    known: _Earlier = tried.setdefault(f"{NOTES} {object_name}", _Earlier(object_name, rules))
    known.rows = {}
    return known


def keep(batch: Batch, w: Writing) -> Sequence[Problem]:
    """Keep keys, pairs and marks in step with what was stored."""
    if not concerns(batch):
        return []
    keep_keys(batch, w)
    tx, ids = w.transaction, [row.id for row in batch.storable]
    added: Twins = {}
    less: Twins = {}
    match batch.act:
        case Act.DELETE:
            less = remove_pairs(tx, ids)
        case Act.UPDATE:
            less = recheck_pairs(tx, w.registry, ids)
        case Act.RESTORE:
            added = add_pairs(tx, _found_again(batch, w))
        case _:
            pass
    kept: dict[int, list[Twin]] = batch.notes.get(NOTES, {})
    if kept:
        added |= add_pairs(tx, (p for row in batch.storable for p in _pairs(batch, row, kept.get(row.number, []))))
        # A new row that was marked for a twin which was refused behind us is looked at too.
        less |= {
            row.id: batch.object.name for row in batch.storable if row.values.get(MARK_FIELD) and row.id not in added
        }
    if added or less:
        compared = {one.found.id: one.found.version for some in kept.values() for one in some if one.found is not None}
        mark(tx, w.registry, added | less, compared, added.keys() - less.keys())
    return []


def _pairs(batch: Batch, row: Row, twins: Sequence[Twin]) -> Iterator[Pair]:
    me = (batch.object.name, row.id)
    for twin in twins:
        if twin.found is not None:
            if not twin.found.deleted:
                yield Pair(me, (twin.found.object, twin.found.id), twin.rule, twin.score)
        elif twin.row is not None and not twin.row.refused:
            yield Pair(me, (batch.object.name, twin.row.id), twin.rule, twin.score)


def _found_again(batch: Batch, w: Writing) -> Iterator[Pair]:
    """What comes back from the recycle bin is never refused for a duplicate, but known as one."""
    rules = rules_of(w.transaction, w.registry, batch.object.name)
    rows: list[Any] = batch.storable if rules else []
    found = find(w.transaction, w.registry, rules, [Subject(row.old, row.id) for row in rows])
    for row, some in zip(rows, found, strict=True):
        for one in some:
            if not one.deleted:
                yield Pair((batch.object.name, row.id), (one.object, one.id), one.rule, one.score)
