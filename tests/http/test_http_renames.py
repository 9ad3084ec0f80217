"""Settings that name fields and stages follow renames, tell that they use them, and let go of what is deleted."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def admin(world: Any) -> Any:
    return world.person("admin")


def define(admin: Any, **change: Any) -> None:
    answer = admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": [change]})
    assert answer.status_code == 200, answer.text


def text_field(name: str) -> dict[str, Any]:
    return {"name": name, "type": "text", "length": 80, "label": {"zh": "竞品", "en": "Rival"}}


def rows(admin: Any, obj: str, fields: list[str], **where: str) -> list[dict[str, Any]]:
    conditions = [{"field": name, "op": "=", "value": value} for name, value in where.items()]
    found = admin.post("/query", {"object": obj, "fields": fields, "filter": {"and": conditions}}).json()["rows"]
    return list(found)


def rule_of(admin: Any, stage: str) -> dict[str, Any]:
    fields = ["required_fields", "required_on_leaving"]
    (found,) = rows(admin, "stage_rule", fields, object_name="opportunity", record_type="*", stage=stage)
    return found


def given(admin: Any, obj: str, record: str, **values: Any) -> None:
    answer = admin.call("PATCH", f"/records/{obj}/{record}", {"values": values})
    assert answer.status_code == 200, answer.text


def used_by(admin: Any, obj: str, field: str) -> set[str]:
    fields = admin.get(f"/metadata/definitions/objects/{obj}/uses").json()["fields"]
    return {use["object"] for use in fields.get(field, [])}


def test_a_field_that_a_stage_asks_for_is_renamed_in_its_rule_used_and_taken_out(admin: Any) -> None:
    define(admin, object="opportunity", field="rival", body=text_field("rival"))
    rule = rule_of(admin, "proposal")
    before = rule["required_fields"]
    asked = ",".join(filter(None, [before, "rival"]))
    given(admin, "stage_rule", rule["id"], required_fields=asked, required_on_leaving="rival, amount")
    define(admin, object="opportunity", field="rival", body=text_field("opponent"))
    after = rule_of(admin, "proposal")
    assert after["required_fields"].split(",")[-1] == "opponent"
    assert after["required_on_leaving"] == "opponent, amount"
    deal = admin.make("opportunity", name="改名之后", amount="1", close_date="2027-01-31")
    refused = admin.call("PATCH", f"/records/opportunity/{deal}", {"values": {"stage": "proposal"}})
    assert ("stage.field_required", "opponent") in [(p["code"], p["field"]) for p in refused.json()["problems"]]
    assert "stage_rule" in used_by(admin, "opportunity", "opponent")
    gone = {"object": "opportunity", "field": "opponent", "body": None}
    body = {"version": None, "dry_run": False, "changes": [gone], "remove_uses": True}
    answer = admin.post("/metadata/changes", body)
    assert answer.status_code == 200, answer.text
    assert rule_of(admin, "proposal")["required_fields"] == before
    assert rule_of(admin, "proposal")["required_on_leaving"] == "amount"


def test_a_stage_that_is_renamed_keeps_its_rule_its_tasks_and_what_is_ticked(admin: Any) -> None:
    body = {"object_name": "opportunity", "stage": "negotiation", "name": "法务审核", "mandatory": True}
    task = admin.make("stage_task", **body)
    deal = admin.make("opportunity", name="老阶段", amount="1", close_date="2027-01-31", stage="negotiation")
    admin.make("stage_check", record_id={"object": "opportunity", "id": deal}, stage="negotiation", task="法务审核")
    rule = rule_of(admin, "negotiation")["id"]
    stages = admin.get("/metadata/definitions/option_sets/opportunity_stage").json()["body"]
    options = [
        {**one, "value": "bargaining", "id": "negotiation"} if one["value"] == "negotiation" else one
        for one in stages["options"]
    ]
    define(admin, option_set="opportunity_stage", body={**stages, "options": options})
    assert admin.get(f"/records/opportunity/{deal}").json()["record"]["stage"] == "bargaining"
    assert rule_of(admin, "bargaining")["id"] == rule
    assert admin.get(f"/records/stage_task/{task}").json()["record"]["stage"] == "bargaining"
    # The mandatory task was ticked before: the deal moves on.
    given(admin, "opportunity", deal, stage="won", win_reason="product")


def test_a_lead_field_that_is_mapped_follows_its_name(admin: Any) -> None:
    for obj, name in (("lead", "hobby"), ("contact", "pastime")):
        define(admin, object=obj, field=name, body=text_field(name))
    line = admin.make("lead_mapping", object_name="contact", field_name="pastime", source_field="hobby")
    define(admin, object="lead", field="hobby", body=text_field("leisure"))
    define(admin, object="contact", field="pastime", body=text_field("interest"))
    found = admin.get(f"/records/lead_mapping/{line}").json()["record"]
    assert (found["source_field"], found["field_name"]) == ("leisure", "interest")
    lead = admin.make("lead", name="周敏", company_name="宁波海曙精工", mobile="13800138000", leisure="钓鱼")
    assert admin.get(f"/leads/{lead}/conversion").json()["values"]["contact"]["interest"] == "钓鱼"
    assert "lead_mapping" in used_by(admin, "lead", "leisure")


def test_the_condition_of_a_duplicate_rule_follows_the_field_that_it_compares(admin: Any) -> None:
    define(admin, object="account", field="nickname", body=text_field("nickname"))
    rule = admin.make("duplicate_rule", key="nick", name="昵称", name_en="Nickname", object_name="account")
    values = {"rule_id": rule, "object_name": "account", "field_name": "name", "match": "exact"}
    line = admin.make("duplicate_condition", **values, compared_object="account", compared_field="nickname")
    define(admin, object="account", field="nickname", body=text_field("byname"))
    found = admin.get(f"/records/duplicate_condition/{line}").json()["record"]
    assert (found["field_name"], found["compared_field"]) == ("name", "byname")


def test_undoing_a_conversion_finds_the_status_that_was_renamed_meanwhile(admin: Any) -> None:
    lead = admin.make("lead", name="周敏", company_name="台州玉环阀门", mobile="13800138001", status="contacted")
    wish = {"account": {"values": {}}, "contact": {"values": {}}, "opportunity": None}
    done = admin.post(f"/records/lead/{lead}/actions/convert", {"params": wish})
    assert done.status_code == 200, done.text
    body = admin.get("/metadata/definitions/objects/lead").json()["body"]
    status = next(one for one in body["fields"] if one["name"] == "status")
    status["options"] = [
        {**one, "value": "called", "id": "contacted"} if one["value"] == "contacted" else one
        for one in status["options"]
    ]
    define(admin, object="lead", field="status", body=status)
    assert admin.post(f"/records/lead/{lead}/actions/undo_conversion", {"params": {}}).status_code == 200
    assert admin.get(f"/records/lead/{lead}").json()["record"]["status"] == "new"
