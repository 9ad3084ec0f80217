"""The table of an object: what the registry knows as a SQLAlchemy table, and what DDL creates from it."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Field, FieldType, Object, Sharing
from dougong.metadata.names import RECORD_TYPE
from dougong.storage.schema import DATA_SCHEMA

NOT_NULL = frozenset({"created_at", "updated_at", "version"})
IDENTIFIER_MAX = 63

RANKED = frozenset(
    {FieldType.INTEGER, FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT, FieldType.DATE, FieldType.DATETIME}
)
"""Types by which people sort largest or latest first."""

RECORD_ID = sa.Sequence("record_id", schema="public")
"""The one sequence of ids; the system migrations create it."""


def object_table(obj: Object) -> sa.Table:
    """The table of `obj` (a completed object of a registry) with all columns and indexes."""
    table = sa.Table(
        obj.name,
        # Its own: tables of objects that have not changed stand in several registries.
        sa.MetaData(),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False, server_default=RECORD_ID.next_value()),
        *(c for field in obj.fields.values() if field.name != "id" and field.stored for c in field_columns(field)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_by_id", sa.BigInteger),
        sa.Column("deletion_id", sa.BigInteger),
        sa.Column("access", ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
        schema=DATA_SCHEMA,
    )
    for field in obj.fields.values():
        _index_field(obj, field, table)
    _index_object(obj, table)
    return table


def field_columns(field: Field) -> list[sa.Column[object]]:
    """The physical columns of a field. Required is the write path's rule, not NOT NULL: old rows may be blank.

    Only two kinds of field have a default in the table. The record type: when an object gets its first types, all rows
    have the standard one at once, and PostgreSQL rewrites none of them. A roll-up of nothing, for writers who do not
    know of it yet.
    """
    server_default = "1" if field.system and field.name == "version" else None
    if field.name == RECORD_TYPE and isinstance(field.default, str):
        server_default = field.default
    if field.summary is not None and field.summary.empty is not None:
        server_default = str(field.summary.empty)
    return [
        sa.Column(name, type_, nullable=not (field.system and name in NOT_NULL), server_default=server_default)
        for name, type_ in KINDS[field.type].columns(field)
    ]


def index_name(table: str, what: str, suffix: str) -> str:
    """A name for an index that is the same each time and fits PostgreSQL's limit."""
    name = f"{table}_{what}_{suffix}"
    if len(name.encode()) <= IDENTIFIER_MAX:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: IDENTIFIER_MAX - len(digest) - len(suffix) - 2]}_{digest}_{suffix}"


def _index_field(obj: Object, field: Field, table: sa.Table) -> None:
    """Uniqueness counts living records only; lookups and fields that say so are indexed for living records."""
    alive = table.c.deleted_at.is_(None)
    if field.name not in table.c or field.system:
        return
    column = table.c[field.name]
    if field.unique:
        sa.Index(index_name(obj.name, field.name, "key"), column, unique=True, postgresql_where=alive)
    elif field.type is FieldType.MULTI_SELECT and field.indexed:
        sa.Index(index_name(obj.name, field.name, "gin"), column, postgresql_using="gin", postgresql_where=alive)
    elif field.type in LINKS:
        sa.Index(index_name(obj.name, field.name, "idx"), column, postgresql_where=alive)
    elif field.indexed or field.name == obj.name_field:
        # With the id behind it the index also serves pages ordered by the field: names upwards, amounts and dates down.
        down = KINDS[field.type].scalar in {"number", "date", "datetime"}
        order = (column.desc().nulls_last(), table.c.id.desc()) if down else (column, table.c.id)
        sa.Index(index_name(obj.name, field.name, "idx"), *order, postgresql_where=alive)


def _index_object(obj: Object, table: sa.Table) -> None:
    sa.Index(
        index_name(obj.name, "created_at", "idx"),
        table.c.created_at.desc(),
        table.c.id.desc(),
        postgresql_where=table.c.deleted_at.is_(None),
    )
    sa.Index(
        index_name(obj.name, "deleted_at", "idx"),
        table.c.deleted_at.desc(),
        postgresql_where=table.c.deleted_at.is_not(None),
    )
    if obj.owned and obj.sharing is Sharing.PRIVATE:
        sa.Index(index_name(obj.name, "access", "gin"), table.c.access, postgresql_using="gin")
