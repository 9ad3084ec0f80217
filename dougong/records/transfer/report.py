"""What an import did, counted, and why rows were rejected; kept with the job and printed by the command line."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dougong.kit.text import Language, sentence

PROBLEMS_KEPT = 100
"""Problems that are kept with the job; all of them are in the file of rejected rows."""

PROBLEMS_SHOWN = 20
EMPTY: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class RowProblem:
    """Why one row was rejected: the row and column of the file, the cell's text, and the reason."""

    row: int
    code: str
    column: str | None = None
    value: str | None = None
    field: str | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    ask: Mapping[str, Any] | None = None
    """Where the row is refused for somebody else's record: what asking its owner takes (`question_about`)."""

    def detail(self, language: Language) -> str:
        """The reason in words, with the column and the cell where it has them."""
        params = {"value": self.value or "", **self.params}
        named = params.get("label_zh" if language == "zh" else "label_en", self.field or "")
        params |= {"label": named, "field": named}
        reason = sentence(self.code, language, params)
        if self.column is None:
            return reason
        shown = "" if not self.value else f" = {self.value}"
        return f"[{self.column}{shown}] {reason}"

    def wire(self, language: Language) -> dict[str, Any]:
        """The problem as JSON."""
        return {
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "value": self.value,
            "code": self.code,
            "detail": self.detail(language),
            **({} if self.ask is None else {"ask": dict(self.ask)}),
        }


@dataclass
class Report:
    """The running count of an import. Everything in it survives a restart in the job's result."""

    object: str
    file: str = ""
    total: int = 0
    rows: int = 0
    """Rows gone through so far."""
    created: int = 0
    updated: int = 0
    skipped: int = 0
    rejected: int = 0
    repeated: int = 0
    """Rows that a `distinct` mapping had already seen."""
    dry_run: bool = False
    state: str = "running"
    job_id: int | None = None
    seconds: float = 0.0
    blanks: dict[str, int] = dataclasses.field(default_factory=dict)
    """Blank cells by column: allowed, but said."""
    corrections: dict[str, dict[str, int]] = dataclasses.field(default_factory=dict)
    """By column and "old → new": how many cells the mapping corrected."""
    reasons: dict[str, int] = dataclasses.field(default_factory=dict)
    """How many problems of each code."""
    problems: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    later_changes: list[int] = dataclasses.field(default_factory=list)
    """Changes made behind the rows, when records of the file were linked to each other."""
    unlinked: int = 0
    rejected_file_id: int | None = None
    rejected_path: str | None = None

    def add_problems(self, problems: list[RowProblem], language: Language) -> None:
        """Count problems and keep the first of them."""
        for problem in problems:
            self.reasons[problem.code] = self.reasons.get(problem.code, 0) + 1
            if len(self.problems) < PROBLEMS_KEPT:
                self.problems.append(problem.wire(language))

    def add_blanks(self, column: str, count: int) -> None:
        """Count blank cells of a column."""
        if count:
            self.blanks[column] = self.blanks.get(column, 0) + count

    def add_correction(self, column: str, old: str, new: str, count: int) -> None:
        """Count cells of a column that `values` of the mapping replaced."""
        counts = self.corrections.setdefault(column, {})
        key = f"{old} → {new}"
        counts[key] = counts.get(key, 0) + count

    def wire(self) -> dict[str, Any]:
        """The report as JSON: what the job keeps."""
        return dict(vars(self))


def report_of(stored: Mapping[str, Any]) -> Report:
    """The report that a job keeps."""
    known = Report.__dataclass_fields__
    return Report(**{name: value for name, value in stored.items() if name in known})


def lines(report: Report, language: Language) -> list[str]:
    """The report in words, a line each, for a terminal."""
    counts = {name: f"{getattr(report, name):,}" for name in ("rows", "created", "updated", "skipped", "rejected")}
    rate = report.rows / report.seconds if report.seconds else 0
    said: list[tuple[str, Mapping[str, object]]] = [
        ("head", {"file": report.file, "object": report.object}),
        *([("dry_run", EMPTY)] if report.dry_run else []),
        ("counts", counts),
        ("seconds", {"seconds": f"{report.seconds:.2f}", "rate": f"{rate:,.0f}"}),
        *_noticed(report),
        *_refused(report),
        *([("cancelled", EMPTY)] if report.state == "cancelled" else []),
    ]
    return [sentence(f"transfer.report.{code}", language, params) for code, params in said]


def _noticed(report: Report) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What the mapping dealt with: corrected, blank and repeated cells."""
    if report.repeated:
        yield "repeated", {"count": f"{report.repeated:,}"}
    for column, corrections in report.corrections.items():
        for correction, count in corrections.items():
            yield "corrected", {"column": column, "correction": correction, "count": f"{count:,}"}
    for column, count in report.blanks.items():
        yield "blank", {"column": column, "count": f"{count:,}"}


def _refused(report: Report) -> Iterator[tuple[str, Mapping[str, object]]]:
    if report.unlinked:
        yield "unlinked", {"count": f"{report.unlinked:,}"}
    shown = report.problems[:PROBLEMS_SHOWN]
    for problem in shown:
        yield "problem", {"row": problem["row"], "detail": problem["detail"]}
    more = report.rejected - len({problem["row"] for problem in shown})
    if more > 0:
        yield "more", {"count": f"{more:,}"}
    if report.rejected_path:
        yield "rejected_file", {"path": report.rejected_path}
