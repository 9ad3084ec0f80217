"""`config`: the configuration as text files, its history, and packages."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dougong.access.principal import Principal, system
from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.proposals import show_note, show_proposal
from dougong.cli.words import output_console, say, words
from dougong.kit.errors import Forbidden
from dougong.metadata.journal import Part, Text, Thing, Wanted, change_head, changes, differing, parts_of, texts_at
from dougong.metadata.package import read_package, write_package
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Reading, writing
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import package_in_force, yaml_of
from dougong.records.configuring.proposal import Proposal, propose, put
from dougong.records.configuring.reverting import propose_revert
from dougong.records.transfer.command import person_of
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot

app = typer.Typer(no_args_is_help=True, help=words("cli.help.config"))

NOW = "now"
LOG_LENGTH = 30

DirectoryArgument = Annotated[Path, typer.Argument(metavar="DIR", help=words("cli.help.config_dir"))]
PruneOption = Annotated[bool, typer.Option("--prune", help=words("cli.help.prune"))]
YesOption = Annotated[bool, typer.Option("--yes", help=words("cli.help.yes"))]
LoginOption = Annotated[str | None, typer.Option("--as", metavar="LOGIN", help=words("cli.help.config_as"))]
ChangeArgument = Annotated[int, typer.Argument(metavar="CHANGE", help=words("cli.help.config_change"))]
MomentArgument = Annotated[str, typer.Argument(help=words("cli.help.config_moment"))]


@app.command("plan", help=words("cli.help.config_plan"))
def show_plan(directory: DirectoryArgument, data: DataOption = DEFAULT_DATA, *, prune: PruneOption = False) -> None:
    """Show what `apply` would do; nothing is changed."""
    package = read_package(directory)
    with working(data) as database:
        show_proposal(propose(database, package, prune=prune))


@app.command("apply", help=words("cli.help.config_apply"))
def apply_directory(
    directory: DirectoryArgument,
    data: DataOption = DEFAULT_DATA,
    login: LoginOption = None,
    *,
    prune: PruneOption = False,
    yes: YesOption = False,
) -> None:
    """Put the directory into force, in one transaction, after showing the plan."""
    package = read_package(directory)
    with working(data) as database:
        actor = administrator(database, login)
        carry_out(database, actor, propose(database, package, prune=prune), yes=yes)


def carry_out(database: Database, actor: Principal, found: Proposal, *, yes: bool) -> None:
    """Show the plan, ask, and put it into force."""
    show_proposal(found)
    if found.empty:
        return
    confirm(yes=yes)
    with database.transaction() as tx:
        version = put(writing(tx, found.definitions.current, actor, "cli"), found)
    say("cli.applied", version=version)


def confirm(*, yes: bool) -> None:
    """Go on only when somebody agrees."""
    if not yes and not typer.confirm(words("cli.ask_apply"), err=True):
        raise typer.Exit(1)


@app.command("export", help=words("cli.help.config_export"))
def export_directory(directory: DirectoryArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Write the configuration in force as files; applying them changes nothing."""
    with working(data) as database, database.consistent_snapshot() as snapshot:
        r = Reading(snapshot, load_registry(snapshot), system("command line: config export"))
        package = package_in_force(r)
    directory.mkdir(parents=True, exist_ok=True)
    say("cli.config_exported", count=len(write_package(package, directory)), directory=directory)


@app.command("log", help=words("cli.help.config_log"))
def show_log(
    data: DataOption = DEFAULT_DATA,
    name: Annotated[str | None, typer.Option("--of", metavar="NAME", help=words("cli.help.config_of"))] = None,
    count: Annotated[int, typer.Option("--count", help=words("cli.help.config_count"))] = LOG_LENGTH,
) -> None:
    """Print the latest changes of the configuration, the newest first."""
    with working(data) as database, database.consistent_snapshot() as snapshot:
        heads = changes(snapshot, Wanted(name=name), count)
        things = {head.id: [part.thing.path for part in parts_of(snapshot, head.id)] for head in heads}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("number", "at", "who", "occasion", "what"):
        table.add_column(words(f"cli.config_log.{column}"), overflow="fold")
    for head in heads:
        paths = things[head.id]
        shown = ", ".join(paths[:3]) + (f" +{len(paths) - 3}" if len(paths) > 3 else "")
        occasion = words(f"cli.config_occasion.{head.occasion.value}", package=head.package, change=head.reverted_id)
        table.add_row(str(head.id), f"{head.at:%Y-%m-%d %H:%M}", f"{head.actor_name} ({head.via})", occasion, shown)
    output_console().print(table)


@app.command("show", help=words("cli.help.config_show"))
def show_change(change: ChangeArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Print what one change did, as differences of the text."""
    with working(data) as database, database.consistent_snapshot() as snapshot:
        head = change_head(snapshot, change)
        parts = parts_of(snapshot, change)
        registry = load_registry(snapshot)
    _print_parts(registry, parts)
    for note in head.notes or ():
        show_note(note)


@app.command("diff", help=words("cli.help.config_diff"))
def show_difference(first: MomentArgument, second: MomentArgument = NOW, data: DataOption = DEFAULT_DATA) -> None:
    """Print what lies between two moments, each right after a change (its number) or `now`."""
    with working(data) as database, database.consistent_snapshot() as snapshot:
        _print_parts(load_registry(snapshot), differing(_at(snapshot, first), _at(snapshot, second)))


def _at(snapshot: Snapshot, moment: str) -> Mapping[Thing, Text]:
    if moment == NOW:
        return texts_now(snapshot, load_registry(snapshot))
    if not moment.isdigit():
        raise typer.BadParameter(words("cli.help.config_moment"))
    return texts_at(snapshot, change_head(snapshot, int(moment)).id)


def _print_parts(registry: Registry, parts: Sequence[Part]) -> None:
    for part in parts:
        before, after = (yaml_of(registry, part.thing, text).splitlines() for text in (part.before, part.after))
        path = part.thing.path
        lines = difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm="", n=2)
        for line in lines:
            style = "green" if line.startswith("+") else "red" if line.startswith("-") else None
            output_console().print(line, style=style, highlight=False, markup=False)


@app.command("revert", help=words("cli.help.config_revert"))
def revert_change(
    change: ChangeArgument,
    data: DataOption = DEFAULT_DATA,
    login: LoginOption = None,
    *,
    yes: YesOption = False,
) -> None:
    """Take one change back, after showing what that does and what later changes keep."""
    with working(data) as database:
        actor = administrator(database, login)
        carry_out(database, actor, propose_revert(database, change), yes=yes)


def administrator(database: Database, login: str | None) -> Principal:
    """In whose name a command changes the configuration. Raises Forbidden for others than administrators."""
    if login is None:
        return system("command line: configuration")
    principal = person_of(database, login).principal
    if not principal.administers:
        raise Forbidden("cli.not_administrator", login=login)
    return principal
