"""What pools cost: the job over very many records, claims meanwhile, and lists of who sees a pool."""

import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from threading import Event

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.access.resolve import resolve
from dougong.crm.pools.expiring import Clockwork, expire_all
from dougong.crm.pools.reading import found, is_
from dougong.crm.pools.taking import claim
from dougong.expressions.ast import Path, all_of
from dougong.kit import clock
from dougong.kit.collector import collect_seldom
from dougong.kit.errors import Conflict, NotFound, Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import Order, Query, Reading, columns_of, create, keep, page, writing
from dougong.records.people import find_person
from dougong.storage.engine import Database, open_database

BATCH = 2_000
LYING = 2_000
"""Records that somebody may take while the job runs."""
LISTS = 200
Figures = list[dict[str, object]]


def pool_cases(database: Database, size: int, login: str = "wangfang") -> Figures:
    """Fill a pool with `size` records that are due, take them back while somebody claims, and ask for lists."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        w = writing(tx, registry, system("bench"), "system")
        person = find_person(w, login) or 0
        hidden = '["mobile"]'
        (pool,) = create(w, "pool", [{"name": "bench", "object_name": "lead", "hidden_fields": hidden}]).ids
        create(w, "pool_member", [{"pool_id": pool, "member_id": {"object": "user", "id": person}}])
    started = time.perf_counter()
    for first in range(0, size, BATCH):
        _fill(database, pool or 0, person, range(first, min(first + BATCH, size)), due=True)
    _fill(database, pool or 0, None, range(LYING), due=False)
    figures: Figures = [_figure("fill", size, time.perf_counter() - started)]
    stop = Event()
    # As in the product: jobs have a process of their own.
    with ThreadPoolExecutor(1) as threads, ProcessPoolExecutor(1, get_context("spawn")) as processes:
        processes.submit(clock.now).result()
        claims = threads.submit(_claims, database, person, pool or 0, stop)
        taken_back, seconds = processes.submit(_take_back, database.url).result()
        stop.set()
        waits = claims.result()
    figures.append(_figure("take back", taken_back, seconds))
    if waits:
        figures.append({"case": "claim meanwhile, p95 ms", "value": round(_p95(waits) * 1000, 1), "count": len(waits)})
    with database.transaction() as tx:
        # What the database does by itself within a minute.
        tx.execute(sa.text("ANALYZE data.lead"))
    figures += _lists(database, person)
    return figures


def _take_back(url: str) -> tuple[int, float]:
    """The job, once: how many records it took back, and in which time."""
    collect_seldom()
    database = open_database(url, pool_size=2)
    started = time.perf_counter()
    taken_back = expire_all(Clockwork(database.transaction, clock.now()))
    seconds = time.perf_counter() - started
    database.close()
    return taken_back, seconds


def _figure(case: str, count: int, seconds: float) -> dict[str, object]:
    return {
        "case": case,
        "count": count,
        "seconds": round(seconds, 1),
        "per_second": round(count / max(seconds, 0.001)),
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _fill(database: Database, pool: int, owner: int | None, numbers: range, *, due: bool) -> None:
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("bench"), "system")
        rows = [
            {"name": f"线索{n}", "company_name": f"公司{n}", "mobile": f"138{n:08d}", "pool_id": pool}
            | ({} if owner is None else {"owner_id": owner})
            for n in numbers
        ]
        ids = create(w, "lead", rows).ids
        if due:
            past = clock.now() - timedelta(days=90)
            keep(w, "lead", {i: {"claimed_at": past, "expires_at": past} for i in ids if i is not None})


def _claims(database: Database, person: int, pool: int, stop: Event) -> list[float]:
    """How long claims of single records take until `stop`."""
    waits: list[float] = []
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        actor = resolve(snapshot, registry, person)
    with database.transaction() as tx:
        here = all_of(is_("pool_id", pool), is_("pool_status", "unclaimed"))
        lying = found(writing(tx, registry, actor, "bench"), "lead", here, ("id",))
    for row in lying:
        if stop.is_set():
            break
        started = time.perf_counter()
        try:
            with database.transaction() as tx:
                claim(writing(tx, registry, actor, "bench"), "lead", [row["id"]])
        except (Conflict, NotFound, Refused):
            continue
        waits.append(time.perf_counter() - started)
    return waits


def _lists(database: Database, person: int) -> Figures:
    """The first page of leads for somebody from whom a field is hidden, and for who administers all."""
    figures: Figures = []
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        actor = resolve(snapshot, registry, person)
        for case, who in (("list, a field hidden, p95 ms", actor), ("list, nothing hidden, p95 ms", system("bench"))):
            times = [_page(Reading(snapshot, registry, who)) for _ in range(LISTS)]
            figures.append({"case": case, "value": round(_p95(times) * 1000, 2), "count": len(times)})
    return figures


def _page(r: Reading) -> float:
    newest = (Order(Path(("created_at",)), descending=True),)
    query = Query("lead", columns_of(("name", "company_name", "mobile", "owner_id")), order=newest)
    started = time.perf_counter()
    page(r, query)
    return time.perf_counter() - started
