"""The records that hang on a batch: what is deleted or restored with it, and what keeps it from being deleted.

Rule for what goes along: who may delete a record may delete what the administrator has made part of it, be it a detail
or a record whose lookup says `on_delete: cascade` (the activities on its timeline), without a right of its own and
whoever owns it. It is all one change: restoring the record brings everything back.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.kit.errors import Problem
from dougong.metadata.field_types import LINKS
from dougong.metadata.model import Field, FieldType, Object, OnDelete
from dougong.metadata.names import OWNERSHIP_FIELDS
from dougong.metadata.registry import Registry, children_of
from dougong.records.read.visibility import visible
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.columns import column_names, is_one_of
from dougong.records.write.references import holds_on, pointed
from dougong.records.write.values import titled

HAS_CHILDREN = "record.has_children"

NAMES_SHOWN = 5
"""How many of the records that keep one from being deleted are named."""


def goes_along(found: Field) -> bool:
    """Whether records are deleted with the one that `found` points to."""
    if found.type is FieldType.MASTER_DETAIL:
        return found.on_delete is not OnDelete.RESTRICT
    return found.on_delete is OnDelete.CASCADE


def pointer(registry: Registry, obj: Object, found: Field) -> sa.Column[int]:
    """The column that holds the id to which `found` points."""
    return registry.tables[obj.name].c[column_names(found)[-1]]


def cascade(batch: Batch, w: Writing) -> list[Problem]:
    """Find what goes with the batch's records, level by level, and make it batches of their own (`batch.cascade`)."""
    search = _Search(batch, w)
    level: dict[str, dict[int, Row]] = {batch.object.name: {row.id: row for row in batch.live}}
    while level:
        following: dict[str, dict[int, Row]] = {}
        for name, roots in level.items():
            for obj, found in children_of(w.registry, name):
                if goes_along(found):
                    for row in search.children(obj, found, roots):
                        following.setdefault(obj.name, {})[row.id] = row
        level = following
    batch.cascade.extend(
        Batch(batch.act, w.registry.objects[name], rows, batch.moment, derived=True)
        for name, rows in search.found.items()
    )
    return []


@dataclass
class _Search:
    """A walk down from a batch: what it has reached so far, by object."""

    batch: Batch
    w: Writing
    found: dict[str, list[Row]] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The batch's own records are reached already (ids are unique over all objects)."""
        self._seen.update(row.id for row in self.batch.rows)

    def children(self, obj: Object, through: Field, roots: dict[int, Row]) -> list[Row]:
        """The records of `obj` that go with `roots`, each with the number of its root's row, not met before."""
        w, table = self.w, self.w.registry.tables[obj.name]
        column = pointer(w.registry, obj, through)
        restoring = self.batch.act is Act.RESTORE
        alive = table.c.deletion_id.is_not(None) if restoring else table.c.deleted_at.is_(None)
        statement = (
            sa.select(table.c.id, column.label("root"), table.c.deletion_id)
            .where(is_one_of(column, sorted(roots)), alive)
            .order_by(table.c.id)
            .with_for_update(of=table)
        )
        made: list[Row] = []
        for stored in w.transaction.rows(statement):
            root = roots[stored.root]
            if stored.id in self._seen or (restoring and stored.deletion_id != root.deletion_id):
                continue
            self._seen.add(stored.id)
            made.append(Row(number=root.number, id=stored.id, deletion_id=stored.deletion_id))
        if made:
            self.found.setdefault(obj.name, []).extend(made)
        return made


def children(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record, and each object, of which living records hold on to what is to be deleted."""
    going = {row.id: row.number for part in batch.whole() for row in part.rows if not row.refused}
    problems = []
    for name in dict.fromkeys(part.object.name for part in batch.whole()):
        roots = {r.id: r.number for p in batch.whole() if p.object.name == name for r in p.rows if not r.refused}
        for obj, found in children_of(w.registry, name):
            if not holds_on(found) or goes_along(found) or not roots:
                continue
            table, column = w.registry.tables[obj.name], pointer(w.registry, obj, found)
            statement = sa.select(table.c.id, column.label("root")).where(
                is_one_of(column, sorted(roots)), table.c.deleted_at.is_(None)
            )
            held: defaultdict[int, list[int]] = defaultdict(list)
            for stored in w.transaction.rows(statement):
                if stored.id not in going:
                    held[roots[stored.root]].append(stored.id)
            problems += [_held(w, obj, number, ids) for number, ids in held.items()]
    return problems


def _held(w: Writing, obj: Object, number: int, ids: list[int]) -> Problem:
    """What is in the way, as far as the writer may see it: how many, and the names of the first five.

    Of records that they may not see they learn only that there are others; of objects closed to them not even which.
    """
    table = w.registry.tables[obj.name]
    if allowed(w.actor, obj, Action.READ) is not None:
        params = {"object": "", "label_zh": "其他记录", "label_en": "other records", "count": 0, "names": []}
        return Problem(HAS_CHILDREN, row=number, params={**params, "names_zh": "", "names_en": "", "others": True})
    mine = sa.and_(is_one_of(table.c.id, ids), visible(w.registry, w.actor, obj, table))
    count = int(w.transaction.scalar(sa.select(sa.func.count()).select_from(table).where(mine)))
    name, names = obj.fields[obj.name_field], list[str]()
    if readable(w.actor, obj, name):
        first = sa.select(table.c[name.name]).where(mine).order_by(table.c.id).limit(NAMES_SHOWN)
        names = [str(row[0]) for row in w.transaction.rows(first) if row[0] is not None]
    others = count < len(ids)
    params = {"object": obj.name, "label_zh": obj.label.zh, "label_en": obj.plural.en, "count": count, "names": names}
    more = others or count > len(names)
    zh = "、".join([*names, *(["等"] if more and names else [])])
    en = ", ".join([*names, *(["others"] if more else [])])
    return Problem(HAS_CHILDREN, row=number, params={**params, "names_zh": zh, "names_en": en, "others": others})


def parents(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each record to be restored that would hang on a deleted one (only where it holds on to it)."""
    returning = {row.id for part in batch.whole() for row in part.rows}
    problems = []
    for part in batch.whole():
        for found in part.object.fields.values():
            # An owner who has left does not keep a record in the bin; a department neither.
            if found.type in LINKS and holds_on(found) and found.name not in OWNERSHIP_FIELDS:
                problems += _dead(found, part, w, returning)
    return problems


def _dead(found: Field, part: Batch, w: Writing, returning: set[int]) -> list[Problem]:
    wanted: defaultdict[str, list[tuple[Row, int]]] = defaultdict(list)
    for row in part.known:
        value = row.old.get(found.name)
        if value is not None:
            target, target_id = pointed(found, value)
            if target_id not in returning:
                wanted[target].append((row, target_id))
    problems = []
    for target, pairs in wanted.items():
        table = w.registry.tables[target]
        statement = (
            sa.select(table.c.id)
            .where(is_one_of(table.c.id, sorted({i for _, i in pairs})), table.c.deleted_at.is_(None))
            .order_by(table.c.id)
            .with_for_update(of=table, read=True, key_share=True)
        )
        alive = {stored.id for stored in w.transaction.rows(statement)}
        problems += [
            Problem("restore.parent_deleted", found.name, row.number, titled(found, {"object": target}))
            for row, target_id in pairs
            if target_id not in alive
        ]
    return problems
