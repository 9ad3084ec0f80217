"""A formula tried on a record before it is saved, and what new records are given by default."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from dougong.access.fields import editable_fields
from dougong.access.policy import check_action
from dougong.access.principal import Action
from dougong.access.record_types import preselected_type
from dougong.expressions.formula.numbers import number_text
from dougong.expressions.formula.types import Kind
from dougong.kit.clock import now
from dougong.metadata.field_types import KINDS, ValueProblem
from dougong.metadata.field_types.options import default_of
from dougong.metadata.formulas import read_formula
from dougong.metadata.model import Field, FieldType
from dougong.metadata.names import RECORD_TYPE
from dougong.records.formula_values import Subject, asking
from dougong.records.read.page import get
from dougong.records.work import Reading
from dougong.records.write.values import default_value


def default_values(r: Reading, object_name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON values that a new record of the reader would be given beside `given`, for a form to begin with.

    What is given and cannot be read counts as blank: the form is still being filled in. Fields that the reader may not
    write are not told. Raises Forbidden when the reader may not create such records.
    """
    obj = r.registry.object(object_name)
    check_action(r.actor, obj, Action.CREATE)
    writable = {field.name: field for field in editable_fields(r.actor, obj)}
    record = {name: _read(writable[name], value) for name, value in given.items() if name in writable}
    moment = now()
    found: dict[str, Any] = {}
    type_ = given.get(RECORD_TYPE) or preselected_type(r.actor, obj)
    usual = next((dict(one.defaults) for one in obj.record_types if one.name == type_), {})
    for field in obj.fields.values():
        default = usual.get(field.name, default_of(field))
        if default is not None and field.name not in given and field.type is not FieldType.AUTO_NUMBER and field.active:
            record[field.name] = found[field.name] = default_value(field, r.actor, moment, default)
    defaults = r.registry.formulas.defaults.get(obj.name, ())
    behind = asking(r.snapshot, r.registry, obj, r.actor, [formula for _, formula in defaults], [record])
    for name, formula in defaults:
        if name not in given and name not in usual:
            value = behind.value_for(obj.fields[name], formula, Subject(record))
            record[name] = found[name] = value
    return {name: KINDS[obj.fields[name].type].wire(found[name]) for name in found if name in writable}


def _read(field: Field, value: Any) -> Any:  # noqa: ANN401 - JSON in, a value of the field out
    try:
        return KINDS[field.type].parse(field, value)
    except ValueProblem:
        return None


def value_wire(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """The value of a formula as JSON: a number in plain digits, a date in ISO 8601."""
    match value:
        case Decimal():
            return number_text(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case bool() | None | str() | list():
            return value
        case _:
            return str(value)


def try_formula(r: Reading, object_name: str, text: str, record_id: int) -> tuple[Kind, Any]:
    """The value of a formula for a record, as the reader would see it, and its kind.

    Raises FormulaProblem (BadRequest) for a formula that cannot be used, NotFound for a record that is not seen.
    """
    obj = r.registry.object(object_name)
    formula = read_formula(r.registry.objects, obj, text, context="rule")
    stored = [f.name for f in obj.fields.values() if f.stored and not f.secret]
    record: Mapping[str, Any] = get(r, object_name, record_id, stored)
    found = asking(r.snapshot, r.registry, obj, r.actor, [formula], [record])
    return formula.checked.type.kind, found.value(formula, Subject(record, record))
