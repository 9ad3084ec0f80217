"""Whom the product tells of what happens in pools: who gets a record, loses one, or is asked (domain.md 5.8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dougong.access.resolve import resolve_people
from dougong.automation.notifications import notify
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import MEMBER, POOL_ID, found, is_, people, pools
from dougong.expressions.ast import all_of
from dougong.metadata.model import Object
from dougong.records.api import Writing

GIVEN, LOST, ANSWERED = ("assign", "distribute", "transfer"), ("reclaim", "expire"), ("extend", "refuse")
REMIND, ASK = "remind", "ask"

FOR_KEEPERS = {ASK: "pool.extension_asked", "expire": "pool.came_back"}
"""What the administrators of a pool are told of."""

TOLD_OF_GROUPS = 20
"""People of departments, roles and groups who are told that somebody asks, where nobody is named."""

OF_MANY = {
    "pool.given": "pool.given_many",
    "pool.lost": "pool.lost_many",
    "pool.came_back": "pool.came_back_many",
    "pool.ends_soon": "pool.ends_soon_many",
    "pool.extension_asked": "pool.extension_asked_many",
    "pool.extended": "pool.extended_many",
    "pool.extension_refused": "pool.extension_refused_many",
}
"""The sentence for several records at once."""


def tell(w: Writing, obj: Object, movements: Sequence[Movement]) -> None:
    """Tell those concerned, each once for all that is theirs among `movements`."""
    theirs: defaultdict[tuple[int, str], list[Movement]] = defaultdict(list)
    keepers = {pool: _administrators(w, pool) for pool in {_pool(one) for one in movements if one.kind in FOR_KEEPERS}}
    for pool in {_pool(one) for one in movements if one.kind == ASK}:
        # Who waits for an answer must have asked somebody; of what comes back nobody in particular of a group is told.
        keepers[pool] = keepers[pool] or _of_groups(w, pool)
    for one in movements:
        for person, code in _concerned(one):
            theirs[person, code].append(one)
        for person in keepers.get(_pool(one), []) if one.kind in FOR_KEEPERS else []:
            theirs[person, FOR_KEEPERS[one.kind]].append(one)
    names = {pool.id: pool.name for pool in pools(w, ids=_pools_of(movements)).values()}
    for (person, code), some in theirs.items():
        first = min(some, key=_end).record
        pool = _pool(some[0])
        params: Mapping[str, Any] = {
            "pool": names.get(pool, ""),
            "name": first[obj.name_field],
            "count": len(some),
            "object": obj.label,
            "until": first["expires_at"],
        }
        notify(w, [person], code if len(some) == 1 else OF_MANY[code], params, (obj.name, first["id"]))


def _end(one: Movement) -> Any:  # noqa: ANN401  # moments that may be blank, put last
    ends = one.record["expires_at"]
    return (ends is None, ends)


def _pools_of(movements: Sequence[Movement]) -> set[int]:
    return {pool for one in movements if (pool := _pool(one)) is not None}


def _pool(one: Movement) -> Any:  # noqa: ANN401  # an id
    return one.values.get(POOL_ID, one.record[POOL_ID])


def _concerned(one: Movement) -> list[tuple[int, str]]:
    before, after = one.owner
    if one.kind in GIVEN and after is not None:
        return [(after, "pool.given")]
    if one.kind in LOST and before is not None:
        return [(before, "pool.lost")]
    if one.kind in ANSWERED and before is not None:
        return [(before, "pool.extended" if one.kind == "extend" else "pool.extension_refused")]
    if one.kind == REMIND and before is not None:
        return [(before, "pool.ends_soon")]
    return []


def _administrators(w: Writing, pool_id: int) -> list[int]:
    """The people who are named as administrators of the pool and have not left."""
    rows = found(w, MEMBER, all_of(is_(POOL_ID, pool_id), is_("part", "administrator")), ("id", "member_id"))
    return sorted(people(w, [row["member_id"].id for row in rows if row["member_id"].object == "user"]))


def _of_groups(w: Writing, pool_id: int) -> list[int]:
    """Some of those who administer the pool by a department, role or group."""
    everybody = resolve_people(w.snapshot, w.registry, active=True)
    return [person for person, one in everybody.items() if one.pools.get(pool_id)][:TOLD_OF_GROUPS]
