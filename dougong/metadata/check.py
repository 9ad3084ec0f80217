"""Whether definitions fit together: every reference, name and setting, all problems told at once.

A `Problem` here says in its params which `place` it means (objects/account.fields.level): a definition has no rows.
"""

from collections.abc import Iterator, Mapping

from dougong.kit.errors import Problem, Refused
from dougong.metadata.check_arrangement import arrangement_problems
from dougong.metadata.check_buttons import button_problems
from dougong.metadata.check_fields import (
    field_problems,
    name_problems,
    option_problems,
    problem,
    stable_id_problems,
)
from dougong.metadata.check_names import system_names, unknown_field
from dougong.metadata.check_options import dependence_problems, set_problems
from dougong.metadata.check_summaries import summary_problems
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import FieldType, Object, OptionSet, Sharing
from dougong.metadata.names import RESERVED_OBJECTS
from dougong.metadata.needed import LOGS
from dougong.metadata.presets import named_sets, with_presets
from dougong.metadata.proposing import proposed_problems

NAMING = frozenset({FieldType.TEXT, FieldType.AUTO_NUMBER, FieldType.EMAIL, FieldType.PHONE, FieldType.ID})
"""The types that a record may be called by."""


PRICED_FIELDS = {
    "product_id": FieldType.LOOKUP,
    "quantity": FieldType.DECIMAL,
    "unit_price": FieldType.CURRENCY,
    "discount": FieldType.PERCENT,
    "amount": FieldType.CURRENCY,
}
"""What is reckoned with in a priced line."""


class InvalidDefinitions(Refused):
    """Definitions that cannot be in force. `problems` has them all."""

    default_code = "metadata.invalid"


