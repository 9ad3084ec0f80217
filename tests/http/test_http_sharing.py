"""The sharing settings over HTTP: rules saved with their people, previews, progress, and object defaults."""

from typing import Any

from dougong.records.sharing.recalculation import recalculate_all


def rule(world: Any, **values: Any) -> dict[str, Any]:
    zhao = {"object": "user", "id": str(world.ids["zhaomin"]), "with_below": False}
    conditions = {"field": "status", "op": "=", "value": "prospect"}
    return {"name": "潜在客户给赵敏", "object": "account", "conditions": conditions, "targets": [zhao], **values}


def shown(world: Any, name: str) -> dict[str, Any]:
    answer = world.person("admin").get("/sharing").json()
    found: dict[str, Any] = next(r for r in answer["rules"] if r["name"] == name)
    return found


def code(answer: Any) -> str:
    found: str = answer.json()["code"]
    return found


def test_a_rule_with_its_people_previewed_saved_calculated_changed_and_explained(world: Any) -> None:
    admin, wang, zhao = (world.person(login) for login in ("admin", "wangfang", "zhaomin"))
    account = wang.make("account", name="潜在", status="prospect")
    wang.make("account", name="成交", status="customer")
    department = {"object": "department", "id": str(world.ids["总部"]), "with_below": True}
    body = rule(world)
    assert admin.post("/sharing/preview", body).json() == {"records": 1, "people": 1}
    by_owner = {**body, "conditions": None, "source": {"object": "department", "id": str(world.ids["华东"])}}
    assert admin.post("/sharing/preview", {**by_owner, "targets": [department]}).json() == {"records": 2, "people": 5}
    refused = admin.post("/sharing/preview", {**body, "conditions": {"field": "owner.name", "op": "is null"}})
    assert [(p["code"], p["field"]) for p in refused.json()["problems"]] == [("condition.elsewhere", "conditions")]
    assert world.person("admin").get("/sharing").json()["rules"] == []

    made = admin.post("/sharing/rules", body)
    assert made.status_code == 201, made.text
    assert shown(world, body["name"])["progress"] == "building"
    assert zhao.get(f"/records/account/{account}").status_code == 404
    recalculate_all(world.database)
    found = shown(world, body["name"])
    assert (found["progress"], found["done"], found["total"]) == ("complete", 2, 2)
    assert [(t["object"], t["name"]) for t in found["targets"]] == [("user", "赵敏")]
    assert zhao.get(f"/records/account/{account}").json()["can"]["update"] is False
    told = zhao.get(f"/records/account/{account}/access").json()
    assert next(r["text"] for r in told["reasons"] if r["code"] == "explain.rule_read").count("潜在客户给赵敏") == 1

    changed = {**body, "level": "edit", "targets": [department], "version": found["version"]}
    path = f"/sharing/rules/{found['id']}"
    assert admin.call("PUT", path, changed).status_code == 200
    assert code(admin.call("PUT", path, changed)) == "record.stale"
    found = shown(world, body["name"])
    assert found["progress"] == "complete"
    assert [(t["name"], t["with_below"]) for t in found["targets"]] == [("总部", True)]
    assert zhao.get(f"/records/account/{account}").json()["can"]["update"] is True
    history = admin.get(f"/records/sharing_rule/{found['id']}/history").json()
    assert "level" in str(history)

    assert code(admin.post(f"{path}/cancel")) == "rule.not_calculating"
    assert admin.post(f"{path}/recalculate").status_code == 204
    assert code(admin.post(f"{path}/recalculate")) == "rule.calculating"
    assert shown(world, body["name"])["progress"] == "building"
    assert admin.post(f"{path}/cancel").status_code == 204
    # What was calculated before is still what the rule says.
    assert shown(world, body["name"])["progress"] == "complete"
    assert admin.call("DELETE", f"/records/sharing_rule/{found['id']}").status_code == 204
    assert zhao.get(f"/records/account/{account}").status_code == 404
    recalculate_all(world.database)


def test_only_administrators_see_and_change_the_settings(world: Any) -> None:
    li = world.person("liqiang")
    for method, path, body in (
        ("GET", "/sharing", None),
        ("POST", "/sharing/preview", rule(world)),
        ("POST", "/sharing/rules", rule(world)),
        ("PUT", "/sharing/rules/1", {**rule(world), "version": 1}),
        ("POST", "/sharing/rules/1/cancel", None),
        ("POST", "/sharing/rules/1/recalculate", None),
        ("POST", "/sharing/objects/account/preview", {"sharing": "public_read"}),
        ("PUT", "/sharing/objects/account", {"sharing": "public_read"}),
    ):
        answer = li.call(method, path, body)
        assert (answer.status_code, code(answer)) == (403, "session.administrator_required"), path


def test_the_audit_log_is_not_shared(world: Any) -> None:
    admin = world.person("admin")
    assert "audit_entry" not in {obj["name"] for obj in admin.get("/sharing").json()["objects"]}
    answer = admin.call("PUT", "/sharing/objects/audit_entry", {"sharing": "public_edit"})
    assert answer.status_code == 400, answer.text


def test_another_default_says_first_who_gains_and_then_holds_at_once(world: Any) -> None:
    admin, wang, zhao = (world.person(login) for login in ("admin", "wangfang", "zhaomin"))
    contact = wang.make("contact", name="联系人", account_id=wang.make("account", name="有联系人的客户"))
    path = "/sharing/objects/contact"
    assert zhao.get(f"/records/contact/{contact}").status_code == 404
    found = admin.post(f"{path}/preview", {"sharing": "public_read"}).json()
    zhaos = next(p for p in found["people"] if p["name"] == "赵敏")
    assert found["gains"] is True
    assert (zhaos["reads"][0], zhaos["reads"][1], zhaos["edits"]) == (0, found["records"], [0, 0])
    assert "管理员" not in {p["name"] for p in found["people"]}
    assert zhao.get(f"/records/contact/{contact}").status_code == 404

    admin.post(
        "/sharing/rules",
        rule(world, name="联系人规则", object="contact", conditions={"field": "name", "op": "is not null"}),
    )
    recalculate_all(world.database)
    assert admin.call("PUT", path, {"sharing": "public_read"}).json() == {"rules_off": 0}
    assert zhao.get(f"/records/contact/{contact}").json()["can"]["update"] is False
    assert admin.post(f"{path}/preview", {"sharing": "public_edit"}).json()["rules_off"] == 1
    assert admin.call("PUT", path, {"sharing": "public_edit"}).json() == {"rules_off": 1}
    assert zhao.get(f"/records/contact/{contact}").json()["can"]["update"] is True
    off = shown(world, "联系人规则")
    assert (off["progress"], off["active"]) == ("off", False)
    assert off["disabled_reason"]
    back = admin.post(f"{path}/preview", {"sharing": "private"}).json()
    assert back["gains"] is False
    assert admin.call("PUT", path, {"sharing": "private"}).status_code == 200
    assert zhao.get(f"/records/contact/{contact}").status_code == 404
    recalculate_all(world.database)

    for name, sharing in (("opportunity_line", "private"), ("product", "private"), ("user", "public_edit")):
        answer = admin.call("PUT", f"/sharing/objects/{name}", {"sharing": sharing})
        assert code(answer) == "sharing.default_refused"
    objects = {o["name"]: o for o in admin.get("/sharing").json()["objects"]}
    assert objects["account"]["choices"] == ["private", "public_read", "public_edit"]
    assert (objects["opportunity_line"]["choices"], objects["opportunity_line"]["master"]) == ([], "opportunity")
    assert "user" not in objects
