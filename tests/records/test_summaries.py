"""Roll-ups of children: whatever is written, they are what the children come to."""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.access.fields import readable
from dougong.access.principal import Action, FieldAccess, system
from dougong.kit.errors import DougongError, Refused
from dougong.records.history import undo
from dougong.records.work import Writing, writing
from dougong.records.write.pipeline import Change, create, delete, restore, update
from dougong.storage import schema
from dougong.storage.engine import Database
from tests.records.company import Company, found_company, limited, without
from tests.records.conftest import RolledBack
from tests.records.summed_company import SUMMED_OBJECTS, are, differing

EXAMPLES = 400 if os.environ.get("DEEP") else 15


@pytest.fixture(scope="module")
def company(shared_bare_database: Database) -> Company:
    """The company with roll-ups; every test leaves it as it found it."""
    return found_company(shared_bare_database, SUMMED_OBJECTS)


def one(w: Writing, name: str, **values: Any) -> int:
    return create(w, name, [{"name": "甲", **values}]).ids[0] or 0


def of(w: Writing, name: str, record_id: int, field: str) -> Any:
    return are(w)[name, record_id, field]


def test_a_record_without_children_counts_and_adds_up_to_nothing(w: Writing) -> None:
    account = one(w, "account")
    names = ("deals", "won", "biggest", "mean", "earliest", "below", "last_talk")
    assert [of(w, "account", account, name) for name in names] == [0, 0, None, None, None, 0, None]


def test_children_count_where_they_meet_the_condition(w: Writing) -> None:
    account = one(w, "account")
    deals = [
        {"name": str(n), "account_id": account, "amount": str(n), "stage": stage}
        for n, stage in ((100, "won"), (50, "won"), (7, "open"))
    ]
    ids = create(w, "opportunity", deals).ids
    assert [str(of(w, "account", account, n)) for n in ("deals", "won", "biggest", "mean")] == [
        "3", "150.00", "100.00", "52.33",
    ]  # fmt: skip
    update(w, "opportunity", [Change(ids[2] or 0, {"stage": "won", "next_step": "x"})])
    assert [str(of(w, "account", account, n)) for n in ("won", "biggest")] == ["157.00", "100.00"]
    delete(w, "opportunity", [ids[0] or 0])
    assert [str(of(w, "account", account, n)) for n in ("deals", "won", "biggest")] == ["2", "57.00", "7.00"]


def test_a_child_that_moves_leaves_one_record_and_comes_to_another(w: Writing) -> None:
    first, second = one(w, "account"), one(w, "account")
    deal = one(w, "opportunity", account_id=first)
    one(w, "opportunity_line", opportunity_id=deal, quantity="2.5")
    update(w, "opportunity", [Change(deal, {"account_id": second})])
    assert [(of(w, "account", a, "deals"), of(w, "account", a, "quantity")) for a in (first, second)] == [
        (0, 0),
        (1, of(w, "opportunity", deal, "quantity")),
    ]


def test_the_record_itself_was_not_written(w: Writing) -> None:
    account = one(w, "account")
    table = w.registry.tables["account"]
    before = w.transaction.one(sa.select(table.c.version, table.c.updated_at).where(table.c.id == account))
    change = create(w, "opportunity", [{"name": "乙", "account_id": account}]).change_id
    assert w.transaction.one(sa.select(table.c.version, table.c.updated_at).where(table.c.id == account)) == before
    # Of the two that have changed, `deals` is tracked and `won` is not.
    lines = w.transaction.rows(sa.select(schema.history).where(schema.history.c.record_id == account))
    assert [(line.action, line.change_id, line.changes, line.version) for line in lines][1:] == [
        ("summarise", change, {"deals": [0, 1]}, 1)
    ]
    events = sa.select(schema.outbox.c.object, schema.outbox.c.record_ids).where(
        schema.outbox.c.change_id == change, schema.outbox.c.action == "summarise"
    )
    assert [tuple(row) for row in w.transaction.rows(events)] == [("account", [account])]


def test_undoing_a_change_takes_its_roll_ups_back_with_it(w: Writing) -> None:
    account = one(w, "account")
    change = create(w, "opportunity", [{"name": "乙", "account_id": account}]).change_id
    undone = undo(w, change or 0)
    assert (undone.records, undone.problems) == (1, ())
    assert (of(w, "account", account, "deals"), differing(w)) == (0, [])


def test_a_roll_up_is_written_by_nobody(w: Writing, company: Company) -> None:
    account = one(w, "account")
    for actor in (w, writing(w.transaction, w.registry, system("test"), "test")):
        with pytest.raises(Refused) as refused:
            update(actor, "account", [Change(account, {"deals": 7})])
        assert [(p.field, p.code) for p in refused.value.problems] == [("deals", "record.system_field")]


def test_a_roll_up_is_hidden_from_who_may_not_read_what_it_is_made_of(w: Writing, company: Company) -> None:
    account = w.registry.objects["account"]

    def seen(actor: Any) -> list[str]:
        return [n for n in ("deals", "won", "quantity", "below") if readable(actor, account, account.fields[n])]

    anybody = company.principal("王芳")
    assert seen(anybody) == ["deals", "won", "quantity", "below"]
    assert seen(without(anybody, "opportunity", Action.READ)) == ["below"]
    assert seen(without(anybody, "opportunity_line", Action.READ)) == ["deals", "won", "below"]
    assert seen(limited(anybody, "opportunity", amount=FieldAccess.HIDDEN)) == ["deals", "quantity", "below"]
    assert seen(limited(anybody, "opportunity", stage=FieldAccess.HIDDEN)) == ["deals", "quantity", "below"]
    assert seen(limited(anybody, "opportunity_line", quantity=FieldAccess.HIDDEN)) == ["deals", "won", "below"]


