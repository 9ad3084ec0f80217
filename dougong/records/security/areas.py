"""Nobody reaches more than they have by an area of the settings (`dougong.access.areas`).

Each write of somebody who does not administer as a whole is judged: what they hold and reach behind it must not be more
than before, whichever setting brought it about; profiles that administer, or have an area that the writer has not, are
not theirs to give, change or take; nor are the people who hold such a profile, whose password would be the way to it.
Source: issue B (administration pages by profile), decision 25.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from dougong.access.areas import Area
from dougong.access.differences import exceeds
from dougong.access.grasp import read_organisation
from dougong.access.principal import Principal
from dougong.access.resolve import ACCESS_OBJECTS, resolve
from dougong.access.subjects import as_member, subjects_of
from dougong.kit.errors import Forbidden, Problem
from dougong.metadata.registry import Registry, load_registry
from dougong.records.hooks import Batch, Row
from dougong.records.work import Reading, Writing
from dougong.records.write.columns import is_one_of
from dougong.storage.unit_of_work import Snapshot

OF_PEOPLE = ("user_role", "user_profile", "user_department", "user_dimension_node")
"""Objects whose records are about one user, by `user_id`."""


def judged(actor: Principal) -> bool:
    """Whether the actor is somebody whose writes of settings are judged: not the product, and not an administrator."""
    return actor.user_id is not None and not actor.administers and bool(actor.areas)


def theirs_to_give(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a profile, or a person, with more of the administration than the writer has."""
    if not judged(w.actor):
        return []
    name = batch.object.name
    if name == "profile":
        return [Problem("area.profile", "areas", row.number) for row in batch.live if _beyond_row(w.actor, row)]
    if name == "user":
        people = {row.number: [row.id] for row in batch.live if row.id}
    else:
        people = {row.number: [n for n in (row.old.get("user_id"), row.after("user_id")) if n] for row in batch.live}
    beyond = people_beyond(w.transaction, w.registry, w.actor, (n for some in people.values() for n in some))
    problems = [Problem("area.person", row=number) for number, some in people.items() if beyond.intersection(some)]
    if name == "user_profile":
        profiles = _profiles_beyond(w.transaction, w.registry, w.actor)
        problems += [
            Problem("area.profile", "profile_id", row.number)
            for row in batch.live
            if profiles.intersection({row.old.get("profile_id"), row.after("profile_id")})
        ]
    return problems


def _beyond_row(actor: Principal, row: Row) -> bool:
    """Whether the profile has, or would have, more than the actor."""
    administers = bool(row.old.get("administers")) or bool(row.after("administers"))
    areas = {*(row.old.get("areas") or ()), *(row.after("areas") or ())}
    return administers or not areas <= {area.value for area in actor.areas}


def _profiles_beyond(snapshot: Snapshot, registry: Registry, actor: Principal) -> set[int]:
    table = registry.tables["profile"]
    rows = snapshot.rows(sa.select(table.c.id, table.c.administers, table.c.areas).where(table.c.deleted_at.is_(None)))
    held = {area.value for area in actor.areas}
    return {row.id for row in rows if row.administers or not held.issuperset(row.areas or ())}


def people_beyond(snapshot: Snapshot, registry: Registry, actor: Principal, user_ids: Iterable[int]) -> set[int]:
    """Those of the users who hold a profile with more of the administration than the actor has."""
    held, profiles = registry.tables["user_profile"], _profiles_beyond(snapshot, registry, actor)
    statement = sa.select(held.c.user_id).where(
        held.c.deleted_at.is_(None),
        is_one_of(held.c.user_id, sorted(set(user_ids))),
        is_one_of(held.c.profile_id, sorted(profiles)),
    )
    return {row.user_id for row in snapshot.rows(statement)}


def may_look_after(r: Reading, user_id: int) -> bool:
    """Whether the reader may give the user a password, a link or a first factor: by the area, and no more than it."""
    if r.actor.administers:
        return True
    if Area.PEOPLE not in r.actor.areas:
        return False
    return not people_beyond(r.snapshot, r.registry, r.actor, [user_id])


def check_look_after(r: Reading, user_id: int) -> None:
    """Raise Forbidden where `may_look_after` says no."""
    if not may_look_after(r, user_id):
        raise Forbidden("area.person" if Area.PEOPLE in r.actor.areas else "session.administrator_required")


def no_more_than_before(batch: Batch, w: Writing) -> list[Problem]:
    """A problem where the writer themself would hold or reach more behind the write than before it."""
    actor = w.actor
    if not judged(actor) or not batch.storable:
        return []
    registry = load_registry(w.transaction)
    now = resolve(w.transaction, registry, actor.user_id or 0)
    grown = exceeds(now, actor) or (batch.object.name.startswith("sharing_rule") and _shares_with(batch, w, registry))
    return [Problem("area.oneself", row=batch.storable[0].number)] if grown else []


def _shares_with(batch: Batch, w: Writing, registry: Registry) -> bool:
    """Whether one of the rules is for the writer: it would open records once it is calculated."""
    actor = w.actor
    if actor.edits_all and not actor.controls:
        return False
    targets, roles = registry.tables["sharing_rule_target"], registry.tables["user_role"]
    rules = [row.after("rule_id") if batch.object.name == "sharing_rule_target" else row.id for row in batch.storable]
    statement = sa.select(targets.c.target_type, targets.c.target_id, targets.c.with_below)
    statement = statement.where(targets.c.deleted_at.is_(None), is_one_of(targets.c.rule_id, sorted(set(rules))))
    named = {as_member(r.target_type, r.target_id, with_below=r.with_below) for r in w.transaction.rows(statement)}
    organisation = read_organisation(w.transaction, registry)
    held = sa.select(roles.c.role_id).where(roles.c.user_id == actor.user_id, roles.c.deleted_at.is_(None))
    mine = subjects_of(
        organisation.groups,
        organisation.tree,
        actor.user_id or 0,
        actor.department_id,
        [row.role_id for row in w.transaction.rows(held)],
    )
    return not named.isdisjoint(mine)


JUDGED = tuple(sorted(ACCESS_OBJECTS))
"""What decides about rights at all."""
