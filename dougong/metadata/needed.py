"""The objects and fields that the product itself works with: who signs in, what they may, and how lists are shown.

They may be relabelled, extended and rearranged, but not removed or turned into something else.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from dougong.kit.errors import Problem
from dougong.metadata.model import FieldType, Object

LOGS: Mapping[str, Mapping[str, FieldType]] = MappingProxyType(
    {
        "audit_entry": {
            "at": FieldType.DATETIME,
            "area": FieldType.SELECT,
            "event": FieldType.SELECT,
            "actor_id": FieldType.USER,
            "actor_name": FieldType.TEXT,
            "subject_zh": FieldType.TEXT,
            "subject_en": FieldType.TEXT,
            "details_zh": FieldType.LONG_TEXT,
            "details_en": FieldType.LONG_TEXT,
            "object_name": FieldType.TEXT,
            "record_id": FieldType.INTEGER,
            "via": FieldType.SELECT,
            "ip": FieldType.TEXT,
            "device": FieldType.TEXT,
            "reason": FieldType.TEXT,
        }
    }
)
"""The logs that the product keeps, with all of their fields: their tables are views that the migrations made."""

NEEDED: Mapping[str, Mapping[str, FieldType]] = MappingProxyType(
    {
        **LOGS,
        "user": {
            "name": FieldType.TEXT,
            "login": FieldType.TEXT,
            "email": FieldType.EMAIL,
            "department_id": FieldType.DEPARTMENT,
            "manager_id": FieldType.USER,
            "language": FieldType.SELECT,
            "timezone": FieldType.TEXT,
            "active": FieldType.BOOLEAN,
            "user_type": FieldType.SELECT,
            "state": FieldType.SELECT,
            "activated_at": FieldType.DATETIME,
            "avatar": FieldType.IMAGE,
        },
        "department": {
            "name": FieldType.TEXT,
            "parent_id": FieldType.DEPARTMENT,
            "manager_id": FieldType.USER,
            "active": FieldType.BOOLEAN,
            "department_type": FieldType.SELECT,
            "account_id": FieldType.LOOKUP,
        },
        "role": {
            "key": FieldType.TEXT,
            "name": FieldType.TEXT,
            "read_scope": FieldType.SELECT,
            "edit_scope": FieldType.SELECT,
            "contact_scope": FieldType.SELECT,
            "preset": FieldType.BOOLEAN,
        },
        "dimension": {"key": FieldType.TEXT, "name": FieldType.TEXT, "active": FieldType.BOOLEAN},
        "dimension_node": {
            "name": FieldType.TEXT,
            "dimension_id": FieldType.LOOKUP,
            "parent_id": FieldType.LOOKUP,
            "active": FieldType.BOOLEAN,
        },
        "dimension_object": {
            "dimension_id": FieldType.LOOKUP,
            "object_name": FieldType.TEXT,
            "state": FieldType.SELECT,
        },
        "dimension_combination": {"object_name": FieldType.TEXT, "combination": FieldType.SELECT},
        "user_dimension_node": {
            "user_id": FieldType.USER,
            "node_id": FieldType.LOOKUP,
            "relation": FieldType.SELECT,
        },
        "role_scope": {
            "role_id": FieldType.LOOKUP,
            "dimension_id": FieldType.LOOKUP,
            "read_scope": FieldType.SELECT,
            "edit_scope": FieldType.SELECT,
        },
        "role_node": {
            "role_id": FieldType.LOOKUP,
            "node_id": FieldType.POLYMORPHIC,
            "with_below": FieldType.BOOLEAN,
            "purpose": FieldType.SELECT,
        },
        "department_contact": {"department_id": FieldType.DEPARTMENT, "user_id": FieldType.USER},
        "profile": {
            "key": FieldType.TEXT,
            "name": FieldType.TEXT,
            "administers": FieldType.BOOLEAN,
            "areas": FieldType.MULTI_SELECT,
            "preset": FieldType.BOOLEAN,
        },
        "user_role": {"user_id": FieldType.USER, "role_id": FieldType.LOOKUP},
        "user_profile": {"user_id": FieldType.USER, "profile_id": FieldType.LOOKUP},
        "user_department": {"user_id": FieldType.USER, "department_id": FieldType.DEPARTMENT},
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
        "record_type_permission": {
            "profile_id": FieldType.LOOKUP,
            "object_name": FieldType.TEXT,
            "record_type": FieldType.TEXT,
            "may_create": FieldType.BOOLEAN,
            "preselected": FieldType.BOOLEAN,
        },
        "sign_in_policy": {
            "length_min": FieldType.INTEGER,
            "classes_min": FieldType.INTEGER,
            "history_count": FieldType.INTEGER,
            "expires_days": FieldType.INTEGER,
            "must_change": FieldType.BOOLEAN,
            "attempts_max": FieldType.INTEGER,
            "locked_minutes": FieldType.INTEGER,
            "idle_hours": FieldType.INTEGER,
            "session_days": FieldType.INTEGER,
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
        "sharing_rule": {
            "name": FieldType.TEXT,
            "object_name": FieldType.TEXT,
            "basis": FieldType.SELECT,
            "source_id": FieldType.POLYMORPHIC,
            "source_below": FieldType.BOOLEAN,
            "conditions": FieldType.LONG_TEXT,
            "level": FieldType.SELECT,
            "active": FieldType.BOOLEAN,
            "disabled_reason": FieldType.LONG_TEXT,
        },
        "sharing_rule_target": {
            "rule_id": FieldType.LOOKUP,
            "target_id": FieldType.POLYMORPHIC,
            "with_below": FieldType.BOOLEAN,
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
        if not wanted[name].active:
            yield Problem("plan.needed_active", params={"place": f"objects/{name}"})
        for field_name, type_ in fields.items():
            before, after = current[name].fields.get(field_name), wanted[name].fields.get(field_name)
            if before is not None and before.type is type_ and (after is None or after.type is not type_):
                yield Problem("plan.needed", params={"place": f"objects/{name}.fields.{field_name}"})
            elif after is not None and not after.active:
                yield Problem("plan.needed_active", params={"place": f"objects/{name}.fields.{field_name}"})
