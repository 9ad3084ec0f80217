"""Formula injection: a spreadsheet runs a cell that starts with = + - or @, so a text that does gets a quote before it.

The rule can be reversed: a text of quotes and then such a character gets one quote more, and our import takes exactly
one away. Numbers and dates are no texts and stay as they are. Source: OWASP, CSV injection.
"""

import re

_STARTS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    return "'" + text if _STARTS.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
