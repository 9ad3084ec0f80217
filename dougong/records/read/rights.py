"""A record with what the reader may do to it: the buttons of its page, decided by the policies that the writes obey."""

from typing import Any

from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import NotFound
from dougong.records.read.compile import columns_of
from dougong.records.read.page import page, record_paths
from dougong.records.read.query import Query
from dougong.records.work import Reading

RECORD_ACTIONS = (Action.UPDATE, Action.DELETE, Action.TRANSFER, Action.SHARE)
"""What can be done to one record; all else is a right on its object as a whole."""


def get_with_rights(r: Reading, object_name: str, record_id: int) -> tuple[dict[str, Any], dict[Action, bool]]:
    """The record with all that the reader may see, as `get` gives it, and for each action whether they may do it.

    Raises NotFound when the record is not visible.
    """
    paths = record_paths(r, r.registry.object(object_name))
    where = Compare(Path(("id",)), Operator.EQ, (record_id,))
    found = page(r, Query(object_name, columns_of(paths), where, limit=1, rights=RECORD_ACTIONS))
    if not found.rows:
        raise NotFound("record.not_found", object=object_name)
    row = found.rows[0]
    values = dict(zip(paths, row[: len(paths)], strict=True))
    return values, dict(zip(RECORD_ACTIONS, row[len(paths) :], strict=True))
