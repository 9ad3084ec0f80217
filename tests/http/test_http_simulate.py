"""Trying a change of settings over HTTP, and writing several batches as one."""

from typing import Any

import pytest

SIMULATE = "/access/simulate"


@pytest.fixture
def admin(world: Any) -> Any:
    return world.person("admin")


def promote(world: Any) -> dict[str, Any]:
    """王芳 becomes a manager as well, whose reach is her department and those below."""
    values = {"user_id": str(world.ids["wangfang"]), "role_id": str(world.ids["role:manager"])}
    return {"object": "user_role", "action": "create", "rows": [{"values": values}]}


def test_a_simulation_names_people_records_and_samples_and_stores_nothing(world: Any, admin: Any) -> None:
    li, wang = world.person("liqiang"), world.person("wangfang")
    account = li.make("account", name="李强的客户")
    assert wang.get(f"/records/account/{account}").status_code == 404
    answer = admin.post(SIMULATE, {"batches": [promote(world)]})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["affected"], told["counted"]) == (1, 1)
    (effect,) = [e for e in told["effects"] if e["object"] == "account"]
    assert effect["person"] == {"id": str(wang.id), "name": "王芳"}
    assert effect["action"] == "read"
    assert effect["gained"] == {"number": 1, "capped": False, "samples": [{"id": account, "name": "李强的客户"}]}
    assert effect["lost"]["number"] == 0
    assert wang.get(f"/records/account/{account}").status_code == 404


def test_rights_of_a_profile_are_told_in_objects_actions_and_fields(world: Any, admin: Any) -> None:
    query = {"object": "object_permission", "fields": ["id", "object_name", "profile.key"], "limit": 500}
    rows = admin.post("/query", query).json()["rows"]
    (permission,) = [r for r in rows if (r["object_name"], r["profile.key"]) == ("account", "sales")]
    hidden = {
        "profile_id": str(world.ids["profile:sales"]),
        "object_name": "opportunity",
        "field_name": "amount",
        "level": "hidden",
    }
    change = {"id": permission["id"], "values": {"actions": ["read", "create", "update", "export"]}}
    batches = [
        {"object": "object_permission", "action": "update", "rows": [change]},
        {"object": "field_permission", "action": "create", "rows": [{"values": hidden}]},
    ]
    told = admin.post(SIMULATE, {"batches": batches}).json()
    (group,) = told["rights"]
    assert {p["name"] for p in group["people"]} == {"王芳", "赵敏"}
    by_object = {change["object"]: change for change in group["changes"]}
    account = by_object["account"]
    assert (account["gained"], account["lost"]) == (["export"], ["delete", "share", "print"])
    # What is made of the amount is hidden with it: roll-ups, formulas, what is converted.
    hidden_fields = {
        name: {field["field"] for field in change["fields"] if field["after"] == "hidden"}
        for name, change in by_object.items()
    }
    assert hidden_fields == {
        "account": {"open_amount", "won_amount"},
        "campaign": {"won_amount", "return_amount", "roi"},
        "opportunity": {"amount", "amount_converted", "expected_amount"},
    }


def test_who_comes_goes_and_administers_is_told(world: Any, admin: Any) -> None:
    zhao, wang = (str(world.ids[login]) for login in ("zhaomin", "wangfang"))
    administers = {"user_id": wang, "profile_id": str(world.ids["profile:administrator"])}
    batches = [
        {"object": "user", "action": "update", "ids": [zhao], "values": {"active": False}},
        {"object": "user_profile", "action": "create", "rows": [{"values": administers}]},
    ]
    told = admin.post(SIMULATE, {"batches": batches}).json()
    assert [p["name"] for p in told["closed"]] == ["赵敏"]
    assert [p["name"] for p in told["administrators_gained"]] == ["王芳"]
    assert told["administrators_lost"] == told["opened"] == []


@pytest.mark.parametrize(
    ("batch", "status", "code"),
    [
        ({"object": "account", "action": "create", "rows": [{"values": {"name": "x"}}]}, 400, "simulate.object"),
        ({"object": "user_role", "action": "create", "rows": [{"values": {}}]}, 422, "records.refused"),
        ({"object": "user_role", "action": "delete", "ids": ["999999"]}, 404, "record.not_found"),
        ({"object": "user_role", "action": "create", "ids": ["1"]}, 400, "request.batch_rows"),
    ],
)
def test_what_could_not_be_saved_cannot_be_simulated(admin: Any, batch: Any, status: int, code: str) -> None:
    answer = admin.post(SIMULATE, {"batches": [batch]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_administrators_simulate(world: Any) -> None:
    answer = world.person("liqiang").post(SIMULATE, {"batches": [promote(world)]})
    assert (answer.status_code, answer.json()["code"]) == (403, "session.administrator_required")


def test_batches_are_stored_together_or_not_at_all(world: Any, admin: Any) -> None:
    groups = {"object": "public_group", "action": "create", "rows": [{"values": {"name": "一起存"}}]}
    broken = {"object": "public_group_member", "action": "create", "rows": [{"values": {}}, {"values": {}}]}
    refused = admin.post("/batches", {"batches": [groups, broken]})
    assert refused.status_code == 422
    assert {p["params"]["batch"] for p in refused.json()["problems"]} == {1}
    assert {p["row"] for p in refused.json()["problems"]} == {0, 1}
    where = {"field": "name", "value": "一起存"}
    found = {"object": "public_group", "fields": ["id"], "filter": where}
    assert admin.post("/query", found).json()["rows"] == []

    stored = admin.post("/batches", {"batches": [groups, promote(world)]})
    assert stored.status_code == 200, stored.text
    made, held = (batch["ids"][0] for batch in stored.json()["batches"])
    assert [r["id"] for r in admin.post("/query", found).json()["rows"]] == [made]
    assert admin.call("DELETE", f"/records/user_role/{held}").status_code == 204
