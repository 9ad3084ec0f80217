"""The records that a person has lately worked on: written by their own hand, still there, still theirs to see."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Query
from dougong.records.work import Reading
from dougong.storage.schema import change, history

RECENT_LIMIT = 20
CHANGES_LOOKED_AT = 200
BY_HAND_MAX = 20
"""A change of more records than this is a batch or an import: nobody had these records before their eyes."""

WRITTEN = ("create", "update", "restore")


@dataclass(frozen=True)
class Recent:
    """A record and when the person last wrote it."""

    object: str
    id: int
    name: str
    at: datetime


def recent(r: Reading, limit: int = RECENT_LIMIT) -> list[Recent]:
    """Up to `limit` records that the reader wrote last, newest first, without configuration."""
    if r.actor.user_id is None:
        return []
    found = _written(r, r.actor.user_id)
    by_object: defaultdict[str, list[int]] = defaultdict(list)
    for object_name, record_id in found:
        by_object[object_name].append(record_id)
    names = {key: name for object_name, ids in by_object.items() for key, name in _names(r, object_name, ids).items()}
    return [Recent(key[0], key[1], names[key], at) for key, at in found.items() if key in names][:limit]


def _written(r: Reading, user_id: int) -> dict[tuple[str, int], datetime]:
    """(object, id) → when, newest first."""
    latest = (
        sa.select(change.c.id, change.c.at)
        .where(change.c.actor_id == user_id, change.c.size <= BY_HAND_MAX)
        .order_by(change.c.at.desc())
        .limit(CHANGES_LOOKED_AT)
        .subquery()
    )
    statement = (
        sa.select(history.c.object, history.c.record_id, latest.c.at)
        .join(latest, latest.c.id == history.c.change_id)
        .where(history.c.action.in_(WRITTEN))
        .order_by(latest.c.at.desc(), history.c.id)
    )
    found: dict[tuple[str, int], datetime] = {}
    for row in r.snapshot.rows(statement):
        found.setdefault((row.object, row.record_id), row.at)
    return found


def _names(r: Reading, object_name: str, ids: list[int]) -> dict[tuple[str, int], str]:
    obj = r.registry.objects.get(object_name)
    if obj is None or obj.configuration or allowed(r.actor, obj, Action.READ) is not None:
        return {}
    where = Compare(Path(("id",)), Operator.IN, tuple(ids))
    named = readable(r.actor, obj, obj.fields[obj.name_field])
    columns = columns_of(("id", obj.name_field) if named else ("id",))
    rows = page(r, Query(object_name, columns, where, limit=CHANGES_LOOKED_AT)).rows
    return {(object_name, row[0]): str(row[1] or "") if named else "" for row in rows}
