"""The guard of stages: what a record needs to come into a stage, for every way of writing.

To move on, a record needs the fields of the stage that it comes to and of every stage that it skips, whatever its own
stage asks for on leaving, and that stage's mandatory tasks. Losing is no moving on: it needs the fields of that stage
alone. What an import creates is history, and history is not asked what it did without; what it moves is asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.access.fields import readable
from dougong.access.principal import system
from dougong.crm.stages.rules import (
    ANY_TYPE,
    LOST,
    StageRules,
    StageTask,
    between,
    field_params,
    mandatory_tasks,
    offered_stages,
    option_of,
    outcome_of,
    rules_of,
    stage_params,
)
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Field
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Order, Query, Reading, Writing, columns_of, page
from dougong.records.hooks import Act, Batch, Row

CHECK = "stage_check"
REQUIRED, REQUIRED_HIDDEN = "stage.field_required", "stage.hidden_required"
REOPEN = "reopen"
"""The action that brings an ended record back to where it was: it asks for nothing that was there already."""


def guard(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for whatever keeps a row from the stage that it is given."""
    name = batch.object.stage_field
    if name is None or name not in batch.object.fields or w.action == REOPEN:
        return []
    creating = batch.act is Act.CREATE
    if creating and (w.via == "import" or w.actor.user_id is None):
        return []
    field = batch.object.fields[name]
    rows = [row for row in batch.live if row.after(name) is not None and (creating or row.changes(name))]
    if not rows:
        return []
    rules = rules_of(w, batch.object.name)
    if creating:
        return [p for row in rows for p in _missing(batch, w, row, field, rules, [row.after(name)])]
    tasks = mandatory_tasks(w, batch.object.name)
    done = _done(w, [row.id for row in rows]) if any(tasks.values()) else frozenset()
    return [p for row in rows for p in _moving(batch, w, row, field, _Settings(rules, tasks, done))]


@dataclass(frozen=True)
class _Settings:
    rules: StageRules
    tasks: Mapping[tuple[str, str], Sequence[StageTask]]
    done: frozenset[tuple[int, str, str]]
    """Tasks that are done: of which record, in which stage, and what they are called."""

    def open_tasks(self, row: Row, stage: str) -> list[StageTask]:
        """The mandatory tasks of a stage that nobody has ticked for the row."""
        own = self.tasks.get((row.after(RECORD_TYPE) or ANY_TYPE, stage))
        asked = own if own is not None else self.tasks.get((ANY_TYPE, stage), ())
        return [task for task in asked if (row.id, stage, task.name) not in self.done]


def _moving(batch: Batch, w: Writing, row: Row, field: Field, set_: _Settings) -> Iterator[Problem]:
    rules = set_.rules
    old, new, type_ = row.old.get(field.name), row.after(field.name), row.after(RECORD_TYPE)
    order = [option.value for option in field.options]
    forward = old not in order or new not in order or order.index(new) > order.index(old)
    if outcome_of(option_of(field, new)) == LOST or old is None:
        yield from _missing(batch, w, row, field, rules, [new])
        return
    if not forward:
        if not rules.of(type_, old).may_go_back:
            yield Problem("stage.no_going_back", field.name, row.number, _params(field, old))
        yield from _missing(batch, w, row, field, rules, [new])
        return
    skipped = list(between(field, offered_stages(batch.object, row.merged(), field.name), old, new))
    for option in skipped:
        if not rules.of(type_, option.value).skippable:
            yield Problem("stage.not_skippable", field.name, row.number, _params(field, option.value))
    yield from _missing(batch, w, row, field, rules, [*(o.value for o in skipped), new], leaving=old)
    for task in set_.open_tasks(row, old):
        params = {**_params(field, old), "task_zh": task.name, "task_en": task.name_en}
        yield Problem("stage.task_open", field.name, row.number, params)


def _params(field: Field, stage: str | None) -> dict[str, Any]:
    return {**field_params(field), **stage_params(field, stage)}


def _missing(
    batch: Batch,
    w: Writing,
    row: Row,
    field: Field,
    rules: StageRules,
    stages: Sequence[str],
    leaving: str | None = None,
) -> Iterator[Problem]:
    """A problem for each field that is blank and that one of `stages`, or leaving the present one, asks for."""
    type_ = row.after(RECORD_TYPE)
    wanted: dict[str, str] = {}
    for stage in reversed(stages):
        wanted |= dict.fromkeys(rules.of(type_, stage).entering, stage)
    if leaving is not None:
        wanted |= {name: leaving for name in rules.of(type_, leaving).leaving if name not in wanted}
    for name, stage in wanted.items():
        # A rule may name a field that is gone since: nobody could fill it.
        asked = batch.object.fields.get(name)
        if asked is None or not asked.active or row.merged().get(name) not in (None, "", [], {}):
            continue
        if not asked.stored or asked.maintained:
            continue
        params = {**field_params(asked), **stage_params(field, stage)}
        if readable(w.actor, batch.object, asked):
            yield Problem(REQUIRED, name, row.number, params)
        else:
            yield Problem(REQUIRED_HIDDEN, field.name, row.number, _params(field, stage))


def _done(w: Writing, ids: Sequence[int]) -> frozenset[tuple[int, str, str]]:
    """The tasks that somebody has ticked for these records."""
    if CHECK not in w.registry.objects:
        return frozenset()
    product = Reading(w.snapshot, w.registry, system("stage tasks"))
    order = (Order(Path(("id",))),)
    among = Compare(Path(("record_id",)), Operator.IN, tuple(ids))
    found: set[tuple[int, str, str]] = set()
    after: str | None = None
    while True:
        columns = columns_of(("record_id", "stage", "task"))
        rows = page(product, Query(CHECK, columns, among, order=order, limit=PAGE_SIZE_MAX, after=after))
        found |= {(record.id, stage, task) for record, stage, task in rows.rows}
        after = rows.next
        if after is None:
            return frozenset(found)
