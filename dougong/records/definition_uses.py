"""Where configuration records name objects and fields, and what takes those names out.

A record says what it is about by convention: `object_name` names the object, `field_name` one field of it, and texts
that are JSON name fields as filters do (`{"field": path}`) or as lists of paths. So list views, sharing rules and
permissions are found, and whatever comes later and keeps to it.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dougong.metadata.changes import ChangedField, ChangedObject, DefinitionChange
from dougong.metadata.definitions import Body, object_to_body
from dougong.metadata.model import EMPTY, FieldType, Layout, Object
from dougong.metadata.naming import FIELD_PARTS, LIST_PARTS, OBJECT_PARTS, SOURCE_PART, listed, owner_of
from dougong.metadata.registry import Registry, without_system_fields
from dougong.metadata.uses import Target, Use, definition_uses, filter_paths, steps_of
from dougong.records.write.batch import Change
from dougong.storage.unit_of_work import Snapshot

LOOSE = frozenset({"sharing_rule"})
"""Objects whose records look after themselves: a rule that has lost its field is switched off and says so."""

HOLDING = frozenset({"duplicate_condition"})
"""Objects whose records cannot do without the field that they name, and keep it from going or being switched off."""


@dataclass(frozen=True)
class Cleared:
    """What takes uses out: changes of definitions, and of records; `deleted` go as a whole."""

    definitions: tuple[DefinitionChange, ...] = ()
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=lambda: EMPTY)
    deleted: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: EMPTY)


NOTHING = Cleared()


def all_uses(snapshot: Snapshot, registry: Registry) -> tuple[Use, ...]:
    """Every use of an object or field, by definitions and by records."""
    return (*definition_uses(registry), *record_uses(snapshot, registry))


def record_uses(snapshot: Snapshot, registry: Registry) -> Iterator[Use]:
    """The uses by configuration records."""
    for obj in registry.objects.values():
        if naming(obj):
            for row in _rows(snapshot, registry, obj):
                yield from _of_record(registry, obj, row)


def naming(obj: Object) -> bool:
    """Whether records of `obj` name an object by the convention."""
    named = obj.fields.get("object_name")
    return named is not None and named.type is FieldType.TEXT and not obj.log


def _rows(snapshot: Snapshot, registry: Registry, obj: Object) -> list[sa.Row[Any]]:
    table = registry.tables[obj.name]
    named = {*OBJECT_PARTS, *FIELD_PARTS, SOURCE_PART} & obj.fields.keys()
    names = {"id", "object_name", obj.name_field, *_texts(obj), *named}
    columns = [table.c[name] for name in sorted(names)]
    return snapshot.rows(sa.select(*columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id))


def _texts(obj: Object) -> list[str]:
    return [f.name for f in obj.fields.values() if f.type is FieldType.LONG_TEXT and f.stored]


def _of_record(registry: Registry, obj: Object, row: sa.Row[Any]) -> Iterator[Use]:
    about = row.object_name
    record, title = (obj.name, row.id), str(getattr(row, obj.name_field) or "")
    blocks = obj.name not in LOOSE
    yield Use(obj.name, (about, None), obj.name, record=record, title=title, blocks=False)
    for target in dict.fromkeys(_named_fields(obj, row)):
        holds = obj.name in HOLDING
        yield Use(obj.name, target, obj.name, record=record, title=title, blocks=holds)
    seen: dict[Target, bool] = {}
    for name in _texts(obj):
        value = _decoded(getattr(row, name))
        for target in {target for path in _paths(value) for target in steps_of(registry, about, path)}:
            seen[target] = seen.get(target, True) and without(registry, about, value, {target}) is not KEEPS
    for name in LIST_PARTS & obj.fields.keys():
        seen |= {(about, one): True for one in listed(getattr(row, name))}
    for target, removable in seen.items():
        able = removable or not blocks
        yield Use(obj.name, target, obj.name, record=record, title=title, removable=able, blocks=blocks)


def _named_fields(obj: Object, row: sa.Row[Any]) -> Iterator[Target]:
    """The fields that the record names by fields of its own."""
    for part in (*FIELD_PARTS, SOURCE_PART):
        owner = owner_of(part, row._asdict()) if part in obj.fields else None
        if owner is not None:
            yield owner, getattr(row, part)


def _decoded(text: str | None) -> Any:  # noqa: ANN401  # any JSON
    try:
        return json.loads(text) if text and text[0] in "[{" else None
    except (ValueError, RecursionError):
        return None


def _paths(value: object) -> Iterator[str]:
    """The paths that a JSON value names: those of `field` keys, and the texts of a list at its top."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))
    yield from filter_paths(value)


