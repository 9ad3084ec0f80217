"""The composition root: settings in, application out. It wires the parts together and does nothing else."""

import threading
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from dougong import __version__
from dougong.http import (
    access_api,
    activities_api,
    bundles_api,
    configuration_api,
    conversion_api,
    definitions_api,
    dimensions_api,
    duplicates_api,
    errors,
    files_api,
    forms_api,
    formulas_api,
    habits_api,
    history_api,
    jobs_api,
    merging_api,
    metadata_api,
    notifications_api,
    openapi,
    options_api,
    organisation_api,
    people_api,
    pools_api,
    print_api,
    query_api,
    records_api,
    registries_api,
    search_api,
    security_api,
    session_api,
    sharing_api,
    summaries_api,
    system_api,
    tokens_api,
    uses_api,
)
from dougong.http.gate import Gate
from dougong.http.metrics import Metrics
from dougong.http.principal import ASKING, Edge, check_routes, principal_of
from dougong.http.settings import Settings
from dougong.http.straight import straightened
from dougong.http.web_pages import WebPages, read_build

# The router looks from top to bottom: what is called most stands first.
ROUTERS = (
    query_api.router,
    records_api.router,
    access_api.router,
    activities_api.router,
    dimensions_api.router,
    history_api.router,
    metadata_api.router,
    options_api.router,
    habits_api.router,
    notifications_api.router,
    definitions_api.router,
    session_api.router,
    security_api.router,
    people_api.router,
    organisation_api.router,
    uses_api.router,
    formulas_api.router,
    configuration_api.router,
    sharing_api.router,
    summaries_api.router,
    tokens_api.router,
    files_api.router,
    jobs_api.router,
    print_api.router,
    pools_api.router,
    duplicates_api.router,
    merging_api.router,
    conversion_api.router,
    bundles_api.router,
    forms_api.router,
    registries_api.router,
    search_api.router,
    system_api.router,
)


def _called(route: BaseRoute, handlers: Executor) -> BaseRoute:
    asked = principal_of(route) if isinstance(route, APIRoute) else None
    if not isinstance(route, APIRoute) or asked is None:
        return route
    return straightened(route, ASKING[asked], handlers)


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application over `settings`. Raises RuntimeError when a route declares no principal."""

    handlers = ThreadPoolExecutor(settings.threads, "dougong-handler")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = settings.threads
        yield

    app = FastAPI(
        title="Dougong",
        summary="斗拱: a CRM whose whole back office is configurable",
        version=__version__,
        lifespan=lifespan,
        # Our own: the framework's page loads its scripts from elsewhere.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    metrics = Metrics()
    app.state.edge = Edge(settings)
    app.state.metrics = metrics
    # Whoever stops the server sets it first: streams end at once instead of holding the shutdown up.
    app.state.closing = threading.Event()
    errors.install(app)
    for router in ROUTERS:
        # Not included but taken over: a router inside a router is searched twice for each request.
        app.router.routes.extend(_called(route, handlers) for route in router.routes)
    app.openapi = openapi.document(app)  # type: ignore[method-assign]  # the documented way to extend it
    app.add_middleware(WebPages, files=read_build(settings.web_directory))
    app.add_middleware(Gate, metrics=metrics)
    check_routes(app)
    return app
