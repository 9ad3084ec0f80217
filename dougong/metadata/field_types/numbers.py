"""Numbers: integers, decimals, money and percentages. Decimal throughout, rounded half up to the field's scale.

A percentage is stored in percent points: 10 means 10 %. JSON carries decimals as strings and integers as numbers.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import sqlalchemy as sa

from dougong.kit.money import SCALE, decimal_text, exact, rounded, within_magnitude
from dougong.metadata.field_types.kind import (
    ORDERING,
    Kind,
    TextFormat,
    ValueProblem,
    as_is,
    export_as_is,
    is_blank,
    one_column,
    pack_one,
    shown,
    unpack_one,
)
from dougong.metadata.model import Field, FieldType

INTEGER_MAX = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""

CURRENCY_SIGNS = re.compile(r"(?i)^(rmb|cny|usd|eur|gbp|jpy|hkd|[¥$€£])\s*|\s*(元|rmb|cny|usd|eur|gbp|jpy|hkd|[¥$€£])$")
N = TypeVar("N", int, Decimal)
T = TypeVar("T")

UNITS = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


def _exact(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueProblem("value.not_a_number", value=shown(value))
    found = exact(value.strip() if isinstance(value, str) else value)
    if found is None:
        raise ValueProblem("value.not_a_number", value=shown(value))
    return found


def check_range(field: Field, value: N) -> N:
    """`value` unless it is outside the field's own bounds. Raises ValueProblem."""
    minimum = None if field.minimum is None else Decimal(str(field.minimum))
    maximum = None if field.maximum is None else Decimal(str(field.maximum))
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        if maximum is None:
            raise ValueProblem("value.too_small", value=shown(value), minimum=str(minimum))
        if minimum is None:
            raise ValueProblem("value.too_large", value=shown(value), maximum=str(maximum))
        raise ValueProblem("value.out_of_range", value=shown(value), minimum=str(minimum), maximum=str(maximum))
    return value


def parse_decimal(field: Field, value: object) -> Decimal | None:
    """A decimal of the field's scale, rounded half up. NaN, infinity and absurd sizes are refused."""
    if is_blank(value):
        return None
    found = _exact(value)
    if not within_magnitude(found):
        raise ValueProblem("value.too_large", value=shown(value), maximum="999999999999999")
    return check_range(field, rounded(found, SCALE if field.scale is None else field.scale))


def parse_integer(field: Field, value: object) -> int | None:
    """A whole number that JSON keeps exactly. Fractions are refused, not rounded."""
    if is_blank(value):
        return None
    found = _exact(value)
    if found.is_zero():
        return check_range(field, 0)
    if not within_magnitude(found) and found.adjusted() > 20:
        raise ValueProblem("value.too_large", value=shown(value), maximum=str(INTEGER_MAX))
    if found != found.to_integral_value():
        raise ValueProblem("value.not_whole", value=shown(value))
    if abs(found) > INTEGER_MAX:
        raise ValueProblem("value.too_large", value=shown(value), maximum=str(INTEGER_MAX))
    return check_range(field, int(found))


def plain_number(text: str, form: TextFormat) -> Decimal:
    """The number that a cell shows: currency signs, grouping, (…) for negative, 万 and 亿. Raises ValueProblem."""
    body = CURRENCY_SIGNS.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = CURRENCY_SIGNS.sub("", body[1:-1].strip()).strip()
    factor = UNITS.get(body[-1:], Decimal(1))
    if factor != 1:
        body = body[:-1].strip()
    whole, mark, fraction = body.partition(form.decimal_mark)
    group = form.thousands
    if group and group in whole:
        if not re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(group)}\d{{3}})+", whole):
            raise ValueProblem("value.not_a_number", value=shown(text))
        whole = whole.replace(group, "")
    number = exact(f"{whole}.{fraction}" if mark else whole)
    if number is None:
        raise ValueProblem("value.not_a_number", value=shown(text))
    return (-number if negative else number) * factor


def _from_text(parse: Callable[[Field, object], T]) -> Callable[[Field, str, TextFormat], T | None]:
    def parse_text(field: Field, text: str, form: TextFormat) -> T | None:
        return None if is_blank(text) else parse(field, plain_number(text, form))

    return parse_text


def _percent_from_text(field: Field, text: str, form: TextFormat) -> Decimal | None:
    body = unicodedata.normalize("NFKC", text).strip().removesuffix("%")
    return None if is_blank(body) else parse_decimal(field, plain_number(body, form))


def _wire_decimal(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


INTEGER = Kind(
    columns=one_column(sa.BigInteger),
    parse=parse_integer,
    parse_text=_from_text(parse_integer),
    pack=pack_one,
    unpack=unpack_one,
    wire=as_is,
    export=export_as_is,
    operators=ORDERING,
    scalar="number",
    unique=True,
    becomes=frozenset({FieldType.DECIMAL, FieldType.CURRENCY, FieldType.PERCENT}),
)

DECIMAL = Kind(
    columns=one_column(sa.Numeric),
    parse=parse_decimal,
    parse_text=_from_text(parse_decimal),
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_decimal,
    export=export_as_is,
    operators=ORDERING,
    scalar="number",
    unique=True,
    becomes=frozenset({FieldType.CURRENCY, FieldType.PERCENT}),
)

CURRENCY = Kind(
    columns=one_column(sa.Numeric),
    parse=parse_decimal,
    parse_text=_from_text(parse_decimal),
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_decimal,
    export=export_as_is,
    operators=ORDERING,
    scalar="number",
    becomes=frozenset({FieldType.DECIMAL}),
)

PERCENT = Kind(
    columns=one_column(sa.Numeric),
    parse=parse_decimal,
    parse_text=_percent_from_text,
    pack=pack_one,
    unpack=unpack_one,
    wire=_wire_decimal,
    export=export_as_is,
    operators=ORDERING,
    scalar="number",
    becomes=frozenset({FieldType.DECIMAL}),
)
