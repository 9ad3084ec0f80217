"""`import`, `export` and `example`: files in and out, through the same paths as in the web application."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dougong.access.audit import NOWHERE
from dougong.cli.asking import AsOption
from dougong.cli.opening import DEFAULT_DATA, DataOption, opened, working
from dougong.cli.setting_up import set_up
from dougong.cli.words import error_console, language, output_console, say, words
from dougong.kit.errors import Conflict
from dougong.records.api import Query, Reading, parse_soql, record_columns
from dougong.records.transfer.command import import_file, person_of
from dougong.records.transfer.example import Step, result_json, result_lines, run_example
from dougong.records.transfer.exporter import Format, export_query
from dougong.records.transfer.report import Report, lines
from dougong.records.transfer.told import note_export
from dougong.storage.engine import Database, open_database

INTERRUPTED = 130
"""The exit code of a command that Ctrl+C has ended: 128 and the number of the signal."""


class Printed(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


def import_command(
    object_name: Annotated[str, typer.Argument(metavar="OBJECT", help=words("cli.help.object"))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=words("cli.help.import_file"))],
    mapping: Annotated[Path, typer.Option("--map", metavar="MAP.yaml", help=words("cli.help.map"))],
    login: AsOption,
    data: DataOption = DEFAULT_DATA,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=words("cli.help.dry_run"))] = False,
) -> None:
    """Import a file; exit code 1 when rows were rejected."""
    try:
        with working(data) as database, _progress() as progress:
            report = import_file(database, object_name, file, mapping, login, dry_run=dry_run, progress=progress)
    except KeyboardInterrupt as interruption:
        say("transfer.report.cancelled")
        raise typer.Exit(INTERRUPTED) from interruption
    for line in lines(report, language()):
        output_console().print(line, markup=False, highlight=False)
    if report.rejected:
        raise typer.Exit(1)


def export(
    what: Annotated[str, typer.Argument(metavar="OBJECT|SOQL", help=words("cli.help.export_what"))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help=words("cli.help.export_file"))],
    login: AsOption,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Export all records of an object, or the answer of a SOQL query, that this person may see."""
    form: Format = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    if file.exists():
        raise Conflict("cli.file_exists", file=str(file))
    with working(data) as database:
        person = person_of(database, login)
        with database.consistent_snapshot() as snapshot:
            r = Reading(snapshot, person.registry, person.principal)
            # Complete or absent: the file gets its name when everything is in it.
            with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".dougong-") as folder:
                unfinished = Path(folder) / file.name
                query = _query_of(r, what)
                rows = export_query(r, query, unfinished, form)
                with database.transaction() as tx:
                    note_export(tx, person.registry, person.principal, query, rows, via="cli", origin=NOWHERE)
                    unfinished.rename(file)
    say("cli.exported", rows=rows, file=file)


def _query_of(r: Reading, what: str) -> Query:
    if " " in what.strip():
        return parse_soql(what, r.registry, r.actor)
    obj = r.registry.object(what.strip())
    return Query(obj.name, record_columns(r, obj))


def example(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=words("cli.help.example_dir"))],
    form: Annotated[Printed, typer.Option("--format", help=words("cli.help.format"))] = Printed.TABLE,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Import an example into a fresh data directory and print its totals as its people see them."""
    with opened(data, create=True) as found:
        set_up(found.url)
        database = open_database(found.url, pool_size=4)
        try:
            _run_example(database, directory, form)
        finally:
            database.close()


def _run_example(database: Database, directory: Path, form: Printed) -> None:
    def finished(step: Step, report: Report, seconds: float) -> None:
        say("cli.example_step", object=step.object, file=step.file.name, rows=report.rows, seconds=f"{seconds:.2f}")

    result = run_example(database, directory, finished=finished)
    if form is Printed.JSON:
        sys.stdout.write(orjson.dumps(result_json(result), default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    for line in result_lines(result, language()):
        output_console().print(line, markup=False, highlight=False)


@contextmanager
def _progress() -> Iterator[Callable[[Report], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_console(), transient=True) as bar:
        task = bar.add_task(words("cli.importing"), total=None)

        def tell(report: Report) -> None:
            bar.update(task, completed=report.rows, total=report.total or None)

        yield tell
