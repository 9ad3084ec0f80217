"""How long a record is protected (domain.md 5.8 (3)), and that a trial of rules counts the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.crm.pools.rules import Period, Pool, end_of_day, ended, protection, protection_of, tonight
from dougong.expressions.ast import Compare, Condition, Operator, Path
from dougong.expressions.evaluate import EvaluationContext, evaluate

ZONE = "Asia/Shanghai"

POOL = Pool(
    id=1,
    name="线索池",
    object="lead",
    active=True,
    claimable=True,
    won_claimable=False,
    owners_transfer=True,
    automatic=True,
    default_days=10,
    extend_days=3,
    longest_days=20,
    no_activity_days=None,
    remind_days=3,
    refreeze_days=7,
    new_data_days=0,
    daily_limit=None,
    max_held=None,
    return_limit=None,
    zone=ZONE,
    recycle_since=None,
)


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour - 8)


def end(month: int, day: int) -> datetime:
    return at(month, day, 23) + timedelta(minutes=59, seconds=59)


def until(followed: datetime | None = None, pool: Pool = POOL, extended: datetime | None = None) -> datetime:
    found = protection(pool, at(3, 25), followed, extended)
    assert found is not None
    return found.expires_at


def test_the_worked_example() -> None:
    assert until() == end(4, 4)
    assert until(at(3, 28)) == end(4, 4)
    assert until(at(4, 2)) == end(4, 5)
    assert until(at(4, 5)) == end(4, 8)
    found = protection(POOL, at(3, 25), at(4, 13))
    assert found is not None
    assert (found.expires_at, found.hard_end_at, found.rule) == (end(4, 14), end(4, 14), "longest")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Shanghai", datetime(2026, 4, 5, 15, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_are_those_of_the_pools_zone(zone: str, expected: datetime) -> None:
    # Two minutes past midnight in Shanghai is still the day before in New York.
    taken = datetime(2026, 3, 25, 16, 2, tzinfo=UTC)
    found = protection(replace(POOL, zone=zone), taken)
    assert found is not None
    assert found.expires_at == expected


@pytest.mark.parametrize(
    ("zone", "taken", "ends"),
    [
        # Ten days over the 29th of February, and over where there is none.
        (ZONE, datetime(2028, 2, 25, 4, tzinfo=UTC), datetime(2028, 3, 6, 15, 59, 59, tzinfo=UTC)),
        (ZONE, datetime(2027, 2, 25, 4, tzinfo=UTC), datetime(2027, 3, 7, 15, 59, 59, tzinfo=UTC)),
        (ZONE, datetime(2028, 2, 29, 4, tzinfo=UTC), datetime(2028, 3, 10, 15, 59, 59, tzinfo=UTC)),
        # Over the end of the year, and over a night of 23 hours: days are days of the calendar.
        (ZONE, datetime(2026, 12, 25, 4, tzinfo=UTC), datetime(2027, 1, 4, 15, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 1, 17, tzinfo=UTC), datetime(2026, 3, 12, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_of_the_calendar_are_counted(zone: str, taken: datetime, ends: datetime) -> None:
    found = protection(replace(POOL, zone=zone), taken)
    assert found is not None
    assert found.expires_at == ends


def test_a_second_before_midnight_is_the_same_day() -> None:
    assert end_of_day(at(3, 25, 0), 0, ZONE) == end(3, 25)
    assert end_of_day(end(3, 25), 0, ZONE) == end(3, 25)
    assert end_of_day(end(3, 25) + timedelta(seconds=1), 0, ZONE) == end(3, 26)


def test_without_a_follow_up_protection_ends_early() -> None:
    pool = replace(POOL, no_activity_days=4)
    found = protection(pool, at(3, 25))
    assert found is not None
    assert (found.expires_at, found.rule, found.days) == (end(3, 29), "no_activity", 4)
    assert until(at(3, 28), pool) == end(4, 1)
    assert until(at(3, 28), pool, extended=end(4, 10)) == end(4, 10)


def test_an_extension_never_goes_beyond_the_longest_protection() -> None:
    assert until(extended=end(4, 10)) == end(4, 10)
    assert until(extended=end(5, 10)) == end(4, 14)


def test_a_pool_that_takes_nothing_back_has_no_clock_and_one_that_begins_counts_from_then() -> None:
    assert protection(replace(POOL, automatic=False), at(3, 25)) is None
    assert until(pool=replace(POOL, recycle_since=at(4, 1))) == end(4, 11)
    assert until(at(3, 30), replace(POOL, recycle_since=at(4, 1), extend_days=30)) == end(4, 11)


days = st.integers(1, 30)
moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda past: at(1, 1) + past)


@given(
    default=days,
    extend=st.none() | days,
    longest=st.none() | st.integers(30, 60),
    idle=st.none() | days,
    since=st.none() | moments,
    claimed=moments,
    followed=st.none() | st.timedeltas(timedelta(0), timedelta(days=40)),
    extended=st.none() | moments,
    now=moments,
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC"]),
)
def test_a_trial_finds_what_the_rules_would_take_back(
    default: int,
    extend: int | None,
    longest: int | None,
    idle: int | None,
    since: datetime | None,
    claimed: datetime,
    followed: timedelta | None,
    extended: datetime | None,
    now: datetime,
    zone: str,
) -> None:
    pool = replace(
        POOL,
        default_days=default,
        extend_days=extend,
        longest_days=longest,
        no_activity_days=idle,
        recycle_since=since,
        zone=zone,
    )
    night = tonight(now, zone)
    record = {
        "claimed_at": claimed,
        "followed_at": None if followed is None else claimed + followed,
        "extended_until": extended,
    }
    found = protection(pool, claimed, record["followed_at"], extended)
    assert found is not None
    assert met(ended(pool, night), record) == (found.expires_at < night)


def met(condition: Condition, record: Mapping[str, Any]) -> bool:
    context = EvaluationContext(today=at(1, 1).date(), zone=ZONE)
    scalar = {"level": "text"}
    return evaluate(
        condition, lambda path: record[path.steps[0]], lambda path: scalar.get(path.steps[0], "datetime"), context
    )


def of_level(level: str, **days: int | None) -> Period:
    condition = Compare(Path(("level",)), Operator.EQ, (level,))
    fields = frozenset({"level"})
    return Period(1, f"级别 {level}", condition, fields, lambda record: met(condition, record), **days)


BY_LEVEL = replace(
    POOL, default_days=15, periods=(of_level("a", default_days=60, longest_days=90), of_level("b", default_days=30))
)


@pytest.mark.parametrize(
    ("level", "ends", "hard", "period"),
    [
        ("a", end(5, 24), end(6, 23), "级别 a"),
        # What the period leaves blank is as the pool says: 20 days at most, whatever the period would give.
        ("b", end(4, 14), end(4, 14), "级别 b"),
        ("c", end(4, 9), end(4, 14), None),
        (None, end(4, 9), end(4, 14), None),
    ],
)
def test_the_first_period_that_a_record_meets_says_its_days(
    level: str | None, ends: datetime, hard: datetime, period: str | None
) -> None:
    found = protection_of(BY_LEVEL, {"claimed_at": at(3, 25), "level": level})
    assert found is not None
    assert (found.expires_at, found.hard_end_at, found.period and found.period.name) == (ends, hard, period)
    again = replace(BY_LEVEL, periods=(of_level("a", default_days=5), *BY_LEVEL.periods))
    if level == "a":
        first = protection_of(again, {"claimed_at": at(3, 25), "level": level})
        assert first is not None
        assert first.expires_at == end(3, 30)


periods = st.lists(
    st.builds(
        of_level,
        st.sampled_from("ab"),
        default_days=st.none() | days,
        extend_days=st.none() | days,
        longest_days=st.none() | st.integers(30, 60),
        no_activity_days=st.none() | days,
    ),
    max_size=3,
).map(tuple)


@given(
    periods=periods,
    level=st.sampled_from(["a", "b", "c", None]),
    idle=st.none() | days,
    since=st.none() | moments,
    claimed=moments,
    followed=st.none() | st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_a_trial_finds_the_same_under_periods(
    periods: tuple[Period, ...],
    level: str | None,
    idle: int | None,
    since: datetime | None,
    claimed: datetime,
    followed: timedelta | None,
) -> None:
    pool = replace(POOL, longest_days=None, no_activity_days=idle, recycle_since=since, periods=periods)
    record = {
        "claimed_at": claimed,
        "followed_at": None if followed is None else claimed + followed,
        "extended_until": None,
        "level": level,
    }
    found = protection_of(pool, record)
    assert found is not None
    # Every night: a wrong period shows only between its own end and the right one.
    for later in range(70):
        night = tonight(claimed + timedelta(days=later), ZONE)
        assert met(ended(pool, night), record) == (found.expires_at < night)
