"""Nobody is named twice: neither in the team of a record nor among those that a rule is for."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.hooks import Batch, Row
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of

HookFunction = Callable[[Batch, Writing], list[Problem]]


def named_once(of: str, member: str, code: str) -> HookFunction:
    """The hook that refuses a second record with the same `member` of the same `of`, both lookups."""

    def check(batch: Batch, w: Writing) -> list[Problem]:
        wanted = [row for row in batch.live if row.changes(of) or row.changes(member) or not row.old.get("version")]
        known = _stored(batch, w, {_id(row.after(of)) for row in wanted}, of, member)
        problems = []
        for row in wanted:
            pair = (_id(row.after(of)), _id(row.after(member)))
            if None not in pair and known.setdefault(pair, _place(row)) != _place(row):
                problems.append(Problem(code, member, row.number))
        return problems

    return check


def _place(row: Row) -> tuple[str, int]:
    return ("id", row.id) if row.id else ("number", row.number)


def _id(value: Any) -> int | None:  # noqa: ANN401  # a lookup's value: an id, or a reference to one of several objects
    found = getattr(value, "id", value)
    return None if found is None else int(found)


def _stored(
    batch: Batch, w: Writing, about: set[int | None], of: str, member: str
) -> dict[tuple[int | None, int | None], tuple[str, int]]:
    """The pairs that are there, without those that this batch changes."""
    table = w.registry.tables[batch.object.name]
    own = {row.id for row in batch.rows}
    statement = sa.select(table.c.id, table.c[of], table.c[member]).where(
        table.c.deleted_at.is_(None), is_one_of(table.c[of], sorted(n for n in about if n is not None))
    )
    found = [tuple(row) for row in w.transaction.rows(statement)]
    return {(parent, one): ("id", number) for number, parent, one in found if number not in own}
