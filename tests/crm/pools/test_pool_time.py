"""What the clock does in pools: protection grows, ends, is reminded of; the job may run at any time, and twice."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from dougong.automation.notifications import notifications
from dougong.crm.pools.distributing import Turn, distribute_all, next_turn
from dougong.crm.pools.expiring import expire_all, reckon
from dougong.crm.pools.reading import found, is_
from dougong.crm.pools.reading import pool as read_pool
from dougong.crm.pools.taking import claim
from dougong.crm.pools.trying import try_rules
from dougong.kit import clock
from dougong.kit.errors import BadRequest, Conflict, NotFound
from dougong.records.api import Change, act, create, delete, get, lock, update
from dougong.storage.jobs import Interrupted
from tests.crm.pools.company import Clock, Pooled
from tests.crm.pools.test_pools import take
from tests.world.people import ADMIN, EMMA, LI_QIANG, WANG_FANG, ZHAO_MIN
from tests.world.records import activity, contact, opportunity, task

RULES = {"default_days": 10, "extend_days": 3, "longest_days": 20}
LOST = {"lost_reason": "price"}


def end(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 15, 59, 59, tzinfo=UTC)


def log(company: Pooled, about: tuple[str, int]) -> None:
    with company.acting(WANG_FANG) as w:
        activity(w, "电话", about, type="call")


def test_the_worked_example_day_by_day(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], **RULES))
    take(company, WANG_FANG, lead)
    for month, day, until in ((3, 28, end(4, 4)), (4, 2, end(4, 5)), (4, 5, end(4, 8)), (4, 8, end(4, 11))):
        time.to(month, day)
        assert company.night() == 0
        log(company, ("lead", lead))
        assert company.lead(lead)["expires_at"] == until
    for day in (11, 13):
        time.to(4, day)
        log(company, ("lead", lead))
    assert company.lead(lead)["expires_at"] == end(4, 14)
    time.to(4, 14, 23, 59)
    assert company.night() == 0
    time.to(4, 15, 0, 0)
    assert company.night() == 1
    assert company.lead(lead)["owner_id"] is None
    (last,) = company.movements(lead)[-1:]
    assert (last["kind"], last["rule"], last["rule_days"]) == ("expire", "longest", 20)
    assert (last["by_id"], last["from_id"]) == (None, company.person(WANG_FANG))
    assert company.lead(lead)["last_owner_id"] == company.person(WANG_FANG)
    # Once more: nothing is left to do.
    assert company.night() == 0


def test_an_activity_a_second_before_the_job_counts(company: Pooled, time: Clock) -> None:
    first, second = company.lie(company.pool(members=[WANG_FANG], **RULES), 2)
    take(company, WANG_FANG, first, second)
    time.to(4, 4, 23, 59)
    log(company, ("lead", first))
    time.to(4, 5, 0, 1)
    assert company.night() == 1
    assert (company.lead(first)["expires_at"], company.lead(second)["owner_id"]) == (end(4, 7), None)


def test_what_counts_as_a_follow_up(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], **RULES)
    one = company.account(pool, "甲")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one])
        person, deal = contact(w, "张", one), opportunity(w, "一单", account_id=one)
        version = get(w, "account", one, ("version",))["version"]
    time.to(4, 2)
    with company.acting(WANG_FANG) as w:
        open_task = task(w, "再联系", ("account", one))
        activity(w, "约好的拜访", ("account", one), type="visit", start_at="2026-05-01T02:00:00Z")
    assert company.record("account", one)["expires_at"] == end(4, 4)
    with company.acting(WANG_FANG) as w:
        update(w, "activity", [Change(open_task, {"status": "done"})])
    assert company.record("account", one)["expires_at"] == end(4, 5)
    time.to(4, 3)
    log(company, ("contact", person))
    assert company.record("account", one)["expires_at"] == end(4, 6)
    time.to(4, 4)
    with company.acting(WANG_FANG) as w:
        update(w, "opportunity", [Change(deal, {"stage": "engaging"})])
    assert company.record("account", one)["expires_at"] == end(4, 7)
    # Nobody who has the account open is told that it is stale.
    assert company.record("account", one)["version"] == version


def test_a_new_deal_is_a_follow_up_and_one_that_is_entered_as_lost_is_not(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], **RULES)
    one, other = company.account(pool, "甲"), company.account(pool, "乙")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one, other])
    time.to(4, 3)
    with company.acting(WANG_FANG) as w:
        opportunity(w, "一单", account_id=one)
        opportunity(w, "丢了", account_id=other, stage="lost", **LOST)
    assert company.record("account", one)["expires_at"] == end(4, 6)
    assert company.record("account", other)["expires_at"] == end(4, 4)


def test_where_deals_alone_count_days_without_one_are_over(company: Pooled, time: Clock) -> None:
    """The rule “days without a deal”: nothing but a deal that is new or comes a stage further protects."""
    rules = {"default_days": 60, "extend_days": 10, "no_activity_days": 10}
    pool = company.pool("客户池", "account", members=[WANG_FANG], follow_ups="deals", **rules)
    usual = company.pool("另一池", "account", members=[WANG_FANG], **rules)
    one, other = company.account(pool, "甲"), company.account(usual, "乙")

    def ends() -> datetime | None:
        found: datetime | None = company.record("account", one)["expires_at"]
        return found

    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one, other])
    assert ends() == end(4, 4)
    time.to(3, 30)
    log(company, ("account", one))
    log(company, ("account", other))
    assert (ends(), company.record("account", other)["expires_at"]) == (end(4, 4), end(4, 9))
    with company.acting(WANG_FANG) as w:
        deal = opportunity(w, "一单", account_id=one)
    assert ends() == end(4, 9)
    for at, stage, until in (
        ((3, 31), "engaging", end(4, 10)),
        ((4, 1), "prospecting", end(4, 10)),
        ((4, 2), "proposal", end(4, 12)),
    ):
        time.to(*at)
        with company.acting(WANG_FANG) as w:
            update(w, "opportunity", [Change(deal, {"stage": stage})])
        assert ends() == until, stage
    time.to(4, 5)
    with company.acting(WANG_FANG) as w:
        update(w, "opportunity", [Change(deal, {"stage": "lost", **LOST})])
    assert ends() == end(4, 12)
    log(company, ("opportunity", deal))
    time.to(4, 13)
    assert company.night() == 2
    (last,) = company.movements(one)[-1:]
    assert (last["rule"], last["rule_days"]) == ("no_activity", 10)


def test_a_step_of_the_lead_itself_counts_and_conversion_ends_the_countdown(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], **RULES))
    take(company, WANG_FANG, lead)
    time.to(4, 3)
    with company.acting(WANG_FANG) as w:
        update(w, "lead", [Change(lead, {"status": "contacted"})])
    assert company.lead(lead)["expires_at"] == end(4, 6)
    company.convert(lead)
    assert company.lead(lead)["expires_at"] is None
    time.to(9, 1)
    assert company.night() == 0
    company.convert(lead, status="contacted")
    assert company.lead(lead)["expires_at"] == end(9, 11)


def test_locked_records_and_exceptions_stay(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], **RULES)
    names = ("锁定", "有机会", "欠款", "重点", "级别为空", "普通")
    ids = dict(zip(names, (company.account(pool, name) for name in names), strict=True))
    with company.acting(WANG_FANG) as w:
        claim(w, "account", list(ids.values()))
        opportunity(w, "一单", account_id=ids["有机会"])
    with company.acting(ADMIN) as w:
        update(w, "account", [Change(ids["重点"], {"level": "a"}), Change(ids["普通"], {"level": "c"})])
        lock(w, "account", [ids["锁定"]])
        owed = int(create(w, "receivable", [{"account_id": ids["欠款"]}]).ids[0] or 0)
        create(w, "receivable_line", [{"receivable_id": owed, "amount": "100"}])
        act(w, "receivable", owed, "activate", {})
        for name, conditions in (
            ("有未收款", '{"field": "receivable_balance", "op": ">", "value": 0}'),
            ("有进行中的机会", '{"field": "open_opportunities", "op": ">", "value": 0}'),
            ("级别不是 C", '{"field": "level", "op": "!=", "value": "c"}'),
        ):
            create(w, "pool_exception", [{"pool_id": pool, "name": name, "conditions": conditions}])
    time.to(5, 1)
    assert company.night() == 2
    held = {name for name in names if company.record("account", ids[name])["owner_id"] is not None}
    # A blank level is neither C nor another: the exception does not hold for it.
    assert held == {"锁定", "有机会", "欠款", "重点"}
    # The company is shared: what is in force keeps its account.
    with company.acting(ADMIN) as w:
        act(w, "receivable", owed, "deactivate", {})
        delete(w, "receivable", [owed])


def test_exceptions_that_mean_nothing_are_refused(company: Pooled) -> None:
    pool = company.pool()
    for conditions in ("{}", "no json", '{"field": "nothing", "op": "=", "value": 1}'):
        with company.acting(ADMIN) as w, pytest.raises(Exception, match=r"records\.refused"):
            create(w, "pool_exception", [{"pool_id": pool, "name": "x", "conditions": conditions}])


def test_what_belongs_to_who_has_left_goes_back(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[ZHAO_MIN], **RULES))
    take(company, ZHAO_MIN, lead)
    zhao = company.person(ZHAO_MIN)
    with company.product() as w:
        update(w, "user", [Change(zhao, {"active": False})])
    try:
        assert company.night() == 1
        assert company.movements(lead)[-1]["rule"] == "owner_gone"
    finally:
        with company.product() as w:
            update(w, "user", [Change(zhao, {"active": True})])


def test_who_has_left_the_pool_keeps_what_they_hold_until_it_ends(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], **RULES)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    with company.product() as w:
        delete(w, "pool_member", [row["id"] for row in found(w, "pool_member", is_("pool_id", pool), ("id",))])
    company.night()
    assert company.lead(lead)["owner_id"] == company.person(WANG_FANG)
    time.to(4, 5, 1)
    assert company.night() == 1


def test_what_is_taken_back_leaves_nothing_to_who_had_it(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], refreeze_days=7, **RULES)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    with company.acting(WANG_FANG) as w:
        member = {"object": "user", "id": company.person(EMMA)}
        create(w, "team_member", [{"record_id": {"object": "lead", "id": lead}, "member_id": member, "level": "edit"}])
    with company.acting(EMMA) as w:
        assert get(w, "lead", lead, ("id",))["id"] == lead
    time.to(4, 5, 0, 1)
    assert company.night() == 1
    back, me = company.lead(lead), company.person(WANG_FANG)
    kept = ("owner_id", "claimed_at", "expires_at", "hard_end_at", "followed_at", "extended_until", "return_reason_id")
    assert {name: back[name] for name in kept} == dict.fromkeys(kept)
    assert (back["pool_status"], back["last_owner_id"], back["returned_at"]) == ("unclaimed", me, time.now)
    # Those of the team are off it, and whom it was taken from waits like who returns.
    with company.acting(EMMA) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [lead])
    assert refusal.value.code == "pool.frozen"
    assert take(company, ZHAO_MIN, lead) == 1


def test_switching_the_rule_off_and_on_restarts_the_clock(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], **RULES)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)

    def rule(**values: Any) -> None:
        with company.acting(ADMIN) as w:
            update(w, "pool", [Change(pool, values)])
        reckon(company.clockwork(), pool)

    rule(recycle_rule="manual")
    assert company.lead(lead)["expires_at"] is None
    time.to(8, 1)
    assert company.night() == 0
    rule(recycle_rule="automatic")
    assert (company.lead(lead)["expires_at"], company.lead(lead)["hard_end_at"]) == (end(8, 11), end(8, 21))
    rule(default_days=5, longest_days=8)
    assert (company.lead(lead)["expires_at"], company.lead(lead)["hard_end_at"]) == (end(8, 6), end(8, 9))


def test_owners_are_reminded_once(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], remind_days=3, **RULES))
    take(company, WANG_FANG, lead)
    time.to(4, 1)
    company.night()
    assert company.lead(lead)["reminded_at"] is None
    time.to(4, 2)
    company.night()
    reminded = company.lead(lead)["reminded_at"]
    assert reminded == time.now
    time.on(hours=1)
    company.night()
    assert company.lead(lead)["reminded_at"] == reminded
    with company.acting(WANG_FANG) as w:
        latest = notifications(w)[0]
        assert (latest.kind, latest.record) == ("pool", ("lead", lead))
    log(company, ("lead", lead))
    assert company.lead(lead)["reminded_at"] is None


def test_the_job_goes_on_where_it_was_stopped(company: Pooled, time: Clock) -> None:
    ids = company.lie(company.pool(members=[WANG_FANG], **RULES), 7)
    take(company, WANG_FANG, *ids)
    time.to(5, 1)
    asked = iter([False] * 7)
    with pytest.raises(Interrupted):
        expire_all(company.clockwork(chunk=2, stopping=lambda: next(asked, True)))
    freed = sum(company.lead(lead)["owner_id"] is None for lead in ids)
    assert 0 < freed < 7
    assert company.night() == 7 - freed
    assert all(company.lead(lead)["return_count"] == 1 for lead in ids)


def test_records_that_somebody_holds_are_left_to_the_next_run(company: Pooled, time: Clock) -> None:
    first, second = company.lie(company.pool(members=[WANG_FANG], **RULES), 2)
    take(company, WANG_FANG, first, second)
    time.to(5, 1)
    done = threading.Event()
    found: list[int] = []

    def night() -> None:
        found.append(company.night())
        done.set()

    with company.acting(WANG_FANG) as w:
        update(w, "lead", [Change(first, {"description": "在写"})])
        threading.Thread(target=night).start()
        assert done.wait(20)
    assert found == [1]
    assert company.night() == 1


def test_a_trial_of_rules_says_what_tonight_would_bring(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], **RULES)
    ids = company.lie(pool, 6)
    take(company, WANG_FANG, *ids[:4])
    time.to(3, 30)
    take(company, ZHAO_MIN, *ids[4:])
    log(company, ("lead", ids[0]))
    with company.product() as w:
        found = read_pool(w, pool)
        now = try_rules(w, found, {}, clock.now())
        shorter = try_rules(w, found, {"default_days": 4, "extend_days": 1}, clock.now())
        off = try_rules(w, found, {"automatic": False}, clock.now())
        with pytest.raises(BadRequest):
            try_rules(w, found, {"default_days": 0}, clock.now())
    assert (now.held, now.would, now.now) == (6, 0, 0)
    # Taken on the 25th with four days: over with the 29th; the one that was followed up today is not.
    assert (shorter.would, [(name, number) for _, name, number in shorter.people]) == (3, [(WANG_FANG.name, 3)])
    assert off.would == 0
    with company.acting(ADMIN) as w:
        update(w, "pool", [Change(pool, {"default_days": 4, "extend_days": 1})])
    reckon(company.clockwork(), pool)
    time.to(3, 31, 0, 0)
    assert company.night() == 3


def test_records_are_given_out_in_turn_by_weight_and_by_condition(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN, LI_QIANG], keepers=[EMMA])
    with company.acting(ADMIN) as w:
        for name, method, conditions, people, order in (
            ("上海", "round_robin", '{"field": "company_name", "op": "=", "value": "上海"}', [(LI_QIANG, 1)], 1),
            ("其余", "weighted", None, [(WANG_FANG, 3), (ZHAO_MIN, 1)], 2),
        ):
            values = {"pool_id": pool, "name": name, "method": method, "conditions": conditions, "order_number": order}
            (rule,) = create(w, "pool_distribution", [values]).ids
            rows = [{"distribution_id": rule, "user_id": company.person(p), "weight": n} for p, n in people]
            create(w, "pool_distribution_person", rows)
    ids = company.lie(pool, 8)
    special = company.lie(pool, 2, company_name="上海")
    assert distribute_all(company.clockwork()) == 10
    owners = [company.lead(lead)["owner_id"] for lead in ids]
    assert owners.count(company.person(WANG_FANG)) == 6
    assert owners.count(company.person(ZHAO_MIN)) == 2
    assert {company.lead(lead)["owner_id"] for lead in special} == {company.person(LI_QIANG)}
    assert company.movements(ids[0])[-1]["kind"] == "distribute"
    assert distribute_all(company.clockwork()) == 0


def test_blanks_meet_conditions_of_distribution_by_the_null_rules(company: Pooled, time: Clock) -> None:
    """“Is not A” means records with a value; “not (is A)” and “is blank” blank ones too (docs/null-rules.md)."""
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN, LI_QIANG])
    is_high = '{"field": "quality", "op": "=", "value": "high"}'
    rules = (
        ("另一种", '{"field": "quality", "op": "!=", "value": "high"}', WANG_FANG),
        (
            "空白且没有城市",
            '{"and": [{"field": "quality", "op": "is null"}, {"field": "address.city", "op": "is null"}]}',
            ZHAO_MIN,
        ),
        ("其余", f'{{"not": {is_high}}}', LI_QIANG),
    )
    with company.acting(ADMIN) as w:
        for order, (name, conditions, person) in enumerate(rules):
            values = {"pool_id": pool, "name": name, "conditions": conditions, "order_number": order}
            (rule,) = create(w, "pool_distribution", [values]).ids
            create(w, "pool_distribution_person", [{"distribution_id": rule, "user_id": company.person(person)}])
    (high,) = company.lie(pool, quality="high")
    (low,) = company.lie(pool, quality="low")
    (blank,) = company.lie(pool, quality=None)
    (placed,) = company.lie(pool, quality=None, address={"city": "苏州"})
    assert distribute_all(company.clockwork()) == 3
    owners = {company.person(person): person.name for person in (WANG_FANG, ZHAO_MIN, LI_QIANG)}
    given = {lead: owners.get(company.lead(lead)["owner_id"]) for lead in (high, low, blank, placed)}
    assert given == {high: None, low: WANG_FANG.name, blank: ZHAO_MIN.name, placed: LI_QIANG.name}


def test_who_is_away_full_or_switched_off_is_passed_over(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN, LI_QIANG], max_held=3)
    with company.acting(ADMIN) as w:
        (rule,) = create(w, "pool_distribution", [{"pool_id": pool, "name": "轮流"}]).ids
        rows = [
            {"distribution_id": rule, "user_id": company.person(WANG_FANG)},
            {"distribution_id": rule, "user_id": company.person(ZHAO_MIN), "away_until": "2026-03-25"},
            {"distribution_id": rule, "user_id": company.person(LI_QIANG), "active": False},
        ]
        create(w, "pool_distribution_person", rows)
    ids = company.lie(pool, 8)
    assert distribute_all(company.clockwork()) == 3
    assert {company.lead(lead)["owner_id"] for lead in ids} == {company.person(WANG_FANG), None}
    time.on(days=1)
    assert distribute_all(company.clockwork()) == 3
    assert company.lead(ids[7])["owner_id"] is None


def test_turns_are_smooth_and_bounded() -> None:
    turns = [Turn(1, 1, 3, 0, None), Turn(2, 2, 1, 0, None)]
    given = [chosen.id for _ in range(8) if (chosen := next_turn(turns)) is not None]
    assert given == [1, 1, 2, 1, 1, 1, 2, 1]
    assert [turn.credit for turn in turns] == [0, 0]
    assert next_turn([Turn(1, 1, 1, 0, 0)]) is None
