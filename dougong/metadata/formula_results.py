"""What the value of a formula becomes as the value of a field of its type: rounded, cut, in percent points.

In SQL and in Python, equal by test like the formulas themselves.
"""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dougong.expressions.formula.numbers import EXACT, rounded
from dougong.expressions.formula.to_sql import bounded, constant
from dougong.expressions.formula.types import Kind
from dougong.kit.limits import FORMULA_TEXT_MAX, TEXT_LENGTH_MAX
from dougong.kit.money import MAGNITUDE, SCALE
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.numbers import INTEGER_MAX
from dougong.metadata.model import Field, FieldType

SCALED = frozenset({FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT})
TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})


def _places(found: Field) -> int:
    if found.type is FieldType.INTEGER:
        return 0
    return SCALE if found.scale is None else found.scale


def _limit(found: Field) -> Decimal:
    """What no value of the field reaches."""
    return Decimal(INTEGER_MAX + 1) if found.type is FieldType.INTEGER else MAGNITUDE


def _length(found: Field) -> int:
    return found.length or (FORMULA_TEXT_MAX if found.type is FieldType.LONG_TEXT else TEXT_LENGTH_MAX)


def result_sql(found: Field, value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The formula's SQL as that of the column which `found` would have."""
    column_type = KINDS[found.type].columns(found)[0][1]
    if found.type in SCALED or found.type is FieldType.INTEGER:
        points = value * constant(Decimal(100), Kind.NUMBER) if found.type is FieldType.PERCENT else value
        limit = _limit(found)
        whole = sa.func.round(points, _places(found), type_=sa.Numeric())
        value = bounded(whole, constant(-limit, Kind.NUMBER), constant(limit, Kind.NUMBER))
    elif found.type in TEXTS:
        value = sa.func.left(value, _length(found), type_=sa.Text())
    return sa.cast(value, column_type)


def result_value(found: Field, value: Any) -> Any:  # noqa: ANN401 - the value of any field
    """The formula's value in Python as `found` has it."""
    if value is None:
        return None
    if found.type in SCALED or found.type is FieldType.INTEGER:
        points = value * 100 if found.type is FieldType.PERCENT else value
        places = _places(found)
        exact = rounded(points, places)
        if exact is None or abs(exact) >= _limit(found):
            return None
        return (
            int(exact) if found.type is FieldType.INTEGER else exact.quantize(Decimal(1).scaleb(-places), None, EXACT)
        )
    return value[: _length(found)] if found.type in TEXTS else value
