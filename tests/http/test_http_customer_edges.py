"""Edges of accounts, contacts, deals and their lines (domain.md 2.1 to 2.6), as somebody meets them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dougong.kit.clock import now
from tests.http.conftest import Person, World
from tests.http.test_http_sales_edges import codes, convert, defined, lead_of, read

ROUNDS = 6


@pytest.fixture(scope="module")
def admin(world: World) -> Person:
    return world.person("admin")


@pytest.fixture(scope="module")
def wang(world: World) -> Person:
    return world.person("wangfang")


def change(person: Person, obj: str, record: str, **values: Any) -> httpx.Response:
    return person.call("PATCH", f"/records/{obj}/{record}", {"values": values})


def post(person: Person, obj: str, **values: Any) -> httpx.Response:
    return person.post(f"/records/{obj}", {"values": values})


def told(answer: httpx.Response) -> list[tuple[str, str | None]]:
    assert answer.status_code == 422, answer.text
    return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]


def together(*acts: Callable[[], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(acts)) as threads:
        return [one.result() for one in [threads.submit(act) for act in acts]]


class TestAccounts:
    def test_all_that_is_in_the_way_of_deleting_is_named(self, wang: Person) -> None:
        account = wang.make("account", name="有下级")
        wang.make("contact", name="陈工", account_id=account)
        wang.make("opportunity", name="扩容", account_id=account)
        wang.make("activity", subject="电话", related_id={"object": "account", "id": account})
        refused = wang.call("DELETE", f"/records/account/{account}").json()["problems"]
        # Its activities go with it: they are in nobody's way.
        assert [(p["code"], p["params"]["object"], p["params"]["names"]) for p in refused] == [
            ("record.has_children", "contact", ["陈工"]),
            ("record.has_children", "opportunity", ["扩容"]),
        ]

    def test_it_has_bought_while_a_deal_of_it_is_won(self, wang: Person) -> None:
        account = wang.make("account", name="第一单")

        def bought() -> bool:
            where = [{"field": "has_bought", "op": "=", "value": True}, {"field": "id", "op": "=", "value": account}]
            found = wang.post("/query", {"object": "account", "fields": ["id"], "filter": {"and": where}}).json()
            assert read(wang, "account", account)["has_bought"] is bool(found["rows"])
            return bool(found["rows"])

        deal = wang.make("opportunity", name="首单", account_id=account, amount="5", close_date="2026-12-01")
        assert not bought()
        wang.post(f"/records/opportunity/{deal}/actions/win")
        assert bought()
        wang.post(f"/records/opportunity/{deal}/actions/reopen")
        assert not bought()

    def test_two_that_are_put_above_each_other_at_once_make_no_circle(self, admin: Person, wang: Person) -> None:
        account = wang.make("account", name="自己")
        assert told(change(wang, "account", account, parent_id=account)) == [("lookup.cycle", "parent_id")]
        for n in range(ROUNDS):
            one, other = wang.make("account", name=f"环甲{n}"), wang.make("account", name=f"环乙{n}")
            ends = together(
                lambda one=one, other=other: change(wang, "account", one, parent_id=other),
                lambda one=one, other=other: change(admin, "account", other, parent_id=one),
            )
            assert sorted(end.status_code for end in ends) == [200, 422]
            assert sorted(read(wang, "account", a)["parent_id"] is None for a in (one, other)) == [False, True]

    def test_days_are_counted_since_the_last_visit(self, wang: Person) -> None:
        account = wang.make("account", name="久未拜访")
        assert read(wang, "account", account)["days_unvisited"] is None
        about = {"related_id": {"object": "account", "id": account}, "type": "visit"}
        for days in (3, 9):
            wang.make("activity", subject="拜访", start_at=(now() - timedelta(days=days)).isoformat(), **about)
        assert read(wang, "account", account)["days_unvisited"] == 3
        wang.make("activity", subject="约好", start_at=(now() + timedelta(days=2)).isoformat(), **about)
        assert read(wang, "account", account)["days_unvisited"] == 3


class TestContacts:
    def test_each_belongs_to_an_account_that_its_writer_sees(self, world: World, wang: Person) -> None:
        hidden = world.person("zhaomin").make("account", name="赵敏的公司")
        assert told(post(wang, "contact", name="无")) == [("field.required", "account_id")]
        assert told(post(wang, "contact", name="无", account_id=hidden)) == [("lookup.not_found", "account_id")]
        gone = wang.make("account", name="删掉的公司")
        assert wang.call("DELETE", f"/records/account/{gone}").status_code == 204
        assert told(post(wang, "contact", name="无", account_id=gone)) == [("lookup.not_found", "account_id")]

    def test_nobody_reports_to_themselves(self, wang: Person) -> None:
        account = wang.make("account", name="上下级")
        contact = wang.make("contact", name="王总", account_id=account)
        assert told(change(wang, "contact", contact, reports_to_id=contact)) == [("lookup.cycle", "reports_to_id")]

    def test_a_role_that_is_out_of_use_stays_where_it_is_and_is_not_picked(self, admin: Person, wang: Person) -> None:
        account = wang.make("account", name="角色公司")
        body = admin.get("/metadata/definitions/option_sets/contact_role").json()["body"]
        coach = {"value": "coach", "label": {"zh": "内线", "en": "Coach"}, "color": "pink"}

        def roles(*more: dict[str, Any]) -> httpx.Response:
            return defined(admin, option_set="contact_role", body={**body, "options": [*body["options"], *more]})

        assert roles(coach).status_code == 200
        contact = wang.make("contact", name="内", account_id=account, role="coach")
        assert codes(roles()) == ["plan.option_in_use"]
        assert roles({**coach, "active": False}).status_code == 200
        assert change(wang, "contact", contact, title="科长").json()["record"]["role"] == "coach"
        assert told(post(wang, "contact", name="新", account_id=account, role="coach")) == [
            ("value.inactive_option", "role")
        ]
        held = {"field": "role", "op": "=", "value": "coach"}
        found = wang.post("/query", {"object": "contact", "fields": ["name"], "filter": held}).json()
        assert [row["name"] for row in found["rows"]] == ["内"]
        assert defined(wang, option_set="contact_role", body=body).status_code == 403


class TestEnding:
    def test_what_was_won_from_the_start_is_reopened_in_the_first_stage(self, wang: Person) -> None:
        deal = wang.make("opportunity", name="补录", stage="won", amount="5", close_date="2026-12-01")
        found = read(wang, "opportunity", deal)
        assert (found["outcome"], found["probability"], found["ended_from"]) == ("won", "100", None)
        assert wang.post(f"/records/opportunity/{deal}/actions/reopen").status_code == 200
        found = read(wang, "opportunity", deal)
        assert (found["stage"], found["outcome"], found["ended_at"]) == ("prospecting", "open", None)

    def test_of_winning_and_losing_at_once_one_holds(self, admin: Person, wang: Person) -> None:
        for n in range(ROUNDS):
            deal = wang.make("opportunity", name=f"赢输{n}", amount="5", close_date="2026-12-01")
            address = f"/records/opportunity/{deal}/actions"
            won, lost = together(
                lambda at=address: wang.post(f"{at}/win"),
                lambda at=address: admin.post(f"{at}/lose", {"params": {"lost_reason": "price"}}),
            )
            assert sorted([won.status_code == 200, lost.status_code == 200]) == [False, True]
            found = read(wang, "opportunity", deal)
            kept = ("won", None) if won.status_code == 200 else ("lost", "price")
            assert (found["outcome"], found["lost_reason"]) == kept

    def test_a_win_is_not_taken_back_by_the_history(self, wang: Person) -> None:
        deal = wang.make("opportunity", name="历史", amount="5", close_date="2026-12-01")
        assert change(wang, "opportunity", deal, stage="won").status_code == 200
        entry = wang.get(f"/records/opportunity/{deal}/history").json()["entries"][0]
        undone = wang.post(f"/records/opportunity/{deal}/history/{entry['id']}/undo")
        assert told(undone) == [("stage.ended", "stage")]
        assert read(wang, "opportunity", deal)["outcome"] == "won"

    def test_a_type_has_stages_of_its_own(self, own_world: World) -> None:
        admin = own_world.person("admin")
        body = admin.get("/metadata/definitions/objects/opportunity").json()["body"]
        types = [
            {"name": "project", "label": {"zh": "项目", "en": "Project"}, "default": True},
            {
                "name": "renewal",
                "label": {"zh": "续约", "en": "Renewal"},
                "options": {"stage": ["proposal", "won"]},
                "defaults": {"stage": "proposal"},
            },
        ]
        assert defined(admin, object="opportunity", body={**body, "record_types": types}).status_code == 200
        deal = admin.make("opportunity", name="续一年", record_type="renewal", amount="5", close_date="2026-12-01")
        found = read(admin, "opportunity", deal)
        # What a deal of this type should take is what its own stages come to.
        assert (found["stage"], found["probability"], found["standard_days"]) == ("proposal", "50", 14)
        assert told(change(admin, "opportunity", deal, stage="negotiation"))[0][1] == "stage"
        refused = admin.post(f"/records/opportunity/{deal}/actions/lose", {"params": {"lost_reason": "price"}})
        assert (refused.status_code, refused.json()["code"]) == (409, "stage.no_outcome")
        assert admin.post(f"/records/opportunity/{deal}/actions/win").status_code == 200


@pytest.fixture(scope="module")
def pump(admin: Person) -> str:
    return admin.make("product", name="泵", list_price="70")


class TestLines:
    def test_two_people_who_add_lines_at_once_both_count(self, admin: Person, wang: Person, pump: str) -> None:
        for n in range(ROUNDS):
            deal = wang.make("opportunity", name=f"同时{n}")
            line = {"opportunity_id": deal, "product_id": pump}
            ends = together(*(lambda p=p, line=line: post(p, "opportunity_line", **line) for p in (wang, admin)))
            assert [end.status_code for end in ends] == [201, 201]
            found = read(wang, "opportunity", deal)
            assert (found["amount"], found["amount_converted"], found["line_count"]) == ("140.00", "140.00", 2)

    def test_the_list_price_is_that_of_the_deals_currency(self, admin: Person, wang: Person, pump: str) -> None:
        admin.make("exchange_rate", currency="HKD", from_date="2026-01-01", rate="0.9")
        deal = wang.make("opportunity", name="港元", currency="HKD", close_date="2026-12-01")
        line = wang.make("opportunity_line", opportunity_id=deal, product_id=pump, quantity="2")
        found = read(wang, "opportunity_line", line)
        # 70 ÷ 0.9 = 77.777…
        assert (found["list_price"], found["unit_price"], found["amount"]) == ("77.78", "77.78", "155.56")
        found = read(wang, "opportunity", deal)
        assert (found["amount"], found["amount_converted"]) == ("155.56", "140.00")

    def test_a_line_that_moves_leaves_one_deal_and_comes_to_the_other(self, wang: Person, pump: str) -> None:
        one, other = wang.make("opportunity", name="从"), wang.make("opportunity", name="到")
        lines = [wang.make("opportunity_line", opportunity_id=one, product_id=pump) for _ in range(2)]
        assert change(wang, "opportunity_line", lines[0], opportunity_id=other).status_code == 200
        found = [read(wang, "opportunity", deal) for deal in (one, other)]
        assert [(deal["amount"], deal["line_count"]) for deal in found] == [("70.00", 1), ("70.00", 1)]

    def test_a_line_does_not_move_to_a_deal_in_another_currency(self, admin: Person, wang: Person, pump: str) -> None:
        admin.make("exchange_rate", currency="GBP", from_date="2026-01-01", rate="9")
        pounds = wang.make("opportunity", name="英镑", currency="GBP", close_date="2026-12-01")
        line = wang.make("opportunity_line", opportunity_id=wang.make("opportunity", name="人民币"), product_id=pump)
        refused = change(wang, "opportunity_line", line, opportunity_id=pounds)
        assert told(refused) == [("line.other_currency", "opportunity_id")]
        assert read(wang, "opportunity", pounds)["line_count"] == 0

    def test_who_gives_amount_and_discount_means_the_discount(self, wang: Person, pump: str) -> None:
        deal = wang.make("opportunity", name="都填")
        line = wang.make("opportunity_line", opportunity_id=deal, product_id=pump, amount="10", discount="50")
        found = read(wang, "opportunity_line", line)
        assert (found["discount"], found["amount"]) == ("50.0000", "35.00")

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"discount": "100.0001"}, ("value.out_of_range", "discount")),
            ({"discount": "-1"}, ("value.out_of_range", "discount")),
            ({"quantity": "-1"}, ("value.too_small", "quantity")),
            ({"unit_price": "-0.01"}, ("value.too_small", "unit_price")),
            ({"product_id": None}, ("field.required", "product_id")),
            ({"quantity": "9999999999", "unit_price": "999999999"}, ("line.too_large", "amount")),
        ],
    )
    def test_what_is_no_line_is_refused(
        self, wang: Person, pump: str, values: dict[str, Any], code: tuple[str, str]
    ) -> None:
        deal = wang.make("opportunity", name="不成立")
        assert code in told(post(wang, "opportunity_line", **{"opportunity_id": deal, "product_id": pump, **values}))
        assert read(wang, "opportunity", deal)["line_count"] == 0

    def test_a_product_with_lines_is_not_deleted(self, admin: Person, wang: Person, pump: str) -> None:
        wang.make("opportunity_line", opportunity_id=wang.make("opportunity", name="在用"), product_id=pump)
        assert ("record.has_children", None) in told(admin.call("DELETE", f"/records/product/{pump}"))


class TestLeads:
    def test_each_can_be_reached_and_has_a_company(self, wang: Person) -> None:
        refused = post(wang, "lead", name="甲", company_name="乙")
        assert told(refused) == [("record.rule", "mobile")]
        assert refused.json()["problems"][0]["params"]["rule"] == "reachable"
        for way in ({"mobile": "13800138000"}, {"phone": "0571-85151234"}, {"email": "a@b.example"}):
            lead = wang.make("lead", name="甲", company_name="乙", **way)
            (only,) = way
            assert told(change(wang, "lead", lead, **{only: None})) == [("record.rule", "mobile")]
        assert told(post(wang, "lead", name="甲", mobile="13800138000")) == [("field.required", "company_name")]

    def test_the_status_tells_since_when(self, wang: Person) -> None:
        lead = lead_of(wang)
        first = read(wang, "lead", lead)["status_updated_at"]
        assert change(wang, "lead", lead, title="部长").json()["record"]["status_updated_at"] == first
        assert change(wang, "lead", lead, status="contacted").json()["record"]["status_updated_at"] > first

    def test_it_becomes_an_account_alone_where_no_more_is_wanted(self, wang: Person) -> None:
        became = convert(wang, lead_of(wang), contact=None, opportunity=None).json()
        assert list(became) == ["account"]

    def test_an_account_that_one_may_only_read_is_enough_to_convert_onto(self, world: World, wang: Person) -> None:
        zhao = world.person("zhaomin")
        account = zhao.make("account", name="只读客户")
        on = {"record_id": {"object": "account", "id": account}, "level": "read"}
        zhao.make("team_member", member_id={"object": "user", "id": str(wang.id)}, **on)
        assert change(wang, "account", account, phone="0571-85151234").status_code == 403
        became = convert(wang, lead_of(wang), account={"id": account}).json()
        assert became["account"]["id"] == account
        assert read(wang, "contact", became["contact"]["id"])["account_id"] == account

    def test_what_it_became_can_go_and_the_conversion_be_taken_back_then(self, wang: Person) -> None:
        lead = lead_of(wang)
        account = convert(wang, lead, contact=None, opportunity=None).json()["account"]["id"]
        assert wang.call("DELETE", f"/records/account/{account}").status_code == 204
        assert read(wang, "lead", lead)["status"] == "converted"
        assert wang.call("DELETE", f"/records/lead/{lead}").json()["code"] == "record.locked"
        undone = wang.post(f"/records/lead/{lead}/actions/undo_conversion", {"params": {}})
        assert (undone.status_code, undone.json()) == (200, {"deleted": {}})
        assert read(wang, "lead", lead)["status"] == "new"
