"""Visibility by tokens equals the reference model, through every way to ask: no leak, no loss."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.access.explain import Knowledge, explain, know, who_may
from dougong.access.principal import Action, system
from dougong.access.resolve import resolve
from dougong.expressions.ast import TRUE, Among, Compare, Operator, Path, Selection
from dougong.kit.errors import Conflict, Forbidden, NotFound
from dougong.metadata.registry import Registry, load_registry
from dougong.records import api
from dougong.records.checkup import check_records
from dougong.records.dimensions.filling import run_filling
from dougong.records.read.query import Call, Child, Column, Function, Query
from dougong.records.sharing.recalculation import advance, refresh_sources
from dougong.storage.checkup import State
from dougong.storage.engine import Database
from dougong.storage.schema import job
from dougong.storage.unit_of_work import Transaction
from tests.access.other_ways import check_other_ways, hang
from tests.model.visibility import (
    Company,
    Member,
    Rule,
    changes,
    edits,
    finds_department,
    finds_person,
    is_external,
    is_named,
    owns,
    reads,
    removes,
)

SOURCES = ["website", "search"]
SCOPES = ["own", "department", "department_and_below", "chosen", "all"]
DIMENSIONS = ["area", "line"]
EXAMPLES = int(os.environ.get("WORLDS") or (2_000 if os.environ.get("DEEP") else 25))
"""How many random companies are compared; WORLDS says another number, for a campaign in several runs."""


class Rolledback(Exception):
    """Ends the transaction of one example without a trace."""


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """A small random organisation with records: any tree, heads from anywhere, people without a department."""
    company = Company()
    departments = [f"d{n}" for n in range(draw(st.integers(1, 5)))]
    people = [f"p{n}" for n in range(draw(st.integers(1, 5)))]
    for n, name in enumerate(departments):
        company.parents[name] = parent = draw(st.sampled_from([None, *departments[:n]]))
        if parent in company.external or (parent is None and draw(st.sampled_from([False, False, True]))):
            company.external.add(name)
    for name in people:
        company.departments[name] = draw(st.sampled_from([None, *departments]))
    for name in people:
        # Partners' people are in partners' departments only, and the company's own in its own.
        alike = [d for d in departments if (d in company.external) == is_external(company, name)]
        company.joined[name] = draw(st.sets(st.sampled_from(alike), max_size=2)) if alike else set()
    insiders = [name for name in people if not is_external(company, name)]
    for name in departments:
        company.heads[name] = draw(st.sampled_from([None, *(people if name in company.external else insiders)]))
        if name in company.external and insiders:
            company.contact_persons[name] = draw(st.sets(st.sampled_from(insiders), max_size=1))
    for name in people:
        company.roles[name] = draw(st.lists(st.tuples(st.sampled_from(SCOPES), st.sampled_from(SCOPES)), max_size=2))
    for n in range(draw(st.integers(1, 6))):
        company.owners[f"o{n}"] = draw(st.sampled_from(people))
        company.places[f"o{n}"] = draw(st.sampled_from(departments))
        company.sources[f"o{n}"] = draw(st.sampled_from(SOURCES))
    for n in range(draw(st.integers(0, 4))):
        company.masters[f"l{n}"] = draw(st.sampled_from(sorted(company.owners)))
    roles = [f"r-{name}-{n}" for name, held in company.roles.items() for n in range(len(held))]
    for n in range(draw(st.integers(0, 3))):
        known = [*people, *departments, *roles, *company.groups]
        company.groups[f"g{n}"] = draw(st.lists(members(known), max_size=3))
    company.closed = draw(st.sets(st.sampled_from(sorted(company.groups)), max_size=1)) if company.groups else set()
    given = st.tuples(members([*people, *departments, *company.groups]), st.sampled_from(["read", "edit"]))
    for name in company.owners:
        company.teams[name] = draw(st.lists(given, max_size=2, unique_by=lambda one: one[0].name))
    known = [*people, *departments, *roles, *company.groups]
    company.rules = draw(st.lists(rules(known), max_size=3))
    draw_dimensions(draw, company, people, roles)
    for role in roles:
        company.contact_scopes[role] = draw(st.sampled_from(SCOPES[1:]))
        named = st.builds(Member, st.sampled_from(departments), st.booleans())
        company.contact_nodes[role] = draw(st.lists(named, max_size=2, unique_by=lambda m: m.name))
    company.locked = draw(st.sets(st.sampled_from(sorted(company.owners)), max_size=2))
    pairs = (
        st.tuples(st.sampled_from(people), st.sampled_from(people))
        .map(
            # Nobody of a partner assists one of the company's own.
            lambda pair: pair if not is_external(company, pair[0]) or is_external(company, pair[1]) else pair[::-1]
        )
        .filter(lambda pair: pair[0] != pair[1])
    )
    company.assistants = draw(st.lists(pairs, max_size=2)) if len(people) > 1 else []
    return company


def draw_dimensions(draw: st.DrawFn, company: Company, people: list[str], roles: list[str]) -> None:
    """Trees beside departments, who and what is where in them, and what roles say of them."""
    company.ruling = draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=2))
    company.any = draw(st.booleans())
    for dimension in DIMENSIONS:
        nodes = [f"{dimension[0]}{n}" for n in range(draw(st.integers(1, 3)))]
        company.trees[dimension] = {n: draw(st.sampled_from([None, *nodes[:i]])) for i, n in enumerate(nodes)}
        for name in people:
            company.own[name, dimension] = draw(st.sets(st.sampled_from(nodes), max_size=2))
        for name in company.owners:
            company.spots[name, dimension] = draw(st.sampled_from([None, *nodes]))
    scopes = st.tuples(st.sampled_from(SCOPES), st.sampled_from(SCOPES))
    for role in roles:
        company.limits[role] = draw(st.dictionaries(st.sampled_from(DIMENSIONS), scopes))
        places = [*company.parents, *(node for tree in company.trees.values() for node in tree)]
        named = st.builds(Member, st.sampled_from(places), st.booleans())
        company.chosen[role] = draw(st.lists(named, max_size=3, unique_by=lambda m: m.name))


def members(names: list[str]) -> st.SearchStrategy[Member]:
    """Somebody or something of these names; only a department takes those below it along."""
    return st.builds(
        lambda name, below: Member(name, below and name.startswith("d")), st.sampled_from(names), st.booleans()
    )


def rules(names: list[str]) -> st.SearchStrategy[Rule]:
    """A rule by owner or by where records come from, for anybody of these names."""
    return st.builds(
        Rule,
        owners=st.none() | members(names),
        source=st.sampled_from(SOURCES),
        level=st.sampled_from(["read", "edit"]),
        targets=st.lists(members(names), max_size=2, unique_by=lambda member: member.name).map(tuple),
        active=st.booleans() | st.just(True),
    )


@st.composite
def moved(draw: st.DrawFn, company: Company) -> Company:
    """The company after some of its records came to others and from elsewhere."""
    after = replace(company, owners=dict(company.owners), sources=dict(company.sources))
    for name in draw(st.sets(st.sampled_from(sorted(company.owners)))):
        after.owners[name] = draw(st.sampled_from(sorted(company.departments)))
        after.sources[name] = draw(st.sampled_from(SOURCES))
    return after


def build(w: api.Writing, company: Company) -> dict[str, int]:
    """The company through the product's own write path; the ids of its parts by their names."""
    ids: dict[str, int] = {}

    def create(obj: str, known_as: str, /, **values: object) -> int:
        made = api.create(w, obj, [values]).ids[0]
        assert made is not None
        ids[known_as] = made
        return made

    account = create("account", "account", name="探针客户")
    for name, parent in company.parents.items():
        outer = {"department_type": "external", "account_id": account} if name in company.external else {}
        create("department", name, name=f"{name} 部门", parent_id=ids[parent] if parent else None, **outer)
    profile = create("profile", "profile", key="probe", name="试验")
    for obj in ("account", "activity", "opportunity", "opportunity_line", "user", "department", "product"):
        actions = ["read", "create", "update", "delete", "transfer", "import", "export", "share"]
        actions += ["lock", "merge"] if obj in {"account", "opportunity"} else []
        create("object_permission", f"op-{obj}", profile_id=profile, object_name=obj, actions=actions)
    for name, department in company.departments.items():
        create(
            "user",
            name,
            name=f"人 {name}",
            login=f"probe.{name}",
            email=f"probe.{name}@example.com",
            active=True,
            user_type="external" if department in company.external else "internal",
            department_id=ids[department] if department else None,
        )
        create("user_profile", f"up-{name}", user_id=ids[name], profile_id=profile)
        for other in sorted(company.joined.get(name, ())):
            create("user_department", f"ud-{name}-{other}", user_id=ids[name], department_id=ids[other])
        for n, (read, edit) in enumerate(company.roles[name]):
            scopes = {"read_scope": read, "edit_scope": edit}
            scopes["contact_scope"] = company.contact_scopes.get(f"r-{name}-{n}", "all")
            role = create("role", f"r-{name}-{n}", key=f"probe_{name}_{n}", name=f"角色{name}{n}", **scopes)
            for m, node in enumerate(company.contact_nodes.get(f"r-{name}-{n}", ())):
                values = {"node_id": reference(ids, node), "with_below": node.below, "purpose": "contact"}
                create("role_node", f"cn-{name}-{n}-{m}", role_id=role, **values)
            create("user_role", f"ur-{name}-{n}", user_id=ids[name], role_id=role)
    build_dimensions(w, company, ids)
    for name, head in company.heads.items():
        if head:
            api.update(w, "department", [api.Change(ids[name], {"manager_id": ids[head]}, None)])
    for name, contacts in company.contact_persons.items():
        for contact in contacts:
            create("department_contact", f"dc-{name}", department_id=ids[name], user_id=ids[contact])
    for name, inside in company.groups.items():
        create("public_group", name, name=f"组 {name}", active=name not in company.closed)
        for n, member in enumerate(inside):
            to = reference(ids, member)
            create("public_group_member", f"gm-{name}-{n}", group_id=ids[name], member_id=to, with_below=member.below)
    for n, (assistant, manager) in enumerate(company.assistants):
        create("assistant", f"as-{n}", assistant_id=ids[assistant], manager_id=ids[manager])
    early = len(company.rules) // 2
    for n in range(early):
        build_rule(create, ids, company.rules[n], n)
    product = create("product", "product", name="探针", code="PROBE", list_price="10")
    for name, owner in company.owners.items():
        create(
            "opportunity",
            name,
            name=f"探针商机 {name}",
            account_id=account,
            stage="prospecting",
            amount="100",
            close_date=date(2026, 12, 31),
            owner_id=ids[owner],
            department_id=ids[company.places[name]],
            source=company.sources.get(name),
        )
        spots = {f"dim_{d}_id": ids[n] if (n := company.spots[name, d]) else None for d in company.trees}
        if spots:
            api.update(w, "opportunity", [api.Change(ids[name], spots)])
    for n in range(early, len(company.rules)):
        build_rule(create, ids, company.rules[n], n)
    for name, team in company.teams.items():
        for n, (member, level) in enumerate(team):
            create(
                "team_member",
                f"tm-{name}-{n}",
                record_id={"object": "opportunity", "id": ids[name]},
                member_id=reference(ids, member),
                with_below=member.below,
                level=level,
            )
    for name, master in company.masters.items():
        create(
            "opportunity_line",
            name,
            opportunity_id=ids[master],
            product_id=product,
            quantity="1",
            unit_price="10",
        )
    api.lock(w, "opportunity", [ids[name] for name in sorted(company.locked)])
    return ids


