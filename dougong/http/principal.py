"""Who asks: from the session cookie or the bearer token of a request to a `Reading` or a `Writing`.

Each route takes a `Caller` (somebody must be signed in) or a `Visitor` (anybody may ask) as a parameter;
`check_routes` refuses at startup an application with a route that does neither, so that none is open by oversight.
The caller opens the one snapshot or transaction of the request and identifies its person in it with one statement;
registry and principal come from caches of this process, keyed by the versions which that statement brought.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from dougong.access.areas import Area
from dougong.access.audit import author_of
from dougong.access.devices import origin_of
from dougong.access.limits import limited
from dougong.access.principal import Principal
from dougong.access.resolve import PrincipalCache
from dougong.access.sessions import Identity, TokenScope, identify_session, identify_token, touch
from dougong.access.view_as import end_view, seen_by
from dougong.http.settings import Settings
from dougong.kit.errors import Forbidden, Unauthenticated
from dougong.metadata.registry import Registry, RegistryCache
from dougong.records.api import Reading, Writing, writing
from dougong.storage.audit import Author, Origin
from dougong.storage.unit_of_work import Snapshot

SESSION_COOKIE = "dougong_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
VIA_BROWSER, VIA_PROGRAM = "ui", "api"


@dataclass(frozen=True)
class Edge:
    """What the requests of one application share."""

    settings: Settings
    registries: RegistryCache = field(default_factory=RegistryCache)
    principals: PrincipalCache = field(default_factory=PrincipalCache)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A request of anybody; `session_token` is the cookie that came with it, whatever it is worth."""

    edge: Edge
    request: Request
    session_token: str | None

    @property
    def ip(self) -> str:
        """The peer's network address as the server sees it."""
        return address_of(self.request)

    @property
    def user_agent(self) -> str:
        """What the browser says that it is."""
        return self.request.headers.get("user-agent", "")


@dataclass(frozen=True, slots=True)
class Caller:
    """A request that brought a session or a token; who it is shows when `reading` or `writing` is entered."""

    edge: Edge
    request: Request
    token: str
    bearer: bool
    fresh: bool = False
    """The session was opened by this very request, whose sender cannot know its CSRF value yet."""

    @property
    def ip(self) -> str:
        """The peer's network address as the server sees it."""
        return address_of(self.request)

    @property
    def via(self) -> str:
        """By which way the request came, for history and the audit log."""
        return VIA_PROGRAM if self.bearer else VIA_BROWSER

    @property
    def origin(self) -> Origin:
        """From where it came."""
        return origin_of(self.ip, self.request.headers.get("user-agent", ""))

    def author(self, actor: Principal) -> Author:
        """The caller, once it is known who that is, as the audit log names them."""
        return author_of(actor, self.via, self.origin)

    @contextmanager
    def reading(self, *, asking: bool = False) -> Iterator[Reading]:
        """Reads in autocommit, each statement by itself: what a list, a record and a lookup need.

        `asking`: the request is a question, whatever its method, so that who views as somebody else may put it.
        """
        with self.edge.settings.database.snapshot() as snapshot:
            registry, actor = self._identify(snapshot, TokenScope.READ)
            if not asking and self.request.method not in SAFE_METHODS:
                check_not_viewing(actor)
            yield Reading(snapshot, registry, actor)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The one transaction of the request, committed at the end of the block."""
        with self.edge.settings.database.transaction() as transaction:
            registry, actor = self._identify(transaction, TokenScope.WRITE)
            check_not_viewing(actor)
            yield writing(transaction, registry, actor, self.via, self.origin)

    def acting(self, scope: TokenScope = TokenScope.WRITE) -> tuple[Registry, Principal]:
        """Who acts, for work that opens its own transactions because it is longer than a request should hold one."""
        with self.edge.settings.database.snapshot() as snapshot:
            registry, actor = self._identify(snapshot, scope)
        check_not_viewing(actor)
        if self.identified().limits is not None:
            # What runs on without the token would run on without its limits.
            raise Forbidden("session.token_limited")
        return registry, actor

    def leaving(self) -> Principal:
        """Who has signed in, without the eyes of whom they view as: for ending that, and for signing out."""
        with self.edge.settings.database.snapshot() as snapshot:
            registry, _ = self._identify(snapshot, TokenScope.WRITE)
            found = self.identified()
            return self.edge.principals.current(snapshot, registry, found.user_id, found.access_version)

    def about(self, object_name: str) -> None:
        """Note which object the request is about, where the address does not say it: for the words of refusals."""
        self.request.scope["state"]["object"] = object_name

    def identified(self) -> Identity:
        """Who it was, after `reading` or `writing` has found out."""
        identity = self.request.scope["state"]["identity"]
        if not isinstance(identity, Identity):
            raise TypeError("the caller is not identified yet")
        return identity

    def check_browser(self) -> None:
        """Raise Forbidden for a bearer token: passwords and tokens are managed by people, not by what they made."""
        if self.bearer:
            raise Forbidden("session.browser_only")

    def _identify(self, snapshot: Snapshot, needed: TokenScope) -> tuple[Registry, Principal]:
        identity = (identify_token if self.bearer else identify_session)(snapshot, self.token)
        registry = self.edge.registries.current(snapshot, identity.metadata_version)
        actor = self.edge.principals.current(snapshot, registry, identity.user_id, identity.access_version)
        if identity.limits is not None:
            actor = limited(actor, registry, identity.limits)
        if identity.viewing is not None and actor.administers:
            viewed, until = identity.viewing
            person = self.edge.principals.current(snapshot, registry, viewed, identity.access_version)
            actor = seen_by(person, actor, until)
        elif identity.viewing is not None or identity.view_over:
            self._end_view(actor)
        self.request.scope["state"].update(language=actor.language, registry=registry, actor=actor, identity=identity)
        if needed not in identity.scopes:
            raise Forbidden("session.scope", scope=needed.value)
        if identity.csrf is not None and not self.fresh and self.request.method not in SAFE_METHODS:
            check_csrf(self.request, identity.csrf)
        if identity.stale:
            self._touch()
        return registry, actor

    def _end_view(self, viewer: Principal) -> None:
        with self.edge.settings.database.transaction() as transaction:
            end_view(transaction, self.token, self.author(viewer), why="over")

    def _touch(self) -> None:
        with self.edge.settings.database.transaction() as transaction:
            touch(transaction, self.token)


def address_of(request: Request) -> str:
    """The network address of who sent the request; empty where there is none."""
    return request.client.host if request.client is not None else ""


def check_csrf(request: Request, expected: str) -> None:
    """Raise Forbidden unless the request repeats its session's token, which another site cannot read."""
    given = request.headers.get(CSRF_HEADER, "")
    if not secrets.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Forbidden("session.csrf")


