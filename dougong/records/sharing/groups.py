"""Groups may be in groups, but never in themselves (domain.md 1.9)."""

from collections import defaultdict

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.records.hooks import Batch
from dougong.records.work import Writing

GROUP = "public_group"


def no_circle(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each membership by which a group would be in itself.

    Two writers could close a circle together, each seeing half of it: a lock lets one at a time through.
    """
    wanted = [row for row in batch.live if (m := row.after("member_id")) is not None and m.object == GROUP]
    if not wanted:
        return []
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(GROUP, 0))))
    inside = _groups_inside(w, leave_out={row.id for row in batch.rows})
    problems = []
    for row in wanted:
        group, member = row.after("group_id"), row.after("member_id").id
        if group in _reached(inside, member):
            problems.append(Problem("group.circle", "member_id", row.number))
        else:
            inside[group].add(member)
    return problems


def _groups_inside(w: Writing, leave_out: set[int]) -> defaultdict[int, set[int]]:
    """For each group the groups that are directly in it; switched off ones count, they may be switched on."""
    members = w.registry.tables["public_group_member"]
    statement = sa.select(members.c.id, members.c.group_id, members.c.member_id).where(
        members.c.deleted_at.is_(None), members.c.member_type == GROUP
    )
    inside: defaultdict[int, set[int]] = defaultdict(set)
    for row in w.transaction.rows(statement):
        if row.id not in leave_out:
            inside[row.group_id].add(row.member_id)
    return inside


def _reached(inside: defaultdict[int, set[int]], start: int) -> set[int]:
    """`start` and all groups in it, at any depth."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        group = waiting.pop()
        if group not in found:
            found.add(group)
            waiting.extend(inside.get(group, ()))
    return found
