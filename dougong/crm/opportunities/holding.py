"""A deal put on hold (搁置; domain.md 2.4): its stage stays, but until it is taken up again it is no open deal.

It is on hold while it is in an open stage and has a reason for it. So every way in can do it, an import too, and
history tells it like any change; the outcome, which follows, keeps it out of what counts open deals: funnel, forecast,
boards, what is overdue, the roll-ups of the account. Ending a deal ends its rest.
"""

from typing import Any

from dougong.crm.stages.rules import ENDED, OPEN, StageRules, field_params, option_of, outcome_of, rules_of
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.metadata.model import Field, Object
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

OPPORTUNITY = "opportunity"
ON_HOLD = "on_hold"
REASON, UNTIL, SAID = "hold_reason", "resume_on", "hold_description"
ASKED = (REASON, UNTIL, SAID)
"""What a person gives, or takes back."""
KEPT = ("held_at", "hold_reminded_at")
OMITTED = "omitted"
"""The forecast category of what counts in none."""


def hold(batch: Batch, w: Writing) -> list[Problem]:
    """Give each row what follows from being on hold or not, behind what follows from its stage.

    A problem for a rest without a day or reason, for a day that is over, and for a stage that would change meanwhile.
    """
    obj = batch.object
    field = obj.fields.get(obj.stage_field or "")
    if field is None or not obj.fields.keys() >= {"outcome", REASON, UNTIL}:
        return []
    rules: StageRules | None = None
    problems: list[Problem] = []
    for row in batch.live:
        before, after = row.old.get("outcome") == ON_HOLD, row.after(REASON) is not None
        if outcome_of(option_of(field, row.after(field.name))) in ENDED:
            _clear(obj, row, (*ASKED, *KEPT))
        elif after:
            found = _problems(batch, w, row, field)
            problems += found
            if not found:
                _rest(batch, row, new=not before)
        elif before:
            rules = rules or rules_of(w, OPPORTUNITY)
            category = rules.of(row.after(RECORD_TYPE), row.after(field.name)).category
            _set(obj, row, {"outcome": OPEN, "forecast_category": category})
            _clear(obj, row, (UNTIL, SAID, *KEPT))
        elif row.changes(UNTIL) and row.after(UNTIL) is not None:
            problems.append(Problem("opportunity.hold_reason", REASON, row.number, field_params(obj.fields[REASON])))
    return problems


def _problems(batch: Batch, w: Writing, row: Row, field: Field) -> list[Problem]:
    """What keeps a deal with a reason from being on hold as it is."""
    params = field_params(batch.object.fields[UNTIL])
    until = row.after(UNTIL)
    if until is None:
        return [Problem("opportunity.resume_when", UNTIL, row.number, params)]
    # What an import brings was put on hold elsewhere, and may be due by now.
    resting = batch.act is not Act.CREATE and row.old.get("outcome") == ON_HOLD
    given = (row.changes(UNTIL) or not resting) and w.via != "import"
    if given and until <= today(w.actor.timezone):
        return [Problem("opportunity.resume_past", UNTIL, row.number, params)]
    if resting and row.changes(field.name):
        return [Problem("opportunity.on_hold", field.name, row.number, field_params(field))]
    return []


def _rest(batch: Batch, row: Row, *, new: bool) -> None:
    obj = batch.object
    category = obj.fields.get("forecast_category")
    values: dict[str, Any] = {"outcome": ON_HOLD}
    if category is not None and any(option.value == OMITTED for option in category.options):
        values["forecast_category"] = OMITTED
    if new:
        values["held_at"] = batch.moment
    if new or row.changes(UNTIL):
        values["hold_reminded_at"] = None
    _set(obj, row, values)


def _set(obj: Object, row: Row, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name in obj.fields and row.after(name) != value:
            row.values[name] = value


def _clear(obj: Object, row: Row, names: tuple[str, ...]) -> None:
    _set(obj, row, dict.fromkeys(names))
