"""What reading and writing code is given: a `Snapshot` reads, a `Transaction` also writes.

`Transaction` is a subtype, so a function that takes a `Snapshot` cannot write. Nothing here can commit: only
`Database.transaction` does, once, at the end of its block.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import orjson
import psycopg
import sqlalchemy as sa
import structlog
from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.pool import PoolProxiedConnection

Params = Mapping[str, Any]

# The driver's names of column types. Told to COPY they save it from looking at each value (a third of the time).
_COPY_TYPES: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.BigInteger, "int8"),
    (sa.Integer, "int4"),
    (sa.Numeric, "numeric"),
    (sa.Boolean, "bool"),
    (sa.Date, "date"),
    (sa.DateTime, "timestamptz"),
    (sa.Time, "time"),
    (sa.LargeBinary, "bytea"),
)

log = structlog.get_logger(__name__)


class Snapshot:
    """Read-only use of one connection, taken from the pool on first use and given back by `close`."""

    def __init__(self, engine: sa.Engine) -> None:
        """Nothing is taken from the pool of `engine` yet."""
        self._engine = engine
        self._pooled: PoolProxiedConnection | None = None
        self._driver: psycopg.Connection[tuple[Any, ...]] | None = None
        self._connection: sa.Connection | None = None

    @property
    def driver(self) -> psycopg.Connection[tuple[Any, ...]]:
        """The psycopg connection, without SQLAlchemy's layers: what `fetch` runs on."""
        if self._driver is None:
            if self._pooled is None:
                self._pooled = self._engine.raw_connection()
            self._driver = cast("psycopg.Connection[tuple[Any, ...]]", self._pooled.driver_connection)
        return self._driver

    @property
    def connection(self) -> sa.Connection:
        """The SQLAlchemy connection, on the same session as `fetch`."""
        if self._connection is None:
            if self._pooled is None:
                self._pooled = self._engine.raw_connection()
            self._connection = sa.Connection(self._engine, self._pooled)
        return self._connection

    def rows(self, statement: sa.Executable, params: Params | None = None) -> list[sa.Row[Any]]:
        """All rows of a Core statement."""
        return list(self.connection.execute(statement, params or {}).all())

    def one(self, statement: sa.Executable, params: Params | None = None) -> sa.Row[Any] | None:
        """The first row of a Core statement, or None."""
        return self.connection.execute(statement, params or {}).first()

    def scalar(self, statement: sa.Executable, params: Params | None = None) -> Any:  # noqa: ANN401  # any column
        """The first column of the first row, or None."""
        return self.connection.execute(statement, params or {}).scalar()

    def fetch(self, query: str, params: Params | None = None) -> list[tuple[Any, ...]]:
        """All rows of an already compiled query (`%(name)s` placeholders): the fast path, one round trip.

        `query` must come from the query compiler or from a constant of storage; values travel only in `params`.
        """
        if params is None:
            return self.driver.execute(query).fetchall()
        numbered, names = _numbered(query)
        with psycopg.RawCursor(self.driver) as cursor:
            return cursor.execute(numbered, [params[name] for name in names]).fetchall()

    def stream(self, query: str, params: Params | None = None, size: int = 2000) -> Generator[list[tuple[Any, ...]]]:
        """The rows in lists of up to `size`, by a server-side cursor: an export never holds them all."""
        with self.driver.transaction(), self.driver.cursor(name="dougong_stream") as cursor:
            cursor.execute(query, params)
            while rows := cursor.fetchmany(size):
                yield rows

    def close(self) -> None:
        """Give the connection back to its pool. A broken one is thrown away there."""
        if self._pooled is None:
            return
        if self._driver is not None and self._driver.broken:
            # The server went away under us, so the idle connections are dead too: begin with a new pool.
            if self._pooled.is_valid:
                self._pooled.invalidate()
            self._engine.dispose()
        if self._connection is not None:
            self._connection.close()
        else:
            self._pooled.close()
        self._pooled = self._driver = self._connection = None


class Transaction(Snapshot):
    """Reads and writes that are committed together by `Database.transaction`, or not at all."""

    def __init__(self, engine: sa.Engine) -> None:
        """Only `Database.transaction` makes one: it also commits."""
        super().__init__(engine)
        self._after_commit: list[Callable[[], None]] = []

    def execute(self, statement: sa.Executable, params: Params | None = None) -> int:
        """Run an INSERT, UPDATE, DELETE or DDL statement. Returns the number of rows that it touched."""
        return self.connection.execute(statement, params or {}).rowcount

    def execute_many(self, statement: sa.Executable, rows: Sequence[Params]) -> int:
        """Run one statement for each set of parameters, pipelined. Returns the number of rows that they touched."""
        if not rows:
            return 0
        return self.connection.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount

    def copy(self, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Store many rows by COPY, the fastest way in. Values are in the order of `columns`; None is NULL.

        A value of a JSONB column may be any JSON-like Python value. Column defaults hold for columns not named.
        """
        target = sql.Identifier(table.schema, table.name) if table.schema else sql.Identifier(table.name)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(target, sql.SQL(", ").join(map(sql.Identifier, columns)))
        types = [table.c[name].type for name in columns]
        documents = [index for index, kind in enumerate(types) if isinstance(kind, JSONB)]
        with self.driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types([_copy_type(kind) for kind in types])
            write = copy.write_row
            for row in rows if not documents else _with_documents(rows, documents):
                write(row)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone: when the block raises, what it stored is undone and the transaction goes on."""
        with self.connection.begin_nested():
            yield

    def alone(self, name: str) -> None:
        """Wait until nobody else is where one may be only `alone` under this name, and keep others out to the end."""
        self.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do `act` once the transaction is committed, never when it is rolled back.

        For what lives in this process only (caches); what must not get lost is a row of the outbox or a job.
        """
        self._after_commit.append(act)

    def run_after_commit(self) -> None:
        """Called by `Database.transaction` alone. The data are stored by now, so a failing act cannot undo them: it
        is logged, and the others still run."""
        for act in self._after_commit:
            try:
                act()
            except Exception:
                log.exception("after_commit_failed", act=repr(act))


@lru_cache(maxsize=1_000)
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """The query with PostgreSQL's own placeholders, and the parameter that each stands for, in order.

    psycopg finds them anew for each use of a statement of more than 4,096 characters, as that of a record's page is:
    half a millisecond.
    """
    names: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        return "%" if found[1] is None else f"${names.setdefault(found[1], len(names) + 1)}"

    return _PLACEHOLDER.sub(placed, query), tuple(names)


_PLACEHOLDER = re.compile(r"%(?:%|\((\w+)\)s)")


def _copy_type(kind: sa.types.TypeEngine[Any]) -> str:
    if isinstance(kind, sa.ARRAY):
        return f"{_copy_type(kind.item_type)}[]"
    # Documents and search vectors travel as text, which PostgreSQL itself reads as what they are.
    return next((name for known, name in _COPY_TYPES if isinstance(kind, known)), "text")


def _with_documents(rows: Iterable[Sequence[Any]], documents: Sequence[int]) -> Iterator[Sequence[Any]]:
    """The rows with the values at the positions `documents` written as JSON."""
    for row in rows:
        values = list(row)
        for index in documents:
            if values[index] is not None:
                values[index] = orjson.dumps(values[index], default=str).decode()
        yield values
