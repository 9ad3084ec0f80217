"""What history knows of many records at once, for the product: when a field last changed, and what an import made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from dougong.records.work import Reading
from dougong.records.write.columns import is_one_of
from dougong.storage.schema import change, history


@dataclass(frozen=True)
class Changed:
    """The last change of a field: `old` is its JSON value before."""

    at: datetime
    old: object


def last_changes(r: Reading, object_name: str, field_name: str, ids: Collection[int]) -> dict[int, Changed]:
    """When the field of each record last changed, by id; records in which it never did are left out."""
    statement = (
        sa.select(history.c.record_id, change.c.at, history.c.changes[field_name][0].label("old"))
        .join(change, change.c.id == history.c.change_id)
        .where(is_one_of(history.c.record_id, sorted(ids)), history.c.object == object_name)
        .where(history.c.changes.has_key(field_name))
        .ext(distinct_on(history.c.record_id))
        .order_by(history.c.record_id, history.c.id.desc())
    )
    return {row.record_id: Changed(row.at, row.old) for row in r.snapshot.rows(statement)}


def imported(r: Reading, object_name: str, ids: Collection[int]) -> frozenset[int]:
    """Those of the records that an import made."""
    statement = (
        sa.select(history.c.record_id)
        .join(change, change.c.id == history.c.change_id)
        .where(is_one_of(history.c.record_id, sorted(ids)), history.c.object == object_name)
        .where(history.c.action == "create", change.c.via == "import")
    )
    return frozenset(row.record_id for row in r.snapshot.rows(statement))
