"""Sharing rules on the write path: each record carries the tokens of the rules that cover it (domain.md 1.8).

A rule that becomes known while a record is being written must not miss it. So a writer shares a lock by the object's
name before asking which generations there are, and who makes one known, lets one go or changes whose records one covers
(`records.sharing`) takes it alone: then every writer before has committed, and the recalculation sees its records; and
every writer behind knows.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dougong.access.tokens import Kind, is_rule, token
from dougong.kit.errors import BadRequest, Problem
from dougong.kit.kept import Kept
from dougong.metadata.model import Object, Sharing
from dougong.metadata.registry import Registry
from dougong.records.read.row_conditions import RowCondition, meets, row_condition
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, FieldValue, Generation, Row
from dougong.records.write.columns import is_one_of
from dougong.storage.schema import sharing_generation, sharing_source
from dougong.storage.unit_of_work import Snapshot, Transaction

OWNER = "owner_id"
BUILDING, CURRENT, LEAVING = "building", "current", "leaving"
LIVE = (BUILDING, CURRENT)
"""The states of generations that writers keep up."""


def carries_rules(obj: Object) -> bool:
    """Whether records of `obj` may carry tokens of rules: they have owners, and are no settings."""
    return obj.owned and not obj.configuration and not obj.key


def can_have_rules(obj: Object) -> bool:
    """Whether records of `obj` can be shared by rules now: what everybody may edit needs none."""
    return carries_rules(obj) and obj.sharing in {Sharing.PRIVATE, Sharing.PUBLIC_READ}


def learn(batch: Batch, w: Writing) -> list[Problem]:
    """Find out which generations this batch has to keep up.

    Before the records are locked: who waits for a rule that is being made known must not keep others waiting, least of
    all the recalculation.
    """
    if carries_rules(batch.object):
        batch.rules = live_generations(w.transaction, w.registry, batch.object)
    return []


def cover(batch: Batch, w: Writing) -> list[Problem]:
    """Give each row the tokens of the generations that cover it as it will be.

    A generation none of whose fields is written keeps its answer; the token of one that nobody keeps up any more stays
    until it is swept away.
    """
    if batch.rules:
        sources = _sources(w.transaction, batch.rules, batch)
        known: dict[Hashable, bool] = {}
        for row in batch.storable:
            _cover(batch, w, row, sources, known)
    return []


def live_generations(tx: Transaction, registry: Registry, obj: Object) -> tuple[Generation, ...]:
    """The generations that writers of `obj` keep up; no other becomes one before the end of the transaction."""
    tx.scalar(sa.select(sa.func.pg_advisory_xact_lock_shared(_key(obj.name))))
    statement = sa.select(sharing_generation.c.id, sharing_generation.c.created_at).where(
        sharing_generation.c.object == obj.name, sharing_generation.c.state.in_(LIVE)
    )
    found = {int(row.id): row.created_at for row in tx.rows(statement)}
    return tuple(generations(tx, registry, obj, found)) if found else ()


def lock_rules(tx: Transaction, object_name: str) -> None:
    """Wait until no writer of the object is under way, and keep others waiting to the end of the transaction."""
    tx.scalar(sa.select(sa.func.pg_advisory_xact_lock(_key(object_name))))


def _key(object_name: str) -> sa.ColumnElement[int]:
    return sa.func.hashtextextended(f"sharing rules of {object_name}", 0)


def _cover(
    batch: Batch, w: Writing, row: Row, sources: Mapping[int, frozenset[int]], known: dict[Hashable, bool]
) -> None:
    held = {number for number in row.held if is_rule(number)}
    covering = set(held)
    record: Mapping[str, Any] | None = None
    for generation in batch.rules:
        if batch.act is Act.UPDATE and generation.fields.isdisjoint(row.values):
            continue
        if generation.condition is None:
            covered = row.after(OWNER) in sources[generation.id]
        else:
            record = record if record is not None else _as_stored(batch, w, row)
            covered = _meets(generation, generation.condition, record, known)
        (covering.add if covered else covering.discard)(token(Kind.RULE, generation.id))
    if row.access is not None or covering != held:
        own = row.held if row.access is None else row.access
        row.access = [*(number for number in own if not is_rule(number)), *sorted(covering)]


def _meets(
    generation: Generation, condition: RowCondition, record: Mapping[str, FieldValue], known: dict[Hashable, bool]
) -> bool:
    """Whether the record meets the condition; equal values, of which a batch has many, are decided once."""
    key: Hashable = (generation.id, *map(record.get, generation.fields))
    try:
        found = known.get(key)
    except TypeError:  # a value that is a list
        return meets(condition, record)
    if found is None:
        found = known[key] = meets(condition, record)
    return found


def _as_stored(batch: Batch, w: Writing, row: Row) -> Mapping[str, FieldValue]:
    """The whole record, with what storing will fill in by itself."""
    if batch.act is not Act.CREATE:
        return row.merged()
    made = {"created_at": batch.moment, "created_by_id": w.actor.user_id}
    return {**row.values, **{name: row.values.get(name) or value for name, value in made.items()}}


def _sources(tx: Transaction, live: Iterable[Generation], batch: Batch) -> Mapping[int, frozenset[int]]:
    """For each generation by owner, those of the batch's owners whose records it covers."""
    ids = [generation.id for generation in live if generation.condition is None]
    owners = {row.after(OWNER) for row in batch.storable} - {None}
    found: defaultdict[int, set[int]] = defaultdict(set)
    if ids and owners:
        statement = sa.select(sharing_source.c.generation_id, sharing_source.c.user_id).where(
            is_one_of(sharing_source.c.generation_id, ids), is_one_of(sharing_source.c.user_id, sorted(owners))
        )
        for row in tx.rows(statement):
            found[row.generation_id].add(row.user_id)
    return {generation: frozenset(found[generation]) for generation in ids}


_CONDITIONS: Kept[Generation] = Kept(2_000)
"""The checked conditions of generations, which never change, for the registry in whose terms they were checked."""


def generations(
    snapshot: Snapshot, registry: Registry, obj: Object, made_at: Mapping[int, datetime]
) -> list[Generation]:
    """The generations of these ids, checked once a process; when each was made tells it from one of another database.

    One whose condition names what is no more covers nothing new and is left out; its rule is about to be switched off.
    """
    found = {number: _CONDITIONS.find((registry.serial, number, moment)) for number, moment in made_at.items()}
    missing = [number for number, generation in found.items() if generation is None]
    if missing:
        statement = sa.select(sharing_generation.c.id, sharing_generation.c.body)
        for row in snapshot.rows(statement.where(is_one_of(sharing_generation.c.id, missing))):
            made = _generation(registry, obj, row.id, row.body)
            if made is not None:
                _CONDITIONS.keep((registry.serial, row.id, made_at[row.id]), made)
                found[row.id] = made
    return [generation for generation in found.values() if generation is not None]


def _generation(registry: Registry, obj: Object, number: int, body: Mapping[str, Any]) -> Generation | None:
    if "conditions" not in body:
        return Generation(number, None, frozenset({OWNER}))
    try:
        condition = row_condition(registry, obj, body["conditions"])
    except BadRequest:
        return None
    return Generation(number, condition, condition.fields)
