"""Visibility by tokens equals the reference model, through every way to ask: no leak, no loss."""

import os
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.access.explain import Knowledge, explain, know, who_may
from dougong.access.principal import Action, system
from dougong.access.resolve import resolve
from dougong.expressions.ast import TRUE, Among, Compare, Operator, Path, Selection
from dougong.kit.errors import Forbidden, NotFound
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.read.query import Call, Child, Column, Function, Query
from tests.model.visibility import Company, Member, edits, owns, reads

SCOPES = ["own", "department", "department_and_below", "all"]
EXAMPLES = 400 if os.environ.get("DEEP") else 25


class Rolledback(Exception):
    """Ends the transaction of one example without a trace."""


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """A small random organisation with records: any tree, heads from anywhere, people without a department."""
    company = Company()
    departments = [f"d{n}" for n in range(draw(st.integers(1, 5)))]
    people = [f"p{n}" for n in range(draw(st.integers(1, 5)))]
    for n, name in enumerate(departments):
        company.parents[name] = draw(st.sampled_from([None, *departments[:n]]))
        company.heads[name] = draw(st.sampled_from([None, *people]))
    for name in people:
        company.departments[name] = draw(st.sampled_from([None, *departments]))
        company.roles[name] = draw(st.lists(st.tuples(st.sampled_from(SCOPES), st.sampled_from(SCOPES)), max_size=2))
    for n in range(draw(st.integers(1, 6))):
        company.owners[f"o{n}"] = draw(st.sampled_from(people))
        company.places[f"o{n}"] = draw(st.sampled_from(departments))
    for n in range(draw(st.integers(0, 4))):
        company.masters[f"l{n}"] = draw(st.sampled_from(sorted(company.owners)))
    roles = [f"r-{name}-{n}" for name, held in company.roles.items() for n in range(len(held))]
    for n in range(draw(st.integers(0, 3))):
        known = [*people, *departments, *roles, *company.groups]
        company.groups[f"g{n}"] = draw(st.lists(members(known), max_size=3))
    company.closed = draw(st.sets(st.sampled_from(sorted(company.groups)), max_size=1)) if company.groups else set()
    given = st.tuples(members([*people, *departments, *company.groups]), st.sampled_from(["read", "edit"]))
    for name in company.owners:
        company.teams[name] = draw(st.lists(given, max_size=2))
    pairs = st.tuples(st.sampled_from(people), st.sampled_from(people)).filter(lambda pair: pair[0] != pair[1])
    company.assistants = draw(st.lists(pairs, max_size=2)) if len(people) > 1 else []
    return company


def members(names: list[str]) -> st.SearchStrategy[Member]:
    """Somebody or something of these names; only a department takes those below it along."""
    return st.builds(
        lambda name, below: Member(name, below and name.startswith("d")), st.sampled_from(names), st.booleans()
    )


def build(w: api.Writing, company: Company) -> dict[str, int]:
    """The company through the product's own write path; the ids of its parts by their names."""
    ids: dict[str, int] = {}

    def create(obj: str, known_as: str, /, **values: object) -> int:
        made = api.create(w, obj, [values]).ids[0]
        assert made is not None
        ids[known_as] = made
        return made

    for name, parent in company.parents.items():
        create("department", name, name=f"{name} 部门", parent_id=ids[parent] if parent else None)
    profile = create("profile", "profile", key="probe", name="试验")
    for obj in ("account", "opportunity", "opportunity_line", "user", "department", "product"):
        actions = ["read", "create", "update", "delete", "transfer", "export", "share"]
        create("object_permission", f"op-{obj}", profile_id=profile, object_name=obj, actions=actions)
    for name, department in company.departments.items():
        create(
            "user",
            name,
            name=f"人 {name}",
            login=f"probe.{name}",
            email=f"probe.{name}@example.com",
            active=True,
            department_id=ids[department] if department else None,
        )
        create("user_profile", f"up-{name}", user_id=ids[name], profile_id=profile)
        for n, (read, edit) in enumerate(company.roles[name]):
            scopes = {"read_scope": read, "edit_scope": edit}
            role = create("role", f"r-{name}-{n}", key=f"probe_{name}_{n}", name=f"角色{name}{n}", **scopes)
            create("user_role", f"ur-{name}-{n}", user_id=ids[name], role_id=role)
    for name, head in company.heads.items():
        if head:
            api.update(w, "department", [api.Change(ids[name], {"manager_id": ids[head]}, None)])
    for name, inside in company.groups.items():
        create("public_group", name, name=f"组 {name}", active=name not in company.closed)
        for n, member in enumerate(inside):
            to = reference(ids, member)
            create("public_group_member", f"gm-{name}-{n}", group_id=ids[name], member_id=to, with_below=member.below)
    for n, (assistant, manager) in enumerate(company.assistants):
        create("assistant", f"as-{n}", assistant_id=ids[assistant], manager_id=ids[manager])
    product = create("product", "product", name="探针", code="PROBE", list_price="10")
    account = create("account", "account", name="探针客户", owner_id=ids[next(iter(company.departments))])
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
        )
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
    return ids


