"""How Chinese is spelt in Latin letters, by the library's dictionaries of signs and phrases.

They are loaded when something is spelt for the first time: it takes a quarter of a second, which a start need not wait
for. `load` does so ahead of the first search.
"""

from functools import cache

TITLES = frozenset({"州长", "市长", "省长", "县长", "区长", "行长"})
"""Phrases that are not read as a whole: in the names of companies 州 and 长 meet in 杭州长江, not in the title 州长."""


def spelt(text: str) -> list[str]:
    """The reading of each sign of `text` without tones; what is not Chinese stays together as it is."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # loaded when first needed

    found: list[str] = lazy_pinyin(text)
    return found


@cache
def phrases() -> frozenset[str]:
    """The phrases of two to four signs that are read as a whole (重庆 is chong qing)."""
    from pypinyin.constants import PHRASES_DICT  # noqa: PLC0415  # loaded when first needed

    return frozenset(phrase for phrase in PHRASES_DICT if 2 <= len(phrase) <= 4 and phrase not in TITLES)


@cache
def phrase_starts() -> frozenset[str]:
    """The first two signs of each of `phrases`."""
    return frozenset(phrase[:2] for phrase in phrases())


def load() -> None:
    """Load everything now."""
    spelt("重庆")
    phrase_starts()
