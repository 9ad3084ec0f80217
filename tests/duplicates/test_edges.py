"""Edges of duplicate rules: batches, record types, objects without a mark, owners who left (domain.md 5.6, 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import NotFound, Refused, TooMany
from dougong.metadata.apply import apply_package
from dougong.metadata.model import Label, RecordType
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Change, create, delete, update
from dougong.records.duplicates import matches
from dougong.records.duplicates.asking import A_DAY, note_question
from dougong.records.duplicates.workbench import count_pairs, groups
from dougong.storage.schema import duplicate_question
from tests.duplicates.acts import Company, Part, hits, made, marked, refused, rule, through
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, ZHAO_MIN

NAME: Part = ("name", "company", "account", "name")
PHONE: Part = ("phone", "phone", "account", "phone")
DEAL: Part = ("name", "exact", "opportunity", "name")


def test_deals_are_checked_like_any_other_records(bare: Company) -> None:
    account = made(bare, WANG_FANG, "account", name="柳工机械")
    first = made(bare, WANG_FANG, "opportunity", name="二期扩建", account_id=account)
    same: Part = ("account_id", "exact", "opportunity", "account_id")
    with pytest.raises(Refused) as caught:
        rule(bare, "opportunity", [DEAL, same], action="mark", key="marks")
    # Where there is no field for the mark a rule refuses or warns.
    assert [p.code for p in caught.value.problems] == ["duplicate.no_mark"]
    rule(bare, "opportunity", [DEAL, same], action="warn")
    found = refused(bare, WANG_FANG, "opportunity", name="二期扩建", account_id=account)
    assert ([p.code for p in found], hits(found)) == (["duplicate.suspected"], [first])
    other = made(bare, WANG_FANG, "account", name="别的公司")
    assert refused(bare, WANG_FANG, "opportunity", name="二期扩建", account_id=other) == []
    # What was let through is a pair that the workbench shows, as long as both are there.
    second = made(bare, WANG_FANG, "opportunity", name="二期扩建", account_id=account)
    with through(bare, WANG_FANG) as w:
        assert [{one.id for one in group.records} for group in groups(w, "opportunity")] == [{first, second}]
        delete(w, "opportunity", [second])
        assert count_pairs(w, "opportunity") == 0


def test_rows_that_are_edited_into_each_other_in_one_act(bare: Company) -> None:
    first, second, third = (made(bare, WANG_FANG, "account", name=name) for name in ("甲甲甲", "乙乙乙", "丙丙丙"))
    rule(bare, "account", [NAME], action="block")
    changes = [Change(first, {"name": "丁丁丁"}), Change(second, {"name": "丁丁丁有限公司"})]
    with through(bare, WANG_FANG) as w, pytest.raises(Refused) as caught:
        update(w, "account", changes)
    assert [(p.code, p.row) for p in caught.value.problems] == [("duplicate.blocked_row", 1)]
    # Names that change places are nobody's duplicate: rows count as they will be.
    with through(bare, WANG_FANG) as w:
        update(w, "account", [Change(first, {"name": "乙乙乙"}), Change(second, {"name": "甲甲甲"})])
    with through(bare, WANG_FANG) as w, pytest.raises(Refused) as caught:
        update(w, "account", [Change(third, {"name": "甲甲甲"})])
    assert hits(caught.value.problems) == [second]


def test_a_rule_looks_at_records_of_its_types_and_finds_all(bare: Company) -> None:
    kinds = [RecordType(name, Label(name, name), default=name == "company") for name in ("company", "person")]
    account = without_system_fields(bare.registry.objects["account"])
    apply_package(bare.tx, Package({"account": replace(account, record_types=tuple(kinds))}))
    typed = replace(bare, registry=load_registry(bare.tx))
    first = made(typed, ADMIN, "account", name="西湖电子", record_type="person")
    rule(typed, "account", [NAME], action="block", record_types='["company"]')
    assert hits(refused(typed, ADMIN, "account", name="西湖电子", record_type="company")) == [first]
    assert refused(typed, ADMIN, "account", name="西湖电子", record_type="person") == []


def test_the_strictest_rule_speaks_first_and_then_the_order(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="西湖电子", phone="13800138000")
    rule(bare, "account", [NAME], key="late", name="后", priority=2)
    rule(bare, "account", [PHONE], key="early", name="先", priority=1)
    values = {"name": "西湖电子", "phone": "13800138000"}
    (problem,) = refused(bare, WANG_FANG, "account", **values)
    assert (problem.params["rule"], hits([problem])) == ("先", [first])
    rule(bare, "account", [NAME], key="strict", name="禁", priority=9, action="block")
    (problem,) = refused(bare, WANG_FANG, "account", **values)
    assert (problem.code, problem.params["rule"]) == ("duplicate.blocked", "禁")


def test_a_warning_that_was_passed_for_one_is_told_again_for_another(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="西湖电子")
    rule(bare, "account", [NAME])
    second = made(bare, ZHAO_MIN, "account", name="西湖电子有限公司")
    with through(bare, WANG_FANG) as w, pytest.raises(Refused) as caught:
        create(replace(w, twins=frozenset({first})), "account", [{"name": "西湖电子"}])
    assert set(hits(caught.value.problems)) == {first, second}
    with through(bare, WANG_FANG) as w:
        create(replace(w, twins=frozenset({first, second})), "account", [{"name": "西湖电子"}])


def test_a_rule_that_goes_takes_nothing_with_it_and_finds_nothing_more(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="西湖电子")
    rule_id = rule(bare, "account", [NAME], action="block")
    assert refused(bare, WANG_FANG, "account", name="西湖电子")
    with through(bare, ADMIN) as w:
        delete(w, "duplicate_rule", [rule_id])
    assert refused(bare, WANG_FANG, "account", name="西湖电子") == []
    with through(bare, WANG_FANG) as w:
        assert matches(w, "account", {"name": "西湖电子"}) == ()
    assert marked(bare, "account", first) == [False]


def test_nobody_is_asked_who_has_left(bare: Company) -> None:
    hidden = made(bare, ZHAO_MIN, "account", name="西湖电子")
    rule(bare, "account", [NAME], action="mark")
    with through(bare, ADMIN) as w:
        owner = bare.people[ZHAO_MIN.login].user_id or 0
        update(w, "user", [Change(owner, {"active": False})])
    with through(bare, WANG_FANG) as w:
        (found,) = matches(w, "account", {"name": "西湖电子"})
        # Whose it was is told nevertheless: somebody may know who follows.
        assert (found.id, found.owner_id, found.owner_name) == (hidden, None, "赵敏")
        with pytest.raises(NotFound) as caught:
            note_question(w, "account", {"name": "西湖电子"}, hidden)
    assert caught.value.code == "duplicate.nobody_to_ask"


def test_one_person_asks_only_so_often_a_day(bare: Company) -> None:
    hidden = made(bare, ZHAO_MIN, "account", name="西湖电子")
    rule(bare, "account", [NAME], action="mark")
    me, table = bare.people[LI_QIANG.login].user_id, duplicate_question
    asked = [{"user_id": me, "record_id": -n, "asked_at": now(), "note": ""} for n in range(1, A_DAY + 1)]
    bare.tx.execute(sa.insert(table).values(asked))
    with through(bare, LI_QIANG) as w:
        with pytest.raises(TooMany) as caught:
            note_question(w, "account", {"name": "西湖电子"}, hidden)
        assert caught.value.code == "duplicate.asked_often"
        bare.tx.execute(sa.update(table).where(table.c.record_id == -1).values(asked_at=now() - timedelta(days=2)))
        assert note_question(w, "account", {"name": "西湖电子"}, hidden).id == hidden
