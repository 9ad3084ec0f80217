"""Any part of a searchable text is proposed by the index, on the real PostgreSQL."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from dougong.metadata.model import Field, FieldType, Label
from dougong.records.search_matching import meets, ready
from dougong.records.search_query import index_question, sought
from dougong.records.search_spelling import folded, signs
from dougong.records.search_text import Searched, Style, normalise, search_entry
from dougong.storage.engine import Database

FIELDS = (
    Searched(Field("name", FieldType.TEXT, Label("名称", "Name")), "aa", Style.NAME),
    Searched(Field("code", FieldType.TEXT, Label("编号", "Code"), searchable=True), "bb", Style.NAME),
)

TEXTS = st.text(
    st.sampled_from("重庆银行长江科技有限公司北京ａＢcdé ﬁ'\\\"&|!():*%_-0019~\t\n　İßΣς") | st.characters(),
    max_size=30,
)


def found(database: Database, vector: str, query: str) -> bool:
    """Whether the index proposes a record with these lexemes."""
    question = index_question(FIELDS, sought(query))
    if question is None:
        return False
    with database.snapshot() as snapshot:
        matches = sa.cast(sa.literal(vector), TSVECTOR).op("@@")(sa.cast(sa.literal(question), TSQUERY))
        return bool(snapshot.scalar(sa.select(matches)))


def met(name: str, code: str, query: str) -> bool:
    """Whether the record itself meets the query."""
    return meets([ready(FIELDS[0], name), ready(FIELDS[1], code)], sought(query)) is not None


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS, code=TEXTS, data=st.data())
def test_any_part_of_a_text_is_found(shared_database: Database, name: str, code: str, data: st.DataObject) -> None:
    vector = search_entry(FIELDS, {"name": name, "code": code})
    written = [line for line in (normalise(name), normalise(code)) if line]
    if not written:
        return
    line = data.draw(st.sampled_from(written))
    start = data.draw(st.integers(0, len(line) - 1))
    part = line[start : data.draw(st.integers(start + 1, len(line)))]
    # One letter is sought at beginnings only; what is typed is folded once more, which may change what it is.
    if len(part.split()) != 1 or len(normalise(part)) < 2 or normalise(part) not in line:
        return
    assert found(shared_database, vector, part)
    assert met(name, code, part)


NAMES = st.text(st.sampled_from("重庆银行长江科技有限公司北京上海单乐ab 1（）"), min_size=1, max_size=20)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, data=st.data())
def test_pinyin_is_found_from_any_sign_on(shared_database: Database, name: str, data: st.DataObject) -> None:
    vector = search_entry(FIELDS, {"name": name})
    spelt = [sign for sign in signs(normalise(name)) if sign.readings]
    if not spelt:
        return
    whole = signs(normalise(name))
    start = data.draw(st.sampled_from([at for at, sign in enumerate(whole) if sign.readings]))
    ways = [data.draw(st.sampled_from(sign.readings or (sign.text,))) for sign in whole[start : start + 5]]
    full, initials = "".join(ways), "".join(way[0] for way in ways)
    for query in (full[: data.draw(st.integers(2, max(2, len(full))))], initials, folded(full)):
        if query.isalnum() and query.isascii() and len(query) > 1:
            assert met(name, "", query), query
            # The index keeps the likeliest spellings of a name whose signs have many.
            if sum(len(sign.readings) > 1 for sign in whole[start : start + 6]) < 2:
                assert found(shared_database, vector, query), query


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("重庆银行", "chongqing", True),
        ("重庆银行", "cqyh", True),
        ("重庆银行", "yinhang", True),
        ("重庆银行", "cq银行", True),
        ("重庆银行", "重庆yh", True),
        ("杭州长江实业", "changjiang", True),
        ("单芳", "shanfang", True),
        ("单芳", "danfang", True),
        ("尉迟恭", "yuchigong", True),
        ("北京科技", "keji", True),
        ("北京科技", "beijkj", True),
        ("北京科技", "beijinkeji", True),
        ("北京科技", "eji", False),
        ("绿城", "lucheng", True),
        ("绿城", "lvcheng", True),
        ("ＡＢＣ科技", "abckj", True),
        ("O'Brien & \\ Co", "o'b", True),
        ("北京科技", "上海", False),
        ("北京科技", "", False),
        ("北京科技", "'&|", False),
        ("B-2026 001", "b2026001", True),
        ("华信 北京 科技", "科技 华信", True),
        ("华信 北京 科技", "科技 上海", False),
    ],
)
def test_examples(shared_database: Database, name: str, query: str, expected: bool) -> None:
    vector = search_entry(FIELDS, {"name": name})
    assert (found(shared_database, vector, query) and met(name, "", query)) is expected


def test_a_very_long_text_is_found_by_its_beginning(shared_database: Database) -> None:
    vector = search_entry(FIELDS, {"name": "甲", "code": "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))})
    assert len(vector) < 200_000
    assert found(shared_database, vector, "".join(map(chr, range(0x4E00 + 3_900, 0x4E00 + 3_910))))
