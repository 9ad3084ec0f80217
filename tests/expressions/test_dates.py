"""Relative dates against the calendar: weeks from Monday, ends of months, leap days, clocks that jump."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dougong.expressions.ast import DateRange
from dougong.expressions.dates import (
    COUNT_MAX,
    COUNTED_NAMES,
    FIRST_DAY,
    FIXED_NAMES,
    LAST_DAY,
    add_months,
    days_of,
    midnight,
    moments_of,
)
from dougong.kit.errors import BadRequest

# A Thursday in a leap year; names with their first day and the day after the last.
TODAY = date(2024, 2, 29)
RANGES = [
    ("TODAY", None, "2024-02-29", "2024-03-01"),
    ("YESTERDAY", None, "2024-02-28", "2024-02-29"),
    ("TOMORROW", None, "2024-03-01", "2024-03-02"),
    ("LAST_WEEK", None, "2024-02-19", "2024-02-26"),
    ("THIS_WEEK", None, "2024-02-26", "2024-03-04"),
    ("NEXT_WEEK", None, "2024-03-04", "2024-03-11"),
    ("LAST_MONTH", None, "2024-01-01", "2024-02-01"),
    ("THIS_MONTH", None, "2024-02-01", "2024-03-01"),
    ("NEXT_MONTH", None, "2024-03-01", "2024-04-01"),
    ("LAST_QUARTER", None, "2023-10-01", "2024-01-01"),
    ("THIS_QUARTER", None, "2024-01-01", "2024-04-01"),
    ("NEXT_QUARTER", None, "2024-04-01", "2024-07-01"),
    ("LAST_YEAR", None, "2023-01-01", "2024-01-01"),
    ("THIS_YEAR", None, "2024-01-01", "2025-01-01"),
    ("NEXT_YEAR", None, "2025-01-01", "2026-01-01"),
    ("LAST_90_DAYS", None, "2023-12-01", "2024-03-01"),
    ("NEXT_90_DAYS", None, "2024-03-01", "2024-05-30"),
    ("LAST_N_DAYS", 30, "2024-01-30", "2024-03-01"),
    ("LAST_N_DAYS", 0, "2024-02-29", "2024-03-01"),
    ("NEXT_N_DAYS", 30, "2024-03-01", "2024-03-31"),
    ("NEXT_N_DAYS", 0, "2024-03-01", "2024-03-01"),
    ("N_DAYS_AGO", 365, "2023-03-01", "2023-03-02"),
    ("LAST_N_WEEKS", 2, "2024-02-12", "2024-02-26"),
    ("NEXT_N_WEEKS", 2, "2024-03-04", "2024-03-18"),
    ("N_WEEKS_AGO", 1, "2024-02-19", "2024-02-26"),
    ("LAST_N_MONTHS", 3, "2023-11-01", "2024-02-01"),
    ("NEXT_N_MONTHS", 11, "2024-03-01", "2025-02-01"),
    ("N_MONTHS_AGO", 12, "2023-02-01", "2023-03-01"),
    ("LAST_N_QUARTERS", 4, "2023-01-01", "2024-01-01"),
    ("NEXT_N_QUARTERS", 1, "2024-04-01", "2024-07-01"),
    ("N_QUARTERS_AGO", 5, "2022-10-01", "2023-01-01"),
    ("LAST_N_YEARS", 2, "2022-01-01", "2024-01-01"),
    ("NEXT_N_YEARS", 1, "2025-01-01", "2026-01-01"),
    ("N_YEARS_AGO", 1, "2023-01-01", "2024-01-01"),
]


@pytest.mark.parametrize(("name", "count", "first", "after"), RANGES)
def test_a_relative_date_is_this_range(name: str, count: int | None, first: str, after: str) -> None:
    assert days_of(DateRange(name, count), TODAY) == (date.fromisoformat(first), date.fromisoformat(after))


def test_every_name_is_in_the_table() -> None:
    assert {name for name, *_ in RANGES} == FIXED_NAMES | COUNTED_NAMES


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 8), date(2026, 3, 2)),
        (date(2026, 1, 1), date(2025, 12, 29)),
    ],
)
def test_weeks_begin_on_monday(today: date, monday: date) -> None:
    assert days_of(DateRange("THIS_WEEK"), today) == (monday, monday + timedelta(days=7))


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 1, 1), -1, date(2023, 12, 1)),
        (date(2024, 1, 1), -100_000, FIRST_DAY),
        (date(2024, 1, 1), 100_000, LAST_DAY),
    ],
)
def test_months_are_moved_to_a_day_that_there_is(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved


@pytest.mark.parametrize("name", sorted(COUNTED_NAMES))
def test_the_largest_count_stays_within_the_calendar(name: str) -> None:
    first, after = days_of(DateRange(name, COUNT_MAX), TODAY)
    assert FIRST_DAY <= first <= after <= LAST_DAY
    moments_of((first, after), "Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("day", "zone", "moment"),
    [
        (date(2026, 1, 31), "Asia/Shanghai", "2026-01-30T16:00:00+00:00"),
        (date(2026, 1, 31), "UTC", "2026-01-31T00:00:00+00:00"),
        # New York moved its clocks on the 8th of March: this day has 23 hours.
        (date(2026, 3, 8), "America/New_York", "2026-03-08T05:00:00+00:00"),
        (date(2026, 3, 9), "America/New_York", "2026-03-09T04:00:00+00:00"),
        # In São Paulo the 4th of November 2018 began at one o'clock.
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),
        # In Havana midnight came twice on the 1st of November 2015's night; the first counts.
        (date(2015, 11, 1), "America/Havana", "2015-11-01T04:00:00+00:00"),
    ],
)
def test_a_day_begins_at_this_moment(day: date, zone: str, moment: str) -> None:
    assert midnight(day, zone) == datetime.fromisoformat(moment)
    assert midnight(day, zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (DateRange("SOON"), "expressions.relative_unknown"),
        (DateRange("TODAY", 1), "expressions.relative_count_unwanted"),
        (DateRange("LAST_N_DAYS"), "expressions.relative_count_missing"),
        (DateRange("LAST_N_DAYS", -1), "expressions.relative_count_bounds"),
        (DateRange("LAST_N_DAYS", COUNT_MAX + 1), "expressions.relative_count_bounds"),
    ],
)
def test_a_bad_relative_date_is_refused(value: DateRange, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        days_of(value, TODAY)
    assert refused.value.code == code
