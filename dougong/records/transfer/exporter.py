"""Writes what a query answers into a file: CSV or Excel, streamed, with headers in the reader's language.

Only what the reader may see is in the answer, because the read path makes it; the right to export is a right of its
own, checked there too. Texts that a spreadsheet would take for formulas are guarded.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Path as FieldPath
from dougong.kit.errors import BadRequest
from dougong.kit.text import Language
from dougong.metadata.field_types import KINDS, LINKS
from dougong.metadata.model import Field, FieldType, Label, Object
from dougong.metadata.registry import Registry
from dougong.records.api import Call, Column, OutputColumn, Query, Reading, page, stream
from dougong.records.transfer.guards import guarded

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

Format = Literal["csv", "xlsx"]
Cells = Sequence[Any]

EXCEL_ROWS_MAX = 1_048_576
EXCEL_TEXT_MAX = 32_767
EXCEL_YEAR_MIN = 1900
"""Excel counts days from there; earlier dates are written as text."""
EXCEL_DIGITS_MAX = 15
"""Excel keeps this many digits of a number; longer ones are written as text."""

MARK = "\ufeff"
WIDTH = 18

FUNCTIONS: dict[str, Label] = {
    "count": Label("数量", "Count"),
    "count_distinct": Label("不同值数量", "Distinct count"),
    "sum": Label("合计", "Sum"),
    "avg": Label("平均", "Average"),
    "min": Label("最小", "Minimum"),
    "max": Label("最大", "Maximum"),
    "calendar_year": Label("年", "Year"),
    "calendar_quarter": Label("季度", "Quarter"),
    "calendar_month": Label("月", "Month"),
    "day_only": Label("日", "Day"),
}


def export_query(
    r: Reading,
    query: Query,
    path: Path,
    form: Format,
    *,
    mark: bool = True,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the whole answer of `query` to `path`; returns the number of rows.

    `mark`: begin a CSV with the mark by which Excel knows UTF-8.

    Raises Forbidden without the right to export, BadRequest for names that do not exist or are hidden and for what does
    not fit into Excel (transfer.export_rows, transfer.export_cell).
    """
    asked = with_names(r, query)
    headers = export_headers(r, query)
    cells = _cells(r, asked, progress)
    if form == "csv":
        return _write_csv(path, headers, cells, mark=mark)
    return _write_xlsx(path, headers, cells)


def with_names(r: Reading, query: Query) -> Query:
    """The query with the names of linked records in the place of their ids, which say nothing outside.

    A reader who may not see the linked object keeps the id.
    """
    if query.group:
        return query
    obj = r.registry.object(query.object)
    columns = tuple(
        Column(_named(r, obj, column.term), column.name) if isinstance(column.term, FieldPath) else column
        for column in query.columns
    )
    return replace(query, columns=columns)


def _named(r: Reading, obj: Object, path: FieldPath) -> FieldPath:
    """The path of the name of what the path points to; the path itself where it points to nothing."""
    found = _end(r, obj, path)
    if found is None or found.type not in LINKS:
        return path
    if found.target is None:
        return FieldPath((*path.steps[:-1], found.step, "name"))
    target = r.registry.object(found.target)
    name = target.fields[target.name_field]
    if allowed(r.actor, target, Action.READ) is not None or not readable(r.actor, target, name):
        return path
    return FieldPath((*path.steps[:-1], found.step, name.name))


def _end(r: Reading, obj: Object, path: FieldPath) -> Field | None:
    """The field at the end of a path; None for a part of a field, and for what the reader may not see."""
    current: Object | None = obj
    found: Field | None = None
    for step in path.steps:
        if current is None:
            return None
        found = current.fields.get(step) or _link(current, step)
        if found is None or not readable(r.actor, current, found):
            return None
        current = r.registry.objects.get(found.target or "")
    return found


def _link(obj: Object, step: str) -> Field | None:
    return next((f for f in obj.fields.values() if f.type in LINKS and f.step == step), None)


