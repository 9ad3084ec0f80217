"""Every refusal as problem+json (RFC 9457) in the reader's language; every bug as an id in the log and nothing more.

The body: type, title, status, code (stable, for programs), detail (a sentence), field (API name or null), problems (one
for each fault of a batch), params (what the sentence interpolates), and `current` where somebody else was first.
"""

import http
import re
import secrets
import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from dougong.access.fields import readable
from dougong.access.principal import Principal
from dougong.http.pydantic_codes import CODES
from dougong.http.wire import dumps
from dougong.kit.errors import BadRequest, DougongError, NotFound, Problem, Refused
from dougong.kit.text import Language, messages, sentence
from dougong.metadata.model import Label, Object
from dougong.metadata.registry import Registry

_DEFINED = re.compile(r"objects/(?P<object>\w+)(?:\.fields\.(?P<field>\w+))?\.?(?P<rest>.*)")
_QUOTED = re.compile(r"'([^']*)'")

log = structlog.get_logger(__name__)

PROBLEM_TYPE = "application/problem+json"
PROBLEMS_MAX = 200
"""Problems of one refusal that are told; the rest are counted in params."""
REFUSED_STATUS = 422
BUG_STATUS = 500
TOO_MANY_STATUS = 429
UNAUTHENTICATED_STATUS = 401


class MethodNotAllowed(DougongError):
    """The address exists, the method does not."""

    status = 405
    default_code = "request.method"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        """`allowed`: the methods that the address has."""
        self.allowed = tuple(allowed)
        super().__init__(method=method)


def language_of(scope: Scope) -> Language:
    """The language of the signed-in person, else the one of Accept-Language that we speak and is named first."""
    known: Language | None = scope.get("state", {}).get("language")
    if known is not None:
        return known
    accepted = next((v.decode("latin-1") for k, v in scope.get("headers", ()) if k == b"accept-language"), "")
    for choice in accepted.split(","):
        tag = choice.strip().lower()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


def problem_response(error: DougongError, scope: Scope) -> Response:
    """The answer to an expected refusal."""
    language = language_of(scope)
    state = scope.get("state", {})
    body = problem_body(error, language, state.get("registry"), _object_name(error, scope), state.get("actor"))
    headers = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if error.status == TOO_MANY_STATUS and "retry_after" in error.params:
        headers["Retry-After"] = str(error.params["retry_after"])
    if error.status == UNAUTHENTICATED_STATUS:
        headers["WWW-Authenticate"] = 'Bearer realm="dougong"'
    return Response(dumps(body), status_code=error.status, media_type=PROBLEM_TYPE, headers=headers)


def problem_body(
    error: DougongError,
    language: Language,
    registry: Registry | None = None,
    object_name: str | None = None,
    actor: Principal | None = None,
) -> dict[str, Any]:
    """The members of the problem document; labels of objects and fields instead of their API names in sentences.

    A field that `actor` may not read keeps the name by which it was asked for, like one that does not exist.
    """
    obj = registry.objects.get(object_name) if registry is not None and object_name is not None else None
    params = {k: v for k, v in error.params.items() if k != "current"}
    shown = _localised({"field": error.field, **params}, language, registry, obj, actor)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": sentence(f"http.{error.status}", language),
        "status": error.status,
        "code": error.code,
        "detail": sentence(error.code, language, shown),
        "field": error.field,
        "params": params,
        "problems": [],
    }
    if isinstance(error, Refused):
        body["problems"] = problems_body(error.problems[:PROBLEMS_MAX], language, registry, obj, actor)
        if len(error.problems) == 1:
            # One fault is the whole story: whoever shows only the sentence shows the right one.
            body["field"], body["detail"] = error.problems[0].field, body["problems"][0]["detail"]
    if "current" in error.params:
        body["current"] = error.params["current"]
    return body


def problems_body(
    problems: Sequence[Problem],
    language: Language,
    registry: Registry | None = None,
    obj: Object | None = None,
    actor: Principal | None = None,
) -> list[dict[str, Any]]:
    """Each problem with its sentence."""
    return [
        {
            "code": problem.code,
            "field": problem.field,
            "row": problem.row,
            "detail": sentence(
                problem.code,
                language,
                _localised({"field": problem.field, **problem.params}, language, registry, obj, actor),
            ),
            "params": dict(problem.params),
        }
        for problem in problems
    ]


def _object_name(error: DougongError, scope: Scope) -> str | None:
    """Which object the error speaks of: it says so itself, or the path does, or the handler noted it."""
    named = error.params.get("object") or scope.get("state", {}).get("object")
    named = named or scope.get("path_params", {}).get("object")
    return named if isinstance(named, str) else None


