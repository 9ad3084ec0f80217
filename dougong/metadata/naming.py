"""By which of their fields records name what definitions call by names: fields, lists of fields, stages.

A record says what it is about by `object_name`. These words are all that a configuration record needs to use for its
names to be found, taken out and to follow renames (`metadata.renames`, `records.definition_uses`); JSON in long texts
names fields as filters do.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

FIELD_PARTS: Mapping[str, str] = {"field_name": "object_name", "compared_field": "compared_object"}
"""Parts that name a field, each with the part that names its object."""

SOURCE_PART, SOURCE_OBJECT = "source_field", "lead"
"""The part that names the field from which a conversion takes a value, and whose field it is."""

OBJECT_PARTS = frozenset({"object_name", "compared_object"})

LIST_PARTS = frozenset({"required_fields", "required_on_leaving"})
"""Parts that name fields of the object in one text, separated by commas."""

STAGE_PART = "stage"
"""The part that names an option of the object's stage field."""

_NAME = re.compile(r"[A-Za-z_]\w*")


def owner_of(part: str, record: Mapping[str, Any]) -> str | None:
    """The object whose field the part names; None for a part that names none."""
    if part == SOURCE_PART:
        return SOURCE_OBJECT
    return record.get(FIELD_PARTS[part]) if part in FIELD_PARTS else None


def listed(text: str | None) -> Iterator[str]:
    """The names in a list of them."""
    return (found.group() for found in _NAME.finditer(text or ""))
