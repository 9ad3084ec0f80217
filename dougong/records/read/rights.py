"""A record with what the reader may do to it: the buttons of its page, decided by the policies that the writes obey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import NotFound
from dougong.records.read.page import page, record_columns
from dougong.records.read.query import Query
from dougong.records.work import Reading

RECORD_ACTIONS = (Action.UPDATE, Action.DELETE, Action.TRANSFER, Action.SHARE, Action.LOCK, Action.MERGE)
"""What can be done to one record; all else is a right on its object as a whole."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as a reader sees it, read once for all who decide something by it."""

    reading: Reading
    object: str
    id: int
    values: dict[str, Any]
    """All fields that the reader may see, as `get` gives them."""
    can: dict[Action, bool]
    """For each of RECORD_ACTIONS whether the reader may do it to this record."""


def see(r: Reading, object_name: str, record_id: int) -> Seen:
    """The record with all that the reader may see of it and do to it. Raises NotFound when it is not visible."""
    found = see_many(r, object_name, [record_id])
    if not found:
        raise NotFound("record.not_found", object=object_name)
    return found[0]


def see_many(r: Reading, object_name: str, ids: Sequence[int]) -> list[Seen]:
    """The visible ones of up to a page of records, by id."""
    columns = record_columns(r, r.registry.object(object_name))
    one = len(ids) == 1
    where = Compare(Path(("id",)), Operator.EQ if one else Operator.IN, tuple(ids))
    found = page(r, Query(object_name, columns, where, limit=len(ids), rights=RECORD_ACTIONS))
    seen = []
    for row in found.rows:
        values = {column.name: value for column, value in zip(columns, row, strict=False)}
        can = dict(zip(RECORD_ACTIONS, row[len(columns) :], strict=True))
        seen.append(Seen(r, object_name, values["id"], values, can))
    return seen
