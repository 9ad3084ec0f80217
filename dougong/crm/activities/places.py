"""How far two points on the earth are apart, and what a check-in's position is worth."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from dougong.metadata.field_types.places import Location

EARTH_METRES = 6_371_009
"""The mean radius of the earth (IUGG)."""


class PositionState(StrEnum):
    """The values of `activity.position_state`."""

    NORMAL = "normal"
    FAR = "far"
    MISSING = "missing"
    INACCURATE = "inaccurate"


@dataclass(frozen=True)
class Position:
    """Where a device says that it is, and by how many metres it may be wrong."""

    location: Location
    accuracy: int | None


def metres_between(one: Location, other: Location) -> int:
    """The distance along a great circle, by the haversine formula, in whole metres."""
    latitudes = _radians(one.latitude), _radians(other.latitude)
    across = _radians(other.longitude) - _radians(one.longitude)
    half = sin((latitudes[1] - latitudes[0]) / 2) ** 2 + cos(latitudes[0]) * cos(latitudes[1]) * sin(across / 2) ** 2
    return round(2 * EARTH_METRES * asin(sqrt(min(1, half))))


def _radians(degrees: Decimal) -> float:
    return radians(float(degrees))  # allow: float-near-money (an angle is no money, and metres are rounded)


def state_of(position: Position | None, distance: int | None, *, far: int, inaccurate: int) -> PositionState:
    """What a check-in's position is worth.

    Without a position it is missing. One that says nothing of its accuracy, claims to be exact to less than a metre (as
    made-up positions do), or may be wrong by more than `inaccurate` metres is inaccurate. It is far where the account
    is more than `far` metres away, whatever the position may be wrong by taken off; of an account without a position
    nothing can be said.
    """
    if position is None:
        return PositionState.MISSING
    accuracy = position.accuracy
    if accuracy is None or accuracy < 1 or accuracy > inaccurate:
        return PositionState.INACCURATE
    if distance is not None and distance - accuracy > far:
        return PositionState.FAR
    return PositionState.NORMAL
