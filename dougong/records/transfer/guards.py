"""Formula injection: a spreadsheet runs a cell that starts with = + - or @, so a text that does gets a quote before it.

The full-width forms count as well: a spreadsheet of a Chinese, Japanese or Korean system takes them for the others. The
rule can be reversed: a text of quotes and then such a character gets one quote more, and our import takes exactly one
away. Numbers and dates are no texts and stay as they are. Source: OWASP, CSV injection.
"""

import re

_DANGEROUS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_STARTS = re.compile(f"'*{_DANGEROUS}")
_GUARDED = re.compile(f"'+{_DANGEROUS}")
_NUMBER = re.compile(r"[+-]?\d[\d.,\s]*%?")


def guarded(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return "'" + text if _STARTS.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text


def reguarded(text: str) -> str:
    """A cell of an uploaded file as it may be given back: guarded, and read by our import as the original would be."""
    return text if _NUMBER.fullmatch(text) else guarded(unguarded(text))