AMOUNTS = st.sampled_from([None, "0", "0.01", "99.99", "100", "12345.67", "-3"])
STAGES = st.sampled_from(["open", "won"])
DATES = st.sampled_from(["2026-01-31", "2024-02-29", None])
NUMBER = st.integers(0, 30)
SOME = st.lists(NUMBER, min_size=1, max_size=4)

ACTS = st.one_of(
    st.tuples(st.just("account"), st.integers(1, 3), NUMBER | st.none()),
    st.tuples(st.just("deals"), st.lists(st.tuples(NUMBER, AMOUNTS, STAGES, DATES), min_size=1, max_size=4)),
    st.tuples(st.just("lines"), st.lists(st.tuples(NUMBER, st.sampled_from(["1", "0.333", "2.5"])), min_size=1)),
    st.tuples(st.just("contacts"), SOME),
    st.tuples(st.just("talks"), st.sampled_from(["account", "opportunity"]), SOME),
    st.tuples(st.just("change"), st.lists(st.tuples(NUMBER, AMOUNTS, STAGES), min_size=1, max_size=3)),
    st.tuples(st.just("move"), st.lists(st.tuples(NUMBER, NUMBER), min_size=1, max_size=3)),
    st.tuples(st.just("adopt"), NUMBER, NUMBER | st.none()),
    st.tuples(st.just("line"), NUMBER, NUMBER, st.sampled_from(["7", "1.111"])),
    st.tuples(st.just("retarget"), NUMBER, st.sampled_from(["account", "opportunity"]), NUMBER),
    st.tuples(st.just("hand over"), SOME),
    st.tuples(st.just("delete"), st.sampled_from(["account", "opportunity", "opportunity_line", "activity"]), SOME),
    st.tuples(st.just("restore"), st.sampled_from(["account", "opportunity", "opportunity_line", "activity"]), SOME),
)


def _ids(w: Writing, name: str, *, binned: bool = False) -> list[int]:
    table = w.registry.tables[name]
    gone = table.c.deleted_at.is_not(None) if binned else table.c.deleted_at.is_(None)
    return [row.id for row in w.transaction.rows(sa.select(table.c.id).where(gone).order_by(table.c.id))]


def _picked(ids: Sequence[int], numbers: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(ids[n % len(ids)] for n in numbers)) if ids else []


def _do(w: Writing, act: tuple[Any, ...], other: int) -> None:
    accounts, deals = _ids(w, "account"), _ids(w, "opportunity")

    def account(n: int) -> int:
        return accounts[n % len(accounts)]

    match act:
        case "account", count, parent:
            above = None if parent is None or not accounts else account(parent)
            create(w, "account", [{"name": "客户", "parent_id": above}] * count)
        case "deals", rows if accounts:
            given = [
                {"name": "机会", "account_id": account(n), "amount": amount, "stage": stage, "close_date": day}
                for n, amount, stage, day in rows
            ]
            create(w, "opportunity", given)
        case "lines", rows if deals:
            create(w, "opportunity_line", [{"opportunity_id": deals[n % len(deals)], "quantity": q} for n, q in rows])
        case "contacts", numbers if accounts:
            create(w, "contact", [{"name": "人", "account_id": account(n)} for n in numbers])
        case "talks", name, numbers if ids := _ids(w, name):
            create(w, "activity", [{"name": "谈", "related_id": _to(name, ids, n)} for n in numbers])
        case "change", rows if deals:
            changes = {deals[n % len(deals)]: {"amount": amount, "stage": stage} for n, amount, stage in rows}
            update(w, "opportunity", [Change(i, values) for i, values in changes.items()])
        case "move", rows if deals and accounts:
            moved = {deals[n % len(deals)]: account(to) for n, to in rows}
            update(w, "opportunity", [Change(i, {"account_id": to}) for i, to in moved.items()])
        case "adopt", n, parent if accounts:
            update(w, "account", [Change(account(n), {"parent_id": None if parent is None else account(parent)})])
        case "line", n, to, quantity if deals and (lines := _ids(w, "opportunity_line")):
            values = {"opportunity_id": deals[to % len(deals)], "quantity": quantity}
            update(w, "opportunity_line", [Change(lines[n % len(lines)], values)])
        case "retarget", n, name, to if (talks := _ids(w, "activity")) and (ids := _ids(w, name)):
            update(w, "activity", [Change(talks[n % len(talks)], {"related_id": _to(name, ids, to)})])
        case "hand over", numbers if deals:
            update(w, "opportunity", [Change(i, {"owner_id": other}) for i in _picked(deals, numbers)])
        case "delete", name, numbers:
            delete(w, name, _picked(_ids(w, name), numbers))
        case "restore", name, numbers:
            restore(w, name, _picked(_ids(w, name, binned=True), numbers))


def _to(name: str, ids: Sequence[int], n: int) -> dict[str, str]:
    return {"object": name, "id": str(ids[n % len(ids)])}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=3, max_size=25))
def test_whatever_is_written_roll_ups_are_what_the_children_come_to(
    company: Company, acts: list[tuple[Any, ...]]
) -> None:
    with suppress(RolledBack), company.database.transaction() as tx:
        actor = company.head("李强", edits=True)
        w = company.write(tx, actor)
        for act in [("account", 2, None), ("deals", [(0, "5", "won", None)]), *acts]:
            with suppress(DougongError), tx.savepoint():
                _do(w, act, company.ids["王芳"])
            assert differing(w) == []
        raise RolledBack
