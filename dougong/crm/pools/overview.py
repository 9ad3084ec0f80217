"""What people are shown of pools: those that they are in, how much they may still take, who takes and returns what."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dougong.crm.pools.limits import Room, room
from dougong.crm.pools.reading import (
    MOVEMENT,
    OWNER,
    POOL_ID,
    STATUS,
    UNCLAIMED,
    administers,
    as_product,
    filled,
    is_,
    pools,
)
from dougong.crm.pools.rules import Pool
from dougong.crm.pools.taking import claims_left
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.kit import clock
from dougong.kit.errors import Forbidden
from dougong.records.api import Call, Column, Count, Function, Query, Reading, count, page

PEOPLE_MAX = 500
DAYS = 30


@dataclass(frozen=True)
class Joined:
    """A pool that the person is in."""

    pool: Pool
    administers: bool
    unclaimed: Count
    held: int
    """Records of it that are theirs."""
    left_today: int | None
    room: Room | None


def joined(r: Reading, object_name: str) -> list[Joined]:
    """The pools of an object that the reader is in, in their order."""
    found = []
    for pool in pools(r, object_name).values():
        if pool.id in r.actor.pools and pool.active:
            lying = all_of(is_(POOL_ID, pool.id), is_(STATUS, UNCLAIMED))
            mine = all_of(is_(POOL_ID, pool.id), is_(OWNER, r.actor.user_id))
            found.append(
                Joined(
                    pool,
                    administers(r.actor, pool.id),
                    count(r, object_name, lying),
                    count(r, object_name, mine).number,
                    claims_left(r, pool, clock.now()),
                    room(r, object_name, r.actor, pool.id),
                )
            )
    return found


@dataclass
class Person:
    """What somebody did with the records of a pool in a time."""

    id: int
    name: str
    held: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    """By the kind of the movement: what they took and were given, and what went from them."""
    again: int = 0
    """How often they took a record that they had taken before in the time: the sign of hoarding."""


def statistics(r: Reading, pool: Pool, days: int = DAYS, moment: datetime | None = None) -> list[Person]:
    """Who took, was given, returned and lost how much of the pool in the last `days`: for its administrators.

    Raises Forbidden for others.
    """
    if not administers(r.actor, pool.id):
        raise Forbidden("pool.administrators_only")
    since = (moment or clock.now()) - timedelta(days=days)
    lately = all_of(is_(POOL_ID, pool.id), Compare(Path(("moved_at",)), Operator.GE, (since,)))
    people: dict[int, Person] = {}

    def person(user_id: int, name: str | None) -> Person:
        return people.setdefault(user_id, Person(user_id, name or str(user_id)))

    for end in ("to", "from"):
        for user_id, name, kind, number, records in _grouped(r, MOVEMENT, f"{end}_id", lately):
            one = person(user_id, name)
            counted = defaultdict(int, one.kinds)
            counted[kind if end == "to" else f"{kind}_from"] += number
            one.kinds = dict(counted)
            if kind == "claim" and end == "to":
                one.again = number - records
    owner = Path((OWNER,))
    held = Query(
        pool.object,
        (Column(owner, "id"), Column(Path(("owner", "name")), "name"), Column(Call(Function.COUNT), "number")),
        all_of(is_(POOL_ID, pool.id), filled(OWNER)),
        group=(owner, Path(("owner", "name"))),
        limit=PEOPLE_MAX,
    )
    for user_id, name, number in page(as_product(r), held).rows:
        person(user_id, name).held = number
    return sorted(people.values(), key=lambda one: (-one.kinds.get("claim", 0), -one.held, one.name))


def _grouped(r: Reading, object_name: str, link: str, where: Condition) -> list[tuple[int, str | None, str, int, int]]:
    who, kind = Path((link,)), Path(("kind",))
    name = Path((link.removesuffix("_id"), "name"))
    query = Query(
        object_name,
        (
            Column(who, "id"),
            Column(name, "name"),
            Column(kind, "kind"),
            Column(Call(Function.COUNT), "number"),
            Column(Call(Function.COUNT_DISTINCT, Path(("record_id",))), "records"),
        ),
        all_of(where, filled(link)),
        group=(who, name, kind),
        limit=PEOPLE_MAX,
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in page(as_product(r), query).rows]
