"""A company with every mechanism of permissions on: 5,000 people, 500 departments, 3 dimensions, 100 rules, 50 groups.

Written through the product's own write path, as everything of the benchmark is. The rules stand before the first
record, so that the records carry their tokens from the start; the last step lets the product check that they are right.
"""

import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bench.fill import DEALS, PASSWORD, STAGES, TRADES, WORDS, batched
from dougong.access.passwords import hash_password, store_hash
from dougong.access.principal import system
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.dimensions.filling import run_filling
from dougong.records.sharing.recalculation import recalculate_all
from dougong.storage.engine import Database
from dougong.storage.schema import job

PEOPLE, DIVISIONS, REGIONS, TEAMS, PARTNERS = 5_000, 9, 45, 435, 10
RULES, GROUPS, DEPTH, ASSISTANTS = 100, 50, 10, 50
TREES = {"area": (7, 4, 4), "line": (4, 3, 3), "trade": (5, 4, 1)}
"""Of each dimension how many nodes stand below the root, below each of them, and below each of those."""
SOURCES = ("website", "search", "exhibition", "event", "partner", "other")
TEAM_SHARE = 100
"""One of so many records is given to somebody by its team."""


@dataclass
class Company:
    """Who there is; `logins` says who asks, by what kind of reader they are."""

    sellers: list[tuple[int, int]] = field(default_factory=list)
    """Each with their department."""
    logins: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    """Of those who ask, by login."""
    groups: list[int] = field(default_factory=list)


