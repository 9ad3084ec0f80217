"""What dimensions, their trees and what is said of them for people and roles must be."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.metadata.names import NAME
from dougong.records.hooks import Act, Batch, Row
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of


def key_for_ever(batch: Batch, _w: Writing) -> list[Problem]:
    """A problem for a key that cannot be part of a field's name, and for one that changes: fields bear it."""
    problems = []
    for row in batch.live:
        key = str(row.after("key") or "")
        if batch.act is Act.UPDATE and row.changes("key"):
            problems.append(Problem("dimension.key_fixed", "key", row.number))
        elif batch.act is Act.CREATE and not NAME.fullmatch(key):
            problems.append(Problem("dimension.key_form", "key", row.number, {"key": key}))
    return problems


def node_in_place(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a node that changes its dimension, hangs on one of another, or has its name beside it already."""
    table = w.registry.tables["dimension_node"]
    parents = sorted({row.after("parent_id") for row in batch.live} - {None})
    statement = sa.select(table.c.id, table.c.dimension_id).where(is_one_of(table.c.id, parents))
    home = {row.id: row.dimension_id for row in w.transaction.rows(statement)}
    problems = [
        Problem("dimension.name_taken", "name", row.number, {"name": str(row.after("name"))})
        for row in taken_together(batch, w, ("dimension_id", "parent_id", "name"))
    ]
    for row in batch.live:
        parent = row.after("parent_id")
        if batch.act is Act.UPDATE and row.changes("dimension_id"):
            problems.append(Problem("dimension.node_moved", "dimension_id", row.number))
        elif parent is not None and home.get(parent) != row.after("dimension_id"):
            problems.append(Problem("dimension.parent_elsewhere", "parent_id", row.number))
    return problems


def one_own_node(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where somebody would have the same value twice, or belong to two values of one dimension."""
    problems = [
        Problem("dimension.user_node_twice", "node_id", row.number)
        for row in taken_together(batch, w, ("user_id", "node_id"))
    ]
    twice = {problem.row for problem in problems}
    nodes, held = w.registry.tables["dimension_node"], w.registry.tables["user_dimension_node"]
    wanted = [row for row in batch.live if row.after("relation") == "own" and row.number not in twice]
    statement = sa.select(nodes.c.id, nodes.c.dimension_id)
    asked = sorted({row.after("node_id") for row in wanted} - {None})
    home = {row.id: row.dimension_id for row in w.transaction.rows(statement.where(is_one_of(nodes.c.id, asked)))}
    statement = (
        sa.select(held.c.id, held.c.user_id, nodes.c.dimension_id)
        .join(nodes, nodes.c.id == held.c.node_id)
        .where(is_one_of(held.c.user_id, sorted({row.after("user_id") for row in wanted} - {None})))
        .where(held.c.deleted_at.is_(None), held.c.relation == "own")
    )
    changing = {row.id for row in batch.rows}
    own = {(row.user_id, row.dimension_id) for row in w.transaction.rows(statement) if row.id not in changing}
    for row in wanted:
        place = (row.after("user_id"), home.get(row.after("node_id")))
        if place in own:
            problems.append(Problem("dimension.two_own_nodes", "node_id", row.number))
        own.add(place)
    return problems


def one_scope(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where a role would have two scopes in one dimension."""
    return [
        Problem("dimension.scope_twice", "dimension_id", row.number)
        for row in taken_together(batch, w, ("role_id", "dimension_id"))
    ]


def taken_together(batch: Batch, w: Writing, names: Sequence[str]) -> Iterator[Row]:
    """The rows whose values of `names` another living record has, or an earlier row of the batch.

    A lock lets one writer at a time through until they commit: two would not see each other's records.
    """
    if not batch.live:
        return
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{batch.object.name} {' '.join(names)}", 0))
    w.transaction.scalar(sa.select(lock))
    table = w.registry.tables[batch.object.name]
    first = sorted({row.after(names[0]) for row in batch.live} - {None})
    statement = sa.select(table.c.id, *(table.c[name] for name in names)).where(table.c.deleted_at.is_(None))
    changing = {row.id for row in batch.rows}
    found = w.transaction.rows(statement.where(is_one_of(table.c[names[0]], first)))
    taken: set[tuple[object, ...]] = {tuple(row[1:]) for row in found if row.id not in changing}
    for row in batch.live:
        together = tuple(row.after(name) for name in names)
        if together in taken:
            yield row
        taken.add(together)
