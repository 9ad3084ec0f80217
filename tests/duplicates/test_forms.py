"""What is told of a name beside its keys says the same of it as the name itself."""

from hypothesis import given
from hypothesis import strategies as st

from dougong.records.duplicates.forms import Match, form, keys, may_be_like, score, told

NAMES = st.one_of(
    st.text(min_size=1, max_size=30),
    st.lists(
        st.sampled_from("杭州 上海 西湖 东湖 阿里 巴巴 电子 科技 有限公司 分公司 Acme Soft Ltd".split()), min_size=1
    ).map("".join),
)


@given(NAMES, NAMES, st.integers(0, 100))
def test_what_is_told_decides_as_the_name_does(one: str, other: str, floor: int) -> None:
    mine, theirs = form(Match.FUZZY, one), form(Match.FUZZY, other)
    if mine is None or theirs is None:
        return
    like = score(Match.FUZZY, mine, theirs, floor) >= floor
    assert may_be_like(mine, told(Match.FUZZY, theirs), floor) is like
    assert may_be_like(mine, None, floor)


@given(NAMES)
def test_a_name_is_like_itself_and_proposed_by_its_keys(name: str) -> None:
    mine = form(Match.FUZZY, name)
    if mine is not None:
        assert may_be_like(mine, told(Match.FUZZY, mine), 100)
        assert len(set(keys(Match.FUZZY, mine))) >= 1
