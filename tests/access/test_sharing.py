"""Teams, groups and assistants over HTTP: given and taken back, what they let one do, and what they never do."""

from typing import Any

import pytest

from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import writing


@pytest.fixture
def people(world: Any) -> tuple[Any, Any, Any, Any]:
    return world.person("wangfang"), world.person("zhaomin"), world.person("liqiang"), world.person("admin")


def share(
    giver: Any, record: str, to: Any, level: str = "read", *, object_name: str = "account", kind: str = "user"
) -> Any:
    values = {
        "record_id": {"object": object_name, "id": record},
        "member_id": {"object": kind, "id": str(to)},
        "level": level,
    }
    return giver.post("/records/team_member", {"values": values})


def code(answer: Any) -> str:
    found: str = answer.json()["code"]
    return found


def test_a_team_member_sees_and_when_allowed_edits_but_never_owns(people: Any) -> None:
    wang, zhao, _, _ = people
    account = wang.make("account", name="共享客户")
    path = f"/records/account/{account}"
    assert zhao.get(path).status_code == 404
    made = share(wang, account, zhao.id).json()["id"]
    assert not any(zhao.get(path).json()["can"].values())
    assert code(zhao.call("PATCH", path, {"values": {"name": "改"}})) == "access.not_editable"

    assert wang.call("PATCH", f"/records/team_member/{made}", {"values": {"level": "edit"}}).status_code == 200
    assert zhao.call("PATCH", path, {"values": {"name": "赵敏改的"}}).status_code == 200
    assert zhao.call("DELETE", path).status_code == 403
    refused = zhao.call("PATCH", path, {"values": {"owner_id": str(zhao.id)}}).json()
    assert [p["code"] for p in refused["problems"]] == ["owner.no_transfer"]
    refused = share(zhao, account, zhao.id, "edit").json()
    assert [p["code"] for p in refused["problems"]] == ["access.master_not_editable"]
    assert zhao.call("DELETE", f"/records/team_member/{made}").status_code == 403

    assert wang.call("DELETE", f"/records/team_member/{made}").status_code == 204
    assert zhao.get(path).status_code == 404
    assert wang.post(f"/records/team_member/{made}/restore").status_code == 200
    assert zhao.get(path).status_code == 200


def test_the_team_stays_when_the_record_changes_hands_and_comes_back_from_the_bin(people: Any) -> None:
    wang, zhao, li, _ = people
    account = wang.make("account", name="换手客户")
    share(wang, account, zhao.id)
    path = f"/records/account/{account}"
    given = li.call("PATCH", path, {"values": {"owner_id": str(li.id)}})
    # 李强 reads the whole of 华东 but edits only his own: the record is not his to give away.
    assert given.status_code == 403
    assert wang.call("DELETE", path).status_code == 204
    assert zhao.get(path).status_code == 404
    assert wang.post(f"{path}/restore").status_code == 200
    assert zhao.get(path).status_code == 200


def test_groups_open_old_records_to_new_members_and_close_when_switched_off(people: Any) -> None:
    wang, zhao, _, admin = people
    account = wang.make("account", name="组内客户")
    path = f"/records/account/{account}"
    inner, outer = admin.make("public_group", name="大客户组"), admin.make("public_group", name="项目组")
    admin.make("public_group_member", group_id=outer, member_id={"object": "public_group", "id": inner})
    assert share(wang, account, outer, "edit", kind="public_group").status_code == 201
    assert zhao.get(path).status_code == 404
    admin.make("public_group_member", group_id=inner, member_id={"object": "user", "id": str(zhao.id)})
    assert zhao.get(path).json()["can"]["update"] is True

    circle = {"group_id": inner, "member_id": {"object": "public_group", "id": outer}}
    refused = admin.post("/records/public_group_member", {"values": circle}).json()
    assert [p["code"] for p in refused["problems"]] == ["group.circle"]

    admin.call("PATCH", f"/records/public_group/{inner}", {"values": {"active": False}})
    assert zhao.get(path).status_code == 404


def test_an_assistant_reads_what_the_manager_reads_and_edits_nothing(people: Any) -> None:
    wang, zhao, _, admin = people
    account = wang.make("account", name="经理客户")
    path = f"/records/account/{account}"
    values = {"manager_id": str(wang.id), "assistant_id": str(zhao.id)}
    made = admin.make("assistant", **values)
    assert zhao.get(path).json()["can"]["update"] is False
    assert code(zhao.call("PATCH", path, {"values": {"name": "助理改"}})) == "access.not_editable"
    later = wang.make("account", name="后来的客户")
    assert zhao.get(f"/records/account/{later}").status_code == 200

    oneself = {"manager_id": str(wang.id), "assistant_id": str(wang.id)}
    refused = admin.post("/records/assistant", {"values": oneself}).json()
    assert [p["code"] for p in refused["problems"]] == ["assistant.oneself"]
    admin.call("PATCH", f"/records/assistant/{made}", {"values": {"valid_until": "2020-01-01"}})
    assert zhao.get(path).status_code == 404


