"""Copies of settings: a record of configuration with all that is a part of it (a profile with its permissions)."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import BadRequest
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object, OnDelete
from dougong.metadata.names import OWNERSHIP_FIELDS
from dougong.metadata.registry import children_of
from dougong.records.read.page import get
from dougong.records.work import Writing
from dougong.records.write.columns import unpacked_record
from dougong.records.write.pipeline import Outcome, create

NOT_COPIED = frozenset({"preset"})
"""What is true of the original alone: the product ships it."""


def copy(w: Writing, object_name: str, record_id: int, values: Mapping[str, Any]) -> Outcome:
    """A new record with the values of another, `values` instead of its own, and copies of its parts.

    Parts are the settings that would be deleted with the original. What must be unique has to be in `values`. Raises
    BadRequest for records that are no settings, NotFound, and what `create` raises.
    """
    obj = w.registry.object(object_name)
    original = get(w, object_name, record_id, tuple(f.name for f in _copied(obj)))
    if not obj.configuration:
        raise BadRequest("records.copy_settings_only", object=object_name)
    outcome = create(w, object_name, [{**_wired(obj, original), **values}])
    for part, link in children_of(w.registry, object_name):
        if part.configuration and link.on_delete is OnDelete.CASCADE:
            _copy_parts(w, part, link, record_id, outcome.ids[0])
    return outcome


def _copied(obj: Object) -> list[Field]:
    return [
        field
        for field in obj.fields.values()
        if field.stored
        and field.summary is None
        and not (field.system or field.unique or field.secret or field.type is FieldType.AUTO_NUMBER)
        and field.name not in NOT_COPIED
        and field.name not in OWNERSHIP_FIELDS
    ]


def _wired(obj: Object, record: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {field.name: KINDS[field.type].wire(record[field.name]) for field in _copied(obj)}
    return {name: value for name, value in wanted.items() if value is not None}


def _copy_parts(w: Writing, part: Object, link: Field, original: int, copied: int | None) -> None:
    table = w.registry.tables[part.name]
    statement = (
        sa.select(table)
        .where(table.c[link.name] == original, table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        # Of a profile that is changed meanwhile the copy has all of it as it was, or all as it is.
        .with_for_update(read=True)
    )
    rows = [unpacked_record(part, dict(row._mapping)) for row in w.transaction.rows(statement)]
    if rows:
        create(w, part.name, [{**_wired(part, row), link.name: copied} for row in rows])
