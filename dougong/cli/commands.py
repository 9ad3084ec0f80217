"""All commands, and the one place where an expected failure becomes a sentence and an exit code.

Only the module of the command that was asked for is loaded: who asks one question does not wait for the web server.
"""

import errno
import logging
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module

import structlog
import typer

from dougong import __version__
from dougong.cli.words import output_console, say_error, words
from dougong.kit.collector import collect_seldom, loading
from dougong.kit.errors import DougongError, Unavailable

COMMANDS: Mapping[str, str] = {
    "serve": "serving:serve",
    "init": "upkeep:init",
    "backup": "upkeep:backup",
    "restore": "upkeep:restore_command",
    "doctor": "upkeep:doctor",
    "search-rebuild": "upkeep:search_rebuild",
    "config": "configuring:app",
    "package": "packaging:app",
    "user": "people:app",
    "audit": "auditing:app",
    "import": "transferring:import_command",
    "export": "transferring:export",
    "query": "asking:query",
    "explain": "explaining:app",
    "example": "transferring:example",
    "version": "commands:version",
}
"""What each command, or group of commands, is called and where in this folder it stands."""


def command_line(names: Iterable[str]) -> typer.Typer:
    """The command line with the commands of these names."""
    app = typer.Typer(
        name="dougong",
        help=words("cli.help.dougong"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # Without one, a command that stands alone would lose its name.
    app.callback()(_nothing_before)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        with loading():
            found = getattr(import_module(f"dougong.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, help=words(f"cli.help.{name.replace('-', '_')}"))(found)
    return app


def _nothing_before() -> None:
    """No option stands before the command."""


def version() -> None:
    """Print the release."""
    output_console().print(__version__, highlight=False)


def main() -> None:
    """Run the command line."""
    _log_to_error_output()
    collect_seldom()
    asked = sys.argv[1:2]
    try:
        # Of an unknown word, and for help, all of them are told.
        command_line(asked if asked and asked[0] in COMMANDS else COMMANDS)()
    except DougongError as error:
        say_error(error)
        sys.exit(1)
    except OSError as error:
        say_error(_file_trouble(error))
        sys.exit(1)


def _file_trouble(error: OSError) -> DougongError:
    """What became of a file that was named on the command line. Raises `error` itself when it is about no file."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("cli.disk_full", file=error.filename or "")
    if error.filename is None:
        raise error
    return Unavailable("cli.file_trouble", file=error.filename, reason=error.strerror)


def _log_to_error_output() -> None:
    """The output is for results; what the product notes about itself goes beside it."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s: %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
