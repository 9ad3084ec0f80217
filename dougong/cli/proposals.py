"""A plan as a table on the terminal: additions, changes, renames and removals, how many records, what is risky."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from dougong.cli.words import language, output_console, say, words
from dougong.metadata.plan import Step
from dougong.records.configuring.proposal import Proposal

STYLES = {"add": "green", "change": "yellow", "remove": "red", "rename": "cyan"}
VALUE_SHOWN = 40


def show_proposal(found: Proposal) -> None:
    """Print a plan as a table: definitions, then configuration records, then where the company's settings stay."""
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
    for note in found.cause.notes:
        show_note(note)


def show_note(note: Mapping[str, Any]) -> None:
    """Say that a setting stays as the company has it."""
    place = ".".join(filter(None, (note["thing"], note["place"])))
    say("cli.config_kept", place=place, kept=_short(note["kept"]), offered=_short(note["offered"]))


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
