"""A command in a process of its own that begins with the product loaded, because it is a copy of one that has it.

Loading takes a new process some seconds, and the command mostly a fraction of one. What is loaded has not met the
environment yet: the modules of the command line, which read the language, are not among it.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

LOADED = ("dougong.http.app", "dougong.crm.demonstration", "dougong.records.transfer.example", "typer", "rich.table")
FILES = ("stdin", "stdout", "stderr")

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(list(LOADED))


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float) -> int:
    """Run `dougong` with `stdin` of the folder, leaving `stdout` and `stderr` there; its exit code."""
    process = _forking.Process(target=_command, args=(arguments, dict(environment), folder))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"{' '.join(arguments)} took longer than {seconds} s")
    return process.exitcode


def _command(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, name in enumerate(FILES):
        with (folder / name).open("rb" if number == 0 else "wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  # this process's own, to its end
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    sys.argv = ["dougong", *arguments]
    # Here, and not above: it reads the language.
    import_module("dougong.cli.commands").main()
