"""Team members and manual shares: the tokens of a record for those whom it was given to (domain.md 1.0, c)."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from dougong.access.subjects import as_member
from dougong.access.tokens import Kind, is_granted
from dougong.kit.errors import Problem
from dougong.metadata.registry import Registry
from dougong.records.work import Writing
from dougong.records.write.batch import Batch
from dougong.records.write.columns import is_one_of
from dougong.storage.unit_of_work import Snapshot

TEAM = "team_member"


def grants(batch: Batch, w: Writing) -> list[Problem]:
    """Bring the access tokens of the records that the batch gives to somebody in step with their team members.

    The record is locked before its members are read: of two who add members at once, the second sees both. Neither
    version nor history of the record move, because nothing that it says has changed.
    """
    if batch.object.name != TEAM:
        return []
    about: defaultdict[str, set[int]] = defaultdict(set)
    for row in batch.storable:
        for reference in (row.old.get("record_id"), row.after("record_id")):
            if reference is not None:
                about[reference.object].add(reference.id)
    for object_name in sorted(about):
        _regrant(w, object_name, sorted(about[object_name]))
    return []


def _regrant(w: Writing, object_name: str, ids: list[int]) -> None:
    table = w.registry.tables[object_name]
    rows = w.transaction.rows(
        sa.select(table.c.id, table.c.access)
        .where(is_one_of(table.c.id, ids))
        .order_by(table.c.id)
        .with_for_update(key_share=True)
    )
    granted = granted_tokens(w.transaction, w.registry, ids)
    wanted = {row.id: [*(t for t in row.access if not is_granted(t)), *sorted(granted[row.id])] for row in rows}
    changed = [{"row_id": row.id, "to": wanted[row.id]} for row in rows if row.access != wanted[row.id]]
    statement = sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(access=sa.bindparam("to"))
    w.transaction.execute_many(statement, changed)


def granted_tokens(snapshot: Snapshot, registry: Registry, ids: Iterable[int]) -> defaultdict[int, set[int]]:
    """The tokens that each record of `ids` carries for its team members."""
    team = registry.tables[TEAM]
    found: defaultdict[int, set[int]] = defaultdict(set)
    statement = sa.select(
        team.c.record_id, team.c.member_type, team.c.member_id, team.c.with_below, team.c.level
    ).where(is_one_of(team.c.record_id, list(ids)), team.c.deleted_at.is_(None))
    for row in snapshot.rows(statement):
        member = as_member(row.member_type, row.member_id, with_below=row.with_below)
        found[row.record_id].add(member.token(Kind.EDIT if row.level == "edit" else Kind.READ))
    return found
