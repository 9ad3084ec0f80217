"""The embedded server: started once, shared, stopped by the last, found again after any death, in any folder.

Each user of the server is a process of its own (`python -c`), because that is what dies.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest
import sqlalchemy as sa

from dougong.kit.errors import Unavailable
from dougong.storage.backup import back_up
from dougong.storage.checkup import State, check_database
from dougong.storage.embedded import data_exists, running, watched
from dougong.storage.embedded.place import find_place
from dougong.storage.embedded.server import _postmaster
from dougong.storage.engine import check_server, libpq_address, open_database
from dougong.storage.jobs import Worker
from dougong.storage.migrate import upgrade
from dougong.storage.restore import restore

USE = """
import sys, time
from pathlib import Path
from dougong.storage.embedded import running
with running(Path(sys.argv[1]), {"shared_buffers": "16MB"}) as server:
    print("started" if server.started else "attached", server.pid, flush=True)
    sys.stdin.read()
"""

SMALL = {"shared_buffers": "16MB"}


@pytest.fixture
def data(run_folder: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="data-", dir=run_folder))
    folder.chmod(0o755)
    yield folder
    pid = server_of(folder) if data_exists(folder) else None
    if pid is not None:
        os.kill(pid, signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def use(data: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: "subprocess.Popen[str]") -> tuple[str, int]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())
    how, pid = line.split()
    return how, int(pid)


def end(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=30)
    assert process.returncode == 0


def server_of(data: Path) -> int | None:
    found = _postmaster(find_place(data))
    return found[0] if found else None


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_several_processes_share_one_server_and_the_last_stops_it(data: Path) -> None:
    assert not data_exists(data)
    first = use(data)
    how, pid = told(first)
    assert how == "started"
    assert data_exists(data)
    second = use(data)
    assert told(second) == ("attached", pid)
    end(first)
    assert server_of(data) == pid
    end(second)
    assert server_of(data) is None


def test_a_server_whose_process_was_killed_is_used_and_then_stopped(data: Path) -> None:
    first = use(data)
    _, pid = told(first)
    kill(first.pid)
    first.wait()
    assert server_of(data) == pid
    second = use(data)
    assert told(second) == ("attached", pid)
    end(second)
    assert server_of(data) is None


def test_what_was_committed_survives_the_death_of_everything(data: Path) -> None:
    for number in range(3):
        process = use(data)
        how, pid = told(process)
        assert how == "started"
        with running(data) as server, psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (number,)
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
            kill(pid)
            kill(process.pid)
            process.wait()


def test_another_program_with_the_dead_servers_number_is_no_server(data: Path) -> None:
    with running(data, SMALL):
        pass
    other = subprocess.Popen(["sleep", "60"])
    try:
        place = find_place(data)
        stale = place.cluster / "postmaster.pid"
        lines = [str(other.pid), str(place.cluster), "0", "5432", str(data / "sockets"), "", "0 0", "ready"]
        stale.write_text("\n".join(lines) + "\n")
        os.chown(stale, place.account.uid, place.account.gid)
        assert server_of(data) is None
        process = use(data)
        assert told(process)[0] == "started"
        end(process)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_server_that_dies_under_us_is_started_again(data: Path) -> None:
    with running(data, SMALL) as server, watched(data):
        kill(server.pid)
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(server.url).close()
                break
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
    assert server_of(data) is None


def test_a_path_too_long_for_a_socket_works(data: Path) -> None:
    with running(data / ("x" * 100), SMALL) as server:
        psycopg.connect(server.url).close()
        elsewhere = Path(unquote(server.url.partition("host=")[2].partition("&")[0]))
        assert elsewhere.stat().st_mode & 0o077 == 0
    assert not elsewhere.exists()


def test_only_the_account_and_root_may_connect(data: Path) -> None:
    with running(data, SMALL) as server:
        assert (data / "sockets").stat().st_mode & 0o077 == 0
        assert (data / "postgres").stat().st_mode & 0o077 == 0
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_full_disk_is_told_and_leaves_nothing(data: Path) -> None:
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=20m tmpfs {data} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(Unavailable) as caught, running(data, SMALL):
            pass
        assert caught.value.code == "storage.disk_full_start"
        assert not data_exists(data)
    finally:
        os.system(f"umount {data}")


def test_a_disk_that_fills_while_the_database_is_made_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=20m,mode=755 tmpfs {data} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    monkeypatch.setattr("dougong.storage.embedded.cluster.NEEDED_BYTES", 0)
    try:
        with pytest.raises(Unavailable) as caught, running(data, SMALL):
            pass
        assert caught.value.code == "storage.disk_full_start"
        assert not data_exists(data)
        assert not (data / "postgres.unfinished").exists()
    finally:
        os.system(f"umount {data}")


def test_a_folder_that_cannot_be_made_is_told(data: Path) -> None:
    (data / "file").write_text("")
    with pytest.raises(Unavailable) as caught, running(data / "file", SMALL):
        pass
    assert caught.value.code == "storage.folder"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may run the server as another user")
def test_below_a_closed_folder_root_keeps_the_database_elsewhere(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's permissions change: the parent stays closed, and the database is found again through the link."""
    monkeypatch.setattr("dougong.storage.embedded.place.ELSEWHERE", (data / "elsewhere",))
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with running(closed / "var", SMALL) as server:
            assert server.folder.parent == data / "elsewhere"
            assert (closed / "var" / "postgres").resolve() == server.folder / "postgres"
            psycopg.connect(server.url).close()
    assert closed.stat().st_mode & 0o777 == 0o700
    assert len(list((data / "elsewhere").iterdir())) == 1


