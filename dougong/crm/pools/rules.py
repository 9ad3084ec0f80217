"""What a pool says about time: how long a record is protected, and when its pool takes it back. Pure.

Protection counts in days of the pool's time zone and ends with a day: taken on the 25th with ten days, a record is its
owner's until the 4th is over. Source: domain.md 5.8 (3), with its worked example as a test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dougong.expressions.ast import Compare, Condition, Not, Operator, Path, all_of, any_of

CLAIMED, FOLLOWED, EXTENDED = "claimed_at", "followed_at", "extended_until"
PROTECTION, NO_ACTIVITY, LONGEST, OWNER_GONE = "protection", "no_activity", "longest", "owner_gone"
"""The rules by which a record is taken back, as movements name them."""

LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class Period:
    """Days that hold for those of a pool's records that meet a condition (by level); None: those of the pool itself."""

    id: int
    name: str
    condition: Condition
    fields: frozenset[str]
    """The fields that the condition asks about: that a record is under the period tells of them."""
    meets: Callable[[Mapping[str, Any]], bool]
    """Whether a record, as Python values by field name, meets the condition."""
    default_days: int | None = None
    extend_days: int | None = None
    longest_days: int | None = None
    no_activity_days: int | None = None


@dataclass(frozen=True)
class Pool:
    """A pool with its rules, as its record says them."""

    id: int
    name: str
    object: str
    active: bool
    claimable: bool
    """Members take records themselves; else its administrators assign them."""
    won_claimable: bool
    """Members take also those who have bought already; else its administrators decide who looks after them."""
    owners_transfer: bool
    """Owners may hand their records over to members; else only administrators do."""
    automatic: bool
    """Records whose protection has ended are taken back."""
    default_days: int
    extend_days: int | None
    longest_days: int | None
    no_activity_days: int | None
    remind_days: int
    refreeze_days: int
    new_data_days: int
    daily_limit: int | None
    max_held: int | None
    return_limit: int | None
    zone: str
    recycle_since: datetime | None
    """Since when it takes back automatically: older records are protected as if they had been taken then."""
    deals_only: bool = False
    """Activities are no follow-ups: only a deal that is new, or comes a stage further, protects a record for longer."""
    periods: tuple[Period, ...] = ()
    """In their order: of those that a record meets the first says its days."""
    unreadable: tuple[str, ...] = ()
    """Periods whose condition names what is gone: until they are mended nothing is taken back nor counted anew."""
    period: Period | None = None
    """The period whose days these are."""


@dataclass(frozen=True)
class Protection:
    """Until when a record is its owner's, and by which rule it ends."""

    expires_at: datetime
    hard_end_at: datetime | None
    rule: str
    days: int
    since: datetime
    """The moment from which the days of the rule are counted."""
    period: Period | None = None
    """The pool's period that says the days; None: the pool itself."""


def protection(
    pool: Pool, claimed_at: datetime, followed_at: datetime | None = None, extended_until: datetime | None = None
) -> Protection | None:
    """How long a record of the pool is protected; None where the pool takes nothing back by itself.

    A follow-up protects for `extend_days` from its day if that is longer, never beyond the longest protection. Without
    a follow-up for `no_activity_days` protection ends early, unless an extension was granted. The days are those of
    `pool` as it stands: which of its periods holds for a record says `under`.
    """
    found = _counted(pool, claimed_at, followed_at, extended_until)
    return found if found is None or pool.period is None else replace(found, period=pool.period)


def _counted(
    pool: Pool, claimed_at: datetime, followed_at: datetime | None, extended_until: datetime | None
) -> Protection | None:
    if not pool.automatic:
        return None
    start = max(claimed_at, pool.recycle_since or claimed_at)
    followed = followed_at if followed_at is not None and followed_at >= start else None
    found = Protection(end_of_day(start, pool.default_days, pool.zone), None, PROTECTION, pool.default_days, start)
    if followed is not None and pool.extend_days is not None:
        longer = Protection(
            end_of_day(followed, pool.extend_days, pool.zone), None, PROTECTION, pool.extend_days, followed
        )
        found = max(found, longer, key=lambda one: one.expires_at)
    if pool.no_activity_days is not None:
        since = followed or start
        idle = Protection(
            end_of_day(since, pool.no_activity_days, pool.zone), None, NO_ACTIVITY, pool.no_activity_days, since
        )
        found = min(found, idle, key=lambda one: one.expires_at)
    if extended_until is not None and extended_until > found.expires_at:
        found = Protection(extended_until, None, PROTECTION, pool.default_days, start)
    if pool.longest_days is None:
        return found
    hard = end_of_day(start, pool.longest_days, pool.zone)
    if hard < found.expires_at:
        return Protection(hard, hard, LONGEST, pool.longest_days, start)
    return Protection(found.expires_at, hard, found.rule, found.days, found.since)


