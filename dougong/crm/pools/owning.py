"""What a plain write means to a record of a pooled object, as hooks of the write path.

New records may be put straight into a pool; who edits the owner of one that is in a pool hands it over, and protection
begins anew: [decision] there is no way around the rules by a plain edit, an import or a hand-over job. The actions of
pools write the pool's fields themselves, which nobody else can, and are let through (domain.md 5.8).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.access.principal import Principal
from dougong.crm.pools.movement import Movement
from dougong.crm.pools.reading import (
    ASSIGNED,
    DEPARTMENT,
    OWNER,
    POOL_ID,
    PRIVATE,
    SELF_CREATED,
    STATUS,
    UNCLAIMED,
    administers,
    found,
    is_,
    is_finished,
    people,
    period_rows,
    pools,
)
from dougong.crm.pools.rules import Pool, Protection, protection, protection_of
from dougong.crm.pools.storing import FREED, by_product, log
from dougong.crm.pools.taking import not_for, not_transferable
from dougong.expressions.ast import all_of
from dougong.kit.errors import Problem
from dougong.metadata.model import FieldType
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

LINKS = frozenset({FieldType.LOOKUP, FieldType.MASTER_DETAIL})


def new_records(batch: Batch, w: Writing) -> list[Problem]:
    """Put new records into the pool that is named, or, where the company wants it, that of who has created them.

    Named with a pool and no owner a record lies there for anybody; with an owner it is assigned to them.
    """
    if not batch.object.pooled:
        return []
    named = {row.values[POOL_ID] for row in batch.live if row.values.get(POOL_ID) is not None}
    known = pools(w, ids=named)
    by_creator = _creators_pool(batch, w) if not w.actor.product else {}
    receivers = _receivers(batch, w, known)
    problems: list[Problem] = []
    for row in batch.live:
        if row.given.get(STATUS) not in (None, PRIVATE):
            continue  # brought by the product itself, with all that belongs to it
        pool_id = row.values.get(POOL_ID)
        if pool_id is None:
            _under_rules(row, by_creator.get(row.values.get(OWNER) or 0), batch)
            continue
        pool = known.get(pool_id)
        problem = _no_entry(batch, w, pool)
        receiver = receivers.get(row.values.get(OWNER) or 0)
        if problem is not None or pool is None:
            problems += [Problem(problem.code, POOL_ID, row.number, problem.params)] if problem is not None else []
        elif row.given.get(OWNER) and receiver is not None and (outside := not_for(receiver, pool)) is not None:
            problems.append(Problem(outside.code, OWNER, row.number, outside.params))
        elif row.given.get(OWNER) in (None, ""):
            row.values |= {OWNER: None, DEPARTMENT: None, STATUS: UNCLAIMED}
        else:
            row.values |= {STATUS: ASSIGNED, "claimed_at": batch.moment, **_dates(protection(pool, batch.moment))}
    return problems


def _receivers(batch: Batch, w: Writing, known: Mapping[int, Pool]) -> dict[int, Principal]:
    """The owners named with new records of pools that must be in these: administrators know what they do."""
    strict = {pool_id for pool_id in known if not administers(w.actor, pool_id)}
    named = {row.given.get(OWNER) and row.values.get(OWNER) for row in batch.live if row.values.get(POOL_ID) in strict}
    return people(w, [owner for owner in named if owner])


def _no_entry(batch: Batch, w: Writing, pool: Pool | None) -> Problem | None:
    """Why a new record cannot be put into the pool by this writer."""
    if pool is None or pool.object != batch.object.name:
        return Problem("pool.other_object", params={"object": batch.object.name})
    if not pool.active:
        return Problem("pool.inactive", params={"pool": pool.name})
    if not w.actor.product and pool.id not in w.actor.pools and not w.actor.administers:
        return Problem("pool.not_a_member", params={"name": w.actor.name, "pool": pool.name})
    return None


def _creators_pool(batch: Batch, w: Writing) -> dict[int, Pool]:
    """By owner the pool under whose rules records that people create themselves stand, where they do."""
    rows = found(w, SELF_CREATED, is_("object_name", batch.object.name), ("rule",))
    if not rows or rows[0]["rule"] != "by_pool":
        return {}
    owners = {owner for row in batch.live if (owner := row.values.get(OWNER)) is not None}
    mine = {w.actor.user_id: w.actor} if owners <= {w.actor.user_id} else people(w, owners)
    serving = [pool for pool in pools(w, batch.object.name).values() if pool.active]
    joined = {
        owner: next((pool for pool in serving if pool.id in person.pools and not person.administers), None)
        for owner, person in mine.items()
    }
    return {owner: pool for owner, pool in joined.items() if owner is not None and pool is not None}


def _under_rules(row: Row, pool: Pool | None, batch: Batch) -> None:
    if pool is not None and not is_finished(batch.object, row.values):
        row.values |= {POOL_ID: pool.id, "claimed_at": batch.moment, **_dates(protection(pool, batch.moment))}


def _dates(found_protection: Protection | None) -> dict[str, Any]:
    if found_protection is None:
        return {"expires_at": None, "hard_end_at": None}
    return {"expires_at": found_protection.expires_at, "hard_end_at": found_protection.hard_end_at}


def changed_records(batch: Batch, w: Writing) -> list[Problem]:
    """Have protection follow a plain edit: of the owner it begins anew, of the stage it grows or comes to its end."""
    obj = batch.object
    if not obj.pooled:
        return []
    stage = obj.stage_field or ""
    rows = [row for row in batch.live if STATUS not in row.given and _in_pool(row)]
    concerned = [row for row in rows if row.changes(OWNER) or row.changes(POOL_ID) or row.changes(stage)]
    problems = [
        Problem("pool.by_action", POOL_ID, row.number)
        for row in batch.live
        if STATUS not in row.given and row.changes(POOL_ID)
    ]
    if not concerned:
        return problems
    known = pools(w, ids={row.old[POOL_ID] for row in concerned} - {None})
    receivers = people(w, [to for row in concerned if row.changes(OWNER) and (to := row.after(OWNER)) is not None])
    for row in concerned:
        pool = known.get(row.old[POOL_ID] or 0)
        if pool is None:
            continue
        if row.changes(OWNER):
            problem = _hand_over(row, w, pool, receivers)
            if problem is not None:
                problems.append(Problem(problem.code, OWNER, row.number, problem.params))
                continue
            row.values |= {**FREED, STATUS: ASSIGNED, "claimed_at": batch.moment}
            row.values |= _dates(protection(pool, batch.moment))
        if row.changes(stage) and row.after(OWNER) is not None:
            _follow(batch, row, pool)
    return problems


def periods(batch: Batch, w: Writing) -> list[Problem]:
    """Have protection follow what is written of a record where its pool has periods: another level, other days.

    Behind all that decides values, so that what is stored is judged; whoever writes, pools' own actions too.
    """
    if not batch.object.pooled:
        return []
    rows = [row for row in batch.live if row.values and _counts_down(row)]
    ids = {row.after(POOL_ID) for row in rows}
    if not period_rows(w, ids):
        return []
    known = pools(w, ids=ids)
    for row in rows:
        pool = known.get(row.after(POOL_ID) or 0)
        if pool is None or not pool.periods or pool.unreadable:
            continue
        dates = _dates(protection_of(pool, row.merged()))
        if any(row.after(name) != date for name, date in dates.items()):
            row.values |= {**dates, "reminded_at": None}
    return []


def _counts_down(row: Row) -> bool:
    return all(row.after(name) is not None for name in (POOL_ID, OWNER, "expires_at"))


def _in_pool(row: Row) -> bool:
    return row.old.get(POOL_ID) is not None or row.changes(POOL_ID)


def _hand_over(row: Row, w: Writing, pool: Pool, receivers: Mapping[int, Any]) -> Problem | None:
    """Why the owner of a record of the pool cannot be edited so."""
    to = row.after(OWNER)
    if to is None:
        return Problem("pool.by_return", params={"pool": pool.name})
    if w.actor.product:
        return None
    if row.old[STATUS] == UNCLAIMED:
        if not administers(w.actor, pool.id):
            return Problem("pool.administrators_only")
    elif (problem := not_transferable(w, row.old, {pool.id: pool})) is not None and not _may_transfer_all(w):
        return problem
    receiver = receivers.get(to)
    if receiver is None or administers(w.actor, pool.id):
        return None  # the stage "owner" tells of people who are gone; administrators know what they do
    return not_for(receiver, pool)


def _may_transfer_all(w: Writing) -> bool:
    """Whoever edits everything hands over what a leaver has, to whom they choose."""
    return w.actor.edits_all


def _follow(batch: Batch, row: Row, pool: Pool) -> None:
    """A record at its good end is in no countdown; one that came a stage further was followed up."""
    if is_finished(batch.object, row.merged()):
        row.values |= {"expires_at": None, "hard_end_at": None, "reminded_at": None}
        return
    row.values["followed_at"] = batch.moment
    if is_finished(batch.object, row.old):
        row.values["claimed_at"] = batch.moment
    row.values |= {**_dates(protection_of(pool, row.merged())), "reminded_at": None}


def restored_records(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record that would come back into a pool which was switched off while it was in the bin.

    [decision] Private limits hold for what comes back as for what is created: who has no room returns something first.
    """
    if not batch.object.pooled:
        return []
    known = pools(w, ids={row.old[POOL_ID] for row in batch.live} - {None})
    return [
        Problem("pool.inactive", POOL_ID, row.number, {"pool": pool.name})
        for row in batch.live
        if (pool := known.get(row.old[POOL_ID] or 0)) is not None and not pool.active
    ]


