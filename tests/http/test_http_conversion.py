"""The life of a lead over HTTP: converted once, as a whole or not at all, by the rights of who does it, and back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

Lead = dict[str, Any]

DETAILS = {
    "company_name": "宁波海曙精工机械有限公司",
    "mobile": "+8613800138000",
    "email": "zhou.min@haishu.example",
    "title": "设备部经理",
    "industry": "manufacturing",
    "source": "exhibition",
    "need": "两条装配线的改造",
}


@pytest.fixture(scope="module")
def campaign(world: Any) -> str:
    return str(world.person("admin").make("campaign", name="春季设备展", actual_cost="20000"))


def lead_of(person: Any, **values: Any) -> str:
    return str(person.make("lead", name="周敏", **{**DETAILS, **values}))


def convert(person: Any, lead: str, **wish: Any) -> httpx.Response:
    asked = {"account": {"values": {}}, "contact": {"values": {}}, "opportunity": None, **wish}
    answer: httpx.Response = person.post(f"/records/lead/{lead}/actions/convert", {"params": asked})
    return answer


def undo(person: Any, lead: str) -> httpx.Response:
    answer: httpx.Response = person.post(f"/records/lead/{lead}/actions/undo_conversion", {"params": {}})
    return answer


def read(person: Any, obj: str, number: str) -> dict[str, Any]:
    answer = person.get(f"/records/{obj}/{number}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["record"])


def offered(person: Any, lead: str) -> list[str]:
    return [one["name"] for one in person.get(f"/records/lead/{lead}").json()["actions"]]


def counted(person: Any, obj: str) -> int:
    return int(person.post("/query", {"object": obj, "fields": ["id"], "count": True, "limit": 1}).json()["total"])


DEAL = {"values": {"name": "装配线改造", "amount": "320000", "close_date": "2027-03-31"}}


class TestWhatComesOfIt:
    def test_the_dialog_starts_from_the_mapping(self, world: Any, campaign: str) -> None:
        wang = world.person("wangfang")
        found = wang.get(f"/leads/{lead_of(wang, campaign_id=campaign)}/conversion").json()
        carried = {name: value for name, value in found["values"]["account"].items() if value is not None}
        assert carried == {"name": DETAILS["company_name"], "industry": "manufacturing"}
        # What the lead leaves blank is told as blank, so that the form puts no default there.
        assert found["values"]["account"]["website"] is None
        assert found["values"]["contact"]["mobile"] == DETAILS["mobile"]
        assert found["values"]["opportunity"]["source"] == "exhibition"
        assert found["names"][campaign] == "春季设备展"
        assert found["creatable"] == {"account": True, "contact": True, "opportunity": True}

    def test_accounts_that_match_stand_ready(self, world: Any) -> None:
        wang = world.person("wangfang")
        account = wang.make("account", name="台州玉环阀门有限公司")
        found = wang.get(f"/leads/{lead_of(wang, company_name='台州玉环阀门有限公司')}/conversion").json()
        assert [match["id"] for match in found["matches"]] == [account]

    def test_a_colleagues_account_is_told_without_its_name(self, world: Any) -> None:
        wang, zhao = world.person("wangfang"), world.person("zhaomin")
        account = zhao.make("account", name="衢州江山水泥有限公司")
        found = wang.get(f"/leads/{lead_of(wang, company_name='浙江省衢州江山水泥（有限公司）')}/conversion").json()
        (match,) = (one for one in found["matches"] if one["id"] == account)
        assert (match["visible"], match["owner"]) == (False, "赵敏")
        assert "江山水泥有限公司" not in match["name"]

    def test_all_three_are_made_and_know_their_lead(self, world: Any, campaign: str) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang, campaign_id=campaign)
        became = convert(wang, lead, opportunity=DEAL).json()
        made = {name: read(wang, name, one["id"]) for name, one in became.items()}
        assert all(record["lead_id"] == lead for record in made.values())
        assert all(record["owner_id"] == str(wang.id) for record in made.values())
        assert made["contact"]["account_id"] == made["opportunity"]["account_id"] == became["account"]["id"]
        assert made["opportunity"]["contact_id"] == became["contact"]["id"]
        assert (made["opportunity"]["source"], made["opportunity"]["campaign_id"]) == ("exhibition", campaign)
        after = read(wang, "lead", lead)
        assert after["status"] == "converted"
        assert after["converted_by_id"] == str(wang.id)
        assert after["converted_at"] is not None
        assert after["converted_opportunity_id"] == became["opportunity"]["id"]

    def test_without_an_opportunity_the_source_goes_nowhere(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        became = convert(wang, lead).json()
        account = read(wang, "account", became["account"]["id"])
        assert "opportunity" not in became
        assert (account["lead_id"], account["source"]) == (lead, None)

    def test_a_lead_without_a_source_leaves_the_opportunitys_blank(self, world: Any) -> None:
        wang = world.person("wangfang")
        became = convert(wang, lead_of(wang, source=None), opportunity=DEAL).json()
        assert read(wang, "opportunity", became["opportunity"]["id"])["source"] is None

    def test_what_the_dialog_says_goes_before_the_mapping(self, world: Any) -> None:
        wang = world.person("wangfang")
        became = convert(wang, lead_of(wang), account={"values": {"name": "另一个名字", "industry": None}}).json()
        account = read(wang, "account", became["account"]["id"])
        assert (account["name"], account["industry"]) == ("另一个名字", None)

    def test_activities_go_to_the_account_and_are_on_both_timelines(self, world: Any) -> None:
        wang, li = world.person("wangfang"), world.person("liqiang")
        lead = lead_of(wang)
        related = {"object": "lead", "id": lead}
        for person, subject in ((wang, "首次电话"), (li, "经理回访")):
            person.make("activity", subject=subject, type="call", related_id=related)
        account = convert(wang, lead).json()["account"]["id"]
        for obj, number in (("account", account), ("lead", lead)):
            rows = li.get(f"/records/{obj}/{number}/timeline").json()["rows"]
            assert {row["subject"] for row in rows} == {"首次电话", "经理回访"}

    def test_membership_is_carried_to_the_contact(self, world: Any, campaign: str) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        wang.post(f"/records/lead/{lead}/actions/add_to_campaign", {"params": {"campaign_id": campaign}})
        contact = convert(wang, lead).json()["contact"]["id"]
        of_contact = {"field": "contact_id", "op": "=", "value": contact}
        question = {"object": "campaign_member", "fields": ["campaign_id", "lead_id"], "filter": of_contact}
        (row,) = wang.post("/query", question).json()["rows"]
        assert (row["campaign_id"], row["lead_id"]) == (campaign, lead)


class TestLinking:
    def test_an_account_and_contact_that_there_are_stay_as_they_are(self, world: Any) -> None:
        wang = world.person("wangfang")
        account = wang.make("account", name="嘉兴平湖光机电有限公司")
        contact = wang.make("contact", name="沈建国", account_id=account)
        before = (read(wang, "account", account), read(wang, "contact", contact))
        became = convert(wang, lead_of(wang), account={"id": account}, contact={"id": contact}).json()
        assert (became["account"]["id"], became["contact"]["id"]) == (account, contact)
        after = (read(wang, "account", account), read(wang, "contact", contact))
        assert [one["version"] for one in after] == [one["version"] for one in before]

    def test_a_contact_of_another_account_is_refused(self, world: Any) -> None:
        wang = world.person("wangfang")
        account, other = (wang.make("account", name=name) for name in ("甲公司一", "乙公司一"))
        contact = wang.make("contact", name="沈建国", account_id=other)
        refused = convert(wang, lead_of(wang), account={"id": account}, contact={"id": contact})
        assert [p["code"] for p in refused.json()["problems"]] == ["lead.contact_elsewhere"]

    def test_an_account_that_one_may_not_see_is_refused(self, world: Any) -> None:
        hidden = world.person("zhaomin").make("account", name="赵敏的客户")
        wang = world.person("wangfang")
        lead = lead_of(wang)
        for account in (hidden, "999999999"):
            refused = convert(wang, lead, account={"id": account})
            assert (refused.status_code, refused.json()["code"]) == (403, "lead.account_hidden")
        assert read(wang, "lead", lead)["status"] == "new"

    def test_the_owner_of_one_that_matches_can_be_asked(self, world: Any) -> None:
        hidden = world.person("zhaomin").make("account", name="梅州围龙陶瓷有限公司")
        wang = world.person("wangfang")
        found = wang.get(f"/leads/{lead_of(wang, company_name='梅州围龙陶瓷')}/conversion").json()
        (match,) = found["matches"]
        assert (match["id"], match["visible"], match["owner"], "围龙" in match["name"]) == (
            hidden,
            False,
            "赵敏",
            False,
        )
        body = {"object": "account", "values": found["values"]["account"], "hit": match["id"]}
        assert wang.post("/duplicates/ask", body).status_code == 204
        asked = world.person("zhaomin").get(f"/duplicates/questions/account/{hidden}").json()["questions"]
        assert [one["name"] for one in asked] == ["王芳"]


class TestOwner:
    def test_what_is_made_can_be_a_colleagues(self, world: Any) -> None:
        wang, zhao = world.person("wangfang"), world.person("zhaomin")
        became = convert(wang, lead_of(wang), opportunity=DEAL, owner_id=str(zhao.id)).json()
        for name, one in became.items():
            record = read(zhao, name, one["id"])
            assert record["owner_id"] == str(zhao.id)
            assert wang.get(f"/records/{name}/{one['id']}").status_code == 404

    def test_who_has_left_owns_nothing(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        before = counted(world.person("admin"), "account")
        refused = convert(wang, lead, owner_id="999999999")
        assert [p["code"] for p in refused.json()["problems"]] == ["owner.inactive", "lookup.not_found"]
        assert counted(world.person("admin"), "account") == before


class TestRefusals:
    def test_any_part_that_fails_takes_everything_back(self, world: Any) -> None:
        wang, admin = world.person("wangfang"), world.person("admin")
        lead = lead_of(wang)
        before = [counted(admin, name) for name in ("account", "contact", "opportunity")]
        refused = convert(wang, lead, opportunity={"values": {"name": "", "amount": "-1"}})
        assert refused.status_code == 422
        assert {(p["field"], p["code"]) for p in refused.json()["problems"]} >= {("opportunity.name", "field.required")}
        assert [counted(admin, name) for name in ("account", "contact", "opportunity")] == before
        assert read(wang, "lead", lead)["status"] == "new"

    def test_twice_is_refused(self, world: Any) -> None:
        wang, admin = world.person("wangfang"), world.person("admin")
        lead = lead_of(wang)
        assert convert(wang, lead).status_code == 200
        before = counted(admin, "account")
        again = convert(wang, lead)
        assert (again.status_code, again.json()["code"]) == (403, "access.action_not_offered")
        assert counted(admin, "account") == before

    def test_twice_at_once_makes_one_set(self, world: Any) -> None:
        wang, admin = world.person("wangfang"), world.person("admin")
        for _ in range(5):
            lead = lead_of(wang)
            before = counted(admin, "account")
            people = [world.sign_in("wangfang") for _ in range(4)]
            with ThreadPoolExecutor(4) as threads:
                answers = list(threads.map(lambda person, one=lead: convert(person, one), people))
            refusals = {answer.json()["code"] for answer in answers if answer.status_code != 200}
            assert sum(answer.status_code == 200 for answer in answers) == 1
            assert refusals <= {"lead.already_converted", "access.action_not_offered"}
            assert counted(admin, "account") == before + 1

    @pytest.mark.parametrize(
        "wish",
        [{"account": "7"}, {"account": {"id": "x"}}, {"account": {"id": "1", "values": {}}}, {"owner_id": [1]},
         {"opportunity": {"id": "7"}}, {"contact": {"values": []}}, {"surprise": 1}],
    )  # fmt: skip
    def test_what_cannot_be_read_is_refused(self, world: Any, wish: dict[str, Any]) -> None:
        wang = world.person("wangfang")
        refused = convert(wang, lead_of(wang), **wish)
        assert (refused.status_code, refused.json()["code"]) == (400, "lead.conversion_params")

    def test_values_that_the_product_keeps_are_not_the_dialogs_to_give(self, world: Any) -> None:
        wang = world.person("wangfang")
        other = lead_of(wang)
        refused = convert(wang, lead_of(wang), account={"values": {"won_amount": "1"}})
        assert [(p["field"], p["code"]) for p in refused.json()["problems"]] == [
            ("account.won_amount", "record.system_field")
        ]
        answer = wang.post("/records/account", {"values": {"name": "甲", "lead_id": other}})
        assert [p["code"] for p in answer.json()["problems"]] == ["record.system_field"]

    def test_who_may_not_make_an_account_converts_onto_one(self, world: Any) -> None:
        admin, wang = world.person("admin"), world.person("wangfang")
        account = wang.make("account", name="王芳的老客户")
        of_sales = {"field": "profile.key", "op": "=", "value": "sales"}
        of_accounts = {"field": "object_name", "op": "=", "value": "account"}
        found = {"object": "object_permission", "fields": ["actions"], "filter": {"and": [of_sales, of_accounts]}}
        (permission,) = admin.post("/query", found).json()["rows"]
        address = f"/records/object_permission/{permission['id']}"
        less = [action for action in permission["actions"] if action != "create"]
        assert admin.call("PATCH", address, {"values": {"actions": less}}).status_code == 200
        try:
            lead = lead_of(wang)
            assert wang.get(f"/leads/{lead}/conversion").json()["creatable"]["account"] is False
            assert convert(wang, lead).status_code == 403
            assert convert(wang, lead, account={"id": account}).status_code == 200
        finally:
            admin.call("PATCH", address, {"values": {"actions": permission["actions"]}})

    def test_a_locked_lead_is_not_converted(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        assert world.person("admin").post(f"/records/lead/{lead}/lock").status_code == 200
        assert "convert" not in offered(wang, lead)
        assert convert(wang, lead).status_code == 403


class TestAfterwards:
    def test_a_status_alone_converts_nothing(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        refused = wang.call("PATCH", f"/records/lead/{lead}", {"values": {"status": "converted"}})
        assert [p["code"] for p in refused.json()["problems"]] == ["lead.convert_instead"]
        new = wang.post("/records/lead", {"values": {"name": "甲", **DETAILS, "status": "converted"}})
        assert [p["code"] for p in new.json()["problems"]] == ["lead.convert_instead"]

    def test_a_converted_lead_is_read_only(self, world: Any) -> None:
        wang, admin = world.person("wangfang"), world.person("admin")
        lead = lead_of(wang)
        convert(wang, lead)
        answer = wang.get(f"/records/lead/{lead}").json()
        assert answer["can"]["update"] is answer["can"]["delete"] is False
        refused = wang.call("PATCH", f"/records/lead/{lead}", {"values": {"name": "改名"}})
        assert (refused.status_code, refused.json()["code"]) == (409, "record.locked")
        unlocked = admin.post(f"/records/lead/{lead}/unlock")
        assert [p["code"] for p in unlocked.json()["problems"]] == ["lead.converted_locked"]

    def test_work_goes_on_with_the_account_and_not_with_the_lead(self, world: Any) -> None:
        wang, zhao = world.person("wangfang"), world.person("zhaomin")
        lead = lead_of(wang)
        assert "check_in" in offered(wang, lead)
        before = wang.make("activity", subject="转换前", related_id={"object": "lead", "id": lead})
        account = convert(wang, lead).json()["account"]["id"]
        on_lead = {"related_id": {"object": "lead", "id": lead}}

        def refused(answer: httpx.Response) -> list[tuple[str, str]]:
            return [(problem["code"], problem["field"]) for problem in answer.json()["problems"]]

        told = [("lead.converted_read_only", "related_id")]
        assert refused(wang.post("/records/activity", {"values": {"subject": "转换后", **on_lead}})) == told
        assert refused(wang.call("PATCH", f"/records/activity/{before}", {"values": on_lead})) == told
        assert wang.call("PATCH", f"/records/activity/{before}", {"values": {"subject": "改"}}).status_code == 200
        assert "check_in" not in offered(wang, lead)
        wang.make("activity", subject="转换后", related_id={"object": "account", "id": account})
        # Who does not see the lead is told nothing of it.
        stranger = zhao.post("/records/activity", {"values": {"subject": "x", **on_lead}})
        assert refused(stranger) == [("lookup.not_found", "related_id")]

    def test_history_names_who_converted(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        convert(wang, lead)
        entries = wang.get(f"/records/lead/{lead}/history").json()["entries"]
        assert {entry["actor"]["name"] for entry in entries} == {"王芳"}
        assert [entry["action"] for entry in entries] == ["lock", "update", "create"]
        refused = wang.post(f"/records/lead/{lead}/history/{entries[1]['id']}/undo")
        assert refused.status_code in {409, 422}


class TestUndoing:
    def test_it_takes_back_what_it_made_and_returns_what_came_along(self, world: Any, campaign: str) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang, status="contacted")
        wang.make("activity", subject="首次电话", type="call", related_id={"object": "lead", "id": lead})
        wang.post(f"/records/lead/{lead}/actions/add_to_campaign", {"params": {"campaign_id": campaign}})
        became = convert(wang, lead, opportunity=DEAL).json()
        assert {"add_to_campaign", "undo_conversion"} <= set(offered(wang, lead))
        assert "convert" not in offered(wang, lead)
        assert undo(wang, lead).status_code == 200
        for name, one in became.items():
            assert wang.get(f"/records/{name}/{one['id']}").status_code == 404
        after = read(wang, "lead", lead)
        assert after["status"] == "contacted"
        assert [after[f"converted_{name}_id"] for name in became] == [None, None, None]
        assert after["converted_at"] is after["locked_at"] is None
        assert [row["subject"] for row in wang.get(f"/records/lead/{lead}/timeline").json()["rows"]] == ["首次电话"]
        assert convert(wang, lead).status_code == 200

    def test_what_was_linked_stays(self, world: Any) -> None:
        wang = world.person("wangfang")
        account = wang.make("account", name="湖州德清钢琴有限公司")
        lead = lead_of(wang)
        contact = convert(wang, lead, account={"id": account}).json()["contact"]["id"]
        assert undo(wang, lead).status_code == 200
        assert read(wang, "account", account)["name"] == "湖州德清钢琴有限公司"
        assert wang.get(f"/records/contact/{contact}").status_code == 404

    @pytest.mark.parametrize("kind", ["contact", "opportunity", "activity", "opportunity_line", "lead"])
    def test_what_somebody_has_added_is_in_the_way(self, world: Any, kind: str) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        became = convert(wang, lead, opportunity=DEAL).json()
        account = became["account"]["id"]
        match kind:
            case "contact":
                wang.make("contact", name="另一位", account_id=account)
            case "opportunity":
                wang.make("opportunity", name="另一笔", account_id=account)
            case "activity":
                wang.make("activity", subject="拜访", type="visit", related_id={"object": "account", "id": account})
            case "opportunity_line":
                product = world.person("admin").make("product", name=f"机床 {lead}")
                wang.make(
                    "opportunity_line",
                    opportunity_id=became["opportunity"]["id"],
                    product_id=product,
                    quantity=1,
                    unit_price="1",
                )
            case _:
                assert convert(wang, lead_of(wang), account={"id": account}).status_code == 200
        refused = undo(wang, lead)
        assert (refused.status_code, refused.json()["code"]) == (409, "lead.conversion_used")
        assert read(wang, "lead", lead)["status"] == "converted"
        assert read(wang, "account", account)["id"] == account

    def test_it_is_for_who_converted_and_who_may_unlock(self, world: Any) -> None:
        wang = world.person("wangfang")
        lead = lead_of(wang)
        convert(wang, lead)
        # 李强 sees the lead and may not change it.
        assert "undo_conversion" not in offered(world.person("liqiang"), lead)
        assert undo(world.person("liqiang"), lead).status_code == 403
        assert "undo_conversion" not in offered(wang, lead_of(wang))
        assert undo(world.person("zhaomin"), lead).status_code == 404
        assert "undo_conversion" in offered(world.person("admin"), lead)
        assert undo(world.person("admin"), lead).status_code == 200
