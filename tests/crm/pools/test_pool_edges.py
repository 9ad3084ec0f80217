"""What is seldom and hurts: customers, locks, the recycle bin, several pools and zones at once (domain.md 5.8, 5.9)."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dougong.automation.notifications import notifications
from dougong.crm.pools.distributing import distribute_all
from dougong.crm.pools.overview import statistics
from dougong.crm.pools.reading import pool as read_pool
from dougong.crm.pools.returning import give_back, grant_extension, move
from dougong.crm.pools.taking import assign, claim, transfer
from dougong.kit.errors import Conflict, NotFound, Refused
from dougong.records.api import Change, create, delete, get, history, lock, restore, update
from tests.crm.pools.company import Clock, Pooled
from tests.crm.pools.test_pools import bring_back, codes, reason, take
from tests.world.people import ADMIN, DIRECTOR, EMMA, LI_QIANG, OLIVIA, WANG_FANG, ZHAO_MIN, Person
from tests.world.records import account, activity, opportunity

LEAD = {"name": "李", "company_name": "乙", "mobile": "13900000000"}


def refused(company: Pooled, person: Person, act: Any) -> str:
    """The code with which the product refuses what the person does."""
    with company.acting(person) as w, pytest.raises((Conflict, Refused)) as refusal:
        act(w)
    problems = getattr(refusal.value, "problems", ())
    return problems[0].code if problems else refusal.value.code


def test_customers_and_locked_accounts_are_not_simply_taken(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], keepers=[EMMA])
    says_so, won, locked, plain = (
        company.account(pool, name, **values)
        for name, values in (("成交", {"status": "customer"}), ("赢单", {}), ("锁定", {}), ("普通", {}))
    )
    with company.product() as w:
        deal = {"name": "一单", "account_id": won, "owner_id": company.person(DIRECTOR)}
        create(w, "opportunity", [{**deal, "stage": "won"}, {**deal, "account_id": plain}])
        lock(w, "account", [locked])
    for record, code in ((says_so, "pool.won"), (won, "pool.won"), (locked, "pool.locked")):
        assert refused(company, WANG_FANG, lambda w, record=record: claim(w, "account", [record])) == code
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refusal:
        claim(w, "account", [plain, won, locked])
    assert codes(refusal) == [(1, "pool.won"), (2, "pool.locked")]
    # Its administrators decide who looks after a customer; what is locked stays where it is.
    to = company.person(WANG_FANG)
    with company.acting(EMMA) as w:
        assign(w, "account", [won], to)
    assert refused(company, EMMA, lambda w: assign(w, "account", [locked], to)) == "pool.locked"
    with company.acting(ADMIN) as w:
        update(w, "pool", [Change(pool, {"won_claimable": True})])
    with company.acting(WANG_FANG) as w:
        assert claim(w, "account", [says_so]) == 1


def test_what_is_locked_is_neither_handed_over_nor_moved_nor_given_out(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, LI_QIANG], keepers=[EMMA])
    other = company.pool("另一池", keepers=[EMMA])
    lying, held = company.lie(pool, 2)
    take(company, WANG_FANG, held)
    with company.product() as w:
        lock(w, "lead", [lying, held])
        (rule,) = create(w, "pool_distribution", [{"pool_id": pool, "name": "轮流"}]).ids
        create(w, "pool_distribution_person", [{"distribution_id": rule, "user_id": company.person(WANG_FANG)}])
    assert distribute_all(company.clockwork()) == 0
    li = company.person(LI_QIANG)
    assert refused(company, WANG_FANG, lambda w: transfer(w, "lead", [held], li)) == "pool.locked"
    assert refused(company, EMMA, lambda w: move(w, "lead", [lying], other)) == "pool.locked"


def test_what_comes_back_from_the_bin_must_have_room(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], max_held=2)
    first, second, third = company.lie(pool, 3)
    take(company, WANG_FANG, first, second)
    with company.product() as w:
        delete(w, "lead", [first])
    take(company, WANG_FANG, third)
    with company.product() as w, pytest.raises(Refused) as refusal:
        restore(w, "lead", [first])
    assert codes(refusal) == [(0, "pool.limit_reached")]
    assert refusal.value.problems[0].params["possible"] == 0
    bring_back(company, WANG_FANG, third)
    with company.product() as w:
        restore(w, "lead", [first])
        # What is at its good end never counts, and comes back whatever is held.
        delete(w, "lead", [second])
    company.convert(first)
    with company.product() as w:
        delete(w, "lead", [first])
        restore(w, "lead", [second])
    take(company, WANG_FANG, third)
    with company.product() as w:
        restore(w, "lead", [first])


def test_what_comes_back_from_the_bin_finds_its_pool_gone(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], default_days=10)
    lying, held = company.lie(pool, 2)
    take(company, WANG_FANG, held)
    with company.product() as w:
        delete(w, "lead", [lying, held])
        delete(w, "pool", [pool])
    with company.product() as w, pytest.raises(Refused) as refusal:
        restore(w, "lead", [lying, held])
    assert codes(refusal) == [(0, "restore.parent_deleted"), (1, "restore.parent_deleted")]
    with company.product() as w:
        restore(w, "pool", [pool])
        update(w, "pool", [Change(pool, {"active": False})])
    with company.product() as w, pytest.raises(Refused) as refusal:
        restore(w, "lead", [lying, held])
    assert codes(refusal) == [(0, "pool.inactive"), (1, "pool.inactive")]
    with company.product() as w:
        update(w, "pool", [Change(pool, {"active": True})])
        restore(w, "lead", [lying, held])
    assert take(company, WANG_FANG, lying) == 1


def test_the_days_of_the_bin_do_not_stop_the_countdown(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], default_days=10))
    take(company, WANG_FANG, lead)
    with company.product() as w:
        delete(w, "lead", [lead])
    time.to(4, 15)
    assert company.night() == 0
    with company.product() as w:
        restore(w, "lead", [lead])
    assert company.night() == 1


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_worked_example_over_midnight_in_two_zones(company: Pooled, time: Clock, zone: str) -> None:
    rules = {"default_days": 10, "extend_days": 3, "longest_days": 20}
    (lead,) = company.lie(company.pool(members=[WANG_FANG], timezone=zone, **rules))

    def at(month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> None:
        time.now = datetime(2026, month, day, hour, minute, second, tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def protected_until(month: int, day: int) -> bool:
        last = datetime(2026, month, day, 23, 59, 59, tzinfo=ZoneInfo(zone))
        return bool(company.lead(lead)["expires_at"] == last.astimezone(UTC))

    def call() -> None:
        with company.acting(WANG_FANG) as w:
            activity(w, "电话", ("lead", lead), type="call")

    # Taken a second before midnight, which counts as that day; followed up a second behind another one.
    at(3, 25, 23, 59, 59)
    take(company, WANG_FANG, lead)
    assert protected_until(4, 4)
    for (month, day), hour, until in (
        ((3, 28), 0, (4, 4)),
        ((4, 2), 23, (4, 5)),
        ((4, 5), 0, (4, 8)),
        ((4, 8), 23, (4, 11)),
        ((4, 11), 12, (4, 14)),
        ((4, 14), 12, (4, 14)),
    ):
        at(month, day, hour)
        assert company.night() == 0
        call()
        assert protected_until(*until), (month, day)
    at(4, 14, 23, 59, 59)
    assert company.night() == 0
    at(4, 15, 0)
    assert company.night() == 1
    (last,) = company.movements(lead)[-1:]
    assert (last["kind"], last["rule"]) == ("expire", "longest")


def test_the_daily_limit_is_counted_in_each_pools_own_zone(company: Pooled, time: Clock) -> None:
    here = company.pool(members=[WANG_FANG], daily_limit=1)
    there = company.pool("纽约", members=[WANG_FANG], daily_limit=1, timezone="America/New_York")
    first, second = company.lie(here, 2)
    third, fourth = company.lie(there, 2)
    time.to(3, 25, 23, 59)
    take(company, WANG_FANG, first)
    take(company, WANG_FANG, third)
    time.to(3, 26, 0, 0)
    # Midnight in Shanghai is noon in New York.
    assert take(company, WANG_FANG, second) == 1
    assert refused(company, WANG_FANG, lambda w: claim(w, "lead", [fourth])) == "pool.daily_limit"
    time.to(3, 26, 12, 0)
    assert take(company, WANG_FANG, fourth) == 1


def test_a_record_of_one_pool_whose_owner_is_in_another(company: Pooled, time: Clock) -> None:
    mine = company.pool("甲池", members=[WANG_FANG, LI_QIANG], default_days=5)
    theirs = company.pool("乙池", members=[ZHAO_MIN], keepers=[EMMA], default_days=30)
    zhao = company.person(ZHAO_MIN)
    # Who makes it, or imports it, can no more give it to somebody outside the pool than by handing it over.
    with company.acting(LI_QIANG) as w, pytest.raises(Refused) as refusal:
        create(w, "lead", [{**LEAD, "pool_id": mine, "owner_id": zhao}])
    assert codes(refusal) == [(0, "pool.not_a_member")]
    with company.acting(ADMIN) as w:
        (lead,) = create(w, "lead", [{**LEAD, "pool_id": mine, "owner_id": zhao}]).ids
    assert lead is not None
    # The record's pool counts and takes back; the owner's pool has no say and sees nothing.
    with company.acting(EMMA) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))
    time.on(days=6)
    assert company.night() == 1
    assert company.lead(lead)["pool_id"] == mine
    assert refused_or_hidden(company, ZHAO_MIN, lead)
    assert read_pool_of(company, theirs) == 0


def refused_or_hidden(company: Pooled, person: Person, lead: int) -> bool:
    with company.acting(person) as w:
        try:
            claim(w, "lead", [lead])
        except (Conflict, NotFound):
            return True
    return False


def read_pool_of(company: Pooled, pool: int) -> int:
    with company.product() as w:
        return sum(one.held for one in statistics(w, read_pool(w, pool)))


def test_the_walk_of_a_record_through_its_pool(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG, ZHAO_MIN], keepers=[EMMA], default_days=10)
    with company.acting(WANG_FANG) as w:
        one = account(w, "甲")
    walked = []

    def step() -> None:
        found = company.record("account", one)
        dates = found["claimed_at"] is not None and found["expires_at"] is not None
        walked.append((found["pool_status"], found["pool_id"] == pool, dates))

    step()
    with company.acting(WANG_FANG) as w:
        give_back(w, "account", [one], reason(w, "精力不足", "account"), pool_id=pool)
    step()
    with company.acting(ZHAO_MIN) as w:
        claim(w, "account", [one])
    step()
    time.on(days=11)
    company.night()
    step()
    with company.acting(EMMA) as w:
        assign(w, "account", [one], company.person(WANG_FANG))
    step()
    assert walked == [
        ("private", False, False),
        ("unclaimed", True, False),
        ("claimed", True, True),
        ("unclaimed", True, False),
        ("assigned", True, True),
    ]


def test_a_parent_and_its_child_in_different_pools_go_their_own_ways(company: Pooled, time: Clock) -> None:
    above = company.pool("总部池", "account", members=[ZHAO_MIN], default_days=10)
    below = company.pool("分公司池", "account", members=[WANG_FANG], default_days=10)
    parent = company.account(above, "集团")
    child = company.account(below, "分公司", parent_id=parent)
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [child])
        # Whoever may not see the parent is not told of it.
        assert get(w, "account", child, ("name", "parent.name")) == {"name": "分公司", "parent.name": None}
    time.on(days=5)
    with company.acting(ZHAO_MIN) as w:
        claim(w, "account", [parent])
    time.on(days=6)
    assert company.night() == 1
    assert company.record("account", child)["owner_id"] is None
    assert company.record("account", parent)["owner_id"] == company.person(ZHAO_MIN)
    assert company.record("account", child)["parent_id"] == parent


def test_administrators_neither_grant_beyond_the_longest_protection(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], keepers=[EMMA], default_days=10, longest_days=20))
    take(company, WANG_FANG, lead)
    until = datetime(2026, 4, 20, tzinfo=UTC)
    assert refused(company, EMMA, lambda w: grant_extension(w, "lead", [lead], until)) == "pool.beyond_longest"


def test_somebody_who_holds_records_is_not_deleted(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[ZHAO_MIN]))
    take(company, ZHAO_MIN, lead)
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refusal:
        delete(w, "user", [company.person(ZHAO_MIN)])
    assert {p.code for p in refusal.value.problems} == {"record.has_children"}


def test_hoarding_shows_in_the_statistics(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], keepers=[EMMA], default_days=10)
    first, second = company.lie(pool, 2)
    for _ in range(3):
        take(company, WANG_FANG, first)
        bring_back(company, WANG_FANG, first)
    take(company, WANG_FANG, second)
    take(company, ZHAO_MIN, first)
    time.on(days=11)
    company.night()
    with company.acting(EMMA) as w:
        people = {one.id: one for one in statistics(w, read_pool(w, pool))}
        long_ago = statistics(w, read_pool(w, pool), days=5)
    wang, zhao = people[company.person(WANG_FANG)], people[company.person(ZHAO_MIN)]
    assert (wang.kinds["claim"], wang.kinds["return_from"], wang.kinds["expire_from"], wang.again) == (4, 3, 1, 2)
    assert (zhao.kinds["claim"], zhao.again, zhao.held) == (1, 0, 0)
    assert {tuple(one.kinds) for one in long_ago} == {("expire_from",)}


def test_those_concerned_are_told_of_what_is_taken_back(company: Pooled, time: Clock) -> None:
    ids = company.lie(company.pool(members=[WANG_FANG], keepers=[OLIVIA], default_days=10), 3)
    take(company, WANG_FANG, *ids)
    time.on(days=11)
    company.night()
    # The owner and the administrators of the pool, each once for all of it.
    for person in (WANG_FANG, OLIVIA):
        with company.acting(person) as w:
            told = [one for one in notifications(w) if one.record == ("lead", ids[0])]
        assert [(one.kind, "3" in one.text) for one in told] == [("pool", True)]


def test_history_keeps_whose_it_was(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], default_days=10))
    take(company, WANG_FANG, lead)
    time.on(days=11)
    company.night()
    with company.acting(ADMIN) as w:
        owners = [
            change for entry in history(w, "lead", lead) for change in entry.changes if change.field == "owner_id"
        ]
    assert len(owners) == 2


def test_a_deal_that_is_open_does_not_make_a_customer(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG])
    one = company.account(pool, "甲")
    with company.product() as w:
        deal = opportunity(w, "一单", account_id=one, owner_id=company.person(DIRECTOR))
        update(w, "opportunity", [Change(deal, {"stage": "lost", "lost_reason": "price"})])
    with company.acting(WANG_FANG) as w:
        assert claim(w, "account", [one]) == 1
