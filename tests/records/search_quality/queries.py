"""Queries as people type them, made of the records by rules, each with the records that it ought to find.

What ought to be found is decided here, from the values alone and by other means than the product's: a part of a text,
the pinyin that pypinyin gives for a whole name, the word before its slip. No query was chosen by how it comes out.
"""

import random  # noqa: TID251  # generated data from a seeded generator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pypinyin import lazy_pinyin

from tests.records.search_quality.data import FORMS, LATIN_ACCOUNTS, Known

Key = tuple[str, int]


@dataclass(frozen=True)
class Asked:
    """A query, of which kind it is, and the records that it ought to find."""

    kind: str
    text: str
    expected: frozenset[Key]


HETERONYMS = {
    "单": "shan", "查": "zha", "解": "xie", "仇": "qiu", "区": "ou", "盖": "ge", "朴": "piao", "翟": "zhai",
    "曾": "zeng", "乐": "yue", "缪": "miao", "覃": "qin", "任": "ren", "尉迟": "yuchi", "长孙": "zhangsun",
}  # fmt: skip
"""How surnames are read that have other readings as words; from a dictionary of surnames."""


def queries(found: Sequence[Known]) -> list[Asked]:
    """All queries; the same each time."""
    draw = random.Random(7)
    made: list[Asked] = []
    for kind, number, make in KINDS:
        source = make(found, draw)
        made += [Asked(kind, text, expected) for text, expected in (next(source) for _ in range(number))]
    return made


Made = Iterator[tuple[str, frozenset[Key]]]
Maker = Callable[[Sequence[Known], random.Random], Made]


def _where(found: Sequence[Known], fits: Callable[[Known], bool]) -> frozenset[Key]:
    return frozenset((one.object, one.number) for one in found if fits(one))


def _containing(found: Sequence[Known], text: str) -> frozenset[Key]:
    low = text.lower()
    return _where(found, lambda one: any(low in value.lower() for value in one.values.values()))


def _chinese(found: Sequence[Known]) -> list[Known]:
    return [one for one in found if one.object == "account" and not one.values["name"].isascii()]


def _full_names(found: Sequence[Known], draw: random.Random) -> Made:
    while True:
        name = draw.choice(_chinese(found)).values["name"]
        yield name, _containing(found, name)


def _partial_names(found: Sequence[Known], draw: random.Random) -> Made:
    """Three to seven characters from anywhere in the name but its legal form."""
    while True:
        name = re.sub("|".join(FORMS), "", draw.choice(_chinese(found)).values["name"])
        length = draw.randint(3, 7)
        start = draw.randint(0, max(0, len(name) - length))
        part = name[start : start + length].strip()
        yield part, _containing(found, part)


def _two_words(found: Sequence[Known], draw: random.Random) -> Made:
    """The brand and another part of the name, in whatever order."""
    while True:
        one = draw.choice(_chinese(found))
        brand, name = str(one.more["brand"]), one.values["name"]
        rest = [part for part in re.split(re.escape(brand), re.sub("|".join(FORMS), "", name)) if len(part) > 1]
        words = [brand, draw.choice(rest)[:4].strip("()")]
        draw.shuffle(words)
        yield " ".join(words), _where(found, lambda k, w=tuple(words): all(x in k.values["name"] for x in w))


@cache
def _syllables(name: str) -> list[str]:
    """The syllables of a name, as the dictionary reads it as a whole; other characters stand for themselves."""
    return [part for part in lazy_pinyin(name) if part]


def _spelt_in(found: Sequence[Known], syllables: Sequence[str]) -> frozenset[Key]:
    def fits(one: Known) -> bool:
        whole = _syllables(one.values["name"])
        size = len(syllables)
        return any(whole[at : at + size] == list(syllables) for at in range(len(whole) - size + 1))

    return _where(found, fits)


def _pinyin(found: Sequence[Known], draw: random.Random) -> Made:
    """Three to five syllables in full."""
    while True:
        name = draw.choice(_chinese(found)).values["name"]
        if "(" in name:
            continue
        part = name[(start := draw.randint(0, 3)) : start + draw.randint(3, 5)]
        syllables = _in_context(name, start, len(part))
        yield "".join(syllables), _spelt_in(found, syllables)


