"""What the screens keep for each person, on the server so that it is there on every device.

Column widths, the default view of an object, a list as it was left, pinned and opened records. They are no records and
no configuration: nobody else reads them, history does not tell them, and each is bounded. To undo is to take it away:
then the screens are as they come.
"""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.clock import now
from dougong.kit.errors import Conflict, NotFound
from dougong.records.read.page import get
from dougong.records.work import Reading, Writing
from dougong.storage.schema import habit

WIDTHS, DEFAULT_VIEW, LIST, PIN, OPENED = "widths", "default_view", "list", "pin", "opened"
SILENT = "silent"
"""The kinds of notifications that somebody does not want: kept once a person, of no object."""
OF_OBJECT = (WIDTHS, DEFAULT_VIEW, LIST)
"""What is kept once an object."""

PINS_MAX = 50
OPENED_KEPT = 60
"""Opened records beyond these are forgotten, the oldest first."""


def habits(r: Reading) -> dict[str, dict[str, Any]]:
    """What is kept of the reader's screens, by kind and object."""
    found: dict[str, dict[str, Any]] = {kind: {} for kind in OF_OBJECT}
    statement = sa.select(habit.c.kind, habit.c.object, habit.c.body).where(
        habit.c.user_id == (r.actor.user_id or 0), habit.c.kind.in_(OF_OBJECT)
    )
    for row in r.snapshot.rows(statement):
        if row.object in r.registry.objects:
            found[row.kind][row.object] = row.body
    return found


def keep(w: Writing, kind: str, object_name: str, body: Mapping[str, Any] | None) -> None:
    """Keep `body` in the place of what was there; None goes back to how the screens come. Raises BadRequest."""
    w.registry.object(object_name)
    if body is None:
        _drop(w, kind, object_name, 0)
    else:
        _put(w, kind, object_name, 0, body)


def silent(r: Reading, user_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The kinds of notifications that these people do not want, of those who have said any."""
    statement = sa.select(habit.c.user_id, habit.c.body).where(
        habit.c.user_id.in_(list(user_ids)), habit.c.kind == SILENT
    )
    return {row.user_id: frozenset(row.body["kinds"]) for row in r.snapshot.rows(statement)}


def keep_silent(w: Writing, kinds: Collection[str]) -> None:
    """Note which kinds of notifications the writer does not want."""
    if kinds:
        _put(w, SILENT, "", 0, {"kinds": sorted(kinds)})
    else:
        _drop(w, SILENT, "", 0)


def pin(w: Writing, object_name: str, record_id: int) -> None:
    """Pin a record. Raises NotFound where the writer does not see it, Conflict when there are too many."""
    get(w, object_name, record_id, ("id",))
    others = sa.select(sa.func.count()).where(habit.c.user_id == (w.actor.user_id or 0), habit.c.kind == PIN)
    others = others.where(sa.not_(sa.and_(habit.c.object == object_name, habit.c.record_id == record_id)))
    if int(w.transaction.scalar(others)) >= PINS_MAX:
        raise Conflict("habits.too_many_pins", maximum=PINS_MAX)
    _put(w, PIN, object_name, record_id, {})


def unpin(w: Writing, object_name: str, record_id: int) -> None:
    """Take a pin away, whether or not one may still see the record. Raises NotFound where there is no pin."""
    if not _drop(w, PIN, object_name, record_id):
        raise NotFound("record.not_found", object=object_name)


def opened(w: Writing, object_name: str, record_id: int) -> None:
    """Note that the writer has opened a record. Raises NotFound where they do not see it."""
    get(w, object_name, record_id, ("id",))
    _put(w, OPENED, object_name, record_id, {})
    mine = sa.and_(habit.c.user_id == (w.actor.user_id or 0), habit.c.kind == OPENED)
    oldest = sa.select(habit.c.at).where(mine).order_by(habit.c.at.desc()).offset(OPENED_KEPT).limit(1)
    w.transaction.execute(sa.delete(habit).where(mine, habit.c.at <= oldest.scalar_subquery()))


def _put(w: Writing, kind: str, object_name: str, record_id: int, body: Mapping[str, Any]) -> None:
    row = {"user_id": w.actor.user_id or 0, "kind": kind, "object": object_name, "record_id": record_id}
    statement = insert(habit).values(**row, body=dict(body), at=now())
    w.transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "kind", "object", "record_id"],
            set_={"body": statement.excluded.body, "at": statement.excluded.at},
        )
    )


def _drop(w: Writing, kind: str, object_name: str, record_id: int) -> int:
    return w.transaction.execute(
        sa.delete(habit).where(
            habit.c.user_id == (w.actor.user_id or 0),
            habit.c.kind == kind,
            habit.c.object == object_name,
            habit.c.record_id == record_id,
        )
    )
