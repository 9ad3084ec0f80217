"""Any part of a searchable text is proposed by the index, on the real PostgreSQL."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from dougong.metadata.model import Field, FieldType, Label
from dougong.records.search_text import gram_query, normalise, search_entry, spelling
from dougong.storage.engine import Database

FIELDS = (
    Field("name", FieldType.TEXT, Label("名称", "Name")),
    Field("code", FieldType.TEXT, Label("编号", "Code"), searchable=True),
)

TEXTS = st.text(
    st.sampled_from("重庆银行长江科技有限公司北京ａＢcdé ﬁ'\\\"&|!():*%_-0019~\t\n　İßΣς") | st.characters(),
    max_size=30,
)


def found(database: Database, vector: str, query: str) -> bool:
    with database.snapshot() as snapshot:
        matches = sa.cast(sa.literal(vector), TSVECTOR).op("@@")(sa.cast(sa.literal(query), TSQUERY))
        return bool(snapshot.scalar(sa.select(matches)))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS, code=TEXTS, data=st.data())
def test_any_part_of_a_text_is_found(shared_database: Database, name: str, code: str, data: st.DataObject) -> None:
    text, vector = search_entry(FIELDS, {"name": name, "code": code})
    written = [line for line in (normalise(name), normalise(code)) if line]
    assert text.split("\n")[: len(written)] == written or not written
    if not written:
        return
    line = data.draw(st.sampled_from(written))
    start = data.draw(st.integers(0, len(line) - 1))
    part = line[start : data.draw(st.integers(start + 1, len(line)))]
    if normalise(part):
        assert normalise(part) in line
        assert found(shared_database, vector, gram_query(part))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.sampled_from("重庆银行长江科技有限公司北京上海ab 1（）"), min_size=1, max_size=20), data=st.data()
)
def test_pinyin_is_found_from_any_syllable_on(shared_database: Database, name: str, data: st.DataObject) -> None:
    _, vector = search_entry(FIELDS, {"name": name})
    spelt = spelling(normalise(name))
    if spelt is None:
        return
    parts, initials = spelt
    start = data.draw(st.integers(0, len(parts) - 1))
    whole = "".join(parts[start:])
    for query in (
        whole[: data.draw(st.integers(1, len(whole)))],
        initials[data.draw(st.integers(0, len(initials) - 1)) :],
    ):
        if query.isalnum() and query.isascii():
            assert found(shared_database, vector, gram_query(query))


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("重庆银行", "chongqing", True),
        ("重庆银行", "cqyh", True),
        ("重庆银行", "yinhang", True),
        ("杭州长江实业", "changjiang", True),
        ("北京科技", "keji", True),
        ("北京科技", "eji", False),
        ("ＡＢＣ科技", "abckj", True),
        ("O'Brien & \\ Co", "o'b", True),
        ("北京科技", "上海", False),
        ("北京科技", "", False),
        ("北京科技", "'&|", False),
    ],
)
def test_examples(shared_database: Database, name: str, query: str, expected: bool) -> None:
    _, vector = search_entry(FIELDS, {"name": name})
    assert found(shared_database, vector, gram_query(query)) is expected


def test_a_very_long_text_is_found_by_its_beginning() -> None:
    text, vector = search_entry(FIELDS, {"name": "甲", "code": "长" * 100_000})
    assert len(text) == 4_000
    assert len(vector) < 30_000
