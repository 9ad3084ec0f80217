"""`python -m bench`: fill, serve, ask, print. See the package's docstring and docs/performance.md."""

import argparse
import http.client
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import orjson
from rich.console import Console
from rich.table import Table

from bench import duplicates, everything, fill, floor, pools
from bench.cases import Case, floor_of, reading_cases, writing_cases
from bench.company import found_company, grow
from bench.definitions import definition_cases
from bench.rules import RULES, delete_rules, rules_cases
from bench.search import company_cases, search_cases
from bench.wire import Timing, load, once, request
from dougong.access.resolve import resolve
from dougong.kit.collector import collect_seldom
from dougong.metadata.registry import load_registry
from dougong.records import api
from dougong.records.search_rebuilding import rebuild_outdated
from dougong.storage.embedded import running
from dougong.storage.engine import Database, open_database

SIZES = (10_000, 100_000, 1_000_000)
CONNECTIONS = 16
console = Console(width=150)


def main() -> None:
    """Run the benchmark for each size and print a table of it."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=main.__doc__)
    asked.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="numbers of opportunities, growing")
    asked.add_argument("--seconds", type=float, default=2.0, help="how long each case is asked")
    asked.add_argument("--json", type=Path, help="also write all figures to this file")
    asked.add_argument("--rules-only", action="store_true", help="ask only what sharing rules cost")
    asked.add_argument("--definitions", action="store_true", help="ask only what changes of definitions cost others")
    asked.add_argument("--search", action="store_true", help="ask only what searches cost")
    asked.add_argument("--companies", type=int, default=0, help="with --search: the size of a registry to load")
    asked.add_argument(
        "--everything", action="store_true", help="ask as everybody, with all mechanisms of permissions on"
    )
    asked.add_argument("--pools", action="store_true", help="ask what the job of pools costs over so many leads")
    asked.add_argument("--duplicates", action="store_true", help="ask only what duplicate rules cost")
    options = asked.parse_args()
    # As every process of the product does.
    collect_seldom()
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%F')}"
    )
    figures: list[dict[str, object]] = []
    if options.pools:
        for size in options.sizes:
            figures += with_pools(size)
    elif options.duplicates:
        figures += duplicates.run(sorted(options.sizes))
    elif options.everything:
        for size in options.sizes:
            figures += with_everything(size, options.seconds)
    else:
        figures += growing(sorted(options.sizes), options)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


@contextmanager
def installed() -> Iterator[tuple[Path, Database]]:
    """A new installation in a directory of its own, with its database open, for the block."""
    data = Path(tempfile.mkdtemp(prefix="dougong-bench-", dir="/tmp"))
    data.chmod(0o755)
    try:
        subprocess.run([sys.executable, "-m", "dougong.cli", "init", "--data", str(data)], check=True)
        with running(data) as server:
            database = open_database(server.url, pool_size=5)
            try:
                # As the job of a first start does: else it would make a million entries anew beside what is measured.
                rebuild_outdated(database)
                yield data, database
            finally:
                database.close()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def with_pools(size: int) -> list[dict[str, object]]:
    """Fill a pool, take everything back while somebody claims, and print what it took."""
    with installed() as (_data, database):
        company = fill.organise(database)
        found = pools.pool_cases(database, size, company.logins["salesperson"])
        for figure in found:
            console.print(", ".join(f"{name}: {value}" for name, value in figure.items()))
        return [{"size": size, **figure} for figure in found]


def with_everything(size: int, seconds: float) -> list[dict[str, object]]:
    """Fill a company with every mechanism on and ask as each kind of reader."""
    with installed() as (data, database):
        started = time.perf_counter()
        company = found_company(database)
        console.print(f"the company: {time.perf_counter() - started:.0f} s")
        started = time.perf_counter()
        grow(database, company, size)
        taken = time.perf_counter() - started
        console.print(f"{size:,} opportunities: filled in {taken:.0f} s ({size / taken:,.0f} records/s)")
        with serving(data) as (port, _):
            return everything.measure(database, database.url, port, sign_in, company, size, seconds, console)


def growing(sizes: list[int], options: argparse.Namespace) -> list[dict[str, object]]:
    """The usual company at each size."""
    figures: list[dict[str, object]] = []
    with installed() as (data, database):
        company = fill.organise(database)
        already = 0
        for size in sizes:
            started = time.perf_counter()
            fill.grow(database, company, already, size)
            seconds = time.perf_counter() - started
            rate = (size - already) * 1.3 / seconds
            console.print(f"{size:,} opportunities: filled in {seconds:.0f} s ({rate:,.0f} records/s)")
            already = size
            if options.search:
                figures += measure_search(database, data, company, size, options)
                continue
            if options.definitions:
                figures += measure_definitions(data, company, size)
                continue
            if not options.rules_only:
                figures += measure(database, database.url, data, company, size, options.seconds)
            figures += measure_rules(database, database.url, data, company, size, options.seconds)
    return figures


def measure(
    database: Database, url: str, data: Path, company: fill.Company, size: int, seconds: float
) -> list[dict[str, object]]:
    """All cases of all four people at one size."""
    figures: list[dict[str, object]] = []
    with serving(data) as (port, start_seconds):
        console.print(f"server start to first page: {start_seconds:.1f} s")
        figures.append({"size": size, "case": "start to first page", "seconds": start_seconds})
        for person, login in company.logins.items():
            table = table_of(f"{size:,} opportunities, {person}")
            ids = some_ids(port, sign_in(port, login))
            figures += measure_person(database, url, table, port, login, ids, seconds, size, person)
        figures.append(import_case(port, sign_in(port, company.logins["administrator"]), size))
    return figures


HEADINGS = (
    "case", "p50 ms", "p95 ms", "req/s", "floor p50", "over floor", "p50 at 16", "p95 at 16", "req/s at 16", "of bare",
)  # fmt: skip


def table_of(title: str) -> Table:
    """An empty table of cases."""
    table = Table(title=title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "case" else "right")
    return table


def measure_person(
    database: Database,
    url: str,
    table: Table,
    port: int,
    login: str,
    ids: list[str],
    seconds: float,
    size: int,
    person: str,
) -> list[dict[str, object]]:
    """All cases of one person, printed as `table`."""
    headers = sign_in(port, login)
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        user = registry.tables["user"]
        number = snapshot.scalar(user.select().with_only_columns(user.c.id).where(user.c.login == login))
        r = api.Reading(snapshot, registry, resolve(snapshot, registry, number))
        words = [quote(fill.WORDS[n % 20] + fill.WORDS[(n * 7 + 3) % 20]) for n in range(40)]
        paths = [c.name for c in api.record_columns(r, registry.objects["opportunity"])]
        cases = reading_cases(headers, ids, words, paths) + writing_cases(headers, ids)
        statements = {c.name: floor_of(r, c.body) for c in cases if c.body is not None}
    with bare(url, list(statements.values())) as bare_port:
        figures = [run_case(table, case, port, bare_port, url, statements, seconds, size, person) for case in cases]
    console.print(table)
    return figures


def measure_rules(
    database: Database, url: str, data: Path, company: fill.Company, size: int, seconds: float
) -> list[dict[str, object]]:
    """What sharing rules cost at one size: their calculation, and a hundred of them on what a salesperson asks."""
    with serving(data) as (port, _):
        seller = sign_in(port, company.logins["salesperson"])
        administrator = sign_in(port, company.logins["administrator"])
        ids = some_ids(port, seller)
        figures = rules_cases(port, administrator, seller, company, size, console)
        person = f"salesperson with {RULES} rules"
        table = table_of(f"{size:,} opportunities, {person}")
        figures += measure_person(database, url, table, port, company.logins["salesperson"], ids, seconds, size, person)
        delete_rules(port, administrator)
    return figures


def measure_search(
    database: Database, data: Path, company: fill.Company, size: int, options: argparse.Namespace
) -> list[dict[str, object]]:
    """What searches cost at one size, and candidates of a registry."""
    with serving(data) as (port, _):
        people = {person: sign_in(port, login) for person, login in company.logins.items()}
        figures = search_cases(database, port, people, size, options.seconds, console)
    if options.companies:
        figures += company_cases(database, options.companies, console)
    return figures


def measure_definitions(data: Path, company: fill.Company, size: int) -> list[dict[str, object]]:
    """What others notice of a field that is added, an index that is built."""
    with serving(data) as (port, _):
        seller = sign_in(port, company.logins["salesperson"])
        administrator = sign_in(port, company.logins["administrator"])
        return definition_cases(port, administrator, seller, some_ids(port, seller), size, console)


def run_case(
    table: Table,
    case: Case,
    port: int,
    bare_port: int,
    url: str,
    statements: dict[str, tuple[str, dict[str, object]]],
    seconds: float,
    size: int,
    person: str,
) -> dict[str, object]:
    """Time one case at 1 and at 16 connections, beside its floor where it is one statement."""
    one = load(port, case.make, connections=1, seconds=seconds)
    many = load(port, case.make, connections=CONNECTIONS, seconds=seconds)
    under: Timing | None = None
    bare_many: Timing | None = None
    if case.name in statements:
        under = floor.direct(url, *statements[case.name], seconds=seconds / 2)
        asked = request("GET", f"/{list(statements).index(case.name)}", {})
        bare_many = load(bare_port, lambda _: asked, connections=CONNECTIONS, seconds=seconds)
    share = many.rate / bare_many.rate if bare_many else None
    table.add_row(
        case.name,
        f"{one.p50:.2f}",
        f"{one.p95:.2f}",
        f"{one.rate:,.0f}",
        f"{under.p50:.2f}" if under else "",
        f"{one.p50 - under.p50:+.2f}" if under else "",
        f"{many.p50:.1f}",
        f"{many.p95:.1f}",
        f"{many.rate:,.0f}",
        f"{share:.0%}" if share else "",
    )
    return {
        "size": size,
        "person": person,
        "case": case.name,
        "one": vars(one),
        "many": vars(many),
        "floor": vars(under) if under else None,
        "bare": vars(bare_many) if bare_many else None,
    }


@contextmanager
def serving(data: Path) -> Iterator[tuple[int, float]]:
    """The product in production mode on a port of its own; also the seconds from start to the first page."""
    port = free_port()
    started = time.perf_counter()
    command = [sys.executable, "-m", "dougong.cli", "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, "/health")
            yield port, time.perf_counter() - started
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextmanager
def bare(url: str, statements: list[tuple[str, dict[str, object]]]) -> Iterator[int]:
    """The bare FastAPI handler over the same statements."""
    port = free_port()
    environment = {**os.environ, "FLOOR_URL": url, "FLOOR_STATEMENTS": json.dumps(statements, default=str)}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", "bench.floor:app", "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment) as process:
        try:
            wait_for(port, "/0")
            yield port
        finally:
            process.terminate()
            process.wait(30)


def import_case(port: int, headers: dict[str, str], size: int) -> dict[str, object]:
    """Ten thousand rows through the import of the API, from the upload's answer to the last row stored."""
    rows = fill.opportunity_rows(10_000)
    text = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]).encode()
    edge = "dougongbench"
    parts = f'--{edge}\r\nContent-Disposition: form-data; name="object"\r\n\r\nopportunity\r\n'
    parts += (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="b.csv"\r\nContent-Type: text/csv\r\n\r\n'
    )
    body = parts.encode() + text + f"\r\n--{edge}--\r\n".encode()
    upload = request(
        "POST",
        "/api/v1/imports",
        {**headers, "Content-Length": str(len(body)), "Content-Type": f"multipart/form-data; boundary={edge}"},
    )
    status, answer = once(port, type(upload)(upload.raw + body))
    if status >= 400:
        raise RuntimeError(answer)
    job = orjson.loads(answer)
    mapping = {"columns": {name: {"field": name} for name in rows[0]}}
    started = time.perf_counter()
    asked = request(
        "POST", f"/api/v1/imports/{job['id']}/run", headers, orjson.dumps({"mapping": mapping, "dry_run": False})
    )
    status, answer = once(port, asked)
    if status >= 400:
        raise RuntimeError(answer)
    state: dict[str, object] = {"state": "waiting"}
    while state["state"] in {"waiting", "running"}:
        time.sleep(0.02)
        state = orjson.loads(once(port, request("GET", f"/api/v1/imports/{job['id']}", headers))[1])
    seconds = time.perf_counter() - started
    rate = 10_000 / seconds
    console.print(f"10,000 rows: {state['state']}, {state.get('created')} created, {seconds:.2f} s, {rate:,.0f} rows/s")
    return {"size": size, "case": "import", "seconds": seconds, "rate": 10_000 / seconds}


