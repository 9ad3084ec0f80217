"""Exact decimal amounts: rounding, bounds and how people read them. Never a float.

Rounding is half up, away from zero (四舍五入), as invoices do it, not the banker's rounding that Python defaults to.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, format_decimal

from dougong.kit.text import Language

SCALE = 2
"""Decimal places of money where its field does not say otherwise."""

MAGNITUDE = Decimal(10) ** 15
"""Amounts stay below this in size: larger ones are typing errors, and sums of millions of them still fit."""

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
LOCALES: dict[Language, str] = {"zh": "zh_Hans_CN", "en": "en_US"}


def exact(value: str | float | Decimal) -> Decimal | None:
    """`value` as a finite Decimal, a float by its shortest text (0.1 is 0.1); None where it is not a number."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    text = repr(value) if isinstance(value, float) else str(value)
    if len(text) > 60 or not PLAIN.fullmatch(text):
        return None
    return Decimal(text)


def rounded(value: Decimal, scale: int = SCALE) -> Decimal:
    """`value` with exactly `scale` decimal places, halves away from zero; zero is never negative."""
    result = value.quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP)
    return abs(result) if result.is_zero() else result


def within_magnitude(value: Decimal) -> bool:
    """Whether `value` is of a size that the product stores; safe for exponents of any size."""
    return value.is_zero() or (value.adjusted() < 15 and abs(value) < MAGNITUDE)


def decimal_text(value: Decimal) -> str:
    """`value` as JSON carries it: plain digits, never an exponent."""
    return format(value, "f")


def amount_text(value: Decimal, language: Language, currency: str | None = None) -> str:
    """`value` as a person reads it: grouped, with its own decimal places; with the sign of `currency` if given."""
    if currency is not None:
        return format_currency(value, currency, locale=LOCALES[language])
    places = max(0, -int(value.as_tuple().exponent))
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language], decimal_quantization=False)
