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
