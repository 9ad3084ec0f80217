"""Deals over HTTP: stages and their guard, winning, losing and reopening, lines, currencies (domain.md 2.4, 2.5)."""

from typing import Any


def deal(person: Any, **values: Any) -> str:
    return str(person.make("opportunity", **{"name": "年度采购", **values}))


def read(person: Any, record_id: str, obj: str = "opportunity") -> dict[str, Any]:
    answer = person.get(f"/records/{obj}/{record_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["record"]
    return found


def change(person: Any, record_id: str, obj: str = "opportunity", **values: Any) -> Any:
    return person.call("PATCH", f"/records/{obj}/{record_id}", {"values": values})


def changed(person: Any, record_id: str, obj: str = "opportunity", **values: Any) -> dict[str, Any]:
    answer = change(person, record_id, obj, **values)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["record"]
    return found


def problems(answer: Any) -> list[tuple[str, str | None]]:
    assert answer.status_code == 422, answer.text
    return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]


def rule(admin: Any, stage: str, **values: Any) -> Any:
    """The stage's rule of all types with other values; returns how to put it back."""
    where = {
        "and": [
            {"field": "object_name", "op": "=", "value": "opportunity"},
            {"field": "stage", "op": "=", "value": stage},
        ]
    }
    fields = ["probability", "required_fields", "required_on_leaving", "skippable", "may_go_back"]
    row = admin.post("/query", {"object": "stage_rule", "fields": fields, "filter": where}).json()["rows"][0]
    changed(admin, row["id"], "stage_rule", **values)
    before = {name: row[name] for name in values}
    return lambda: changed(admin, row["id"], "stage_rule", **before)


def stays(person: Any, record_id: str) -> list[tuple[str, str, str]]:
    body = {
        "object": "stage_stay",
        "fields": ["stage", "next_stage", "direction"],
        "filter": {"field": "opportunity_id", "op": "=", "value": record_id},
        "order": [{"field": "id"}],
    }
    return [(row["stage"], row["next_stage"], row["direction"]) for row in person.post("/query", body).json()["rows"]]


# ---------------------------------------------------------------------------------------------------------- stages


def test_a_stage_brings_probability_category_and_outcome(wang: Any) -> None:
    made = deal(wang, amount="100")
    found = read(wang, made)
    assert (found["probability"], found["forecast_category"], found["outcome"]) == ("10", "pipeline", "open")
    assert found["standard_days"] == 63
    assert found["stage_updated_at"] is not None
    found = changed(wang, made, stage="proposal")
    assert (found["probability"], found["forecast_category"]) == ("50", "best_case")
    assert changed(wang, made, stage="engaging", probability="77")["probability"] == "77"
    assert changed(wang, made, probability="33")["probability"] == "33"


def test_a_stage_asks_for_its_fields_and_for_those_of_the_stages_that_are_skipped(wang: Any, admin: Any) -> None:
    made = deal(wang)
    # 商务谈判 asks for the amount, also of who jumps over it to 赢单.
    assert problems(change(wang, made, stage="negotiation")) == [("stage.field_required", "amount")]
    back = rule(admin, "won", required_fields="close_date,win_reason")
    try:
        assert {name for _, name in problems(change(wang, made, stage="won"))} == {"amount", "close_date", "win_reason"}
    finally:
        back()
    assert read(wang, made)["stage"] == "prospecting"
    assert changed(wang, made, stage="negotiation", amount="9")["stage"] == "negotiation"


def test_the_guard_holds_for_batches_and_new_records_alike(wang: Any, admin: Any) -> None:
    ids = [deal(admin, amount="1", close_date="2026-12-31"), deal(admin)]
    body = {"object": "opportunity", "action": "update", "ids": ids, "values": {"stage": "negotiation"}}
    answer = admin.post("/batch", body)
    assert {(p["code"], p["row"]) for p in answer.json()["problems"]} == {("stage.field_required", 1)}
    answer = wang.post("/records/opportunity", {"values": {"name": "x", "stage": "lost"}})
    assert problems(answer) == [("stage.field_required", "lost_reason")]


