"""Ending sessions, whoever does it: a view with somebody else's eyes that ends with one is told in the audit log."""

import sqlalchemy as sa

from dougong.access.audit import note, person_author
from dougong.access.sessions import digest, unused
from dougong.kit.clock import now
from dougong.kit.errors import NotFound
from dougong.storage.audit import Event
from dougong.storage.schema import session
from dougong.storage.unit_of_work import Transaction


def close_session(transaction: Transaction, token: str) -> None:
    """End one session; an unknown one is already ended."""
    _close(transaction, session.c.token_hash == digest(token))


def close_sessions(transaction: Transaction, user_id: int, *, but: str | None = None) -> None:
    """End every session of the user, except the one whose token is `but`."""
    theirs = session.c.user_id == user_id
    _close(transaction, theirs if but is None else theirs & (session.c.token_hash != digest(but)))


def close_own_session(transaction: Transaction, user_id: int, session_id: int) -> None:
    """End one of the user's sessions by its id. Raises NotFound when it is not theirs or already over."""
    if not _close(transaction, (session.c.id == session_id) & (session.c.user_id == user_id)):
        raise NotFound("session.session_not_found")


def purge_sessions(transaction: Transaction) -> None:
    """Drop the sessions that are over. Cheap enough for each sign-in."""
    moment = now()
    _close(transaction, (session.c.expires_at < moment) | unused(moment))


def _close(transaction: Transaction, which: sa.ColumnElement[bool]) -> int:
    """How many there were. The end of a view is its viewer's, whoever closed the session and from where."""
    closed = transaction.rows(sa.delete(session).where(which).returning(session.c.user_id, session.c.viewing_id))
    for row in closed:
        if row.viewing_id is not None:
            by = person_author(transaction, row.user_id, VIA)
            note(transaction, Event.VIEW_ENDED, by, about=row.viewing_id, code="audit.view_session_closed")
    return len(closed)


VIA = "ui"
"""Sessions are of browsers, and so are the views in them."""
