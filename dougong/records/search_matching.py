"""How closely the values of a record meet what is sought, and which of their characters do.

The index proposes records, this decides: it looks at the very values that the reader may read. The closest way
counts: the value itself, its beginning, a whole word of it, a part of it, its spelling, what sounds alike, a slip of
the finger.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from dougong.records.search_query import SLIPS_FROM, Sought, is_spelling, is_word, number_forms
from dougong.records.search_spelling import CHINESE, Sign, folded, signs
from dougong.records.search_text import COMPACT_MAX, Searched, Style, compact, normalise

_WORDS = re.compile(r"[^\W\d_\u3400-\u9fff]+")
COUNTRY = "86"


class Closeness(IntEnum):
    """How a value meets a query, the closest first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    FRAGMENT = 3
    PINYIN = 4
    ALIKE = 5
    TYPO = 6


@dataclass(frozen=True, slots=True)
class Part:
    """Where something sought stands: in which of the fields, from which of its characters to which.

    The characters are those of the normalised value, of a code of what is left without spaces and dashes.
    """

    field: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Met:
    """How a record meets a query, and by which parts of its values."""

    closeness: Closeness
    parts: tuple[Part, ...]

    @property
    def order(self) -> tuple[int, bool, bool]:
        """The closest first; through the name before other fields, from its beginning before its middle."""
        first = self.parts[0]
        return self.closeness, first.field > 0, first.start > 0


@dataclass(frozen=True, slots=True)
class Value:
    """A searchable value of a record, made ready."""

    searched: Searched
    text: str


def ready(searched: Searched, text: str) -> Value:
    """A value as it is compared."""
    found = normalise(text)
    return Value(searched, compact(found) if searched.style is Style.CODE else found)


def meets(values: Sequence[Value | None], asked: Sought, *, slips: bool = False) -> Met | None:
    """How a record with these `values` meets what is asked, each word by its closest way; None when it does not."""
    whole = _closest(values, asked.text, slips=False) if len(asked.terms) > 1 else None
    if whole is None and asked.tight is not None:
        whole = _closest(values, asked.tight, slips=False)
    if whole is not None:
        return Met(whole[0], (whole[1],))
    closeness, parts = Closeness.EXACT, []
    for term in asked.terms:
        found = _closest(values, term, slips=slips)
        if found is None:
            return None
        closeness = max(closeness, found[0])
        parts.append(found[1])
    if len(parts) > 1 and closeness is Closeness.EXACT:
        # Each word is the whole of some field, the record is not the query.
        closeness = Closeness.WORD
    return Met(closeness, tuple(sorted(parts, key=lambda part: part.field)))


def _closest(values: Sequence[Value | None], term: str, *, slips: bool) -> tuple[Closeness, Part] | None:
    best: tuple[Closeness, Part] | None = None
    for place, value in enumerate(values):
        if value is None or not value.text:
            continue
        found = _in_value(value, term)
        if found is None and slips and value.searched.style is Style.NAME and is_word(term):
            found = _slipped(value.text, term)
        if found is not None and (best is None or found[0] < best[0]):
            best = found[0], Part(place, found[1], found[2])
            if best[0] is Closeness.EXACT:
                break
    return best


Place = tuple[Closeness, int, int]


def _in_value(value: Value, term: str) -> Place | None:
    if value.searched.style is Style.CODE:
        return _in_code(value.text, term)
    text = value.text
    at = text.find(term)
    if at >= 0:
        if value.searched.style is Style.NAME and len(term) == 1 and at > 0 and not CHINESE.match(term):
            return None
        return _written(text, term, at)
    if value.searched.style is not Style.NAME:
        return None
    if text.isascii():
        return _in_parted(text, term)
    return _spelt(text, term) if is_spelling(term) else None


def _written(text: str, term: str, at: int) -> Place:
    end = at + len(term)
    if len(term) == len(text):
        return Closeness.EXACT, 0, end
    if at == 0:
        return Closeness.PREFIX, 0, end
    while at >= 0:
        end = at + len(term)
        if _is_word_in(text, at, end):
            return Closeness.WORD, at, end
        at = text.find(term, at + 1)
    first = text.find(term)
    return Closeness.FRAGMENT, first, first + len(term)


def _is_word_in(text: str, start: int, end: int) -> bool:
    def parted(before: str, after: str) -> bool:
        return not (before.isalnum() and after.isalnum()) or bool(CHINESE.match(before)) != bool(CHINESE.match(after))

    if CHINESE.search(text[start:end]):
        return False
    return (start == 0 or parted(text[start - 1], text[start])) and (
        end == len(text) or parted(text[end - 1], text[end])
    )


