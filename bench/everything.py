"""What permissions cost with every mechanism on: lists of all kinds of readers, token sets, explanations."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bench import floor
from bench.cases import floor_of, list_body, query_request
from bench.company import Company
from bench.wire import load, once, request
from dougong.access.grasp import read_organisation
from dougong.access.principal import Reach, system
from dougong.access.resolve import resolve
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot

Headers = dict[str, str]
SignIn = Callable[[int, str], Headers]
Figures = list[dict[str, object]]

ORDERS = ("close_date", "amount")
LIST_OVER_FLOOR, PLAN_P95, TOKENS, EXPLAIN = 2.0, 20.0, 30.0, 50.0
"""The goals of issue B, in milliseconds."""
ROUNDS = 15


def measure(
    database: Database,
    url: str,
    port: int,
    sign_in: SignIn,
    company: Company,
    size: int,
    seconds: float,
    console: Console,
) -> Figures:
    """All readers, with all dimensions to be met and then with any one of them; printed as tables."""
    figures: Figures = []
    for combination in ("all", "any"):
        with combined(database, combination):
            table = lists_table(f"{size:,} opportunities, {combination} of the dimensions")
            for kind, login in company.logins.items():
                headers = sign_in(port, login)
                for order in ORDERS:
                    row = list_case(database, url, port, headers, company.ids[login], order, seconds)
                    figures.append({"size": size, "combination": combination, "reader": kind, "order": order, **row})
                    tell_list(table, kind, order, row)
            console.print(table)
    figures += decisions(database, port, sign_in, company, size, console)
    worst = max(figures, key=lambda f: float(str(f.get("floor_p95", 0))))
    over = [f for f in figures if "over" in f and float(str(f["over"])) > LIST_OVER_FLOOR]
    console.print(
        f"worst plan: {worst.get('floor_p95', 0):.1f} ms at p95 "
        f"({worst['reader']}, {worst['order']}, {worst['combination']}; goal {PLAN_P95:.0f}); "
        f"{len(over)} of {sum('over' in f for f in figures)} lists over the floor by more than {LIST_OVER_FLOOR:.0f} ms"
    )
    return figures


def lists_table(title: str) -> Table:
    """An empty table of lists."""
    table = Table(title=title, title_justify="left")
    for heading in (
        "reader",
        "by",
        "tokens",
        "rows",
        "p50 ms",
        "p95 ms",
        "floor p50",
        "floor p95",
        "over",
        "planning",
        "execution",
    ):
        table.add_column(heading, justify="left" if heading in {"reader", "by"} else "right")
    return table


def tell_list(table: Table, kind: str, order: str, row: Mapping[str, Any]) -> None:
    """One list as a row of the table."""
    shown = ("p50", "p95", "floor_p50", "floor_p95", "over", "planning", "execution")
    table.add_row(kind, order, str(row["tokens"]), str(row["rows"]), *(f"{row[name]:.2f}" for name in shown))


def list_case(
    database: Database, url: str, port: int, headers: Headers, user_id: int, order: str, seconds: float
) -> dict[str, Any]:
    """One list page over HTTP, its statement by bare psycopg, and what the planner and the executor say of it."""
    body = list_body(order, descending=True)
    asked = query_request(headers, body)
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        actor = resolve(snapshot, registry, user_id)
        sql, params = floor_of(api.Reading(snapshot, registry, actor), body)
    timed = load(port, lambda _: asked, connections=1, seconds=seconds)
    bare = floor.direct(url, sql, params, seconds=seconds)
    planning, execution = explained(url, sql, params)
    return {
        "tokens": len(actor.tokens[Reach.READ]),
        "rows": len(orjson.loads(once(port, asked)[1])["rows"]),
        "p50": timed.p50, "p95": timed.p95, "floor_p50": bare.p50, "floor_p95": bare.p95,
        "over": timed.p50 - bare.p50, "planning": planning, "execution": execution,
    }  # fmt: skip


def explained(url: str, sql: str, params: Mapping[str, Any]) -> tuple[float, float]:
    """Milliseconds of planning and of execution, the medians of a few runs."""
    found = []
    with psycopg.connect(url, autocommit=True, options=floor.OPTIONS) as connection:
        for _ in range(7):
            # What the product compiled, with its values bound.
            statement = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}"
            answer = connection.execute(statement, params).fetchone()
            plan = answer[0][0] if answer else {}
            found.append((plan["Planning Time"], plan["Execution Time"]))
    return statistics.median(p for p, _ in found), statistics.median(e for _, e in found)


@contextmanager
def combined(database: Database, combination: str) -> Iterator[None]:
    """How the dimensions of opportunities combine, for the block."""
    with database.transaction() as tx:
        w = api.writing(tx, load_registry(tx), system("benchmark"), "system")
        made = api.create(w, "dimension_combination", [{"object_name": "opportunity", "combination": combination}]).ids
    try:
        yield
    finally:
        with database.transaction() as tx:
            w = api.writing(tx, load_registry(tx), system("benchmark"), "system")
            api.delete(w, "dimension_combination", [i for i in made if i is not None])


def decisions(database: Database, port: int, sign_in: SignIn, company: Company, size: int, console: Console) -> Figures:
    """A login's token set built from nothing and with the organisation known, and explanations over HTTP."""
    figures: Figures = []
    administrator = sign_in(port, company.logins["administrator"])
    table = Table(title=f"{size:,} opportunities: deciding", title_justify="left")
    for heading in ("reader", "tokens, cold", "tokens, organisation known", "explain read", "explain update"):
        table.add_column(heading, justify="left" if heading == "reader" else "right")
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        organisation = read_organisation(snapshot, registry)
        records = some_records(snapshot, registry.tables["opportunity"])
        for kind, login in company.logins.items():
            user = company.ids[login]
            cold = median_ms(partial(resolve, snapshot, registry, user))
            warm = median_ms(partial(resolve, snapshot, registry, user, organisation))
            told = [explain_ms(port, administrator, records, user, action) for action in ("read", "update")]
            table.add_row(kind, *(f"{ms:.1f}" for ms in (cold, warm, *told)))
            figures.append({"size": size, "case": kind, "tokens_cold": cold, "tokens_warm": warm, "explain": max(told)})
    console.print(table)
    console.print(f"goals: a token set below {TOKENS:.0f} ms, an explanation below {EXPLAIN:.0f} ms")
    return figures


def some_records(snapshot: Snapshot, table: sa.Table) -> list[int]:
    """A few records from everywhere in the table."""
    last = int(snapshot.scalar(sa.select(sa.func.max(table.c.id))))
    first = int(snapshot.scalar(sa.select(sa.func.min(table.c.id))))
    wanted = [first + (last - first) * n // ROUNDS for n in range(ROUNDS)]
    found = [snapshot.scalar(sa.select(sa.func.min(table.c.id)).where(table.c.id >= at)) for at in wanted]
    return [int(number) for number in found]


def explain_ms(port: int, headers: Headers, records: list[int], user: int, action: str) -> float:
    """The median of explanations asked by the administrator about `user`."""
    taken = []
    for record in records:
        path = f"/api/v1/records/opportunity/{record}/access?user={user}&action={action}"
        started = time.perf_counter()
        status, answer = once(port, request("GET", path, headers))
        taken.append(1000 * (time.perf_counter() - started))
        if status >= 400:
            raise RuntimeError(answer)
    return statistics.median(taken)


def median_ms(act: Callable[[], object]) -> float:
    """The median time of `act` in milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - started))
    return statistics.median(taken)
