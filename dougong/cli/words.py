"""The language of the terminal, and how sentences get there."""

import os
import sys

from rich.console import Console

from dougong.kit.errors import DougongError, Refused
from dougong.kit.text import Language, sentence

PROBLEMS_SHOWN = 20
WIDE = 1000
"""Columns of an output that is no terminal: a table in a file or a pipe is not folded."""


def language() -> Language:
    """Chinese where the terminal's locale or DOUGONG_LANGUAGE says so, else English."""
    for name in ("DOUGONG_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def words(code: str, **params: object) -> str:
    """The sentence of `code` in the terminal's language."""
    return sentence(code, language(), params)


def say(code: str, **params: object) -> None:
    """Tell the person something about what is going on (the error output, so that results can be piped)."""
    error_console().print(words(code, **params), markup=False, highlight=False, soft_wrap=True)


def output_console() -> Console:
    """Where results go."""
    return Console(file=sys.stdout, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)


def error_console() -> Console:
    """Where sentences to the person go."""
    return Console(file=sys.stderr, soft_wrap=True)


def say_error(error: DougongError) -> None:
    """The sentence of an expected failure; of a refused batch also the first problems, each with its row."""
    params = {**error.params, "field": error.field}
    say("cli.error", sentence=words(error.code, **params))
    if isinstance(error, Refused):
        for problem in error.problems[:PROBLEMS_SHOWN]:
            told = words(problem.code, **{**problem.params, "field": problem.field})
            say("cli.problem", row=problem.row + 1, sentence=told)
