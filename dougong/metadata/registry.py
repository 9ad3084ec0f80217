"""Everything that is known about objects, as one immutable value: a request takes the current one and keeps it.

A change of metadata builds a new registry and swaps it whole; other processes learn of it by the version, which they
read with each request.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import sqlalchemy as sa

from dougong.kit.errors import BadRequest
from dougong.metadata.check import check_definitions
from dougong.metadata.definitions import object_from_body, option_set_from_body
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Label, Object, OnDelete, OptionSet
from dougong.metadata.names import OWNERSHIP_FIELDS, SYSTEM_FIELDS, nearest
from dougong.metadata.tables import object_table
from dougong.storage.schema import definition, meta_version
from dougong.storage.unit_of_work import Snapshot


def _system_field(name: str, type_: FieldType, zh: str, en: str, target: str | None = None) -> Field:
    # What the product itself keeps is no news: history tells who changed what and when anyway.
    return Field(name, type_, Label(zh, en), target=target, system=True, tracked=False, on_delete=OnDelete.CLEAR)


SYSTEM: Mapping[str, Field] = {
    f.name: f
    for f in (
        _system_field("id", FieldType.ID, "编号", "ID"),
        _system_field("created_at", FieldType.DATETIME, "创建时间", "Created at"),
        _system_field("created_by_id", FieldType.USER, "创建人", "Created by", "user"),
        _system_field("updated_at", FieldType.DATETIME, "最新修改时间", "Last modified at"),
        _system_field("updated_by_id", FieldType.USER, "最新修改人", "Last modified by", "user"),
        _system_field("version", FieldType.INTEGER, "版本", "Version"),
    )
}
"""The fields that the product keeps on each object."""

OWNERSHIP: Mapping[str, Field] = {
    "owner_id": Field(
        "owner_id",
        FieldType.USER,
        Label("所有人", "Owner"),
        help=Label("负责这条记录的人；不填则为创建人。", "Who is responsible; the creator unless somebody is named."),
        default="$user",
        target="user",
        on_delete=OnDelete.RESTRICT,
    ),
    "department_id": Field(
        "department_id",
        FieldType.DEPARTMENT,
        Label("所属部门", "Department"),
        help=Label(
            "角色的数据范围按所属部门计算；不填则为所有人的主部门。",
            "Roles reach records by it; the owner's department unless another is named.",
        ),
        default="$department",
        target="department",
        on_delete=OnDelete.RESTRICT,
    ),
}
"""The fields of each owned object. They are written through the API like others: giving them away is a transfer."""


@dataclass(frozen=True, eq=False)
class Registry:
    """All objects, option sets and tables of one version. Equality is identity: it can key a cache."""

    version: int
    objects: Mapping[str, Object]
    option_sets: Mapping[str, OptionSet]
    tables: Mapping[str, sa.Table]

    def object(self, name: str) -> Object:
        """The object `name`. Raises BadRequest (metadata.unknown_object) with the nearest name."""
        found = self.objects.get(name)
        if found is None:
            raise BadRequest("metadata.unknown_object", object=name, nearest=nearest(name, self.objects))
        return found

    def field(self, object: Object, name: str) -> Field:
        """The field `name` of `object`. Raises BadRequest (metadata.unknown_field) with the nearest name.

        The nearest name is one of all fields of the object: whoever asks for a reader checks first what they may see.
        """
        found = object.fields.get(name)
        if found is None:
            raise BadRequest(
                "metadata.unknown_field", field=name, object=object.name, nearest=nearest(name, object.fields)
            )
        return found


def build_registry(version: int, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> Registry:
    """The registry of these definitions, with system fields, options of option sets and tables.

    Raises InvalidDefinitions with every problem at once. Objects that come from a registry are taken as well.
    """
    defined = {name: without_system_fields(obj) for name, obj in objects.items()}
    check_definitions(defined, option_sets)
    whole = {name: _completed(obj, option_sets) for name, obj in sorted(defined.items())}
    data = sa.MetaData()
    return Registry(
        version=version,
        objects=MappingProxyType(whole),
        option_sets=MappingProxyType(dict(sorted(option_sets.items()))),
        tables=MappingProxyType({name: object_table(obj, data) for name, obj in whole.items()}),
    )


def _completed(obj: Object, option_sets: Mapping[str, OptionSet]) -> Object:
    own = {f.name: _resolved(f, option_sets) for f in obj.fields.values()}
    ownership = OWNERSHIP if obj.owned else {}
    system = dict(SYSTEM)
    fields = {"id": system.pop("id"), **own, **ownership, **system}
    return replace(obj, fields=MappingProxyType(fields))


def _resolved(found: Field, option_sets: Mapping[str, OptionSet]) -> Field:
    """The field with what it takes from elsewhere: the options of its set, the object of a user or department."""
    if found.option_set is not None:
        return replace(found, options=option_sets[found.option_set].options)
    if found.type is FieldType.USER:
        return replace(found, target="user")
    if found.type is FieldType.DEPARTMENT:
        return replace(found, target="department")
    return found


def without_system_fields(obj: Object) -> Object:
    """The object as its definition gives it: without what the registry adds and resolves."""
    added = set(SYSTEM_FIELDS) | (set(OWNERSHIP_FIELDS) if obj.owned else set())
    own = {
        f.name: _unresolved(f)
        for f in obj.fields.values()
        if not (f.name in added and f == {**SYSTEM, **OWNERSHIP}.get(f.name))
    }
    return replace(obj, fields=MappingProxyType(own))


def _unresolved(found: Field) -> Field:
    if found.option_set is not None:
        return replace(found, options=())
    if found.type in {FieldType.USER, FieldType.DEPARTMENT}:
        return replace(found, target=None)
    return found


def children_of(registry: Registry, object_name: str) -> tuple[tuple[Object, Field], ...]:
    """The lookups of all objects that may point to records of `object_name`, without those of the system fields."""
    return tuple(_pointing(registry.objects.values(), object_name))


def _pointing(objects: Iterable[Object], object_name: str) -> Iterator[tuple[Object, Field]]:
    for obj in objects:
        for found in obj.fields.values():
            if found.type in LINKS and not found.system and object_name in found.points_to:
                yield obj, found


def load_registry(snapshot: Snapshot) -> Registry:
    """The registry of the definitions in force. Before the first `apply` it is empty, at version 0."""
    version = int(snapshot.scalar(sa.select(meta_version.c.metadata)) or 0)
    objects: dict[str, Object] = {}
    option_sets: dict[str, OptionSet] = {}
    for row in snapshot.rows(sa.select(definition.c.kind, definition.c.name, definition.c.body)):
        if row.kind == "object":
            objects[row.name] = object_from_body(row.name, row.body)
        elif row.kind == "option_set":
            option_sets[row.name] = option_set_from_body(row.name, row.body)
    return build_registry(version, objects, option_sets)


@dataclass
class RegistryCache:
    """The current registry of this process, built anew when the version moves and swapped whole."""

    _registry: Registry | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self, snapshot: Snapshot, version: int) -> Registry:
        """The registry at `version`, which the caller has just read from the database, or a newer one."""
        found = self._registry
        if found is not None and found.version == version:
            return found
        with self._lock:
            found = self._registry
            if found is None or found.version != version:
                loaded = load_registry(snapshot)
                if found is None or loaded.version != found.version:
                    self._registry = found = loaded
        return found
