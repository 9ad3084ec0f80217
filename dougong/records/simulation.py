"""What a change of settings would do, before it is saved: who gains or loses the sight of which records.

The change is really written, by the one write path, in a transaction that is always taken back, and everybody is
resolved before and after it in there. Its locks are gone once that is done. What people gain and lose is counted
behind it, under the very conditions by which the read path lets them see: of settings alone depends what a person
reaches, so the rows that are counted are the same before and after (decision 23).
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import visitors

from dougong.access.differences import Affected, RightsChange, affected_people, rights_changes
from dougong.access.principal import Action, Principal
from dougong.access.resolve import ACCESS_OBJECTS, resolve_people
from dougong.kit.errors import BadRequest
from dougong.kit.limits import COUNT_CAP
from dougong.metadata.model import Object, Sharing
from dougong.metadata.registry import Registry
from dougong.records.read.visibility import visible
from dougong.records.work import Writing, writing
from dougong.records.write.columns import is_one_of
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot

PEOPLE_MAX = 200
"""People whose records are counted; of others the answer says only how many there are."""
SECONDS_MAX = 10.0
"""Counting starts with no further person after this time."""
SAMPLES = 3
LOCK_TIMEOUT_MS = 5_000
"""How long a rehearsal waits for somebody who is saving the same settings."""

COUNTED = (Action.READ, Action.UPDATE)
"""What is counted: the records that somebody sees, and those that they may edit."""


@dataclass(frozen=True)
class Sample:
    """One of the records that somebody gains or loses."""

    id: int
    name: str


@dataclass(frozen=True)
class Difference:
    """How many records somebody gains or loses (`capped`: more than that), and some of them."""

    number: int = 0
    capped: bool = False
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What one person gains and loses of one object: records that they may see, or edit."""

    user_id: int
    name: str
    object: str
    action: Action
    gained: Difference
    lost: Difference


@dataclass(frozen=True)
class PersonName:
    """A person by id and name."""

    id: int
    name: str


@dataclass(frozen=True)
class RightsEffect:
    """The same change of rights, and for whom."""

    changes: tuple[RightsChange, ...]
    people: tuple[PersonName, ...]


@dataclass(frozen=True)
class Simulation:
    """Everything that a change of settings would do. `counted` of the `affected` people have their records counted."""

    affected: int
    counted: int
    effects: tuple[Effect, ...]
    rights: tuple[RightsEffect, ...]
    administrators_gained: tuple[PersonName, ...]
    administrators_lost: tuple[PersonName, ...]
    opened: tuple[PersonName, ...]
    """People who may sign in from then on."""
    closed: tuple[PersonName, ...]
    """People who may not sign in any more."""


def simulate(
    database: Database, registry: Registry, actor: Principal, via: str, write: Callable[[Writing], object]
) -> Simulation:
    """What `write` would do to people's sight and rights. Raises what `write` raises; nothing is stored."""
    people = _rehearsed(database, registry, actor, via, write)
    ends = time.monotonic() + SECONDS_MAX
    found: list[Effect] = []
    counted = 0
    with database.consistent_snapshot() as snapshot:
        for affected in people[:PEOPLE_MAX]:
            if time.monotonic() > ends:
                break
            found += _effects(snapshot, registry, affected)
            counted += 1
        effects = _named(snapshot, registry, found)
    return Simulation(
        affected=len(people),
        counted=counted,
        effects=effects,
        rights=_rights(registry, people),
        administrators_gained=_names(a for a in people if _administers(a.after) > _administers(a.before)),
        administrators_lost=_names(a for a in people if _administers(a.after) < _administers(a.before)),
        opened=_names(a for a in people if a.before is None),
        closed=_names(a for a in people if a.after is None),
    )


def check_simulated(object_name: str) -> None:
    """Raise BadRequest for an object whose records do not decide what people may see and do."""
    if object_name not in ACCESS_OBJECTS:
        raise BadRequest("simulate.object", object=object_name)


def _rehearsed(
    database: Database, registry: Registry, actor: Principal, via: str, write: Callable[[Writing], object]
) -> list[Affected]:
    with database.rehearsal() as transaction:
        transaction.scalar(sa.select(sa.func.set_config("lock_timeout", f"{LOCK_TIMEOUT_MS}ms", True)))
        before = resolve_people(transaction, registry, active=True)
        write(writing(transaction, registry, actor, via))
        after = resolve_people(transaction, registry, active=True)
    return affected_people(before, after)


Question = tuple[Object, Action, sa.ColumnElement[bool], sa.ColumnElement[bool]]
"""Which records of an object could somebody see or edit before, and which from then on."""


def _questions(registry: Registry, affected: Affected) -> Iterator[Question]:
    """The questions whose two answers may differ for the person."""
    for obj in registry.objects.values():
        if obj.configuration or not _tells(obj, affected):
            continue
        for action in COUNTED:
            had, has = (_condition(registry, p, obj, action) for p in (affected.before, affected.after))
            if not had.compare(has):
                yield obj, action, had, has


