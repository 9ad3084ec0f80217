"""The audit log: who did what to the settings, signed in, took data out, asked about what they may not see, and so on.

Rows are appended in the transaction of what they tell, and the database refuses to change them (a trigger of migration
0006). They are read as records of the object `audit_entry`, whose table is a view of this one. Words are written down
in both languages as they were then: labels and names change, what was done does not. No secret is ever among them.
Source: issue B (audit).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import BadRequest
from dougong.kit.text import Language, sentence
from dougong.storage.schema import audit
from dougong.storage.unit_of_work import Transaction

DETAILS_MAX = 8_000
"""Characters of one entry's details; what is longer is cut."""
VALUE_MAX = 200
"""Characters of one value in it."""
TEXT_MAX = 300
KEPT_DAYS = 180
"""No entry goes before it is so old: the trigger of migration 0006 says the same."""
PRODUCT = "Dougong"
"""The name under which the product itself acts."""


class Area(StrEnum):
    """What an event is about."""

    SETTINGS = "settings"
    SIGN_IN = "sign_in"
    EXPORT = "export"
    VIEW_AS = "view_as"
    TOKEN = "token"  # noqa: S105 (an area)
    QUESTION = "question"
    UPKEEP = "upkeep"


class Event(StrEnum):
    """What happened. The first word of a value is no area: `AREA_OF` tells it."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    PURGE = "purge"
    DEFINE = "define"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    UNLOCKED = "unlocked"
    INVITED = "invited"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (an event, no password)
    PASSWORD_RESET = "password_reset"  # noqa: S105
    FACTOR_ON = "factor_on"
    FACTOR_OFF = "factor_off"
    FACTOR_RESET = "factor_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    EXPORTED = "exported"
    PRINTED = "printed"
    VIEW_BEGUN = "view_begun"
    VIEW_ENDED = "view_ended"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    ASKED = "asked"
    ANSWERED = "answered"
    RESTORED_BACKUP = "restored_backup"
    DISCARDED = "discarded"


_AREAS = {
    Area.SETTINGS: (Event.CREATE, Event.UPDATE, Event.DELETE, Event.RESTORE, Event.PURGE, Event.DEFINE),
    Area.EXPORT: (Event.EXPORTED, Event.PRINTED),
    Area.VIEW_AS: (Event.VIEW_BEGUN, Event.VIEW_ENDED),
    Area.TOKEN: (Event.TOKEN_MADE, Event.TOKEN_REVOKED),
    Area.QUESTION: (Event.ASKED, Event.ANSWERED),
    Area.UPKEEP: (Event.RESTORED_BACKUP, Event.DISCARDED),
}
AREA_OF = {event: next((area for area, its in _AREAS.items() if event in its), Area.SIGN_IN) for event in Event}
"""The area of each event; what is in no other is about signing in."""


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a request came from, as far as that is known."""

    ip: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class Author:
    """Who did it, by which way (ui, api, import, cli, system) and from where; the name is kept as it was."""

    id: int | None = None
    name: str = PRODUCT
    via: str = "system"
    origin: Origin = Origin()
    reason: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the log. `object` and `record_id` name what it is about; `change_id` the change that history has."""

    event: Event
    by: Author
    subject: Words = Words()
    details: Words = Words()
    object: str | None = None
    record_id: int | None = None
    change_id: int | None = None


COLUMNS = (
    "area", "event", "actor_id", "actor_name", "via", "ip", "device", "reason", "object_name", "record_id",
    "subject_zh", "subject_en", "details_zh", "details_en", "change_id",
)  # fmt: skip


def append(transaction: Transaction, entries: Sequence[Entry]) -> None:
    """Add `entries`; they are in the log when `transaction` commits."""
    if entries:
        transaction.copy(audit, COLUMNS, map(_stored, entries))


def _stored(entry: Entry) -> Sequence[Any]:
    by = entry.by
    return (
        AREA_OF[entry.event].value,
        entry.event.value,
        by.id,
        cut(by.name, TEXT_MAX),
        by.via,
        by.origin.ip or None,
        cut(by.origin.device, TEXT_MAX) if by.origin.device else None,
        by.reason,
        entry.object,
        entry.record_id,
        cut(entry.subject.zh, TEXT_MAX),
        cut(entry.subject.en, TEXT_MAX),
        cut(entry.details.zh, DETAILS_MAX),
        cut(entry.details.en, DETAILS_MAX),
        entry.change_id,
    )


def told(code: str, **params: object) -> Words:
    """The sentence of `code` in both languages; a parameter that is itself `Words` goes in by its language."""

    def of(language: Language) -> str:
        shown = {
            name: getattr(value, language) if isinstance(value, Words) else value for name, value in params.items()
        }
        return sentence(code, language, shown)

    return Words(of("zh"), of("en"))


def cut(text: str, most: int) -> str:
    """`text`, shortened to `most` characters with a mark where something is missing."""
    plain = text.replace("\x00", "")
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def discard(transaction: Transaction, before: datetime, by: Author) -> int:
    """Remove the entries older than `before`, and tell so in the log. Returns how many.

    Raises BadRequest for what is younger than `KEPT_DAYS`; the database itself would refuse too.
    """
    if before > now() - timedelta(days=KEPT_DAYS):
        raise BadRequest("audit.too_young", days=KEPT_DAYS)
    transaction.execute(sa.select(sa.func.set_config("dougong.audit_discard", "on", True)))
    gone = transaction.execute(sa.delete(audit).where(audit.c.at < before))
    transaction.execute(sa.select(sa.func.set_config("dougong.audit_discard", "", True)))
    details = told("audit.discarded", count=gone, before=before.date().isoformat())
    append(transaction, [Entry(Event.DISCARDED, by, details=details)])
    return gone
