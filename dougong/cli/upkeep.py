"""`init`, `backup`, `restore` and `doctor`: what keeps an installation well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dougong.access.principal import system
from dougong.cli.opening import DEFAULT_DATA, DataOption, Opened, only_server, opened
from dougong.cli.setting_up import set_up
from dougong.cli.words import output_console, say, words
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.checkup import check_records
from dougong.records.search_rebuilding import ask_for_rebuilding, rebuild_outdated
from dougong.storage.audit import Author, Entry, Event, append, told
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
        _note_restore(found.url, manifest.created_at)
    say("cli.restored", file=file, rows=manifest.total, created_at=manifest.created_at)


def _note_restore(url: str, made: str) -> None:
    """The log that the backup brought begins anew with the one thing that it cannot know: that it was put back."""
    database = open_database(url, pool_size=1)
    try:
        with database.transaction() as tx:
            details = told("audit.restored_backup", made=made)
            append(tx, [Entry(Event.RESTORED_BACKUP, Author(via="cli"), details=details)])
    finally:
        database.close()


def search_rebuild(
    data: DataOption = DEFAULT_DATA,
    object_name: Annotated[str | None, typer.Option("--object", help=words("cli.help.search_object"))] = None,
) -> None:
    """Make the index of the search anew, while people go on working and finding."""
    with opened(data) as found:
        database = open_database(found.url, pool_size=2)
        try:
            with database.transaction() as tx:
                w = writing(tx, load_registry(tx), system("search-rebuild"), "cli")
                ask_for_rebuilding(w, object_name)
            count = rebuild_outdated(database)
        finally:
            database.close()
    say("cli.search_rebuilt", count=count)


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
