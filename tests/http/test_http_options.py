"""Option sets over HTTP: big ones are asked for by themselves, and only by those who may see where they are used."""

from dataclasses import replace
from typing import Any

import pytest

from dougong.metadata.apply import apply_package
from dougong.metadata.definitions import field_from_body, option_set_from_body
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields

LABEL = {"zh": "甲", "en": "A"}
FIELDS = (
    {"name": "province", "type": "select", "option_set": "china_province"},
    {"name": "city", "type": "select", "option_set": "china_city", "controlled_by": "province"},
    {
        "name": "rank",
        "type": "select",
        "controlled_by": "province",
        "option_set": "ranks",
        "shown_for": {"a": ["110000"]},
    },
)


@pytest.fixture(scope="module", autouse=True)
def _shaped(world: Any) -> None:
    """Accounts have a province, its cities, and a rank; nothing uses the set `secret`."""
    with world.database.transaction() as tx:
        account = without_system_fields(load_registry(tx).objects["account"])
        more = {str(f["name"]): field_from_body({"label": LABEL, **f}) for f in FIELDS}
        options = [{"value": value, "label": {"zh": value, "en": value}} for value in ("a", "b")]
        sets = {name: option_set_from_body(name, {"label": LABEL, "options": options}) for name in ("ranks", "secret")}
        apply_package(tx, Package({"account": replace(account, fields={**account.fields, **more})}, sets))


def fields(person: Any) -> dict[str, Any]:
    objects = {o["name"]: o for o in person.get("/metadata").json()["objects"]}
    return {f["name"]: f for f in objects["account"]["fields"]}


def test_metadata_say_what_depends_on_what_and_leave_thousands_of_options_out(world: Any) -> None:
    found = fields(world.person("wangfang"))
    assert (len(found["province"]["options"]), found["province"]["options_elsewhere"]) == (34, False)
    city = found["city"]
    assert (city["options"], city["options_elsewhere"]) == ([], True)
    assert (city["option_set"], city["controlled_by"], city["shown_for"]) == ("china_city", "province", None)
    assert found["rank"]["shown_for"] == {"a": ["110000"]}
    assert {o["value"]: o["shown_for"] for o in found["rank"]["options"]} == {"a": ["110000"], "b": None}


def test_a_set_is_for_those_who_may_see_a_field_that_uses_it(world: Any) -> None:
    seller, stranger, admin = (world.person(login) for login in ("wangfang", "chenjing", "admin"))
    assert [p.get("/metadata/option-sets/ranks").status_code for p in (seller, stranger, admin)] == [200, 404, 200]
    assert [p.get("/metadata/option-sets/secret").status_code for p in (seller, admin)] == [404, 200]
    answer = seller.get("/metadata/option-sets/china_city")
    first = answer.json()["options"][0]
    assert first == {"value": "110100", "label": {"zh": "北京市", "en": "Beijing"}, "shown_for": ["110000"]}
    assert "used_by" not in answer.json()
    again = seller.get("/metadata/option-sets/china_city", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_administrators_see_all_sets_and_where_they_are_used(world: Any) -> None:
    assert world.person("wangfang").get("/metadata/option-sets").status_code == 403
    sets = {s["name"]: s for s in world.person("admin").get("/metadata/option-sets").json()["option_sets"]}
    assert sets["industry"]["preset"] is False
    assert {(u.get("object"), u.get("field")) for u in sets["industry"]["used_by"]} >= {("account", "industry")}
    province = sets["china_province"]
    assert (province["preset"], province["single"], province["count"]) == (True, True, 34)
    assert {u.get("field") or u["option_set"] for u in province["used_by"]} == {"province", "china_city"}
    assert sets["secret"]["used_by"] == []


def test_a_refusal_names_the_field_and_its_controlling_field(world: Any) -> None:
    values = {"name": "甲", "province": "310000", "city": "330100"}
    answer = world.person("wangfang").post("/records/account", {"values": values})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["field"], problem["code"]) == ("city", "value.option_not_offered")
    params = problem["params"]
    assert (params["option_zh"], params["by_zh"], params["controlling_zh"]) == ("杭州市", "甲", "上海市")


def changed(person: Any, *changes: dict[str, Any]) -> Any:
    return person.post("/metadata/changes", {"version": None, "dry_run": False, "changes": list(changes)})


