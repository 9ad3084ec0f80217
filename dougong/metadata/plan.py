"""The difference between what is in force and what is wanted, before anything is changed.

Without `prune` what the text does not mention stays: fields, options, objects and option sets that a company added to
the standard ones live on through an upgrade. With it, what the text no longer has is removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.metadata.check import InvalidDefinitions, problems_of
from dougong.metadata.ddl import new_indexes, retyped_fields
from dougong.metadata.definitions import Body, field_to_body, object_to_body, option_set_to_body
from dougong.metadata.index_building import has_many
from dougong.metadata.model import EMPTY, Field, FieldType, Label, Object, Option, OptionSet, Sharing
from dougong.metadata.needed import NEEDED, missing_needs
from dougong.metadata.package import Package
from dougong.metadata.plan_arrangement import ArrangementChange, arrangement_changes, merged_arrangement
from dougong.metadata.plan_data import count_filled, count_rows, field_effects, object_effects
from dougong.metadata.plan_dependence import with_unoffered
from dougong.metadata.plan_labels import label_problems
from dougong.metadata.registry import Registry, build_registry, without_system_fields
from dougong.metadata.rename_data import definitions_of, tables_as_called
from dougong.metadata.renames import Definitions, Renames, Renaming, renames_between, told_renames, with_stable_ids
from dougong.metadata.summaries import restated
from dougong.metadata.tables import object_table
from dougong.storage.unit_of_work import Snapshot

Act = Literal["add", "change", "remove", "rename"]
Thing = Literal["object", "field", "option_set", "option", "record_type", "layout"]


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
    renames: Renames = field(default_factory=Renames)
    renamed: Registry | None = None
    """What is in force with the new names in it, before anything else changes; None where nothing is renamed."""

    @property
    def started(self) -> Registry:
        """From where the steps that are no renames start."""
        return self.renamed or self.current

    @property
    def risky(self) -> bool:
        """Whether a step loses data or changes who sees what."""
        return any(step.risky for step in self.steps)


def plan(current: Registry, wanted: Package, snapshot: Snapshot, *, prune: bool = False) -> Plan:
    """The plan from the registry in force to `wanted`. Reads counts, changes nothing.

    Raises InvalidDefinitions when the wanted definitions do not fit together; what the *data* forbid is in `problems`.
    """
    now = definitions_of(current)
    asked = Definitions({n: without_system_fields(o) for n, o in wanted.objects.items()}, wanted.option_sets)
    renames = renames_between(now, asked)
    renamed = _renamed(current, renames) if renames else None
    started = renamed or current
    before = {name: without_system_fields(obj) for name, obj in started.objects.items()}
    with_ids = with_stable_ids(Definitions(before, started.option_sets), asked)
    given = with_ids.objects
    objects = given if prune else _merged_objects(before, given, upgrade=wanted.name is not None)
    option_sets = dict(with_ids.option_sets) if prune else _merged_sets(started.option_sets, with_ids.option_sets)
    wrong = [*problems_of(objects, option_sets), *missing_needs(now.objects, objects)]
    if wrong:
        raise InvalidDefinitions(wrong)
    target = build_registry(current.version + 1, objects, option_sets, started)
    problems: list[Problem] = []
    if wanted.name is None:
        problems += [*_fixed_problems(started, target), *label_problems(started, target)]
    # What is counted is counted in the tables as they are called now.
    seen = started if renamed is None else replace(renamed, tables=tables_as_called(current, renames, renamed))
    steps = [
        *_rename_steps(current, renames, snapshot, problems),
        *_set_steps(started.option_sets, target.option_sets),
        *_object_steps(seen, target, snapshot, problems),
    ]
    return Plan(
        current, target, tuple(steps), tuple(_named(p, seen, snapshot) for p in problems), wanted.name, renames, renamed
    )


def _named(problem: Problem, current: Registry, snapshot: Snapshot) -> Problem:
    """The problem with the names of the records that it shows."""
    records = problem.params.get("records")
    if not records:
        return problem
    obj = current.objects[records[0]["object"]]
    table = current.tables[obj.name]
    ids = [int(record["id"]) for record in records]
    name = table.c[obj.name_field].label("name")
    names = {row.id: row.name for row in snapshot.rows(sa.select(table.c.id, name).where(table.c.id.in_(ids)))}
    told = [{**record, "name": str(names.get(int(record["id"])) or "")} for record in records]
    return replace(problem, params={**problem.params, "records": told})


def _renamed(current: Registry, renames: Renames) -> Registry:
    found = Renaming(definitions_of(current), renames).definitions()
    return build_registry(current.version, found.objects, found.option_sets, current)


def _rename_steps(current: Registry, renames: Renames, snapshot: Snapshot, problems: list[Problem]) -> Iterator[Step]:
    """Each rename, with the records whose values move along (options), or that are merely called otherwise."""
    for kind, old, new in told_renames(renames):
        owner, _, name = old.replace(":", ".").rpartition(".")
        changes = {"name": (name, new)}
        if kind == "object":
            rows = count_rows(snapshot, current.tables[old])
            yield Step("rename", "object", old, current.objects[old].label, changes, rows)
            if old in NEEDED:
                problems.append(Problem("plan.needed", params={"place": f"objects/{old}"}))
        elif kind == "option_set":
            yield Step("rename", "option_set", old, current.option_sets[old].label, changes)
        elif kind == "field":
            found = current.objects[owner].fields[name]
            yield Step(
                "rename", "field", old, found.label, changes, count_filled(snapshot, current.tables[owner], found)
            )
        else:
            set_or_field = owner.partition(".")
            options = (
                current.objects[set_or_field[0]].fields[set_or_field[2]].options
                if set_or_field[1]
                else current.option_sets[owner].options
            )
            label = next(option.label for option in options if option.value == name)
            yield Step("rename", "option", old, label, changes, notes=("plan.note.option_renamed",))


def _merged_objects(before: Mapping[str, Object], wanted: Mapping[str, Object], *, upgrade: bool) -> dict[str, Object]:
    """The objects as they will be. An upgrade never changes who sees what: that is the company's setting."""
    merged = dict(before)
    for name, obj in wanted.items():
        old = before.get(name)
        if old is None:
            merged[name] = obj
            continue
        fields = {f.name: _merged_field(old.fields.get(f.name), f) for f in obj.fields.values()}
        kept = {f.name: f for f in old.fields.values() if f.name not in fields}
        sharing = old.sharing if upgrade and Sharing.PARENT not in {old.sharing, obj.sharing} else obj.sharing
        known = {button.name for button in obj.buttons}
        merged[name] = replace(
            merged_arrangement(old, obj),
            sharing=sharing,
            fields=MappingProxyType({**fields, **kept}),
            buttons=(*obj.buttons, *(button for button in old.buttons if button.name not in known)),
        )
    return merged


