"""The name that somebody probably meant, for sentences that say what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str], similar: float = 0) -> str:
    """The one of `names` that looks most like `name`; empty where none is `similar` enough (0: any, 1: the same)."""
    by_lower = {candidate.lower(): candidate for candidate in names}
    found = get_close_matches(name.lower()[:100], by_lower, n=1, cutoff=similar)
    return by_lower[found[0]] if found else ""
