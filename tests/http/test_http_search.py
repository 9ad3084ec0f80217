"""The global search through the edge: what is found, by whom, as administrators set it; domain.md 5.5."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dougong.kit.errors import Refused
from dougong.metadata.apply import apply_package
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.search_rebuilding import rebuild_outdated
from tests.http.conftest import Person, World

NAME = "瑶光精密仪器有限公司"
MOBILE = "13907550412"


@pytest.fixture(scope="module")
def stored(world: World) -> dict[str, str]:
    """An account of 王芳's in 华东 with a contact, and one of 赵敏's in 华南."""
    wang, zhao = world.person("wangfang"), world.person("zhaomin")
    account = wang.make("account", name=NAME, phone="0755-26613344", email="office@yaoguang.example.cn")
    contact = wang.make("contact", name="单雨桐", account_id=account, mobile=MOBILE)
    other = zhao.make("account", name="瑶池食品有限公司", phone="020-88776655")
    return {"account": account, "contact": contact, "other": other}


def hits(person: Person, text: str, **params: Any) -> list[dict[str, Any]]:
    answer = person.get("/search", params={"q": text, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["hits"]
    return found


def ids(person: Person, text: str) -> set[str]:
    return {hit["id"] for hit in hits(person, text)}


@pytest.fixture
def setting(world: World) -> Iterator[Any]:
    """Makes settings of the search, which are gone after the test."""
    admin = world.person("admin")
    made: list[str] = []

    def make(**values: object) -> str:
        made.append(admin.make("search_setting", key=f"test{len(made)}", **values))
        return made[-1]

    yield make
    for number in made:
        assert admin.call("DELETE", f"/records/search_setting/{number}").status_code in {200, 204}


@pytest.mark.parametrize(
    "text",
    [
        NAME,
        "精密仪器",
        "瑶光",
        "yaoguang",
        "ygjm",
        "yg精密",
        "ＹＡＯＧＵＡＮＧ",
        "yaoguan",
        "2661",
        "0755-2661 3344",
        "(0755) 26613344",
        "+86 755 2661 3344",
        "office@yaoguang",
        "仪器 瑶光",
    ],
)
def test_an_account_is_found_by_whatever_people_type(world: World, stored: dict[str, str], text: str) -> None:
    assert stored["account"] in ids(world.person("wangfang"), text)


@pytest.mark.parametrize("text", ["shanyutong", "单雨桐", "syt", "139 0755 0412", "0755041", "139-0755-0412"])
def test_a_contact_is_found_by_spelling_and_number(world: World, stored: dict[str, str], text: str) -> None:
    assert stored["contact"] in ids(world.person("wangfang"), text)


@pytest.mark.parametrize("text", ["'", "\\", "&|!", ":*", "(", "%", "_", "<a>", "~", "^", "''''", "a:*&b", "  ", "🙂"])
def test_special_characters_are_characters(world: World, stored: dict[str, str], text: str) -> None:
    assert stored["account"] not in ids(world.person("wangfang"), text)


def test_what_was_sought_is_marked(world: World, stored: dict[str, str]) -> None:
    wang = world.person("wangfang")
    (hit,) = [hit for hit in hits(wang, "精密") if hit["id"] == stored["account"]]
    assert [NAME[start:end] for start, end in hit["marks"]] == ["精密"]
    assert hit["closeness"] == "fragment"
    (hit,) = [hit for hit in hits(wang, "yaogjm") if hit["id"] == stored["account"]]
    assert [NAME[start:end] for start, end in hit["marks"]] == ["瑶光精密"]
    assert hit["closeness"] == "pinyin"
    (hit,) = [hit for hit in hits(wang, "07550412") if hit["id"] == stored["contact"]]
    assert hit["marks"] == []
    found = hit["found_in"]
    assert found["field"] == "mobile"
    assert [found["value"][start:end] for start, end in found["marks"]] == ["07550412"]


def test_the_closest_come_first(world: World) -> None:
    wang = world.person("wangfang")
    names = ["开阳", "开阳科技", "北京开阳科技", "凯扬科技"]
    for name in reversed(names):
        wang.make("account", name=name)
    found = [hit["name"] for hit in hits(wang, "开阳", object="account")]
    assert found == names[:3]
    assert {hit["name"] for hit in hits(wang, "kaiyang", object="account")} == set(names)


def test_everybody_finds_what_they_may_see(world: World, stored: dict[str, str]) -> None:
    assert stored["other"] not in ids(world.person("wangfang"), "瑶池")
    assert ids(world.person("zhaomin"), "瑶光") == set()
    assert stored["account"] in ids(world.person("liqiang"), "瑶光")
    assert {stored["account"], stored["other"]} <= ids(world.person("admin"), "瑶")


def test_what_a_hidden_field_says_is_not_found(world: World, stored: dict[str, str]) -> None:
    admin, zhao = world.person("admin"), world.person("zhaomin")
    account = zhao.make("account", name="隐元星科技")
    zhao.make("contact", name="隐元", account_id=account, mobile="13811112222", phone="020-38889999")
    assert len(hits(zhao, "13811112222")) == 1
    hidden = admin.make(
        "field_permission",
        profile_id=str(world.ids["profile:sales"]),
        object_name="contact",
        field_name="mobile",
        level="hidden",
    )
    try:
        for text in ("13811112222", "1111", "138 1111 2222", "11112"):
            assert hits(zhao, text) == []
            assert zhao.get("/lookup/contact", params={"q": text}).json()["rows"] == []
        # Through a field that is not hidden it is found, and shows nothing of the one that is.
        (hit,) = hits(zhao, "38889999")
        assert "1381" not in str(hit)
        assert len(hits(admin, "13811112222")) == 1
    finally:
        assert admin.call("DELETE", f"/records/field_permission/{hidden}").status_code in {200, 204}
    assert len(hits(zhao, "13811112222")) == 1


def test_what_the_product_ships_is_called_in_the_readers_language(world: World) -> None:
    """A name that people gave has no English, and stays as it is; business records never have any."""
    admin = world.person("admin")
    own = admin.make("role", name="驻外代表", key="field_office")
    try:
        for language, text, name in (
            ("zh", "经理", "经理用户"),
            ("en", "manag", "Manager"),
            ("en", "经理", "Manager"),
            ("en", "驻外", "驻外代表"),
        ):
            admin.call("PATCH", f"/records/user/{admin.id}", {"values": {"language": language}})
            rows = admin.get("/lookup/role", params={"q": text}).json()["rows"]
            assert name in [row["name"] for row in rows], (language, text)
        objects = {one["name"]: one for one in admin.get("/metadata").json()["objects"]}
        english = {
            name: {field["name"]: field["english"] for field in objects[name]["fields"] if field["english"]}
            for name in ("role", "list_view", "account")
        }
        assert english == {
            "role": {"name": "name_en", "description": "description_en"},
            "list_view": {"name": "name_en"},
            "account": {},
        }
    finally:
        admin.call("PATCH", f"/records/user/{admin.id}", {"values": {"language": "zh"}})
        admin.call("DELETE", f"/records/role/{own}")


def test_a_deleted_record_is_not_found_and_a_restored_one_is(world: World) -> None:
    wang = world.person("wangfang")
    number = wang.make("account", name="摇曳生姿有限公司")
    assert number in ids(wang, "摇曳")
    assert wang.call("DELETE", f"/records/account/{number}").status_code in {200, 204}
    assert hits(wang, "摇曳") == []
    assert wang.get("/lookup/account", params={"q": "摇曳"}).json()["rows"] == []
    answer = wang.post(f"/records/account/{number}/restore")
    assert answer.status_code == 200, answer.text
    assert number in ids(wang, "摇曳")


def test_a_change_of_rights_holds_from_the_next_search_on(world: World) -> None:
    """Whoever is signed in need not sign in again: by a team, a new owner, a role (domain.md 5.5, 7)."""
    admin, wang, zhao = (world.person(login) for login in ("admin", "wangfang", "zhaomin"))
    number = wang.make("account", name="玉衡星辰仪表有限公司")
    assert hits(zhao, "玉衡") == []
    place, me = {"object": "account", "id": number}, {"object": "user", "id": str(zhao.id)}
    team = wang.make("team_member", record_id=place, member_id=me, level="read")
    assert ids(zhao, "玉衡") == {number}
    assert wang.call("DELETE", f"/records/team_member/{team}").status_code in {200, 204}
    assert hits(zhao, "玉衡") == []
    held = admin.make("user_role", user_id=str(zhao.id), role_id=str(world.ids["role:admin"]))
    assert ids(zhao, "玉衡") == {number}
    assert admin.call("DELETE", f"/records/user_role/{held}").status_code in {200, 204}
    assert hits(zhao, "玉衡") == []
    answer = admin.call("PATCH", f"/records/account/{number}", {"values": {"owner_id": str(zhao.id)}})
    assert answer.status_code == 200, answer.text
    assert (ids(zhao, "玉衡"), hits(wang, "玉衡")) == ({number}, [])


def test_a_profile_without_the_right_to_read_finds_nothing(world: World, stored: dict[str, str]) -> None:
    """The object is in nobody's results whose profile is closed to it, whatever their role reaches."""
    assert hits(world.person("chenjing"), "瑶光") == []


