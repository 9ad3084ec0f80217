"""Visits: planned, checked in, checked out, or logged afterwards.

The write path keeps a visit's state by what happens to it (`derive_visits`): it is planned while its time lies ahead,
under way from the check-in to the check-out, done afterwards. The times are the server's. Source: domain.md 2.8.
"""

from datetime import datetime, timedelta
from typing import Any

from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

VISIT = "visit"
PLANNED, IN_PROGRESS, DONE = "planned", "in_progress", "done"
AHEAD = timedelta(minutes=1)
"""Clocks of browsers differ: what lies less ahead than this is now."""


def is_planned(row: Row) -> bool:
    """Whether the row is a visit that is still to be made."""
    return bool(row.after("type") == VISIT and row.after("visit_status") == PLANNED)


def derive_visits(batch: Batch, w: Writing) -> list[Problem]:
    """The state and times of the visits in the batch; a problem for each step out of order."""
    problems: list[Problem] = []
    for row in batch.live:
        if batch.act is Act.CREATE and "visit_status" in w.keeping:
            continue
        if batch.act is Act.CREATE:
            _begin(row, batch.moment)
        elif row.changes("type") and row.old.get("checked_in_at") is not None:
            problems.append(Problem("activity.type_fixed", "type", row.number))
        elif row.changes("type"):
            _begin(row, batch.moment)
        elif row.after("type") == VISIT:
            problems += _go_on(row)
    return problems


def _begin(row: Row, moment: datetime) -> None:
    if row.after("type") != VISIT:
        cleared: dict[str, Any] = dict.fromkeys(("visit_status", "visited_at", "planned"))
        row.values.update(cleared)
        return
    arrived, start = row.after("checked_in_at"), row.after("start_at")
    if arrived is not None:
        row.values.update(visit_status=IN_PROGRESS, visited_at=arrived, planned=False)
    elif start is not None and start > moment + AHEAD:
        row.values.update(visit_status=PLANNED, visited_at=None, planned=True)
    else:
        row.values.update(visit_status=DONE, visited_at=start or moment, planned=False)


def _go_on(row: Row) -> list[Problem]:
    if row.changes("checked_in_at"):
        if row.old.get("visit_status") != PLANNED:
            return [Problem("activity.checked_in_already", row=row.number)]
        row.values.update(visit_status=IN_PROGRESS, visited_at=row.values["checked_in_at"])
    if row.changes("checked_out_at"):
        arrived = row.after("checked_in_at")
        if arrived is None:
            return [Problem("activity.not_checked_in", row=row.number)]
        if row.old.get("checked_out_at") is not None:
            return [Problem("activity.checked_out_already", row=row.number)]
        minutes = max(0, int((row.values["checked_out_at"] - arrived).total_seconds() // 60))
        row.values.update(visit_status=DONE, visit_minutes=minutes)
    if row.changes("visit_status") and row.after("visited_at") is None:
        row.values["visited_at"] = row.after("start_at")
    # A visit that was logged without a check-in took place when its writer says so.
    if row.changes("start_at") and row.after("checked_in_at") is None and row.after("visit_status") == DONE:
        row.values["visited_at"] = row.after("start_at")
    return []
