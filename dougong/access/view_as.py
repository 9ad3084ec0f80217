"""View as: an administrator sees the product exactly as another person does, reads only, and is seen doing it.

The session says as whom and until when, so that it holds in every process from the next request on and ends by itself,
at sign-out, when either of the two is switched off and when the viewer no longer administers. Whatever could write
refuses a principal that is `viewed_by` somebody (`http.principal`, and again the write path). Source: issue B.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.access.audit import note
from dougong.access.principal import Principal, Viewer
from dougong.access.sessions import digest, user_table
from dougong.kit.clock import now
from dougong.kit.errors import BadRequest, Forbidden, NotFound
from dougong.storage.audit import Author, Event
from dougong.storage.schema import session
from dougong.storage.unit_of_work import Transaction

VIEW_FOR = timedelta(minutes=30)


def begin_view(transaction: Transaction, token: str, viewer: Principal, user_id: int, by: Author) -> datetime:
    """From the next request on the session `token` shows the product as `user_id` sees it; until when.

    Raises Forbidden for who does not administer or views as somebody already, BadRequest for oneself, NotFound.
    """
    if viewer.viewed_by is not None:
        raise Forbidden("view_as.read_only")
    if not viewer.administers:
        raise Forbidden("session.administrator_required")
    if viewer.user_id == user_id:
        raise BadRequest("view_as.oneself", field="user")
    active = sa.select(user_table.c.active).where(user_table.c.id == user_id, user_table.c.deleted_at.is_(None))
    found = transaction.one(active)
    if found is None:
        raise NotFound("record.not_found", object="user")
    if not found.active:
        raise BadRequest("view_as.inactive", field="user")
    until = now() + VIEW_FOR
    transaction.execute(
        sa.update(session)
        .values(viewing_id=user_id, viewing_until=until)
        .where(session.c.token_hash == digest(token), session.c.user_id == viewer.user_id)
    )
    note(
        transaction,
        Event.VIEW_BEGUN,
        by,
        about=user_id,
        code="audit.view_begun",
        minutes=int(VIEW_FOR.total_seconds()) // 60,
    )
    return until


def end_view(transaction: Transaction, token: str, by: Author, *, why: str) -> None:
    """The session is its owner's own again. Of two requests that notice at once that it is over, one tells the log."""
    mine = session.c.token_hash == digest(token)
    viewed = transaction.scalar(sa.select(session.c.viewing_id).where(mine).with_for_update())
    if viewed is None:
        return
    transaction.execute(sa.update(session).values(viewing_id=None, viewing_until=None).where(mine))
    note(transaction, Event.VIEW_ENDED, by, about=viewed, code=f"audit.view_{why}")


def seen_by(person: Principal, viewer: Principal, until: datetime) -> Principal:
    """The principal of `person` while `viewer` looks at the product with their eyes."""
    return replace(person, viewed_by=Viewer(viewer.user_id or 0, viewer.name, until))
