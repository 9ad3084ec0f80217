"""Configuration records (roles, profiles, permissions, list views) as text: planned, applied and exported by key.

A record is known by the key fields of its object, never by its id; a lookup is written as the key of its target. Fields
that a text does not name are left as they are. Everything is written through the write path, by the product itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from dougong.expressions.ast import TRUE, Compare, Condition, Operator, Path, all_of
from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.kit.limits import BATCH_MAX, PAGE_SIZE_MAX
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.names import OWNERSHIP_FIELDS, nearest
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Order, Query, Reading, Writing, columns_of, create, delete, page, update

Record = Mapping[str, Any]
Key = tuple[Any, ...]
"""The values of a record's key fields as text has them (a lookup is its target's key)."""


@dataclass(frozen=True)
class RecordStep:
    """One difference: `fields` gives [old, new] of each field as text has them."""

    action: Literal["add", "change", "remove"]
    object: str
    key: Key
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class RecordPlan:
    """What applying a text would do. `removals` are done only with `prune`."""

    additions: tuple[RecordStep, ...] = ()
    changes: tuple[RecordStep, ...] = ()
    removals: tuple[RecordStep, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether text and database say the same, removals apart."""
        return not self.additions and not self.changes


@dataclass(frozen=True)
class _Stored:
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
    return {f.target for f in obj.fields.values() if f.target is not None and not f.system}


def record_problems(registry: Registry, records: Mapping[str, Sequence[Record]]) -> list[Problem]:
    """What is wrong with records as text: unknown objects and fields, blank or repeated keys, unreadable values."""
    keyed = {o.name for o in registry.objects.values() if o.key}
    problems: list[Problem] = []
    for name, given in records.items():
        if name not in keyed:
            params = {"object": name, "nearest": nearest(name, keyed)}
            problems.append(Problem("configuration.not_keyed", params=params))
            continue
        obj = registry.objects[name]
        seen: set[Key] = set()
        for row, record in enumerate(given):
            problems += _record_problems(obj, record, row)
            key = _key(obj, record)
            if any(part in (None, "") for part in key):
                problems.append(_problem("configuration.key_blank", obj, row, keys=", ".join(obj.key)))
            elif key in seen:
                problems.append(_problem("configuration.key_twice", obj, row, key=_shown(key)))
            seen.add(key)
    return problems


def _record_problems(obj: Object, record: Record, row: int) -> Iterator[Problem]:
    for name, value in record.items():
        found = obj.fields.get(name)
        if found is None or found.system:
            yield _problem("configuration.field_unknown", obj, row, name=name, nearest=nearest(name, obj.fields))
        elif found.type not in LINKS:
            try:
                KINDS[found.type].parse(found, value)
            except BadRequest as error:
                params = {"object": obj.name, "row": row + 1, "field": name, **error.params}
                yield Problem(error.code, name, row, params)


def _problem(code: str, obj: Object, row: int, **params: object) -> Problem:
    return Problem(code, row=row, params={"object": obj.name, "row": row + 1, **params})


def plan_records(r: Reading, records: Mapping[str, Sequence[Record]]) -> RecordPlan:
    """The differences between `records` and what is stored, for objects that the registry knows.

    Raises Refused with every problem of the text. Removals are of objects that `records` names.
    """
    problems = record_problems(r.registry, records)
    if problems:
        raise Refused(problems)
    additions: list[RecordStep] = []
    changes: list[RecordStep] = []
    removals: list[RecordStep] = []
    for obj in keyed_objects(r.registry):
        if obj.name not in records:
            continue
        stored = _stored(r, obj)
        wanted = {_key(obj, record): record for record in records[obj.name]}
        for key, record in wanted.items():
            held = stored.texts.get(key)
            if held is None:
                additions.append(RecordStep("add", obj.name, key, {n: (None, v) for n, v in record.items()}))
            elif differing := _differing(obj, held, record):
                changes.append(RecordStep("change", obj.name, key, differing))
        for key, held in stored.texts.items():
            if key not in wanted:
                removals.append(RecordStep("remove", obj.name, key, {n: (v, None) for n, v in held.items()}))
    return RecordPlan(tuple(additions), tuple(changes), tuple(removals))


