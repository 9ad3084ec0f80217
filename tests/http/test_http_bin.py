"""What an administrator does to objects and fields in use: disable, delete with what uses them, restore, throw away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.metadata.bin import KEPT_DAYS
from dougong.metadata.registry import load_registry
from dougong.records.housekeeping import housekeeping_task
from dougong.records.summaries.filling import fill_all
from dougong.storage.checkup import State, check_database
from dougong.storage.schema import deleted_definition
from tests.http.conftest import Person, World

LABEL = {"zh": "标签", "en": "Tag"}


def change(person: Person, *changes: dict[str, Any], **options: Any) -> Any:
    return person.post("/metadata/changes", {"changes": list(changes), **options})


def done(person: Person, *changes: dict[str, Any], **options: Any) -> Any:
    answer = change(person, *changes, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def field(name: str, object_name: str, **body: Any) -> dict[str, Any]:
    return {"object": object_name, "field": name, "body": {"label": LABEL, **body}}


def gone(name: str, object_name: str) -> dict[str, Any]:
    return {"object": object_name, "field": name, "body": None}


def make_object(admin: Person, name: str, *fields: dict[str, Any]) -> None:
    settings = {"label": LABEL, "plural": LABEL, "name_field": "name", "navigation": 700, "icon": "ToolOutlined"}
    done(admin, {"object": name, "body": settings}, field("name", name, type="text", required=True), *fields)


def codes(answer: Any) -> set[str]:
    return {problem["code"] for problem in answer.json()["problems"]}


def definition(person: Person, name: str) -> Mapping[str, Any]:
    body: Mapping[str, Any] = person.get(f"/metadata/definitions/objects/{name}").json()["body"]
    return body


def names(person: Person, name: str) -> list[str]:
    return [one["name"] for one in definition(person, name)["fields"]]


def values(person: Person, object_name: str, id: str) -> Mapping[str, Any]:
    record: Mapping[str, Any] = person.get(f"/records/{object_name}/{id}").json()["record"]
    return record


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


def test_a_field_out_of_use_is_nowhere_and_its_values_stay(admin: Person) -> None:
    make_object(admin, "tool", field("weight", "tool", type="integer", required=True))
    id = admin.make("tool", name="锤", weight=3)
    weight = next(one for one in definition(admin, "tool")["fields"] if one["name"] == "weight")
    done(admin, {"object": "tool", "field": "weight", "body": {**weight, "active": False}})
    assert "weight" not in values(admin, "tool", id)
    shown = next(o for o in admin.get("/metadata").json()["objects"] if o["name"] == "tool")
    assert "weight" not in [one["name"] for one in shown["fields"]]
    filtered = admin.post("/query", {"object": "tool", "filter": {"field": "weight", "op": "=", "value": 3}})
    assert filtered.status_code == 400
    refused = admin.post("/records/tool", {"values": {"name": "钳", "weight": 1}})
    assert codes(refused) == {"record.unknown_field"}
    admin.make("tool", name="锯")  # what nobody can fill is asked of nobody
    done(admin, {"object": "tool", "field": "weight", "body": weight})
    assert values(admin, "tool", id)["weight"] == 3


def test_a_part_of_the_object_is_not_disabled(admin: Person) -> None:
    for object_name, name, code in (
        ("opportunity", "stage", "metadata.part_inactive"),
        ("user", "login", "plan.needed_active"),
    ):
        body = next(one for one in definition(admin, object_name)["fields"] if one["name"] == name)
        refused = change(admin, {"object": object_name, "field": name, "body": {**body, "active": False}})
        assert (refused.status_code, codes(refused)) == (422, {code})


def test_an_object_out_of_use_is_read_and_not_written(world: World, admin: Person) -> None:
    make_object(admin, "gadget", field("kind", "gadget", type="text", searchable=True))
    id = admin.make("gadget", name="独一无二的小玩意")
    assert [hit["id"] for hit in admin.get("/search?q=独一无二的小玩意").json()["hits"]] == [id]
    done(admin, {"object": "gadget", "body": {"active": False}})
    assert "gadget" not in [o["name"] for o in admin.get("/metadata").json()["objects"]]
    assert admin.get("/search?q=独一无二的小玩意").json()["hits"] == []
    assert values(admin, "gadget", id)["name"] == "独一无二的小玩意"
    for answer in (
        admin.post("/records/gadget", {"values": {"name": "x"}}),
        admin.call("PATCH", f"/records/gadget/{id}", {"values": {"name": "x"}}),
        admin.call("DELETE", f"/records/gadget/{id}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "access.object_disabled")
    done(admin, {"object": "gadget", "body": {"active": None}})
    admin.make("gadget", name="又能用了")
    needed = change(admin, {"object": "profile", "body": {"active": False}})
    assert codes(needed) == {"plan.needed_active"}


def test_what_uses_a_field_is_told_by_definition_and_by_record(admin: Person) -> None:
    uses = admin.get("/metadata/definitions/objects/account/uses").json()
    level = {(use["kind"], use["object"]) for use in uses["fields"]["level"]}
    assert {("section", "account"), ("list_view", "list_view")} <= level
    kinds = {(use["kind"], use["removable"]) for use in uses["fields"]["name"]}
    assert ("name_field", False) in kinds
    assert {use["object"] for use in uses["object"] if use["kind"] == "lookup"} >= {"contact", "opportunity"}


def test_layouts_types_columns_and_buttons_are_uses_as_well(admin: Person) -> None:
    options = [{"value": v, "label": {"zh": v, "en": v}} for v in ("x", "y")]
    make_object(
        admin,
        "fixture",
        field("state", "fixture", type="select", options=options),
        field("note", "fixture", type="text"),
    )
    layout = {"sections": [{"label": LABEL, "fields": ["name", "state"]}]}
    arranged = {
        "record_types": [
            {"name": "a", "label": LABEL, "default": True, "options": {"state": ["x"]}, "defaults": {"state": "x"}},
            {"name": "b", "label": LABEL},
        ],
        "layouts": [{"name": "for_b", "label": LABEL, "for": {"record_types": ["b"]}, **layout}],
        "columns": {"list": ["name", "state"]},
        "buttons": [{"name": "set", "label": LABEL, "kind": "update", "values": {"note": "!"}}],
    }
    done(admin, {"object": "fixture", "body": arranged})
    tried = change(admin, gone("state", "fixture"), dry_run=True)
    assert {use["kind"] for use in tried.json()["uses"]} == {"section", "record_type", "column"}
    done(admin, gone("state", "fixture"), remove_uses=True)
    left = definition(admin, "fixture")
    assert left["columns"] == {"list": ["name"]}
    assert [sorted(one) for one in left["record_types"]] == [["default", "label", "name"], ["label", "name"]]
    assert left["layouts"][0]["sections"] == [{"label": LABEL, "fields": ["name"]}]
    # What a button sets is for somebody to decide.
    stuck = change(admin, gone("note", "fixture"), dry_run=True, remove_uses=True)
    assert codes(stuck) == {"uses.fixed"}


def test_a_used_field_is_deleted_only_with_what_uses_it_and_comes_back(world: World, admin: Person) -> None:
    make_object(admin, "asset", field("state", "asset", type="text", indexed=True), field("code", "asset", type="text"))
    sections = [{"label": LABEL, "fields": ["name", "state", "code"]}]
    done(admin, {"object": "asset", "body": {"layout": {"sections": sections, "highlights": ["state"]}}})
    view = admin.make(
        "list_view",
        name="资产",
        object_name="asset",
        kind="list",
        shared=True,
        columns='["name", "state"]',
        filter='{"and": [{"field": "state", "op": "=", "value": "x"}, {"field": "name", "op": "=", "value": "y"}]}',
        sort='[{"field": "state", "descending": false}]',
    )
    admin.make("field_permission", profile_id=str(world.ids["profile:sales"]), object_name="asset",
               field_name="state", level="read")  # fmt: skip
    id = admin.make("asset", name="一", state="好")

    tried = change(admin, gone("state", "asset"), dry_run=True)
    assert codes(tried) == {"uses.in_use"}
    assert {use["kind"] for use in tried.json()["uses"]} == {"section", "highlight", "list_view", "field_permission"}
    assert change(admin, gone("state", "asset")).status_code == 422
    assert change(admin, gone("state", "asset"), dry_run=True, remove_uses=True).json()["problems"] == []
    assert "state" in names(admin, "asset")

    done(admin, gone("state", "asset"), remove_uses=True)
    assert names(admin, "asset") == ["name", "code"]
    assert definition(admin, "asset")["layout"] == {"sections": [{"label": LABEL, "fields": ["name", "code"]}]}
    kept = values(admin, "list_view", view)
    assert (kept["columns"], kept["sort"]) == ('["name"]', "[]")
    assert kept["filter"] == '{"and": [{"field": "name", "op": "=", "value": "y"}]}'
    permissions = {"object": "field_permission", "filter": {"field": "object_name", "op": "=", "value": "asset"}}
    assert admin.post("/query", permissions).json()["rows"] == []

    # The name is free meanwhile, for something of another type, and what was deleted waits until it is free again.
    done(admin, field("state", "asset", type="integer"))
    entry = admin.get("/metadata/bin").json()["entries"][0]
    assert (entry["object"], entry["field"], entry["filled"]) == ("asset", "state", 1)
    taken = admin.post(f"/metadata/bin/{entry['id']}/restore")
    assert (taken.status_code, taken.json()["code"]) == (409, "bin.name_taken")
    done(admin, gone("state", "asset"))
    assert admin.post(f"/metadata/bin/{entry['id']}/restore").status_code == 200
    assert values(admin, "asset", id)["state"] == "好"
    assert "state" in definition(admin, "asset")["layout"]["sections"][0]["fields"]
    assert len(admin.post("/query", permissions).json()["rows"]) == 1
    assert admin.post(f"/metadata/bin/{entry['id']}/restore").status_code == 404


def test_a_filter_that_would_turn_into_another_meaning_keeps_its_field(admin: Person) -> None:
    make_object(admin, "crate", field("size", "crate", type="integer"))
    either = '{"or": [{"field": "size", "op": "=", "value": 1}, {"field": "name", "op": "=", "value": "y"}]}'
    admin.make("list_view", name="箱", object_name="crate", kind="list", shared=True, columns='["name"]', filter=either)
    refused = change(admin, gone("size", "crate"), remove_uses=True)
    assert (refused.status_code, codes(refused)) == (422, {"uses.fixed"})


def test_the_name_of_a_record_is_not_deleted(admin: Person) -> None:
    make_object(admin, "shelf")
    assert codes(change(admin, gone("name", "shelf"), remove_uses=True, dry_run=True)) == {"uses.fixed"}


def test_a_deleted_object_comes_back_with_its_records_numbers_and_rights(world: World, admin: Person) -> None:
    number = field("number", "ticket", type="auto_number", format="T-{0000}")
    make_object(admin, "ticket", number, field("old", "ticket", type="text"))
    done(admin, field("ticket_id", "contact", type="lookup", target="ticket"))
    grant = {"profile_id": str(world.ids["profile:sales"]), "object": "ticket", "actions": ["read", "create", "update"]}
    done(admin, field("more", "ticket", type="text"), grants=[grant])
    id = admin.make("ticket", name="一", old="旧")
    done(admin, gone("old", "ticket"))
    seller = world.person("wangfang")
    assert seller.post("/records/ticket", {"values": {"name": "二"}}).status_code == 201

    assert codes(change(admin, {"object": "ticket", "body": None})) == {"uses.in_use"}
    tried = change(admin, {"object": "ticket", "body": None}, remove_uses=True, dry_run=True).json()
    told = {(step["act"], step["name"], step["touched"]) for step in tried["steps"]}
    assert {("remove", "ticket", 2), ("remove", "contact.ticket_id", 0)} <= told
    done(admin, {"object": "ticket", "body": None}, remove_uses=True)
    assert "ticket_id" not in names(admin, "contact")
    assert seller.get(f"/records/ticket/{id}").status_code in {400, 403, 404}

    make_object(admin, "ticket")  # another one of the same name, with a table and indexes of the same names
    done(admin, {"object": "ticket", "body": None})
    entries = admin.get("/metadata/bin").json()["entries"]
    first = [e for e in entries if e["object"] == "ticket" and e["field"] is None][-1]
    assert first["filled"] == 2
    restored = admin.post(f"/metadata/bin/{first['id']}/restore")
    assert restored.status_code == 200, restored.text
    assert values(admin, "ticket", id)["number"] == "T-0001"
    third = seller.post("/records/ticket", {"values": {"name": "三"}})
    assert third.status_code == 201
    assert values(admin, "ticket", third.json()["id"])["number"] == "T-0003"
    old = next(
        e for e in admin.get("/metadata/bin").json()["entries"] if (e["object"], e["field"]) == ("ticket", "old")
    )
    assert admin.post(f"/metadata/bin/{old['id']}/restore").status_code == 200
    assert values(admin, "ticket", id)["old"] == "旧"


def test_after_thirty_days_it_is_thrown_away_and_the_doctor_is_content(world: World, admin: Person) -> None:
    make_object(admin, "relic", field("dust", "relic", type="text"), field("rust", "relic", type="text"))
    admin.make("relic", name="一", dust="灰", rust="锈")
    done(admin, gone("dust", "relic"))
    done(admin, gone("rust", "relic"))
    with world.database.transaction() as tx:
        earlier = now() - timedelta(days=KEPT_DAYS, minutes=1)
        old = sa.update(deleted_definition).where(deleted_definition.c.field == "dust").values(deleted_at=earlier)
        tx.execute(old)
    housekeeping_task(world.database).run()
    left = {e["field"] for e in admin.get("/metadata/bin").json()["entries"] if e["object"] == "relic"}
    assert left == {"rust"}

    done(admin, {"object": "relic", "body": None})
    findings = {c.code: c.state for c in check_database(world.database.url, None)}
    assert findings["doctor.search_orphans"] is State.GOOD
    entry = admin.get("/metadata/bin").json()["entries"][0]
    assert (entry["object"], entry["field"]) == ("relic", None)
    assert admin.call("DELETE", f"/metadata/bin/{entry['id']}").status_code == 204
    assert [e for e in admin.get("/metadata/bin").json()["entries"] if e["object"] == "relic"] == []
    with world.database.snapshot() as snapshot:
        schemas = sa.inspect(snapshot.connection).get_schema_names()
        assert f"gone_{entry['id']}" not in schemas
        assert "relic" not in load_registry(snapshot).objects


def test_the_bin_is_the_administrators(world: World) -> None:
    seller = world.person("wangfang")
    for method, path in (("GET", "/metadata/bin"), ("POST", "/metadata/bin/1/restore"), ("DELETE", "/metadata/bin/1")):
        assert seller.call(method, path).json()["code"] == "session.administrator_required"


def test_a_field_comes_back_to_where_it_stood(admin: Person) -> None:
    options = [{"value": v, "label": {"zh": v, "en": v}} for v in ("x", "y")]
    more = [field(name, "rack", type="text") for name in ("made", "place", "note")]
    make_object(admin, "rack", field("state", "rack", type="select", options=options), *more)
    first, second, alone = (
        {"label": {"zh": zh, "en": zh}, "fields": fields}
        for zh, fields in (
            ("一", ["name", "made"]),
            ("二", ["place", {"name": "state", "required": True}, "note"]),
            ("三", [{"name": "state", "read_only": True}]),
        )
    )
    arranged = {
        "layout": {"highlights": ["made", "state", "place"], "sections": [first, second]},
        "layouts": [{"name": "for_b", "label": LABEL, "for": {"record_types": ["b"]}, "sections": [first, alone]}],
        "columns": {"list": ["name", "state", "made"]},
        "record_types": [
            {"name": "a", "label": LABEL, "default": True, "options": {"state": ["x"]}, "defaults": {"state": "x"}},
            {"name": "b", "label": LABEL},
        ],
    }
    done(admin, {"object": "rack", "body": arranged})
    before = definition(admin, "rack")
    done(admin, gone("state", "rack"), gone("note", "rack"), remove_uses=True)
    # What is done to the page meanwhile stays as it is; what went with it and is still gone is not brought along.
    moved = definition(admin, "rack")["layout"]
    moved["sections"][0]["fields"] = ["made", "name"]
    done(admin, {"object": "rack", "body": {"layout": moved}})
    entry = next(
        e for e in admin.get("/metadata/bin").json()["entries"] if (e["object"], e["field"]) == ("rack", "state")
    )
    assert admin.post(f"/metadata/bin/{entry['id']}/restore").status_code == 200
    now = definition(admin, "rack")
    assert [one["name"] for one in now["fields"]] == ["name", "state", "made", "place"]
    assert now["layout"]["sections"] == [
        {**first, "fields": ["made", "name"]},
        {**second, "fields": ["place", {"name": "state", "required": True}]},
    ]
    assert now["layout"]["highlights"] == ["made", "state", "place"]
    assert (now["layouts"], now["columns"]) == (before["layouts"], before["columns"])
    assert now["record_types"] == before["record_types"]


def test_a_field_whose_section_is_gone_comes_back_to_the_first(admin: Person) -> None:
    make_object(admin, "bench", field("wood", "bench", type="text"), field("size", "bench", type="text"))
    first, second = (
        {"label": {"zh": zh, "en": zh}, "fields": fields} for zh, fields in (("一", ["name"]), ("二", ["size", "wood"]))
    )
    done(admin, {"object": "bench", "body": {"layout": {"sections": [first, second]}}})
    done(admin, gone("wood", "bench"), remove_uses=True)
    done(admin, {"object": "bench", "body": {"layout": {"sections": [first]}}})
    entry = admin.get("/metadata/bin").json()["entries"][0]
    assert admin.post(f"/metadata/bin/{entry['id']}/restore").status_code == 200
    assert definition(admin, "bench")["layout"]["sections"] == [{**first, "fields": ["name", "wood"]}]


def rolled_up(object_name: str) -> dict[str, Any]:
    count = {"object": "bolt", "field": f"{object_name}_id", "function": "count"}
    return field("bolts", object_name, type="integer", summary=count)


def test_a_roll_up_comes_back_blank_and_is_calculated_anew(world: World, admin: Person) -> None:
    make_object(admin, "frame")
    make_object(admin, "bolt", field("frame_id", "bolt", type="lookup", target="frame"))
    done(admin, rolled_up("frame"))
    id = admin.make("frame", name="一")
    admin.make("bolt", name="甲", frame_id=id)
    assert values(admin, "frame", id)["bolts"] == 1
    done(admin, gone("bolts", "frame"))
    admin.make("bolt", name="乙", frame_id=id)
    entry = admin.get("/metadata/bin").json()["entries"][0]
    assert admin.post(f"/metadata/bin/{entry['id']}/restore").status_code == 200
    assert values(admin, "frame", id)["bolts"] is None
    fill_all(world.database)
    assert values(admin, "frame", id)["bolts"] == 2


def test_an_object_with_a_roll_up_comes_back_with_the_lookups_that_make_it(world: World, admin: Person) -> None:
    make_object(admin, "frame2")
    if "bolt" not in {one["name"] for one in admin.get("/metadata").json()["objects"]}:
        make_object(admin, "bolt")
    done(admin, field("frame2_id", "bolt", type="lookup", target="frame2"), rolled_up("frame2"))
    id = admin.make("frame2", name="一")
    bolt = admin.make("bolt", name="甲", frame2_id=id)
    done(admin, {"object": "frame2", "body": None}, remove_uses=True)
    entry = next(e for e in admin.get("/metadata/bin").json()["entries"] if e["object"] == "frame2")
    answer = admin.post(f"/metadata/bin/{entry['id']}/restore")
    assert answer.status_code == 200, answer.text
    assert values(admin, "bolt", bolt)["frame2_id"] == id
    assert values(admin, "frame2", id)["bolts"] is None  # until it is calculated
    assert "frame2" not in {e["object"] for e in admin.get("/metadata/bin").json()["entries"]}
    admin.make("bolt", name="乙", frame2_id=id)
    assert values(admin, "frame2", id)["bolts"] == 2
