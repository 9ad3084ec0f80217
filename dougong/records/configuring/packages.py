"""Packages that a company installs beside the standard one: an industry's objects, fields, list views and rights.

A package is a directory as everything that is text, with a name, a label and what it needs in `package.yaml`. What it
adds to objects of others stands in `extends/OBJECT.yaml`: fields, and where the page shows them. Installing is a plan
like any other; a newer release comes in under what the company changed; removing takes away what the package brought,
and is refused while there are records in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from dougong.kit.errors import NotFound, Problem, Refused
from dougong.metadata.definitions import Body, object_from_body, object_to_body
from dougong.metadata.field_types import LINKS
from dougong.metadata.installed import (
    Installed,
    base_of,
    extends_of,
    forget,
    installed_packages,
    remember,
)
from dougong.metadata.journal import OBJECTS, OPTION_SETS, RECORDS, Occasion, Text, Thing
from dougong.metadata.merge import MISSING, merged
from dougong.metadata.model import Object
from dougong.metadata.package import Package
from dougong.metadata.plan_data import count_filled, count_rows
from dougong.metadata.registry import Registry, load_registry, without_system_fields
from dougong.records.api import Writing, create
from dougong.records.configuration_text import as_link, ids_of_targets, written
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import by_stable_name, package_of, stable_name, without_names
from dougong.records.configuring.proposal import Cause, Proposal, propose, put
from dougong.records.configuring.upgrading import upgraded
from dougong.records.work import writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot

STANDARD = "standard"


def propose_installation(database: Database, package: Package) -> Proposal:
    """What installing `package`, or this release of it, would do. Raises Refused (package.*) and as `propose`."""
    with database.consistent_snapshot() as snapshot:
        registry = load_registry(snapshot)
        problems = [
            *_head_problems(package, installed_packages(snapshot)),
            *_owner_problems(snapshot, registry, package),
        ]
        problems += [
            Problem("package.extends_unknown", params={"place": f"extends/{name}.yaml", "name": name})
            for name in package.extends
            if name not in registry.objects
        ]
        if problems:
            raise Refused(problems)
        found = upgraded(snapshot, package)
        before = extends_of(snapshot, package.name or "")
    objects = dict(found.package.objects)
    for name, extension in package.extends.items():
        objects[name] = extended(registry.objects[name], before.get(name, {}), extension)
    whole = replace(found.package, objects=MappingProxyType(objects))
    cause = Cause(Occasion.PACKAGE, package=package.name, notes=found.notes)
    return propose(database, whole, cause=cause)


def install(w: Writing, proposal: Proposal, package: Package, *, sample: bool = False) -> int:
    """Install what was proposed, and its sample records if they are wanted. Returns the version."""
    version = put(w, proposal)
    remember(w.transaction, package)
    if sample:
        later = writing(w.transaction, load_registry(w.transaction), w.actor, w.via, w.origin)
        create_sample(later, package.sample)
    return version


def _head_problems(package: Package, there: Sequence[Installed]) -> list[Problem]:
    if package.name is None or package.label is None:
        return [Problem("package.no_head")]
    if package.name == STANDARD:
        return [Problem("package.standard")]
    known = {one.name for one in there}
    return [Problem("package.needs", params={"name": name}) for name in package.needs if name not in known]


def _owner_problems(snapshot: Snapshot, registry: Registry, package: Package) -> list[Problem]:
    """Objects and option sets of the package that are there already, and not from it."""
    own = base_of(snapshot, package.name or "") or {}
    problems = []
    for kind, names, there in (
        (OBJECTS, package.objects, registry.objects),
        (OPTION_SETS, package.option_sets, registry.option_sets),
    ):
        brought = {str(text.get("id") or thing.name) for thing, text in own.items() if thing.kind == kind}
        problems += [
            Problem("package.taken", params={"place": f"{kind}/{name}.yaml", "name": name})
            for name in names
            if name in there and name not in brought
        ]
    return problems


def extended(obj: Object, before: Mapping[str, Any], extension: Mapping[str, Any]) -> Object:
    """The object with what `extension` adds; `before` is the extension of the release that is there, if any."""
    body = object_to_body(without_system_fields(obj))
    held = {one.get("id") or one["name"]: place for place, one in enumerate(body["fields"])}
    old = before.get("fields", {})
    added = []
    for name, one in extension.get("fields", {}).items():
        theirs = {"name": name, **one}
        if name in held:
            was = {"name": name, **old[name]} if name in old else MISSING
            body["fields"][held[name]], _ = merged(was, body["fields"][held[name]], theirs, removals=False)
        elif name not in old:
            added.append(name)
            body["fields"].append(theirs)
    layout = dict(body.get("layout", {}))
    _lay_out(layout, extension.get("layout", {}), set(added), set(old))
    return object_from_body(obj.name, {**body, "layout": layout})


def _lay_out(layout: Body, more: Mapping[str, Any], added: set[str], old: set[str]) -> None:
    """Put the new fields where the extension says: behind what is there, in the section of that title or a new one."""
    sections = [dict(section) for section in layout.get("sections", ())]
    for section in more.get("sections", ()):
        fields = [name for name in section["fields"] if name in added]
        same = next((one for one in sections if one["label"] == section["label"]), None)
        if same is not None:
            same["fields"] = [*same["fields"], *fields]
        elif fields:
            sections.append({**section, "fields": fields})
    related = list(layout.get("related", ()))
    shown = {(one["object"], one["field"]) for one in related}
    related += [one for one in more.get("related", ()) if not old and (one["object"], one["field"]) not in shown]
    highlights = [*layout.get("highlights", ()), *(name for name in more.get("highlights", ()) if name in added)]
    layout |= {
        key: value for key, value in (("highlights", highlights), ("sections", sections), ("related", related)) if value
    }


def propose_removal(database: Database, name: str) -> Proposal:
    """What removing the package would do. Raises NotFound, and Refused (package.*) while it is needed or in use."""
    with database.consistent_snapshot() as snapshot:
        there = {one.name: one for one in installed_packages(snapshot)}
        if name == STANDARD or name not in there:
            raise NotFound("package.not_installed", name=name)
        registry = load_registry(snapshot)
        problems = [
            Problem("package.needed_by", params={"name": one.name}) for one in there.values() if name in one.needs
        ]
        texts = texts_now(snapshot, registry)
        held = by_stable_name(texts)
        brought = base_of(snapshot, name) or {}
        own = [held[key][0] for thing, text in brought.items() if (key := stable_name(thing, text)) in held]
        fields = _extending(registry, extends_of(snapshot, name))
        problems += _in_use(snapshot, registry, own, fields)
        if problems:
            raise Refused(problems)
    gone = {thing.name for thing in own if thing.kind == OBJECTS}
    kept: dict[Thing, Text] = {}
    for thing, text in texts.items():
        if thing in own or (thing.kind == RECORDS and text.get("object_name") in gone):
            continue
        kept[thing] = _without(text, fields.get(thing.name, ()), gone) if thing.kind == OBJECTS else text
    package = package_of(kept)
    touched = {thing.name for thing in texts if thing.kind == RECORDS and thing not in kept}
    records = {one: package.records.get(one, ()) for one in touched}
    cause = Cause(Occasion.REMOVAL, package=name)
    return propose(database, replace(package, records=MappingProxyType(records)), prune=True, cause=cause)


def remove(w: Writing, proposal: Proposal) -> int:
    """Remove the package as proposed. Returns the version."""
    version = put(w, proposal)
    forget(w.transaction, proposal.cause.package or "")
    return version


def _extending(registry: Registry, extends: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The fields in force that the package added to objects of others, as they are called now."""
    found = {}
    for name, extension in extends.items():
        obj = registry.objects.get(name)
        ids = set(extension.get("fields", {}))
        found[name] = tuple(f.name for f in obj.fields.values() if f.stable_id in ids) if obj is not None else ()
    return found