def problems(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


def body_of(person: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/metadata/definitions/option_sets/{name}").json()["body"]
    return found


def test_presets_are_neither_changed_nor_deleted(world: Any) -> None:
    admin = world.person("admin")
    for name in ("china_province", "currency"):
        for body in ({"label": LABEL, "options": [{"value": "a", "label": LABEL}]}, None):
            answer = changed(admin, {"option_set": name, "body": body})
            assert answer.status_code in {400, 422}, answer.text
    answer = world.person("wangfang").get("/metadata/option-sets/china_province")
    assert len(answer.json()["options"]) == 34


@pytest.mark.parametrize("name", ["china_province", "china_city", "china_district", "industry_section"])
def test_divisions_and_industries_are_for_one_choice(world: Any, name: str) -> None:
    field = {"type": "multi_select", "label": LABEL, "option_set": name}
    answer = changed(world.person("admin"), {"object": "account", "field": "many", "body": field})
    assert "metadata.preset_single" in problems(answer)


def test_a_set_in_use_is_not_deleted_and_its_field_is_named(world: Any) -> None:
    answer = changed(world.person("admin"), {"option_set": "ranks", "body": None})
    assert answer.status_code == 422
    assert "rank" in answer.text
    assert changed(world.person("admin"), {"option_set": "secret", "body": None}).status_code == 200


def test_a_field_has_options_of_its_own_or_a_set(world: Any) -> None:
    """Who names both gets the set's: there is no third kind of list."""
    admin = world.person("admin")
    both = {"type": "select", "label": LABEL, "option_set": "ranks", "options": [{"value": "x", "label": LABEL}]}
    assert changed(admin, {"object": "account", "field": "both", "body": both}).status_code == 200
    assert [option["value"] for option in fields(world.person("wangfang"))["both"]["options"]] == ["a", "b"]
    assert "value.unknown_option" in problems(admin.post("/records/account", {"values": {"name": "甲", "both": "x"}}))


@pytest.fixture(scope="module")
def graded(world: Any) -> Any:
    """Accounts have grades of a set, and one that records hold was switched off since."""
    admin, wang = world.person("admin"), world.person("wangfang")
    options = [{"value": one, "label": {"zh": zh, "en": one}} for one, zh in (("gold", "金"), ("tin", "锡"))]
    for change in (
        {"option_set": "grades", "body": {"label": LABEL, "options": options}},
        {"object": "account", "field": "grade", "body": {"type": "select", "label": LABEL, "option_set": "grades"}},
        {
            "object": "lead",
            "field": "grades",
            "body": {"type": "multi_select", "label": LABEL, "option_set": "grades"},
        },
    ):
        assert changed(admin, change).status_code == 200
    held = wang.make("account", name="锡级客户", grade="tin")
    lead = wang.make("lead", name="锡级线索", company_name="某", mobile="13800138000", grades=["tin", "gold"])
    off = [options[0], {**options[1], "active": False}]
    assert changed(admin, {"option_set": "grades", "body": {"label": LABEL, "options": off}}).status_code == 200
    return held, lead


def test_an_option_switched_off_stays_where_it_is_and_goes_nowhere_else(world: Any, graded: Any) -> None:
    wang, (held, lead) = world.person("wangfang"), graded
    address = f"/records/account/{held}"
    assert wang.get(address).json()["record"]["grade"] == "tin"
    # The record is edited otherwise, and what it holds may be sent along.
    assert wang.call("PATCH", address, {"values": {"phone": "010-66668888"}}).status_code == 200
    assert wang.call("PATCH", address, {"values": {"grade": "tin"}}).status_code == 200
    assert wang.call("PATCH", f"/records/lead/{lead}", {"values": {"grades": ["tin"]}}).status_code == 200
    for refused in (
        wang.post("/records/account", {"values": {"name": "新的", "grade": "tin"}}),
        wang.post("/records/lead", {"values": {"name": "新的", "company_name": "某", "grades": ["gold", "tin"]}}),
    ):
        assert "value.inactive_option" in problems(refused), refused.text
    where = {"field": "grade", "op": "=", "value": "tin"}
    rows = wang.post("/query", {"object": "account", "fields": ["name"], "filter": where}).json()["rows"]
    assert [row["name"] for row in rows] == ["锡级客户"]
    # Once it is gone it does not come back.
    assert wang.call("PATCH", address, {"values": {"grade": "gold"}}).status_code == 200
    assert "value.inactive_option" in problems(wang.call("PATCH", address, {"values": {"grade": "tin"}}))


def test_a_new_name_and_order_of_a_set_show_in_every_field_at_once(world: Any, graded: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    body = body_of(admin, "grades")
    tin, gold = body["options"][1], {**body["options"][0], "label": {"zh": "黄金", "en": "Gold"}}
    assert changed(admin, {"option_set": "grades", "body": {**body, "options": [tin, gold]}}).status_code == 200
    objects = {one["name"]: one for one in wang.get("/metadata").json()["objects"]}
    for obj, name in (("account", "grade"), ("lead", "grades")):
        field = next(one for one in objects[obj]["fields"] if one["name"] == name)
        assert [(o["value"], o["label"]["zh"], o["active"]) for o in field["options"]] == [
            ("tin", "锡", False),
            ("gold", "黄金", True),
        ]


def test_a_field_takes_a_set_only_where_nothing_it_holds_is_lost(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    own = {
        "type": "select",
        "label": LABEL,
        "options": [{"value": one, "label": {"zh": one, "en": one}} for one in ("gold", "lead")],
    }
    assert changed(admin, {"object": "contact", "field": "metal", "body": own}).status_code == 200
    options = [{"value": "gold", "label": LABEL}]
    assert changed(admin, {"option_set": "metals", "body": {"label": LABEL, "options": options}}).status_code == 200
    number = wang.make("contact", name="张三", account_id=wang.make("account", name="金属客户"), metal="lead")
    common = {"type": "select", "label": LABEL, "option_set": "metals"}
    refused = changed(admin, {"object": "contact", "field": "metal", "body": common})
    assert "plan.option_in_use" in problems(refused), refused.text
    assert wang.call("PATCH", f"/records/contact/{number}", {"values": {"metal": "gold"}}).status_code == 200
    assert changed(admin, {"object": "contact", "field": "metal", "body": common}).status_code == 200
    assert wang.get(f"/records/contact/{number}").json()["record"]["metal"] == "gold"
