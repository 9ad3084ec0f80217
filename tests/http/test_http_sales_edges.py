"""Edges of leads, conversions, sources, campaigns and deals (domain.md 2.4 to 2.8, 5.3), as somebody meets them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import httpx
import pytest

from dougong.access.resolve import resolve
from dougong.kit.errors import Conflict, Forbidden
from dougong.metadata.registry import load_registry
from dougong.records.api import act, writing
from dougong.storage.engine import Database, open_database
from tests.http.conftest import Person, World

ROUNDS, WRITERS = 10, 6
PARTS = ("account", "contact", "opportunity")


@pytest.fixture(scope="module")
def admin(world: World) -> Person:
    return world.person("admin")


@pytest.fixture(scope="module")
def wang(world: World) -> Person:
    return world.person("wangfang")


def lead_of(person: Person, **values: Any) -> str:
    return person.make("lead", name="周敏", **{"company_name": "宁波海曙精工", "mobile": "13800138000", **values})


def wish(**parts: Any) -> dict[str, Any]:
    deal = {"values": {"name": "装配线", "amount": "9", "close_date": "2027-01-31"}}
    return {"account": {"values": {}}, "contact": {"values": {}}, "opportunity": deal, **parts}


def convert(person: Person, lead: str, **parts: Any) -> httpx.Response:
    return person.post(f"/records/lead/{lead}/actions/convert", {"params": wish(**parts)})


def read(person: Person, obj: str, record: str) -> dict[str, Any]:
    return dict(person.get(f"/records/{obj}/{record}").json()["record"])


def number_of(person: Person, obj: str) -> int:
    return int(person.post("/query", {"object": obj, "fields": ["id"], "count": True, "limit": 1}).json()["total"])


def defined(admin: Person, dry_run: bool = False, **change: Any) -> httpx.Response:
    return admin.post("/metadata/changes", {"version": None, "dry_run": dry_run, "changes": [change]})


def codes(answer: httpx.Response) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


@contextmanager
def sources(admin: Person, changes: dict[str, dict[str, Any]]) -> Iterator[None]:
    """The sources with other settings for some of them."""
    body = admin.get("/metadata/definitions/option_sets/source").json()["body"]
    options = [{**one, **changes.get(one["value"], {})} for one in body["options"]]
    assert defined(admin, option_set="source", body={**body, "options": options}).status_code == 200
    try:
        yield
    finally:
        assert defined(admin, option_set="source", body=body).status_code == 200


class TestSources:
    def test_one_that_is_out_of_use_is_carried_by_a_conversion_and_not_picked(self, admin: Any, wang: Any) -> None:
        lead = lead_of(wang, source="partner")
        with sources(admin, {"partner": {"active": False}}):
            refused = wang.post("/records/lead", {"values": {"name": "甲", "company_name": "乙", "source": "partner"}})
            assert "value.inactive_option" in codes(refused)
            became = convert(wang, lead)
            assert became.status_code == 200, became.text
            assert read(wang, "opportunity", became.json()["opportunity"]["id"])["source"] == "partner"
            other = wish()["opportunity"]["values"] | {"source": "partner"}
            assert codes(convert(wang, lead_of(wang, source="other"), opportunity={"values": other})) == [
                "value.inactive_option"
            ]

    def test_a_default_is_for_new_leads_and_not_for_what_a_lead_without_a_source_becomes(
        self, admin: Any, wang: Any
    ) -> None:
        lead = lead_of(wang)
        with sources(admin, {"website": {"default": True}}):
            assert read(wang, "lead", lead_of(wang))["source"] == "website"
            became = convert(wang, lead).json()
            assert read(wang, "opportunity", became["opportunity"]["id"])["source"] is None

    def test_one_in_use_is_not_deleted_and_any_other_is(self, admin: Any, wang: Any) -> None:
        lead_of(wang, source="exhibition")
        body = admin.get("/metadata/definitions/option_sets/source").json()["body"]

        def without(value: str) -> list[str]:
            options = [one for one in body["options"] if one["value"] != value]
            answer = defined(admin, dry_run=True, option_set="source", body={**body, "options": options})
            return codes(answer)

        assert without("exhibition") == ["plan.option_in_use"]
        assert without("employee_referral") == []

    def test_two_of_one_name_are_refused(self, admin: Any) -> None:
        body = admin.get("/metadata/definitions/option_sets/source").json()["body"]

        def added(**option: Any) -> list[str]:
            options = [*body["options"], option]
            return codes(defined(admin, dry_run=True, option_set="source", body={**body, "options": options}))

        assert added(**body["options"][0]) == ["metadata.option_twice", "metadata.id_twice"]
        assert added(value="fair", label={"zh": " 展会 ", "en": "Fair"}) == ["plan.option_label_twice"]
        assert added(value="fair", label={"zh": "交易会", "en": "exhibition"}) == ["plan.option_label_twice"]
        assert added(value="fair", label={"zh": "交易会", "en": "Fair"}) == []
        renamed = [{**body["options"][0], "label": body["options"][1]["label"]}, *body["options"][1:]]
        refused = defined(admin, dry_run=True, option_set="source", body={**body, "options": renamed})
        assert [(p["code"], p["params"]["other"]) for p in refused.json()["problems"]] == [
            ("plan.option_label_twice", body["options"][1]["value"])
        ]

    def test_a_new_name_shows_with_leads_and_deals_alike(self, admin: Any, wang: Any) -> None:
        with sources(admin, {"website": {"label": {"zh": "公司官网", "en": "Site"}}}):
            objects = {one["name"]: one for one in wang.get("/metadata").json()["objects"]}
            for obj in ("lead", "opportunity"):
                field = next(one for one in objects[obj]["fields"] if one["name"] == "source")
                found = next(one for one in field["options"] if one["value"] == "website")
                assert found["label"]["zh"] == "公司官网"


class TestConverting:
    def test_at_the_limit_of_ones_accounts_nothing_is_made(self, admin: Any, wang: Any) -> None:
        lead = lead_of(wang)
        held = number_of(wang, "account")
        member = {"object": "user", "id": str(wang.id)}
        limit = admin.make("pool_limit", object_name="account", member_id=member, max_held=held)
        before = [number_of(admin, name) for name in PARTS]
        refused = convert(wang, lead)
        assert refused.status_code == 422, refused.text
        assert [p["code"].split(".")[0] for p in refused.json()["problems"]] == ["pool"]
        assert [number_of(admin, name) for name in PARTS] == before
        assert read(wang, "lead", lead)["status"] == "new"
        admin.call("PATCH", f"/records/pool_limit/{limit}", {"values": {"active": False}})
        assert convert(wang, lead).status_code == 200

    def test_a_blocking_duplicate_rule_refuses_the_whole_and_linking_goes(self, admin: Any, wang: Any) -> None:
        account = wang.make("account", name="台州玉环阀门有限公司")
        where = {"field": "key", "op": "=", "value": "account_name"}
        (rule,) = admin.post("/query", {"object": "duplicate_rule", "fields": ["action"], "filter": where}).json()[
            "rows"
        ]
        address = f"/records/duplicate_rule/{rule['id']}"
        assert admin.call("PATCH", address, {"values": {"action": "block"}}).status_code == 200
        try:
            lead = lead_of(wang, company_name="台州玉环阀门有限公司")
            before = [number_of(admin, name) for name in PARTS]
            refused = convert(wang, lead)
            assert refused.status_code == 422
            assert {code.split(".")[0] for code in codes(refused)} == {"duplicate"}
            assert [number_of(admin, name) for name in PARTS] == before
            assert convert(wang, lead, account={"id": account}).status_code == 200
        finally:
            admin.call("PATCH", address, {"values": {"action": rule["action"]}})

    def test_who_is_disabled_owns_nothing_that_is_made(self, admin: Any, wang: Any, world: World) -> None:
        gone = admin.make("user", name="走了", login="zoule", department_id=str(world.ids["华东"]), active=False)
        lead = lead_of(wang)
        before = [number_of(admin, name) for name in PARTS]
        refused = convert(wang, lead, owner_id=gone)
        assert refused.status_code == 422
        assert "owner.inactive" in codes(refused)
        assert [number_of(admin, name) for name in PARTS] == before

    def test_what_the_first_stage_requires_refuses_the_deal_and_names_its_field(self, admin: Any, wang: Any) -> None:
        where = [
            {"field": "object_name", "op": "=", "value": "opportunity"},
            {"field": "stage", "op": "=", "value": "prospecting"},
        ]
        query = {"object": "stage_rule", "fields": ["required_fields"], "filter": {"and": where}}
        (rule,) = admin.post("/query", query).json()["rows"]
        address = f"/records/stage_rule/{rule['id']}"
        assert admin.call("PATCH", address, {"values": {"required_fields": "next_step"}}).status_code == 200
        try:
            lead = lead_of(wang)
            refused = convert(wang, lead)
            assert [(p["field"], p["code"]) for p in refused.json()["problems"]] == [
                ("opportunity.next_step", "stage.field_required")
            ]
            deal = {"values": {"name": "装配线", "next_step": "约见"}}
            assert convert(wang, lead, opportunity=deal).status_code == 200
        finally:
            admin.call("PATCH", address, {"values": {"required_fields": rule["required_fields"]}})

    def test_of_many_at_once_on_connections_of_their_own_one_converts(self, world: World, wang: Any) -> None:
        """Each writer has a connection and a transaction, and all begin together."""
        database = open_database(world.database.url, pool_size=WRITERS)
        try:
            for _ in range(ROUNDS):
                lead = int(lead_of(wang))
                before = [number_of(world.person("admin"), name) for name in PARTS]
                together = Barrier(WRITERS)
                with ThreadPoolExecutor(WRITERS) as threads:
                    ended = [threads.submit(_converted, database, wang.id, lead, together) for _ in range(WRITERS)]
                refused = [one.result() for one in ended]
                assert refused.count(None) == 1
                assert set(refused) <= {None, "lead.already_converted", "access.action_not_offered"}
                assert [number_of(world.person("admin"), name) for name in PARTS] == [one + 1 for one in before]
        finally:
            database.close()


def _converted(database: Database, person: int, lead: int, together: Barrier) -> str | None:
    """Convert as this person; with what it was refused."""
    with database.transaction() as tx:
        registry = load_registry(tx)
        actor = resolve(tx, registry, person)
        together.wait(30)
        try:
            act(writing(tx, registry, actor, "ui"), "lead", lead, "convert", wish())
        except (Conflict, Forbidden) as refusal:
            return refusal.code
    return None


class TestCampaigns:
    def test_one_with_deals_only_is_not_deleted(self, admin: Any, wang: Any) -> None:
        campaign = admin.make("campaign", name="只有机会")
        wang.make("opportunity", name="单子", campaign_id=campaign)
        refused = admin.call("DELETE", f"/records/campaign/{campaign}")
        assert [(p["code"], p["params"]["object"]) for p in refused.json()["problems"]] == [
            ("record.has_children", "opportunity")
        ]

    def test_an_end_that_is_moved_before_the_start_is_refused(self, admin: Any) -> None:
        campaign = admin.make("campaign", name="改期", start_date="2026-12-02")
        refused = admin.call("PATCH", f"/records/campaign/{campaign}", {"values": {"end_date": "2026-12-01"}})
        assert codes(refused) == ["record.rule"]
        same = admin.call("PATCH", f"/records/campaign/{campaign}", {"values": {"end_date": "2026-12-02"}})
        assert same.status_code == 200

    def test_none_is_above_itself(self, admin: Any) -> None:
        upper = admin.make("campaign", name="年度")
        lower = admin.make("campaign", name="春季", parent_id=upper)
        refused = admin.call("PATCH", f"/records/campaign/{upper}", {"values": {"parent_id": lower}})
        assert refused.status_code == 422


class TestDeals:
    def test_an_overdue_deal_still_counts_in_its_period(self, wang: Any) -> None:
        account = wang.make("account", name="逾期公司")
        values = {"account_id": account, "amount": "80", "close_date": "2020-03-31"}
        deal = wang.make("opportunity", name="逾期", **values)
        assert read(wang, "opportunity", deal)["overdue"] is True
        assert read(wang, "account", account)["open_amount"] == "80.00"
        quarter = [
            {"field": "close_date", "op": ">=", "value": "2020-01-01"},
            {"field": "close_date", "op": "<=", "value": "2020-03-31"},
        ]
        found = wang.post("/query", {"object": "opportunity", "fields": ["id"], "filter": {"and": quarter}}).json()
        assert [row["id"] for row in found["rows"]] == [deal]

    def test_what_is_expected_of_it_is_its_amount_at_its_chance(self, admin: Any, wang: Any) -> None:
        admin.make("exchange_rate", currency="USD", from_date="2026-01-01", rate="7")
        values = {"amount": "33.33", "probability": "10", "close_date": "2026-12-01"}
        deal = wang.make("opportunity", name="预测", currency="USD", **values)
        # 33.33 × 7 × 10 % = 23.331
        assert read(wang, "opportunity", deal)["expected_amount"] == "23.33"
        blank = wang.make("opportunity", name="没有金额", close_date="2026-12-01")
        assert read(wang, "opportunity", blank)["expected_amount"] is None
        wang.call("PATCH", f"/records/opportunity/{deal}", {"values": {"stage": "won"}})
        assert read(wang, "opportunity", deal)["expected_amount"] == "233.31"

    def test_one_whose_stage_is_out_of_use_is_reopened_in_another(self, admin: Any, wang: Any) -> None:
        deal = wang.make("opportunity", name="老阶段", amount="1", close_date="2026-12-01", stage="engaging")
        wang.call("PATCH", f"/records/opportunity/{deal}", {"values": {"stage": "lost", "lost_reason": "budget"}})
        body = admin.get("/metadata/definitions/option_sets/opportunity_stage").json()["body"]
        options = [{**one, "active": False} if one["value"] == "engaging" else one for one in body["options"]]
        changed = defined(admin, option_set="opportunity_stage", body={**body, "options": options})
        assert changed.status_code == 200, changed.text
        try:
            address = f"/records/opportunity/{deal}/actions/reopen"
            refused = wang.post(address)
            assert (refused.status_code, refused.json()["code"]) == (400, "stage.reopen_where")
            assert wang.post(address, {"params": {"stage": "prospecting"}}).status_code == 200
            assert read(wang, "opportunity", deal)["stage"] == "prospecting"
        finally:
            defined(admin, option_set="opportunity_stage", body=body)
