"""Record types and layouts as people meet them: what the description says to whom, and what is found and shown."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from dougong.metadata.apply import apply_package
from dougong.metadata.arrangement import to_layouts, to_record_types
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields


def label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


TYPES = [
    {"name": "project", "label": label("项目"), "default": True, "options": {"type": ["new_business", "upsell"]}},
    {
        "name": "renewal",
        "label": label("续约"),
        "options": {"stage": ["negotiation", "won", "lost"]},
        "defaults": {"stage": "negotiation"},
    },
    {"name": "closed", "label": label("旧"), "active": False},
]
LAYOUTS = [
    {
        "name": "sales_renewal",
        "label": label("销售的续约"),
        "for": {"record_types": ["renewal"], "profiles": ["sales"]},
        "highlights": ["record_type", "amount"],
        "sections": [
            {
                "label": label("续约"),
                "fields": ["name", {"name": "amount", "required": True}, {"name": "code", "read_only": True}],
            },
            {
                "label": label("输单"),
                "collapsed": True,
                "fields": ["lost_reason"],
                "visible_when": {"field": "stage", "op": "=", "value": "lost"},
            },
        ],
        "related": [
            {
                "object": "opportunity_line",
                "field": "opportunity_id",
                "columns": ["product_id"],
                "sort": [{"field": "amount", "descending": True}],
                "rows": 3,
            }
        ],
    },
    {
        "name": "managers",
        "label": label("经理"),
        "for": {"profiles": ["sales_manager"]},
        "sections": [{"label": label("经理"), "fields": ["name", "owner_id"]}],
    },
]


@pytest.fixture(scope="module", autouse=True)
def types(world: Any) -> None:
    with world.database.transaction() as tx:
        registry = load_registry(tx)
        obj = without_system_fields(registry.object("opportunity"))
        obj = replace(
            obj,
            record_types=to_record_types(TYPES),
            layouts=to_layouts(LAYOUTS),
            columns=MappingProxyType(
                {
                    "list": ("name", "record_type", "account.name"),
                    "lookup": ("account_id", "stage", "close_date"),
                    "search": ("account.name", "amount"),
                }
            ),
        )
        apply_package(tx, Package(objects={"opportunity": obj}))


def described(person: Any) -> Mapping[str, Any]:
    return next(o for o in person.get("/metadata").json()["objects"] if o["name"] == "opportunity")


def permit(world: Any, profile: str, type_: str, **values: object) -> str:
    profile_id = str(world.ids[f"profile:{profile}"])
    where = {"profile_id": profile_id, "object_name": "opportunity", "record_type": type_}
    made: str = world.person("admin").make("record_type_permission", **where, **values)
    return made


def forget(world: Any, permission: str) -> None:
    answer = world.person("admin").call("DELETE", f"/records/record_type_permission/{permission}")
    assert answer.status_code == 204, answer.text


def fields_of(layout: Mapping[str, Any]) -> list[list[str]]:
    return [section["fields"] for section in layout["sections"]]


def test_each_person_is_told_the_layouts_that_are_for_them(world: Any) -> None:
    admin, seller, manager = (described(world.person(login)) for login in ("admin", "wangfang", "liqiang"))
    assert admin["layouts"] == []
    assert len(admin["layout"]["sections"]) > 2
    assert fields_of(manager["layout"]) == [["name", "owner_id"]]
    assert manager["layouts"] == []
    (renewal,) = seller["layouts"]
    assert renewal["record_types"] == ["renewal"]
    assert renewal["highlights"] == ["record_type", "amount"]
    first, second = renewal["sections"]
    assert (first["fields"], first["required"], first["read_only"]) == (
        ["name", "amount", "code"],
        ["amount"],
        ["code"],
    )
    assert (second["collapsed"], second["visible_when"]) == (True, {"field": "stage", "op": "=", "value": "lost"})
    assert renewal["related"][0]["sort"] == [{"field": "amount", "descending": True}]
    assert renewal["related"][0]["rows"] == 3
    assert fields_of(seller["layout"]) == fields_of(admin["layout"])


def test_a_section_that_depends_on_a_hidden_field_is_not_there(world: Any) -> None:
    where = {"profile_id": str(world.ids["profile:sales"]), "object_name": "opportunity", "field_name": "stage"}
    hidden = world.person("admin").make("field_permission", **where, level="hidden")
    try:
        told = described(world.person("wangfang"))
        assert fields_of(told["layouts"][0]) == [["name", "amount", "code"]]
        assert "'stage'" not in str({key: told[key] for key in ("layout", "layouts", "record_types")})
    finally:
        world.person("admin").call("DELETE", f"/records/field_permission/{hidden}")


def test_the_field_is_a_select_like_any_other(world: Any) -> None:
    seller = world.person("wangfang")
    field = next(f for f in described(seller)["fields"] if f["name"] == "record_type")
    assert (field["type"], field["access"], field["required"]) == ("select", "edit", True)
    assert [(o["value"], o["active"]) for o in field["options"]] == [
        ("project", True),
        ("renewal", True),
        ("closed", False),
    ]
    for name, type_ in (("甲项目", "project"), ("甲续约", "renewal"), ("乙续约", "renewal")):
        seller.make("opportunity", name=name, record_type=type_, amount="5000")
    query = {
        "object": "opportunity",
        "group": ["record_type"],
        "fields": ["record_type", {"function": "count", "name": "n"}],
    }
    rows = seller.post("/query", {**query, "order": [{"field": "record_type"}]}).json()["rows"]
    assert [(row["record_type"], row["n"]) for row in rows] == [("project", 1), ("renewal", 2)]
    query = {"object": "opportunity", "fields": ["name"], "filter": {"field": "record_type", "value": "project"}}
    assert [row["name"] for row in seller.post("/query", query).json()["rows"]] == ["甲项目"]


def test_a_profile_says_which_types_may_be_created_and_which_is_chosen(world: Any) -> None:
    seller = world.person("wangfang")
    told = described(seller)
    assert {t["name"]: t["creatable"] for t in told["record_types"]} == {
        "project": True,
        "renewal": True,
        "closed": False,
    }
    assert told["preselected_type"] == "project"
    chosen = permit(world, "sales", "renewal", preselected=True)
    made = seller.post("/records/opportunity", {"values": {"name": "丙", "amount": "5000"}}).json()["record"]
    assert (made["record_type"], made["stage"]) == ("renewal", "negotiation")
    closed = permit(world, "sales", "project", may_create=False)
    told = described(seller)
    assert {t["name"] for t in told["record_types"] if t["creatable"]} == {"renewal"}
    assert (told["preselected_type"], "create" in told["actions"]) == ("renewal", True)
    refused = seller.post("/records/opportunity", {"values": {"name": "丁", "record_type": "project"}})
    assert (refused.status_code, [p["code"] for p in refused.json()["problems"]]) == (422, ["record_type.not_yours"])
    # The manager's profile says nothing: their types are all open, and reading is not restricted.
    assert world.person("liqiang").post("/records/opportunity", {"values": {"name": "戊"}}).status_code == 201
    nothing = permit(world, "sales", "renewal2", may_create=False)
    forget(world, chosen)
    both = permit(world, "sales", "renewal", may_create=False)
    assert "create" not in described(seller)["actions"]
    for permission in (closed, nothing, both):
        forget(world, permission)
    assert described(seller)["preselected_type"] == "project"


def test_the_most_permissive_of_several_profiles_holds(world: Any) -> None:
    seller, admin = world.person("wangfang"), world.person("admin")
    closed = permit(world, "sales", "renewal", may_create=False)
    held = admin.make("user_profile", user_id=str(seller.id), profile_id=str(world.ids["profile:sales_manager"]))
    assert {t["name"] for t in described(seller)["record_types"] if t["creatable"]} == {"project", "renewal"}
    admin.call("DELETE", f"/records/user_profile/{held}")
    forget(world, closed)


def test_the_object_says_what_stands_beside_names_and_each_reader_sees_their_part(world: Any) -> None:
    seller, admin = world.person("wangfang"), world.person("admin")
    account = seller.make("account", name="金鼎")
    seller.make("opportunity", name="瞭望塔", account_id=account, amount="120000.00", close_date="2026-03-09")
    assert described(seller)["columns"]["list"] == ["name", "record_type", "account.name"]
    (row,) = seller.get("/lookup/opportunity", params={"q": "瞭望塔"}).json()["rows"]
    assert row["detail"] == "金鼎 · 初步接洽 · 2026-03-09"
    (hit,) = [h for h in seller.get("/search", params={"q": "瞭望塔"}).json()["hits"] if h["object"] == "opportunity"]
    assert hit["detail"] == "金鼎 · ¥120,000.00"
    where = {"profile_id": str(world.ids["profile:sales"]), "object_name": "opportunity", "field_name": "amount"}
    hidden = admin.make("field_permission", **where, level="hidden")
    (hit,) = [h for h in seller.get("/search", params={"q": "瞭望塔"}).json()["hits"] if h["object"] == "opportunity"]
    assert hit["detail"] == "金鼎"
    admin.call("DELETE", f"/records/field_permission/{hidden}")
