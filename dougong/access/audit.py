"""What this room writes into the audit log: events about a person, with who caused them."""

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.access.sessions import user_table
from dougong.storage.audit import Author, Entry, Event, Origin, Words, append, told
from dougong.storage.unit_of_work import Transaction

NOWHERE = Origin()


def author_of(actor: Principal, via: str, origin: Origin = NOWHERE) -> Author:
    """The person (or the product, for its reason) as the log names them."""
    if actor.user_id is None:
        return Author(via=via, origin=origin, reason=actor.reason)
    return Author(actor.user_id, actor.name, via, origin, actor.reason)


def person_author(transaction: Transaction, user_id: int, via: str, origin: Origin = NOWHERE) -> Author:
    """The same for somebody who is known by their id only, because they are just signing in."""
    return Author(user_id, name_of(transaction, user_id), via, origin)


def note(
    transaction: Transaction, event: Event, by: Author, *, about: int | None = None, code: str = "", **params: object
) -> None:
    """Write down that `by` did something about the user `about`; `code` is the sentence that says more, if any.

    The parameters of the sentence must not be secrets.
    """
    subject = Words()
    if about is not None:
        subject = told("audit.person", name=by.name if about == by.id else name_of(transaction, about))
    details = told(code, **params) if code else Words()
    append(transaction, [Entry(event, by, subject, details, "user" if about is not None else None, about)])


def name_of(transaction: Transaction, user_id: int) -> str:
    """What the user is called; their id where the record is gone."""
    found = transaction.scalar(sa.select(user_table.c.name).where(user_table.c.id == user_id))
    return str(found if found is not None else user_id)