def test_no_skipping_and_no_going_back_where_the_rules_say_so(wang: Any, admin: Any) -> None:
    made = deal(wang, amount="1", close_date="2026-12-31")
    restore = [rule(admin, "engaging", skippable=False), rule(admin, "proposal", may_go_back=False)]
    try:
        assert problems(change(wang, made, stage="proposal")) == [("stage.not_skippable", "stage")]
        assert problems(change(wang, made, stage="won")) == [("stage.not_skippable", "stage")]
        changed(wang, made, stage="engaging")
        changed(wang, made, stage="proposal")
        assert problems(change(wang, made, stage="engaging")) == [("stage.no_going_back", "stage")]
        # Losing is neither.
        assert changed(wang, made, stage="lost", lost_reason="price")["outcome"] == "lost"
    finally:
        for back in restore:
            back()


def test_what_a_stage_asks_for_on_leaving_holds_for_moving_on_only(wang: Any, admin: Any) -> None:
    made = deal(wang)
    back = rule(admin, "engaging", required_on_leaving="next_step")
    try:
        changed(wang, made, stage="engaging")
        assert problems(change(wang, made, stage="proposal")) == [("stage.field_required", "next_step")]
        changed(wang, made, stage="prospecting")
    finally:
        back()


def test_mandatory_tasks_are_done_before_one_moves_on(wang: Any, admin: Any) -> None:
    task = admin.make(
        "stage_task", object_name="opportunity", record_type="*", stage="prospecting", name="首次拜访", mandatory=True
    )
    made = deal(wang)
    try:
        assert problems(change(wang, made, stage="engaging")) == [("stage.task_open", "stage")]
        wang.make("stage_check", record_id={"object": "opportunity", "id": made}, stage="prospecting", task="首次拜访")
        assert changed(wang, made, stage="engaging")["stage"] == "engaging"
    finally:
        assert admin.call("DELETE", f"/records/stage_task/{task}").status_code == 204


def test_the_same_stage_is_no_change(wang: Any) -> None:
    made = deal(wang)
    before = read(wang, made)
    after = changed(wang, made, stage="prospecting")
    assert (after["version"], after["stage_updated_at"]) == (before["version"], before["stage_updated_at"])
    assert stays(wang, made) == []


def test_rules_name_what_is_there(admin: Any) -> None:
    def wrong(**values: Any) -> list[tuple[str, str | None]]:
        body = {"object_name": "opportunity", "record_type": "*", "stage": "proposal", **values}
        return problems(admin.post("/records/stage_rule", {"values": body}))

    assert ("stage.no_stages", "object_name") in wrong(object_name="account")
    assert ("stage.no_such_stage", "stage") in wrong(stage="proposel")
    assert ("stage.no_such_type", "record_type") in wrong(record_type="nothing")
    assert ("stage.no_such_field", "required_fields") in wrong(required_fields="amount, amuont")
    assert ("stage.no_such_field", "required_on_leaving") in wrong(required_on_leaving="created_at")


def test_who_may_not_see_what_is_missing_is_told_so_much_only(world: Any, wang: Any, admin: Any) -> None:
    profile = admin.post(
        "/query", {"object": "profile", "fields": ["key"], "filter": {"field": "key", "op": "=", "value": "sales"}}
    ).json()["rows"][0]["id"]
    made = deal(wang)
    hidden = admin.make(
        "field_permission", profile_id=profile, object_name="opportunity", field_name="amount", level="hidden"
    )
    try:
        found = problems(change(wang, made, stage="negotiation"))
        assert found == [("stage.hidden_required", "stage")]
        # Nor does any field that follows the amount tell it.
        assert not {"amount", "amount_converted"} & set(read(wang, made))
    finally:
        admin.call("DELETE", f"/records/field_permission/{hidden}")


def test_a_stage_in_use_cannot_be_deleted(wang: Any, admin: Any) -> None:
    changed(wang, deal(wang), stage="proposal")
    body = admin.get("/metadata/definitions/option_sets/opportunity_stage").json()["body"]
    body["options"] = [option for option in body["options"] if option["value"] != "proposal"]
    answer = admin.post(
        "/metadata/changes", {"changes": [{"option_set": "opportunity_stage", "body": body}], "dry_run": True}
    )
    assert "plan.option_in_use" in {problem["code"] for problem in answer.json()["problems"]}


# ------------------------------------------------------------------------------------------- winning, losing, reopening


def ends(person: Any, record_id: str) -> list[str]:
    """Those of the actions on a deal that end it or open it again."""
    offered = person.get(f"/records/opportunity/{record_id}").json()["actions"]
    return [action["name"] for action in offered if action["name"] in {"win", "lose", "reopen"}]


