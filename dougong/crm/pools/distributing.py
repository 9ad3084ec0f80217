"""Records that lie in a pool are given to people by rules: in turn, by weight, by condition (issue D, point 8).

Smooth weighted turns: with each record everybody who takes part earns their weight, whoever has most gets it and pays
what all earned. Weights of 3 and 1 give A A B A, not A A A B; who comes back from leave starts where they stand and is
not given everything at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dougong.crm.pools.expiring import Clockwork
from dougong.crm.pools.limits import room
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import (
    ASSIGNED,
    POOL_ID,
    STATUS,
    UNCLAIMED,
    conditions,
    found,
    is_,
    movable,
    people,
    pools,
)
from dougong.crm.pools.rules import Pool, day_of, under
from dougong.crm.pools.storing import WRITTEN, store, taken
from dougong.expressions.ast import Condition, all_of, any_of
from dougong.records.api import Reading, Writing, hold, keep

RULE, PERSON = "pool_distribution", "pool_distribution_person"


@dataclass(frozen=True)
class Rule:
    """A rule that is in force."""

    id: int
    pool_id: int
    where: Condition
    weighted: bool


@dataclass
class Turn:
    """Somebody who takes part in a rule, while records are given out."""

    id: int
    user_id: int
    weight: int
    credit: int
    left: int | None
    """How many more they may be given; None: as many as there are."""


def rules_of(r: Reading, pool_id: int | None = None) -> list[Rule]:
    """The rules in force (of one pool), in their order."""
    where = is_("active", True) if pool_id is None else all_of(is_(POOL_ID, pool_id), is_("active", True))
    rows = found(r, RULE, where, ("id", POOL_ID, "conditions", "method"), ("order_number", "id"))
    return [Rule(row["id"], row[POOL_ID], conditions(row["conditions"]), row["method"] == "weighted") for row in rows]


def distribute_all(work: Clockwork) -> int:
    """Give out what lies in pools with rules. Returns how many records found an owner."""
    with work.transaction() as tx:
        w = work.writing(tx)
        wanted = {rule.pool_id for rule in rules_of(w)}
        known = [pool for pool in pools(w, ids=wanted).values() if pool.active]
    number = 0
    for pool in known:
        with work.transaction() as tx:
            condition = _given_out(work.writing(tx), pool)
        for ids in work.ids(pool.object, condition):
            with work.transaction() as tx:
                number += distribute(work.writing(tx), pool, ids, work.moment)
    return number


def _given_out(r: Reading, pool: Pool) -> Condition:
    some = any_of(*(rule.where for rule in rules_of(r, pool.id)))
    return all_of(is_(POOL_ID, pool.id), is_(STATUS, UNCLAIMED), movable(r.registry.objects[pool.object]), some)


def distribute(w: Writing, pool: Pool, ids: Sequence[int], moment: datetime) -> int:
    """Give those of `ids` that still lie in the pool to people by the first rule that fits each. Returns how many."""
    w.transaction.alone(f"distribution of pool {pool.id}")
    records = hold(w, pool.object, ids, WRITTEN, skip_locked=True)
    lying = [i for i, record in records.items() if record[STATUS] == UNCLAIMED and record[POOL_ID] == pool.id]
    moved: list[Movement] = []
    room_of: dict[int, int | None] = {}
    for rule in rules_of(w, pool.id):
        fitting = _fitting(w, pool, rule, lying)
        if not fitting:
            continue
        turns = _turns(w, pool, rule, moment, room_of)
        before = {turn.id: turn.credit for turn in turns}
        for record_id in fitting:
            chosen = next_turn(turns)
            if chosen is None:
                break
            record = records[record_id]
            values = taken(under(pool, record), chosen.user_id, ASSIGNED, moment)
            moved.append(Movement(record, values, "distribute", {"rule": "distribution"}))
            room_of[chosen.user_id] = chosen.left
            lying.remove(record_id)
        keep(w, PERSON, {t.id: {"credit": t.credit} for t in turns if t.credit != before[t.id]})
    obj = w.registry.objects[pool.object]
    if moved:
        store(w, obj, moved, moment)
    return len(moved)


def _fitting(w: Writing, pool: Pool, rule: Rule, ids: Sequence[int]) -> list[int]:
    if not ids:
        return []
    where = all_of(is_("id", *ids), movable(w.registry.objects[pool.object]), rule.where)
    fitting = {row["id"] for row in found(w, pool.object, where, ("id",))}
    # Who has waited longest comes first.
    return [record_id for record_id in ids if record_id in fitting]


def _turns(w: Writing, pool: Pool, rule: Rule, moment: datetime, room_of: dict[int, int | None]) -> list[Turn]:
    """Who takes part today: on duty, able to sign in, in the pool, with room for more."""
    fields = ("id", "user_id", "weight", "credit", "away_until")
    rows = found(w, PERSON, all_of(is_("distribution_id", rule.id), is_("active", True)), fields)
    here = people(w, [row["user_id"] for row in rows])
    today = day_of(moment, pool.zone)
    turns = []
    for row in rows:
        person = here.get(row["user_id"])
        away = row["away_until"] is not None and row["away_until"] >= today
        if person is None or away or pool.id not in person.pools:
            continue
        if person.user_id not in room_of:
            w.transaction.alone(f"records of {pool.object} held by {person.user_id}")
            space = room(w, pool.object, person, pool.id)
            room_of[row["user_id"]] = None if space is None else space.possible
        weight = row["weight"] if rule.weighted else 1
        turns.append(Turn(row["id"], row["user_id"], weight, row["credit"] or 0, room_of[row["user_id"]]))
    return turns


def next_turn(turns: Sequence[Turn]) -> Turn | None:
    """Whose turn it is, noted as given one; None when nobody has room for more."""
    able = [turn for turn in turns if turn.left is None or turn.left > 0]
    if not able:
        return None
    for turn in able:
        turn.credit += turn.weight
    chosen = max(able, key=lambda turn: (turn.credit, -turn.id))
    chosen.credit -= sum(turn.weight for turn in able)
    if chosen.left is not None:
        chosen.left -= 1
    return chosen