def sign_in(port: int, login: str) -> dict[str, str]:
    """Headers of a session of `login`."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = json.dumps({"login": login, "password": fill.PASSWORD})
    connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = json.loads(response.read())
    if response.status >= 400:
        raise RuntimeError(answer)
    cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
    return {"Cookie": cookie, "X-CSRF-Token": answer["csrf"]}


def some_ids(port: int, headers: dict[str, str]) -> list[str]:
    """Up to two hundred opportunities of the person's own; whoever has none is given twenty."""
    body = {
        "object": "opportunity",
        "fields": ["name"],
        "limit": 200,
        "filter": {"field": "owner_id", "op": "=", "value": {"me": True}},
    }
    rows = orjson.loads(once(port, request("POST", "/api/v1/query", headers, orjson.dumps(body)))[1])["rows"]
    while not rows:
        made = {
            "object": "opportunity",
            "action": "create",
            "rows": [{"values": {"name": f"标杆商机 {n}"}} for n in range(20)],
        }
        once(port, request("POST", "/api/v1/batch", headers, orjson.dumps(made)))
        rows = orjson.loads(once(port, request("POST", "/api/v1/query", headers, orjson.dumps(body)))[1])["rows"]
    return [row["id"] for row in rows]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str) -> None:
    """Until the server on `port` answers `path`; raises TimeoutError after a minute."""
    deadline = time.perf_counter() + 60
    while time.perf_counter() < deadline:
        try:
            if once(port, request("GET", path, {}))[0] < 500:
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(path)


if __name__ == "__main__":
    main()
