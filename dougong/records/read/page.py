"""Runs compiled queries: pages, streams, counts and single records, as plain tuples of Python values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dougong.access.fields import readable, readable_fields
from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.expressions.ast import TRUE, Compare, Condition, Operator, Path
from dougong.expressions.check import check_condition
from dougong.kit.errors import BadRequest, NotFound
from dougong.kit.kept import Kept
from dougong.kit.limits import COUNT_CAP, PAGE_SIZE_MAX, QUERY_FIELDS_MAX
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object
from dougong.records.read.binding import run_params
from dougong.records.read.compile import (
    PARENTS,
    OutputColumn,
    Statement,
    columns_of,
    count_statement,
    page_statement,
)
from dougong.records.read.keyset import decode, encode, key_param, typed
from dougong.records.read.paths import is_blank_name
from dougong.records.read.query import AggregateCondition, Column, Query
from dougong.records.read.schema import ReaderSchema, ResultSchema
from dougong.records.work import Reading

Row = tuple[Any, ...]

RECORD_COLUMNS: Kept[tuple[Column, ...]] = Kept(2_000)
"""By registry version, rights and object."""


@dataclass(frozen=True)
class Page:
    """Rows of Python values under `columns`; `next` is the cursor of the page behind, None on the last page."""

    columns: tuple[OutputColumn, ...]
    rows: list[Row]
    next: str | None
    children: tuple["ChildPage", ...] = ()
    truncated: bool = False
    """An aggregate with more groups than `limit`: groups have no cursor, so whoever asked must ask for more or less."""


@dataclass(frozen=True)
class ChildPage:
    """The answer of a child subquery: for each parent row, in the page's order, its child rows."""

    name: str
    columns: tuple[OutputColumn, ...]
    rows: list[list[Row]]


@dataclass(frozen=True)
class Count:
    """A total; `capped` when there are more than `number`."""

    number: int
    capped: bool


def page(r: Reading, query: Query) -> Page:
    """One page of what `query` asks, as the reader may see it.

    Raises BadRequest (unknown or hidden names, bounds, a cursor of another query) and Forbidden (object closed).
    """
    _check_bounds(query)
    query = checked(r, query)
    statement, cursor, given = _prepare(r, query)
    left = query.limit if query.most is None else max(query.most - given, 0)
    size = min(query.limit, left)
    # One row more than asked tells whether there is a next page without counting.
    offset = query.offset if query.after is None else 0
    params = {**run_params(r.actor, statement, query), **cursor, "limit": size + 1, "offset": offset}
    raw = r.snapshot.fetch(statement.sql, params)
    more = len(raw) > size and (query.most is None or size < left)
    raw = raw[:size]
    width = sum(column.width for column in statement.columns)
    following = encode(query, raw[-1][width:], given + size) if more and statement.keys else None
    children = tuple(
        _children(r, child_statement, child.name, child.query, [row[-1] for row in raw])
        for child, child_statement in zip(query.children, statement.children, strict=True)
    )
    truncated = more and not statement.keys
    return Page(statement.columns, _unpacked(statement.columns, raw), following, children, truncated)


def stream(r: Reading, query: Query, size: int = 2_000) -> Iterator[list[Row]]:
    """All rows of `query` in chunks, for exports; needs the EXPORT right and ignores the page size.

    The rows come through a server-side cursor, so that memory does not grow with the result.
    """
    check_action(r.actor, r.registry.object(query.object), Action.EXPORT)
    query = checked(r, query)
    statement, cursor, _ = _prepare(r, query)
    params = {**run_params(r.actor, statement, query), **cursor, "limit": query.most, "offset": query.offset}
    for chunk in r.snapshot.stream(statement.sql, params, size):
        yield _unpacked(statement.columns, chunk)


def count(
    r: Reading, object_name: str, where: Condition, cap: int | None = COUNT_CAP, *, deleted: bool = False
) -> Count:
    """How many records of `object_name` meet `where`; counting stops behind `cap` (None counts them all).

    `deleted` counts in the recycle bin instead.
    """
    obj = r.registry.object(object_name)
    where = check_condition(where, ReaderSchema(r.registry, r.actor, obj))
    statement = count_statement(r.registry, r.actor, object_name, where, deleted=deleted)
    params = {
        **run_params(r.actor, statement, Query(object_name, (), where)),
        "cap": None if cap is None else cap + 1,
    }
    number = int(r.snapshot.fetch(statement.sql, params)[0][0])
    if cap is not None and number > cap:
        return Count(cap, capped=True)
    return Count(number, capped=False)


