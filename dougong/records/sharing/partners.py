"""Partners: their departments and people stand apart from the company's own (domain.md 1.5)."""

from collections.abc import Iterable

import sqlalchemy as sa

from dougong.access.people import EXTERNAL
from dougong.kit.errors import Problem
from dougong.records.hooks import Batch
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of


def users_apart(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for external users outside external departments, and for others inside them."""
    rows = [row for row in batch.live if row.changes("user_type") or row.changes("department_id")]
    outside = _external(w, "department", "department_type", (row.after("department_id") for row in rows))
    problems = []
    for row in rows:
        department, external = row.after("department_id"), row.after("user_type") == EXTERNAL
        if department is None and external:
            problems.append(Problem("partner.user_without_department", "department_id", row.number))
        elif department is not None and external != (department in outside):
            code = "partner.user_inside" if external else "partner.user_outside"
            problems.append(Problem(code, "department_id", row.number))
        elif row.id and row.changes("user_type") and _has_joined(w, row.id):
            problems.append(Problem("partner.user_joined", "user_type", row.number))
    return problems


def memberships_apart(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a partner's person who would join a department of the company, or the other way round."""
    outside = _external(w, "department", "department_type", (row.after("department_id") for row in batch.live))
    strangers = _external(w, "user", "user_type", (row.after("user_id") for row in batch.live))
    problems = []
    for row in batch.live:
        external = row.after("user_id") in strangers
        if external != (row.after("department_id") in outside):
            code = "partner.user_inside" if external else "partner.user_outside"
            problems.append(Problem(code, "department_id", row.number))
    return problems


def departments_apart(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a department of another kind than its parent, children or people, or without its account."""
    rows = [r for r in batch.live if any(r.changes(n) for n in ("department_type", "parent_id", "account_id"))]
    outside = _external(w, "department", "department_type", (row.after("parent_id") for row in rows))
    problems = []
    for row in rows:
        parent, external = row.after("parent_id"), row.after("department_type") == EXTERNAL
        if external and row.after("account_id") is None:
            problems.append(Problem("partner.account_missing", "account_id", row.number))
        elif not external and row.after("account_id") is not None:
            problems.append(Problem("partner.account_internal", "account_id", row.number))
        elif parent is not None and external != (parent in outside):
            # The company's own departments never hang below a partner's, nor the other way round.
            problems.append(Problem("partner.parent_kind", "parent_id", row.number))
        elif row.id and external != (row.old.get("department_type") == EXTERNAL) and _is_inhabited(w, row.id):
            problems.append(Problem("partner.kind_in_use", "department_type", row.number))
    heads = _external(w, "user", "user_type", (row.after("manager_id") for row in batch.live))
    problems += [
        Problem("partner.head", "manager_id", row.number)
        for row in batch.live
        if row.after("manager_id") in heads and row.after("department_type") != EXTERNAL
    ]
    return problems


def contacts_apart(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a contact person who is none of ours, or for a department that is no partner's."""
    departments = _external(w, "department", "department_type", (row.after("department_id") for row in batch.live))
    users = _external(w, "user", "user_type", (row.after("user_id") for row in batch.live))
    problems = []
    for row in batch.live:
        if row.after("department_id") not in departments:
            problems.append(Problem("partner.contact_department", "department_id", row.number))
        elif row.after("user_id") in users:
            problems.append(Problem("partner.contact_external", "user_id", row.number))
    return problems


def no_outside_assistant(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where a partner's person would see what one of ours sees."""
    people = [row.after(name) for row in batch.live for name in ("assistant_id", "manager_id")]
    outside = _external(w, "user", "user_type", people)
    return [
        Problem("partner.assistant", "assistant_id", row.number)
        for row in batch.live
        if row.after("assistant_id") in outside and row.after("manager_id") not in outside
    ]


def no_outside_administrator(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where a partner's person would administer the product."""
    outside = _external(w, "user", "user_type", (row.after("user_id") for row in batch.live))
    profiles = w.registry.tables["profile"]
    wanted = sorted({row.after("profile_id") for row in batch.live} - {None})
    statement = sa.select(profiles.c.id).where(is_one_of(profiles.c.id, wanted), profiles.c.administers.is_(True))
    administering = {row.id for row in w.transaction.rows(statement)}
    return [
        Problem("partner.administrator", "profile_id", row.number)
        for row in batch.live
        if row.after("user_id") in outside and row.after("profile_id") in administering
    ]


def _external(w: Writing, object_name: str, field: str, ids: Iterable[int | None]) -> set[int]:
    """Those of `ids` that are external."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return set()
    table = w.registry.tables[object_name]
    statement = sa.select(table.c.id).where(is_one_of(table.c.id, wanted), table.c[field] == EXTERNAL)
    return {row.id for row in w.transaction.rows(statement)}


def _is_inhabited(w: Writing, department_id: int) -> bool:
    """Whether a department has people, of its own or from elsewhere, or departments below it."""
    users, departments = w.registry.tables["user"], w.registry.tables["department"]
    joined = w.registry.tables["user_department"]
    people = sa.select(users.c.id).where(users.c.department_id == department_id, users.c.deleted_at.is_(None))
    below = sa.select(departments.c.id).where(
        departments.c.parent_id == department_id, departments.c.deleted_at.is_(None)
    )
    beside = sa.select(joined.c.id).where(joined.c.department_id == department_id, joined.c.deleted_at.is_(None))
    return any(w.transaction.rows(found.limit(1)) for found in (people, below, beside))


def _has_joined(w: Writing, user_id: int) -> bool:
    joined = w.registry.tables["user_department"]
    statement = sa.select(joined.c.id).where(joined.c.user_id == user_id, joined.c.deleted_at.is_(None)).limit(1)
    return bool(w.transaction.rows(statement))
