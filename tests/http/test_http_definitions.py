"""Definitions changed through the API: tried out, applied, refused, and in force for the next request elsewhere."""

from typing import Any

import pytest
import sqlalchemy as sa

from dougong.http.app import create_app
from dougong.http.settings import Settings
from dougong.storage.schema import audit
from dougong.storage.sealing import Sealer, new_key
from tests.http.conftest import Person, World

LABEL = {"zh": "等级", "en": "Grade"}


def change(person: Person, *changes: dict[str, Any], dry_run: bool = False, version: int | None = None) -> Any:
    body = {"version": version, "dry_run": dry_run, "changes": list(changes)}
    return person.post("/metadata/changes", body)


def field(name: str, object_name: str = "account", after: str | None = None, **body: Any) -> dict[str, Any]:
    return {"object": object_name, "field": name, "body": {"label": LABEL, **body}, "after": after}


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


def fields_of(person: Person, name: str) -> list[str]:
    return [one["name"] for one in person.get(f"/metadata/definitions/objects/{name}").json()["body"]["fields"]]


def test_a_dry_run_changes_nothing(admin: Person) -> None:
    before = admin.get("/metadata/definitions/objects/account").json()
    answer = change(admin, field("grade", type="text"), dry_run=True)
    assert answer.status_code == 200, answer.text
    assert [(s["act"], s["thing"], s["name"]) for s in answer.json()["steps"]] == [
        ("change", "object", "account"),
        ("add", "field", "account.grade"),
    ]
    assert admin.get("/metadata/definitions/objects/account").json() == before


def test_a_field_is_in_force_in_another_process_with_the_next_request(world: World, admin: Person) -> None:
    other = World(create_app(Settings(world.database, Sealer(new_key()))), world.database, world.registry, world.ids)
    elsewhere = other.sign_in("admin")
    assert "rating_two" not in fields_of(elsewhere, "account")
    answer = change(admin, field("rating_two", type="integer", after="name"))
    assert answer.status_code == 200, answer.text
    id = elsewhere.make("account", name="跨进程", rating_two=7)
    body = {"object": "account", "fields": ["rating_two"], "filter": {"field": "rating_two", "op": "=", "value": 7}}
    assert [row["id"] for row in elsewhere.post("/query", body).json()["rows"]] == [id]
    names = fields_of(elsewhere, "account")
    assert names.index("rating_two") == names.index("name") + 1


def test_the_change_is_audited_as_the_administrators(world: World, admin: Person) -> None:
    assert change(admin, field("noted", type="text")).status_code == 200
    with world.database.snapshot() as snapshot:
        row = snapshot.rows(sa.select(audit).order_by(audit.c.id.desc()).limit(1))[0]
    assert (row.event, row.actor_id, row.object_name) == ("define", admin.id, "account")
    assert "Grade" in row.subject_en


def test_an_object_comes_into_being_and_goes(admin: Person) -> None:
    made = change(
        admin,
        {"object": "machine", "body": {"label": LABEL, "plural": LABEL, "name_field": "name", "navigation": 900}},
        field("name", "machine", type="text", required=True),
        field("weight", "machine", type="decimal", scale=2),
    )
    assert made.status_code == 200, made.text
    id = admin.make("machine", name="一号", weight="3.25")
    assert admin.get(f"/records/machine/{id}").json()["record"]["weight"] == "3.25"
    listed = {o["name"]: o for o in admin.get("/metadata/definitions/objects").json()["objects"]}
    assert (listed["machine"]["package"], listed["machine"]["records"]) == (None, 1)
    assert listed["account"]["package"] == "standard"
    tried = change(admin, {"object": "machine", "body": None}, dry_run=True).json()
    assert [(s["act"], s["touched"], s["risky"]) for s in tried["steps"]] == [("remove", 1, True)]
    assert change(admin, {"object": "machine", "body": None}).status_code == 200
    assert admin.get("/metadata/definitions/objects/machine").status_code == 404


def test_settings_not_given_stay_and_null_goes_back_to_the_default(admin: Person) -> None:
    body = {"object": "contact", "body": {"activities": None}}
    before = admin.get("/metadata/definitions/objects/contact").json()["body"]
    assert before["activities"] is True
    assert change(admin, body).status_code == 200
    after = admin.get("/metadata/definitions/objects/contact").json()["body"]
    assert after == {key: value for key, value in before.items() if key != "activities"}


def test_fields_are_put_in_order(admin: Person) -> None:
    names = fields_of(admin, "contact")
    assert change(admin, {"object": "contact", "body": {"fields": names[::-1]}}).status_code == 200
    assert fields_of(admin, "contact") == names[::-1]


def test_what_is_wrong_is_told_in_a_dry_run_and_refuses_a_change(admin: Person) -> None:
    wrong = field("bad", type="select", options=[{"value": "a b", "label": LABEL}])
    tried = change(admin, wrong, dry_run=True)
    assert (tried.status_code, codes(tried)) == (200, ["metadata.option_form"])
    refused = change(admin, wrong)
    assert (refused.status_code, codes(refused)) == (422, ["metadata.option_form"])
    unknown = change(admin, field("bad", type="text", colour="red"))
    assert (unknown.status_code, codes(unknown)) == (422, ["package.unknown_key"])
    assert change(admin, {"object": "nothing", "body": None}).json()["code"] == "metadata.no_such_object"


def test_a_change_made_from_an_older_version_is_refused(admin: Person) -> None:
    version = admin.get("/metadata/definitions/objects").json()["version"]
    assert change(admin, field("newer", type="text"), version=version).status_code == 200
    late = change(admin, field("later", type="text"), version=version)
    assert (late.status_code, late.json()["code"]) == (409, "plan.moved")


def test_option_sets_are_read_and_changed(admin: Person) -> None:
    body = {"label": LABEL, "options": [{"value": "one", "label": LABEL}]}
    assert change(admin, {"option_set": "grade", "body": body}).status_code == 200
    assert admin.get("/metadata/definitions/option_sets/grade").json()["body"] == body
    names = [one["name"] for one in admin.get("/metadata/definitions/option_sets").json()["option_sets"]]
    assert "grade" in names
    assert change(admin, {"option_set": "grade", "body": None}).status_code == 200
    assert admin.get("/metadata/definitions/option_sets/grade").status_code == 404


def test_only_administrators_read_and_change_definitions(world: World) -> None:
    seller = world.person("wangfang")
    for path in ("objects", "objects/account", "option_sets", "option_sets/grade"):
        assert seller.get(f"/metadata/definitions/{path}").json()["code"] == "session.administrator_required"
    for dry_run in (True, False):
        answer = change(seller, field("mine", type="text"), dry_run=dry_run)
        assert (answer.status_code, answer.json()["code"]) == (403, "session.administrator_required")
