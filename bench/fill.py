"""A company of any size, written through the product's own write path: 2,000 people, 200 departments, N opportunities.

The shape is that of a Chinese sales organisation: ten divisions of nineteen teams, ten people in a team. Each record's
owner is drawn evenly, so a salesperson owns N / 1,900 opportunities, a team N / 190.
"""

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.registry import Registry, load_registry
from dougong.records import api
from dougong.storage.engine import Database

T = TypeVar("T")

DIVISIONS, TEAMS, PEOPLE = 10, 19, 10
PASSWORD = "bench-Password-1"  # of people who exist only in the benchmark
PLACES = "北京 上海 广州 深圳 杭州 南京 苏州 成都 武汉 西安 长沙 重庆 青岛 天津 宁波 合肥".split()
WORDS = "华信 中科 恒达 瑞丰 天宇 博远 鼎盛 新锐 金桥 海纳 宏图 远航 卓越 智联 云帆 立德 嘉禾 启明 东方 长城".split()
TRADES = "科技 机械 电子 材料 医疗 能源 食品 物流 软件 装备".split()
DEALS = "产线改造 设备采购 年度维保 软件升级 数据平台 备件框架 智能仓储 新厂建设".split()
STAGES = ("prospecting", "engaging", "proposal", "negotiation", "won", "lost")


@dataclass(frozen=True)
class Company:
    """The logins that the benchmark asks as, and who sells."""

    logins: dict[str, str]
    sellers: tuple[tuple[int, int], ...]
    """Each salesperson's user id and department id."""
    divisions: tuple[int, ...]
    """The departments above the teams."""


def organise(database: Database) -> Company:
    """Departments, people, roles, profiles and passwords of the four people who ask."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        w = api.writing(tx, registry, system("benchmark"), "system")
        root = _create(w, "department", [{"name": "标杆集团"}])[0]
        divisions = _create(
            w, "department", [{"name": f"{PLACES[n]}大区", "parent_id": root} for n in range(DIVISIONS)]
        )
        teams = _create(
            w,
            "department",
            [{"name": f"销售{t + 1}部", "parent_id": d} for d in divisions for t in range(TEAMS)],
        )
        people = _create(w, "user", [_person("rep", n, teams[n // PEOPLE]) for n in range(len(teams) * PEOPLE)])
        bosses = _create(w, "user", [_person("boss", n, d) for n, d in enumerate([root, *divisions])])
        everyone = [*people, *bosses]
        managers = {people[n * PEOPLE]: team for n, team in enumerate(teams)} | dict(
            zip(bosses, [root, *divisions], strict=True)
        )
        api.update(w, "department", [api.Change(d, {"manager_id": u}) for u, d in managers.items()])
        roles, profiles = _keys(w, "role"), _keys(w, "profile")
        _assign(w, "user_role", "role_id", [(u, roles["manager" if u in managers else "standard"]) for u in everyone])
        _assign(w, "user_profile", "profile_id", [(u, profiles["sales"]) for u in everyone])
        _assign(w, "user_role", "role_id", [(bosses[0], roles["admin"])])
        _assign(w, "user_profile", "profile_id", [(bosses[0], profiles["administrator"])])
        logins = {"administrator": "boss0", "VP": "boss1", "manager": "rep0", "salesperson": "rep1"}
        asked = {"boss0": bosses[0], "boss1": bosses[1], "rep0": people[0], "rep1": people[1]}
        for login, user in asked.items():
            set_password(tx, user, login, PASSWORD)
    return Company(logins, tuple((u, teams[n // PEOPLE]) for n, u in enumerate(people)), tuple(divisions))


def grow(database: Database, company: Company, already: int, number: int) -> None:
    """From `already` to `number` opportunities, with one account for ten of them and two contacts an account."""
    draw = random.Random(already)
    more = number - already
    accounts = list(
        _many(database, "account", (_account(draw, company, n) for n in range(already // 10, number // 10)))
    )
    list(_many(database, "contact", (_contact(draw, company, accounts) for _ in range(more // 5))))
    for _ in _many(database, "opportunity", (_opportunity(draw, company, accounts, n) for n in range(already, number))):
        pass
    with database.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def opportunity_rows(number: int) -> list[dict[str, Any]]:
    """Rows for the import: plain text cells, as a file has them."""
    draw = random.Random(number)
    return [
        {
            "name": f"{draw.choice(WORDS)}{draw.choice(TRADES)}{draw.choice(DEALS)} {n}",
            "amount": str(draw.randrange(1_000, 5_000_000)),
            "stage": draw.choice(STAGES),
            "close_date": (date(2026, 1, 1) + timedelta(days=draw.randrange(700))).isoformat(),
        }
        for n in range(number)
    ]


def _create(w: api.Writing, obj: str, rows: Sequence[dict[str, Any]]) -> list[int]:
    made: list[int] = []
    for chunk in batched(rows, BATCH_MAX):
        made += [i for i in api.create(w, obj, list(chunk)).ids if i is not None]
    return made


def batched(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most `size`."""
    source = iter(rows)
    while chunk := list(itertools.islice(source, size)):
        yield chunk


def _many(database: Database, obj: str, rows: Iterator[dict[str, Any]]) -> Iterator[int]:
    registry: Registry | None = None
    for chunk in batched(rows, BATCH_MAX):
        with database.transaction() as tx:
            registry = registry or load_registry(tx)
            made = api.create(api.writing(tx, registry, system("benchmark"), "system"), obj, chunk)
        yield from (i for i in made.ids if i is not None)


def _person(kind: str, n: int, department: int) -> dict[str, Any]:
    return {
        "name": f"{WORDS[n % len(WORDS)][0]}{kind}{n}",
        "login": f"{kind}{n}",
        "email": f"{kind}{n}@bench.example",
        "department_id": department,
    }


def _keys(w: api.Writing, obj: str) -> dict[str, int]:
    table = w.registry.tables[obj]
    return {row.key: row.id for row in w.snapshot.rows(sa.select(table.c.key, table.c.id))}


def _assign(w: api.Writing, obj: str, field: str, pairs: Sequence[tuple[int, int]]) -> None:
    _create(w, obj, [{"user_id": user, field: held} for user, held in pairs])


def _account(draw: random.Random, company: Company, n: int) -> dict[str, Any]:
    owner, department = draw.choice(company.sellers)
    name = f"{draw.choice(PLACES)}{draw.choice(WORDS)}{draw.choice(WORDS)}{draw.choice(TRADES)}有限公司{n}"
    return {"name": name, "owner_id": owner, "department_id": department}


def _contact(draw: random.Random, company: Company, accounts: Sequence[int]) -> dict[str, Any]:
    owner, department = draw.choice(company.sellers)
    name = f"{draw.choice('王李张刘陈杨黄赵周吴')}{draw.choice('伟芳娜敏静磊军洋勇艳')}{draw.choice('明华杰涛玲丹')}"
    return {"name": name, "account_id": draw.choice(accounts), "owner_id": owner, "department_id": department}


def _opportunity(draw: random.Random, company: Company, accounts: Sequence[int], n: int) -> dict[str, Any]:
    owner, department = draw.choice(company.sellers)
    return {
        "name": f"{draw.choice(WORDS)}{draw.choice(TRADES)}{draw.choice(DEALS)} {n}",
        "account_id": draw.choice(accounts),
        "amount": draw.randrange(1_000, 5_000_000),
        "stage": draw.choice(STAGES),
        "close_date": date(2026, 1, 1) + timedelta(days=draw.randrange(700)),
        "owner_id": owner,
        "department_id": department,
    }
