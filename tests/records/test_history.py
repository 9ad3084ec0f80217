"""History as its reader may see it, and undo of one change."""

import pytest
import sqlalchemy as sa

from dougong.access.principal import FieldAccess, system
from dougong.kit.errors import NotFound
from dougong.records.history import history, undo
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, restore, update
from tests.records.company import Company, limited


def value(w: Writing, object_name: str, record_id: int, name: str) -> object:
    table = w.registry.tables[object_name]
    return w.transaction.scalar(sa.select(table.c[name]).where(table.c.id == record_id, table.c.deleted_at.is_(None)))


def test_history_tells_who_changed_what_in_words(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲", "tags": ["open"]}]).ids[0]
    deal = create(w, "opportunity", [{"name": "乙", "account_id": account, "amount": "5"}]).ids[0]
    update(w, "opportunity", [Change(deal, {"stage": "won", "amount": "1054.00", "probability": 10})])
    update(w, "opportunity", [Change(deal, {"close_date": "2026-12-31"})])
    delete(w, "opportunity", [deal])
    restore(w, "opportunity", [deal])
    entries = history(company.read(w.transaction, "王芳"), "opportunity", deal)
    assert [e.action for e in entries] == ["restore", "delete", "update", "update", "create"]
    assert [e.version for e in entries] == [5, 4, 3, 2, 1]
    assert {(e.actor_name, e.via) for e in entries} == {("王芳", "test")}
    told = {c.field: (c.old, c.new, c.old_text, c.new_text) for c in entries[3].changes}
    assert told["stage"] == ("open", "won", "进行中", "赢单")
    assert told["amount"] == ("5.00", "1054.00", "5.00", "1054.00")
    assert told["probability"][2:] == (None, "10%")
    second = history(company.read(w.transaction, "王芳"), "opportunity", deal, before=entries[1].id, limit=1)
    assert [e.id for e in second] == [entries[2].id]


def test_history_hides_fields_and_names_of_what_is_hidden(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲", "phone": "1"}]).ids[0]
    theirs = create(company.write(w.transaction, "赵敏"), "account", [{"name": "别人的"}]).ids[0]
    everything = company.write(w.transaction, system("test"))
    update(everything, "account", [Change(account, {"phone": "2", "parent_id": str(theirs), "name": "乙"})])
    reader = company.read(w.transaction, limited(company.principal("王芳"), "account", phone=FieldAccess.HIDDEN))
    entry = history(reader, "account", account)[0]
    told = {c.field: (c.new, c.new_text) for c in entry.changes}
    assert told == {"parent_id": (str(theirs), None), "name": ("乙", "乙")}
    assert (entry.actor_id, entry.actor_name, entry.reason) == (None, None, "test")


def test_history_of_what_is_not_seen_is_not_there(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    for record_id in (account, 10**15):
        with pytest.raises(NotFound):
            history(company.read(w.transaction, "赵敏"), "account", record_id)


def test_undo_of_an_update_gives_the_old_values_back(w: Writing) -> None:
    ids = create(w, "account", [{"name": "甲", "credit": "1"}, {"name": "乙"}]).ids
    change = update(w, "account", [Change(i, {"name": "丙", "credit": "9"}) for i in ids]).change_id
    update(w, "account", [Change(ids[0], {"phone": "110"})])
    update(w, "account", [Change(ids[1], {"credit": "8"})])
    undone = undo(w, change or 0)
    assert undone.records == 1
    assert value(w, "account", ids[0], "name") == "甲"
    assert value(w, "account", ids[0], "phone") == "110"
    assert value(w, "account", ids[1], "name") == "丙"
    assert [(p.record_id, p.problem.code, p.problem.params["fields"]) for p in undone.problems] == [
        (ids[1], "undo.changed_since", "credit")
    ]
    again = undo(w, undone.change_ids[0])
    assert again.records == 1
    assert value(w, "account", ids[0], "name") == "丙"


def test_undo_of_a_creation_deletes_what_nobody_has_touched(w: Writing) -> None:
    outcome = create(w, "account", [{"name": n} for n in ("甲", "乙", "丙", "丁")])
    touched, used, gone, free = outcome.ids
    update(w, "account", [Change(touched, {"name": "改"})])
    create(w, "contact", [{"name": "人", "account_id": used}])
    delete(w, "account", [gone])
    undone = undo(w, outcome.change_id or 0)
    assert undone.records == 1
    assert {(p.record_id, p.problem.code) for p in undone.problems} == {
        (touched, "undo.changed_since"),
        (used, "record.has_children"),
    }
    assert value(w, "account", free, "name") is None
    assert value(w, "account", touched, "name") == "改"
    undo(w, undone.change_ids[0])
    assert value(w, "account", free, "name") == "丁"


def test_undo_needs_the_rights_of_a_write(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    change = update(w, "account", [Change(account, {"name": "乙"})]).change_id
    undone = undo(company.write(w.transaction, company.head("李强")), change or 0)
    assert undone.records == 0
    assert [p.problem.code for p in undone.problems] == ["access.not_editable"]
    stranger = undo(company.write(w.transaction, "赵敏"), change or 0)
    assert [p.problem.code for p in stranger.problems] == ["record.not_found"]
    with pytest.raises(NotFound):
        undo(w, 10**15)
