"""Invitations: a link that an administrator hands over, by which one person sets a password, once and for some days.

The same link serves who has forgotten theirs. It opens no session: who has set a password signs in with it, second
factor included. A new link ends the one before; so does being disabled.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.access.audit import note, person_author
from dougong.access.closing import close_sessions
from dougong.access.passwords import set_password
from dougong.access.sessions import digest
from dougong.access.sign_in import problems_of_new
from dougong.access.sign_in_policy import policy_of
from dougong.kit.clock import now
from dougong.kit.errors import NotFound, Refused
from dougong.storage.audit import Author, Event, Origin
from dougong.storage.engine import Database
from dougong.storage.schema import invitation
from dougong.storage.unit_of_work import Snapshot, Transaction

VALID_FOR = timedelta(days=7)

_people = sa.table(
    "user",
    sa.column("id"),
    sa.column("name"),
    sa.column("login"),
    sa.column("language"),
    sa.column("active"),
    sa.column("deleted_at"),
    schema="data",
)


@dataclass(frozen=True)
class Invited:
    """Whom a link is for."""

    user_id: int
    name: str
    login: str
    language: str
    expires_at: datetime


def invite(transaction: Transaction, user_id: int, by: Author) -> tuple[str, datetime]:
    """A new link for the user, shown once, and until when it holds. Raises NotFound when they are not active."""
    if transaction.one(sa.select(_people.c.id).where(_people.c.id == user_id, _at_work())) is None:
        raise NotFound("invitation.not_active")
    token = secrets.token_urlsafe(32)
    until = now() + VALID_FOR
    values = {"token_hash": digest(token), "created_by_id": by.id, "created_at": now(), "expires_at": until}
    insert = postgresql.insert(invitation).values(user_id=user_id, **values)
    transaction.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))
    note(transaction, Event.INVITED, by, about=user_id, code="audit.invited", until=until.date().isoformat())
    return token, until


def invited(snapshot: Snapshot, token: str) -> Invited:
    """Whom `token` is for. Raises NotFound when it is unknown, used or too old, or the person is not active: alike."""
    statement = (
        sa.select(invitation.c.user_id, _people.c.name, _people.c.login, _people.c.language, invitation.c.expires_at)
        .join(_people, _people.c.id == invitation.c.user_id)
        .where(invitation.c.token_hash == digest(token), invitation.c.expires_at > now(), _at_work())
    )
    row = snapshot.one(statement)
    if row is None:
        raise NotFound("invitation.unknown")
    return Invited(row.user_id, row.name, row.login, row.language or "zh", row.expires_at)


def accept(database: Database, token: str, password: str, origin: Origin) -> Invited:
    """Give the invited person the password, end the link and every session of theirs.

    Raises NotFound, and Refused when it breaks the policy or they had it before: the link serves those too who forgot.
    """
    with database.snapshot() as snapshot:
        person, policy = invited(snapshot, token), policy_of(snapshot)
    problems = problems_of_new(database, person.user_id, person.login, password, policy, field="password")
    if problems:
        raise Refused(problems)
    with database.transaction() as transaction:
        person = invited(transaction, token)
        if not transaction.execute(sa.delete(invitation).where(invitation.c.token_hash == digest(token))):
            raise NotFound("invitation.unknown")  # somebody else was first, with the same link
        set_password(transaction, person.user_id, person.login, password)
        close_sessions(transaction, person.user_id)
        by = person_author(transaction, person.user_id, "ui", origin)
        note(transaction, Event.PASSWORD_CHANGED, by, about=person.user_id, code="audit.by_invitation")
    return person


def _at_work() -> sa.ColumnElement[bool]:
    return sa.and_(_people.c.active.is_(True), _people.c.deleted_at.is_(None))
