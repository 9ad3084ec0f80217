"""Maintained fields of records that follow from other records: kept in step without the record counting as changed.

As with roll-ups, nobody has said anything of the record: neither its version nor its time nor its history moves, so
whoever has it open is not told that it is stale. The records are locked by the order of their ids.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Object
from dougong.records.work import Writing
from dougong.records.write.batch import SUMMARISE
from dougong.records.write.columns import field_columns, is_one_of
from dougong.storage.outbox import append

Values = Mapping[str, Any]


def stamp(w: Writing, object_name: str, values: Mapping[int, Values], *, change_id: int | None = None) -> None:
    """Give the records of `object_name` with these ids the values, by field name, that follow from other records.

    `change_id`: the change from which they follow, for the event in the outbox. Raises ValueError for a field that
    people write, that search or access follow from, or that is a roll-up.
    """
    obj, table = w.registry.object(object_name), w.registry.tables[object_name]
    groups: defaultdict[tuple[str, ...], dict[int, Values]] = defaultdict(dict)
    for record_id, given in values.items():
        groups[tuple(sorted(given))][record_id] = given
    for names in groups:
        _check(obj, names)
    if not groups:
        return
    held = sa.select(table.c.id).where(is_one_of(table.c.id, sorted(values))).order_by(table.c.id)
    there = {row.id for row in w.transaction.rows(held.with_for_update(of=table, key_share=True))}
    for names, rows in groups.items():
        plan = field_columns([obj.fields[name] for name in names])
        statement = sa.update(table).where(table.c.id == sa.bindparam("row_id"))
        statement = statement.values({name: sa.bindparam(f"to_{name}") for part in plan for name in part.names})
        changes = []
        for record_id in sorted(there & rows.keys()):
            change: dict[str, Any] = {"row_id": record_id}
            for part in plan:
                value = KINDS[part.field.type].parse(part.field, rows[record_id][part.field.name])
                stored = (value,) if part.plain else part.kind.pack(part.field, value)
                change |= {f"to_{name}": one for name, one in zip(part.names, stored, strict=True)}
            changes.append(change)
        w.transaction.execute_many(statement, changes)
    if there:
        append(w.transaction, change_id=change_id or 0, object=object_name, action=SUMMARISE, record_ids=sorted(there))


def _check(obj: Object, names: tuple[str, ...]) -> None:
    for name in names:
        field = obj.fields[name]
        if not field.maintained or field.summary is not None or field.searchable or field.unique:
            raise ValueError(f"{obj.name}.{name} cannot be stamped: people write it, or something else follows from it")
