"""Who is in a pool and whom a limit fits: departments, roles and groups as well as people (domain.md 5.8, 7)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dougong.automation.notifications import notifications
from dougong.crm.pools.distributing import distribute_all
from dougong.crm.pools.returning import ask_extension, give_back
from dougong.crm.pools.taking import assign, claim, transfer
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import BadRequest, Conflict, NotFound, Refused
from dougong.records.api import Change, Query, columns_of, create, delete, get, page, search, update
from dougong.records.people import find_person
from tests.crm.pools.company import Clock, Pooled
from tests.crm.pools.test_pools import codes, reason, take
from tests.world.people import ADMIN, DIRECTOR, EMMA, LI_QIANG, WANG_FANG, ZHAO_MIN, Person
from tests.world.records import account, one


def named(company: Pooled, obj: str, field: str, value: str) -> int:
    with company.product() as w:
        where = Compare(Path((field,)), Operator.EQ, (value,))
        ((found,),) = page(w, Query(obj, columns_of(("id",)), where)).rows
    return int(found)


@pytest.fixture(scope="module")
def group(founded: Pooled) -> int:
    """A public group with 赵敏 in it."""
    with founded.product() as w:
        made = one(w, "public_group", name="南方组")
        who = {"object": "user", "id": find_person(w, ZHAO_MIN.login)}
        create(w, "public_group_member", [{"group_id": made, "member_id": who}])
    return made


def member(company: Pooled, kind: str, group: int) -> dict[str, Any]:
    """华东 with what is below it, all departments, the role of salespeople, a group."""
    match kind:
        case "department":
            return {"member_id": {"object": "department", "id": named(company, "department", "name", "华东区")}}
        case "head alone":
            return {"member_id": {"object": "department", "id": named(company, "department", "name", "总部")}}
        case "head and below":
            head = {"object": "department", "id": named(company, "department", "name", "总部")}
            return {"member_id": head, "with_below": True}
        case "role":
            return {"member_id": {"object": "role", "id": named(company, "role", "key", "standard")}}
        case _:
            return {"member_id": {"object": "public_group", "id": group}}


KINDS: dict[str, tuple[Person, ...]] = {
    "department": (WANG_FANG, LI_QIANG),
    "head alone": (DIRECTOR,),
    "head and below": (WANG_FANG, LI_QIANG, ZHAO_MIN, DIRECTOR, EMMA),
    "role": (WANG_FANG, ZHAO_MIN, EMMA),
    "group": (ZHAO_MIN,),
}
EVERYBODY = (WANG_FANG, LI_QIANG, ZHAO_MIN, DIRECTOR, EMMA)


@pytest.mark.parametrize("kind", KINDS)
def test_departments_roles_and_groups_are_in_pools(company: Pooled, time: Clock, group: int, kind: str) -> None:
    pool = company.pool()
    with company.product() as w:
        create(w, "pool_member", [{"pool_id": pool, "part": "member", **member(company, kind, group)}])
    for person in EVERYBODY:
        (lead,) = company.lie(pool)
        with company.acting(person) as w:
            joined = pool in w.actor.pools
            found = [hit.id for hit in search(w, "张0")]
        assert joined is (person in KINDS[kind]), person.name
        # The search is a way of seeing like any other.
        assert (lead in found) is joined, person.name
        if joined:
            assert take(company, person, lead) == 1
            continue
        with company.acting(person) as w, pytest.raises((NotFound, Conflict)):
            claim(w, "lead", [lead])


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_holds_for_each_person_of_what_it_names(company: Pooled, time: Clock, group: int, kind: str) -> None:
    pool = company.pool(members=EVERYBODY)
    with company.product() as w:
        create(w, "pool_limit", [{"object_name": "lead", "max_held": 1, **member(company, kind, group)}])
    for person in EVERYBODY:
        first, second = company.lie(pool, 2)
        take(company, person, first)
        if person not in KINDS[kind]:
            take(company, person, second)
            continue
        with company.acting(person) as w, pytest.raises(Refused) as refusal:
            claim(w, "lead", [second])
        assert codes(refusal) == [(0, "pool.limit_reached")]


def test_a_limit_holds_whoever_gives(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], keepers=[EMMA])
    ids, wang = company.lie(pool, 5), company.person(WANG_FANG)
    with company.product() as w:
        limit = {"object_name": "lead", "member_id": {"object": "user", "id": wang}, "max_held": 2}
        (row,) = create(w, "pool_limit", [limit]).ids
    take(company, ZHAO_MIN, ids[3])
    with company.acting(EMMA) as w, pytest.raises(Refused) as refusal:
        assign(w, "lead", ids[:3], wang)
    assert refusal.value.problems[0].params["possible"] == 2
    with company.acting(EMMA) as w:
        assert assign(w, "lead", ids[:2], wang) == 2
    with company.acting(EMMA) as w, pytest.raises(Refused) as refusal:
        transfer(w, "lead", [ids[3]], wang)
    assert codes(refusal) == [(0, "pool.limit_reached")]
    with company.product() as w:
        (rule,) = create(w, "pool_distribution", [{"pool_id": pool, "name": "轮流"}]).ids
        create(w, "pool_distribution_person", [{"distribution_id": rule, "user_id": wang}])
    assert distribute_all(company.clockwork()) == 0
    # A limit that is switched off, or lowered below what somebody holds, takes nothing away.
    with company.acting(ADMIN) as w:
        update(w, "pool_limit", [Change(row or 0, {"max_held": 0})])
    assert company.lead(ids[0])["owner_id"] == wang
    with company.acting(ADMIN) as w:
        update(w, "pool_limit", [Change(row or 0, {"active": False})])
    assert distribute_all(company.clockwork()) == 2


def test_who_joins_sees_at_once_and_who_leaves_sees_no_more(company: Pooled, time: Clock) -> None:
    pool = company.pool()
    (lead,) = company.lie(pool)
    with company.acting(ZHAO_MIN) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))
    with company.acting(ADMIN) as w:
        row = {"pool_id": pool, "member_id": {"object": "user", "id": company.person(ZHAO_MIN)}, "part": "member"}
        (joined,) = create(w, "pool_member", [row]).ids
    with company.acting(ZHAO_MIN) as w:
        assert get(w, "lead", lead, ("id",))["id"] == lead
    with company.acting(ADMIN) as w:
        delete(w, "pool_member", [joined or 0])
    with company.acting(ZHAO_MIN) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))
    with company.acting(ZHAO_MIN) as w:
        assert search(w, "张0") == []


def test_an_administrator_who_has_left_keeps_no_pool_from_working(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[LI_QIANG], default_days=10)
    first, second = company.lie(pool, 2)
    take(company, WANG_FANG, first)
    li = company.person(LI_QIANG)
    with company.product() as w:
        update(w, "user", [Change(li, {"active": False})])
    try:
        time.on(days=11)
        assert company.night() == 1
        assert take(company, WANG_FANG, second) == 1
        # Nothing is given to who has left.
        with company.acting(ADMIN) as w, pytest.raises(Conflict) as refusal:
            assign(w, "lead", [first], li)
        assert refusal.value.code == "pool.receiver_gone"
    finally:
        with company.product() as w:
            update(w, "user", [Change(li, {"active": True})])


@pytest.mark.parametrize("kind", ["department", "group", "named and left"])
def test_who_asks_for_longer_protection_is_heard(company: Pooled, time: Clock, group: int, kind: str) -> None:
    """Also where the pool names a department or a group as its administrators, or somebody who has left."""
    left = kind == "named and left"
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA] if left else [], default_days=10)
    with company.product() as w:
        keepers = member(company, "department" if left else kind, group)
        create(w, "pool_member", [{"pool_id": pool, "part": "administrator", **keepers}])
        update(w, "user", [Change(company.person(EMMA), {"active": not left})])
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    try:
        with company.acting(WANG_FANG) as w:
            ask_extension(w, "lead", [lead], datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC), "在谈")
        told = LI_QIANG if kind != "group" else ZHAO_MIN
        for person in (LI_QIANG, ZHAO_MIN, DIRECTOR):
            with company.acting(person) as w:
                heard = [one.kind for one in notifications(w) if one.record == ("lead", lead)]
            assert heard == (["pool"] if person is told else []), person.name
    finally:
        with company.product() as w:
            update(w, "user", [Change(company.person(EMMA), {"active": True})])


def test_which_reasons_a_return_takes(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG])
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    with company.product() as w:
        of_accounts = reason(w, "精力不足", "account")
        (own,) = create(w, "pool_return_reason", [{"object_name": "lead", "name": "不再使用"}]).ids
        assert own is not None
        update(w, "pool_return_reason", [Change(own, {"active": False})])
    for wrong in (of_accounts, own, 0):
        with company.acting(WANG_FANG) as w, pytest.raises(BadRequest) as refusal:
            give_back(w, "lead", [lead], wrong)
        assert refusal.value.code == "pool.reason_missing"
    with company.product() as w:
        update(w, "pool_return_reason", [Change(own, {"active": True})])
    with company.acting(WANG_FANG) as w:
        give_back(w, "lead", [lead], own)
    # Switched off later it still says why the record lies there.
    with company.product() as w:
        update(w, "pool_return_reason", [Change(own, {"active": False})])
    with company.acting(WANG_FANG) as w:
        assert get(w, "lead", lead, ("return_reason.name",)) == {"return_reason.name": "不再使用"}
    with company.acting(ADMIN) as w:
        delete(w, "pool_return_reason", [own])
    assert company.lead(lead)["pool_status"] == "unclaimed"


def test_who_returns_says_to_which_of_several_pools(company: Pooled, time: Clock) -> None:
    first = company.pool("甲池", "account", members=[WANG_FANG])
    second = company.pool("乙池", "account", members=[WANG_FANG])
    foreign = company.pool("他池", "account", members=[ZHAO_MIN])
    of_leads = company.pool("线索池")
    with company.acting(WANG_FANG) as w:
        mine = account(w, "甲")
        why = reason(w, "精力不足", "account")
    for pool, code in ((None, "pool.choose"), (foreign, "pool.not_a_member")):
        with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
            give_back(w, "account", [mine], why, pool_id=pool)
        assert refusal.value.code == code
    with company.acting(WANG_FANG) as w, pytest.raises(NotFound):
        give_back(w, "account", [mine], why, pool_id=of_leads)
    with company.acting(WANG_FANG) as w:
        give_back(w, "account", [mine], why, pool_id=second)
        claim(w, "account", [mine])
        # What has a pool goes back there without being asked.
        give_back(w, "account", [mine], why)
    assert company.record("account", mine)["pool_id"] == second
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [mine])
        give_back(w, "account", [mine], why, pool_id=first)
    assert company.record("account", mine)["pool_id"] == first


def test_what_is_taken_twice_in_one_act_or_deleted(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], max_held=2)
    first, second = company.lie(pool, 2)
    assert take(company, WANG_FANG, first, first, first) == 1
    with company.product() as w:
        delete(w, "lead", [second])
    with company.acting(WANG_FANG) as w, pytest.raises(NotFound):
        claim(w, "lead", [second])
