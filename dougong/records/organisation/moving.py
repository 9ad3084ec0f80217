"""Records that change hands, some at a time, and the people of a department that becomes part of another.

Everything goes through the write path as the person who asked: with their rights, in history, as changes that can be
taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.metadata.model import Object
from dougong.records.api import Change, Order, Outcome, Query, Writing, columns_of, count, create, delete, page, update
from dougong.records.organisation.holdings import belonging, open_only
from dougong.records.organisation.plans import Handover, Keep, Merge, Part, Plan

CHUNK = 200
"""Records of one transaction: it holds their locks, and is what a person who cancels waits for."""
TEAM = "team_member"
ID = Path(("id",))


@dataclass
class Moved:
    """What one step did: the last id that it looked at (None: nothing was left), what moved, what stayed and why."""

    last: int | None = None
    moved: int = 0
    change_ids: list[int] = field(default_factory=list)
    kept: list[tuple[int, Problem]] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        """Remember the change, so that it can be taken back."""
        if outcome.change_id is not None:
            self.change_ids.append(outcome.change_id)


def left(w: Writing, plan: Plan, part: Part) -> int:
    """How many records of `part` there are to move."""
    return count(w, part.object, _condition(w.registry.object(part.object), plan, part), cap=None).number


def move_some(w: Writing, plan: Plan, part: Part, after: int) -> Moved:
    """Move the next records of `part` whose ids are above `after`."""
    obj = w.registry.object(part.object)
    where = all_of(_condition(obj, plan, part), Compare(ID, Operator.GT, (after,)))
    columns = columns_of(("id", "department_id"))
    rows = page(w, Query(obj.name, columns, where, order=(Order(ID),), limit=CHUNK)).rows
    if not rows:
        return Moved()
    done = Moved(last=rows[-1][0])
    if isinstance(plan, Merge):
        changes = [Change(record_id, {"department_id": part.to}) for record_id, _ in rows]
    else:
        changes = [Change(record_id, _new_owner(plan, part, department)) for record_id, department in rows]
        if plan.keep is not None and obj.name in w.registry.object(TEAM).fields["record_id"].points_to:
            _keep_on_team(w, obj, [record_id for record_id, _ in rows], plan.from_id, plan.keep, done)
    outcome = update(w, obj.name, changes, skip_problems=True)
    done.note(outcome)
    done.moved = sum(record_id is not None for record_id in outcome.ids)
    done.kept += [(changes[problem.row].id, problem) for problem in outcome.problems]
    return done


def _condition(obj: Object, plan: Plan, part: Part) -> Condition:
    if isinstance(plan, Merge):
        return belonging("department_id", plan.from_id)
    still = open_only(obj) if part.open_only else None
    return all_of(belonging("owner_id", plan.from_id), *([] if still is None else [still]))


def _new_owner(plan: Handover, part: Part, department: int | None) -> dict[str, Any]:
    # The write path takes a record to its new owner's department unless it is told another.
    stays = {} if plan.move_department or department is None else {"department_id": department}
    return {"owner_id": part.to, **stays}


def _keep_on_team(w: Writing, obj: Object, ids: Sequence[int], user_id: int, level: Keep, done: Moved) -> None:
    """Put the person on the teams of records that are still theirs, where they are not or may do less."""
    where = all_of(Compare(Path(("record_id",)), Operator.IN, tuple(ids)), belonging("member_id", user_id))
    rows = page(w, Query(TEAM, columns_of(("id", "record_id", "level")), where, limit=500)).rows
    on_team = {record.id: (member, has) for member, record, has in rows}
    raised = [Change(member, {"level": level}) for member, has in on_team.values() if has == "read" and level == "edit"]
    if raised:
        done.note(update(w, TEAM, raised, skip_problems=True))
    member = {"object": "user", "id": user_id}
    missing = [record_id for record_id in ids if record_id not in on_team]
    if missing:
        records = [{"object": obj.name, "id": record_id} for record_id in missing]
        made = [{"record_id": record, "member_id": member, "level": level} for record in records]
        outcome = create(w, TEAM, made, skip_problems=True)
        done.note(outcome)
        done.kept += [(missing[problem.row], problem) for problem in outcome.problems]


def merge_departments(w: Writing, plan: Merge) -> Moved:
    """Move the people and the departments of one department into another, and switch it off. All or nothing."""
    done = Moved()
    for name, link in (("department", "parent_id"), ("user", "department_id")):
        ids = _all_ids(w, name, belonging(link, plan.from_id))
        for start in range(0, len(ids), CHUNK):
            done.note(update(w, name, [Change(i, {link: plan.to}) for i in ids[start : start + CHUNK]]))
        done.moved += len(ids)
    there = {user for _, user in _memberships(w, plan.to)}
    doubled = [member for member, user in _memberships(w, plan.from_id) if user in there]
    others = [member for member, user in _memberships(w, plan.from_id) if user not in there]
    if doubled:
        done.note(delete(w, "user_department", doubled))
    if others:
        done.note(update(w, "user_department", [Change(i, {"department_id": plan.to}) for i in others]))
    done.note(update(w, "department", [Change(plan.from_id, {"active": False})]))
    return done


def _memberships(w: Writing, department: int) -> list[tuple[int, int]]:
    columns = columns_of(("id", "user_id"))
    query = Query("user_department", columns, belonging("department_id", department), limit=500)
    return [(member, user) for member, user in page(w, query).rows]


def _all_ids(w: Writing, name: str, where: Condition) -> list[int]:
    found: list[int] = []
    while True:
        behind = Compare(ID, Operator.GT, (found[-1] if found else 0,))
        query = Query(name, columns_of(("id",)), all_of(where, behind), order=(Order(ID),), limit=CHUNK)
        rows = page(w, query).rows
        if not rows:
            return found
        found += [row[0] for row in rows]
