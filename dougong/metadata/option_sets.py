"""Finding general option sets, those that come with the product among them, and what uses them."""

from dougong.kit.errors import NotFound
from dougong.metadata.model import Field, Object, OptionSet
from dougong.metadata.names import nearest
from dougong.metadata.presets import NAMES, is_preset, presets
from dougong.metadata.registry import Registry


def option_set(registry: Registry, name: str) -> OptionSet:
    """The option set `name`. Raises NotFound (metadata.unknown_option_set) with the nearest name."""
    found = presets()[name] if is_preset(name) else registry.option_sets.get(name)
    if found is None:
        raise NotFound("metadata.unknown_option_set", name=name, nearest=nearest(name, [*registry.option_sets, *NAMES]))
    return found


def set_users(registry: Registry, name: str) -> tuple[list[tuple[Object, Field]], list[OptionSet]]:
    """The fields that take their options from the set, and the sets whose options it controls."""
    fields = [(obj, f) for obj in registry.objects.values() for f in obj.fields.values() if f.option_set == name]
    known = [*registry.option_sets.values(), *(presets().values() if is_preset(name) else ())]
    return fields, [one for one in known if one.controlled_by == name]