def _in_use(
    snapshot: Snapshot, registry: Registry, own: Iterable[Thing], fields: Mapping[str, Sequence[str]]
) -> list[Problem]:
    problems = []
    for thing in own:
        rows = count_rows(snapshot, registry.tables[thing.name]) if thing.kind == OBJECTS else 0
        if rows:
            label = registry.objects[thing.name].plural
            problems.append(
                Problem("package.object_used", params={"label_zh": label.zh, "label_en": label.en, "touched": rows})
            )
    for owner, names in fields.items():
        obj = registry.objects[owner]
        for name in names:
            filled = count_filled(snapshot, registry.tables[owner], obj.fields[name])
            if filled:
                label = obj.fields[name].label
                params = {"label_zh": label.zh, "label_en": label.en, "touched": filled}
                problems.append(Problem("package.field_used", params=params))
    return problems


def _without(text: Text, fields: Sequence[str], gone: set[str]) -> Text:
    """An object's text without the fields that go, and without lists of objects that go."""
    body = dict(text)
    body["fields"] = [one for one in body["fields"] if one["name"] not in fields]
    if "layout" in body:
        layout = dict(without_names(body["layout"], fields))
        related = [one for one in layout.get("related", ()) if one["object"] not in gone]
        body["layout"] = {
            **{k: v for k, v in layout.items() if k != "related"},
            **({"related": related} if related else {}),
        }
    return body


def create_sample(w: Writing, sample: Mapping[str, Sequence[Mapping[str, Any]]]) -> int:
    """Create the sample records of a package, those first that others point to. Returns how many."""
    made = 0
    for name in _in_order(w.registry, sample):
        obj = w.registry.object(name)
        links = {f.name for f in written(obj) if f.type in LINKS}
        rows = []
        for record in sample[name]:
            ids = ids_of_targets(w, obj, links & set(record))
            rows.append(
                {n: as_link(obj, n, v, ids[n], (n,)) if n in ids and v is not None else v for n, v in record.items()}
            )
        create(w, name, rows)
        made += len(rows)
    return made


def _in_order(registry: Registry, sample: Mapping[str, object]) -> list[str]:
    left, ordered = list(sample), list[str]()
    while left:
        free = [
            n
            for n in left
            if not {t for f in registry.object(n).fields.values() for t in f.points_to} & (set(left) - {n})
        ]
        ordered += free or left[:1]
        left = [n for n in left if n not in ordered]
    return ordered
