"""How formulas read texts, once for both back ends."""

import re

NUMBER_PATTERN = r" *([+-]?[0-9]{1,18}(?:\.[0-9]{1,30})?) *"
DATE_PATTERN = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"

NUMBER_FORM = re.compile(NUMBER_PATTERN, re.ASCII)
DATE_FORM = re.compile(DATE_PATTERN, re.ASCII)


def raised(text: str) -> str:
    """`text` in capitals, character by character as PostgreSQL does it: always as many characters as before."""
    if text.isascii():
        return text.upper()
    return "".join(upper if len(upper := c.upper()) == 1 else c for c in text)