def _merged_field(old: Field | None, new: Field) -> Field:
    if old is None or not old.options or not new.options:
        return new
    return replace(new, options=_merged_options(old.options, new.options))


def _merged_options(old: tuple[Option, ...], new: tuple[Option, ...]) -> tuple[Option, ...]:
    known = {option.value for option in new}
    kept = [option for option in old if option.value not in known]
    if any(option.default for option in new):
        kept = [replace(option, default=False) for option in kept]
    return (*new, *kept)


def _merged_sets(before: Mapping[str, OptionSet], wanted: Mapping[str, OptionSet]) -> dict[str, OptionSet]:
    merged = dict(before)
    for name, found in wanted.items():
        old = before.get(name)
        merged[name] = found if old is None else replace(found, options=_merged_options(old.options, found.options))
    return merged


def _fixed_problems(before: Registry, after: Registry) -> Iterator[Problem]:
    """What the company may not do: options that came with the product as fixed stay as they are, and only it fixes."""
    for place, old, new in _option_lists(before, after):
        now = {option.value: option for option in new}
        was = {option.value: option for option in old}
        for option in {**now, **was}.values():
            fixed = option.fixed or (option.value in now and now[option.value].fixed)
            if fixed and was.get(option.value) != now.get(option.value):
                params = {"value": option.value, "option_zh": option.label.zh, "option_en": option.label.en}
                yield Problem("plan.option_fixed", params={"place": place, **params})


