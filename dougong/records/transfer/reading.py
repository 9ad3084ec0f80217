"""A file as a sheet: named columns and rows of cells, from CSV or Excel, all of it checked before anybody uses it.

`open_sheet` reads the whole file once and refuses it as a whole (BadRequest, TooLarge) when something is wrong with its
form, so that an import never stops half-way on a broken quote. `Sheet.rows` then streams: a CSV file is never held in
memory; a workbook is, by the library that unpacks it.

Rows are numbered as a spreadsheet shows them: the header is row 1. Rows without any content are passed over.
"""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from dougong.kit.errors import BadRequest, TooLarge
from dougong.kit.limits import LONG_TEXT_MAX, QUERY_FIELDS_MAX, UPLOAD_BYTES_MAX
from dougong.records.transfer.encodings import ACCEPTED, BLOCK, check_encoding, detect_encoding
from dougong.records.transfer.guards import unguarded
from dougong.records.transfer.workbooks import WorkbookCell, sheet_rows, worksheets

Cell = WorkbookCell
"""A cell of a CSV file is a str; Excel's are typed. A blank cell is ''."""

Row = tuple[int, Sequence[Cell]]
"""The row's number in the file, and its cells."""

WORKBOOK_BYTES_MAX = 4 * UPLOAD_BYTES_MAX
"""What a workbook may unpack to: a small zip file can hold terabytes."""

COLUMNS_MAX = 2 * QUERY_FIELDS_MAX
SAMPLES = 5
DELIMITERS = (",", ";", "\t", "|")

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")

csv.field_size_limit(LONG_TEXT_MAX + 1)


@dataclass(frozen=True)
class Sheet:
    """A checked file. `count` is the number of rows with content, the header not counted."""

    path: Path
    format: Literal["csv", "excel"]
    columns: tuple[str, ...]
    count: int
    header: int = 1
    encoding: str | None = None
    delimiter: str = ","
    name: str | None = None
    """The worksheet's name."""
    samples: tuple[tuple[str, ...], ...] = field(default=())
    """For each column its first different values as text, up to five."""
    sheets: tuple[str, ...] = ()
    """The worksheets that the workbook has to choose from."""

    def rows(self) -> Iterator[Row]:
        """The rows with content, from the file anew."""
        if self.format == "csv":
            yield from islice(_csv_rows(self.path, self.encoding or "utf-8", self.delimiter), 1, None)
        else:
            yield from islice(sheet_rows(self.path, self.name), 1, None)

    def chunks(self, size: int, skip: int = 0) -> Iterator[list[Row]]:
        """The rows in lists of up to `size`, without the first `skip` of them."""
        rows = islice(self.rows(), skip, None)
        while chunk := list(islice(rows, size)):
            yield chunk


