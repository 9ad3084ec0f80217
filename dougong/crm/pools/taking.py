"""Records find an owner: claimed by a member, assigned or handed over by who may (domain.md 5.8, claim rules).

All or nothing: the records are locked, in the order of their ids, before anything is decided about them, so that of two
who take the same one the second is told that it is taken.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dougong.access.principal import Principal
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import (
    ASSIGNED,
    CLAIMED,
    MOVEMENT,
    OWNER,
    POOL_ID,
    PRIVATE,
    STATUS,
    UNCLAIMED,
    administers,
    as_product,
    found,
    is_,
    is_finished,
    people,
    pools,
)
from dougong.crm.pools.rules import Pool, day_of, start_of_day, under
from dougong.crm.pools.storing import WRITTEN, store, taken
from dougong.crm.pools.won import won
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit import clock
from dougong.kit.errors import Conflict, Forbidden, NotFound, Problem, Refused
from dougong.metadata.model import Object
from dougong.records.api import Reading, Writing, count, hold

Record = Mapping[str, Any]

RETURNS = ("return", "reclaim", "expire")


def claim(w: Writing, object_name: str, ids: Sequence[int]) -> int:
    """Take records that nobody has. Returns how many. Raises Refused (Conflict for a single one) with the reasons."""
    records = holding(w, object_name, ids)
    moment = clock.now()
    known = pools_of(w, records)
    obj = w.registry.object(object_name)
    refused = _Refused(_given_back(w, known.values(), list(records)), won(w, obj, list(records)))
    check(ids, lambda record_id: _not_claimable(w, obj, records[record_id], known, moment, refused))
    _check_day(w, known, ids, records, moment)
    me = w.actor.user_id or 0
    moved = [Movement(records[i], taken(_held(known, records[i]), me, CLAIMED, moment), "claim") for i in unique(ids)]
    store(w, obj, moved, moment)
    return len(moved)


def assign(w: Writing, object_name: str, ids: Sequence[int], to: int) -> int:
    """Give records that lie in pools to somebody: for the administrators of these pools. Returns how many."""
    records = holding(w, object_name, ids)
    moment, known = clock.now(), pools_of(w, records)
    receiver = _receiver(w, to)
    obj = w.registry.object(object_name)

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        return (
            _not_lying(record)
            or _not_administered(w, record)
            or locked(obj, record)
            or not_for(receiver, known[record[POOL_ID]])
        )

    check(ids, refusal)
    moved = [Movement(records[i], taken(_held(known, records[i]), to, ASSIGNED, moment), "assign") for i in unique(ids)]
    store(w, obj, moved, moment)
    return len(moved)


def transfer(w: Writing, object_name: str, ids: Sequence[int], to: int) -> int:
    """Hand records of pools over to somebody else of the same pool, for whom protection begins anew.

    Administrators of the pool may always; owners where its rules let them. Returns how many.
    """
    records = holding(w, object_name, ids)
    moment, known = clock.now(), pools_of(w, records)
    receiver = _receiver(w, to)
    obj = w.registry.object(object_name)

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        if record[OWNER] is None:
            return Problem("pool.not_held")
        return not_transferable(w, record, known) or locked(obj, record) or not_for(receiver, known[record[POOL_ID]])

    check(ids, refusal)
    moved = [
        Movement(records[i], taken(_held(known, records[i]), to, ASSIGNED, moment), "transfer") for i in unique(ids)
    ]
    store(w, obj, moved, moment)
    return len(moved)


def _held(known: Mapping[int, Pool], record: Record) -> Pool:
    """The record's pool with the days that hold for the record."""
    return under(known[record[POOL_ID]], record)


def not_transferable(w: Reading, record: Record, known: Mapping[int, Pool]) -> Problem | None:
    """Why the writer may not hand over a record of a pool that somebody holds."""
    pool = known.get(record[POOL_ID] or 0)
    if pool is None:
        return Problem("pool.not_in_pool")
    if administers(w.actor, pool.id):
        return None
    if record[OWNER] != w.actor.user_id or not pool.owners_transfer:
        return Problem("pool.not_transferable", params={"pool": pool.name})
    return None


def locked(obj: Object, record: Record) -> Problem | None:
    """Why nobody may take, hand over, return or move a record: a lock holds it where it is."""
    return Problem("pool.locked") if obj.lockable and record["locked_at"] is not None else None


def not_for(receiver: Principal, pool: Pool) -> Problem | None:
    """Why somebody cannot be given a record of the pool: who is not in it."""
    if pool.id in receiver.pools:
        return None
    return Problem("pool.not_a_member", params={"name": receiver.name, "pool": pool.name})