def _option_lists(before: Registry, after: Registry) -> Iterator[tuple[str, tuple[Option, ...], tuple[Option, ...]]]:
    """The options of each set and field, before and after; a field's own only."""
    for name, found in before.option_sets.items():
        there = after.option_sets.get(name)
        yield f"option_sets/{name}", found.options, () if there is None else there.options
    for name, obj in before.objects.items():
        fields = after.objects[name].fields if name in after.objects else EMPTY
        for own in obj.fields.values():
            if own.options and own.option_set is None and own.name in fields:
                yield f"objects/{name}.fields.{own.name}", own.options, fields[own.name].options


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
        changes = differences(_without_parts(old), _without_parts(new))
        if changes:
            effects = object_effects(old, new, current.tables[name], snapshot)
            problems += effects.problems
            yield Step("change", "object", name, obj.label, changes, effects.touched, effects.risky, effects.notes)
        yield from _field_steps(old, new, current, target, snapshot, problems)
        for change in arrangement_changes(old, new, current.tables[name], snapshot):
            problems += change.effects.problems
            yield _arrangement_step(name, change)
    for name, obj in current.objects.items():
        if name not in target.objects:
            rows = count_rows(snapshot, current.tables[name])
            yield Step("remove", "object", name, obj.label, touched=rows, risky=True, notes=("plan.note.kept",))


def _without_parts(obj: Object) -> Body:
    """The settings of an object, with the names alone of what has steps of its own."""
    body = object_to_body(obj)
    parts = ("fields", "record_types", "layouts")
    return {**body, **{part: [one["name"] for one in body[part]] for part in parts if part in body}}


def _arrangement_step(object_name: str, change: ArrangementChange) -> Step:
    act: Act = "add" if change.old is None else "remove" if change.new is None else "change"
    changes = differences(change.old, change.new) if change.old is not None and change.new is not None else EMPTY
    name, effects = f"{object_name}.{change.name}", change.effects
    return Step(act, change.thing, name, change.label, changes, effects.touched, effects.risky, effects.notes)


def _summary_step(name: str, before: Field | None, found: Field, table: sa.Table, snapshot: Snapshot) -> Iterator[Step]:
    """A roll-up that is calculated anew; values that people have written into the field are lost."""
    written = 0 if before is None or before.summary is not None else count_filled(snapshot, table, before)
    if written:
        yield Step("remove", "field", name, found.label, EMPTY, written, risky=True, notes=("plan.note.lost",))
    changes = EMPTY if before is None else differences(field_to_body(before), field_to_body(found))
    rows = count_rows(snapshot, table)
    notes = ("plan.note.summarised",) if rows else ()
    if before is None or changes:
        yield Step("add" if before is None else "change", "field", name, found.label, changes, rows, notes=notes)


def _field_steps(
    old: Object, new: Object, current: Registry, target: Registry, snapshot: Snapshot, problems: list[Problem]
) -> Iterator[Step]:
    table = current.tables[old.name]
    anew = restated(current.objects, target.objects)
    for found in new.fields.values():
        name = f"{new.name}.{found.name}"
        before = old.fields.get(found.name)
        if (new.name, found.name) in anew:
            yield from _summary_step(name, before, found, table, snapshot)
            continue
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
            effects = with_unoffered(effects, *whole, target.objects[new.name].fields, table, snapshot)
            problems += effects.problems
            if changes:
                slow = _slow(current, target, old.name, found.name, snapshot)
                rows = count_rows(snapshot, table) if "plan.note.rewrites" in slow else effects.touched
                told = (*effects.notes, *slow)
                yield Step("change", "field", name, found.label, changes, rows, effects.risky, told)
    for found in old.fields.values():
        if found.name not in new.fields:
            rows = count_filled(snapshot, table, found)
            notes = ("plan.note.kept",) if rows else ()
            yield Step("remove", "field", f"{new.name}.{found.name}", found.label, EMPTY, rows, rows > 0, notes)


def _slow(
    current: Registry, target: Registry, object_name: str, field_name: str, snapshot: Snapshot
) -> tuple[str, ...]:
    """What of a change takes its time in a table with many records: an index, a type that is stored otherwise."""
    if current.tables[object_name].c.keys() != [c.name for c in object_table(current.objects[object_name]).columns]:
        return ()  # a field is renamed along with it, and the table is still called as it was
    rewrites = field_name in retyped_fields(current, target, object_name)
    indexed = new_indexes(current, target, object_name, field_name)
    if not (rewrites or indexed) or not has_many(snapshot, current.tables[object_name]):
        return ()
    return (*(["plan.note.rewrites"] if rewrites else []), *(["plan.note.index_later"] if indexed else []))
