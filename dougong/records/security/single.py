"""Objects of one record: settings of the whole company, such as the sign-in policy."""

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.hooks import Act, Batch
from dougong.records.work import Writing


def only_one(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record beside the first of a `single` object, and for who would delete that."""
    obj = batch.object
    if not obj.single:
        return []
    params = {"label_zh": obj.label.zh, "label_en": obj.label.en}
    if batch.act is Act.DELETE:
        return [Problem("single.kept", row=row.number, params=params) for row in batch.live]
    table = w.registry.tables[obj.name]
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(obj.name, 0))))
    there = w.transaction.one(sa.select(table.c.id).where(table.c.deleted_at.is_(None)).limit(1)) is not None
    return [
        Problem("single.only_one", row=row.number, params=params) for row in (batch.live if there else batch.live[1:])
    ]
