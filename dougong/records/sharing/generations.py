"""The generations of a sharing rule: one for each meaning that it has had (`storage.schema.sharing_generation`).

A rule that is saved with another meaning gets a new one, *building* until every record has been looked at; then it
becomes *current*, in one step with the one before *leaving*, whose token is swept off the records behind it. Readers
hold the token of the current one alone; writers keep up building and current ones. A rule that is switched off keeps
its current one up, so that switching it on again costs nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from dougong.expressions.filter_json import parse_filter, to_json
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, NotFound
from dougong.metadata.field_types.links import Reference
from dougong.metadata.registry import Registry
from dougong.records.sharing.queue import queue_recalculation
from dougong.records.sharing.sources import as_source, keep_sources, lock_sources
from dougong.records.write.rules import BUILDING, CURRENT, LEAVING, lock_rules
from dougong.storage.schema import sharing_generation
from dougong.storage.unit_of_work import Snapshot, Transaction

RULE = "sharing_rule"

EVERY_RECORD = 2**63 - 1
"""The position behind every record."""

Progress = Literal["off", "building", "complete", "stopped"]
"""How far a rule is. stopped: what it says now was not calculated to the end; what it said before holds on, if that
was."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class RuleText:
    """What a rule says, as far as it decides which records it covers."""

    id: int
    object: str
    active: bool
    body: Body


@dataclass(frozen=True)
class Standing:
    """A generation as it stands."""

    id: int
    rule_id: int
    object: str
    body: Body
    state: str
    position: int
    done: int
    total: int | None
    restate: tuple[int, ...]
    created_at: datetime
    finished_at: datetime | None

    @property
    def reached(self) -> int:
        """Up to which id the records are in step with it."""
        return self.position if self.state == BUILDING else EVERY_RECORD


@dataclass(frozen=True)
class RuleProgress:
    """How far a rule is, with the counts of the calculation under way."""

    progress: Progress
    done: int = 0
    total: int | None = None
    finished_at: datetime | None = None


def body_of(basis: str, source: Reference | None, conditions: str | None, *, below: bool) -> Body:
    """What of a rule makes a generation: equal bodies cover the same records."""
    if basis == "owner":
        if source is None:
            raise ValueError("a rule by owner has no source")
        return {"source": {"object": source.object, "id": source.id, "below": below and source.object == "department"}}
    return {"conditions": to_json(parse_filter(json.loads(conditions or "null")))}


def read_rule(snapshot: Snapshot, registry: Registry, rule_id: int) -> RuleText | None:
    """A living rule's text."""
    table = registry.tables[RULE]
    rows = snapshot.rows(sa.select(table).where(table.c.id == rule_id, table.c.deleted_at.is_(None)))
    return next(iter(read_rules(rows)), None)


def read_rules(rows: Iterable[sa.Row[Any]]) -> Iterator[RuleText]:
    """The texts of stored rules."""
    for row in rows:
        source = None if row.source_id is None else Reference(row.source_type, row.source_id)
        body = body_of(row.basis, source, row.conditions, below=bool(row.source_below))
        yield RuleText(row.id, row.object_name, bool(row.active), body)


def standing(snapshot: Snapshot, rule_id: int, *, lock: bool = False) -> list[Standing]:
    """The generations of a rule, oldest first; `lock` keeps the recalculation off them."""
    statement = (
        sa.select(sharing_generation).where(sharing_generation.c.rule_id == rule_id).order_by(sharing_generation.c.id)
    )
    return [as_standing(row) for row in snapshot.rows(statement.with_for_update() if lock else statement)]


def as_standing(row: sa.Row[Any]) -> Standing:
    """The generation of a stored row."""
    values = dict(row._mapping)
    return Standing(**{**values, "restate": tuple(values["restate"])})


