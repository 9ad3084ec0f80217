"""Object defaults: private, public for reading, or for editing too; changed as any definition is, by plan and apply.

Before that an administrator sees who gains or loses sight of what (domain.md 1.0, grant a).
"""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from dougong.access.explain import holders_of
from dougong.access.grasp import grasp_of, read_organisation
from dougong.access.people import Person, read_people
from dougong.access.principal import Action, Principal, Reach
from dougong.access.resolve import resolve
from dougong.kit.errors import BadRequest
from dougong.metadata.changes import ChangedObject
from dougong.metadata.model import FieldType, Object, Sharing
from dougong.metadata.registry import Registry
from dougong.records.read.visibility import visible
from dougong.records.work import Reading
from dougong.records.write.rules import can_have_rules, carries_rules
from dougong.storage.unit_of_work import Snapshot

__all__ = ["can_have_rules", "choices", "default_change", "is_shareable", "preview_default"]

SHOWN_MAX = 10
"""People named with their figures in one preview."""

ACTIONS = {Reach.READ: Action.READ, Reach.EDIT: Action.UPDATE}

OPEN = {
    Reach.READ: frozenset({Sharing.PUBLIC_READ, Sharing.PUBLIC_EDIT}),
    Reach.EDIT: frozenset({Sharing.PUBLIC_EDIT}),
}


def is_shareable(obj: Object) -> bool:
    """Whether the sharing settings show the object: business records, and the details of one other object."""
    if obj.configuration or obj.administered or obj.log or obj.key:
        return False
    return obj.master is None or obj.master.type is not FieldType.POLYMORPHIC


def choices(obj: Object) -> tuple[Sharing, ...]:
    """The defaults that an object may have: a detail follows its master, and what has no owner cannot be private."""
    if obj.sharing is Sharing.PARENT or not is_shareable(obj):
        return ()
    return (*([Sharing.PRIVATE] if obj.owned else []), Sharing.PUBLIC_READ, Sharing.PUBLIC_EDIT)


@dataclass(frozen=True)
class Affected:
    """Somebody whose sight or reach changes: how many records they may read and edit, before and after."""

    user_id: int
    name: str
    reads: tuple[int, int]
    edits: tuple[int, int]


@dataclass(frozen=True)
class DefaultPreview:
    """What another default would do. `people` are the first of those whom it concerns, `concerned` counts all."""

    records: int
    concerned: int
    gains: bool
    people: tuple[Affected, ...]
    rules_off: int
    """Rules that have no use any more, and would be switched off."""


def preview_default(r: Reading, object_name: str, sharing: Sharing) -> DefaultPreview:
    """The counts of now. Raises BadRequest for a default that the object cannot have."""
    obj, table = _object(r.registry, object_name, sharing), r.registry.tables[object_name]
    living = sa.select(sa.func.count()).select_from(table).where(table.c.deleted_at.is_(None))
    records = int(r.snapshot.scalar(living))
    rules = r.registry.tables["sharing_rule"]
    on = sa.select(sa.func.count()).select_from(rules).where(rules.c.deleted_at.is_(None), rules.c.active.is_(True))
    rules_off = 0
    if sharing is Sharing.PUBLIC_EDIT and carries_rules(obj):
        rules_off = int(r.snapshot.scalar(on.where(rules.c.object_name == object_name)))
    concerned = _concerned(r.snapshot, r.registry, obj, sharing)

    def counts(principal: Principal, action: Action) -> tuple[int, int]:
        before, after = (
            visible(r.registry, principal, replace(obj, sharing=default), table, action)
            for default in (obj.sharing, sharing)
        )
        return int(r.snapshot.scalar(living.where(before))), int(r.snapshot.scalar(living.where(after)))

    people = tuple(
        Affected(person.id, person.name, counts(principal, Action.READ), counts(principal, Action.UPDATE))
        for person in concerned[:SHOWN_MAX]
        for principal in [resolve(r.snapshot, r.registry, person.id)]
    )
    order = (Sharing.PRIVATE, Sharing.PUBLIC_READ, Sharing.PUBLIC_EDIT)
    gains = order.index(sharing) > order.index(obj.sharing)
    return DefaultPreview(records, len(concerned), gains, people, rules_off)


def _concerned(snapshot: Snapshot, registry: Registry, obj: Object, sharing: Sharing) -> list[Person]:
    """Those whose reach over the object changes, by name: not whose roles reach everything anyway."""
    changing = {reach for reach, open_ in OPEN.items() if (obj.sharing in open_) is not (sharing in open_)}
    may = {reach: holders_of(snapshot, registry, obj, action) for reach, action in ACTIONS.items()}
    organisation = read_organisation(snapshot, registry)
    found = []
    for person in sorted(read_people(snapshot, registry).values(), key=lambda p: (p.name, p.id)):
        reaches = {reach for reach in changing if person.id in may[reach]}
        if person.active and person.id in may[Reach.READ] and reaches:
            grasp = grasp_of(organisation, person)
            if any(not (grasp.reads_all if reach is Reach.READ else grasp.edits_all) for reach in reaches):
                found.append(person)
    return found


def default_change(registry: Registry, object_name: str, sharing: Sharing) -> ChangedObject:
    """The change that gives an object another default; `records.defining` puts it into force.

    Raises BadRequest as `preview_default`.
    """
    _object(registry, object_name, sharing)
    return ChangedObject(object_name, {"sharing": sharing.value})


def _object(registry: Registry, object_name: str, sharing: Sharing) -> Object:
    obj = registry.object(object_name)
    if sharing not in choices(obj):
        raise BadRequest("sharing.default_refused", field="sharing", object=object_name, sharing=sharing.value)
    return obj
