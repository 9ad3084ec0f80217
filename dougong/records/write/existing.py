"""The stored records that a batch is about, locked in the order of their ids, and whether this writer may touch them.

Whether a record may be seen and changed is decided by the very conditions that the read path uses, in the statement
that locks it: what may not be seen does not exist (404), what may be seen but not changed is refused with the reason
(403), what is locked or what somebody else has changed meanwhile says so (409).
"""

from typing import Any

import sqlalchemy as sa

from dougong.access.fields import readable_fields
from dougong.access.principal import HELD_BY_LOCK, Action
from dougong.access.tokens import is_granted
from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS
from dougong.records.read.visibility import named, unlocked, visible
from dougong.records.work import Writing
from dougong.records.write.batch import CHANGING, Act, Batch, Row
from dougong.records.write.columns import field_columns, is_one_of, unpacked
from dougong.records.write.references import MASTER_LOCKED
from dougong.records.write.rights import ACTION_OF

NOT_FOUND = "record.not_found"
NOT_EDITABLE = "access.not_editable"
STALE = "record.stale"
LOCKED = "record.locked"


def existing(batch: Batch, w: Writing) -> list[Problem]:
    """Load and lock the records; a problem for each that is not there, not this writer's to change, stale or twice."""
    stored = _locked(batch, w)
    plan = field_columns(list(batch.object.fields.values()))
    problems: list[Problem] = []
    seen: set[int] = set()
    for row in batch.rows:
        found = stored.get(row.id)
        if found is None or not (batch.derived or found["may_read"]):
            row.missing = True
            problems.append(Problem(NOT_FOUND, row=row.number, params={"object": batch.object.name, "id": str(row.id)}))
            continue
        row.old = unpacked(plan, found)
        row.version = row.old["version"]
        row.deletion_id = found["deletion_id"]
        row.owned = found["may_own"]
        row.held = tuple(found["access"])
        row.granted = tuple(number for number in row.held if is_granted(number))
        if row.id in seen:
            problems.append(Problem("record.twice", row=row.number, params={"id": str(row.id)}))
        elif not found["unlocked"]:
            problems.append(_locked_problem(w, row))
        elif not (batch.derived or found["may_write"]):
            problems.append(Problem(NOT_EDITABLE, row=row.number, params={"id": str(row.id)}))
        elif row.expected is not None and row.expected != row.version:
            problems.append(_stale(batch, w, row))
        seen.add(row.id)
    return problems


def _locked(batch: Batch, w: Writing) -> dict[int, dict[str, Any]]:
    obj, table = batch.object, w.registry.tables[batch.object.name]
    may_read = visible(w.registry, w.actor, obj, table, Action.READ)
    may_write = visible(w.registry, w.actor, obj, table, ACTION_OF[batch.act])
    may_own = visible(w.registry, w.actor, obj, table, Action.TRANSFER)
    held = ACTION_OF[batch.act] in HELD_BY_LOCK
    free = unlocked(w.registry, w.actor, obj, table) if held else sa.true()
    in_bin = table.c.deleted_at.is_not(None) if batch.act is Act.RESTORE else table.c.deleted_at.is_(None)
    statement = (
        sa.select(
            *table.c,
            may_read.label("may_read"),
            may_write.label("may_write"),
            may_own.label("may_own"),
            free.label("unlocked"),
        )
        .where(is_one_of(table.c.id, sorted({row.id for row in batch.rows})), in_bin)
        .order_by(table.c.id)
        # An update leaves the key alone, so that others may go on hanging records on this one; a deletion does not
        # let them: references.py locks targets FOR KEY SHARE.
        .with_for_update(of=table, key_share=batch.act in CHANGING)
    )
    return {row.id: dict(row._mapping) for row in w.transaction.rows(statement)}


def _locked_problem(w: Writing, row: Row) -> Problem:
    """The record is locked, by whom and since when, or what it is a part of is."""
    since = row.old.get("locked_at")
    if since is None:
        return Problem(MASTER_LOCKED, row=row.number, params={"id": str(row.id)})
    who = user_name(w, row.old.get("locked_by_id"))
    return Problem(LOCKED, row=row.number, params={"id": str(row.id), "by": who, "at": since.isoformat()})


def _stale(batch: Batch, w: Writing, row: Row) -> Problem:
    """Both versions, as JSON values of the fields that the writer may read, and who was first."""
    current = {
        field.name: KINDS[field.type].wire(row.old.get(field.name)) for field in readable_fields(w.actor, batch.object)
    }
    return Problem(
        STALE,
        row=row.number,
        params={
            "id": str(row.id),
            "current_version": row.version,
            "your_version": row.expected,
            "current": current,
            "yours": dict(row.given),
            "changed_by": user_name(w, row.old.get("updated_by_id")),
            "changed_at": row.old["updated_at"].isoformat() if row.old.get("updated_at") else None,
        },
    )


def user_name(w: Writing, user_id: int | None) -> str:
    """The name of who changed a record; the product's own for its own changes."""
    if user_id is None:
        return "Dougong"
    users = w.registry.tables["user"]
    statement = sa.select(users.c.name).where(users.c.id == user_id)
    if w.actor.contacts is not None and w.actor.contacts.external:
        statement = statement.where(named(w.registry, w.actor, w.registry.objects["user"], users))
    return str(w.transaction.scalar(statement) or user_id)