def test_winning_is_certain_and_freezes_the_amount(wang: Any) -> None:
    made = deal(wang, amount="100", close_date="2026-11-30", stage="negotiation")
    found = changed(wang, made, stage="won", probability="20", win_reason="price")
    assert (found["probability"], found["outcome"], found["ended_from"]) == ("100", "won", "negotiation")
    assert found["actual_days"] == 0
    assert problems(change(wang, made, amount="101")) == [("opportunity.amount_frozen", "amount")]
    assert problems(change(wang, made, currency="USD")) == [("opportunity.amount_frozen", "currency")]
    assert changed(wang, made, amount="100.00", next_step="开票")["amount"] == "100.00"


def test_losing_demands_a_reason_and_remembers_the_stage(wang: Any) -> None:
    made = deal(wang, stage="engaging")
    assert problems(change(wang, made, stage="lost")) == [("stage.field_required", "lost_reason")]
    found = changed(wang, made, stage="lost", lost_reason="competitor", reason_description="低价")
    assert (found["probability"], found["outcome"], found["ended_from"]) == ("0", "lost", "engaging")


def test_what_has_ended_changes_its_stage_by_reopening_alone(wang: Any) -> None:
    made = deal(wang, stage="proposal")
    changed(wang, made, stage="lost", lost_reason="budget", reason_description="没钱")
    for stage in ("proposal", "won", "prospecting"):
        assert problems(change(wang, made, stage=stage)) == [("stage.ended", "stage")]
    assert ends(wang, made) == ["reopen"]
    assert wang.post(f"/records/opportunity/{made}/actions/reopen").status_code == 200
    found = read(wang, made)
    assert (found["stage"], found["outcome"], found["probability"]) == ("proposal", "open", "50")
    assert [found[n] for n in ("lost_reason", "reason_description", "ended_from", "ended_at", "actual_days")] == [
        None
    ] * 5
    assert stays(wang, made) == [("proposal", "lost", "lost"), ("lost", "proposal", "reopened")]
    assert wang.post(f"/records/opportunity/{made}/actions/reopen").json()["code"] == "access.action_not_offered"


