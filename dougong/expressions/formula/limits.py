"""What both back ends keep to, so that no formula can cost without bound or leave the calendar."""

from dougong.kit.limits import FORMULA_TEXT_MAX

MONTHS_MAX = 48_000
SHIFT_MAX = 1_500_000
"""Days by which DATE may run on."""
DAYS_MAX = 36_500
"""Days by which a moment can be moved, either way: a hundred years."""
REPLACEMENT_MAX = 255
WHITE = " \t\r\n\u00a0\u3000"
"""What TRIM takes off, the Chinese space included."""


def cut_to(text: str) -> str:
    """A text that a formula has put together, not longer than it may be."""
    return text[:FORMULA_TEXT_MAX]
