"""Permissions that could not work are refused where they are set (domain.md 1.3)."""

from dougong.access.principal import Action, FieldAccess
from dougong.kit.errors import Problem
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field, FieldType
from dougong.records.hooks import Batch
from dougong.records.work import Writing

WITHOUT_READING = frozenset({Action.READ, Action.CREATE, Action.IMPORT})
"""All else is done to records that one sees. Creating without reading is a drop box, and means something."""


def reading(batch: Batch, _w: Writing) -> list[Problem]:
    """A problem for each permission that gives an action on records without the right to see them."""
    problems = []
    for row in batch.live:
        actions = row.after("actions") or ()
        needing = [action for action in actions if action not in WITHOUT_READING]
        if needing and Action.READ not in actions:
            problems.append(Problem("permission.needs_read", "actions", row.number, {"actions": needing}))
    return problems


def required(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each required field that a profile would hide: nobody with it could create a record."""
    problems = []
    for row in batch.live:
        obj = w.registry.objects.get(row.after("object_name") or "")
        field = obj.fields.get(row.after("field_name") or "") if obj is not None else None
        if field is not None and row.after("level") == FieldAccess.HIDDEN and _must_be_given(field):
            names = {"name_zh": field.label.zh, "name_en": field.label.en}
            problems.append(Problem("permission.required_hidden", "level", row.number, names))
    return problems


def _must_be_given(field: Field) -> bool:
    return field.required and default_of(field) is None and field.type is not FieldType.AUTO_NUMBER and not field.system