def test_win_and_lose_are_actions_of_who_may_edit(world: Any, wang: Any) -> None:
    made = deal(wang, amount="5", close_date="2026-12-01")
    assert ends(wang, made) == ["win", "lose"]
    assert problems(wang.post(f"/records/opportunity/{made}/actions/lose")) == [("stage.field_required", "lost_reason")]
    assert wang.post(f"/records/opportunity/{made}/actions/win").status_code == 200
    assert read(wang, made)["outcome"] == "won"
    assert world.person("zhaomin").post(f"/records/opportunity/{made}/actions/reopen").status_code == 404
    body = {"params": {"stage": "engaging"}}
    assert wang.post(f"/records/opportunity/{made}/actions/reopen", body).status_code == 200
    assert read(wang, made)["stage"] == "engaging"
    answer = wang.post(f"/records/opportunity/{made}/actions/lose", {"params": {"amount": "1"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "record.unknown_field")
    other = deal(wang)
    many = {"ids": [made, other], "params": {"lost_reason": "budget"}}
    assert wang.post("/records/opportunity/actions/lose", many).status_code == 200
    assert [read(wang, one)["lost_reason"] for one in (made, other)] == ["budget", "budget"]
    answer = wang.post(f"/records/opportunity/{made}/actions/reopen", {"params": {"stage": "won"}})
    assert (answer.status_code, answer.json()["code"]) == (400, "stage.reopen_where")


def test_the_history_of_stages_cannot_be_written(world: Any, wang: Any, admin: Any) -> None:
    made = deal(wang)
    changed(wang, made, stage="engaging")
    changed(wang, made, stage="prospecting")
    assert stays(wang, made) == [("prospecting", "engaging", "forward"), ("engaging", "prospecting", "back")]
    assert wang.post("/records/stage_stay", {"values": {"opportunity_id": made}}).status_code == 403
    answer = admin.post("/records/stage_stay", {"values": {"opportunity_id": made}})
    assert problems(answer) == [("stage.stay_kept", None)]
    assert stays(world.person("zhaomin"), made) == []


# ---------------------------------------------------------------------------------------------------------------- lines


def product(admin: Any, **values: Any) -> str:
    return str(admin.make("product", **{"name": "变频器", "list_price": "100.05", **values}))


def test_a_line_takes_the_list_price_and_makes_the_amount(wang: Any, admin: Any) -> None:
    made = deal(wang, amount="5")
    first = wang.make("opportunity_line", opportunity_id=made, product_id=product(admin), quantity="3", discount="10")
    line = read(wang, first, "opportunity_line")
    # 100.05 × 3 × 0.9 = 270.135: half a cent goes up.
    assert (line["unit_price"], line["list_price"], line["amount"]) == ("100.05", "100.05", "270.14")
    assert read(wang, made)["amount"] == "270.14"
    wang.make("opportunity_line", opportunity_id=made, product_id=product(admin, list_price=None), unit_price="0.005")
    found = read(wang, made)
    assert (found["amount"], found["line_count"], found["amount_converted"]) == ("270.15", 2, "270.15")


def test_amount_and_discount_are_a_pair(wang: Any, admin: Any) -> None:
    made = deal(wang)
    line = wang.make(
        "opportunity_line", opportunity_id=made, product_id=product(admin, list_price="100"), quantity="10"
    )
    found = changed(wang, line, "opportunity_line", amount="666.67")
    assert (found["discount"], found["amount"], found["unit_price"]) == ("33.3330", "666.67", "100.00")
    found = changed(wang, line, "opportunity_line", discount="50")
    assert found["amount"] == "500.00"
    found = changed(wang, line, "opportunity_line", unit_price="90")
    assert (found["discount"], found["amount"]) == ("50.0000", "450.00")
    # More than the price is no discount: then it is the price.
    found = changed(wang, line, "opportunity_line", amount="1200")
    assert (found["discount"], found["unit_price"], found["amount"]) == ("0.0000", "120.00", "1200.00")
    assert changed(wang, line, "opportunity_line", quantity="0")["amount"] == "0.00"
    assert problems(change(wang, line, "opportunity_line", amount="7")) == [("line.no_quantity", "amount")]
    assert read(wang, made)["amount"] == "0.00"


def test_with_lines_the_amount_is_theirs(wang: Any, admin: Any) -> None:
    made = deal(wang, amount="77")
    line = wang.make("opportunity_line", opportunity_id=made, product_id=product(admin, list_price="10"))
    assert problems(change(wang, made, amount="78")) == [("opportunity.amount_from_lines", "amount")]
    assert changed(wang, made, amount="10")["amount"] == "10.00"
    assert problems(change(wang, made, currency="USD")) == [("opportunity.currency_with_lines", "currency")]
    assert wang.call("DELETE", f"/records/opportunity_line/{line}").status_code == 204
    assert read(wang, made)["amount"] == "10.00"
    assert changed(wang, made, amount="78")["amount"] == "78.00"
    assert wang.post(f"/records/opportunity_line/{line}/restore").status_code == 200
    assert read(wang, made)["amount"] == "10.00"


def test_a_product_that_is_not_sold_any_more_stays_and_is_not_picked(wang: Any, admin: Any) -> None:
    made, sold = deal(wang), product(admin)
    line = wang.make("opportunity_line", opportunity_id=made, product_id=sold)
    changed(admin, sold, "product", active=False)
    assert changed(wang, line, "opportunity_line", quantity="2")["quantity"] == "2.00"
    answer = wang.post("/records/opportunity_line", {"values": {"opportunity_id": made, "product_id": sold}})
    assert problems(answer) == [("line.inactive_product", "product_id")]
    other = wang.make("opportunity_line", opportunity_id=made, product_id=product(admin))
    assert problems(change(wang, other, "opportunity_line", product_id=sold)) == [
        ("line.inactive_product", "product_id")
    ]


def test_the_lines_of_a_deal_won_stay(wang: Any, admin: Any) -> None:
    made = deal(wang, close_date="2026-12-01")
    line = wang.make("opportunity_line", opportunity_id=made, product_id=product(admin))
    changed(wang, made, stage="won")
    assert problems(change(wang, line, "opportunity_line", quantity="9")) == [("line.frozen", None)]
    answer = wang.post("/records/opportunity_line", {"values": {"opportunity_id": made, "product_id": product(admin)}})
    assert problems(answer) == [("line.frozen", None)]
    answer = wang.call("DELETE", f"/records/opportunity_line/{line}")
    assert problems(answer) == [("line.frozen", None)]
    # The deal itself goes with all that it has, and comes back with it.
    assert wang.call("DELETE", f"/records/opportunity/{made}").status_code == 204
    assert wang.post(f"/records/opportunity/{made}/restore").status_code == 200
    assert read(wang, made)["line_count"] == 1


# ----------------------------------------------------------------------------------------------------------- currencies


def test_amounts_are_converted_at_the_rate_of_the_close_date(wang: Any, admin: Any) -> None:
    assert read(wang, deal(wang, amount="10"))["currency"] == "CNY"
    answer = wang.post("/records/opportunity", {"values": {"name": "x", "currency": "USD", "amount": "1"}})
    assert problems(answer) == [("rate.missing", "currency")]
    first = admin.make("exchange_rate", currency="USD", from_date="2026-01-01", rate="7")
    admin.make("exchange_rate", currency="USD", from_date="2026-07-01", rate="7.25")
    made = deal(wang, currency="USD", amount="1000.01", close_date="2026-06-30")
    found = read(wang, made)
    assert (found["exchange_rate"], found["amount_converted"]) == ("7.00000000", "7000.07")
    assert changed(wang, made, close_date="2026-07-01")["amount_converted"] == "7250.07"
    blank = deal(wang, currency="USD", close_date="2026-06-30")
    assert read(wang, blank)["amount_converted"] is None
    # A rate that is put right puts right what was converted by it.
    early = deal(wang, currency="USD", amount="100", close_date="2026-03-01")
    changed(admin, first, "exchange_rate", rate="6.5")
    assert read(wang, early)["amount_converted"] == "650.00"
    assert read(wang, made)["amount_converted"] == "7250.07"
    assert problems(
        admin.post("/records/exchange_rate", {"values": {"currency": "USD", "from_date": "2026-07-01", "rate": "1"}})
    ) == [("rate.twice", "from_date")]
    assert problems(admin.post("/records/exchange_rate", {"values": {"currency": "CNY", "rate": "1"}})) == [
        ("rate.company_currency", "currency")
    ]
    assert wang.post("/records/exchange_rate", {"values": {"currency": "EUR", "rate": "8"}}).status_code == 403


def test_sums_of_accounts_do_not_mix_currencies(wang: Any, admin: Any) -> None:
    admin.make("exchange_rate", currency="EUR", from_date="2026-01-01", rate="8")
    account = wang.make("account", name="多币种公司")
    for currency, amount in (("EUR", "10"), ("CNY", "5")):
        deal(wang, account_id=account, currency=currency, amount=amount, close_date="2026-12-01")
    won = deal(wang, account_id=account, currency="EUR", amount="100", close_date="2026-12-01")
    changed(wang, won, stage="won")
    found = read(wang, account, "account")
    assert (found["open_amount"], found["won_amount"], found["open_opportunities"], found["won_opportunities"]) == (
        "85.00",
        "800.00",
        2,
        1,
    )


# ----------------------------------------------------------------------------------------------------- marks, contacts


def test_overdue_is_an_open_deal_whose_day_has_passed(wang: Any) -> None:
    late = deal(wang, close_date="2020-01-01", amount="1")
    assert read(wang, late)["overdue"] is True
    assert changed(wang, late, stage="won")["overdue"] is False
    assert read(wang, deal(wang, close_date="2999-01-01"))["overdue"] is False
    assert read(wang, deal(wang))["days_in_stage"] == 0


def test_a_contact_stays_with_the_open_deals_of_its_account(world: Any, wang: Any) -> None:
    old, new = wang.make("account", name="旧东家"), wang.make("account", name="新东家")
    contact = wang.make("contact", name="孙工", account_id=old)
    made = deal(wang, name="旧东家扩容", account_id=old, stage="engaging")
    part = wang.make("opportunity_contact", opportunity_id=made, contact_id=contact, role="evaluator")
    answer = change(wang, contact, "contact", account_id=new)
    assert problems(answer) == [("contact.in_open_deals", "account_id")]
    params = answer.json()["problems"][0]["params"]
    assert (params["count"], params["names_zh"]) == (1, "旧东家扩容")
    # As the main contact alone it is held as well.
    assert wang.call("DELETE", f"/records/opportunity_contact/{part}").status_code == 204
    changed(wang, made, contact_id=contact)
    assert problems(change(wang, contact, "contact", account_id=new)) == [("contact.in_open_deals", "account_id")]
    changed(wang, made, stage="lost", lost_reason="other")
    assert changed(wang, contact, "contact", account_id=new)["account_id"] == new


def test_maps_are_saved_with_their_record_and_by_its_rights(world: Any, wang: Any) -> None:
    account = wang.make("account", name="地图公司")
    boss, chief = (wang.make("contact", name=name, account_id=account) for name in ("总经理", "科长"))
    changed(wang, chief, "contact", reports_to_id=boss)
    assert problems(change(wang, boss, "contact", reports_to_id=chief)) == [("lookup.cycle", "reports_to_id")]
    on = {"object": "account", "id": account}
    line = {"record_id": on, "from_contact_id": boss, "to_contact_id": chief}
    wang.make("influence", **line)
    assert problems(wang.post("/records/influence", {"values": line})) == [("influence.twice", "to_contact_id")]
    loop = {**line, "to_contact_id": boss}
    assert problems(wang.post("/records/influence", {"values": loop})) == [("influence.self", "to_contact_id")]
    wang.make("map_position", record_id=on, contact_id=boss, x=40, y=-7)
    again = {"values": {"record_id": on, "contact_id": boss, "x": 1, "y": 1}}
    assert problems(wang.post("/records/map_position", again)) == [("map.twice", "contact_id")]
    stranger = world.person("zhaomin")
    body = {
        "object": "map_position",
        "fields": ["x", "y"],
        "filter": {"field": "record_id", "op": "=", "value": account},
    }
    assert [(row["x"], row["y"]) for row in wang.post("/query", body).json()["rows"]] == [(40, -7)]
    assert stranger.post("/query", body).json()["rows"] == []
    answer = stranger.post("/records/map_position", again)
    assert {code for code, _ in problems(answer)} == {"lookup.not_found"}
    told = {code for code, _ in problems(stranger.post("/records/influence", {"values": line}))}
    assert told == {"lookup.not_found"}


def test_a_contact_takes_part_in_a_deal_once(wang: Any) -> None:
    account = wang.make("account", name="一次公司")
    contact, made = wang.make("contact", name="钱工", account_id=account), deal(wang, account_id=account)
    wang.make("opportunity_contact", opportunity_id=made, contact_id=contact)
    answer = wang.post("/records/opportunity_contact", {"values": {"opportunity_id": made, "contact_id": contact}})
    assert problems(answer) == [("contact.in_deal_twice", "contact_id")]


def test_an_account_with_children_is_not_deleted_and_no_parent_of_itself(wang: Any) -> None:
    parent = wang.make("account", name="集团")
    child = wang.make("account", name="子公司", parent_id=parent)
    answer = wang.call("DELETE", f"/records/account/{parent}")
    assert problems(answer) == [("record.has_children", None)]
    assert answer.json()["problems"][0]["params"]["object"] == "account"
    assert problems(change(wang, parent, "account", parent_id=child)) == [("lookup.cycle", "parent_id")]


# --------------------------------------------------------------------------------------------------------------- roles


def test_preset_roles_of_contacts_stay_as_they_are(admin: Any) -> None:
    found = admin.get("/metadata/definitions/option_sets/contact_role").json()["body"]

    def refused(options: list[dict[str, Any]]) -> set[str]:
        body = {"changes": [{"option_set": "contact_role", "body": {**found, "options": options}}]}
        answer = admin.post("/metadata/changes", {**body, "dry_run": False})
        return {problem["code"] for problem in answer.json()["problems"]} if answer.status_code == 422 else set()

    first, *rest = found["options"]
    assert refused(rest) == {"plan.option_fixed"}
    assert refused([{**first, "color": "pink"}, *rest]) == {"plan.option_fixed"}
    assert refused([{**first, "active": False}, *rest]) == {"plan.option_fixed"}
    assert refused([{**first, "label": {"zh": "老板", "en": "Boss"}}, *rest]) == {"plan.option_fixed"}
    own = {"value": "coach", "label": {"zh": "内线", "en": "Coach"}, "color": "red"}
    assert refused([*found["options"], {**own, "fixed": True}]) == {"plan.option_fixed"}
    alike = {**own, "label": {"zh": "决策者", "en": "Boss"}}
    assert refused([*found["options"], alike]) == {"plan.option_label_twice"}
    # Others may be added, in any place and in any colour, and changed and removed again.
    assert refused([own, *found["options"]]) == set()
    assert refused([{**own, "color": "blue"}, *found["options"]]) == set()
    assert refused(found["options"]) == set()
