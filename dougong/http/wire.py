"""Python values to JSON bytes: ids and decimals as strings, moments in ISO 8601. No model classes on the way out.

For a page the converter of each column is picked once; most columns need none, because orjson writes them as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from fastapi import Response

from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.kind import as_is
from dougong.metadata.model import FieldType, Label, Object
from dougong.records.api import OutputColumn, Page

JSON_TYPE = "application/json"

AS_THEY_ARE = frozenset(t for t, kind in KINDS.items() if kind.wire is as_is) | {FieldType.DATE, FieldType.DATETIME}
"""Types whose Python value orjson writes as their `wire` would."""

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS

Convert = Callable[[Any], Any]


def dumps(value: object) -> bytes:
    """JSON bytes of `value`; Decimals as plain strings, labels as {zh, en}."""
    return orjson.dumps(value, _other, _OPTIONS)


def _other(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Label):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The answer `value` as JSON."""
    return Response(dumps(value), status_code=status, media_type=JSON_TYPE, headers=headers)


def page_body(page: Page) -> dict[str, Any]:
    """columns, rows (each an object by column name, child pages nested as {rows}) and next."""
    rows = rows_body(page.columns, page.rows)
    for child in page.children:
        for row, children in zip(rows, child.rows, strict=True):
            row[child.name] = {"rows": rows_body(child.columns, children)}
    return {
        "columns": [{"name": c.name, "type": c.type.value if c.type is not None else c.scalar} for c in page.columns],
        "rows": rows,
        "next": page.next,
        "truncated": page.truncated,
    }


def rows_body(columns: Sequence[OutputColumn], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Each row as an object of JSON values by column name."""
    names = [column.name for column in columns]
    changes = [(n, convert) for n, column in enumerate(columns) if (convert := converter(column)) is not None]
    found = []
    for row in rows:
        values = list(row)
        for n, convert in changes:
            value = values[n]
            if value is not None:
                values[n] = convert(value)
        found.append(dict(zip(names, values, strict=True)))
    return found


def converter(column: OutputColumn) -> Convert | None:
    """How the column's values become JSON values; None where they already are."""
    if column.type is None:
        return str if column.scalar == "id" else None
    return None if column.type in AS_THEY_ARE else KINDS[column.type].wire


def record_body(obj: Object, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record by field name (and `parent.name` paths, which are text) as JSON values."""
    found = {}
    for name, value in record.items():
        field = obj.fields.get(name)
        if value is None or field is None or field.type in AS_THEY_ARE:
            found[name] = value
        else:
            found[name] = KINDS[field.type].wire(value)
    return found
