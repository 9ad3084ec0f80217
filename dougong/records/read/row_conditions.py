"""Conditions on a record by itself: decided for one that is being written, and in SQL for those that are stored.

Whoever keeps something on the record by such a condition (a sharing rule its token) writes it when the record is
written and nothing else tells: so a condition may depend on nothing else than the record's own fields. What is behind a
lookup, on other records, on the day or on who looks is refused, and so is what each write changes by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.expressions.ast import TRUE, Among, And, Compare, Condition, DateRange, Me, Not, Or, Path
from dougong.expressions.check import check_condition
from dougong.expressions.evaluate import EvaluationContext, evaluate
from dougong.expressions.filter_json import parse_filter
from dougong.expressions.to_sql import Slot, compile_condition, values
from dougong.kit.errors import BadRequest
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.links import Reference
from dougong.metadata.model import Field, Object
from dougong.metadata.registry import Registry
from dougong.records.read.compile import operand, single_operand
from dougong.records.read.paths import Source, part_of
from dougong.records.read.schema import ReaderSchema

PRODUCT = system("conditions on records")
"""Conditions that the product keeps know no reader: no field is hidden from them."""

MOVING = frozenset({"id", "version", "updated_at", "updated_by_id"})
"""Fields that the store itself sets, behind everything that decides."""

CONTEXT = EvaluationContext(today=date.min, zone=PRODUCT.timezone)
"""Relative dates are refused, so the day is never asked for; a day on a date-time field is one of the company's."""


@dataclass(frozen=True)
class RowCondition:
    """A checked condition on the records of one object, and the fields that it depends on."""

    object: Object
    condition: Condition
    fields: frozenset[str]
    scalars: Mapping[Path, str]


def row_condition(registry: Registry, obj: Object, json: object) -> RowCondition:
    """The condition that `json` (decoded) says of records of `obj`.

    Raises BadRequest: what reading and checking any filter says, condition.missing for none at all, and
    condition.elsewhere, .moving or .relative for one that depends on more than the record itself.
    """
    condition = parse_filter(json)
    if condition == TRUE:
        raise BadRequest("condition.missing", field="conditions")
    schema = ReaderSchema(registry, PRODUCT, obj)
    scalars: dict[Path, str] = {}
    for compare in _comparisons(condition):
        _check_own(obj, compare)
        scalars[compare.path] = schema.comparable(compare.path).scalar
    checked = check_condition(condition, schema)
    source = Source(registry, PRODUCT, obj, registry.tables[obj.name])
    for path in scalars:
        single_operand(source.resolve(path), path)  # a field of several parts can only be compared part by part
    return RowCondition(obj, checked, frozenset(_field(obj, path).name for path in scalars), scalars)


def _comparisons(condition: Condition) -> list[Compare]:
    match condition:
        case Compare():
            return [condition]
        case Among(path):
            raise BadRequest("condition.elsewhere", field=str(path))
        case And(items) | Or(items):
            return [compare for item in items for compare in _comparisons(item)]
        case Not(item):
            return _comparisons(item)


def _check_own(obj: Object, compare: Compare) -> None:
    """Raise BadRequest where a comparison may turn out otherwise without the record being written."""
    first = compare.path.steps[0]
    if len(compare.path.steps) > 1 and f"{first}_id" in obj.fields:
        raise BadRequest("condition.elsewhere", field=str(compare.path))
    if first in obj.fields and not obj.fields[first].stored:
        raise BadRequest("condition.computed", field=first)
    if first in MOVING or (first in obj.fields and obj.fields[first].summary is not None):
        raise BadRequest("condition.moving", field=first)
    if any(isinstance(value, DateRange | Me) for value in compare.values):
        raise BadRequest("condition.relative", field=str(compare.path))


def _field(obj: Object, path: Path) -> Field:
    """The field of `obj` that a checked path without lookups names ("name" is always the name field)."""
    name = path.steps[0]
    return obj.fields[obj.name_field if name == "name" and name not in obj.fields else name]


def meets(condition: RowCondition, record: Mapping[str, Any]) -> bool:
    """Whether a record, as Python values by field name, meets the condition."""

    def value_of(path: Path) -> object:
        found = _field(condition.object, path)
        value = record.get(found.name)
        if len(path.steps) > 1:
            columns = [name for name, _ in KINDS[found.type].columns(found)]
            packed = KINDS[found.type].pack(found, value)
            return dict(zip(columns, packed, strict=True))[part_of(found, path, 0)[0]]
        return value.id if isinstance(value, Reference) else value

    return evaluate(condition.condition, value_of, lambda path: condition.scalars[path], CONTEXT)


def meeting(registry: Registry, condition: RowCondition, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The same in SQL, of a row of `table` (the table of the object), its values bound."""
    source = Source(registry, PRODUCT, condition.object, table)

    def bind(slot: Slot, type_: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
        return sa.bindparam(None, values([slot], condition.condition, CONTEXT)[0], type_=type_)

    return compile_condition(condition.condition, lambda path: operand(source.resolve(path), path), bind)
