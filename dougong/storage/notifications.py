"""What people are told, as rows: appended in the transaction of what they tell, read by their person alone.

A row keeps a code and its parameters, not a sentence: `automation.notifications` says it in the reader's language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.storage.schema import notification
from dougong.storage.unit_of_work import Snapshot, Transaction

KEPT = timedelta(days=90)
COUNTED_MAX = 100
"""Unread ones are counted so far: a bell that says more than 99 says nothing more."""

COLUMNS = ("user_id", "at", "code", "params", "object", "record_id")


@dataclass(frozen=True)
class Told:
    """One row as it is stored."""

    id: int
    at: datetime
    code: str
    params: Mapping[str, Any]
    record: tuple[str, int] | None
    read: bool


def append(
    tx: Transaction, people: Iterable[int], code: str, params: Mapping[str, Any], record: tuple[str, int] | None
) -> None:
    """Tell each of `people` the same."""
    moment = now()
    object_name, record_id = record if record is not None else (None, None)
    rows = ((user_id, moment, code, dict(params), object_name, record_id) for user_id in people)
    tx.copy(notification, COLUMNS, rows)


def told(snapshot: Snapshot, user_id: int, *, before: int | None, unread: bool, limit: int) -> list[Told]:
    """Up to `limit` rows of a person, the latest first: those older than the row `before`, or the unread alone."""
    statement = sa.select(notification).where(notification.c.user_id == user_id)
    if before is not None:
        statement = statement.where(notification.c.id < before)
    if unread:
        statement = statement.where(notification.c.read_at.is_(None))
    return [
        Told(
            id=row.id,
            at=row.at,
            code=row.code,
            params=row.params,
            record=None if row.object is None else (row.object, row.record_id),
            read=row.read_at is not None,
        )
        for row in snapshot.rows(statement.order_by(notification.c.id.desc()).limit(limit))
    ]


def unread(snapshot: Snapshot, user_id: int) -> int:
    """How many rows a person has not read, up to `COUNTED_MAX`."""
    mine = sa.select(sa.literal(1)).where(notification.c.user_id == user_id, notification.c.read_at.is_(None))
    return int(snapshot.scalar(sa.select(sa.func.count()).select_from(mine.limit(COUNTED_MAX).subquery())))


def mark_read(tx: Transaction, user_id: int, ids: Sequence[int] | None) -> None:
    """Note that a person has read these of their rows; None: all."""
    statement = sa.update(notification).where(notification.c.user_id == user_id, notification.c.read_at.is_(None))
    if ids is not None:
        statement = statement.where(notification.c.id.in_(list(ids)))
    tx.execute(statement.values(read_at=now()))


def forget(tx: Transaction, before: datetime) -> int:
    """Delete the rows that were told before `before`. Returns how many."""
    return tx.execute(sa.delete(notification).where(notification.c.at < before))
