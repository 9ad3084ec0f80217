"""Record types and a layout made by an administrator with mouse and keys, and what a salesperson then has."""

import json
import re
from types import MappingProxyType

import pytest
from playwright.sync_api import Locator, Page, expect

from dougong.metadata.apply import apply_package
from dougong.metadata.definitions import object_from_body
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry
from dougong.records.api import create
from tests.browser.acts import choose, form, notice, settled
from tests.browser.shaping import carry, chip, fields_of, type_made
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, WANG_FANG, acting

OBJECT = "service_case"
LABEL = {"zh": "服务单", "en": "Case"}


def option(value: str, zh: str) -> dict[str, object]:
    return {"value": value, "label": {"zh": zh, "en": value}}


BODY = {
    "label": LABEL,
    "plural": LABEL,
    "icon": "ToolOutlined",
    "navigation": 90,
    "name_field": "name",
    "stage_field": "stage",
    "fields": [
        {
            "name": "name",
            "type": "text",
            "label": {"zh": "主题", "en": "Subject"},
            "required": True,
            "searchable": True,
        },
        {
            "name": "stage",
            "type": "select",
            "label": {"zh": "进度", "en": "Progress"},
            "required": True,
            "default": "new",
            "options": [option("new", "新建"), option("visit", "上门"), option("done", "完成")],
        },
        {"name": "site", "type": "text", "label": {"zh": "现场地址", "en": "Site"}},
        {"name": "result", "type": "text", "label": {"zh": "处理结果", "en": "Result"}},
        {"name": "hours", "type": "integer", "label": {"zh": "工时", "en": "Hours"}},
    ],
    "layout": {"sections": [{"label": {"zh": "基本信息", "en": "Case"}, "fields": ["name", "stage", "owner_id"]}]},
}


@pytest.fixture(scope="module", autouse=True)
def cases(site: Site) -> None:
    """An object of this test's own, which people in sales may use: the other tests know nothing of its types."""
    with site.database.transaction() as tx:
        apply_package(tx, Package(objects=MappingProxyType({OBJECT: object_from_body(OBJECT, BODY)})))
        assert OBJECT in load_registry(tx).objects
    with acting(site.database, ADMIN) as w:
        table = w.registry.tables["profile"]
        profile = w.transaction.scalar(table.select().with_only_columns(table.c.id).where(table.c.key == "sales"))
        allowed = {"profile_id": profile, "object_name": OBJECT, "actions": ["read", "create", "update"]}
        create(w, "object_permission", [allowed])


def test_types_and_a_layout_made_by_hand_are_what_a_salesperson_works_with(open_page: Visit) -> None:
    page = settled(open_page(f"/settings/objects/{OBJECT}/types", ADMIN))
    type_made(page, "电话支持", "Phone")
    type_made(page, "现场服务", "On site")
    # What a type offers, as a table.
    page.get_by_role("checkbox", name="电话支持：上门").uncheck()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("进度 2/3")).to_be_visible()

    page.get_by_role("tab", name="页面布局").click()
    page.get_by_role("button", name="新建布局").click()
    dialog = page.get_by_role("dialog", name="新建布局")
    dialog.get_by_label("中文名称").fill("现场")
    choose(dialog.get_by_label("业务类型"), "现场服务")
    page.keyboard.press("Escape")
    choose(dialog.get_by_label("职能"), "销售")
    # The list stays open for more, over the buttons.
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="确 定").or_(dialog.get_by_role("button", name="确定")).click()

    expect(page.get_by_text("编辑布局 · 现场")).to_be_visible()
    # By mouse: from the palette before a field of the section, and onto an empty one.
    carry(page, page.get_by_role("button", name="加入工时"), chip(page, "进度"))
    assert fields_of(page, "基本信息") == ["name", "hours", "stage", "owner_id"]
    page.get_by_role("button", name="添加分节").click()
    section = page.get_by_role("dialog", name="分节设置")
    section.get_by_label("中文名称").fill("结果")
    section.get_by_role("button", name=re.compile("添加条件$")).click()
    choose(section.get_by_role("combobox", name="字段"), "进度")
    section.locator(".filter-rule-value .ant-select").click()
    page.locator(".ant-select-dropdown:visible").get_by_text("完成", exact=True).click()
    page.keyboard.press("Escape")
    section.get_by_role("button", name="确 定").or_(section.get_by_role("button", name="确定")).click()
    carry(page, page.get_by_role("button", name="加入处理结果"), page.get_by_text("把字段拖到这里"))
    assert fields_of(page, "结果") == ["result"]
    page.get_by_role("button", name="处理结果：必填").click()
    # By keys: over the edge of a section and back, out, and all of it undone.
    chip(page, "所有人").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert fields_of(page, "结果") == ["owner_id", "result"]
    page.keyboard.press("Control+z")
    assert fields_of(page, "结果") == ["result"]
    page.get_by_role("button", name="加入现场地址").click()
    chip(page, "现场地址").focus()
    page.keyboard.press("Delete")
    expect(chip(page, "现场地址")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+z")
    expect(chip(page, "现场地址")).to_be_visible()
    # The preview follows; a phone is a frame as wide as one.
    page.get_by_text("表单", exact=True).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("工时")).to_be_visible()
    expect(frame.get_by_text("处理结果")).to_have_count(0)
    page.get_by_title("手机").click()
    expect(page.locator("iframe")).to_have_css("width", "390px")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "布局已保存")).to_be_visible()
    expect(page.get_by_text("2 节，6 个字段")).to_be_visible()

    works_with_them(settled(open_page(f"/o/{OBJECT}", WANG_FANG)), "宽屏")
    works_with_them(settled(open_page(f"/o/{OBJECT}", WANG_FANG, width=PHONE)), "手机")


