"""Indexes of words (GIN) in two parts: of every sixteenth row, asked first, and of the others.

PostgreSQL collects all rows that meet a question before it gives the first, which among a million records takes 50 ms
for a word that stands in every tenth. The sample has enough of what is frequent, and is read in 3 ms; what is so rare
that the sample has too little of it is soon collected from the rest. Each row is in one of the two, so that writing
costs no more than with one index.
"""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

SHARE = 16
"""One row of so many is in the sample."""


def gin_in_two(name: str, key: str, column: str, pending_kib: int) -> Iterator[sa.Index]:
    """The two indexes of `column`; the rows of the sample are drawn by their number, `key`.

    `pending_kib`: so much may wait beside the larger one to be sorted in; every question reads that too.
    """
    for part, rows, waiting in zip(
        names(name), _parts(sa.column(key)), (pending_kib // SHARE, pending_kib), strict=True
    ):
        settings = {"gin_pending_list_limit": waiting}
        yield sa.Index(part, column, postgresql_using="gin", postgresql_where=rows, postgresql_with=settings)


def names(name: str) -> tuple[str, str]:
    """What the two indexes of `gin_in_two` are called."""
    return f"{name}_sample", f"{name}_rest"


def sample_first(
    found: sa.Select[Any],
    key: sa.Column[int],
    name: str,
    *,
    of: Callable[[sa.CTE], sa.ColumnElement[bool]] = lambda _: sa.true(),
    enough: sa.ColumnElement[int] | None = None,
) -> sa.Subquery:
    """The rows of `found`, a statement over one table with such indexes: the sample's before the rest.

    Each part is planned for all its rows, by its index, and yet read only as far as somebody wants rows of it: the
    planner knows nothing about how often a word occurs, and with a LIMIT would read the table in hope of an early one.
    `of` is asked behind that. Of the rest nothing is read where the sample has more than `enough` rows.
    """
    sample, rest = (
        found.where(rows).cte(f"{name}_{n}").prefix_with("MATERIALIZED") for n, rows in enumerate(_parts(key))
    )
    behind = sa.select(rest).where(of(rest))
    if enough is not None:
        first = sa.select(sa.literal_column("1")).select_from(sample).where(of(sample)).limit(enough + 1).subquery()
        behind = behind.where(sa.select(sa.func.count()).select_from(first).scalar_subquery() <= enough)
    return sa.union_all(sa.select(sample).where(of(sample)), behind).subquery(name)


def _parts(key: sa.ColumnElement[Any]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    # Drawn by a hash: numbers come from one sequence, and each record of a kind may take several of them. Written out,
    # since the planner must see that the condition is that of the index.
    zero: sa.ColumnElement[int] = sa.literal_column("0")
    drawn = sa.func.hashint8(key).bitwise_and(sa.literal_column("15"))
    return drawn == zero, drawn != zero
