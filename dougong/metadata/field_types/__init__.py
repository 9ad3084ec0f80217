"""What each field type is: storage, parsing, JSON, export, operators. One module a family, all facets together.

`KINDS` is the closed registry: whoever needs to know how a type behaves asks it and never switches on the type.
A type that is missing here fails at import.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dougong.metadata.field_types import choices, contact_points, dates, links, numbers, places, text
from dougong.metadata.field_types.kind import Kind, TextFormat, ValueProblem
from dougong.metadata.field_types.links import Reference
from dougong.metadata.field_types.places import Address, Location
from dougong.metadata.model import FieldType

KINDS: Mapping[FieldType, Kind] = MappingProxyType(
    {
        FieldType.TEXT: text.TEXT,
        FieldType.LONG_TEXT: text.LONG_TEXT,
        FieldType.RICH_TEXT: text.RICH_TEXT,
        FieldType.INTEGER: numbers.INTEGER,
        FieldType.DECIMAL: numbers.DECIMAL,
        FieldType.CURRENCY: numbers.CURRENCY,
        FieldType.PERCENT: numbers.PERCENT,
        FieldType.DATE: dates.DATE,
        FieldType.DATETIME: dates.DATETIME,
        FieldType.TIME: dates.TIME,
        FieldType.BOOLEAN: choices.BOOLEAN,
        FieldType.SELECT: choices.SELECT,
        FieldType.MULTI_SELECT: choices.MULTI_SELECT,
        FieldType.LOOKUP: links.LOOKUP,
        FieldType.MASTER_DETAIL: links.LOOKUP,
        FieldType.POLYMORPHIC: links.POLYMORPHIC,
        FieldType.AUTO_NUMBER: text.AUTO_NUMBER,
        FieldType.EMAIL: contact_points.EMAIL_KIND,
        FieldType.PHONE: contact_points.PHONE,
        FieldType.URL: contact_points.URL,
        FieldType.ADDRESS: places.ADDRESS,
        FieldType.LOCATION: places.LOCATION,
        FieldType.FILE: links.FILE,
        FieldType.IMAGE: links.FILE,
        FieldType.USER: links.LOOKUP,
        FieldType.DEPARTMENT: links.LOOKUP,
        FieldType.ID: links.ID,
    }
)

LINKS = frozenset(
    {FieldType.LOOKUP, FieldType.MASTER_DETAIL, FieldType.POLYMORPHIC, FieldType.USER, FieldType.DEPARTMENT}
)
"""The types whose value is a record of an object; their names end in `_id`."""

if missing := set(FieldType) - set(KINDS):
    raise AssertionError(f"field types without a kind: {sorted(missing)}")

__all__ = ["KINDS", "LINKS", "Address", "Kind", "Location", "Reference", "TextFormat", "ValueProblem"]
