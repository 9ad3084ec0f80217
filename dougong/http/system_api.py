"""What operators and programs ask of the server itself: health, metrics, the OpenAPI document and its page."""

import ipaddress
import secrets
from importlib import resources

from fastapi import APIRouter, Request, Response

from dougong import __version__
from dougong.access.sessions import versions
from dougong.http.body import ExactRoute
from dougong.http.documented import HealthAnswer, answers
from dougong.http.metrics import CONTENT_TYPE, Metrics
from dougong.http.principal import Anybody, Visitor
from dougong.http.wire import JSON_TYPE, dumps, json_response
from dougong.kit.errors import Forbidden, NotFound

router = APIRouter(tags=["system"], route_class=ExactRoute)

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DOCS_TYPES = {"docs.html": "text/html", "docs.js": "text/javascript", "docs.css": "text/css"}
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/health", responses=answers(body=HealthAnswer))
def show_health(visitor: Anybody) -> Response:
    """Whether the database answers, and which versions run."""
    with visitor.edge.settings.database.snapshot() as snapshot:
        metadata, _access = versions(snapshot)
    return json_response({"status": "ok", "version": __version__, "metadata": metadata})


@router.get("/metrics", response_class=Response, responses=answers(403))
def show_metrics(visitor: Anybody) -> Response:
    """Counters for Prometheus: from this machine, or with the metrics token."""
    check_may_measure(visitor)
    metrics = visitor.request.app.state.metrics
    if not isinstance(metrics, Metrics):
        raise TypeError("the application was not made by create_app")
    return Response(metrics.text(), media_type=CONTENT_TYPE)


@router.get("/api/openapi.json", include_in_schema=False)
def show_openapi(visitor: Anybody) -> Response:
    """The OpenAPI document."""
    return Response(dumps(visitor.request.app.openapi()), media_type=JSON_TYPE)


@router.get("/api/docs", include_in_schema=False)
def show_docs(visitor: Anybody) -> Response:
    """A page that lists the operations; its script and style come from here, so it works without the internet."""
    return _docs_file("docs.html")


@router.get("/api/docs/{name}", include_in_schema=False)
def show_docs_file(visitor: Anybody, name: str) -> Response:
    """The page's script and style."""
    return _docs_file(name)


def _docs_file(name: str) -> Response:
    if name not in DOCS_TYPES:
        raise NotFound("request.not_found", path=f"/api/docs/{name}")
    content = resources.files("dougong.http").joinpath("docs", name).read_bytes()
    headers = {"Content-Security-Policy": DOCS_POLICY, "Cache-Control": "no-cache"}
    return Response(content, media_type=DOCS_TYPES[name], headers=headers)


def check_may_measure(visitor: Visitor) -> None:
    """Raise Forbidden for anybody but this machine and who has the metrics token.

    A request that a proxy passed on comes from this machine too: then only the token counts.
    """
    token = visitor.edge.settings.metrics_token
    given = visitor.request.headers.get("authorization", "")
    if token is not None and secrets.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        return
    if _is_local(visitor.ip) and not _is_forwarded(visitor.request):
        return
    raise Forbidden("request.metrics")


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_forwarded(request: Request) -> bool:
    return any(name in request.headers for name in FORWARDED)
