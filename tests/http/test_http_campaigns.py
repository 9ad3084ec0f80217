"""Campaigns over HTTP: their members, what they brought in, and what keeps them from being deleted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dougong.access.passwords import hash_password, store_hash
from tests.http.conftest import PASSWORD

FIGURES = (
    "member_count", "response_count", "response_rate", "lead_count", "converted_count", "conversion_rate",
    "opportunity_count", "won_count", "won_amount", "return_amount", "roi", "cost_per_lead",
)  # fmt: skip


def lead(person: Any, name: str = "周敏", **values: Any) -> str:
    return str(person.make("lead", name=name, company_name=f"{name}的公司", mobile="13800138000", **values))


def figures(person: Any, campaign: str) -> dict[str, Any]:
    record = person.get(f"/records/campaign/{campaign}").json()["record"]
    return {name: record[name] for name in FIGURES}


def add(person: Any, obj: str, ids: list[str], campaign: str, **params: Any) -> Any:
    body = {"ids": ids, "params": {"campaign_id": campaign, **params}}
    return person.post(f"/records/{obj}/actions/add_to_campaign", body)


def members(person: Any, campaign: str) -> list[dict[str, Any]]:
    of_campaign = {"field": "campaign_id", "op": "=", "value": campaign}
    fields = ["id", "lead_id", "contact_id", "response", "responded_on"]
    return list(
        person.post("/query", {"object": "campaign_member", "fields": fields, "filter": of_campaign}).json()["rows"]
    )


def test_a_new_campaign_has_brought_nothing_and_divides_by_nothing(world: Any) -> None:
    campaign = world.person("admin").make("campaign", name="还没有开始")
    found = figures(world.person("admin"), campaign)
    counts = {name: found[name] for name in FIGURES if name.endswith("_count")}
    assert set(counts.values()) == {0}
    assert [found[name] for name in ("response_rate", "conversion_rate", "roi", "cost_per_lead", "return_amount")] == [
        None
    ] * 5


def test_figures_follow_what_happens(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    campaign = admin.make("campaign", name="秋季研讨会", actual_cost="1000")
    leads = [lead(wang, f"客人{n}", campaign_id=campaign) for n in range(4)]
    assert add(wang, "lead", leads, campaign).json() == {"added": 4, "skipped": 0}
    assert add(wang, "lead", [leads[0]], campaign).json() == {"added": 0, "skipped": 1}
    told = [row["id"] for row in members(wang, campaign)][:3]
    body = {"ids": told[:2], "params": {"response": "attended", "responded_on": "2026-11-20"}}
    assert wang.post("/records/campaign_member/actions/set_response", body).json() == {"changed": 2}
    wish = {"account": {"values": {}}, "contact": {"values": {}}}
    deal = {"values": {"name": "单子", "amount": "5000", "close_date": "2027-01-31"}}
    became = wang.post(f"/records/lead/{leads[0]}/actions/convert", {"params": {**wish, "opportunity": deal}}).json()
    opportunity = became["opportunity"]["id"]
    win(wang, opportunity)
    found = figures(admin, campaign)
    assert [found[name] for name in ("member_count", "response_count", "lead_count", "converted_count")] == [4, 2, 4, 1]
    assert [float(found[name]) for name in ("response_rate", "conversion_rate")] == [50, 25]
    # The lead is of the campaign and so is its opportunity: it counts once.
    assert (found["opportunity_count"], found["won_count"], float(found["won_amount"])) == (1, 1, 5000)
    assert [float(found[name]) for name in ("return_amount", "roi", "cost_per_lead")] == [4000, 400, 250]


def win(person: Any, opportunity: str) -> None:
    """By the way that there is: closing has its own tests."""
    values = {"stage": "won", "win_reason": "product"}
    answer = person.call("PATCH", f"/records/opportunity/{opportunity}", {"values": values})
    assert answer.status_code == 200, answer.text


def test_what_it_won_is_in_the_companys_currency_and_by_what_stages_say_they_are(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    admin.make("exchange_rate", currency="USD", from_date="2026-01-01", rate="7")
    stages = admin.get("/metadata/definitions/option_sets/opportunity_stage").json()["body"]
    signed = {"value": "signed", "label": {"zh": "已签框架", "en": "Signed"}, "attributes": {"outcome": "won"}}
    changes = [{"option_set": "opportunity_stage", "body": {**stages, "options": [*stages["options"], signed]}}]
    assert admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": changes}).status_code == 200
    campaign = admin.make("campaign", name="海外展", actual_cost="1000")
    for currency, amount, stage in (("USD", "100", "won"), ("CNY", "30", "signed"), ("CNY", "5", "prospecting")):
        values = {"currency": currency, "amount": amount, "campaign_id": campaign, "close_date": "2026-12-01"}
        made = wang.make("opportunity", name="单子", **values)
        answer = wang.call("PATCH", f"/records/opportunity/{made}", {"values": {"stage": stage}})
        assert stage == "prospecting" or answer.status_code == 200, answer.text
    found = figures(admin, campaign)
    assert (found["opportunity_count"], found["won_count"], found["won_amount"]) == (3, 2, "730.00")


def test_marketing_sees_what_a_campaign_brought_and_no_deal_of_others(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    values = {"name": "沈佳怡", "login": "shenjiayi", "department_id": str(world.ids["总部"]), "active": True}
    world.ids["shenjiayi"] = int(admin.make("user", **values))
    with world.database.transaction() as tx:
        store_hash(tx, world.ids["shenjiayi"], hash_password(PASSWORD))
    for obj, name in (("user_role", "role:standard"), ("user_profile", "profile:marketing")):
        link = {f"{name.split(':')[0]}_id": str(world.ids[name])}
        admin.make(obj, user_id=str(world.ids["shenjiayi"]), **link)
    shen = world.sign_in("shenjiayi")
    campaign = shen.make("campaign", name="春季路演", actual_cost="1000")
    deal = wang.make("opportunity", name="王芳的单子", amount="5000", campaign_id=campaign, close_date="2027-01-31")
    win(wang, deal)
    found = figures(shen, campaign)
    assert (found["won_count"], found["won_amount"], found["return_amount"]) == (1, "5000.00", "4000.00")
    assert float(found["roi"]) == 400
    assert shen.get(f"/records/opportunity/{deal}").status_code == 404
    assert shen.post("/query", {"object": "opportunity", "fields": ["id", "amount"]}).json()["rows"] == []


def test_an_end_before_the_start_is_refused(world: Any) -> None:
    values = {"name": "倒着走", "start_date": "2026-12-02", "end_date": "2026-12-01"}
    answer = world.person("admin").post("/records/campaign", {"values": values})
    assert [(p["field"], p["code"]) for p in answer.json()["problems"]] == [("end_date", "record.rule")]


def test_one_with_leads_is_not_deleted_and_says_what_is_in_the_way(world: Any) -> None:
    admin = world.person("admin")
    campaign = admin.make("campaign", name="有线索的活动")
    lead(admin, "拦路", campaign_id=campaign)
    refused = admin.call("DELETE", f"/records/campaign/{campaign}")
    assert refused.status_code == 422
    (problem,) = refused.json()["problems"]
    assert (problem["code"], problem["params"]["object"], problem["params"]["names"]) == (
        "record.has_children",
        "lead",
        ["拦路"],
    )


def test_members_go_with_their_campaign(world: Any) -> None:
    admin = world.person("admin")
    campaign = admin.make("campaign", name="只有成员")
    add(admin, "lead", [lead(admin)], campaign)
    assert admin.call("DELETE", f"/records/campaign/{campaign}").status_code == 204
    assert members(admin, campaign) == []


class TestMembers:
    def test_nobody_is_in_a_campaign_twice(self, world: Any) -> None:
        admin = world.person("admin")
        campaign, other = (admin.make("campaign", name=name) for name in ("甲活动", "乙活动"))
        one = lead(admin)
        values = {"campaign_id": campaign, "lead_id": one}
        assert admin.post("/records/campaign_member", {"values": values}).status_code == 201
        twice = admin.post("/records/campaign_member", {"values": values})
        assert {p["code"] for p in twice.json()["problems"]} >= {"campaign.already_member"}
        assert admin.post("/records/campaign_member", {"values": {**values, "campaign_id": other}}).status_code == 201

    def test_at_the_same_moment_neither(self, world: Any) -> None:
        admin = world.person("admin")
        campaign, one = admin.make("campaign", name="同时加入"), lead(admin)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: add(admin, "lead", [one], campaign).status_code, range(4)))
        assert len(members(admin, campaign)) == 1

    def test_a_lead_or_a_contact_but_not_both_nor_neither(self, world: Any) -> None:
        admin = world.person("admin")
        campaign = admin.make("campaign", name="二选一")
        contact = admin.make("contact", name="沈建国", account_id=admin.make("account", name="二选一公司"))
        both = {"campaign_id": campaign, "lead_id": lead(admin), "contact_id": contact}
        codes = [
            {p["code"] for p in admin.post("/records/campaign_member", {"values": values}).json()["problems"]}
            for values in (both, {"campaign_id": campaign})
        ]
        assert codes == [{"campaign.one_of_both"}, {"record.rule"}]
        assert add(admin, "contact", [contact], campaign).json() == {"added": 1, "skipped": 0}

    def test_a_response_dates_itself(self, world: Any) -> None:
        admin = world.person("admin")
        campaign = admin.make("campaign", name="响应日期")
        add(admin, "lead", [lead(admin)], campaign, response="registered")
        (member,) = members(admin, campaign)
        assert member["responded_on"] is not None

    def test_all_or_none(self, world: Any) -> None:
        admin, wang = world.person("admin"), world.person("wangfang")
        campaign = admin.make("campaign", name="全部或没有")
        mine, hidden = lead(wang), lead(world.person("zhaomin"))
        refused = add(wang, "lead", [mine, hidden], campaign)
        assert [(p["row"], p["code"]) for p in refused.json()["problems"]] == [(1, "record.not_found")]
        assert members(admin, campaign) == []

    @pytest.mark.parametrize("params", [{}, {"campaign_id": "x"}, {"campaign_id": "1", "response": "danced"}])
    def test_what_cannot_be_meant_is_refused(self, world: Any, params: dict[str, Any]) -> None:
        wang = world.person("wangfang")
        body = {"ids": [lead(wang)], "params": params}
        assert wang.post("/records/lead/actions/add_to_campaign", body).status_code in {400, 404, 422}

    def test_lists_say_what_can_be_done_to_many(self, world: Any) -> None:
        def named(login: str, obj: str) -> list[str]:
            objects = world.person(login).get("/metadata").json()["objects"]
            found = next((one for one in objects if one["name"] == obj), {"bulk_actions": []})
            return [action["name"] for action in found["bulk_actions"]]

        assert "add_to_campaign" in named("wangfang", "lead")
        assert "set_response" in named("wangfang", "campaign_member")
        assert named("chenjing", "lead") == []


class TestMapping:
    def save(self, world: Any, target: str, field: str, source: str) -> list[str]:
        values = {"object_name": target, "field_name": field, "source_field": source}
        answer = world.person("admin").post("/records/lead_mapping", {"values": values})
        return [] if answer.status_code == 201 else [p["code"] for p in answer.json()["problems"]]

    @pytest.mark.parametrize(
        ("target", "field", "source", "code"),
        [
            ("product", "name", "name", "lead.mapping_target"),
            ("account", "nmae", "name", "lead.mapping_unknown"),
            ("account", "fax", "nmae", "lead.mapping_unknown"),
            ("account", "won_amount", "score", "lead.mapping_kept"),
            ("account", "lead_id", "name", "lead.mapping_kept"),
            ("contact", "account_id", "company_name", "lead.mapping_kept"),
            ("contact", "birthday", "mobile", "lead.mapping_misfit"),
            ("account", "country", "need", "lead.mapping_misfit"),
            ("account", "level", "industry", "lead.mapping_misfit"),
            ("account", "employees", "name", "lead.mapping_misfit"),
            ("contact", "reports_to_id", "campaign_id", "lead.mapping_misfit"),
            ("account", "location", "address", "lead.mapping_misfit"),
            ("opportunity", "close_date", "converted_at", "lead.mapping_misfit"),
        ],
    )
    def test_what_would_not_fit_is_refused(self, world: Any, target: str, field: str, source: str, code: str) -> None:
        assert code in self.save(world, target, field, source)

    @pytest.mark.parametrize(
        ("target", "field", "source"),
        [
            ("account", "fax", "phone"),
            ("account", "employees", "score"),
            ("account", "annual_revenue", "score"),
            ("opportunity", "next_step", "wechat"),
            ("account", "email", "email"),
        ],
    )
    def test_what_fits_is_saved(self, world: Any, target: str, field: str, source: str) -> None:
        assert self.save(world, target, field, source) == []

    def test_a_target_field_is_filled_from_one(self, world: Any) -> None:
        assert self.save(world, "account", "name", "name") == ["lead.mapping_twice"]

    def test_only_administrators_map(self, world: Any) -> None:
        values = {"object_name": "account", "field_name": "country", "source_field": "wechat"}
        assert world.person("wangfang").post("/records/lead_mapping", {"values": values}).status_code == 403

    def test_fields_that_one_may_not_write_are_left_out(self, world: Any) -> None:
        """Sellers may not write the level of an account: what the mapping has for it fills nothing."""
        admin, wang = world.person("admin"), world.person("wangfang")
        label = {"zh": "等级", "en": "Level"}
        options = [{"value": value, "label": {"zh": value, "en": value}} for value in ("a", "b")]
        field = {"name": "level", "type": "select", "label": label, "options": options}
        change = {"object": "lead", "field": "level", "body": field}
        made = admin.post("/metadata/changes", {"version": None, "dry_run": False, "changes": [change]})
        assert made.status_code == 200, made.text
        assert self.save(world, "account", "level", "level") == []
        mine = lead(wang, level="a")
        assert "level" not in wang.get(f"/leads/{mine}/conversion").json()["values"]["account"]
        assert admin.get(f"/leads/{mine}/conversion").json()["values"]["account"]["level"] == "a"
