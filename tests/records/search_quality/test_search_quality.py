"""Recall and precision of the search over a fixed set of records, by kind of query: 0.95 or better, of each kind."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import Writing, create, search, writing
from dougong.storage.engine import Database
from tests.records.search_quality.data import Known, records
from tests.records.search_quality.queries import Asked, Key, queries

BEST = 10
WANTED = 0.95
CHUNK = 500


@contextmanager
def product(database: Database) -> Iterator[Writing]:
    with database.transaction() as tx:
        yield writing(tx, load_registry(tx), system("search quality"), "test")


def store(database: Database, found: list[Known]) -> dict[int, Key]:
    """Store the records; by id, which they are."""
    keys: dict[int, Key] = {}
    ids: dict[Key, int] = {}
    with product(database) as w:
        for name in ("account", "contact", "opportunity"):
            mine = [one for one in found if one.object == name]
            for at in range(0, len(mine), CHUNK):
                part = mine[at : at + CHUNK]
                made = create(w, name, [_values(one, ids) for one in part]).ids
                for one, number in zip(part, made, strict=True):
                    assert number is not None
                    keys[number] = (name, one.number)
                    ids[name, one.number] = number
    return keys


def _values(one: Known, ids: dict[Key, int]) -> dict[str, object]:
    account = one.more.get("account")
    return {**one.values, **({} if account is None else {"account_id": ids["account", int(str(account))]})}


def judged(w: Writing, keys: dict[int, Key], asked: Asked) -> tuple[float, float]:
    """Recall at ten and precision: of each object's ten best, how many ought to be there, and of those how many are."""
    hits = [keys[hit.id] for hit in search(w, asked.text, BEST) if hit.id in keys]
    right = sum(key in asked.expected for key in hits)
    by_object: dict[str, int] = defaultdict(int)
    for name, _ in asked.expected:
        by_object[name] += 1
    wanted = sum(min(BEST, count) for count in by_object.values())
    return right / wanted, right / len(hits) if hits else 0.0


def test_nineteen_of_twenty_are_found_and_are_right(
    shared_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    found = records()
    keys = store(shared_database, found)
    asked = queries(found)
    assert len(asked) >= 300
    assert all(one.expected for one in asked)
    told: dict[str, list[tuple[float, float, Asked]]] = defaultdict(list)
    with product(shared_database) as w:
        for one in asked:
            told[one.kind].append((*judged(w, keys, one), one))
    means = {kind: _means(results) for kind, results in told.items()}
    means["all"] = _means([result for results in told.values() for result in results])
    with capsys.disabled():
        print(f"\n{'query':<18} {'asked':>6} {'recall@10':>10} {'precision':>10}")  # noqa: T201  # the figures are the point
        for kind, (recall, precision) in means.items():
            print(f"{kind:<18} {len(told.get(kind, asked)):>6} {recall:>10.3f} {precision:>10.3f}")  # noqa: T201
    poor = [
        (r, p, one.kind, one.text, len(one.expected)) for kind in told for r, p, one in told[kind] if min(r, p) < 0.5
    ]
    assert all(min(mean) >= WANTED for mean in means.values()), poor


def _means(results: list[tuple[float, float, Asked]]) -> tuple[float, float]:
    size = len(results)
    return sum(recall for recall, _, _ in results) / size, sum(precision for _, precision, _ in results) / size
