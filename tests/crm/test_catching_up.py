"""Records of an installation from before: what a release keeps in them is filled in once, as the write path does it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.crm.activities.catching_up import CATCH_UPS as OF_ACTIVITIES
from dougong.crm.activities.catching_up import FIELDS
from dougong.crm.opportunities.catching_up import CATCH_UPS as OF_DEALS
from dougong.crm.opportunities.catching_up import OF_AMOUNT, OF_STAGE
from dougong.kit import clock
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, Writing, create, delete, update, writing
from dougong.records.catching_up import advance, catch_up, progress
from dougong.records.checkup import check_records
from dougong.records.hooks import Hooks, installed_hooks
from dougong.records.summaries.filling import fill_all
from dougong.records.write.columns import column_names
from dougong.storage.checkup import State
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted
from dougong.storage.schema import catching_up
from tests.world.records import account, activity, contact, one, opportunity, task

KEPT: Mapping[str, tuple[str, ...]] = {
    "opportunity": (*OF_STAGE, *OF_AMOUNT, "probability", "last_activity_at", "last_activity_by_id"),
    "activity": FIELDS,
    "account": (
        *("open_amount", "won_amount", "open_opportunities", "won_opportunities"),
        *("last_activity_at", "last_activity_by_id"),
    ),
    "contact": ("last_activity_at", "last_activity_by_id"),
    "campaign": ("won_count", "won_amount"),
}
"""What releases of before did not know, by object."""

SINCE = datetime(2026, 5, 4, 2, tzinfo=UTC)


def values(database: Database, obj: str) -> dict[int, tuple[Any, ...]]:
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        table, fields = registry.tables[obj], registry.objects[obj].fields
        columns = [table.c[column] for name in KEPT[obj] for column in column_names(fields[name])]
        rows = snapshot.rows(sa.select(table.c.id, *columns).where(table.c.deleted_at.is_(None)))
        return {row[0]: tuple(row[1:]) for row in rows}


def versions(database: Database, obj: str) -> dict[int, tuple[int, datetime]]:
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables[obj]
        rows = snapshot.rows(sa.select(table.c.id, table.c.version, table.c.updated_at))
        return {row.id: (row.version, row.updated_at) for row in rows}


def as_before(database: Database) -> None:
    """Take away what earlier releases did not keep, and that any of it was filled in."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        for obj, names in KEPT.items():
            fields = registry.objects[obj].fields
            columns = [column for name in names for column in column_names(fields[name])]
            tx.execute(sa.update(registry.tables[obj]).values(dict.fromkeys(columns)))
        tx.execute(sa.delete(catching_up))


def deals(w: Writing, at: Callable[[datetime], None], customer: int, campaign: int) -> None:
    """Open, won, lost, in another currency, without an amount: each a day in its stage."""
    one(w, "exchange_rate", currency="USD", from_date="2026-01-01", rate="7")
    common = {"account_id": customer, "campaign_id": campaign, "close_date": "2026-12-01"}
    made = [
        opportunity(w, "新的", amount="10", **common),
        opportunity(w, "赢的", amount="20", **common),
        opportunity(w, "输的", amount="30", **common),
        opportunity(w, "外币", amount="40", currency="USD", **common),
        opportunity(w, "没有金额", **common),
    ]
    at(SINCE + timedelta(days=1))
    for number, stage in ((made[1], "proposal"), (made[2], "negotiation")):
        update(w, "opportunity", [Change(number, {"stage": stage})])
    at(SINCE + timedelta(days=3))
    update(w, "opportunity", [Change(made[1], {"stage": "won", "win_reason": "product"})])
    update(w, "opportunity", [Change(made[2], {"stage": "lost", "lost_reason": "price"})])


def happenings(w: Writing, at: Callable[[datetime], None], customer: int, person: int) -> list[int]:
    """Of every kind, about every kind of record."""
    deal = opportunity(w, "有活动", account_id=customer, amount="1", close_date="2026-12-01")
    at(SINCE + timedelta(days=4))
    made = [
        activity(w, "电话", ("opportunity", deal), type="call"),
        activity(w, "补记", ("account", customer), type="note", start_at="2026-01-01T00:00:00Z"),
        activity(w, "见面", ("contact", person), type="visit"),
        activity(w, "将来", ("account", customer), type="visit", start_at="2027-01-01T00:00:00Z"),
        task(w, "待办", ("account", customer)),
        task(w, "办完", ("opportunity", deal)),
    ]
    at(SINCE + timedelta(days=5))
    update(w, "activity", [Change(made[5], {"status": "done"})])
    values = {"subject": "导入", "type": "note", "start_at": "2025-02-03T00:00:00Z"}
    create(replace(w, via="import"), "activity", [{**values, "related_id": {"object": "contact", "id": str(person)}}])
    return made


