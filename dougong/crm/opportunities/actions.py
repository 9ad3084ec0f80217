"""The actions on a deal's page, each one write through the ordinary path.

A deal is won, lost and reopened, put on hold and taken up again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.access.principal import Action as Right
from dougong.crm.opportunities.ending import LOST, OPEN, WON, first_stage
from dougong.crm.opportunities.holding import ASKED, ON_HOLD, REASON
from dougong.crm.stages.rules import offered_stages, option_of, outcome_of
from dougong.kit.errors import BadRequest, Conflict, Problem, Refused
from dougong.metadata.model import Label, Object
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Change, Seen, Writing, get, update
from dougong.records.hooks import Action

OPPORTUNITY = "opportunity"
WITH = {
    WON: ("win_reason", "reason_description", "close_date", "amount"),
    LOST: ("lost_reason", "reason_description", "close_date"),
}
"""What the action may be given besides, by outcome: fields of the opportunity."""
OUTCOME_LABELS = {WON: Label("赢单", "won"), LOST: Label("输单", "lost")}


def _outcome(seen: Seen) -> str | None:
    """Open, won or lost, where the reader may change the record; None where they may not."""
    obj = seen.reading.registry.object(OPPORTUNITY)
    if obj.stage_field is None or not seen.can[Right.UPDATE] or obj.stage_field not in seen.values:
        return None
    return outcome_of(option_of(obj.fields[obj.stage_field], seen.values[obj.stage_field]))


def _rests(seen: Seen) -> bool | None:
    """Whether an open deal is on hold, where the reader may change it; None for any other."""
    if _outcome(seen) != OPEN or REASON not in seen.values:
        return None
    return bool(seen.values.get("outcome") == ON_HOLD)


def _hold(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put deals on hold. Without a reason there is nothing that would hold them."""
    _only(params, ASKED)
    if params.get(REASON) in (None, ""):
        label = w.registry.object(OPPORTUNITY).fields[REASON].label
        raise Refused([Problem("opportunity.hold_reason", REASON, params={"label_zh": label.zh, "label_en": label.en})])
    update(w, OPPORTUNITY, [Change(record_id, dict(params)) for record_id in ids])
    return {}


def _resume(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take deals up again in the stage in which they stand."""
    _only(params, ())
    update(w, OPPORTUNITY, [Change(record_id, {REASON: None}) for record_id in ids])
    return {}


def _end(outcome: str) -> Any:  # noqa: ANN401  # the type is that of Action.run
    def run(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
        obj = w.registry.object(OPPORTUNITY)
        _only(params, WITH[outcome])
        changes = []
        for record_id in ids:
            stage = first_stage(obj, outcome, _typed(w, obj, record_id))
            if stage is None:
                label = OUTCOME_LABELS[outcome]
                raise Conflict("stage.no_outcome", outcome_zh=label.zh, outcome_en=label.en)
            changes.append(Change(record_id, {**params, str(obj.stage_field): stage}))
        update(w, OPPORTUNITY, changes)
        return {}

    return run


def _reopen(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring ended deals back to the stage in which they were, without the reasons of their end."""
    obj = w.registry.object(OPPORTUNITY)
    name = str(obj.stage_field)
    _only(params, (name,))
    field = obj.fields[name]
    changes = []
    for record_id in ids:
        record = get(
            w, OPPORTUNITY, record_id, ("id", name, "ended_from", *([RECORD_TYPE] if obj.record_types else []))
        )
        if outcome_of(option_of(field, record[name])) == OPEN:
            raise Conflict("stage.not_ended")
        offered = offered_stages(obj, record, name)
        wanted = params.get(name) or record["ended_from"] or first_stage(obj, OPEN, dict(record))
        option = option_of(field, wanted)
        usable = option is not None and option.active and (offered is None or option.value in offered)
        if not usable or outcome_of(option) != OPEN:
            raise BadRequest("stage.reopen_where", field=name)
        changes.append(Change(record_id, {name: wanted}))
    update(w, OPPORTUNITY, changes)
    return {}


def _typed(w: Writing, obj: Object, record_id: int) -> dict[str, Any]:
    return dict(get(w, OPPORTUNITY, record_id, ("id", *([RECORD_TYPE] if obj.record_types else []))))


def _only(params: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raises BadRequest for a parameter that the action does not have."""
    for name in params:
        if name not in known:
            raise BadRequest("record.unknown_field", field=name, name=name, object=OPPORTUNITY, nearest="")


MAY = ((OPPORTUNITY, Right.UPDATE),)

ACTIONS = (
    Action(
        OPPORTUNITY,
        "win",
        Label("赢单", "Win"),
        _end(WON),
        lambda seen: _outcome(seen) == OPEN,
        needs=MAY,
        icon="trophy",
    ),
    Action(
        OPPORTUNITY,
        "lose",
        Label("输单", "Lose"),
        _end(LOST),
        lambda seen: _outcome(seen) == OPEN,
        needs=MAY,
        bulk=True,
        icon="stop",
    ),
    Action(
        OPPORTUNITY,
        "hold",
        Label("搁置", "Put on hold"),
        _hold,
        lambda seen: _rests(seen) is False,
        needs=MAY,
        bulk=True,
        icon="pause",
    ),
    Action(
        OPPORTUNITY,
        "resume",
        Label("恢复跟进", "Take up again"),
        _resume,
        lambda seen: _rests(seen) is True,
        needs=MAY,
        bulk=True,
        icon="play",
    ),
    Action(
        OPPORTUNITY,
        "reopen",
        Label("重新打开", "Reopen"),
        _reopen,
        lambda seen: _outcome(seen) in {WON, LOST},
        needs=MAY,
        bulk=True,
        icon="undo",
    ),
)
