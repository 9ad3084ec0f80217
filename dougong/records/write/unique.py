"""Unique fields: no two living records with the same value, not within a batch either."""

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.kit.errors import Problem
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
    loser comes back here (`pipeline`), where the winner's value is then seen.
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
    held: dict[FieldValue, int] = {
        row.value: row.id
        for row in w.transaction.rows(
            sa.select(column.table.c.id, column.label("value")).where(
                is_one_of(column, list({value for _, value in wanted})), column.table.c.deleted_at.is_(None)
            )
        )
    }
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


def _wanted(field: Field, batch: Batch, row: Row) -> FieldValue:
    """The value that the row wants to have for itself, None when it wants none."""
    if batch.act is Act.RESTORE:
        return row.old.get(field.name)
    return row.values.get(field.name)
