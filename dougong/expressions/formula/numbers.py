"""Numbers in formulas: decimals of at most PLACES places below LIMIT, once for both back ends.

What a calculation has behind the last place is rounded half up, away from zero; what is LIMIT or more is blank, as is
what cannot be computed. Never a float.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

PLACES = 10
LIMIT = Decimal(10) ** 18
POWER_MAX = 100
"""The largest exponent of POWER; whole ones only."""

EXACT = Context(prec=120, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
SMALLEST = Decimal(1).scaleb(-PLACES)


def representable(value: Decimal) -> bool:
    """Whether a number that somebody wrote is one of formulas as it stands."""
    return number(value) == value


def number(value: Decimal) -> Decimal | None:
    """`value` as formulas keep it; None where it is too large."""
    if value.is_zero():
        return Decimal(0)
    if value.adjusted() >= 18:
        return None
    found = value.quantize(SMALLEST, context=EXACT)
    if abs(found) >= LIMIT:
        return None
    return Decimal(0) if found.is_zero() else found


def divide(a: Decimal, b: Decimal) -> Decimal | None:
    """The quotient; None for a division by zero."""
    return None if b.is_zero() else number(EXACT.divide(a, b))


def modulo(a: Decimal, b: Decimal) -> Decimal | None:
    """What a division leaves, with the sign of `a`; None where `b` is zero."""
    return None if b.is_zero() else number(EXACT.remainder(a, b))


def square_root(a: Decimal) -> Decimal | None:
    """The root; None for a negative number."""
    return None if a < 0 else number(EXACT.sqrt(a))


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """`base` multiplied by itself, rounded each time; None for exponents that are not whole or beyond POWER_MAX."""
    if exponent != exponent.to_integral_value() or abs(exponent) > POWER_MAX:
        return None
    found: Decimal | None = Decimal(1)
    for _ in range(abs(int(exponent))):
        if found is None:
            return None
        found = number(EXACT.multiply(found, base))
    if found is None or exponent >= 0:
        return found
    return divide(Decimal(1), found)


def rounded(value: Decimal, places: int) -> Decimal | None:
    """`value` with at most `places` places, halves away from zero."""
    return number(value.quantize(Decimal(1).scaleb(-places), context=EXACT))


def number_text(value: Decimal) -> str:
    """The number in plain digits without zeros at its end."""
    return "0" if value.is_zero() else format(value.normalize(EXACT), "f")


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿", "亿亿")


def rmb_capitals(value: Decimal) -> str:
    """An amount as Chinese invoices write it; what is behind the second place is cut off."""
    cents = int(abs(value).scaleb(2, EXACT))
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    sign = "负" if value < 0 and cents else ""
    whole = f"{_capitals(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"{sign}{whole or '零元'}整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return f"{sign}{whole}{tenths}" + (f"{_DIGITS[fen]}分" if fen else "整")


def _capitals(whole: int) -> str:
    text = str(whole)
    found, zero, section = "", False, False
    for n, digit in enumerate(text):
        place = len(text) - 1 - n
        if digit == "0":
            zero = True
        else:
            found += ("零" if zero and found else "") + _DIGITS[int(digit)] + _UNITS[place % 4]
            zero, section = False, True
        if place % 4 == 0:
            found += _SECTIONS[place // 4] if section else ""
            section = False
    return found