def holding(w: Writing, object_name: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The records, locked. Raises NotFound for one that the writer does not see; Refused where there are several."""
    if not w.registry.object(object_name).pooled:
        raise NotFound("pool.not_pooled", object=object_name)
    if w.actor.viewed_by is not None:
        raise Forbidden("view_as.read_only")
    records = hold(w, object_name, ids, WRITTEN)
    missing = [
        Problem("record.not_found", row=n, params={"object": object_name, "id": str(i)})
        for n, i in enumerate(ids)
        if i not in records
    ]
    if missing and len(ids) == 1:
        raise NotFound("record.not_found", object=object_name)
    if missing:
        raise Refused(missing)
    return records


def pools_of(r: Reading, records: Mapping[int, Record]) -> dict[int, Pool]:
    """The pools of these records, by id."""
    return pools(r, ids={record[POOL_ID] for record in records.values()} - {None})


def check(ids: Sequence[int], refusal: Any) -> None:  # noqa: ANN401
    """Raise where `refusal` has a problem with one of the records: a Conflict for a single one, else Refused."""
    problems = []
    for number, record_id in enumerate(unique(ids)):
        problem = refusal(record_id)
        if problem is not None:
            problems.append(Problem(problem.code, problem.field, number, {**problem.params, "id": str(record_id)}))
    if problems and len(ids) == 1:
        raise Conflict(problems[0].code, **problems[0].params)
    if problems:
        raise Refused(problems)


def unique(ids: Iterable[int]) -> list[int]:
    """Each id once, in order."""
    return list(dict.fromkeys(ids))


@dataclass(frozen=True)
class _Refused:
    """Records that are not for the person to take."""

    too_often: frozenset[int]
    """They had them, and gave them back or lost them, too often."""
    won: frozenset[int]


def _not_claimable(
    w: Writing, obj: Object, record: Record, known: Mapping[int, Pool], moment: datetime, refused: _Refused
) -> Problem | None:
    problem = _not_lying(record) or locked(obj, record)
    if problem is not None:
        return problem
    pool = known[record[POOL_ID]]
    keeps = administers(w.actor, pool.id)
    if not pool.active:
        return Problem("pool.inactive", params={"pool": pool.name})
    if pool.id not in w.actor.pools or not (pool.claimable or keeps):
        return Problem("pool.not_claimable", params={"pool": pool.name})
    if is_finished(obj, record):
        return Problem("pool.finished")
    if record["id"] in refused.won and not (pool.won_claimable or keeps):
        return Problem("pool.won", params={"pool": pool.name})
    if record["last_owner_id"] == w.actor.user_id and record["thaw_at"] is not None and record["thaw_at"] > moment:
        return Problem("pool.frozen", params={"until": _day(record["thaw_at"], pool)})
    ripe = record["created_at"] + timedelta(days=pool.new_data_days)
    if ripe > moment and not keeps:
        return Problem("pool.too_new", params={"until": _day(ripe, pool)})
    if record["id"] in refused.too_often:
        return Problem("pool.returned_too_often", params={"maximum": pool.return_limit})
    return None


def _day(moment: datetime, pool: Pool) -> str:
    return day_of(moment, pool.zone).isoformat()


def _not_lying(record: Record) -> Problem | None:
    if record[POOL_ID] is None or (record[STATUS] or PRIVATE) == PRIVATE:
        return Problem("pool.not_in_pool")
    return None if record[STATUS] == UNCLAIMED else Problem("pool.taken")


def _not_administered(w: Reading, record: Record) -> Problem | None:
    return None if administers(w.actor, record[POOL_ID]) else Problem("pool.administrators_only")


def _receiver(w: Reading, user_id: int) -> Principal:
    receiver = people(w, [user_id]).get(user_id)
    if receiver is None:
        raise Conflict("pool.receiver_gone")
    return receiver


def _given_back(w: Reading, known: Iterable[Pool], ids: Sequence[int]) -> frozenset[int]:
    """The records that the person has returned or lost as often as their pool bears."""
    limits = {pool.id: pool.return_limit for pool in known if pool.return_limit is not None}
    if not limits:
        return frozenset()
    where = all_of(is_("record_id", *ids), is_("from_id", w.actor.user_id), is_("kind", *RETURNS))
    lost = found(w, MOVEMENT, where, ("id", "record_id", POOL_ID))
    often = Counter((row["record_id"].id, row[POOL_ID]) for row in lost)
    return frozenset(record for (record, pool), times in often.items() if times >= limits.get(pool, times + 1))


def claims_left(r: Reading, pool: Pool, moment: datetime) -> int | None:
    """How many records of the pool the person may still take today, by the pool's own calendar; None: any number."""
    if pool.daily_limit is None or administers(r.actor, pool.id):
        return None
    today = start_of_day(day_of(moment, pool.zone), pool.zone)
    where = all_of(
        is_("to_id", r.actor.user_id),
        is_("kind", "claim"),
        is_(POOL_ID, pool.id),
        Compare(Path(("moved_at",)), Operator.GE, (today,)),
    )
    return max(pool.daily_limit - count(as_product(r), MOVEMENT, where, cap=None).number, 0)


def _check_day(
    w: Writing, known: Mapping[int, Pool], ids: Sequence[int], records: Mapping[int, Record], moment: datetime
) -> None:
    """Raise where the person would take more than a pool gives on one day. Returning a record gives nothing back."""
    wanted = Counter(records[i][POOL_ID] for i in unique(ids))
    for pool_id, number in sorted(wanted.items()):
        pool = known[pool_id]
        if pool.daily_limit is None or administers(w.actor, pool_id):
            continue
        w.transaction.alone(f"claims of {w.actor.user_id}")
        left = claims_left(w, pool, moment)
        if left is not None and number > left:
            raise Conflict("pool.daily_limit", maximum=pool.daily_limit, possible=left, wanted=number)