class Founding:
    """The writing, with what was made so far."""

    def __init__(self, w: api.Writing) -> None:
        """Everything is drawn from one seed: the company is the same each time."""
        self.w = w
        self.draw = random.Random(7)
        self.made = 0

    def create(self, obj: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Many records; their ids."""
        found: list[int] = []
        for chunk in batched(rows, BATCH_MAX):
            found += [i for i in api.create(self.w, obj, chunk).ids if i is not None]
        self.made += len(found)
        return found

    def keys(self, obj: str) -> dict[str, int]:
        """The ids of the standard package's records by key."""
        table = self.w.registry.tables[obj]
        return {row.key: row.id for row in self.w.transaction.rows(sa.select(table.c.key, table.c.id))}


def found_company(database: Database) -> Company:
    """Everything but the records that are asked for."""
    company = Company()
    with database.transaction() as tx:
        f = Founding(api.writing(tx, load_registry(tx), system("benchmark"), "system"))
        trees = {key: _tree(f, key, shape) for key, shape in TREES.items()}
        for key in TREES:
            dimension = f.keys("dimension")[key]
            f.create("dimension_object", [{"dimension_id": dimension, "object_name": "opportunity"}])
        waiting = [row.id for row in tx.rows(sa.select(job.c.id).where(job.c.kind == "dimension"))]
    for number in waiting:
        run_filling(database, number)
    with database.transaction() as tx:
        f = Founding(api.writing(tx, load_registry(tx), system("benchmark"), "system"))
        roles = _roles(f)
        departments = _departments(f)
        people = _people(f, company, departments, roles, trees)
        company.groups = _groups(f, people, departments)
        _rules(f, company, people, departments, roles)
        heads = people[: DIVISIONS + 1]
        pairs = [{"assistant_id": people[-1 - n], "manager_id": heads[n % len(heads)]} for n in range(ASSISTANTS)]
        f.create("assistant", pairs)
        stored = hash_password(PASSWORD)
        for login in company.logins.values():
            store_hash(tx, company.ids[login], stored)
    recalculate_all(database)
    return company


def _tree(f: Founding, key: str, shape: tuple[int, int, int]) -> list[list[int]]:
    """The nodes of a dimension, level by level."""
    (dimension,) = f.create("dimension", [{"key": key, "name": key}])
    levels = [f.create("dimension_node", [{"name": key, "dimension_id": dimension}])]
    for number in shape:
        rows = [
            {"name": f"{key}-{parent}-{n}", "dimension_id": dimension, "parent_id": parent}
            for parent in levels[-1]
            for n in range(number)
        ]
        levels.append(f.create("dimension_node", rows))
    return levels


def _roles(f: Founding) -> dict[str, int]:
    """The preset roles and two that dimensions limit: one by area alone, one by all three."""
    scopes = {"read_scope": "all", "edit_scope": "own"}
    regional, expert = f.create("role", [{"key": k, "name": k, **scopes} for k in ("regional", "expert")])
    viewer, narrow = f.create(
        "role",
        [
            {"key": "viewer", "name": "viewer", **scopes},
            {"key": "narrow", "name": "narrow", "read_scope": "department_and_below", "edit_scope": "own"},
        ],
    )
    dimensions = f.keys("dimension")
    below = {"read_scope": "department_and_below", "edit_scope": "own"}
    f.create("role_scope", [{"role_id": regional, "dimension_id": dimensions["area"], **below}])
    for role in (expert, narrow):
        f.create("role_scope", [{"role_id": role, "dimension_id": d, **below} for d in dimensions.values()])
    return {**f.keys("role"), "regional": regional, "expert": expert, "viewer": viewer, "narrow": narrow}


@dataclass(frozen=True)
class Departments:
    """By level."""

    root: int
    divisions: list[int]
    regions: list[int]
    teams: list[int]
    partners: list[int]


def _departments(f: Founding) -> Departments:
    (root,) = f.create("department", [{"name": "标杆集团"}])
    divisions = f.create("department", [{"name": f"事业部{n}", "parent_id": root} for n in range(DIVISIONS)])
    regions = f.create(
        "department", [{"name": f"大区{n}", "parent_id": divisions[n % DIVISIONS]} for n in range(REGIONS)]
    )
    teams = f.create("department", [{"name": f"销售{n}部", "parent_id": regions[n % REGIONS]} for n in range(TEAMS)])
    accounts = f.create("account", [{"name": f"渠道伙伴{n}有限公司"} for n in range(PARTNERS)])
    outer = [{"name": f"伙伴{n}", "department_type": "external", "account_id": a} for n, a in enumerate(accounts)]
    return Departments(root, divisions, regions, teams, f.create("department", outer))


def _people(
    f: Founding,
    company: Company,
    departments: Departments,
    roles: Mapping[str, int],
    trees: Mapping[str, list[list[int]]],
) -> list[int]:
    """Heads first, then the salespeople of the teams, the partners' people, and last who assists."""
    places = [departments.root, *departments.divisions, *departments.regions, *departments.teams]
    heads = len(places)
    places += departments.partners * 5
    places += [departments.teams[n % TEAMS] for n in range(PEOPLE - len(places) - ASSISTANTS)]
    places += [departments.root] * ASSISTANTS
    external = set(departments.partners)
    people = f.create(
        "user",
        [
            {
                "name": f"{WORDS[n % len(WORDS)][0]}员工{n}",
                "login": f"p{n}",
                "email": f"p{n}@bench.example",
                "department_id": place,
                "active": True,
                "user_type": "external" if place in external else "internal",
            }
            for n, place in enumerate(places)
        ],
    )
    profiles = f.keys("profile")
    given = [profiles["partner"] if place in external else profiles["sales"] for place in places]
    f.create("user_profile", [{"user_id": u, "profile_id": p} for u, p in zip(people, given, strict=True)])
    asked = {
        "administrator": 0, "head of a division": 1, "head of a region": 10, "head of a team": 60,
        "salesperson": 700, "sees all": 701, "by area": 702, "by three dimensions": 703,
        "department and three dimensions": 15, "three dimensions, chief": 704, "in nested groups": 705,
        "given by teams": 706, "partner": heads, "assistant of a head": len(people) - 2,
    }  # fmt: skip
    extra = {
        asked["administrator"]: "admin", asked["sees all"]: "viewer", asked["by area"]: "regional",
        asked["by three dimensions"]: "expert", asked["three dimensions, chief"]: "expert",
        asked["department and three dimensions"]: "narrow",
    }  # fmt: skip
    held = [
        ("partner" if place in external else "narrow" if n == asked["department and three dimensions"]
         else "manager" if n < heads else "standard")
        for n, place in enumerate(places)
    ]  # fmt: skip
    pairs = {(n, name) for n, name in enumerate(held)} | set(extra.items())
    f.create("user_role", [{"user_id": people[n], "role_id": roles[name]} for n, name in sorted(pairs)])
    f.create("user_profile", [{"user_id": people[0], "profile_id": profiles["administrator"]}])
    f.create(
        "user_department", [{"user_id": people[n], "department_id": departments.teams[n % 40]} for n in range(600, 800)]
    )
    api_heads = [api.Change(place, {"manager_id": people[n]}) for n, place in enumerate(places[:heads])]
    api.update(f.w, "department", api_heads)
    nodes = []
    for tree in trees.values():
        leaves = tree[-1]
        for n, user in enumerate(people):
            # A chief belongs to a node near the root, everybody else to one of the last level.
            at = (
                tree[1][0] if n in {asked["by area"], asked["three dimensions, chief"], 15} else leaves[n % len(leaves)]
            )
            nodes.append({"user_id": user, "node_id": at})
    f.create("user_dimension_node", nodes)
    company.logins = {kind: f"p{n}" for kind, n in asked.items()}
    company.ids = {f"p{n}": people[n] for n in asked.values()}
    company.sellers = [(people[n], places[n]) for n in range(heads, len(people) - ASSISTANTS)]
    return people


def _groups(f: Founding, people: Sequence[int], departments: Departments) -> list[int]:
    """Five chains of ten groups in one another; each has people and a department of its own."""
    groups = f.create("public_group", [{"name": f"组{n}"} for n in range(GROUPS)])
    members: list[dict[str, Any]] = []
    for n, group in enumerate(groups):
        if n % DEPTH:
            members.append({"group_id": groups[n - 1], "member_id": {"object": "public_group", "id": group}})
        some = f.draw.sample(people, 20)
        members += [{"group_id": group, "member_id": {"object": "user", "id": user}} for user in some]
        region = {"object": "department", "id": departments.regions[n % REGIONS]}
        members.append({"group_id": group, "member_id": region, "with_below": n % 2 == 0})
    for last in range(DEPTH - 1, GROUPS, DEPTH):
        # In the innermost of every chain, and by that in all fifty.
        members.append({"group_id": groups[last], "member_id": {"object": "user", "id": people[705]}})
    f.create("public_group_member", members)
    return groups


def _rules(
    f: Founding, company: Company, people: Sequence[int], departments: Departments, roles: Mapping[str, int]
) -> None:
    """Sixty rules by conditions, forty by owner; for people, departments, groups and a role."""
    pairs = list(itertools.product(STAGES, SOURCES))
    rows: list[dict[str, Any]] = []
    for n in range(RULES):
        row: dict[str, Any] = {
            "name": f"规则{n}",
            "object_name": "opportunity",
            "level": "edit" if n % 4 == 0 else "read",
        }
        if n < 60:
            stage, source = pairs[n % len(pairs)]
            chosen = [{"field": "stage", "op": "=", "value": stage}, {"field": "source", "op": "=", "value": source}]
            rows.append({**row, "basis": "criteria", "conditions": json.dumps({"and": chosen})})
            continue
        source_of = (
            {"object": "department", "id": departments.teams[n]},
            {"object": "public_group", "id": company.groups[n % GROUPS]},
            {"object": "user", "id": people[n * 7]},
        )[n % 3]
        rows.append({**row, "basis": "owner", "source_id": source_of, "source_below": n % 3 == 0})
    targets = [
        {"rule_id": rule, "target_id": to, "with_below": to["object"] == "department"}
        for n, rule in enumerate(f.create("sharing_rule", rows))
        for to in (
            {"object": "user", "id": people[800 + n]},
            {"object": "department", "id": departments.teams[(n * 3) % TEAMS]},
            {"object": "public_group", "id": company.groups[(n * 7) % GROUPS]},
        )
    ]
    f.create("sharing_rule_target", targets)


def grow(database: Database, company: Company, number: int) -> None:
    """The opportunities, with teams on some of them; then PostgreSQL and the product are let see to them."""
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
    draw = random.Random(number)
    given: list[dict[str, Any]] = []
    favourite = company.ids[company.logins["given by teams"]]
    for chunk in batched(_opportunities(draw, company, number), BATCH_MAX):
        with database.transaction() as tx:
            w = api.writing(tx, registry, system("benchmark"), "system")
            ids = api.create(w, "opportunity", chunk).ids
        for record in ids[::TEAM_SHARE]:
            user = favourite if len(given) % 20 == 0 else draw.choice(company.sellers)[0]
            member = (
                {"object": "user", "id": user}
                if len(given) % 3 < 2
                else {"object": "public_group", "id": draw.choice(company.groups)}
            )
            given.append({"record_id": {"object": "opportunity", "id": record}, "member_id": member, "level": "read"})
    for rows in batched(given, BATCH_MAX):
        with database.transaction() as tx:
            api.create(api.writing(tx, registry, system("benchmark"), "system"), "team_member", rows)
    recalculate_all(database)
    with database.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _opportunities(draw: random.Random, company: Company, number: int) -> Iterator[dict[str, Any]]:
    for n in range(number):
        owner, department = draw.choice(company.sellers)
        yield {
            "name": f"{draw.choice(WORDS)}{draw.choice(TRADES)}{draw.choice(DEALS)} {n}",
            "amount": draw.randrange(1_000, 5_000_000),
            "stage": draw.choice(STAGES),
            "source": draw.choice(SOURCES),
            "close_date": date(2026, 1, 1) + timedelta(days=draw.randrange(700)),
            "owner_id": owner,
            "department_id": department,
        }
