"""`serve`: one server on a data directory, clear refusals, and a stop that loses nothing."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest

from dougong.storage.embedded import running
from dougong.storage.embedded.place import find_place
from dougong.storage.embedded.server import _postmaster
from dougong.storage.engine import open_database
from dougong.storage.jobs import defer
from tests.cli.conftest import PASSWORD, dougong, serving


def test_it_starts_serves_and_stops_with_its_database(data: Path) -> None:
    with serving(data) as server:
        assert httpx.get(f"{server.address}/health").json()["status"] == "ok"
        assert server.stop() == 0
        assert server.words[-1] == "Stopped."
    assert _postmaster(find_place(data)) is None


def test_a_new_installation_tells_how_to_create_the_first_administrator(make_data: Callable[[], Path]) -> None:
    fresh = make_data()
    with serving(fresh) as server:
        told = [words for words in server.words if "Nobody can sign in yet" in words]
        assert len(told) == 1
        assert told[0].endswith(f"dougong user create LOGIN NAME --data {fresh}")
        made = dougong("user", "create", "root", "管理员", "--stdin", "--data", fresh, stdin=f"{PASSWORD}\n")
        assert made.code == 0, made.errors
        body = {"login": "root", "password": PASSWORD}
        assert httpx.post(f"{server.address}/api/v1/session", json=body, timeout=60).status_code == 200
    with serving(fresh) as server:
        assert not any("Nobody can sign in" in words for words in server.words)


def test_ctrl_c_stops_it_as_well(data: Path) -> None:
    with serving(data, "--no-worker") as server:
        assert server.stop(signal.SIGINT) == 0
    assert _postmaster(find_place(data)) is None


def test_a_second_server_on_the_same_data_is_refused_with_the_address_of_the_first(data: Path) -> None:
    with serving(data) as server:
        second = dougong("serve", "--data", data, "--port", "0")
        assert second.code == 1
        assert f"A server is running on the data directory {data} already: {server.address}" in second.errors
        assert httpx.get(f"{server.address}/health").status_code == 200


def test_a_busy_port_is_told_before_a_database_is_made(make_data: Callable[[], Path]) -> None:
    fresh = make_data()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = dougong("serve", "--data", fresh, "--port", port)
    assert refused.code == 1
    assert f"Port {port} on 127.0.0.1 is in use" in refused.errors
    assert not fresh.exists()


def test_an_address_that_is_not_ours_is_told(make_data: Callable[[], Path]) -> None:
    refused = dougong("serve", "--data", make_data(), "--host", "192.0.2.1", "--port", "0")
    assert refused.code == 1
    assert "This machine has no address 192.0.2.1" in refused.errors


def test_a_database_that_cannot_be_used_is_told_without_its_password(make_data: Callable[[], Path]) -> None:
    for url, told in (
        ("postgresql://me:hush@127.0.0.1:1/none", "cannot be reached"),
        ("postgresql://me:hush@nowhere.invalid/none", "cannot be reached"),
        ("mysql://me:hush@localhost/none", "is not the address of a PostgreSQL database"),
        ("rubbish", "is not the address of a PostgreSQL database"),
    ):
        refused = dougong("serve", "--data", make_data(), "--port", "0", more={"DATABASE_URL": url})
        assert refused.code == 1
        assert told in refused.errors
        assert "hush" not in refused.errors


def test_only_a_trusted_proxy_says_where_a_request_comes_from(data: Path) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for trusted, secure in (("127.0.0.1", True), ("10.0.0.0/8", False)):
        with serving(data, "--no-worker", "--trusted-proxies", trusted, "--metrics-token", "secret") as server:
            answer = httpx.post(
                f"{server.address}/api/v1/session", json={"login": "root", "password": PASSWORD}, headers=told
            )
            assert ("Secure" in answer.headers["set-cookie"]) is secure
            assert ("strict-transport-security" in answer.headers) is secure
            metrics = f"{server.address}/metrics"
            assert httpx.get(metrics, headers=told).status_code == 403
            assert httpx.get(metrics, headers={**told, "Authorization": "Bearer secret"}).status_code == 200


def test_a_request_under_way_is_answered_before_it_stops(data: Path) -> None:
    """The sign-in waits for a table that we hold; SIGTERM comes while it waits."""
    answers: list[int] = []
    with serving(data) as server, running(data) as database:

        def sign_in() -> None:
            body = {"login": "root", "password": PASSWORD}
            answers.append(httpx.post(f"{server.address}/api/v1/session", json=body, timeout=60).status_code)

        with psycopg.connect(database.url) as connection:
            connection.execute("LOCK TABLE login_attempt IN ACCESS EXCLUSIVE MODE")
            request = threading.Thread(target=sign_in)
            request.start()
            _wait_for_lock(database.url)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert server.process.poll() is None
        request.join(60)
        assert answers == [200]
        assert server.process.wait(60) == 0


def test_a_job_that_nobody_finished_is_run_by_the_next_server(data: Path) -> None:
    """A job is queued while no worker runs; a server without worker leaves it, one with a worker takes it."""
    with serving(data, "--no-worker"), running(data) as found:
        database = open_database(found.url, pool_size=1)
        with database.transaction() as tx:
            defer(tx, "unknown task", number=1)
        time.sleep(1)
        assert _jobs(found.url) == [("todo",)]
        database.close()
    with serving(data), running(data) as found:
        _until(lambda: _jobs(found.url) == [("failed",)])
        with psycopg.connect(found.url) as connection:
            connection.execute("DELETE FROM procrastinate_jobs")


def test_several_web_processes_share_the_port_and_a_dead_one_is_replaced(data: Path) -> None:
    with serving(data, "--workers", "2", "--no-worker") as server:
        assert httpx.get(f"{server.address}/health", timeout=30).status_code == 200
        _killed_and_replaced(server.process.pid, count=2)
        assert httpx.get(f"{server.address}/health", timeout=30).status_code == 200
        assert server.stop() == 0
    assert _postmaster(find_place(data)) is None


def test_the_process_of_jobs_is_replaced_when_it_dies(data: Path) -> None:
    with serving(data) as server, running(data) as found:
        _killed_and_replaced(server.process.pid, count=1)
        database = open_database(found.url, pool_size=1)
        with database.transaction() as tx:
            defer(tx, "unknown task", number=1)
        database.close()
        _until(lambda: _jobs(found.url) == [("failed",)])
        with psycopg.connect(found.url) as connection:
            connection.execute("DELETE FROM procrastinate_jobs")
        assert server.stop() == 0


def test_nothing_of_a_server_that_was_killed_goes_on(data: Path) -> None:
    """Its web processes would hold the port, and its jobs would run beside those of the next."""
    with serving(data, "--workers", "2") as server:
        _until(lambda: len(_children(server.process.pid)) == 3)
        children = _children(server.process.pid)
        server.stop(signal.SIGKILL)
        _until(lambda: not any(_runs(child) for child in children))
    with serving(data) as next_one:
        assert httpx.get(f"{next_one.address}/health", timeout=30).status_code == 200


def _killed_and_replaced(pid: int, count: int) -> None:
    """Kill one of the `count` processes that a server started, and wait for the next in its place."""
    _until(lambda: len(_children(pid)) == count)
    victim = _children(pid)[0]
    subprocess.run(["kill", "-9", str(victim)], check=True)
    _until(lambda: victim not in _children(pid) and len(_children(pid)) == count)


def _until(settled: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not settled():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _children(pid: int) -> list[int]:
    """A server's web processes and its process of jobs (multiprocessing's own tracker and the database are others)."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in listed.read_text().split() if b"spawn_main" in _command(int(child))]
    return found


def _runs(pid: int) -> bool:
    return b"spawn_main" in _command(pid)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _jobs(url: str) -> list[tuple[object, ...]]:
    """How it stands with the jobs that nothing but these tests queues."""
    with psycopg.connect(url) as connection:
        of_ours = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'unknown task'"
        return connection.execute(of_ours).fetchall()


def _wait_for_lock(url: str) -> None:
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs /proc")
def test_the_database_is_started_again_when_it_dies(data: Path) -> None:
    with serving(data) as server:
        found = _postmaster(find_place(data))
        assert found is not None
        subprocess.run(["kill", "-9", str(found[0])], check=True)
        deadline = time.monotonic() + 30
        body = {"login": "root", "password": PASSWORD}
        while httpx.post(f"{server.address}/api/v1/session", json=body, timeout=30).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.3)
