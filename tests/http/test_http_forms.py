"""Forms of the web over HTTP: who may use them, what they take in, that nothing is lost or given away."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from dougong.access.principal import system
from dougong.crm.leads.forgetting import forgetting_task
from dougong.http.forms_api import ADDRESS_MINUTE, CONTENT_MAX
from dougong.kit.clock import now
from dougong.records.api import create, writing
from dougong.storage.jobs import Interrupted
from dougong.storage.schema import rate

SITE = "https://www.example.com"
FIELDS = [
    {"field": "name", "required": True},
    {"field": "company_name", "required": True, "label": "您的公司", "label_en": "Your company"},
    {"field": "mobile"},
    {"field": "email"},
    {"field": "industry"},
    {"field": "need"},
]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def campaign(world: Any) -> str:
    return str(world.person("admin").make("campaign", name="官网推广"))


@pytest.fixture(scope="module")
def form(world: Any, campaign: str) -> str:
    return str(make(world, key="contact", campaign_id=campaign, sites=f"{SITE}\nhttp://localhost:8080/somewhere"))


@pytest.fixture(autouse=True)
def _nobody_waits(world: Any) -> Iterator[None]:
    """Each test begins with its turns untouched: all come from one address."""
    yield
    with world.database.transaction() as tx:
        tx.execute(sa.delete(rate))


def make(world: Any, **values: Any) -> str:
    owner = {"lead_owner_id": str(world.ids["wangfang"]), "name": "联系我们", "title": "联系我们"}
    fields = json.dumps(values.pop("form_fields", FIELDS), ensure_ascii=False)
    return str(world.person("admin").make("web_form", **{**owner, "thanks": "谢谢！", "form_fields": fields, **values}))


def refused(world: Any, **values: Any) -> list[tuple[str | None, str]]:
    given = {
        "name": "甲",
        "title": "甲",
        "key": f"form-{next(NUMBERS)}",
        "lead_owner_id": str(world.ids["wangfang"]),
        "form_fields": json.dumps(FIELDS),
        **values,
    }
    answer = world.person("admin").post("/records/web_form", {"values": given})
    return [] if answer.status_code == 201 else [(p["field"], p["code"]) for p in answer.json()["problems"]]


def token(world: Any, form: str, age: timedelta = timedelta(seconds=30)) -> str:
    """What the form was handed out with so long ago."""
    told = json.dumps({"form": int(form), "at": (now() - age).isoformat(), "n": next(NUMBERS)})
    return str(world.app.state.edge.settings.sealer.seal(told))


def answers(**values: Any) -> dict[str, Any]:
    number = next(NUMBERS)
    return {"name": f"访客{number}", "company_name": f"访客公司{number}", "mobile": f"138001{number:05}", **values}


def send(world: Any, form: str, values: dict[str, Any], **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    body = {"values": values, "token": more.pop("token", None) or token(world, form), **more}
    answer: httpx.Response = world.stranger().post("/api/v1/forms/contact", json=body, headers=headers)
    return answer


def submissions(world: Any, **wanted: str) -> list[dict[str, Any]]:
    conditions = [
        {"field": name, "op": "contains" if name == "summary" else "=", "value": v} for name, v in wanted.items()
    ]
    fields = ["outcome", "lead_id", "summary", "reason", "content", "address", "page"]
    question = {"object": "web_form_submission", "fields": fields, "filter": {"and": conditions}}
    return list(world.person("admin").post("/query", question).json()["rows"])


def leads(world: Any, name: str) -> list[dict[str, Any]]:
    fields = ["name", "company_name", "mobile", "source", "campaign_id", "owner_id", "status", "created_by_id"]
    of_name = {"field": "name", "op": "=", "value": name}
    question = {"object": "lead", "fields": fields, "filter": of_name}
    return list(world.person("admin").post("/query", question).json()["rows"])


class TestWhatAFormIs:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"key": "Contact Us"}, "form.key"),
            ({"key": "a/b"}, "form.key"),
            ({"key": "preview"}, "form.key"),
            ({"sites": "javascript:alert(1)"}, "form.site"),
            ({"sites": "https://ok.example\nhttps://user@evil.example"}, "form.site"),
            ({"sites": "https://a.example; script-src *"}, "form.site"),
            ({"sites": "\n".join(f"https://s{n}.example" for n in range(51))}, "form.too_many_sites"),
            ({"form_fields": "["}, "form.fields"),
            ({"form_fields": "{}"}, "form.fields"),
            ({"form_fields": "[]"}, "form.fields"),
            ({"form_fields": json.dumps([*FIELDS, {"field": "owner_id"}])}, "form.not_askable"),
            ({"form_fields": json.dumps([*FIELDS, {"field": "converted_at"}])}, "form.not_askable"),
            ({"form_fields": json.dumps([*FIELDS, {"field": "campaign_id"}])}, "form.not_askable"),
            ({"form_fields": json.dumps([*FIELDS, {"field": "nmae"}])}, "form.unknown_field"),
            ({"form_fields": json.dumps([*FIELDS, FIELDS[0]])}, "form.twice"),
            ({"form_fields": json.dumps([{"field": "name"}])}, "form.needs_field"),
            ({"form_fields": json.dumps([{**FIELDS[0], "label": "名" * 121}, *FIELDS[1:]])}, "form.label_length"),
        ],
    )
    def test_is_checked_when_it_is_saved(self, world: Any, values: dict[str, Any], code: str) -> None:
        assert code in {found for _, found in refused(world, **values)}

    def test_a_good_one_is_saved(self, world: Any) -> None:
        assert (
            refused(world, sites="https://a.example\n\nhttps://b.example:8443/x", redirect="https://a.example/ok") == []
        )

    def test_only_administrators_make_and_read_them(self, world: Any) -> None:
        wang = world.person("wangfang")
        assert wang.post("/records/web_form", {"values": {"name": "甲"}}).status_code == 403
        assert wang.post("/query", {"object": "web_form_submission", "fields": ["id"]}).status_code == 403

    def test_its_fields_are_in_use(self, world: Any, form: str) -> None:
        plan = {"version": None, "dry_run": True, "changes": [{"object": "lead", "field": "need", "body": None}]}
        answer = world.person("admin").post("/metadata/changes", plan)
        assert "web_form" in answer.text


class TestAsking:
    def test_the_page_may_be_framed_where_the_form_says(self, world: Any, form: str) -> None:
        page = world.stranger().get("/forms/contact")
        policy = page.headers["content-security-policy"]
        assert page.status_code == 200
        assert f"frame-ancestors 'self' {SITE} http://localhost:8080" in policy
        assert "script-src 'self'" in policy
        assert "x-frame-options" not in page.headers
        for name in ("form.js", "form.css", "preview.js", "preview"):
            assert world.stranger().get(f"/forms/{name}").status_code == 200
        assert world.stranger().get("/").headers["x-frame-options"] == "DENY"

    def test_it_speaks_the_visitors_language(self, world: Any, form: str) -> None:
        asked = world.stranger().get("/api/v1/forms/contact", headers={"Accept-Language": "en-GB"}).json()
        assert asked["language"] == "en"
        by_name = {field["name"]: field for field in asked["fields"]}
        assert by_name["company_name"]["label"] == "Your company"
        assert by_name["name"]["required"] is True
        assert {"value": "manufacturing", "label": "Manufacturing"} in by_name["industry"]["options"]

    def test_what_is_closed_or_was_never_there_is_not_found(self, world: Any) -> None:
        closed = make(world, key="closed", active=False)
        for key in ("closed", "no-such", "UPPER", "a--b", "%00"):
            assert world.stranger().get(f"/api/v1/forms/{key}").status_code in {400, 404}
            assert world.stranger().get(f"/forms/{key}").status_code in {400, 404}
        assert send_to(world, "closed", closed).status_code == 404

    def test_a_session_makes_no_difference(self, world: Any, form: str) -> None:
        body = {"values": answers(), "token": token(world, form)}
        assert world.person("admin").client.post("/api/v1/forms/contact", json=body).status_code == 200


def send_to(world: Any, key: str, form: str) -> httpx.Response:
    body = {"values": answers(), "token": token(world, form)}
    answer: httpx.Response = world.stranger().post(f"/api/v1/forms/{key}", json=body)
    return answer


class TestSending:
    def test_it_becomes_a_lead(self, world: Any, form: str, campaign: str) -> None:
        given = answers(industry="manufacturing", need="想了解机床")
        answer = send(world, form, given, page="https://www.example.com/contact")
        assert answer.json() == {"thanks": "谢谢！", "redirect": None}
        (lead,) = leads(world, given["name"])
        assert (lead["source"], lead["campaign_id"], lead["status"]) == ("website", campaign, "new")
        assert (lead["owner_id"], lead["created_by_id"]) == (str(world.ids["wangfang"]), None)
        (line,) = submissions(world, summary=given["name"])
        assert (line["outcome"], line["lead_id"]) == ("created", lead["id"])
        assert line["page"] == "https://www.example.com/contact"
        assert json.loads(line["content"])["need"] == "想了解机床"
        told = world.person("wangfang").get("/notifications").json()
        assert given["name"] in str(told)
        of_lead = {"field": "lead_id", "op": "=", "value": lead["id"]}
        member = {"object": "campaign_member", "fields": ["response"], "filter": of_lead}
        assert [row["response"] for row in world.person("admin").post("/query", member).json()["rows"]] == [
            "registered"
        ]

    def test_what_the_visitor_can_mend_is_told_in_their_words_and_not_kept(self, world: Any, form: str) -> None:
        given = answers(company_name="", email="not an address")
        answer = send(world, form, given, headers={"Accept-Language": "en"})
        assert answer.status_code == 422
        assert [(p["field"], p["code"]) for p in answer.json()["problems"]] == [("company_name", "field.required")]
        assert "Your company" in answer.json()["problems"][0]["detail"]
        again = send(world, form, {**given, "company_name": "甲"})
        assert [(p["field"], p["code"]) for p in again.json()["problems"]] == [("email", "value.bad_email")]
        assert "邮箱" in again.json()["problems"][0]["detail"]
        assert submissions(world, summary=given["name"]) == []
        unreachable = send(world, form, {"name": given["name"], "company_name": "甲"})
        assert [p["code"] for p in unreachable.json()["problems"]] == ["record.rule"]

    def test_the_same_again_makes_no_second_lead_and_is_kept(self, world: Any, form: str) -> None:
        given = answers()
        for _ in range(2):
            assert send(world, form, given).status_code == 200
        assert len(leads(world, given["name"])) == 1
        assert sorted(line["outcome"] for line in submissions(world, summary=given["name"])) == ["created", "repeated"]

    def test_a_click_too_many_counts_once(self, world: Any, form: str) -> None:
        given, mark = answers(), token(world, form)
        with ThreadPoolExecutor(4) as threads:
            sent = list(threads.map(lambda _: send(world, form, given, token=mark).status_code, range(4)))
        assert set(sent) <= {200, 409, 422}
        assert 200 in sent
        assert len(leads(world, given["name"])) == 1
        assert len(submissions(world, summary=given["name"])) == 1

    def test_what_a_rule_keeps_back_is_answered_kindly_and_not_lost(self, world: Any, form: str) -> None:
        """The owner has left: nothing that a visitor could know or mend."""
        admin = world.person("admin")
        gone = admin.make("user", name="离职", login="gone", active=True, department_id=str(world.ids["华东"]))
        left = make(world, key="left", lead_owner_id=gone)
        assert admin.call("PATCH", f"/records/user/{gone}", {"values": {"active": False}}).status_code == 200
        body = {"values": answers(name="没有人负责"), "token": token(world, left)}
        answer = world.stranger().post("/api/v1/forms/left", json=body)
        assert answer.json()["thanks"] == "谢谢！"
        assert leads(world, "没有人负责") == []
        (line,) = submissions(world, summary="没有人负责")
        assert line["outcome"] == "blocked"
        assert line["reason"]

    def test_a_lead_that_there_is_already_is_not_given_away(self, world: Any, form: str) -> None:
        admin = world.person("admin")
        rules = admin.post("/query", {"object": "duplicate_rule", "fields": ["key", "triggers"]}).json()["rows"]
        rule = next(row for row in rules if row["key"] == "lead_phone")
        triggers = sorted({*(rule["triggers"] or []), "form"})
        blocking = {"values": {"action": "block", "triggers": triggers}}
        answer = admin.call("PATCH", f"/records/duplicate_rule/{rule['id']}", blocking)
        assert answer.status_code == 200, answer.text
        try:
            given = answers()
            assert send(world, form, given).status_code == 200
            again = send(world, form, {**given, "name": "换了名字"})
            assert again.json() == {"thanks": "谢谢！", "redirect": None}
            assert leads(world, "换了名字") == []
            (line,) = submissions(world, summary="换了名字")
            assert line["outcome"] == "blocked"
        finally:
            admin.call("PATCH", f"/records/duplicate_rule/{rule['id']}", {"values": {"action": "mark"}})

    def test_it_goes_to_a_pool_where_the_form_names_one(self, world: Any, form: str) -> None:
        pool = world.person("admin").make("pool", name="官网线索池", object_name="lead")
        pooled = make(world, key="pooled", pool_id=pool)
        body = {"values": answers(name="池中人"), "token": token(world, pooled)}
        answer = world.stranger().post("/api/v1/forms/pooled", json=body)
        assert answer.status_code == 200, answer.text
        of_name = {"field": "name", "op": "=", "value": "池中人"}
        question = {"object": "lead", "fields": ["owner_id", "pool_id", "pool_status"], "filter": of_name}
        (lead,) = world.person("admin").post("/query", question).json()["rows"]
        assert (lead["owner_id"], lead["pool_id"]) == (None, pool)

    def test_a_field_that_it_does_not_ask_for_is_refused(self, world: Any, form: str) -> None:
        for name, value in (
            ("owner_id", "1"),
            ("status", "closed"),
            ("converted_at", "2026-01-01T00:00:00Z"),
            ("x", 1),
        ):
            answer = send(world, form, answers(**{name: value}))
            assert (answer.status_code, answer.json()["code"]) == (400, "form.not_asked")


class TestAgainstPrograms:
    def test_who_fills_in_what_nobody_sees_is_thanked_and_put_aside(self, world: Any, form: str) -> None:
        given = answers()
        assert send(world, form, given, website="http://spam.example").json()["thanks"] == "谢谢！"
        assert leads(world, given["name"]) == []
        assert [line["outcome"] for line in submissions(world, summary=given["name"])] == ["spam"]

    @pytest.mark.parametrize(
        ("age", "code"),
        [
            (timedelta(seconds=0), "form.too_fast"),
            (timedelta(hours=13), "form.too_old"),
            (timedelta(hours=-1), "form.too_fast"),
        ],
    )
    def test_sooner_than_people_type_or_long_after_is_not_taken(
        self, world: Any, form: str, age: timedelta, code: str
    ) -> None:
        answer = send(world, form, answers(), token=token(world, form, age))
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_a_token_of_another_form_or_of_nobody_is_not_taken(self, world: Any, form: str) -> None:
        other = make(world, key=f"other-{next(NUMBERS)}")
        for mark in (token(world, other), "nonsense", world.app.state.edge.settings.sealer.seal("{}")):
            answer = send(world, form, answers(), token=mark)
            assert (answer.status_code, answer.json()["code"]) == (400, "form.too_old")

    def test_one_address_sends_only_so_often(self, world: Any, form: str) -> None:
        sent = [send(world, form, answers()).status_code for _ in range(ADDRESS_MINUTE + 2)]
        assert sent == [200] * ADDRESS_MINUTE + [429, 429]

    def test_a_crowd_at_once_does_not_slip_past(self, world: Any, form: str) -> None:
        with ThreadPoolExecutor(8) as threads:
            sent = list(threads.map(lambda _: send(world, form, answers()).status_code, range(12)))
        assert sent.count(200) <= ADDRESS_MINUTE
        assert set(sent) <= {200, 429}

    def test_sizes_are_bounded(self, world: Any, form: str) -> None:
        long = send(world, form, answers(need="长" * CONTENT_MAX))
        assert (long.status_code, long.json()["code"]) == (413, "form.too_long")
        many = send(world, form, {f"field_{n}": "x" for n in range(61)})
        assert many.status_code == 400
        assert send(world, form, answers(), token="x" * 1_001).status_code == 400


class TestOtherSites:
    def test_a_site_that_the_form_names_may_ask_and_send(self, world: Any, form: str) -> None:
        asked = world.stranger().get("/api/v1/forms/contact", headers={"Origin": SITE})
        assert asked.headers["access-control-allow-origin"] == SITE
        assert "access-control-allow-credentials" not in asked.headers
        before = world.stranger().options("/api/v1/forms/contact", headers={"Origin": SITE})
        assert (before.status_code, before.headers["access-control-allow-methods"]) == (204, "GET, POST")
        sent = send(world, form, answers(), headers={"Origin": SITE, "Sec-Fetch-Site": "cross-site"})
        assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (200, SITE)

    def test_it_can_read_why_it_was_refused(self, world: Any, form: str) -> None:
        sent = send(world, form, {"name": "甲"}, headers={"Origin": SITE})
        assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (422, SITE)

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "https://www.example.com.evil.example", "null", "http://www.example.com"]
    )
    def test_no_other_site_may(self, world: Any, form: str, origin: str) -> None:
        for answer in (
            send(world, form, answers(), headers={"Origin": origin}),
            world.stranger().get("/api/v1/forms/contact", headers={"Origin": origin}),
            world.stranger().options("/api/v1/forms/contact", headers={"Origin": origin}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "form.other_site")
            assert "access-control-allow-origin" not in answer.headers

    def test_our_own_page_may(self, world: Any, form: str) -> None:
        assert send(world, form, answers(), headers={"Origin": "http://testserver"}).status_code == 200

    def test_every_other_address_stays_closed_to_other_sites(self, world: Any) -> None:
        body = {"login": "admin", "password": "x"}
        answer = world.stranger().post("/api/v1/session", json=body, headers={"Origin": SITE})
        assert (answer.status_code, answer.json()["code"]) == (403, "session.origin")


class TestWhatNobodyAsked:
    """What a visitor was not asked they cannot mend: the form goes on, and nothing is lost."""

    def test_a_source_that_is_out_of_use_still_says_where_the_lead_came_from(self, world: Any) -> None:
        admin, form = world.person("admin"), make(world, key="old-source", source="search")
        body = admin.get("/metadata/definitions/option_sets/source").json()["body"]
        options = [{**one, "active": False} if one["value"] == "search" else one for one in body["options"]]
        for now_and_then in ({**body, "options": options}, body):
            change = {"version": None, "dry_run": False, "changes": [{"option_set": "source", "body": now_and_then}]}
            assert admin.post("/metadata/changes", change).status_code == 200
            if now_and_then is not body:
                given = answers(name="老来源")
                sent = world.stranger().post(
                    "/api/v1/forms/old-source", json={"values": given, "token": token(world, form)}
                )
                assert sent.status_code == 200, sent.text
        assert leads(world, "老来源")[0]["source"] == "search"

    def test_a_rule_about_what_it_does_not_ask_is_no_refusal(self, world: Any) -> None:
        fields = [{"field": "name", "required": True}, {"field": "company_name", "required": True}]
        form = make(world, key="no-contact", form_fields=fields)
        given = {"name": "无联系方式", "company_name": "无联系方式公司"}
        sent = world.stranger().post("/api/v1/forms/no-contact", json={"values": given, "token": token(world, form)})
        assert sent.status_code == 200, sent.text
        assert leads(world, "无联系方式") == []
        (kept,) = submissions(world, form_id=form)
        assert (kept["outcome"], json.loads(kept["content"])["company_name"]) == ("blocked", "无联系方式公司")


class TestForgetting:
    def test_what_is_older_than_the_form_says_goes_for_good_and_its_lead_stays(self, world: Any) -> None:
        kept, bounded = make(world, key="kept", keep_days=None), make(world, key="bounded", keep_days=30)
        made: dict[str, list[int]] = {}
        with world.database.transaction() as tx:
            w = writing(tx, world.registry, system("test"), "test")
            lead = create(w, "lead", [{"name": "访客", "company_name": "访客公司", "mobile": "13800199999"}]).ids[0]
            for form in (kept, bounded):
                moments = [now() - timedelta(days=days) for days in (31, 29)]
                rows = [{"form_id": form, "sent_at": at, "outcome": "created", "lead_id": lead} for at in moments]
                made[form] = [int(one or 0) for one in create(w, "web_form_submission", rows * 3).ids]
        forgetting_task(world.database.transaction).run()
        table = world.registry.tables["web_form_submission"]
        with world.database.snapshot() as snapshot:
            left = {row.id for row in snapshot.rows(sa.select(table.c.id))}
        assert left & set(made[kept]) == set(made[kept])
        assert left & set(made[bounded]) == set(made[bounded][1::2])
        assert leads(world, "访客")[0]["company_name"] == "访客公司"

    def test_it_is_a_year_unless_one_says_otherwise(self, world: Any) -> None:
        form = world.person("admin").get(f"/records/web_form/{make(world, key='year')}").json()["record"]
        assert form["keep_days"] == 365

    def test_it_stops_between_two_parts(self, world: Any) -> None:
        with pytest.raises(Interrupted):
            forgetting_task(world.database.transaction, lambda: True).run()
