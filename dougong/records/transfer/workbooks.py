"""Workbooks: their worksheets, and the rows of one of them as typed cells.

The library that unpacks them reads a cell whose formula has failed (#N/A, #DIV/0!) or was never computed as a blank.
A blank that is none would be imported without a word, so for .xlsx these cells are found in the file itself and come
as `FaultyCell`. Source: issue A (nothing is silently dropped), ECMA-376 part 1, 18.3.1.4.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from dougong.kit.errors import BadRequest

WorkbookCell = str | float | int | bool | date | datetime | time | timedelta

BLOCK = 1024 * 1024
ROW_BYTES_MAX = 16 * 1024 * 1024
"""No row of a sheet is so long as XML: what is, was not written by a spreadsheet, and nothing is looked for in it."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_SUSPICIOUS = re.compile(rb't="e"|</f>\s*</c>|<v></v>|<v\s*/>')
_CELL = re.compile(rb"<c\s([^>]*[^/>])>(.*?)</c>", re.DOTALL)
_FORMULA = re.compile(rb"<f[^>]*?(?:/>|>(.*?)</f>)", re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>(.*?)</v>", re.DOTALL)
_PLACE = re.compile(rb"([A-Z]+)(\d+)")


class FaultyCell(str):
    """What a cell shows that has no value: its error, or the formula that was never computed."""

    __slots__ = ()


def worksheets(path: Path) -> tuple[str, ...]:
    """The names of the visible worksheets, those with content first; of the hidden ones where none is visible.

    Raises BadRequest (transfer.workbook_*).
    """
    with _workbook(path) as workbook:
        sheets = [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
        names = visible or [one.name for one in sheets]
        try:
            filled = [name for name in names if len(names) == 1 or workbook.get_sheet_by_name(name).height]
        except CalamineError as error:
            raise BadRequest("transfer.workbook_broken", field="file") from error
    return (*filled, *(name for name in names if name not in filled))


def sheet_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[WorkbookCell]]]:
    """The rows of a worksheet that have content, numbered as the spreadsheet shows them.

    Raises BadRequest: transfer.sheet_unknown with those that there are, transfer.workbook_*.
    """
    with _workbook(path) as workbook:
        try:
            worksheet = workbook.get_sheet_by_name(sheet) if sheet is not None else workbook.get_sheet_by_index(0)
            first = worksheet.start[1] if worksheet.start is not None else 0
            faults = _faulty_cells(path, worksheet.name)
            for number, cells in enumerate(worksheet.iter_rows(), start=1):
                found: list[WorkbookCell] = list(cells)
                for column, text in faults.get(number, ()):
                    if 0 <= column - first < len(found) and found[column - first] == "":
                        found[column - first] = FaultyCell(text)
                if any(cell != "" for cell in found):
                    yield number, found
        except WorksheetNotFound as error:
            known = ", ".join(workbook.sheet_names)
            raise BadRequest("transfer.sheet_unknown", field="sheet", sheet=sheet, known=known) from error
        except CalamineError as error:
            raise BadRequest("transfer.workbook_broken", field="file") from error


def _workbook(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise BadRequest("transfer.workbook_protected", field="file") from error
    except CalamineError as error:
        raise BadRequest("transfer.workbook_broken", field="file") from error


def _faulty_cells(path: Path, sheet: str) -> dict[int, list[tuple[int, str]]]:
    """By row: the columns (from 0) of cells without a value, and what they show. Nothing for other formats."""
    found: dict[int, list[tuple[int, str]]] = {}
    if not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as archive, suppress(KeyError):
        part = _part_of(archive, sheet)
        if part is None:
            return found
        with archive.open(part) as file:
            if not any(_SUSPICIOUS.search(block) for block in _blocks(file)):
                return found
        with archive.open(part) as file:
            for row in _row_texts(file):
                for place, content, attributes in _cells(row):
                    shown = _fault(attributes, content)
                    if shown is not None:
                        found.setdefault(place[0], []).append((place[1], shown))
    return found


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of the part of the package in which the sheet is; None in a workbook of another form."""
    tags = (_attributes(tag) for tag in _SHEET.findall(archive.read("xl/workbook.xml")))
    relation = next((tag.get("r:id") for tag in tags if tag.get("name") == sheet), None)
    for tag in map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))):
        if relation is not None and tag.get("Id") == relation:
            return posixpath.normpath(posixpath.join("/xl", tag.get("Target", ""))).lstrip("/")
    return None


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(tag)}


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The content in blocks that overlap, so that no short mark is cut in two."""
    before = b""
    while block := file.read(BLOCK):
        yield before + block
        before = block[-32:]


def _row_texts(file: IO[bytes]) -> Iterator[bytes]:
    """The text of each row of a sheet."""
    waiting = b""
    while block := file.read(BLOCK):
        *rows, waiting = (waiting + block).split(b"</row>")
        yield from rows
        if len(waiting) > ROW_BYTES_MAX:
            return


def _cells(row: bytes) -> Iterator[tuple[tuple[int, int], bytes, dict[str, str]]]:
    """Row number, column (from 0), content and attributes of each cell of a row."""
    for head, content in _CELL.findall(row):
        attributes = _attributes(head)
        place = _PLACE.fullmatch(attributes.get("r", "").encode())
        if place is not None:
            letters, digits = place.groups()
            column = 0
            for letter in letters:
                column = column * 26 + letter - 64
            yield (int(digits), column - 1), content, attributes


def _fault(attributes: dict[str, str], content: bytes) -> str | None:
    """What a cell without a value shows; None for all others. A computed text may well be empty."""
    value = _VALUE.search(content)
    text = unescape(value.group(1).decode("utf-8", "replace")) if value is not None else ""
    kind = attributes.get("t")
    if kind == "e":
        return text or "#"
    formula = _FORMULA.search(content)
    if formula is None or text or kind == "str":
        return None
    return "=" + unescape((formula.group(1) or b"").decode("utf-8", "replace"))