def test_a_renamed_record_is_found_by_its_new_name_alone(world: World) -> None:
    wang = world.person("wangfang")
    number = wang.make("account", name="天璇旧称有限公司")
    assert wang.call("PATCH", f"/records/account/{number}", {"values": {"name": "天权新名有限公司"}}).status_code == 200
    assert (ids(wang, "天权新名"), hits(wang, "天璇旧称")) == ({number}, [])


def test_an_object_is_switched_off_and_put_first(world: World, stored: dict[str, str], setting: Any) -> None:
    wang = world.person("wangfang")
    wang.make("opportunity", name="瑶光产线改造", account_id=stored["account"])
    order = [group["object"] for group in wang.get("/search?q=瑶光").json()["groups"]]
    assert order.index("account") < order.index("opportunity")
    setting(object_name="opportunity", order_number=1)
    order = [group["object"] for group in wang.get("/search?q=瑶光").json()["groups"]]
    assert order[0] == "opportunity"
    setting(object_name="account", active=False)
    # Somebody else's change holds from the next search on.
    assert {hit["object"] for hit in hits(wang, "瑶光")} == {"opportunity"}
    assert hits(wang, "瑶光", object="account") == []


def test_a_profile_may_search_by_other_fields(world: World, stored: dict[str, str], setting: Any) -> None:
    wang, admin = world.person("wangfang"), world.person("admin")
    setting(object_name="account", searched='["name"]', profile_id=str(world.ids["profile:sales"]), shown='["email"]')
    assert hits(wang, "26613344") == []
    (hit,) = hits(wang, "瑶光精密")
    assert hit["detail"] == "office@yaoguang.example.cn"
    assert stored["account"] in ids(admin, "26613344")


