"""Who may delete an activity: its author, whose it is now, and an administrator. Their superiors read it."""

from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import Batch


def by_author(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each activity that is not the writer's to delete. What goes with its record is not asked about."""
    actor = w.actor
    if batch.derived or actor.administers:
        return []
    return [
        Problem("activity.not_author", row=row.number)
        for row in batch.live
        if actor.user_id not in {row.old.get("owner_id"), row.old.get("created_by_id")}
    ]
