"""Roll-ups that come into being over records that are there: filled in while everybody goes on writing."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.errors import Forbidden, NotFound
from dougong.metadata.changes import ChangedField
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, Writing, delete, update, writing
from dougong.records.defining import define
from dougong.records.summaries.filling import advance, fill_all, fillings, recalculate
from dougong.records.summaries.proof import wrong_summaries
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted
from tests.world.records import account, opportunity

LABEL = {"zh": "汇总", "en": "Roll-up"}
DEALS = {"object": "opportunity", "field": "account_id", "function": "count"}
AMOUNT = {"object": "opportunity", "field": "account_id", "function": "sum", "of": "amount"}
BELOW = {"object": "account", "field": "parent_id", "function": "sum", "of": "total"}

PLACE = ("account", "total")


@contextmanager
def acting(database: Database) -> Iterator[Writing]:
    """A transaction in which the product itself writes."""
    with database.transaction() as tx:
        yield writing(tx, load_registry(tx), system("test"), "test")


@pytest.fixture
def world(database: Database) -> Database:
    """Five accounts with a deal of 100 each."""
    with acting(database) as w:
        for n in range(5):
            opportunity(w, "机会", account_id=account(w, str(n)), amount="100")
    return database


def defined(database: Database, name: str, summary: Mapping[str, Any], kind: str = "currency", **settings: Any) -> None:
    body = {"type": kind, "label": LABEL, **settings, "summary": summary}
    with acting(database) as w:
        define(w, [ChangedField("account", name, body)])


def values(database: Database, name: str = "total") -> list[str | None]:
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        column = table.c[name]
        return [
            None if row[0] is None else str(row[0]) for row in snapshot.rows(sa.select(column).order_by(table.c.id))
        ]


def step(database: Database, chunk: int) -> bool:
    with database.transaction() as tx:
        return advance(tx, load_registry(tx), chunk)


def wrong(database: Database) -> dict[str, int]:
    with database.snapshot() as snapshot:
        return wrong_summaries(snapshot, load_registry(snapshot))


def ids(w: Writing, name: str) -> list[int]:
    table = w.registry.tables[name]
    return [row.id for row in w.transaction.rows(sa.select(table.c.id).order_by(table.c.id))]


def test_a_new_roll_up_is_blank_until_its_records_turn_comes(world: Database) -> None:
    defined(world, "total", AMOUNT, indexed=True)
    assert values(world) == [None] * 5
    assert step(world, 2)
    assert values(world) == ["100.00", "100.00", None, None, None]
    with world.snapshot() as snapshot:
        found = fillings(snapshot)[PLACE]
    assert (found.complete, found.done, found.total) == (False, 2, 5)
    assert wrong(world) == {}
    while step(world, 2):
        pass
    assert values(world) == ["100.00"] * 5
    with world.snapshot() as snapshot:
        found = fillings(snapshot)[PLACE]
    assert (found.complete, found.done, found.total) == (True, 5, 5)


def test_what_is_written_meanwhile_is_right_before_and_behind_the_position(world: Database) -> None:
    defined(world, "total", AMOUNT)
    step(world, 2)
    with acting(world) as w:
        first, *_, last = ids(w, "account")
        opportunity(w, "新", account_id=first, amount="1")
        opportunity(w, "新", account_id=last, amount="2")
        delete(w, "opportunity", [ids(w, "opportunity")[1]])
        account(w, "新客户")
    assert values(world) == ["101.00", "0.00", None, None, "102.00", "0.00"]
    fill_all(world)
    assert values(world) == ["101.00", "0.00", "100.00", "100.00", "102.00", "0.00"]
    assert wrong(world) == {}


def test_writers_who_began_before_know_the_roll_up_once_it_is_there(world: Database) -> None:
    with acting(world) as w:
        before, actor, first = w.registry, w.actor, ids(w, "account")[0]
    defined(world, "total", AMOUNT)
    fill_all(world)
    with world.transaction() as tx:
        old = writing(tx, before, actor, "api")
        opportunity(old, "晚", account_id=first, amount="5")
        account(old, "晚到的客户")
    assert values(world)[0] == "105.00"
    assert values(world)[-1] == "0"
    assert wrong(world) == {}


def test_a_roll_up_that_says_something_else_begins_anew(world: Database) -> None:
    defined(world, "total", AMOUNT)
    fill_all(world)
    defined(world, "total", {**AMOUNT, "where": {"field": "amount", "op": ">", "value": "100"}})
    assert values(world) == [None] * 5
    fill_all(world)
    assert values(world) == ["0.00"] * 5
    # Another name for it is nothing else.
    with acting(world) as w:
        table = w.registry.objects["account"].fields["total"]
        assert table.summary is not None
        body = {
            "type": "currency",
            "label": {"zh": "别名", "en": "Other"},
            "summary": {**AMOUNT, "where": table.summary.where},
        }
        define(w, [ChangedField("account", "total", body)])
    assert values(world) == ["0.00"] * 5


def test_a_roll_up_of_another_is_made_behind_it(world: Database) -> None:
    with acting(world) as w:
        first, second, *_ = ids(w, "account")
        update(w, "account", [Change(second, {"parent_id": first})])
    defined(world, "total", AMOUNT)
    defined(world, "of_group", BELOW)
    fill_all(world, chunk=2)
    assert values(world, "of_group") == ["100.00", "0.00", "0.00", "0.00", "0.00"]
    # The lower one says something else, so the upper one has to be made anew as well.
    defined(world, "total", {**AMOUNT, "where": {"field": "stage", "op": "=", "value": "won"}})
    assert values(world, "of_group") == [None] * 5
    fill_all(world, chunk=2)
    assert values(world, "of_group") == ["0.00"] * 5
    assert wrong(world) == {}


def test_a_field_that_people_wrote_loses_its_values_and_one_that_is_freed_keeps_them(world: Database) -> None:
    with acting(world) as w:
        define(w, [ChangedField("account", "total", {"type": "currency", "label": LABEL})])
    with acting(world) as w:
        update(w, "account", [Change(ids(w, "account")[0], {"total": "7"})])
    defined(world, "total", AMOUNT)
    fill_all(world)
    with acting(world) as w:
        define(w, [ChangedField("account", "total", {"type": "currency", "label": LABEL})])
    assert values(world) == ["100.00"] * 5
    with acting(world) as w:
        update(w, "account", [Change(ids(w, "account")[0], {"total": "8"})])
        account(w, "新客户")
    assert values(world) == ["8.00", *["100.00"] * 4, None]
    with world.snapshot() as snapshot:
        assert PLACE not in fillings(snapshot)


def test_the_doctor_finds_a_wrong_value_and_recalculating_mends_it(world: Database) -> None:
    defined(world, "total", AMOUNT)
    fill_all(world)
    with acting(world) as w:
        table = w.registry.tables["account"]
        w.transaction.execute(sa.update(table).where(table.c.id == ids(w, "account")[2]).values(total=1))
    assert wrong(world) == {"account.total": 1}
    with acting(world) as w:
        recalculate(w, "account", "total")
    # What is right stays to be seen meanwhile.
    assert values(world) == ["100.00", "100.00", "1", "100.00", "100.00"]
    fill_all(world)
    assert wrong(world) == {}
    assert values(world) == ["100.00"] * 5


def test_recalculating_is_for_administrators_and_for_roll_ups(world: Database) -> None:
    with acting(world) as w, pytest.raises(Forbidden):
        recalculate(replace(w, actor=replace(w.actor, administers=False)), "account", "won_amount")
    with acting(world) as w, pytest.raises(NotFound):
        recalculate(w, "account", "name")


def test_a_worker_that_is_asked_to_stop_goes_on_where_it_was(world: Database) -> None:
    defined(world, "total", AMOUNT)
    asked = iter([False, False, True])
    with pytest.raises(Interrupted):
        fill_all(world, lambda: next(asked), chunk=1)
    assert values(world) == ["100.00", "100.00", None, None, None]
    fill_all(world, chunk=1)
    assert values(world) == ["100.00"] * 5


KILLED = """
import sys, time
from dougong.storage.engine import open_database
from dougong.records.summaries.filling import advance
from dougong.metadata.registry import load_registry
database = open_database(sys.argv[1], pool_size=1)
with database.transaction() as tx:
    advance(tx, load_registry(tx), 2)
with database.transaction() as tx:
    advance(tx, load_registry(tx), 2)
    print("half way", flush=True)
    time.sleep(60)
"""


def test_a_worker_that_is_killed_loses_its_chunk_alone(world: Database) -> None:
    defined(world, "total", AMOUNT)
    worker = subprocess.Popen([sys.executable, "-c", KILLED, world.url], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "half way\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert values(world) == ["100.00", "100.00", None, None, None]
    fill_all(world, chunk=2)
    assert values(world) == ["100.00"] * 5
    assert wrong(world) == {}
