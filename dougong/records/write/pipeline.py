"""The ordered list of stages, and the acts that send a batch through it.

Deciding stages come first: each returns the problems that it finds in the batch and stores nothing. Only a batch (or,
with `skip_problems`, the part of it) without problems reaches the storing stages, and those run inside a savepoint, so
that a refusal there, by a hook or by a unique value that somebody else has just taken, leaves nothing behind either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import Conflict, Forbidden, NotFound, Problem, Refused, TooLarge
from dougong.kit.limits import BATCH_MAX
from dougong.records.work import Writing
from dougong.records.write import (
    audit,
    computed,
    dependent,
    existing,
    grants,
    ownership,
    record_types,
    references,
    relatives,
    rights,
    rules,
    state,
    store,
    summaries,
    traces,
    unique,
    values,
)
from dougong.records.write.batch import Act, Batch, Change, Outcome, Row
from dougong.records.write.hooking import Hooks, When, installed_hooks

__all__ = ["STAGES", "Change", "Outcome", "create", "delete", "lock", "restore", "unlock", "update"]

StageFunction = Callable[[Batch, Writing], list[Problem]]

RACES_MAX = 3
"""How often a unique value may be lost to others before the writer is told to try again."""


@dataclass(frozen=True)
class Stage:
    """One step, for batches that do one of `acts`; hooks attach before or after its `name`."""

    name: str
    run: StageFunction
    acts: frozenset[Act] = frozenset(Act)
    stores: bool = False


_C, _U, _D, _R = Act.CREATE, Act.UPDATE, Act.DELETE, Act.RESTORE
_L = frozenset({Act.LOCK, Act.UNLOCK})


def _place_for_hooks(batch: Batch, w: Writing) -> list[Problem]:
    """A stage that has nothing to do itself: hooks attach to its name."""
    return []


STAGES: tuple[Stage, ...] = (
    Stage("permit", rights.permit),
    Stage("names", rights.names, frozenset({_C, _U})),
    Stage("rules", rules.learn, frozenset({_C, _U})),
    Stage("above", summaries.hold, frozenset({_C, _U, _D, _R})),
    Stage("existing", existing.existing, frozenset({_U, _D, _R}) | _L),
    Stage("lock", state.lock, _L),
    Stage("defaults", values.defaults, frozenset({_C})),
    Stage("start", record_types.start, frozenset({_C})),
    Stage("parse", values.parse, frozenset({_C, _U})),
    Stage("changes", values.changes, frozenset({_U})),
    Stage("owner", ownership.ownership, frozenset({_C, _U})),
    Stage("computed", computed.default_formulas, frozenset({_C})),
    Stage("check", _place_for_hooks),
    Stage("dependent", dependent.dependent, frozenset({_C, _U})),
    Stage("constraints", values.constraints, frozenset({_C, _U})),
    Stage("types", record_types.types, frozenset({_C, _U})),
    Stage("references", references.references, frozenset({_C, _U})),
    Stage("cycles", references.cycles, frozenset({_U})),
    Stage("unique", unique.unique, frozenset({_C, _U, _R})),
    Stage("validation", computed.validation, frozenset({_C, _U})),
    Stage("cascade", relatives.cascade, frozenset({_D, _R})),
    Stage("children", relatives.children, frozenset({_D})),
    Stage("parents", relatives.parents, frozenset({_R})),
    Stage("change", traces.change, stores=True),
    Stage("numbers", store.numbers, frozenset({_C, _U}), stores=True),
    Stage("tokens", store.tokens, frozenset({_C, _U}), stores=True),
    Stage("cover", rules.cover, frozenset({_C, _U}), stores=True),
    Stage("store", store.store, stores=True),
    Stage("summaries", summaries.summarise, frozenset({_C, _U, _D, _R}), stores=True),
    Stage("files", store.files, frozenset({_C, _U}), stores=True),
    Stage("grants", grants.grants, stores=True),
    Stage("search", traces.search, stores=True),
    Stage("history", traces.history, stores=True),
    Stage("audit", audit.audit, stores=True),
    Stage("outbox", traces.outbox, stores=True),
    Stage("announce", traces.announce, stores=True),
    Stage("after", _place_for_hooks, stores=True),
)
"""The write path, top to bottom. Business modules check in a hook of "check" and act in a hook of "after"."""


def create(
    w: Writing,
    object_name: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    skip_problems: bool = False,
    hooks: Hooks | None = None,
) -> Outcome:
    """Create records from JSON or Python values by field name; blanks take their defaults.

    Raises Forbidden (object closed), Refused with every problem of every row (nothing is stored then, unless
    `skip_problems` leaves out the rows with problems), TooLarge beyond BATCH_MAX rows.
    """
    made = [Row(number=number, given=given) for number, given in enumerate(rows)]
    return _run(w, object_name, Act.CREATE, made, skip_problems=skip_problems, hooks=hooks)


def update(
    w: Writing,
    object_name: str,
    changes: Sequence[Change],
    *,
    skip_problems: bool = False,
    hooks: Hooks | None = None,
) -> Outcome:
    """Give records other values; fields that are not named keep theirs. No difference, no trace.

    For a single record raises NotFound (not visible), Forbidden (visible but not editable) and Conflict record.stale
    (the version seen is not the current one; params have `current` and `yours`); in a batch these are problems of their
    rows. Else as `create`.
    """
    rows = [Row(number=n, id=c.id, given=c.values, expected=c.version) for n, c in enumerate(changes)]
    return _run(w, object_name, Act.UPDATE, rows, skip_problems=skip_problems, hooks=hooks)


def delete(
    w: Writing,
    object_name: str,
    ids: Sequence[int],
    *,
    versions: Mapping[int, int | None] | None = None,
    hooks: Hooks | None = None,
) -> Outcome:
    """Move records to the recycle bin, with their details and what cascades, all in one change.

    `versions`: the version of each that was seen, where that is to be the current one. Raises Refused with
    record.has_children where other records hold on to one; else as `update`.
    """
    seen = versions or {}
    rows = [Row(number=n, id=i, expected=seen.get(i)) for n, i in enumerate(dict.fromkeys(ids))]
    return _run(w, object_name, Act.DELETE, rows, skip_problems=False, hooks=hooks)


def restore(w: Writing, object_name: str, ids: Sequence[int], *, hooks: Hooks | None = None) -> Outcome:
    """Bring records back from the recycle bin, with what was deleted together with them.

    Raises Refused where a unique value is taken meanwhile (unique.taken) or a parent is deleted
    (restore.parent_deleted); NotFound when a record is not in the bin.
    """
    return _run(w, object_name, Act.RESTORE, _named(ids), skip_problems=False, hooks=hooks)


def lock(w: Writing, object_name: str, ids: Sequence[int], *, hooks: Hooks | None = None) -> Outcome:
    """Lock records: until they are unlocked nobody edits, deletes or hands them over. Locked ones stay as they are.

    Raises as `update`, and Forbidden for an object whose records cannot be locked.
    """
    return _run(w, object_name, Act.LOCK, _named(ids), skip_problems=False, hooks=hooks)


def unlock(w: Writing, object_name: str, ids: Sequence[int], *, hooks: Hooks | None = None) -> Outcome:
    """Take the lock off records. Raises as `lock`."""
    return _run(w, object_name, Act.UNLOCK, _named(ids), skip_problems=False, hooks=hooks)


def _named(ids: Sequence[int]) -> list[Row]:
    return [Row(number=number, id=record_id) for number, record_id in enumerate(dict.fromkeys(ids))]


def _run(
    w: Writing, object_name: str, act: Act, rows: list[Row], *, skip_problems: bool, hooks: Hooks | None
) -> Outcome:
    if len(rows) > BATCH_MAX:
        raise TooLarge("records.batch_too_large", maximum=BATCH_MAX, count=len(rows))
    batch = Batch(act, w.registry.object(object_name), rows, now(), skip_problems=skip_problems)
    hooks = hooks if hooks is not None else installed_hooks()
    problems = _decide(batch, w, hooks)
    _check(batch, problems)
    problems += _decide_again(batch, w)
    races = 0
    while batch.storable:
        try:
            with w.transaction.savepoint():
                _store(batch, w, hooks)
            break
        except _StoringRefusedError as refusal:
            found = refusal.problems
        except (sa.exc.IntegrityError, psycopg.errors.UniqueViolation) as error:
            if not _is_unique(error):
                raise
            # Somebody took the value since we looked. Look again: now it is visible.
            races += 1
            found = unique.unique(batch, w)
            if not found and races >= RACES_MAX:
                raise Conflict("record.conflict") from error
        batch.change_id = None
        batch.refuse(found)
        problems += found
        _check(batch, problems)
        problems += _decide_again(batch, w)
    return _outcome(batch, problems)


def _decide_again(batch: Batch, w: Writing) -> list[Problem]:
    """Rows that were left out may have been what kept others from closing a circle: look at those that remain."""
    problems: list[Problem] = []
    while batch.act is Act.UPDATE and len(batch.live) < len(batch.rows) and (found := references.cycles(batch, w)):
        batch.refuse(found)
        problems += found
    return problems


class _StoringRefusedError(Exception):
    """Problems found while storing; only unwinds the savepoint."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(len(problems))


