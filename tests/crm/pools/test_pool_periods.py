"""Periods of protection: days of a pool for those of its records that meet a condition (domain.md 5.8)."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from dougong.crm.pools.expiring import reckon
from dougong.crm.pools.reading import found, is_
from dougong.crm.pools.reading import pool as read_pool
from dougong.crm.pools.returning import grant_extension
from dougong.crm.pools.taking import assign, claim, transfer
from dougong.crm.pools.tasks import RECKON_TASK
from dougong.crm.pools.trying import try_rules
from dougong.kit import clock
from dougong.kit.errors import Refused
from dougong.records.api import Change, create, delete, update
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, ZHAO_MIN
from tests.world.records import activity

RULES = {"default_days": 15, "extend_days": 3, "longest_days": 20}


def end(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 15, 59, 59, tzinfo=UTC)


def level(value: str) -> str:
    return f'{{"field": "level", "op": "=", "value": "{value}"}}'


def by_level(company: Pooled, pool: int, value: str, order: int, **days: int) -> int:
    """A period for accounts of a level."""
    row = {"pool_id": pool, "name": f"{value} 级", "conditions": level(value), "order_number": order, **days}
    with company.acting(ADMIN) as w:
        (made,) = create(w, "pool_period", [row]).ids
    assert made is not None
    return made


def account_pool(company: Pooled, **values: Any) -> int:
    """A pool of accounts in which level A is protected for 60 days and level B for 30."""
    pool = company.pool("客户池", "account", members=[WANG_FANG, ZHAO_MIN], keepers=[LI_QIANG], **{**RULES, **values})
    by_level(company, pool, "a", 1, default_days=60, longest_days=90)
    by_level(company, pool, "b", 2, default_days=30, longest_days=40)
    return pool


def dates(company: Pooled, account: int) -> tuple[datetime | None, datetime | None]:
    record = company.record("account", account)
    return record["expires_at"], record["hard_end_at"]


def last_move(company: Pooled, account: int) -> dict[str, Any]:
    names = ("id", "kind", "rule", "rule_days", "period.name", "until")
    with company.product() as w:
        return max(found(w, "pool_movement", is_("record_id", account), names), key=lambda one: one["id"])


LEVELS = {
    "a": (end(5, 24), end(6, 23)),
    "b": (end(4, 24), end(5, 4)),
    "c": (end(4, 9), end(4, 14)),
    None: (end(4, 9), end(4, 14)),
}


def test_whoever_gets_a_record_gets_the_days_of_its_level(company: Pooled, time: Clock) -> None:
    pool = account_pool(company)
    for value, expected in LEVELS.items():
        claimed, assigned = (company.account(pool, f"{way}{value}", level=value) for way in ("领取", "分配"))
        with company.acting(WANG_FANG) as w:
            claim(w, "account", [claimed])
        with company.acting(LI_QIANG) as w:
            assign(w, "account", [assigned], company.person(ZHAO_MIN))
        born = company.account(pool, f"新建{value}", level=value, owner_id=company.person(WANG_FANG))
        for one in (claimed, assigned, born):
            assert dates(company, one) == expected
            assert last_move(company, one)["until"] == expected[0]
    # Handed over, by the action and by a plain edit: it begins anew, by the same level.
    time.to(3, 26)
    with company.acting(ADMIN) as w:
        transfer(w, "account", [claimed], company.person(ZHAO_MIN))
        update(w, "account", [Change(assigned, {"owner_id": company.person(WANG_FANG), "level": "b"})])
    assert dates(company, claimed) == (end(4, 10), end(4, 15))
    assert dates(company, assigned) == (end(4, 25), end(5, 5))


def test_another_level_brings_other_days_from_the_same_start(company: Pooled, time: Clock) -> None:
    pool = account_pool(company)
    one = company.account(pool, "甲", level="c")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one])
    time.to(4, 2)
    with company.acting(ADMIN) as w:
        update(w, "account", [Change(one, {"level": "a"})])
    assert dates(company, one) == LEVELS["a"]
    # A follow-up counts by the period too: three days are nothing beside sixty.
    with company.acting(WANG_FANG) as w:
        activity(w, "电话", ("account", one), type="call")
    assert dates(company, one) == LEVELS["a"]
    with company.acting(LI_QIANG) as w:
        grant_extension(w, "account", [one], end(6, 1))
    assert dates(company, one) == (end(6, 1), end(6, 23))
    # Back to a level without a period the end is that of the pool, which no extension outlasts.
    with company.acting(ADMIN) as w:
        update(w, "account", [Change(one, {"level": None})])
    assert dates(company, one) == (end(4, 14), end(4, 14))


def test_the_job_takes_back_by_the_period_and_says_so(company: Pooled, time: Clock) -> None:
    pool = account_pool(company)
    ids = {value: company.account(pool, f"级别{value}", level=value) for value in LEVELS}
    with company.acting(WANG_FANG) as w:
        claim(w, "account", list(ids.values()))

    def held() -> set[str | None]:
        return {value for value, one in ids.items() if company.record("account", one)["owner_id"] is not None}

    time.to(4, 10)
    assert (company.night(), held()) == (2, {"a", "b"})
    time.to(4, 25)
    assert (company.night(), held()) == (1, {"a"})
    moved = last_move(company, ids["b"])
    assert (moved["kind"], moved["rule"], moved["rule_days"], moved["period.name"]) == (
        "expire",
        "protection",
        30,
        "b 级",
    )
    assert last_move(company, ids["c"])["period.name"] is None
    time.to(5, 25)
    assert (company.night(), held()) == (1, set())


def test_periods_that_come_change_and_go_are_counted_anew(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], **RULES)
    one = company.account(pool, "甲", level="a")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one])
    assert dates(company, one) == LEVELS["c"]
    period = by_level(company, pool, "a", 1, default_days=60, longest_days=90)
    assert waiting(company, pool)
    reckon(company.clockwork(), pool)
    assert dates(company, one) == LEVELS["a"]
    with company.acting(ADMIN) as w:
        update(w, "pool_period", [Change(period, {"default_days": 30, "longest_days": 40})])
    assert waiting(company, pool)
    reckon(company.clockwork(), pool)
    assert dates(company, one) == LEVELS["b"]
    with company.acting(ADMIN) as w:
        delete(w, "pool_period", [period])
    assert waiting(company, pool)
    reckon(company.clockwork(), pool)
    assert dates(company, one) == LEVELS["c"]
    # Switched off and on again the clock begins anew, by the level.
    by_level(company, pool, "a", 1, default_days=60, longest_days=90)
    for day, rule in ((1, "manual"), (2, "automatic")):
        time.to(4, day)
        with company.acting(ADMIN) as w:
            update(w, "pool", [Change(pool, {"recycle_rule": rule})])
        reckon(company.clockwork(), pool)
    assert dates(company, one) == (end(6, 1), end(7, 1))


def waiting(company: Pooled, pool: int) -> bool:
    """Whether protection in the pool waits to be counted anew; it waits no more behind this."""
    jobs = sa.table("procrastinate_jobs", sa.column("task_name"), sa.column("args", JSONB), schema="public")
    mine = jobs.c.task_name == RECKON_TASK, jobs.c.args["pool_id"].as_integer() == pool
    with company.database.transaction() as tx:
        return tx.execute(sa.delete(jobs).where(*mine)) > 0


def test_a_trial_counts_by_periods(company: Pooled, time: Clock) -> None:
    pool = account_pool(company)
    for value in LEVELS:
        one = company.account(pool, f"级别{value}", level=value)
        with company.acting(WANG_FANG) as w:
            claim(w, "account", [one])
    time.to(4, 8)
    with company.product() as w:
        held_in = read_pool(w, pool)
        now = try_rules(w, held_in, {}, clock.now())
        shorter = try_rules(w, held_in, {"default_days": 5, "extend_days": None}, clock.now())
        time.to(4, 24)
        later = try_rules(w, held_in, {"default_days": 5}, clock.now())
    # What a level says holds whatever days of the pool are tried.
    assert (now.held, now.would) == (4, 0)
    assert shorter.would == 2
    assert later.would == 3


def test_who_comes_under_a_longer_period_unseen_is_not_taken_back(company: Pooled, time: Clock) -> None:
    """What the product keeps beside the write path moves no date; the job looks again before it takes."""
    pool = account_pool(company)
    one = company.account(pool, "甲", level="c")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one])
        table = w.registry.tables["account"]
        w.transaction.execute(sa.update(table).where(table.c.id == one).values(level="a"))
    time.to(4, 11)
    assert company.night() == 0
    assert dates(company, one) == LEVELS["a"]


def test_periods_that_mean_nothing_are_refused(company: Pooled) -> None:
    pool = company.pool("客户池", "account", **RULES)
    whole = {"pool_id": pool, "name": "甲", "conditions": level("a"), "default_days": 60}
    condition, moving = "pool.period_condition", '{"field": "expires_at", "op": "is not null"}'
    for other, code in (
        ({"default_days": None}, "pool.period_empty"),
        ({"longest_days": 59}, "pool.longest_shorter"),
        ({"conditions": "{}"}, "condition.missing"),
        ({"conditions": "no json"}, "condition.unreadable"),
        ({"conditions": '{"field": "open_opportunities", "op": ">", "value": 0}'}, condition),
        ({"conditions": '{"field": "owner.name", "op": "=", "value": "王芳"}'}, condition),
        ({"conditions": '{"field": "created_at", "op": "=", "value": {"relative": "TODAY"}}'}, condition),
        ({"conditions": moving}, condition),
    ):
        with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
            create(w, "pool_period", [{**whole, **other}])
        assert [problem.code for problem in refused.value.problems] == [code], other


def test_nothing_is_taken_back_while_a_period_cannot_be_read(company: Pooled, time: Clock) -> None:
    pool = account_pool(company)
    one = company.account(pool, "甲", level="c")
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [one])
        table = w.registry.tables["pool_period"]
        broken = '{"field": "gone", "op": "=", "value": "a"}'
        w.transaction.execute(
            sa.update(table).where(table.c.pool_id == pool, table.c.name == "a 级").values(conditions=broken)
        )
    time.to(6, 1)
    assert company.night() == 0
    assert reckon(company.clockwork(), pool) == 0
    assert company.record("account", one)["owner_id"] == company.person(WANG_FANG)
