"""`dougong query`: SOQL on the command line, as somebody, with exactly what that person may see."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.words import output_console, say, words
from dougong.metadata.field_types import KINDS
from dougong.records.api import OutputColumn, Page, Query, Reading, page, parse_soql
from dougong.records.transfer.command import person_of

AsOption = Annotated[str, typer.Option("--as", metavar="LOGIN", envvar="DOUGONG_LOGIN", help=words("cli.help.as"))]


class Form(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class Answer:
    """All rows of a query as JSON values; child rows are lists of objects under the subquery's name."""

    columns: tuple[OutputColumn, ...]
    children: tuple[str, ...]
    rows: list[dict[str, Any]]


def query(
    soql: Annotated[str, typer.Argument(metavar="SOQL", help=words("cli.help.soql"))],
    login: AsOption,
    form: Annotated[Form, typer.Option("--format", help=words("cli.help.format"))] = Form.TABLE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print what a SOQL query answers to the person with this login."""
    with working(data) as database:
        person = person_of(database, login)
        asked = parse_soql(soql, person.registry, person.principal)
        with database.consistent_snapshot() as snapshot:
            answer = answer_to(Reading(snapshot, person.registry, person.principal), asked)
    write(answer, form)


def answer_to(r: Reading, asked: Query) -> Answer:
    """All rows of `asked`, page by page."""
    found = page(r, asked)
    rows = list(_wired(found))
    if found.truncated:
        say("cli.groups_cut", count=len(found.rows))
    while found.next is not None:
        found = page(r, replace(asked, after=found.next))
        rows += _wired(found)
    return Answer(found.columns, tuple(child.name for child in found.children), rows)


def _wired(found: Page) -> Iterator[dict[str, Any]]:
    for position, row in enumerate(found.rows):
        wired = _row(found.columns, row)
        for child in found.children:
            wired[child.name] = [_row(child.columns, inner) for inner in child.rows[position]]
        yield wired


def _row(columns: Sequence[OutputColumn], row: Sequence[Any]) -> dict[str, Any]:
    return {
        column.name: KINDS[column.type].wire(value) if column.type is not None else value
        for column, value in zip(columns, row, strict=True)
    }


def write(answer: Answer, form: Form) -> None:
    """Write the answer to the output."""
    if form is Form.JSON:
        json.dump(answer.rows, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
        sys.stdout.write("\n")
    elif form is Form.CSV:
        writer = csv.writer(sys.stdout)
        names = [column.name for column in answer.columns] + list(answer.children)
        writer.writerow(names)
        writer.writerows([_cell(row[name]) for name in names] for row in answer.rows)
    else:
        output_console().print(_table(answer))
        say("cli.rows", count=len(answer.rows))


def _table(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in answer.columns:
        numeric = column.type is None or column.scalar == "number"
        table.add_column(column.name, justify="right" if numeric else "left", overflow="fold")
    for name in answer.children:
        table.add_column(name, overflow="fold")
    for row in answer.rows:
        table.add_row(*(_cell(value) for value in row.values()))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value))


def _plain(value: object) -> object:
    """What JSON has no type for: exact numbers and moments are strings, as in the API."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value)
