"""`init`, `backup`, `restore` and `doctor`: what keeps an installation well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dougong.cli.opening import DEFAULT_DATA, DataOption, Opened, only_server, opened
from dougong.cli.setting_up import set_up
from dougong.cli.words import output_console, say, words
from dougong.metadata.registry import load_registry
from dougong.records.checkup import check_records
from dougong.storage.backup import back_up, read_manifest
from dougong.storage.checkup import Check, State, check_database
from dougong.storage.engine import open_database
from dougong.storage.restore import restore

STYLES = {State.GOOD: "green", State.WARNING: "yellow", State.BAD: "bold red"}

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=words("cli.help.backup_file"))]


def init(data: DataOption = DEFAULT_DATA) -> None:
    """Create the database, or bring it to this release."""
    with opened(data, create=True) as found:
        set_up(found.url)
        say("cli.initialised", place=found.folder or words("cli.external"))


def backup(file: FileArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Write everything into one new file, while the server may be running."""
    with opened(data) as found:
        manifest = back_up(found.url, file)
    say("cli.backed_up", file=file, rows=manifest.total, megabytes=f"{file.stat().st_size / 1024**2:.1f}")


def restore_command(
    file: FileArgument,
    data: DataOption = DEFAULT_DATA,
    *,
    force: Annotated[bool, typer.Option("--force", help=words("cli.help.force"))] = False,
) -> None:
    """Put a backup into an empty data directory (or, with --force, in the place of its data)."""
    read_manifest(file)  # so that a bad file does not even make a data directory
    with only_server(data, words("cli.restoring")), opened(data, create=True) as found:
        manifest = restore(found.url, file, force=force)
    say("cli.restored", file=file, rows=manifest.total, created_at=manifest.created_at)


def _checks(found: Opened) -> Iterator[Check]:
    """All findings; about the records only where the tables are those of this release."""
    bad = set()
    for check in check_database(found.url, found.folder):
        yield check
        bad |= {check.code} if check.state is State.BAD else set()
    if bad & {"doctor.not_set_up", "doctor.revision"}:
        return
    database = open_database(found.url, pool_size=1)
    try:
        with database.consistent_snapshot() as snapshot:
            yield from check_records(snapshot, load_registry(snapshot))
    finally:
        database.close()


def doctor(data: DataOption = DEFAULT_DATA) -> None:
    """Look whether everything is well; exit code 1 when it is not."""
    table = Table(box=None, show_header=False, pad_edge=False)
    worst = State.GOOD
    with opened(data) as found:
        for check in _checks(found):
            style = STYLES[check.state]
            table.add_row(f"[{style}]{words(f'cli.state.{check.state.value}')}[/]", words(check.code, **check.params))
            if check.state is State.BAD or worst is State.GOOD:
                worst = check.state
    output_console().print(table)
    if worst is State.BAD:
        raise typer.Exit(1)
