"""Takes a whole import back: what it created goes to the recycle bin, what it changed gets its old values.

What somebody has worked on since stays as it is and is reported, so that nobody's work is lost; so does what somebody
has put something under that would be deleted along with it (a line, an activity). Each change of the import is taken
back in a transaction of its own; when the undo is interrupted, doing it again finishes it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.access.policy import check_action
from dougong.access.principal import Action, Principal
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, Forbidden, NotFound, Problem, Refused
from dougong.metadata.registry import Registry, children_of
from dougong.records.api import Writing, delete, writing
from dougong.records.transfer import job_rows
from dougong.records.write.columns import is_one_of
from dougong.records.write.relatives import HAS_CHILDREN, goes_along, pointer
from dougong.records.write.undo import undo
from dougong.storage.engine import Database
from dougong.storage.schema import change, history, import_row
from dougong.storage.unit_of_work import Snapshot

KEPT_NAMED = 100
"""Records that are named in the answer when they stay as they are."""

CHANGED_SINCE = "transfer.changed_since"


@dataclass
class UndoReport:
    """What an undo did. `kept` names records that stay, with the reason's code and parameters."""

    deleted: int = 0
    restored: int = 0
    kept: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, record_id: int, code: str, params: dict[str, Any] | None = None) -> None:
        """Note a record that stays as it is."""
        self.kept += 1
        if len(self.reasons) < KEPT_NAMED:
            self.reasons.append({"record_id": str(record_id), "code": code, "params": params or {}})

    def wire(self) -> dict[str, Any]:
        """The report as JSON."""
        return dict(vars(self))


def undo_import(database: Database, registry: Registry, actor: Principal, job_id: int) -> UndoReport:
    """Take the import `job_id` back, by `actor`, who needs the rights that deleting and changing need.

    Raises NotFound (somebody else's job), Conflict transfer.not_undoable (a dry run, still running, undone already),
    Forbidden.
    """
    with database.snapshot() as snapshot:
        job = job_rows.get_job(snapshot, actor, job_id, "import")
        if job.state not in {"done", "failed", "cancelled"} or job.params.get("dry_run"):
            raise Conflict("transfer.not_undoable")
        obj = registry.object(str(job.params["object"]))
        check_action(actor, obj, Action.IMPORT)
        rows = snapshot.rows(
            sa.select(import_row.c.record_id, import_row.c.action, import_row.c.change_id)
            .where(import_row.c.job_id == job_id)
            .order_by(import_row.c.row.desc())
        )
    created: defaultdict[int, list[int]] = defaultdict(list)
    updates: dict[int, None] = {}
    for row in rows:
        if row.action == "create":
            created[row.change_id].append(row.record_id)
        elif row.change_id is not None:
            updates[row.change_id] = None
    later = [int(change) for change in job.result.get("later_changes", ())]
    report = UndoReport()
    ours = {*created, *updates, *later}
    # Links between records of the file were made last, so they go first.
    finished = [int(change) for change in job.result.get("undone_changes", ())]
    for change_id in [c for c in (*reversed(later), *updates) if c not in finished]:
        with database.transaction() as tx:
            done = undo(writing(tx, registry, actor, "import"), change_id)
            finished.append(change_id)
            job_rows.change_job(tx, job_id, result={**job.result, "undone_changes": finished})
        ours.update(done.change_ids)
        report.restored += done.records if change_id in updates else 0
        for one in done.problems:
            report.keep(one.record_id, one.problem.code, dict(one.problem.params))
    made = [r for ids in created.values() for r in ids]
    with database.snapshot() as snapshot:
        kept = _with_details(snapshot, registry, obj.name, made)
        kept |= dict.fromkeys(_touched_by_others(snapshot, made, ours), CHANGED_SINCE)
    for record_id, code in sorted(kept.items()):
        report.keep(record_id, code)
    left = [[r for r in ids if r not in kept] for ids in created.values()]
    _delete(database, registry, actor, obj.name, left, report)
    with database.transaction() as tx:
        result = {**job.result, "undo": report.wire()}
        job_rows.change_job(tx, job_id, state="undone", result=result, finished_at=now())
    return report


