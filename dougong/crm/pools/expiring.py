"""What the clock does in pools: records whose protection has ended go back, and their owners are reminded before.

The job runs every few minutes and after rules were changed. Each chunk is a transaction of its own that decides anew,
with the records locked, what it found before: so it may run twice, be killed anywhere, and run while people take and
return records; what somebody else holds at the moment is left to the next run. Source: domain.md 5.8 (3).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import structlog

from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import (
    OWNER,
    POOL_ID,
    PRODUCT,
    as_product,
    exceptions,
    filled,
    found,
    is_,
    movable,
    pools,
    unfinished,
)
from dougong.crm.pools.returning import freed
from dougong.crm.pools.rules import OWNER_GONE, Pool, Protection, protection_of
from dougong.crm.pools.storing import WRITTEN, chunks, store
from dougong.crm.pools.telling import REMIND, tell
from dougong.expressions.ast import Compare, Condition, Not, Operator, Path, all_of, any_of
from dougong.kit.errors import BadRequest
from dougong.metadata.model import Object
from dougong.metadata.registry import RegistryCache
from dougong.records.api import Query, Reading, Writing, columns_of, hold, keep, stream, writing
from dougong.storage.jobs import Interrupted
from dougong.storage.unit_of_work import Transaction

Transactions = Callable[[], AbstractContextManager[Transaction]]

CHUNK = 1_000
"""Records of one transaction: it holds them for about a third of a second."""

log = structlog.get_logger(__name__)


@dataclass
class Clockwork:
    """One run of the job: where its transactions come from, and the moment for which it runs."""

    transaction: Transactions
    moment: datetime
    stopping: Callable[[], bool] = lambda: False
    chunk: int = CHUNK
    registries: RegistryCache = field(default_factory=RegistryCache)

    def writing(self, tx: Transaction) -> Writing:
        """The product's own writing in `tx`."""
        if self.stopping():
            raise Interrupted
        return writing(tx, self.registries.now(tx), PRODUCT, "system")

    def ids(self, object_name: str, where: Condition) -> Iterator[list[int]]:
        """The records that meet `where` now, the oldest first, in chunks; all are read before any is given out."""
        with self.transaction() as tx:
            query = Query(object_name, columns_of(("id",)), where)
            rows = sorted(row[0] for part in stream(self.writing(tx), query) for row in part)
        return chunks(rows, self.chunk)


def expire_all(work: Clockwork) -> int:
    """Take back what is due in every pool, and remind of what will be. Returns how many were taken back."""
    with work.transaction() as tx:
        known = pools(work.writing(tx))
    taken_back = 0
    for pool in known.values():
        if not pool.active or pool.object not in _objects(work):
            continue
        try:
            taken_back += _take_back(work, pool, owner_gone(pool, work.moment))
            if pool.unreadable:
                # A condition names a field that is gone: rather nothing is taken back than too much.
                log.warning("pool_skipped", pool=pool.name, periods=pool.unreadable)
            elif pool.automatic:
                taken_back += _take_back(work, pool, _due(pool, work.moment))
                _remind(work, pool)
        except BadRequest as error:
            # A condition names a field that is gone: rather nothing is taken back than too much.
            log.warning("pool_skipped", pool=pool.name, code=error.code, field=error.field)
    return taken_back


def _objects(work: Clockwork) -> Mapping[str, Object]:
    with work.transaction() as tx:
        return {name: obj for name, obj in work.registries.now(tx).objects.items() if obj.pooled}


Where = Callable[[Reading, Object], Condition]


def held_in(pool: Pool, obj: Object) -> Condition:
    """The records of the pool that are in somebody's hands and can be taken back: neither locked nor finished."""
    return all_of(is_(POOL_ID, pool.id), filled(OWNER), movable(obj))


def due(r: Reading, obj: Object, pool: Pool, moment: datetime) -> Condition:
    """The records of the pool whose protection has ended and which no exception keeps with their owners."""
    over = Compare(Path(("expires_at",)), Operator.LT, (moment,))
    return all_of(held_in(pool, obj), over, *(Not(one) for one in exceptions(r, pool.id)))


def _due(pool: Pool, moment: datetime) -> Where:
    return lambda r, obj: due(r, obj, pool, moment)


def owner_gone(pool: Pool, moment: datetime) -> Where:
    """The records of the pool whose owners cannot sign in any more; no exception keeps them with nobody."""

    def where(_r: Reading, obj: Object) -> Condition:
        return all_of(held_in(pool, obj), is_("owner.active", False))

    return where


def _take_back(work: Clockwork, pool: Pool, where: Where) -> int:
    with work.transaction() as tx:
        w = work.writing(tx)
        obj = w.registry.objects[pool.object]
        condition = where(w, obj)
    number = 0
    for ids in work.ids(pool.object, condition):
        with work.transaction() as tx:
            number += take_back(work.writing(tx), pool, ids, where, work.moment)
    return number