def build_dimensions(w: api.Writing, company: Company, ids: dict[str, int]) -> None:
    """Nodes, whose they are and what roles say of them; the dimensions themselves are there for all examples."""
    tables = w.registry.tables
    known = {
        row.key: row.id for row in w.transaction.rows(sa.select(tables["dimension"].c.key, tables["dimension"].c.id))
    }
    for dimension, tree in company.trees.items():
        for name, parent in tree.items():
            values = {
                "name": f"值 {name}",
                "dimension_id": known[dimension],
                "parent_id": ids[parent] if parent else None,
            }
            (ids[name],) = api.create(w, "dimension_node", [values]).ids
        if dimension not in company.ruling:
            api.update(w, "dimension", [api.Change(known[dimension], {"active": False})])
    if company.any:
        api.create(w, "dimension_combination", [{"object_name": "opportunity", "combination": "any"}])
    for (person, _), nodes in company.own.items():
        for n, node in enumerate(sorted(nodes)):
            relation = "related" if n else "own"
            api.create(w, "user_dimension_node", [{"user_id": ids[person], "node_id": ids[node], "relation": relation}])
    for role, limits in company.limits.items():
        for dimension, (read, edit) in limits.items():
            values = {"role_id": ids[role], "dimension_id": known[dimension], "read_scope": read, "edit_scope": edit}
            api.create(w, "role_scope", [values])
    for role, chosen in company.chosen.items():
        for member in chosen:
            values = {"role_id": ids[role], "node_id": reference(ids, member), "with_below": member.below}
            api.create(w, "role_node", [values])


