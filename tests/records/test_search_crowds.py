"""The search where very many records meet it: each reader finds what is theirs, whichever way it is looked for."""

import pytest
import sqlalchemy as sa

from dougong.records import search as searching
from dougong.records import search_proposals, search_text
from dougong.records.api import Writing, create
from dougong.records.search import lookup
from dougong.storage.schema import search_entry
from dougong.storage.unit_of_work import Transaction
from tests.records.company import Company

MANY = 120


@pytest.fixture
def crowd(company: Company, tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> Writing:
    """王芳 among whose colleagues' accounts hers are few, with limits that so few records reach already."""
    monkeypatch.setattr(searching, "PROPOSED_MAX", 10)
    monkeypatch.setattr(searching, "GATED_MAX", 30)
    others = company.write(tx, "赵敏")
    create(others, "account", [{"name": f"环球拥挤贸易{n:03d}"} for n in range(MANY)])
    mine = company.write(tx, "王芳")
    create(mine, "account", [{"name": f"新城拥挤工业{n}"} for n in range(3)])
    create(others, "account", [{"name": f"拥挤后来者{n:03d}"} for n in range(MANY)])
    return mine


@pytest.mark.parametrize(
    "own_max",
    [pytest.param(2_000, id="among what one sees"), pytest.param(2, id="among what meets it")],
)
def test_ones_own_few_are_found_among_very_many(crowd: Writing, monkeypatch: pytest.MonkeyPatch, own_max: int) -> None:
    monkeypatch.setattr(search_proposals, "OWN_MAX", own_max)
    hits = lookup(crowd, "account", "拥挤", limit=5)
    assert [hit.name for hit in hits] == [f"新城拥挤工业{n}" for n in range(3)]


def test_what_begins_with_it_comes_first_among_very_many(crowd: Writing, company: Company, tx: Transaction) -> None:
    hits = lookup(company.write(tx, "赵敏"), "account", "拥挤", limit=5)
    assert all(hit.name.startswith("拥挤后来者") for hit in hits)
    assert len(hits) == 5


def test_the_very_name_comes_first_among_very_many_that_begin_with_it(
    crowd: Writing, company: Company, tx: Transaction
) -> None:
    w = company.write(tx, "赵敏")
    create(w, "account", [{"name": f"独一无二{n:03d}"} for n in range(MANY)])
    # The last ones made, of each part of the index; nothing but the name is asked for brings them before the others.
    create(w, "account", [{"name": "独一无二"} for _ in range(3)])
    hits = lookup(w, "account", "独一无二", limit=5)
    assert [hit.name for hit in hits[:3]] == ["独一无二"] * 3
    assert all(hit.name.startswith("独一无二") for hit in hits[3:])


def test_nothing_is_missed_whichever_part_of_the_index_it_is_in(company: Company, tx: Transaction) -> None:
    w = company.write(tx, "赵敏")
    names = [f"抽样零件{n:02d}" for n in range(48)]
    create(w, "account", [{"name": name} for name in names])
    parts = tx.rows(
        sa.select(sa.func.hashint8(search_entry.c.record_id).bitwise_and(15) == 0, sa.func.count())
        .where(search_entry.c.object == "account")
        .group_by(sa.literal_column("1"))
    )
    assert len(parts) == 2
    assert sorted(hit.name for hit in lookup(w, "account", "抽样零件", limit=50)) == names


def test_another_objects_records_take_no_places_where_codes_are_the_same(
    company: Company, tx: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PROPOSED_MAX", 10)
    monkeypatch.setattr(searching, "GATED_MAX", 10)
    monkeypatch.setattr(search_text, "_code", lambda _object, _field: "xx")
    w = company.write(tx, "王芳")
    (other,) = create(w, "account", [{"name": "别的客户"}]).ids
    create(w, "contact", [{"name": f"编码相同{n:02d}", "account_id": other} for n in range(40)])
    (account,) = create(w, "account", [{"name": "编码相同的客户"}]).ids
    assert [hit.id for hit in lookup(w, "account", "编码相同", limit=5)] == [account]
