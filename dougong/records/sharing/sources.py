"""Whose records a rule by owner covers: the people of its source, worked out and kept beside the generation.

The token stands on the records, not with the reader: a reader who would hold something for each of 1,000 owners would
pay for it with every list. So when people come into a source or leave it, the records of those people are looked at
again in the background; what a writer stores meanwhile follows the new people at once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from dougong.access.grasp import Organisation, read_organisation
from dougong.access.people import Person, read_people
from dougong.access.subjects import Member, as_member, subjects_of
from dougong.kit.errors import Problem
from dougong.metadata.registry import Registry
from dougong.records.hooks import Act, Batch
from dougong.records.sharing.queue import queue_recalculation
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of
from dougong.records.write.rules import LIVE, lock_rules
from dougong.storage.schema import sharing_generation, sharing_source
from dougong.storage.unit_of_work import Snapshot, Transaction

DECIDING: Mapping[str, frozenset[str] | None] = {
    "user": frozenset({"department_id"}),
    "department": frozenset({"parent_id"}),
    "user_role": None,
    "public_group": None,
    "public_group_member": None,
}
"""The objects that say who belongs to whom, each with the fields of it that do (None: all)."""

_LOCK = sa.func.hashtextextended("sources of sharing rules", 0)


def as_source(body: Mapping[str, Any]) -> Member | None:
    """The source that a generation's body names; None for one by conditions."""
    found = body.get("source")
    return None if found is None else as_member(found["object"], int(found["id"]), with_below=found["below"])


def people_of(organisation: Organisation, people: Iterable[Person], source: Member) -> set[int]:
    """Those of `people` who belong to `source`, switched off or not: their records are still theirs."""
    return {person.id for person in people if source in _belongs_to(organisation, person)}


def _belongs_to(organisation: Organisation, person: Person) -> frozenset[Member]:
    roles = [role.id for role in person.roles]
    return subjects_of(organisation.groups, organisation.tree, person.id, person.department_id, roles)


def owners_of(snapshot: Snapshot, registry: Registry, source: Member) -> set[int]:
    """The people who belong to `source` now."""
    people = read_people(snapshot, registry).values()
    return people_of(read_organisation(snapshot, registry), people, source)


def lock_sources(tx: Transaction) -> None:
    """Keep whoever changes who belongs to whom waiting; to be taken before the lock of an object's rules."""
    tx.scalar(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def keep_sources(tx: Transaction, registry: Registry, generation_id: int, source: Member) -> None:
    """Store the people of a new generation. The lock of the sources is held: who waits for it sees the generation."""
    _add(tx, generation_id, owners_of(tx, registry, source))


def sources_changed(batch: Batch, w: Writing) -> list[Problem]:
    """The hook of what says who belongs to whom: let the rules by owner be looked at again."""
    fields = DECIDING[batch.object.name]
    if batch.act is Act.UPDATE and fields is not None and all(fields.isdisjoint(row.values) for row in batch.storable):
        return []
    w.transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK)))
    by_owner = sa.select(sharing_generation.c.id).where(
        sharing_generation.c.state.in_(LIVE), sharing_generation.c.body.has_key("source")
    )
    if w.transaction.one(by_owner.limit(1)) is not None:
        queue_recalculation(w.transaction)
    return []


def refresh_sources(tx: Transaction, registry: Registry) -> None:
    """Bring the people of every generation by owner up to date, and note whose records have to be looked at again."""
    lock_sources(tx)
    standing = [
        (row.id, row.object, source)
        for row in tx.rows(sa.select(sharing_generation).where(sharing_generation.c.state.in_(LIVE)))
        if (source := as_source(row.body)) is not None
    ]
    if not standing:
        return
    organisation, people = read_organisation(tx, registry), list(read_people(tx, registry).values())
    kept = _kept(tx)
    moved = []
    for generation_id, object_name, source in standing:
        wanted, held = people_of(organisation, people, source), kept.get(generation_id, set())
        if wanted != held:
            moved.append((generation_id, object_name, wanted - held, held - wanted))
    for object_name in sorted({object_name for _, object_name, _, _ in moved}):
        lock_rules(tx, object_name)
    for generation_id, _, come, gone in moved:
        _add(tx, generation_id, come)
        mine = sharing_source.c.generation_id == generation_id
        tx.execute(sa.delete(sharing_source).where(mine, is_one_of(sharing_source.c.user_id, sorted(gone))))
        restate = sa.func.array_cat(sharing_generation.c.restate, sorted(come | gone))
        statement = sa.update(sharing_generation).where(sharing_generation.c.id == generation_id)
        tx.execute(statement.values(restate=restate))


def _kept(snapshot: Snapshot) -> dict[int, set[int]]:
    kept: dict[int, set[int]] = {}
    for row in snapshot.rows(sa.select(sharing_source)):
        kept.setdefault(row.generation_id, set()).add(row.user_id)
    return kept


def _add(tx: Transaction, generation_id: int, people: Iterable[int]) -> None:
    tx.copy(sharing_source, ("generation_id", "user_id"), [(generation_id, user_id) for user_id in sorted(people)])
