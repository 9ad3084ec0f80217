"""Links to other records. Ids are unique over all objects, numbers inside and strings in JSON.

Whether the record exists and may be seen is the write path's question; here only the form is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from dougong.kit.text import Language
from dougong.metadata.field_types.kind import (
    EQUALITY,
    ORDERING,
    Columns,
    Kind,
    TextFormat,
    ValueProblem,
    is_blank,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.model import Field
from dougong.metadata.names import nearest

ID_MAX = 2**63 - 1


@dataclass(frozen=True)
class Reference:
    """A record of one of several objects: the value of a polymorphic lookup."""

    object: str
    id: int


def parse_id(_field: Field, value: object) -> int | None:
    """The id of a record, from its digits or a number."""
    if is_blank(value):
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) <= 19:
        value = int(value.strip())
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= ID_MAX:
        raise ValueProblem("value.not_an_id", value=shown(value))
    return value


def _id_from_text(field: Field, text: str, _form: TextFormat) -> int | None:
    """Files usually name the record instead; finding it by name is the importer's work."""
    return parse_id(field, text)


def _wire_id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _export_id(_field: Field, value: int | None, _language: Language) -> str | None:
    return _wire_id(value)


def reference_columns(field: Field) -> Columns:
    """`related_id` is stored as `related_type` and `related_id`."""
    return ((f"{field.step}_type", sa.Text()), (field.name, sa.BigInteger()))


def parse_reference(field: Field, value: object) -> Reference | None:
    """A record of one of the field's objects, from `{"object": …, "id": …}`."""
    if is_blank(value):
        return None
    if isinstance(value, Reference):
        name, number = value.object, parse_id(field, value.id)
    elif isinstance(value, Mapping) and set(value) == {"object", "id"}:
        given = cast("Mapping[str, object]", value)
        name, number = str(given["object"]), parse_id(field, given["id"])
    else:
        raise ValueProblem("value.not_a_reference", value=shown(value))
    if name not in field.points_to:
        raise ValueProblem(
            "value.wrong_object",
            value=shown(name),
            nearest=nearest(name, field.points_to),
            objects=list(field.points_to),
        )
    if number is None:
        raise ValueProblem("value.not_an_id", value="")
    return Reference(name, number)


def _reference_from_text(field: Field, text: str, _form: TextFormat) -> Reference | None:
    """`account:12`."""
    if is_blank(text):
        return None
    name, colon, number = text.strip().partition(":")
    if not colon:
        raise ValueProblem("value.not_a_reference", value=shown(text))
    return parse_reference(field, {"object": name.strip(), "id": number})


def _pack_reference(_field: Field, value: Reference | None) -> tuple[str | None, int | None]:
    return (None, None) if value is None else (value.object, value.id)


def _unpack_reference(_field: Field, values: Sequence[object]) -> Reference | None:
    name, number = values
    return None if number is None else Reference(str(name), int(cast("int", number)))


def _wire_reference(value: Reference | None) -> dict[str, str] | None:
    return None if value is None else {"object": value.object, "id": str(value.id)}


def _export_reference(_field: Field, value: Reference | None, _language: Language) -> str | None:
    return None if value is None else f"{value.object}:{value.id}"


ID = Kind(
    columns=one_column(sa.BigInteger),
    parse=parse_id,
    parse_text=_id_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_id,
    export=_export_id,
    operators=ORDERING,
    scalar="id",
)

LOOKUP = Kind(
    columns=one_column(sa.BigInteger),
    parse=parse_id,
    parse_text=_id_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_id,
    export=_export_id,
    operators=EQUALITY,
    scalar="id",
    unique=True,
)

POLYMORPHIC = Kind(
    columns=reference_columns,
    parse=parse_reference,
    parse_text=_reference_from_text,
    pack=_pack_reference,
    unpack=_unpack_reference,
    wire=_wire_reference,
    export=_export_reference,
    operators=EQUALITY,
    scalar="id",
    sortable=False,
)

FILE = Kind(
    columns=one_column(sa.BigInteger),
    parse=parse_id,
    parse_text=_id_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_id,
    export=_export_id,
    operators=EQUALITY,
    scalar="id",
    sortable=False,
)
"""Files and pictures: the id of an uploaded file."""
