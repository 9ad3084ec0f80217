"""Formulas while they are written: faults with their places, the catalogue, a try on a record; for administrators."""

import pytest

from tests.http.conftest import World

CHECK, TRY, CATALOGUE = "/formulas/check", "/formulas/try", "/formulas/catalogue"


def test_a_good_formula_says_its_type_and_what_it_uses(world: World) -> None:
    body = {"object": "opportunity", "text": "ROUND(amount * 0.05, 2)", "expects": "currency"}
    found = world.person("admin").post(CHECK, body).json()
    assert (found["valid"], found["kind"], found["errors"]) == (True, "number", [])
    assert [(one["object"], one["field"]) for one in found["references"]] == [("opportunity", "amount")]
    body = {"object": "opportunity", "text": "account.owner.name", "expects": "text"}
    found = world.person("admin").post(CHECK, body).json()
    assert {(one["object"], one["field"]) for one in found["references"]} == {
        ("opportunity", "account_id"),
        ("account", "owner_id"),
        ("user", "name"),
    }


@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        ({"text": "amount *"}, "formula.unfinished", (1, 9, 7, 1)),
        ({"text": "amuont * 2"}, "formula.unknown_field", (1, 1, 0, 6)),
        ({"text": "amount", "expects": "text"}, "formula.wrong_result", (1, 1, 0, 6)),
        ({"text": "amount", "purpose": "rule"}, "formula.wrong_result", (1, 1, 0, 6)),
        ({"text": "ISNEW()", "expects": "boolean"}, "formula.only_in_rules", (1, 1, 0, 5)),
        ({"text": '"x"', "expects": "select", "options": ["a", "b"]}, "formula.no_such_option", (1, 1, 0, 3)),
        ({"text": "probability + 1", "field": "probability"}, "formula.circle", (None, None, None, None)),
        ({"text": ""}, "formula.empty", (1, 1, 0, 0)),
    ],
)
def test_a_fault_is_an_answer_with_its_place(
    world: World, body: dict[str, object], code: str, place: tuple[int | None, ...]
) -> None:
    answer = world.person("admin").post(CHECK, {"object": "opportunity", **body})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert not found["valid"]
    fault = found["errors"][0]
    assert fault["code"] == code
    assert tuple(fault[name] for name in ("line", "column", "start", "length")) == place
    assert fault["detail"]
    assert "{" not in fault["detail"]


def test_the_catalogue_has_fields_with_steps_and_functions_with_help(world: World) -> None:
    found = world.person("admin").get(f"{CATALOGUE}?object=opportunity").json()
    fields = {one["name"]: one for one in found["fields"]}
    assert (fields["account_id"]["step"], fields["account_id"]["target"]) == ("account", "account")
    assert fields["amount"]["kind"] == "number"
    assert {one["value"] for one in fields["stage"]["options"]} >= {"won"}
    functions = {one["name"]: one for one in found["functions"]}
    assert functions["ROUND"]["signature"]["en"].startswith("ROUND(")
    assert "PRIORVALUE" not in functions
    rules = world.person("admin").get(f"{CATALOGUE}?object=opportunity&purpose=rule").json()
    assert "PRIORVALUE" in {one["name"] for one in rules["functions"]}
    of_account = {one["name"]: one for one in world.person("admin").get(f"{CATALOGUE}?object=account").json()["fields"]}
    assert "city" in of_account["address"]["parts"]


def test_a_formula_is_tried_on_a_record(world: World) -> None:
    admin = world.person("admin")
    account = admin.make("account", name="甲公司")
    made = admin.make("opportunity", name="一单", account_id=account, amount="1234.56")
    for text, kind, value in (
        ("ROUND(amount / 3, 2)", "number", "411.52"),
        ("account.name & TEXT(amount)", "text", "甲公司1234.56"),
        ("ISBLANK(amount)", "boolean", False),
        ("DATE(2024, 2, 29)", "date", "2024-02-29"),
        ("amount / 0", "number", None),
        ("account_id", "id", account),
    ):
        found = admin.post(TRY, {"object": "opportunity", "text": text, "record_id": made}).json()
        assert (found["kind"], found["value"], found["errors"]) == (kind, value, []), text
    broken = admin.post(TRY, {"object": "opportunity", "text": "amount +", "record_id": made}).json()
    assert broken["errors"][0]["code"] == "formula.unfinished"
    assert admin.post(TRY, {"object": "opportunity", "text": "1", "record_id": "1"}).status_code == 404


def test_others_do_not_write_formulas(world: World) -> None:
    seller = world.person("wangfang")
    assert seller.post(CHECK, {"object": "opportunity", "text": "1"}).status_code == 403
    assert seller.post(TRY, {"object": "opportunity", "text": "1", "record_id": "1"}).status_code == 403
    assert seller.get(f"{CATALOGUE}?object=opportunity").status_code == 403


def test_formulas_are_put_in_force_from_screens_and_used_at_once(world: World) -> None:
    admin, seller = world.person("admin"), world.person("wangfang")
    label = {"zh": "费用", "en": "Fee"}
    field = {"type": "currency", "label": label, "formula": 'IF(stage = "won", ROUND(amount * rate, 2), 0)'}
    next_step = {"type": "text", "label": label, "default_formula": '"call " & account.name'}
    rule = {
        "name": "amount_needed",
        "label": label,
        "condition": "amount > 1000000",
        "message": {"zh": "金额过大", "en": "Too large"},
        "field": "amount",
    }
    changes = [
        {"object": "opportunity", "field": "rate", "body": {"type": "percent", "label": label, "default": 5}},
        {"object": "opportunity", "field": "fee", "body": field},
        {"object": "opportunity", "field": "hint", "body": next_step},
        {"object": "opportunity", "body": {"validation_rules": [rule]}},
    ]
    body = {"version": None, "dry_run": False, "changes": changes}
    answer = admin.post("/metadata/changes", body)
    assert answer.status_code == 200, answer.text
    account = seller.make("account", name="乙公司")
    given = {"name": "二单", "account_id": account, "amount": "2000", "stage": "won"}
    defaults = seller.post("/objects/opportunity/defaults", {"values": given}).json()["values"]
    assert defaults["hint"] == "call 乙公司"
    assert "name" not in defaults
    made = seller.make("opportunity", **given)
    values = seller.get(f"/records/opportunity/{made}").json()["record"]
    assert (values["fee"], values["hint"]) == ("100.00", "call 乙公司")
    opportunity = next(o for o in seller.get("/metadata").json()["objects"] if o["name"] == "opportunity")
    fields = {one["name"]: one for one in opportunity["fields"]}
    assert (fields["fee"]["computed"], fields["fee"]["access"]) == (True, "read")
    assert fields["hint"]["computed_default"]
    refused = seller.post("/records/opportunity", {"values": {**given, "amount": "2000000"}})
    assert refused.status_code == 422
    problem = refused.json()["problems"][0]
    assert (problem["code"], problem["field"], problem["detail"]) == ("record.rule", "amount", "金额过大")
    # What a formula uses cannot be taken away.
    gone = {"version": None, "dry_run": True, "changes": [{"object": "opportunity", "field": "rate", "body": None}]}
    problems = admin.post("/metadata/changes", gone).json()["problems"]
    assert [one["code"] for one in problems] == ["uses.in_use"]
    soql = "SELECT stage, SUM(fee) total FROM opportunity WHERE fee > 1 GROUP BY stage"
    rows = seller.get("/query", params={"q": soql}).json()["rows"]
    assert rows == [{"stage": "won", "total": "100.00"}]
