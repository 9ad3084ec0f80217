"""A merge taken back: the winner gets its own values, the others return, and what was moved is theirs again.

All or nothing. It is possible while the winner still has the values that the merge gave it and the others lie in the
recycle bin. What came to the winner since stays there; a record that was moved on to somebody else, or deleted, since
the merge is left where it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dougong.access.policy import check_action
from dougong.access.principal import Action, system
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, NotFound
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Object
from dougong.records.merging.merge import CHUNK, held, link_value, on_behalf, plain
from dougong.records.read.page import get
from dougong.records.work import MERGING, Reading, Writing
from dougong.records.write.batch import Change
from dougong.records.write.columns import is_one_of
from dougong.records.write.grants import TEAM
from dougong.records.write.pipeline import delete, restore, update
from dougong.records.write.relatives import pointer
from dougong.storage.schema import file, record_merge


@dataclass(frozen=True)
class PastMerge:
    """A merge that was done: what stayed, what went, and whether it has been taken back."""

    id: int
    object: str
    winner_id: int
    loser_ids: tuple[int, ...]
    at: datetime
    actor_id: int | None
    undone_at: datetime | None


def merges_of(r: Reading, object_name: str, record_id: int) -> list[PastMerge]:
    """The merges in which the record stayed, newest first. Raises NotFound where the reader does not see it."""
    get(r, object_name, record_id, ("id",))
    statement = sa.select(record_merge).where(record_merge.c.winner_id == record_id)
    rows = r.snapshot.rows(statement.order_by(record_merge.c.id.desc()).limit(20))
    return [_past(row) for row in rows]


def merged_into(r: Reading, object_name: str, record_id: int) -> int:
    """The record that this one became a part of, over several merges. Raises NotFound."""
    at, seen = record_id, set[int]()
    while at not in seen:
        seen.add(at)
        which = (record_merge.c.loser_ids.contains([at]), record_merge.c.undone_at.is_(None))
        statement = sa.select(record_merge.c.winner_id).where(*which, record_merge.c.object == object_name)
        above = r.snapshot.scalar(statement.order_by(record_merge.c.id.desc()).limit(1))
        if above is None:
            break
        at = int(above)
    if at == record_id:
        raise NotFound("record.not_found", object=object_name, id=str(record_id))
    get(r, object_name, at, ("id",))
    return at


def _past(row: sa.Row[Any]) -> PastMerge:
    return PastMerge(row.id, row.object, row.winner_id, tuple(row.loser_ids), row.at, row.actor_id, row.undone_at)


def unmerge(w: Writing, merge_id: int) -> PastMerge:
    """Take a merge back. Raises Forbidden without the right to merge, NotFound, Conflict where it is not possible any
    more, and what the write path refuses (a unique value that somebody has taken meanwhile)."""
    row = w.transaction.one(sa.select(record_merge).where(record_merge.c.id == merge_id).with_for_update())
    if row is None or row.object not in w.registry.objects:
        raise NotFound("merging.not_found")
    obj = w.registry.objects[row.object]
    check_action(w.actor, obj, Action.MERGE)
    if row.undone_at is not None:
        raise Conflict("merging.undone_already")
    winner = held(w, obj, [row.winner_id])[row.winner_id]
    _check_winner(obj, winner, row.body)
    _check_losers(w, obj, row)
    by, product = on_behalf(w), replace(w, actor=system("a merge is taken back"), via=MERGING, twins="all")
    taken = {name: old for name, (old, _) in row.body["fields"].items()}
    if taken:
        update(by, obj.name, [Change(row.winner_id, taken)])
    restore(by, obj.name, row.loser_ids)
    _move_back(product, row)
    links = {name: old for name, (old, _) in row.body["links"].items()}
    if links:
        update(product, obj.name, [Change(row.winner_id, links)])
    _team_back(by, product, row.body)
    for file_id, owner in row.body["files"].items():
        w.transaction.execute(sa.update(file).where(file.c.id == int(file_id)).values(record_id=owner))
    moment = now()
    done = sa.update(record_merge).values(undone_at=moment, undone_by_id=w.actor.user_id)
    w.transaction.execute(done.where(record_merge.c.id == merge_id))
    return replace(_past(row), undone_at=moment)


def _check_winner(obj: Object, winner: dict[str, Any], body: dict[str, Any]) -> None:
    changed = []
    for name, (_, new) in {**body["fields"], **body["links"]}.items():
        field = obj.fields.get(name)
        if field is None or plain(KINDS[field.type].wire(winner.get(name))) != new:
            changed.append(obj.fields[name].label.zh if field is not None else name)
    if changed:
        raise Conflict("merging.changed_since", fields=changed)


def _check_losers(w: Writing, obj: Object, row: sa.Row[Any]) -> None:
    table = w.registry.tables[obj.name]
    statement = sa.select(table.c.id).where(
        is_one_of(table.c.id, list(row.loser_ids)), table.c.deletion_id == row.body["deletion"]
    )
    if len(w.transaction.rows(statement.with_for_update())) != len(row.loser_ids):
        raise Conflict("merging.gone")


def _move_back(product: Writing, row: sa.Row[Any]) -> None:
    """Hang on the losers what was theirs, where it still hangs on the winner."""
    registry = product.registry
    for part in row.body["moved"]:
        obj = registry.objects.get(part["object"])
        link = obj.fields.get(part["field"]) if obj is not None else None
        if obj is None or link is None:
            continue
        table = registry.tables[obj.name]
        here = sa.select(table.c.id).where(
            is_one_of(table.c.id, part["ids"]),
            pointer(registry, obj, link) == row.winner_id,
            table.c.deleted_at.is_(None),
        )
        ids = [found.id for found in product.transaction.rows(here.order_by(table.c.id))]
        target = link_value(link, row.object, part["from"])
        for start in range(0, len(ids), CHUNK):
            update(product, obj.name, [Change(one, {link.name: target}) for one in ids[start : start + CHUNK]])


def _team_back(by: Writing, product: Writing, body: dict[str, Any]) -> None:
    if not (body["levels"] or body["added"]):
        return
    team = by.registry.tables[TEAM]
    known = [*map(int, body["levels"]), *body["added"]]
    living = sa.select(team.c.id, team.c.level).where(is_one_of(team.c.id, known), team.c.deleted_at.is_(None))
    levels = {row.id: row.level for row in by.transaction.rows(living)}
    back = [
        Change(int(one), {"level": old}) for one, (old, new) in body["levels"].items() if levels.get(int(one)) == new
    ]
    if back:
        update(product, TEAM, back)
    added = [one for one in body["added"] if one in levels]
    if added:
        delete(by, TEAM, added)
