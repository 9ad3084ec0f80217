"""The command line: starts things and decides nothing.

words.py (in whose language it speaks) · opening.py (which database is meant) · one file for each group of commands.
`main` is the entry point `dougong`. An expected failure is one sentence on the error output and exit code 1; a mistake
in the arguments is exit code 2.
"""

from dougong.cli.commands import main

__all__ = ["main"]