def _is_unique(error: Exception) -> bool:
    cause = error.orig if isinstance(error, sa.exc.IntegrityError) else error
    return isinstance(cause, psycopg.errors.UniqueViolation)


def _decide(batch: Batch, w: Writing, hooks: Hooks) -> list[Problem]:
    """All problems of the batch and of what goes with it."""
    problems: list[Problem] = []
    for stage in STAGES:
        if stage.stores or batch.act not in stage.acts:
            continue
        if batch.derived and stage.name in DECIDED_WITH_PARENT:
            continue
        going_along = len(batch.cascade)
        for found in _with_hooks(batch, w, hooks, stage):
            batch.refuse(found)
            problems += found
        for child in batch.cascade[going_along:]:
            found = _decide(child, w, hooks)
            batch.refuse(found)
            problems += found
    return problems


DECIDED_WITH_PARENT = frozenset({"permit", "cascade", "children", "parents"})
"""Stages that the batch at the top runs for everything that goes with it."""


def _store(batch: Batch, w: Writing, hooks: Hooks) -> None:
    """Store the batch, then what goes with it, in the same change. Raises when a stage or a hook finds a problem."""
    problems: list[Problem] = []
    for part in batch.whole():
        part.change_id = batch.change_id
        if not part.storable:
            continue
        for stage in STAGES:
            if stage.stores and part.act in stage.acts:
                for found in _with_hooks(part, w, hooks, stage):
                    problems += found
    if problems:
        raise _StoringRefusedError(problems)


