"""What happened to a record: who changed which field from what to what, as far as the reader may see it, and undo."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dougong.access.fields import readable, readable_fields
from dougong.access.policy import allowed, check_action
from dougong.access.principal import Action
from dougong.kit.errors import NotFound, Refused
from dougong.metadata.field_types import KINDS, LINKS, ValueProblem
from dougong.metadata.model import Field, Object
from dougong.records.read.masking import masked_fields
from dougong.records.read.visibility import named, visible
from dougong.records.wording import value_words
from dougong.records.work import Reading, Writing
from dougong.records.write.batch import FieldValue
from dougong.records.write.columns import is_one_of
from dougong.records.write.references import FILES, pointed
from dougong.records.write.undo import Undone, UndoProblem, undo
from dougong.storage import schema

__all__ = ["FieldChange", "HistoryEntry", "UndoProblem", "Undone", "history", "undo", "undo_entry"]

Json = Any
"""A JSON value, as history keeps it."""

HISTORY_PAGE = 50
HISTORY_PAGE_MAX = 200


@dataclass(frozen=True)
class FieldChange:
    """One field of one change: the values as JSON and as words in the reader's language.

    The words are None for a blank value, and for a record or file that the reader may not see.
    """

    field: str
    old: Json
    new: Json
    old_text: str | None
    new_text: str | None


@dataclass(frozen=True)
class HistoryEntry:
    """What one change did to the record; `id` is also the cursor for what came before it."""

    id: int
    change_id: int
    at: datetime
    actor_id: int | None
    actor_name: str | None
    """None when the product itself acted, for `reason`."""
    via: str
    action: str
    reason: str | None
    version: int
    changes: tuple[FieldChange, ...]


def history(
    r: Reading, object_name: str, record_id: int, before: int | None = None, limit: int = HISTORY_PAGE
) -> list[HistoryEntry]:
    """The newest `limit` entries of a record older than entry `before`, newest first; also of one in the recycle bin.

    Fields that the reader may not see are left out. Raises Forbidden (object closed) and NotFound (not visible).
    """
    obj = _visible_object(r, object_name, record_id)
    entries, act, users = schema.history, schema.change, r.registry.tables["user"]
    statement = (
        sa.select(entries, act.c.at, act.c.actor_id, act.c.via, act.c.reason, users.c.name.label("actor_name"))
        .join(act, act.c.id == entries.c.change_id)
        .outerjoin(users, sa.and_(users.c.id == act.c.actor_id, signed(r, users)))
        .where(entries.c.record_id == record_id, entries.c.object == obj.name)
        .order_by(entries.c.id.desc())
        .limit(max(1, min(limit, HISTORY_PAGE_MAX)))
    )
    if before is not None:
        statement = statement.where(entries.c.id < before)
    found = r.snapshot.rows(statement)
    masked = masked_fields(r, obj, record_id)
    seen = {field.name: field for field in readable_fields(r.actor, obj) if field.name not in masked}
    words = _Words(r, _linked(seen, found))
    return [
        HistoryEntry(
            id=row.id,
            change_id=row.change_id,
            at=row.at,
            actor_id=row.actor_id,
            actor_name=row.actor_name,
            via=row.via,
            action=row.action,
            reason=row.reason,
            version=row.version,
            changes=tuple(
                FieldChange(name, old, new, words.of(seen[name], old), words.of(seen[name], new))
                for name, (old, new) in row.changes.items()
                if name in seen
            ),
        )
        for row in found
    ]


def signed(r: Reading, users: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether the name of who did something is told to the reader: people of partners do not learn those of others."""
    stranger = r.actor.contacts is not None and r.actor.contacts.external
    return named(r.registry, r.actor, r.registry.objects["user"], users) if stranger else sa.true()


def undo_entry(w: Writing, object_name: str, record_id: int, entry_id: int) -> None:
    """Take back what one entry of a record's history did to it; other records of the same change stay.

    Raises NotFound (record not visible, no such entry) and Refused: changed again since, or not the writer's to change.
    """
    obj = _visible_object(w, object_name, record_id)
    entries = schema.history
    entry = sa.select(entries.c.change_id).where(
        entries.c.id == entry_id, entries.c.record_id == record_id, entries.c.object == obj.name
    )
    change_id = w.transaction.scalar(entry)
    if change_id is None:
        raise NotFound("undo.no_change", id=str(entry_id))
    undone = undo(w, change_id, record_id)
    if undone.problems:
        raise Refused([left.problem for left in undone.problems])


def _visible_object(r: Reading, object_name: str, record_id: int) -> Object:
    """The object, once it is clear that the reader may see the record, in the recycle bin too. Raises as `history`."""
    obj = r.registry.object(object_name)
    check_action(r.actor, obj, Action.READ)
    table = r.registry.tables[obj.name]
    found = sa.select(table.c.id).where(table.c.id == record_id, visible(r.registry, r.actor, obj, table))
    if r.snapshot.one(found) is None:
        raise NotFound("record.not_found", object=object_name)
    return obj


def _linked(seen: Mapping[str, Field], rows: list[sa.Row[Any]]) -> Mapping[str, set[int]]:
    """The records, by object, that the old and new values of `rows` point to."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for name, values in row.changes.items():
            if name in seen and seen[name].type in LINKS:
                for value in values:
                    found = _value(seen[name], value)
                    if found is not None:
                        target, target_id = pointed(seen[name], found)
                        ids[target].add(target_id)
    return ids


def _value(field: Field, wire: Json) -> FieldValue:
    """The Python value of a JSON value of long ago; None when the field could not hold it today."""
    try:
        return KINDS[field.type].parse(field, wire)
    except ValueProblem:
        return None


class _Words:
    """Values as words in the reader's language and zone; names of records only as far as they are visible."""

    def __init__(self, r: Reading, linked: Mapping[str, set[int]]) -> None:
        self._r = r
        self._zone = ZoneInfo(r.actor.timezone)
        self._names = dict(self._visible_names(linked))

    def _visible_names(self, linked: Mapping[str, set[int]]) -> Iterator[tuple[int, str]]:
        r = self._r
        for target, ids in linked.items():
            obj = r.registry.objects.get(target)
            if obj is None or allowed(r.actor, obj, Action.READ) is not None or not _name_readable(r, obj):
                continue
            table = r.registry.tables[target]
            statement = sa.select(table.c.id, table.c[obj.name_field].label("name")).where(
                is_one_of(table.c.id, sorted(ids)), named(r.registry, r.actor, obj, table)
            )
            for row in r.snapshot.rows(statement):
                yield row.id, row.name

    def of(self, field: Field, wire: Json) -> str | None:
        """The words for a JSON value of `field`."""
        if wire is None or field.type in FILES:
            return None
        value = _value(field, wire)
        if value is None:
            return str(wire)
        if field.type in LINKS:
            return self._names.get(pointed(field, value)[1])
        return value_words(field, value, self._r.actor.language, self._zone)


def _name_readable(r: Reading, obj: Object) -> bool:
    return readable(r.actor, obj, obj.fields[obj.name_field])
