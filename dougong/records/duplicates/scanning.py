"""Jobs: keys for the records that were there before a rule, and the search for duplicates among existing records."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden, NotFound
from dougong.metadata.registry import Registry, load_registry
from dougong.records.duplicates.finding import VERSION, Subject, find
from dougong.records.duplicates.pairs import OPEN, Pair, add_pairs, mark, values_of
from dougong.records.duplicates.rules import Rule, rules_of
from dougong.records.duplicates.terms import BUILDING, FILLING_TASK, fill_part, remove_orphans
from dougong.records.transfer import job_rows
from dougong.records.transfer.job_rows import Job
from dougong.records.work import Reading, Writing
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer
from dougong.storage.schema import duplicate_pair, duplicate_term, job
from dougong.storage.unit_of_work import Transaction

SCAN_TASK = "duplicates.scan"
CHUNK = 1_000
FILL_CHUNK, SWEEP_CHUNK = 2_000, 20_000
RETRIES = 3


def duplicate_tasks(database: Database, stopping: Callable[[], bool] = lambda: False) -> tuple[Task, ...]:
    """The background tasks of this room; `stopping` says that the worker is asked to end."""

    def fill() -> None:
        fill_terms(database, stopping)

    def scan(job_id: int) -> None:
        with job_rows.at_work(database, job_id, stopping):
            run_scan(database, job_id, stopping)

    return (Task(FILLING_TASK, fill, retries=RETRIES), Task(SCAN_TASK, scan, retries=RETRIES))


def fill_terms(database: Database, stopping: Callable[[], bool] = lambda: False, chunk: int = FILL_CHUNK) -> None:
    """Give existing records the keys that rules need by now, and remove what no rule needs any more.

    In small transactions, so that people work on meanwhile; may be run again at any time. Raises Interrupted.
    """
    terms = duplicate_term
    while True:
        with database.transaction() as tx:
            building = sa.select(terms.c.id).where(terms.c.state == BUILDING).order_by(terms.c.id).limit(1)
            term_id = tx.scalar(building)
            more = term_id is not None
            if term_id is not None:
                fill_part(tx, load_registry(tx), int(term_id), chunk)
        _pause(stopping)
        if not more:
            break
    removed = 1
    while removed:
        with database.transaction() as tx:
            removed = remove_orphans(tx, SWEEP_CHUNK) + _forget_pairs(tx, load_registry(tx))
        _pause(stopping)


def _pause(stopping: Callable[[], bool]) -> None:
    if stopping():
        raise Interrupted


def _forget_pairs(tx: Transaction, registry: Registry) -> int:
    """Remove open pairs of rules that are not in force any more."""
    pairs = duplicate_pair
    ids = [rule.id for rule in rules_of(tx, registry)]
    dead = sa.select(pairs.c.low_id, pairs.c.high_id).where(pairs.c.state == OPEN, pairs.c.rule_id.not_in(ids))
    gone = sa.tuple_(pairs.c.low_id, pairs.c.high_id).in_(dead.limit(SWEEP_CHUNK))
    places = (pairs.c.low_id, pairs.c.low_object, pairs.c.high_id, pairs.c.high_object)
    rows = tx.rows(sa.delete(pairs).where(gone).returning(*places))
    twins = {row.low_id: row.low_object for row in rows} | {row.high_id: row.high_object for row in rows}
    mark(tx, registry, twins)
    return len(rows)


def may_tidy(r: Reading, object_name: str) -> bool:
    """Whether the reader works on duplicates of the object: who may merge its records."""
    obj = r.registry.object(object_name)
    return allowed(r.actor, obj, Action.MERGE) is None


def start_scan(w: Writing, object_name: str) -> int:
    """Queue the search for duplicates among the records of an object. Returns the job's id.

    Raises Forbidden without the right to merge them, NotFound where no rule is in force.
    """
    if not may_tidy(w, object_name):
        raise Forbidden("access.action_denied", action=Action.MERGE.value, object=object_name, gate="profile")
    if not rules_of(w.transaction, w.registry, object_name):
        raise NotFound("duplicate.no_rule", object=object_name)
    job_id = job_rows.add_job(w.transaction, "duplicates", w.actor.user_id, {"object": object_name})
    defer(w.transaction, SCAN_TASK, job_id=job_id)
    return job_id


def scan_wire(found: Job) -> dict[str, Any]:
    """A scan as the API answers it."""
    return {
        "id": str(found.id),
        "object": found.params["object"],
        "state": found.state,
        "progress": found.progress,
        "total": found.total,
        "pairs": found.result.get("pairs", 0),
        "error": found.error,
        "finished_at": found.finished_at,
    }


def last_scan(r: Reading, object_name: str) -> Job | None:
    """The newest scan of the object, whoever started it."""
    which = (job.c.kind == "duplicates", job.c.params["object"].astext == object_name)
    found = r.snapshot.scalar(sa.select(job.c.id).where(*which).order_by(job.c.id.desc()).limit(1))
    return None if found is None else job_rows.load_job(r.snapshot, int(found))


def run_scan(database: Database, job_id: int, stopping: Callable[[], bool] = lambda: False, chunk: int = CHUNK) -> None:
    """Compare every record of the object with all others, chunk by chunk, going on behind the last chunk stored.

    Raises Interrupted between two chunks when it is asked to stop.
    """
    with database.transaction() as tx:
        begun = job_rows.load_job(tx, job_id)
        if begun.state in job_rows.ENDED:
            return
        table = load_registry(tx).tables[begun.params["object"]]
        total = tx.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None)))
        job_rows.begin_job(tx, job_id, total)
    # Records that have no keys yet would not be found.
    fill_terms(database, stopping)
    while True:
        _pause(stopping)
        with database.transaction() as tx:
            if job_rows.is_cancelled(tx, job_id):
                job_rows.change_job(tx, job_id, state="cancelled", finished_at=now())
                return
            if not _scan_part(tx, load_registry(tx), job_rows.load_job(tx, job_id), chunk):
                job_rows.change_job(tx, job_id, state="done", finished_at=now())
                return


def _scan_part(tx: Transaction, registry: Registry, at: Job, chunk: int) -> bool:
    """Look at the next records; False when there were none left."""
    name = at.params["object"]
    rules = rules_of(tx, registry, name)
    table = registry.tables[name]
    behind = sa.select(table.c.id).where(table.c.id > at.result.get("position", 0), table.c.deleted_at.is_(None))
    ids = [row.id for row in tx.rows(behind.order_by(table.c.id).limit(chunk))]
    if not ids or not rules:
        return False
    found = add_found(tx, registry, name, ids, rules)
    result = {"position": ids[-1], "pairs": at.result.get("pairs", 0) + found}
    job_rows.change_job(tx, at.id, progress=at.progress + len(ids), result=result)
    return True


def add_found(tx: Transaction, registry: Registry, name: str, ids: Sequence[int], rules: Sequence[Rule]) -> int:
    """Write down the pairs that records of `ids` are in, each once. Returns how many."""
    values = values_of(tx, registry, name, ids, rules)
    subjects = [Subject(values[record_id], record_id) for record_id in ids if record_id in values]
    found = find(tx, registry, rules, subjects)
    pairs = [
        Pair((name, subject.id or 0), (one.object, one.id), one.rule, one.score)
        for subject, some in zip(subjects, found, strict=True)
        for one in some
        if not one.deleted and (one.object != name or one.id < (subject.id or 0))
    ]
    compared = {one.id: one.version for some in found for one in some}
    compared |= {record_id: some[VERSION] for record_id, some in values.items()}
    added = add_pairs(tx, pairs)
    mark(tx, registry, added, compared, added.keys())
    return len(pairs)
