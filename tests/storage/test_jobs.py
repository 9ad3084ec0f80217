"""Jobs are queued with the data that they are about, run once, and survive failures, stops and deaths."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from dougong.kit.clock import now
from dougong.storage import jobs
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, Worker, defer


@contextmanager
def working(database: Database, *tasks: Task, concurrency: int = 2) -> Iterator[Worker]:
    worker = Worker(database.url, tasks, concurrency=concurrency)
    worker.start()
    try:
        yield worker
    finally:
        assert worker.stop(10)


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def statuses(database: Database) -> list[tuple[object, ...]]:
    with database.snapshot() as snapshot:
        return snapshot.fetch("SELECT task_name, status, attempts FROM procrastinate_jobs ORDER BY id")


def test_a_job_is_queued_only_with_its_transaction(database: Database) -> None:
    seen: list[object] = []
    with pytest.raises(ValueError, match="stop"), database.transaction() as tx:  # noqa: PT012
        defer(tx, "note", what="rolled back")
        raise ValueError("stop")
    with working(database, Task("note", lambda **args: seen.append(args["what"]))):
        with database.transaction() as tx:
            assert defer(tx, "note", what="斗拱") is not None
            assert defer(tx, "note", what=None) is not None
        until(lambda: len(seen) == 2)
    assert seen == ["斗拱", None]
    assert statuses(database) == []


def test_a_job_that_waits_is_not_queued_twice(database: Database) -> None:
    with database.transaction() as tx:
        assert defer(tx, "recount", once="recount:7", number=1) is not None
        assert defer(tx, "recount", once="recount:7", number=2) is None
        assert defer(tx, "recount", once="recount:8", number=3) is not None
    with database.transaction() as tx:
        assert defer(tx, "recount", once="recount:7", number=4) is None
    assert len(statuses(database)) == 2


def test_a_job_that_is_tried_again_may_wait_beside_the_next_of_its_kind(database: Database) -> None:
    seen: list[object] = []

    def run(number: int) -> None:
        seen.append(number)
        if seen == [1]:
            with database.transaction() as tx:
                assert defer(tx, "recount", lock="recount", once="recount", number=2) is not None
            raise Interrupted

    with working(database, Task("recount", run)):
        with database.transaction() as tx:
            defer(tx, "recount", lock="recount", once="recount", number=1)
        until(lambda: len(seen) == 3)
        until(lambda: statuses(database) == [])
    assert sorted(seen) == [1, 1, 2]


def test_jobs_with_the_same_lock_run_one_after_the_other(database: Database) -> None:
    active, most, done = 0, 0, 0
    guard = threading.Lock()

    def run() -> None:
        nonlocal active, most, done
        with guard:
            active += 1
            most = max(most, active)
        time.sleep(0.05)
        with guard:
            active -= 1
            done += 1

    with database.transaction() as tx:
        for _ in range(4):
            defer(tx, "slow", lock="one")
    with working(database, Task("slow", run), concurrency=3):
        until(lambda: done == 4, 20)
    assert most == 1


def test_a_failed_job_is_tried_again_and_then_kept_as_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_RETRY_SECONDS", 0)
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        raise RuntimeError("it fails always")

    with working(database, Task("fail", fail, retries=2)):
        with database.transaction() as tx:
            defer(tx, "fail")
        until(lambda: statuses(database) == [("fail", "failed", 3)])
    assert len(tries) == 3


def test_a_job_under_which_a_table_went_away_begins_anew(database: Database) -> None:
    begun: list[int] = []

    def run() -> None:
        begun.append(len(begun))
        with database.transaction() as tx:
            tx.fetch("SELECT 1 FROM gone" if len(begun) == 1 else "SELECT 1")

    with working(database, Task("count", run)):
        with database.transaction() as tx:
            defer(tx, "count")
        until(lambda: statuses(database) == [])
    assert begun == [0, 1]


def test_a_job_that_names_what_never_was_fails(database: Database) -> None:
    begun: list[int] = []

    def run() -> None:
        begun.append(len(begun))
        with database.transaction() as tx:
            tx.fetch("SELECT 1 FROM gone")

    with working(database, Task("count", run)):
        with database.transaction() as tx:
            defer(tx, "count")
        until(lambda: [status for _, status, _ in statuses(database)] == ["failed"])
    assert len(begun) == 3


def test_stop_waits_for_the_job_under_way(database: Database) -> None:
    started, done = threading.Event(), threading.Event()

    def run() -> None:
        started.set()
        time.sleep(0.5)
        done.set()

    with working(database, Task("slow", run)):
        with database.transaction() as tx:
            defer(tx, "slow")
        assert started.wait(10)
    assert done.is_set()
    assert statuses(database) == []


def test_an_interrupted_job_waits_for_the_next_worker(database: Database) -> None:
    started = threading.Event()
    finished: list[str] = []

    def run() -> None:
        if not started.is_set():
            started.set()
            first.stopping.wait(10)
            raise Interrupted
        finished.append("second")

    task = Task("long", run)
    with database.transaction() as tx:
        defer(tx, "long")
    with working(database, task) as first:
        assert started.wait(10)
    assert statuses(database) == [("long", "todo", 1)]
    with working(database, task):
        until(lambda: finished == ["second"])


def test_the_job_of_a_dead_worker_is_run_by_another(database: Database) -> None:
    seen: list[int] = []
    with database.transaction() as tx:
        defer(tx, "note", number=1)
        tx.driver.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [now() - timedelta(minutes=1)]
        )
        tx.driver.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)"
        )
    with working(database, Task("note", lambda **args: seen.append(args["number"]))):
        until(lambda: seen == [1])


def test_the_worker_goes_on_after_the_database_was_away(database: Database) -> None:
    seen: list[int] = []
    with working(database, Task("note", lambda **args: seen.append(args["number"]))) as worker:
        with database.transaction() as tx:
            defer(tx, "note", number=1)
        until(lambda: seen == [1])
        with database.transaction() as tx:
            tx.fetch(
                "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database()"
            )
        with database.transaction() as tx:
            defer(tx, "note", number=2)
        until(lambda: seen == [1, 2], 20)
        assert worker.alive


def test_a_periodic_task_runs_by_itself(database: Database) -> None:
    ran = threading.Event()
    with working(database, Task("tick", ran.set, every="* * * * * *")):
        assert ran.wait(10)
