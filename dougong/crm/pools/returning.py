"""Records lose their owner or their pool: returned, called back, moved; and the protection that is asked for longer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dougong.access.principal import Principal
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import (
    DEPARTMENT,
    OWNER,
    POOL_ID,
    REASON,
    SELF_CREATED,
    STATUS,
    UNCLAIMED,
    administers,
    found,
    is_,
    is_finished,
    pool,
    pools,
)
from dougong.crm.pools.rules import Pool, protection, protection_of, under
from dougong.crm.pools.storing import FREED, store
from dougong.crm.pools.taking import Record, check, holding, locked, pools_of, unique
from dougong.expressions.ast import all_of
from dougong.kit import clock
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.model import Object
from dougong.records.api import Reading, Writing

DESCRIPTION_MAX = 255


def give_back(
    w: Writing,
    object_name: str,
    ids: Sequence[int],
    reason_id: int | None,
    description: str | None = None,
    pool_id: int | None = None,
) -> int:
    """Return records to a pool, or put them into one: for their owners, and for who administers the pool.

    A reason of the object's is needed, and a description where the reason says so; `pool_id` where the record is in no
    pool yet, or is to lie in another. Returns how many.
    """
    records = holding(w, object_name, ids)
    obj = w.registry.object(object_name)
    told = _reason(w, object_name, reason_id, description)
    return _free(w, obj, ids, records, pool_id, "return", told, owners=True)


def reclaim(w: Writing, object_name: str, ids: Sequence[int], description: str | None = None) -> int:
    """Call records back from whoever holds them: for administrators of their pools. Returns how many."""
    records = holding(w, object_name, ids)
    obj = w.registry.object(object_name)
    told = {"description": _cut(description)}
    return _free(w, obj, ids, records, None, "reclaim", told, owners=False)


def move(w: Writing, object_name: str, ids: Sequence[int], pool_id: int) -> int:
    """Give records to another pool, with whoever holds them: for who administers both. Returns how many."""
    records = holding(w, object_name, ids)
    obj, target, moment = w.registry.object(object_name), pool(w, pool_id, object_name), clock.now()

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        if record[POOL_ID] is None:
            return Problem("pool.not_in_pool")
        if not (administers(w.actor, record[POOL_ID]) and administers(w.actor, target.id)):
            return Problem("pool.administrators_only")
        if not target.active:
            return Problem("pool.inactive", params={"pool": target.name})
        return Problem("pool.same") if record[POOL_ID] == target.id else locked(obj, record)

    check(ids, refusal)
    moved = [Movement(records[i], _in_pool(target, records[i], moment), "move") for i in unique(ids)]
    store(w, obj, moved, moment)
    return len(moved)


def _in_pool(target: Pool, record: Record, moment: datetime) -> dict[str, Any]:
    """What changes where a record goes to another pool: its protection is counted by the rules there, from now."""
    values: dict[str, Any] = {POOL_ID: target.id, STATUS: record[STATUS]}
    if record[OWNER] is None:
        return values
    found_protection = protection(under(target, record), moment)
    return {
        **values,
        **FREED,
        "claimed_at": moment,
        "expires_at": None if found_protection is None else found_protection.expires_at,
        "hard_end_at": None if found_protection is None else found_protection.hard_end_at,
    }


def freed(
    target: Pool, record: Record, moment: datetime, reason_id: int | None, description: str | None
) -> dict[str, Any]:
    """The values of a record that lies in `target` from now on, without an owner."""
    refrozen = moment + timedelta(days=target.refreeze_days) if target.refreeze_days else None
    return {
        **FREED,
        OWNER: None,
        DEPARTMENT: None,
        POOL_ID: target.id,
        STATUS: UNCLAIMED,
        "last_owner_id": record[OWNER],
        "returned_at": moment,
        "return_reason_id": reason_id,
        "return_description": description,
        "return_count": (record["return_count"] or 0) + 1,
        "thaw_at": refrozen,
    }


def _free(
    w: Writing,
    obj: Object,
    ids: Sequence[int],
    records: Mapping[int, Record],
    pool_id: int | None,
    kind: str,
    told: Mapping[str, Any],
    *,
    owners: bool,
) -> int:
    moment, known = clock.now(), pools_of(w, records)
    if pool_id is not None:
        known[pool_id] = pool(w, pool_id, obj.name)
    keeps_out = _never_in_pools(w, obj.name)

    def target(record: Record) -> Pool | None:
        return known.get(pool_id or record[POOL_ID] or 0)

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        return _not_freeable(w, obj, record, target(record), owners=owners, keeps_out=keeps_out)

    check(ids, refusal)
    moved = []
    for record_id in unique(ids):
        record = records[record_id]
        to = target(record)
        if to is not None:
            values = freed(to, record, moment, told.get("reason_id"), told.get("description"))
            moved.append(Movement(record, values, kind, told))
    store(w, obj, moved, moment)
    return len(moved)


def _not_freeable(
    w: Reading, obj: Object, record: Record, target: Pool | None, *, owners: bool, keeps_out: bool
) -> Problem | None:
    if record[OWNER] is None and record[POOL_ID] is not None:
        return Problem("pool.not_held")
    if target is None:
        return Problem("pool.choose", "pool_id")
    if not target.active:
        return Problem("pool.inactive", params={"pool": target.name})
    keeps = administers(w.actor, record[POOL_ID] if record[POOL_ID] is not None else target.id)
    mine = owners and record[OWNER] == w.actor.user_id
    if not (keeps or mine):
        return Problem("pool.not_yours" if owners else "pool.administrators_only")
    if record[POOL_ID] != target.id and not (keeps and administers(w.actor, target.id)) and not _may_put(w, target):
        return Problem("pool.not_a_member", params={"name": w.actor.name, "pool": target.name})
    if (problem := locked(obj, record)) is not None:
        return problem
    if is_finished(obj, record):
        return Problem("pool.finished")
    if keeps_out and record[POOL_ID] is None and not w.actor.administers:
        return Problem("pool.self_created")
    return None


def _may_put(r: Reading, target: Pool) -> bool:
    return target.id in r.actor.pools or r.actor.administers


def _never_in_pools(r: Reading, object_name: str) -> bool:
    rows = found(r, SELF_CREATED, is_("object_name", object_name), ("rule",))
    return bool(rows) and rows[0]["rule"] == "never"


def _reason(r: Reading, object_name: str, reason_id: int | None, description: str | None) -> dict[str, Any]:
    """What the person said of why. Raises BadRequest where the reason, or the description it asks for, is missing."""
    if reason_id is None:
        raise BadRequest("pool.reason_missing", field="reason_id")
    where = all_of(is_("id", reason_id), is_("object_name", object_name), is_("active", True))
    rows = found(r, REASON, where, ("id", "name", "needs_description"))
    if not rows:
        raise BadRequest("pool.reason_missing", field="reason_id")
    if rows[0]["needs_description"] and not (description or "").strip():
        raise BadRequest("pool.description_missing", field="description", reason=rows[0]["name"])
    return {"reason_id": reason_id, "description": _cut(description)}


def _cut(text: str | None) -> str | None:
    return (text or "").strip()[:DESCRIPTION_MAX] or None


def ask_extension(w: Writing, object_name: str, ids: Sequence[int], until: datetime, reason: str | None) -> int:
    """Ask the pool's administrators for longer protection of records that one holds. Returns how many."""
    records = holding(w, object_name, ids)
    obj, moment, known = w.registry.object(object_name), clock.now(), pools_of(w, records)

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        if record[OWNER] != w.actor.user_id:
            return Problem("pool.not_yours")
        return _not_extendable(record, known.get(record[POOL_ID] or 0), until, moment)

    check(ids, refusal)
    values = {"extension_wanted_until": until, "extension_reason": _cut(reason)}
    moved = [Movement(records[i], values, "ask", {"until": until, "description": _cut(reason)}) for i in unique(ids)]
    store(w, obj, moved, moment)
    return len(moved)


