"""Ids in addresses and bodies: strings of digits outside, integers inside."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

ID_MAX = 2**63 - 1
_DIGITS_MAX = 19
NOT_AN_ID = "record_id"
"""Our own error type beside pydantic's."""


def _id(value: object) -> int:
    """A text of ASCII digits, or a number, as the number."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= ID_MAX:
        return value
    raise PydanticCustomError(NOT_AN_ID, "not an id")


RecordId = Annotated[
    int,
    BeforeValidator(_id),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,18}$", "examples": ["1042"]}),
]
"""A record's id. JSON bodies may also give it as a number."""
