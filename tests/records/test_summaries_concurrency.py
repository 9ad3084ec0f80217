"""Many who write children of the same records at once: no child is forgotten, and nobody waits for somebody waiting."""

import random  # noqa: TID251  # each writer draws its acts by its own number
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dougong.kit.errors import Conflict, DougongError
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, restore, update
from dougong.storage.engine import Database
from tests.records.company import Company, found_company
from tests.records.summed_company import SUMMED_OBJECTS, are, differing

WRITERS = 6


@pytest.fixture
def company(database: Database) -> Company:
    """A company of its own for each test: these commit."""
    return found_company(database, SUMMED_OBJECTS)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


def committed(company: Company, act: Callable[[Writing], object]) -> None:
    with company.database.transaction() as tx:
        act(company.write(tx, "王芳"))


def accounts(company: Company, count: int) -> list[int]:
    with company.database.transaction() as tx:
        outcome = create(company.write(tx, "王芳"), "account", [{"name": str(n)} for n in range(count)])
    return [i or 0 for i in outcome.ids]


def test_children_added_to_one_record_at_once_are_all_counted(company: Company, threads: ThreadPoolExecutor) -> None:
    (account,) = accounts(company, 1)

    def add(number: int) -> None:
        deals = [{"name": "机会", "account_id": account, "amount": str(number), "stage": "won"}] * 3
        for _ in range(5):
            committed(company, lambda w: create(w, "opportunity", deals))

    list(threads.map(add, range(1, WRITERS + 1)))
    with company.database.transaction() as tx:
        found = are(company.read(tx, "王芳"))
    assert found["account", account, "deals"] == WRITERS * 5 * 3
    assert found["account", account, "won"] == sum(range(1, WRITERS + 1)) * 15


def test_children_that_change_places_at_once_wait_for_nobody_who_waits_for_them(
    company: Company, threads: ThreadPoolExecutor
) -> None:
    """Each writer moves deals from one account to the other and back, in the order of its own."""
    places = accounts(company, 3)
    with company.database.transaction() as tx:
        deals = [
            {"name": str(n), "account_id": places[n % 3], "amount": str(n), "stage": "won"} for n in range(WRITERS * 2)
        ]
        ids = [i or 0 for i in create(company.write(tx, "王芳"), "opportunity", deals).ids]
    collisions: list[str] = []

    def move(number: int) -> None:
        draw = random.Random(number)
        mine = ids[number * 2 : number * 2 + 2]
        for _ in range(10):
            changes = [Change(deal, {"account_id": draw.choice(places)}) for deal in draw.sample(mine, 2)]
            try:
                committed(company, lambda w, c=changes: update(w, "opportunity", c))  # type: ignore[misc]
            except Conflict as conflict:
                collisions.append(conflict.code)

    list(threads.map(move, range(WRITERS)))
    assert collisions == []
    with company.database.transaction() as tx:
        assert differing(company.read(tx, "王芳")) == []


def test_whatever_many_do_at_once_roll_ups_are_right(company: Company, threads: ThreadPoolExecutor) -> None:
    """Records are deleted with all that hangs on them, restored, moved and added to, three levels of them."""
    places = accounts(company, 3)
    with company.database.transaction() as tx:
        w = company.write(tx, "王芳")
        update(w, "account", [Change(places[1], {"parent_id": places[0]})])
        deals = create(w, "opportunity", [{"name": "机会", "account_id": places[n % 3]} for n in range(9)]).ids
        lines = create(w, "opportunity_line", [{"opportunity_id": deal, "quantity": "1"} for deal in deals]).ids
    refused: list[str] = []

    def work(number: int) -> None:
        draw = random.Random(number)
        for _ in range(12):
            deal, place = draw.choice(deals) or 0, draw.choice(places)
            acts: list[Callable[[Writing], object]] = [
                lambda w, d=deal, p=place: update(w, "opportunity", [Change(d, {"account_id": p, "stage": "won"})]),
                lambda w, d=deal: create(w, "opportunity_line", [{"opportunity_id": d, "quantity": "2"}]),
                lambda w: update(w, "opportunity_line", [Change(draw.choice(lines) or 0, {"quantity": "3"})]),
                lambda w, d=deal: delete(w, "opportunity", [d]),
                lambda w, d=deal: restore(w, "opportunity", [d]),
                lambda w, p=place: delete(w, "account", [p]),
                lambda w, p=place: restore(w, "account", [p]),
                lambda w, p=place: create(w, "opportunity", [{"name": "新", "account_id": p, "amount": "5"}]),
            ]
            try:
                committed(company, draw.choice(acts))
            except Conflict as conflict:
                refused.append(conflict.code)
            except DougongError:
                pass  # deleted by another, or in the bin no more

    list(threads.map(work, range(WRITERS)))
    with company.database.transaction() as tx:
        assert differing(company.read(tx, "王芳")) == []
    assert refused.count("storage.collision") == 0, refused
