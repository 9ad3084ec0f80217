"""Areas of the settings, of which a profile may give single ones to people who do not administer the rest.

Who has an area reads and writes the objects that belong to it as administrators do. What nobody may reach by it is more
than they have: `records.security.areas` judges each write behind it. Settings that are in no area (dimensions, what
opens an object to everybody, merging departments) stay with administrators as a whole. Decision 25.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Area(StrEnum):
    """What can be given by itself."""

    PEOPLE = "people"
    """Users, departments, who holds which role and profile, groups, assistants, ranks."""
    RIGHTS = "rights"
    """Roles and profiles."""
    SHARING = "sharing"
    """Sharing rules."""
    OBJECTS = "objects"
    """Objects, fields and options."""
    SIGN_IN = "sign_in"
    """The sign-in policy."""
    AUDIT = "audit"
    """Reading the audit log."""


OBJECTS: Mapping[Area, frozenset[str]] = MappingProxyType(
    {
        Area.PEOPLE: frozenset(
            {
                "user",
                "department",
                "user_role",
                "user_profile",
                "user_department",
                "user_dimension_node",
                "department_contact",
                "assistant",
                "rank",
                "public_group",
                "public_group_member",
                "process_group",
                "process_group_member",
            }
        ),
        Area.RIGHTS: frozenset(
            {
                "role",
                "role_scope",
                "role_node",
                "profile",
                "object_permission",
                "field_permission",
                "record_type_permission",
            }
        ),
        Area.SHARING: frozenset({"sharing_rule", "sharing_rule_target"}),
        Area.OBJECTS: frozenset(),
        Area.SIGN_IN: frozenset({"sign_in_policy"}),
        Area.AUDIT: frozenset({"audit_entry"}),
    }
)
"""The objects of each area. Definitions are no records, so that OBJECTS has none."""

SEEN: Mapping[Area, frozenset[str]] = MappingProxyType(
    {
        Area.PEOPLE: frozenset({"role", "profile", "dimension", "dimension_node"}),
        Area.RIGHTS: frozenset({"user", "department", "user_role", "user_profile", "dimension", "dimension_node"}),
        Area.SHARING: frozenset({"user", "department", "role", "public_group"}),
    }
)
"""What one must see to set the rest: whoever gives somebody a profile has to find it."""

_OF = {name: area for area, names in OBJECTS.items() for name in names}


def area_of(object_name: str) -> Area | None:
    """The area that the object belongs to; None: it is no setting, or for administrators as a whole."""
    return _OF.get(object_name)


def seen_by(areas: Iterable[Area], object_name: str) -> bool:
    """Whether who has these areas may at least read the object's records."""
    return any(object_name in OBJECTS[area] or object_name in SEEN.get(area, ()) for area in areas)
