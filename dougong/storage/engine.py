"""The database as a value: two connection pools and the ways to use them.

Reads run on connections in autocommit (one round trip a statement, no BEGIN and COMMIT around it); transactions run
on a pool of their own, so that a request which reads while it writes can never wait for itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url

from dougong.kit.errors import Unavailable
from dougong.storage import arrays
from dougong.storage.failures import translated
from dougong.storage.unit_of_work import Snapshot, Transaction

MINIMUM_VERSION = 150_000
"""PostgreSQL 15, as server_version_num gives it."""

READ_TIMEOUT_SECONDS = 30
WRITE_TIMEOUT_SECONDS = 600
LOCK_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 10

# Generic plans do not see the reader's access tokens: 56 ms instead of 0.7 ms for a salesperson's page
# (architecture.md, idea 5). JIT costs more than any of our statements takes.
SESSION_OPTIONS: Mapping[str, str] = {
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    # Planning eight left joins in every order takes 3 ms, four 1 ms, and the order that we write, from the record
    # outwards, is the right one.
    "join_collapse_limit": "4",
    # Not how much is cached, but how the planner counts: above the size of a table it takes an index walk to fetch each
    # page once. A manager's page then walked 15,000 rows by the sort key instead of fetching the team's 5,000: 20 ms
    # instead of 7 of a million.
    "effective_cache_size": "1MB",
    "timezone": "UTC",
    "client_min_messages": "warning",
}

_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database, open. `snapshot`, `transaction` and their kin are the ways in."""

    url: str
    reading: sa.Engine
    writing: sa.Engine

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Reads in autocommit: each statement sees what was committed when it began.

        Raises Unavailable (storage.*) when the database cannot be reached, is full or takes too long.
        """
        with translated():
            snapshot = Snapshot(self.reading)
            try:
                yield snapshot
            finally:
                snapshot.close()

    @contextmanager
    def consistent_snapshot(self) -> Iterator[Snapshot]:
        """Reads that all see the same moment (repeatable read, read only), for several statements or an export."""
        with translated():
            snapshot = Snapshot(self.reading)
            try:
                snapshot.driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                try:
                    yield snapshot
                finally:
                    if not snapshot.driver.closed:
                        snapshot.driver.execute("ROLLBACK")
            finally:
                snapshot.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """The only commit: everything in the block is stored, or nothing when it raises.

        Acts given to `Transaction.after_commit` run after the commit, in order.
        """
        with translated():
            transaction = Transaction(self.writing)
            try:
                with transaction.connection.begin():
                    yield transaction
            finally:
                transaction.close()
        transaction.run_after_commit()

    @contextmanager
    def rehearsal(self) -> Iterator[Transaction]:
        """A transaction that is always taken back: what a change would do is seen in it and never stored.

        What was locked is free again at the end of the block, and no act of `after_commit` runs. Numbers of sequences
        (ids) are used up, as in any transaction that fails.
        """
        with translated():
            transaction = Transaction(self.writing)
            try:
                with transaction.connection.begin() as begun:
                    yield transaction
                    begun.rollback()
            finally:
                transaction.close()

    def alone(self, statement: sa.Executable) -> None:
        """Run a statement that PostgreSQL runs outside of transactions only (CREATE INDEX CONCURRENTLY), for as long as
        it takes. Its connection is not used again."""
        with translated(), self.reading.connect() as connection:
            connection.detach()
            for name in ("statement_timeout", "lock_timeout"):
                connection.execute(sa.select(sa.func.set_config(name, "0", False)))
            connection.execute(statement)

    def close(self) -> None:
        """Close all idle connections; the database can still be used and opens new ones."""
        self.reading.dispose()
        self.writing.dispose()


def driver_url(url: str) -> URL:
    """The SQLAlchemy URL of a DATABASE_URL such as postgresql://user@host/name. Raises Unavailable when it is none."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise Unavailable("storage.bad_url") from error
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise Unavailable("storage.bad_url")
    return parsed.set(drivername="postgresql+psycopg")


def libpq_parameters(url: str, database: str | None = None) -> dict[str, str]:
    """What libpq has to know to connect to `url` (or to another `database` there), password included: exactly what
    our engines connect with."""
    address = driver_url(url)
    if database is not None:
        address = address.set(database=database)
    _, parameters = _DIALECT.create_connect_args(address)  # type: ignore[no-untyped-call]
    return {name: str(value) for name, value in parameters.items()}


def libpq_address(url: str, database: str | None = None) -> str:
    """The same address as psycopg and PostgreSQL's own programs understand it, with the password.

    It is no URL: SQLAlchemy writes a space in a URL as + or leaves it, which libpq reads as another folder or refuses.
    """
    return make_conninfo(**libpq_parameters(url, database))


def open_database(url: str, *, pool_size: int = 20) -> Database:
    """Open the database at `url` with up to `pool_size` connections for reading and as many for writing.

    Connections are made when they are first needed; `check_server` tells whether it is there and new enough.
    """
    address = driver_url(url)

    def engine(timeout: int, *, autocommit: bool) -> sa.Engine:
        options = {
            **SESSION_OPTIONS,
            "statement_timeout": f"{timeout}s",
            "lock_timeout": f"{LOCK_TIMEOUT_SECONDS}s",
        }
        words = [str(address.query["options"])] if "options" in address.query else []
        words += [f"-c {name}={value}" for name, value in options.items()]
        made = sa.create_engine(
            address,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=CONNECT_TIMEOUT_SECONDS,
            # The newest connection first: after a quiet night the others may have been closed by a firewall.
            pool_use_lifo=True,
            use_native_hstore=False,
            pool_reset_on_return=None if autocommit else "rollback",
            connect_args={
                "options": " ".join(words),
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "application_name": "dougong",
            },
            **({"isolation_level": "AUTOCOMMIT"} if autocommit else {}),
        )
        sa.event.listen(made, "connect", lambda connection, _: arrays.register(connection))
        return made

    return Database(
        url=url,
        reading=engine(READ_TIMEOUT_SECONDS, autocommit=True),
        writing=engine(WRITE_TIMEOUT_SECONDS, autocommit=False),
    )


def check_server(url: str) -> int:
    """The server's version number (180004 is 18.4).

    Raises Unavailable: storage.unreachable with the server's reason, storage.too_old before PostgreSQL 15,
    storage.bad_encoding where the database is not in UTF-8.
    """
    address = {"connect_timeout": str(CONNECT_TIMEOUT_SECONDS), **libpq_parameters(url)}
    try:
        with psycopg.connect(make_conninfo(**address), autocommit=True) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding") or ""
    except psycopg.Error as error:
        where = driver_url(url).set(drivername="postgresql").render_as_string(hide_password=True)
        # libpq's hints are indented; our sentence has its own.
        told = [line for line in str(error).splitlines() if not line.startswith("\t")]
        raise Unavailable("storage.unreachable", url=where, reason="; ".join(told)) from error
    if version < MINIMUM_VERSION:
        raise Unavailable("storage.too_old", version=f"{version // 10_000}.{version % 10_000}")
    if encoding.upper() not in {"UTF8", "UTF-8"}:
        raise Unavailable("storage.bad_encoding", encoding=encoding)
    return version