def build_rule(create: Callable[..., int], ids: dict[str, int], rule: Rule, number: int) -> None:
    if rule.owners is not None:
        what = {"basis": "owner", "source_id": reference(ids, rule.owners), "source_below": rule.owners.below}
    else:
        what = {"basis": "criteria", "conditions": json.dumps({"field": "source", "op": "=", "value": rule.source})}
    given = {"object_name": "opportunity", "level": rule.level, "active": rule.active, **what}
    create("sharing_rule", f"sr-{number}", name=f"规则 {number}", **given)
    for n, member in enumerate(rule.targets):
        to = reference(ids, member)
        create(
            "sharing_rule_target",
            f"st-{number}-{n}",
            rule_id=ids[f"sr-{number}"],
            target_id=to,
            with_below=member.below,
        )


def calculate(tx: Transaction, registry: Registry) -> None:
    """What the worker does behind the commit, and the doctor's word that it is right."""
    refresh_sources(tx, registry)
    while advance(tx, registry, chunk=2):
        pass
    tokens = next(c for c in check_records(tx, registry) if c.code == "doctor.tokens")
    assert tokens.state is State.GOOD, tokens.params


KINDS = {
    "p": "user",
    "d": "department",
    "r": "role",
    "g": "public_group",
    "a": "dimension_node",
    "l": "dimension_node",
}


