"""A lead is converted by converting it, not by a change of its status; from then on it is read-only (domain.md 2.6)."""

from dougong.access.fields import TRANSFERRED
from dougong.kit.errors import Problem
from dougong.metadata.model import Object
from dougong.records.hooks import Act, Batch, Row
from dougong.records.work import Writing

CONVERTED = "converted"
CONVERTED_AT = "converted_at"
STATUS_AT = "status_updated_at"


def check_status(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a lead that is said to be converted, and for changes of one that is; notes when the status changed.

    Conversion and its undoing give `converted_at`, which nobody else can.
    """
    problems: list[Problem] = []
    for row in batch.live:
        if row.changes("status"):
            row.values[STATUS_AT] = batch.moment
        if CONVERTED_AT in w.keeping or batch.act is Act.RESTORE:
            continue
        if row.changes("status") and row.after("status") == CONVERTED:
            problems.append(Problem("lead.convert_instead", "status", row.number))
        elif row.old.get("status") == CONVERTED and _touches(batch.object, row):
            problems.append(Problem("lead.converted_read_only", row=row.number, params={"name": row.old.get("name")}))
    return problems


def _touches(obj: Object, row: Row) -> bool:
    """Whether more is written than what the product keeps, and whose record it is: leavers hand theirs over."""
    return any(
        row.changes(name) and not (obj.fields[name].maintained or obj.fields[name].system or name in TRANSFERRED)
        for name in row.values
    )


def check_unlock(batch: Batch, w: Writing) -> list[Problem]:
    """The lock of a converted lead is part of its being converted."""
    # Undoing a conversion has set the status back before it takes the lock off.
    held = [row for row in batch.live if row.old.get("status") == CONVERTED]
    return [Problem("lead.converted_locked", row=row.number) for row in held]
