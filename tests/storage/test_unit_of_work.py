"""Reading, writing, copying and failing through the unit of work, on a real PostgreSQL."""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from dougong.kit.errors import Unavailable
from dougong.storage.engine import Database, open_database
from dougong.storage.schema import meta_version

deal = sa.Table(
    "deal",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("amount", sa.Numeric(18, 2)),
    sa.Column("day", sa.Date),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("open", sa.Boolean),
    sa.Column("access", ARRAY(sa.BigInteger), nullable=False, server_default="{}"),
    sa.Column("tags", ARRAY(sa.Text)),
    sa.Column("grams", TSVECTOR),
    sa.Column("extra", JSONB),
    schema="data",
)


@pytest.fixture
def deals(database: Database) -> Database:
    with database.transaction() as tx:
        deal.create(tx.connection)
    return database


def test_a_copy_keeps_every_kind_of_value(deals: Database) -> None:
    at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    rows = [
        (1, 'tab\t "quote" \\ 斗拱\nline', Decimal("10005534.10"), date(2026, 2, 28), at, True, [2, 5], ["a,b", '"'],
         "'ab':1 'bc':2", {"x": [1, None, "é"]}),
        (2, None, None, None, None, None, [], None, None, None),
    ]  # fmt: skip
    with deals.transaction() as tx:
        tx.copy(deal, [column.name for column in deal.columns], rows)
    with deals.snapshot() as snapshot:
        assert snapshot.fetch("SELECT * FROM data.deal ORDER BY id") == rows
        assert [tuple(row) for row in snapshot.rows(sa.select(deal).order_by(deal.c.id))] == rows


def test_a_block_that_raises_stores_nothing(deals: Database) -> None:
    with pytest.raises(ValueError, match="stop"), deals.transaction() as tx:  # noqa: PT012
        tx.execute(sa.insert(deal), {"id": 1, "name": "a"})
        raise ValueError("stop")
    with deals.snapshot() as snapshot:
        assert snapshot.scalar(sa.select(sa.func.count()).select_from(deal)) == 0


def test_a_savepoint_fails_alone(deals: Database) -> None:
    with deals.transaction() as tx:
        tx.execute(sa.insert(deal), {"id": 1, "name": "a"})
        with pytest.raises(sa.exc.IntegrityError), tx.savepoint():
            tx.execute(sa.insert(deal), {"id": 1, "name": "twice"})
        assert tx.execute_many(sa.insert(deal), [{"id": n, "name": "b"} for n in range(2, 5)]) == 3
        assert tx.execute_many(sa.insert(deal), []) == 0
    with deals.snapshot() as snapshot:
        assert snapshot.fetch("SELECT id FROM data.deal ORDER BY id") == [(1,), (2,), (3,), (4,)]


def test_acts_run_after_the_commit_and_never_without_one(deals: Database) -> None:
    seen: list[object] = []

    def look() -> None:
        with deals.snapshot() as snapshot:
            seen.append(snapshot.fetch("SELECT count(*) FROM data.deal")[0][0])

    def fail() -> None:
        raise RuntimeError("an act must not undo a commit")

    with deals.transaction() as tx:
        tx.execute(sa.insert(deal), {"id": 1})
        tx.after_commit(fail)
        tx.after_commit(look)
        assert seen == []
    assert seen == [1]
    with pytest.raises(ValueError, match="stop"), deals.transaction() as tx:  # noqa: PT012
        tx.after_commit(look)
        raise ValueError("stop")
    assert seen == [1]


def test_a_stream_gives_all_rows_in_parts(deals: Database) -> None:
    with deals.transaction() as tx:
        tx.copy(deal, ["id"], [(n,) for n in range(2500)])
    with deals.snapshot() as snapshot:
        parts = list(snapshot.stream("SELECT id FROM data.deal WHERE id >= %(low)s ORDER BY id", {"low": 0}, 1000))
        assert [len(part) for part in parts] == [1000, 1000, 500]
        with closing(snapshot.stream("SELECT id FROM data.deal", size=10)) as unfinished:
            next(unfinished)
        assert snapshot.fetch("SELECT 1") == [(1,)]


def test_a_consistent_snapshot_does_not_see_later_commits(deals: Database) -> None:
    count = "SELECT count(*) FROM data.deal"
    with deals.consistent_snapshot() as frozen, deals.snapshot() as fresh:
        assert frozen.fetch(count) == [(0,)]
        with deals.transaction() as tx:
            tx.execute(sa.insert(deal), {"id": 1})
        assert frozen.fetch(count) == [(0,)]
        assert fresh.fetch(count) == [(1,)]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):  # noqa: PT012
            try:
                frozen.fetch("INSERT INTO data.deal (id) VALUES (2) RETURNING id")
            except psycopg.Error:
                frozen.driver.execute("ROLLBACK")
                raise


def test_plans_see_the_parameters_and_times_are_utc(database: Database) -> None:
    for opened in (database.snapshot, database.transaction, database.consistent_snapshot):
        with opened() as snapshot:
            for name, value in (("plan_cache_mode", "force_custom_plan"), ("jit", "off"), ("TimeZone", "UTC")):
                assert snapshot.fetch(f"SHOW {name}") == [(value,)]


def test_a_snapshot_statement_costs_one_round_trip(database: Database) -> None:
    """Autocommit: the session is idle between two statements, no transaction is open."""
    with database.snapshot() as snapshot:
        snapshot.fetch("SELECT 1")
        assert snapshot.driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        snapshot.scalar(sa.select(meta_version.c.metadata))
        assert snapshot.driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_lost_connection_is_told_and_the_next_use_works(database: Database) -> None:
    for opened in (database.snapshot, database.transaction):
        with pytest.raises(Unavailable) as caught, opened() as snapshot:  # noqa: PT012
            pid = snapshot.fetch("SELECT pg_backend_pid()")[0][0]
            with database.transaction() as tx:
                tx.fetch("SELECT pg_terminate_backend(%(pid)s, 5000)", {"pid": pid})
            snapshot.fetch("SELECT 1")
        assert caught.value.code == "storage.lost"
        with opened() as snapshot:
            assert snapshot.fetch("SELECT 1") == [(1,)]


def test_an_unreachable_database_is_told() -> None:
    database = open_database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    for opened in (database.snapshot, database.transaction, database.consistent_snapshot):
        with pytest.raises(Unavailable) as caught, opened() as snapshot:
            snapshot.fetch("SELECT 1")
        assert caught.value.code == "storage.lost"


def test_a_query_that_takes_too_long_is_stopped(database: Database) -> None:
    with pytest.raises(Unavailable) as caught, database.snapshot() as snapshot:  # noqa: PT012
        snapshot.driver.execute("SET statement_timeout = '50ms'")
        snapshot.fetch("SELECT pg_sleep(5)")
    assert caught.value.code == "storage.timeout"