def reference(ids: dict[str, int], member: Member) -> dict[str, object]:
    """The member as the value of a lookup to several objects."""
    return {"object": KINDS[member.name[0]], "id": ids[member.name]}


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.fixture(scope="module")
def with_dimensions(shared_database: Database) -> Database:
    """A database in which two dimensions control opportunities: their fields are made once, not in each example."""
    with shared_database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("visibility test"), "test")
        for key in DIMENSIONS:
            (dimension,) = api.create(w, "dimension", [{"key": key, "name": key}]).ids
            api.create(w, "dimension_object", [{"dimension_id": dimension, "object_name": "opportunity"}])
        jobs = [row.id for row in tx.rows(sa.select(job.c.id))]
    for job_id in jobs:
        run_filling(shared_database, job_id)
    return shared_database


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(data=st.data(), company=companies())
def test_every_way_of_asking_agrees_with_the_model(
    with_dimensions: Database, data: st.DataObject, company: Company
) -> None:
    with suppress(Rolledback), with_dimensions.transaction() as tx:
        registry = load_registry(tx)
        w = api.writing(tx, registry, system("visibility test"), "test")
        ids = build(w, company)
        activities = hang(w, company, ids)
        calculate(tx, registry)
        # Nothing but the writes themselves brings the records in step from here on.
        company = data.draw(moved(company))
        for name, owner in company.owners.items():
            values = {
                "owner_id": ids[owner],
                "department_id": ids[company.places[name]],
                "source": company.sources[name],
            }
            api.update(w, "opportunity", [api.Change(ids[name], values)])
        names = {number: name for name, number in ids.items()}
        for person in company.departments:
            r = api.Reading(tx, registry, resolve(tx, registry, ids[person]))
            check_reading(r, company, person, names)
            theirs = api.writing(tx, registry, r.actor, "test")
            check_editing(theirs, company, person, ids)
            check_other_ways(theirs, company, activities, person, ids, names)
        check_who_may(know(tx, registry), company, ids, names)
        raise Rolledback


