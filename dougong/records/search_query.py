"""What somebody types into a search box, taken apart, and the question that it becomes for the index.

Words are parted by spaces, and each must stand somewhere in the record. Digits and codes are compared without spaces
and dashes, telephone numbers also without the country's code and the zero before an area; what is typed in Latin
letters may be the spelling of Chinese, whole, by initials, or mixed (`bj科技`, `beijkj`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dougong.records.search_spelling import CHINESE, folded, initials_of
from dougong.records.search_text import (
    BEGINS,
    BEGINS_LENGTH,
    GRAM,
    SPELT,
    SPELT_LENGTH,
    WORD,
    WORD_END,
    WORD_LEAST,
    Searched,
    Style,
    compact,
    normalise,
    quoted,
)

QUERY_LENGTH_MAX = 100
TERMS_MAX = 6
TERM_LENGTH_MAX = 40
CODE_LEAST = 3
"""Fewer digits stand in nearly every number."""
SLIPS_FROM = 8
"""Words of so many letters may have two slips, shorter ones one."""

_CODE = re.compile(r"[0-9a-z+()\-_/.\s#]+")
_LATIN = re.compile("[a-z0-9']+")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_RUNS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+|[^\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Sought:
    """A query: its words and, where it is a number or code with gaps in it, that without them."""

    text: str
    terms: tuple[str, ...]

    @cached_property
    def tight(self) -> str | None:
        """The whole as one number or code: `138 1234 5678`."""
        if len(self.terms) < 2 or not _CODE.fullmatch(self.text) or not any(c.isdigit() for c in self.text):
            return None
        found = compact(self.text)
        return found if len(found) >= CODE_LEAST else None

    @cached_property
    def slips(self) -> bool:
        """Whether a word in it may be written with a slip of the finger."""
        return any(is_word(term) for term in self.terms)


def sought(text: str) -> Sought:
    """What `text` asks for; of a very long one its beginning."""
    found = normalise(text[: QUERY_LENGTH_MAX * 2])[:QUERY_LENGTH_MAX].strip()
    return Sought(found, tuple(term[:TERM_LENGTH_MAX] for term in found.split(" ")[:TERMS_MAX] if term))


def is_word(term: str) -> bool:
    """Whether it is a Latin word long enough that a slip in it leaves something to know it by."""
    return len(term) >= WORD_LEAST and _WORD.fullmatch(term) is not None


def is_spelling(term: str) -> bool:
    """Whether Latin letters stand in it, which may spell Chinese."""
    return any("a" <= character <= "z" for character in term)


def number_forms(term: str) -> tuple[str, ...]:
    """What of a number or code may stand in a record: as it is, without the country's code, without the area's zero."""
    tight = compact(term)
    forms = [tight]
    if tight.isdigit():
        forms += [tight.removeprefix(lead) for lead in ("0086", "86", "00", "0") if tight.startswith(lead)]
    return tuple(dict.fromkeys(form for form in forms if len(form) >= CODE_LEAST))


def index_question(fields: Iterable[Searched], asked: Sought) -> str | None:
    """The `tsquery` that all records meet in whose `fields` everything asked for stands; None when nothing can."""
    fields = tuple(fields)
    found = _every(asked.terms, lambda term: _any_of(_proposed(one, term) for one in fields))
    if asked.tight is None:
        return found
    tight = asked.tight
    whole = _any_of(_tight(one, tight) for one in fields)
    return _any_of([found, whole])


def beginning_question(fields: Iterable[Searched], asked: Sought) -> str | None:
    """The same for records of which a field begins with the first word: where there are very many, these come first."""
    term = asked.terms[0]
    heads = [
        _begins(one.code + BEGINS + term[:BEGINS_LENGTH], len(term) < BEGINS_LENGTH)
        for one in fields
        if one.style is Style.NAME
    ]
    return _any_of(heads)


def whole_question(fields: Iterable[Searched], asked: Sought) -> str | None:
    """The same for records of which a field is what is sought, or begins with it where that is long."""
    text = asked.text[:BEGINS_LENGTH]
    return _any_of(quoted(one.code + BEGINS + text) for one in fields if one.style is Style.NAME)


def slip_question(fields: Iterable[Searched], asked: Sought) -> str | None:
    """The same for records in which words stand that differ from those asked for by a slip."""
    fields = tuple(fields)

    def either(term: str) -> str | None:
        ways = [_proposed(one, term) for one in fields]
        if is_word(term):
            ways += [_slip(one.code, term) for one in fields if one.style is Style.NAME]
        return _any_of(ways)

    return _every(asked.terms, either)


def _every(terms: Sequence[str], question: Callable[[str], str | None]) -> str | None:
    parts = [question(term) for term in terms]
    return None if not parts or None in parts else " & ".join(f"({part})" for part in parts)


def _any_of(ways: Iterable[str | None]) -> str | None:
    found = list(dict.fromkeys(way for way in ways if way))
    return " | ".join(f"({way})" for way in found) if found else None


def _proposed(one: Searched, term: str) -> str | None:
    match one.style:
        case Style.CODE:
            return _any_of(_written(one.code, form) for form in number_forms(term)) if _CODE.fullmatch(term) else None
        case Style.PLAIN:
            return _written(one.code, term) if len(term) > 1 else None
        case Style.NAME:
            return _any_of(_named(one.code, term))


def _named(code: str, term: str) -> Iterator[str | None]:
    if len(term) == 1 and not CHINESE.match(term):
        # One letter stands everywhere; as a beginning it is of use.
        yield f"{quoted(code + BEGINS + term)}:*"
        return
    yield _written(code, term)
    if term.isascii() and (tight := compact(term)) != term and len(tight) >= CODE_LEAST:
        yield _written(code, tight)
    if not is_spelling(term):
        return
    runs = _RUNS.findall(term)
    if len(runs) == 1:
        yield _spelt(code, term)
    else:
        yield _mixed(code, runs)


def _mixed(code: str, runs: Sequence[str]) -> str | None:
    """Chinese as it is written, Latin letters as they are written or as they spell."""
    parts: list[str | None] = []
    for run in runs:
        if CHINESE.match(run):
            parts.append(_written(code, run))
        else:
            parts.append(_any_of([_written(code, run), _spelt(code, run)]))
    return " & ".join(f"({part})" for part in parts if part)


def _spelt(code: str, term: str) -> str | None:
    if not _LATIN.fullmatch(term):
        return None
    whole = folded(term)[:SPELT_LENGTH]
    initials = initials_of(term)[:SPELT_LENGTH]
    ways = [whole] if len(initials) < 2 else dict.fromkeys((whole, initials))
    return _any_of(_begins(code + SPELT + way, len(way) < SPELT_LENGTH) for way in ways)


def _begins(lexeme: str, more: bool) -> str:
    """The lexemes that begin so; of one that cannot be longer it itself, which the index finds faster."""
    return f"{quoted(lexeme)}:*" if more else quoted(lexeme)


def _written(code: str, term: str) -> str:
    if len(term) < GRAM:
        return f"{quoted(code + term)}:*"
    grams = dict.fromkeys(term[at : at + GRAM] for at in range(len(term) - GRAM + 1))
    return " & ".join(quoted(code + gram) for gram in grams)


def _tight(one: Searched, tight: str) -> str | None:
    if one.style is Style.CODE:
        return _any_of(_written(one.code, form) for form in number_forms(tight))
    return _written(one.code, tight) if one.style is Style.NAME else None


def _slip(code: str, term: str) -> str:
    """A slip is in one half of a word, so the other half stands at its beginning or at its end; of two slips in a long
    word one third is whole at either."""
    part = len(term) // (3 if len(term) >= SLIPS_FROM else 2)
    part = max(part, 2)
    head, tail = code + WORD + term[:part], code + WORD_END + term[: -part - 1 : -1]
    return f"{quoted(head)}:* | {quoted(tail)}:*"
