"""Before a dimension is switched on: who would lose sight of how many records of the object, as things stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from dougong.access.assistants import assisted_by
from dougong.access.dimensions import Control, Dimensions
from dougong.access.explain import holders_of
from dougong.access.grasp import Organisation, grasp_of, read_organisation
from dougong.access.people import Person, read_people
from dougong.access.principal import Action, Reach
from dougong.access.terms import Terms, union
from dougong.access.tokens import Kind, token
from dougong.kit.clock import today
from dougong.kit.errors import BadRequest
from dougong.metadata.model import Object, Sharing
from dougong.metadata.names import dimension_field
from dougong.metadata.registry import Registry
from dougong.records.dimensions.filling import own_values
from dougong.records.dimensions.switching import is_controllable
from dougong.records.work import Reading
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Loss:
    """Somebody who would see fewer records: how many they see now, and how many of these no more."""

    user_id: int
    name: str
    sees: int
    loses: int


@dataclass(frozen=True)
class Preview:
    """What switching a dimension on for an object would do."""

    losses: tuple[Loss, ...]
    """Those who lose most first."""
    records: int
    filled: int
    """Records that take the value of their owner."""
    blank: int
    """Records that stay without a value, because their owner belongs to none."""
    roles: tuple[str, ...]
    """The roles that say something of the dimension; others are neither limited nor opened by it."""


def preview(r: Reading, object_name: str, dimension_id: int) -> Preview:
    """What would change for `object_name` if the dimension had a say in it, with its values filled in.

    Grants by owner, team, group and assistant are counted as they are: they stand alone. Raises BadRequest for an
    object that no dimension can control and for a dimension that is not there.
    """
    obj = r.registry.object(object_name)
    table = r.registry.tables["dimension"]
    statement = sa.select(table.c.key).where(table.c.id == dimension_id, table.c.deleted_at.is_(None))
    key = r.snapshot.scalar(statement)
    if key is None or not is_controllable(obj):
        raise BadRequest("dimension.object_uncontrolled", field="object", object=object_name)
    groups = _groups(r.snapshot, r.registry, obj, dimension_field(key), dimension_id)
    now = read_organisation(r.snapshot, r.registry)
    then = replace(now, dimensions=_ruled(now.dimensions, object_name, dimension_id))
    losses = list(_losses(r, obj, groups, now, then, dimension_id))
    roles = r.registry.tables["role"]
    spoken = [role for role, reach in now.dimensions.roles.items() if dimension_id in reach.scopes]
    named = sa.select(roles.c.name).where(roles.c.id.in_(spoken), roles.c.deleted_at.is_(None)).order_by(roles.c.id)
    return Preview(
        losses=tuple(sorted(losses, key=lambda loss: (-loss.loses, loss.name))),
        records=sum(group.count for group in groups),
        filled=sum(group.count for group in groups if group.filled),
        blank=sum(group.count for group in groups if group.node is None),
        roles=tuple(row.name for row in r.snapshot.rows(named)),
    )


@dataclass(frozen=True)
class _Group:
    """Records that are alike for everybody: their tokens as they will be, and how many there are."""

    tokens: frozenset[int]
    node: int | None
    filled: bool
    count: int


def _groups(snapshot: Snapshot, registry: Registry, obj: Object, field: str, dimension_id: int) -> list[_Group]:
    table = registry.tables[obj.name]
    own = own_values(registry, dimension_id).subquery("own")
    held: sa.ColumnElement[Any] = table.c[field] if field in table.c else sa.null()
    blank = held.is_(None)
    node = sa.func.coalesce(held, own.c.node_id) if field in table.c else own.c.node_id
    statement = (
        sa.select(table.c.access, node.label("node"), blank.label("blank"), sa.func.count().label("number"))
        .outerjoin(own, own.c.user_id == table.c.owner_id)
        .where(table.c.deleted_at.is_(None))
        .group_by(table.c.access, node, blank)
    )
    return [
        _Group(
            frozenset(row.access) | ({token(Kind.NODE, row.node)} if row.node is not None else set()),
            row.node,
            bool(row.blank) and row.node is not None,
            row.number,
        )
        for row in snapshot.rows(statement)
    ]


def _ruled(dimensions: Dimensions, object_name: str, dimension_id: int) -> Dimensions:
    """The dimensions with this one in force for the object."""
    held = dimensions.controls.get(object_name, Control(()))
    control = Control(tuple(sorted({*held.dimensions, dimension_id})), any=object_name in dimensions.loose)
    return replace(dimensions, controls={**dimensions.controls, object_name: control})


def _losses(
    r: Reading, obj: Object, groups: list[_Group], now: Organisation, then: Organisation, dimension_id: int
) -> Iterator[Loss]:
    everybody = read_people(r.snapshot, r.registry)
    allowed = holders_of(r.snapshot, r.registry, obj, Action.READ)
    for person in _concerned(everybody, now, dimension_id):
        if person.id not in allowed:
            continue
        before, after = (_reached(whole, everybody, person, obj) for whole in (now, then))
        seen = [group for group in groups if before.meet(group.tokens)]
        lost = sum(group.count for group in seen if not after.meet(group.tokens))
        if lost:
            yield Loss(person.id, person.name, sum(group.count for group in seen), lost)


def _concerned(everybody: Mapping[int, Person], now: Organisation, dimension_id: int) -> list[Person]:
    """The people a role of whom says something of the dimension, and who assists them: nobody else can lose."""
    limited = {
        person.id
        for person in everybody.values()
        if any(dimension_id in now.dimensions.reach(role.id).scopes for role in person.roles)
    }
    limited |= {a.assistant_id for a in now.assistants if a.manager_id in limited}
    return [person for person in everybody.values() if person.active and person.id in limited]


def _reached(organisation: Organisation, everybody: Mapping[int, Person], person: Person, obj: Object) -> Terms:
    """What the person reads of the object, by themself and for those whom they assist."""
    if obj.sharing is not Sharing.PRIVATE:
        return Terms(everything=True)
    control = organisation.dimensions.controls.get(obj.name, Control(()))
    managers = [a.manager_id for a in assisted_by(organisation.assistants, person.id, today("Asia/Shanghai"))]
    grasps = [grasp_of(organisation, everybody[one], [control]) for one in (person.id, *managers) if one in everybody]
    return union(grasp.controlled[control][Reach.READ] for grasp in grasps)
