"""The end of the recycle bin: records that were deleted long enough ago are removed for good.

Restoring is `write.pipeline.restore`, looking is a query with `deleted`; this is only the last step, and needs the
administration right or the product itself. History stays, with the purge as its last entry.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.access.policy import ADMINISTRATION
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.model import Object
from dougong.records.work import Writing
from dougong.records.write.audit import is_setting
from dougong.records.write.columns import is_one_of
from dougong.records.write.traces import HISTORY_COLUMNS, add_change
from dougong.storage import audit, schema
from dougong.storage.audit import Entry, Event, Words, told
from dougong.storage.outbox import append

KEPT_DAYS = 30
"""How long a deleted record can be restored."""


def purge(w: Writing, object_name: str, ids: Sequence[int]) -> int:
    """Remove the records of `ids` that are in the recycle bin for good, with their files; how many there were.

    Raises Forbidden without the administration right.
    """
    obj = w.registry.object(object_name)
    _check_administers(w, obj)
    table = w.registry.tables[obj.name]
    return _purge(w, obj, is_one_of(table.c.id, list(ids)), BATCH_MAX)


def purge_expired(w: Writing, before: datetime | None = None, limit: int = BATCH_MAX) -> int:
    """Remove records that were deleted before `before` (default: `KEPT_DAYS` ago), at most `limit` of each object.

    Returns how many were removed; a job calls it, a transaction each time, until it returns 0. Raises Forbidden
    without the administration right.
    """
    moment = before or now() - timedelta(days=KEPT_DAYS)
    removed = 0
    for obj in w.registry.objects.values():
        if obj.log:
            continue
        _check_administers(w, obj)
        removed += _purge(w, obj, w.registry.tables[obj.name].c.deleted_at < moment, limit)
    return removed


def _check_administers(w: Writing, obj: Object) -> None:
    if not w.actor.administers:
        raise Forbidden("access.action_denied", action="purge", object=obj.name, gate=ADMINISTRATION)


def _purge(w: Writing, obj: Object, which: sa.ColumnElement[bool], limit: int) -> int:
    table = w.registry.tables[obj.name]
    statement = (
        sa.select(table.c.id, table.c.version, table.c[obj.name_field].label("name"))
        .where(table.c.deleted_at.is_not(None), which)
        .order_by(table.c.id)
        .limit(limit)
        # A record that somebody is restoring just now is left for the next time.
        .with_for_update(skip_locked=True)
    )
    found = w.transaction.rows(statement)
    if not found:
        return 0
    ids = [row.id for row in found]
    change_id = add_change(w, obj.name, "purge", len(ids), now())
    w.transaction.copy(
        schema.history, HISTORY_COLUMNS, [(change_id, obj.name, row.id, "purge", {}, row.version) for row in found]
    )
    w.transaction.execute(
        sa.delete(schema.file).where(schema.file.c.object == obj.name, is_one_of(schema.file.c.record_id, ids))
    )
    if obj.name == "user":
        for of_person in (schema.credential, schema.password_history, schema.session, schema.api_token):
            w.transaction.execute(sa.delete(of_person).where(is_one_of(of_person.c.user_id, ids)))
    if is_setting(obj):
        by, label = w.author, Words(obj.label.zh, obj.label.en)
        entries = [
            Entry(
                Event.PURGE, by, told("audit.record", object=label, name=row.name), Words(), obj.name, row.id, change_id
            )
            for row in found
        ]
        audit.append(w.transaction, entries)
    _forget_duplicates(w, ids)
    w.transaction.execute(sa.delete(table).where(is_one_of(table.c.id, ids)))
    append(w.transaction, change_id=change_id, object=obj.name, action="purge", record_ids=ids)
    return len(ids)


def _forget_duplicates(w: Writing, ids: list[int]) -> None:
    """What duplicate rules keep of records: their keys, and that they are not the same as others."""
    key, pair, question = schema.duplicate_key, schema.duplicate_pair, schema.duplicate_question
    w.transaction.execute(sa.delete(key).where(is_one_of(key.c.record_id, ids)))
    w.transaction.execute(sa.delete(pair).where(sa.or_(is_one_of(pair.c.low_id, ids), is_one_of(pair.c.high_id, ids))))
    w.transaction.execute(sa.delete(question).where(is_one_of(question.c.record_id, ids)))