def test_the_explanation_names_what_lets_one_in(people: Any) -> None:
    wang, zhao, li, admin = people
    account = wang.make("account", name="要解释的客户")
    path = f"/records/account/{account}/access"
    assert zhao.get(path).status_code == 404
    assert admin.get(path, params={"user": str(zhao.id)}).json()["allowed"] is False
    share(wang, account, zhao.id)
    told = zhao.get(path).json()
    assert told["allowed"] is True
    assert [r["code"] for r in told["reasons"] if r["passed"]] == ["explain.profile", "explain.team_read"]
    assert "赵敏" in next(r["text"] for r in told["reasons"] if r["code"] == "explain.team_read")
    assert zhao.get(path, params={"action": "update"}).json()["allowed"] is False
    assert code(zhao.get(path, params={"user": str(wang.id)})) == "session.administrator_required"
    passed = [r["code"] for r in li.get(path).json()["reasons"] if r["passed"]]
    assert passed == ["explain.profile", "explain.role"]

    permitted = f"/records/account/{account}/permitted"
    found = {p["name"]: p["reason"]["code"] for p in wang.get(permitted).json()["people"]}
    assert {"王芳": "explain.owner", "李强": "explain.role", "赵敏": "explain.team_read"}.items() <= found.items()
    assert code(zhao.get(permitted)) == "access.not_shareable"


def test_every_reason_is_a_sentence_whatever_the_record_is(people: Any) -> None:
    wang, zhao, _, admin = people
    account = wang.make("account", name="明细的主记录")
    member = share(wang, account, zhao.id).json()["id"]
    told = admin.get(f"/records/team_member/{member}/access").json()
    # A detail is explained by its master, also to those who reach everything.
    assert told["allowed"] is True
    codes = [r["code"] for r in told["reasons"]]
    assert codes[:2] == ["explain.profile", "explain.master"]
    assert "explain.role_all" in codes
    (view,) = admin.post("/query", {"object": "list_view", "fields": ["name"], "limit": 1}).json()["rows"]
    nobodys = admin.get(f"/records/list_view/{view['id']}/access", params={"user": str(zhao.id)}).json()
    assert {"explain.no_owner", "explain.role_nowhere"} <= {r["code"] for r in nobodys["reasons"]}
    assert not [r for r in told["reasons"] + nobodys["reasons"] if r["text"] == r["code"]]


def test_screens_are_told_which_children_are_parts_and_what_they_need(people: Any) -> None:
    objects = {o["name"]: o for o in people[0].get("/metadata").json()["objects"]}
    assert objects["team_member"]["master"] == {"field": "record_id", "action": "share"}
    assert objects["opportunity_line"]["master"] == {"field": "opportunity_id", "action": "update"}
    assert objects["account"]["master"] is None
    parts = {r["object"]: r["parts"] for r in objects["account"]["layout"]["related"]}
    assert {name: parts[name] for name in ("contact", "opportunity", "account", "quote", "team_member", "receipt")} == {
        "contact": False,
        "opportunity": False,
        "account": False,
        "quote": False,
        "team_member": True,
        "receipt": True,
    }


def test_configuration_is_looked_up_by_a_part_of_its_name(people: Any) -> None:
    found = people[3].get("/lookup/role", params={"q": "经理"}).json()["rows"]
    assert [row["name"] for row in found] == ["经理用户"]


def test_the_explanation_tells_no_hidden_field_and_not_whom_else_it_was_given(people: Any) -> None:
    wang, zhao, li, admin = people
    account = wang.make("account", name="有隐藏字段的客户")
    share(wang, account, zhao.id)
    share(wang, account, li.id)
    path = f"/records/account/{account}/access"
    query = "SELECT profile_id FROM user_profile WHERE user_id = '{}'"
    profile = admin.get("/query", params={"q": query.format(zhao.id)}).json()["rows"][0]["profile_id"]
    assert [r["code"] for r in zhao.get(path).json()["reasons"]].count("explain.team_read") == 1
    assert "explain.owner" in {r["code"] for r in zhao.get(path).json()["reasons"]}
    hidden = {"profile_id": profile, "object_name": "account", "field_name": "owner_id", "level": "hidden"}
    made = admin.make("field_permission", **hidden)
    assert "explain.owner" not in {r["code"] for r in zhao.get(path).json()["reasons"]}
    assert admin.call("DELETE", f"/records/field_permission/{made}").status_code == 204


def test_two_who_share_at_once_both_count(world: Any, people: Any) -> None:
    wang, zhao, li, _ = people
    account = wang.make("account", name="同时共享")
    with world.database.transaction() as first:
        w = writing(first, load_registry(first), system("test"), "test")
        table = w.registry.tables["account"]
        share(wang, account, zhao.id)
        assert first.scalar(table.select().with_only_columns(table.c.id).where(table.c.id == int(account))) == int(
            account
        )
    share(wang, account, li.id, "edit")
    assert zhao.get(f"/records/account/{account}").status_code == 200
    assert li.get(f"/records/account/{account}").json()["can"]["update"] is True