def test_records_beyond_the_rights_show_what_is_chosen(world: World, stored: dict[str, str], setting: Any) -> None:
    zhao = world.person("zhaomin")
    setting(object_name="account", scope="all", foreign_fields='["name", "owner_id"]')
    (hit,) = hits(zhao, "瑶光")
    assert (hit["id"], hit["name"], hit["detail"], hit["foreign"]) == (None, NAME, "王芳", True)
    assert stored["account"] not in str(hit)
    # What is not chosen is no way to find them.
    assert hits(zhao, "26613344") == []
    assert hits(zhao, "office@yaoguang") == []


def test_a_name_that_is_not_chosen_is_not_told(world: World, stored: dict[str, str], setting: Any) -> None:
    zhao = world.person("zhaomin")
    setting(object_name="account", scope="all", foreign_fields='["email"]')
    assert hits(zhao, "瑶光") == []
    (hit,) = hits(zhao, "office@yaoguang")
    assert (hit["id"], hit["name"], hit["marks"]) == (None, "***", [])
    assert NAME not in str(hit)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"object_name": "acount"}, "metadata.unknown_object"),
        ({"object_name": "account", "searched": '["nam"]'}, "search.unknown_field"),
        ({"object_name": "account", "searched": '["description"]'}, "search.not_searchable"),
        ({"object_name": "account", "shown": "name"}, "search.not_a_list"),
        ({"object_name": "account", "scope": "all"}, "search.nothing_shown"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(world: World, values: dict[str, str], code: str) -> None:
    answer = world.person("admin").post("/records/search_setting", {"values": {"key": "wrong", **values}})
    assert answer.status_code == Refused.status
    assert [problem["code"] for problem in answer.json()["problems"]] == [code]


def test_only_administrators_set_the_search(world: World) -> None:
    wang = world.person("wangfang")
    answer = wang.post("/records/search_setting", {"values": {"key": "mine", "object_name": "account"}})
    assert answer.status_code == 403
    assert wang.get("/search/index").status_code == 403
    assert wang.post("/search/index/rebuild", {}).status_code == 403


def test_the_index_is_made_anew(world: World, stored: dict[str, str]) -> None:
    admin = world.person("admin")
    assert admin.post("/search/index/rebuild", {"object": "account"}).status_code == 204

    def state() -> dict[str, Any]:
        return next(one for one in admin.get("/search/index").json()["objects"] if one["object"] == "account")

    assert not state()["current"]
    # People go on finding meanwhile.
    assert stored["account"] in ids(world.person("wangfang"), "瑶光")
    assert rebuild_outdated(world.database, chunk=2) > 2
    assert state()["current"]
    assert state()["done"] == state()["total"]
    assert stored["account"] in ids(world.person("wangfang"), "瑶光")
    assert rebuild_outdated(world.database) == 0


def test_a_field_becomes_searchable_for_the_records_that_are_there(world: World) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    number = wang.make("account", name="天玑数据", website="https://tianji-data.example.cn")
    assert hits(wang, "tianji-data.example") == []
    with world.database.transaction() as tx:
        account = without_system_fields(load_registry(tx).objects["account"])
        website = replace(account.fields["website"], searchable=True)
        apply_package(tx, Package({"account": replace(account, fields={**account.fields, "website": website})}))
    assert not next(o for o in admin.get("/search/index").json()["objects"] if o["object"] == "account")["current"]
    rebuild_outdated(world.database)
    assert number in ids(wang, "tianji-data.example")