def check_reading(r: api.Reading, company: Company, person: str, names: dict[int, str]) -> None:
    seen = {o for o in company.owners if reads(company, person, o)}
    lines = {d for d in company.masters if reads(company, person, d)}

    def listed(obj: str) -> set[str]:
        page = api.page(r, Query(obj, api.columns_of(("id",)), limit=500))
        return {names[row[0]] for row in page.rows if row[0] in names}

    def changeable(obj: str) -> set[str]:
        page = api.page(r, Query(obj, api.columns_of(("id",)), limit=500, rights=(Action.UPDATE,)))
        return {names[number] for number, may in page.rows if may and number in names}

    check_people(r, company, person, seen, names)
    assert listed("opportunity") == seen
    assert changeable("opportunity") == {o for o in company.owners if changes(company, person, o)}
    assert changeable("opportunity_line") == {d for d in company.masters if changes(company, person, d)}
    assert listed("opportunity_line") == lines
    assert api.count(r, "opportunity", TRUE).number == len(seen)
    total = api.page(
        r,
        Query(
            "opportunity",
            (
                Column(Call(Function.COUNT), "n"),
                Column(Call(Function.SUM, Path(("amount",))), "total"),
            ),
        ),
    )
    assert total.rows[0][0] == len(seen)
    # A deal with lines is worth what they come to, whoever sees them.
    held = [list(company.masters.values()).count(name) for name in seen]
    assert (total.rows[0][1] or 0) == sum(10 * number if number else 100 for number in held)
    grouped = api.page(
        r,
        Query(
            "opportunity",
            (Column(Path(("owner_id",)), "owner_id"), Column(Call(Function.COUNT), "n")),
            group=(Path(("owner_id",)),),
        ),
    )
    assert sum(row[1] for row in grouped.rows) == len(seen)
    found = {names[h.id] for h in api.lookup(r, "opportunity", "探针商机", limit=50) if h.id in names}
    assert found == seen
    exported = [row for chunk in api.stream(r, Query("opportunity", api.columns_of(("id",)))) for row in chunk]
    assert {names[row[0]] for row in exported if row[0] in names} == seen
    with_lines = Query(
        "opportunity",
        api.columns_of(("id",)),
        children=(Child("lines", "opportunity_id", Query("opportunity_line", api.columns_of(("id",)))),),
        limit=500,
    )
    page = api.page(r, with_lines)
    inside = {names[row[0]] for rows in page.children[0].rows for row in rows}
    assert inside == lines
    through_parent = api.page(
        r,
        Query(
            "opportunity_line",
            api.columns_of(("id", "opportunity.name")),
            Compare(Path(("opportunity", "name")), Operator.CONTAINS, ("探针",)),
        ),
    )
    assert {names[row[0]] for row in through_parent.rows} == lines
    check_selections(r, company, person, seen, lines, names)
    k = know(r.snapshot, r.registry)
    for name in company.owners:
        number = next(i for i, n in names.items() if n == name)
        if name in seen:
            assert api.get(r, "opportunity", number)["id"] == number
            free = removes(company, person, name)
            can = {
                Action.UPDATE: changes(company, person, name),
                Action.DELETE: free,
                Action.TRANSFER: free,
                Action.SHARE: owns(company, person, name),
                Action.LOCK: edits(company, person, name),
                Action.MERGE: free,
            }
            assert api.see(r, "opportunity", number).can == can
        else:
            with pytest.raises(NotFound):
                api.get(r, "opportunity", number)
        told = explain(k, r.actor.user_id, "opportunity", number, Action.READ)
        assert told.allowed == (name in seen) == any(reason.passed for reason in told.reasons[1:])
        for action, reaches, may in ((Action.UPDATE, edits, changes), (Action.DELETE, owns, removes)):
            told = explain(k, r.actor.user_id, "opportunity", number, action)
            assert told.allowed == may(company, person, name)
            assert any(reason.passed for reason in told.reasons[1:]) == reaches(company, person, name)
            assert any(reason.code == "explain.locked" for reason in told.reasons) == (name in company.locked)
    for name in company.masters:
        number = next(i for i, n in names.items() if n == name)
        assert explain(k, r.actor.user_id, "opportunity_line", number, Action.READ).allowed == (name in lines)
        told = explain(k, r.actor.user_id, "opportunity_line", number, Action.UPDATE)
        assert told.allowed == changes(company, person, name)


