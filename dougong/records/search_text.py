"""What of a record goes into `search_entry`: its text, and lexemes by which an index finds any part of that text.

The text is a few lines: the name, its pinyin written together and its initials, then each searchable field. The
lexemes (a tsvector, since the embedded server has no pg_trgm) are of two kinds:

* of each line as it is written, the gram that starts at each position: three characters, at the end of the line fewer.
  A query of one or two characters is then the prefix of some gram, a longer one the conjunction of its 3-grams;
* of the pinyin and the initials, what starts at each syllable: `~` and up to six letters. So "keji" finds 科技 while
  "an" does not find every 山, and a name costs a third of the lexemes that grams of its pinyin would take.

The index only proposes; a search compares the text itself as well.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from dougong.metadata.field_types import Address
from dougong.metadata.field_types.places import address_text
from dougong.metadata.field_types.text import html_text
from dougong.metadata.model import Field, FieldType, Object

TEXT_LENGTH_MAX = 4_000
"""Characters of a record that are searchable; a longer text field is found by its beginning."""

GRAM = 3
SPELT = "~"
SPELT_LENGTH = 6

_CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_SPELLABLE = re.compile("[a-z0-9]+")

_PHRASES = frozenset(
    phrase
    for phrase in PHRASES_DICT
    if 2 <= len(phrase) <= 4 and phrase not in {"州长", "市长", "省长", "县长", "区长", "行长"}
)
"""Phrases that are read as a whole. In the names of companies 州 and 长 meet in 杭州长江, not in the title 州长."""
_PHRASE_STARTS = frozenset(phrase[:2] for phrase in _PHRASES)
_readings: dict[str, tuple[list[str], str]] = {}
"""Syllables and initials of the characters and phrases met so far: those of Chinese, so it ends somewhere."""


def normalise(text: str) -> str:
    """`text` as it is compared: NFKC (full width becomes half width), lower case, single spaces, no controls."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    if not text.isprintable():
        text = _CONTROLS.sub(" ", text)
    return " ".join(text.lower().split())


def spelling(text: str) -> tuple[list[str], str] | None:
    """How a normalised `text` is spelt: its parts and its initials; None without Chinese in it.

    A part is the syllable of a Chinese character or a run of other characters as it stands. Phrases are read as such
    (重庆 is chong qing): the longest known phrase from the left, up to four characters.
    """
    parts: list[str] = []
    initials: list[str] = []
    at = 0
    for run in _CHINESE.finditer(text):
        if run.start() > at:
            parts.append(text[at : run.start()])
            initials.append(parts[-1])
        _spell(run.group(), parts, initials)
        at = run.end()
    if at == 0:
        return None
    if at < len(text):
        parts.append(text[at:])
        initials.append(parts[-1])
    return parts, "".join(initials)


def _spell(run: str, parts: list[str], initials: list[str]) -> None:
    """Add the toneless syllables and the initials of a run of Chinese characters."""
    at, end = 0, len(run)
    while at < end:
        piece = run[at]
        if run[at : at + 2] in _PHRASE_STARTS:
            for length in (4, 3, 2):
                if run[at : at + length] in _PHRASES:
                    piece = run[at : at + length]
                    break
        reading = _readings.get(piece)
        if reading is None:
            syllables = lazy_pinyin(piece)
            reading = _readings[piece] = syllables, "".join(syllable[:1] for syllable in syllables)
        parts += reading[0]
        initials.append(reading[1])
        at += len(piece)


def searched_fields(obj: Object) -> tuple[Field, ...]:
    """The fields of `obj` whose text is searchable, the name field first."""
    name = obj.fields[obj.name_field]
    others = (f for f in obj.fields.values() if f.searchable and not f.secret and f.name != name.name)
    return (name, *others)


def search_document(obj: Object, row: Mapping[str, Any]) -> str:
    """The searchable text of a record, given by field name as Python values."""
    return search_entry(searched_fields(obj), row)[0]


def search_entry(fields: Sequence[Field], row: Mapping[str, Any]) -> tuple[str, str]:
    """The text of a record and its lexemes as the literal of a `tsvector`; `fields` as `searched_fields` gives them."""
    name = normalise(_words(fields[0], row.get(fields[0].name)))
    lines = [name]
    for field in fields[1:]:
        value = row.get(field.name)
        if value is not None:
            lines.append(normalise(_words(field, value)))
    written = grams("\n".join(lines)[:TEXT_LENGTH_MAX])
    spelt: set[str] = set()
    found = spelling(name)
    if found is not None:
        parts, initials = found
        full = "".join(parts)
        lines += (full, initials)
        spelt.update([full[at : at + SPELT_LENGTH] for at in accumulate(map(len, parts[:-1]), initial=0)])
        spelt.update([initials[at : at + SPELT_LENGTH] for at in range(len(initials))])
    text = "\n".join(filter(None, lines))[:TEXT_LENGTH_MAX]
    return text, _literal(text, written, spelt)


def _words(field: Field, value: Any) -> str:  # noqa: ANN401  # a value of any type
    """A value as people would type it; option values stand for themselves."""
    if value is None:
        return ""
    if field.type is FieldType.RICH_TEXT:
        return html_text(value)[:TEXT_LENGTH_MAX]
    if isinstance(value, str):
        return value[:TEXT_LENGTH_MAX]
    if isinstance(value, Address):
        return address_text(value)
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value)


def grams(text: str) -> set[str]:
    """The grams of a normalised `text`: from each position of each line, up to three characters."""
    found: set[str] = set()
    for line in text.split("\n"):
        found.update([line[at : at + GRAM] for at in range(len(line))])
    return found


def _literal(text: str, written: set[str], spelt: set[str]) -> str:
    """The input of a tsvector without positions."""
    if "'" in text or "\\" in text:
        return " ".join([_quoted(gram) for gram in written] + [_quoted(SPELT + start) for start in spelt])
    literal = "'" + "' '".join(written) + "'" if written else ""
    return f"{literal} '{SPELT}" + f"' '{SPELT}".join(spelt) + "'" if spelt else literal


def gram_query(text: str) -> str:
    """The `tsquery` that every record satisfies in whose text (or, from a syllable on, in whose pinyin) `text` stands.

    '' (which nothing satisfies) for a blank. It may be satisfied by a few others, so a search compares the text too.
    """
    wanted = normalise(text)
    if not wanted:
        return ""
    if len(wanted) < GRAM:
        written = _quoted(wanted) + ":*"
    else:
        written = " & ".join(
            _quoted(gram) for gram in dict.fromkeys(wanted[at : at + GRAM] for at in range(len(wanted) - GRAM + 1))
        )
    if not _SPELLABLE.fullmatch(wanted):
        return written
    return f"({written}) | {_quoted(SPELT + wanted[:SPELT_LENGTH])}:*"


def _quoted(lexeme: str) -> str:
    """A lexeme quoted for the input of tsvector and tsquery, where ' and \\ are doubled."""
    if "'" in lexeme or "\\" in lexeme:
        lexeme = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{lexeme}'"
