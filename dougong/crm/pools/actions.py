"""What people do with records of pools, as actions of the records: offered where it is theirs to do."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from dougong.access.principal import Principal
from dougong.crm.pools import returning, taking
from dougong.crm.pools.reading import OWNER, POOL_ID, STATUS, UNCLAIMED, administers, pools
from dougong.crm.pools.rules import end_of
from dougong.kit.errors import BadRequest, NotFound
from dougong.metadata.model import Label, Object
from dougong.records.api import Reading, Seen, Writing, get
from dougong.records.hooks import Action

Params = Mapping[str, Any]
State = Mapping[str, Any]
Run = Callable[[Writing, str, Sequence[int], Params], int]
Offer = Callable[[Reading, State], bool]

SEEN = ("id", POOL_ID, STATUS, OWNER, "expires_at", "extension_wanted_until")
TEXT_MAX = 2_000


def _claim(w: Writing, name: str, ids: Sequence[int], _params: Params) -> int:
    return taking.claim(w, name, ids)


def _assign(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    return taking.assign(w, name, ids, _id(params, "to_id"))


def _transfer(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    return taking.transfer(w, name, ids, _id(params, "to_id"))


def _return(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    reason, pool = _id(params, "reason_id"), _optional_id(params, "pool_id")
    return returning.give_back(w, name, ids, reason, _text(params, "description"), pool)


def _reclaim(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    return returning.reclaim(w, name, ids, _text(params, "description"))


def _move(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    return returning.move(w, name, ids, _id(params, "pool_id"))


def _extend(w: Writing, name: str, ids: Sequence[int], params: Params) -> int:
    """Grant longer protection, or (without a day) refuse it; who does not administer the pool asks for it."""
    record = get(w, name, ids[0], SEEN)
    day = params.get("until")
    until = None if day in (None, "") else _end_of(w, record, day)
    if administers(w.actor, record[POOL_ID]):
        return returning.grant_extension(w, name, ids, until)
    if until is None:
        raise BadRequest("pool.until_missing", field="until")
    return returning.ask_extension(w, name, ids, until, _text(params, "description"))


def _end_of(r: Reading, record: State, day: object) -> datetime:
    """The end of the day, in the zone of the record's pool."""
    try:
        found = date.fromisoformat(str(day))
    except ValueError as error:
        raise BadRequest("pool.until_missing", field="until") from error
    known = pools(r, ids={record[POOL_ID]} - {None})
    if not known:
        raise NotFound("pool.not_in_pool")
    return end_of(found, known[record[POOL_ID]].zone)


def _id(params: Params, name: str) -> int:
    found = _optional_id(params, name)
    if found is None:
        raise BadRequest("pool.choice_missing", field=name)
    return found


def _optional_id(params: Params, name: str) -> int | None:
    given = params.get(name)
    if given in (None, ""):
        return None
    if not str(given).isascii() or not str(given).isdigit() or len(str(given)) > 18:
        raise BadRequest("pool.choice_missing", field=name)
    return int(str(given))


def _text(params: Params, name: str) -> str | None:
    given = params.get(name)
    return None if given is None else str(given)[:TEXT_MAX]


def _lies(_r: Reading, state: State) -> bool:
    return state[POOL_ID] is not None and state[STATUS] == UNCLAIMED


def _mine(r: Reading, state: State) -> bool:
    return state[OWNER] is not None and state[OWNER] == r.actor.user_id


def _kept(r: Reading, state: State) -> bool:
    return administers(r.actor, state[POOL_ID])


ACTIONS: tuple[tuple[str, Label, Run, Offer], ...] = (
    ("claim", Label("领取", "Take"), _claim, lambda r, s: _lies(r, s) and s[POOL_ID] in r.actor.pools),
    ("assign", Label("分配", "Assign"), _assign, lambda r, s: _lies(r, s) and _kept(r, s)),
    (
        "pool_transfer",
        Label("转给同事", "Hand over"),
        _transfer,
        lambda r, s: s[POOL_ID] is not None and s[OWNER] is not None and (_mine(r, s) or _kept(r, s)),
    ),
    (
        "return",
        Label("退回池中", "Return to the pool"),
        _return,
        lambda r, s: s[OWNER] is not None and (_mine(r, s) or (s[POOL_ID] is not None and _kept(r, s))),
    ),
    (
        "reclaim",
        Label("收回", "Call back"),
        _reclaim,
        lambda r, s: s[POOL_ID] is not None and s[OWNER] is not None and not _mine(r, s) and _kept(r, s),
    ),
    (
        "extend",
        Label("延长保护期", "Extend the protection"),
        _extend,
        lambda r, s: s["expires_at"] is not None and (_mine(r, s) or _kept(r, s)),
    ),
    ("move", Label("移到其他池", "Move to another pool"), _move, lambda r, s: s[POOL_ID] is not None and _kept(r, s)),
)
"""Each action with whether it is offered for a record in this state; what it decides itself it decides again."""

PRIMARY = frozenset({"claim"})
ICONS = {
    "claim": "download",
    "assign": "useradd",
    "pool_transfer": "swap",
    "return": "inbox",
    "reclaim": "undo",
    "extend": "clock",
    "move": "drag",
}
KEEPERS = frozenset({"assign", "reclaim", "move"})
"""What only those do who administer a pool."""


def actions_of(obj: Object) -> Sequence[Action]:
    """What records of the object offer: all of it where they can lie in pools, else nothing."""
    return _actions(obj.name) if obj.pooled else ()


@cache
def _actions(object_name: str) -> Sequence[Action]:
    return tuple(
        Action(
            object_name,
            name,
            label,
            _running(object_name, run),
            offered=_offered(offer),
            for_whom=_keeps_any if name in KEEPERS else _is_in_any,
            bulk=True,
            primary=name in PRIMARY,
            icon=ICONS[name],
            takes=name in PRIMARY,
        )
        for name, label, run, offer in ACTIONS
    )


def _keeps_any(actor: Principal) -> bool:
    return _is_in_any(actor) and (actor.administers or any(actor.pools.values()))


def _is_in_any(actor: Principal) -> bool:
    return bool(actor.pools)


def _running(object_name: str, run: Run) -> Callable[[Writing, Sequence[int], Params], Mapping[str, Any]]:
    def act(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
        return {"count": run(w, object_name, ids, params)}

    return act


def _offered(offer: Offer) -> Callable[[Seen], bool]:
    """What is locked, such as a lead that is converted, goes nowhere."""
    return lambda seen: (
        seen.values.get("locked_at") is None and offer(seen.reading, {name: seen.values.get(name) for name in SEEN})
    )
