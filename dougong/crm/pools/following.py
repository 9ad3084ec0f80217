"""Follow-ups protect: an activity on a record, or on what hangs on it, a new deal and its steps (domain.md 5.8 (3)).

A pool may count deals only: then its days without a follow-up are days without a deal.

A hook of the write path, so that it is stored with the activity: one that is posted a second before the nightly job
counts. Once a day is enough for a record, because protection counts in days.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dougong.crm.pools.reading import OWNER, POOL_ID, filled, found, is_, pools, to_pooled
from dougong.crm.pools.rules import Pool, day_of, protection_of
from dougong.crm.pools.storing import by_product, chunks
from dougong.expressions.ast import all_of
from dougong.kit.errors import Problem
from dougong.kit.limits import IN_LIST_MAX
from dougong.metadata.field_types import Reference
from dougong.metadata.model import Field, Object
from dougong.records.api import Writing, hold, keep
from dougong.records.hooks import Act, Batch, Row

ACTIVITY = "activity"
LOST = "lost"
COUNTED = ("id", POOL_ID, OWNER, "claimed_at", "followed_at", "extended_until", "expires_at")

Moments = dict[str, dict[int, datetime]]
"""By object and record: when it was followed up last."""


def activities(batch: Batch, w: Writing) -> list[Problem]:
    """Count what was done. A task that is open and what is only planned protect nothing yet."""
    related: Moments = defaultdict(dict)
    for row in batch.storable:
        if _is_done(batch, row):
            about = row.after("related_id")
            if isinstance(about, Reference):
                _later(related[about.object], about.id, _moment(batch, w, row))
    follow(w, _pooled(w, related), deals=False)
    return []


def _is_done(batch: Batch, row: Row) -> bool:
    if batch.act is Act.UPDATE and not (row.changes("status") or row.changes("start_at")):
        return False
    if row.after("type") == "task":
        return bool(row.after("status") == "done")
    start = row.after("start_at")
    return bool(start is None or start <= batch.moment)


def _moment(batch: Batch, w: Writing, row: Row) -> datetime:
    """Now; what an import brings from an old system protects from when it happened."""
    posted: datetime | None = row.after("published_at") if w.via == "import" else None
    return posted or batch.moment


def steps(batch: Batch, w: Writing) -> list[Problem]:
    """Count a deal that is new, or came to another stage, for the account and the lead that it is about.

    Where deals alone count only one that is open or won, and no stage back: what is lost, or slides, is no deal.
    """
    obj = batch.object
    if obj.stage_field is None or obj.pooled:
        return []
    stage = obj.fields[obj.stage_field]
    moved = [row for row in batch.storable if row.changes(stage.name) and _is_alive(batch, stage, row)]
    links = to_pooled(w.registry, obj)
    follow(w, _about(obj, links, moved, batch.moment), deals=False)
    forward = [row for row in moved if _advances(stage, row)]
    follow(w, _about(obj, links, forward, batch.moment), deals=True)
    return []


def _is_alive(batch: Batch, stage: Field, row: Row) -> bool:
    """Whether something happened that may count: whoever enters a deal that is lost already does nothing for it."""
    return batch.act is Act.UPDATE or _outcome(stage, row.after(stage.name)) != LOST


def _advances(stage: Field, row: Row) -> bool:
    values = [option.value for option in stage.options]
    before, now = row.old.get(stage.name), row.after(stage.name)
    if now not in values or _outcome(stage, now) == LOST:
        return False
    return before not in values or values.index(now) > values.index(before) or _outcome(stage, before) == LOST


def _outcome(stage: Field, value: object) -> str | None:
    found = next((option for option in stage.options if option.value == value), None)
    return None if found is None else found.attributes.get("outcome")


def _about(obj: Object, links: Sequence[str], rows: Sequence[Row], moment: datetime) -> Moments:
    """What the records of `rows` are about, followed up at `moment`."""
    targets: Moments = defaultdict(dict)
    for field in links:
        for row in rows:
            value = row.after(field)
            if value is not None:
                targets[obj.fields[field].points_to[0]][value] = moment
    return targets


def _pooled(w: Writing, related: Moments) -> Moments:
    """The pooled records among `related`, and those on which the others hang: the account of a contact."""
    targets: Moments = defaultdict(dict)
    for name, moments in related.items():
        obj = w.registry.objects[name]
        if obj.pooled:
            for record_id, moment in moments.items():
                _later(targets[name], record_id, moment)
        links = to_pooled(w.registry, obj)
        if links:
            for some in chunks(sorted(moments), IN_LIST_MAX):
                for row in found(w, name, is_("id", *some), ("id", *links)):
                    for link in links:
                        if row[link] is not None:
                            _later(targets[obj.fields[link].points_to[0]], row[link], moments[row["id"]])
    return targets


def _later(moments: dict[int, datetime], record_id: int, moment: datetime) -> None:
    """Keep `moment` for the record unless a later one is kept."""
    moments[record_id] = max(moment, moments.get(record_id, moment))


def follow(w: Writing, targets: Moments, *, deals: bool) -> None:
    """Note when these records were followed up, and protect them for longer where their pools say so.

    `deals`: by deals, for the pools that count nothing else; else for the other pools.
    """
    for name in sorted(targets):
        moments = targets[name]
        for ids in chunks(sorted(moments), IN_LIST_MAX):
            where = all_of(is_("id", *ids), filled(POOL_ID), filled(OWNER))
            rows = found(w, name, where, COUNTED)
            known = pools(w, ids={row[POOL_ID] for row in rows})
            counted = [row for row in rows if known[row[POOL_ID]].deals_only == deals]
            due = [row["id"] for row in counted if _is_new(row, known[row[POOL_ID]], moments[row["id"]])]
            if due:
                _keep(w, name, due, known, moments)


def _is_new(row: Mapping[str, Any], pool: Pool, moment: datetime) -> bool:
    """Whether the record was not followed up on this day or later yet."""
    last = row["followed_at"]
    return last is None or day_of(last, pool.zone) < day_of(moment, pool.zone)


def _keep(w: Writing, name: str, ids: list[int], known: Mapping[int, Pool], moments: Mapping[int, datetime]) -> None:
    product = by_product(w)
    values: dict[int, dict[str, Any]] = {}
    for record_id, record in hold(product, name, ids).items():
        pool = known.get(record[POOL_ID] or 0)
        if pool is None or record[OWNER] is None:
            continue  # given back meanwhile
        kept: dict[str, Any] = {"followed_at": moments[record_id]}
        longer = protection_of(pool, {**record, **kept})
        # Where there is no countdown (a converted lead, a pool that takes nothing back) none begins.
        if longer is not None and record["expires_at"] is not None and longer.expires_at != record["expires_at"]:
            kept |= {"expires_at": longer.expires_at, "reminded_at": None}
        values[record_id] = kept
    keep(product, name, values)