def _touched_by_others(snapshot: Snapshot, ids: Sequence[int], ours: set[int]) -> set[int]:
    """The records that somebody has changed since, by a change that is not of the import."""
    statement = (
        sa.select(history.c.record_id)
        .where(
            history.c.record_id == sa.func.any(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))),
            history.c.change_id != sa.func.all(sa.bindparam("ours", type_=ARRAY(sa.BigInteger))),
        )
        .distinct()
    )
    return {row.record_id for row in snapshot.rows(statement, {"ids": list(ids), "ours": sorted(ours)})}


def _with_details(snapshot: Snapshot, registry: Registry, object_name: str, ids: Sequence[int]) -> dict[int, str]:
    """The records under which others live that a deletion would take along and that are not of the import.

    What the product itself keeps under a record (the price of a product in the standard price book) goes with it.
    """
    found: dict[int, str] = {}
    for child, through in children_of(registry, object_name):
        if goes_along(through):
            table, column = registry.tables[child.name], pointer(registry, child, through)
            living = sa.select(table.c.id, column.label("root")).where(
                is_one_of(column, sorted(ids)), table.c.deleted_at.is_(None)
            )
            mine = set(ids)
            roots = {row.id: row.root for row in snapshot.rows(living) if row.id not in mine}
            kept = _kept_by_product(snapshot, sorted(roots))
            found |= {root: HAS_CHILDREN for record_id, root in roots.items() if record_id not in kept}
    return found


def _kept_by_product(snapshot: Snapshot, ids: Sequence[int]) -> set[int]:
    """Those of the records that the product has made by itself, for nobody: they belong to what they hang on."""
    if not ids:
        return set()
    statement = (
        sa.select(history.c.record_id)
        .join(change, change.c.id == history.c.change_id)
        .where(
            history.c.record_id == sa.func.any(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))),
            history.c.action == "create",
            change.c.actor_id.is_(None),
            change.c.via == "system",
        )
    )
    return {row.record_id for row in snapshot.rows(statement, {"ids": list(ids)})}


def _delete(
    database: Database,
    registry: Registry,
    actor: Principal,
    object_name: str,
    groups: Sequence[Sequence[int]],
    report: UndoReport,
) -> None:
    """Delete group by group. What other records hold on to waits for these to go, and stays when they do not."""
    waiting = [list(ids) for ids in groups if ids]
    refused: list[Problem] = []
    progress = True
    while waiting and progress:
        progress, refused = False, []
        held: list[list[int]] = []
        for ids in waiting:
            with database.transaction() as tx:
                gone, kept, problems = _delete_some(writing(tx, registry, actor, "import"), object_name, ids)
            report.deleted += gone
            progress = progress or gone > 0
            refused += problems
            if kept:
                held.append(kept)
        waiting = held
    for record_id, problem in zip((r for ids in waiting for r in ids), refused, strict=True):
        report.keep(record_id, problem.code, dict(problem.params))


def _delete_some(w: Writing, object_name: str, ids: Sequence[int]) -> tuple[int, list[int], list[Problem]]:
    """How many were deleted; which were refused, each with its first reason."""
    table = w.registry.tables[object_name]
    living = sa.select(table.c.id).where(
        table.c.id == sa.func.any(sa.bindparam("ids", type_=ARRAY(sa.BigInteger))), table.c.deleted_at.is_(None)
    )
    left = sorted(row.id for row in w.transaction.rows(living, {"ids": list(ids)}))
    kept: list[int] = []
    problems: list[Problem] = []
    while left:
        try:
            delete(w, object_name, left)
        except Refused as refusal:
            by_row = {problem.row: problem for problem in reversed(refusal.problems)}
        except (NotFound, Forbidden) as refusal:
            # A batch of one: what would be a problem of its row is raised as it is.
            by_row = {0: Problem(refusal.code, params=refusal.params)}
        else:
            return len(left), kept, problems
        for row in sorted(by_row):
            kept.append(left[row])
            problems.append(by_row[row])
        left = [record_id for row, record_id in enumerate(left) if row not in by_row]
    return 0, kept, problems
