"""The ways in which two values are compared, and the keys under which records are looked for beforehand.

Each way reads a value into a form; equal forms are the same, and a blank form is the same as nothing. Only the similar
way goes beyond: it measures how like two forms are. Keys are such that values which are the same, or similar enough to
matter, have one in common; they only propose, and the forms decide.

Source: domain.md 5.6.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA
from stdnum.cn import uscc

from dougong.kit.company_names import brand, normalised
from dougong.metadata.field_types import ValueProblem
from dougong.metadata.field_types.contact_points import REGION, phone_number
from dougong.metadata.model import Field, FieldType


class Match(StrEnum):
    """How a condition compares."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    COMPANY = "company"
    PHONE = "phone"
    CODE = "code"

    # An enumeration's own hash is a call of Python; these stand in the keys of very many look-ups.
    __hash__ = str.__hash__


TEXTS = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.AUTO_NUMBER})
WORDS = frozenset({FieldType.TEXT})
WHOLE = frozenset(
    {
        FieldType.INTEGER,
        FieldType.DECIMAL,
        FieldType.CURRENCY,
        FieldType.DATE,
        FieldType.SELECT,
        FieldType.LOOKUP,
        FieldType.MASTER_DETAIL,
        FieldType.USER,
        FieldType.DEPARTMENT,
    }
)
"""Types of which values are equal or not, and nothing between."""

_TYPES = {
    Match.EXACT: TEXTS | WHOLE,
    Match.FUZZY: WORDS,
    Match.COMPANY: WORDS,
    Match.PHONE: frozenset({FieldType.PHONE, FieldType.TEXT}),
    Match.CODE: frozenset({FieldType.TEXT, FieldType.AUTO_NUMBER}),
}
_MISREAD = str.maketrans("OISZV", "01520")
_CODE_LENGTH, _CODE_SHORTEST, _PHONE_SHORTEST = 18, 5, 5
_LONGEST = 500
_PREFIX = 8
"""How much of a brand takes part in looking for similar ones."""
_CONTAINED_FROM = 3
CONTAINED_SCORE, SAME_BRAND_SCORE, WHOLE_SCORE = 90, 80, 100
_BRAND_WEIGHT = 0.7
_BETWEEN = "\n"


def compares(match: Match, field: Field) -> bool:
    """Whether values of `field` can be compared so."""
    return field.type in _TYPES[match] and field.stored and not field.secret


def form(match: Match, value: object) -> str | None:
    """What is compared of a value; None where nothing is, which is like nothing else."""
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, Decimal):
            value = value.normalize()
        return str(value)
    return (_company(value) if match in _COMPANIES else _form(match, value[:_LONGEST])) or None


_COMPANIES = (Match.COMPANY, Match.FUZZY)


@lru_cache(maxsize=100_000)
def _company(text: str) -> str:
    return normalised(text[:_LONGEST])


@lru_cache(maxsize=20_000)
def _form(match: Match, text: str) -> str:
    match match:
        case Match.EXACT:
            return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
        case Match.COMPANY | Match.FUZZY:
            return normalised(text)
        case Match.PHONE:
            return _phone(text)
        case Match.CODE:
            return _code(text)


def _phone(text: str) -> str:
    """The number as E.164 with its extension, where it is one; else its digits."""
    try:
        return phone_number(text, REGION)
    except ValueProblem:
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
        return digits if len(digits) >= _PHONE_SHORTEST else ""


def _code(text: str) -> str:
    """Letters and digits. The check digit tells a 统一社会信用代码 in which letters were taken for digits."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if len(plain) < _CODE_SHORTEST or len(set(plain)) == 1:
        return ""  # what people write who have none: 无, 0000
    if len(plain) == _CODE_LENGTH and not uscc.is_valid(plain):
        read = plain.translate(_MISREAD)
        return read if uscc.is_valid(read) else plain
    return plain


def score(match: Match, one: str, other: str, floor: int = 0) -> int:
    """How like two forms are, from 0 to 100; for all ways but the similar one that is all or nothing.

    What cannot reach `floor` may be answered with 0, which is faster.
    """
    if one == other:
        return WHOLE_SCORE
    return _alike(one, _brand(one), other, _brand(other), floor) if match is Match.FUZZY else 0


def told(match: Match, text: str) -> str | None:
    """What stands beside the keys of a form, so that few of those that they propose need be read; None: nothing."""
    return f"{_brand(text)}{_BETWEEN}{text}" if match is Match.FUZZY else None


def may_be_like(one: str, of_other: str | None, floor: int) -> bool:
    """Whether a similar name is as like `one` as `floor` (to 100), by what is told of it; perhaps, where nothing is."""
    if of_other is None:
        return True
    brand_of_other, _, other = of_other.partition(_BETWEEN)
    return one == other or _alike(one, _brand(one), other, brand_of_other, floor) >= floor


def _alike(one: str, brand_of_one: str, other: str, brand_of_other: str, floor: int) -> int:
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) >= _CONTAINED_FROM and short in long:
        return CONTAINED_SCORE
    if brand_of_one == brand_of_other:
        return max(SAME_BRAND_SCORE, _weighed(1, _likeness(one, other)))
    brands = _likeness(brand_of_one, brand_of_other)
    return 0 if _weighed(brands, 1) < floor else _weighed(brands, _likeness(one, other))


_likeness = OSA.normalized_similarity
"""1 less the share of characters to be put in, left out, exchanged or swapped with their neighbour."""


def _weighed(brands: float, wholes: float) -> int:
    return round(100 * (_BRAND_WEIGHT * brands + (1 - _BRAND_WEIGHT) * wholes))


@lru_cache(maxsize=100_000)
def _brand(text: str) -> str:
    return brand(text)


def keys(match: Match, text: str) -> Iterator[str]:
    """The keys of a form; two that are alike have one in common.

    Similar names are found by their brand and by what it is with one character less, so that one character too many,
    too few or another makes no difference.
    """
    if match is not Match.FUZZY:
        yield text
        return
    told = _brand(text)[:_PREFIX]
    yield told
    if len(told) > 2:
        yield from {told[:i] + told[i + 1 :] for i in range(len(told))}


class Key(NamedTuple):
    """A key as the index holds it: 64 bits with a sign."""

    hash: int
    slip: bool = False
    """It only tells those who differ by a slip: a brand with one character less."""


@lru_cache(maxsize=50_000)
def hashes(match: Match, text: str) -> tuple[Key, ...]:
    """All keys of a form, the one of itself first."""
    return tuple([Key(_hashed(match, key), number > 0) for number, key in enumerate(keys(match, text))])


def _hashed(match: Match, key: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{match}:{key}".encode(), digest_size=8).digest(), signed=True)
