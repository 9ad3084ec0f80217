"""The body of a batch, and how it is done: the same where records are written together and where that is tried out."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.http.ids import RecordId
from dougong.http.principal import Caller
from dougong.http.query_body import NAME_MAX, Strict
from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.records.api import Change, Outcome, Writing, create, delete, lock, restore, unlock, update

Values = dict[str, Any]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]

BATCHES_MAX = 50
"""Batches that are written together."""


ACCEPTED_MAX = 200

Accepted = Annotated[
    Annotated[tuple[RecordId, ...], Field(max_length=ACCEPTED_MAX)] | Literal["all"],
    Field(description="possible duplicates that were shown (or all there are), to save in spite of them"),
]


def accepting(w: Writing, accepted: tuple[int, ...] | Literal["all"]) -> Writing:
    """The writing of somebody who has seen these duplicates and goes on."""
    return replace(w, twins="all" if accepted == "all" else frozenset(accepted))


class BatchAction(StrEnum):
    """What a batch does with all of its records."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    LOCK = "lock"
    UNLOCK = "unlock"


class BatchRow(Strict):
    """One record of a batch: its values, and which record it is (not when it is created)."""

    values: Values = Field(default_factory=dict)
    id: RecordId | None = None
    version: Version | None = None


class BatchBody(Strict):
    """Either `rows`, each with its own values, or `ids`; an update of `ids` gives all of them the same `values`."""

    object: Annotated[str, Field(min_length=1, max_length=NAME_MAX)]
    action: BatchAction
    rows: Annotated[list[BatchRow], Field(max_length=BATCH_MAX)] | None = None
    ids: Annotated[list[RecordId], Field(max_length=BATCH_MAX)] | None = None
    values: Values | None = None
    skip_problems: Annotated[
        bool, Field(description="store the rows without problems instead of refusing all (create, update)")
    ] = False
    accept_duplicates: Accepted = ()


class BatchesBody(Strict):
    """Batches of several objects that are stored together, in this order, or not at all."""

    batches: Annotated[list[BatchBody], Field(min_length=1, max_length=BATCHES_MAX)]


def perform(w: Writing, body: BatchBody) -> Outcome:
    """Do what the body of a batch asks. Raises BadRequest for a body that says too much or too little, and what the
    write path raises. Updating more than one record needs the right to bulk edit."""
    if body.rows is not None and (body.ids is not None or body.values is not None):
        # One of the two would have to be ignored.
        raise _wanted(body, "rows | ids")
    w = accepting(w, body.accept_duplicates)
    match body.action:
        case BatchAction.CREATE:
            if body.rows is None or any(row.id is not None for row in body.rows):
                raise _wanted(body, "rows[].values")
            return create(w, body.object, [row.values for row in body.rows], skip_problems=body.skip_problems)
        case BatchAction.UPDATE:
            changes = _changes(body)
            if body.rows is None or len(changes) > 1:
                check_action(w.actor, w.registry.object(body.object), Action.BULK_EDIT)
            return update(w, body.object, changes, skip_problems=body.skip_problems)
        case BatchAction.DELETE:
            versions = {row.id: row.version for row in body.rows or () if row.id is not None}
            return delete(w, body.object, _ids(body), versions=versions)
        case BatchAction.RESTORE:
            return restore(w, body.object, _ids(body))
        case BatchAction.LOCK:
            return lock(w, body.object, _ids(body))
        case BatchAction.UNLOCK:
            return unlock(w, body.object, _ids(body))


def _changes(body: BatchBody) -> list[Change]:
    if body.ids is not None and body.values is not None:
        return [Change(i, body.values) for i in body.ids]
    if body.rows is None or any(row.id is None for row in body.rows):
        raise _wanted(body, "rows[].id, ids + values")
    return [Change(row.id, row.values, row.version) for row in body.rows if row.id is not None]


def _ids(body: BatchBody) -> list[int]:
    if body.ids is not None:
        return body.ids
    if body.rows is None or any(row.id is None for row in body.rows):
        raise _wanted(body, "ids")
    return [row.id for row in body.rows if row.id is not None]


def _wanted(body: BatchBody, what: str) -> BadRequest:
    return BadRequest("request.batch_rows", field=what, action=body.action.value, wanted=what)


def perform_all(caller: Caller, w: Writing, body: BatchesBody) -> list[Outcome]:
    """Do one batch after the other. Raises what `perform` raises; problems say in `batch` which one they are of."""
    return [_perform_one(caller, w, number, batch) for number, batch in enumerate(body.batches)]


def _perform_one(caller: Caller, w: Writing, number: int, body: BatchBody) -> Outcome:
    caller.about(body.object)
    try:
        return perform(w, body)
    except Refused as refusal:
        raise Refused(
            [Problem(p.code, p.field, p.row, {**p.params, "batch": number}) for p in refusal.problems]
        ) from refusal
