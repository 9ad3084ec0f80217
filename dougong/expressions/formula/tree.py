"""What a formula's text says before anything is known of its names: literals, names and calls, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dougong.expressions.formula.problems import Span


@dataclass(frozen=True)
class Literal:
    """A number, a text, true, false, or (None) blank."""

    value: Decimal | str | bool | None
    span: Span


@dataclass(frozen=True)
class Name:
    """A field by its dotted path, in lower case; `$user` is a first step of its own."""

    steps: tuple[str, ...]
    span: Span


@dataclass(frozen=True)
class Call:
    """A function or an operator (`+`, `&&`) with its arguments. `head` is the place of its name or sign."""

    name: str
    arguments: tuple["Tree", ...]
    span: Span
    head: Span


Tree = Literal | Name | Call


def nodes(tree: Tree) -> Iterator[Tree]:
    """Every part of the tree."""
    waiting = [tree]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, Call):
            waiting.extend(found.arguments)


def depth(tree: Tree) -> int:
    """How many levels the tree has. Safe for trees of any depth."""
    level, count = [tree], 0
    while level:
        count += 1
        level = [child for node in level if isinstance(node, Call) for child in node.arguments]
    return count
