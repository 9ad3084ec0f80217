"""The values of dimensions on records: a new one takes its owner's, and each must be one of the field's dimension."""

from datetime import datetime

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.access.tokens import dimension_fields
from dougong.kit.errors import Problem
from dougong.metadata.names import dimension_key
from dougong.metadata.registry import Registry
from dougong.records.api import Change, update, writing
from dougong.records.hooks import Act, Batch
from dougong.records.read.visibility import owned_by
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of
from dougong.records.write.values import titled
from dougong.storage.schema import change
from dougong.storage.unit_of_work import Snapshot

VIA = "dimension"
"""The surface of what the product itself fills in."""


def default_nodes(batch: Batch, w: Writing) -> list[Problem]:
    """Give new records without a value of a dimension the one that their owner belongs to.

    Only new ones: who owns a record later does not change its region or product line.
    """
    names = dimension_fields(batch.object)
    blank = [(row, name) for row in batch.live for name in names if row.values.get(name) is None]
    owners = sorted({row.values["owner_id"] for row, _ in blank if row.values.get("owner_id") is not None})
    if owners:
        nodes = own_nodes(w.transaction, w.registry, owners)
        for row, name in blank:
            row.values[name] = nodes.get((row.values.get("owner_id"), dimension_key(name)))
    return []


def own_nodes(snapshot: Snapshot, registry: Registry, users: list[int]) -> dict[tuple[int | None, str], int]:
    """The value that each of `users` belongs to, by user and key of the dimension."""
    held, nodes, dimensions = (registry.tables[n] for n in ("user_dimension_node", "dimension_node", "dimension"))
    statement = (
        sa.select(held.c.user_id, dimensions.c.key, nodes.c.id)
        .join(nodes, nodes.c.id == held.c.node_id)
        .join(dimensions, dimensions.c.id == nodes.c.dimension_id)
        .where(is_one_of(held.c.user_id, users), held.c.deleted_at.is_(None), held.c.relation == "own")
        .where(nodes.c.deleted_at.is_(None))
    )
    return {(row.user_id, row.key): row.id for row in snapshot.rows(statement)}


def fill_restored(batch: Batch, w: Writing) -> list[Problem]:
    """Give records that come out of the recycle bin the values that they would have if they had not lain in it.

    Whoever was deleted before a dimension came into force was not there when the records were filled in. What is blank
    since then was meant to be.
    """
    names = dimension_fields(batch.object)
    blank = [(row, name) for row in batch.storable for name in names if row.old.get(name) is None]
    owners = sorted({row.old["owner_id"] for row, _ in blank if row.old.get("owner_id") is not None})
    if not owners:
        return []
    since = _in_force_since(w, batch.object.name)
    deletions = sa.select(change.c.id, change.c.at).where(
        is_one_of(change.c.id, sorted({row.deletion_id for row, _ in blank if row.deletion_id is not None}))
    )
    deleted = {row.id: row.at for row in w.transaction.rows(deletions)}
    nodes = own_nodes(w.transaction, w.registry, owners)
    wanted: dict[int, dict[str, int]] = {}
    for row, name in blank:
        key, at = dimension_key(name), deleted.get(row.deletion_id or 0)
        node = nodes.get((row.old["owner_id"], key))
        if node is not None and at is not None and key in since and at < since[key]:
            wanted.setdefault(row.id, {})[name] = node
    if wanted:
        product = writing(w.transaction, w.registry, system("a dimension was switched on"), VIA)
        changes = [Change(number, values) for number, values in wanted.items()]
        outcome = update(product, batch.object.name, changes, skip_problems=True)
        now_at = dict(zip(outcome.ids, outcome.versions, strict=True))
        for row in batch.storable:
            row.version = now_at.get(row.id) or row.version
    return []


def _in_force_since(w: Writing, object_name: str) -> dict[str, datetime]:
    """The dimensions that control the object, by key, with when the last of its records was filled in."""
    switches, dimensions = w.registry.tables["dimension_object"], w.registry.tables["dimension"]
    statement = (
        sa.select(dimensions.c.key, switches.c.updated_at)
        .join(dimensions, dimensions.c.id == switches.c.dimension_id)
        .where(switches.c.object_name == object_name, switches.c.deleted_at.is_(None))
    )
    return {row.key: row.updated_at for row in w.transaction.rows(statement)}


def nodes_fit(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a value of another dimension, one that is switched off, and one that is not the writer's to change.

    A value says who sees the record: whoever was only given it to edit does not move it out of others' sight.
    """
    names = dimension_fields(batch.object)
    changed = [(row, name) for row in batch.live for name in names if row.changes(name)]
    if not changed:
        return []
    nodes, dimensions = w.registry.tables["dimension_node"], w.registry.tables["dimension"]
    asked = sorted({row.values[name] for row, name in changed} - {None})
    statement = (
        sa.select(nodes.c.id, nodes.c.active, dimensions.c.key)
        .join(dimensions, dimensions.c.id == nodes.c.dimension_id)
        .where(is_one_of(nodes.c.id, asked), nodes.c.deleted_at.is_(None))
    )
    known = {row.id: row for row in w.transaction.rows(statement)}
    theirs = _theirs(batch, w, sorted({row.id for row, _ in changed}))
    problems = []
    for row, name in changed:
        node, field = known.get(row.values[name]), batch.object.fields[name]
        if batch.act is Act.UPDATE and row.id not in theirs:
            problems.append(Problem("dimension.not_owner", name, row.number, titled(field)))
        elif row.values[name] is None or name not in row.given:
            continue
        elif node is None or node.key != dimension_key(name):
            problems.append(Problem("dimension.other_value", name, row.number, titled(field)))
        elif not node.active:
            problems.append(Problem("dimension.value_inactive", name, row.number, titled(field)))
    return problems


def _theirs(batch: Batch, w: Writing, ids: list[int]) -> set[int]:
    """Those of the stored records that are as much the writer's as their owner's."""
    if batch.act is not Act.UPDATE:
        return set()
    table = w.registry.tables[batch.object.name]
    owned = owned_by(w.registry, w.actor, batch.object, table)
    return {row.id for row in w.transaction.rows(sa.select(table.c.id).where(is_one_of(table.c.id, ids), owned))}
