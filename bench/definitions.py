"""Changes of definitions beside traffic: a field added, an index built, while people list, open and save."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console

from bench.cases import Headers, list_body, query_request
from bench.wire import Request, Timing, once, request, timing

READERS = 3
PAUSE_SECONDS = 0.01
"""Between two requests of one person, so that what is measured is waiting and not a full machine."""

POLL_SECONDS = 0.2
LABEL = {"zh": "压测字段", "en": "Bench field"}

Figures = list[dict[str, object]]


def definition_cases(
    port: int, administrator: Headers, seller: Headers, ids: list[str], size: int, console: Console
) -> Figures:
    """Each change with the p50, p95 and slowest of what others asked for meanwhile."""
    figures: Figures = []

    def measure(case: str, act: Callable[[], object]) -> None:
        with traffic(port, seller, ids) as (told, slowest):
            started = time.perf_counter()
            act()
            wait_until_built(port, administrator)
            seconds = time.perf_counter() - started
            # Short changes are over before anybody could notice: the traffic around them is looked at as well.
            time.sleep(max(0.0, 2 - seconds))
        served = told[0]
        shown = f"p50 {served.p50:.1f}, p95 {served.p95:.1f}, slowest {slowest[0]:.0f} ms"
        console.print(f"{size:,}: {case}: {seconds:.1f} s; meanwhile {served.rate:,.0f} requests/s took {shown}")
        figures.append({"size": size, "case": case, "seconds": seconds, "served": vars(served), "slowest": slowest[0]})

    def field(name: str, **body: object) -> Callable[[], object]:
        given = {"changes": [{"object": "opportunity", "field": name, "body": {"label": LABEL, **body}}]}
        return lambda: change(port, administrator, given)

    measure("nothing changed", lambda: None)
    measure("a field added", field("bench_text", type="text"))
    next_step = field_body(port, administrator, "next_step")
    measure("an index added to a filled field", field("next_step", **{**next_step, "indexed": True}))
    measure("a unique field added", field("bench_unique", type="text", unique=True))
    code = field_body(port, administrator, "bench_text")
    measure("a field made unique", field("bench_text", **{**code, "unique": True}))
    gone = {"changes": [{"object": "opportunity", "field": "bench_text", "body": None}], "remove_uses": True}
    measure("a field deleted", lambda: change(port, administrator, gone))
    return figures


def change(port: int, headers: Headers, given: dict[str, Any]) -> None:
    """Put changes into force."""
    status, answer = once(port, request("POST", "/api/v1/metadata/changes", headers, orjson.dumps(given)))
    if status >= 400:
        raise RuntimeError(answer)


def definition(port: int, headers: Headers) -> dict[str, Any]:
    """The definition of the opportunity, with what is being built."""
    found: dict[str, Any] = orjson.loads(
        once(port, request("GET", "/api/v1/metadata/definitions/objects/opportunity", headers))[1]
    )
    return found


def field_body(port: int, headers: Headers, name: str) -> dict[str, Any]:
    """A field as it is, without its name."""
    one = next(f for f in definition(port, headers)["body"]["fields"] if f["name"] == name)
    return {key: value for key, value in one.items() if key != "name"}


def wait_until_built(port: int, headers: Headers) -> None:
    """Until every index of the object stands."""
    while "building" in definition(port, headers)["indexes"].values():
        time.sleep(POLL_SECONDS)


@contextmanager
def traffic(port: int, headers: Headers, ids: list[str]) -> Iterator[tuple[list[Timing], list[float]]]:
    """People list, open and save records; figures stand in the lists when the block is over."""
    told: list[Timing] = []
    slowest: list[float] = []
    taken: list[float] = []
    ended = threading.Event()

    def work(number: int) -> None:
        for turn in iter(lambda: ended.wait(PAUSE_SECONDS), True):
            del turn
            taken.append(timed(port, asked(headers, ids, number + len(taken))))

    people = [threading.Thread(target=work, args=(n,)) for n in range(READERS)]
    for person in people:
        person.start()
    began = time.perf_counter()
    try:
        yield told, slowest
    finally:
        ended.set()
        for person in people:
            person.join()
        told.append(timing(taken, time.perf_counter() - began))
        slowest.append(1000 * max(taken))


def asked(headers: Headers, ids: list[str], number: int) -> Request:
    """What somebody asks for next: mostly lists and records, every fifth time a change."""
    one = ids[number % len(ids)]
    match number % 5:
        case 0:
            body = orjson.dumps({"values": {"next_step": f"第 {number} 次跟进"}})
            return request("PATCH", f"/api/v1/records/opportunity/{one}", headers, body)
        case 1 | 2:
            return request("GET", f"/api/v1/records/opportunity/{one}", headers)
        case _:
            return query_request(headers, list_body("close_date", descending=True))


def timed(port: int, wanted: Request) -> float:
    """The seconds that a request took. A conflict of two writers is no fault; RuntimeError for a bug of the server."""
    started = time.perf_counter()
    status, body = once(port, wanted)
    if status >= 500:
        raise RuntimeError(f"{status}: {body[:500]!r}")
    return time.perf_counter() - started
