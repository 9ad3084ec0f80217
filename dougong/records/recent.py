"""The records that a person has lately opened, and those that they pinned: still there, still theirs to see."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.records.habits import OPENED, OPENED_KEPT, PIN, PINS_MAX
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page
from dougong.records.read.query import Query
from dougong.records.work import Reading
from dougong.storage.schema import habit

RECENT_LIMIT = 20


@dataclass(frozen=True)
class Recent:
    """A record and when the person last opened it, or pinned it."""

    object: str
    id: int
    name: str
    at: datetime


def recent(r: Reading, limit: int = RECENT_LIMIT) -> list[Recent]:
    """Up to `limit` records that the reader opened last, newest first, without configuration."""
    return _kept(r, OPENED, OPENED_KEPT)[:limit]


def pinned(r: Reading) -> list[Recent]:
    """The records that the reader pinned, the latest first."""
    return _kept(r, PIN, PINS_MAX)


def _kept(r: Reading, kind: str, limit: int) -> list[Recent]:
    if r.actor.user_id is None:
        return []
    statement = (
        sa.select(habit.c.object, habit.c.record_id, habit.c.at)
        .where(habit.c.user_id == r.actor.user_id, habit.c.kind == kind)
        .order_by(habit.c.at.desc(), habit.c.record_id.desc())
        .limit(limit)
    )
    found = {(row.object, row.record_id): row.at for row in r.snapshot.rows(statement)}
    names = _names(r, found)
    return [Recent(key[0], key[1], names[key], at) for key, at in found.items() if key in names]


def _names(r: Reading, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The names of those of the records that the reader may see, by object and id."""
    by_object: defaultdict[str, list[int]] = defaultdict(list)
    for object_name, record_id in keys:
        by_object[object_name].append(record_id)
    found = (_names_of(r, object_name, ids) for object_name, ids in by_object.items())
    return {key: name for names in found for key, name in names.items()}


def _names_of(r: Reading, object_name: str, ids: list[int]) -> dict[tuple[str, int], str]:
    obj = r.registry.objects.get(object_name)
    if obj is None or obj.configuration or allowed(r.actor, obj, Action.READ) is not None:
        return {}
    where = Compare(Path(("id",)), Operator.IN, tuple(ids))
    named = readable(r.actor, obj, obj.fields[obj.name_field])
    columns = columns_of(("id", obj.name_field) if named else ("id",))
    rows = page(r, Query(object_name, columns, where, limit=len(ids))).rows
    return {(object_name, row[0]): str(row[1] or "") if named else "" for row in rows}
