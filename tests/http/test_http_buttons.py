"""Buttons of objects over HTTP: defined by the one way to change definitions, shown to whom and where they are for."""

from typing import Any

import pytest

LABEL = {"zh": "查企业信息", "en": "Look it up"}
BUTTONS = [
    {"name": "look_up", "label": LABEL, "kind": "link", "url": "https://registry.example/q?name={name}&o={owner.name}"},
    {
        "name": "new_deal",
        "label": {"zh": "新建机会", "en": "New deal"},
        "kind": "create",
        "object": "opportunity",
        "values": {"account_id": {"from": "id"}, "type": "new_business"},
        "primary": True,
    },
    {
        "name": "promote",
        "label": {"zh": "升为 A 级", "en": "Promote"},
        "kind": "update",
        "places": ["record", "list"],
        "values": {"level": "a"},
        "confirm": {"zh": "升级？", "en": "Promote?"},
        "visible_when": {"field": "email", "op": "is null"},
    },
    {
        "name": "for_finance",
        "label": {"zh": "财务", "en": "Finance"},
        "kind": "print",
        "template": "account.card",
        "profiles": ["finance"],
    },
]


def define(person: Any, buttons: Any, *, dry_run: bool = False) -> Any:
    changes = [{"object": "account", "body": {"buttons": buttons}}]
    return person.post("/metadata/changes", {"version": None, "dry_run": dry_run, "changes": changes})


def account(person: Any) -> Any:
    return next(o for o in person.get("/metadata").json()["objects"] if o["name"] == "account")


@pytest.fixture(scope="module")
def _buttons(world: Any) -> None:
    answer = define(world.person("admin"), BUTTONS)
    assert answer.status_code == 200, answer.text
    assert answer.json()["problems"] == []


@pytest.mark.usefixtures("_buttons")
def test_buttons_are_shown_to_those_whose_profiles_have_them(world: Any) -> None:
    names = [button["name"] for button in account(world.person("wangfang"))["buttons"]]
    assert names == ["look_up", "new_deal", "promote"]
    assert [b["name"] for b in account(world.person("admin"))["buttons"]] == [b["name"] for b in BUTTONS]
    promote = account(world.person("wangfang"))["buttons"][2]
    # What a condition says may be about fields that the reader does not see: it is not told.
    assert promote["conditional"] is True
    assert "visible_when" not in promote


@pytest.mark.usefixtures("_buttons")
def test_a_condition_decides_on_each_record(world: Any) -> None:
    wang = world.person("wangfang")
    plain = wang.make("account", name="普通客户")
    top = wang.make("account", name="重点客户", email="hello@example.com")
    assert wang.get(f"/records/account/{plain}").json()["buttons"] == ["look_up", "new_deal", "promote"]
    assert wang.get(f"/records/account/{top}").json()["buttons"] == ["look_up", "new_deal"]
    hers = world.person("zhaomin").make("account", name="华南客户")
    offered = wang.post("/records/account/buttons", {"ids": [plain, top, hers]}).json()["buttons"]
    assert offered == {"look_up": 2, "new_deal": 2, "promote": 1}


@pytest.mark.usefixtures("_buttons")
def test_a_condition_holds_though_its_field_is_hidden(world: Any) -> None:
    admin, wang = world.person("admin"), world.person("wangfang")
    made = wang.make("account", name="隐藏邮箱")
    hidden = admin.make(
        "field_permission",
        profile_id=str(world.ids["profile:sales"]),
        object_name="account",
        field_name="email",
        level="hidden",
    )
    answer = wang.get(f"/records/account/{made}").json()
    assert "email" not in answer["record"]
    assert "promote" in answer["buttons"]
    assert admin.call("DELETE", f"/records/field_permission/{hidden}").status_code in {200, 204}


WRONG = {
    "metadata.button_address": {"kind": "link", "url": "javascript:alert(1)"},
    "metadata.button_needs": {"kind": "link"},
    "metadata.no_such_field": {"kind": "link", "url": "https://x.example/{nmae}"},
    "metadata.button_link_place": {"kind": "link", "url": "https://x.example/{name}", "places": ["list"]},
    "metadata.button_create_place": {"kind": "create", "object": "contact", "places": ["list"]},
    "metadata.no_such_object": {"kind": "create", "object": "unicorn"},
    "metadata.button_value": {"kind": "update", "values": {"level": "zzz"}},
    "metadata.button_condition": {"kind": "update", "values": {"level": "a"}, "visible_when": {"nope": 1}},
}


@pytest.mark.parametrize("code", WRONG)
def test_a_button_that_could_not_work_is_refused(world: Any, code: str) -> None:
    button = {"name": "wrong", "label": LABEL, **WRONG[code]}
    answer = define(world.person("admin"), [button], dry_run=True)
    found = {problem["code"] for problem in answer.json()["problems"]}
    assert code in found, answer.text


@pytest.mark.parametrize("url", ["https://{website}/x", "ftp://x.example/{name}", "https:///", "//x.example/{name}"])
def test_a_record_never_chooses_the_site(world: Any, url: str) -> None:
    answer = define(world.person("admin"), [{"name": "x", "label": LABEL, "kind": "link", "url": url}], dry_run=True)
    assert {problem["code"] for problem in answer.json()["problems"]} == {"metadata.button_address"}


@pytest.mark.usefixtures("_buttons")
def test_an_upgrade_keeps_the_buttons_of_the_company(world: Any) -> None:
    # The standard package knows none of them; planned again it takes none away.
    body = world.person("admin").get("/metadata/definitions/objects/account").json()["body"]
    assert [button["name"] for button in body["buttons"]] == [button["name"] for button in BUTTONS]
    same = define(world.person("admin"), body["buttons"], dry_run=True).json()
    assert same["steps"] == []
