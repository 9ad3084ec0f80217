"""The objects and fields that the product itself works with: who signs in, what they may, and how lists are shown.

They may be relabelled, extended and rearranged, but not removed or turned into something else.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dougong.kit.errors import Problem
from dougong.metadata.model import FieldType, Object

NEEDED: Mapping[str, Mapping[str, FieldType]] = MappingProxyType(
    {
        "user": {
            "name": FieldType.TEXT,
            "login": FieldType.TEXT,
            "email": FieldType.EMAIL,
            "department_id": FieldType.DEPARTMENT,
            "manager_id": FieldType.USER,
            "language": FieldType.SELECT,
            "timezone": FieldType.TEXT,
            "active": FieldType.BOOLEAN,
            "avatar": FieldType.IMAGE,
        },
        "department": {
            "name": FieldType.TEXT,
            "parent_id": FieldType.DEPARTMENT,
            "manager_id": FieldType.USER,
            "active": FieldType.BOOLEAN,
        },
        "role": {
            "key": FieldType.TEXT,
            "name": FieldType.TEXT,
            "read_scope": FieldType.SELECT,
            "edit_scope": FieldType.SELECT,
            "preset": FieldType.BOOLEAN,
        },
        "profile": {
            "key": FieldType.TEXT,
            "name": FieldType.TEXT,
            "administers": FieldType.BOOLEAN,
            "preset": FieldType.BOOLEAN,
        },
        "user_role": {"user_id": FieldType.USER, "role_id": FieldType.LOOKUP},
        "user_profile": {"user_id": FieldType.USER, "profile_id": FieldType.LOOKUP},
        "object_permission": {
            "profile_id": FieldType.LOOKUP,
            "object_name": FieldType.TEXT,
            "actions": FieldType.MULTI_SELECT,
        },
        "field_permission": {
            "profile_id": FieldType.LOOKUP,
            "object_name": FieldType.TEXT,
            "field_name": FieldType.TEXT,
            "level": FieldType.SELECT,
        },
        "list_view": {
            "key": FieldType.TEXT,
            "name": FieldType.TEXT,
            "name_en": FieldType.TEXT,
            "object_name": FieldType.TEXT,
            "kind": FieldType.SELECT,
            "filter": FieldType.LONG_TEXT,
            "columns": FieldType.LONG_TEXT,
            "sort": FieldType.LONG_TEXT,
            "shared": FieldType.BOOLEAN,
            "order_number": FieldType.INTEGER,
        },
    }
)


def missing_needs(current: Mapping[str, Object], wanted: Mapping[str, Object]) -> Iterator[Problem]:
    """A problem for each needed thing that is there now and would be gone or of another type."""
    for name, fields in NEEDED.items():
        if name not in current:
            continue
        if name not in wanted:
            yield Problem("plan.needed", params={"place": f"objects/{name}"})
            continue
        for field_name, type_ in fields.items():
            before, after = current[name].fields.get(field_name), wanted[name].fields.get(field_name)
            if before is not None and before.type is type_ and (after is None or after.type is not type_):
                yield Problem("plan.needed", params={"place": f"objects/{name}.fields.{field_name}"})