def open_sheet(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> Sheet:
    """Read and check the whole file; what is not given is found out.

    Raises TooLarge (transfer.file_too_large), BadRequest (transfer.*: empty, binary, NUL, encoding, a broken quote, a
    row with a wrong number of cells, a header that is blank or given twice, a worksheet that is not there).
    """
    size = path.stat().st_size
    if size == 0:
        raise BadRequest("transfer.file_empty", field="file")
    if size > UPLOAD_BYTES_MAX:
        raise TooLarge("transfer.file_too_large", field="file", maximum=UPLOAD_BYTES_MAX // (1024 * 1024))
    with path.open("rb") as file:
        start = file.read(len(_OLE))
    if start.startswith((_ZIP, _OLE)):
        return _open_workbook(path, sheet, zipped=start.startswith(_ZIP))
    return _open_csv(path, encoding, delimiter)


def as_text(cell: Cell) -> str:
    """A cell as a person sees it: a whole float without `.0`, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def _open_csv(path: Path, encoding: str | None, delimiter: str | None) -> Sheet:
    if encoding is None:
        _check_no_nul(path)
        encoding = detect_encoding(path)
    elif encoding.lower() not in ACCEPTED:
        raise BadRequest("transfer.encoding_not_known", field="encoding", encoding=encoding, known=", ".join(ACCEPTED))
    else:
        # With a mark or without: who says UTF-8 means both.
        encoding = "utf-8-sig" if encoding.lower() == "utf-8" else encoding.lower()
        if not encoding.startswith("utf-16"):
            _check_no_nul(path)
        check_encoding(path, encoding)
    delimiter = delimiter or _delimiter(path, encoding)
    return _checked(path, "csv", _csv_rows(path, encoding, delimiter), encoding=encoding, delimiter=delimiter)


def _open_workbook(path: Path, sheet: str | None, *, zipped: bool) -> Sheet:
    if zipped:
        try:
            with zipfile.ZipFile(path) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile as error:
            raise BadRequest("transfer.workbook_broken", field="file") from error
        if unpacked > WORKBOOK_BYTES_MAX:
            raise TooLarge("transfer.workbook_too_large", field="file", maximum=WORKBOOK_BYTES_MAX // (1024 * 1024))
    names = worksheets(path)
    if sheet is None:
        sheet = names[0] if names else None
    return _checked(path, "excel", sheet_rows(path, sheet), name=sheet, sheets=names)


def _checked(
    path: Path,
    form: Literal["csv", "excel"],
    rows: Iterator[Row],
    *,
    encoding: str | None = None,
    delimiter: str = ",",
    name: str | None = None,
    sheets: tuple[str, ...] = (),
) -> Sheet:
    """The sheet of `rows`, all of which are gone through here."""
    first = next(rows, None)
    if first is None and len(sheets) > 1:
        raise BadRequest("transfer.sheet_empty", field="sheet", sheet=name, known=", ".join(sheets))
    if first is None:
        raise BadRequest("transfer.file_empty", field="file")
    header, cells = first
    columns = _columns(cells)
    width = len(columns)
    samples: list[list[str]] = [[] for _ in columns]
    open_samples = set(range(width))
    count = 0
    for number, row in rows:
        count += 1
        # A trailing separator at the end of each line (the header's included) makes a nameless, empty column.
        if len(row) != width and (len(row) < width or len(row) > len(cells) or any(c != "" for c in row[width:])):
            raise BadRequest("transfer.columns_wrong", field="file", row=number, expected=width, found=len(row))
        if open_samples:
            _sample(row, samples, open_samples)
    if count == 0:
        raise BadRequest("transfer.no_rows", field="file")
    return Sheet(path, form, columns, count, header, encoding, delimiter, name, tuple(map(tuple, samples)), sheets)


def _columns(cells: Sequence[Cell]) -> tuple[str, ...]:
    names = [unguarded(as_text(cell).strip()) for cell in cells]
    while len(names) > 1 and names[-1] == "":
        names.pop()
    if len(names) > COLUMNS_MAX:
        raise BadRequest("transfer.columns_many", field="file", maximum=COLUMNS_MAX)
    seen: set[str] = set()
    for position, name in enumerate(names, start=1):
        if name == "":
            raise BadRequest("transfer.header_blank", field="file", position=position)
        if name in seen:
            raise BadRequest("transfer.header_duplicate", field="file", column=name)
        seen.add(name)
    return tuple(names)


def _sample(row: Sequence[Cell], samples: list[list[str]], wanted: set[int]) -> None:
    for index in tuple(wanted):
        text = as_text(row[index]).strip()
        if text and text not in samples[index]:
            samples[index].append(text[:200])
            if len(samples[index]) == SAMPLES:
                wanted.discard(index)


def _check_no_nul(path: Path) -> None:
    """Text has no NUL; a file that has one near its start is not text at all (UTF-16 has a mark and is let through)."""
    offset = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if offset == 0 and block[:2] in (b"\xff\xfe", b"\xfe\xff"):
                return
            at = block.find(b"\0")
            if at >= 0:
                if offset + at < 4096:
                    raise BadRequest("transfer.file_binary", field="file")
                raise BadRequest("transfer.file_nul", field="file", byte=offset + at + 1)
            offset += len(block)


def _delimiter(path: Path, encoding: str) -> str:
    """The separator that the header line has most of, outside quotes; the comma where it has none."""
    with path.open(encoding=encoding, newline="") as file:
        line = next((line for line in iter(lambda: file.readline(BLOCK), "") if line.strip()), "")
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                code = "transfer.cell_too_long" if "limit" in str(error) else "transfer.quote_broken"
                # A quote that is never closed swallows the rest of the file: where its row starts is what helps.
                raise BadRequest(code, field="file", row=number + 1, line=line, maximum=LONG_TEXT_MAX) from error
            if cells is None:
                return
            number += 1
            if any(cells):
                yield number, cells