def check_definitions(objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> None:
    """Raise InvalidDefinitions where `problems_of` finds something."""
    problems = problems_of(objects, option_sets)
    if problems:
        raise InvalidDefinitions(problems)


def problems_of(objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> list[Problem]:
    """Everything that is wrong with these definitions (objects without system fields)."""
    problems: list[Problem] = [
        *stable_id_problems(objects.values(), "objects"),
        *stable_id_problems(option_sets.values(), "option_sets"),
    ]
    known = with_presets(option_sets, named_sets(objects, option_sets))
    for name, option_set in option_sets.items():
        place = f"option_sets/{name}"
        problems += name_problems(name, place, frozenset())
        problems += option_problems(option_set.options, place)
        problems += set_problems(option_set, known)
    for obj in objects.values():
        problems += _object(obj, objects, option_sets)
        problems += stable_id_problems(obj.fields.values(), f"objects/{obj.name}")
        for found in obj.fields.values():
            problems += field_problems(obj, found, objects, known)
            problems += dependence_problems(obj, found, known)
            problems += summary_problems(obj, found, objects, known)
            problems += proposed_problems(obj, found, objects)
    return problems


def _object(obj: Object, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> Iterator[Problem]:
    place = f"objects/{obj.name}"
    yield from name_problems(obj.name, place, RESERVED_OBJECTS)
    yield from _clashes(obj, place)
    yield from _roles_of_fields(obj, place)
    yield from _inactive(obj, place)
    yield from _sharing(obj, objects, place)
    yield from arrangement_problems(obj, objects, option_sets, place)
    yield from button_problems(obj, objects, place)
    yield from _log(obj, place)
    yield from _pooled(obj, objects, place)
    yield from _priced(obj, place)


def _priced(obj: Object, place: str) -> Iterator[Problem]:
    """A priced line hangs on a document and has the fields that are reckoned with."""
    if not obj.priced:
        return
    if obj.master is None or obj.master.type is not FieldType.MASTER_DETAIL:
        yield problem("metadata.priced_without_document", place, name=obj.name)
    for name, kind in PRICED_FIELDS.items():
        found = obj.fields.get(name)
        if found is None or found.type is not kind:
            yield problem("metadata.priced_without_field", place, name=obj.name, field=name, type=kind.value)


def _pooled(obj: Object, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    """Only what has owners can lie in a pool without one, or change hands with something."""
    if (obj.pooled or obj.pooled_with is not None) and (not obj.owned or obj.configuration or obj.key):
        yield problem("metadata.pooled_unowned", place, name=obj.name)
    if obj.pooled_with is None:
        return
    link = obj.fields.get(obj.pooled_with)
    if link is None:
        yield unknown_field(obj, f"{place}.pooled_with", obj.pooled_with)
    elif not any(objects[target].pooled for target in link.points_to if target in objects):
        yield problem("metadata.not_pooled", f"{place}.pooled_with", name=obj.pooled_with)


def _log(obj: Object, place: str) -> Iterator[Problem]:
    """A log is the product's: its table is not made from its definition, which only labels it."""
    fits = {f.name: f.type for f in obj.fields.values()} == LOGS.get(obj.name) and not obj.owned
    if (obj.log or obj.name in LOGS) and not (obj.log and fits):
        yield problem("metadata.log_fixed", place, name=obj.name)


def _clashes(obj: Object, place: str) -> Iterator[Problem]:
    """Two fields that would share a column, a path step or a name."""
    system = system_names(obj)
    columns: dict[str, str] = dict.fromkeys(system, "")
    for found in obj.fields.values():
        if found.name in system:
            yield problem("metadata.system_field", f"{place}.fields.{found.name}", name=found.name)
            continue
        for column, _type in KINDS[found.type].columns(found) if found.stored else ():
            if column in columns:
                yield problem("metadata.clash", f"{place}.fields.{found.name}", name=column, other=columns[column])
            columns[column] = found.name
        if found.type in LINKS and found.step != found.name and found.step in obj.fields:
            yield problem("metadata.step_clash", f"{place}.fields.{found.name}", name=found.step, other=found.name)


def _roles_of_fields(obj: Object, place: str) -> Iterator[Problem]:
    """Fields that the object gives a part to: its name, stage, amount, public flag, key."""
    wanted: tuple[tuple[str, str | None, frozenset[FieldType]], ...] = (
        ("name_field", obj.name_field, NAMING),
        ("stage_field", obj.stage_field, frozenset({FieldType.SELECT})),
        ("amount_field", obj.amount_field, frozenset({FieldType.CURRENCY})),
        ("dated_by", obj.dated_by, frozenset({FieldType.DATE})),
        ("public_field", obj.public_field, frozenset({FieldType.BOOLEAN})),
    )
    for term, name, types in wanted:
        if name is None or name == "id":
            continue
        found = obj.fields.get(name)
        if found is None:
            yield unknown_field(obj, f"{place}.{term}", name)
        elif found.type not in types or not (found.stored or term == "amount_field"):
            yield problem(
                "metadata.wrong_part", f"{place}.{term}", name=name, types=sorted(t.value for t in types), part=term
            )
    for name in obj.key:
        if name not in obj.fields:
            yield unknown_field(obj, f"{place}.key", name)
        elif not obj.fields[name].stored:
            yield problem("metadata.setting_unfit", f"{place}.key", setting="key", type="formula")
    if obj.configuration and not obj.key:
        yield problem("metadata.configuration_without_key", place)


def _inactive(obj: Object, place: str) -> Iterator[Problem]:
    """Fields out of use on which the object is built."""
    parts = ("name_field", "stage_field", "amount_field", "dated_by", "public_field")
    built = {getattr(obj, part): part for part in parts} | dict.fromkeys(obj.key, "key")
    if obj.master is not None:
        built[obj.master.name] = "master"
    for name, part in built.items():
        if name in obj.fields and not obj.fields[name].active:
            yield problem("metadata.part_inactive", f"{place}.fields.{name}", name=name, part=part)


def _sharing(obj: Object, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    masters = [f for f in obj.fields.values() if f.type is FieldType.MASTER_DETAIL]
    if len(masters) > 1:
        yield problem("metadata.two_masters", place, names=[f.name for f in masters])
    if obj.sharing is Sharing.PARENT and not _hangs_on_its_master(obj):
        yield problem("metadata.parent_without_master", place)
    if masters and obj.sharing is not Sharing.PARENT:
        yield problem("metadata.master_without_parent", place)
    if obj.owned and obj.sharing is Sharing.PARENT:
        yield problem("metadata.owned_detail", place)
    if not obj.owned and obj.sharing is Sharing.PRIVATE:
        yield problem("metadata.private_unowned", place)
    if obj.public_field is not None and not (obj.owned and obj.sharing is Sharing.PRIVATE):
        yield problem("metadata.public_unowned", f"{place}.public_field")
    yield from _circle_of_masters(obj, objects, place)


def _circle_of_masters(obj: Object, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    seen = {obj.name}
    above = [obj]
    while above:
        master = above.pop().master
        for target in master.points_to if master is not None else ():
            if target in seen:
                yield problem("metadata.master_cycle", place, names=sorted(seen))
                return
            seen.add(target)
            above += [objects[target]] if target in objects else []


def _hangs_on_its_master(obj: Object) -> bool:
    """Whether no record of the detail object can be without its master, or outlive it."""
    return obj.master is not None and obj.master.holds
