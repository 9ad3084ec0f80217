"""How a handler is called: what FastAPI declares, done in a straight line and in one thread.

FastAPI reads the signatures, refuses what cannot be at startup, and writes the OpenAPI document from them. Its own way
of calling a handler opens four exit stacks and walks the dependencies anew for each request, which took a third of the
processor time of a list page. Our handlers are plain functions of who asks, of parameters in the address and the
headers, and of at most one JSON body: their arguments are read by a list that is made once. Routes of another shape
(forms, streams) keep FastAPI's way. Source: docs/decisions/0033-straight-routes.md.
"""

import asyncio
import copy
import inspect
import json
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, get_args, get_origin

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form, Header, Param
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from starlette.types import ASGIApp, Receive, Scope, Send

from dougong.http.body import JSON_TYPE, check_media_type, parse_json
from dougong.storage.failures import names_what_is_gone

Ask = Callable[[Request], object]
"""Who asks, from a request: what a route depends on."""

Errors = list[dict[str, Any]]


class Declared(Protocol):
    """A parameter or body as FastAPI has read it from a signature."""

    name: str
    field_info: FieldInfo

    @property
    def alias(self) -> str:
        """Its name in the request."""

    def validate(self, value: object, *, loc: tuple[int | str, ...]) -> tuple[Any, Errors]:
        """The value in its type, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument from the address or the headers."""

    declared: Declared
    alias: str
    place: str


def is_straight(route: APIRoute) -> bool:
    """Whether the route has the shape that is called in a straight line."""
    found = route.dependant
    body = None if route.body_field is None else route.body_field.field_info
    parameters = [*found.path_params, *found.query_params, *found.header_params]
    return (
        not inspect.iscoroutinefunction(route.endpoint)
        and len(found.dependencies) == 1
        and found.request_param_name is None
        and len(found.body_params) <= 1
        and not found.cookie_params
        and not isinstance(body, Form)
        and all(_is_single(parameter.field_info.annotation) for parameter in parameters)
    )


def straightened(route: APIRoute, ask: Ask, executor: Executor) -> APIRoute:
    """The same route, its handler called in a thread of `executor`; unchanged where it has another shape."""
    if not is_straight(route):
        return route
    found = copy.copy(route)
    found.app = _calling(route, ask, executor)
    return found


def _calling(route: APIRoute, ask: Ask, executor: Executor) -> ASGIApp:
    found = route.dependant
    in_path, in_query, in_headers = (
        [_parameter(one) for one in declared]
        for declared in (found.path_params, found.query_params, found.header_params)
    )
    caller = found.dependencies[0].name or ""
    declared_body: Declared | None = route.body_field
    endpoint = route.endpoint

    def answer(request: Request, body: bytes) -> Response:
        sent: object = PydanticUndefined
        if declared_body is not None:
            check_media_type(request.headers, JSON_TYPE)
            sent = _json(body)
        arguments: dict[str, Any] = {caller: ask(request)}
        errors: Errors = []
        for parameters, given in (
            (in_path, request.path_params),
            (in_query, request.query_params if in_query else {}),
            (in_headers, request.headers),
        ):
            for one in parameters:
                _take(one.declared, given.get(one.alias, PydanticUndefined), (one.place, one.alias), arguments, errors)
        if declared_body is not None:
            _take(declared_body, sent, ("body",), arguments, errors)
        if errors:
            raise RequestValidationError(errors, body=sent)
        return _once_more(endpoint, arguments)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        body = b"" if declared_body is None else await request.body()
        response = await asyncio.get_running_loop().run_in_executor(executor, answer, request, body)
        await response(scope, receive, send)

    return app


def _once_more(endpoint: Callable[..., Any], arguments: Mapping[str, Any]) -> Response:
    """What the handler answers; asked a second time when a field went away between its look at the definitions and its
    statement. Its transaction has come to nothing then, and the second look sees the new definitions."""
    try:
        first: Response = endpoint(**arguments)
    except Exception as error:
        if not names_what_is_gone(error):
            raise
    else:
        return first
    second: Response = endpoint(**arguments)
    return second


def _take(declared: Declared, value: object, place: tuple[str, ...], arguments: dict[str, Any], errors: Errors) -> None:
    """Put the value of one argument into `arguments`, or what is wrong with it into `errors`."""
    wrong: Errors = []
    if value is not PydanticUndefined:
        arguments[declared.name], wrong = declared.validate(value, loc=place)
    elif declared.field_info.is_required():
        wrong = [{"type": "missing", "loc": place, "msg": "", "input": None}]
    else:
        arguments[declared.name] = declared.field_info.get_default(call_default_factory=True)
    errors += wrong


def _json(body: bytes) -> object:
    if not body:
        return PydanticUndefined
    try:
        return parse_json(body)
    except json.JSONDecodeError as error:
        told = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "", "input": {}, "ctx": {"error": error.msg}}
        raise RequestValidationError([told], body=error.doc) from error


def _parameter(declared: Declared) -> Parameter:
    info = declared.field_info
    if not isinstance(info, Param):
        raise TypeError(f"{declared.name} is no parameter of an address or of headers")
    alias = declared.alias
    if isinstance(info, Header) and info.convert_underscores and alias == declared.name:
        alias = alias.replace("_", "-")
    return Parameter(declared, alias, info.in_.value)


def _is_single(annotation: object) -> bool:
    """Whether it is read from one text: lists of values are FastAPI's to gather."""
    many = isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Collection)  # type: ignore[arg-type]
    return not many and all(_is_single(part) for part in get_args(annotation))
