"""Who acted last on what an activity is about: `last_activity_by_id` beside the roll-up `last_activity_at`.

The time is a roll-up and right by now. Whose activity it was follows from the rows that were just written where one of
them is the latest, else from the latest that is left.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dougong.crm.activities.related import product, values_of
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.records.api import Order, Query, Writing, columns_of, page, stamp
from dougong.records.hooks import Act, Batch, Row

ACTIVITY = "activity"
STAMPED = {"account": "account_id", "contact": "contact_id", "opportunity": "related_id", "lead": "related_id"}
"""The objects that say who acted last, each with the field of an activity that leads to it."""

DECIDING = ("published_at", "owner_id", "related_id", "contact_id", "account_id")


KEPT = frozenset({"last_activity_at", "last_activity_by_id"})


def stamp_related(batch: Batch, w: Writing) -> list[Problem]:
    """Note whose the latest activity of each touched record is."""
    touched: defaultdict[str, set[int]] = defaultdict(set)
    written: defaultdict[tuple[str, int], list[tuple[datetime, int]]] = defaultdict(list)
    for row in batch.storable:
        if batch.act is Act.UPDATE and not any(row.changes(name) for name in DECIDING):
            continue
        for name, record_id, now in _about(row):
            touched[name].add(record_id)
            posted = row.after("published_at")
            if now and posted is not None and batch.act is not Act.DELETE:
                written[name, record_id].append((posted, row.after("owner_id")))
    for name in sorted(touched):
        obj = w.registry.objects.get(name)
        # An object of the company's own may have activities without telling of the latest.
        if obj is not None and obj.fields.keys() >= KEPT:
            _stamp(w, batch, name, touched[name], written)
    return []


def _stamp(
    w: Writing, batch: Batch, name: str, ids: set[int], written: dict[tuple[str, int], list[tuple[datetime, int]]]
) -> None:
    values: dict[int, dict[str, Any]] = {}
    for record_id, stored in values_of(w, name, ids, ("last_activity_at", "last_activity_by_id")).items():
        latest = stored["last_activity_at"]
        mine = [owner for posted, owner in written[name, record_id] if posted == latest]
        owner = mine[-1] if mine else None
        if latest is not None and owner is None:
            owner = _latest_owner(w, name, record_id)
        if owner != stored["last_activity_by_id"]:
            values[record_id] = {"last_activity_by_id": owner}
    stamp(w, name, values, change_id=batch.change_id)


def _about(row: Row) -> Iterator[tuple[str, int, bool]]:
    """The records that the row was and is about; whether it still is."""
    for now, values in ((False, row.old), (True, row.merged())):
        related = values.get("related_id")
        if related is not None and STAMPED.get(related.object) == "related_id":
            yield related.object, related.id, now
        for name, link in STAMPED.items():
            if link != "related_id" and values.get(link) is not None:
                yield name, values[link], now


def _latest_owner(w: Writing, name: str, record_id: int) -> int | None:
    where = all_of(
        Compare(Path((STAMPED[name],)), Operator.EQ, (record_id,)), Compare(Path(("published_at",)), Operator.NOT_NULL)
    )
    order = (Order(Path(("published_at",)), descending=True),)
    rows = page(product(w), Query(ACTIVITY, columns_of(("owner_id",)), where, order=order, limit=1)).rows
    # What the product itself has written may be nobody's.
    return int(rows[0][0]) if rows and rows[0][0] is not None else None
