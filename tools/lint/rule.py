"""What a rule is, what it reads and what it finds."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the repository, and its text."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file. Raises SyntaxError."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def comments(self) -> dict[int, str]:
        """The comments by line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    def calls(self) -> Iterator[ast.Call]:
        """All calls in the file."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@dataclass(frozen=True, order=True)
class Finding:
    """A line that breaks a rule, and what to do instead."""

    line: int
    message: str


@dataclass(frozen=True)
class Snippet:
    """A few lines at a path: a rule's own example."""

    path: str
    text: str

    @property
    def source(self) -> Source:
        """The snippet as a file."""
        return Source(PurePosixPath(self.path), self.text)


@dataclass(frozen=True)
class Rule:
    """A rule: where it applies, what it finds, and the examples that prove it."""

    name: str
    applies: Callable[[PurePosixPath], bool]
    find: Callable[[Source], Iterator[Finding]]
    good: tuple[Snippet, ...]
    bad: tuple[Snippet, ...]


def within(*folders: str) -> Callable[[PurePosixPath], bool]:
    """Whether a path lies in one of `folders` (or is that file)."""
    return lambda path: any(path.is_relative_to(folder) for folder in folders)


def outside(inner: str, *excepted: str) -> Callable[[PurePosixPath], bool]:
    """Whether a path lies in `inner`, but in none of `excepted`."""
    return lambda path: within(inner)(path) and not within(*excepted)(path)


def called(call: ast.Call) -> str:
    """The last part of the name that is called: `execute` of `transaction.execute(…)`; '' for anything else."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