@pytest.fixture(scope="module")
def company(shared_database: Database) -> Iterator[Database]:
    """Deals and activities as the write path keeps them, made over some days."""
    with pytest.MonkeyPatch.context() as patch:

        def at(moment: datetime) -> None:
            patch.setattr(clock, "now", lambda: moment)
            patch.setattr("dougong.records.write.pipeline.now", lambda: moment)

        at(SINCE)
        with shared_database.transaction() as tx:
            w = writing(tx, load_registry(tx), system("test company"), "test")
            seller = one(w, "user", name="王芳", login="wangfang", active=True)
            customer = account(w, "宁波海曙精工", owner_id=seller)
            person = contact(w, "周敏", customer)
            deals(w, at, customer, one(w, "campaign", name="春季展"))
            made = happenings(w, at, customer, person)
            update(w, "activity", [Change(number, {"owner_id": seller}) for number in made])
        at(SINCE + timedelta(days=6))
        yield shared_database


def test_everything_comes_to_what_the_write_path_would_have_kept(company: Database) -> None:
    fill_all(company)
    before = {obj: values(company, obj) for obj in KEPT}
    moved = {obj: versions(company, obj) for obj in KEPT}
    as_before(company)
    assert any(values(company, obj) != before[obj] for obj in KEPT)
    catch_up(company, chunk=2)
    fill_all(company)
    for obj in KEPT:
        assert values(company, obj) == before[obj], obj
    for obj in KEPT.keys() - {"opportunity"}:
        assert versions(company, obj) == moved[obj], obj


def test_it_goes_on_where_it_was_stopped_and_is_done_once(company: Database) -> None:
    as_before(company)
    hooks = installed_hooks()
    with company.transaction() as tx:
        assert advance(tx, hooks, 2)
    with pytest.raises(Interrupted):
        catch_up(company, lambda: True, chunk=2)
    with company.snapshot() as snapshot:
        first, *others = progress(snapshot, load_registry(snapshot))
        assert (first.done, first.finished_at) == (2, None)
        assert {one.done for one in others} == {0}
        waits = {check.code: check for check in check_records(snapshot, load_registry(snapshot))}
        assert waits["doctor.catching_up"].state is State.WARNING
    catch_up(company, chunk=2)
    with company.snapshot() as snapshot:
        states = progress(snapshot, load_registry(snapshot))
        assert all(one.finished_at is not None and one.done == one.total for one in states)
    # What somebody blanks afterwards is theirs to blank.
    with company.transaction() as tx:
        tx.execute(sa.update(load_registry(tx).tables["opportunity"]).values(probability=None))
    catch_up(company)
    assert {one[KEPT["opportunity"].index("probability")] for one in values(company, "opportunity").values()} == {None}


def test_a_chance_that_a_person_gave_stays_and_history_tells_of_one_that_was_filled_in(company: Database) -> None:
    as_before(company)
    with company.transaction() as tx:
        registry = load_registry(tx)
        table = registry.tables["opportunity"]
        given = tx.scalar(sa.select(table.c.id).where(table.c.name == "新的"))
        tx.execute(sa.update(table).where(table.c.id == given).values(probability=77))
    before = versions(company, "opportunity")
    catch_up(company)
    with company.snapshot() as snapshot:
        table = load_registry(snapshot).tables["opportunity"]
        found = {row.name: row for row in snapshot.rows(sa.select(table))}
        assert (found["新的"].probability, found["新的"].version) == (77, before[found["新的"].id][0])
        assert (found["赢的"].probability, found["输的"].probability) == (100, 0)
        assert found["赢的"].version == before[found["赢的"].id][0] + 1


def test_a_company_without_the_fields_has_nothing_to_be_given_until_it_has_them(company: Database) -> None:
    later = replace(OF_DEALS[0], name="later", object="opportunity", fields=("not_there_yet",))
    gone = replace(OF_ACTIVITIES[0], name="gone", object="no_such_object")
    with company.transaction() as tx:
        assert not advance(tx, Hooks(catch_ups=(later, gone)))
        assert progress(tx, load_registry(tx), Hooks(catch_ups=(later, gone))) == []


def test_records_in_the_bin_are_passed_over(company: Database) -> None:
    as_before(company)
    with company.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test"), "test")
        table = w.registry.tables["opportunity"]
        delete(w, "opportunity", [tx.scalar(sa.select(sa.func.min(table.c.id)))])
    catch_up(company)
    assert all(found[0] is not None for found in values(company, "opportunity").values())
