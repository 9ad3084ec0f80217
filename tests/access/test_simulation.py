"""What a simulation says is what saving then does, to each person and record; and trying leaves nothing behind."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from dougong.access.fields import readable_fields
from dougong.access.principal import Action, FieldAccess, Principal, system
from dougong.access.resolve import resolve_people
from dougong.kit.errors import DougongError, Forbidden
from dougong.metadata.registry import Registry, load_registry
from dougong.records import api, simulation
from dougong.records.read.query import Query
from dougong.records.simulation import Simulation, simulate
from dougong.storage import schema
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction
from tests.access.test_visibility import SLOW, build
from tests.model.visibility import Company, Member

EXAMPLES = 300 if os.environ.get("DEEP") else 25
SCOPES = ["own", "department", "department_and_below", "all"]
OBJECTS = ("account", "opportunity", "opportunity_line", "product", "user", "department")
COUNTED = ("account", "opportunity", "product", "user", "department")
"""What is counted by itself; details follow their masters."""


@dataclass(frozen=True)
class Place:
    """The company of these tests, stored."""

    database: Database
    registry: Registry
    ids: Mapping[str, int]


def company() -> Company:
    """Two branches with offices, a sales team in each, heads, groups in groups, an assistant."""
    made = Company()
    made.parents = {"d0": None, "d1": "d0", "d2": "d0", "d3": "d1", "d4": "d2"}
    made.heads = {"d0": "p0", "d1": "p1", "d2": None, "d3": None, "d4": "p3"}
    made.departments = {"p0": "d0", "p1": "d1", "p2": "d3", "p3": "d2", "p4": "d4", "p5": None}
    own = ("own", "own")
    below, node = ("department_and_below", "own"), ("department", "department")
    made.roles = {"p0": [below], "p1": [below], "p2": [own], "p3": [node], "p4": [own, node], "p5": [("all", "own")]}
    made.groups = {"g0": [Member("p2"), Member("d4", below=True)], "g1": [Member("g0"), Member("p5")], "g2": []}
    made.assistants = [("p5", "p1")]
    for n in range(12):
        made.owners[f"o{n}"] = f"p{n % 6}"
        made.places[f"o{n}"] = f"d{n % 5}"
        made.masters[f"l{n}"] = f"o{n}"
    made.teams = {name: [] for name in made.owners}
    made.teams["o1"] = [(Member("g1"), "edit")]
    made.teams["o3"] = [(Member("d1", below=True), "read"), (Member("p4"), "edit")]
    made.teams["o6"] = [(Member("g2"), "read")]
    return made


@pytest.fixture(scope="module")
def place(shared_database: Database) -> Place:
    with shared_database.transaction() as tx:
        registry = load_registry(tx)
        ids = build(api.writing(tx, registry, system("simulation test"), "test"), company())
        for name, table in (("up", "user_profile"), ("ur", "user_role"), ("op", "object_permission")):
            assert any(key.startswith(f"{name}-") for key in ids), table
    return Place(shared_database, registry, ids)


Sight = dict[tuple[int, str, Action], set[int]]


def sight(tx: Transaction, registry: Registry) -> tuple[Sight, dict[int, Principal]]:
    """What everybody who may sign in sees and may edit, by the read path."""
    people = resolve_people(tx, registry, active=True)
    found: Sight = {}
    for user_id, principal in people.items():
        # Versions of the rights that were never stored come again: no compiled query may be kept under one.
        r = api.Reading(tx, registry, replace(principal, rights_key=object()))
        for name in OBJECTS:
            try:
                rows = api.page(r, Query(name, api.columns_of(("id",)), limit=500, rights=(Action.UPDATE,))).rows
            except Forbidden:
                rows = []
            found[user_id, name, Action.READ] = {row[0] for row in rows}
            found[user_id, name, Action.UPDATE] = {row[0] for row in rows if row[1]}
    return found, people


Change = tuple[str, str, Any]
"""An object, what to do with it (create, update, delete), and with what."""


def changes(ids: Mapping[str, int]) -> st.SearchStrategy[list[Change]]:
    """One to three changes of settings, any that an administrator can make."""
    people = [ids[n] for n in ids if n.startswith("p") and n[1:].isdigit()]
    departments = [ids[n] for n in ids if n.startswith("d") and n[1:].isdigit()]
    groups = [ids[n] for n in ids if n.startswith("g") and n[1:].isdigit()]
    roles = [i for n, i in ids.items() if n.startswith("r-")]

    def named(prefix: str) -> st.SearchStrategy[int]:
        return st.sampled_from([i for n, i in ids.items() if n.startswith(prefix)])

    def update(obj: str, which: st.SearchStrategy[int], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Change]:
        given = st.fixed_dictionaries({}, optional=values).filter(bool)
        return st.tuples(st.just(obj), st.just("update"), st.tuples(which, given))

    def create(obj: str, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Change]:
        return st.tuples(st.just(obj), st.just("create"), st.fixed_dictionaries(values))

    def delete(obj: str, which: st.SearchStrategy[int]) -> st.SearchStrategy[Change]:
        return st.tuples(st.just(obj), st.just("delete"), which)

    def member(kind: str, of: list[int]) -> st.SearchStrategy[dict[str, object]]:
        return st.sampled_from(of).map(lambda i: {"object": kind, "id": i})

    actions = st.lists(st.sampled_from(["read", "create", "update", "delete", "transfer"]), unique=True)
    somebody, somewhere = st.sampled_from(people), st.sampled_from(departments)
    scope = st.sampled_from(SCOPES)
    profile = ids["profile"]
    one = st.one_of(
        update("role", st.sampled_from(roles), read_scope=scope, edit_scope=scope),
        update("department", somewhere, parent_id=st.none() | somewhere, manager_id=st.none() | somebody),
        update("user", somebody, department_id=st.none() | somewhere, active=st.booleans()),
        update("public_group", st.sampled_from(groups), active=st.booleans()),
        update("object_permission", named("op-"), actions=actions),
        create("user_role", user_id=somebody, role_id=st.sampled_from(roles)),
        create("assistant", assistant_id=somebody, manager_id=somebody),
        create(
            "public_group_member",
            group_id=st.sampled_from(groups),
            member_id=member("user", people) | member("department", departments) | member("public_group", groups),
            with_below=st.booleans(),
        ),
        create(
            "field_permission",
            profile_id=st.just(profile),
            object_name=st.just("opportunity"),
            field_name=st.sampled_from(["amount", "close_date"]),
            level=st.sampled_from(["hidden", "read", "edit"]),
        ),
        delete("user_role", named("ur-")),
        delete("user_profile", named("up-")),
        delete("public_group", st.sampled_from(groups)),
        delete("public_group_member", named("gm-")),
        delete("assistant", named("as-")),
        delete("object_permission", named("op-")),
    )
    return st.lists(one, min_size=1, max_size=3)


def perform(w: api.Writing, wanted: list[Change]) -> None:
    for obj, act, what in wanted:
        match act:
            case "create":
                api.create(w, obj, [what])
            case "update":
                api.update(w, obj, [api.Change(what[0], what[1])])
            case _:
                api.delete(w, obj, [what])


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_what_is_simulated_is_what_saving_does(place: Place, data: st.DataObject) -> None:
    wanted = data.draw(changes(place.ids))
    actor = system("simulation test")

    def write(w: api.Writing) -> None:
        perform(w, wanted)

    try:
        told = simulate(place.database, place.registry, actor, "test", write)
    except DougongError as refusal:
        with pytest.raises(type(refusal)), place.database.rehearsal() as tx:
            write(api.writing(tx, place.registry, actor, "test"))
        return
    with place.database.rehearsal() as tx:
        before, was = sight(tx, place.registry)
        write(api.writing(tx, place.registry, actor, "test"))
        after, becomes = sight(tx, place.registry)
    assert told.counted == told.affected
    check_effects(told, before, after)
    assert {p.id for p in told.opened} == becomes.keys() - was.keys()
    assert {p.id for p in told.closed} == was.keys() - becomes.keys()
    check_fields(told, place.registry, was, becomes)


def check_effects(told: Simulation, before: Sight, after: Sight) -> None:
    effects = {(e.user_id, e.object, e.action): e for e in told.effects}
    for key in {**before, **after}:
        gained = after.get(key, set()) - before.get(key, set())
        lost = before.get(key, set()) - after.get(key, set())
        effect = effects.get(key)
        if key[1] not in COUNTED and effect is None:
            continue
        number = (effect.gained.number, effect.lost.number) if effect else (0, 0)
        assert number == (len(gained), len(lost)), key
        if effect:
            assert {s.id for s in effect.gained.samples} <= gained
            assert {s.id for s in effect.lost.samples} <= lost


def check_fields(
    told: Simulation, registry: Registry, was: Mapping[int, Principal], becomes: Mapping[int, Principal]
) -> None:
    """Fields of the opportunity that somebody no longer sees, or sees from then on."""
    obj = registry.objects["opportunity"]
    said: dict[int, set[tuple[str, bool]]] = {}
    for effect in told.rights:
        for change in effect.changes:
            for field in change.fields if change.object == "opportunity" else ():
                for person in effect.people:
                    if FieldAccess.HIDDEN in {field.before, field.after}:
                        said.setdefault(person.id, set()).add((field.field, field.after is not FieldAccess.HIDDEN))
    for user_id in was.keys() & becomes.keys():
        old, new = ({f.name for f in _seen(p[user_id], obj)} for p in (was, becomes))
        if old and new:
            assert said.get(user_id, set()) == {(f, True) for f in new - old} | {(f, False) for f in old - new}


def _seen(principal: Principal, obj: Any) -> list[Any]:
    return readable_fields(principal, obj) if obj.name in principal.rights else []


LEFT = (schema.change, schema.history, schema.outbox, schema.auto_number, schema.meta_version, schema.search_entry)


def traces(place: Place) -> list[Any]:
    """Everything that a write leaves, and the settings themselves."""
    tables = [*LEFT, *(place.registry.tables[n] for n in ("role", "user_role", "public_group_member", "team_member"))]
    with place.database.snapshot() as snapshot:
        return [sorted(map(repr, snapshot.rows(sa.select(table)))) for table in tables]


def test_nothing_is_left_behind_and_nobody_is_locked_out(place: Place) -> None:
    actor = system("simulation test")
    role = next(i for n, i in place.ids.items() if n.startswith("r-"))
    before = traces(place)

    def write(w: api.Writing) -> None:
        api.update(w, "role", [api.Change(role, {"read_scope": "all"})])
        api.create(w, "user_role", [{"user_id": place.ids["p2"], "role_id": role}])
        api.delete(w, "public_group_member", [place.ids["gm-g1-0"]])

    assert simulate(place.database, place.registry, actor, "test", write).effects
    assert traces(place) == before
    with place.database.rehearsal() as tx:
        tx.scalar(sa.select(sa.func.set_config("lock_timeout", "100ms", True)))
        write(api.writing(tx, place.registry, actor, "test"))


def test_counting_is_bounded_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    roles = [i for n, i in place.ids.items() if n.startswith("r-")]

    def write(w: api.Writing) -> None:
        api.update(w, "role", [api.Change(role, {"read_scope": "all"}) for role in roles])

    monkeypatch.setattr(simulation, "PEOPLE_MAX", 3)
    monkeypatch.setattr(simulation, "COUNT_CAP", 4)
    told = simulate(place.database, place.registry, system("simulation test"), "test", write)
    assert told.affected == 5
    assert told.counted == 3
    # The first by name, p0, heads the whole company and sees everything already.
    seen = {e.user_id for e in told.effects if e.object == "opportunity"}
    assert seen == {place.ids["p1"], place.ids["p2"]}
    most = max((e.gained for e in told.effects), key=lambda d: d.number)
    assert most.number == 4
    assert most.capped
    assert len(most.samples) == simulation.SAMPLES
