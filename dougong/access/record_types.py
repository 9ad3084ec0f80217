"""Who may create records of which type. Reading and editing what is there does not ask for the type."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dougong.access.principal import Principal
from dougong.metadata.model import Layout, Object, RecordType
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot

PERMISSION = "record_type_permission"


@dataclass(frozen=True)
class TypeRules:
    """What profiles say of record types, by object; a type that a profile does not name may be created."""

    closed: Mapping[tuple[str, str], frozenset[int]]
    """The profiles that do not let one create a type, by object and type."""
    chosen: Mapping[str, tuple[tuple[int, str], ...]]
    """The type that each profile preselects, by object, in the order in which they were set."""

    def barred(self, object_name: str, creating: Collection[int]) -> frozenset[str]:
        """The types that each of these profiles closes: the most permissive holds, as for fields."""
        return frozenset(
            type_
            for (name, type_), closing in self.closed.items()
            if name == object_name and closing.issuperset(creating)
        )

    def preselected(self, object_name: str, creating: Collection[int]) -> str | None:
        """The type that one of these profiles preselects; the one set first where several do."""
        return next((type_ for profile, type_ in self.chosen.get(object_name, ()) if profile in creating), None)


def read_type_rules(snapshot: Snapshot, registry: Registry, profiles: Collection[int]) -> TypeRules:
    """The rules of these profiles; none before the object that holds them is in force."""
    table = registry.tables.get(PERMISSION)
    if table is None:
        return TypeRules({}, {})
    statement = (
        sa.select(table.c.profile_id, table.c.object_name, table.c.record_type, table.c.may_create, table.c.preselected)
        .where(table.c.profile_id.in_(profiles), table.c.deleted_at.is_(None))
        .order_by(table.c.id)
    )
    closed: dict[tuple[str, str], frozenset[int]] = {}
    chosen: dict[str, tuple[tuple[int, str], ...]] = {}
    for row in snapshot.rows(statement):
        if row.may_create is False:
            key = (row.object_name, row.record_type)
            closed[key] = closed.get(key, frozenset()) | {row.profile_id}
        elif row.preselected:
            chosen[row.object_name] = (*chosen.get(row.object_name, ()), (row.profile_id, row.record_type))
    return TypeRules(closed, chosen)


def creatable_types(principal: Principal, obj: Object) -> tuple[RecordType, ...]:
    """The record types of which `principal` may create records, or which they may give to a record."""
    rights = principal.rights.get(obj.name)
    barred = frozenset[str]() if principal.administers or rights is None else rights.barred_types
    return tuple(one for one in obj.record_types if one.active and one.name not in barred)


def preselected_type(principal: Principal, obj: Object) -> str | None:
    """The type of a new record that names none: the profile's, else the standard one, else the first allowed."""
    allowed = [one.name for one in creatable_types(principal, obj)]
    rights = principal.rights.get(obj.name)
    wished = rights.preselected_type if rights is not None else None
    standard = next((one.name for one in obj.record_types if one.default), None)
    return next((name for name in (wished, standard) if name in allowed), allowed[0] if allowed else None)


def layout_for(principal: Principal, obj: Object, record_type: str | None) -> Layout:
    """The layout by which `principal` sees a record of this type: the first that is for both, else the object's own."""
    for named in obj.layouts:
        if named.record_types and record_type not in named.record_types:
            continue
        if named.profiles and principal.profiles.isdisjoint(named.profiles):
            continue
        return named.layout
    return obj.layout
