"""From a cell to a Python value: one closure a field, made once for an import, called once for each different cell.

A cell that the mapping's declarations do not cover is a problem, never a guess: a date that is in none of the declared
formats, a thousands mark that was not declared, an option that is neither a value nor a label of the field. The types'
own `parse_text` does the rest.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from dougong.kit.errors import BadRequest
from dougong.metadata.field_types import KINDS, LINKS, TextFormat
from dougong.metadata.field_types.places import PARTS
from dougong.metadata.model import Field, FieldType
from dougong.records.transfer.guards import unguarded
from dougong.records.transfer.mapping import Rule
from dougong.records.transfer.reading import Cell, as_text
from dougong.records.transfer.workbooks import FaultyCell

Reader = Callable[[Cell], object]
"""Gives the Python value of a cell that is not blank; raises BadRequest."""

TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.AUTO_NUMBER})
NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT})


def plain(cell: Cell) -> Cell:
    """The cell without white space around it and without the quote that our exports put before = + - @."""
    if not isinstance(cell, str) or isinstance(cell, FaultyCell):
        return cell
    return unguarded(cell.strip())


def reader(field: Field, rule: Rule, zone: str, *, matched: bool = False) -> Reader:
    """The closure that reads the cells of `rule` for `field`; times without a zone are in `zone`.

    Plain texts are left to the write path, which reads them the same way, unless they are `matched` with stored ones.
    """
    if field.type in LINKS or (field.type in TEXTS and not matched):
        return as_text
    if rule.part:
        return _part_reader(field, rule)
    form = _text_format(rule, zone)
    if field.type is FieldType.DATE:
        return _date_reader(field, rule, form)
    if field.type is FieldType.DATETIME:
        return _datetime_reader(field, rule, form, zone)
    parse_text, parse = KINDS[field.type].parse_text, KINDS[field.type].parse

    def read(cell: Cell) -> object:
        if isinstance(cell, str):
            return parse_text(field, cell, form)
        if field.type in NUMBERS and isinstance(cell, int | float):
            return parse(field, Decimal(repr(cell)) if isinstance(cell, float) else cell)
        if field.type is FieldType.BOOLEAN and isinstance(cell, bool):
            return cell
        if field.type is FieldType.TIME and isinstance(cell, time | datetime):
            return cell if isinstance(cell, time) else cell.time()
        return parse_text(field, as_text(cell), form)

    return read


def _text_format(rule: Rule, zone: str) -> TextFormat:
    plain_format = TextFormat(zone=zone)
    return TextFormat(
        date_formats=rule.dates or plain_format.date_formats,
        decimal_mark=rule.decimal or plain_format.decimal_mark,
        # Without a declaration "1,054" may be one thousand or one and a bit: then it is refused.
        thousands=rule.thousands or "",
        true_words=frozenset(word.casefold() for word in rule.true) or plain_format.true_words,
        false_words=frozenset(word.casefold() for word in rule.false) or plain_format.false_words,
        zone=zone,
    )


def _date_reader(field: Field, rule: Rule, form: TextFormat) -> Reader:
    parse_text = KINDS[field.type].parse_text

    def read(cell: Cell) -> object:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = as_text(cell)
        return strict_date(text, rule.dates, rule.century).date() if rule.dates else parse_text(field, text, form)

    return read


def _datetime_reader(field: Field, rule: Rule, form: TextFormat, zone: str) -> Reader:
    parse_text = KINDS[field.type].parse_text
    here = ZoneInfo(zone)

    def read(cell: Cell) -> object:
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=here).astimezone(UTC)
        if isinstance(cell, date):
            return datetime.combine(cell, time(), here).astimezone(UTC)
        text = as_text(cell)
        if not rule.dates:
            return parse_text(field, text, form)
        moment = strict_date(text, rule.dates, rule.century)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=here)).astimezone(UTC)

    return read


def strict_date(text: str, formats: Sequence[str], century: int | None) -> datetime:
    """The moment that `text` gives in the first of `formats` that fits it.

    A two-digit year lies in the hundred years that start with `century`. Raises BadRequest("transfer.date_format").
    """
    for form in formats:
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007  # the caller knows the zone
            if "%y" in form and century is not None:
                found = found.replace(year=century + (found.year - century) % 100)
        except ValueError:
            continue
        return found
    raise BadRequest("transfer.date_format", value=text[:100], formats=", ".join(formats))


LOCATION_PARTS = ("latitude", "longitude")


def parts_of(field: Field) -> tuple[str, ...]:
    """The parts that cells may fill one by one; none for a field of a single value."""
    if field.type is FieldType.ADDRESS:
        return PARTS
    return LOCATION_PARTS if field.type is FieldType.LOCATION else ()


def _part_reader(field: Field, rule: Rule) -> Reader:
    """Parts are texts or plain numbers; the whole is checked by the field's type when it is put together."""
    if field.type is FieldType.ADDRESS:
        return as_text

    def read(cell: Cell) -> object:
        text = as_text(cell).replace(rule.decimal or ".", ".")
        if not re.fullmatch(r"[+-]?\d{1,3}(\.\d+)?", text):
            raise BadRequest("transfer.number", value=text[:100])
        return text

    return read
