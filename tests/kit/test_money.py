"""Exact amounts: half up, bounded, and never a float's noise."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kit.money import amount_text, decimal_text, exact, rounded, within_magnitude


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("2.665", 2, "2.67"),
        ("-2.675", 2, "-2.68"),
        ("0.005", 2, "0.01"),
        ("-0.004", 2, "0.00"),
        ("2.5", 0, "3"),
        ("1", 4, "1.0000"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, scale: int, expected: str) -> None:
    assert decimal_text(rounded(Decimal(value), scale)) == expected


@pytest.mark.parametrize("value", ["", " ", "1,000", "NaN", "inf", "0x10", "1_000", "٣", "1e9999", "1" * 61, "--1"])
def test_what_is_no_number(value: str) -> None:
    assert exact(value) is None


def test_a_float_is_the_number_that_it_shows() -> None:
    assert exact(0.1) == Decimal("0.1")
    assert exact(float("nan")) is None
    assert exact(Decimal("NaN")) is None


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_the_size_check_is_safe_for_every_exponent(value: Decimal) -> None:
    if within_magnitude(value):
        assert exact(decimal_text(rounded(value))) == rounded(value)


def test_how_people_read_amounts() -> None:
    assert amount_text(Decimal("1234567.50"), "zh") == "1,234,567.50"
    assert amount_text(Decimal(1234), "en") == "1,234"
    assert amount_text(Decimal("1234.5"), "zh", "CNY") == "¥1,234.50"
    assert amount_text(Decimal("1234.5"), "en", "USD") == "$1,234.50"
