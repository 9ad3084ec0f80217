"""How a movement is stored: the records, what goes with them, and the line in the log, in one transaction.

The person has been found to be allowed to do it; the product writes, because what it writes (an owner, a countdown) is
not for people to edit, and history names the person (`access.principal.acting_for`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from dougong.access.principal import acting_for
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import DEPARTMENT, MOVEMENT, OWNER, POOL_ID, STATUS, found, is_
from dougong.crm.pools.rules import Pool, protection
from dougong.crm.pools.telling import tell
from dougong.expressions.ast import all_of
from dougong.kit.limits import BATCH_MAX, IN_LIST_MAX
from dougong.metadata.model import Object
from dougong.records.api import Change, Writing, create, delete, update

T = TypeVar("T")

TEAM = "team_member"

WRITTEN = (OWNER, DEPARTMENT, POOL_ID, STATUS)

FREED: Mapping[str, Any] = {
    "claimed_at": None,
    "expires_at": None,
    "hard_end_at": None,
    "followed_at": None,
    "reminded_at": None,
    "extended_until": None,
    "extension_wanted_until": None,
    "extension_reason": None,
}
"""What says nothing of a record that nobody holds, and starts anew when somebody takes it."""


def by_product(w: Writing) -> Writing:
    """The same writing, by the product for the person."""
    return w if w.actor.product else replace(w, actor=acting_for(w.actor))


def taken(pool: Pool, to: int, status: str, moment: datetime) -> dict[str, Any]:
    """The values of a record of `pool` that `to` holds from now on."""
    found_protection = protection(pool, moment)
    return {
        **FREED,
        OWNER: to,
        DEPARTMENT: None,
        POOL_ID: pool.id,
        STATUS: status,
        "claimed_at": moment,
        "expires_at": None if found_protection is None else found_protection.expires_at,
        "hard_end_at": None if found_protection is None else found_protection.hard_end_at,
    }


def store(w: Writing, obj: Object, movements: Sequence[Movement], moment: datetime) -> None:
    """Write what happens to these records, with what goes with them. Raises as the write path does."""
    for some in chunks(movements, BATCH_MAX):
        product = by_product(w)
        update(product, obj.name, [Change(one.record["id"], _written(one.values)) for one in some])
        log(product, obj, some, moment)
        _go_along(product, obj, some)
        _leave_teams(product, some)
        tell(w, obj, some)


def log(w: Writing, obj: Object, movements: Sequence[Movement], moment: datetime) -> None:
    """Write the lines of the log, which nobody changes."""
    create(w, MOVEMENT, [_line(obj, one, moment, w.actor.user_id) for one in movements])


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    """A record with an owner belongs to the owner's department, which the write path knows."""
    written = dict(values)
    if written.get(OWNER) is not None:
        written.pop(DEPARTMENT, None)
    return written


def _line(obj: Object, one: Movement, moment: datetime, by: int | None) -> dict[str, Any]:
    before, after = one.owner
    pool, pool_after = one.record[POOL_ID], one.values.get(POOL_ID, one.record[POOL_ID])
    return {
        "record_name": one.record[obj.name_field],
        "record_id": {"object": obj.name, "id": one.record["id"]},
        "kind": one.kind,
        "moved_at": moment,
        "by_id": by,
        "pool_id": pool_after,
        "from_pool_id": pool if pool != pool_after else None,
        "from_id": before if before != after else None,
        "to_id": after if before != after else None,
        "held_since": one.record["claimed_at"] if before != after else None,
        "until": one.values.get("expires_at"),
        **one.told,
    }


def _go_along(w: Writing, obj: Object, movements: Sequence[Movement]) -> None:
    """Give what changes hands with the records (an account's contacts) to whom the records belong now.

    What was the last owner's, or nobody's, goes along; a colleague's own contact stays theirs.
    """
    moved = {one.record["id"]: one.owner for one in movements if one.owner[0] != one.owner[1]}
    if not moved:
        return
    for child in w.registry.objects.values():
        link = child.pooled_with
        if link is None or obj.name not in child.fields[link].points_to:
            continue
        rows = [
            row
            for ids in chunks(sorted(moved), IN_LIST_MAX)
            for row in found(w, child.name, is_(link, *ids), ("id", link, OWNER))
        ]
        changes = []
        for row in rows:
            before, after = moved[row[link]]
            if row[OWNER] in {before, None} and row[OWNER] != after:
                given = {OWNER: after} if after is not None else {OWNER: None, DEPARTMENT: None}
                changes.append(Change(row["id"], given))
        for some in chunks(changes, BATCH_MAX):
            update(w, child.name, some)


def _leave_teams(w: Writing, movements: Sequence[Movement]) -> None:
    """Who was given a record to work on leaves it with the owner; the recycle bin and history have them."""
    freed = sorted(one.record["id"] for one in movements if one.owner[1] is None and one.owner[0] is not None)
    for ids in chunks(freed, IN_LIST_MAX):
        members = [row["id"] for row in found(w, TEAM, all_of(is_("record_id", *ids)), ("id",))]
        for some in chunks(members, BATCH_MAX):
            delete(w, TEAM, some)


def chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """The items in lists of up to `size`."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
