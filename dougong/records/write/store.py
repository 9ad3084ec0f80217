"""Storing what was decided: new rows by COPY, changed rows grouped by the columns that change."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dougong.access.tokens import deciding_fields, row_tokens
from dougong.kit import clock
from dougong.kit.errors import Problem
from dougong.metadata.model import FieldType
from dougong.records.numbering import next_numbers, seen_numbers
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.columns import ACCESS_COLUMN, FieldColumns, field_columns, is_one_of
from dougong.records.write.references import FILES
from dougong.storage.schema import file, record_id

Packed = Sequence[Sequence[Any]]


def numbers(batch: Batch, w: Writing) -> list[Problem]:
    """Number new records; numbers that an import brought are kept, and counting goes on behind them."""
    day = clock.today(w.actor.timezone)
    for field in batch.object.fields.values():
        if field.type is not FieldType.AUTO_NUMBER:
            continue
        name, made = field.name, batch.numbered
        blank = [row for row in batch.live if row.values.get(name) is None or (row.number, name) in made]
        brought = [row.values[name] for row in batch.live if name in row.values and (row.number, name) not in made]
        brought = [number for number in brought if number is not None]
        if brought:
            seen_numbers(w.transaction, batch.object.name, field=name, pattern=field.format, numbers=brought)
        if blank and batch.act is Act.CREATE:
            taken = next_numbers(
                w.transaction, batch.object.name, field=name, pattern=field.format, count=len(blank), day=day
            )
            for row, number in zip(blank, taken, strict=True):
                row.values[name] = number
                made.add((row.number, name))
    return []


def tokens(batch: Batch, w: Writing) -> list[Problem]:
    """Work out again who may see the rows of which the owner, a node or the public flag changes.

    What somebody was granted stays with the record, whoever owns it.
    """
    obj = batch.object
    if not obj.owned:
        return []
    deciding = deciding_fields(obj)
    known: dict[tuple[Any, ...], list[int]] = {}
    for row in batch.storable:
        if batch.act is Act.CREATE or any(name in row.values for name in deciding):
            key = tuple(row.after(name) for name in deciding)
            if key not in known:
                known[key] = row_tokens(obj, dict(zip(deciding, key, strict=True)))
            row.access = [*known[key], *row.granted]
    return []


def store(batch: Batch, w: Writing) -> list[Problem]:
    """Write the rows of the object's table."""
    match batch.act:
        case Act.CREATE:
            _insert(batch, w)
        case Act.UPDATE | Act.LOCK | Act.UNLOCK:
            _update(batch, w)
        case Act.DELETE:
            stamp = {"deleted_at": batch.moment, "deleted_by_id": w.actor.user_id, "deletion_id": batch.change_id}
            _mark(batch, w, stamp)
        case Act.RESTORE:
            _mark(batch, w, {"deleted_at": None, "deleted_by_id": None, "deletion_id": None})
    return []


def _insert(batch: Batch, w: Writing) -> None:
    rows = batch.live
    for row, new_id in zip(rows, _new_ids(w, len(rows)), strict=True):
        row.id = new_id
        row.version = 1
        values = row.values
        values["id"] = new_id
        values["version"] = 1
        values["created_at"] = values.get("created_at") or batch.moment
        values["updated_at"] = batch.moment
        values["created_by_id"] = values.get("created_by_id") or w.actor.user_id
        values["updated_by_id"] = w.actor.user_id
    plan = field_columns(list(batch.object.fields.values()))
    names = [name for part in plan for name in part.names]
    if batch.object.owned:
        names.append(ACCESS_COLUMN)
    table = w.registry.tables[batch.object.name]
    w.transaction.copy(table, names, _packed_rows(rows, plan, owned=batch.object.owned))


