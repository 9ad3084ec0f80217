"""What a record points to: it must exist, be alive, be visible to the writer, and not lead back to the record itself.

Targets of a whole batch are looked up with one statement for each target object, in which the writer's visibility is.
A target that does not exist and one that may not be seen get the same answer, so that nobody can guess ids.
"""

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from dougong.access.principal import HELD_BY_LOCK, Action
from dougong.kit.errors import Problem
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Object, OnDelete
from dougong.records.read.visibility import unlocked, visible
from dougong.records.work import Writing
from dougong.records.write.batch import Batch, FieldValue, Row
from dougong.records.write.columns import is_one_of
from dougong.records.write.values import titled
from dougong.storage.schema import file

FILES = frozenset({FieldType.FILE, FieldType.IMAGE})

NOT_FOUND = "lookup.not_found"
TARGET_TYPE = "lookup.target_type"
MASTER_NOT_EDITABLE = "access.master_not_editable"
MASTER_LOCKED = "record.master_locked"

Wish = tuple[Row, Field, int]
"""A row's wish that a field point to the record with this id."""


def references(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each given lookup whose target is not there for this writer, or not of an allowed object.

    Only values that the writer gave and that change are asked about: defaults are the product's, and what a record
    points to already may have become invisible. A detail's master must be editable, not only visible.
    """
    problems: list[Problem] = []
    wishes: defaultdict[str, list[Wish]] = defaultdict(list)
    for name in batch.writable:
        field = batch.object.fields[name]
        if field.type in FILES:
            problems += _files(field, batch, w)
        if field.type not in LINKS:
            continue
        targets = field.points_to
        for row in batch.known:
            value = row.values.get(name)
            if value is None:
                continue
            target, target_id = pointed(field, value)
            if target in targets:
                wishes[target].append((row, field, target_id))
            else:
                allowed = ", ".join(targets)
                problems.append(Problem(TARGET_TYPE, name, row.number, titled(field, {"allowed": allowed})))
    for target in sorted(wishes):
        problems += _not_there(w, batch.object, w.registry.objects[target], wishes[target])
    return problems


def _not_there(w: Writing, obj: Object, target: Object, wishes: Sequence[Wish]) -> list[Problem]:
    table = w.registry.tables[target.name]
    on_master = Action(obj.master_action)
    editable = visible(w.registry, w.actor, target, table, on_master)
    free = unlocked(w.registry, w.actor, target, table) if on_master in HELD_BY_LOCK else sa.true()
    statement = (
        sa.select(table.c.id, editable.label("may_edit"), free.label("unlocked"))
        .where(
            is_one_of(table.c.id, sorted({target_id for _, _, target_id in wishes})),
            table.c.deleted_at.is_(None),
            visible(w.registry, w.actor, target, table),
        )
        .order_by(table.c.id)
    )
    if any(holds_on(field) for _, field, _ in wishes):
        # Nobody may delete the target until we are done, or our record would hang on a deleted one.
        statement = statement.with_for_update(of=table, read=True, key_share=True)
    found = {row.id: row for row in w.transaction.rows(statement)}
    problems = []
    for row, field, target_id in wishes:
        if target_id not in found:
            problems.append(
                Problem(NOT_FOUND, field.name, row.number, titled(field, {"object": target.name, "id": str(target_id)}))
            )
        elif field is obj.master and not found[target_id].may_edit:
            code = MASTER_NOT_EDITABLE if found[target_id].unlocked else MASTER_LOCKED
            problems.append(Problem(code, field.name, row.number, titled(field, {"id": str(target_id)})))
    return problems


def pointed(field: Field, value: FieldValue) -> tuple[str, int]:
    """The object and the id that a lookup's value points to."""
    if field.type is FieldType.POLYMORPHIC:
        return value.object, value.id
    return field.points_to[0], value


def holds_on(field: Field) -> bool:
    """Whether the field's target cannot be deleted without the record being asked or taken along."""
    return field.type is FieldType.MASTER_DETAIL or field.on_delete is not OnDelete.CLEAR


def _files(field: Field, batch: Batch, w: Writing) -> list[Problem]:
    """A file may be attached by who uploaded it, once, or stay with the record that it is attached to.

    An image field takes what its first bytes show to be an image (`records.files`), whatever its name says.
    """
    wanted = [(row, row.values[field.name]) for row in batch.known if row.values.get(field.name) is not None]
    if not wanted:
        return []
    statement = sa.select(file.c.id, file.c.object, file.c.record_id, file.c.created_by_id, file.c.content_type).where(
        is_one_of(file.c.id, sorted({file_id for _, file_id in wanted}))
    )
    found = {row.id: row for row in w.transaction.rows(statement)}
    problems = []
    taken: set[int] = set()
    for row, file_id in wanted:
        stored = found.get(file_id)
        free = stored is not None and stored.object is None and stored.created_by_id == w.actor.user_id
        ours = stored is not None and (stored.object, stored.record_id) == (batch.object.name, row.id)
        if not (free or ours) or file_id in taken:
            problems.append(Problem("file.not_found", field.name, row.number, titled(field, {"id": str(file_id)})))
        elif field.type is FieldType.IMAGE and stored is not None and not stored.content_type.startswith("image/"):
            problems.append(Problem("file.not_an_image", field.name, row.number, titled(field)))
        taken.add(file_id)
    return problems


def cycles(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record that would become its own ancestor (an account's parent, a user's manager).

    Two writers could close a circle together, each seeing only half of it: a lock on the field lets one at a time
    through until they commit.
    """
    problems: list[Problem] = []
    for name in batch.writable:
        field = batch.object.fields[name]
        if field.points_to == (batch.object.name,):
            problems += _circles(field, batch, w)
    return problems


def _circles(field: Field, batch: Batch, w: Writing) -> list[Problem]:
    moved = {row.id: row.values[field.name] for row in batch.live if field.name in row.values}
    targets = {target for target in moved.values() if target is not None}
    if not targets:
        return []
    w.transaction.scalar(
        sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{batch.object.name}.{field.name}", 0)))
    )
    parents = {**_ancestors(field, batch.object, w, targets), **moved}
    problems = []
    for row in batch.live:
        seen: set[int] = set()
        at: int | None = moved.get(row.id)
        while at is not None and at not in seen and at != row.id:
            seen.add(at)
            at = parents.get(at)
        if at == row.id:
            problems.append(Problem("lookup.cycle", field.name, row.number, titled(field)))
    return problems


def _ancestors(field: Field, obj: Object, w: Writing, starts: set[int]) -> dict[int, int | None]:
    """The parent of each of `starts` and of each of their ancestors, deleted ones included (they may come back)."""
    table = w.registry.tables[obj.name]
    parent = table.c[field.name]
    up = sa.select(table.c.id, parent.label("parent")).where(is_one_of(table.c.id, sorted(starts))).cte(recursive=True)
    step = table.alias()
    up = up.union(sa.select(step.c.id, step.c[field.name]).join(up, step.c.id == up.c.parent))
    return {row.id: row.parent for row in w.transaction.rows(sa.select(up.c.id, up.c.parent))}