KINDS = {"p": "user", "d": "department", "r": "role", "g": "public_group"}


def reference(ids: dict[str, int], member: Member) -> dict[str, object]:
    """The member as the value of a lookup to several objects."""
    return {"object": KINDS[member.name[0]], "id": ids[member.name]}


SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
@given(company=companies())
def test_every_way_of_asking_agrees_with_the_model(database, company: Company) -> None:
    with suppress(Rolledback), database.transaction() as tx:
        registry = load_registry(tx)
        ids = build(api.writing(tx, registry, system("visibility test"), "test"), company)
        names = {number: name for name, number in ids.items()}
        for person in company.departments:
            r = api.Reading(tx, registry, resolve(tx, registry, ids[person]))
            check_reading(r, company, person, names)
            check_editing(api.writing(tx, registry, r.actor, "test"), company, person, ids)
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

    assert listed("opportunity") == seen
    assert changeable("opportunity") == {o for o in company.owners if edits(company, person, o)}
    assert changeable("opportunity_line") == {d for d in company.masters if edits(company, person, d)}
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
    assert (total.rows[0][1] or 0) == 100 * len(seen)
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
    check_selections(r, company, seen, lines, names)
    k = know(r.snapshot, r.registry)
    for name in company.owners:
        number = next(i for i, n in names.items() if n == name)
        if name in seen:
            assert api.get(r, "opportunity", number)["id"] == number
            mine, may = owns(company, person, name), edits(company, person, name)
            can = {Action.UPDATE: may, Action.DELETE: mine, Action.TRANSFER: mine, Action.SHARE: mine}
            assert api.get_with_rights(r, "opportunity", number)[1] == can
        else:
            with pytest.raises(NotFound):
                api.get(r, "opportunity", number)
        told = explain(k, r.actor.user_id, "opportunity", number, Action.READ)
        assert told.allowed == (name in seen) == any(reason.passed for reason in told.reasons[1:])
        for action, may in ((Action.UPDATE, edits), (Action.DELETE, owns)):
            told = explain(k, r.actor.user_id, "opportunity", number, action)
            assert told.allowed == may(company, person, name) == any(reason.passed for reason in told.reasons[1:])
    for name in company.masters:
        number = next(i for i, n in names.items() if n == name)
        assert explain(k, r.actor.user_id, "opportunity_line", number, Action.READ).allowed == (name in lines)


def check_who_may(k: Knowledge, company: Company, ids: dict[str, int], names: dict[int, str]) -> None:
    for action, may in ((Action.READ, reads), (Action.UPDATE, edits), (Action.DELETE, owns)):
        for name in company.owners:
            told = {names[p.user_id] for p in who_may(k, "opportunity", ids[name], action)}
            assert told == {person for person in company.departments if may(company, person, name)}


def check_selections(r: api.Reading, company: Company, seen: set[str], lines: set[str], names: dict[int, str]) -> None:
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
        departments = set(company.parents)
        assert answered("department", of_records) == (departments - places if negated else places)


def check_editing(w: api.Writing, company: Company, person: str, ids: dict[str, int]) -> None:
    for name in company.owners:
        change = api.Change(ids[name], {"next_step": f"{person} 改"}, None)
        if edits(company, person, name):
            assert api.update(w, "opportunity", [change]).ids == (ids[name],)
        elif reads(company, person, name):
            with pytest.raises(Forbidden):
                api.update(w, "opportunity", [change])
        else:
            with pytest.raises(NotFound):
                api.update(w, "opportunity", [change])