def _in_context(name: str, start: int, length: int) -> list[str]:
    return _syllables(name)[start : start + length]


def _initials(found: Sequence[Known], draw: random.Random) -> Made:
    """The first letters of five to seven characters, from the beginning of the name or of the brand."""
    while True:
        one = draw.choice(_chinese(found))
        name = one.values["name"]
        if "(" in name:
            continue
        start = draw.choice([0, name.find(str(one.more["brand"]))])
        length = draw.randint(5, 7)
        text = "".join(part[0] for part in _in_context(name, start, length))

        def fits(known: Known, text: str = text) -> bool:
            letters = "".join(part[0] if len(part) < 7 else part for part in _syllables(known.values["name"]))
            return text in letters

        yield text, _where(found, fits)


def _mixed(found: Sequence[Known], draw: random.Random) -> Made:
    """The place by its initials or its pinyin, then Chinese: bj科技, or Chinese and then pinyin."""
    while True:
        one = draw.choice(_chinese(found))
        name, brand = one.values["name"], str(one.more["brand"])
        at = name.find(brand)
        if at < 2 or "(" in name:
            continue
        place = _in_context(name, 0, at)
        head = "".join(part[0] for part in place) if draw.random() < 0.5 else "".join(place)
        tail = name[at : at + len(brand) + 1]
        form = [part[0] for part in place]

        def fits(known: Known, head: str = head, tail: str = tail, form: list[str] = form) -> bool:
            there = known.values["name"]
            where = there.find(tail)
            if where < len(form):
                return False
            before = _in_context(there, where - len(form), len(form))
            return head in {"".join(part[0] for part in before), "".join(before)}

        yield head + tail, _where(found, fits)


