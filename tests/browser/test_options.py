"""Option sets, dependent fields and personal habits, from the settings page to the form, and after a new sign-in."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import choose, dropped, find, notice, settled
from tests.browser.site import PHONE, WIDE, Site, Visit
from tests.world.people import ADMIN, PASSWORD, WANG_FANG

FIELDS = {
    "province": {"type": "select", "label": {"zh": "省份", "en": "Province"}, "option_set": "china_province"},
    "city": {
        "type": "select",
        "label": {"zh": "所在城市", "en": "City"},
        "option_set": "china_city",
        "controlled_by": "province",
    },
}


@pytest.fixture
def api(site: Site) -> Iterator[httpx.Client]:
    """The API as 管理员 has it; afterwards accounts are defined as before, as other tests use this server too."""
    with httpx.Client(base_url=f"{site.url}/api/v1", trust_env=False) as client:
        answer = client.post("/session", json={"login": ADMIN.login, "password": PASSWORD})
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        before = client.get("/metadata/definitions/objects/account").json()["body"]
        yield client
        now = client.get("/metadata/definitions/objects/account").json()["body"]
        shape(client, {"object": "account", "body": {"layout": before["layout"]}})
        known = {field["name"]: field for field in before["fields"]}
        for field in reversed(now["fields"]):
            if field != known.get(field["name"]):
                body = {k: v for k, v in known.get(field["name"], {}).items() if k != "name"} or None
                shape(client, {"object": "account", "field": field["name"], "body": body})


def shape(api: httpx.Client, *changes: dict[str, object]) -> None:
    answer = api.post("/metadata/changes", json={"version": None, "dry_run": False, "changes": list(changes)})
    assert answer.status_code == 200, answer.text


def test_a_set_is_made_used_and_kept_from_harm(open_page: Visit, api: httpx.Client) -> None:
    page = settled(open_page("/settings/option-sets", ADMIN))
    page.get_by_role("button", name="新建选项集").click()
    page.get_by_label("名称（中文）").fill("服务等级")
    page.get_by_label("名称（英文）").fill("Service level")
    page.locator("#set-code").fill("service_level")
    for number, (zh, en) in enumerate((("金牌", "Gold"), ("银牌", "Silver"))):
        if number:
            page.get_by_role("button", name="添加选项").click()
        page.get_by_label("中文", exact=True).nth(number).fill(zh)
        page.get_by_label("英文", exact=True).nth(number).fill(en)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "已保存")).to_be_visible()
    expect(page).to_have_url(re.compile("/option-sets/service_level$"))
    stored = api.get("/metadata/option-sets/service_level").json()
    assert [option["value"] for option in stored["options"]] == ["gold", "silver"]
    # A field uses it: then it says so, and neither the set nor an option that records hold can be removed.
    shape(
        api,
        {
            "object": "account",
            "field": "service_level",
            "body": {
                "type": "select",
                "label": {"zh": "服务等级", "en": "Service level"},
                "option_set": "service_level",
            },
        },
    )
    made = api.post("/records/account", json={"values": {"name": "用金牌的客户", "service_level": "gold"}})
    assert made.status_code == 201
    page.reload()
    settled(page)
    expect(page.get_by_text("客户 · 服务等级")).to_be_visible()
    expect(page.get_by_role("button", name="删除选项集")).to_be_disabled()
    page.get_by_role("button", name="删除", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("金牌")
    dialog.get_by_role("button", name=re.compile("停.*用")).click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "已保存")).to_be_visible()
    stored = api.get("/metadata/option-sets/service_level").json()
    assert [(o["value"], o.get("active", True)) for o in stored["options"]] == [("gold", False), ("silver", True)]


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_cities_follow_the_province_in_the_form(open_page: Visit, api: httpx.Client, width: int) -> None:
    shape(api, *({"object": "account", "field": name, "body": body} for name, body in FIELDS.items()))
    body = api.get("/metadata/definitions/objects/account").json()["body"]
    sections = body["layout"]["sections"]
    first = sections[0]
    first["fields"] = [*(f for f in first["fields"] if f not in FIELDS), *FIELDS]
    shape(api, {"object": "account", "body": {"layout": body["layout"]}})

    page = settled(open_page("/o/account", WANG_FANG, width=width))
    page.get_by_role("button", name=re.compile("新建")).first.click()
    page.locator("#form-name").fill(f"有城市的客户 {width}")
    city = page.locator("#form-city")
    expect(city).to_be_disabled()
    find(page.locator("#form-province"), "浙江", "浙江省")
    city.click()
    expect(dropped(city).get_by_text("杭州市", exact=True)).to_be_visible()
    expect(dropped(city).get_by_text("南京市", exact=True)).to_have_count(0)
    dropped(city).get_by_text("杭州市", exact=True).click()
    find(page.locator("#form-province"), "江苏", "江苏省")
    expect(page.get_by_text("原来的选项不再适用，已清空")).to_be_visible()
    find(city, "南京", "南京市")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "已保存")).to_be_visible()
    where = {"field": "name", "op": "=", "value": f"有城市的客户 {width}"}
    rows = api.post("/query", json={"object": "account", "fields": ["province", "city"], "filter": where}).json()[
        "rows"
    ]
    assert [(row["province"], row["city"]) for row in rows] == [("320000", "320100")]


def test_a_matrix_makes_one_field_depend_on_another(open_page: Visit, api: httpx.Client) -> None:
    page = settled(open_page("/settings/objects/account/dependence", ADMIN))
    page.get_by_role("row").filter(has_text="客户级别").get_by_role("button", name=re.compile("设.*置")).click()
    drawer = page.get_by_role("dialog")
    choose(drawer.locator("#dependence-by"), "客户状态")
    drawer.get_by_role("checkbox", name="D 小客户 · 成交客户").uncheck()
    drawer.get_by_role("button", name="A 重点客户").click()
    drawer.get_by_role("checkbox", name="A 重点客户 · 成交客户").check()
    drawer.get_by_role("button", name=re.compile("保.*存")).click()
    expect(notice(page, "已保存")).to_be_visible()
    body = api.get("/metadata/definitions/objects/account").json()["body"]
    level = next(field for field in body["fields"] if field["name"] == "level")
    shown = {option["value"]: option.get("shown_for") for option in level["options"]}
    assert level["controlled_by"] == "status"
    assert shown == {"a": ["customer"], "b": None, "c": None, "d": ["prospect", "lost"]}
    refused = api.post("/records/account", json={"values": {"name": "甲", "status": "lost", "level": "a"}})
    assert refused.json()["problems"][0]["code"] == "value.option_not_offered"


def sign_in(page: Page) -> None:
    """By hand, in a browser that knows nothing of the person."""
    page.locator("input").first.fill(WANG_FANG.login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    settled(page)


def test_widths_pins_views_and_lists_are_there_after_a_new_sign_in(open_page: Visit, api: httpx.Client) -> None:
    page = settled(open_page("/o/account", WANG_FANG))
    edge = page.get_by_role("separator", name=re.compile("客户名称.*列宽"))
    before = int(edge.get_attribute("aria-valuenow") or 0)
    box = edge.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 94, box["y"] + 8, steps=4)
    with page.expect_response(re.compile("/habits/widths/account$")):
        page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 90))
    with page.expect_response(re.compile("/habits/list/account$")):
        page.get_by_role("columnheader", name=re.compile("^客户名称")).click(position={"x": 30, "y": 12})
    name = page.locator("a.name-link").first
    title = name.inner_text()
    with page.expect_response(re.compile(r"/recent/account/\d+$")):
        name.click()
    with page.expect_response(re.compile(r"/habits/pins/account/\d+$")):
        page.get_by_role("button", name="置顶到首页").click()
    expect(page.get_by_role("button", name="取消置顶")).to_be_visible()

    page = open_page("/")
    sign_in(page)
    pinned = page.locator("section, .panel, .ant-card").filter(has=page.get_by_text("置顶记录", exact=True)).last
    expect(pinned.get_by_role("link", name=title)).to_be_visible()
    page.goto("/o/account")
    settled(page)
    edge = page.get_by_role("separator", name=re.compile("客户名称.*列宽"))
    expect(edge).to_have_attribute("aria-valuenow", str(before + 90))
    expect(page.locator("th[aria-sort]").first).to_contain_text("客户名称")
    # Back to how it comes.
    with page.expect_response(re.compile("/habits/widths/account$")):
        edge.dblclick()
    expect(edge).to_have_attribute("aria-valuenow", str(before))
