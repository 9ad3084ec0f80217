"""The syntax tree of SOQL: what was written, with its place in the text, before any name has a meaning."""

from dataclasses import dataclass
from typing import NoReturn

from dougong.expressions.ast import Operator
from dougong.kit.errors import BadRequest


@dataclass(frozen=True)
class Place:
    """Line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Name:
    """A name or dotted path as it was written."""

    steps: tuple[str, ...]
    place: Place

    @property
    def text(self) -> str:
        """The path as it was written."""
        return ".".join(self.steps)


@dataclass(frozen=True)
class FunctionCall:
    """`SUM(amount)`; `argument` None is `COUNT()`."""

    name: str
    argument: "Name | FunctionCall | None"
    place: Place
    depth: int = 1


Expression = Name | FunctionCall


@dataclass(frozen=True)
class Literal:
    """A value: `kind` is text, number, date, moment, time, variable, word, true, false or null."""

    kind: str
    text: str
    place: Place
    count: str | None = None


@dataclass(frozen=True)
class Comparison:
    """`expression operator values`; in a semi-join `selection` stands for the values."""

    expression: Expression
    operator: Operator
    values: tuple[Literal, ...]
    place: Place
    depth: int = 1
    selection: "Select | None" = None


@dataclass(frozen=True)
class Group:
    """`word` is and, or, not."""

    word: str
    items: tuple["Comparison | Group", ...]
    depth: int


Test = Comparison | Group


@dataclass(frozen=True)
class SortKey:
    """One key of ORDER BY."""

    expression: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class Item:
    """One column of SELECT."""

    expression: Expression
    alias: Name | None


@dataclass(frozen=True)
class Select:
    """A whole query, or a child subquery."""

    items: tuple[Item, ...]
    children: tuple["Select", ...]
    source: Name
    alias: Name | None
    where: Test | None
    group: tuple[Expression, ...]
    having: Test | None
    order: tuple[SortKey, ...]
    limit: Literal | None
    offset: Literal | None


def refuse(code: str, place: Place, **params: str | int) -> NoReturn:
    """Raise BadRequest(code) with the place in the query."""
    raise BadRequest(code, field=None, **{**params, "line": place.line, "column": place.column})
