"""A question about records as plain data: what list views, kanban, reports, exports, SOQL and the API all make.

A query is frozen and hashable: its *shape* (everything but the values in conditions) keys the cache of compiled SQL.
"""

from dataclasses import dataclass
from enum import StrEnum

from dougong.access.principal import Action
from dougong.expressions.ast import TRUE, Condition, Path
from dougong.kit.limits import PAGE_SIZE


class Function(StrEnum):
    """Aggregates, and the calendar functions by which dates are grouped."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    YEAR = "calendar_year"
    QUARTER = "calendar_quarter"
    MONTH = "calendar_month"
    DAY = "day_only"


AGGREGATES = frozenset(
    {Function.COUNT, Function.COUNT_DISTINCT, Function.SUM, Function.AVG, Function.MIN, Function.MAX}
)


@dataclass(frozen=True)
class Call:
    """A function of a field; COUNT of no path counts records."""

    function: Function
    path: Path | None = None


Term = Path | Call


@dataclass(frozen=True)
class Column:
    """One output column; `name` is its key in the result (default: the path, or the function and path)."""

    term: Term
    name: str

    def __hash__(self) -> int:  # type: ignore[explicit-override]  # typing.override is Python 3.12's
        """By the name alone, whose hash the text keeps: equal columns have equal names, and pages have dozens."""
        return hash(self.name)


@dataclass(frozen=True)
class Order:
    """One sort key. Blank values come last unless `nulls_first`."""

    term: Term
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True)
class Child:
    """A child subquery, SOQL `(SELECT … FROM opportunities)`: records whose lookup `field` is the row."""

    name: str
    field: str
    query: "Query"


@dataclass(frozen=True)
class AggregateCondition:
    """HAVING: the condition's paths name output columns of the query."""

    condition: Condition


@dataclass(frozen=True)
class Query:
    """Rows (`group` empty, no aggregate in `columns`) or an aggregate."""

    object: str
    columns: tuple[Column, ...]
    where: Condition = TRUE
    group: tuple[Term, ...] = ()
    having: AggregateCondition | None = None
    order: tuple[Order, ...] = ()
    limit: int = PAGE_SIZE
    """Rows of a page."""
    most: int | None = None
    """Rows of all pages together: SOQL's LIMIT. None: all that there are."""
    offset: int = 0
    """Rows left out before the first page."""
    after: str | None = None
    """Keyset cursor of the previous page's end, as `Page.next` gave it."""
    children: tuple[Child, ...] = ()
    deleted: bool = False
    """True reads the recycle bin instead of the living records."""
    rights: tuple[Action, ...] = ()
    """What the reader asks to know of each row besides its values: whether they may do this to it. The answers are
    boolean columns behind `columns`, named by `right_name`; groups of records have none."""


def right_name(action: Action) -> str:
    """The key under which a row says whether the reader may `action` it; no field can have this name."""
    return f"can({action.value})"
