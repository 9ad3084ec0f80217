"""Records held by a writer who decides by what stands in them, and what the product keeps in them beside their content.

`hold` locks in the order in which every writer does (from above, by id), so that a decision stays true until the
write that follows from it: of two who take the same lead the second finds it taken.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from dougong.access.tokens import deciding_fields
from dougong.kit.clock import now
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, Object
from dougong.records.read.visibility import visible
from dougong.records.work import Writing
from dougong.records.write import summaries
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.columns import field_columns, is_one_of, unpacked

Values = Mapping[str, Any]


def hold(
    w: Writing, object_name: str, ids: Iterable[int], fields: Collection[str] = (), *, skip_locked: bool = False
) -> dict[int, dict[str, Any]]:
    """The living records of `ids` that the writer sees, by field name, locked to the end of the transaction, by id.

    `fields`: those that are going to be written. `skip_locked` leaves out what somebody else holds at the moment.
    """
    obj, table = w.registry.object(object_name), w.registry.tables[object_name]
    wanted = sorted(set(ids))
    given = dict.fromkeys(fields)
    summaries.hold(Batch(Act.UPDATE, obj, [Row(n, i, given=given) for n, i in enumerate(wanted)], now()), w)
    statement = (
        sa.select(table)
        .where(is_one_of(table.c.id, wanted), table.c.deleted_at.is_(None), visible(w.registry, w.actor, obj, table))
        .order_by(table.c.id)
        .with_for_update(of=table, key_share=True, skip_locked=skip_locked)
    )
    plan = field_columns(list(obj.fields.values()))
    return {row.id: unpacked(plan, dict(row._mapping)) for row in w.transaction.rows(statement)}


def keep(w: Writing, object_name: str, values: Mapping[int, Values]) -> None:
    """Store what the product keeps in records beside what people write in them: a time, a countdown.

    Neither version nor history move, as with roll-ups: nothing that somebody has said has changed, and nobody who has
    the record open is told that it is stale. Raises ValueError for fields of another kind.
    """
    obj, table = w.registry.object(object_name), w.registry.tables[object_name]
    groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for record_id in sorted(values):
        packed: dict[str, Any] = {}
        for name, value in values[record_id].items():
            kind, field = KINDS[obj.fields[name].type], _kept(obj, name)
            columns = (column for column, _ in kind.columns(field))
            packed |= dict(zip(columns, kind.pack(field, value), strict=True))
        groups[tuple(packed)].append({"row_id": record_id, **{f"to_{name}": value for name, value in packed.items()}})
    for names, rows in groups.items():
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row_id"))
            .values({name: sa.bindparam(f"to_{name}") for name in names})
        )
        w.transaction.execute_many(statement, rows)


def _kept(obj: Object, name: str) -> Field:
    field = obj.fields[name]
    if not (field.system or field.maintained) or field.searchable or field.unique or name in deciding_fields(obj):
        raise ValueError(f"{obj.name}.{name} is more than the product keeps")
    return field
