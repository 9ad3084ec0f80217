"""A query as plain data and back: what an export job keeps until it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dougong.expressions.ast import Path
from dougong.expressions.filter_json import parse_filter, to_json
from dougong.records.api import AggregateCondition, Call, Column, Function, Order, Query

Term = Path | Call


def query_to_json(query: Query) -> dict[str, Any]:
    """`query` as JSON. Cursor, page size and child queries are not part of an export and are left out."""
    return {
        "object": query.object,
        "columns": [{"name": column.name, **_term(column.term)} for column in query.columns],
        "where": to_json(query.where),
        "group": [_term(term) for term in query.group],
        "having": None if query.having is None else to_json(query.having.condition),
        "order": [
            {**_term(order.term), "descending": order.descending, "nulls_first": order.nulls_first}
            for order in query.order
        ],
        "most": query.most,
        "deleted": query.deleted,
    }


def query_from_json(stored: Mapping[str, Any]) -> Query:
    """The query that `query_to_json` wrote down."""
    columns: Sequence[Mapping[str, Any]] = stored["columns"]
    query = Query(
        object=stored["object"],
        columns=tuple(Column(_read_term(column), column["name"]) for column in columns),
        where=parse_filter(stored["where"]),
        group=tuple(_read_term(term) for term in stored["group"]),
        order=tuple(Order(_read_term(o), o["descending"], o["nulls_first"]) for o in stored["order"]),
        most=stored.get("most"),
        deleted=stored["deleted"],
    )
    if stored["having"] is None:
        return query
    return replace(query, having=AggregateCondition(parse_filter(stored["having"])))


def _term(term: Term) -> dict[str, Any]:
    if isinstance(term, Path):
        return {"path": str(term)}
    return {"function": term.function.value, "path": None if term.path is None else str(term.path)}


def _read_term(stored: Mapping[str, Any]) -> Term:
    path = None if stored["path"] is None else Path(tuple(stored["path"].split(".")))
    if "function" in stored:
        return Call(Function(stored["function"]), path)
    assert path is not None  # only functions go without a path
    return path
