"""What the reader may do with one record: the buttons of its page, decided by the policies that the writes obey."""

from dougong.access.principal import Action
from dougong.kit.errors import NotFound
from dougong.records.read.binding import run_params
from dougong.records.read.compile import rights_statement
from dougong.records.read.query import Query
from dougong.records.work import Reading

RECORD_ACTIONS = (Action.UPDATE, Action.DELETE, Action.TRANSFER, Action.SHARE)


def record_rights(r: Reading, object_name: str, record_id: int) -> dict[Action, bool]:
    """For each action on a record, whether the reader may do it to this one. Raises NotFound when it is not visible."""
    statement = rights_statement(r.registry, r.actor, object_name, RECORD_ACTIONS)
    params = {**run_params(r.actor, statement, Query(object_name, ())), "record_id": record_id}
    rows = r.snapshot.fetch(statement.sql, params)
    if not rows:
        raise NotFound("record.not_found", object=object_name)
    return dict(zip(RECORD_ACTIONS, rows[0], strict=True))
