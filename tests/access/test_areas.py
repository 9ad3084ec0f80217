"""Areas of the settings that a profile gives by themselves, and that nobody reaches more than they have by them."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def admin(world: Any) -> Any:
    return world.person("admin")


@pytest.fixture
def delegate(world: Any, admin: Any) -> Any:
    """Gives a person some areas (and nothing else that they did not have)."""
    made: list[tuple[str, str]] = []

    def give(login: str, *areas: str) -> Any:
        profile = admin.make("profile", key=f"areas_{len(made)}_{'_'.join(areas)}", name="管理", areas=list(areas))
        held = admin.make("user_profile", user_id=str(world.ids[login]), profile_id=profile)
        made.append((profile, held))
        return world.person(login)

    yield give
    for profile, held in made:
        assert admin.call("DELETE", f"/records/user_profile/{held}").status_code == 204
        assert admin.call("DELETE", f"/records/profile/{profile}").status_code == 204


def codes(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {problem["code"] for problem in answer.json()["problems"]}


def one(person: Any, obj: str, **values: object) -> str:
    where = {"and": [{"field": name, "value": value} for name, value in values.items()]}
    (row,) = person.post("/query", {"object": obj, "fields": ["id"], "filter": where}).json()["rows"]
    return str(row["id"])


def test_an_area_opens_its_own_settings_and_no_others(world: Any, admin: Any, delegate: Any) -> None:
    wang = world.person("wangfang")
    assert wang.get("/session").json()["user"]["areas"] == []
    assert wang.get("/sharing").status_code == 403
    assert wang.post("/query", {"object": "audit_entry", "fields": ["id"]}).status_code == 403
    wang = delegate("wangfang", "audit", "sharing", "objects")
    assert wang.get("/session").json()["user"]["areas"] == ["audit", "objects", "sharing"]
    assert wang.get("/session").json()["user"]["administers"] is False
    assert wang.get("/sharing").status_code == 200
    assert wang.get("/metadata/definitions/objects").status_code == 200
    assert wang.post("/query", {"object": "audit_entry", "fields": ["id"], "limit": 1}).status_code == 200
    known = {o["name"]: o["actions"] for o in wang.get("/metadata").json()["objects"]}
    assert "update" in known["sharing_rule"]
    assert "update" not in known["role"]
    assert "update" not in known["user"]
    for method, path, body in (
        ("POST", "/records/role", {"values": {"key": "x", "name": "x"}}),
        ("POST", "/invitations", {"values": {}, "roles": [], "profiles": []}),
        ("PUT", "/sharing/objects/account", {"sharing": "public_edit"}),
        ("POST", f"/users/{world.ids['zhaomin']}/invitation", None),
    ):
        assert wang.call(method, path, body).status_code == 403, path
    # What records there are is nobody's to see by an area.
    account = world.person("zhaomin").make("account", name="不归王芳")
    assert wang.get(f"/records/account/{account}").status_code == 404


def test_who_looks_after_people_does_so_but_not_for_themselves_nor_above_them(
    world: Any, admin: Any, delegate: Any
) -> None:
    li = delegate("liqiang", "people")
    user = li.make("user", name="新人", login="new_by_li", department_id=str(world.ids["华南"]))
    li.make("user_role", user_id=user, role_id=one(li, "role", key="standard"))
    held = li.make("user_profile", user_id=user, profile_id=one(li, "profile", key="sales"))
    assert li.post(f"/users/{user}/invitation").status_code == 200
    assert li.call("DELETE", f"/records/user_profile/{held}").status_code == 204

    myself, above = str(li.id), str(world.ids["admin"])
    administrator = one(li, "profile", key="administrator")
    for person in (myself, user):
        given = {"user_id": person, "profile_id": administrator}
        assert "area.profile" in codes(li.post("/records/user_profile", {"values": given}))
    for values in (
        {"user_id": myself, "role_id": str(world.ids["role:admin"])},
        {"user_id": myself, "profile_id": one(li, "profile", key="marketing")},
        {"user_id": myself, "department_id": str(world.ids["总部"])},
    ):
        obj = next(name for name in ("role", "profile", "department") if f"{name}_id" in values)
        assert codes(li.post(f"/records/user_{obj}", {"values": values})) == {"area.oneself"}, obj
    assert codes(li.call("PATCH", f"/records/department/{world.ids['总部']}", {"values": {"manager_id": myself}})) == {
        "area.oneself"
    }
    assistant = {"assistant_id": myself, "manager_id": str(world.ids["zhaomin"])}
    world.person("zhaomin").make("account", name="赵敏的客户")
    assert codes(li.post("/records/assistant", {"values": assistant})) == {"area.oneself"}
    # The way to somebody's rights by their account.
    assert codes(li.call("PATCH", f"/records/user/{above}", {"values": {"email": "li@example.com"}})) == {"area.person"}
    for method, path, body in (
        ("POST", f"/users/{above}/invitation", None),
        ("POST", f"/users/{above}/password", {"new": "battery staple 7"}),
        ("DELETE", f"/users/{above}/second-factor", None),
    ):
        answer = li.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "area.person"), path
    assert li.post("/view-as", {"user": user}).status_code == 403


def test_who_sets_rights_gives_themselves_none(world: Any, admin: Any, delegate: Any) -> None:
    li = delegate("liqiang", "rights")
    profile, other = one(li, "profile", key="sales_manager"), one(li, "profile", key="finance")
    given = one(li, "object_permission", profile_id=profile, object_name="product")
    change = {"values": {"actions": ["read", "create", "update", "delete"]}}
    assert codes(li.call("PATCH", f"/records/object_permission/{given}", change)) == {"area.oneself"}
    theirs = one(li, "object_permission", profile_id=other, object_name="product")
    assert li.call("PATCH", f"/records/object_permission/{theirs}", change).status_code == 200
    role = one(li, "role", key="manager")
    assert codes(li.call("PATCH", f"/records/role/{role}", {"values": {"read_scope": "all"}})) == {"area.oneself"}
    assert li.call("PATCH", f"/records/role/{role}", {"values": {"name_en": "Managers"}}).status_code == 200
    for values in ({"administers": True}, {"areas": ["people"]}):
        answer = li.post("/records/profile", {"values": {"key": "mine", "name": "x", **values}})
        assert codes(answer) == {"area.profile"}
    administrator = one(li, "profile", key="administrator")
    answer = li.call("PATCH", f"/records/profile/{administrator}", {"values": {"description": "x"}})
    assert codes(answer) == {"area.profile"}
    assert li.make("profile", key="theirs", name="同样的管理", areas=["rights"])


def test_who_sets_sharing_rules_shares_nothing_with_themselves(world: Any, admin: Any, delegate: Any) -> None:
    li = delegate("liqiang", "sharing")
    body = {"name": "给赵敏", "object": "account", "conditions": {"field": "name", "op": "is not null"}}
    zhao = {"object": "user", "id": str(world.ids["zhaomin"])}
    assert li.post("/sharing/rules", {**body, "targets": [zhao]}).status_code == 201
    for target in ({"object": "user", "id": str(li.id)}, {"object": "department", "id": str(world.ids["华东"])}):
        answer = li.post("/sharing/rules", {**body, "name": "给自己", "targets": [target]})
        assert codes(answer) == {"area.oneself"}, target


def test_who_sets_objects_opens_none(world: Any, admin: Any, delegate: Any) -> None:
    li = delegate("liqiang", "objects")

    def change(body: dict[str, Any], obj: str = "account", field: str | None = None) -> Any:
        one = {"object": obj, "body": body} | ({"field": field} if field else {})
        return li.post("/metadata/changes", {"changes": [one]})

    told = change({"type": "text", "label": {"zh": "备注二", "en": "Second note"}}, field="second_note")
    assert told.status_code == 200, told.text
    refused = change({"sharing": "public_edit"})
    assert (refused.status_code, refused.json()["code"]) == (403, "area.definition")
    refused = change({"type": "text", "label": {"zh": "甲", "en": "A"}}, obj="profile", field="more")
    assert (refused.status_code, refused.json()["code"]) == (403, "area.definition")