def works_with_them(page: Page, name: str) -> None:
    """A new record of each type, as its type and layout have it."""
    page.get_by_role("button", name="新建服务单").first.click()
    choice = page.get_by_role("dialog", name="新建服务单")
    expect(choice.get_by_role("radio", name="电话支持")).to_be_checked()
    choice.get_by_role("radio", name="现场服务").check()
    choice.get_by_role("button", name="下一步").click()
    made = form(page)
    expect(made.get_by_label("工时")).to_be_visible()
    expect(made.get_by_label("处理结果")).to_have_count(0)
    made.get_by_label("主题").fill(f"{name}现场")
    # The section comes with the value that it depends on, and asks for what the layout demands.
    choose(made.get_by_label("进度"), "完成")
    expect(made.get_by_label("处理结果")).to_be_visible()
    made.get_by_role("button", name="保存", exact=True).click()
    expect(made.get_by_text("请填写处理结果")).to_be_visible()
    made.get_by_label("处理结果").fill("更换了主板")
    made.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "服务单已保存")).to_be_visible()
    page.get_by_role("link", name=f"{name}现场").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("现场服务")
    expect(page.get_by_text("更换了主板")).to_be_visible()
    expect(page.get_by_role("list", name="进度").get_by_role("button")).to_have_count(3)

    page.goto(f"/o/{OBJECT}")
    page.get_by_role("button", name="新建服务单").first.click()
    page.get_by_role("dialog", name="新建服务单").get_by_role("button", name="下一步").click()
    made = form(page)
    expect(made.get_by_label("工时")).to_have_count(0)
    made.get_by_label("主题").fill(f"{name}电话")
    made.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name=f"{name}电话").click()
    expect(page.get_by_role("list", name="进度").get_by_role("button")).to_have_text(["新建", "完成"])

    # Another type is chosen in the menu, and then there is another stage.
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="更改业务类型").click()
    page.get_by_role("dialog", name="更改业务类型").get_by_role("button", name="更改业务类型").click()
    expect(notice(page, "业务类型已改为“现场服务”")).to_be_visible()
    expect(page.get_by_role("list", name="进度").get_by_role("button")).to_have_count(3)


def test_many_records_are_given_what_their_types_offer(open_page: Visit, site: Site) -> None:
    with acting(site.database, ADMIN) as w:
        create(
            w,
            OBJECT,
            [{"name": f"批量{n}", "record_type": kind} for n, kind in enumerate(("phone", "phone", "on_site"))],
        )
    page = settled(open_page(f"/o/{OBJECT}", ADMIN))

    def stages_of(*names: str) -> Locator:
        for name in names:
            page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
        page.get_by_role("toolbar").get_by_role("button", name="批量修改").click()
        dialog = page.get_by_role("dialog")
        choose(dialog.get_by_role("combobox").first, "进度")
        dialog.locator("#bulk-value").click()
        return page.locator(".ant-select-dropdown:visible .ant-select-item-option")

    expect(stages_of("批量0", "批量1")).to_have_text(["新建", "完成"])
    note = page.get_by_text("业务类型“电话支持”不提供：上门。")
    expect(note).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(stages_of("批量2")).to_have_text(["新建", "完成"])
    expect(note).to_be_visible()


def test_a_type_that_a_profile_may_not_create_is_not_offered(open_page: Visit, site: Site) -> None:
    page = settled(open_page(f"/settings/objects/{OBJECT}/types", ADMIN))
    page.get_by_role("button", name="现场服务", exact=True).click()
    drawer = page.get_by_role("dialog", name="业务类型 · 现场服务")
    drawer.get_by_role("checkbox", name="销售：可新建", exact=True).uncheck()
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    hers = settled(open_page(f"/o/{OBJECT}", WANG_FANG))
    hers.get_by_role("button", name="新建服务单").first.click()
    # One type is left, so nothing is asked.
    expect(form(hers).get_by_label("主题")).to_be_visible()
    answer = hers.request.post(
        f"/api/v1/records/{OBJECT}",
        data=json.dumps({"values": {"name": "不许", "record_type": "on_site"}}),
        headers={
            "X-CSRF-Token": hers.request.get("/api/v1/session").json()["csrf"],
            "Content-Type": "application/json",
        },
    )
    assert (answer.status, answer.json()["problems"][0]["code"]) == (422, "record_type.not_yours")
    with acting(site.database, ADMIN) as w:
        table = w.registry.tables["record_type_permission"]
        assert [row.record_type for row in w.transaction.rows(table.select())] == ["on_site"]
