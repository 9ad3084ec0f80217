"""Company names: what different ways of writing one company have in common, and what tells two apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kit.company_names import brand, normalised
from dougong.kit.company_places import CITIES, PROVINCES

PIECES = st.sampled_from(
    "北京 上海市 有限公司 集团 股份 （ ） ( ) 大学 分公司 银行 西湖 科技 第一 苏州 华为".split()
    + "abc ＡＢＣ co ltd the & ' · - .".split()
)
NAMES = st.one_of(
    st.text(max_size=30), st.lists(PIECES, max_size=8).map("".join), st.lists(PIECES, max_size=8).map(" ".join)
)
CORES = st.sampled_from(["西湖电子", "华为", "阿里巴巴", "字节跳动", "柳工机械", "深蓝医药"])
FORMS = st.sampled_from(
    ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司", "集团", "总公司", ""]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("杭州市西湖电子科技有限公司", "西湖电子科技（杭州）有限公司"),
        ("浙江省杭州市西湖电子科技股份有限公司", "西湖电子科技"),
        ("ＡＢＣ 科技有限公司", "abc科技有限责任公司"),
        ("阿里巴巴（中国）有限公司", "阿里巴巴集团"),
        ("广西壮族自治区柳州市柳工机械股份有限公司", "柳工机械"),
        ("Shanghai Foo Trading Co., Ltd.", "FOO TRADING CO.,LTD"),
        ("The Acme Group, Inc.", "Acme"),
        ("S.A.P. AG", "SAP"),
        ("O'Reilly Media, Inc.", "OReilly Media"),
    ],
)
def test_ways_of_writing_one_company_are_equal(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("北京银行", "上海银行"),
        ("北京大学", "南京大学"),
        ("上海市第一人民医院", "苏州市第一人民医院"),
        ("海南航空控股股份有限公司", "四川航空股份有限公司"),
        ("华为技术有限公司", "华为技术有限公司北京分公司"),
        ("西湖电子科技有限公司", "东湖电子科技有限公司"),
        ("Shanghai Trading Co., Ltd.", "Beijing Trading Co., Ltd."),
    ],
)
def test_different_companies_stay_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(NAMES)
def test_a_normalised_name_is_normalised(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


@given(NAMES)
def test_case_width_and_spaces_around_do_not_matter(name: str) -> None:
    assert normalised(f"  {name} ") == normalised(name)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    assert normalised(wide) == normalised(name)


@given(CORES, FORMS, st.sampled_from(sorted(PROVINCES | CITIES)), st.sampled_from(["", "市", "省"]))
def test_place_and_form_do_not_matter(core: str, form: str, place: str, kind: str) -> None:
    assert normalised(f"{place}{kind}{core}{form}") == normalised(core)
    assert normalised(f"{core}（{place}）{form}") == normalised(core)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("杭州西湖电子科技有限公司", "西湖"),
        ("华为技术有限公司北京分公司", "华为"),
        ("北京银行股份有限公司", "北京银行"),
        ("中国石化浙江分公司", "中国石化"),
        ("Shanghai Foo Trading Co., Ltd.", "foo"),
        ("", ""),
    ],
)
def test_the_brand_is_what_tells_it_from_others_of_its_trade(name: str, told: str) -> None:
    assert brand(name) == told


def test_long_names_are_bounded() -> None:
    assert len(normalised("甲" * 100_000)) <= 500
