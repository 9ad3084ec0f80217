"""Roll-ups on the write path: what a batch changes in the records that its own hang on, and in those above them.

Locks are taken from above: the records whose roll-ups a batch may change before its own, by object and id. So does
whoever deletes a record with all that hangs on it, and nobody waits for somebody who waits for them.

A roll-up may come into being while a writer is under way with definitions from before. The change of definitions holds
the children's table until every writer before it has committed (`metadata.ddl`), and a writer behind it reads the
version once it has stored its rows: then it knows the roll-ups of now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS, ValueProblem
from dougong.metadata.model import Field
from dougong.metadata.registry import Registry, load_registry
from dougong.records.work import Writing
from dougong.records.write.batch import SUMMARISE, Act, Batch, Row
from dougong.records.write.columns import as_rows, is_one_of
from dougong.records.write.references import pointed
from dougong.records.write.summing import Group, Summed, bring_up_to_date, groups_on, pointer
from dougong.records.write.traces import HISTORY_COLUMNS
from dougong.storage import schema
from dougong.storage.outbox import append

Ids = sa.Select[Any]


@dataclass
class _Above:
    """The records of one object of which roll-ups may change."""

    fields: set[str] = field(default_factory=set)
    ids: list[Ids] = field(default_factory=list)


_Level = dict[str, _Above]


def hold(batch: Batch, w: Writing) -> list[Problem]:
    """Lock the records above those of the batch whose roll-ups it may change, those furthest above first."""
    if batch.derived:
        return []
    levels: list[_Level] = []
    level = _first_above(batch, w.registry)
    while level:
        levels.append(level)
        level = _next_above(level, w.registry)
    wanted: dict[str, list[Ids]] = {}
    for level in reversed(levels):
        for name, above in level.items():
            wanted.setdefault(name, []).extend(above.ids)
    for name, ids in wanted.items():
        table = w.registry.tables[name]
        held = sa.select(table.c.id).where(_among(table.c.id, ids)).order_by(table.c.id)
        w.transaction.rows(held.with_for_update(of=table, key_share=True))
    return []


def _first_above(batch: Batch, registry: Registry) -> _Level:
    """What the batch's own records hang on, and what they are given to hang on."""
    level: defaultdict[str, _Above] = defaultdict(_Above)
    table = registry.tables[batch.object.name]
    given = {name for row in batch.rows for name in row.given}
    # What hooks keep of the rows may follow from whatever was given.
    given |= {f.name for f in batch.object.fields.values() if f.maintained and f.summary is None and f.stored}
    for group in groups_on(registry, batch.object.name):
        following = group.following(given) if batch.act is Act.UPDATE else group.fields
        ids: list[Ids] = []
        if batch.act is not Act.CREATE:
            mine = is_one_of(table.c.id, sorted({row.id for row in batch.rows}))
            ids.append(sa.select(pointer(table, group.link)).where(mine))
        wished = sorted(set(_wished(batch, group.link)))
        if wished:
            ids.append(sa.select(as_rows("wished", id=(sa.BigInteger, wished)).c.id))
        if following and ids:
            level[group.parent.name].fields.update(one.name for one in following)
            level[group.parent.name].ids += ids
    return level


def _wished(batch: Batch, link: Field) -> Iterator[int]:
    for row in batch.rows:
        try:
            value = KINDS[link.type].parse(link, row.given.get(link.name))
        except ValueProblem:
            continue  # the stage "parse" tells of it
        if value is not None:
            yield pointed(link, value)[1]


def _next_above(level: _Level, registry: Registry) -> _Level:
    """What the records of a level hang on, as far as roll-ups of theirs are rolled up there."""
    found: defaultdict[str, _Above] = defaultdict(_Above)
    for name, below in level.items():
        table = registry.tables[name]
        for group in groups_on(registry, name):
            following = group.following(below.fields)
            if following:
                above = found[group.parent.name]
                above.fields.update(one.name for one in following)
                above.ids.append(sa.select(pointer(table, group.link)).where(_among(table.c.id, below.ids)))
    return found


def _among(column: sa.ColumnElement[int], ids: list[Ids]) -> sa.ColumnElement[bool]:
    return column.in_(ids[0] if len(ids) == 1 else sa.union(*ids))


@dataclass(frozen=True)
class _Touched:
    """Roll-ups of one group that have to be made anew, of these records."""

    group: Group
    fields: tuple[Field, ...]
    ids: frozenset[int]


def summarise(batch: Batch, w: Writing) -> list[Problem]:
    """Make the roll-ups anew that follow from the rows of the batch, and those that follow from these."""
    registry = _registry_of_now(w)
    if batch.object.name not in registry.objects:
        return []
    touched = list(_touched(batch, registry))
    while touched:
        above: list[_Touched] = []
        for one in touched:
            changed = bring_up_to_date(w.transaction, registry, one.group, one.fields, one.ids)
            if changed:
                _tell(batch, w, one.group, one.fields, changed)
                above += _touched_above(registry, one, changed)
        touched = above
    return []


def _registry_of_now(w: Writing) -> Registry:
    """The writer's registry, unless definitions have changed since the writer took it."""
    version = w.transaction.scalar(sa.select(schema.meta_version.c.metadata))
    return load_registry(w.transaction) if version is not None and version > w.registry.version else w.registry


def _touched(batch: Batch, registry: Registry) -> Iterator[_Touched]:
    for group in groups_on(registry, batch.object.name):
        fields: dict[str, Field] = {}
        ids: set[int] = set()
        for row in batch.storable:
            following = group.following(row.values) if batch.act is Act.UPDATE else group.fields
            if following:
                fields.update((one.name, one) for one in following)
                ids.update(_hung_on(row, group))
        if ids:
            yield _Touched(group, tuple(fields.values()), frozenset(ids))


def _hung_on(row: Row, group: Group) -> Iterator[int]:
    """What the row hung on and hangs on."""
    for value in (row.old.get(group.link.name), row.after(group.link.name)):
        if value is not None:
            name, record_id = pointed(group.link, value)
            if name == group.parent.name:
                yield record_id


def _touched_above(registry: Registry, one: _Touched, changed: Collection[Summed]) -> Iterator[_Touched]:
    names = {f.name for f in one.fields if any(record.old[f.name] != record.new[f.name] for record in changed)}
    for group in groups_on(registry, one.group.parent.name):
        following = tuple(f for f in group.fields if not group.deciding[f.name].isdisjoint(names))
        ids = frozenset(found for record in changed if (found := record.above[group.link.name]) is not None)
        if following and ids:
            yield _Touched(group, following, ids)


def _tell(batch: Batch, w: Writing, group: Group, fields: Collection[Field], changed: Collection[Summed]) -> None:
    """An event for those who act on it, and lines of history for the roll-ups that are tracked."""
    append(
        w.transaction,
        change_id=batch.change_id or 0,
        object=group.parent.name,
        action=SUMMARISE,
        record_ids=[record.id for record in changed],
    )
    tracked = [found for found in fields if found.tracked]
    lines = []
    for record in changed:
        moved = [found for found in tracked if record.old[found.name] != record.new[found.name]]
        if moved:
            told = {
                f.name: [KINDS[f.type].wire(record.old[f.name]), KINDS[f.type].wire(record.new[f.name])] for f in moved
            }
            lines.append((batch.change_id, group.parent.name, record.id, SUMMARISE, told, record.version))
    if lines:
        w.transaction.copy(schema.history, HISTORY_COLUMNS, lines)
