"""Records as text and back: which fields stand in it, how values and lookups are written, by what a record is known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.expressions.ast import TRUE, Compare, Condition, Operator, Path, all_of
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.field_types import KINDS, LINKS, Reference
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.names import OWNERSHIP_FIELDS
from dougong.metadata.registry import Registry
from dougong.records.api import Order, Query, Reading, columns_of, page

Record = Mapping[str, Any]
Key = tuple[Any, ...]
"""The values of a record's key fields as text has them (a lookup is its target's key)."""

MANY = 2_000
"""Beyond so many ids it is cheaper to read all names than to ask for those."""


@dataclass(frozen=True)
class Stored:
    """The keyed records of one object as they are: text form and ids, by key."""

    ids: Mapping[Key, int]
    texts: Mapping[Key, Record]


def keyed_objects(registry: Registry) -> tuple[Object, ...]:
    """The objects whose records are configuration as text, each behind those that its lookups point to."""
    left = {o.name: o for o in registry.objects.values() if o.key}
    ordered: list[Object] = []
    while left:
        free = [o for o in left.values() if not (_targets(o) - {o.name}) & set(left)]
        # Objects that point to each other have no right order; then the names decide.
        ordered += [left.pop(obj.name) for obj in free or [left[min(left)]]]
    return tuple(ordered)


def _targets(obj: Object) -> set[str]:
    return {target for f in obj.fields.values() if not f.system for target in f.points_to}


def key_of(obj: Object, record: Record) -> Key:
    """By what a record in text is known."""
    return tuple(hashable(record.get(name)) for name in obj.key)


def hashable(value: object) -> object:
    """A part of a key: lists of text are tuples."""
    return tuple(value) if isinstance(value, list) else value


def shown(key: Key) -> str:
    """A key in words."""
    return " / ".join(map(str, key))


def normal(found: Field, value: Any) -> Any:  # noqa: ANN401  # JSON-like
    """The value as an export writes it."""
    if found.type in LINKS:
        return hashable(value)
    kind = KINDS[found.type]
    return kind.wire(kind.parse(found, value))


def is_left_out(found: Field, value: object) -> bool:
    """Whether exports leave the value out: blank, or the default of a field that is not required."""
    return value is None or (value == left_out_value(found) and not found.required)


def left_out_value(found: Field) -> Any:  # noqa: ANN401  # JSON-like
    """What a record whose text says nothing about the field has in it."""
    default = None if found.required else default_of(found)
    return None if default is None else normal(found, default)


def completed(obj: Object, record: Record) -> Record:
    """The record with what its text leaves out, so that putting it into force takes other values back."""
    return {**{f.name: left_out_value(f) for f in written(obj) if not f.required}, **record}


def written(obj: Object) -> list[Field]:
    """The fields that stand in text: not what the product keeps, not whose the record is, no uploads."""
    return [
        f
        for f in obj.fields.values()
        if not f.system
        and not f.maintained
        and f.name not in OWNERSHIP_FIELDS
        and f.type not in {FieldType.FILE, FieldType.IMAGE, FieldType.AUTO_NUMBER}
    ]


def stored(r: Reading, obj: Object) -> Stored:
    """The stored records that have a key, in the order of their ids."""
    fields = written(obj)
    ids: dict[Key, int] = {}
    texts: dict[Key, Record] = {}
    with_key = all_of(*(Compare(Path((name,)), Operator.NOT_NULL) for name in obj.key))
    rows = list(_all_rows(r, obj, [f.name for f in fields], with_key))
    named = {
        f.name: _texts_of(r, f, [row[place] for row in rows]) for place, f in enumerate(fields, 1) if f.type in LINKS
    }
    for record_id, *values in rows:
        record: dict[str, Any] = {}
        for found, value in zip(fields, values, strict=True):
            text = named[found.name].get(value) if found.name in named else KINDS[found.type].wire(value)
            if not is_left_out(found, text):
                record[found.name] = text
        key = key_of(obj, record)
        if all(part is not None for part in key):
            ids[key] = record_id
            texts[key] = record
    return Stored(ids, texts)


def _all_rows(r: Reading, obj: Object, names: Sequence[str], where: Condition = TRUE) -> Iterator[tuple[Any, ...]]:
    """The id and `names` of all records of `obj`, in the order of their ids."""
    after: str | None = None
    while True:
        order = (Order(Path(("id",))),)
        query = Query(obj.name, columns_of(("id", *names)), where, order=order, limit=PAGE_SIZE_MAX, after=after)
        answer = page(r, query)
        yield from answer.rows
        after = answer.next
        if after is None:
            return


def _texts_of(r: Reading, link: Field, values: Iterable[Any]) -> Mapping[Any, Any]:
    """How text writes what the `values` of a lookup point to: by the key or name, behind the object's name where
    the lookup may point to several."""
    held = {value for value in values if value is not None}
    if link.type is not FieldType.POLYMORPHIC:
        names = _names(r, link.points_to[0], held) if held else {}
        return {record_id: name for record_id, name in names.items() if record_id in held}
    found: dict[Reference, str] = {}
    for target in link.points_to:
        ids = {value.id for value in held if value.object == target}
        for record_id, name in (_names(r, target, ids) if ids else {}).items():
            found[Reference(target, record_id)] = _pointing(target, name)
    return found


def _pointing(target: str, name: object) -> str:
    return f"{target}:{shown(name) if isinstance(name, tuple) else name}"


def _names(r: Reading, target_name: str, ids: Iterable[int] | None = None) -> Mapping[int, Any]:
    """What text calls records of an object: their key, else their one unique text (a login), else their name."""
    target = r.registry.object(target_name)
    wanted = None if ids is None else sorted(ids)
    where: Condition = TRUE
    if wanted is not None and len(wanted) <= MANY:
        where = Compare(Path(("id",)), Operator.IN, tuple(wanted))
    names = target.key or (_called_by(target),)
    return {row[0]: row[1] if len(names) == 1 else tuple(row[1:]) for row in _all_rows(r, target, names, where)}


def _called_by(target: Object) -> str:
    unique = (f.name for f in target.fields.values() if f.unique and f.required and f.type is FieldType.TEXT)
    return next(unique, target.name_field)


def ids_of_targets(r: Reading, obj: Object, names: Iterable[str]) -> Mapping[str, Mapping[Any, int]]:
    """By lookup field, of those in `names`: the id of each text that may be written in it."""
    found: dict[str, Mapping[Any, int]] = {}
    for link in written(obj):
        if link.type not in LINKS or link.name not in names:
            continue
        if link.type is not FieldType.POLYMORPHIC:
            found[link.name] = {name: record_id for record_id, name in _names(r, link.points_to[0]).items()}
            continue
        found[link.name] = {
            _pointing(target, name): record_id
            for target in link.points_to
            for record_id, name in _names(r, target).items()
        }
    return found


def as_link(obj: Object, name: str, text: Any, ids: Mapping[Any, int], key: Key) -> Any:  # noqa: ANN401  # JSON-like
    """The value of a lookup that text writes as `text`. Raises Refused where there is no such record."""
    found = ids.get(hashable(text))
    if found is None:
        params = {"object": obj.name, "key": shown(key), "name": name, "value": str(text)}
        raise Refused([Problem("configuration.target_unknown", name, params=params)])
    if obj.fields[name].type is FieldType.POLYMORPHIC:
        return {"object": str(text).partition(":")[0], "id": str(found)}
    return found
