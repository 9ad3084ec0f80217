"""Lists on their way to the database."""

import pytest

from dougong.storage.engine import Database

BIG = 2**40


@pytest.mark.parametrize("numbers", [[], [1], [0, -5, BIG], [2**63 - 1, -(2**63)], list(range(5_000))])
def test_whole_numbers_come_as_they_are(database: Database, numbers: list[int]) -> None:
    with database.snapshot() as snapshot:
        assert snapshot.fetch("SELECT %(ids)s::bigint[]", {"ids": numbers}) == [(numbers,)]


def test_they_are_of_one_type_whatever_their_size(database: Database) -> None:
    with database.snapshot() as snapshot:
        for numbers in ([1], [40_000], [BIG]):
            assert snapshot.fetch("SELECT pg_typeof(%(ids)s)::text", {"ids": numbers}) == [("bigint[]",)]


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ([1, None], "bigint[]"),
        ([[1, 2], [3, 4]], "bigint[]"),
        (['a"b', "c,d", None], "text[]"),
        ([True, False], "boolean[]"),
    ],
)
def test_other_lists_are_written_as_ever(database: Database, given: list[object], type_: str) -> None:
    with database.snapshot() as snapshot:
        assert snapshot.fetch(f"SELECT %(given)s::{type_}", {"given": given}) == [(given,)]
