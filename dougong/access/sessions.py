"""Who is at the other end: the sessions of browsers and the tokens of programs.

What a browser or a program holds is 256 random bits; the database keeps only their SHA-256, so that a copied database
opens no session. Everything that a request needs to know before it may start comes in one statement.
Source: issue A (HTTP), OWASP session management.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.kit.clock import now
from dougong.kit.errors import NotFound, Unauthenticated, Unavailable
from dougong.storage.schema import api_token, meta_version, session
from dougong.storage.unit_of_work import Snapshot, Transaction

SESSION_IDLE = timedelta(hours=12)
"""A session that was not used for so long is over."""
SESSION_ABSOLUTE = timedelta(days=14)
"""A session that is so old is over, used or not."""
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
    "user", sa.column("id"), sa.column("login"), sa.column("active"), sa.column("deleted_at"), schema="data"
)
"""The columns of the user object that sign-in needs, before there is a registry to ask."""

_DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
_ALL_SCOPES = frozenset(TokenScope)
_REQUIRED = "session.required"

_versions = sa.select(meta_version.c.metadata, meta_version.c.access)


def _identifying(function: str, *columns: str) -> str:
    """The statement that asks a function of storage/sql/0002_identify.sql whose token `token_hash` is."""
    asked = getattr(sa.func, function)(sa.bindparam("token_hash", type_=sa.LargeBinary()))
    found = asked.table_valued("metadata", "access", "user_id", *columns, "expires_at", "at")
    return str(sa.select(found).compile(dialect=_DIALECT))


_by_session = _identifying("identify_session", "csrf", "last_seen_at")
_by_token = _identifying("identify_token", "scopes", "last_used_at")


def digest(token: str) -> bytes:
    """What is kept of a token. It has 256 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def identify_session(snapshot: Snapshot, token: str) -> Identity:
    """Whose session `token` opens. Raises Unauthenticated when it is unknown or over, or the person is not active."""
    rows = snapshot.fetch(_by_session, {"token_hash": digest(token)})
    if not rows:
        raise Unauthenticated(_REQUIRED)
    metadata, access, user_id, csrf, last_seen_at, expires_at, at = rows[0]
    if at >= expires_at or at - last_seen_at >= SESSION_IDLE:
        raise Unauthenticated("session.expired")
    return Identity(
        user_id=user_id,
        metadata_version=metadata,
        access_version=access,
        csrf=csrf,
        scopes=_ALL_SCOPES,
        stale=at - last_seen_at >= TOUCH_AFTER,
    )


def identify_token(snapshot: Snapshot, token: str) -> Identity:
    """Whose API token this is. Raises Unauthenticated when it is unknown, revoked, expired or of an inactive person."""
    rows = snapshot.fetch(_by_token, {"token_hash": digest(token)})
    if not rows:
        raise Unauthenticated("session.token_unknown")
    metadata, access, user_id, scopes, last_used_at, expires_at, at = rows[0]
    if expires_at is not None and at >= expires_at:
        raise Unauthenticated("session.token_expired")
    return Identity(
        user_id=user_id,
        metadata_version=metadata,
        access_version=access,
        csrf=None,
        scopes=frozenset(TokenScope(s) for s in scopes),
        stale=last_used_at is None or at - last_used_at >= TOUCH_AFTER,
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
    expires_at = moment + SESSION_ABSOLUTE
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
        )
    )
    return Opened(token=token, csrf=csrf, expires_at=expires_at)


def close_session(transaction: Transaction, token: str) -> None:
    """End one session; an unknown one is already ended."""
    transaction.execute(sa.delete(session).where(session.c.token_hash == digest(token)))


def close_sessions(transaction: Transaction, user_id: int, *, but: str | None = None) -> None:
    """End every session of the user, except the one whose token is `but`."""
    statement = sa.delete(session).where(session.c.user_id == user_id)
    if but is not None:
        statement = statement.where(session.c.token_hash != digest(but))
    transaction.execute(statement)


def list_sessions(snapshot: Snapshot, user_id: int, current: str) -> list[OpenSession]:
    """The sessions of the user that are not over, the one of the token `current` first, then the latest used."""
    moment, mine = now(), session.c.token_hash == digest(current)
    rows = snapshot.rows(
        sa.select(session, mine.label("current"))
        .where(
            session.c.user_id == user_id,
            session.c.expires_at > moment,
            session.c.last_seen_at > moment - SESSION_IDLE,
        )
        .order_by(mine.desc(), session.c.last_seen_at.desc(), session.c.id)
    )
    return [
        OpenSession(r.id, r.user_agent or "", r.ip or "", r.created_at, r.last_seen_at, current=r.current) for r in rows
    ]


def close_own_session(transaction: Transaction, user_id: int, session_id: int) -> None:
    """End one of the user's sessions by its id. Raises NotFound when it is not theirs or already over."""
    if not transaction.execute(sa.delete(session).where(session.c.id == session_id, session.c.user_id == user_id)):
        raise NotFound("session.session_not_found")


def purge_sessions(transaction: Transaction) -> None:
    """Drop the sessions that are over. Cheap enough for each sign-in."""
    moment = now()
    transaction.execute(
        sa.delete(session).where((session.c.expires_at < moment) | (session.c.last_seen_at < moment - SESSION_IDLE))
    )


def versions(snapshot: Snapshot) -> tuple[int, int]:
    """The versions of metadata and access data now. Raises Unavailable before the first migration."""
    row = snapshot.one(_versions)
    if row is None:
        raise Unavailable("service.unavailable")
    return row.metadata, row.access
