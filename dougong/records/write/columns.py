"""Between the fields of an object and the physical columns of its table, worked out once for a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.metadata.field_types import KINDS, Kind
from dougong.metadata.field_types.kind import pack_one, unpack_one
from dougong.metadata.model import Field, Object

ACCESS_COLUMN = "access"


@dataclass(frozen=True)
class FieldColumns:
    """A field with its kind and its physical columns, in order."""

    field: Field
    kind: Kind
    names: tuple[str, ...]
    plain: bool
    """The one column holds the very value: nothing to pack or unpack. So it is for nearly all fields."""


def field_columns(fields: Sequence[Field]) -> list[FieldColumns]:
    """Each stored field with its physical columns."""
    found = []
    for field in fields:
        if not field.stored:
            continue
        kind = KINDS[field.type]
        plain = kind.pack is pack_one and kind.unpack is unpack_one
        found.append(FieldColumns(field, kind, tuple(name for name, _ in kind.columns(field)), plain))
    return found


def column_names(field: Field) -> tuple[str, ...]:
    """The physical columns of `field`, in order."""
    return tuple(name for name, _ in KINDS[field.type].columns(field))


def unpacked(plan: Sequence[FieldColumns], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The record by field name from its stored columns."""
    return {
        part.field.name: stored[part.names[0]]
        if part.plain
        else part.kind.unpack(part.field, [stored[name] for name in part.names])
        for part in plan
    }


def unpacked_record(obj: Object, stored: Mapping[str, Any]) -> dict[str, Any]:
    """One record by field name from its stored columns."""
    return unpacked(field_columns(list(obj.fields.values())), stored)


def is_one_of(column: sa.ColumnElement[Any], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """`column = ANY(values)` with one array parameter, however many values there are."""
    array = ARRAY(column.type)
    return column == sa.any_(sa.cast(sa.literal(list(values), array), array))


def as_rows(name: str, **columns: tuple[type[sa.types.TypeEngine[Any]], Sequence[Any]]) -> sa.TableValuedAlias:
    """A table `name` of these columns (a type and its values in order), each one array parameter, however long."""
    arrays = [ARRAY(type_()) for type_, _ in columns.values()]
    given = [
        sa.cast(sa.literal(list(values), array), array)
        for array, (_, values) in zip(arrays, columns.values(), strict=True)
    ]
    return sa.func.unnest(*given).table_valued(*columns).render_derived(name)
