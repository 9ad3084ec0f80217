"""Handlers called in a straight line refuse what FastAPI refuses, in the same words, and answer the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

from dougong.http import errors
from dougong.http.body import ExactRoute
from dougong.http.principal import api_routes
from dougong.http.straight import is_straight, straightened
from dougong.http.wire import json_response

router = APIRouter(route_class=ExactRoute)


async def who(request: Request) -> str:
    return request.headers.get("x-name", "nobody")


class Body(BaseModel):
    number: int
    words: list[str] = []


Who = Annotated[str, Depends(who)]
Number = Annotated[int, Path(ge=1)]


@router.post("/things/{number}")
def put_thing(
    name: Who,
    number: Number,
    body: Body,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    if_match: Annotated[str | None, Header()] = None,
    kind: Annotated[str | None, Query(alias="type", max_length=3)] = None,
) -> Response:
    told = [name, number, body.number, body.words, limit, if_match, kind]
    return json_response({"told": told}, 201)


@router.get("/needed")
def needed(name: Who, q: str) -> Response:
    return json_response({"told": [name, q]})


@router.post("/broken")
def broken(name: Who, body: Body) -> Response:
    raise ZeroDivisionError(f"{name} {body}")


@router.get("/many")
def many(name: Who, q: Annotated[list[str], Query()]) -> Response:
    return json_response({"told": [name, q]})


@pytest.fixture(scope="module")
def ways() -> Iterator[tuple[TestClient, TestClient]]:
    """The same routes called by FastAPI and in a straight line."""
    with ThreadPoolExecutor(2) as handlers:
        yield application(lambda route: route), application(lambda route: straightened(route, named, handlers))


def named(request: Request) -> str:
    return request.headers.get("x-name", "nobody")


def application(called: Callable[[APIRoute], APIRoute]) -> TestClient:
    app = FastAPI()
    errors.install(app)
    app.router.routes.extend(called(route) for route in router.routes if isinstance(route, APIRoute))
    return TestClient(app, raise_server_exceptions=False)


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("POST", "/things/7", {"json": {"number": 1}}),
        ("POST", "/things/7?limit=50&type=abc", {"json": {"number": 1, "words": ["a"]}, "headers": {"If-Match": "3"}}),
        ("POST", "/things/7", {"json": {"number": "5"}, "headers": {"X-Name": "wang"}}),
        ("POST", "/things/0", {"json": {"number": 1}}),
        ("POST", "/things/x", {"json": {"number": "x", "words": 3}}),
        ("POST", "/things/7?limit=51&type=abcd", {"json": {"number": 1}}),
        ("POST", "/things/7?limit=", {"json": {"number": 1}}),
        ("POST", "/things/7?limit=3&limit=4", {"json": {"number": 1}}),
        ("POST", "/things/7", {"json": [1]}),
        ("POST", "/things/7", {"json": None}),
        ("POST", "/things/7", {"json": {}}),
        ("POST", "/things/7", {}),
        ("POST", "/things/7", {"content": b"{", "headers": JSON}),
        ("POST", "/things/7", {"content": b"\xff", "headers": JSON}),
        ("POST", "/things/7", {"content": b'{"number": 1, "number": 2}', "headers": JSON}),
        ("POST", "/things/7", {"content": b'{"number": 1}', "headers": {"Content-Type": "text/plain"}}),
        ("GET", "/needed", {}),
        ("GET", "/needed?q=", {}),
        ("GET", "/needed?q=%E6%96%97", {}),
        ("GET", "/many?q=a&q=b", {}),
        ("GET", "/many", {}),
        ("PUT", "/things/7", {"json": {"number": 1}}),
    ],
)
def test_both_ways_answer_the_same(
    ways: tuple[TestClient, TestClient], method: str, path: str, more: dict[str, Any]
) -> None:
    plain, straight = (client.request(method, path, **more) for client in ways)
    assert (straight.status_code, straight.json()) == (plain.status_code, plain.json())


def test_what_fails_in_a_handler_is_a_failure_with_an_id(ways: tuple[TestClient, TestClient]) -> None:
    for client in ways:
        answer = client.post("/broken", json={"number": 1})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")


def test_what_names_a_column_that_went_away_is_asked_once_more(world: Any) -> None:
    asked: list[str] = []
    gone = APIRouter(route_class=ExactRoute)

    @gone.get("/gone")
    def ask(name: Who) -> Response:
        asked.append(name)
        column = "gone" if len(asked) == 1 else "id"
        with world.database.snapshot() as snapshot:
            snapshot.rows(sa.select(sa.column(column)).select_from(sa.table("account", schema="data")).limit(1))
        return json_response({"told": len(asked)})

    @gone.get("/never")
    def never(name: Who) -> Response:
        with world.database.snapshot() as snapshot:
            snapshot.rows(sa.select(sa.column("never")).select_from(sa.table("account", schema="data")))
        return json_response({})

    with ThreadPoolExecutor(1) as handlers:
        app = FastAPI()
        errors.install(app)
        app.router.routes.extend(straightened(r, named, handlers) for r in gone.routes if isinstance(r, APIRoute))
        client = TestClient(app, raise_server_exceptions=False)
        assert client.get("/gone").json() == {"told": 2}
        assert client.get("/never").status_code == 500


def test_only_forms_and_streams_of_the_product_keep_the_other_way(world: Any) -> None:
    kept = {r.path for r in api_routes(world.app) if not is_straight(r)}
    uploads = {"/api/v1/files", "/api/v1/imports", "/api/v1/configuration/archive"}
    uploads |= {"/api/v1/registries/providers/{id}/file"}
    assert uploads <= kept
    assert {path for path in kept - uploads if not path.endswith("/events")} == set()
