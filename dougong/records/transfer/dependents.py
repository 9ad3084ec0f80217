"""Labels that several options of a dependent field share: which is meant follows from the controlling column.

There are a 朝阳区 in 北京市 and one in 长春市. A file says the city in another column of the same row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.metadata.dependence import controlling_value, dependents, is_offered
from dougong.metadata.field_types.options import options_of_text
from dougong.metadata.model import Field, FieldType, Object
from dougong.records.transfer.reading import Cell, as_text


def settle_alike(obj: Object, columns: Mapping[str, list[Any]], cells: Mapping[str, Sequence[Cell]]) -> None:
    """Put, where a cell names several options, the one that is offered for the row's controlling value.

    `columns` are the values of a chunk by field, changed in place; `cells` what they were read from. Where none fits
    the first stays, and the write path refuses the row.
    """
    for controller, field in dependents(obj):
        if field.type is FieldType.SELECT and field.name in cells and controller.name in columns:
            _settle(controller, field, columns, cells[field.name])


def _settle(controller: Field, field: Field, columns: Mapping[str, list[Any]], cells: Sequence[Cell]) -> None:
    values, controlling = columns[field.name], columns[controller.name]
    for at, value in enumerate(values):
        if not isinstance(value, str) or not isinstance(controlling[at], str | bool):
            continue
        alike = options_of_text(field, as_text(cells[at]))
        if len(alike) > 1:
            by = controlling_value(controller, controlling[at])
            values[at] = next((option.value for option in alike if is_offered(option, by)), value)
