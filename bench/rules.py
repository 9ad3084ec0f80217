"""Sharing rules: how long a recalculation takes while the site serves, and what a hundred of them cost a request."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console

from bench.cases import Headers, list_body, query_request
from bench.fill import STAGES, Company
from bench.wire import Timing, once, request

RULES = 100
POLL_SECONDS = 0.2

Figures = list[dict[str, object]]


def rules_cases(
    port: int, administrator: Headers, seller: Headers, company: Company, size: int, console: Console
) -> Figures:
    """One rule made and changed over all records, another by owner; then a hundred that cover a hundredth each."""
    figures: Figures = []

    def note(case: str, seconds: float, served: Timing | None = None) -> None:
        shown = f"; meanwhile a list took p50 {served.p50:.1f}, p95 {served.p95:.1f} ms" if served else ""
        console.print(f"{case}: {seconds:.1f} s{shown}")
        figures.append({"size": size, "case": case, "seconds": seconds, "served": vars(served) if served else None})

    for case, act in first_rule(port, administrator, company):
        with serving_meanwhile(port, seller) as served:
            started = time.perf_counter()
            act()
            wait_until_settled(port, administrator)
            seconds = time.perf_counter() - started
        note(case, seconds, served[0])
    started = time.perf_counter()
    for number in range(RULES):
        make(port, administrator, f"压测规则 {number}", company, number)
    wait_until_settled(port, administrator)
    note(f"{RULES} rules calculated", time.perf_counter() - started)
    return figures


def delete_rules(port: int, headers: Headers) -> None:
    """Take all rules away, for what is measured next."""
    for rule in settings(port, headers)["rules"]:
        once(port, request("DELETE", f"/api/v1/records/sharing_rule/{rule['id']}", headers))


def first_rule(port: int, headers: Headers, company: Company) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is done with the first rule, each with what it is called."""
    half = {"field": "stage", "op": "in", "value": list(STAGES[:3])}
    other = {"field": "stage", "op": "in", "value": list(STAGES[3:])}
    yield "a rule over half of the records", lambda: make(port, headers, "压测规则", company, 0, half)
    rule = next(r for r in settings(port, headers)["rules"] if r["name"] == "压测规则")
    changed = {**body("压测规则", company, 0, other), "version": rule["version"]}
    yield "its conditions changed to the other half", lambda: call(port, headers, "PUT", f"rules/{rule['id']}", changed)
    yield (
        "a rule by owner over a tenth of the people",
        lambda: make(port, headers, "压测规则二", company, 1, source=company.divisions[0]),
    )


def body(
    name: str, company: Company, number: int, conditions: object = None, source: int | None = None
) -> dict[str, object]:
    """A rule for one salesperson and one division; over a hundredth of the records when nothing else is said."""
    user, _ = company.sellers[number + 1]
    one = [
        {"field": "amount", "op": ">=", "value": str(50_000 * number)},
        {"field": "amount", "op": "<", "value": str(50_000 * (number + 1))},
    ]
    return {
        "name": name,
        "object": "opportunity",
        "source": None if source is None else {"object": "department", "id": str(source), "with_below": True},
        "conditions": None if source is not None else conditions or {"and": one},
        "targets": [
            {"object": "user", "id": str(user)},
            {"object": "department", "id": str(company.divisions[number % 10]), "with_below": True},
        ],
    }


def make(
    port: int,
    headers: Headers,
    name: str,
    company: Company,
    number: int,
    conditions: object = None,
    source: int | None = None,
) -> None:
    """A new rule."""
    call(port, headers, "POST", "rules", body(name, company, number, conditions, source))


def call(port: int, headers: Headers, method: str, path: str, given: object) -> None:
    """One request to the sharing settings."""
    status, answer = once(port, request(method, f"/api/v1/sharing/{path}", headers, orjson.dumps(given)))
    if status >= 400:
        raise RuntimeError(answer)


def settings(port: int, headers: Headers) -> dict[str, list[dict[str, Any]]]:
    """The sharing settings as they are."""
    found: dict[str, list[dict[str, Any]]] = orjson.loads(once(port, request("GET", "/api/v1/sharing", headers))[1])
    return found


def wait_until_settled(port: int, headers: Headers) -> None:
    """Until every rule is calculated."""
    while any(rule["progress"] == "building" for rule in settings(port, headers)["rules"]):
        time.sleep(POLL_SECONDS)


@contextmanager
def serving_meanwhile(port: int, headers: Headers) -> Iterator[list[Timing]]:
    """Ask for a list again and again; its timing stands in the list when the block is over."""
    asked = query_request(headers, list_body("close_date", descending=True))
    found: list[Timing] = []
    taken: list[float] = []
    ended = threading.Event()

    def ask_on() -> None:
        while not ended.is_set():
            started = time.perf_counter()
            once(port, asked)
            taken.append(1000 * (time.perf_counter() - started))

    asking = threading.Thread(target=ask_on)
    asking.start()
    began = time.perf_counter()
    try:
        yield found
    finally:
        ended.set()
        asking.join()
        ordered = sorted(taken)
        rate = len(taken) / (time.perf_counter() - began)
        found.append(Timing(ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100], rate))