def _localised(
    params: Mapping[str, Any],
    language: Language,
    registry: Registry | None,
    obj: Object | None,
    actor: Principal | None,
) -> dict[str, Any]:
    """The parameters as a person reads them."""
    shown: dict[str, Any] = {}
    for key, value in params.items():
        if isinstance(value, Label):
            shown[key] = text_of(value, language)
        elif key == "field" and isinstance(value, str) and (label := _label(obj, value, actor)) is not None:
            shown[key] = text_of(label, language)
        elif key == "object" and isinstance(value, str) and registry is not None and value in registry.objects:
            shown[key] = text_of(registry.objects[value].label, language)
        elif key == "action" and isinstance(value, str) and f"action.{value}" in messages():
            shown[key] = sentence(f"action.{value}", language)
        elif key == "place" and isinstance(value, str):
            shown[key] = _place(value, language, registry)
        elif isinstance(value, (list, tuple, set, frozenset)):
            shown[key] = ("、" if language == "zh" else ", ").join(str(v) for v in value)
        else:
            shown[key] = value
    return shown


def _place(place: str, language: Language, registry: Registry | None) -> str:
    """A place in the definitions (objects/account.fields.level) by the labels of what stands there."""
    match = _DEFINED.fullmatch(place)
    if match is None:
        return place
    objects = registry.objects if registry is not None else {}
    owner, name, rest = match["object"], match["field"], match["rest"]
    found = objects.get(owner)
    words = [owner if found is None else text_of(found.label, language)]
    if name is not None:
        field = None if found is None else found.fields.get(name)
        words.append(name if field is None else text_of(field.label, language))
    return " · ".join([*words, *([rest] if rest else [])])


def _label(obj: Object | None, name: str, actor: Principal | None) -> Label | None:
    """The label of a field, for who may read it: to others it would say that there is such a field."""
    found = obj.fields.get(name) if obj is not None else None
    if obj is None or found is None or actor is None or not readable(actor, obj, found):
        return None
    return found.label


def text_of(label: Label, language: Language) -> str:
    """The label in the language."""
    return label.zh if language == "zh" else label.en


def validation_error(error: RequestValidationError) -> BadRequest:
    """The first fault that pydantic found, with the path of the place as `field`."""
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])
    kind = str(fault["type"])
    params: dict[str, Any] = {k: v for k, v in fault.get("ctx", {}).items() if isinstance(v, (str, int))}
    if "expected" in params:
        # "'a', 'b' or 'c'": as a list it is joined in the reader's language.
        params["expected"] = _QUOTED.findall(str(params["expected"])) or params["expected"]
    field = None if kind == "json_invalid" else place
    return BadRequest(CODES.get(kind, "request.value"), field=field, **params)


def install(app: FastAPI) -> None:
    """Give the application its answers to exceptions."""

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, DougongError):
            raise error
        return (
            bug_response(error, request.scope)
            if error.status >= BUG_STATUS and error.code == "internal"
            else (problem_response(error, request.scope))
        )

    async def invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return problem_response(validation_error(error), request.scope)

    async def framework(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return problem_response(_meant(error, request), request.scope)

    async def bug(request: Request, error: Exception) -> Response:
        return bug_response(error, request.scope)

    app.add_exception_handler(DougongError, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(Exception, bug)


def _meant(error: HTTPException, request: Request) -> DougongError:
    """What the framework's own refusal means; FastAPI wraps what `parse_json` raises into a 400 of its own."""
    if isinstance(error.__cause__, DougongError):
        return error.__cause__
    if error.status_code == http.HTTPStatus.NOT_FOUND:
        return NotFound("request.not_found", path=request.url.path)
    if error.status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(request.method, _methods_at(request))
    return BadRequest("request.body")


def _methods_at(request: Request) -> list[str]:
    """All methods of the address: the framework names those of the first route only."""
    matching = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in matching for method in getattr(route, "methods", None) or ()})


def bug_response(error: Exception, scope: Scope) -> Response:
    """Log `error` whole under a new id and answer with the id alone: nothing of the inside leaves."""
    reference = secrets.token_hex(6)
    # As text: a renderer that is given the exception may print the variables of each frame, passwords among them.
    told = "".join(traceback.format_exception(error))
    log.error("request_failed", id=reference, method=scope.get("method"), route=_route(scope), traceback=told)
    language = language_of(scope)
    body = {
        "type": "about:blank",
        "title": sentence(f"http.{BUG_STATUS}", language),
        "status": BUG_STATUS,
        "code": "internal",
        "detail": sentence("internal", language, {"id": reference}),
        "field": None,
        "params": {"id": reference},
        "problems": [],
    }
    return Response(dumps(body), status_code=BUG_STATUS, media_type=PROBLEM_TYPE)


def _route(scope: Scope) -> str:
    """The route's template, never the path: ids and search texts do not belong into logs."""
    return str(getattr(scope.get("route"), "path", "unknown"))