class _Keeps:
    """Says that a value cannot do without."""


KEEPS = _Keeps()


def without(registry: Registry, about: str, value: Any, gone: Collection[Target]) -> Any:  # noqa: ANN401  # any JSON
    """`value` without what names a target in `gone`: columns and orders drop out, and conditions that stand beside
    others that all must hold. KEEPS where that would turn the meaning round (an alternative, a negation)."""

    def hit(path: object) -> bool:
        return isinstance(path, str) and not set(gone).isdisjoint(steps_of(registry, about, path))

    def names(part: object) -> bool:
        return any(hit(path) for path in filter_paths(part))

    if isinstance(value, list):
        return [one for one in value if not (hit(one) or names(one))]
    if not isinstance(value, dict) or not names(value):
        return value
    if set(value) == {"and"} and isinstance(value["and"], list):
        left = []
        for one in value["and"]:
            if names(one):
                if "field" in one:
                    continue
                return KEEPS
            left.append(one)
        return {"and": left} if left else None
    return None if "field" in value else KEEPS


def cleared(snapshot: Snapshot, registry: Registry, gone: Collection[Target]) -> Cleared:
    """What takes every removable use of `gone` out, so that they can be deleted."""
    objects = {name for name, field_name in gone if field_name is None}
    definitions: list[DefinitionChange] = []
    for obj in registry.objects.values():
        if obj.name not in objects:
            definitions += _cleared_object(registry, obj, gone, objects)
    changes: dict[str, tuple[Change, ...]] = {}
    deleted: dict[str, tuple[int, ...]] = {}
    for obj in registry.objects.values():
        if not naming(obj) or obj.name in objects:
            continue
        rows = _rows(snapshot, registry, obj)
        dead = tuple(row.id for row in rows if row.object_name in objects or _names_field(obj, row, gone))
        if dead:
            deleted[obj.name] = dead
        if obj.name not in LOOSE:
            told = [_cleared_row(registry, obj, row, gone) for row in rows if row.id not in dead]
            if kept := tuple(change for change in told if change is not None):
                changes[obj.name] = kept
    return Cleared(tuple(definitions), changes, deleted)


def _names_field(obj: Object, row: sa.Row[Any], gone: Collection[Target]) -> bool:
    return any(target in gone for target in _named_fields(obj, row))


def _cleared_row(registry: Registry, obj: Object, row: sa.Row[Any], gone: Collection[Target]) -> Change | None:
    values: dict[str, Any] = {}
    for name in _texts(obj):
        names = list(listed(getattr(row, name))) if name in LIST_PARTS else []
        if any((row.object_name, one) in gone for one in names):
            values[name] = ",".join(one for one in names if (row.object_name, one) not in gone) or None
        value = _decoded(getattr(row, name))
        left = without(registry, row.object_name, value, gone)
        if left is not KEEPS and left != value:
            values[name] = None if left is None else json.dumps(left, ensure_ascii=False)
    return Change(row.id, values) if values else None


