"""Roll-ups through the API: made on a screen, described, filled in, and hidden with what they are made of."""

from typing import Any

import pytest

from dougong.records.summaries.filling import fill_all
from tests.http.conftest import Person, World

SUMMARY = {"object": "opportunity", "field": "account_id", "function": "max", "of": "close_date"}


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


def define(admin: Person, name: str, body: dict[str, Any] | None) -> Any:
    changes = [{"object": "account", "field": name, "body": body}]
    return admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": changes})


def described(person: Person, name: str) -> dict[str, Any] | None:
    objects = person.get("/metadata").json()["objects"]
    (account,) = (one for one in objects if one["name"] == "account")
    return next((field for field in account["fields"] if field["name"] == name), None)


def test_a_roll_up_is_described_as_calculating_until_it_is_filled_in(world: World, admin: Person) -> None:
    label = {"zh": "最后结单", "en": "Last close"}
    admin.make("account", name="有记录才要计算")
    answer = define(admin, "last_close", {"type": "date", "label": label, "summary": SUMMARY})
    assert answer.status_code == 200, answer.text
    found = described(admin, "last_close")
    assert found is not None
    assert (found["access"], found["calculating"]) == ("read", True)
    assert found["summary"] == {**SUMMARY, "where": None}
    fill_all(world.database)
    found = described(admin, "last_close")
    assert found is not None
    assert not found["calculating"]
    states = admin.get("/metadata/summaries").json()["summaries"]
    (state,) = (s for s in states if s["field"] == "last_close")
    assert (state["complete"], state["done"] == state["total"]) == (True, True)
    assert admin.post("/metadata/summaries/account/last_close/recalculate", {}).status_code == 204
    found = described(admin, "last_close")
    assert found is not None
    assert found["calculating"]
    fill_all(world.database)
    assert define(admin, "last_close", None).status_code == 200
    assert described(admin, "last_close") is None


def test_what_can_be_rolled_up_is_offered_with_the_types_it_takes(admin: Person) -> None:
    children = admin.get("/metadata/summaries/choices/account").json()["children"]
    found = {(child["object"], child["field"]): child for child in children}
    assert {("opportunity", "account_id"), ("account", "parent_id"), ("activity", "related_id")} <= set(found)
    fields = {field["name"]: field for field in found["opportunity", "account_id"]["fields"]}
    assert fields["amount"]["results"]["average"] == ["currency"]
    assert fields["close_date"]["results"] == {"sum": [], "min": ["date"], "max": ["date"], "average": []}
    assert "stage" not in fields
    assert "created_at" in fields


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "integer", "summary": {**SUMMARY}}, "metadata.summary_type"),
        ({"type": "date", "summary": {**SUMMARY, "of": "stage"}}, "metadata.summary_of_type"),
        ({"type": "date", "summary": {**SUMMARY, "function": "count"}}, "metadata.summary_of"),
        ({"type": "date", "required": True, "summary": SUMMARY}, "metadata.summary_setting"),
        ({"type": "date", "summary": {**SUMMARY, "object": "product"}}, "metadata.no_such_field"),
        ({"type": "date", "summary": {**SUMMARY, "field": "owner_id"}}, "metadata.no_such_field"),
        (
            {"type": "date", "summary": {**SUMMARY, "where": {"field": "account.name", "op": "=", "value": "x"}}},
            "metadata.summary_elsewhere",
        ),
        (
            {"type": "date", "summary": {**SUMMARY, "where": {"field": "line_amount", "op": ">", "value": "1"}}},
            "metadata.summary_elsewhere",
        ),
        (
            {
                "type": "date",
                "summary": {**SUMMARY, "where": {"field": "close_date", "op": "=", "value": {"relative": "TODAY"}}},
            },
            "metadata.summary_relative",
        ),
        (
            {"type": "date", "summary": {**SUMMARY, "where": {"field": "amount", "op": ">", "value": "much"}}},
            "expressions.value_number",
        ),
        (
            {
                "type": "currency",
                "summary": {"object": "account", "field": "parent_id", "function": "sum", "of": "last_close"},
            },
            "metadata.summary_cycle",
        ),
    ],
)
def test_a_roll_up_that_makes_no_sense_is_refused(admin: Person, body: dict[str, Any], code: str) -> None:
    label = {"zh": "最后结单", "en": "Last close"}
    changes = [{"object": "account", "field": "last_close", "body": {"label": label, **body}}]
    answer = admin.post("/metadata/changes", {"version": None, "dry_run": True, "changes": changes}).json()
    assert code in [problem["code"] for problem in answer["problems"]], answer


def test_roll_ups_are_managed_by_administrators(world: World) -> None:
    seller = world.person("wangfang")
    for answer in (
        seller.get("/metadata/summaries"),
        seller.get("/metadata/summaries/choices/account"),
        seller.post("/metadata/summaries/account/won_amount/recalculate", {}),
    ):
        assert answer.status_code == 403