def take_back(w: Writing, pool: Pool, ids: Sequence[int], where: Where, moment: datetime) -> int:
    """Take back those of `ids` that are still due, now that they are locked. Returns how many."""
    obj = w.registry.objects[pool.object]
    records = hold(w, obj.name, ids, WRITTEN, skip_locked=True)
    if not records:
        return 0
    still = found(w, obj.name, all_of(is_("id", *records), where(w, obj)), ("id", "owner.active"))
    moved, longer = [], {}
    for row in sorted(still, key=itemgetter("id")):
        record = records[row["id"]]
        if row["owner.active"] and (counted := _longer(pool, record, moment)) is not None:
            longer[row["id"]] = counted
            continue
        told = _rule(pool, record) if row["owner.active"] else {"rule": OWNER_GONE}
        moved.append(Movement(record, freed(pool, record, moment, None, None), "expire", told))
    keep(w, obj.name, {record_id: _dates(counted) for record_id, counted in longer.items()})
    if moved:
        store(w, obj, moved, moment)
    return len(moved)


def _longer(pool: Pool, record: Mapping[str, Any], moment: datetime) -> Protection | None:
    """The protection of a record that has come under a longer period in a way that no write has told."""
    counted = protection_of(pool, record) if pool.periods else None
    return counted if counted is not None and counted.expires_at >= moment else None


def _dates(counted: Protection) -> dict[str, Any]:
    return {"expires_at": counted.expires_at, "hard_end_at": counted.hard_end_at, "reminded_at": None}


def _rule(pool: Pool, record: Mapping[str, Any]) -> dict[str, Any]:
    """By which rule the record is taken back, for the log."""
    ended = protection_of(pool, record)
    if ended is None:
        return {}
    return {
        "rule": ended.rule,
        "rule_days": ended.days,
        "since": ended.since,
        "period_id": None if ended.period is None else ended.period.id,
    }


def _remind(work: Clockwork, pool: Pool) -> None:
    """Remind owners of what will be taken back within the days that the pool says, once for each protection."""
    if not pool.remind_days:
        return
    soon = work.moment + timedelta(days=pool.remind_days)

    def where(r: Reading, obj: Object) -> Condition:
        end = Path(("expires_at",))
        near = all_of(Compare(end, Operator.GE, (work.moment,)), Compare(end, Operator.LT, (soon,)))
        fresh = Compare(Path(("reminded_at",)), Operator.IS_NULL)
        kept = any_of(*exceptions(r, pool.id))
        return all_of(held_in(pool, obj), near, fresh, Not(kept))

    with work.transaction() as tx:
        w = work.writing(tx)
        condition = where(w, w.registry.objects[pool.object])
    for ids in work.ids(pool.object, condition):
        with work.transaction() as tx:
            w = work.writing(tx)
            obj = w.registry.objects[pool.object]
            records = hold(w, obj.name, ids, skip_locked=True)
            still = [row["id"] for row in found(w, obj.name, all_of(is_("id", *records), where(w, obj)), ("id",))]
            keep(w, obj.name, {record_id: {"reminded_at": work.moment} for record_id in still})
            tell(w, obj, [Movement(records[record_id], {}, REMIND) for record_id in still])


def reckon(work: Clockwork, pool_id: int) -> int:
    """Count the protection of everything that is held in a pool anew, by its rules as they are. Returns the changes.

    Behind a change of rules: a pool that takes nothing back any more has no countdowns, one that begins to counts from
    that day (`Pool.recycle_since`).
    """
    with work.transaction() as tx:
        w = work.writing(tx)
        pool = pools(w, ids=[pool_id]).get(pool_id)
        if pool is None or pool.object not in w.registry.objects or pool.unreadable:
            return 0
        condition = all_of(is_(POOL_ID, pool.id), filled(OWNER), unfinished(w.registry.objects[pool.object]))
    number = 0
    for ids in work.ids(pool.object, condition):
        with work.transaction() as tx:
            w = work.writing(tx)
            # The rules may have been changed again meanwhile: then those are right.
            current = pools(w, ids=[pool_id]).get(pool_id)
            changes = {}
            for record_id, record in hold(w, pool.object, ids).items():
                if current is None or record[POOL_ID] != pool_id or record[OWNER] is None:
                    continue
                counted = protection_of(current, record)
                dates = (None, None) if counted is None else (counted.expires_at, counted.hard_end_at)
                if dates != (record["expires_at"], record["hard_end_at"]):
                    changes[record_id] = {"expires_at": dates[0], "hard_end_at": dates[1], "reminded_at": None}
            keep(w, pool.object, changes)
            number += len(changes)
    return number


def would_expire(r: Reading, pool: Pool, moment: datetime, over: Condition) -> Condition:
    """What would be taken back at `moment` where `over` says which protection has ended."""
    obj = r.registry.object(pool.object)
    return all_of(held_in(pool, obj), over, *(Not(one) for one in exceptions(as_product(r), pool.id)))
