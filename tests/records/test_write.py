"""Creating and updating records through the one write path."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.tokens import Kind, token
from dougong.kit.errors import Conflict, Forbidden, NotFound, Refused, TooLarge
from dougong.metadata.field_types import Address, Location, Reference
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, update
from dougong.storage import schema
from tests.records.company import Company


def stored(w: Writing, object_name: str, record_id: int) -> dict[str, Any]:
    table = w.registry.tables[object_name]
    row = w.transaction.one(sa.select(table).where(table.c.id == record_id))
    assert row is not None
    return dict(row._mapping)


def test_a_new_record_has_its_values_defaults_and_owner(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "重庆银行", "code": "CQ-1"}]).ids[0]
    outcome = create(w, "opportunity", [{"name": "核心系统", "account_id": str(account), "amount": "1054.005"}])
    row = stored(w, "opportunity", outcome.ids[0])
    assert row["amount"] == Decimal("1054.01")
    assert row["stage"] == "open"
    assert isinstance(row["close_date"], date)
    assert row["number"].startswith("OPP-")
    assert row["owner_id"] == company.ids["王芳"]
    assert row["department_id"] == company.ids["华东"]
    assert row["version"] == 1
    assert row["created_by_id"] == company.ids["王芳"]
    assert row["access"] == [token(Kind.OWN, company.ids["王芳"]), token(Kind.NODE, company.ids["华东"])]


def test_composite_values_come_back(w: Writing) -> None:
    values = {
        "name": "杭州",
        "address": {"city": "杭州市", "street": "文三路 1 号"},
        "place": {"latitude": "30.1", "longitude": "120.5"},
        "tags": ["won", "open"],
    }
    account = create(w, "account", [values]).ids[0]
    activity = create(w, "activity", [{"name": "拜访", "related_id": {"object": "account", "id": str(account)}}])
    row = stored(w, "account", account)
    assert (row["address_city"], row["address_street"]) == ("杭州市", "文三路 1 号")
    assert row["tags"] == ["open", "won"]
    assert stored(w, "activity", activity.ids[0])["related_type"] == "account"
    unchanged = {**values, "address": Address(city="杭州市", street="文三路 1 号")}
    outcome = update(w, "account", [Change(account, unchanged)])
    assert (outcome.versions, outcome.change_id) == ((1,), None)
    moved = update(w, "account", [Change(account, {"place": Location(Decimal(31), Decimal(121))})])
    assert moved.versions == (2,)
    assert update(w, "activity", [Change(activity.ids[0], {"related_id": Reference("account", account)})]).versions == (
        1,
    )


def test_all_problems_of_all_rows_come_at_once(w: Writing) -> None:
    rows = [
        {"name": "", "code": "A"},
        {"name": "好", "code": "A", "credit": "-1", "unheard_of": 1},
        {"name": "好", "code": "A", "parent_id": "999999999", "tags": ["frozen"]},
    ]
    with pytest.raises(Refused) as refused:
        create(w, "account", rows)
    found = {(p.row, p.field, p.code) for p in refused.value.problems}
    assert found == {
        (0, "name", "field.required"),
        (1, "credit", "value.out_of_range"),
        (1, "unheard_of", "record.unknown_field"),
        (2, "parent_id", "lookup.not_found"),
        (2, "tags", "value.inactive_option"),
    }


def test_an_option_that_is_switched_off_is_not_offered(w: Writing) -> None:
    with pytest.raises(Refused) as refused:
        create(w, "account", [{"name": "好", "tags": ["frosty"]}])
    assert not any("frozen" in option for option in refused.value.problems[0].params["options"])


def test_skipping_stores_the_good_rows(w: Writing) -> None:
    rows = [{"name": "一", "code": "X"}, {"name": "二", "code": "X"}, {"name": ""}, {"name": "三"}]
    outcome = create(w, "account", rows, skip_problems=True)
    assert [i is None for i in outcome.ids] == [False, True, True, False]
    assert {(p.row, p.code) for p in outcome.problems} == {(1, "unique.taken"), (2, "field.required")}
    assert w.transaction.scalar(sa.select(schema.change.c.size).where(schema.change.c.id == outcome.change_id)) == 2


def test_a_batch_is_bounded(w: Writing) -> None:
    with pytest.raises(TooLarge):
        create(w, "account", [{"name": "x"}] * 2001)


def test_update_makes_history_and_versions(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    outcome = update(w, "account", [Change(account, {"name": "乙", "notes": "不记", "credit": "5"}, 1)])
    assert outcome.versions == (2,)
    line = w.transaction.one(sa.select(schema.history).where(schema.history.c.change_id == outcome.change_id))
    assert line is not None
    assert line.changes == {"name": ["甲", "乙"], "credit": [None, "5.00"]}
    assert line.version == 2


def test_a_stale_version_shows_both(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    update(w, "account", [Change(account, {"name": "乙"}, 1)])
    with pytest.raises(Conflict) as refused:
        update(w, "account", [Change(account, {"name": "丙"}, 1)])
    params = refused.value.params
    assert (refused.value.code, params["current_version"], params["your_version"]) == ("record.stale", 2, 1)
    assert params["current"]["name"] == "乙"
    assert params["yours"] == {"name": "丙"}
    assert params["changed_by"] == "王芳"
    assert "secret_word" not in params["current"]


def test_visible_but_not_editable_explains_and_invisible_hides(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    head = company.write(w.transaction, company.head("李强"))
    with pytest.raises(Forbidden) as forbidden:
        update(head, "account", [Change(account, {"name": "乙"})])
    assert forbidden.value.code == "access.not_editable"
    stranger = company.write(w.transaction, "赵敏")
    with pytest.raises(NotFound):
        update(stranger, "account", [Change(account, {"name": "乙"}, 7)])
    with pytest.raises(NotFound):
        delete(stranger, "account", [account])
    with pytest.raises(Refused) as refused:
        update(stranger, "account", [Change(account, {"name": "乙"}), Change(account + 10**6, {"name": "乙"})])
    assert [p.code for p in refused.value.problems] == ["record.not_found"] * 2
