"""How many records one person may hold: of an object, of one pool (domain.md 5.8 (2)).

Checked wherever a record is given an owner: claimed, assigned, handed over, created, imported. Of two who give records
to the same person at once the second waits for the first: a lock on the person keeps the count true until the commit.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dougong.access.principal import Principal, Reach
from dougong.access.subjects import as_member
from dougong.access.tokens import Kind
from dougong.crm.pools.reading import (
    LIMIT,
    OWNER,
    POOL_ID,
    as_product,
    conditions,
    found,
    is_,
    is_finished,
    people,
    pools,
    unfinished,
)
from dougong.expressions.ast import TRUE, Condition, Not, all_of
from dougong.kit.errors import Problem
from dougong.records.api import Reading, Writing, count
from dougong.records.hooks import Act, Batch, Row


@dataclass(frozen=True)
class Limit:
    """What one person may hold at most, of which records."""

    maximum: int
    counted: Condition
    pool_id: int | None = None


@dataclass(frozen=True)
class Room:
    """How many more records somebody may be given, and the limit that says so."""

    possible: int
    maximum: int


def owner_limits(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record beyond what its new owner may hold; those that there is room for are told."""
    obj = batch.object
    if not obj.pooled:
        return []
    restoring = batch.act is Act.RESTORE
    given: defaultdict[int, list[Row]] = defaultdict(list)
    for row in batch.live:
        # What comes back from the bin counts again, if it did before: in its owner's hands, not at its good end.
        comes = not is_finished(obj, row.old) if restoring else row.changes(OWNER)
        if comes and row.after(OWNER) is not None:
            given[row.after(OWNER)].append(row)
    problems: list[Problem] = []
    for owner, limits in sorted(limits_of(w, obj.name, given).items()):
        for limit in limits:
            rows = [row for row in given[owner] if limit.pool_id is None or row.after(POOL_ID) == limit.pool_id]
            if not rows:
                continue
            w.transaction.alone(f"records of {obj.name} held by {owner}")
            possible = max(limit.maximum - held(w, obj.name, owner, limit), 0)
            problems += [
                Problem(
                    "pool.limit_reached",
                    OWNER,
                    row.number,
                    {"maximum": limit.maximum, "possible": possible, "wanted": len(rows), "owner_id": str(owner)},
                )
                for row in rows[possible:]
            ]
    return problems


def room(r: Reading, object_name: str, person: Principal, pool_id: int | None = None) -> Room | None:
    """How many more records `person` may be given now (of the pool); None: as many as there are."""
    limits = [
        limit
        for limit in limits_of(r, object_name, [person.user_id or 0], {person.user_id or 0: person})[
            person.user_id or 0
        ]
        if limit.pool_id in {None, pool_id}
    ]
    rooms = [
        Room(max(limit.maximum - held(r, object_name, person.user_id or 0, limit), 0), limit.maximum)
        for limit in limits
    ]
    return min(rooms, key=lambda one: one.possible, default=None)


def held(r: Reading, object_name: str, owner: int, limit: Limit) -> int:
    """How many records of what the limit counts the person holds."""
    where = all_of(is_(OWNER, owner), limit.counted)
    if limit.pool_id is not None:
        where = all_of(where, is_(POOL_ID, limit.pool_id))
    return count(as_product(r), object_name, where, cap=None).number


def limits_of(
    r: Reading, object_name: str, owners: Collection[int], known: Mapping[int, Principal] | None = None
) -> dict[int, list[Limit]]:
    """All limits that hold for each of `owners`: every one of them must be kept."""
    found_limits: dict[int, list[Limit]] = {owner: [] for owner in owners}
    if not owners:
        return found_limits
    counted = unfinished(r.registry.object(object_name))
    for pool in pools(r, object_name).values():
        if pool.max_held is not None:
            for limits in found_limits.values():
                limits.append(Limit(pool.max_held, counted, pool.id))
    rows = found(
        r,
        LIMIT,
        all_of(is_("object_name", object_name), is_("active", True)),
        ("member_id", "with_below", "max_held", "not_counted"),
    )
    if not rows:
        return found_limits
    principals = known if known is not None else people(r, owners)
    for row in rows:
        member = as_member(row["member_id"].object, row["member_id"].id, with_below=row["with_below"])
        left_out = conditions(row["not_counted"])
        limit = Limit(row["max_held"], counted if left_out == TRUE else all_of(counted, Not(left_out)))
        for owner, limits in found_limits.items():
            # What somebody may edit is never lent to an assistant: these tokens are of the person's own groups.
            if owner in principals and member.token(Kind.EDIT) in principals[owner].tokens[Reach.EDIT]:
                limits.append(limit)
    return found_limits