def _with_hooks(batch: Batch, w: Writing, hooks: Hooks, stage: Stage) -> list[list[Problem]]:
    found = _hooked(batch, w, hooks, stage, "before")
    found.append(stage.run(batch, w))
    return found + _hooked(batch, w, hooks, stage, "after")


def _hooked(batch: Batch, w: Writing, hooks: Hooks, stage: Stage, when: When) -> list[list[Problem]]:
    return [list(hook.run(batch, w)) for hook in hooks.at(batch.object.name, stage.name, when, batch.act) if batch.live]


REFUSALS: Mapping[str, type[NotFound | Forbidden | Conflict]] = {
    existing.NOT_FOUND: NotFound,
    existing.NOT_EDITABLE: Forbidden,
    existing.STALE: Conflict,
    existing.LOCKED: Conflict,
    references.MASTER_LOCKED: Conflict,
}
"""Problems that, for a single record, are refusals of their own kind: 404 hides, 403 explains, 409 shows both."""


def _check(batch: Batch, problems: list[Problem]) -> None:
    """Raise unless the batch may go on with what is left of it."""
    if not problems or batch.skip_problems:
        return
    first = problems[0]
    if len(batch.rows) == 1 and first.code in REFUSALS:
        raise REFUSALS[first.code](first.code, **first.params)
    raise Refused(sorted(problems, key=lambda p: p.row))


def _outcome(batch: Batch, problems: list[Problem]) -> Outcome:
    kept = [None if row.refused else row for row in batch.rows]
    return Outcome(
        ids=tuple(None if row is None else row.id for row in kept),
        versions=tuple(None if row is None else row.version for row in kept),
        problems=tuple(sorted(problems, key=lambda p: p.row)),
        change_id=batch.change_id,
    )