def _cleared_object(
    registry: Registry, obj: Object, gone: Collection[Target], objects: Collection[str]
) -> Iterator[DefinitionChange]:
    body = object_to_body(without_system_fields(obj))
    settings: Body = {}
    for part in ("stage_field", "amount_field"):
        if (obj.name, body.get(part)) in gone:
            settings[part] = None
    arranged = _cleared_arrangement(registry, obj, gone, objects)
    if arranged != obj:
        changed = object_to_body(without_system_fields(arranged))
        settings |= {part: changed.get(part) for part in ARRANGEMENT if changed.get(part) != body.get(part)}
    if settings:
        yield ChangedObject(obj.name, settings)
    for found in without_system_fields(obj).fields.values():
        left = [target for target in found.points_to if target not in objects]
        if len(left) == len(found.points_to):
            continue
        one = next(one for one in body["fields"] if one["name"] == found.name)
        yield ChangedField(obj.name, found.name, {**one, "targets": left} if left else None)


ARRANGEMENT = ("layout", "layouts", "record_types", "columns")


def _cleared_arrangement(registry: Registry, obj: Object, gone: Collection[Target], objects: Collection[str]) -> Object:
    """The object with layouts, lists of columns and record types that name nothing of `gone`."""
    own = {name for owner, name in gone if owner == obj.name}
    columns = {
        place: tuple(p for p in paths if set(gone).isdisjoint(steps_of(registry, obj.name, p)))
        for place, paths in obj.columns.items()
    }
    return replace(
        obj,
        layout=_cleared_layout(registry, obj, obj.layout, gone, objects),
        layouts=tuple(
            replace(named, layout=_cleared_layout(registry, obj, named.layout, gone, objects)) for named in obj.layouts
        ),
        record_types=tuple(
            replace(
                one,
                options={name: values for name, values in one.options.items() if name not in own},
                defaults={name: value for name, value in one.defaults.items() if name not in own},
            )
            for one in obj.record_types
        ),
        columns={place: paths for place, paths in columns.items() if paths},
    )


def _cleared_layout(
    registry: Registry, obj: Object, layout: Layout, gone: Collection[Target], objects: Collection[str]
) -> Layout:
    def stays(owner: str, path: str) -> bool:
        return set(gone).isdisjoint(steps_of(registry, owner, path))

    # Lookups to objects that go are deleted with them.
    lost = {f.name for f in obj.fields.values() if not f.system and f.points_to and set(f.points_to) <= set(objects)}
    sections = (
        replace(
            section,
            fields=(kept := tuple(n for n in section.fields if stays(obj.name, n) and n not in lost)),
            required=section.required & set(kept),
            read_only=section.read_only & set(kept),
        )
        for section in layout.sections
    )
    related = (
        replace(one, columns=tuple(path for path in one.columns if stays(one.object, path)))
        for one in layout.related
        if one.object not in objects and (one.object, one.field) not in gone
    )
    return replace(
        layout,
        highlights=tuple(n for n in layout.highlights if stays(obj.name, n) and n not in lost),
        sections=tuple(section for section in sections if section.fields),
        related=tuple(one for one in related if one.columns),
    )


def removed(registry: Registry, changes: Sequence[DefinitionChange]) -> frozenset[Target]:
    """What `changes` delete, with the lookups of other objects that lead to deleted ones only."""
    gone: set[Target] = set()
    for change in changes:
        if change.body is None and isinstance(change, ChangedObject):
            gone.add((change.name, None))
        elif change.body is None and isinstance(change, ChangedField):
            gone.add((change.object, change.name))
    objects = {name for name, field_name in gone if field_name is None}
    for obj in registry.objects.values():
        for found in obj.fields.values():
            if obj.name not in objects and not found.system and found.points_to and set(found.points_to) <= objects:
                gone.add((obj.name, found.name))
    return frozenset(gone)


def uses_of_removed(snapshot: Snapshot, registry: Registry, gone: Collection[Target]) -> tuple[Use, ...]:
    """What uses `gone` and is not itself among it."""
    objects = {name for name, field_name in gone if field_name is None}
    if not gone:
        return ()
    return tuple(
        use
        for use in all_uses(snapshot, registry)
        if (use.target in gone or use.target[0] in objects) and not (use.object in objects and use.record is None)
    )
