"""What of a record goes into `search_entry`: lexemes by which an index finds any part of its searchable fields.

The lexemes (a tsvector, since the embedded server has no pg_trgm) begin with two characters that stand for the object
and the field, so that a search looks only where it may: in the objects asked for, through the fields that the reader
may read. Behind them stands, of each value,

* the gram that starts at each position, three characters, at the end fewer: a query of one or two characters is
  the prefix of some gram (the bigrams of Chinese), a longer one the conjunction of its 3-grams;
* of Chinese, what starts at each sign as it is spelt, and the initials: `~` and up to six letters, folded. So "keji"
  finds 科技 while "an" does not find every 山;
* the beginning, `^` and up to twelve characters: the best hits first, however many there are;
* of each Latin word its beginning `<` and, backwards, its end `>`: a word with a slip of the finger has one half
  intact.

The index only proposes: `search_matching` looks at the values themselves.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import product
from typing import Any
from zlib import crc32

from dougong.metadata.field_types import Address
from dougong.metadata.field_types.places import address_text
from dougong.metadata.field_types.text import html_text
from dougong.metadata.model import Field, FieldType, Object
from dougong.records.search_spelling import CHINESE, Sign, folded, signs

TEXT_LENGTH_MAX = 4_000
"""Characters of a field that are searchable; a longer text is found by its beginning."""
LEXEMES_MAX = 8_000
"""Of one record: a tsvector has its limits."""

GRAM = 3
SPELT, BEGINS, WORD, WORD_END = "~", "^", "<", ">"
SPELT_LENGTH = 6
BEGINS_LENGTH = 12
WORD_LEAST = 4
COMPACT_MAX = 60
_VARIANTS_MAX = 4
"""Spellings of one stretch of a name: signs with two readings multiply."""

_CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_SEPARATORS = re.compile(r"[\s\-_/.()+·:,#]+")
_LATIN_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{4,40}")


class Style(Enum):
    """How the values of a field are written and searched."""

    NAME = 1
    """A line of text: spelling, words and slips of the finger count."""
    CODE = 2
    """Digits and codes: spaces and dashes do not count."""
    PLAIN = 3
    """Any other text, by its parts as they are written."""


_STYLES = {FieldType.TEXT: Style.NAME, FieldType.PHONE: Style.CODE, FieldType.AUTO_NUMBER: Style.CODE}


@dataclass(frozen=True, slots=True)
class Searched:
    """A field of an object that is searched, with the two characters that stand for both in the index."""

    field: Field
    code: str
    style: Style


def normalise(text: str) -> str:
    """`text` as it is compared: NFKC (full width becomes half width), lower case, single spaces, no controls."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    if not text.isprintable():
        text = _CONTROLS.sub(" ", text)
    return " ".join(text.lower().split())


def compact(text: str) -> str:
    """A normalised code or number without what people put between its parts."""
    return _SEPARATORS.sub("", text)


def searched_fields(obj: Object) -> tuple[Searched, ...]:
    """The fields of `obj` whose text is searchable, the name field first."""
    name = obj.fields[obj.name_field]
    others = (f for f in obj.fields.values() if f.searchable and not f.secret and f.name != name.name and f.stored)
    return tuple(
        Searched(f, _code(obj.stable_id, f.stable_id), _STYLES.get(f.type, Style.PLAIN)) for f in (name, *others)
    )


@lru_cache(maxsize=10_000)
def _code(object_id: str, field_id: str) -> str:
    """Two characters for a field; another field may have the same, then the index proposes a few in vain."""
    return b64encode(crc32(f"{object_id}.{field_id}".encode()).to_bytes(4, "big"), b"-_").decode()[:2]


def signature(obj: Object) -> str:
    """What the entries of an object's records are made of: when it changes, they are made anew."""
    return " ".join([_FORMAT, *(f"{one.code}{one.style.value}" for one in searched_fields(obj))])