def _effects(snapshot: Snapshot, registry: Registry, affected: Affected) -> Iterator[Effect]:
    """What changes for one person, by one statement."""
    person = affected.principal
    questions = list(_questions(registry, affected))
    counts = [
        _counting(registry, obj, place, gaining, met, unmet)
        for place, (obj, _, had, has) in enumerate(questions)
        for gaining, met, unmet in ((True, has, had), (False, had, has))
        if not _never(met, unmet)
    ]
    found: defaultdict[int, dict[bool, Difference]] = defaultdict(dict)
    for row in snapshot.rows(sa.union_all(*counts)) if counts else ():
        if row.number:
            samples = tuple(Sample(record_id, "") for record_id in row.first)
            difference = Difference(min(row.number, COUNT_CAP), row.number > COUNT_CAP, samples)
            found[row.place][row.gaining] = difference
    for place, (obj, action, _, _) in enumerate(questions):
        sides = found.get(place)
        if sides:
            gained, lost = (sides.get(gaining, Difference()) for gaining in (True, False))
            yield Effect(person.user_id or 0, person.name, obj.name, action, gained, lost)


def _tells(obj: Object, affected: Affected) -> bool:
    """Whether the object is counted by itself: details follow their masters, unless it is the rights that change."""
    if obj.sharing is not Sharing.PARENT:
        return True
    before, after = affected.before, affected.after
    return before is not None and after is not None and before.rights.get(obj.name) != after.rights.get(obj.name)


def _condition(registry: Registry, principal: Principal | None, obj: Object, action: Action) -> sa.ColumnElement[bool]:
    """The condition under which the person may `action` a record, to be used beside that of the other moment."""
    if principal is None:
        return sa.false()
    # A profile may allow to edit and not to see: the write path finds no such record.
    table = registry.tables[obj.name]
    seen, reached = (visible(registry, principal, obj, table, a) for a in (Action.READ, action))
    condition = seen if action is Action.READ else sa.and_(seen, reached)
    return visitors.replacement_traverse(condition, {}, _renamed)


def _renamed(element: visitors.ExternallyTraversible, **_: object) -> visitors.ExternallyTraversible | None:
    """A parameter under a name of its own: two principals in one statement each bring their tokens."""
    if isinstance(element, sa.BindParameter):
        return sa.bindparam(None, element.value, element.type, unique=True)
    return None


def _never(met: sa.ColumnElement[bool], unmet: sa.ColumnElement[bool]) -> bool:
    """Whether no record can meet the one condition and not the other."""
    return isinstance(met, sa.sql.elements.False_) or isinstance(unmet, sa.sql.elements.True_)


def _counting(
    registry: Registry,
    obj: Object,
    place: int,
    gaining: bool,
    met: sa.ColumnElement[bool],
    unmet: sa.ColumnElement[bool],
) -> sa.Select[Any]:
    """Counts the living records that meet the one condition and not the other, with the ids of some."""
    table = registry.tables[obj.name]
    found = (
        sa.select(table.c.id)
        # Where a column is blank a condition may be NULL, which lets nobody in either.
        .where(table.c.deleted_at.is_(None), met, sa.func.coalesce(unmet, sa.false()).is_(sa.false()))
        .limit(COUNT_CAP + 1)
        .subquery(f"found_{place}_{gaining:d}")
    )
    first = sa.func.array_agg(found.c.id, type_=ARRAY(sa.BigInteger()))[1:SAMPLES]
    return sa.select(
        sa.literal(place).label("place"),
        sa.literal(gaining).label("gaining"),
        sa.func.count().label("number"),
        first.label("first"),
    ).select_from(found)


def _named(snapshot: Snapshot, registry: Registry, effects: list[Effect]) -> tuple[Effect, ...]:
    """The effects with the names of their samples, read once for each object."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for effect in effects:
        wanted[effect.object].update(s.id for side in (effect.gained, effect.lost) for s in side.samples)
    names: dict[int, str] = {}
    for object_name, ids in wanted.items():
        table, obj = registry.tables[object_name], registry.objects[object_name]
        statement = sa.select(table.c.id, table.c[obj.name_field].label("called")).where(
            is_one_of(table.c.id, sorted(ids))
        )
        names |= {row.id: str(row.id if row.called is None else row.called) for row in snapshot.rows(statement)}
    return tuple(replace(e, gained=_with(e.gained, names), lost=_with(e.lost, names)) for e in effects)


def _with(difference: Difference, names: Mapping[int, str]) -> Difference:
    samples = tuple(Sample(s.id, names.get(s.id, str(s.id))) for s in difference.samples)
    return replace(difference, samples=samples)


def _rights(registry: Registry, people: list[Affected]) -> tuple[RightsEffect, ...]:
    """The changes of rights, each told once with everybody whom it is for."""
    groups: defaultdict[tuple[RightsChange, ...], list[Affected]] = defaultdict(list)
    for affected in people:
        changes = rights_changes(registry, affected)
        if changes:
            groups[changes].append(affected)
    return tuple(RightsEffect(changes, _names(iter(some))) for changes, some in groups.items())


def _names(people: Iterator[Affected]) -> tuple[PersonName, ...]:
    return tuple(PersonName(a.principal.user_id or 0, a.principal.name) for a in people)


def _administers(principal: Principal | None) -> bool:
    return principal is not None and principal.administers