def tell_movements(batch: Batch, w: Writing) -> list[Problem]:
    """The lines of the log for plain writes: a record came into a pool, or was handed over."""
    obj = batch.object
    if not obj.pooled:
        return []
    moved = []
    for row in batch.storable:
        if row.given.get(STATUS) not in (None, PRIVATE):
            continue
        if batch.act is Act.CREATE and row.values.get(POOL_ID) is not None:
            moved.append(
                Movement({**_nothing(obj.name_field), **row.values, OWNER: None}, row.values, _kind_of_new(row))
            )
        elif batch.act is Act.UPDATE and row.changes(OWNER) and row.old.get(POOL_ID) is not None:
            kind = "assign" if row.old[STATUS] == UNCLAIMED else "transfer"
            moved.append(Movement(row.old, row.values, kind))
    if moved:
        log(by_product(w), obj, moved, batch.moment)
    return []


def _nothing(name_field: str) -> dict[str, Any]:
    return {name_field: None, OWNER: None, POOL_ID: None, "claimed_at": None}


def _kind_of_new(row: Row) -> str:
    return "assign" if row.values.get(STATUS) == ASSIGNED else "enter"


def not_upon_unclaimed(batch: Batch, w: Writing) -> list[Problem]:
    """Nothing is hung on a record that nobody has taken, but by who administers its pool: take it first."""
    obj = batch.object
    if w.actor.product or not obj.owned or obj.configuration:
        return []
    problems: list[Problem] = []
    for field in obj.fields.values():
        if field.system or field.type not in LINKS or obj.name in field.points_to:
            continue
        target = w.registry.objects.get(field.points_to[0])
        if target is None or not target.pooled:
            continue
        wanted: dict[int, list[Row]] = {}
        for row in batch.live:
            if row.changes(field.name) and row.values[field.name] is not None:
                wanted.setdefault(row.values[field.name], []).append(row)
        problems += _lying(w, target.name, field.name, wanted)
    return problems


def _lying(w: Writing, target: str, field: str, wanted: Mapping[int, Sequence[Row]]) -> list[Problem]:
    if not wanted:
        return []
    lying = found(w, target, all_of(is_("id", *sorted(wanted)), is_(STATUS, UNCLAIMED)), ("id", POOL_ID))
    return [
        Problem("pool.unclaimed", field, row.number)
        for one in lying
        if not administers(w.actor, one[POOL_ID])
        for row in wanted[one["id"]]
    ]
