"""Unique fields: no two living records with the same value, not within a batch either."""

from typing import Any

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.kit.errors import Problem
from dougong.metadata.index_building import is_standing
from dougong.metadata.model import Field
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, FieldValue, Row
from dougong.records.write.columns import column_names, is_one_of
from dougong.records.write.values import titled

TAKEN = "unique.taken"
TAKEN_HIDDEN = "unique.taken_hidden"


def unique(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each value of a unique field that a living record, or an earlier row of the batch, has already.

    Records in the recycle bin do not count. The index on the table decides between writers at the same moment: the
    loser comes back here (`pipeline`), where the winner's value is then seen. While the index of a field that was only
    just made unique is being built, such writers wait for one another instead.
    """
    problems: list[Problem] = []
    for field in batch.object.fields.values():
        if field.unique:
            problems += _taken(field, batch, w)
    return problems


def _taken(field: Field, batch: Batch, w: Writing) -> list[Problem]:
    column = w.registry.tables[batch.object.name].c[column_names(field)[0]]
    wanted = [(row, value) for row in batch.known if (value := _wanted(field, batch, row)) is not None]
    if not wanted:
        return []
    held = _held(field, column, list({value for _, value in wanted}), w)
    problems = []
    claimed: dict[FieldValue, int] = {}
    for row, value in wanted:
        holder = held.get(value)
        if (holder is not None and holder != row.id) or value in claimed:
            if readable(w.actor, batch.object, field):
                problems.append(Problem(TAKEN, field.name, row.number, titled(field, {"value": str(value)})))
            else:
                # A record that comes back brings fields along that its writer may not see.
                problems.append(Problem(TAKEN_HIDDEN, row=row.number))
        elif not row.refused:
            claimed[value] = row.number
    return problems


def _held(field: Field, column: sa.Column[Any], values: list[FieldValue], w: Writing) -> dict[FieldValue, int]:
    """Which of `values` living records have, each with the record's id."""
    table = column.table
    index = next(one for one in table.indexes if one.unique and column.name in one.columns)
    # Whether the index stands is asked with the values, so that it costs no statement of its own.
    state = sa.select(is_standing(index).label("standing")).subquery("state")
    holds = sa.and_(is_one_of(column, values), table.c.deleted_at.is_(None))
    looked = sa.select(state.c.standing, table.c.id, column.label("value")).select_from(state.outerjoin(table, holds))
    found = w.transaction.rows(looked)
    if not found[0].standing:
        w.transaction.alone(f"values of {table.name}.{field.name}")
        # A new statement sees what those before have committed while this one waited.
        found = w.transaction.rows(looked)
    return {row.value: row.id for row in found if row.id is not None}


def _wanted(field: Field, batch: Batch, row: Row) -> FieldValue:
    """The value that the row wants to have for itself, None when it wants none."""
    if batch.act is Act.RESTORE:
        return row.old.get(field.name)
    return row.values.get(field.name)