_FORMAT = "2"
"""Changes with the lexemes themselves."""


def search_entry(fields: Sequence[Searched], row: Mapping[str, Any]) -> str:
    """The lexemes of a record as the literal of a `tsvector`; `fields` as `searched_fields` gives them."""
    found: set[str] = set()
    for one in fields:
        value = row.get(one.field.name)
        if value is not None:
            found.update(_lexemes(one, normalise(value_text(one.field, value))))
            if len(found) > LEXEMES_MAX:
                break
    return _literal(found)


def value_text(field: Field, value: Any) -> str:  # noqa: ANN401  # a value of any type
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


def _lexemes(one: Searched, text: str) -> list[str]:
    code = one.code
    if one.style is Style.CODE:
        text = compact(text)
    found = [f"{code}{text[at : at + GRAM]}" for at in range(len(text))]
    if one.style is Style.NAME and text:
        found.append(f"{code}{BEGINS}{text[:BEGINS_LENGTH]}")
        if CHINESE.search(text) is not None:
            found += _spellings(code, text)
        if text.isascii() and len(text) <= COMPACT_MAX and _has_parts(text):
            tight = compact(text)
            found += [f"{code}{tight[at : at + GRAM]}" for at in range(len(tight))]
        for word in _LATIN_WORD.findall(text):
            found += (f"{code}{WORD}{word[:BEGINS_LENGTH]}", f"{code}{WORD_END}{word[: -BEGINS_LENGTH - 1 : -1]}")
    return found


def _has_parts(text: str) -> bool:
    """Whether it looks like a code that people write with and without dashes."""
    return _SEPARATORS.search(text) is not None and any(character.isdigit() for character in text)


def _spellings(code: str, text: str) -> Iterator[str]:
    found = signs(text)
    plain = [sign.readings[0] if sign.readings else sign.text for sign in found]
    head = code + SPELT
    for at, sign in enumerate(found):
        # What is spelt may begin with letters: abckj for ABC科技.
        if not (sign.readings or (sign.text.isalnum() and (at == 0 or not plain[at - 1].isalnum()))):
            continue
        near = found[at : at + SPELT_LENGTH]
        yield head + "".join([part[0] for part in plain[at : at + SPELT_LENGTH]])
        if all(len(one.readings) < 2 for one in near):
            # Folded behind the joining, as a query is: 先歌 and 香鹅 are typed alike.
            yield head + folded("".join(plain[at : at + SPELT_LENGTH]))[:SPELT_LENGTH]
            continue
        yield from (head + variant for variant in _variants(near))


def _variants(near: Sequence[Sign]) -> set[str]:
    """How a stretch of a name is spelt, and its initials, where some of its signs have more than one reading."""
    ways = [sign.readings or (sign.text,) for sign in near]
    whole: set[str] = set()
    # Only the first signs of a stretch are within its six letters.
    for parts in product(*ways[:3]):
        whole.add(folded("".join([*parts, *(way[0] for way in ways[3:])]))[:SPELT_LENGTH])
        if len(whole) == _VARIANTS_MAX:
            break
    heads = [list(dict.fromkeys(part[0] for part in way)) for way in ways]
    for count, letters in enumerate(product(*heads)):
        if count == _VARIANTS_MAX:
            break
        whole.add("".join(letters))
    return whole


def _literal(lexemes: set[str]) -> str:
    """The input of a tsvector without positions."""
    if not lexemes:
        return ""
    joined = "' '".join(lexemes)
    if "\\" in joined or joined.count("'") != 2 * (len(lexemes) - 1):
        return " ".join(map(quoted, lexemes))
    return f"'{joined}'"


def quoted(lexeme: str) -> str:
    """A lexeme quoted for the input of tsvector and tsquery, where ' and \\ are doubled."""
    if "'" in lexeme or "\\" in lexeme:
        lexeme = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{lexeme}'"
