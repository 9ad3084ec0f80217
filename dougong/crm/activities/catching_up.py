"""Activities of before they said when they were posted and of which account they are: each is given it once.

When it was posted is when it was written; what an import brought was posted when it happened, as today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dougong.crm.activities.deriving import DONE, TASK, account_of, linked_accounts
from dougong.crm.activities.related import product
from dougong.crm.activities.stamping import ACTIVITY, KEPT, STAMPED
from dougong.crm.activities.visits import AHEAD, PLANNED, VISIT
from dougong.crm.activities.visits import DONE as VISITED
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import now
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.api import Order, Query, Writing, columns_of, hold, page, stamp
from dougong.records.hooks import CatchUp
from dougong.records.past import imported, last_changes

FIELDS = ("account_id", "published_at", "visit_status", "visited_at", "planned")


def fill_in(w: Writing, ids: Sequence[int]) -> None:
    """Give these activities what they lack of what follows from themselves and from what they are about."""
    fields = w.registry.object(ACTIVITY).fields
    found = hold(w, ACTIVITY, ids, FIELDS)
    accounts = linked_accounts(w, [(one["related_id"], one["contact_id"]) for one in found.values()])
    done = last_changes(w, ACTIVITY, "status", ids)
    brought = imported(w, ACTIVITY, ids)
    moment = now()
    values: dict[int, dict[str, Any]] = {}
    for number, one in found.items():
        given: dict[str, Any] = {}
        account = account_of(one["related_id"], one["contact_id"], accounts)
        if one["account_id"] is None and account is not None:
            given["account_id"] = account
        if one["type"] == VISIT and one["visit_status"] is None:
            given |= _visit(one, moment)
        planned = {**one, **given}.get("visit_status") == PLANNED
        if one["published_at"] is None and not planned and (one["type"] != TASK or one["status"] == DONE):
            at: datetime = one["created_at"]
            if one["type"] == TASK and number in done:
                at = done[number].at
            if number in brought and one["start_at"] is not None:
                at = min(at, one["start_at"])
            given["published_at"] = at
        values[number] = {name: value for name, value in given.items() if name in fields}
    stamp(w, ACTIVITY, {number: given for number, given in values.items() if given})


def _visit(one: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    start = one["start_at"]
    if start is not None and start > moment + AHEAD:
        return {"visit_status": PLANNED, "planned": True}
    return {"visit_status": VISITED, "visited_at": start or one["created_at"], "planned": False}


def _note_latest(name: str) -> Any:  # noqa: ANN401  # the type is that of CatchUp.run
    def run(w: Writing, ids: Sequence[int]) -> None:
        """Note whose the latest activity of each of these records is."""
        if not w.registry.object(name).fields.keys() >= KEPT:
            return
        there = hold(w, name, ids, ("last_activity_by_id",))
        blank = [number for number, one in there.items() if one["last_activity_by_id"] is None]
        latest = _latest(w, STAMPED[name], blank) if blank else {}
        stamp(w, name, {number: {"last_activity_by_id": owner} for number, owner in latest.items()})

    return run


def _latest(w: Writing, link: str, ids: Sequence[int]) -> dict[int, int]:
    """By record the owner of the activity that was posted last: read in the order of posting, the last one stays."""
    posted = Compare(Path(("published_at",)), Operator.NOT_NULL)
    where = all_of(Compare(Path((link,)), Operator.IN, tuple(ids)), posted)
    order = (Order(Path(("published_at",))),)
    query = Query(ACTIVITY, columns_of((link, "owner_id")), where, order=order, limit=PAGE_SIZE_MAX)
    found: dict[int, int] = {}
    while True:
        rows = page(product(w), query)
        for about, owner in rows.rows:
            target: Any = about
            if owner is not None:
                found[target if isinstance(target, int) else target.id] = owner
        if rows.next is None:
            return found
        query = replace(query, after=rows.next)


CATCH_UPS = (
    CatchUp("activities.values", ACTIVITY, FIELDS, fill_in),
    *(CatchUp(f"activities.latest.{name}", name, ("last_activity_by_id",), _note_latest(name)) for name in STAMPED),
)
