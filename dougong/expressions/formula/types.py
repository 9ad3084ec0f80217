"""The types of formulas and the checked tree, in which every part has one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dougong.expressions.ast import Path, Scalar


class Kind(StrEnum):
    """What a value is. A select field is a text of which the values are known; a blank fits everywhere."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    BOOLEAN = "boolean"
    TEXTS = "texts"
    ID = "id"
    BLANK = "blank"


@dataclass(frozen=True)
class Type:
    """A kind and, for texts, the only values that there can be; for ids, the objects of the records (None: any)."""

    kind: Kind
    values: frozenset[str] | None = None
    is_option: bool = False
    """The values are those of a select field, so that another one is a mistake."""
    labels: tuple[tuple[str, str], ...] = ()
    """Of options: (label, value) in both languages, to tell who wrote a label what is meant."""


TEXT = Type(Kind.TEXT)
NUMBER = Type(Kind.NUMBER)
DATE = Type(Kind.DATE)
DATETIME = Type(Kind.DATETIME)
BOOLEAN = Type(Kind.BOOLEAN)
BLANK = Type(Kind.BLANK)


class Root(StrEnum):
    """From where a path leads."""

    RECORD = "record"
    USER = "user"
    """The person who reads or writes."""
    PRIOR = "prior"
    """The record as it was before it is changed."""


@dataclass(frozen=True)
class Constant:
    """A value that stands in the formula."""

    value: Scalar
    type: Type


@dataclass(frozen=True)
class Field:
    """The value of a field. `percent`: it is kept in percent points, and 10 % is 0.1 here."""

    path: Path
    type: Type
    root: Root = Root.RECORD
    percent: bool = False


@dataclass(frozen=True)
class Operation:
    """What both back ends know by `name`; `digits` are the decimal places of a rounding."""

    name: str
    arguments: tuple["Checked", ...]
    type: Type
    digits: int = 0


Checked = Constant | Field | Operation


def fields(checked: Checked) -> Iterator[Field]:
    """The fields that a formula uses, from left to right."""
    match checked:
        case Field():
            yield checked
        case Operation(_, arguments):
            for argument in arguments:
                yield from fields(argument)
        case Constant():
            return


def operations(checked: Checked) -> Iterator[Operation]:
    """All operations of a formula."""
    if isinstance(checked, Operation):
        yield checked
        for argument in checked.arguments:
            yield from operations(argument)


def weight(checked: Checked, of_field: Callable[[Field], int]) -> int:
    """How large the formula is as SQL, where some operations write an argument several times."""
    match checked:
        case Field():
            return of_field(checked)
        case Operation(name, arguments):
            times = REPEATED.get(name, 1)
            if name == "case":
                first, *others = arguments
                return 1 + weight(first, of_field) * len(others) // 2 + sum(weight(o, of_field) for o in others)
            return 1 + times * sum(weight(argument, of_field) for argument in arguments)
        case Constant():
            return 1


REPEATED: dict[str, int] = {}
"""Operations of which the SQL names each argument more than once, and how often."""
