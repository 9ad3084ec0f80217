"""The file of rejected rows: the original columns and the reason, in the encoding of the original, so that it can be
corrected and imported again. It is opened in a spreadsheet, so UTF-8 gets the mark by which Excel knows it, and cells
that would be formulas are guarded. It grows in the transaction of each chunk, so a crash loses none of it.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from dougong.kit.text import Language
from dougong.records.transfer.checking import REASON_COLUMN
from dougong.records.transfer.growing_file import append_to_file, begin_file
from dougong.records.transfer.guards import guarded, reguarded
from dougong.records.transfer.reading import Row, Sheet, as_text
from dougong.records.transfer.report import RowProblem
from dougong.storage.unit_of_work import Transaction

MARK = "\ufeff"


@dataclass(frozen=True)
class RejectedFile:
    """Where the rejected rows of one import go. `encoding` is the original's; Excel files give UTF-8."""

    name: str
    columns: tuple[str, ...]
    encoding: str
    delimiter: str
    language: Language
    owner_id: int | None

    def write(self, tx: Transaction, file_id: int | None, rows: Sequence[tuple[Row, Sequence[RowProblem]]]) -> int:
        """Add rows with their reasons. Begins the file when there is none yet; returns its id."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n")
        if file_id is None:
            file_id = begin_file(tx, self.name, "text/csv", self.owner_id)
            if _codec(self.encoding) in {"utf-8", "utf-16-le"}:
                text.write(MARK)
            writer.writerow([*map(reguarded, self.columns), REASON_COLUMN[self.language]])
        width = len(self.columns)
        for (_, cells), problems in rows:
            reason = "; ".join(problem.detail(self.language) for problem in problems)
            original = [reguarded(cell) if isinstance(cell, str) else as_text(cell) for cell in cells[:width]]
            writer.writerow([*original, guarded(reason)])
        append_to_file(tx, file_id, text.getvalue().encode(_codec(self.encoding), errors="replace"))
        return file_id


def _codec(encoding: str) -> str:
    """The codec of a piece: marks are written once, as a character."""
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def rejected_file(sheet: Sheet, file_name: str, language: Language, owner_id: int | None) -> RejectedFile:
    """The file for the rejected rows of `sheet`, named after `file_name`."""
    columns = tuple(c for c in sheet.columns if c not in REASON_COLUMN.values())
    # The reason of an earlier round stands last, if anywhere: only then can the columns before it be kept as they are.
    kept = columns if sheet.columns[: len(columns)] == columns else sheet.columns
    return RejectedFile(
        name=f"{PurePath(file_name).stem}.rejected.csv",
        columns=kept,
        encoding=sheet.encoding or "utf-8-sig",
        delimiter=sheet.delimiter,
        language=language,
        owner_id=owner_id,
    )
