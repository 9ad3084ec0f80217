"""A new release of a package under what the company made of the old one: a merge of three texts.

The release's changes come in wherever the company left the setting as it was shipped; where both changed it, the
company's stays and is told. Nothing that is there is ever taken away by an upgrade.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dougong.metadata.installed import base_of, package_texts
from dougong.metadata.journal import OBJECTS, RECORDS, Text, Thing
from dougong.metadata.merge import MISSING, Clash, merged
from dougong.metadata.package import Package
from dougong.metadata.registry import Registry, load_registry
from dougong.metadata.renames import Definitions, Renaming, renames_between
from dougong.records.configuration_text import completed
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import by_stable_name, package_of, stable_name
from dougong.storage.unit_of_work import Snapshot

PRODUCTS = frozenset(
    {
        *(
            "configuration",
            "administered",
            "log",
            "key",
            "maintained",
            "secret",
            "actions",
            "master_action",
            "lockable",
        ),
        *("pooled", "pooled_with", "priced", "dated_by", "single"),
    }
)
"""Settings that are the product's own: a company cannot have meant to change them."""


@dataclass(frozen=True)
class Upgrade:
    """The text to put into force, and where the company's settings stay."""

    package: Package
    notes: tuple[Text, ...]


def upgraded(snapshot: Snapshot, shipped: Package) -> Upgrade:
    """What `shipped`, a package that may be there in an older release, becomes with what the company changed."""
    registry = load_registry(snapshot)
    held = by_stable_name(texts_now(snapshot, registry))
    base = base_of(snapshot, shipped.name or "")
    shipped_texts = package_texts(shipped, registry)
    if base is not None:
        base, shipped_texts = _as_called(registry, base), _as_called(registry, shipped_texts)
    was = by_stable_name(base or {})
    texts: dict[Thing, Text] = {}
    notes: list[Text] = []
    for thing, theirs in shipped_texts.items():
        name = stable_name(thing, theirs)
        ours, before = held.get(name), was.get(name)
        if ours is None and before is None:
            texts[thing] = theirs
        elif ours is not None:
            result, clashes = _merged(registry, thing, before[1] if before else MISSING, ours[1], theirs)
            texts[ours[0]] = result
            # Without the text of the old release nobody can say who changed what.
            notes += [_note(ours[0], clash) for clash in clashes if before is not None]
    return Upgrade(package_of(texts, shipped.name), tuple(notes))


def _as_called(registry: Registry, texts: Mapping[Thing, Text]) -> dict[Thing, Text]:
    """Texts of a package with the names that the company gave to its things."""
    package = package_of(texts)
    given = Definitions(package.objects, package.option_sets)
    here = Definitions(registry.objects, registry.option_sets)
    renames = renames_between(given, here)
    if not renames:
        return dict(texts)
    renaming = Renaming(given, renames)
    found = renaming.definitions()
    records = {
        renames.objects.get(name, name): tuple(
            renaming.record(registry.objects[renames.objects.get(name, name)], one) for one in some
        )
        for name, some in package.records.items()
        if renames.objects.get(name, name) in registry.objects
    }
    renamed = Package(found.objects, found.option_sets, MappingProxyType(records))
    return package_texts(renamed, registry)


def _merged(registry: Registry, thing: Thing, base: Any, ours: Text, theirs: Text) -> tuple[Text, list[Clash]]:  # noqa: ANN401
    if thing.kind == RECORDS:
        return _merged_record(registry, thing, base, ours, theirs)
    if thing.kind == OBJECTS:
        ours = _with_products_own(ours, theirs)
    result, clashes = merged(base, ours, theirs, removals=False)
    return _shown_once(result), clashes


def _with_products_own(ours: Text, theirs: Text) -> Text:
    """The company's object with the product's own settings as the release has them."""
    fields = {one.get("id") or one["name"]: one for one in theirs["fields"]}
    return {
        **_given(ours, theirs),
        "fields": [_given(one, fields.get(one.get("id") or one["name"], one)) for one in ours["fields"]],
    }


def _given(ours: Text, theirs: Text) -> dict[str, Any]:
    kept = {key: value for key, value in ours.items() if key not in PRODUCTS}
    return {**kept, **{key: value for key, value in theirs.items() if key in PRODUCTS}}


def _shown_once(body: Text) -> Text:
    """A page that shows no field twice: both sides may have moved one."""
    layout = body.get("layout")
    if not isinstance(layout, Mapping) or "sections" not in layout:
        return body
    shown: set[str] = set()
    sections = []
    for section in layout["sections"]:
        # A field that the page treats in its own way is written with its settings: {name, read_only}.
        named = [(one["name"] if isinstance(one, Mapping) else one, one) for one in section["fields"]]
        fields = [one for name, one in named if name not in shown]
        shown.update(name for name, _ in named)
        if fields:
            sections.append({**section, "fields": fields})
    return {**body, "layout": {**layout, "sections": sections}}


def _merged_record(registry: Registry, thing: Thing, base: Any, ours: Text, theirs: Text) -> tuple[Text, list[Clash]]:  # noqa: ANN401
    """Field by field, lists whole: a right that a company took away does not come back beside a new one."""
    obj = registry.objects.get(thing.name)
    if obj is None:
        return theirs, []
    # The release may bring fields that the object does not have yet.
    brought = {name: value for name, value in theirs.items() if name not in obj.fields}
    sides = [
        completed(obj, {n: v for n, v in side.items() if n in obj.fields}) if side is not MISSING else {}
        for side in (base, ours, theirs)
    ]
    result: dict[str, Any] = {}
    clashes: list[Clash] = []
    for name in dict.fromkeys([*sides[1], *sides[2]]):
        was, held, shipped = (side.get(name, MISSING) for side in sides)
        if held in (was, MISSING) and shipped is not MISSING:
            result[name] = shipped
        else:
            result[name] = held
            if shipped not in (was, held):
                clashes.append(Clash((name,), held, shipped))
    return {**result, **brought}, clashes


def _note(thing: Thing, clash: Clash) -> Text:
    return {"thing": thing.path, "place": ".".join(clash.place), "kept": clash.kept, "offered": clash.offered}
