"""Case is folded as PostgreSQL folds it, and no pattern takes long."""

import sys
import time
import unicodedata

import pytest

from dougong.expressions.matching import containing, fold, like_pattern, matches_like, starting_with
from dougong.storage.engine import Database


def test_every_character_folds_as_postgresql_folds_it(shared_bare_database: Database) -> None:
    # Characters that this Python's Unicode does not know yet are left out: PostgreSQL may be ahead by a version.
    known = [c for c in map(chr, range(1, sys.maxunicode + 1)) if unicodedata.category(c) not in {"Cn", "Co", "Cs"}]
    query = "SELECT lower(c) FROM unnest(%(known)s::text[]) WITH ORDINALITY AS given(c, place) ORDER BY place"
    with shared_bare_database.snapshot() as snapshot:
        found = [row[0] for row in snapshot.fetch(query, {"known": known})]
    assert [c for c, lowered in zip(known, found, strict=True) if fold(c) != lowered] == []


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        ("Abc", like_pattern("aB%"), True),
        ("Abc", like_pattern("b%"), False),
        ("Abc", like_pattern("_b_"), True),
        ("Abc", like_pattern(""), False),
        ("", like_pattern("%"), True),
        ("a%b", like_pattern(r"a\%b"), True),
        ("axb", like_pattern(r"a\%b"), False),
        ("a\\", like_pattern("a\\"), True),
        ("50%_off", containing("%_"), True),
        ("50 off", containing("%"), False),
        ("北京市", starting_with("北京"), True),
        ("line\nbreak", like_pattern("line%break"), True),
    ],
)
def test_matching(text: str, pattern: str, *, matches: bool) -> None:
    assert matches_like(text, pattern) is matches


def test_no_pattern_takes_long() -> None:
    started = time.perf_counter()
    assert not matches_like("a" * 2_000, like_pattern("%a" * 500 + "b"))
    assert time.perf_counter() - started < 2
