"""Deals on hold whose day has come: their owners are told, each once for each day that was set.

A job looks every few minutes, as for tasks. It tells and notes that it told in one transaction for a page of deals.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dougong.access.resolve import ZONE
from dougong.automation.notifications import notify
from dougong.crm.activities.reminders import Transact, reminding
from dougong.crm.activities.settings import settings_of
from dougong.crm.opportunities.holding import ON_HOLD, UNTIL
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit import clock
from dougong.records.api import Query, Writing, columns_of, page, stamp
from dougong.storage.jobs import Task

PAGE = 200
OPPORTUNITY, REMINDED = "opportunity", "hold_reminded_at"


def resuming_task(transact: Transact, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The task that looks; `transact` opens a transaction, `stopping` says that the worker is asked to end."""
    return reminding("deals_to_resume", remind, transact, stopping)


def remind(w: Writing, after: str | None = None) -> str | None:
    """Tell the owners of the deals on one page that are due; where the next page begins, None behind the last."""
    obj = w.registry.objects.get(OPPORTUNITY)
    if obj is None or not obj.fields.keys() >= {UNTIL, REMINDED, "outcome"}:
        return None
    now, hour = clock.now(), settings_of(w).remind_hour
    # The day is the owner's, who may be half a day ahead of the clock: each is looked at again with their own.
    tomorrow = (now + timedelta(days=1)).date()
    waiting = all_of(
        Compare(Path(("outcome",)), Operator.EQ, (ON_HOLD,)),
        Compare(Path((UNTIL,)), Operator.LE, (tomorrow,)),
        Compare(Path((REMINDED,)), Operator.IS_NULL),
    )
    columns = columns_of(("id", "name", UNTIL, "owner_id", "owner.timezone"))
    found = page(w, Query(OPPORTUNITY, columns, waiting, limit=PAGE, after=after))
    told: dict[int, dict[str, Any]] = {}
    for record_id, name, until, owner, zone in found.rows:
        if owner is not None and _due(until, now.astimezone(ZoneInfo(zone or ZONE)), hour):
            notify(w, [owner], "reminder.deal_resume", {"name": name, "day": until}, (OPPORTUNITY, record_id))
            told[record_id] = {REMINDED: now}
    stamp(w, OPPORTUNITY, told)
    return found.next


def _due(until: Any, local: datetime, hour: int) -> bool:  # noqa: ANN401  # a value of a record
    return bool(until < local.date() or (until == local.date() and local.hour >= hour))
