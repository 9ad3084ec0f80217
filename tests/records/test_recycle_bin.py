"""Deleting into the recycle bin, what goes along or stands in the way, restoring, and the end of the bin."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dougong.access.principal import Action, system
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden, NotFound, Refused
from dougong.records.recycle_bin import purge, purge_expired
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, restore, update
from dougong.storage import schema
from tests.records.company import Company, without


def alive(w: Writing, object_name: str) -> set[int]:
    table = w.registry.tables[object_name]
    return {row.id for row in w.transaction.rows(sa.select(table.c.id).where(table.c.deleted_at.is_(None)))}


def found_by_search(w: Writing) -> set[int]:
    return {row.record_id for row in w.transaction.rows(sa.select(schema.search_entry.c.record_id))}


def a_deal(w: Writing) -> tuple[int, int, int, int]:
    """An account with a deal, a line of it, and an activity of somebody else on the deal."""
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    deal = create(w, "opportunity", [{"name": "乙", "account_id": account}]).ids[0]
    line = create(w, "opportunity_line", [{"opportunity_id": deal}]).ids[0]
    related = {"object": "opportunity", "id": str(deal)}
    activity = create(w, "activity", [{"name": "丙", "related_id": related}]).ids[0]
    assert account
    assert deal
    assert line
    assert activity
    return account, deal, line, activity


def test_what_belongs_to_a_record_goes_and_comes_back_with_it(w: Writing, company: Company) -> None:
    account, deal, line, activity = a_deal(w)
    update(w, "activity", [Change(activity, {"owner_id": company.ids["赵敏"]})])
    before = found_by_search(w)
    outcome = delete(w, "account", [account])
    assert not {account, deal, line, activity} & (
        alive(w, "account") | alive(w, "opportunity") | alive(w, "opportunity_line") | alive(w, "activity")
    )
    assert found_by_search(w) == before - {account, deal, line, activity}
    lines = w.transaction.rows(sa.select(schema.history).where(schema.history.c.change_id == outcome.change_id))
    assert {(h.object, h.record_id, h.action) for h in lines} == {
        ("account", account, "delete"),
        ("opportunity", deal, "delete"),
        ("opportunity_line", line, "delete"),
        ("activity", activity, "delete"),
    }
    events = w.transaction.rows(sa.select(schema.outbox).where(schema.outbox.c.change_id == outcome.change_id))
    assert {e.object for e in events} == {"account", "opportunity", "opportunity_line", "activity"}
    restore(w, "account", [account])
    assert {account} <= alive(w, "account")
    assert {deal} <= alive(w, "opportunity")
    assert {line} <= alive(w, "opportunity_line")
    assert {activity} <= alive(w, "activity")
    assert found_by_search(w) == before


def test_what_was_deleted_before_stays_deleted(w: Writing) -> None:
    account, deal, line, _ = a_deal(w)
    delete(w, "opportunity_line", [line])
    delete(w, "account", [account])
    restore(w, "account", [account])
    assert deal in alive(w, "opportunity")
    assert line not in alive(w, "opportunity_line")


def test_each_record_of_a_batch_brings_back_its_own(w: Writing) -> None:
    first, second = a_deal(w), a_deal(w)
    delete(w, "account", [first[0], second[0]])
    restore(w, "account", [second[0]])
    assert {first[1], second[1]} & alive(w, "opportunity") == {second[1]}


def test_a_restored_record_cannot_be_overwritten_by_an_old_form(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    delete(w, "account", [account])
    assert restore(w, "account", [account]).versions == (3,)


def test_children_that_hold_on_are_named_as_far_as_they_are_seen(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    create(w, "contact", [{"name": f"联系人{n}", "account_id": account} for n in range(7)])
    theirs = create(w, "contact", [{"name": "别人的", "account_id": account}]).ids[0]
    update(w, "contact", [Change(theirs or 0, {"owner_id": company.ids["赵敏"]})])
    with pytest.raises(Refused) as refused:
        delete(w, "account", [account])
    (problem,) = refused.value.problems
    assert problem.code == "record.has_children"
    assert problem.params["object"] == "contact"
    assert problem.params["count"] == 7
    assert problem.params["names"] == [f"联系人{n}" for n in range(5)]
    assert problem.params["others"] is True
    assert "别人的" not in str(problem.params)
    closed = company.write(w.transaction, without(company.principal("王芳"), "contact", Action.READ))
    with pytest.raises(Refused) as refused:
        delete(closed, "account", [account])
    assert "contact" not in str(refused.value.problems[0].params)
    assert account in alive(w, "account")


def test_children_deleted_in_the_same_batch_do_not_hold_on(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    contact = create(w, "contact", [{"name": "乙", "account_id": account}]).ids[0]
    delete(w, "contact", [contact])
    assert delete(w, "account", [account]).change_id


def test_a_lookup_that_only_points_does_not_hold_on(w: Writing) -> None:
    parent = create(w, "account", [{"name": "甲"}]).ids[0]
    child = create(w, "account", [{"name": "乙", "parent_id": parent}]).ids[0]
    delete(w, "account", [parent])
    assert child in alive(w, "account")


def test_a_record_comes_back_only_below_a_living_parent(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    contact = create(w, "contact", [{"name": "乙", "account_id": account}]).ids[0]
    delete(w, "contact", [contact])
    delete(w, "account", [account])
    with pytest.raises(Refused) as refused:
        restore(w, "contact", [contact])
    assert [(p.field, p.code) for p in refused.value.problems] == [("account_id", "restore.parent_deleted")]
    restore(w, "account", [account])
    restore(w, "contact", [contact])
    assert contact in alive(w, "contact")


def test_unique_values_count_living_records_only(w: Writing) -> None:
    first = create(w, "account", [{"name": "甲", "code": "K-1"}]).ids[0]
    delete(w, "account", [first])
    second = create(w, "account", [{"name": "乙", "code": "K-1"}]).ids[0]
    with pytest.raises(Refused) as refused:
        restore(w, "account", [first])
    assert [(p.field, p.code) for p in refused.value.problems] == [("code", "unique.taken")]
    delete(w, "account", [second])
    restore(w, "account", [first])
    assert first in alive(w, "account")


def test_only_what_is_in_the_bin_and_seen_comes_back(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    with pytest.raises(NotFound):
        restore(w, "account", [account])
    delete(w, "account", [account])
    with pytest.raises(NotFound):
        delete(w, "account", [account])
    with pytest.raises(NotFound):
        update(w, "account", [Change(account or 0, {"name": "乙"})])
    with pytest.raises(NotFound):
        restore(company.write(w.transaction, "赵敏"), "account", [account])
    with pytest.raises(Forbidden):
        restore(company.write(w.transaction, company.head("李强")), "account", [account])


def test_the_bin_is_emptied_by_administrators_after_its_time(w: Writing, company: Company) -> None:
    account, deal, *_ = a_deal(w)
    kept = create(w, "account", [{"name": "活"}]).ids[0]
    delete(w, "account", [account])
    with pytest.raises(Forbidden):
        purge(w, "account", [account])
    admin = company.write(w.transaction, system("purge"))
    assert purge_expired(admin) == 0
    assert purge(admin, "account", [kept or 0]) == 0
    assert purge_expired(admin, now() + timedelta(seconds=1)) == 4
    table = w.registry.tables["opportunity"]
    assert w.transaction.one(sa.select(table).where(table.c.id == deal)) is None
    last = w.transaction.one(
        sa.select(schema.history.c.action)
        .where(schema.history.c.record_id == deal)
        .order_by(schema.history.c.id.desc())
    )
    assert last is not None
    assert last.action == "purge"
