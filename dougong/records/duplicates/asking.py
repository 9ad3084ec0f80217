"""Questions to the owner of a record that one may not see: is this customer yours, may I have it?

Who asks must have come upon the record: the duplicates of what they write are looked for again, and only one of these
can be asked about. Bounded by once a day for each record and `A_DAY` records a day for each person. Questions and
answers are in the audit log: a name is told to its owner's colleague by them, and a record may be given away. What the
owner is told, and what they may do about it, is the business of `crm.asking`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.access.principal import Action
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, NotFound, TooMany
from dougong.records.duplicates.matches import matches
from dougong.records.read.rights import see
from dougong.records.work import Reading, Writing
from dougong.storage.audit import Entry, Event, Words, append, told
from dougong.storage.schema import duplicate_question

A_DAY = 30
DAY = timedelta(days=1)
OPEN_FOR = timedelta(days=30)
"""What nobody has answered by then is not shown any more."""


@dataclass(frozen=True)
class Question:
    """A record that somebody asks about, by its whole name, and whom they ask."""

    object: str
    id: int
    name: str
    owner_id: int


@dataclass(frozen=True)
class Asker:
    """Somebody who waits for an answer, and what they said."""

    user_id: int
    name: str
    at: datetime
    note: str


def note_question(
    w: Writing, object_name: str, values: Mapping[str, Any], hit: int, exclude: int | None = None, note: str = ""
) -> Question:
    """Keep that the writer asks about the duplicate `hit` of a record with these values.

    Raises NotFound where there is no such duplicate or nobody to ask, Conflict when it was asked within a day, TooMany.
    """
    found = next((one for one in matches(w, object_name, values, exclude=exclude) if one.id == hit), None)
    if found is None or found.owner_id is None or found.owner_id == w.actor.user_id:
        raise NotFound("duplicate.nobody_to_ask")
    _count(w, hit, note)
    details = told("audit.asked", owner=found.owner_name or "", note=note)
    name = _note(w, Event.ASKED, found.object, hit, details)
    return Question(found.object, hit, name, found.owner_id)


def _note(w: Writing, event: Event, object_name: str, record_id: int, details: Words) -> str:
    """Write down in the audit log what was done about a record. Returns what the record is called."""
    obj, table = w.registry.object(object_name), w.registry.tables[object_name]
    name = str(w.transaction.scalar(sa.select(table.c[obj.name_field]).where(table.c.id == record_id)) or "")
    subject = told("audit.record", object=Words(obj.label.zh, obj.label.en), name=name)
    append(w.transaction, [Entry(event, w.author, subject, details, object_name, record_id)])
    return name


def askers(r: Reading, object_name: str, record_id: int) -> tuple[Asker, ...]:
    """Who waits for an answer about a record, the first to ask first.

    Raises NotFound where the reader may not see the record; nobody is told to those who could not give it away.
    """
    if not see(r, object_name, record_id).can[Action.SHARE]:
        return ()
    table, users = duplicate_question, r.registry.tables["user"]
    open_ = table.c.record_id == record_id, table.c.answered_at.is_(None), table.c.asked_at > now() - OPEN_FOR
    able = users.c.active.is_(True), users.c.deleted_at.is_(None)
    statement = (
        sa.select(table.c.user_id, users.c.name, table.c.asked_at, table.c.note)
        .join_from(table, users, users.c.id == table.c.user_id)
        .where(*open_, *able)
        .order_by(table.c.asked_at, table.c.user_id)
    )
    return tuple(Asker(row.user_id, row.name, row.asked_at, row.note) for row in r.snapshot.rows(statement))


def settle_question(w: Writing, object_name: str, record_id: int, user_id: int, *, share: bool) -> Asker:
    """Note that the question of `user_id` about a record is settled; `share`: by letting them read it.

    Raises NotFound where they do not wait for an answer that the writer could give.
    """
    found = next((one for one in askers(w, object_name, record_id) if one.user_id == user_id), None)
    table = duplicate_question
    mine = table.c.record_id == record_id, table.c.user_id == user_id, table.c.answered_at.is_(None)
    if found is None or not w.transaction.rows(
        sa.update(table).where(*mine).values(answered_at=now()).returning(table.c.user_id)
    ):
        raise NotFound("duplicate.nobody_asked")
    details = told("audit.answered_shared" if share else "audit.answered_not", name=found.name)
    _note(w, Event.ANSWERED, object_name, record_id, details)
    return found


def _count(w: Writing, record_id: int, note: str) -> None:
    table, since = duplicate_question, now() - DAY
    mine = table.c.user_id == w.actor.user_id
    # One at a time for each person: else many at once would each see that there are none yet.
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(w.actor.user_id, sa.BigInteger))))
    asked = w.transaction.rows(sa.select(table.c.record_id).where(mine, table.c.asked_at > since))
    if any(row.record_id == record_id for row in asked):
        raise Conflict("duplicate.asked_already")
    if len(asked) >= A_DAY:
        raise TooMany("duplicate.asked_often", maximum=A_DAY, retry_after=int(DAY.total_seconds()))
    said = {"asked_at": now(), "note": note, "answered_at": None}
    statement = insert(table).values(user_id=w.actor.user_id, record_id=record_id, **said)
    w.transaction.execute(statement.on_conflict_do_update(index_elements=["user_id", "record_id"], set_=said))
