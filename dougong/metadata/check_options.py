"""Whether options and what they depend on make sense: their values, defaults, presets, and controlling fields."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from dougong.kit.errors import Problem
from dougong.metadata.check_fields import problem
from dougong.metadata.dependence import controlling_values
from dougong.metadata.model import Field, FieldType, Object, Option, OptionSet
from dougong.metadata.names import nearest
from dougong.metadata.presets import NAMES, is_preset

CONTROLLING = frozenset({FieldType.SELECT, FieldType.BOOLEAN})
SELECTS = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})


def set_problems(found: OptionSet, option_sets: Mapping[str, OptionSet]) -> Iterator[Problem]:
    """What is wrong with a general option set beside its options."""
    place = f"option_sets/{found.name}"
    if is_preset(found.name):
        yield problem("metadata.preset_name", place, name=found.name)
    yield from _defaults(found.options, place)
    if found.controlled_by is None:
        yield from _needless(found.options, place)
        return
    above = option_sets.get(found.controlled_by)
    if above is None:
        known = [name for name in (*option_sets, *NAMES) if name != found.name]
        near = nearest(found.controlled_by, known)
        yield problem("metadata.no_such_option_set", place, name=found.controlled_by, nearest=near)
        return
    if _circle(found.name, lambda name: option_sets[name].controlled_by if name in option_sets else None):
        yield problem("metadata.option_cycle", place, name=found.controlled_by)
    yield from _unknown(found.options, [option.value for option in above.options], place, above.name)


def dependence_problems(obj: Object, found: Field, option_sets: Mapping[str, OptionSet]) -> Iterator[Problem]:
    """What is wrong with a field's option set and its controlling field."""
    place = f"objects/{obj.name}.fields.{found.name}"
    of = option_sets.get(found.option_set or "")
    yield from _defaults(found.options, place)
    if of is not None and of.single and found.type is FieldType.MULTI_SELECT:
        yield problem("metadata.preset_single", place, name=of.name, set_zh=of.label.zh, set_en=of.label.en)
    if found.shown_for and found.option_set is None:
        yield problem("metadata.setting_unfit", place, setting="shown_for", type=found.type.value)
    elif found.controlled_by is None:
        yield from _needless(found.options, place)
        if found.shown_for:
            yield problem("metadata.not_controlled", place)
    elif found.type not in SELECTS:
        yield problem("metadata.setting_unfit", place, setting="controlled_by", type=found.type.value)
    else:
        yield from _controlled(obj, found, found.controlled_by, option_sets, place)


def _controlled(
    obj: Object, found: Field, by: str, option_sets: Mapping[str, OptionSet], place: str
) -> Iterator[Problem]:
    """What is wrong with a dependent field's controlling field and the values that options name of it."""
    of = option_sets.get(found.option_set or "")
    controller = obj.fields.get(by)
    if controller is None:
        near = nearest(by, obj.fields)
        yield problem("metadata.no_such_field", place, name=by, object=obj.name, nearest=near)
        return
    if controller.type not in CONTROLLING or not controller.stored or controller.name == found.name:
        yield problem("metadata.cannot_control", place, name=controller.name)
        return
    if _circle(found.name, lambda name: obj.fields[name].controlled_by if name in obj.fields else None):
        yield problem("metadata.option_cycle", place, name=controller.name)
    known = controlling_values(_whole(controller, option_sets))
    yield from _unknown(found.options, known, place, controller.name)
    for value, wanted in found.shown_for.items():
        if of is not None and all(option.value != value for option in of.options):
            near = nearest(value, [option.value for option in of.options])
            yield problem("metadata.no_such_option", place, value=value, nearest=near)
        yield from _unknown_values(value, wanted, known, place, controller.name)


def _whole(found: Field, option_sets: Mapping[str, OptionSet]) -> Field:
    """The field with the options of its set, where there is that set."""
    of = option_sets.get(found.option_set or "")
    return found if of is None else Field(found.name, found.type, found.label, options=of.options)


def _circle(start: str, above: Callable[[str], str | None]) -> bool:
    """Whether going up from `start` leads back to it."""
    seen = {start}
    name = above(start)
    while name is not None and name not in seen:
        seen.add(name)
        name = above(name)
    return name == start


def _defaults(options: Sequence[Option], place: str) -> Iterator[Problem]:
    chosen = [option for option in options if option.default]
    if len(chosen) > 1:
        yield problem("metadata.two_default_options", place, values=[option.value for option in chosen])
    for option in chosen:
        if not option.active:
            yield problem("metadata.default_inactive", place, value=option.value)


def _needless(options: Sequence[Option], place: str) -> Iterator[Problem]:
    if any(option.shown_for is not None for option in options):
        yield problem("metadata.not_controlled", place)


def _unknown(options: Sequence[Option], known: Sequence[str], place: str, controller: str) -> Iterator[Problem]:
    for option in options:
        if option.shown_for is not None:
            yield from _unknown_values(option.value, option.shown_for, known, place, controller)


def _unknown_values(
    value: str, wanted: Sequence[str], known: Sequence[str], place: str, controller: str
) -> Iterator[Problem]:
    for one in wanted:
        if one not in known:
            yield problem(
                "metadata.no_such_controlling_value",
                place,
                value=one,
                option=value,
                controller=controller,
                nearest=nearest(one, known),
            )
