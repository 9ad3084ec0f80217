"""`dougong audit`: what only whoever runs the machine may do with the audit log."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.words import say, words
from dougong.storage.audit import Author, discard

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=words("cli.help.audit"))


@app.command("discard", help=words("cli.help.audit_discard"))
def discard_command(
    before: Annotated[datetime, typer.Option("--before", formats=["%Y-%m-%d"], help=words("cli.help.audit_before"))],
    data: DataOption = DEFAULT_DATA,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=words("cli.help.yes"))] = False,
) -> None:
    """Remove old entries for good, and leave an entry that says so."""
    moment = before.replace(tzinfo=UTC)
    if not yes and not typer.confirm(words("cli.ask_discard", before=before.date()), err=True):
        raise typer.Exit(1)
    with working(data) as database, database.transaction() as tx:
        gone = discard(tx, moment, Author(via="cli"))
    say("cli.discarded", count=gone, before=before.date())
