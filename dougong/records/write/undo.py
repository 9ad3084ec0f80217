"""Taking one change back, as far as nobody has built on it: through the same write path, as a change of its own."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.kit.errors import DougongError, NotFound, Problem, Refused
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Object
from dougong.records.work import Writing
from dougong.records.write.batch import SUMMARISE, Act, Change, Outcome
from dougong.records.write.columns import is_one_of, unpacked_record
from dougong.records.write.pipeline import delete, lock, restore, unlock, update
from dougong.storage import schema

CHANGED_SINCE = "undo.changed_since"


@dataclass(frozen=True)
class UndoProblem:
    """A record that stays as it is, and why: changed since, or refused by the write path."""

    object: str
    record_id: int
    problem: Problem


@dataclass(frozen=True)
class Undone:
    """What an undo did: how many records it put back, which it left alone, and its own changes (to undo the undo)."""

    records: int
    problems: tuple[UndoProblem, ...]
    change_ids: tuple[int, ...]


@dataclass
class _Undo:
    """One undo under way."""

    w: Writing
    records: int = 0
    problems: list[UndoProblem] = field(default_factory=list)
    change_ids: list[int] = field(default_factory=list)

    def note(self, outcome: Outcome) -> None:
        """Count what the write path has done."""
        if outcome.change_id is not None:
            self.change_ids.append(outcome.change_id)

    def leave_all(self, obj: Object, record_ids: Sequence[int], problem: Problem) -> None:
        """Record that several records stay as they are, for the same reason."""
        for record_id in record_ids:
            self.leave(obj, record_id, problem)

    def leave(self, obj: Object, record_id: int, problem: Problem) -> None:
        """Record that a record stays as it is."""
        self.problems.append(UndoProblem(obj.name, record_id, problem))


def undo(w: Writing, change_id: int, record_id: int | None = None) -> Undone:
    """Take the change back: what it created is deleted, what it changed gets its old values, what it deleted returns.

    A record that was changed since is left alone and reported, as is one that the write path refuses (rights, a unique
    value taken, children). The writer needs the rights that the opposite act needs. Values of untracked fields are not
    in history and stay. With `record_id` only that record's part is taken back, not all that changed with it. Raises
    NotFound for a change that does not exist, Forbidden where an object is closed.
    """
    entries = schema.history
    mine = (entries.c.change_id == change_id) & (entries.c.action != SUMMARISE)  # roll-ups follow what is taken back
    statement = sa.select(entries).where(mine).order_by(entries.c.id.desc())
    if record_id is not None:
        statement = statement.where(entries.c.record_id == record_id)
    lines = w.transaction.rows(statement)
    root = w.transaction.scalar(sa.select(schema.change.c.object).where(schema.change.c.id == change_id))
    if not lines:
        raise NotFound("undo.no_change", id=str(change_id))
    groups: defaultdict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
    for line in lines:
        groups[line.object, line.action].append(line)
    doing = _Undo(w)
    for (object_name, action), found in groups.items():
        obj, ids = w.registry.object(object_name), [line.record_id for line in found]
        match action:
            case Act.CREATE | Act.RESTORE:
                _away(doing, obj, found)
            case Act.UPDATE:
                _back(doing, obj, found)
            case Act.LOCK | Act.UNLOCK:
                _repeated(doing, obj, ids, unlock if action == Act.LOCK else lock)
            case Act.DELETE:
                # What was deleted along with the records of `root` comes back with them.
                if object_name == root:
                    _repeated(doing, obj, ids, restore)
            case _:
                doing.leave_all(obj, ids, Problem("undo.purged"))
    return Undone(doing.records, tuple(doing.problems), tuple(doing.change_ids))


def _away(doing: _Undo, obj: Object, lines: Sequence[sa.Row[Any]]) -> None:
    """Delete what a change created or brought back, unless somebody has worked on it since."""
    stored = _living(doing.w, obj, [line.record_id for line in lines])
    ids = []
    for line in lines:
        record = stored.get(line.record_id)
        if record is None:
            continue  # gone already: nothing to take back
        if record["version"] != line.version:
            doing.leave(obj, line.record_id, Problem(CHANGED_SINCE, params={"id": str(line.record_id)}))
        else:
            ids.append(line.record_id)
    _repeated(doing, obj, ids, delete)


def _back(doing: _Undo, obj: Object, lines: Sequence[sa.Row[Any]]) -> None:
    """Give records the values that they had before a change, unless one of these was changed again since."""
    stored = _living(doing.w, obj, [line.record_id for line in lines])
    changes = []
    for line in lines:
        record = stored.get(line.record_id)
        if record is None:
            doing.leave(obj, line.record_id, Problem("record.not_found", params={"object": obj.name}))
            continue
        known = {name: values for name, values in line.changes.items() if name in obj.fields}
        if any(not readable(doing.w.actor, obj, obj.fields[name]) for name in known):
            doing.leave(obj, line.record_id, Problem("undo.hidden"))
            continue
        differing = [name for name, (_, new) in known.items() if KINDS[obj.fields[name].type].wire(record[name]) != new]
        if differing:
            problem = Problem(CHANGED_SINCE, params={"id": str(line.record_id), "fields": ", ".join(differing)})
            doing.leave(obj, line.record_id, problem)
        else:
            # What the product keeps by itself follows from the rest.
            given = {name: old for name, (old, _) in known.items() if not obj.fields[name].maintained}
            changes.append(Change(line.record_id, given))
    if changes:
        outcome = update(doing.w, obj.name, changes, skip_problems=True)
        for problem in outcome.problems:
            doing.leave(obj, changes[problem.row].id, problem)
        doing.records += sum(1 for record_id in outcome.ids if record_id is not None)
        doing.note(outcome)


def _repeated(
    doing: _Undo, obj: Object, ids: Sequence[int], act: Callable[[Writing, str, Sequence[int]], Outcome]
) -> None:
    """Delete or restore the records of `ids`, without those that the write path refuses."""
    left = list(ids)
    while left:
        try:
            outcome = act(doing.w, obj.name, left)
        except Refused as refusal:
            by_row = {problem.row: problem for problem in refusal.problems}
        except DougongError as refusal:
            if len(left) > 1:
                raise
            by_row = {0: Problem(refusal.code, refusal.field, params=refusal.params)}
        else:
            doing.records += len(left)
            doing.note(outcome)
            return
        for row, problem in by_row.items():
            doing.leave(obj, left[row], problem)
        left = [record_id for row, record_id in enumerate(left) if row not in by_row]


def _living(w: Writing, obj: Object, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The living records by id, locked, so that nobody changes them between the comparison and the write."""
    table = w.registry.tables[obj.name]
    statement = (
        sa.select(table)
        .where(is_one_of(table.c.id, sorted(ids)), table.c.deleted_at.is_(None))
        .order_by(table.c.id)
        .with_for_update()
    )
    return {row.id: unpacked_record(obj, dict(row._mapping)) for row in w.transaction.rows(statement)}
