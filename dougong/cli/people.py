"""`dougong user`: the first administrator, a forgotten password, a locked login, from the machine itself."""

import getpass
import sys
from typing import Annotated

import typer

from dougong.access.attempts import unlock
from dougong.access.audit import note
from dougong.access.closing import close_sessions
from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.access.second_factor import reset
from dougong.cli.opening import DEFAULT_DATA, DataOption, working
from dougong.cli.words import say, words
from dougong.kit.errors import BadRequest, NotFound
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.people import add_person, find_person
from dougong.storage.audit import Author, Event
from dougong.storage.unit_of_work import Transaction

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=words("cli.help.user"))

BY = Author(via="cli")

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help=words("cli.help.login"))]
StdinOption = Annotated[bool, typer.Option("--stdin", help=words("cli.help.stdin"))]


@app.command("create", help=words("cli.help.user_create"))
def create(
    login: LoginArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=words("cli.help.name"))],
    role: Annotated[str, typer.Option(help=words("cli.help.role"))] = "admin",
    profile: Annotated[str, typer.Option(help=words("cli.help.profile"))] = "administrator",
    data: DataOption = DEFAULT_DATA,
    *,
    stdin: StdinOption = False,
) -> None:
    """Create a person with a password, by default an administrator."""
    password = _asked(login, stdin=stdin)
    with working(data) as database, database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("command line"), "cli")
        user_id = add_person(w, {"login": login, "name": name}, role=role, profile=profile)
        set_password(tx, user_id, login, password)
    say("cli.user_created", login=login, name=name)


@app.command("password", help=words("cli.help.user_password"))
def password_command(login: LoginArgument, data: DataOption = DEFAULT_DATA, *, stdin: StdinOption = False) -> None:
    """Set a new password and sign the person out everywhere."""
    password = _asked(login, stdin=stdin)
    with working(data) as database, database.transaction() as tx:
        user_id = _user(tx, login)
        set_password(tx, user_id, login, password)
        close_sessions(tx, user_id)
        unlock(tx, login)
        note(tx, Event.PASSWORD_RESET, BY, about=user_id)
    say("cli.password_set", login=login)


@app.command("unlock", help=words("cli.help.user_unlock"))
def unlock_command(login: LoginArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Let a person sign in again who has mistyped the password too often."""
    with working(data) as database, database.transaction() as tx:
        user_id = _user(tx, login)
        unlock(tx, login)
        note(tx, Event.UNLOCKED, BY, about=user_id)
    say("cli.unlocked", login=login)


@app.command("totp-off", help=words("cli.help.user_totp_off"))
def totp_off_command(login: LoginArgument, data: DataOption = DEFAULT_DATA) -> None:
    """Switch off the second factor of a person who has lost it, and sign the person out everywhere."""
    with working(data) as database, database.transaction() as tx:
        reset(tx, _user(tx, login), BY)
    say("cli.totp_off", login=login)


def _asked(login: str, *, stdin: bool) -> str:
    """The new password. Raises BadRequest("cli.passwords_differ") when it is typed differently the second time."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(words("cli.ask_password", login=login))
    if getpass.getpass(words("cli.ask_again")) != first:
        raise BadRequest("cli.passwords_differ")
    return first


def _user(transaction: Transaction, login: str) -> int:
    w = writing(transaction, load_registry(transaction), system("command line"), "cli")
    found = find_person(w, login)
    if found is None:
        raise NotFound("transfer.no_such_login", login=login)
    return found
