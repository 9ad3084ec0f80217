"""What duplicate rules find and do on the write path (domain.md 5.6), each edge case by name."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from dougong.kit.errors import Problem, Refused
from dougong.records import duplicates
from dougong.records.api import Change, Writing, create, delete, restore, update
from dougong.records.duplicates import matches
from dougong.records.hooks import Batch, Registration, build_hooks
from tests.duplicates.acts import Company, Part, hits, made, marked, refused, rule, through
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, ZHAO_MIN

NAME: Part = ("name", "company", "account", "name")
LIKE: Part = ("name", "fuzzy", "account", "name")
PHONE: Part = ("phone", "phone", "account", "phone")


def test_a_warning_is_told_with_its_hits_and_passed_by_naming_them(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="杭州西湖电子科技有限公司")
    rule(bare, "account", [NAME])
    found = refused(bare, WANG_FANG, "account", name="西湖电子科技（杭州）")
    assert [p.code for p in found] == ["duplicate.suspected"]
    assert hits(found) == [first]
    with through(bare, WANG_FANG) as w, pytest.raises(Refused):
        create(knowing(w, first + 1), "account", [{"name": "西湖电子科技"}])
    with through(bare, WANG_FANG) as w:
        (second,) = create(knowing(w, first), "account", [{"name": "西湖电子科技"}]).ids
    assert marked(bare, "account", first, second or 0) == [True, True]


def knowing(w: Writing, *ids: int) -> Writing:
    """The writer has seen these duplicates."""
    return replace(w, twins=frozenset(ids))


def test_a_blocking_rule_lets_nobody_go_on(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="深蓝医药集团")
    rule(bare, "account", [NAME], action="block")
    found = refused(bare, ADMIN, "account", name="深蓝医药有限公司")
    assert ([p.code for p in found], hits(found)) == (["duplicate.blocked"], [first])
    with through(bare, WANG_FANG) as w, pytest.raises(Refused):
        create(knowing(w, first), "account", [{"name": "深蓝医药"}])


@pytest.mark.parametrize("via", ["ui", "api", "import", "form", "conversion", "system", "cli"])
def test_a_blocking_rule_holds_on_every_way_in(bare: Company, via: str) -> None:
    made(bare, LI_QIANG, "account", name="柳工机械")
    rule(bare, "account", [NAME], action="block")
    assert [p.code for p in refused(bare, LI_QIANG, "account", via, name="柳州柳工机械股份有限公司")] == [
        "duplicate.blocked"
    ]


def test_a_rule_looks_only_on_its_occasions(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="柳工机械")
    rule(bare, "account", [NAME], action="block", triggers=["import"])
    other = made(bare, WANG_FANG, "account", name="柳工机械有限公司")
    with through(bare, WANG_FANG) as w:
        update(w, "account", [Change(other, {"name": "广西柳工机械"})])
    assert hits(refused(bare, LI_QIANG, "account", "import", name="柳工机械")) == [first, other]


def test_where_nobody_can_be_asked_a_warning_marks(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="柳工机械")
    rule(bare, "account", [NAME])
    assert refused(bare, WANG_FANG, "account", "form", name="柳工机械") == []
    assert marked(bare, "account", first) == [True]


def test_editing_into_a_duplicate_is_checked_and_a_record_is_no_duplicate_of_itself(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="甲乙丙科技")
    other = made(bare, WANG_FANG, "account", name="丁戊己科技")
    rule(bare, "account", [NAME], action="block")
    with through(bare, WANG_FANG) as w:
        update(w, "account", [Change(first, {"name": "甲乙丙科技有限公司"})])
        update(w, "account", [Change(other, {"phone": "021-66668888"})])
    with through(bare, WANG_FANG) as w, pytest.raises(Refused) as caught:
        update(w, "account", [Change(other, {"name": "甲乙丙科技"})])
    assert hits(caught.value.problems) == [first]


def test_a_blank_is_like_nothing(bare: Company) -> None:
    made(bare, WANG_FANG, "account", name="没有电话的公司")
    rule(bare, "account", [PHONE], action="block")
    assert refused(bare, WANG_FANG, "account", name="也没有电话的公司") == []
    assert refused(bare, WANG_FANG, "account", name="还是没有", phone="") == []


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("ABC", "ａｂｃ"), ("  Abc  Trading ", "abc trading"), ("ＡＢＣ１２３", "abc123")],
)
def test_equal_is_without_case_width_and_spaces(bare: Company, stored: str, typed: str) -> None:
    first = made(bare, WANG_FANG, "account", name=stored)
    rule(bare, "account", [("name", "exact", "account", "name")], action="block")
    assert hits(refused(bare, WANG_FANG, "account", name=typed)) == [first]


@pytest.mark.parametrize("typed", ["0571 8888 6666", "+86 571-88886666", "（0571）88886666", "86-571-88886666"])
def test_phones_are_compared_as_numbers(bare: Company, typed: str) -> None:
    first = made(bare, WANG_FANG, "account", name="甲", phone="0571-88886666")
    rule(bare, "account", [PHONE], action="block")
    found = refused(bare, WANG_FANG, "account", name="乙", phone=typed)
    assert [p.code for p in found] in (["duplicate.blocked"], ["value.bad_phone"])
    if found[0].code == "duplicate.blocked":
        assert hits(found) == [first]


def test_extensions_tell_numbers_apart(bare: Company) -> None:
    made(bare, WANG_FANG, "account", name="甲", phone="0571-88886666 转 801")
    rule(bare, "account", [PHONE], action="block")
    assert refused(bare, WANG_FANG, "account", name="乙", phone="0571-88886666 转 802") == []
    assert len(refused(bare, WANG_FANG, "account", name="丙", phone="057188886666转801")) == 1


def test_codes_are_read_by_their_check_digit(bare: Company) -> None:
    # A valid 统一社会信用代码 has no letter O: the check digit says that it was meant to be a nought.
    first = made(bare, WANG_FANG, "account", name="甲", tax_number="91110000600037341L")
    rule(bare, "account", [("tax_number", "code", "account", "tax_number")], action="block")
    for typed in (
        "91110000600037341l",
        "9111 0000 6000 37341L",
        "９１１１００００６０００３７３４１Ｌ",
        "9111OOOO6OOO37341L",
    ):
        assert hits(refused(bare, WANG_FANG, "account", name="乙", tax_number=typed)) == [first], typed
    for nothing in ("无", "0000", "-", "000000000000000000"):
        made(bare, WANG_FANG, "account", name="丙", tax_number=nothing)
        assert refused(bare, WANG_FANG, "account", name="丁", tax_number=nothing) == [], nothing


@pytest.mark.parametrize(
    ("stored", "typed", "alike"),
    [
        ("上海字节跳动科技有限公司", "字节跳动网络技术（北京）有限公司", True),
        ("Siemens Industry Software", "Simens Industry Software", True),
        ("阿里巴巴网络", "阿里吧巴网络", True),
        ("中国移动通信集团", "中国移动通信集团浙江分公司", True),
        ("西湖电子科技", "东湖电子科技", False),
        ("北京银行", "上海银行", False),
        ("华为技术", "华威技术", False),
    ],
)
def test_similar_names(bare: Company, stored: str, typed: str, alike: bool) -> None:
    first = made(bare, WANG_FANG, "account", name=stored)
    rule(bare, "account", [LIKE], action="block")
    assert hits(refused(bare, WANG_FANG, "account", name=typed)) == ([first] if alike else [])


def test_conditions_of_a_group_must_all_hold_and_one_group_is_enough(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="上海字节跳动科技", phone="13800138000", email="a@b.com")
    rule(bare, "account", [LIKE, PHONE], [("email", "exact", "account", "email")], action="block")
    assert refused(bare, WANG_FANG, "account", name="字节跳动") == []
    assert refused(bare, WANG_FANG, "account", name="别的公司", phone="13800138000") == []
    assert hits(refused(bare, WANG_FANG, "account", name="字节跳动", phone="138 0013 8000")) == [first]
    assert hits(refused(bare, WANG_FANG, "account", name="别的公司", email="A@B.com")) == [first]


def test_rules_compare_with_other_objects(bare: Company) -> None:
    account = made(bare, WANG_FANG, "account", name="柳工机械有限公司")
    contact = made(bare, WANG_FANG, "contact", name="张三", account_id=account, mobile="13800138000")
    rule(
        bare,
        "lead",
        [("company_name", "company", "account", "name")],
        [("mobile", "phone", "contact", "mobile")],
        [("mobile", "phone", "lead", "phone")],
    )
    lead = made(bare, WANG_FANG, "lead", name="李四", company_name="别家", phone="13900139000")
    assert hits(refused(bare, WANG_FANG, "lead", name="王五", company_name="柳工机械", mobile="13700137000")) == [
        account
    ]
    assert hits(refused(bare, WANG_FANG, "lead", name="王五", company_name="无", mobile="+8613800138000")) == [contact]
    assert hits(refused(bare, WANG_FANG, "lead", name="王五", company_name="无", mobile="139 0013 9000")) == [lead]


def test_rows_of_one_batch_are_compared_with_each_other(bare: Company) -> None:
    rule(bare, "account", [NAME], action="block")
    rows = [{"name": "甲乙丙"}, {"name": "丁戊己"}, {"name": "杭州甲乙丙有限公司"}, {"name": "甲乙丙集团"}]
    with through(bare, LI_QIANG, "import") as w:
        outcome = create(w, "account", rows, skip_problems=True)
    assert [one is not None for one in outcome.ids] == [True, True, False, False]
    assert {(p.code, p.row, p.params["other"]) for p in outcome.problems} == {
        ("duplicate.blocked_row", 2, 1),
        ("duplicate.blocked_row", 3, 1),
    }


def test_a_row_that_is_left_out_makes_no_duplicate_of_another(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="甲乙丙", phone="13800138000")
    rule(bare, "account", [NAME], [PHONE], action="block")
    rows = [{"name": "杭州甲乙丙", "phone": "13900139000"}, {"name": "丁戊己", "phone": "13900139000"}]
    with through(bare, LI_QIANG, "import") as w:
        outcome = create(w, "account", rows, skip_problems=True)
    assert [one is not None for one in outcome.ids] == [False, True]
    assert hits(outcome.problems) == [first]


def test_a_row_marked_for_one_that_is_refused_behind_it_loses_its_mark(bare: Company) -> None:
    def refuse(batch: Batch, w: Writing) -> list[Problem]:
        return [Problem("test.no", row=row.number) for row in batch.live if row.after("phone")]

    def late(registration: Registration) -> None:
        registration.register_hook(
            "account", "validation", "after", refuse, name="z.late", requires=["duplicates.check"]
        )

    rule(bare, "account", [NAME], action="mark")
    rows = [
        {"name": "甲乙丙", "phone": "13900139000"},
        {"name": "杭州甲乙丙"},
        {"name": "戊己庚"},
        {"name": "戊己庚公司"},
    ]
    with through(bare, LI_QIANG, "import") as w:
        outcome = create(w, "account", rows, skip_problems=True, hooks=build_hooks([duplicates.install, late]))
    gone, *kept = outcome.ids
    assert gone is None
    assert marked(bare, "account", *(one or 0 for one in kept)) == [False, True, True]


def test_marks_come_and_go_with_the_twin(bare: Company) -> None:
    rule(bare, "account", [NAME], action="mark")
    first = made(bare, WANG_FANG, "account", name="甲乙丙")
    assert refused(bare, WANG_FANG, "account", name="甲乙丙有限公司") == []
    with through(bare, WANG_FANG) as w:
        table = w.registry.tables["account"]
        second = w.transaction.scalar(sa.select(table.c.id).where(table.c.name == "甲乙丙有限公司"))
        version = w.transaction.scalar(sa.select(table.c.version).where(table.c.id == first))
    assert marked(bare, "account", first, second) == [True, True]
    assert version == 1  # being taken for a duplicate is no change of the record
    with through(bare, WANG_FANG) as w:
        delete(w, "account", [second])
    assert marked(bare, "account", first) == [False]
    with through(bare, WANG_FANG) as w:
        restore(w, "account", [second])
    assert marked(bare, "account", first, second) == [True, True]
    with through(bare, WANG_FANG) as w:
        update(w, "account", [Change(first, {"name": "别的名字"})])
    assert marked(bare, "account", first, second) == [False, False]


def test_a_mark_goes_when_the_record_of_the_other_object_is_changed(bare: Company) -> None:
    account = made(bare, WANG_FANG, "account", name="柳工机械有限公司")
    rule(bare, "lead", [("company_name", "company", "account", "name")], action="mark")
    lead = made(bare, WANG_FANG, "lead", name="王五", company_name="柳工机械", mobile="13700137000")
    assert marked(bare, "lead", lead) == marked(bare, "account", account) == [True]
    with through(bare, WANG_FANG) as w:
        update(w, "account", [Change(account, {"name": "另一家公司"})])
    assert marked(bare, "lead", lead) == marked(bare, "account", account) == [False]


def test_what_one_may_not_see_is_masked_and_its_owner_named(bare: Company) -> None:
    first = made(bare, ZHAO_MIN, "account", name="杭州西湖电子科技有限公司", phone="0571-88886666")
    rule(bare, "account", [NAME])
    (problem,) = refused(bare, WANG_FANG, "account", name="西湖电子科技")
    (hit,) = problem.params["hits"]
    assert (hit["id"], hit["name"], hit["masked"], hit["owner_name"], hit["shown"]) == (
        str(first),
        None,
        "杭***司",
        "赵敏",
        {},
    )
    assert "西湖" not in problem.params["names"]
    (own,) = refused(bare, ZHAO_MIN, "account", name="西湖电子科技")[0].params["hits"]
    assert own["name"] == "杭州西湖电子科技有限公司"


def test_the_administrator_decides_what_is_shown_of_hidden_records(bare: Company) -> None:
    made(bare, ZHAO_MIN, "account", name="杭州西湖电子科技", phone="0571-88886666")
    rule(bare, "account", [NAME], shown='["phone", "level"]')
    (hit,) = refused(bare, WANG_FANG, "account", name="西湖电子科技")[0].params["hits"]
    assert (hit["name"], hit["shown"]) == (None, {"phone": "+8657188886666"})


def test_a_rule_may_look_only_at_what_the_person_sees(bare: Company) -> None:
    hidden = made(bare, ZHAO_MIN, "account", name="西湖电子科技")
    rule(bare, "account", [NAME], scope="visible")
    assert refused(bare, WANG_FANG, "account", name="西湖电子科技有限公司") == []
    assert hits(refused(bare, ZHAO_MIN, "account", name="西湖电子科技")) == [hidden]


def test_deleted_records_count_where_a_rule_says_so(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="西湖电子科技")
    with through(bare, WANG_FANG) as w:
        delete(w, "account", [first])
    rule_id = rule(bare, "account", [NAME], action="block")
    assert refused(bare, WANG_FANG, "account", name="西湖电子科技") == []
    with through(bare, ADMIN) as w:
        update(w, "duplicate_rule", [Change(rule_id, {"include_deleted": True})])
    assert first in hits(refused(bare, WANG_FANG, "account", name="西湖电子科技（杭州）"))


def test_a_rule_of_a_record_type_leaves_others_alone(bare: Company) -> None:
    made(bare, WANG_FANG, "account", name="西湖电子科技")
    rule(bare, "account", [NAME], action="block", record_types='["no_such_type"]')
    assert refused(bare, WANG_FANG, "account", name="西湖电子科技") == []


def test_matches_answers_for_values_that_are_not_saved(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="西湖电子科技")
    rule(bare, "account", [NAME])
    with through(bare, WANG_FANG) as w:
        (found,) = matches(w, "account", {"name": "杭州西湖电子科技", "phone": "no phone"})
        assert (found.object, found.id, found.name, found.owner_name) == ("account", first, "西湖电子科技", "王芳")
        assert matches(w, "account", {"name": "杭州西湖电子科技"}, exclude=first) == ()
        assert matches(w, "account", {"name": None}) == ()


def test_the_standard_rules_mark_and_warn(company: Company) -> None:
    first = made(company, WANG_FANG, "account", name="西湖电子科技", tax_number="91110000600037341L")
    assert refused(company, WANG_FANG, "account", name="杭州西湖电子科技有限公司") == []
    assert marked(company, "account", first) == [True]
    assert hits(refused(company, WANG_FANG, "account", name="甲", tax_number="91110000600037341l")) == [first]


def test_no_crowd_of_a_brand_hides_the_very_same_name(bare: Company) -> None:
    trades = "科技 贸易 物流 医药 食品 机械 建材 化工".split()
    names = [f"天宏{one}{other}" for one in trades for other in trades if one != other]
    with through(bare, ADMIN, "import") as w:
        ids = create(replace(w, twins="all"), "account", [{"name": name} for name in names]).ids
    rule(bare, "account", [LIKE])
    for place in (0, len(names) // 2, -1):
        found = hits(refused(bare, WANG_FANG, "account", name=f"杭州{names[place]}有限公司"))
        assert found[0] == ids[place]


def test_a_slip_is_found_until_too_many_have_it(bare: Company) -> None:
    rule(bare, "account", [LIKE])
    first = made(bare, WANG_FANG, "account", name="阿里巴巴网络")
    assert hits(refused(bare, WANG_FANG, "account", name="阿里吧巴网络")) == [first]
    crowd = [{"name": f"阿里巴{character}科技"} for character in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰午"]
    with through(bare, ADMIN, "import") as w:
        create(replace(w, twins="all"), "account", crowd)
    assert first not in hits(refused(bare, WANG_FANG, "account", name="阿里巴吧网络"))
    assert first in hits(refused(bare, WANG_FANG, "account", name="阿里巴巴科技"))
