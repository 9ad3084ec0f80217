"""A person's calendar for their phone: their tasks, visits and meetings, as far as they may see them now."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from dougong.crm.activities.calendar_text import Event, calendar_text
from dougong.expressions.ast import Compare, Me, Operator, Path, all_of
from dougong.kit import clock
from dougong.kit.errors import DougongError
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.kit.text import sentence
from dougong.records.api import Order, Query, Reading, columns_of, page

BACK, AHEAD = timedelta(days=90), timedelta(days=365)
EVENTS_MAX = 2_000
HOUR = timedelta(hours=1)

FIELDS = (
    *("id", "version", "updated_at", "type", "subject", "content", "location_name", "related.name"),
    *("start_at", "end_at", "due_date", "status", "visit_status"),
)


def calendar_of(r: Reading, origin: str) -> str:
    """The reader's calendar as iCalendar text; `origin` is where the product is, for links.

    Who may no longer read activities gets an empty one: phones ask on for years.
    """
    now = clock.now()
    where = all_of(
        Compare(Path(("owner_id",)), Operator.EQ, (Me(),)),
        Compare(Path(("type",)), Operator.IN, ("task", "visit", "meeting")),
        Compare(Path(("start_at",)), Operator.GE, (now - BACK,)),
        Compare(Path(("start_at",)), Operator.LE, (now + AHEAD,)),
    )
    order = (Order(Path(("start_at",)), descending=True),)
    events: list[Event] = []
    after: str | None = None
    try:
        while len(events) < EVENTS_MAX:
            query = Query("activity", columns_of(FIELDS), where, order=order, limit=PAGE_SIZE_MAX, after=after)
            found = page(r, query)
            events += [_event(row, origin) for row in found.rows]
            after = found.next
            if after is None:
                break
    except DougongError:
        events = []
    name = sentence("activity.calendar_name", r.actor.language, {"name": r.actor.name})
    return calendar_text(name, events[:EVENTS_MAX])


def _event(row: Sequence[Any], origin: str) -> Event:
    values = dict(zip(FIELDS, row, strict=True))
    done = values["status"] == "done" or values["visit_status"] == "done"
    start: datetime | date = values["start_at"]
    end: datetime | date | None = values["end_at"] or values["start_at"] + HOUR
    if values["type"] == "task" and values["due_date"] is not None:
        start, end = values["due_date"], values["due_date"] + timedelta(days=1)
    about = values["related.name"]
    return Event(
        uid=f"activity-{values['id']}@dougong",
        changed=values["updated_at"],
        version=values["version"],
        start=start,
        end=end,
        summary=f"{'✓ ' if done else ''}{values['subject']}",
        description="\n".join(part for part in (about, values["content"]) if part),
        location=values["location_name"] or "",
        address=f"{origin}/o/activity/{values['id']}",
    )
