"""The next contact of an activity: a task of its own, made and moved with it."""

from zoneinfo import ZoneInfo

from dougong.crm.activities.related import product
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.text import sentence
from dougong.records.api import Change, Query, Writing, columns_of, create, keeping, page, update
from dougong.records.hooks import Batch, Row

ACTIVITY = "activity"
SUBJECT_MAX = 255


def make_tasks(batch: Batch, w: Writing) -> list[Problem]:
    """A task for each activity that says when the next contact is; an open one that is there already moves along."""
    if w.via == "import":
        return []
    for row in batch.storable:
        if row.after("type") != "task" and row.changes("next_call_at") and row.values["next_call_at"] is not None:
            _follow(w, row)
    return []


def _follow(w: Writing, row: Row) -> None:
    at = row.values["next_call_at"]
    times = {"start_at": at, "due_date": at.astimezone(ZoneInfo(w.actor.timezone)).date()}
    there = _open_task(w, row.id)
    if there is not None:
        update(w, ACTIVITY, [Change(there, times)])
        return
    subject = sentence("activity.next_call", w.actor.language, {"subject": row.after("subject")})
    values = {
        "type": "task",
        "subject": subject[:SUBJECT_MAX],
        "related_id": row.after("related_id"),
        "contact_id": row.after("contact_id"),
        "origin_id": row.id,
        "status": "open",
        **times,
    }
    create(keeping(w, "origin_id"), ACTIVITY, [{name: value for name, value in values.items() if value is not None}])


def _open_task(w: Writing, activity_id: int) -> int | None:
    where = all_of(
        Compare(Path(("origin_id",)), Operator.EQ, (activity_id,)), Compare(Path(("status",)), Operator.EQ, ("open",))
    )
    rows = page(product(w), Query(ACTIVITY, columns_of(("id",)), where, limit=1)).rows
    return int(rows[0][0]) if rows else None
