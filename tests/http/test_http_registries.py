"""客户信息回填 through the edge: a loaded file and real HTTP services, well and unwell; domain.md 5.1."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.integrations.registries.asking import HEALTH
from dougong.integrations.registries.calling import is_public
from dougong.records.companies.loading import load_task
from dougong.storage.schema import registry_company, registry_secret
from tests.http.conftest import Person, World
from tests.http.registry_service import COMPANY, KEY, SECRET, TOKEN, Service, serving

FILE = """\
企业名称,统一社会信用代码,法定代表人,注册资本,成立日期,经营状态,省份,城市,区县,注册地址,行业,电话,网址,经营范围
杭州远航科技有限公司,91330100MA27XF8G1A,陈思远,1000万元人民币,2015-03-02,存续,浙江省,杭州市,西湖区,浙江省杭州市西湖区文三路8号,科技,0571-88001122;0571-88001133,www.yuanhang.example.cn,软件开发
杭州远航物流有限公司,91330100MA27XF8G2B,李国栋,500万元人民币,2018/7/9,存续,,,,浙江省杭州市余杭区良睦路3号,道路运输业,0571-8800,http://,货物运输
远航集团有限公司,91330100MA27XF8G3C,王海燕,,,注销,,,,,,,,
,91330100MA27XF8G4D,无名,,,,,,,,,,,
"""


def companies(person: Person, text: str, obj: str = "account") -> dict[str, Any]:
    answer = person.get("/registries/companies", params={"object": obj, "q": text})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(person: Person, text: str) -> list[str]:
    return [one["name"] for one in companies(person, text)["companies"]]


def fill(person: Person, provider: str, ref: str, *taken: str, obj: str = "account") -> dict[str, Any]:
    answer = person.post("/registries/fill", {"object": obj, "provider_id": provider, "ref": ref, "taken": list(taken)})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def providers(world: World) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in world.person("admin").get("/registries/providers").json()["providers"]}


def load(world: World, content: str, **data: str) -> dict[str, Any]:
    admin = world.person("admin")
    provider = providers(world)["file"]["id"]
    sent = {"files": {"file": ("企业库.csv", content.encode(), "text/csv")}, "data": data}
    answer = admin.call("POST", f"/registries/providers/{provider}/file", **sent)
    assert answer.status_code == 201, answer.text
    load_task(world.database, lambda: False).run(job_id=int(answer.json()["id"]))
    found: dict[str, Any] = admin.get(f"/registries/loads/{answer.json()['id']}").json()
    return found


@pytest.fixture(scope="module")
def loaded(world: World) -> str:
    """The file is loaded; the id of its provider."""
    job = load(world, FILE)
    assert (job["state"], job["companies"], job["passed_over"]) == ("done", 3, 1), job
    number: str = providers(world)["file"]["id"]
    return number


class TestFile:
    def test_two_characters_are_enough_and_the_closest_come_first(self, world: World, loaded: str) -> None:
        wang = world.person("wangfang")
        assert names(wang, "远航") == ["远航集团有限公司", "杭州远航科技有限公司", "杭州远航物流有限公司"]
        assert names(wang, "远航 物流") == ["杭州远航物流有限公司"]
        assert names(wang, "杭州远航科技有限公司") == ["杭州远航科技有限公司"]
        assert names(wang, "91330100ma27xf8g2b") == ["杭州远航物流有限公司"]
        assert names(wang, "远") == []
        assert names(wang, "没有这家公司") == []

    def test_the_form_is_filled(self, world: World, loaded: str) -> None:
        wang = world.person("wangfang")
        (one,) = companies(wang, "杭州远航科技")["companies"]
        found = fill(wang, loaded, one["ref"])
        assert found == {
            "values": {
                "name": "杭州远航科技有限公司",
                "tax_number": "91330100MA27XF8G1A",
                "legal_representative": "陈思远",
                "registered_capital": "1000万元人民币",
                "established_year": 2015,
                "business_status": "存续",
                "address": {
                    "province": "浙江省",
                    "city": "杭州市",
                    "district": "西湖区",
                    "street": "文三路8号",
                    "postcode": None,
                },
                "industry": "technology",
                "phone": "+8657188001122",
                "website": "https://www.yuanhang.example.cn",
                "business_scope": "软件开发",
            },
            "notes": [],
        }

    def test_what_stands_there_is_kept_unless_the_mapping_says_otherwise(self, world: World, loaded: str) -> None:
        wang = world.person("wangfang")
        (one,) = companies(wang, "杭州远航科技")["companies"]
        found = fill(wang, loaded, one["ref"], "phone", "name", "industry")["values"]
        assert {"phone", "industry"}.isdisjoint(found)
        assert found["name"] == "杭州远航科技有限公司"

    def test_what_does_not_fit_is_left_out_and_told(self, world: World, loaded: str) -> None:
        wang = world.person("wangfang")
        (one,) = companies(wang, "远航物流")["companies"]
        found = fill(wang, loaded, one["ref"])
        told = {(note["field"], note["code"]) for note in found["notes"]}
        assert told == {("industry", "registry.no_option"), ("website", "registry.does_not_fit")}
        assert {"industry", "website"}.isdisjoint(found["values"])
        assert found["values"]["established_year"] == 2018
        assert found["values"]["address"]["city"] == "杭州市"

    def test_a_text_that_is_too_long_is_cut_and_told(self, world: World) -> None:
        long = "经营" * 3_000
        job = load(
            world, f"企业名称,经营范围,注册资本\n长文有限公司,{long},{'9' * 100}万\n" + FILE.partition("\n")[2][:0]
        )
        assert job["companies"] == 1
        wang, provider = world.person("wangfang"), providers(world)["file"]["id"]
        (one,) = companies(wang, "长文")["companies"]
        found = fill(wang, provider, one["ref"])
        assert len(found["values"]["registered_capital"]) == 80
        assert [(note["field"], note["code"]) for note in found["notes"]] == [("registered_capital", "registry.cut")]
        assert len(found["values"]["business_scope"]) == 4_000
        # The file before is gone with all of its companies.
        assert names(wang, "远航") == []
        with world.database.snapshot() as snapshot:
            assert snapshot.scalar(sa.select(sa.func.count()).select_from(registry_company)) == 1
        load(world, FILE)

    def test_what_one_may_not_edit_is_not_filled(self, world: World, loaded: str) -> None:
        admin, wang = world.person("admin"), world.person("wangfang")
        made = [
            admin.make(
                "field_permission",
                profile_id=str(world.ids["profile:sales"]),
                object_name="account",
                field_name=name,
                level=access,
            )
            for name, access in (("tax_number", "hidden"), ("phone", "read"))
        ]
        try:
            (one,) = companies(wang, "杭州远航科技")["companies"]
            found = fill(wang, providers(world)["file"]["id"], one["ref"])
            assert {"tax_number", "phone"}.isdisjoint(found["values"])
            assert found["notes"] == []
        finally:
            for number in made:
                admin.call("DELETE", f"/records/field_permission/{number}")

    def test_a_mapping_or_a_registry_that_is_switched_off_fills_nothing(self, world: World, loaded: str) -> None:
        admin, wang = world.person("admin"), world.person("wangfang")
        query = {"object": "registry_mapping", "fields": ["object_name", "field_name"], "limit": 200}
        rows = admin.post("/query", query).json()["rows"]
        mapping = next(r["id"] for r in rows if (r["object_name"], r["field_name"]) == ("account", "tax_number"))
        provider = providers(world)["file"]["id"]
        (company,) = companies(wang, "杭州远航科技")["companies"]
        assert "tax_number" in fill(wang, provider, company["ref"])["values"]
        switched = [f"/records/registry_mapping/{mapping}", f"/records/registry_provider/{provider}"]
        try:
            assert admin.call("PATCH", switched[0], {"values": {"active": False}}).status_code == 200
            assert "tax_number" not in fill(wang, provider, company["ref"])["values"]
            # Nobody has anything to fill from, and the form says nothing of it.
            assert admin.call("PATCH", switched[1], {"values": {"active": False}}).status_code == 200
            assert companies(wang, "杭州远航科技") == {"provider": None, "companies": [], "notes": []}
            body = {"object": "account", "provider_id": provider, "ref": company["ref"]}
            assert wang.post("/registries/fill", body).status_code == 404
            assert wang.make("account", name="照常录入有限公司")
        finally:
            for address in switched:
                admin.call("PATCH", address, {"values": {"active": True}})

    def test_the_account_is_marked_and_a_typed_one_is_not(self, world: World, loaded: str) -> None:
        wang, zhao = world.person("wangfang"), world.person("zhaomin")
        (one,) = companies(wang, "杭州远航科技")["companies"]
        values = fill(wang, providers(world)["file"]["id"], one["ref"])["values"]
        marked = wang.make("account", **{**values, "phone": "0571-88009999"})
        record = wang.get(f"/records/account/{marked}").json()["record"]
        assert (record["registered"], record["phone"]) == (True, "+8657188009999")
        typed = wang.make("account", name="随手填写有限公司")
        assert wang.get(f"/records/account/{typed}").json()["record"]["registered"] is False
        # Who has not taken it from the registry has only typed the same name; and nobody marks it themself.
        other = zhao.make("account", name="杭州远航科技有限公司")
        assert zhao.get(f"/records/account/{other}").json()["record"]["registered"] is False
        assert wang.post("/records/account", {"values": {"name": "自称", "registered": True}}).status_code in {
            400,
            403,
            422,
        }
        # A later name does not ask the registry again.
        changed = wang.call("PATCH", f"/records/account/{marked}", {"values": {"name": "远航"}})
        assert changed.status_code == 200
        assert wang.get(f"/records/account/{marked}").json()["record"]["tax_number"] == "91330100MA27XF8G1A"

    def test_what_is_filled_in_is_checked_for_duplicates(self, world: World, loaded: str) -> None:
        wang, zhao = world.person("wangfang"), world.person("zhaomin")
        (one,) = companies(wang, "杭州远航物流")["companies"]
        values = fill(wang, loaded, one["ref"])["values"]
        wang.make("account", **values)
        answer = zhao.post("/records/account", {"values": {**values, "name": "换个名字"}})
        assert {p["code"] for p in answer.json()["problems"]} == {"duplicate.suspected"}

    def test_leads_have_a_mapping_of_their_own(self, world: World, loaded: str) -> None:
        wang = world.person("wangfang")
        (one,) = companies(wang, "杭州远航科技", "lead")["companies"]
        values = fill(wang, providers(world)["file"]["id"], one["ref"], obj="lead")["values"]
        assert values["company_name"] == "杭州远航科技有限公司"
        assert "name" not in values

    def test_a_file_is_read_by_the_columns_that_are_named(self, world: World) -> None:
        job = load(world, "甲,乙\n某某有限公司,9133\n", columns="name=甲\ncredit_code=乙")
        assert job["companies"] == 1
        assert names(world.person("wangfang"), "某某") == ["某某有限公司"]
        assert load(world, "甲,乙\n另一家,1\n")["error"]["code"] == "registry.no_name_column"
        assert load(world, "甲,乙\n另一家,1\n", columns="name=丙")["error"]["code"] == "registry.unknown_column"
        # What could not be loaded has changed nothing.
        assert names(world.person("wangfang"), "某某") == ["某某有限公司"]
        load(world, FILE)


@pytest.fixture
def service() -> Iterator[Service]:
    """A service of this machine, and providers that nobody has asked yet."""
    HEALTH.answers.clear()
    HEALTH.failures.clear()
    with serving() as made:
        yield made


@pytest.fixture
def only(world: World, service: Service) -> Iterator[Any]:
    """Makes one HTTP provider the only one that is asked."""
    admin = world.person("admin")
    known = providers(world)

    def change(number: str, **values: object) -> None:
        answer = admin.call("PATCH", f"/records/registry_provider/{number}", {"values": values})
        assert answer.status_code == 200, answer.text

    def make(kind: str, **values: object) -> str:
        paths = {
            "qichacha": (
                "/qcc/FuzzySearch/GetList?key={key}&searchKey={q}",
                "/qcc/ECIV4/GetBasicDetailsByName?key={key}&keyword={ref}",
            ),
            "tianyancha": (
                "/services/open/search/2.0?word={q}&pageSize=20&pageNum=1",
                "/services/open/ic/baseinfo/normal?keyword={ref}",
            ),
        }[kind]
        number: str = known[kind]["id"]
        told = {
            "search_url": service.url + paths[0],
            "detail_url": service.url + paths[1],
            "app_key": KEY,
            "timeout_ms": 500,
        }
        change(number, active=True, **{**told, "allowed_hosts": "127.0.0.1", "daily_quota": None, **values})
        secret = SECRET if kind == "qichacha" else TOKEN
        assert admin.call("PUT", f"/registries/providers/{number}/secret", {"secret": secret}).status_code == 204
        return number

    change(known["file"]["id"], active=False)
    yield make
    for one in known.values():
        change(one["id"], active=one["key"] == "file")


KINDS = ("qichacha", "tianyancha")


class TestServices:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_company_is_found_and_fills_the_form(self, world: World, only: Any, kind: str) -> None:
        wang, provider = world.person("wangfang"), only(kind)
        found = companies(wang, "启明光电")
        assert found["notes"] == []
        (one,) = found["companies"]
        assert (one["name"], one["facts"]["credit_code"]) == (COMPANY["name"], COMPANY["code"])
        filled = fill(wang, provider, one["ref"])
        assert filled["notes"] == []
        values = filled["values"]
        assert (values["name"], values["tax_number"]) == (COMPANY["name"], COMPANY["code"])
        assert (values["phone"], values["established_year"]) == ("+8651266778899", 2016)
        assert (values["industry"], values["legal_representative"]) == ("manufacturing", COMPANY["person"])
        assert values["address"] == {
            "province": "江苏省",
            "city": "苏州市",
            "district": "吴中区",
            "street": "金枫路99号",
            "postcode": None,
        }
        assert values["website"] == "https://www.qiming.example.cn"

    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_found_is_no_fault(self, world: World, only: Any, kind: str) -> None:
        only(kind)
        assert companies(world.person("wangfang"), "没有这家") == {"provider": None, "companies": [], "notes": []}

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            ("slow", "registry.slow"),
            ("drip", "registry.slow"),
            ("garbage", "registry.garbage"),
            ("flood", "registry.too_much"),
            ("error", "registry.refused"),
            ("redirect", "registry.refused"),
            ("quota", "registry.quota_theirs"),
        ],
    )
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_fault_is_told_and_the_form_goes_on(
        self, world: World, only: Any, service: Service, kind: str, fault: str, code: str
    ) -> None:
        only(kind)
        service.fault = fault
        wang = world.person("wangfang")
        found = companies(wang, "启明")
        assert found["companies"] == []
        assert [note["code"] for note in found["notes"]] == [code]
        assert wang.make("account", name=f"照常保存{kind}{fault}")

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_wrong_secret_is_told(self, world: World, only: Any, kind: str) -> None:
        number = only(kind)
        world.person("admin").call("PUT", f"/registries/providers/{number}/secret", {"secret": "another"})
        found = companies(world.person("wangfang"), "启明")
        assert [note["code"] for note in found["notes"]] == ["registry.bad_signature"]

    def test_a_service_that_is_down_is_told_and_then_left_alone(
        self, world: World, only: Any, service: Service
    ) -> None:
        only("qichacha", search_url="http://127.0.0.1:9/?q={q}")
        wang = world.person("wangfang")
        told = [companies(wang, f"启明{n}")["notes"][0]["code"] for n in range(5)]
        assert told == ["registry.down"] * 3 + ["registry.resting"] * 2

    def test_the_next_provider_is_asked(self, world: World, only: Any, service: Service) -> None:
        only("qichacha", search_url="http://127.0.0.1:9/?q={q}")
        only("tianyancha")
        found = companies(world.person("wangfang"), "启明")
        assert [note["code"] for note in found["notes"]] == ["registry.down"]
        assert found["provider"]["name"] == "天眼查"
        assert len(found["companies"]) == 1

    def test_details_that_fail_leave_what_the_list_said(self, world: World, only: Any, service: Service) -> None:
        provider, wang = only("qichacha"), world.person("wangfang")
        (one,) = companies(wang, "启明")["companies"]
        service.fault = "no details"
        found = fill(wang, provider, one["ref"])
        assert found["values"]["tax_number"] == COMPANY["code"]
        assert [note["code"] for note in found["notes"]] == ["registry.busy"]

    def test_the_quota_of_a_day_is_kept_and_answers_are_remembered(
        self, world: World, only: Any, service: Service
    ) -> None:
        number, wang = only("tianyancha"), world.person("wangfang")
        used = providers(world)["tianyancha"]["calls_today"]
        only("tianyancha", daily_quota=used + 2)
        for _ in range(3):
            assert len(companies(wang, "启明光电")["companies"]) == 1
        assert len(service.asked) == 1
        assert companies(wang, "启明")["notes"] == []
        assert companies(wang, "光电")["notes"][0]["code"] == "registry.quota_ours"
        assert len(service.asked) == 2
        assert providers(world)["tianyancha"]["calls_today"] == used + 2
        assert number

    def test_private_networks_are_not_reached(self, world: World, only: Any, service: Service) -> None:
        only("qichacha", allowed_hosts=None)
        wang = world.person("wangfang")
        assert companies(wang, "启明")["notes"][0]["code"] == "registry.private_address"
        for host in (
            "localhost",
            "[::1]",
            "169.254.169.254",
            "10.0.0.8",
            "0.0.0.0",
            "[::ffff:127.0.0.1]",
            "2130706433",
        ):
            only("qichacha", allowed_hosts=None, search_url=f"http://{host}:{service.port}/qcc?q={{q}}")
            assert companies(wang, f"启明{host}")["notes"][0]["code"] in {"registry.private_address", "registry.down"}
        assert service.asked == []

    def test_secrets_are_sealed_and_never_shown(self, world: World, only: Any) -> None:
        number, admin = only("qichacha"), world.person("admin")
        with world.database.snapshot() as snapshot:
            sealed = snapshot.scalar(
                sa.select(registry_secret.c.sealed).where(registry_secret.c.provider_id == int(number))
            )
        assert SECRET not in sealed
        shown = admin.get("/registries/providers").text + admin.get(f"/records/registry_provider/{number}").text
        assert SECRET not in shown
        assert providers(world)["qichacha"]["has_secret"]
        assert admin.call("PUT", f"/registries/providers/{number}/secret", {"secret": ""}).status_code == 204
        assert not providers(world)["qichacha"]["has_secret"]
        mine = {"field": "record_id", "op": "=", "value": int(number)}
        query = {"object": "audit_entry", "fields": ["subject_zh", "details_zh"], "filter": mine}
        told = [(row["subject_zh"], row["details_zh"]) for row in admin.post("/query", query).json()["rows"]]
        assert {details for subject, details in told if "企查查" in subject} >= {"设置了密钥", "清除了密钥"}
        assert SECRET not in str(told)

    def test_an_administrator_tries_a_provider(self, world: World, only: Any) -> None:
        number = only("qichacha")
        answer = world.person("admin").post(f"/registries/providers/{number}/trial", {"q": "启明"}).json()
        assert answer["companies"][0]["name"] == COMPANY["name"]
        assert answer["whole"]["facts"]["scope"] == COMPANY["scope"]


class TestRights:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/registries/providers", None),
            ("GET", "/registries/loads", None),
            ("POST", "/registries/providers/1/trial", {"q": "启明"}),
            ("PUT", "/registries/providers/1/secret", {"secret": "x"}),
        ],
    )
    def test_providers_are_the_administrators(self, world: World, method: str, path: str, body: object) -> None:
        assert world.person("wangfang").call(method, path, body).status_code == 403

    def test_companies_are_for_who_writes_accounts(self, world: World) -> None:
        chen = world.person("chenjing")
        assert chen.get("/registries/companies", params={"object": "account", "q": "远航"}).status_code == 403
        answer = chen.post("/registries/fill", {"object": "account", "provider_id": "1", "ref": "1"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"kind": "http"}, "search_url", "registry.no_address"),
        ({"kind": "http", "search_url": "ftp://x.example/{q}"}, "search_url", "registry.not_an_address"),
        ({"kind": "http", "search_url": "https://x.example/"}, "search_url", "registry.no_place"),
        (
            {"kind": "http", "search_url": "https://x.example/{q}?s={secret}"},
            "search_url",
            "registry.secret_in_address",
        ),
        ({"kind": "http", "search_url": "https://x.example/{q}", "shape": "{"}, "shape", "registry.bad_shape"),
        ({"kind": "http", "search_url": "https://x.example/{q}", "shape": "{}"}, "shape", "registry.no_name_place"),
        (
            {"kind": "http", "search_url": "https://x.example/{q}", "shape": '{"search": {"name": "n", "nick": "m"}}'},
            "shape",
            "registry.unknown_fact",
        ),
    ],
)
def test_a_provider_that_cannot_be_asked_is_refused(
    world: World, values: dict[str, str], field: str, code: str
) -> None:
    answer = world.person("admin").post(
        "/records/registry_provider", {"values": {"key": "x", "name": "某接口", **values}}
    )
    assert answer.status_code == 422
    assert (field, code) in [(problem["field"], problem["code"]) for problem in answer.json()["problems"]]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_anybodys(address: str, public: bool) -> None:
    assert is_public(address) is public
