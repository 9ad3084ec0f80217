"""The one language of filters and conditions: an immutable tree with two back ends proved equal.

Normalised at construction: `all_of()` of nothing is TRUE, `any_of()` of nothing is FALSE; nested ands and ors are
flattened.
NULL rules (domain.md 0.1): a comparison is never NULL. `=` of two NULLs is true; every other comparison with a
NULL on either side is false, `!=` included. So `not (a = 1)` holds for a blank `a`, and `a != 1` does not.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

Scalar = str | int | Decimal | bool | date | datetime | time | None


class Operator(StrEnum):
    """Comparisons. Text operators ignore case; multi-select operators take option values."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"
    LIKE = "like"
    """SQL pattern with % and _, case-insensitive, backslash escapes."""
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    INCLUDES = "includes"
    """Multi-select: at least one of the given values."""
    EXCLUDES = "excludes"
    """Multi-select: none of the given values; false for a blank field."""
    IS_NULL = "is null"
    NOT_NULL = "is not null"


@dataclass(frozen=True)
class Path:
    """A field by its dotted path from the queried object: ("account", "owner", "name")."""

    steps: tuple[str, ...]

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing.override is Python 3.12's
        """The dotted text."""
        return ".".join(self.steps)


@dataclass(frozen=True)
class DateRange:
    """A relative date such as THIS_QUARTER or LAST_N_DAYS:30, resolved on the reader's day when it is evaluated.

    A comparison with it means the half-open range that it names: `=` inside, `<` before its start, `>` after its end.
    """

    name: str
    count: int | None = None


@dataclass(frozen=True)
class Me:
    """The reader's own user id (`$me`), so that a saved view "mine" works for everybody."""


Value = Scalar | DateRange | Me


@dataclass(frozen=True)
class Compare:
    """`path operator value`.

    `values` has one element, except for IN, NOT_IN, INCLUDES and EXCLUDES (many), the null tests (none), and `=` and
    `!=` of a multi-select field (many: the same set of options, in any order).
    """

    path: Path
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Selection:
    """The values of `field` in those records of `object` that meet `where` and that the reader may see.

    Blanks are no values: they select nothing.
    """

    object: str
    field: Path
    where: "Condition"


@dataclass(frozen=True)
class Among:
    """`path` is one of the selected values, or, when `negated`, has a value and it is none of them.

    SOQL's semi-join and anti-join. As with IN and NOT IN of a list, a blank `path` makes both false.
    """

    path: Path
    selection: Selection
    negated: bool = False


@dataclass(frozen=True)
class And:
    """True when all are; see `all_of`."""

    items: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """True when one is; see `any_of`."""

    items: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """True when the item is not true."""

    item: "Condition"


Condition = Compare | Among | And | Or | Not

TRUE: Condition = And(())
FALSE: Condition = Or(())


def all_of(*items: Condition) -> Condition:
    """The conjunction, flattened; of nothing TRUE, with a FALSE in it FALSE."""
    flat: list[Condition] = []
    for item in items:
        flat.extend(item.items if isinstance(item, And) else (item,))
    if FALSE in flat:
        return FALSE
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(*items: Condition) -> Condition:
    """The disjunction, flattened; of nothing FALSE, with a TRUE in it TRUE."""
    flat: list[Condition] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Or) else (item,))
    if TRUE in flat:
        return TRUE
    return flat[0] if len(flat) == 1 else Or(tuple(flat))
