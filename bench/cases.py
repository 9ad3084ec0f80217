"""The questions that are timed, as API requests, and for each the SQL that it comes down to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from bench.wire import Request, request
from dougong.expressions.ast import Path
from dougong.expressions.filter_json import parse_filter
from dougong.records import api
from dougong.records.read.binding import run_params
from dougong.records.read.compile import page_statement
from dougong.records.read.page import checked

Headers = dict[str, str]

LIST_FIELDS = ["name", "account.name", "stage", "amount", "close_date", "owner.name"]
OPEN = {"field": "stage", "op": "in", "value": ["prospecting", "engaging", "proposal", "negotiation"]}


def query_request(headers: Headers, body: Mapping[str, Any]) -> Request:
    """POST /api/v1/query."""
    return request("POST", "/api/v1/query", headers, orjson.dumps(body))


def list_body(order: str, *, descending: bool) -> dict[str, Any]:
    """A list page of 50 open deals, sorted by one field."""
    return {
        "object": "opportunity",
        "fields": LIST_FIELDS,
        "filter": OPEN,
        "order": [{"field": order, "descending": descending}],
        "limit": 50,
    }


KANBAN_BODY: dict[str, Any] = {
    "object": "opportunity",
    "fields": ["stage", {"function": "count", "name": "count"}, {"function": "sum", "field": "amount", "name": "sum"}],
    "group": ["stage"],
}


def floor_of(r: api.Reading, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The SQL and parameters that a query of the API comes down to for this reader."""
    columns = tuple(
        api.Column(_term(f), f if isinstance(f, str) else f["name"])
        for f in (["id", "version", *body["fields"]] if "group" not in body else body["fields"])
    )
    query = api.Query(
        object=body["object"],
        columns=columns,
        where=parse_filter(body.get("filter")),
        group=tuple(_path(g) for g in body.get("group", [])),
        order=tuple(api.Order(_path(o["field"]), o["descending"]) for o in body.get("order", [])),
        limit=body.get("limit", 50),
    )
    query = checked(r, query)
    statement = page_statement(r.registry, r.actor, query, None)
    return statement.sql, {**run_params(r.actor, statement, query), "limit": query.limit + 1, "offset": 0}


def _path(text: str) -> Path:
    return Path(tuple(text.split(".")))


def _term(item: str | dict[str, str]) -> Path | api.Call:
    if isinstance(item, str):
        return _path(item)
    return api.Call(api.Function(item["function"]), _path(item["field"]) if "field" in item else None)


@dataclass(frozen=True)
class Case:
    """One thing that people do: how its n-th request looks, and the query behind it where it is one."""

    name: str
    make: Callable[[int], Request]
    body: Mapping[str, Any] | None = None


def reading_cases(headers: Headers, ids: list[str], words: list[str], paths: Sequence[str]) -> list[Case]:
    """What is asked of the server without changing anything; `paths` are the columns that a record's page asks for."""
    by_date, by_amount = list_body("close_date", descending=True), list_body("amount", descending=True)
    date_request, amount_request = query_request(headers, by_date), query_request(headers, by_amount)
    kanban = query_request(headers, KANBAN_BODY)
    one = {"object": "opportunity", "fields": [p for p in paths if p not in {"id", "version"}], "limit": 1}
    return [
        Case("list by close date", lambda _: date_request, by_date),
        Case("list by amount", lambda _: amount_request, by_amount),
        Case(
            "read one",
            lambda n: request("GET", f"/api/v1/records/opportunity/{ids[n % len(ids)]}", headers),
            {**one, "filter": {"field": "id", "op": "=", "value": ids[0]}},
        ),
        Case("kanban sums", lambda _: kanban, KANBAN_BODY),
        Case(
            "lookup by substring",
            lambda n: request("GET", f"/api/v1/lookup/account?q={words[n % len(words)]}", headers),
        ),
    ]


def writing_cases(headers: Headers, ids: list[str]) -> list[Case]:
    """What changes something."""
    return [
        Case(
            "create",
            lambda n: request(
                "POST",
                "/api/v1/records/opportunity",
                headers,
                orjson.dumps({"values": {"name": f"压测商机 {n}", "stage": "prospecting", "amount": str(1000 + n)}}),
            ),
        ),
        Case(
            "update one field",
            lambda n: request(
                "PATCH",
                f"/api/v1/records/opportunity/{ids[n % len(ids)]}",
                headers,
                orjson.dumps({"values": {"next_step": f"第 {n} 次跟进"}}),
            ),
        ),
    ]
