"""The query of the API as JSON, and the `Query` that it means. Names are checked later, by the one compiler."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dougong.access.fields import readable
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Path
from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest
from dougong.kit.limits import PAGE_SIZE, QUERY_FIELDS_MAX
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.api import Call, Column, Function, Order, Query

NAME_MAX = 63
PATH_MAX = 255
CURSOR_MAX = 4_000
TERMS_MAX = 20

Name = Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["opportunity"])]
FieldPath = Annotated[str, Field(min_length=1, max_length=PATH_MAX, examples=["account.name"])]

CALENDAR = frozenset({Function.YEAR, Function.QUARTER, Function.MONTH, Function.DAY})
"""The functions of one value; all others gather the values of many records."""

Cursor = Annotated[str | None, Field(max_length=CURSOR_MAX, description="`next` of the page before")]

ALWAYS = ("id", "version")
"""What each plain row of a query carries, asked for or not."""


class Strict(BaseModel):
    """A body in which an unknown key is an error: a misspelt one must not be silently ignored."""

    model_config = ConfigDict(extra="forbid")


class Term(Strict):
    """A function of a field: an aggregate, or a calendar function to group dates by."""

    function: Function
    field: FieldPath | None = None


class NamedTerm(Term):
    """A function as an output column; `name` is its key in the rows (default: function and field)."""

    name: Name | None = None


class OrderBody(Strict):
    """One sort key. Blank values come last unless `nulls_first`."""

    field: FieldPath | None = None
    function: Function | None = None
    descending: bool = False
    nulls_first: bool = False


class RowAction(StrEnum):
    """What a record can be asked for: whether the caller may do it to this one."""

    UPDATE = Action.UPDATE.value
    DELETE = Action.DELETE.value
    TRANSFER = Action.TRANSFER.value


class QueryBody(Strict):
    """A question about records: a page of rows, or an aggregate when a function is asked for or `group` is given."""

    object: Name
    fields: Annotated[list[FieldPath | NamedTerm], Field(max_length=QUERY_FIELDS_MAX)] = []
    filter: Annotated[
        dict[str, Any] | None,
        Field(
            description='{"and": […]}, {"or": […]}, {"not": …} or {"field", "op", "value"}',
            examples=[{"field": "stage", "op": "=", "value": "won"}],
        ),
    ] = None
    group: Annotated[list[FieldPath | Term], Field(max_length=TERMS_MAX)] = []
    order: Annotated[list[OrderBody], Field(max_length=TERMS_MAX)] = []
    limit: int = PAGE_SIZE
    offset: int = 0
    after: Cursor = None
    count: Annotated[bool, Field(description="also count all matching records, capped")] = False
    deleted: Annotated[bool, Field(description="read the recycle bin instead of the living records")] = False
    can: Annotated[
        list[RowAction],
        Field(
            max_length=len(RowAction),
            description='also say of each record whether the caller may do this to it: `"can(update)": true`',
        ),
    ] = []


def query_of(body: QueryBody, registry: Registry, actor: Principal, always: tuple[str, ...] = ALWAYS) -> Query:
    """The query that the body means for `actor`; plain rows also carry `always`.

    Raises BadRequest for a broken filter or an order without a term.
    """
    columns = [_column(item) for item in body.fields]
    group = tuple(_term(item) for item in body.group)
    if not group and not any(map(_gathers, columns)):
        columns = _plain(columns, registry.object(body.object), actor, always)
    return Query(
        object=body.object,
        columns=tuple(columns),
        where=parse_filter(body.filter),
        group=group,
        order=tuple(_order(item) for item in body.order),
        limit=body.limit,
        offset=body.offset,
        after=body.after,
        deleted=body.deleted,
        rights=tuple(Action(item.value) for item in dict.fromkeys(body.can)),
    )


def is_plain(query: Query) -> bool:
    """Whether the query gives records, not groups of them."""
    return not query.group and not any(map(_gathers, query.columns))


def _gathers(column: Column) -> bool:
    return isinstance(column.term, Call) and column.term.function not in CALENDAR


def path_of(text: str) -> Path:
    """The path that a dotted text means."""
    return Path(tuple(text.split(".")))


def _plain(columns: list[Column], obj: Object, actor: Principal, always: tuple[str, ...]) -> list[Column]:
    """The columns of a page of records: the name where none was asked for, and what each row always carries."""
    if not columns:
        shown = obj.name_field if readable(actor, obj, obj.fields[obj.name_field]) else "id"
        columns = [Column(path_of(shown), shown)]
    names = {column.name for column in columns}
    return [*(Column(path_of(name), name) for name in always if name not in names), *columns]


def _column(item: str | NamedTerm) -> Column:
    if isinstance(item, str):
        return Column(path_of(item), item)
    default = item.function.value if item.field is None else f"{item.function.value}({item.field})"
    return Column(_call(item), item.name or default)


def _term(item: str | Term) -> Path | Call:
    return path_of(item) if isinstance(item, str) else _call(item)


def _call(item: Term) -> Call:
    return Call(item.function, path_of(item.field) if item.field is not None else None)


def _order(item: OrderBody) -> Order:
    if item.function is not None:
        term: Path | Call = Call(item.function, path_of(item.field) if item.field is not None else None)
    elif item.field is not None:
        term = path_of(item.field)
    else:
        raise BadRequest("request.field_term", field="order")
    return Order(term, item.descending, item.nulls_first)
