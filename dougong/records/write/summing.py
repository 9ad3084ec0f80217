"""Roll-ups in SQL: what the children of records come to, and the records brought up to date with it.

The records are locked by the order of their ids before the children are looked at, by a statement of its own: whoever
added a child meanwhile has then committed and is seen, and of two who add one at once the second counts both. Neither
version nor time of the record move, because nothing that somebody has said of it has changed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kit.money import SCALE
from dougong.metadata.field_types.numbers import INTEGER_MAX
from dougong.metadata.model import Field, FieldType, Object, Summary, SummaryFunction
from dougong.metadata.registry import Registry
from dougong.metadata.summaries import ADDING, deciding, rolled_up
from dougong.records.read.row_conditions import RowCondition, meeting, row_condition
from dougong.records.write.columns import column_names
from dougong.storage.unit_of_work import Transaction

SCALED = ADDING - {FieldType.INTEGER}

IDS = sa.bindparam("ids", type_=ARRAY(sa.BigInteger))


@dataclass(frozen=True, eq=False)
class Group:
    """The roll-ups of one object over the children that hang on it by one lookup: one statement makes them all."""

    parent: Object
    child: Object
    link: Field
    fields: tuple[Field, ...]
    deciding: Mapping[str, frozenset[str]]
    """By the name of the roll-up, the children's fields of which it follows beside the lookup."""
    conditions: Mapping[str, RowCondition]

    def following(self, changed: Collection[str]) -> tuple[Field, ...]:
        """The roll-ups that may change when these fields of a child do."""
        if self.link.name in changed:
            return self.fields
        return tuple(field for field in self.fields if not self.deciding[field.name].isdisjoint(changed))


@dataclass(frozen=True)
class Summed:
    """A record whose roll-ups have changed: to what from what, and which records it hangs on itself."""

    id: int
    version: int
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    above: Mapping[str, int | None]
    """By the name of the lookup."""


_GROUPS: "WeakKeyDictionary[Registry, Mapping[str, tuple[Group, ...]]]" = WeakKeyDictionary()


def groups_on(registry: Registry, child: str) -> tuple[Group, ...]:
    """The roll-ups that a write of records of `child` may change."""
    known = _GROUPS.get(registry)
    if known is None:
        known = _GROUPS[registry] = _groups(registry)
    return known.get(child, ())


def all_groups(registry: Registry) -> Iterable[Group]:
    """Every group of roll-ups."""
    return (group for name in registry.objects for group in groups_on(registry, name))


def _groups(registry: Registry) -> Mapping[str, tuple[Group, ...]]:
    found: dict[tuple[str, str, str], list[tuple[Field, Summary]]] = {}
    for obj, field, summary in rolled_up(registry.objects):
        found.setdefault((summary.object, summary.field, obj.name), []).append((field, summary))
    grouped: dict[str, tuple[Group, ...]] = {}
    for (child_name, link, parent), pairs in sorted(found.items()):
        child = registry.objects[child_name]
        group = Group(
            parent=registry.objects[parent],
            child=child,
            link=child.fields[link],
            fields=tuple(field for field, _ in pairs),
            deciding={field.name: deciding(summary) for field, summary in pairs},
            conditions={f.name: row_condition(registry, child, s.where) for f, s in pairs if s.where is not None},
        )
        grouped[child_name] = (*grouped.get(child_name, ()), group)
    return grouped


def pointer(table: sa.FromClause, link: Field) -> sa.ColumnElement[int]:
    """The column of `table` with the id to which `link` points (ids are unique over all objects)."""
    return table.c[column_names(link)[-1]]


def summed(
    registry: Registry, group: Group, fields: Iterable[Field], which: sa.ColumnElement[bool], parents: sa.FromClause
) -> sa.Select[Any]:
    """The id of each record of `parents` that is meant by `which`, and what its children come to, by field name."""
    children = registry.tables[group.child.name].alias("children")
    living = sa.and_(pointer(children, group.link) == parents.c.id, children.c.deleted_at.is_(None))
    values = (_value(registry, group, field, children).label(field.name) for field in fields)
    joined = parents.outerjoin(children, living)
    return sa.select(parents.c.id, *values).select_from(joined).where(which).group_by(parents.c.id)


def _value(registry: Registry, group: Group, field: Field, children: sa.FromClause) -> sa.ColumnElement[Any]:
    """One aggregate. A whole number beyond what JSON keeps exactly is blank rather than wrong."""
    summary = field.summary
    if summary is None:
        raise ValueError(f"{field.name} is no roll-up")
    of = children.c.id if summary.of is None else children.c[summary.of]
    call: sa.sql.functions.FunctionElement[Any] = _FUNCTIONS[summary.function](of)
    condition = group.conditions.get(field.name)
    met = None if condition is None else meeting(registry, condition, children)
    value: sa.ColumnElement[Any] = call if met is None else sa.funcfilter(call, met)
    if summary.empty is not None:
        value = sa.func.coalesce(value, summary.empty)
    if field.type is FieldType.INTEGER:
        return sa.cast(sa.case((sa.func.abs(value) <= INTEGER_MAX, value)), sa.BigInteger)
    if field.type in SCALED:
        return sa.func.round(sa.cast(value, sa.Numeric), SCALE if field.scale is None else field.scale)
    return value


_FUNCTIONS: Mapping[SummaryFunction, Any] = {
    SummaryFunction.COUNT: sa.func.count,
    SummaryFunction.SUM: sa.func.sum,
    SummaryFunction.MIN: sa.func.min,
    SummaryFunction.MAX: sa.func.max,
    SummaryFunction.AVERAGE: sa.func.avg,
}


def bring_up_to_date(
    tx: Transaction, registry: Registry, group: Group, made: Sequence[Field], ids: Iterable[int]
) -> list[Summed]:
    """Make roll-ups of these records anew, of those in the recycle bin too. Returns the records that have changed."""
    table, wanted = registry.tables[group.parent.name], sorted(set(ids))
    if not wanted:
        return []
    chosen = table.c.id == sa.any_(IDS)
    columns = [table.c[field.name] for field in made]
    held = sa.select(table.c.id, *columns).where(chosen).order_by(table.c.id).with_for_update(key_share=True)
    before = {row.id: row for row in tx.rows(held, {"ids": wanted})}
    if not before:
        return []
    parents = table.alias("parents")
    anew = summed(registry, group, made, parents.c.id == sa.any_(IDS), parents).subquery("anew")
    links = {above.link.name: pointer(table, above.link) for above in groups_on(registry, group.parent.name)}
    statement = (
        sa.update(table)
        .where(table.c.id == anew.c.id)
        .where(sa.or_(*(column.is_distinct_from(anew.c[column.name]) for column in columns)))
        .values({column.name: anew.c[column.name] for column in columns})
        .returning(table.c.id, table.c.version, *columns, *(c.label(f"above_{n}") for n, c in links.items()))
    )
    return [
        Summed(
            id=row.id,
            version=row.version,
            old={c.name: before[row.id]._mapping[c.name] for c in columns},
            new={c.name: row._mapping[c.name] for c in columns},
            above={name: row._mapping[f"above_{name}"] for name in links},
        )
        for row in sorted(tx.rows(statement, {"ids": sorted(before)}), key=lambda row: int(row.id))
    ]
