"""API tokens: what a program holds instead of a session, with scopes and an expiry that its owner chose."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.access.audit import note
from dougong.access.sessions import TOKEN_PREFIX, TokenScope, digest
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, Conflict, NotFound
from dougong.storage.audit import Author, Event, Words, told
from dougong.storage.schema import api_token
from dougong.storage.unit_of_work import Snapshot, Transaction

TOKENS_MAX = 50
"""Living API tokens of one person."""
TOKEN_NAME_MAX = 100
EXPIRY_MAX = timedelta(days=100 * 365)
"""Later is never: then no expiry is given. (Of the year 10000 the database knows, Python does not.)"""


@dataclass(frozen=True)
class Token:
    """An API token as its owner sees it in the list: never the secret."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    objects: Mapping[str, str] | None = None
    """The objects that it is for, each `read` or `write`; None: all that its owner may."""


def create_token(
    transaction: Transaction,
    user_id: int,
    *,
    name: str,
    scopes: frozenset[TokenScope],
    expires_at: datetime | None,
    by: Author,
    objects: Mapping[str, TokenScope] | None = None,
    named: Words | None = None,
) -> tuple[Token, str]:
    """A new API token of the user and its secret, which is shown once. Raises BadRequest and Conflict.

    `objects` limits it to some, which are `named` in the audit log.
    """
    name = name.strip()
    if not name or len(name) > TOKEN_NAME_MAX:
        raise BadRequest("session.token_name", field="name", maximum=TOKEN_NAME_MAX)
    if not scopes:
        raise BadRequest("session.token_scopes", field="scopes")
    if objects is not None:
        if not objects:
            raise BadRequest("session.token_objects", field="objects")
        scopes = frozenset({TokenScope.READ, *objects.values()})
    moment = now()
    if expires_at is not None and expires_at <= moment:
        raise BadRequest("session.token_expiry_past", field="expires_at")
    if expires_at is not None and expires_at > moment + EXPIRY_MAX:
        raise BadRequest("session.token_expiry_far", field="expires_at", years=EXPIRY_MAX.days // 365)
    if len(list_tokens(transaction, user_id)) >= TOKENS_MAX:
        raise Conflict("session.tokens_many", maximum=TOKENS_MAX)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ordered = sorted(scopes)
    row = transaction.one(
        sa.insert(api_token)
        .values(
            token_hash=digest(secret), user_id=user_id, name=name, scopes=ordered, expires_at=expires_at,
            created_at=moment, objects=None if objects is None else dict(objects),
        )
        .returning(api_token.c.id)
    )  # fmt: skip
    if row is None:
        raise RuntimeError("an insert returned no row")
    note(
        transaction,
        Event.TOKEN_MADE,
        by,
        about=user_id,
        code="audit.token_made",
        objects=named or "",
        name=name,
        scope=told(f"audit.token_{'write' if TokenScope.WRITE in scopes else 'read'}"),
        until="" if expires_at is None else expires_at.date().isoformat(),
    )
    return Token(row.id, name, tuple(ordered), moment, expires_at, None, objects), secret


def list_tokens(snapshot: Snapshot, user_id: int) -> list[Token]:
    """The user's API tokens that are not revoked, oldest first."""
    rows = snapshot.rows(
        sa.select(api_token)
        .where(api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
        .order_by(api_token.c.id)
    )
    return [Token(r.id, r.name, tuple(r.scopes), r.created_at, r.expires_at, r.last_used_at, r.objects) for r in rows]


def revoke_token(transaction: Transaction, user_id: int, token_id: int, by: Author) -> None:
    """End one of the user's API tokens. Raises NotFound when it is not theirs or already ended."""
    ended = transaction.one(
        sa.update(api_token)
        .values(revoked_at=now())
        .where(api_token.c.id == token_id, api_token.c.user_id == user_id, api_token.c.revoked_at.is_(None))
        .returning(api_token.c.name)
    )
    if ended is None:
        raise NotFound("session.token_not_found")
    note(transaction, Event.TOKEN_REVOKED, by, about=user_id, code="audit.token_revoked", name=ended.name)
