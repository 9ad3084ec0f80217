"""The difference between what is in force and what is wanted, before anything is changed.

Without `prune` what the text does not mention stays: fields, options, objects and option sets that a company added to
the standard ones live on through an upgrade. With it, what the text no longer has is removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from dougong.kit.errors import Problem
from dougong.metadata.check import InvalidDefinitions, problems_of
from dougong.metadata.definitions import Body, field_to_body, object_to_body, option_set_to_body
from dougong.metadata.model import EMPTY, Field, FieldType, Label, Object, Option, OptionSet
from dougong.metadata.needed import missing_needs
from dougong.metadata.package import Package
from dougong.metadata.plan_data import count_filled, count_rows, field_effects, object_effects
from dougong.metadata.registry import Registry, build_registry, without_system_fields
from dougong.storage.unit_of_work import Snapshot

Act = Literal["add", "change", "remove"]
Thing = Literal["object", "field", "option_set"]


@dataclass(frozen=True)
class Step:
    """One difference. `touched` counts the records that it concerns, `risky` asks for a second look.

    `name` is `account`, `account.level` or the name of an option set; `changes` maps settings to (old, new).
    """

    act: Act
    thing: Thing
    name: str
    label: Label
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=lambda: EMPTY)
    touched: int = 0
    risky: bool = False
    notes: tuple[str, ...] = ()
    """Codes of sentences that say what else happens; their parameters are `name` and `touched`."""


@dataclass(frozen=True)
class Plan:
    """What `apply` would do. With `problems` it refuses; without `steps` it has nothing to do."""

    current: Registry
    wanted: Registry
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()
    package: str | None = None

    @property
    def risky(self) -> bool:
        """Whether a step loses data or changes who sees what."""
        return any(step.risky for step in self.steps)


def plan(current: Registry, wanted: Package, snapshot: Snapshot, *, prune: bool = False) -> Plan:
    """The plan from the registry in force to `wanted`. Reads counts, changes nothing.

    Raises InvalidDefinitions when the wanted definitions do not fit together; what the *data* forbid is in `problems`.
    """
    before = {name: without_system_fields(obj) for name, obj in current.objects.items()}
    given = {name: without_system_fields(obj) for name, obj in wanted.objects.items()}
    objects = given if prune else _merged_objects(before, given)
    option_sets = dict(wanted.option_sets) if prune else _merged_sets(current.option_sets, wanted.option_sets)
    wrong = [*problems_of(objects, option_sets), *missing_needs(before, objects)]
    if wrong:
        raise InvalidDefinitions(wrong)
    target = build_registry(current.version + 1, objects, option_sets)
    problems: list[Problem] = []
    steps = [
        *_set_steps(current.option_sets, target.option_sets),
        *_object_steps(current, target, snapshot, problems),
    ]
    return Plan(current, target, tuple(steps), tuple(problems), wanted.name)


def _merged_objects(before: Mapping[str, Object], wanted: Mapping[str, Object]) -> dict[str, Object]:
    merged = dict(before)
    for name, obj in wanted.items():
        old = before.get(name)
        if old is None:
            merged[name] = obj
            continue
        fields = {f.name: _merged_field(old.fields.get(f.name), f) for f in obj.fields.values()}
        kept = {f.name: f for f in old.fields.values() if f.name not in fields}
        merged[name] = replace(obj, fields=MappingProxyType({**fields, **kept}))
    return merged


def _merged_field(old: Field | None, new: Field) -> Field:
    if old is None or not old.options or not new.options:
        return new
    return replace(new, options=_merged_options(old.options, new.options))


def _merged_options(old: tuple[Option, ...], new: tuple[Option, ...]) -> tuple[Option, ...]:
    known = {option.value for option in new}
    return (*new, *(option for option in old if option.value not in known))


def _merged_sets(before: Mapping[str, OptionSet], wanted: Mapping[str, OptionSet]) -> dict[str, OptionSet]:
    merged = dict(before)
    for name, found in wanted.items():
        old = before.get(name)
        merged[name] = found if old is None else replace(found, options=_merged_options(old.options, found.options))
    return merged


def _set_steps(before: Mapping[str, OptionSet], after: Mapping[str, OptionSet]) -> Iterator[Step]:
    for name, found in after.items():
        if name not in before:
            yield Step("add", "option_set", name, found.label)
        elif changes := differences(option_set_to_body(before[name]), option_set_to_body(found)):
            yield Step("change", "option_set", name, found.label, changes)
    for name, found in before.items():
        if name not in after:
            yield Step("remove", "option_set", name, found.label)


def differences(old: Body, new: Body) -> Mapping[str, tuple[Any, Any]]:
    """The settings that differ, each with its old and new value (None where it had none)."""
    keys = dict.fromkeys([*old, *new])
    return {key: (old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)}


def _object_steps(current: Registry, target: Registry, snapshot: Snapshot, problems: list[Problem]) -> Iterator[Step]:
    for name, obj in target.objects.items():
        if name not in current.objects:
            yield Step("add", "object", name, obj.label)
            continue
        old, new = (without_system_fields(r.objects[name]) for r in (current, target))
        # The order of fields matters to people, so it is a setting of the object.
        changes = differences(_without_fields(old), _without_fields(new))
        if changes:
            effects = object_effects(old, new, current.tables[name], snapshot)
            problems += effects.problems
            yield Step("change", "object", name, obj.label, changes, effects.touched, effects.risky, effects.notes)
        yield from _field_steps(old, new, current, target, snapshot, problems)
    for name, obj in current.objects.items():
        if name not in target.objects:
            rows = count_rows(snapshot, current.tables[name])
            yield Step("remove", "object", name, obj.label, touched=rows, risky=True, notes=("plan.note.lost",))


def _without_fields(obj: Object) -> Body:
    body = object_to_body(obj)
    return {**body, "fields": [one["name"] for one in body["fields"]]}


def _field_steps(
    old: Object, new: Object, current: Registry, target: Registry, snapshot: Snapshot, problems: list[Problem]
) -> Iterator[Step]:
    table = current.tables[old.name]
    for found in new.fields.values():
        name = f"{new.name}.{found.name}"
        before = old.fields.get(found.name)
        if before is None:
            notes = ("plan.note.blank",) if found.required or found.type is FieldType.AUTO_NUMBER else ()
            touched = count_rows(snapshot, table) if notes else 0
            yield Step("add", "field", name, found.label, touched=touched, notes=notes if touched else ())
            continue
        # With the options of option sets in them, so that a change of a set is checked where it is used.
        whole = (current.objects[old.name].fields[found.name], target.objects[new.name].fields[found.name])
        changes = differences(field_to_body(before), field_to_body(found))
        if changes or whole[0].options != whole[1].options:
            effects = field_effects(new.name, *whole, table, snapshot)
            problems += effects.problems
            if changes:
                yield Step("change", "field", name, found.label, changes, effects.touched, effects.risky, effects.notes)
    for found in old.fields.values():
        if found.name not in new.fields:
            rows = count_filled(snapshot, table, found)
            notes = ("plan.note.lost",) if rows else ()
            yield Step("remove", "field", f"{new.name}.{found.name}", found.label, EMPTY, rows, rows > 0, notes)
