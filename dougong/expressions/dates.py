"""Relative dates (SOQL's date literals) as half-open ranges of days, on the reader's calendar.

Weeks begin on Monday (ISO 8601, as in China). `LAST_N_DAYS:n` counts n days back *and* today, `NEXT_N_DAYS:n` begins
tomorrow, and `LAST_N_WEEKS:n` (months, quarters, years) are the n whole ones before the present one, as in Salesforce.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from types import MappingProxyType
from zoneinfo import ZoneInfo

from dougong.expressions.ast import DateRange
from dougong.kit.errors import BadRequest

COUNT_MAX = 10_000
"""Largest n of LAST_N_DAYS:n and its like."""

FIRST_DAY = date(1, 1, 2)
LAST_DAY = date(9999, 12, 30)
"""Ranges are cut to these, one day inside what Python knows, so that every zone's midnights exist."""

Days = tuple[date, date]
"""First day, and the day after the last."""


def add_days(day: date, count: int) -> date:
    """`day` moved by `count` days, cut to FIRST_DAY … LAST_DAY."""
    ordinal = day.toordinal() + count
    return date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


def add_months(day: date, count: int) -> date:
    """`day` moved by `count` months; a day that the month has not becomes its last. Cut as `add_days` cuts."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year < 1:
        return FIRST_DAY
    if year > 9999:
        return LAST_DAY
    moved = date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
    return min(max(moved, FIRST_DAY), LAST_DAY)


def start_of_week(day: date) -> date:
    """The Monday of the day's week."""
    return add_days(day, -day.weekday())


def start_of_month(day: date) -> date:
    """The first of the day's month."""
    return max(day.replace(day=1), FIRST_DAY)


def start_of_quarter(day: date) -> date:
    """The first day of the day's calendar quarter."""
    return max(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), FIRST_DAY)


def start_of_year(day: date) -> date:
    """The first of January of the day's year."""
    return max(day.replace(month=1, day=1), FIRST_DAY)


def _same_day(day: date) -> date:
    return day


_UNITS: Mapping[str, tuple[Callable[[date], date], Callable[[date, int], date]]] = MappingProxyType(
    {
        "DAY": (_same_day, add_days),
        "WEEK": (start_of_week, lambda day, n: add_days(day, 7 * n)),
        "MONTH": (start_of_month, add_months),
        "QUARTER": (start_of_quarter, lambda day, n: add_months(day, 3 * n)),
        "YEAR": (start_of_year, lambda day, n: add_months(day, 12 * n)),
    }
)


def _units(unit: str, first: int, after: int) -> Callable[[date], Days]:
    """The range from `first` units after the present one up to, not including, `after`."""
    start, add = _UNITS[unit]

    def days(today: date) -> Days:
        present = start(today)
        return add(present, first), add(present, after)

    return days


def _last_n(unit: str, n: int) -> Callable[[date], Days]:
    return _units(unit, -n, 1 if unit == "DAY" else 0)


def _next_n(unit: str, n: int) -> Callable[[date], Days]:
    return _units(unit, 1, n + 1)


def _n_ago(unit: str, n: int) -> Callable[[date], Days]:
    return _units(unit, -n, 1 - n)


_FIXED: Mapping[str, Callable[[date], Days]] = MappingProxyType(
    {
        "TODAY": _units("DAY", 0, 1),
        "YESTERDAY": _units("DAY", -1, 0),
        "TOMORROW": _units("DAY", 1, 2),
        "LAST_90_DAYS": _last_n("DAY", 90),
        "NEXT_90_DAYS": _next_n("DAY", 90),
        **{f"LAST_{unit}": _units(unit, -1, 0) for unit in _UNITS if unit != "DAY"},
        **{f"THIS_{unit}": _units(unit, 0, 1) for unit in _UNITS if unit != "DAY"},
        **{f"NEXT_{unit}": _units(unit, 1, 2) for unit in _UNITS if unit != "DAY"},
    }
)

_COUNTED: Mapping[str, Callable[[int], Callable[[date], Days]]] = MappingProxyType(
    {
        **{f"LAST_N_{unit}S": partial(_last_n, unit) for unit in _UNITS},
        **{f"NEXT_N_{unit}S": partial(_next_n, unit) for unit in _UNITS},
        **{f"N_{unit}S_AGO": partial(_n_ago, unit) for unit in _UNITS},
    }
)

FIXED_NAMES = frozenset(_FIXED)
COUNTED_NAMES = frozenset(_COUNTED)
"""Names that need a count: LAST_N_DAYS:30."""


def check_range(value: DateRange) -> None:
    """Raises BadRequest when the name is unknown, or the count is missing, not wanted or out of bounds."""
    if value.name in _FIXED:
        if value.count is not None:
            raise BadRequest("expressions.relative_count_unwanted", name=value.name)
    elif value.name in _COUNTED:
        if value.count is None:
            raise BadRequest("expressions.relative_count_missing", name=value.name)
        if not 0 <= value.count <= COUNT_MAX:
            raise BadRequest("expressions.relative_count_bounds", name=value.name, maximum=COUNT_MAX)
    else:
        raise BadRequest("expressions.relative_unknown", name=value.name)


def days_of(value: DateRange, today: date) -> Days:
    """The first day of the range and the day after its last, for a reader whose date is `today`. Raises BadRequest."""
    check_range(value)
    if value.count is None:
        return _FIXED[value.name](today)
    return _COUNTED[value.name](value.count)(today)


def midnight(day: date, zone: str) -> datetime:
    """The moment, in UTC, when `day` begins in the IANA time zone `zone`.

    Where the clock jumps over midnight the day begins at the jump; where midnight comes twice, at the first.
    """
    return datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), time.min, ZoneInfo(zone)).astimezone(UTC)


def moments_of(days: Days, zone: str) -> tuple[datetime, datetime]:
    """The half-open range of moments, in UTC, that `days` are in `zone`."""
    return midnight(days[0], zone), midnight(days[1], zone)