def check_people(r: api.Reading, company: Company, person: str, seen: set[str], names: dict[int, str]) -> None:
    """Whom one finds, whose names one sees on records, and by whom one can group and filter."""

    def listed(obj: str) -> set[str]:
        page = api.page(r, Query(obj, api.columns_of(("id",)), limit=500))
        return {names[row[0]] for row in page.rows if row[0] in names}

    people = {one for one in company.departments if finds_person(company, person, one)}
    assert listed("user") == people
    assert {names[h.id] for h in api.lookup(r, "user", "probe.", limit=50) if h.id in names} == people
    assert listed("department") == {d for d in company.parents if finds_department(company, person, d)}
    k = know(r.snapshot, r.registry)
    for one in company.departments:
        number = next(i for i, n in names.items() if n == one)
        told = explain(k, r.actor.user_id, "user", number, Action.READ)
        assert told.allowed == (one in people) == any(reason.passed for reason in told.reasons[1:])
    owner = Path(("owner", "name"))
    rows = api.page(r, Query("opportunity", api.columns_of(("id", "owner.name")), limit=500)).rows
    shown = {names[row[0]]: row[1] for row in rows if row[0] in names}
    owners = {o: company.owners[o] for o in seen}
    assert shown == {o: f"人 {p}" if is_named(company, person, p) else None for o, p in owners.items()}
    by_owner = Query("opportunity", api.columns_of(("id",)), Compare(owner, Operator.CONTAINS, ("人",)), limit=500)
    sought = {names[row[0]] for row in api.page(r, by_owner).rows if row[0] in names}
    assert sought == {o for o, p in owners.items() if p in people}
    groups = Query("opportunity", (Column(owner, "owner.name"), Column(Call(Function.COUNT), "n")), group=(owner,))
    expected: dict[str | None, int] = {}
    for p in owners.values():
        name = f"人 {p}" if p in people else None
        expected[name] = expected.get(name, 0) + 1
    assert {row[0]: row[1] for row in api.page(r, groups).rows} == expected


def check_who_may(k: Knowledge, company: Company, ids: dict[str, int], names: dict[int, str]) -> None:
    for action, may in ((Action.READ, reads), (Action.UPDATE, changes), (Action.DELETE, removes)):
        for name in company.owners:
            told = {names[p.user_id] for p in who_may(k, "opportunity", ids[name], action)}
            assert told == {person for person in company.departments if may(company, person, name)}


def check_selections(
    r: api.Reading, company: Company, person: str, seen: set[str], lines: set[str], names: dict[int, str]
) -> None:
    """A semi-join selects from visible records only, an anti-join misses nothing but these."""

    def answered(obj: str, condition: Among) -> set[str]:
        found = api.page(r, Query(obj, api.columns_of(("id",)), condition, limit=500))
        return {names[row[0]] for row in found.rows if row[0] in names}

    identity = Path(("id",))
    with_lines = {company.masters[line] for line in lines}
    places = {company.places[record] for record in seen}
    for negated in (False, True):
        of_lines = Among(identity, Selection("opportunity_line", Path(("opportunity_id",)), TRUE), negated=negated)
        assert answered("opportunity", of_lines) == (seen - with_lines if negated else with_lines)
        of_records = Among(identity, Selection("opportunity", Path(("department_id",)), TRUE), negated=negated)
        departments = {d for d in company.parents if finds_department(company, person, d)}
        places = places & departments
        assert answered("department", of_records) == (departments - places if negated else places)


def check_editing(w: api.Writing, company: Company, person: str, ids: dict[str, int]) -> None:
    for name in company.owners:
        change = api.Change(ids[name], {"next_step": f"{person} 改"}, None)
        if changes(company, person, name):
            assert api.update(w, "opportunity", [change]).ids == (ids[name],)
        elif name in company.locked and reads(company, person, name):
            with pytest.raises(Conflict):
                api.update(w, "opportunity", [change])
        elif reads(company, person, name):
            with pytest.raises(Forbidden):
                api.update(w, "opportunity", [change])
        else:
            with pytest.raises(NotFound):
                api.update(w, "opportunity", [change])