def settle(tx: Transaction, registry: Registry, rule_id: int, *, was_open: bool) -> None:
    """Bring the generations in step with what the rule says now; `was_open`: whether anybody could read by it before.

    What nobody could read by before must not open again as it was while its new meaning is being worked out.
    """
    rule = read_rule(tx, registry, rule_id)
    _lock(tx, rule, standing(tx, rule_id))
    found = standing(tx, rule_id, lock=True)
    building = [g for g in found if g.state == BUILDING]
    current = [g for g in found if g.state == CURRENT]
    if rule is None:
        _leave(tx, [*building, *current])
    elif current and current[0].body == rule.body:
        _leave(tx, building)
    elif not (building and building[0].body == rule.body and rule.active):
        _leave(tx, [*building, *([] if was_open and rule.active else current)])
        if rule.active:
            start(tx, registry, rule)


def _lock(tx: Transaction, rule: RuleText | None, found: Iterable[Standing]) -> None:
    """Sources before objects, objects by name: whoever takes several of these locks takes them in this order."""
    if rule is not None and as_source(rule.body) is not None:
        lock_sources(tx)
    for name in sorted({g.object for g in found} | ({rule.object} if rule is not None else set())):
        lock_rules(tx, name)


def start(tx: Transaction, registry: Registry, rule: RuleText) -> None:
    """A new generation, of what the rule says now. The locks (`_lock`) are held."""
    values = {"rule_id": rule.id, "object": rule.object, "body": dict(rule.body), "state": BUILDING}
    made = int(tx.scalar(sa.insert(sharing_generation).values(**values).returning(sharing_generation.c.id)))
    source = as_source(rule.body)
    if source is not None:
        keep_sources(tx, registry, made, source)
    queue_recalculation(tx)


def _leave(tx: Transaction, leaving: list[Standing]) -> None:
    if not leaving:
        return
    ids = [g.id for g in leaving]
    statement = sa.update(sharing_generation).where(sharing_generation.c.id.in_(ids))
    tx.execute(statement.values(state=LEAVING, position=0, done=0, restate=[]))
    queue_recalculation(tx)


def put_into_force(tx: Transaction, generation: Standing) -> None:
    """Let readers go over to a generation that is complete, and let the one before leave.

    The lock of the object's rules is held: nobody gives the old token to another record behind the sweep. The access
    version is moved by the caller, before it takes that lock: so does whoever saves a rule.
    """
    before = [g for g in standing(tx, generation.rule_id) if g.state == CURRENT]
    statement = sa.update(sharing_generation).where(sharing_generation.c.id == generation.id)
    tx.execute(statement.values(state=CURRENT, finished_at=now()))
    _leave(tx, before)


def cancel(tx: Transaction, rule_id: int) -> None:
    """Stop the calculation: what the rule said before holds on. Raises Conflict("rule.not_calculating")."""
    _lock(tx, None, standing(tx, rule_id))
    building = [g for g in standing(tx, rule_id, lock=True) if g.state == BUILDING]
    if not building:
        raise Conflict("rule.not_calculating")
    _leave(tx, building)


def recalculate(tx: Transaction, registry: Registry, rule_id: int) -> None:
    """Look at every record anew. Raises NotFound, Conflict: rule.switched_off, rule.calculating."""
    rule = read_rule(tx, registry, rule_id)
    if rule is None:
        raise NotFound("record.not_found", object=RULE)
    _lock(tx, rule, ())
    if not rule.active:
        raise Conflict("rule.switched_off")
    if any(g.state == BUILDING for g in standing(tx, rule_id, lock=True)):
        raise Conflict("rule.calculating")
    start(tx, registry, rule)


def progress_of(rule: RuleText, found: list[Standing]) -> RuleProgress:
    """How far a rule is."""
    building = next((g for g in found if g.state == BUILDING), None)
    current = next((g for g in found if g.state == CURRENT), None)
    if not rule.active:
        return RuleProgress("off")
    if building is not None:
        return RuleProgress("building", building.done, building.total)
    if current is not None and current.body == rule.body:
        if current.restate:
            return RuleProgress("building", 0, None)
        return RuleProgress("complete", current.done, current.total, current.finished_at)
    return RuleProgress("stopped")
