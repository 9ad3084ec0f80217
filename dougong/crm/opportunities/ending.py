"""What follows from an opportunity's stage, and that an ended one stays as it is until it is reopened (domain.md 2.4).

Won is 100 % and lost is 0 %, whoever says otherwise. The stage from which it ended is kept, so that reopening can bring
it back; a deal won keeps amount and currency. `records.work.Writing.action` tells reopening from any other change.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from dougong.crm.stages.guard import REOPEN
from dougong.crm.stages.rules import (
    ENDED,
    LOST,
    OPEN,
    WON,
    StageRules,
    field_params,
    offered_stages,
    option_of,
    outcome_of,
    probability_of,
    rules_of,
    stage_params,
)
from dougong.kit.errors import Problem
from dougong.metadata.model import Field, Object
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

FROZEN = ("amount", "currency")
"""What a deal won keeps."""
REASONS = ("win_reason", "lost_reason", "reason_description")
DAY = 24 * 60 * 60


def follow_stage(batch: Batch, w: Writing) -> list[Problem]:
    """Give each row what its stage says, and a problem to what an ended opportunity does not take."""
    obj = batch.object
    field = obj.fields.get(obj.stage_field or "")
    if field is None or "outcome" not in obj.fields:
        return []
    creating = batch.act is Act.CREATE
    moved = [row for row in batch.live if row.after(field.name) is not None and (creating or row.changes(field.name))]
    rules = rules_of(w, obj.name) if moved else StageRules({})
    problems: list[Problem] = []
    for row in moved:
        if not creating and w.action != REOPEN and _ended(field, row.old.get(field.name)):
            params = {**field_params(field), **stage_params(field, row.old.get(field.name))}
            problems.append(Problem("stage.ended", field.name, row.number, params))
        else:
            _enter(batch, row, field, rules)
    if not creating:
        for row in batch.live:
            problems += _frozen(obj, field, row, w)
    for row in batch.live:
        _certain(field, row)
    return problems


def _ended(field: Field, stage: str | None) -> bool:
    return outcome_of(option_of(field, stage)) in ENDED


def _enter(batch: Batch, row: Row, field: Field, rules: StageRules) -> None:
    """What a row is given on coming into its stage."""
    stage = row.after(field.name)
    option = option_of(field, stage)
    rule = rules.of(row.after(RECORD_TYPE), stage)
    outcome = outcome_of(option)
    moment = batch.moment
    probability = probability_of(rule, option)
    given = row.given.get("probability") not in (None, "") and row.changes("probability")
    values: dict[str, Any] = {
        "outcome": outcome,
        "forecast_category": rule.category,
        "stage_updated_at": moment,
        "standard_days": standard_days(batch.object, field, row.merged(), rules),
    }
    if not given and not (batch.act is Act.CREATE and row.values.get("probability") is not None):
        values["probability"] = probability
    if outcome in ENDED:
        values |= {"ended_at": moment, "ended_from": row.old.get(field.name)}
        values["actual_days"] = days_between(row.old.get("created_at"), moment)
    elif row.old:
        values |= {"ended_at": None, "ended_from": None, "actual_days": None}
        if _ended(field, row.old.get(field.name)):
            values |= dict.fromkeys(REASONS)
    row.values |= {name: value for name, value in values.items() if name in batch.object.fields}


def _certain(field: Field, row: Row) -> None:
    """An ended opportunity is certain, whatever probability it was given."""
    outcome = outcome_of(option_of(field, row.after(field.name)))
    if outcome in ENDED and (not row.old or "probability" in row.values or row.changes(field.name)):
        row.values["probability"] = Decimal(100) if outcome == WON else Decimal(0)


def _frozen(obj: Object, field: Field, row: Row, w: Writing) -> list[Problem]:
    """Problems of a deal that was won, is not being reopened, and is given another amount."""
    if w.action == REOPEN or outcome_of(option_of(field, row.old.get(field.name))) != WON:
        return []
    return [
        Problem("opportunity.amount_frozen", name, row.number, field_params(obj.fields[name]))
        for name in FROZEN
        if name in obj.fields and row.changes(name)
    ]


def days_between(start: datetime | None, end: datetime) -> int | None:
    """Whole days from `start` to `end`."""
    return None if start is None else max(0, int((end - start).total_seconds() // DAY))


def standard_days(obj: Object, field: Field, record: Mapping[str, Any], rules: StageRules) -> int | None:
    """What the standard days of the open stages of the record's type come to; None where none are set."""
    offered = offered_stages(obj, record, field.name)
    days = [
        rules.of(record.get(RECORD_TYPE), option.value).standard_days
        for option in field.options
        if option.active and outcome_of(option) == OPEN and (offered is None or option.value in offered)
    ]
    known = [one for one in days if one is not None]
    return sum(known) if known else None


def first_stage(obj: Object, outcome: str, record: dict[str, Any]) -> str | None:
    """The first stage in use with this outcome that the record's type offers."""
    field = obj.fields[obj.stage_field or ""]
    offered = offered_stages(obj, record, field.name)
    return next(
        (
            option.value
            for option in field.options
            if option.active and outcome_of(option) == outcome and (offered is None or option.value in offered)
        ),
        None,
    )


__all__ = ["LOST", "OPEN", "WON", "first_stage", "follow_stage"]
