"""Duplicates that lie in a pool, and what a merge does to whose a record is (domain.md 2.1, 5.6)."""

from dataclasses import replace

import pytest

from dougong.crm.pools.taking import claim
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import Refused
from dougong.records.api import Change, Query, columns_of, create, delete, page, update
from dougong.records.duplicates import matches
from dougong.records.merging import merge, unmerge
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import ADMIN, DIRECTOR, LI_QIANG, WANG_FANG

KEPT = ("owner_id", "pool_id", "pool_status", "expires_at")


def test_what_lies_in_a_pool_that_one_is_not_in_is_told_without_its_fields(company: Pooled, time: Clock) -> None:
    pool = company.pool("华南池", "account", members=[LI_QIANG])
    lying = company.account(pool, "杭州西湖电子科技有限公司", phone="0571-88886666")
    with company.product() as w:
        (rule,) = page(w, Query("duplicate_rule", columns_of(("id",)), named("account_name"))).rows
        update(w, "duplicate_rule", [Change(rule[0], {"shown": '["phone"]'})])
    with company.acting(WANG_FANG) as w:
        (found,) = matches(w, "account", {"name": "西湖电子科技"})
    assert (found.id, found.name, found.masked, found.owner_id, found.shown) == (lying, None, "杭***司", None, {})
    with company.product() as w:
        update(w, "duplicate_rule", [Change(rule[0], {"include_pool": False})])
    with company.acting(WANG_FANG) as w:
        assert matches(w, "account", {"name": "西湖电子科技"}) == ()
    # Only what nobody has is left out: as soon as somebody takes it, it is found again.
    with company.acting(LI_QIANG) as w:
        claim(w, "account", [lying])
    with company.acting(WANG_FANG) as w:
        assert [one.id for one in matches(w, "account", {"name": "西湖电子科技"})] == [lying]


@pytest.mark.parametrize("included", [True, False])
def test_a_blocking_rule_looks_into_pools_where_it_says_so(company: Pooled, time: Clock, included: bool) -> None:
    """[decision] Rules look into pools unless told otherwise: else a record is entered anew to get around its pool."""
    pool = company.pool("华南池", "account", members=[LI_QIANG])
    company.account(pool, "嘉兴南湖纺织有限公司")
    with company.product() as w:
        (rule,) = page(
            w, Query("duplicate_rule", columns_of(("id", "include_pool", "action")), named("account_name"))
        ).rows
        update(w, "duplicate_rule", [Change(rule[0], {"include_pool": included, "action": "block"})])
    try:
        for via, person in (("api", WANG_FANG), ("import", DIRECTOR)):
            with company.acting(person) as w:
                writer, new = replace(w, via=via), [{"name": "南湖纺织（嘉兴）有限公司"}]
                if not included:
                    (made,) = create(writer, "account", new).ids
                    delete(w, "account", [made])
                    continue
                with pytest.raises(Refused) as refused:
                    create(writer, "account", new)
                assert [problem.code for problem in refused.value.problems] == ["duplicate.blocked"]
    finally:
        with company.product() as w:
            update(w, "duplicate_rule", [Change(rule[0], {"include_pool": rule[1], "action": rule[2]})])


def named(key: str) -> Compare:
    return Compare(Path(("key",)), Operator.EQ, (key,))


def test_a_merge_leaves_the_winner_its_owner_pool_and_countdown(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG, LI_QIANG], default_days=10)
    mine = company.account(pool, "甲", owner_id=company.person(WANG_FANG))
    lying = company.account(pool, "乙")
    before = {one: company.record("account", one) for one in (mine, lying)}
    assert before[mine]["expires_at"] is not None
    with company.acting(ADMIN) as w:
        create(w, "contact", [{"name": "张三", "account_id": lying}])
        done = merge(w, "account", mine, [lying], {})
    merged = company.record("account", mine)
    assert {name: merged[name] for name in KEPT} == {name: before[mine][name] for name in KEPT}
    with company.acting(ADMIN) as w:
        unmerge(w, done.id)
    for one, was in before.items():
        now = company.record("account", one)
        assert {name: now[name] for name in KEPT} == {name: was[name] for name in KEPT}


def test_what_is_claimed_is_not_made_ownerless_by_what_lies_in_a_pool(company: Pooled, time: Clock) -> None:
    """Whichever stays keeps where it is, whatever values are taken over from the other."""
    pool = company.pool("客户池", "account", members=[WANG_FANG, LI_QIANG], default_days=10)
    mine = company.account(pool, "甲", owner_id=company.person(WANG_FANG))
    lying = company.account(pool, "乙")
    with company.acting(ADMIN) as w:
        merge(w, "account", lying, [mine], {"owner_id": mine})
    merged = company.record("account", lying)
    assert merged["owner_id"] == company.person(WANG_FANG)
    assert merged["pool_status"] != "unclaimed"
