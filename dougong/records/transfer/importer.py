"""Runs an import: the file in chunks, each chunk one transaction with its records, its import rows and its progress.

A crash between two chunks loses nothing: the job goes on behind the last chunk that was stored. A dry run does the same
and rolls each chunk back, so that it finds exactly the problems that the real run would; it remembers what it would
have stored, where later rows depend on that.
"""

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import NoReturn

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.kit.clock import now
from dougong.kit.errors import Conflict
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Reading, Writing, update, writing
from dougong.records.transfer import job_rows
from dougong.records.transfer.checking import check_mapping
from dougong.records.transfer.conversion import Conversion, Converted, Later, make_conversion
from dougong.records.transfer.growing_file import finish_file
from dougong.records.transfer.lookups import Lookup
from dougong.records.transfer.mapping import Mapping
from dougong.records.transfer.reading import Sheet
from dougong.records.transfer.rejected import RejectedFile, rejected_file
from dougong.records.transfer.report import Report, RowProblem, report_of
from dougong.records.transfer.storing import Remembered, Stored, store_chunk
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted
from dougong.storage.schema import import_row
from dougong.storage.unit_of_work import Transaction

COLLISIONS_MAX = 5
"""How often a chunk that met others' locks is tried again."""

Progress = Callable[[Report], None]


@dataclass
class _Run:
    """Everything that one run of an import holds."""

    database: Database
    registry: Registry
    actor: Principal
    object: Object
    mapping: Mapping
    conversion: Conversion
    sheet: Sheet
    rejected: RejectedFile
    job_id: int
    dry_run: bool
    report: Report
    remembered: Remembered | None
    later: list[tuple[int, int, Later]] = field(default_factory=list)


class _RollBackError(Exception):
    """Unwinds what a dry run has stored."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        super().__init__()


def run_import(
    database: Database,
    registry: Registry,
    actor: Principal,
    job_id: int,
    sheet: Sheet,
    *,
    mapping: Mapping,
    object_name: str,
    file_name: str,
    dry_run: bool = False,
    on_progress: Progress | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Report:
    """Import all rows of `sheet` as records of `object_name`, by and for `actor`. The job's row must exist.

    Rows with problems are left out and reported; everything else is stored. Raises Forbidden and Refused before the
    first row when the mapping does not fit; Interrupted when `stopping` says so between two chunks (called again
    later, it goes on where it was).
    """
    obj = registry.object(object_name)
    check_mapping(mapping, sheet.columns, obj, registry, actor)
    conversion = make_conversion(registry, actor, obj, mapping, sheet.columns)
    with database.transaction() as tx:
        before = job_rows.load_job(tx, job_id)
        job_rows.begin_job(tx, job_id, sheet.count)
    report = report_of({"object": object_name, **before.result})
    report = replace(report, file=file_name, total=sheet.count, dry_run=dry_run, job_id=job_id, state="running")
    run = _Run(
        database,
        registry,
        actor,
        obj,
        mapping,
        conversion,
        sheet,
        rejected_file(sheet, file_name, actor.language, actor.user_id),
        job_id,
        dry_run,
        report,
        Remembered(linkable=_linkable(conversion)) if dry_run else None,
    )
    conversion.own_names = _own_names(run)
    started = time.perf_counter()
    already, position = report.rows, 0
    spent = report.seconds
    for rows in sheet.chunks(BATCH_MAX):
        position += len(rows)
        if position <= already:
            _resume(run, conversion.pass_over(rows))
            continue
        if stopping():
            raise Interrupted
        with database.snapshot() as snapshot:
            if job_rows.is_cancelled(snapshot, job_id):
                return _finish(run, "cancelled")
            next_report = deepcopy(run.report)
            converted = conversion.convert(Reading(snapshot, registry, actor), rows, next_report)
        next_report.rows += len(rows)
        next_report.seconds = spent + time.perf_counter() - started
        _store(run, converted, next_report)
        if on_progress is not None:
            on_progress(run.report)
    if run.later and run.remembered is None:
        _link_later(run)
    elif run.later and run.remembered is not None:
        _try_links(run, run.remembered)
    run.report.seconds = spent + time.perf_counter() - started
    return _finish(run, "done")


def _store(run: _Run, converted: Converted, report: Report) -> None:
    """Store a chunk in one transaction; deadlocks and the like are tried again."""
    for attempt in range(1, COLLISIONS_MAX + 1):
        attempted = deepcopy(report)
        # Storing merges rows of the same record into each other, so each attempt gets its own values.
        chunk = replace(converted, values=[dict(values) for values in converted.values])
        try:
            with run.database.transaction() as tx:
                stored = _store_in(run, tx, chunk, attempted)
                _save(run, tx, attempted, stored)
        except Conflict as conflict:
            if conflict.code != "storage.collision" or attempt == COLLISIONS_MAX:
                raise
            time.sleep(0.05 * attempt)
            continue
        run.report = attempted
        run.later += stored.later
        return


def _store_in(run: _Run, tx: Transaction, converted: Converted, report: Report) -> Stored:
    w = writing(tx, run.registry, run.actor, "import")
    if not run.dry_run:
        return store_chunk(w, run.object, run.mapping, converted, report, dry=None)
    try:
        with tx.savepoint():
            _store_for_nothing(run, w, converted, report)
    except _RollBackError as tried:
        return tried.stored


def _store_for_nothing(run: _Run, w: Writing, converted: Converted, report: Report) -> NoReturn:
    raise _RollBackError(store_chunk(w, run.object, run.mapping, converted, report, dry=run.remembered))


def _save(run: _Run, tx: Transaction, report: Report, stored: Stored) -> None:
    """The chunk's rejected rows and the job's progress, in the chunk's transaction."""
    told = [*(problem for _, found in stored.rejected for problem in found), *stored.unlinked]
    report.add_problems(told, run.actor.language)
    if stored.rejected:
        report.rejected_file_id = run.rejected.write(tx, report.rejected_file_id, stored.rejected)
    job_rows.change_job(tx, run.job_id, progress=report.rows, result=report.wire())