def _alike(found: Sequence[Known], draw: random.Random) -> Made:
    """Pinyin with the ending of a syllable written as it sounds: xin for xing, zong for zhong."""
    swaps = (("zh", "z"), ("sh", "s"), ("ch", "c"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
    while True:
        name = draw.choice(_chinese(found)).values["name"]
        if "(" in name:
            continue
        syllables = _in_context(name, 0, 4)
        able = [(old, new) for old, new in swaps if any(old in part for part in syllables)]
        if not able:
            continue
        old, new = draw.choice(able)
        yield "".join(part.replace(old, new) for part in syllables), _spelt_in(found, syllables)


def _people(found: Sequence[Known], draw: random.Random) -> Made:
    people = [one for one in found if one.object == "contact"]
    while True:
        name = draw.choice(people).values["name"]
        yield name, _containing(found, name)


def _surnames(found: Sequence[Known], draw: random.Random) -> Made:
    """People whose surname is read otherwise than the word, in full pinyin."""
    people = [one for one in found if one.object == "contact" and _surname(one.values["name"])]
    while True:
        name = draw.choice(people).values["name"]
        surname = _surname(name)
        given = "".join(lazy_pinyin(name[len(surname) :]))
        text = HETERONYMS[surname] + given

        def fits(one: Known, text: str = text) -> bool:
            known = one.values["name"]
            head = _surname(known)
            return one.object == "contact" and (
                (bool(head) and HETERONYMS[head] + "".join(lazy_pinyin(known[len(head) :])) == text)
                or "".join(lazy_pinyin(known)) == text
            )

        yield text, _where(found, fits)


def _surname(name: str) -> str:
    return next((one for one in (name[:2], name[:1]) if one in HETERONYMS), "")


def _latin(found: Sequence[Known]) -> list[Known]:
    return [one for one in found if one.object == "account" and one.values["name"].isascii()]


def _with_word(found: Sequence[Known], word: str) -> frozenset[Key]:
    return _where(found, lambda one: re.search(rf"\b{word}", one.values["name"], re.IGNORECASE) is not None)


def _typos(found: Sequence[Known], draw: random.Random) -> Made:
    """One letter of a word left out, doubled, changed, or swapped with its neighbour."""
    assert len(_latin(found)) == LATIN_ACCOUNTS
    while True:
        word = draw.choice(_latin(found)).values["name"].split()[0].lower()
        at = draw.randint(1, len(word) - 2)
        wrong = draw.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + draw.choice("aeiourstln") + word[at + 1 :],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
        if wrong != word and not _with_word(found, wrong):
            yield wrong, _with_word(found, word)


def _prefixes(found: Sequence[Known], draw: random.Random) -> Made:
    while True:
        word = draw.choice(_latin(found)).values["name"].split()[draw.randint(0, 1)]
        part = word[: draw.randint(4, 6)]
        yield part, _containing(found, part)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _with_digits(found: Sequence[Known], digits: str) -> frozenset[Key]:
    def fits(one: Known) -> bool:
        numbers = [one.values.get(name, "") for name in ("phone", "mobile")]
        texts = [value.lower() for name, value in one.values.items() if name not in {"phone", "mobile"}]
        return any(digits in _digits(number) for number in numbers) or any(digits in text for text in texts)

    return _where(found, fits)


def _phone_parts(found: Sequence[Known], draw: random.Random) -> Made:
    """Four to seven digits in a row from the middle of a number."""
    people = [one for one in found if one.object == "contact"]
    while True:
        number = _digits(draw.choice(people).values["mobile"])
        size = draw.randint(4, 7)
        start = draw.randint(2, len(number) - size)
        part = number[start : start + size]
        # Digits that begin like a country's or an area's code are asked for without it as well.
        if part.startswith(("0", "86")):
            continue
        yield part, _with_digits(found, part)


def _phones_with_gaps(found: Sequence[Known], draw: random.Random) -> Made:
    """Whole numbers as people write them: 138 1234 5678, 0755-2661 2345, +86 ..."""
    able = [one for one in found if one.object in {"contact", "account"}]
    while True:
        one = draw.choice(able)
        number = one.values.get("mobile") or one.values["phone"]
        bare = number.removeprefix("+86")
        if "mobile" in one.values:
            text = draw.choice(
                [f"{bare[:3]} {bare[3:7]} {bare[7:]}", f"{bare[:3]}-{bare[3:7]}-{bare[7:]}", f"+86 {bare}"]
            )
        else:
            local = bare[-8:]
            text = draw.choice(
                [f"0{bare[:-8]}-{local}", f"(0{bare[:-8]}) {local}", f"0{bare[:-8]} {local[:4]} {local[4:]}"]
            )
        yield text, _with_digits(found, bare)


def _codes(found: Sequence[Known], draw: random.Random) -> Made:
    """Parts of registration numbers, in small or capital letters."""
    able = [one for one in found if "tax_number" in one.values]
    while True:
        code = draw.choice(able).values["tax_number"]
        size = draw.randint(6, 18)
        start = draw.randint(0, len(code) - size)
        part = code[start : start + size]
        if part.isdigit():
            continue
        yield draw.choice([part, part.lower()]), _containing(found, part)


def _emails(found: Sequence[Known], draw: random.Random) -> Made:
    able = [one for one in found if "email" in one.values]
    while True:
        address = draw.choice(able).values["email"]
        part = draw.choice([address, address.partition("@")[0]])
        yield part, _containing(found, part)


def _wide(found: Sequence[Known], draw: random.Random) -> Made:
    """The same in full width and in capitals."""
    while True:
        word = draw.choice(_latin(found)).values["name"].split()[0].upper()
        text = "".join(chr(ord(letter) + 0xFEE0) for letter in word) if draw.random() < 0.5 else word
        yield text, _containing(found, word)


KINDS: tuple[tuple[str, int, Maker], ...] = (
    ("full name", 30, _full_names),
    ("part of a name", 45, _partial_names),
    ("two words", 25, _two_words),
    ("pinyin", 35, _pinyin),
    ("initials", 30, _initials),
    ("mixed", 30, _mixed),
    ("sounds alike", 25, _alike),
    ("person", 20, _people),
    ("surname", 15, _surnames),
    ("typo", 40, _typos),
    ("beginning", 25, _prefixes),
    ("digits", 30, _phone_parts),
    ("phone with gaps", 20, _phones_with_gaps),
    ("code", 25, _codes),
    ("e-mail", 15, _emails),
    ("wide and capitals", 10, _wide),
)
