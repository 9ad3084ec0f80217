"""The secret address of a person's calendar: one each, shown when it is made, void when it is made anew or revoked.

Only its hash is stored. It opens a calendar and nothing else, and only as long as its person may sign in.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.access.sessions import digest
from dougong.kit.clock import now
from dougong.metadata.registry import Registry
from dougong.storage.schema import calendar_feed
from dougong.storage.unit_of_work import Snapshot, Transaction

SECRET_BYTES = 32


@dataclass(frozen=True)
class Feed:
    """A person's calendar address as they see it later: never the secret."""

    created_at: datetime
    last_read_at: datetime | None


def make_feed(tx: Transaction, user_id: int) -> str:
    """The secret of a new address; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    statement = insert(calendar_feed).values(user_id=user_id, token_hash=digest(secret), created_at=now())
    anew = {name: statement.excluded[name] for name in ("token_hash", "created_at")}
    tx.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_={**anew, "last_read_at": None}))
    return secret


def revoke_feed(tx: Transaction, user_id: int) -> None:
    """Close the address, if there is one."""
    tx.execute(sa.delete(calendar_feed).where(calendar_feed.c.user_id == user_id))


def feed_of(snapshot: Snapshot, user_id: int) -> Feed | None:
    """What there is of the person's address."""
    found = snapshot.one(sa.select(calendar_feed).where(calendar_feed.c.user_id == user_id))
    return None if found is None else Feed(found.created_at, found.last_read_at)


def person_of_feed(snapshot: Snapshot, registry: Registry, secret: str) -> int | None:
    """Whose calendar the secret opens; None for one that opens nothing."""
    users = registry.tables["user"]
    statement = (
        sa.select(users.c.id)
        .join(calendar_feed, calendar_feed.c.user_id == users.c.id)
        .where(calendar_feed.c.token_hash == digest(secret), users.c.active.is_(True), users.c.deleted_at.is_(None))
    )
    found = snapshot.scalar(statement)
    return None if found is None else int(found)


def note_read(tx: Transaction, user_id: int) -> None:
    """Note that the calendar was read."""
    tx.execute(sa.update(calendar_feed).where(calendar_feed.c.user_id == user_id).values(last_read_at=now()))
