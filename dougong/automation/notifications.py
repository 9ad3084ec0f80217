"""What people are told by the product: somebody mentioned them, a lead is theirs now, a task is due.

`notify` stores a code with its parameters in the transaction of what it tells, so that nobody is told of what was taken
back. The sentence is made when somebody reads it, in their language and time zone. The kind of a notification is the
part of its code before the first dot; a kind that has a sentence `notifications.kind.KIND` can be switched off by
everybody for themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dougong.access.policy import allowed
from dougong.access.principal import Action, Principal
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import BadRequest
from dougong.kit.text import Language, day_text, messages, moment_text, sentence
from dougong.metadata.model import Label
from dougong.records.api import Query, Reading, Writing, columns_of, page
from dougong.records.habits import keep_silent, silent
from dougong.records.people import working
from dougong.storage import notifications as store

LABEL_OF_KIND = "notifications.kind."
PAGE_MAX = 100
READ_MAX = 500
"""Notifications that are marked read by one request, one by one."""


@dataclass(frozen=True)
class Notification:
    """What somebody was told, in their words. `record`: where it leads, None where they may not see that (any more)."""

    id: int
    at: datetime
    kind: str
    text: str
    record: tuple[str, int] | None
    read: bool


def notify(
    w: Writing, people: Iterable[int], code: str, params: Mapping[str, Any], record: tuple[str, int] | None = None
) -> None:
    """Tell `people` the sentence of `code`, about `record`, in the transaction of `w`.

    Whoever acts knows it already, whoever has left reads nothing, and whoever does not want the kind is not told.
    Parameters may be texts, numbers, moments and days, and labels (`Label`), which each reads in their own language.
    """
    wanted = set(people) - {w.actor.user_id}
    if not wanted:
        return
    without = silent(w, wanted)
    kind = kind_of(code)
    told = sorted(one for one in working(w, wanted) if kind not in without.get(one, ()))
    if told:
        store.append(w.transaction, told, code, {name: _stored(value) for name, value in params.items()}, record)


def kind_of(code: str) -> str:
    """The kind of the notifications of `code`."""
    return code.partition(".")[0]


def kinds() -> list[str]:
    """The kinds that people can switch off, in the order of their names."""
    return sorted(code.removeprefix(LABEL_OF_KIND) for code in messages() if code.startswith(LABEL_OF_KIND))


def kind_label(kind: str, language: Language) -> str:
    """What a kind is called."""
    return sentence(f"notifications.kind.{kind}", language)


def switched_off(r: Reading) -> frozenset[str]:
    """The kinds that the reader does not want."""
    user_id = r.actor.user_id or 0
    return silent(r, [user_id]).get(user_id, frozenset())


def switch_off(w: Writing, unwanted: Collection[str]) -> None:
    """Tell the writer nothing more of the kinds `unwanted`, of all others again. Raises BadRequest for unknown ones."""
    unknown = sorted(set(unwanted) - set(kinds()))
    if unknown:
        raise BadRequest("notifications.no_such_kind", name=unknown[0])
    keep_silent(w, unwanted)


def notifications(
    r: Reading, *, before: int | None = None, unread: bool = False, limit: int = PAGE_MAX
) -> list[Notification]:
    """What the reader was told, the latest first: older than the notification `before`, or the unread alone."""
    rows = store.told(r.snapshot, r.actor.user_id or 0, before=before, unread=unread, limit=limit)
    seen = _visible(r, [row.record for row in rows if row.record is not None])
    return [
        Notification(
            id=row.id,
            at=row.at,
            kind=kind_of(row.code),
            text=sentence(row.code, r.actor.language, {k: _shown(v, r.actor) for k, v in row.params.items()}),
            record=row.record if row.record in seen else None,
            read=row.read,
        )
        for row in rows
    ]


def unread_count(r: Reading) -> int:
    """How many the reader has not read; counting stops at `storage.notifications.COUNTED_MAX`."""
    return store.unread(r.snapshot, r.actor.user_id or 0)


def mark_read(w: Writing, ids: Sequence[int] | None) -> None:
    """Note that the writer has read these of what they were told; None: everything. Others' stay as they are."""
    store.mark_read(w.transaction, w.actor.user_id or 0, ids)


def _stored(value: object) -> object:
    match value:
        case Label():
            return {"zh": value.zh, "en": value.en}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [_stored(one) for one in value]
        case _:
            return str(value)


def _shown(value: Any, reader: Principal) -> object:  # noqa: ANN401 (as JSON keeps it)
    if not isinstance(value, Mapping):
        return value
    if "moment" in value:
        return moment_text(
            datetime.fromisoformat(value["moment"]).astimezone(ZoneInfo(reader.timezone)), reader.language
        )
    if "day" in value:
        return day_text(date.fromisoformat(value["day"]), reader.language)
    return value.get(reader.language, "")


def _visible(r: Reading, records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of `records` that the reader may see now."""
    by_object: defaultdict[str, set[int]] = defaultdict(set)
    for object_name, record_id in records:
        by_object[object_name].add(record_id)
    found: set[tuple[str, int]] = set()
    for name, ids in by_object.items():
        obj = r.registry.objects.get(name)
        if obj is None or allowed(r.actor, obj, Action.READ) is not None:
            continue
        where = Compare(Path(("id",)), Operator.IN, tuple(sorted(ids)))
        found.update((name, row[0]) for row in page(r, Query(name, columns_of(("id",)), where, limit=len(ids))).rows)
    return found
