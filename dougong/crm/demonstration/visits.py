"""Where customers are, and what was noted when somebody checked in at them. Pure and decided by the seed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from dougong.crm.activities.places import Position, PositionState, metres_between, state_of
from dougong.crm.demonstration.chance import Random
from dougong.metadata.field_types.places import Location

CITIES: Mapping[str, tuple[str, str]] = {
    "苏州": ("31.2989", "120.5853"),
    "无锡": ("31.4912", "120.3119"),
    "南京": ("32.0603", "118.7969"),
    "常州": ("31.8107", "119.9741"),
    "杭州": ("30.2741", "120.1551"),
    "宁波": ("29.8683", "121.5440"),
    "嘉兴": ("30.7469", "120.7509"),
    "上海": ("31.2304", "121.4737"),
    "合肥": ("31.8206", "117.2272"),
    "深圳": ("22.5431", "114.0579"),
    "东莞": ("23.0207", "113.7518"),
    "佛山": ("23.0218", "113.1219"),
    "广州": ("23.1291", "113.2644"),
    "惠州": ("23.1115", "114.4152"),
    "厦门": ("24.4798", "118.0894"),
    "成都": ("30.5728", "104.0668"),
    "重庆": ("29.5630", "106.5516"),
    "武汉": ("30.5928", "114.3055"),
    "长沙": ("28.2282", "112.9388"),
    "西安": ("34.3416", "108.9398"),
    "北京": ("39.9042", "116.4074"),
    "青岛": ("36.0671", "120.3826"),
    "沈阳": ("41.8057", "123.4315"),
}
"""The middle of each city of the demonstration: latitude and longitude."""

KINDS = ("first", "regular", "negotiation", "technical", "service")
FAR_METRES, INACCURATE_METRES = 500, 1000


def place_in(random: Random, city: str) -> Location | None:
    """Somewhere in the city, within some ten kilometres; None for a city that is not known."""
    middle = CITIES.get(city)
    if middle is None:
        return None
    return _beside(random, Location(Decimal(middle[0]), Decimal(middle[1])), 90_000)


def visit(random: Random, at: Location | None, begin: datetime, minutes: int) -> dict[str, Any]:
    """What is noted of a visit to a customer at `at`, which took so many `minutes`."""
    fate = random.choices(("near", "far", "missing"), (90, 6, 4))[0]
    position = None
    if at is not None and fate != "missing":
        away = 1_200 if fate == "near" else 40_000
        position = Position(_beside(random, at, away), random.randint(8, 60))
    distance = None if position is None or at is None else metres_between(position.location, at)
    state = state_of(position, distance, far=FAR_METRES, inaccurate=INACCURATE_METRES)
    return {
        "visit_type": random.choice(KINDS),
        "checked_in_at": begin,
        "checked_in_location": None if position is None else position.location,
        "accuracy": None if position is None else position.accuracy,
        "distance": distance,
        "position_state": PositionState.MISSING.value if at is None else state.value,
        "visit_status": "done",
        "visited_at": begin,
        "planned": random.random() < 0.4,
        "checked_out_at": begin + timedelta(minutes=minutes),
        "checked_out_location": None if position is None else position.location,
        "visit_minutes": minutes,
    }


def _beside(random: Random, point: Location, millionths: int) -> Location:
    """A point up to so many millionths of a degree away in both directions (a tenth of a metre each)."""
    north, east = (Decimal(random.randint(-millionths, millionths)).scaleb(-6) for _ in range(2))
    return Location(point.latitude + north, point.longitude + east)
