"""What a search costs: each kind of query, by each kind of person, over the usual company.

`python -m bench --search --sizes 100000 1000000 --companies 1000000`. The goal is 50 ms.
"""

import os
import time
from collections.abc import Iterator
from functools import partial
from random import Random
from urllib.parse import quote

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bench import fill
from bench.wire import Request, load, request
from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.companies.store import companies_like, put_in_force, store_companies
from dougong.records.search_upkeep import index_waiting
from dougong.storage.engine import Database

QUERIES: dict[str, tuple[str, ...]] = {
    "exact name": ("北京华信中科科技有限公司12", "上海恒达瑞丰机械有限公司57"),
    "brand": ("华信", "恒达", "瑞丰", "天宇"),
    "two brands": ("华信中科", "恒达瑞丰", "天宇博远"),
    "trade, in every tenth": ("科技", "机械", "电子"),
    "pinyin": ("huaxin", "hengda", "tianyu"),
    "initials": ("hxzk", "hdrf", "tyby"),
    "mixed": ("hx科技", "tianyu软件"),
    "code": ("00012", "2026"),
    "person": ("王芳", "李娜"),
    "two words": ("华信 设备", "恒达 升级"),
    "slip": ("tianyuu", "huaxinn"),
    "nothing": ("没有这样的记录", "qqqqzz"),
}
COMPANY_QUERIES = ("华信", "恒达瑞丰", "上海", "远航", "北京华信", "科技 天宇", "91330")
REPEATS = 40


def search_cases(
    database: Database, port: int, people: dict[str, dict[str, str]], size: int, seconds: float, console: Console
) -> list[dict[str, object]]:
    """Ask every kind of query as every person, one after the other."""
    # As behind every import: what waits beside the index is sorted in.
    index_waiting(database)
    figures: list[dict[str, object]] = []
    for person, headers in people.items():
        table = Table(
            title=f"search, {size:,} opportunities, {person}; load {os.getloadavg()[0]:.1f}", title_justify="left"
        )
        for heading in ("query", "p50 ms", "p95 ms", "req/s"):
            table.add_column(heading, justify="left" if heading == "query" else "right")
        for kind, texts in QUERIES.items():
            asked = [request("GET", f"/api/v1/search?q={quote(text)}", headers) for text in texts]
            found = load(port, partial(_turn, asked), connections=1, seconds=seconds)
            table.add_row(kind, f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.rate:,.0f}")
            figures.append({"size": size, "person": person, "case": f"search: {kind}", "one": vars(found)})
        console.print(table)
    figures += _writes(database, size, console)
    return figures


def _writes(database: Database, size: int, console: Console) -> list[dict[str, object]]:
    """What the index costs those who write: a thousand accounts in one batch, and one by one."""
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("benchmark"), "system")
        rows = [{"name": f"北京华信恒达科技有限公司{n}", "phone": f"010-8{n:07d}"} for n in range(1000)]
        started = time.perf_counter()
        api.create(w, "account", rows)
        batch = 1000 / (time.perf_counter() - started)
        started = time.perf_counter()
        for n in range(100):
            api.create(w, "account", [{"name": f"上海瑞丰博远软件有限公司{n}"}])
        single = (time.perf_counter() - started) * 10
    console.print(f"create: {batch:,.0f} accounts/s in a batch, {single:.1f} ms one by one")
    return [{"size": size, "case": "create accounts", "batch": batch, "single": single}]


def company_cases(database: Database, number: int, console: Console) -> list[dict[str, object]]:
    """Candidates of a loaded registry of `number` companies, for two characters of a name and more."""
    started = time.perf_counter()
    chunk: list[dict[str, str]] = []
    for facts in _companies(number):
        chunk.append(facts)
        if len(chunk) == 5_000:
            _store(database, chunk)
            chunk = []
    _store(database, chunk)
    with database.transaction() as tx:
        put_in_force(tx, 1, 1, number, "bench.csv")
    taken = time.perf_counter() - started
    database.alone(_ANALYZE)
    table = Table(title=f"registry of {number:,} companies, loaded in {taken:.0f} s", title_justify="left")
    for heading in ("typed", "p50 ms", "p95 ms", "found"):
        table.add_column(heading, justify="left" if heading == "typed" else "right")
    figures: list[dict[str, object]] = []
    with database.snapshot() as snapshot:
        for text in COMPANY_QUERIES:
            times: list[float] = []
            found: list[object] = []
            for _ in range(REPEATS):
                began = time.perf_counter()
                found = list(companies_like(snapshot, 1, text, 10))
                times.append((time.perf_counter() - began) * 1000)
            times.sort()
            p50, p95 = times[REPEATS // 2], times[REPEATS * 95 // 100]
            table.add_row(text, f"{p50:.1f}", f"{p95:.1f}", str(len(found)))
            figures.append({"size": number, "case": f"registry: {text}", "p50": p50, "p95": p95})
    console.print(table)
    return figures


def _store(database: Database, chunk: list[dict[str, str]]) -> None:
    with database.transaction() as tx:
        store_companies(tx, 1, 1, chunk)


def _companies(number: int) -> Iterator[dict[str, str]]:
    draw = Random(number)
    for n in range(number):
        name = f"{draw.choice(fill.PLACES)}{draw.choice(fill.WORDS)}{draw.choice(fill.WORDS)}{draw.choice(fill.TRADES)}"
        yield {"name": f"{name}有限公司{n if n % 3 else ''}", "credit_code": f"91{draw.randrange(10**15):015d}X"}


_ANALYZE = sa.text("VACUUM ANALYZE registry_company")


def _turn(asked: list[Request], number: int) -> Request:
    return asked[number % len(asked)]