def _cells(r: Reading, query: Query, progress: Callable[[int], None] | None) -> Iterator[list[Any]]:
    """The answer as cells: options by their labels, moments in the reader's zone."""
    # One row tells what the columns are, and refuses unknown and hidden names before anything is written.
    columns = page(r, replace(query, limit=1, offset=0, after=None)).columns
    zone = ZoneInfo(r.actor.timezone)
    makers = [_maker(column, r.actor.language, zone) for column in columns]
    done = 0
    for chunk in stream(r, query):
        for row in chunk:
            yield [make(value) for make, value in zip(makers, row, strict=True)]
        done += len(chunk)
        if progress is not None:
            progress(done)


def _maker(column: OutputColumn, language: Language, zone: ZoneInfo) -> Callable[[Any], Any]:
    """What turns a value of the column into a cell."""
    field = column.field
    if column.type is FieldType.DATETIME:
        return lambda value: None if value is None else value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if field is None or column.type is None:
        return lambda value: value
    export = KINDS[column.type].export
    return lambda value: None if value is None else export(field, value, language)


def export_headers(r: Reading, query: Query) -> list[str]:
    """The titles of the columns in the reader's language: labels, walked lookups joined by dots."""
    obj = r.registry.object(query.object)
    return [_header(r.registry, obj, column, r.actor.language) for column in query.columns]


def _header(registry: Registry, obj: Object, column: Column, language: Language) -> str:
    if isinstance(column.term, Call):
        function = FUNCTIONS[column.term.function.value]
        shown = function.en if language == "en" else function.zh
        path = column.term.path
        return shown if path is None else f"{_path_title(registry, obj, path, language)} {shown}"
    return _path_title(registry, obj, column.term, language)


def _path_title(registry: Registry, obj: Object, path: FieldPath, language: Language) -> str:
    """`account.name` is 客户.客户名称: each lookup by its label, so that an import recognises the column."""
    titles: list[str] = []
    current: Object | None = obj
    for step in path.steps:
        found = None if current is None else current.fields.get(step) or _link(current, step)
        if found is None:
            titles.append(step)
            current = None
        else:
            titles.append(found.label.en if language == "en" else found.label.zh)
            current = registry.objects.get(found.target or "")
    return ".".join(titles)


def _write_csv(path: Path, headers: Sequence[str], rows: Iterable[Cells], *, mark: bool) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        if mark:
            file.write(MARK)
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([guarded(header) for header in headers])
        for row in rows:
            writer.writerow([_text(cell) for cell in row])
            count += 1
    return count


def _text(cell: object) -> object:
    """A cell of a CSV file. Only texts are guarded: -5 is a number and stays one."""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else cell


def _write_xlsx(path: Path, headers: Sequence[str], rows: Iterable[Cells]) -> int:
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415  # a start need not wait for it

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headers) - 1, 0), WIDTH)
        for at, header in enumerate(headers):
            sheet.write_string(0, at, header, bold)
        number = 0
        for number, row in enumerate(rows, start=1):
            if number >= EXCEL_ROWS_MAX:
                raise BadRequest("transfer.export_rows", maximum=EXCEL_ROWS_MAX - 1)
            for at, cell in enumerate(row):
                if isinstance(cell, str) and len(cell) > EXCEL_TEXT_MAX:
                    raise BadRequest("transfer.export_cell", row=number + 1, column=headers[at], maximum=EXCEL_TEXT_MAX)
                _write_cell(sheet, number, at, cell, formats)
        return number


def _write_cell(sheet: "Worksheet", row: int, at: int, cell: object, formats: Mapping[type, Any]) -> None:
    if isinstance(cell, date) and cell.year < EXCEL_YEAR_MIN:
        cell = cell.isoformat()
    if isinstance(cell, str):
        # Never `write`, which would take =… for a formula and http… for a link.
        sheet.write_string(row, at, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, at, cell)
    elif isinstance(cell, int | Decimal):
        _write_number(sheet, row, at, cell)
    elif isinstance(cell, date | time):
        sheet.write_datetime(row, at, cell, formats[type(cell)])


def _write_number(sheet: "Worksheet", row: int, at: int, value: int | Decimal) -> None:
    digits = len(Decimal(value).normalize().as_tuple().digits)
    if digits > EXCEL_DIGITS_MAX:
        sheet.write_string(row, at, f"{value:f}" if isinstance(value, Decimal) else str(value))
    else:
        sheet.write_number(row, at, float(value))
