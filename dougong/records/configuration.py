"""Configuration records (roles, profiles, permissions, list views) as text: planned, applied and exported by key.

A record is known by the key fields of its object, never by its id; a lookup is written as the key of its target. Fields
that a text does not name are left as they are. Everything is written through the write path, by the product itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Object
from dougong.metadata.names import nearest
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Reading, Writing, create, delete, update
from dougong.records.configuration_text import (
    Key,
    Record,
    as_link,
    ids_of_targets,
    is_left_out,
    key_of,
    keyed_objects,
    normal,
    shown,
    stored,
    written,
)


@dataclass(frozen=True)
class RecordStep:
    """One difference: `fields` gives [old, new] of each field as text has them."""

    action: Literal["add", "change", "remove"]
    object: str
    key: Key
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class RecordPlan:
    """What applying a text would do. `removals` are done only with `prune`."""

    additions: tuple[RecordStep, ...] = ()
    changes: tuple[RecordStep, ...] = ()
    removals: tuple[RecordStep, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether text and database say the same, removals apart."""
        return not self.additions and not self.changes


def record_problems(registry: Registry, records: Mapping[str, Sequence[Record]]) -> list[Problem]:
    """What is wrong with records as text: unknown objects and fields, blank or repeated keys, unreadable values."""
    keyed = {o.name for o in registry.objects.values() if o.key}
    problems: list[Problem] = []
    for name, given in records.items():
        if name not in keyed:
            params = {"object": name, "nearest": nearest(name, keyed)}
            problems.append(Problem("configuration.not_keyed", params=params))
            continue
        obj = registry.objects[name]
        seen: set[Key] = set()
        for row, record in enumerate(given):
            problems += _record_problems(obj, record, row)
            key = key_of(obj, record)
            if any(part in (None, "") for part in key):
                problems.append(_problem("configuration.key_blank", obj, row, keys=", ".join(obj.key)))
            elif key in seen:
                problems.append(_problem("configuration.key_twice", obj, row, key=shown(key)))
            seen.add(key)
    return problems


def _record_problems(obj: Object, record: Record, row: int) -> Iterator[Problem]:
    for name, value in record.items():
        found = obj.fields.get(name)
        if found is None or found.system:
            yield _problem("configuration.field_unknown", obj, row, name=name, nearest=nearest(name, obj.fields))
        elif found.type not in LINKS:
            try:
                KINDS[found.type].parse(found, value)
            except BadRequest as error:
                params = {"object": obj.name, "row": row + 1, "field": name, **error.params}
                yield Problem(error.code, name, row, params)


def _problem(code: str, obj: Object, row: int, **params: object) -> Problem:
    return Problem(code, row=row, params={"object": obj.name, "row": row + 1, **params})


def plan_records(r: Reading, records: Mapping[str, Sequence[Record]]) -> RecordPlan:
    """The differences between `records` and what is stored, for objects that the registry knows.

    Raises Refused with every problem of the text. Removals are of objects that `records` names.
    """
    problems = record_problems(r.registry, records)
    if problems:
        raise Refused(problems)
    additions: list[RecordStep] = []
    changes: list[RecordStep] = []
    removals: list[RecordStep] = []
    for obj in keyed_objects(r.registry):
        if obj.name not in records:
            continue
        held_now, in_text = stored(r, obj), {field.name for field in written(obj)}
        wanted = {key_of(obj, record): record for record in records[obj.name]}
        for key, record in wanted.items():
            held = held_now.texts.get(key)
            if held is None:
                given = {n: (None, v) for n, v in record.items() if n in in_text}
                additions.append(RecordStep("add", obj.name, key, given))
            elif differing := _differing(obj, held, record):
                changes.append(RecordStep("change", obj.name, key, differing))
        for key, held in held_now.texts.items():
            if key not in wanted:
                removals.append(RecordStep("remove", obj.name, key, {n: (v, None) for n, v in held.items()}))
    return RecordPlan(tuple(additions), tuple(changes), tuple(removals))


def apply_records(w: Writing, records: Mapping[str, Sequence[Record]], *, prune: bool = False) -> RecordPlan:
    """Store `records` in the writer's transaction; `prune` also deletes keyed records of the same objects that the text
    does not have. Returns what was done.

    Raises Refused: problems of the text, lookups to keys that do not exist, what the write path refuses.
    """
    plan = plan_records(w, records)
    for obj in keyed_objects(w.registry):
        steps = [step for step in (*plan.additions, *plan.changes) if step.object == obj.name]
        if not steps:
            continue
        ids = ids_of_targets(w, obj, {name for step in steps for name in step.fields})
        added = [_values(obj, step, ids) for step in plan.additions if step.object == obj.name]
        for start in range(0, len(added), BATCH_MAX):
            create(w, obj.name, added[start : start + BATCH_MAX])
        changed = [step for step in plan.changes if step.object == obj.name]
        if changed:
            own = stored(w, obj).ids
            asked = [Change(own[step.key], _values(obj, step, ids)) for step in changed]
            for start in range(0, len(asked), BATCH_MAX):
                update(w, obj.name, asked[start : start + BATCH_MAX])
    if not prune:
        return RecordPlan(plan.additions, plan.changes)
    for obj in reversed(keyed_objects(w.registry)):
        gone = [step.key for step in plan.removals if step.object == obj.name]
        if gone:
            own = stored(w, obj).ids
            # A record may have gone with one that it hangs on.
            there = [own[key] for key in gone if key in own]
            for start in range(0, len(there), BATCH_MAX):
                delete(w, obj.name, there[start : start + BATCH_MAX])
    return plan


def export_records(r: Reading) -> Mapping[str, tuple[Record, ...]]:
    """All keyed records as text, by object, in the order in which they were made; applying it changes nothing."""
    found = {obj.name: tuple(stored(r, obj).texts.values()) for obj in keyed_objects(r.registry)}
    return MappingProxyType({name: records for name, records in found.items() if records})


def _differing(obj: Object, held: Record, wanted: Record) -> dict[str, tuple[Any, Any]]:
    """The fields that the text gives and that are stored otherwise; both sides as an export would have them."""
    found = {}
    in_text = {field.name for field in written(obj)}
    for name, value in wanted.items():
        if name not in in_text:
            continue
        old, new = held.get(name), normal(obj.fields[name], value)
        if old != new and not (name not in held and is_left_out(obj.fields[name], new)):
            found[name] = (old, value)
    return found


def _values(obj: Object, step: RecordStep, ids: Mapping[str, Mapping[Any, int]]) -> dict[str, Any]:
    """The new values of a step, lookups as ids."""
    return {
        name: as_link(obj, name, new, ids[name], step.key) if name in ids and new is not None else new
        for name, (_, new) in step.fields.items()
    }
