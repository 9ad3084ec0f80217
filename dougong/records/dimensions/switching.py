"""Bringing a dimension into force for an object: it gets its field at once, and its say once the values are filled in.

Until the job has filled in the values of the records that are there, nobody loses sight of any (domain.md 1.1).
"""

from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.errors import Problem
from dougong.metadata.apply import apply
from dougong.metadata.model import Field, FieldType, Label, Layout, Object, OnDelete, Section
from dougong.metadata.names import dimension_field
from dougong.metadata.package import Package
from dougong.metadata.plan import plan
from dougong.metadata.registry import Registry, load_registry, without_system_fields
from dougong.records.api import Change, update, writing
from dougong.records.dimensions.checks import taken_together
from dougong.records.dimensions.filling import start_filling
from dougong.records.dimensions.values import VIA
from dougong.records.hooks import Act, Batch
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of
from dougong.storage.unit_of_work import Snapshot


def switchable(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for an object that a dimension cannot control; whether it is in force only the job says."""
    problems = [
        Problem("dimension.object_twice", "object_name", row.number)
        for row in taken_together(batch, w, ("dimension_id", "object_name"))
    ]
    for row in batch.live:
        name = str(row.after("object_name") or "")
        obj = w.registry.objects.get(name)
        if batch.act is Act.UPDATE and (row.changes("object_name") or row.changes("dimension_id")):
            problems.append(Problem("dimension.object_fixed", "object_name", row.number))
        elif obj is None or not is_controllable(obj):
            problems.append(Problem("dimension.object_uncontrolled", "object_name", row.number, {"object": name}))
        if w.via != VIA:
            row.values.pop("state", None)
            if batch.act is Act.CREATE:
                row.values["state"] = PREPARING
    return problems


PREPARING = "preparing"


def is_controllable(obj: Object) -> bool:
    """Whether dimensions may control the object: its records have owners and are no settings."""
    return obj.owned and not obj.configuration and not obj.key


def switch_on(batch: Batch, w: Writing) -> list[Problem]:
    """Add the field to each object, where it has none yet, and queue the job that fills it in."""
    for row in batch.storable:
        dimension = _dimension(w.transaction, w.registry, row.after("dimension_id"))
        registry = load_registry(w.transaction)
        obj = registry.objects[row.after("object_name")]
        field = node_field(dimension)
        if field.name not in obj.fields:
            wanted = without_system_fields(with_field(obj, field))
            package = Package(objects=MappingProxyType({obj.name: wanted}))
            apply(w.transaction, plan(registry, package, w.transaction))
        if batch.act is Act.RESTORE:
            # What was written while the dimension was off may have no value.
            product = writing(w.transaction, w.registry, system("a dimension was switched on"), VIA)
            update(product, "dimension_object", [Change(row.id, {"state": PREPARING})])
        start_filling(w, row.id, obj.name, dimension.id)
    return []


def _dimension(snapshot: Snapshot, registry: Registry, dimension_id: int) -> sa.Row[tuple[int, str, str, str | None]]:
    table = registry.tables["dimension"]
    statement = sa.select(table.c.id, table.c.key, table.c.name, table.c.name_en)
    (found,) = snapshot.rows(statement.where(is_one_of(table.c.id, [dimension_id])))
    return found


def node_field(dimension: sa.Row[tuple[int, str, str, str | None]]) -> Field:
    """The field by which records are at a value of the dimension. A value in use cannot be deleted."""
    return Field(
        dimension_field(dimension.key),
        FieldType.LOOKUP,
        Label(dimension.name, dimension.name_en or dimension.name),
        help=Label(
            "角色的数据范围也按它计算；不填则为所有人所属的值。",
            "Roles reach records by it, too; the owner's value unless another is given.",
        ),
        indexed=True,
        target="dimension_node",
        on_delete=OnDelete.RESTRICT,
    )


def with_field(obj: Object, field: Field) -> Object:
    """The object with one field more, beside the department on each of its layouts (else behind the first section)."""
    layouts = tuple(replace(named, layout=_with_field(obj, named.layout, field)) for named in obj.layouts)
    fields = MappingProxyType({**obj.fields, field.name: field})
    return replace(obj, fields=fields, layout=_with_field(obj, obj.layout, field), layouts=layouts)


def _with_field(obj: Object, layout: Layout, field: Field) -> Layout:
    sections = list(layout.sections)
    at = next((n for n, section in enumerate(sections) if "department_id" in section.fields), 0)
    if sections:
        sections[at] = replace(sections[at], fields=(*sections[at].fields, field.name))
    else:
        sections = [Section(obj.label, (field.name,))]
    return replace(layout, sections=tuple(sections))
