"""Events that leave the product: rows written in the transaction that caused them, sent after it.

A crash between the two sends an event again, never loses one; receivers tell repeats by the event's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.storage.schema import outbox
from dougong.storage.unit_of_work import Transaction

CHANNEL = "dougong_outbox"
"""The channel that is notified when there is something to send."""


@dataclass(frozen=True)
class Event:
    """A change of a batch of records of one object: `action` is create, update, delete, restore, purge or summarise."""

    id: int
    change_id: int
    object: str
    action: str
    record_ids: tuple[int, ...]
    created_at: datetime


def append(tx: Transaction, *, change_id: int, object: str, action: str, record_ids: Sequence[int]) -> None:
    """Add one event for a batch of records; it becomes visible with the transaction's commit."""
    tx.execute(
        sa.insert(outbox),
        {"change_id": change_id, "object": object, "action": action, "record_ids": list(record_ids)},
    )
    tx.scalar(sa.select(sa.func.pg_notify(CHANNEL, "")))


def take(tx: Transaction, limit: int = 100) -> list[Event]:
    """Up to `limit` unsent events, oldest first, reserved until the end of the transaction.

    Several senders share the work: what one has taken the others skip. Call `mark_sent` in the same transaction.
    """
    statement = (
        sa.select(
            outbox.c.id, outbox.c.change_id, outbox.c.object, outbox.c.action, outbox.c.record_ids, outbox.c.created_at
        )
        .where(outbox.c.sent_at.is_(None))
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Event(row.id, row.change_id, row.object, row.action, tuple(row.record_ids), row.created_at)
        for row in tx.rows(statement)
    ]


def mark_sent(tx: Transaction, events: Sequence[Event]) -> None:
    """The events are with their receivers; they are never taken again."""
    tx.execute(sa.update(outbox).where(outbox.c.id.in_([event.id for event in events])).values(sent_at=now()))


def forget_sent(tx: Transaction, older_than: timedelta) -> int:
    """Delete events that were sent longer than `older_than` ago. Returns how many."""
    return tx.execute(sa.delete(outbox).where(outbox.c.sent_at < now() - older_than))
