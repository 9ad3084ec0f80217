"""The text of the whole configuration, in force now or at any moment since its history began."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from dougong.access.principal import system
from dougong.metadata.definitions import object_from_body, object_to_body, option_set_from_body, option_set_to_body
from dougong.metadata.export import export_definitions
from dougong.metadata.journal import OBJECTS, OPTION_SETS, RECORDS, Text, Thing
from dougong.metadata.model import Object, OptionSet
from dougong.metadata.package import Package, object_text
from dougong.metadata.registry import Registry
from dougong.metadata.yaml_text import dump_yaml
from dougong.records.configuration import export_records
from dougong.records.work import Reading


def package_in_force(r: Reading) -> Package:
    """Everything that is in force, as text has it; putting it into force changes nothing."""
    all_seeing = Reading(r.snapshot, r.registry, system("export of the configuration"))
    return replace(export_definitions(r.registry), records=export_records(all_seeing))


def package_of(texts: Mapping[Thing, Text], name: str | None = None) -> Package:
    """The package that consists of `texts`; records are in their given order."""
    objects: dict[str, Object] = {}
    option_sets: dict[str, OptionSet] = {}
    records: dict[str, list[Mapping[str, Any]]] = {}
    for thing, text in texts.items():
        if thing.kind == OBJECTS:
            objects[thing.name] = object_from_body(thing.name, text)
        elif thing.kind == OPTION_SETS:
            option_sets[thing.name] = option_set_from_body(thing.name, text)
        elif thing.kind == RECORDS:
            records.setdefault(thing.name, []).append(text)
    kept = {owner: tuple(some) for owner, some in records.items()}
    return Package(MappingProxyType(objects), MappingProxyType(option_sets), MappingProxyType(kept), name)


def yaml_of(registry: Registry, thing: Thing, text: Text | None) -> str:
    """How the thing reads in its file; empty where it is not there. The database keeps no order of keys."""
    if text is None:
        return ""
    if thing.kind == OBJECTS:
        return object_text(object_to_body(object_from_body(thing.name, text)))
    if thing.kind == OPTION_SETS:
        return dump_yaml(option_set_to_body(option_set_from_body(thing.name, text)))
    obj = registry.objects.get(thing.name)
    order = list(obj.fields) if obj is not None else []
    return dump_yaml(dict(sorted(text.items(), key=lambda item: order.index(item[0]) if item[0] in order else -1)))


def stable_name(thing: Thing, text: Text) -> tuple[str, str, tuple[Any, ...]]:
    """What stays of a thing when it is called otherwise: records have nothing but their key."""
    return thing.kind, str(text.get("id") or thing.name) if thing.kind != RECORDS else thing.name, thing.key


def by_stable_name(texts: Mapping[Thing, Text]) -> dict[tuple[str, str, tuple[Any, ...]], tuple[Thing, Text]]:
    """The texts by what stays of them."""
    return {stable_name(thing, text): (thing, text) for thing, text in texts.items()}


def without_names(value: Any, gone: Iterable[str]) -> Any:  # noqa: ANN401  # JSON-like
    """A layout without the fields `gone`, and without sections that would be empty."""
    lost = set(gone)
    if isinstance(value, Mapping):
        return {key: without_names(one, lost) for key, one in value.items()}
    if isinstance(value, list | tuple):
        kept = [without_names(one, lost) for one in value if not (isinstance(one, str) and one in lost)]
        return [one for one in kept if not (isinstance(one, Mapping) and one.get("fields") == [])]
    return value
