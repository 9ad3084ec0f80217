"""The state of records that is no field for people to write: locked by somebody, since when (domain.md 1.0, gate 3)."""

from dougong.kit.errors import Problem
from dougong.metadata.names import LOCK_FIELDS
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch

LOCKED_AT, LOCKED_BY = LOCK_FIELDS


def lock(batch: Batch, w: Writing) -> list[Problem]:
    """Lock the records that are free, or free those that are locked; the others keep their state without a trace."""
    locking = batch.act is Act.LOCK
    for row in batch.live:
        if (row.old[LOCKED_AT] is None) is locking:
            row.values[LOCKED_AT] = batch.moment if locking else None
            row.values[LOCKED_BY] = w.actor.user_id if locking else None
    return []
