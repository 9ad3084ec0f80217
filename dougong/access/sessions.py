"""Who is at the other end: the sessions of browsers and the tokens of programs.

What a browser or a program holds is 256 random bits; the database keeps only their SHA-256, so that a copied database
opens no session. Everything that a request needs to know before it may start comes in one statement.
Source: issue A (HTTP), OWASP session management.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.access.sign_in_policy import policy_of
from dougong.kit.clock import now
from dougong.kit.errors import Unauthenticated, Unavailable
from dougong.storage.schema import api_token, meta_version, session
from dougong.storage.unit_of_work import Snapshot, Transaction

TOUCH_AFTER = timedelta(minutes=5)
"""`last_seen_at` is written at most so often: reading must not cost a write."""

TOKEN_PREFIX = "dg_"  # noqa: S105 (a prefix by which secret scanners know our tokens)
USER_AGENT_MAX = 300


class TokenScope(StrEnum):
    """What an API token may be used for."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Identity:
    """Whose request this is, with the versions of metadata and access data that it runs under."""

    user_id: int
    metadata_version: int
    access_version: int
    csrf: str | None
    """The value that unsafe requests of this session must repeat; None for tokens, which no browser sends by itself."""
    scopes: frozenset[TokenScope]
    stale: bool
    """The time of last use should be written again."""
    viewing: tuple[int, datetime] | None = None
    """As whom the person sees the product, and until when (access.view_as)."""
    view_over: bool = False
    """They did until lately; the session still says so."""
    limits: Mapping[str, TokenScope] | None = None
    """The objects that a token is for, and whether it may also write them; None: all that its owner may."""


@dataclass(frozen=True)
class Opened:
    """A session just opened; `token` is shown once and not kept."""

    token: str
    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it in the list: never what opens it."""

    id: int
    user_agent: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    current: bool
    """It is the one that asks."""


user_table = sa.table(
    "user",
    sa.column("id"),
    sa.column("name"),
    sa.column("login"),
    sa.column("active"),
    sa.column("deleted_at"),
    schema="data",
)
"""The columns of the user object that sign-in needs, before there is a registry to ask."""

_DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
_ALL_SCOPES = frozenset(TokenScope)
_REQUIRED = "session.required"

_versions = sa.select(meta_version.c.metadata, meta_version.c.access)


def _identifying(function: str, *columns: str) -> str:
    """The statement that asks a function of storage/sql (0006, 0019) whose token `token_hash` is."""
    asked = getattr(sa.func, function)(sa.bindparam("token_hash", type_=sa.LargeBinary()))
    found = asked.table_valued("metadata", "access", "user_id", *columns, "expires_at", "at")
    return str(sa.select(found).compile(dialect=_DIALECT))


_by_session = _identifying("identify_session", "csrf", "last_seen_at", "idle_seconds", "viewing_id", "viewing_until")
_by_token = _identifying("identify_token", "scopes", "last_used_at", "objects")


def digest(token: str) -> bytes:
    """What is kept of a token. It has 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def identify_session(snapshot: Snapshot, token: str) -> Identity:
    """Whose session `token` opens. Raises Unauthenticated when it is unknown or over, or the person is not active."""
    rows = snapshot.fetch(_by_session, {"token_hash": digest(token)})
    if not rows:
        raise Unauthenticated(_REQUIRED)
    metadata, access, user_id, csrf, last_seen_at, idle_seconds, viewing_id, viewing_until, expires_at, at = rows[0]
    if at >= expires_at or at - last_seen_at >= timedelta(seconds=idle_seconds):
        raise Unauthenticated("session.expired")
    viewing = viewing_id is not None and viewing_until is not None and at < viewing_until
    return Identity(
        user_id=user_id,
        metadata_version=metadata,
        access_version=access,
        csrf=csrf,
        scopes=_ALL_SCOPES,
        stale=at - last_seen_at >= TOUCH_AFTER,
        viewing=(viewing_id, viewing_until) if viewing else None,
        view_over=viewing_id is not None and not viewing,
    )


def identify_token(snapshot: Snapshot, token: str) -> Identity:
    """Whose API token this is. Raises Unauthenticated when it is unknown, revoked, expired or of an inactive person."""
    rows = snapshot.fetch(_by_token, {"token_hash": digest(token)})
    if not rows:
        raise Unauthenticated("session.token_unknown")
    metadata, access, user_id, scopes, last_used_at, objects, expires_at, at = rows[0]
    if expires_at is not None and at >= expires_at:
        raise Unauthenticated("session.token_expired")
    return Identity(
        user_id=user_id,
        metadata_version=metadata,
        access_version=access,
        csrf=None,
        scopes=frozenset(TokenScope(s) for s in scopes),
        stale=last_used_at is None or at - last_used_at >= TOUCH_AFTER,
        limits=None if objects is None else {name: TokenScope(scope) for name, scope in objects.items()},
    )


def touch(transaction: Transaction, token: str) -> None:
    """Write down that the session or API token `token` is in use."""
    moment, key = now(), digest(token)
    if token.startswith(TOKEN_PREFIX):
        transaction.execute(sa.update(api_token).values(last_used_at=moment).where(api_token.c.token_hash == key))
    else:
        transaction.execute(sa.update(session).values(last_seen_at=moment).where(session.c.token_hash == key))


def open_session(transaction: Transaction, user_id: int, *, ip: str, user_agent: str) -> Opened:
    """A new session of `user_id`, whoever asked for it: the caller has checked the password."""
    token, csrf, moment = secrets.token_urlsafe(32), secrets.token_urlsafe(32), now()
    policy = policy_of(transaction)
    expires_at = moment + policy.session_length
    transaction.execute(
        sa.insert(session).values(
            token_hash=digest(token),
            user_id=user_id,
            csrf=csrf,
            created_at=moment,
            expires_at=expires_at,
            last_seen_at=moment,
            ip=ip,
            user_agent=user_agent[:USER_AGENT_MAX],
            idle_seconds=int(policy.idle.total_seconds()),
        )
    )
    return Opened(token=token, csrf=csrf, expires_at=expires_at)


def has_sessions(snapshot: Snapshot, user_id: int) -> bool:
    """Whether the user is signed in anywhere."""
    moment = now()
    living = session.c.expires_at > moment
    return bool(snapshot.scalar(sa.select(sa.exists().where(session.c.user_id == user_id, living, ~unused(moment)))))


def list_sessions(snapshot: Snapshot, user_id: int, current: str) -> list[OpenSession]:
    """The sessions of the user that are not over, the one of the token `current` first, then the latest used."""
    moment, mine = now(), session.c.token_hash == digest(current)
    rows = snapshot.rows(
        sa.select(session, mine.label("current"))
        .where(
            session.c.user_id == user_id,
            session.c.expires_at > moment,
            ~unused(moment),
        )
        .order_by(mine.desc(), session.c.last_seen_at.desc(), session.c.id)
    )
    return [
        OpenSession(r.id, r.user_agent or "", r.ip or "", r.created_at, r.last_seen_at, current=r.current) for r in rows
    ]


def unused(moment: datetime) -> sa.ColumnElement[bool]:
    """The session was not used for as long as it may go unused."""
    return session.c.last_seen_at + sa.func.make_interval(0, 0, 0, 0, 0, 0, session.c.idle_seconds) <= moment


def versions(snapshot: Snapshot) -> tuple[int, int]:
    """The versions of metadata and access data now. Raises Unavailable before the first migration."""
    row = snapshot.one(_versions)
    if row is None:
        raise Unavailable("service.unavailable")
    return row.metadata, row.access
