"""The OpenAPI document: what FastAPI derives from the routes, with security schemes and without what we do not send."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dougong.http.documented import PROBLEM, SCHEMAS, ProblemDocument
from dougong.http.principal import CSRF_HEADER, SAFE_METHODS, SESSION_COOKIE, api_routes, principal_of, signed_in

SESSION, TOKEN, CSRF = "session", "token", "csrf"
SCHEMES: dict[str, dict[str, str]] = {
    SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "Set by POST /api/v1/session. Unsafe methods also need the header X-CSRF-Token.",
    },
    CSRF: {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "`csrf` of GET /api/v1/session; needed with the cookie on unsafe methods.",
    },
    TOKEN: {"type": "http", "scheme": "bearer", "description": "An API token of POST /api/v1/tokens."},
}


def document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that FastAPI asks for its document; the result is made once."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    return made


def _described(app: FastAPI) -> dict[str, Any]:
    spec = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    spec.setdefault("components", {})["securitySchemes"] = SCHEMES
    for name in ("HTTPValidationError", "ValidationError"):
        spec["components"].get("schemas", {}).pop(name, None)
    spec["components"].setdefault("schemas", {}).update(_problem_schemas())
    for route in api_routes(app):
        item = spec["paths"].get(route.path_format, {})
        for method in route.methods or ():
            operation = item.get(method.lower())
            if operation is not None:
                _complete(operation, method, needs_somebody=principal_of(route) is signed_in)
    return spec


def _complete(operation: dict[str, Any], method: str, *, needs_somebody: bool) -> None:
    """Security, and error answers of the one media type that they have."""
    if needs_somebody:
        cookie: dict[str, list[str]] = {SESSION: []} if method in SAFE_METHODS else {SESSION: [], CSRF: []}
        operation["security"] = [cookie, {TOKEN: []}]
    else:
        operation["security"] = []
    if "requestBody" in operation:
        operation["responses"].setdefault("415", {"description": "The body is of a kind that is not read here."})
    for status, answer in list(operation["responses"].items()):
        content = answer.get("content", {})
        if status == "422" and "HTTPValidationError" in str(content):
            del operation["responses"][status]
        elif status.isdigit() and int(status) >= 400:
            answer["content"] = {"application/problem+json": {"schema": {"$ref": PROBLEM}}}


def _problem_schemas() -> dict[str, Any]:
    """How an error is described, and each part of one."""
    schema = ProblemDocument.model_json_schema(ref_template=SCHEMAS + "{model}")
    parts: dict[str, Any] = schema.pop("$defs", {})
    return {**parts, ProblemDocument.__name__: schema}
