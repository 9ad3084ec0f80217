"""Companies fill forms whose options depend on each other: only what is offered goes in (domain.md 5.1, 5.4)."""

from dataclasses import replace
from typing import Any

import pytest

from dougong.metadata.apply import apply_package
from dougong.metadata.definitions import field_from_body
from dougong.metadata.model import Label, RecordType
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.companies.loading import load_task
from tests.http.conftest import World

LABELS = {"province": "省份", "city": "城市", "district": "区县"}
ZHEJIANG, BEIJING, HANGZHOU, WEST_LAKE = "330000", "110000", "330100", "330106"
FILE = """\
企业名称,省份,城市,区县,行业
西湖甲有限公司,浙江省,杭州市,西湖区,科技
西湖乙有限公司,,杭州市,西湖区,
西湖丙有限公司,浙江省,长安镇,,
"""


@pytest.fixture(scope="module", autouse=True)
def provider(world: World) -> str:
    """Accounts have a province, cities, districts and two types; the id of a registry with three firms."""
    with world.database.transaction() as tx:
        account = without_system_fields(load_registry(tx).objects["account"])
        above = {"city": "province", "district": "city"}
        bodies = {
            name: {
                "name": name,
                "type": "select",
                "label": {"zh": zh, "en": name.title()},
                "option_set": f"china_{name}",
            }
            | ({"controlled_by": above[name]} if name in above else {})
            for name, zh in LABELS.items()
        }
        fields = {**account.fields, **{name: field_from_body(body) for name, body in bodies.items()}}
        types = (
            RecordType("usual", Label("普通", "Usual"), default=True),
            RecordType("plant", Label("工厂", "Plant"), options={"industry": ("manufacturing",)}),
        )
        apply_package(tx, Package({"account": replace(account, fields=fields, record_types=types)}))
    admin = world.person("admin")
    # What depends comes before what decides: the fill finds the right order by itself.
    for number, name in enumerate(("district", "city", "province")):
        mapping = {"object_name": "account", "fact": name, "field_name": name, "order_number": number}
        admin.make("registry_mapping", key=f"account.{name}", policy="blank", **mapping)
    found: str = next(
        one["id"] for one in admin.get("/registries/providers").json()["providers"] if one["kind"] == "file"
    )
    sent = {"files": {"file": ("企业库.csv", FILE.encode(), "text/csv")}}
    answer = admin.call("POST", f"/registries/providers/{found}/file", **sent)
    load_task(world.database, lambda: False).run(job_id=int(answer.json()["id"]))
    return found


def fill(world: World, provider: str, name: str, *taken: str, **held: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that go into 王芳's form, and what is told of which field."""
    person = world.person("wangfang")
    (one,) = person.get("/registries/companies", params={"object": "account", "q": name}).json()["companies"]
    body = {"object": "account", "provider_id": provider, "ref": one["ref"], "taken": list(taken), "values": held}
    answer = person.post("/registries/fill", body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return found["values"], {note["field"]: note["code"] for note in found["notes"]}


BLANK = dict.fromkeys(LABELS)


def test_each_option_is_that_of_the_value_that_decides_it(world: World, provider: str) -> None:
    """There is a 西湖区 in 杭州 and another one in 南昌."""
    values, told = fill(world, provider, "西湖甲", **BLANK)
    assert {name: values[name] for name in LABELS} == {
        "province": ZHEJIANG,
        "city": HANGZHOU,
        "district": WEST_LAKE,
    }
    assert told == {}
    assert world.person("wangfang").make("account", **values)


def test_what_the_form_does_not_offer_is_left_out_and_told(world: World, provider: str) -> None:
    # Nothing says which province: saving would refuse a city without one, and a district without a city.
    values, told = fill(world, provider, "西湖乙", **BLANK)
    assert set(LABELS).isdisjoint(values)
    assert told == {"city": "registry.not_offered", "district": "registry.not_offered"}
    # The form holds another province, which the mapping keeps.
    values, told = fill(world, provider, "西湖甲", "province", **{**BLANK, "province": BEIJING})
    assert set(LABELS).isdisjoint(values)
    assert told == {"city": "registry.not_offered", "district": "registry.not_offered"}
    assert world.person("wangfang").make("account", **{**values, "name": "燕山水泥", "province": BEIJING})
    # The one that the form holds decides, where the registry tells none.
    values, told = fill(world, provider, "西湖乙", "province", **{**BLANK, "province": ZHEJIANG})
    assert (values["city"], values["district"], told) == (HANGZHOU, WEST_LAKE, {})
    # A city that is in no list at all is told as before.
    values, told = fill(world, provider, "西湖丙", **BLANK)
    assert (values["province"], told) == (ZHEJIANG, {"city": "registry.no_option"})


def test_the_type_of_the_record_decides_too(world: World, provider: str) -> None:
    values, told = fill(world, provider, "西湖甲", **BLANK, record_type="plant")
    assert ("industry" in values, told) == (False, {"industry": "registry.not_offered"})
    values, told = fill(world, provider, "西湖甲", **BLANK, record_type="usual")
    assert (values["industry"], told) == ("technology", {})


def test_what_is_not_told_is_not_judged(world: World, provider: str) -> None:
    """Who tells nothing of the form (an older client) gets what the registry says; saving decides."""
    values, told = fill(world, provider, "西湖乙", "province")
    assert (values["city"], told) == (HANGZHOU, {})
