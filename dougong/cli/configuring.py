"""`config plan|apply|export`: the configuration as text files."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from dougong.access.principal import Principal, system
from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.words import language, output_console, say, words
from dougong.kit.errors import Forbidden, Refused
from dougong.metadata.apply import apply
from dougong.metadata.export import export_definitions
from dougong.metadata.package import Package, read_package, write_package
from dougong.metadata.plan import Plan, Step, plan
from dougong.metadata.registry import load_registry
from dougong.records.api import Reading, writing
from dougong.records.configuration import RecordPlan, RecordStep, apply_records, export_records, plan_records
from dougong.records.transfer.command import person_of
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction

app = typer.Typer(no_args_is_help=True, help=words("cli.help.config"))

STYLES = {"add": "green", "change": "yellow", "remove": "red"}
VALUE_SHOWN = 40

DirectoryArgument = Annotated[Path, typer.Argument(metavar="DIR", help=words("cli.help.config_dir"))]
PruneOption = Annotated[bool, typer.Option("--prune", help=words("cli.help.prune"))]


@dataclass(frozen=True)
class Differences:
    """What applying a directory would do: to definitions, and to configuration records."""

    definitions: Plan
    records: RecordPlan
    prune: bool

    @property
    def record_steps(self) -> tuple[RecordStep, ...]:
        """The record steps that are carried out."""
        return self.records.additions + self.records.changes + (self.records.removals if self.prune else ())

    @property
    def empty(self) -> bool:
        """Directory and database say the same."""
        return not self.definitions.steps and not self.record_steps


class _TriedOut(Exception):
    """Takes a trial back."""


@app.command("plan", help=words("cli.help.config_plan"))
def show_plan(directory: DirectoryArgument, data: DataOption = DEFAULT_DATA, *, prune: PruneOption = False) -> None:
    """Show what `apply` would do; nothing is changed."""
    package = read_package(directory)
    with working(data) as database:
        _show(_differences(database, package, prune=prune))


@app.command("apply", help=words("cli.help.config_apply"))
def apply_directory(
    directory: DirectoryArgument,
    data: DataOption = DEFAULT_DATA,
    login: Annotated[str | None, typer.Option("--as", metavar="LOGIN", help=words("cli.help.config_as"))] = None,
    *,
    prune: PruneOption = False,
    yes: Annotated[bool, typer.Option("--yes", help=words("cli.help.yes"))] = False,
) -> None:
    """Put the directory into force, in one transaction, after showing the plan."""
    package = read_package(directory)
    with working(data) as database:
        actor = _administrator(database, login)
        found = _differences(database, package, prune=prune)
        _show(found)
        if found.empty:
            return
        if not yes and not typer.confirm(words("cli.ask_apply"), err=True):
            raise typer.Exit(1)
        with database.transaction() as tx:
            version = apply(tx, found.definitions)
            apply_records(writing(tx, load_registry(tx), actor, "cli"), package.records, prune=prune)
    say("cli.applied", version=version)


@app.command("export", help=words("cli.help.config_export"))
def export_directory(directory: DirectoryArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Write the configuration in force as files; applying them changes nothing."""
    with working(data) as database, database.consistent_snapshot() as snapshot:
        registry = load_registry(snapshot)
        r = Reading(snapshot, registry, system("command line: config export"))
        package = replace(export_definitions(registry), records=export_records(r))
    directory.mkdir(parents=True, exist_ok=True)
    say("cli.config_exported", count=len(write_package(package, directory)), directory=directory)


def _administrator(database: Database, login: str | None) -> Principal:
    if login is None:
        return system("command line: config apply")
    principal = person_of(database, login).principal
    if not principal.administers:
        raise Forbidden("cli.not_administrator", login=login)
    return principal


def _differences(database: Database, package: Package, *, prune: bool) -> Differences:
    """Definitions are compared with what is in force; records with what is stored once those are in force."""
    with database.consistent_snapshot() as snapshot:
        planned = plan(load_registry(snapshot), package, snapshot, prune=prune)
        if planned.problems:
            raise Refused(planned.problems)
        if not planned.steps:
            r = Reading(snapshot, planned.current, system("command line: config plan"))
            return Differences(planned, plan_records(r, package.records), prune)
    # Records may name objects and fields that only the plan brings, so it is tried out and taken back.
    records = RecordPlan()
    with _taken_back(database) as tx:
        apply(tx, planned)
        records = plan_records(Reading(tx, load_registry(tx), system("command line: config plan")), package.records)
    return Differences(planned, records, prune)


@contextmanager
def _taken_back(database: Database) -> Iterator[Transaction]:
    with suppress(_TriedOut), database.transaction() as tx:
        yield tx
        raise _TriedOut


def _show(found: Differences) -> None:
    if found.empty:
        say("cli.nothing_to_apply")
        return
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for name in ("act", "what", "name", "touched", "details"):
        table.add_column(words(f"cli.plan.{name}"), justify="right" if name == "touched" else "left", overflow="fold")
    for step in found.definitions.steps:
        table.add_row(_act(step.act, risky=step.risky), words(f"cli.plan.{step.thing}"), *_definition_cells(step))
    for record in found.record_steps:
        details = "; ".join(_change(name, old, new) for name, (old, new) in record.fields.items())
        shown = details if record.action == "change" else ""
        name = f"{record.object} {' / '.join(map(str, record.key))}"
        table.add_row(_act(record.action, risky=False), words("cli.plan.record"), name, "", shown)
    output_console().print(table)
    if found.definitions.risky:
        say("cli.plan_risky")


def _act(act: str, *, risky: bool) -> str:
    return f"[{STYLES[act]}]{words(f'cli.plan.{act}')}{' !' if risky else ''}[/]"


def _definition_cells(step: Step) -> tuple[str, str, str]:
    label = step.label.zh if language() == "zh" else step.label.en
    details = [_change(name, old, new) for name, (old, new) in step.changes.items()]
    details += [words(note, name=step.name, touched=step.touched) for note in step.notes]
    return f"{step.name} ({label})", str(step.touched) if step.touched else "", "; ".join(details)


def _change(name: str, old: object, new: object) -> str:
    before, after = _options(old), _options(new)
    if before is not None and after is not None:
        marks = [f"+{value}" for value in after if value not in before]
        marks += [f"−{value}" for value in before if value not in after]
        marks += [f"~{value}" for value in after if value in before and before[value] != after[value]]
        return f"{name}: {', '.join(marks) or ' '.join(after)}"
    return f"{name}: {_short(old)} → {_short(new)}"


def _options(value: object) -> dict[str, object] | None:
    """The options of a field or set by their values; None for any other setting. None at all are no options."""
    if value is None:
        return {}
    if not isinstance(value, list | tuple) or not all(isinstance(one, dict) and "value" in one for one in value):
        return None
    return {str(one["value"]): one for one in value}


def _short(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= VALUE_SHOWN else f"{text[: VALUE_SHOWN - 1]}…"
