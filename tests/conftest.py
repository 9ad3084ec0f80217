"""What every test gets: one embedded PostgreSQL for the whole run, databases copied from a template that the migrations
built, and no network.

A test that stores something asks for `database`: a fresh copy that is dropped after the test. A module of tests that
only reads, or that keeps its own rows apart, asks for `shared_database`, one copy for the module. The standard package
is in force in both; `bare_database` and `shared_bare_database` have the system tables only, for a test's own objects.
`make_database` gives as many as wanted. With xdist all workers use the same server, each with its own databases.

What many tests begin with, a company and its people, is founded once in a run: `fresh(make_database, founded=...)`.
"""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from dougong.crm.standard import install
from dougong.kit.collector import collect_seldom
from dougong.storage.embedded import Server, running
from dougong.storage.embedded.locks import Hold, alone, take
from dougong.storage.engine import Database, open_database
from dougong.storage.migrate import upgrade

FOLDER_VARIABLE = "DOUGONG_TEST_FOLDER"
# `make test` gives the same verdict each time; the campaign of `make test-deep` draws anew.
settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("deep")
settings.load_profile("deep" if os.environ.get("DEEP") else "same")

# As every process of the product does.
collect_seldom()

TEMPLATE = "template_dougong"
"""The name of the template with the standard package; the one without it ends in `_bare`."""
PREFIX = "dougong-test-"
RUN_LOCK = "run.lock"
RUN_HOLD = pytest.StashKey[Hold]()

# What the server would lose with the power is of no use after the run.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


Founding = Callable[[Database], object]
"""A function of a module that puts into a database what tests begin with."""


class MakeDatabase(Protocol):
    """Makes a fresh database with the standard package in force or, when `bare`, with the system tables only; with
    what `founded` puts into it."""

    def __call__(self, *, bare: bool = False, founded: Founding | None = None) -> Database: ...


def pytest_configure(config: pytest.Config) -> None:
    """The run's folder, made once by the process that the developer started; the workers of xdist inherit it."""
    if not hasattr(config, "workerinput"):
        _sweep()
        # Not below pytest's own folder: that is closed to the user whom root lets run PostgreSQL.
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        hold = take(folder / RUN_LOCK)
        assert hold is not None
        # Held to the end of this process: as long as that lives, no other run sweeps the folder away.
        config.stash[RUN_HOLD] = hold
        folder.chmod(0o755)
        os.environ[FOLDER_VARIABLE] = str(folder)
    _block_network()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER_VARIABLE), ignore_errors=True)
        config.stash[RUN_HOLD].release()


def _sweep() -> None:
    """Stop servers and remove folders that a killed test run has left behind."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        with suppress(OSError):
            # A run that has only just made its folder does not hold it yet.
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < 60:
                continue
            unused = take(folder / RUN_LOCK)
            if unused is None:
                continue
            for found in folder.glob("**/postgres/postmaster.pid"):
                with suppress(OSError, ValueError):
                    pid = int(found.read_text().splitlines()[0])
                    if str(found.parent).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(pid, signal.SIGQUIT)
            shutil.rmtree(folder, ignore_errors=True)
            unused.release()


def _block_network() -> None:
    """A test reaches this machine only. What it would fetch elsewhere it must not need."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0]) if isinstance(address, tuple) else ""
            if not (host.startswith("127.") or host in {"localhost", "::1", "0.0.0.0"}):
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """The folder of this test run, which the database's user can reach. It is removed at the end, whatever happens."""
    return Path(os.environ[FOLDER_VARIABLE])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded PostgreSQL of this test run."""
    with running(Path(os.environ[FOLDER_VARIABLE]) / "server", SETTINGS) as started:
        yield started


def _template(server: Server, *, bare: bool, founded: Founding | None = None) -> str:
    """The name of a template database, made by the first test of the run that needs it."""
    name = f"{TEMPLATE}_bare" if bare else TEMPLATE
    base = None
    if founded is not None:
        base = _template(server, bare=bare)
        name = "_".join((name, *founded.__module__.split(".")[-2:], founded.__name__))
    with (
        alone(Path(os.environ[FOLDER_VARIABLE]) / "template.lock"),
        psycopg.connect(_address(server, "postgres"), autocommit=True) as connection,
    ):
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchall():
            return name
        unfinished = f"{name}_unfinished"
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unfinished)))
        _create(connection, unfinished, base or "template1")
        _fill_template(_address(server, unfinished), bare=bare, founded=founded)
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(unfinished), sql.Identifier(name))
        )
    return name


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    # Several times as fast as through the log, which is the default and made for servers that others use.
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _fill_template(url: str, *, bare: bool, founded: Founding | None) -> None:
    if founded is None:
        upgrade(url)
    database = open_database(url, pool_size=2)
    if founded is not None:
        founded(database)
    elif not bare:
        with database.transaction() as tx:
            install(tx)
    database.close()


def _address(server: Server, database: str) -> str:
    return server.url.replace("@/dougong?", f"@/{database}?")


@pytest.fixture(scope="session")
def make_database(server: Server, worker_id: str) -> Iterator[MakeDatabase]:
    """Makes fresh databases, each a copy of a template."""
    made: list[Database] = []

    def make(*, bare: bool = False, founded: Founding | None = None) -> Database:
        template = _template(server, bare=bare, founded=founded)
        name = f"test_{worker_id}_{len(made)}"
        with psycopg.connect(_address(server, "postgres"), autocommit=True) as connection:
            _create(connection, name, template)
        made.append(open_database(_address(server, name), pool_size=5))
        return made[-1]

    yield make
    for database in made:
        database.close()


def _drop(database: Database) -> None:
    database.close()
    name = str(database.reading.url.database)
    with psycopg.connect(database.url.replace(f"@/{name}?", "@/postgres?"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def fresh(make_database: MakeDatabase, *, bare: bool = False, founded: Founding | None = None) -> Iterator[Database]:
    """A database for the block."""
    made = make_database(bare=bare, founded=founded)
    yield made
    _drop(made)


@pytest.fixture
def database(make_database: MakeDatabase) -> Iterator[Database]:
    """A fresh database with the standard package, for one test."""
    with fresh(make_database) as made:
        yield made


@pytest.fixture(scope="module")
def shared_database(make_database: MakeDatabase) -> Iterator[Database]:
    """One database with the standard package, for all tests of a module."""
    with fresh(make_database) as made:
        yield made


@pytest.fixture
def bare_database(make_database: MakeDatabase) -> Iterator[Database]:
    """A fresh database with the system tables only, for one test."""
    with fresh(make_database, bare=True) as made:
        yield made


@pytest.fixture(scope="module")
def shared_bare_database(make_database: MakeDatabase) -> Iterator[Database]:
    """One database with the system tables only, for all tests of a module."""
    with fresh(make_database, bare=True) as made:
        yield made
