"""Values of fields as words that a person reads: for history, and for the audit log."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dougong.kit.money import decimal_text
from dougong.kit.text import Language
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType


def value_words(field: Field, value: Any, language: Language, zone: ZoneInfo) -> str:  # noqa: ANN401  # any field's value
    """A value that is not blank, of a field that is no link and no file."""
    cell = KINDS[field.type].export(field, value, language)
    match cell:
        case datetime():
            return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case date() | time():
            return cell.isoformat()
        case Decimal():
            return decimal_text(cell) + ("%" if field.type is FieldType.PERCENT else "")
        case _:
            return str(cell)