def check_origin(method: str, origin: str | None, fetch_site: str | None, host: str) -> None:
    """Raise Forbidden for an unsafe request that a browser sends on behalf of another site.

    Where the browser itself says that its page is of the same origin, no page can have made it say so, and the host
    may be another than the page's: a proxy on the way may have given its own.
    """
    if method in SAFE_METHODS or fetch_site == "same-origin":
        return
    if fetch_site == "cross-site":
        raise Forbidden("session.origin", origin=origin or fetch_site)
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise Forbidden("session.origin", origin=origin)


def check_not_viewing(actor: Principal, code: str = "view_as.read_only") -> None:
    """Raise Forbidden where an administrator looks with this person's eyes: nothing changes, and some is private."""
    if actor.viewed_by is not None:
        raise Forbidden(code)


def check_administrator(actor: Principal) -> None:
    """Raise Forbidden unless the actor holds the administration right."""
    if not actor.administers:
        raise Forbidden("session.administrator_required")


def caller_of(request: Request) -> Caller:
    """Who asks where somebody must be signed in. Raises Unauthenticated when the request names nobody at all."""
    edge = edge_of(request)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return Caller(edge, request, token.strip(), bearer=True)
        raise Unauthenticated("session.token_unknown")
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        raise Unauthenticated("session.required")
    return Caller(edge, request, cookie, bearer=False)


def visitor_of(request: Request) -> Visitor:
    """Who asks where strangers may."""
    return Visitor(edge_of(request), request, request.cookies.get(SESSION_COOKIE))


def check_area(actor: Principal, area: Area) -> None:
    """Raise Forbidden unless the actor administers, or has this area of the settings."""
    if not actor.administers and area not in actor.areas:
        raise Forbidden("session.administrator_required")


async def signed_in(request: Request) -> Caller:
    """The dependency of a route that needs somebody."""
    return caller_of(request)


async def anybody(request: Request) -> Visitor:
    """The dependency of a route that is open to strangers."""
    return visitor_of(request)


ASKING: Mapping[Callable[..., object], Callable[[Request], object]] = {signed_in: caller_of, anybody: visitor_of}
"""What each dependency comes to, for who calls it without FastAPI."""


SignedIn = Annotated[Caller, Depends(signed_in)]
Anybody = Annotated[Visitor, Depends(anybody)]


def edge_of(request: Request) -> Edge:
    """The application's shared parts."""
    edge = request.app.state.edge
    if not isinstance(edge, Edge):
        raise TypeError("the application was not made by create_app")
    return edge


def check_routes(app: FastAPI) -> None:
    """Raise RuntimeError when a route says neither that somebody must be signed in nor that it is open."""
    silent = [f"{sorted(route.methods or ())} {route.path}" for route in api_routes(app) if principal_of(route) is None]
    if silent:
        raise RuntimeError(f"routes that declare no principal: {', '.join(silent)}")


def api_routes(app: FastAPI) -> list[APIRoute]:
    """All routes of the application with their full paths."""
    return [c.route for c in iter_route_contexts(app.routes) if isinstance(c.route, APIRoute)]


def principal_of(route: APIRoute) -> Callable[..., object] | None:
    """`signed_in` or `anybody`, whichever the route depends on; None when neither."""
    return next((d.call for d in _all(route.dependant) if d.call in {signed_in, anybody}), None)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _all(inner)
