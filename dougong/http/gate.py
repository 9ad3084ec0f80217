"""What every request passes before any route: bounds, the origin check, security headers, metrics, the last net.

A plain ASGI middleware, because it is in the way of every request: no task, no copy of the body.
"""

import time
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dougong.http.body import MEGABYTE, bounded, bytes_max
from dougong.http.errors import bug_response, problem_response
from dougong.http.forms_api import is_form
from dougong.http.metrics import Metrics
from dougong.http.principal import check_origin
from dougong.kit.errors import BadRequest, DougongError, TooLarge

SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(self), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
API_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
"""Answers of the API are data: a browser that is led to one must not run anything in it."""
SECURE_ONLY = (b"strict-transport-security", b"max-age=31536000")


@dataclass(frozen=True)
class Gate:
    """The outermost middleware."""

    app: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_secured(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = secured(list(message["headers"]), scope)
            await send(message)

        scope.setdefault("state", {})
        try:
            maximum = check_request(scope)
            await self.app(scope, bounded(receive, maximum), send_secured)
        except DougongError as error:
            await problem_response(error, scope)(scope, receive, send_secured)
        except Exception as error:
            response = bug_response(error, scope)
            if status:
                raise
            await response(scope, receive, send_secured)
        finally:
            self.metrics.observe(scope, status, time.perf_counter() - started)


def check_request(scope: Scope) -> int:
    """How many bytes the body may have. Raises TooLarge, BadRequest and Forbidden for what no route should see."""
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        raise BadRequest("request.control_character")
    headers: dict[bytes, bytes] = dict(scope["headers"])
    maximum = bytes_max(scope["method"], scope["path"])
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > maximum:
        raise TooLarge(maximum=maximum // MEGABYTE)
    origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site")
    if (origin is not None or site is not None) and not is_form(scope["path"]):
        check_origin(
            scope["method"],
            origin.decode("latin-1") if origin is not None else None,
            site.decode("latin-1") if site is not None else None,
            headers.get(b"host", b"").decode("latin-1"),
        )
    return maximum


def secured(headers: list[tuple[bytes, bytes]], scope: Scope) -> list[tuple[bytes, bytes]]:
    """The answer's headers with those that keep browsers from doing more with it than was meant."""
    names = {name for name, _ in headers}
    if any(name == b"content-security-policy" and b"frame-ancestors 'none'" not in value for name, value in headers):
        # Who may frame it the policy says; the older header knows nobody or everybody.
        names.add(b"x-frame-options")
    headers.extend(header for header in SECURITY_HEADERS if header[0] not in names)
    if b"content-security-policy" not in names:
        headers.append((b"content-security-policy", API_POLICY))
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"no-store"))
    if scope.get("scheme") == "https":
        headers.append(SECURE_ONLY)
    return headers