def protection_of(pool: Pool, record: Mapping[str, Any]) -> Protection | None:
    """The same for a record that somebody holds, by all of its fields; None also for one that nobody took."""
    claimed = record.get(CLAIMED)
    if claimed is None:
        return None
    return protection(under(pool, record), claimed, record.get(FOLLOWED), record.get(EXTENDED))


def under(pool: Pool, record: Mapping[str, Any]) -> Pool:
    """The pool with the days that hold for the record, by all of its fields: those of the first period it meets."""
    return next((_with_days(pool, period) for period in pool.periods if period.meets(record)), pool)


def _with_days(pool: Pool, period: Period) -> Pool:
    return replace(
        pool,
        default_days=period.default_days or pool.default_days,
        extend_days=period.extend_days or pool.extend_days,
        longest_days=period.longest_days or pool.longest_days,
        no_activity_days=period.no_activity_days or pool.no_activity_days,
        period=period,
    )


def day_of(moment: datetime, zone: str) -> date:
    """The date of `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of `day` in `zone`, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def end_of_day(moment: datetime, days: int, zone: str) -> datetime:
    """The last second of the day that is `days` behind that of `moment` in `zone`, in UTC."""
    return end_of(day_of(moment, zone) + timedelta(days=days), zone)


def end_of(day: date, zone: str) -> datetime:
    """The last second of `day` in `zone`, in UTC."""
    return datetime.combine(day, LAST_SECOND, ZoneInfo(zone)).astimezone(UTC)


def tonight(moment: datetime, zone: str) -> datetime:
    """The midnight behind `moment` in `zone`, in UTC: what ends today has ended then."""
    return start_of_day(day_of(moment, zone) + timedelta(days=1), zone)


def ended(pool: Pool, moment: datetime) -> Condition:
    """Which held records have no protection any more at `moment` by these rules, whatever dates they carry now.

    For trying rules that are not in force: the same as `protection`, as a condition on the fields.
    """
    found, others = [], list[Condition]()
    for period in pool.periods:
        found.append(all_of(*others, period.condition, _ended(_with_days(pool, period), moment)))
        others.append(Not(period.condition))
    return any_of(*found, all_of(*others, _ended(pool, moment)))


def _ended(pool: Pool, moment: datetime) -> Condition:

    def before(field: str, days: int) -> Condition:
        """Whether `days` days behind the day of the field are over: the day itself is before a certain one."""
        limit = start_of_day(day_of(moment, pool.zone) - timedelta(days=days), pool.zone)
        if field == CLAIMED and pool.recycle_since is not None and pool.recycle_since >= limit:
            return any_of()
        return Compare(Path((field,)), Operator.LT, (limit,))

    def not_followed_since(days: int | None) -> Condition:
        blank = Compare(Path((FOLLOWED,)), Operator.IS_NULL)
        if days is None:
            return all_of()
        return any_of(blank, before(FOLLOWED, days), _followed_before(pool))

    over = all_of(before(CLAIMED, pool.default_days), not_followed_since(pool.extend_days))
    if pool.no_activity_days is not None:
        idle = all_of(before(CLAIMED, pool.no_activity_days), not_followed_since(pool.no_activity_days))
        over = any_of(over, idle)
    extended = Path((EXTENDED,))
    granted = any_of(Compare(extended, Operator.IS_NULL), Compare(extended, Operator.LT, (moment,)))
    hard = any_of() if pool.longest_days is None else before(CLAIMED, pool.longest_days)
    return any_of(hard, all_of(over, granted))


def _followed_before(pool: Pool) -> Condition:
    """What was followed up before the pool began to take back counts as if it had not been."""
    if pool.recycle_since is None:
        return any_of()
    return Compare(Path((FOLLOWED,)), Operator.LT, (pool.recycle_since,))
