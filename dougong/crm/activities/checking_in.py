"""Check-in and check-out: actions on the record that is visited, and on a visit that was planned.

The browser says where it is; what that is worth is decided here, and when it was is the server's clock. The position is
kept by the product: nobody moves it afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dougong.access.principal import Action as Right
from dougong.crm.activities.places import Position, metres_between, state_of
from dougong.crm.activities.related import values_of
from dougong.crm.activities.settings import settings_of
from dougong.crm.activities.visits import DONE, IN_PROGRESS, PLANNED, VISIT
from dougong.kit import clock
from dougong.kit.errors import BadRequest, Problem, Refused
from dougong.kit.text import sentence
from dougong.metadata.field_types import ValueProblem
from dougong.metadata.field_types.places import Location, parse_location
from dougong.metadata.model import Label
from dougong.records.api import Change, Reading, Seen, Writing, create, get, keeping, update
from dougong.records.hooks import Action

ACTIVITY = "activity"
VISITED = ("account", "contact", "opportunity", "lead")
"""The objects whose records one can check in at."""

ARRIVAL = ("checked_in_at", "checked_in_location", "checked_in_address", "accuracy", "distance", "position_state")
DEPARTURE = ("checked_out_at", "checked_out_location", "checked_out_address")
SAID = ("subject", "content", "contact_id", "visit_type", "picture")
"""What the person may say of the visit; it goes through the write path as theirs."""
ADDRESS_MAX = 255
ACCURACY_MAX = 10_000_000

Params = Mapping[str, Any]
Answer = Mapping[str, Any]


def check_in_at(object_name: str, w: Writing, ids: Sequence[int], params: Params) -> Answer:
    """Check in at a record: a visit that was not planned begins."""
    (record_id,) = ids
    given = _said(params)
    if not given.get("subject"):
        name = get(w, object_name, record_id, (w.registry.object(object_name).name_field,))
        given["subject"] = sentence("activity.visit_of", w.actor.language, {"name": next(iter(name.values()))})[:255]
    given |= {"type": VISIT, "related_id": {"object": object_name, "id": record_id}}
    account_id = _account_of(w, object_name, record_id)
    arrival = _arrival(w, account_id, params, picture=given.get("picture"))
    (activity_id,) = create(keeping(w, *ARRIVAL), ACTIVITY, [{**given, **arrival, "start_at": clock.now()}]).ids
    _place_account(w, account_id, arrival, params)
    return _answer(activity_id, arrival)


def check_in(w: Writing, ids: Sequence[int], params: Params) -> Answer:
    """Check in at a visit that was planned."""
    (activity_id,) = ids
    stored = values_of(w, ACTIVITY, ids, ("account_id", "picture"))[activity_id]
    given = _said(params)
    arrival = _arrival(w, stored["account_id"], params, picture=given.get("picture") or stored["picture"])
    update(keeping(w, *ARRIVAL), ACTIVITY, [Change(activity_id, {**given, **arrival})])
    _place_account(w, stored["account_id"], arrival, params)
    return _answer(activity_id, arrival)


def check_out(w: Writing, ids: Sequence[int], params: Params) -> Answer:
    """Check out of a visit under way."""
    (activity_id,) = ids
    position, given = _position(w, params), _said(params)
    before = values_of(w, ACTIVITY, ids, ("content",))[activity_id]["content"]
    if before and given.get("content"):
        given["content"] = f"{before}\n{given['content']}"
    departure = {
        "checked_out_at": clock.now(),
        "checked_out_location": None if position is None else position.location,
        "checked_out_address": _address(params),
    }
    update(keeping(w, *DEPARTURE), ACTIVITY, [Change(activity_id, {**given, **departure})])
    return {
        "id": str(activity_id),
        "minutes": values_of(w, ACTIVITY, ids, ("visit_minutes",))[activity_id]["visit_minutes"],
    }


def visited(w: Writing, ids: Sequence[int], _params: Params) -> Answer:
    """Say that a planned visit was made, without a check-in."""
    update(keeping(w, "visit_status"), ACTIVITY, [Change(one, {"visit_status": DONE}) for one in ids])
    return {}


def _said(params: Params) -> dict[str, Any]:
    return {name: params[name] for name in SAID if params.get(name) not in (None, "")}


def _arrival(w: Writing, account_id: int | None, params: Params, *, picture: object) -> dict[str, Any]:
    set_for = settings_of(w)
    if set_for.picture_required and picture is None:
        raise Refused([Problem("activity.picture_required", "picture")])
    position = _position(w, params)
    place = _location_of(w, account_id)
    distance = None if position is None or place is None else metres_between(position.location, place)
    state = state_of(position, distance, far=set_for.far_metres, inaccurate=set_for.accuracy_metres)
    return {
        "checked_in_at": clock.now(),
        "checked_in_location": None if position is None else position.location,
        "checked_in_address": _address(params),
        "accuracy": None if position is None else position.accuracy,
        "distance": distance,
        "position_state": state.value,
    }


def _position(w: Writing, params: Params) -> Position | None:
    """The position that the browser gave; None where it had none. Raises BadRequest for one that is no point."""
    given = params.get("position")
    if given is None:
        return None
    if not isinstance(given, Mapping) or not {"latitude", "longitude"} <= set(given) <= {
        "latitude",
        "longitude",
        "accuracy",
    }:
        raise BadRequest("activity.position", field="position")
    accuracy = given.get("accuracy")
    if isinstance(accuracy, bool) or not (accuracy is None or isinstance(accuracy, int | float)):
        raise BadRequest("activity.position", field="position")
    point = {name: given[name] for name in ("latitude", "longitude")}
    try:
        location = parse_location(w.registry.object(ACTIVITY).fields["checked_in_location"], point)
    except ValueProblem as problem:
        raise BadRequest("activity.position", field="position") from problem
    if location is None:
        return None
    return Position(location, None if accuracy is None else min(ACCURACY_MAX, max(0, round(accuracy))))


def _address(params: Params) -> str | None:
    given = params.get("address")
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if not isinstance(given, str) or len(given) > ADDRESS_MAX:
        raise BadRequest("activity.address", field="address", maximum=ADDRESS_MAX)
    return given.strip()


def _account_of(r: Reading, object_name: str, record_id: int) -> int | None:
    if object_name == "account":
        return record_id
    if object_name == "lead":
        return None
    found = values_of(r, object_name, [record_id], ("account_id",))[record_id]["account_id"]
    return None if found is None else int(found)


def _location_of(r: Reading, account_id: int | None) -> Location | None:
    if account_id is None:
        return None
    found = values_of(r, "account", [account_id], ("location",)).get(account_id)
    return None if found is None else found["location"]


def _place_account(w: Writing, account_id: int | None, arrival: Mapping[str, Any], params: Params) -> None:
    """Give an account that has no position yet that of the check-in, where the person asks for it (and may)."""
    wanted = params.get("place_account") is True and arrival["checked_in_location"] is not None
    if wanted and account_id is not None and _location_of(w, account_id) is None:
        update(w, "account", [Change(account_id, {"location": arrival["checked_in_location"]})])


def _answer(activity_id: int | None, arrival: Mapping[str, Any]) -> Answer:
    return {"id": str(activity_id), "state": arrival["position_state"], "distance": arrival["distance"]}


@dataclass(frozen=True)
class _Visit:
    """What decides which steps a visit offers."""

    status: str | None
    mine: bool
    due: bool


def _visit(seen: Seen) -> _Visit:
    found = seen.values
    start = found.get("start_at")
    mine = found.get("owner_id") == seen.reading.actor.user_id
    return _Visit(found.get("visit_status"), mine, start is None or start <= clock.now())


def _at_plan(seen: Seen) -> bool:
    visit = _visit(seen)
    return visit.mine and visit.status == PLANNED


def _open(seen: Seen) -> bool:
    """Whether work goes on at the record: a lead that is converted is an account now."""
    return seen.values.get("converted_at") is None


def _under_way(seen: Seen) -> bool:
    visit = _visit(seen)
    return visit.mine and visit.status == IN_PROGRESS


def _past(seen: Seen) -> bool:
    visit = _visit(seen)
    return visit.mine and visit.status == PLANNED and visit.due


CHECK_IN, CHECK_OUT = Label("签到", "Check in"), Label("签退", "Check out")

WRITING, CHANGING = ((ACTIVITY, Right.CREATE),), ((ACTIVITY, Right.UPDATE),)

ACTIONS = (
    *(
        Action(name, "check_in", CHECK_IN, partial(check_in_at, name), _open, needs=WRITING, icon="environment")
        for name in VISITED
    ),
    Action(
        ACTIVITY, "check_in", CHECK_IN, check_in, offered=_at_plan, needs=CHANGING, primary=True, icon="environment"
    ),
    Action(
        ACTIVITY, "check_out", CHECK_OUT, check_out, offered=_under_way, needs=CHANGING, primary=True, icon="logout"
    ),
    Action(
        ACTIVITY,
        "visited",
        Label("标记为已拜访", "Mark as visited"),
        visited,
        offered=_past,
        needs=CHANGING,
        icon="check",
    ),
)
