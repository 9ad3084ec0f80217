"""An object from nothing to its document, as an administrator makes it and a colleague uses it, in one go."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import choose, find, form, notice, settled
from tests.browser.shaping import (
    add_field,
    carry,
    chip,
    drawer,
    fields_of,
    give_label,
    open_print_dialog,
    printed_text,
    save_field,
    type_made,
)
from tests.browser.site import Visit, Watch
from tests.world.people import ADMIN

SLOW_MS = 60_000
"""A press starts as a process of its own."""


def test_from_a_new_object_to_its_document(open_page: Visit, watch: Watch) -> None:
    watch.refusals |= {422}
    page = settled(open_page("/settings/objects", ADMIN))
    page.get_by_role("button", name="新建对象").click()
    made = drawer(page, "新建对象")
    give_label(made, "名称", "维修单")
    made.get_by_role("button", name="创建").click()
    expect(page).to_have_url(re.compile("/settings/objects/wei_xiu_dan/fields"))
    eight_fields(page)
    two_types(page)
    layout_by_hand(page)
    rule(page)
    record_that_breaks_it(page)
    printed(page)


def eight_fields(page: Page) -> None:
    for kind, zh in (
        ("整数", "工时"),
        ("金额", "单价"),
        ("日期", "报修日期"),
        ("是/否", "保修期内"),
        ("电话", "联系电话"),
    ):
        save_field(page, add_field(page, kind, zh), zh)
    choice = add_field(page, "单选", "紧急程度")
    for n, option in enumerate(("一般", "紧急"), 1):
        choice.get_by_role("button", name="添加选项").click()
        choice.get_by_label(f"选项 {n}（中文）").fill(option)
    save_field(page, choice, "紧急程度")
    link = add_field(page, "关联记录", "报修客户")
    choose(link.get_by_label("关联对象"), "客户")
    save_field(page, link, "报修客户")
    total = add_field(page, "金额", "费用")
    total.get_by_text("公式", exact=True).first.click()
    total.get_by_role("textbox", name="公式", exact=True).fill("gong_shi * dan_jia")
    expect(total.get_by_text("可以使用")).to_be_visible()
    save_field(page, total, "费用")
    expect(page.get_by_role("row")).to_have_count(1 + 9)


def two_types(page: Page) -> None:
    page.get_by_role("tab", name="业务类型").click()
    type_made(page, "远程", "Remote")
    type_made(page, "上门", "On site")


def layout_by_hand(page: Page) -> None:
    page.get_by_role("tab", name="页面布局").click()
    page.get_by_role("button", name="新建布局").click()
    dialog = page.get_by_role("dialog", name="新建布局")
    dialog.get_by_label("中文名称").fill("上门单")
    choose(dialog.get_by_label("业务类型"), "上门")
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name=re.compile("^确 ?定$")).click()
    expect(page.get_by_text("编辑布局 · 上门单")).to_be_visible()
    section = str(page.get_by_role("region", name=re.compile("^分节")).first.get_attribute("aria-label"))
    name = section.removeprefix("分节")
    before = fields_of(page, name)
    moved = before[-1]
    carry(page, page.locator(f'[data-field="{moved}"]').first, page.locator(f'[data-field="{before[0]}"]').first)
    assert set(fields_of(page, name)) == set(before)
    assert fields_of(page, name) != before
    expect(chip(page, "工时")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "布局已保存")).to_be_visible()


def rule(page: Page) -> None:
    page.get_by_role("tab", name="校验规则").click()
    page.get_by_role("button", name="新建校验规则").click()
    made = drawer(page, "新建校验规则")
    made.get_by_label("规则 · 中文").fill("上门至少一小时")
    made.get_by_label("条件", exact=True).fill("gong_shi < 1")
    expect(made.get_by_text("可以使用")).to_be_visible()
    made.get_by_label("提示 · 中文").fill("上门服务至少计一小时，请改工时")
    choose(made.get_by_role("combobox", name="业务类型"), "上门")
    page.keyboard.press("Escape")
    made.get_by_role("button", name="保存规则").click()
    expect(notice(page, "规则已保存")).to_be_visible()


def record_that_breaks_it(page: Page) -> None:
    page.goto(page.url.split("/settings")[0] + "/o/wei_xiu_dan")
    settled(page).get_by_role("button", name="新建维修单").first.click()
    choice = page.get_by_role("dialog", name="新建维修单")
    choice.get_by_role("radio", name="上门").check()
    choice.get_by_role("button", name="下一步").click()
    record = form(page)
    record.get_by_label("名称", exact=True).fill("三号线主轴异响")
    record.get_by_label("工时", exact=True).fill("0")
    record.get_by_label("单价", exact=True).fill("300")
    choose(record.get_by_label("紧急程度", exact=True), "紧急")
    record.get_by_role("button", name="保存", exact=True).click()
    expect(record.get_by_text("上门服务至少计一小时，请改工时").first).to_be_visible()
    record.get_by_label("工时", exact=True).fill("4")
    record.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name="三号线主轴异响").first.click()
    expect(settled(page).get_by_role("heading", level=1)).to_contain_text("上门")
    expect(page.get_by_text("1,200").first).to_be_visible()


def printed(page: Page) -> None:
    record = page.url
    # Nobody has made a template for it yet; a new one begins as what the page shows.
    page.goto(record.split("/o/")[0] + "/settings/print")
    settled(page).get_by_role("button", name="新建模板").click()
    asked = page.get_by_role("dialog")
    find(asked.get_by_role("combobox", name="对象"), "维修单", "维修单")
    asked.get_by_role("button", name="新建模板").click()
    expect(page.get_by_role("img", name="第 1 页")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "已保存")).to_be_visible()
    page.goto(record)
    settled(page)
    open_print_dialog(page)
    with page.expect_download(timeout=SLOW_MS) as document:
        page.get_by_role("button", name="下载 PDF").click()
    text = printed_text(document.value)
    assert "三号线主轴异响" in text
    assert "1,200" in text
