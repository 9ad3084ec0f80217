"""The pages of pools over HTTP: what one may take, how a record stands, a trial of rules, statistics, actions."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pypdf import PdfReader

from tests.http.conftest import Person, World

HIDDEN = '["mobile"]'


@pytest.fixture(scope="module")
def pool(world: World) -> str:
    """A pool of leads with a member, an administrator and three leads."""
    admin = world.person("admin")
    made = admin.make("pool", name="线索池", object_name="lead", hidden_fields=HIDDEN, default_days=10, max_held=2)
    for login, part in (("wangfang", "member"), ("liqiang", "administrator")):
        admin.make("pool_member", pool_id=made, member_id={"object": "user", "id": str(world.ids[login])}, part=part)
    for number in range(3):
        admin.make("lead", name=f"张{number}", company_name="甲", mobile=f"1380000000{number}", pool_id=made)
    return made


def leads(world: World, login: str) -> list[str]:
    body = {"object": "lead", "fields": ["name"], "filter": {"field": "pool_status", "op": "=", "value": "unclaimed"}}
    return [row["id"] for row in world.person(login).post("/query", body).json()["rows"]]


def test_a_salesperson_sees_what_they_may_take_and_takes_it(world: World, pool: str) -> None:
    me = world.person("wangfang")
    (joined,) = me.get("/pools/of/lead").json()["pools"]
    assert (joined["name"], joined["unclaimed"], joined["hidden"]) == ("线索池", 3, ["mobile"])
    assert joined["room"] == {"possible": 2, "maximum": 2}
    first, second, third = leads(world, "wangfang")
    told = me.get(f"/pools/record/lead/{first}").json()
    assert (told["pool"]["name"], told["hidden"], told["administers"]) == ("线索池", ["mobile"], False)
    shown = me.get(f"/records/lead/{first}").json()
    assert shown["record"]["mobile"] is None
    assert [action["name"] for action in shown["actions"] if action["primary"]] == ["claim"]

    refused = me.post("/records/lead/actions/claim", {"ids": [first, second, third]})
    assert refused.status_code == 422
    assert {p["code"] for p in refused.json()["problems"]} == {"pool.limit_reached"}
    taken = me.post("/records/lead/actions/claim", {"ids": [first, second]})
    assert (taken.status_code, taken.json()) == (200, {"count": 2})
    assert me.get(f"/records/lead/{first}").json()["record"]["mobile"].startswith("+861380000000")
    assert me.get(f"/pools/record/lead/{first}").json()["rule"]["days"] == 10

    late = world.person("liqiang").post(f"/records/lead/{first}/actions/claim", {"params": {}})
    assert late.status_code in {403, 409}


def test_what_is_locked_offers_no_way_through_pools(world: World, pool: str) -> None:
    me = world.person("wangfang")
    # The test before has filled their hands, where it was run.
    me.post("/records/lead/actions/claim", {"ids": leads(world, "wangfang")[:1]})
    mine = {"object": "lead", "fields": ["name"], "filter": {"field": "owner_id", "op": "=", "value": {"me": True}}}
    first = me.post("/query", mine).json()["rows"][0]["id"]
    ways = {"pool_transfer", "return", "extend", "claim", "move", "reclaim"}

    def offered() -> set[str]:
        return ways & {action["name"] for action in me.get(f"/records/lead/{first}").json()["actions"]}

    assert offered() == {"pool_transfer", "return", "extend"}
    assert world.person("admin").post(f"/records/lead/{first}/lock").status_code == 200
    assert offered() == set()


def test_strangers_are_in_no_pool(world: World, pool: str) -> None:
    assert world.person("zhaomin").get("/pools/of/lead").json() == {"pools": []}
    assert leads(world, "zhaomin") == []


def test_trials_and_statistics_are_for_administrators_of_the_pool(world: World, pool: str) -> None:
    keeper, member = world.person("liqiang"), world.person("wangfang")
    trial = keeper.post(f"/pools/{pool}/try", {"default_days": 1})
    assert trial.status_code == 200
    assert set(trial.json()) == {"held", "would", "now", "people"}
    assert keeper.get(f"/pools/{pool}/statistics").status_code == 200
    assert member.post(f"/pools/{pool}/try", {"default_days": 1}).status_code == 403
    assert member.get(f"/pools/{pool}/statistics").status_code == 403
    assert keeper.post(f"/pools/{pool}/try", {"default_days": 0}).status_code == 400


def test_actions_say_what_is_missing(world: World, pool: str) -> None:
    keeper = world.person("liqiang")
    (lying,) = leads(world, "liqiang")
    answer = keeper.post(f"/records/lead/{lying}/actions/assign", {"params": {}})
    assert (answer.status_code, answer.json()["code"]) == (400, "pool.choice_missing")
    answer = keeper.post(f"/records/lead/{lying}/actions/assign", {"params": {"to_id": str(world.ids["zhaomin"])}})
    assert (answer.status_code, answer.json()["code"]) == (409, "pool.not_a_member")


def test_a_change_of_a_rule_is_in_the_audit_log_and_of_a_record_in_its_own(world: World, pool: str) -> None:
    admin = world.person("admin")
    made = admin.make("pool", name="审计池", object_name="lead", default_days=10)
    assert admin.call("PATCH", f"/records/pool/{made}", {"values": {"default_days": 15}}).status_code == 200
    query = {
        "object": "audit_entry",
        "fields": ["event", "actor_name", "details_zh"],
        "filter": {"and": [{"field": "record_id", "op": "=", "value": int(made)}]},
        "order": [{"field": "at", "descending": True}],
    }
    first, *_ = admin.post("/query", query).json()["rows"]
    assert (first["event"], first["actor_name"]) == ("update", "管理员")
    assert "10 → 15" in first["details_zh"]


@pytest.mark.parametrize("login", ["admin", "liqiang", "wangfang", "zhaomin"])
def test_what_a_list_counts_is_what_it_shows(world: World, pool: str, login: str) -> None:
    """For members, administrators of the pool and strangers alike (domain.md 7.1)."""
    person = world.person(login)
    body = {"object": "lead", "fields": ["name", "pool_status"]}
    shown = person.post("/query", {**body, "limit": 500}).json()["rows"]
    counted = person.get("/query", params={"q": "SELECT COUNT(id) AS n FROM lead"}).json()["rows"]
    assert counted == [{"n": len(shown)}]
    by_status = person.get("/query", params={"q": "SELECT pool_status, COUNT(id) AS n FROM lead GROUP BY pool_status"})
    assert sum(row["n"] for row in by_status.json()["rows"]) == len(shown)


def test_whose_pools_somebody_administers_is_told_before_they_go(world: World, pool: str) -> None:
    admin = world.person("admin")
    used = admin.get(f"/records/user/{world.ids['liqiang']}/uses")
    assert used.status_code == 200, used.text
    assert "pool_member" in used.text


def check(world: World, login: str, name: str) -> list[dict[str, Any]]:
    """What a person is told of an account that they are typing."""
    body = {"object": "account", "values": {"name": name}}
    hits: list[dict[str, Any]] = world.person(login).post("/duplicates/check", body).json()["hits"]
    return hits


def test_what_a_new_record_doubles_is_taken_from_its_pool_instead(world: World) -> None:
    admin, me = world.person("admin"), world.person("wangfang")
    made = admin.make("pool", name="公海", object_name="account", max_held=1)
    member = {"object": "user", "id": str(world.ids["wangfang"])}
    admin.make("pool_member", pool_id=made, member_id=member, part="member")
    code = "91331100MA2E0A1B2C"
    lying = admin.make("account", name="丽水瓯江水电有限公司", tax_number=code, pool_id=made)
    other = admin.make("account", name="衢州江郎山泉有限公司", pool_id=made)
    # Who has not joined is offered nothing; what somebody has is offered to nobody, not even to who administers all.
    admin.make("account", name="金华双龙酒业有限公司")
    assert [hit["takes"] for hit in check(world, "zhaomin", "瓯江水电（丽水）")] == [[]]
    assert [len(hit["takes"]) for hit in check(world, "admin", "瓯江水电（丽水）")] == [1]
    assert [hit["takes"] for hit in check(world, "admin", "双龙酒业")] == [[]]
    (hit,) = check(world, "wangfang", "瓯江水电（丽水）")
    assert (hit["id"], hit["name"], hit["owner_id"]) == (lying, "丽水瓯江水电有限公司", None)
    assert hit["takes"] == [{"name": "claim", "label": {"zh": "领取", "en": "Take"}}]
    # The refusal of saving tells the same.
    refused = me.post("/records/account", {"values": {"name": "另一名称", "tax_number": code}})
    (problem,) = refused.json()["problems"]
    assert [one["takes"] for one in problem["params"]["hits"]] == [hit["takes"]]

    assert me.post(f"/records/account/{lying}/actions/claim", {"params": {}}).status_code == 200
    (taken,) = check(world, "wangfang", "瓯江水电（丽水）")
    assert (taken["owner_name"], taken["takes"]) == ("王芳", [])
    # What is offered is not yet granted: the rules of the pool decide, and say why not.
    assert [one["takes"] != [] for one in check(world, "wangfang", "江郎山泉")] == [True]
    full = me.post(f"/records/account/{other}/actions/claim", {"params": {}})
    assert (full.status_code, {p["code"] for p in full.json()["problems"]}) == (422, {"pool.limit_reached"})
    assert "1" in full.json()["detail"]


def test_a_document_is_blank_where_the_pool_hides(world: World) -> None:
    admin, me, keeper = (world.person(login) for login in ("admin", "wangfang", "liqiang"))
    made = admin.make("pool", name="打印池", object_name="lead", hidden_fields='["mobile", "address"]')
    for login, part in (("wangfang", "member"), ("liqiang", "administrator")):
        admin.make("pool_member", pool_id=made, member_id={"object": "user", "id": str(world.ids[login])}, part=part)
    lead = admin.make(
        "lead", name="张印", company_name="甲", mobile="13812345678", address={"city": "苏州"}, pool_id=made
    )
    body = "<p>{{ record.name }} 手机 {{ record.mobile }} 城市 {{ record.address.city }}</p>"
    template = admin.make("print_template", key="lead.pool", name="线索单", object_name="lead", body=body)

    def printed(person: Person) -> set[str]:
        answer = person.post("/print", {"object": "lead", "record_id": lead, "template_id": template})
        assert answer.status_code == 200, answer.text
        pages = PdfReader(io.BytesIO(answer.content)).pages
        text = "".join("".join(page.extract_text() for page in pages).split())
        return {part for part in ("张印", "5678", "苏州") if part in text}

    assert printed(me) == {"张印"}
    assert printed(keeper) == {"张印", "5678", "苏州"}
    assert me.post(f"/records/lead/{lead}/actions/claim", {"params": {}}).status_code == 200
    assert printed(me) == {"张印", "5678", "苏州"}


def test_a_record_tells_by_which_period_it_is_protected(world: World) -> None:
    """The period is that of all fields of the record; its name is told to who may read what the periods ask about."""
    admin, me = world.person("admin"), world.person("wangfang")
    made = admin.make("pool", name="分级池", object_name="account", default_days=15)
    member = {"object": "user", "id": str(world.ids["wangfang"])}
    admin.make("pool_member", pool_id=made, member_id=member, part="member")
    condition = '{"field": "level", "op": "=", "value": "a"}'
    admin.make("pool_period", pool_id=made, name="A 级", conditions=condition, default_days=60)
    account = admin.make("account", name="温州雁荡石材有限公司", level="a", pool_id=made)
    assert me.post(f"/records/account/{account}/actions/claim", {"params": {}}).status_code == 200

    def told() -> tuple[Any, ...]:
        rule = me.get(f"/pools/record/account/{account}").json()["rule"]
        return rule and (rule["rule"], rule["days"], rule["period"])

    assert told() == ("protection", 60, "A 级")
    with hidden(world, "level"):
        assert "level" not in me.get(f"/records/account/{account}").json()["record"]
        assert told() == ("protection", 60, None)
    with hidden(world, "expires_at"):
        assert told() is None
    with hidden(world, "followed_at"):
        assert told() is None
    assert told() == ("protection", 60, "A 级")


@contextmanager
def hidden(world: World, field: str) -> Iterator[None]:
    """While a field of accounts is hidden from salespeople."""
    admin = world.person("admin")
    closed = {"object_name": "account", "field_name": field, "level": "hidden"}
    rule = admin.make("field_permission", profile_id=str(world.ids["profile:sales"]), **closed)
    try:
        yield
    finally:
        admin.call("DELETE", f"/records/field_permission/{rule}")


def test_which_period_ended_is_told_only_to_who_reads_the_periods(world: World) -> None:
    """A line of the log tells of the level by its period: it follows the name of the period, in lists and filters."""
    query = {"object": "pool_movement", "fields": ["kind", "period_id"], "limit": 1}
    assert world.person("admin").post("/query", query).status_code == 200
    refused = world.person("wangfang").post("/query", query)
    assert refused.status_code == 400
    assert "period_id" in refused.json()["detail"]
