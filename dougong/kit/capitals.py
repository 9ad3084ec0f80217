"""Amounts and dates as Chinese documents write them out: 人民币大写, and the day in Chinese numerals.

Source: 支付结算办法, annex 1 (正确填写票据和结算凭证的基本规定).
"""

from datetime import date
from decimal import Decimal

from dougong.kit.money import rounded

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
NUMERALS = "〇一二三四五六七八九"


def rmb_capitals(amount: Decimal) -> str:
    """`amount` in capitals, halves of a fen rounded up: 10050.08 is 壹万零伍拾元零捌分, 3.20 is 叁元贰角整."""
    value = rounded(amount)
    fen_all = int(abs(value) * 100)
    yuan, rest = divmod(fen_all, 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_integer(yuan)}元" if yuan else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    text += f"{DIGITS[fen]}分" if fen else "整"
    if not fen_all:
        return "零元整"
    return f"负{text}" if value < 0 else text


def _integer(number: int) -> str:
    """A positive whole number in capitals; one 零 stands for all zeros between two digits."""
    for size, name in PLACES:
        if number >= size:
            head, rest = divmod(number, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return _integer(head) + name + gap + (_integer(rest) if rest else "")
    return DIGITS[number]


def chinese_date(day: date) -> str:
    """The day in Chinese numerals: 二〇二六年十一月二十六日."""
    year = "".join(NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_tens(day.month)}月{_tens(day.day)}日"


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens]}十")
    return head + (NUMERALS[ones] if ones else "")
