"""Profiles as the matrix of an administrator sets them: what objects know, menus, and copies with all rights."""

from typing import Any

import pytest


@pytest.fixture
def admin(world: Any) -> Any:
    return world.person("admin")


def rights(admin: Any, profile: str) -> tuple[dict[str, Any], dict[Any, str]]:
    """The permissions of a profile: actions by object, levels by object and field."""

    def rows(obj: str, *fields: str) -> list[Any]:
        where = {"field": "profile_id", "value": profile}
        body = {"object": obj, "fields": ["id", *fields], "filter": where, "limit": 500}
        found: list[Any] = admin.post("/query", body).json()["rows"]
        return found

    actions = {r["object_name"]: r["actions"] for r in rows("object_permission", "object_name", "actions")}
    fields = rows("field_permission", "object_name", "field_name", "level")
    return actions, {(r["object_name"], r["field_name"]): r["level"] for r in fields}


def described(person: Any) -> dict[str, Any]:
    return {o["name"]: o for o in person.get("/metadata").json()["objects"]}


def test_an_object_offers_the_actions_that_it_knows_and_profiles_those_that_are_not_the_administrators(
    world: Any, admin: Any
) -> None:
    objects = described(admin)
    assert {"transfer", "share", "lock"} <= set(objects["account"]["grantable"])
    assert not {"transfer", "share", "lock"} & set(objects["opportunity_line"]["grantable"])
    assert "lock" not in objects["activity"]["grantable"]
    assert "lock" in objects["product"]["grantable"]
    printed = {name for name, found in objects.items() if "print" in found["grantable"]}
    assert {"account", "opportunity", "product"} <= printed
    assert not {"opportunity_line", "department", "list_view", "profile", "audit_entry"} & printed
    # What is merged: departments, by administrators, and what people own, by whom a profile lets.
    grantable = {name for name, found in objects.items() if "merge" in found["grantable"]}
    assert {name for name, found in objects.items() if "merge" in found["actions"]} == {"department", *grantable}
    assert {"account", "contact", "lead"} <= grantable
    assert not {"list_view", "opportunity_line", "product", "user", "department"} & grantable
    assert objects["profile"]["grantable"] == ["read"]
    assert objects["profile"]["decides_access"] is True
    assert objects["account"]["decides_access"] is False
    assert described(world.person("wangfang"))["account"]["grantable"] == []


def test_a_copy_has_all_rights_and_nobody(world: Any, admin: Any) -> None:
    original = str(world.ids["profile:sales"])
    answer = admin.post(f"/records/profile/{original}/copy", {"values": {"key": "sales_copy", "name": "销售（副本）"}})
    assert answer.status_code == 201, answer.text
    copied = answer.json()["record"]
    assert (copied["name"], copied["preset"]) == ("销售（副本）", False)
    assert rights(admin, copied["id"]) == rights(admin, original)
    where = {"field": "profile_id", "value": copied["id"]}
    held = admin.post("/query", {"object": "user_profile", "fields": ["id"], "filter": where}).json()
    assert held["rows"] == []


def test_a_copy_is_refused_as_its_original_would_be(world: Any, admin: Any) -> None:
    original = world.ids["profile:sales"]
    values = {"values": {"key": "sales", "name": "同样的标识"}}
    answer = admin.post(f"/records/profile/{original}/copy", values)
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "unique.taken")
    answer = world.person("wangfang").post(f"/records/profile/{original}/copy", {"values": {"key": "x", "name": "x"}})
    assert answer.status_code in {403, 404}
    account = world.person("wangfang").make("account", name="不能复制")
    answer = admin.post(f"/records/account/{account}/copy", {"values": {"name": "x"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "records.copy_settings_only")


def test_a_profile_takes_an_object_off_the_menu_and_leaves_its_use(world: Any, admin: Any) -> None:
    wang = world.person("wangfang")
    assert described(wang)["product"]["navigation"] is not None
    where = {"and": [
        {"field": "profile_id", "value": str(world.ids["profile:sales"])},
        {"field": "object_name", "value": "product"},
    ]}  # fmt: skip
    rows = admin.post("/query", {"object": "object_permission", "fields": ["id"], "filter": where}).json()["rows"]
    path = f"/records/object_permission/{rows[0]['id']}"
    assert admin.call("PATCH", path, {"values": {"off_menu": True}}).status_code == 200
    product = described(wang)["product"]
    assert product["navigation"] is None
    assert "read" in product["actions"]
    assert described(admin)["product"]["navigation"] is not None
    assert admin.call("PATCH", path, {"values": {"off_menu": False}}).status_code == 200
    assert described(wang)["product"]["navigation"] is not None
