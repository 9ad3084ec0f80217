"""The one place that reads the time. Times are aware and in UTC; a person's day depends on their zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one place


def today(zone: str) -> date:
    """The date in the IANA time zone `zone`, for example Asia/Shanghai."""
    return now().astimezone(ZoneInfo(zone)).date()
