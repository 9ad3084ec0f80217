"""What a change of dependent options means for records: how many hold an option that is no longer offered for them."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from dougong.metadata.dependence import controlling_values, is_offered
from dougong.metadata.model import Field, FieldType
from dougong.metadata.plan_data import Effects
from dougong.storage.unit_of_work import Snapshot

OPTIONS_LOOKED_AT = 500
"""Of more options than this the records are not counted: 3,500 districts say themselves to which city they belong."""


def with_unoffered(
    effects: Effects, old: Field, new: Field, fields: Mapping[str, Field], table: sa.Table, snapshot: Snapshot
) -> Effects:
    """`effects`, and the records that keep a value which `new` does not offer for them, where that has changed."""
    controller = fields.get(new.controlled_by or "")
    same = old.controlled_by == new.controlled_by and old.options == new.options
    if controller is None or same or new.type is not FieldType.SELECT or len(new.options) > OPTIONS_LOOKED_AT:
        return effects
    if controller.name not in table.c or effects.problems:
        return effects
    held, by = table.c[new.name], table.c[controller.name]
    boolean = controller.type is FieldType.BOOLEAN
    unfit: list[sa.ColumnElement[bool]] = []
    for value in (*controlling_values(controller), *(() if boolean else (None,))):
        gone = [option.value for option in new.options if not is_offered(option, value)]
        if not gone:
            continue
        if boolean:
            at = sa.func.coalesce(by, sa.false()).is_(sa.true() if value == "true" else sa.false())
        else:
            at = by.is_(None) if value is None else by == value
        unfit.append(sa.and_(at, held.in_(gone)))
    if not unfit:
        return effects
    living = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None), sa.or_(*unfit))
    count = int(snapshot.scalar(living))
    if not count:
        return effects
    return replace(effects, touched=count, notes=(*effects.notes, "plan.note.unoffered"))
