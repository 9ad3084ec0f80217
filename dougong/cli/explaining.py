"""`dougong explain access`: why somebody may or may not see or change a record, gate by gate."""

from typing import Annotated

import typer

from dougong.access.explain import explain, know
from dougong.access.principal import Action
from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.words import language, output_console, words
from dougong.kit.text import sentence
from dougong.records.transfer.command import person_of

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=words("cli.help.explain"))


@app.callback()
def explain_command() -> None:
    """A group, so that other explanations can stand beside that of access."""


@app.command("access", help=words("cli.help.explain_access"))
def access(
    object_name: Annotated[str, typer.Argument(metavar="OBJECT", help=words("cli.help.object"))],
    record_id: Annotated[int, typer.Argument(metavar="ID", min=1, help=words("cli.help.record_id"))],
    login: Annotated[str, typer.Option("--user", metavar="LOGIN", help=words("cli.help.explain_user"))],
    action: Annotated[Action, typer.Option("--action", help=words("cli.help.action"))] = Action.READ,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print the verdict and what each gate and grant decided. The exit code is 0 either way."""
    with working(data) as database:
        person = person_of(database, login)
        with database.consistent_snapshot() as snapshot:
            k = know(snapshot, person.registry)
            found = explain(k, person.principal.user_id or 0, object_name, record_id, action)
    console = output_console()
    console.print(sentence("explain.allowed" if found.allowed else "explain.refused", language(), {"login": login}))
    for reason in found.reasons:
        console.print(
            f"{'✓' if reason.passed else '✗'} {sentence(reason.code, language(), reason.params)}", highlight=False
        )
