"""Indexes of large tables are built afterwards, by a job; a change waits for a table without making others wait."""

import threading
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

from dougong.kit.errors import Unavailable
from dougong.metadata import apply as applying
from dougong.metadata.changes import ChangedField, changed
from dougong.metadata.definitions import field_to_body
from dougong.metadata.index_building import MANY, index_task, is_building, missing_indexes
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.storage.engine import Database

LABEL = {"zh": "甲", "en": "A"}


def planned(database: Database, name: str, **body: object) -> Plan:
    """The plan by which the field `name` of account becomes `body`."""
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        change = ChangedField("account", name, {"label": LABEL, **body})
        return plan(registry, changed(registry, [change]), snapshot, prune=True)


def put(database: Database, made: Plan) -> None:
    with database.transaction() as tx:
        applying.apply(tx, made)


def fill(database: Database, rows: int, *, same: int = 0) -> None:
    """Accounts with a website each; `same` of them share one."""
    with database.transaction() as tx:
        table = load_registry(tx).tables["account"]
        number = sa.func.generate_series(1, rows).column_valued("number")
        site = sa.case((number <= same, "same"), else_=sa.cast(number, sa.Text))
        values = sa.select(sa.func.now(), sa.func.now(), sa.cast(number, sa.Text), site)
        columns = ["created_at", "updated_at", "name", "website"]
        tx.execute(sa.insert(table).from_select(columns, values))


def missing(database: Database) -> list[tuple[str | None, bool]]:
    with database.snapshot() as snapshot:
        return [(one.field, one.broken) for one in missing_indexes(snapshot, load_registry(snapshot))]


def test_a_small_table_has_its_index_at_once(database: Database) -> None:
    fill(database, 10)
    put(database, planned(database, "website", type="url", unique=True))
    assert missing(database) == []


def test_a_large_table_gets_its_index_from_the_job(database: Database) -> None:
    fill(database, MANY)
    made = planned(database, "website", type="url", unique=True)
    (step,) = made.steps
    assert "plan.note.index_later" in step.notes
    put(database, made)
    assert missing(database) == [("website", False)]
    with database.snapshot() as snapshot:
        assert is_building(snapshot)
    index_task(database).run()
    assert missing(database) == []
    with pytest.raises(sa.exc.IntegrityError), database.transaction() as tx:  # noqa: PT012  # one row too many
        table = load_registry(tx).tables["account"]
        now = sa.func.now()
        tx.execute(sa.insert(table).values(created_at=now, updated_at=now, name="x", website="7"))


def test_what_a_crash_left_half_built_is_built_again(database: Database) -> None:
    fill(database, MANY)
    put(database, planned(database, "website", type="url", unique=True))
    with database.transaction() as tx:
        table = load_registry(tx).tables["account"]
        tx.execute(sa.update(table).where(table.c.website == "2").values(website="1"))
    index = next(one for one in table.indexes if one.unique and "website" in str(one.name))
    index.dialect_options["postgresql"]["concurrently"] = True
    with pytest.raises(sa.exc.IntegrityError):
        database.alone(CreateIndex(index))
    assert missing(database) == [("website", True)]
    index_task(database).run()  # two records hold the same value: it cannot stand yet
    assert missing(database) == [("website", False)]
    with database.transaction() as tx:
        tx.execute(sa.update(table).where(table.c.name == "2").values(website="2"))
    index_task(database).run()
    assert missing(database) == []


def test_an_index_nobody_wants_any_more_is_not_built(database: Database) -> None:
    fill(database, MANY)
    body = field_to_body(_field(database, "website"))
    put(database, planned(database, "website", type="url", indexed=True))
    put(database, planned(database, "website", **{k: v for k, v in body.items() if k not in {"name", "label"}}))
    assert missing(database) == []


def _field(database: Database, name: str) -> object:
    with database.snapshot() as snapshot:
        return without_system_fields(load_registry(snapshot).object("account")).fields[name]


def test_a_change_that_waits_for_a_table_does_not_stop_its_readers(database: Database) -> None:
    fill(database, 10)
    made = planned(database, "extra", type="text")
    holding, stop = threading.Event(), threading.Event()

    def read_long() -> None:
        with database.transaction() as tx:
            tx.rows(sa.select(load_registry(tx).tables["account"].c.id))
            holding.set()
            stop.wait(20)

    reader = threading.Thread(target=read_long)
    reader.start()
    holding.wait(20)
    changing = threading.Thread(target=put, args=(database, made))
    changing.start()
    slowest = 0.0
    table = made.current.tables["account"]
    until = time.monotonic() + 2
    while time.monotonic() < until:
        started = time.monotonic()
        with database.snapshot() as snapshot:
            snapshot.rows(sa.select(table.c.id).limit(1))
        slowest = max(slowest, time.monotonic() - started)
    assert changing.is_alive()
    stop.set()
    changing.join(20)
    reader.join(20)
    with database.snapshot() as snapshot:
        assert "extra" in load_registry(snapshot).tables["account"].c
    # An attempt holds others up for 100 ms; the machine may be slow, but it is nowhere near the two seconds.
    assert slowest < 1


def test_a_table_that_is_never_free_is_said_to_be_busy(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "TABLE_TRIES", 2)
    made = planned(database, "extra", type="text")
    with database.transaction() as tx:
        tx.rows(sa.select(load_registry(tx).tables["account"].c.id))
        with pytest.raises(Unavailable) as refused:
            put(database, replace(made))
    assert refused.value.code == "plan.busy"