def refusal_as(user: int, data: Path) -> str:
    """What the user with this id is told who starts the server of `data`: a code, or "" when it starts."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = "crashed"
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            with running(data, SMALL):
                code = ""
        except Unavailable as error:
            code = error.code
        finally:
            os.write(writing, code.encode())
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return answer.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_the_server_and_others_are_refused(data: Path) -> None:
    daemon, nameless = pwd.getpwnam("daemon").pw_uid, 54321
    assert refusal_as(daemon, data) == "storage.folder"
    data.chmod(0o777)
    assert refusal_as(nameless, data) == "storage.nameless"
    assert refusal_as(daemon, data) == ""
    assert (data / "postgres").stat().st_uid == daemon
    assert refusal_as(pwd.getpwnam("nobody").pw_uid, data) == "storage.not_yours"
    # Root runs it as the user whose data they are.
    process = use(data)
    assert told(process)[0] == "started"
    end(process)
    assert refusal_as(daemon, data) == ""


def test_a_disk_that_fills_under_writes_is_told_and_nothing_is_lost(data: Path) -> None:
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=260m,mode=755 tmpfs {data} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with running(data, {**SMALL, "max_wal_size": "32MB"}) as server:
            database = open_database(server.url, pool_size=1)
            numbers = sa.Table("numbers", sa.MetaData(), sa.Column("number", sa.BigInteger), schema="public")
            with database.transaction() as tx:
                numbers.create(tx.connection)
                tx.copy(numbers, ["number"], [(n,) for n in range(1000)])
            filler = data / "filler"
            with suppress(OSError), filler.open("wb") as file:
                while True:
                    file.write(b"\0" * 1024 * 1024)
            with pytest.raises(Unavailable) as caught, database.transaction() as tx:
                tx.copy(numbers, ["number"], [(n,) for n in range(1_000_000)])
            assert caught.value.code == "storage.disk_full"
            filler.unlink()
            with database.transaction() as tx:
                assert tx.fetch("SELECT count(*) FROM numbers") == [(1000,)]
                tx.copy(numbers, ["number"], [(n,) for n in range(1000)])
            database.close()
    finally:
        os.system(f"umount {data}")


START = """
import sys
from pathlib import Path
from dougong.storage.embedded import running
print("go", flush=True)
with running(Path(sys.argv[1]), {"shared_buffers": "16MB"}):
    sys.stdin.read()
"""


def test_a_starter_killed_at_any_moment_never_leads_to_two_servers(data: Path) -> None:
    """Whatever it has begun (initdb, a server that is just starting) is waited for or used, never run beside."""
    for turn in range(12):
        starter = subprocess.Popen(
            [sys.executable, "-c", START, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert starter.stdout is not None
        assert starter.stdout.readline() == "go\n"
        time.sleep(turn * 0.05)
        kill(starter.pid)
        starter.wait()
        with running(data, SMALL) as server:
            assert postmasters(data) == [server.pid]
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS turns (turn int)")
                connection.execute("INSERT INTO turns VALUES (%s)", [turn])
                assert connection.execute("SELECT count(*) FROM turns").fetchone() == (turn + 1,)
        assert postmasters(data) == []


def postmasters(data: Path) -> list[int]:
    """The servers of a cluster; their own processes show other names."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if words[0].endswith(b"/postgres") and str(data / "postgres").encode() in words:
                found.append(int(path.parent.name))
    return found


def test_a_folder_with_spaces_and_chinese_in_its_path_serves_everything(data: Path, tmp_path: Path) -> None:
    """Not only SQLAlchemy has to find the socket: jobs, backup, restore and the doctor speak to libpq."""
    with running(data / "数据 a+b", SMALL) as server:
        upgrade(server.url)
        assert check_server(server.url) >= 150_000
        assert {check.state for check in check_database(server.url, None)} == {State.GOOD}
        manifest = back_up(server.url, tmp_path / "备 份")
        assert restore(server.url, tmp_path / "备 份", force=True) == manifest
        worker = Worker(server.url, ())
        worker.start()
        try:
            deadline = time.monotonic() + 30
            with psycopg.connect(libpq_address(server.url), autocommit=True) as connection:
                while not connection.execute("SELECT FROM procrastinate_workers").fetchall():
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
        finally:
            assert worker.stop()


@pytest.mark.parametrize("told", ["/etc/hostname", "/etc/hostname/below"])
def test_a_file_in_the_place_of_the_folder_is_told(told: str) -> None:
    with pytest.raises(Unavailable) as caught:
        find_place(Path(told))
    assert (caught.value.code, caught.value.params["reason"]) == ("storage.folder", "Not a directory")
