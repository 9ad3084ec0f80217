"""Assistants: who reads what a manager reads, live, and edits nothing by it (domain.md 1.6).

It is not handed on: whoever assists an assistant gets nothing of the manager's. Fields stay as the assistant's own
profiles have them, and what the assistant owns stays editable.
"""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Assistance:
    """An active manager whom somebody assists, with the manager's department; to the end of `valid_until`, if said."""

    assistant_id: int
    manager_id: int
    department_id: int | None
    valid_until: date | None


def read_assistants(snapshot: Snapshot, registry: Registry) -> tuple[Assistance, ...]:
    """Who assists whom, switched off and ended ones left out, and those of managers who have left."""
    table, users = registry.tables["assistant"], registry.tables["user"]
    statement = (
        sa.select(table.c.assistant_id, table.c.manager_id, users.c.department_id, table.c.valid_until)
        .join(users, users.c.id == table.c.manager_id)
        .where(table.c.deleted_at.is_(None), table.c.active.is_(True))
        .where(users.c.deleted_at.is_(None), users.c.active.is_(True))
        .order_by(table.c.id)
    )
    rows = snapshot.rows(statement)
    return tuple(Assistance(r.assistant_id, r.manager_id, r.department_id, r.valid_until) for r in rows)


def assisted_by(assistants: tuple[Assistance, ...], user_id: int, day: date) -> list[Assistance]:
    """Whom `user_id` assists on `day`."""
    return [a for a in assistants if a.assistant_id == user_id and (a.valid_until is None or day <= a.valid_until)]
