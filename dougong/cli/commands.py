"""All commands, and the one place where an expected failure becomes a sentence and an exit code."""

import errno
import logging
import sys

import structlog
import typer

from dougong import __version__
from dougong.cli import asking, configuring, explaining, people, serving, transferring, upkeep
from dougong.cli.words import output_console, say_error, words
from dougong.kit.errors import DougongError, Unavailable

app = typer.Typer(
    name="dougong",
    help=words("cli.help.dougong"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve", help=words("cli.help.serve"))(serving.serve)
app.command("init", help=words("cli.help.init"))(upkeep.init)
app.command("backup", help=words("cli.help.backup"))(upkeep.backup)
app.command("restore", help=words("cli.help.restore"))(upkeep.restore_command)
app.command("doctor", help=words("cli.help.doctor"))(upkeep.doctor)
app.add_typer(configuring.app, name="config")
app.add_typer(people.app, name="user")
app.command("import", help=words("cli.help.import"))(transferring.import_command)
app.command("export", help=words("cli.help.export"))(transferring.export)
app.command("query", help=words("cli.help.query"))(asking.query)
app.add_typer(explaining.app, name="explain")
app.command("example", help=words("cli.help.example"))(transferring.example)


@app.command("version", help=words("cli.help.version"))
def version() -> None:
    """Print the release."""
    output_console().print(__version__, highlight=False)


def main() -> None:
    """Run the command line."""
    _log_to_error_output()
    try:
        app()
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
