"""There is always somebody who administers: the last active one is not switched off, deleted or relieved.

Judged after the write, under a lock that lets one such write through at a time: of two administrators who remove each
other at once the second sees what the first has done, and is refused.
"""

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.metadata.registry import Registry
from dougong.records.hooks import Act, Batch, Row
from dougong.records.work import Writing

OBJECTS = ("user", "user_profile", "profile")


def one_is_left(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where the batch took the administration right from the last who had it."""
    if batch.derived:
        return []  # what a person holds goes with the person, who is judged
    taking = [row for row in batch.storable if _takes(batch, row)]
    if not taking:
        return []
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("administrators", 0))))
    if w.transaction.one(_administering(w.registry).limit(1)) is not None:
        return []
    concerned = [row for row in taking if _concerns(batch, row, w)]
    return [Problem("administrator.last", row=row.number) for row in concerned[:1]]


def _takes(batch: Batch, row: Row) -> bool:
    """Whether the row can take the right from somebody: what else changes of a person or profile is no matter."""
    if batch.act is Act.DELETE:
        return True
    match batch.object.name:
        case "user":
            return bool(row.old.get("active")) and not row.after("active")
        case "profile":
            return bool(row.old.get("administers")) and not row.after("administers")
        case _:
            return row.changes("profile_id") or row.changes("user_id")


def _administering(registry: Registry) -> sa.Select[tuple[int]]:
    """The active users with a living profile that administers."""
    users, held, profiles = (registry.tables[name] for name in OBJECTS)
    return (
        sa.select(users.c.id)
        .join(held, held.c.user_id == users.c.id)
        .join(profiles, profiles.c.id == held.c.profile_id)
        .where(users.c.active.is_(True), profiles.c.administers.is_(True))
        .where(users.c.deleted_at.is_(None), held.c.deleted_at.is_(None), profiles.c.deleted_at.is_(None))
    )


def _concerns(batch: Batch, row: Row, w: Writing) -> bool:
    """Whether the row was about an administrator at all: a company that has none yet may write what it likes."""
    users, held, profiles = (w.registry.tables[name] for name in OBJECTS)
    giving = sa.select(profiles.c.id).where(profiles.c.administers.is_(True))
    match batch.object.name:
        case "user":
            # What a deleted user held is deleted behind them, in the same change.
            having = sa.select(held.c.id).where(held.c.user_id == row.id, held.c.profile_id.in_(giving))
            was_active = bool(row.old.get("active"))
            return was_active and w.transaction.one(having.where(held.c.deleted_at.is_(None)).limit(1)) is not None
        case "profile":
            having = sa.select(held.c.id).join(users, users.c.id == held.c.user_id).where(users.c.active.is_(True))
            living = having.where(
                held.c.profile_id == row.id, held.c.deleted_at.is_(None), users.c.deleted_at.is_(None)
            )
            return bool(row.old.get("administers")) and w.transaction.one(living.limit(1)) is not None
        case _:
            gave = giving.where(profiles.c.id == row.old.get("profile_id"))
            active = sa.select(users.c.id).where(users.c.id == row.old.get("user_id"), users.c.active.is_(True))
            return w.transaction.one(gave) is not None and w.transaction.one(active) is not None
