"""Writers at the same moment: one is first, the other is told, and nothing is torn."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import DropIndex

from dougong.kit.errors import Conflict, Refused
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, Outcome, create, delete, restore, update
from dougong.storage.engine import Database
from tests.records.company import Company, found_company
from tests.records.conftest import RolledBack


@pytest.fixture
def company(database: Database) -> Company:
    """A company of its own for each test: these commit."""
    return found_company(database)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


Act = Callable[[Writing], Outcome]


def committed(company: Company, act: Act) -> Outcome:
    with company.database.transaction() as tx:
        return act(company.write(tx, "王芳"))


def waiting(company: Company) -> bool:
    """Whether a connection waits for a lock."""
    with company.database.snapshot() as snapshot:
        return bool(
            snapshot.scalar(
                sa.select(sa.func.count())
                .select_from(sa.table("pg_locks", sa.column("granted")))
                .where(sa.column("granted").is_(False))
            )
        )


def overtaken(company: Company, threads: ThreadPoolExecutor, first: Act, second: Act) -> Future[Outcome]:
    """`first` has written but not committed when `second` begins; it commits when `second` waits for it."""
    with company.database.transaction() as tx:
        first(company.write(tx, "王芳"))
        running = threads.submit(committed, company, second)
        pause = Event()
        for _ in range(500):
            if waiting(company) or running.done():
                break
            pause.wait(0.01)
        assert not running.done()
    return running


def code_of(future: Future[Outcome]) -> list[str]:
    error = future.exception(timeout=20)
    assert isinstance(error, Refused)
    return [p.code for p in error.problems]


def test_of_two_updates_of_the_same_version_one_is_stale(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲"}])).ids[0] or 0
    second = overtaken(
        company,
        threads,
        lambda w: update(w, "account", [Change(account, {"name": "一"}, 1)]),
        lambda w: update(w, "account", [Change(account, {"name": "二"}, 1)]),
    )
    error = second.exception(timeout=20)
    assert isinstance(error, Conflict)
    assert (error.code, error.params["current"]["name"], error.params["yours"]["name"]) == ("record.stale", "一", "二")


def test_many_stale_updates_count_up_one_by_one(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲"}])).ids[0] or 0

    def raise_credit(_: int) -> None:
        while True:
            with company.database.transaction() as tx:
                w = company.write(tx, "王芳")
                table = w.registry.tables["account"]
                row = tx.one(sa.select(table.c.version, table.c.credit).where(table.c.id == account))
                assert row is not None
                try:
                    update(w, "account", [Change(account, {"credit": (row.credit or 0) + 1}, row.version)])
                except Conflict:
                    continue
            return

    list(threads.map(raise_credit, range(24)))
    with company.database.snapshot() as snapshot:
        table = company.registry.tables["account"]
        row = snapshot.one(sa.select(table.c.version, table.c.credit).where(table.c.id == account))
    assert row is not None
    assert (row.credit, row.version) == (24, 25)


@pytest.fixture(params=["standing", "being built"])
def index(company: Company, request: pytest.FixtureRequest) -> None:
    """The index of the unique code: there, or not yet, as of a field of many records that was just made unique."""
    if request.param == "being built":
        table = company.registry.tables["account"]
        code = next(one for one in table.indexes if one.unique and "code" in one.columns)
        company.database.alone(DropIndex(code))


@pytest.mark.usefixtures("index")
def test_of_two_creations_with_a_unique_value_one_wins(company: Company, threads: ThreadPoolExecutor) -> None:
    second = overtaken(
        company,
        threads,
        lambda w: create(w, "account", [{"name": "甲", "code": "K"}]),
        lambda w: create(w, "account", [{"name": "乙", "code": "L"}, {"name": "丙", "code": "K"}]),
    )
    assert code_of(second) == ["unique.taken"]


@pytest.mark.usefixtures("index")
def test_the_rest_of_an_import_goes_on_without_the_loser(company: Company, threads: ThreadPoolExecutor) -> None:
    second = overtaken(
        company,
        threads,
        lambda w: create(w, "account", [{"name": "甲", "code": "K"}]),
        lambda w: create(w, "account", [{"name": "乙", "code": "L"}, {"name": "丙", "code": "K"}], skip_problems=True),
    )
    outcome = second.result(timeout=20)
    assert [i is None for i in outcome.ids] == [False, True]
    assert [(p.row, p.code) for p in outcome.problems] == [(1, "unique.taken")]


@pytest.mark.usefixtures("index")
def test_a_value_given_back_by_a_rollback_is_free(company: Company, threads: ThreadPoolExecutor) -> None:
    def second() -> Outcome:
        return committed(company, lambda w: create(w, "account", [{"name": "乙", "code": "K"}]))

    with suppress(RolledBack), company.database.transaction() as tx:
        create(company.write(tx, "王芳"), "account", [{"name": "甲", "code": "K"}])
        running = threads.submit(second)
        Event().wait(0.2)
        raise RolledBack
    assert running.result(timeout=20).ids[0]


@pytest.mark.usefixtures("index")
def test_restore_and_create_of_a_unique_value(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲", "code": "K"}])).ids[0] or 0
    committed(company, lambda w: delete(w, "account", [account]))
    second = overtaken(
        company,
        threads,
        lambda w: create(w, "account", [{"name": "乙", "code": "K"}]),
        lambda w: restore(w, "account", [account]),
    )
    assert code_of(second) == ["unique.taken"]


@pytest.mark.usefixtures("index")
def test_create_and_restore_of_a_unique_value(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲", "code": "K"}])).ids[0] or 0
    committed(company, lambda w: delete(w, "account", [account]))
    second = overtaken(
        company,
        threads,
        lambda w: restore(w, "account", [account]),
        lambda w: create(w, "account", [{"name": "乙", "code": "K"}]),
    )
    assert code_of(second) == ["unique.taken"]


def test_a_child_does_not_come_under_a_parent_being_deleted(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲"}])).ids[0] or 0
    second = overtaken(
        company,
        threads,
        lambda w: delete(w, "account", [account]),
        lambda w: create(w, "contact", [{"name": "乙", "account_id": account}]),
    )
    assert code_of(second) == ["lookup.not_found"]


def test_a_parent_is_not_deleted_while_a_child_comes(company: Company, threads: ThreadPoolExecutor) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲"}])).ids[0] or 0
    second = overtaken(
        company,
        threads,
        lambda w: create(w, "contact", [{"name": "乙", "account_id": account}]),
        lambda w: delete(w, "account", [account]),
    )
    assert code_of(second) == ["record.has_children"]


def test_an_update_of_a_parent_does_not_wait_for_its_new_children(company: Company) -> None:
    account = committed(company, lambda w: create(w, "account", [{"name": "甲"}])).ids[0] or 0
    with company.database.transaction() as tx:
        create(company.write(tx, "王芳"), "contact", [{"name": "乙", "account_id": account}])
        assert committed(company, lambda w: update(w, "account", [Change(account, {"name": "丙"})])).versions == (2,)


def test_two_writers_do_not_close_a_circle(company: Company, threads: ThreadPoolExecutor) -> None:
    a, b = (i or 0 for i in committed(company, lambda w: create(w, "account", [{"name": "a"}, {"name": "b"}])).ids)
    second = overtaken(
        company,
        threads,
        lambda w: update(w, "account", [Change(a, {"parent_id": b})]),
        lambda w: update(w, "account", [Change(b, {"parent_id": a})]),
    )
    assert code_of(second) == ["lookup.cycle"]
