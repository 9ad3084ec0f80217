"""What a department must be: named unlike its siblings, below one that is in use, and empty before it is switched off.

Source: domain.md 1.5. One writer of the tree at a time gets past here (a lock until its commit), so that two cannot
each do their half of what together is forbidden. People are not the tree: who puts somebody into a department locks
that department's row against being switched off (`check_open`), and a department being switched off is locked already.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.hooks import Act, Batch, Row
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of

DEPARTMENT = "department"
NAMES_SHOWN = 5
"""How many of what is in the way are named."""


def department_rules(batch: Batch, w: Writing) -> list[Problem]:
    """The problems of departments that are made, changed or brought back."""
    rows = batch.live
    placed = [row for row in rows if batch.act is not Act.UPDATE or row.changes("name") or row.changes("parent_id")]
    closing = [row for row in rows if batch.act is Act.UPDATE and row.changes("active") and not row.after("active")]
    opening = [row for row in rows if row.changes("active") and row.after("active")]
    if not (placed or closing or opening):
        return []
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(DEPARTMENT, 0))))
    return [
        *_same_name(batch, placed, w),
        *_below_closed(batch, {row.number: row for row in (*placed, *opening)}.values(), w),
        *_not_empty(batch, closing, w),
    ]


def folded(name: str) -> str:
    """The form of a name in which two that look alike are equal."""
    return " ".join(name.split()).casefold()


def _same_name(batch: Batch, rows: Sequence[Row], w: Writing) -> list[Problem]:
    table = w.registry.tables[DEPARTMENT]
    parents = {row.after("parent_id") for row in rows}
    below = sa.or_(
        is_one_of(table.c.parent_id, sorted(p for p in parents if p is not None)),
        table.c.parent_id.is_(None) if None in parents else sa.false(),
    )
    ours = {row.id for row in batch.rows if row.id}
    statement = sa.select(table.c.id, table.c.parent_id, table.c.name).where(below, table.c.deleted_at.is_(None))
    taken = {(s.parent_id, folded(s.name or "")) for s in w.transaction.rows(statement) if s.id not in ours}
    checked = {row.number for row in rows}
    taken |= {_place(row) for row in batch.live if row.number not in checked}
    problems = []
    for row in rows:
        if _place(row) in taken:
            problems.append(Problem("department.name_taken", "name", row.number, {"name": row.after("name")}))
        taken.add(_place(row))
    return problems


def _place(row: Row) -> tuple[int | None, str]:
    return row.after("parent_id"), folded(row.after("name") or "")


def _below_closed(batch: Batch, rows: Iterable[Row], w: Writing) -> list[Problem]:
    wanted = [row for row in rows if row.after("active") and row.after("parent_id") is not None]
    table = w.registry.tables[DEPARTMENT]
    statement = sa.select(table.c.id, table.c.name).where(
        is_one_of(table.c.id, sorted({row.after("parent_id") for row in wanted})), table.c.active.is_not(True)
    )
    closed = {stored.id: stored.name for stored in w.transaction.rows(statement)} if wanted else {}
    for row in batch.live:
        if row.after("active"):
            closed.pop(row.id, None)
    return [
        Problem("department.closed", "parent_id", row.number, {"name": closed[row.after("parent_id")]})
        for row in wanted
        if row.after("parent_id") in closed
    ]


def _not_empty(batch: Batch, rows: Sequence[Row], w: Writing) -> list[Problem]:
    """What is in the way of switching a department off: people at work in it, and departments in use below it."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    closing = {row.id for row in batch.live if not row.after("active")}
    moving = {row.id: row.after("parent_id") for row in batch.live}
    table = w.registry.tables[DEPARTMENT]
    below: defaultdict[int, dict[int, str]] = defaultdict(dict)
    statement = (
        sa.select(table.c.id, table.c.parent_id.label("held"), table.c.name)
        .where(is_one_of(table.c.parent_id, ids), table.c.active.is_(True), table.c.deleted_at.is_(None))
        .order_by(table.c.order_number, table.c.id)
    )
    for stored in w.transaction.rows(statement):
        if stored.id not in closing and moving.get(stored.id, stored.held) == stored.held:
            below[stored.held][stored.id] = stored.name
    people = people_in(w, ids)
    problems = []
    for row in rows:
        for code, found in (("department.has_people", people), ("department.has_departments", below)):
            if row.id in found:
                params = {"name": row.after("name"), **named(list(found[row.id].values()))}
                problems.append(Problem(code, "active", row.number, params))
    return problems


def people_in(w: Writing, ids: Sequence[int]) -> Mapping[int, Mapping[int, str]]:
    """By department: the active people for whom it is the main or another department, by id."""
    users, joined = w.registry.tables["user"], w.registry.tables["user_department"]
    at_work = sa.and_(users.c.active.is_(True), users.c.deleted_at.is_(None))
    main = sa.select(users.c.id, users.c.department_id.label("held"), users.c.name)
    other = sa.select(users.c.id, joined.c.department_id.label("held"), users.c.name)
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for statement in (
        main.where(is_one_of(users.c.department_id, ids), at_work),
        other.join(joined, joined.c.user_id == users.c.id).where(
            is_one_of(joined.c.department_id, ids), joined.c.deleted_at.is_(None), at_work
        ),
    ):
        for stored in w.transaction.rows(statement.order_by(users.c.id)):
            found[stored.held][stored.id] = stored.name
    return found


def named(names: Sequence[str]) -> dict[str, object]:
    """How many there are, and the first few by name, for a sentence in either language."""
    shown, more = list(names[:NAMES_SHOWN]), len(names) > NAMES_SHOWN
    zh = "、".join(shown) + ("等" if more else "")
    en = ", ".join([*shown, *(["others"] if more else [])])
    return {"count": len(names), "names_zh": zh, "names_en": en}


def check_open(batch: Batch, rows: Sequence[Row], w: Writing) -> list[Problem]:
    """A problem for each row whose `department_id` is switched off; until the commit none of them can be."""
    wanted = {row.after("department_id") for row in rows} - {None}
    if not wanted:
        return []
    table = w.registry.tables[DEPARTMENT]
    statement = (
        sa.select(table.c.id, table.c.name, table.c.active)
        .where(is_one_of(table.c.id, sorted(wanted)), table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        .with_for_update(of=table, read=True)
    )
    closed = {stored.id: stored.name for stored in w.transaction.rows(statement) if not stored.active}
    return [
        Problem("department.closed", "department_id", row.number, {"name": closed[row.after("department_id")]})
        for row in rows
        if row.after("department_id") in closed
    ]