def _in_code(text: str, term: str) -> Place | None:
    for form in number_forms(term):
        at = text.find(form)
        if at < 0:
            continue
        end = at + len(form)
        if text in (form, COUNTRY + form):
            return Closeness.EXACT, at, end
        return (Closeness.PREFIX if at == 0 or text[:at] == COUNTRY else Closeness.FRAGMENT), at, end
    return None


def _in_parted(text: str, term: str) -> Place | None:
    """A code in a line of text, written with other gaps than it is asked for."""
    if len(text) > COMPACT_MAX or not any(character.isdigit() for character in text):
        return None
    wanted, tight = compact(term), compact(text)
    if not wanted or len(wanted) < len(term) - len(wanted) or tight.find(wanted) < 0:
        return None
    kept = [at for at, character in enumerate(text) if compact(character)]
    first = tight.find(wanted)
    return Closeness.FRAGMENT, kept[first], kept[first + len(wanted) - 1] + 1


def _spelt(text: str, term: str) -> Place | None:
    if not CHINESE.search(text):
        return None
    found, begins = _signs(text)
    for closeness, alike in ((Closeness.PINYIN, False), (Closeness.ALIKE, True)):
        wanted = folded(term) if alike else term
        first = wanted[0]
        for start, letters in enumerate(begins):
            if first not in letters:
                continue
            end = _reach(found, start, wanted, 0, set(), alike=alike)
            if end is not None:
                return closeness, start, end
    return None


@lru_cache(maxsize=20_000)
def _signs(text: str) -> tuple[list[Sign], list[str]]:
    """The signs of a text, and with which letters each may begin: most places of most texts are ruled out by that."""
    found = signs(text)
    return found, [
        "".join({begin[0] for r in one.readings for begin in (r, folded(r))} | {one.text[0]}) for one in found
    ]


def _reach(
    found: Sequence[Sign], at: int, term: str, done: int, failed: set[tuple[int, int]], *, alike: bool
) -> int | None:
    """Behind which sign the rest of `term` is spelt, from the sign `at` on; None when it is not."""
    if done == len(term):
        return at
    if at == len(found) or (at, done) in failed:
        return None
    sign = found[at]
    if term.startswith(sign.text, done):
        end = _reach(found, at + 1, term, done + len(sign.text), failed, alike=alike)
        if end is not None:
            return end
    for spelt in _spellings(sign, alike=alike, behind_n=done > 0 and term[done - 1] == "n"):
        for length in (len(spelt), 1):
            if term.startswith(spelt[:length], done):
                end = _reach(found, at + 1, term, done + length, failed, alike=alike)
                if end is not None:
                    return end
        if spelt.startswith(term[done:]):
            return at + 1
    failed.add((at, done))
    return None


def _spellings(sign: Sign, *, alike: bool, behind_n: bool) -> Iterator[str]:
    """How a sign may be spelt; folded, a g behind an n is gone."""
    for reading in sign.readings:
        if not alike:
            yield reading
            continue
        spelt = folded(reading)
        yield spelt
        if behind_n and spelt[0] == "g" and len(spelt) > 1:
            yield spelt[1:]


def _slipped(text: str, term: str) -> Place | None:
    allowed = 2 if len(term) >= SLIPS_FROM else 1
    for word in _WORDS.finditer(text):
        written = word.group()
        if abs(len(written) - len(term)) <= allowed and distance(written, term, allowed) <= allowed:
            return Closeness.TYPO, word.start(), word.end()
        # Still being typed.
        if len(term) > 4 and len(written) > len(term) and distance(written[: len(term)], term, 1) <= 1:
            return Closeness.TYPO, word.start(), word.start() + len(term)
    return None


def distance(one: str, other: str, limit: int) -> int:
    """How many letters must be changed, added, left out or swapped with their neighbour; beyond `limit` some number
    above it."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, previous = before, [i], row
        for j, b in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        before = previous
        if min(row) > limit:
            return limit + 1
    return row[-1]


def marks(original: str, style: Style, start: int, end: int) -> tuple[int, int] | None:
    """The characters of a value as people see it that stand for those from `start` to `end` of what was compared."""
    places: list[int] = []
    made: list[str] = []
    for at, character in enumerate(original):
        form = normalise(character)
        if not form:
            form = " " if style is not Style.CODE and made and made[-1] != " " else ""
        elif style is Style.CODE:
            form = compact(form)
        made += form
        places += [at] * len(form)
    if start >= end or end > len(places):
        return None
    return places[start], places[end - 1] + 1
