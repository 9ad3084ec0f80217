"""A locked record: nobody edits, deletes or hands it over, in any way of writing, until who may unlocks it."""

from typing import Any

import pytest

from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, update, writing

LOCKED, MASTER_LOCKED = "record.locked", "record.master_locked"


@pytest.fixture
def li(world: Any) -> Any:
    """A sales manager, who may lock."""
    return world.person("liqiang")


@pytest.fixture
def deal(world: Any, li: Any) -> Any:
    """An opportunity of 李强 with a line, locked; its path and those of the line and of the account."""
    account = li.make("account", name="锁定客户")
    path = li.make("opportunity", name="锁定商机", account_id=account, stage="prospecting", close_date="2026-12-31")
    product = world.person("admin").make("product", name=f"产品 {path}", code=f"P{path}", list_price="1")
    line = li.make("opportunity_line", opportunity_id=path, product_id=product, quantity="1", unit_price="1")
    answer = li.post(f"/records/opportunity/{path}/lock")
    assert answer.status_code == 200, answer.text
    return {"id": path, "path": f"/records/opportunity/{path}", "line": line, "product": product, "answer": answer}


def codes(answer: Any) -> set[str]:
    body = answer.json()
    return {p["code"] for p in body["problems"]} or {body["code"]}


def test_the_record_says_who_locked_it_and_offers_nothing_but_unlocking(li: Any, deal: Any) -> None:
    told = deal["answer"].json()
    assert told["record"]["locked_by_id"] == str(li.id)
    assert told["record"]["locked_at"] is not None
    assert told["can"] == {
        "update": False,
        "delete": False,
        "transfer": False,
        "share": True,
        "lock": True,
        "merge": False,
    }
    again = li.post(f"{deal['path']}/lock")
    assert again.json()["version"] == told["version"]
    freed = li.post(f"{deal['path']}/unlock").json()
    assert freed["record"]["locked_at"] is freed["record"]["locked_by_id"] is None
    assert freed["can"]["update"] is True
    assert li.call("PATCH", deal["path"], {"values": {"name": "解锁后改名"}}).status_code == 200


def test_every_way_of_writing_is_refused(world: Any, li: Any, deal: Any) -> None:
    admin = world.person("admin")
    for person in (li, admin):
        for values in ({"name": "改"}, {"stage": "proposal"}, {"owner_id": str(admin.id)}):
            answer = person.call("PATCH", deal["path"], {"values": values})
            assert (answer.status_code, codes(answer)) == (409, {LOCKED})
        answer = person.call("DELETE", deal["path"])
        assert (answer.status_code, codes(answer)) == (409, {LOCKED})
    bulk = {"object": "opportunity", "action": "update", "ids": [deal["id"]], "values": {"next_step": "改"}}
    free = li.make("opportunity", name="没有锁定", stage="prospecting", close_date="2026-12-31")
    answer = li.post("/batch", {**bulk, "ids": [deal["id"], free]})
    assert (answer.status_code, codes(answer)) == (422, {LOCKED})
    answer = li.post("/batch", {**bulk, "ids": [deal["id"], free], "skip_problems": True})
    assert [p["code"] for p in answer.json()["problems"]] == [LOCKED]
    assert answer.json()["ids"] == [None, free]
    answer = li.post("/batch", {"object": "opportunity", "action": "delete", "ids": [free, deal["id"]]})
    assert (answer.status_code, codes(answer)) == (422, {LOCKED})


def test_parts_of_a_locked_record_are_locked_and_its_team_is_not(world: Any, li: Any, deal: Any) -> None:
    line = f"/records/opportunity_line/{deal['line']}"
    assert codes(li.call("PATCH", line, {"values": {"quantity": "2"}})) == {MASTER_LOCKED}
    assert codes(li.call("DELETE", line)) == {MASTER_LOCKED}
    # An administrator reaches every record; a lock holds them all the same.
    for person in (li, world.person("admin")):
        values = {
            "opportunity_id": deal["id"],
            "product_id": deal["product"],
            "quantity": "1",
            "unit_price": "1",
        }
        assert codes(person.post("/records/opportunity_line", {"values": values})) == {MASTER_LOCKED}
    member = {
        "record_id": {"object": "opportunity", "id": deal["id"]},
        "member_id": {"object": "user", "id": str(world.ids["zhaomin"])},
        "level": "read",
    }
    assert li.post("/records/team_member", {"values": member}).status_code == 201