def _packed_rows(rows: Sequence[Row], plan: Sequence[FieldColumns], *, owned: bool) -> Iterable[Sequence[Any]]:
    """The stored columns of each row, in the order of `plan`, the tokens last where the object is `owned`."""
    names = [part.field.name for part in plan]
    # The few values that need packing, with their places, counted from the end so that earlier ones stay right.
    odd = [(at, part) for at, part in enumerate(plan) if not part.plain][::-1]
    for row in rows:
        stored = list(map(row.values.get, names))
        for at, part in odd:
            stored[at : at + 1] = part.kind.pack(part.field, stored[at])
        if owned:
            stored.append(row.access)
        yield stored


def _new_ids(w: Writing, count: int) -> list[int]:
    """`count` ids of the one sequence, by one statement, ascending."""
    series = sa.func.generate_series(1, count).table_valued("n")
    return sorted(row[0] for row in w.transaction.rows(sa.select(record_id.next_value()).select_from(series)))


ALIKE_AT_LEAST = 4
"""From so many rows for each different set of values on, rows with the same values are written together."""


def _update(batch: Batch, w: Writing) -> None:
    """One UPDATE for each set of fields that change together, and one for all rows that are to be the same in them."""
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in batch.storable:
        groups[(*sorted(row.values), *([ACCESS_COLUMN] if row.access is not None else []))].append(row)
    for names, rows in groups.items():
        plan = field_columns([batch.object.fields[name] for name in names if name != ACCESS_COLUMN])
        stored = [name for part in plan for name in part.names]
        stored += [ACCESS_COLUMN] if ACCESS_COLUMN in names else []
        packed = list(_packed_rows(rows, plan, owned=ACCESS_COLUMN in names))
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for at, values in enumerate(packed):
            alike[_as_key(at, values)].append(at)
        if len(alike) * ALIKE_AT_LEAST <= len(rows):
            for places in alike.values():
                _set(batch, w, [rows[at].id for at in places], dict(zip(stored, packed[places[0]], strict=True)))
        else:
            _set_each(batch, w, rows, stored, packed)
    for row in batch.storable:
        row.version = row.old["version"] + 1


def _as_key(number: int, values: Sequence[Any]) -> Hashable:
    """The same for rows of the same values; the row's own `number` where one is a document, which is not compared."""
    if any(isinstance(value, dict) for value in values):
        return number
    return tuple(repr(value) if isinstance(value, list) else value for value in values)


def _set(batch: Batch, w: Writing, ids: Sequence[int], values: Mapping[str, Any]) -> None:
    table = w.registry.tables[batch.object.name]
    stamp = {"version": table.c.version + 1, "updated_at": batch.moment, "updated_by_id": w.actor.user_id}
    w.transaction.execute(sa.update(table).where(is_one_of(table.c.id, ids)).values({**values, **stamp}))


def _set_each(batch: Batch, w: Writing, rows: Sequence[Row], names: Sequence[str], packed: Packed) -> None:
    table = w.registry.tables[batch.object.name]
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values({name: sa.bindparam(f"to_{name}") for name in names})
        .values(version=table.c.version + 1, updated_at=batch.moment, updated_by_id=w.actor.user_id)
    )
    given = [
        {"row_id": row.id, **{f"to_{name}": value for name, value in zip(names, values, strict=True)}}
        for row, values in zip(rows, packed, strict=True)
    ]
    w.transaction.execute_many(statement, given)


def _mark(batch: Batch, w: Writing, stamp: dict[str, Any]) -> None:
    table = w.registry.tables[batch.object.name]
    ids = [row.id for row in batch.live]
    w.transaction.execute(
        sa.update(table).where(is_one_of(table.c.id, ids)).values(version=table.c.version + 1, **stamp)
    )
    for row in batch.live:
        row.version = row.old["version"] + 1


def files(batch: Batch, w: Writing) -> list[Problem]:
    """Attach the files that rows name to their records: from now on they are seen with them."""
    for field in batch.object.fields.values():
        if field.type not in FILES:
            continue
        for row in batch.storable:
            if row.values.get(field.name) is not None:
                w.transaction.execute(
                    sa.update(file)
                    .where(file.c.id == row.values[field.name])
                    .values(object=batch.object.name, record_id=row.id)
                )
    return []
