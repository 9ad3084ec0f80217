"""Which options of a dependent field are offered: what the value of its controlling field decides (domain.md 5.4).

An option that names no controlling values is always offered; one that names some is offered for these alone, and for
none while the controlling field is blank. A yes-or-no field that is blank counts as no, as it looks on the screen.
"""

from collections.abc import Mapping
from dataclasses import replace

from dougong.metadata.model import Field, FieldType, Object, Option, OptionSet

BOOLEAN_VALUES = ("false", "true")


def controlling_values(controller: Field) -> tuple[str, ...]:
    """The values of a controlling field, as options name them."""
    if controller.type is FieldType.BOOLEAN:
        return BOOLEAN_VALUES
    return tuple(option.value for option in controller.options)


def controlling_value(controller: Field, value: object) -> str | None:
    """What `value` of the controlling field is called in `shown_for`."""
    if controller.type is FieldType.BOOLEAN:
        return BOOLEAN_VALUES[bool(value)]
    return None if value is None else str(value)


def is_offered(option: Option, controlling: str | None) -> bool:
    """Whether a dependent field offers `option` while its controlling field has the value `controlling`."""
    return option.shown_for is None or controlling in option.shown_for


def dependents(obj: Object) -> tuple[tuple[Field, Field], ...]:
    """The dependent fields of `obj`, each as (controlling field, dependent field), the controlling ones first."""
    found: dict[str, tuple[Field, Field]] = {}

    def place(name: str, above: tuple[str, ...]) -> None:
        controller = obj.fields[name].controlled_by
        if controller is None or name in found or name in above or controller not in obj.fields:
            return
        place(controller, (*above, name))
        found[name] = (obj.fields[controller], obj.fields[name])

    for name in obj.fields:
        place(name, ())
    return tuple(found.values())


def resolved_options(
    found: Field, controller: Field | None, option_sets: Mapping[str, OptionSet]
) -> tuple[Option, ...]:
    """The options that `found` takes from its set, saying for which values of `controller` each is offered."""
    assert found.option_set is not None
    of = option_sets[found.option_set]
    if controller is not None and of.controlled_by is not None and of.controlled_by == controller.option_set:
        return of.options
    if not found.shown_for and all(option.shown_for is None for option in of.options):
        return of.options
    return tuple(replace(option, shown_for=found.shown_for.get(option.value)) for option in of.options)
