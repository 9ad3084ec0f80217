"""Fields of records that lie in a pool are blank until somebody has taken the record (domain.md 5.8, hidden fields).

The value is masked where a column comes into a statement, so that it is blank to lists, conditions, sort keys, groups,
exports and print alike: none of them can tell what the list hides. Who administers the pool sees it, and so does
everybody once the record has an owner. A reader whom no pool hides the field from gets the plain column.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.access.tokens import POOL_FIELD, POOL_STATUS, UNCLAIMED
from dougong.metadata.model import Field, Object
from dougong.records.read.visibility import bound_ids, hidden_param
from dougong.records.work import Reading

Columns = tuple[sa.ColumnElement[object], ...]


def is_masked(principal: Principal, obj: Object, found: Field) -> bool:
    """Whether there are pools that hide `found` from the reader."""
    return obj.pooled and bool(principal.masks.get((obj.name, found.name)))


def masked(
    principal: Principal, obj: Object, found: Field, table: sa.FromClause, columns: Sequence[sa.ColumnElement[object]]
) -> Columns:
    """The columns of `found` of a row of `table`, blank while the row lies in a pool that hides the field."""
    if not is_masked(principal, obj, found):
        return tuple(columns)
    pools = principal.masks[obj.name, found.name]
    lying = (table.c[POOL_STATUS] == sa.bindparam("pool_unclaimed", UNCLAIMED)) & (
        table.c[POOL_FIELD] == sa.any_(bound_ids(hidden_param(obj.name, found.name), pools))
    )
    # A row that was never in a pool has no status: then the comparison is neither true nor false.
    return tuple(sa.case((lying.is_not(sa.true()), column)) for column in columns)


def masked_fields(r: Reading, obj: Object, record_id: int) -> frozenset[str]:
    """The fields that are blank to the reader in this one record."""
    names = [name for object_name, name in r.actor.masks if object_name == obj.name] if obj.pooled else []
    if not names:
        return frozenset()
    table = r.registry.tables[obj.name]
    lying = sa.select(table.c[POOL_FIELD]).where(table.c.id == record_id, table.c[POOL_STATUS] == UNCLAIMED)
    pool = r.snapshot.scalar(lying)
    return frozenset(name for name in names if pool in r.actor.masks[obj.name, name])
