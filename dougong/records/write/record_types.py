"""The type of each record of a batch: which one a new record has, what it starts with, and what it lets one choose."""

from collections.abc import Iterator

from dougong.access.fields import editable_fields
from dougong.access.record_types import creatable_types, preselected_type
from dougong.kit.errors import Problem
from dougong.metadata.model import Field, RecordType
from dougong.metadata.names import RECORD_TYPE
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.values import default_value, titled


def start(batch: Batch, w: Writing) -> list[Problem]:
    """Give new records their type, where none is given, and the defaults of the type, where no value is given.

    A type that is given and that there is not brings no defaults: reading the values tells it.
    """
    obj = batch.object
    if not obj.record_types:
        return []
    writable = frozenset(batch.writable)
    usual = preselected_type(w.actor, obj)
    types = {one.name: one for one in obj.record_types}
    for row in batch.rows:
        given = row.given.get(RECORD_TYPE) if RECORD_TYPE in writable else None
        if given in (None, "") and usual is not None:
            row.values[RECORD_TYPE] = given = usual
        found = types.get(given) if isinstance(given, str) else None
        for name, default in found.defaults.items() if found is not None else ():
            field = obj.fields[name]
            asked = row.given.get(name) if name in writable else None
            if (name not in row.given or name not in writable) or (field.required and asked in (None, "")):
                row.values[name] = default_value(field, w.actor, batch.moment, default)
    return []


def types(batch: Batch, w: Writing) -> list[Problem]:
    """Refuse a type that the writer may not create, and values that a record's type does not offer.

    Values that stand and that nobody touches stay. Only who gives a record another type is told of each of its values
    that the new type does not offer, unless they could not change it.
    """
    if not batch.object.record_types:
        return []
    found = {one.name: one for one in batch.object.record_types}
    creatable = {one.name for one in creatable_types(w.actor, batch.object)}
    problems: list[Problem] = []
    for row in batch.known:
        type_ = found.get(row.after(RECORD_TYPE) or "")
        changed = row.changes(RECORD_TYPE)
        if type_ is None:
            continue
        if changed and type_.active and type_.name not in creatable:
            problems.append(Problem("record_type.not_yours", RECORD_TYPE, row.number, _named(type_)))
        problems += _unoffered(batch, w, row, type_, whole=changed and batch.act is Act.UPDATE)
    return problems


def _unoffered(batch: Batch, w: Writing, row: Row, type_: RecordType, *, whole: bool) -> Iterator[Problem]:
    open_ = {field.name for field in editable_fields(w.actor, batch.object)} if whole else set()
    for name, offered in type_.options.items():
        if not row.changes(name) and not (whole and name in open_):
            continue
        field = batch.object.fields[name]
        value = row.after(name)
        chosen = value if isinstance(value, list | tuple) else () if value is None else (value,)
        held = row.old.get(name) or ()
        kept = () if whole else held if isinstance(held, list | tuple) else (held,)
        for option in chosen:
            if option not in offered and option not in kept:
                params = {**_named(type_), **_option(field, option)}
                yield Problem("record_type.not_offered", name, row.number, titled(field, params))


def _named(type_: RecordType) -> dict[str, str]:
    return {"type": type_.name, "type_zh": type_.label.zh, "type_en": type_.label.en}


def _option(field: Field, value: str) -> dict[str, str]:
    found = next((option for option in field.options if option.value == value), None)
    zh, en = (value, value) if found is None else (found.label.zh, found.label.en)
    return {"value": value, "value_zh": zh, "value_en": en}