def grant_extension(w: Writing, object_name: str, ids: Sequence[int], until: datetime | None) -> int:
    """Protect records for longer, or (None) refuse what was asked: for administrators of their pools."""
    records = holding(w, object_name, ids)
    obj, moment, known = w.registry.object(object_name), clock.now(), pools_of(w, records)

    def refusal(record_id: int) -> Problem | None:
        record = records[record_id]
        if not administers(w.actor, record[POOL_ID]):
            return Problem("pool.administrators_only")
        if until is None:
            return None if record["extension_wanted_until"] is not None else Problem("pool.nothing_asked")
        return _not_extendable(record, known.get(record[POOL_ID] or 0), until, moment)

    check(ids, refusal)
    moved = []
    for record_id in unique(ids):
        record = records[record_id]
        values: dict[str, Any] = {"extension_wanted_until": None, "extension_reason": None}
        if until is not None:
            found_protection = protection_of(known[record[POOL_ID]], {**record, "extended_until": until})
            values |= {
                "extended_until": until,
                "expires_at": None if found_protection is None else found_protection.expires_at,
                "reminded_at": None,
            }
        moved.append(Movement(record, values, "refuse" if until is None else "extend"))
    store(w, obj, moved, moment)
    return len(moved)


def _not_extendable(record: Record, held_in: Pool | None, until: datetime, moment: datetime) -> Problem | None:
    if held_in is None or record[OWNER] is None or record["expires_at"] is None:
        return Problem("pool.not_protected")
    if until <= max(moment, record["expires_at"]):
        return Problem("pool.extension_shorter", params={"until": record["expires_at"].isoformat()})
    if record["hard_end_at"] is not None and until > record["hard_end_at"]:
        return Problem("pool.beyond_longest", params={"until": record["hard_end_at"].isoformat()})
    return None


def own_pools(r: Reading, object_name: str, actor: Principal | None = None) -> list[Pool]:
    """The pools of the object that the person is in, in their order."""
    person = actor or r.actor
    return [one for one in pools(r, object_name).values() if one.id in person.pools and one.active]
