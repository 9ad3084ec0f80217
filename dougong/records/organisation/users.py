"""What a user must be: where they are, their time zone, and one of three states (domain.md 1.5).

`active` is what people set: whoever is not cannot sign in and gets nothing new. `state` is what they read: it says the
same, and of those who are active whether they have ever signed in. It is kept by this hook alone.
"""

from enum import StrEnum
from zoneinfo import available_timezones

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.hooks import Act, Batch, Row
from dougong.records.organisation.departments import check_open
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of


class State(StrEnum):
    """未激活, 启用, 停用."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


def user_rules(batch: Batch, w: Writing) -> list[Problem]:
    """The problems of users that are made, changed or brought back; sets their state."""
    for row in batch.live:
        _keep_state(row)
    moved = [
        row
        for row in batch.live
        if row.after("active")
        and (batch.act is not Act.UPDATE or row.changes("department_id") or row.changes("active"))
    ]
    problems = check_open(batch, moved, w)
    problems += [
        Problem("user.timezone_unknown", "timezone", row.number, {"value": row.after("timezone")})
        for row in batch.live
        if row.values.get("timezone") and row.values["timezone"] not in available_timezones()
    ]
    # Nobody could let them in again but somebody else.
    problems += [
        Problem("user.oneself", "active", row.number)
        for row in batch.live
        if batch.act is Act.UPDATE and row.id == w.actor.user_id and row.changes("active") and not row.after("active")
    ]
    return problems


def _keep_state(row: Row) -> None:
    entered = State.INVITED if row.after("activated_at") is None else State.ACTIVE
    state = entered if row.after("active") else State.DISABLED
    row.values.pop("state", None)
    if row.old.get("state") != state:
        row.values["state"] = state.value


def not_once_active(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each user to be deleted who has worked here: history and records name them. They are disabled."""
    return [
        Problem("user.was_active", row=row.number, params={"name": row.old.get("name")})
        for row in batch.live
        if row.old.get("activated_at") is not None
    ]


def membership_rules(batch: Batch, w: Writing) -> list[Problem]:
    """The problems of other departments of a person: each once, and none that is switched off."""
    rows = batch.live
    table = w.registry.tables["user_department"]
    statement = sa.select(table.c.id, table.c.user_id, table.c.department_id).where(
        is_one_of(table.c.user_id, sorted({row.after("user_id") for row in rows} - {None})),
        table.c.deleted_at.is_(None),
    )
    ours = {row.id for row in batch.rows if row.id}
    taken = {(s.user_id, s.department_id) for s in w.transaction.rows(statement) if s.id not in ours}
    problems = check_open(batch, rows, w)
    for row in rows:
        pair = row.after("user_id"), row.after("department_id")
        if pair in taken:
            problems.append(Problem("user_department.twice", "department_id", row.number))
        taken.add(pair)
    return problems
