"""What a field type is to the rest of the product: one `Kind` of facets, and the words its modules share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from dougong.expressions.ast import Operator
from dougong.kit.errors import BadRequest
from dougong.kit.text import Language
from dougong.metadata.model import Field, FieldType

ScalarKind = Literal["text", "number", "date", "datetime", "time", "boolean", "id", "texts"]
Columns = tuple[tuple[str, sa.types.TypeEngine[Any]], ...]


class ValueProblem(BadRequest):
    """A value that its field cannot hold. `code` keys the sentence, `params` what it interpolates (texts only)."""

    default_code = "value.bad"


@dataclass(frozen=True)
class TextFormat:
    """How the cells of one file are written: what `Kind.parse_text` needs beside the field.

    Date formats are tried in order and are those of `strptime`; times of day without a zone are in `zone`.
    """

    date_formats: tuple[str, ...] = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
    time_formats: tuple[str, ...] = ("%H:%M:%S", "%H:%M", "%H时%M分%S秒", "%H时%M分", "%I:%M %p", "%I:%M:%S %p")
    decimal_mark: str = "."
    thousands: str = ","
    true_words: frozenset[str] = frozenset({"true", "yes", "y", "1", "是", "真", "启用", "√", "on"})
    false_words: frozenset[str] = frozenset({"false", "no", "n", "0", "否", "假", "停用", "×", "off"})
    region: str = "CN"
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Kind:
    """The facets of one field type. Python values: None is blank; every other facet may rely on `parse`'s result.

    Facets take the field where its settings matter. `wire` gives JSON values, so that `parse(wire(x)) == x`.
    """

    columns: Callable[[Field], Columns]
    """The physical columns, in order."""
    parse: Callable[[Field, object], Any]
    """A JSON value (or a Python value of the type) → the Python value. Raises ValueProblem. Blank gives None."""
    parse_text: Callable[[Field, str, TextFormat], Any]
    """A cell of a file → the Python value. Raises ValueProblem. Blank gives None."""
    pack: Callable[[Field, Any], tuple[Any, ...]]
    """The Python value → what its columns hold."""
    unpack: Callable[[Field, Sequence[Any]], Any]
    """What its columns hold → the Python value."""
    wire: Callable[[Any], Any]
    """The Python value → its JSON value."""
    export: Callable[[Field, Any, Language], Any]
    """The Python value → a cell: text, number, date, time or None."""
    operators: frozenset[Operator]
    """The comparisons that conditions may make with the field."""
    scalar: ScalarKind
    """Its type in expressions."""
    sortable: bool = True
    """Whether lists may be ordered and grouped by it."""
    unique: bool = False
    """Whether the field may be unique."""
    becomes: frozenset[FieldType] = frozenset()
    """The types that a field of this type may be changed to without losing a value."""


NULL_TESTS = frozenset({Operator.IS_NULL, Operator.NOT_NULL})
EQUALITY = NULL_TESTS | {Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN}
ORDERING = EQUALITY | {Operator.LT, Operator.LE, Operator.GT, Operator.GE}
MATCHING = frozenset({Operator.LIKE, Operator.CONTAINS, Operator.STARTS_WITH})
TEXTUAL = ORDERING | MATCHING


def one_column(kind: Callable[[], sa.types.TypeEngine[Any]]) -> Callable[[Field], Columns]:
    """The `columns` facet of a type that is one column with the field's name."""

    def columns(field: Field) -> Columns:
        return ((field.name, kind()),)

    return columns


def pack_one(_field: Field, value: object) -> tuple[object, ...]:
    """The `pack` facet of a one-column type whose column holds the Python value."""
    return (value,)


def unpack_one(_field: Field, values: Sequence[Any]) -> Any:  # noqa: ANN401 - the value of any one-column type
    """The `unpack` facet of a one-column type whose column holds the Python value."""
    return values[0]


def as_is(value: object) -> object:
    """The `wire` facet of a type whose Python value is its JSON value."""
    return value


def export_as_is(_field: Field, value: object, _language: Language) -> object:
    """The `export` facet of a type whose Python value is a cell."""
    return value


def is_blank(value: object) -> bool:
    """Whether an input means "no value": None, an empty or white text."""
    return value is None or (isinstance(value, str) and not value.strip())


def shown(value: object) -> str:
    """A refused input as the sentence quotes it: short, without control characters."""
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return text if len(text) <= 60 else text[:57] + "…"
