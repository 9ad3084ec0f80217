"""A reader's condition as SQL on a table that another statement reads, its values bound."""

from typing import Any

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.expressions.ast import Condition
from dougong.expressions.check import check_condition
from dougong.expressions.to_sql import Slot, compile_condition, values
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.read.binding import reader_context
from dougong.records.read.compile import operand, selecting
from dougong.records.read.paths import Source
from dougong.records.read.schema import ReaderSchema


def narrowed(
    registry: Registry, principal: Principal, obj: Object, table: sa.FromClause, where: Condition
) -> sa.ColumnElement[bool]:
    """Whether a row of `table` (that of `obj`) is one of the records that meet `where`, as `principal` reads them.

    Computed fields are not for it. Raises BadRequest for names that the reader may not use.
    """
    checked = check_condition(where, ReaderSchema(registry, principal, obj))
    source = Source(registry, principal, obj, registry.tables[obj.name].alias("narrowed"), prefix="narrowed")
    context = reader_context(principal)

    def bind(slot: Slot, type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
        return sa.bindparam(None, values([slot], checked, context)[0], type_=type_)

    meets = compile_condition(checked, lambda path: operand(source.resolve(path), path), bind, selecting(source))
    found = sa.select(source.root.c.id).select_from(source.joined).where(meets)
    return table.c.id.in_(found)