def apply_records(w: Writing, records: Mapping[str, Sequence[Record]], *, prune: bool = False) -> RecordPlan:
    """Store `records` in the writer's transaction; `prune` also deletes keyed records of the same objects that the text
    does not have. Returns what was done.

    Raises Refused: problems of the text, lookups to keys that do not exist, what the write path refuses.
    """
    plan = plan_records(w, records)
    for obj in keyed_objects(w.registry):
        ids = _ids_of_targets(w, obj)
        added = [_values(obj, step, ids) for step in plan.additions if step.object == obj.name]
        for start in range(0, len(added), BATCH_MAX):
            create(w, obj.name, added[start : start + BATCH_MAX])
        changed = [step for step in plan.changes if step.object == obj.name]
        if changed:
            own = _stored(w, obj).ids
            asked = [Change(own[step.key], _values(obj, step, ids)) for step in changed]
            for start in range(0, len(asked), BATCH_MAX):
                update(w, obj.name, asked[start : start + BATCH_MAX])
    if not prune:
        return RecordPlan(plan.additions, plan.changes)
    for obj in reversed(keyed_objects(w.registry)):
        gone = [step.key for step in plan.removals if step.object == obj.name]
        if gone:
            own = _stored(w, obj).ids
            # A record may have gone with one that it hangs on.
            delete(w, obj.name, [own[key] for key in gone if key in own][:BATCH_MAX])
    return plan


def export_records(r: Reading) -> Mapping[str, tuple[Record, ...]]:
    """All keyed records as text, by object, in the order in which they were made; applying it changes nothing."""
    found = {obj.name: tuple(_stored(r, obj).texts.values()) for obj in keyed_objects(r.registry)}
    return MappingProxyType({name: records for name, records in found.items() if records})


def _key(obj: Object, record: Record) -> Key:
    return tuple(_hashable(record.get(name)) for name in obj.key)


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _shown(key: Key) -> str:
    return " / ".join(map(str, key))


def _differing(obj: Object, held: Record, wanted: Record) -> dict[str, tuple[Any, Any]]:
    """The fields that the text gives and that are stored otherwise; both sides as an export would have them."""
    found = {}
    for name, value in wanted.items():
        old, new = held.get(name), _normal(obj.fields[name], value)
        if old != new and not (name not in held and _is_plain(obj.fields[name], new)):
            found[name] = (old, value)
    return found


def _normal(found: Field, value: Any) -> Any:  # noqa: ANN401  # JSON-like
    """The value as an export writes it."""
    if found.type in LINKS:
        return _hashable(value)
    kind = KINDS[found.type]
    return kind.wire(kind.parse(found, value))


def _is_plain(found: Field, value: object) -> bool:
    """Whether exports leave the value out: blank, or the default of a field that is not required."""
    if value is None:
        return True
    return not found.required and found.default is not None and value == _normal(found, found.default)


def _written(obj: Object) -> list[Field]:
    """The fields that stand in text: not the product's own, not whose the record is, no uploads."""
    return [
        f
        for f in obj.fields.values()
        if not f.system and f.name not in OWNERSHIP_FIELDS and f.type not in {FieldType.FILE, FieldType.IMAGE}
    ]


def _stored(r: Reading, obj: Object) -> _Stored:
    """The stored records that have a key, in the order of their ids."""
    fields = _written(obj)
    names_of = {f.name: _keys_of_target(r, f) for f in fields if f.type in LINKS and f.target is not None}
    ids: dict[Key, int] = {}
    texts: dict[Key, Record] = {}
    with_key = all_of(*(Compare(Path((name,)), Operator.NOT_NULL) for name in obj.key))
    for record_id, *values in _all_rows(r, obj, [f.name for f in fields], with_key):
        record: dict[str, Any] = {}
        for found, value in zip(fields, values, strict=True):
            text = names_of[found.name].get(value) if found.name in names_of else KINDS[found.type].wire(value)
            if not _is_plain(found, text):
                record[found.name] = text
        key = _key(obj, record)
        if all(part is not None for part in key):
            ids[key] = record_id
            texts[key] = record
    return _Stored(ids, texts)


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


def _keys_of_target(r: Reading, link: Field) -> Mapping[int, Any]:
    """How text writes each record that `link` may point to: by the target's key, or by its name where it has no key."""
    target = r.registry.object(link.target or "")
    names = target.key or (target.name_field,)
    return {row[0]: row[1] if len(names) == 1 else tuple(row[1:]) for row in _all_rows(r, target, names)}


def _ids_of_targets(r: Reading, obj: Object) -> Mapping[str, Mapping[Any, int]]:
    """By lookup field: the id of each key that may be written in it."""
    return {
        f.name: {key: record_id for record_id, key in _keys_of_target(r, f).items()}
        for f in _written(obj)
        if f.type in LINKS and f.target is not None
    }


def _values(obj: Object, step: RecordStep, ids: Mapping[str, Mapping[Any, int]]) -> dict[str, Any]:
    """The new values of a step, lookups as ids."""
    values: dict[str, Any] = {}
    for name, (_, new) in step.fields.items():
        if name in ids and new is not None:
            found = ids[name].get(_hashable(new))
            if found is None:
                params = {"object": obj.name, "key": _shown(step.key), "name": name, "value": str(new)}
                raise Refused([Problem("configuration.target_unknown", name, params=params)])
            values[name] = found
        else:
            values[name] = new
    return values