def get(r: Reading, object_name: str, record_id: int, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """The record by its id: `fields` (default: all readable ones and the names of what they look up) as Python values.

    Raises NotFound when it does not exist or may not be seen: nobody can tell the two apart.
    """
    obj = r.registry.object(object_name)
    columns = columns_of(fields) if fields is not None else record_columns(r, obj)
    where = Compare(Path(("id",)), Operator.EQ, (record_id,))
    found = page(r, Query(object_name, columns, where, limit=1))
    if not found.rows:
        raise NotFound("record.not_found", object=object_name)
    return dict(zip((c.name for c in found.columns), found.rows[0], strict=True))


def record_columns(r: Reading, obj: Object) -> tuple[Column, ...]:
    """All readable fields of `obj`, each lookup followed by the name behind it, unless that is hidden."""
    key = (r.registry.serial, r.actor.rights_key, obj.name)
    return RECORD_COLUMNS.get(key, lambda: columns_of(_record_paths(r, obj)))


def _record_paths(r: Reading, obj: Object) -> tuple[str, ...]:
    paths = []
    for found in readable_fields(r.actor, obj):
        paths.append(found.name)
        if found.points_to and _names_target(r, found):
            paths.append(f"{found.step}.name")
    return tuple(paths)


def _names_target(r: Reading, link: Field) -> bool:
    """Whether the name behind `link` can be asked for: blank where it may not be seen, absent where it is hidden."""
    if link.type is FieldType.POLYMORPHIC:
        return True
    target = r.registry.objects[link.points_to[0]]
    name = target.fields[target.name_field]
    return readable(r.actor, target, name) or is_blank_name(r.actor, target, name)


def checked(r: Reading, query: Query) -> Query:
    """The query with its conditions' values in their fields' types, each name one that the reader may use."""
    obj = r.registry.object(query.object)
    check_action(r.actor, obj, Action.READ)
    schema = ReaderSchema(r.registry, r.actor, obj)
    where = query.where if query.where == TRUE else check_condition(query.where, schema)
    having = query.having
    if having is not None:
        having = AggregateCondition(check_condition(having.condition, ResultSchema(query.columns, schema)))
    children = tuple(replace(child, query=checked(r, child.query)) for child in query.children)
    return replace(query, where=where, having=having, children=children)


def _prepare(r: Reading, query: Query) -> tuple[Statement, Mapping[str, Any], int]:
    """The statement, the parameters that its cursor fills, and how many rows came before it."""
    if query.after is None:
        return page_statement(r.registry, r.actor, query, None), {}, 0
    values, given = decode(query)
    statement = page_statement(r.registry, r.actor, query, tuple(v is None for v in values))
    if not statement.keys:
        raise BadRequest("query.bad_cursor")  # groups have no cursor
    keys = {
        key_param(n): typed(value, statement.keys[n].scalar, statement.keys[n].type)
        for n, value in enumerate(values)
        if value is not None
    }
    return statement, keys, given


def _check_bounds(query: Query) -> None:
    if not 1 <= query.limit <= PAGE_SIZE_MAX:
        raise BadRequest("query.page_size", field="limit", maximum=PAGE_SIZE_MAX)
    if query.offset < 0 or query.offset > COUNT_CAP:
        raise BadRequest("query.offset", field="offset", maximum=COUNT_CAP)
    if len(query.columns) > QUERY_FIELDS_MAX:
        raise BadRequest("query.too_many_fields", field="fields", maximum=QUERY_FIELDS_MAX)


def _children(r: Reading, statement: Statement, name: str, query: Query, parents: list[int]) -> ChildPage:
    params = {**run_params(r.actor, statement, query), PARENTS: parents, "limit": query.limit}
    by_parent: dict[int, list[Row]] = {parent: [] for parent in parents}
    for raw in r.snapshot.fetch(statement.sql, params):
        by_parent[raw[-1]].append(raw)
    rows = [_unpacked(statement.columns, by_parent[parent]) for parent in parents]
    return ChildPage(name, statement.columns, rows)


def _unpacked(columns: Sequence[OutputColumn], raw: list[Row]) -> list[Row]:
    """The rows without their hidden sort keys, composites put together. Most queries have none: then only sliced."""
    width = sum(column.width for column in columns)
    if all(column.width == 1 for column in columns):
        return [row[:width] for row in raw] if raw and len(raw[0]) != width else raw
    return [_unpacked_row(columns, row) for row in raw]


def _unpacked_row(columns: Sequence[OutputColumn], row: Row) -> Row:
    values, at = [], 0
    for column in columns:
        if column.width == 1 or column.field is None:
            values.append(row[at])
        else:
            values.append(KINDS[column.field.type].unpack(column.field, row[at : at + column.width]))
        at += column.width
    return tuple(values)
