"""Who owns a record: the writer unless another is named, always an active user, handed over only with the right to."""

import sqlalchemy as sa

from dougong.access.fields import TRANSFERRED
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.errors import Problem
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch
from dougong.records.write.columns import is_one_of
from dougong.records.write.values import titled

OWNER, DEPARTMENT = TRANSFERRED


def ownership(batch: Batch, w: Writing) -> list[Problem]:
    """Owner and department of owned records.

    A new record belongs to its writer unless another owner is given; to give a stored one another owner, none, or
    another department needs the TRANSFER right: each changes who sees it. A new owner must be an active user, and the
    record moves to the owner's department unless one is given.
    """
    if not batch.object.owned:
        return []
    creating = batch.act is Act.CREATE
    if creating:
        for row in batch.rows:
            if row.values.get(OWNER) is None and row.given.get(OWNER) in (None, ""):
                row.values[OWNER] = w.actor.user_id
    owned = [row for row in batch.known if row.values.get(OWNER) is not None]
    problems = [] if creating else _not_transferable(batch, w)
    departments = _departments(w, {row.values[OWNER] for row in owned})
    field = batch.object.fields[OWNER]
    for row in owned:
        owner = row.values[OWNER]
        if owner not in departments:
            problems.append(Problem("owner.inactive", OWNER, row.number, titled(field, {"id": str(owner)})))
        elif row.given.get(DEPARTMENT) in (None, ""):
            row.values[DEPARTMENT] = departments[owner]
    return problems


def _not_transferable(batch: Batch, w: Writing) -> list[Problem]:
    may_transfer = allowed(w.actor, batch.object, Action.TRANSFER) is None
    return [
        Problem("owner.no_transfer", name, row.number, titled(batch.object.fields[name]))
        for row in batch.known
        if not (may_transfer and row.owned)
        for name in TRANSFERRED
        if row.changes(name)
    ]


def _departments(w: Writing, owners: set[int]) -> dict[int, int | None]:
    """The departments of those of `owners` that are active users; of the writer, without asking."""
    asked = owners - {w.actor.user_id}
    found = {w.actor.user_id: w.actor.department_id} if w.actor.user_id in owners and w.actor.user_id else {}
    if asked:
        users = w.registry.tables["user"]
        statement = sa.select(users.c.id, users.c.department_id).where(
            is_one_of(users.c.id, sorted(asked)), users.c.deleted_at.is_(None), users.c.active.is_(True)
        )
        found |= {row.id: row.department_id for row in w.transaction.rows(statement)}
    return found
