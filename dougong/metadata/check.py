"""Whether definitions fit together: every reference, name and setting, all problems told at once.

A `Problem` here says in its params which `place` it means (objects/account.fields.level): a definition has no rows.
"""

from collections.abc import Iterator, Mapping

from dougong.kit.errors import Problem, Refused
from dougong.metadata.check_fields import field_problems, name_problems, option_problems, problem, unknown_object
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import FieldType, Object, OptionSet, RelatedList, Sharing
from dougong.metadata.names import OWNERSHIP_FIELDS, RESERVED_OBJECTS, SYSTEM_FIELDS, nearest

NAMING = frozenset({FieldType.TEXT, FieldType.AUTO_NUMBER, FieldType.EMAIL, FieldType.PHONE, FieldType.ID})
"""The types that a record may be called by."""


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
    problems: list[Problem] = []
    for name, option_set in option_sets.items():
        place = f"option_sets/{name}"
        problems += name_problems(name, place, frozenset())
        problems += option_problems(option_set.options, place)
    for obj in objects.values():
        problems += _object(obj, objects)
        for found in obj.fields.values():
            problems += field_problems(obj, found, objects, option_sets)
    return problems


def known_fields(obj: Object) -> set[str]:
    """The names of all fields that `obj` will have, those of the system included."""
    return {*obj.fields, *SYSTEM_FIELDS, *(OWNERSHIP_FIELDS if obj.owned else ())}


def _object(obj: Object, objects: Mapping[str, Object]) -> Iterator[Problem]:
    place = f"objects/{obj.name}"
    yield from name_problems(obj.name, place, RESERVED_OBJECTS)
    yield from _clashes(obj, place)
    yield from _roles_of_fields(obj, place)
    yield from _sharing(obj, objects, place)
    yield from _layout(obj, objects, place)


def _clashes(obj: Object, place: str) -> Iterator[Problem]:
    """Two fields that would share a column, a path step or a name."""
    system = {*SYSTEM_FIELDS, *(OWNERSHIP_FIELDS if obj.owned else ())}
    columns: dict[str, str] = dict.fromkeys(system, "")
    for found in obj.fields.values():
        if found.name in system:
            yield problem("metadata.system_field", f"{place}.fields.{found.name}", name=found.name)
            continue
        for column, _type in KINDS[found.type].columns(found):
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
        ("public_field", obj.public_field, frozenset({FieldType.BOOLEAN})),
    )
    for term, name, types in wanted:
        if name is None or name == "id":
            continue
        found = obj.fields.get(name)
        if found is None:
            yield _unknown_field(obj, f"{place}.{term}", name)
        elif found.type not in types:
            yield problem(
                "metadata.wrong_part", f"{place}.{term}", name=name, types=sorted(t.value for t in types), part=term
            )
    for name in obj.key:
        if name not in obj.fields:
            yield _unknown_field(obj, f"{place}.key", name)
    if obj.configuration and not obj.key:
        yield problem("metadata.configuration_without_key", place)


def _unknown_field(obj: Object, place: str, name: str) -> Problem:
    known = known_fields(obj)
    return problem("metadata.no_such_field", place, name=name, object=obj.name, nearest=nearest(name, known))


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


def _layout(obj: Object, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    known = known_fields(obj)
    for name in obj.layout.highlights:
        if name not in known:
            yield _unknown_field(obj, f"{place}.layout.highlights", name)
    shown: set[str] = set()
    for number, section in enumerate(obj.layout.sections):
        where = f"{place}.layout.sections[{number}]"
        for name in section.fields:
            if name not in known:
                yield _unknown_field(obj, where, name)
            if name in shown:
                yield problem("metadata.shown_twice", where, name=name)
            shown.add(name)
    for number, related in enumerate(obj.layout.related):
        yield from _related(obj, related, objects, f"{place}.layout.related[{number}]")


def _related(obj: Object, related: RelatedList, objects: Mapping[str, Object], where: str) -> Iterator[Problem]:
    child = objects.get(related.object)
    if child is None:
        yield unknown_object(where, related.object, objects)
        return
    link = child.fields.get(related.field)
    if link is None:
        yield _unknown_field(child, where, related.field)
    elif obj.name not in link.points_to:
        yield problem("metadata.not_pointing", where, name=related.field, object=child.name, target=obj.name)
    for path in related.columns:
        yield from _path(child, path, objects, where)


def _path(obj: Object, path: str, objects: Mapping[str, Object], place: str) -> Iterator[Problem]:
    """A column of a list: a field, or a dotted path over lookups."""
    current = obj
    *steps, last = path.split(".")
    for step in steps:
        link = current.fields.get(f"{step}_id")
        target = link.points_to[0] if link is not None and link.points_to else _system_target(f"{step}_id", current)
        if target is None or target not in objects:
            if step not in current.fields:
                yield _unknown_field(current, place, step)
            return
        current = objects[target]
    if last not in known_fields(current) and last != "name":
        yield _unknown_field(current, place, last)


def _system_target(name: str, obj: Object) -> str | None:
    if name in {"created_by_id", "updated_by_id"} or (obj.owned and name == "owner_id"):
        return "user"
    return "department" if obj.owned and name == "department_id" else None
