"""An example: a directory with data, mappings and a manifest that says in which order an empty system imports them.

name: sales-opportunities
administrator: {login: admin, name: Administrator, language: en}     # made first; everything is imported as this person
sharing: {account: public_read}                         # default access of objects, where it is not the product's
steps: [{object: product, file: data/products.csv, map: maps/products.yaml}, …]
totals: {query: SELECT …, as: [admin, …]}               # asked afterwards as each of these people
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from dougong.access.principal import system
from dougong.kit.errors import BadRequest, Conflict
from dougong.kit.text import Language, sentence
from dougong.metadata.apply import apply_package
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Sharing
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Query, Reading, columns_of, page, parse_soql, writing
from dougong.records.people import add_person
from dougong.records.transfer.command import import_file, person_of
from dougong.records.transfer.report import Report, lines
from dougong.storage.engine import Database

MANIFEST = "example.yaml"


@dataclass(frozen=True)
class Step:
    """One import of an example."""

    object: str
    file: Path
    map: Path


@dataclass(frozen=True)
class Example:
    """A manifest, read."""

    name: str
    administrator: Mapping[str, str]
    sharing: Mapping[str, Sharing]
    steps: tuple[Step, ...]
    query: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Totals:
    """The answer to the example's query as one person sees it."""

    login: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Result:
    """What an example's import did, and what its people see afterwards."""

    name: str
    steps: tuple[tuple[Step, Report, float], ...]
    totals: tuple[Totals, ...]
    seconds: float


def read_example(directory: Path) -> Example:
    """The manifest in `directory`. Raises BadRequest (example.*)."""
    path = directory / MANIFEST
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadRequest("example.manifest_unreadable", path=str(path), reason=str(error)[:200]) from error
    try:
        steps = tuple(Step(s["object"], directory / s["file"], directory / s["map"]) for s in raw["steps"])
        administrator = {str(name): str(value) for name, value in raw["administrator"].items()}
        people = tuple(str(login) for login in raw["totals"]["as"])
        sharing = {str(name): Sharing(value) for name, value in raw.get("sharing", {}).items()}
        return Example(str(raw["name"]), administrator, sharing, steps, str(raw["totals"]["query"]), people)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadRequest("example.manifest_form", path=str(path), where=str(error)) from error


def run_example(
    database: Database,
    directory: Path,
    *,
    started: Callable[[Step], None] | None = None,
    progress: Callable[[Report], None] | None = None,
    finished: Callable[[Step, Report, float], None] | None = None,
) -> Result:
    """Import the example in `directory` into a database with the standard configuration and nobody in it.

    The callbacks tell how it goes. Raises Conflict("example.not_empty"), Conflict("example.rejected") with the step
    when a row of the example was rejected, and what reading and importing refuse.
    """
    example = read_example(directory)
    begun = time.perf_counter()
    _add_administrator(database, example)
    _set_sharing(database, example)
    done: list[tuple[Step, Report, float]] = []
    for step in example.steps:
        if started is not None:
            started(step)
        start = time.perf_counter()
        report = import_file(
            database, step.object, step.file, step.map, example.administrator["login"], progress=progress
        )
        done.append((step, report, round(time.perf_counter() - start, 3)))
        if finished is not None:
            finished(*done[-1])
        if report.rejected:
            raise Conflict("example.rejected", step=f"{step.file.name} → {step.object}", count=report.rejected)
    totals = tuple(_totals(database, example.query, login) for login in example.people)
    return Result(example.name, tuple(done), totals, round(time.perf_counter() - begun, 3))


def _add_administrator(database: Database, example: Example) -> None:
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("example data"), "system")
        if page(w, Query("user", columns_of(("id",)), limit=1)).rows:
            raise Conflict("example.not_empty")
        add_person(w, example.administrator, role="admin", profile="administrator")


def _set_sharing(database: Database, example: Example) -> None:
    """The default access that the example wants, by the plan that an administrator's configuration goes through."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        objects = {
            name: replace(without_system_fields(registry.object(name)), sharing=sharing)
            for name, sharing in example.sharing.items()
        }
        apply_package(tx, Package(objects=objects))


def _totals(database: Database, query: str, login: str) -> Totals:
    person = person_of(database, login)
    with database.snapshot() as snapshot:
        answer = page(Reading(snapshot, person.registry, person.principal), parse_soql(query, person.registry))
    rows = tuple(
        tuple(
            KINDS[column.type].wire(value) if column.type is not None else value
            for column, value in zip(answer.columns, row, strict=True)
        )
        for row in answer.rows
    )
    return Totals(login, person.principal.name, tuple(column.name for column in answer.columns), rows)


def result_json(result: Result) -> dict[str, Any]:
    """The result as JSON: steps with seconds and reports, totals by person."""
    return {
        "name": result.name,
        "seconds": result.seconds,
        "steps": [
            {
                "object": step.object,
                "file": step.file.name,
                "map": step.map.name,
                "seconds": seconds,
                **{name: getattr(report, name) for name in REPORTED},
            }
            for step, report, seconds in result.steps
        ],
        "totals": [
            {
                "login": totals.login,
                "name": totals.name,
                "rows": [dict(zip(totals.columns, row, strict=True)) for row in totals.rows],
            }
            for totals in result.totals
        ],
    }


REPORTED = (
    "rows", "created", "updated", "skipped", "rejected", "repeated", "corrections", "blanks", "unlinked"
)  # fmt: skip


def result_lines(result: Result, language: Language) -> Iterator[str]:
    """The result in words, for a terminal: each step's report, then each person's totals as a table."""
    for _, report, _ in result.steps:
        yield from lines(report, language)
        yield ""
    for totals in result.totals:
        yield sentence("example.totals", language, {"name": totals.name, "login": totals.login})
        yield from _table(totals)
        yield ""
    yield sentence("example.seconds", language, {"seconds": f"{result.seconds:.2f}"})


def _table(totals: Totals) -> Iterator[str]:
    cells = [totals.columns, *(tuple("" if v is None else f"{v}" for v in row) for row in totals.rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(totals.columns))]
    for row in cells:
        first = f"  {row[0]:<{widths[0]}}"
        yield first + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