def test_what_takes_a_locked_record_along_is_refused(world: Any, li: Any) -> None:
    account = li.make("account", name="随主记录删除")
    contact = li.make("contact", name="锁定联系人", account_id=account)
    assert li.post(f"/records/contact/{contact}/lock").status_code == 200
    refused = li.call("DELETE", f"/records/account/{account}")
    assert refused.status_code in {409, 422}
    assert codes(refused) <= {LOCKED, "record.has_children"}
    assert li.get(f"/records/contact/{contact}").status_code == 200


def test_only_who_may_lock_unlocks_and_only_what_can_be_locked_is(world: Any, li: Any, deal: Any) -> None:
    wang = world.person("wangfang")
    own = wang.make("account", name="王芳的客户")
    assert codes(wang.post(f"/records/account/{own}/lock")) == {"access.action_denied"}
    assert codes(world.person("admin").post(f"/records/department/{world.ids['华东']}/lock")) == {
        "access.action_denied"
    }
    assert li.post(f"/records/account/{own}/lock").status_code == 403
    assert wang.post(f"{deal['path']}/unlock").status_code == 403


def test_history_keeps_locking_and_an_undo_takes_it_back(li: Any, deal: Any) -> None:
    entries = li.get(f"{deal['path']}/history").json()["entries"]
    # The update is the amount that its lines have given the deal.
    assert [e["action"] for e in entries] == ["lock", "update", "create"]
    undone = li.post(f"{deal['path']}/history/{entries[0]['id']}/undo")
    assert undone.status_code == 200, undone.text
    assert undone.json()["record"]["locked_at"] is None
    entries = li.get(f"{deal['path']}/history").json()["entries"]
    assert [e["action"] for e in entries] == ["unlock", "lock", "update", "create"]


def test_an_undo_does_not_pass_the_lock(li: Any) -> None:
    record = li.make("account", name="改前")
    path = f"/records/account/{record}"
    assert li.call("PATCH", path, {"values": {"name": "改后"}}).status_code == 200
    entry = li.get(f"{path}/history").json()["entries"][0]["id"]
    assert li.post(f"{path}/lock").status_code == 200
    assert li.post(f"{path}/history/{entry}/undo").status_code in {409, 422}
    assert li.get(path).json()["record"]["name"] == "改后"


def test_the_explanation_names_the_lock_and_nobody_may_edit(li: Any, deal: Any) -> None:
    told = li.get(f"{deal['path']}/access", params={"action": "update"}).json()
    assert told["allowed"] is False
    assert told["reasons"][1]["code"] == "explain.locked"
    assert li.get(f"{deal['path']}/access").json()["allowed"] is True
    line = f"/records/opportunity_line/{deal['line']}/access"
    told = li.get(line, params={"action": "update"}).json()
    assert told["allowed"] is False
    assert "explain.locked" in {r["code"] for r in told["reasons"]}
    assert li.get(f"{deal['path']}/permitted", params={"action": "update"}).json()["total"] == 0


def test_the_product_itself_goes_on_keeping_locked_records(world: Any, deal: Any) -> None:
    with world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("lock test"), "system")
        assert update(w, "opportunity", [Change(int(deal["id"]), {"next_step": "系统"})]).problems == ()


def test_people_cannot_write_the_lock_as_a_field(li: Any) -> None:
    record = li.make("account", name="不能自己写")
    answer = li.call("PATCH", f"/records/account/{record}", {"values": {"locked_at": "2026-01-01T00:00:00Z"}})
    assert codes(answer) == {"record.system_field"}
