"""What an activity says of itself by what it is about and when it is written: account, stage, times, posting.

Hooks of "check": people cannot write these fields, and whoever writes an activity, by whichever way, gets them alike.
Source: domain.md 2.8.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dougong.crm.activities.related import values_of
from dougong.crm.activities.visits import derive_visits, is_planned
from dougong.kit.errors import Problem
from dougong.metadata.model import Object
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

ACTIVITY = "activity"
TASK, VISIT = "task", "visit"
DONE = "done"
MORNING = time(9)
"""When a task of a day stands in the calendar."""


def derive(batch: Batch, w: Writing) -> list[Problem]:
    """Fill in what follows from what is given."""
    rows = batch.live
    if batch.act is Act.CREATE:
        _start_tasks(rows, w)
        _snapshot_stages(rows, w)
    _keep_days_together(rows, w, batch.act)
    _find_accounts([row for row in rows if _linked(row, batch.act)], w)
    problems = derive_visits(batch, w)
    for row in rows:
        _post(batch, w, row)
        _remind_anew(row)
        # What the company has taken out of the object is not kept.
        for name in row.values.keys() - batch.object.fields.keys():
            del row.values[name]
    return problems


def _linked(row: Row, act: Act) -> bool:
    return act is Act.CREATE or row.changes("related_id") or row.changes("contact_id")


def _find_accounts(rows: Sequence[Row], w: Writing) -> None:
    """The account of what an activity is about, and the contact where it is about one."""
    for row in rows:
        related = row.after("related_id")
        if related is not None and related.object == "contact" and row.after("contact_id") is None:
            row.values["contact_id"] = related.id
    accounts = linked_accounts(w, [(row.after("related_id"), row.after("contact_id")) for row in rows])
    for row in rows:
        row.values["account_id"] = account_of(row.after("related_id"), row.after("contact_id"), accounts)


Accounts = Mapping[str, Mapping[int, int | None]]
"""By object and record the account of what belongs to one: opportunities, contacts, orders."""


def linked_accounts(w: Writing, about: Iterable[tuple[Any, int | None]]) -> Accounts:
    """The accounts behind what activities are about, each given as the related record and the contact."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for related, contact in about:
        if related is not None:
            wanted[related.object].add(related.id)
        if contact is not None:
            wanted["contact"].add(contact)
    return {
        name: {record: values["account_id"] for record, values in values_of(w, name, ids, ("account_id",)).items()}
        for name, ids in wanted.items()
        if "account_id" in w.registry.object(name).fields
    }


def account_of(related: Any, contact: int | None, accounts: Accounts) -> int | None:  # noqa: ANN401  # a reference
    """The account of an activity: the related one, that of what is related (an order), else that of its contact."""
    found = None
    if related is not None:
        found = related.id if related.object == "account" else accounts.get(related.object, {}).get(related.id)
    return found or (accounts.get("contact", {}).get(contact) if contact is not None else None)


def _snapshot_stages(rows: Iterable[Row], w: Writing) -> None:
    """The stage of the opportunity now, in words: it will have other stages, and stages other names."""
    about = {row: row.after("related_id") for row in rows}
    ids = {related.id for related in about.values() if related is not None and related.object == "opportunity"}
    obj = w.registry.objects.get("opportunity")
    if not ids or obj is None or obj.stage_field is None:
        return
    stages = values_of(w, "opportunity", ids, (obj.stage_field,))
    for row, related in about.items():
        if related is not None and related.id in stages:
            row.values["sale_stage"] = _label(w, obj, stages[related.id][obj.stage_field])


def _label(w: Writing, obj: Object, value: str | None) -> str | None:
    field = obj.fields[obj.stage_field or ""]
    label = next((option.label for option in field.options if option.value == value), None)
    return value if label is None else str(getattr(label, w.actor.language))


def _start_tasks(rows: Iterable[Row], w: Writing) -> None:
    """A new task is open, and stands in the calendar on the day when it is due."""
    zone = ZoneInfo(w.actor.timezone)
    for row in rows:
        if row.values.get("type") != TASK:
            continue
        if row.values.get("status") is None:
            row.values["status"] = "open"
        due = row.values.get("due_date")
        if due is not None and row.given.get("start_at") is None:
            row.values["start_at"] = datetime.combine(due, MORNING, zone)
        elif due is None and row.given.get("start_at") is not None and w.via != "import":
            row.values["due_date"] = row.values["start_at"].astimezone(zone).date()


def _keep_days_together(rows: Iterable[Row], w: Writing, act: Act) -> None:
    """Whoever moves a task in the calendar moves the day when it is due, and the other way round."""
    if act is not Act.UPDATE:
        return
    zone = ZoneInfo(w.actor.timezone)
    for row in rows:
        start, due = row.after("start_at"), row.after("due_date")
        if row.after("type") != TASK or start is None or row.changes("start_at") is row.changes("due_date"):
            continue
        if row.changes("start_at"):
            row.values["due_date"] = start.astimezone(zone).date()
        elif due is not None:
            row.values["start_at"] = moved = datetime.combine(due, start.astimezone(zone).time(), zone)
            end = row.after("end_at")
            if end is not None and not row.changes("end_at"):
                row.values["end_at"] = end + (moved - start)


def _post(batch: Batch, w: Writing, row: Row) -> None:
    """When it was posted: what is still to be done is not posted yet. Once posted, it stays so."""
    if "published_at" in w.keeping:
        return
    posted: Any = row.old.get("published_at")
    if is_planned(row) or (row.after("type") == TASK and row.after("status") != DONE):
        row.values["published_at"] = None
    elif posted is None:
        row.values["published_at"] = _moment(batch, w, row)


def _moment(batch: Batch, w: Writing, row: Row) -> datetime:
    """Now, by the clock of the server; what an import brings from an old system was posted when it happened."""
    start: datetime | None = row.after("start_at")
    if w.via == "import" and start is not None:
        return min(start, batch.moment)
    return batch.moment


def _remind_anew(row: Row) -> None:
    """What was put off is reminded of again."""
    if row.old.get("reminded_at") is not None and (row.changes("due_date") or row.changes("start_at")):
        row.values["reminded_at"] = None
