"""What the administrator has set for activities: one record of `activity_setting`, or what it comes with."""

from dataclasses import dataclass

from dougong.crm.activities.related import product
from dougong.expressions.ast import Compare, Operator, Path
from dougong.records.api import Query, Reading, columns_of, page

FIELDS = ("far_metres", "accuracy_metres", "picture_required", "remind_minutes", "remind_hour")


@dataclass(frozen=True)
class ActivitySettings:
    """Distances in metres; `remind_hour` is an hour of the person's day."""

    far_metres: int = 500
    accuracy_metres: int = 1000
    picture_required: bool = False
    remind_minutes: int = 30
    remind_hour: int = 9


def settings_of(r: Reading) -> ActivitySettings:
    """The settings now."""
    standard = Compare(Path(("key",)), Operator.EQ, ("standard",))
    found = page(product(r), Query("activity_setting", columns_of(FIELDS), standard, limit=1)).rows
    return ActivitySettings(*found[0]) if found else ActivitySettings()
