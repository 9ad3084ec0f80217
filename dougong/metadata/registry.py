"""Everything that is known about objects, as one immutable value: a request takes the current one and keeps it.

A change of metadata builds a new registry and swaps it whole; other processes learn of it by the version, which they
read with each request.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType

import sqlalchemy as sa

from dougong.kit.errors import BadRequest
from dougong.metadata.check import InvalidDefinitions, check_definitions
from dougong.metadata.definitions import object_from_body, option_set_from_body
from dougong.metadata.dependence import resolved_options
from dougong.metadata.field_types import LINKS
from dougong.metadata.following import followed_field
from dougong.metadata.formulas import Formulas, all_formulas, depending
from dougong.metadata.model import Field, FieldType, Object, OptionSet
from dougong.metadata.names import nearest
from dougong.metadata.presets import named_sets, with_presets
from dougong.metadata.summaries import with_depends, without_depends
from dougong.metadata.system_fields import added_fields
from dougong.metadata.tables import object_table
from dougong.storage.definition_stamp import DEFINITION_STAMP
from dougong.storage.schema import definition, meta_version
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True, eq=False)
class Registry:
    """All objects, option sets and tables of one version. Equality is identity: it can key a cache."""

    version: int
    objects: Mapping[str, Object]
    option_sets: Mapping[str, OptionSet]
    tables: Mapping[str, sa.Table]
    formulas: Formulas
    """Every formula of the objects, checked."""
    serial: int = field(default_factory=count().__next__)
    """Its number in this process, by which caches know it: a change that is rolled back has had its version in vain."""

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


def build_registry(
    version: int, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet], before: Registry | None = None
) -> Registry:
    """The registry of these definitions, with system fields, options of option sets and tables.

    The tables of objects that are as they are in `before` are the same tables: most of a change is what does not.
    Raises InvalidDefinitions with every problem at once. Objects that come from a registry are taken as well.
    """
    defined = {name: without_system_fields(obj) for name, obj in objects.items()}
    check_definitions(defined, option_sets)
    known = with_presets(option_sets, named_sets(defined, option_sets))
    whole = {name: _completed(obj, defined, known) for name, obj in sorted(defined.items())}
    formulas, problems = all_formulas(whole)
    if problems:
        raise InvalidDefinitions(problems)
    whole = depending(whole, formulas)
    return Registry(
        version=version,
        objects=MappingProxyType(whole),
        option_sets=MappingProxyType(dict(sorted(option_sets.items()))),
        tables=MappingProxyType({name: _table(obj, before) for name, obj in whole.items()}),
        formulas=formulas,
    )


def _table(obj: Object, before: Registry | None) -> sa.Table:
    if before is not None and before.objects.get(obj.name) == obj:
        return before.tables[obj.name]
    return object_table(obj)


def _completed(obj: Object, objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> Object:
    pooled = tuple(name for name, other in sorted(objects.items()) if other.pooled)
    own = {f.name: with_depends(objects, _resolved(f, obj, option_sets, pooled)) for f in obj.fields.values()}
    added = added_fields(obj)
    return replace(obj, fields=MappingProxyType({"id": added["id"], **own, **added}))


def _resolved(found: Field, obj: Object, option_sets: Mapping[str, OptionSet], pooled: tuple[str, ...]) -> Field:
    """The field with what it takes from elsewhere: the options of its set, the objects that it may point to."""
    if found.with_pooled:
        found = replace(found, pooled_targets=tuple(name for name in pooled if name not in found.targets))
    if found.follows is not None:
        followed = followed_field(obj.fields, obj.name, found.follows)
        found = replace(found, depends=(followed,) if followed is not None else ())
    if found.option_set is not None:
        controller = obj.fields.get(found.controlled_by or "")
        return replace(found, options=resolved_options(found, controller, option_sets))
    if found.type is FieldType.USER:
        return replace(found, target="user")
    if found.type is FieldType.DEPARTMENT:
        return replace(found, target="department")
    return found


def without_system_fields(obj: Object) -> Object:
    """The object as its definition gives it: without what the registry adds and resolves."""
    added = added_fields(obj)
    own = {f.name: _unresolved(f) for f in obj.fields.values() if f != added.get(f.name)}
    return replace(obj, fields=MappingProxyType(own))


def _unresolved(found: Field) -> Field:
    if found.formula is not None:
        found = replace(found, depends=(), maintained=False, tracked=True)
    if found.follows is not None:
        found = replace(found, depends=())
    if found.with_pooled:
        found = replace(found, pooled_targets=())
    if found.option_set is not None:
        return replace(found, options=())
    if found.type in {FieldType.USER, FieldType.DEPARTMENT}:
        return replace(found, target=None)
    return without_depends(found)


def children_of(registry: Registry, object_name: str) -> tuple[tuple[Object, Field], ...]:
    """The lookups of all objects that may point to records of `object_name`, without those of the system fields.

    What a log says of a record it goes on saying when the record is deleted.
    """
    return tuple(_pointing(registry.objects.values(), object_name))


def _pointing(objects: Iterable[Object], object_name: str) -> Iterator[tuple[Object, Field]]:
    for obj in objects:
        for found in obj.fields.values() if not obj.log else ():
            if found.type in LINKS and not found.system and object_name in found.points_to:
                yield obj, found


def load_registry(snapshot: Snapshot, before: Registry | None = None) -> Registry:
    """The registry of the definitions in force, with what has not changed since `before` taken from there.

    Before the first `apply` it is empty, at version 0. Registries that this process has built lately are given again:
    jobs and commands ask for one at each of their steps, and building takes a third of a second.
    """
    stamp = _stamp(snapshot)
    found = _built.get(stamp)
    if found is None:
        found = _load(snapshot, before or next(reversed(_built.values()), None))
        # Somebody may have changed definitions between the statements: then what was read is of no known moment.
        if _stamp(snapshot) == stamp:
            _keep(stamp, found)
    return found


def _load(snapshot: Snapshot, before: Registry | None) -> Registry:
    version = int(snapshot.scalar(sa.select(meta_version.c.metadata)) or 0)
    objects: dict[str, Object] = {}
    option_sets: dict[str, OptionSet] = {}
    for row in snapshot.rows(sa.select(definition.c.kind, definition.c.name, definition.c.body)):
        if row.kind == "object":
            objects[row.name] = object_from_body(row.name, row.body)
        elif row.kind == "option_set":
            option_sets[row.name] = option_set_from_body(row.name, row.body)
    return build_registry(version, objects, option_sets, before)


BUILT_MAX = 4
_built: dict[str, Registry] = {}
"""Registries by the stamp of their definitions, the latest last. Replaced whole, so that readers need no lock."""


def _stamp(snapshot: Snapshot) -> str:
    ((stamp,),) = snapshot.fetch(DEFINITION_STAMP)
    return str(stamp)


def _keep(stamp: str, registry: Registry) -> None:
    global _built  # noqa: PLW0603  # a cache of the process
    kept = [(key, found) for key, found in list(_built.items()) if key != stamp]
    _built = dict([*kept[1 - BUILT_MAX :], (stamp, registry)])


@dataclass
class RegistryCache:
    """The current registry of this process, built anew when the version moves and swapped whole."""

    _registry: Registry | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self, snapshot: Snapshot) -> Registry:
        """The registry in force, for who has not read the version: one statement."""
        return self.current(snapshot, int(snapshot.scalar(sa.select(meta_version.c.metadata)) or 0))

    def current(self, snapshot: Snapshot, version: int) -> Registry:
        """The registry at `version`, which the caller has just read from the database, or a newer one."""
        found = self._registry
        if found is not None and found.version == version:
            return found
        with self._lock:
            found = self._registry
            if found is None or found.version != version:
                loaded = load_registry(snapshot, found)
                if found is None or loaded.version != found.version:
                    self._registry = found = loaded
        return found
