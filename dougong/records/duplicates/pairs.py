"""Pairs of records that rules take for the same: written down, kept true, and shown as a mark on the records.

A pair is found when a record is written, or by the scan of existing ones. It goes when one of the two is deleted, or
changed so that the rule does not hold any more; a pair of which somebody has said that they are not the same stays, so
that it is never shown again. A record is marked while it is in an open pair. The record itself is not written by that:
its version and history do not move, as with roll-ups (decision 27).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.clock import now
from dougong.metadata.registry import Registry
from dougong.records.duplicates.finding import needed_fields
from dougong.records.duplicates.rules import MARK_FIELD, Forms, Rule, rules_of
from dougong.records.write.columns import as_rows, field_columns, is_one_of, unpacked
from dougong.storage.schema import duplicate_pair
from dougong.storage.unit_of_work import Snapshot, Transaction

OPEN, DIFFERENT = "open", "different"

Twins = dict[int, str]
"""Ids of records with their objects."""


@dataclass(frozen=True)
class Pair:
    """Two records and the rule by which they are alike."""

    one: tuple[str, int]
    other: tuple[str, int]
    rule: Rule
    score: int


def add_pairs(tx: Transaction, pairs: Iterable[Pair]) -> Twins:
    """Write pairs down; one that is known gets the rule and score of now. Returns the records that they are about."""
    rows: dict[tuple[int, int], _Line] = {}
    for pair in pairs:
        low, high = sorted((pair.one, pair.other), key=lambda place: place[1])
        before = rows.get((low[1], high[1]))
        if before is None or before[-1] < pair.score:
            rows[low[1], high[1]] = (low[1], high[1], low[0], high[0], pair.rule.id, pair.score)
    if not rows:
        return {}
    # In one order, so that of two writers none waits for the other crosswise.
    columns = zip(*(rows[key] for key in sorted(rows)), strict=True)
    given = as_rows("given", **{name: (kind, some) for (name, kind), some in zip(_LINE, columns, strict=True)})
    pair_rows = sa.select(*given.c, sa.literal(OPEN), sa.literal(now()))
    statement = insert(duplicate_pair).from_select([*given.c.keys(), "state", "found_at"], pair_rows)
    statement = statement.on_conflict_do_update(
        index_elements=["low_id", "high_id"],
        set_={"rule_id": statement.excluded.rule_id, "score": statement.excluded.score},
        where=duplicate_pair.c.state == OPEN,
    )
    tx.execute(statement)
    return {place: name for line in rows.values() for place, name in ((line[0], line[2]), (line[1], line[3]))}


_Line = tuple[int, int, str, str, int, int]
_LINE = (
    ("low_id", sa.BigInteger),
    ("high_id", sa.BigInteger),
    ("low_object", sa.Text),
    ("high_object", sa.Text),
    ("rule_id", sa.BigInteger),
    ("score", sa.Integer),
)


def _twins(rows: Iterable[Mapping[str, Any]]) -> Twins:
    found: Twins = {}
    for row in rows:
        found[row["low_id"]] = row["low_object"]
        found[row["high_id"]] = row["high_object"]
    return found


def of_records(ids: Collection[int]) -> sa.ColumnElement[bool]:
    """The pairs that records of `ids` are in."""
    wanted = sorted(ids)
    return sa.or_(is_one_of(duplicate_pair.c.low_id, wanted), is_one_of(duplicate_pair.c.high_id, wanted))


def remove_pairs(tx: Transaction, ids: Collection[int]) -> Twins:
    """Forget the open pairs of records that are gone. Returns the records that were in them."""
    pairs = duplicate_pair
    which = sa.and_(pairs.c.state == OPEN, of_records(ids))
    statement = sa.delete(pairs).where(which).returning(*_PLACES)
    return _twins([dict(row._mapping) for row in tx.rows(statement)])


_PLACES = (
    duplicate_pair.c.low_id,
    duplicate_pair.c.high_id,
    duplicate_pair.c.low_object,
    duplicate_pair.c.high_object,
)


def recheck_pairs(tx: Transaction, registry: Registry, ids: Collection[int]) -> Twins:
    """Look again at the open pairs of records that were changed; those that do not hold any more go.

    Returns the records of the pairs that went.
    """
    pairs = duplicate_pair
    statement = sa.select(*_PLACES, pairs.c.rule_id).where(pairs.c.state == OPEN, of_records(ids))
    known = tx.rows(statement)
    if not known:
        return {}
    rules = {rule.id: rule for rule in rules_of(tx, registry)}
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in known:
        wanted[row.low_object].add(row.low_id)
        wanted[row.high_object].add(row.high_id)
    values = {
        record_id: found
        for name, some in wanted.items()
        for record_id, found in values_of(tx, registry, name, sorted(some), list(rules.values())).items()
    }
    gone = [row for row in known if not _holds(row, rules.get(row.rule_id), values)]
    for row in gone:
        tx.execute(sa.delete(pairs).where(pairs.c.low_id == row.low_id, pairs.c.high_id == row.high_id))
    return _twins([dict(row._mapping) for row in gone])


def _holds(row: sa.Row[Any], rule: Rule | None, values: Mapping[int, Mapping[str, Any]]) -> bool:
    low, high = values.get(row.low_id), values.get(row.high_id)
    if rule is None or low is None or high is None:
        return False
    ways = ((row.low_object, low, row.high_object, high), (row.high_object, high, row.low_object, low))
    return any(
        name == rule.object and rule.holds(Forms(mine.get), other, Forms(theirs.get))
        for name, mine, other, theirs in ways
    )


def values_of(
    snapshot: Snapshot, registry: Registry, object_name: str, ids: Sequence[int], rules: Sequence[Rule]
) -> dict[int, Mapping[str, Any]]:
    """What rules look at of living records, by id."""
    obj = registry.objects.get(object_name)
    if obj is None:
        return {}
    table = registry.tables[object_name]
    plan = field_columns([obj.fields[name] for name in needed_fields(obj, rules)])
    columns = [table.c[name] for part in plan for name in part.names]
    statement = sa.select(table.c.id, *columns).where(is_one_of(table.c.id, ids), table.c.deleted_at.is_(None))
    return {row.id: unpacked(plan, dict(row._mapping)) for row in snapshot.rows(statement)}


def mark(
    tx: Transaction,
    registry: Registry,
    twins: Twins,
    compared: Mapping[int, int] | None = None,
    added: Collection[int] = (),
) -> None:
    """Show on each of these records whether it is in an open pair.

    `compared`: the versions at which some of them were compared. Somebody may have changed or deleted one since, and
    have found no pair of it to look at yet: such a one is looked at again, now that nobody else can write it.
    `added`: those of which pairs were only added, so that a mark which is there is right.
    """
    changed = _hold(tx, registry, twins, compared or {})
    less = recheck_pairs(tx, registry, changed) if changed else {}
    for name, ids in _by_object(registry, twins | less):
        if MARK_FIELD in registry.objects[name].fields:
            _mark(tx, registry.tables[name], ids, [record_id in added and record_id not in less for record_id in ids])


def _by_object(registry: Registry, twins: Twins) -> list[tuple[str, list[int]]]:
    by_object: defaultdict[str, list[int]] = defaultdict(list)
    for record_id, name in twins.items():
        by_object[name].append(record_id)
    return [(name, sorted(by_object[name])) for name in sorted(by_object) if name in registry.objects]


def _hold(tx: Transaction, registry: Registry, twins: Twins, compared: Mapping[int, int]) -> list[int]:
    """Lock these records, in the order of their ids as every writer does. Returns those that are others by now."""
    changed: list[int] = []
    for name, ids in _by_object(registry, twins):
        table = registry.tables[name]
        held = sa.select(table.c.id, table.c.version, table.c.deleted_at).where(is_one_of(table.c.id, ids))
        rows = tx.rows(held.order_by(table.c.id).with_for_update(of=table, key_share=True))
        known = [row for row in rows if row.id in compared]
        changed += [row.id for row in known if row.deleted_at is not None or row.version != compared[row.id]]
    return changed


def _mark(tx: Transaction, table: sa.Table, ids: list[int], added: list[bool]) -> None:
    pairs = duplicate_pair
    one = as_rows("one", id=(sa.BigInteger, ids), added=(sa.Boolean, added))
    within = [
        sa.exists().where(pairs.c.state == OPEN, column == one.c.id) for column in (pairs.c.low_id, pairs.c.high_id)
    ]
    flags = sa.select(one.c.id, one.c.added, sa.or_(*within).label("flag")).subquery("flags")
    marked = table.c[MARK_FIELD]
    # Looking for pairs is what takes time: an import comes upon the same well-known records again and again.
    unsure = sa.or_(marked.is_not(True), sa.not_(flags.c.added))
    statement = (
        sa.update(table)
        .values({MARK_FIELD: flags.c.flag})
        .where(table.c.id == flags.c.id, unsure, marked.is_distinct_from(flags.c.flag))
    )
    tx.execute(statement)
