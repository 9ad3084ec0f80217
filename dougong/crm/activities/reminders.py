"""Reminders: of tasks on the day when they are due, of planned visits some time before. Each is told once.

A job looks every few minutes. It tells and notes that it told in one transaction for a page of activities, so running
it twice, or after it was killed, tells nobody twice.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dougong.access.principal import system
from dougong.access.resolve import ZONE
from dougong.automation.notifications import notify
from dougong.crm.activities.mentioning import record_name
from dougong.crm.activities.settings import ActivitySettings, settings_of
from dougong.expressions.ast import Compare, Condition, Operator, Path, Scalar, all_of, any_of
from dougong.kit import clock
from dougong.metadata.registry import load_registry
from dougong.records.api import Query, Writing, columns_of, page, stamp, writing
from dougong.storage.jobs import Interrupted, Task
from dougong.storage.unit_of_work import Transaction

EVERY = "*/5 * * * *"
PAGE = 200
BACK = timedelta(days=7)
"""What has been due for longer was due before the product could tell anybody."""

ACTIVITY = "activity"
FIELDS = ("id", "type", "owner_id", "owner.timezone", "subject", "related_id", "due_date", "start_at")

Transact = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True)
class _Due:
    """An activity that may have to be told of."""

    id: int
    type: str
    owner_id: int
    zone: ZoneInfo
    subject: str
    related: Any
    due: date | None
    start: datetime | None


def reminder_task(transact: Transact, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The task that looks; `transact` opens a transaction, `stopping` says that the worker is asked to end."""
    return reminding("reminders", remind, transact, stopping)


def reminding(
    name: str, tell: Callable[[Writing, str | None], str | None], transact: Transact, stopping: Callable[[], bool]
) -> Task:
    """A task that calls `tell` every few minutes for one page after the other, each in a transaction of its own.

    It is given where the page begins, and says where the next one does, None behind the last.
    """

    def run(**_moment: object) -> None:
        after: str | None = None
        while True:
            if stopping():
                raise Interrupted
            with transact() as tx:
                after = tell(writing(tx, load_registry(tx), system("reminders"), "system"), after)
            if after is None:
                return

    return Task(name, run, every=EVERY)


def remind(w: Writing, after: str | None = None) -> str | None:
    """Tell the owners of the activities on one page that are due; where the next page begins, None behind the last."""
    now, chosen = clock.now(), settings_of(w)
    found = page(w, Query(ACTIVITY, columns_of(FIELDS), _waiting(now, chosen), limit=PAGE, after=after))
    told: dict[int, dict[str, Any]] = {}
    for one in (_due(row) for row in found.rows):
        code = _code(one, now, chosen)
        if code is not None:
            params = {
                "subject": one.subject,
                "record_name": record_name(w, {"related_id": one.related}),
                "at": one.start,
            }
            notify(w, [one.owner_id], code, params, (ACTIVITY, one.id))
            told[one.id] = {"reminded_at": now}
    stamp(w, ACTIVITY, told)
    return found.next


def _due(row: Sequence[Any]) -> _Due:
    record_id, kind, owner, zone, subject, related, due, start = row
    return _Due(record_id, kind, owner, ZoneInfo(zone or ZONE), subject, related, due, start)


def _code(one: _Due, now: datetime, chosen: ActivitySettings) -> str | None:
    """What to tell of an activity now, by the day of its owner; None: nothing yet."""
    if one.type != "task":
        return "reminder.visit_soon"
    local = now.astimezone(one.zone)
    if one.due is None or one.due > local.date():
        return None
    if one.due < local.date():
        return "reminder.task_overdue"
    return "reminder.task_due" if local.hour >= chosen.remind_hour else None


def _waiting(now: datetime, chosen: ActivitySettings) -> Condition:
    # The day is the owner's, who may be half a day ahead of the clock: each is looked at again with their own.
    tomorrow = (now + timedelta(days=1)).date()
    tasks = all_of(
        _is("type", Operator.EQ, "task"),
        _is("status", Operator.EQ, "open"),
        _is("due_date", Operator.LE, tomorrow),
        _is("due_date", Operator.GE, (now - BACK).date()),
    )
    visits = all_of(
        _is("visit_status", Operator.EQ, "planned"),
        _is("start_at", Operator.LE, now + timedelta(minutes=chosen.remind_minutes)),
        _is("start_at", Operator.GE, now - timedelta(hours=1)),
    )
    return all_of(Compare(Path(("reminded_at",)), Operator.IS_NULL), any_of(tasks, visits))


def _is(name: str, operator: Operator, value: Scalar) -> Condition:
    return Compare(Path((name,)), operator, (value,))
