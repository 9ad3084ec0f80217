"""Paging by the last row seen: a page costs the same whether it is the first or the thousandth.

A cursor holds the sort keys and the id of the last row, how many rows have been given so far, and a fingerprint of the
order that the keys belong to.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from zlib import crc32

import orjson
import sqlalchemy as sa

from dougong.expressions.coerce import DIGITS_MAX, is_storable
from dougong.expressions.shape import INT64_MAX
from dougong.kit.errors import BadRequest
from dougong.metadata.model import FieldType
from dougong.records.read.query import Query

T = TypeVar("T")

INT32_MAX = 2**31 - 1

SortKey = tuple[sa.ColumnElement[Any], bool, bool, bool]
"""Expression, descending, blanks first, never blank."""


def key_param(position: int) -> str:
    """The name of the parameter that holds the cursor's value of the sort key at `position`."""
    return f"k{position}"


def keyset_condition(keys: Sequence[SortKey], nulls: Sequence[bool]) -> sa.ColumnElement[bool]:
    """The rows after the cursor. `nulls` says which of its values are blank."""
    if len(keys) != len(nulls):
        raise BadRequest("query.bad_cursor")
    if len({descending for _, descending, _, _ in keys}) == 1 and all(not_null for *_, not_null in keys):
        row = sa.tuple_(*[expression for expression, *_ in keys])
        values = sa.tuple_(*[_param(n, expression) for n, (expression, *_) in enumerate(keys)])
        return row < values if keys[0][1] else row > values
    condition: sa.ColumnElement[bool] = sa.false()
    for n in reversed(range(len(keys))):
        expression, descending, nulls_first, not_null = keys[n]
        if nulls[n]:
            after: sa.ColumnElement[bool] = expression.is_not(None) if nulls_first else sa.false()
            condition = sa.or_(after, sa.and_(expression.is_(None), condition))
            continue
        value = _param(n, expression)
        after = expression < value if descending else expression > value
        if not not_null and not nulls_first:
            after = sa.or_(after, expression.is_(None))
        condition = sa.or_(after, sa.and_(expression == value, condition))
    return condition


def _param(position: int, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.bindparam(key_param(position), type_=expression.type)


def fingerprint(query: Query) -> int:
    """A number that two queries share only when they sort the same object the same way."""
    return crc32(repr((query.object, query.order, query.deleted)).encode())


def encode(query: Query, values: Sequence[Any], given: int) -> str:
    """The cursor behind a row with these sort key `values` (the id last), the last of `given` rows."""
    body = orjson.dumps([fingerprint(query), *values, given], default=str)
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def decode(query: Query) -> tuple[list[Any], int]:
    """The sort key values of `query.after` and the rows given before it.

    Raises BadRequest when it is not a cursor of this query.
    """
    text = query.after or ""
    try:
        body = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadRequest("query.bad_cursor") from error
    if not isinstance(body, list) or len(body) != len(query.order) + 3 or body[0] != fingerprint(query):
        raise BadRequest("query.bad_cursor")
    given = body[-1]
    if type(given) is not int or given < 0:
        raise BadRequest("query.bad_cursor")
    return body[1:-1], given


def typed(value: object, scalar: str, kind: FieldType | None) -> object:
    """A cursor value as a Python value of the sort key's `scalar` and type (None: a part of a date). Raises BadRequest.

    A cursor comes from outside: whoever forges one gets no further than whoever writes a condition.
    """
    if value is None:
        return None
    try:
        return _typed(value, scalar, kind)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BadRequest("query.bad_cursor") from error


def _typed(value: object, scalar: str, kind: FieldType | None) -> object:
    match scalar:
        case "number":
            return _number(Decimal(str(value)), kind)
        case "id":
            return _fitting(int(str(value)), INT64_MAX)
        case "boolean":
            return _must(value, bool)
        case "date":
            return date.fromisoformat(_must(value, str))
        case "datetime":
            return datetime.fromisoformat(_must(value, str))
        case "time":
            return time.fromisoformat(_must(value, str))
        case "text" if is_storable(_must(value, str)):
            return value
        case _:
            raise ValueError(scalar)


def _number(value: Decimal, kind: FieldType | None) -> int | Decimal:
    """Whole numbers as such, where the database has them so; parts of a date are small ones."""
    if not value.is_finite() or abs(value.adjusted()) > DIGITS_MAX:
        raise ValueError(value)
    if kind is None:
        return _fitting(int(value), INT32_MAX)
    return _fitting(int(value), INT64_MAX) if kind is FieldType.INTEGER else value


def _fitting(value: int, maximum: int) -> int:
    if abs(value) > maximum:
        raise ValueError(value)
    return value


def _must(value: object, wanted: type[T]) -> T:
    if not isinstance(value, wanted):
        raise TypeError(type(value))
    return value