def _finish(run: _Run, state: str) -> Report:
    run.report.state = state
    with run.database.transaction() as tx:
        if run.report.rejected_file_id is not None:
            finish_file(tx, run.report.rejected_file_id)
        job_rows.change_job(
            tx,
            run.job_id,
            state=state,
            progress=run.report.rows,
            result=run.report.wire(),
            result_file_id=run.report.rejected_file_id,
            finished_at=now(),
        )
    return run.report


def _linkable(conversion: Conversion) -> frozenset[str]:
    """The fields by which rows of the file are looked up by other rows of it."""
    return frozenset(plan.lookup.by for plan in conversion.plans if plan.own and plan.lookup is not None)


def _own_names(run: _Run) -> frozenset[str]:
    """Under which names rows of the file can be looked up by other rows of it: read ahead, so that order is free."""
    wanted = _linkable(run.conversion)
    found: set[str] = set()
    for rule in run.mapping.rules:
        if rule.field in wanted and rule.column is not None:
            place = run.sheet.columns.index(rule.column)
            found |= run.conversion.names_in(place, run.sheet.rows())
    return frozenset(found)


def _resume(run: _Run, later: dict[int, list[Later]]) -> None:
    """Links to be made for rows that an interrupted run has stored; those it made already change nothing."""
    if not later:
        return
    statement = sa.select(import_row.c.row, import_row.c.record_id).where(
        import_row.c.job_id == run.job_id, import_row.c.row.in_(list(later))
    )
    with run.database.snapshot() as snapshot:
        for found in snapshot.rows(statement):
            run.later += [(found.record_id, found.row, one) for one in later[found.row]]


def _link_later(run: _Run) -> None:
    """Link records of the file to each other, now that all are stored."""
    for start in range(0, len(run.later), BATCH_MAX):
        part = run.later[start : start + BATCH_MAX]
        report = deepcopy(run.report)
        with run.database.transaction() as tx:
            w = writing(tx, run.registry, run.actor, "import")
            problems = _link(run, w, part, report)
            report.unlinked += len(problems)
            report.add_problems(problems, run.actor.language)
            job_rows.change_job(tx, run.job_id, result=report.wire())
        run.report = report


def _try_links(run: _Run, remembered: Remembered) -> None:
    """Tell which links between records of the file the real run could not make."""
    with run.database.snapshot() as snapshot:
        r = Reading(snapshot, run.registry, run.actor)
        for lookup, names in _looked_up(run.later):
            lookup.look_for(r, names, again=True)
    problems = []
    for _, row, one in run.later:
        # As the file has it or, where a rule has read it, as its field does.
        keys = {(one.lookup.by, one.name), (one.lookup.by, one.lookup.value(one.name))}
        made = {record_id for key in keys for record_id in remembered.named.get(key, ())}
        if len({*one.lookup.found[one.name], *made}) != 1:
            problems.append(_not_linked(row, one))
    run.report.unlinked += len(problems)
    run.report.add_problems(problems, run.actor.language)


def _looked_up(part: Sequence[tuple[int, int, Later]]) -> list[tuple[Lookup, set[str]]]:
    """The lookups of `part`, each with the names that it is to find."""
    lookups = {id(one.lookup): one.lookup for _, _, one in part}
    return [(lookup, {one.name for _, _, one in part if id(one.lookup) == key}) for key, lookup in lookups.items()]


def _not_linked(row: int, one: Later) -> RowProblem:
    return RowProblem(row, "transfer.not_linked", one.column, one.name, one.field.name)


def _link(run: _Run, w: Writing, part: Sequence[tuple[int, int, Later]], report: Report) -> list[RowProblem]:
    for lookup, names in _looked_up(part):
        lookup.look_for(w, names, again=True)
    values: dict[int, dict[str, int]] = {}
    origin: dict[int, tuple[int, Later]] = {}
    problems: list[RowProblem] = []
    for record_id, row, one in part:
        ids = one.lookup.found[one.name]
        if len(ids) == 1:
            values.setdefault(record_id, {})[one.field.name] = ids[0]
            origin[record_id] = (row, one)
        else:
            problems.append(_not_linked(row, one))
    changes = [Change(record_id, given) for record_id, given in values.items()]
    outcome = update(w, run.object.name, changes, skip_problems=True)
    for problem in outcome.problems:
        row, one = origin[changes[problem.row].id]
        problems.append(RowProblem(row, problem.code, one.column, one.name, problem.field, problem.params))
    if outcome.change_id is not None:
        report.later_changes.append(outcome.change_id)
    return problems
