"""The object manager: an object from nothing with eight fields, a record of it, a field that goes and comes back."""

import re

from playwright.sync_api import expect

from dougong.metadata.model import Proposed
from tests.browser.acts import choose, find, form, settled
from tests.browser.shaping import add_field, drawer, give_label, save_field
from tests.browser.site import Site, Visit
from tests.world.people import ADMIN, acting


def test_an_object_with_eight_fields_is_made_used_and_changed(open_page: Visit) -> None:
    page = settled(open_page("/settings/objects", ADMIN))
    expect(page.get_by_role("table").get_by_role("link", name="客户", exact=True)).to_be_visible()
    page.get_by_role("button", name="新建对象").click()
    made = drawer(page, "新建对象")
    give_label(made, "名称", "设备")
    expect(made.get_by_label("API 名称")).to_have_value("she_bei")
    made.get_by_role("radio", name="Shopping", exact=True).click()
    made.get_by_role("button", name="创建").click()
    expect(page.get_by_role("heading", name="设备", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("/settings/objects/she_bei/fields"))

    for kind, zh in (("整数", "功率"), ("金额", "价格"), ("日期", "出厂日期"), ("是/否", "在保"), ("邮箱", "联系邮箱")):
        save_field(page, add_field(page, kind, zh), zh)
    text = add_field(page, "文本", "序列号")
    text.get_by_label("唯一").check()
    save_field(page, text, "序列号")
    choice = add_field(page, "单选", "状况")
    for n, option in enumerate(("完好", "待修"), 1):
        choice.get_by_role("button", name="添加选项").click()
        choice.get_by_label(f"选项 {n}（中文）").fill(option)
    save_field(page, choice, "状况")
    link = add_field(page, "关联记录", "安装客户")
    expect(link.get_by_label("API 名称")).to_have_value(re.compile("_id$"))
    choose(link.get_by_label("关联对象"), "客户")
    save_field(page, link, "安装客户")
    expect(page.get_by_role("row")).to_have_count(1 + 9)

    settled(page).goto(page.url.split("/settings")[0] + "/o/she_bei")
    settled(page).get_by_role("button", name="新建设备").first.click()
    record = form(page)
    record.get_by_label("名称", exact=True).fill("一号机")
    record.get_by_label("功率", exact=True).fill("75")
    record.get_by_label("价格", exact=True).fill("1200")
    record.get_by_label("序列号", exact=True).fill("SN-1")
    choose(record.get_by_label("状况", exact=True), "待修")
    record.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("link", name="一号机").first).to_be_visible()

    # A type that holds more: told before, and the value stays.
    page.goto(page.url.split("/o/")[0] + "/settings/objects/she_bei/fields")
    settled(page).get_by_role("button", name="功率", exact=True).click()
    changing = drawer(page, "编辑字段“功率”")
    choose(changing.get_by_label("类型"), "小数")
    changing.get_by_role("button", name="保存", exact=True).click()
    expect(changing.get_by_role("alert")).to_contain_text("1")
    changing.get_by_role("button", name="了解，仍然保存").click()
    expect(page.get_by_role("row", name=re.compile("功率")).get_by_text("小数")).to_be_visible()

    # Out of use and back.
    page.get_by_role("button", name="“在保”的更多操作").click()
    page.get_by_role("menuitem", name="停用").click()
    expect(page.get_by_role("row", name=re.compile("在保")).get_by_text("已停用")).to_be_visible()
    page.get_by_role("button", name="“在保”的更多操作").click()
    page.get_by_role("menuitem", name="启用").click()
    expect(page.get_by_role("row", name=re.compile("在保")).get_by_text("已停用")).to_have_count(0)

    # Deleted with what uses it, restored with its value.
    page.get_by_role("button", name="“序列号”的更多操作").click()
    page.get_by_role("menuitem", name="删除").click()
    asking = drawer(page, "删除“序列号”？")
    expect(asking.get_by_role("alert")).to_contain_text("1 条记录")
    asking.get_by_role("button", name="从这些地方移除并删除").click()
    expect(page.get_by_role("row")).to_have_count(1 + 8)
    page.get_by_label("所在位置").get_by_role("link", name="对象管理").click()
    settled(page).get_by_role("button", name="已删除").click()
    gone = settled(page).get_by_role("row", name=re.compile("序列号"))
    gone.get_by_role("button", name="恢复").click()
    expect(gone).to_have_count(0)
    page.goto(page.url.split("/settings")[0] + "/o/she_bei")
    settled(page).get_by_role("link", name="一号机").first.click()
    expect(settled(page).get_by_text("SN-1")).to_be_visible()


def test_what_is_used_everywhere_is_told_and_shown(open_page: Visit) -> None:
    page = settled(open_page("/settings/objects/account/overview", ADMIN))
    expect(page.locator(".relation-node").filter(has_text="联系人")).to_be_visible()
    page.get_by_role("button", name=re.compile("删除$")).click()
    asking = drawer(page, "删除“客户”？")
    expect(asking.get_by_role("alert")).to_be_visible()
    expect(asking.get_by_role("button", name="从这些地方移除并删除")).to_be_disabled()


def test_what_a_lookup_offers_first_is_said_without_programming(site: Site, open_page: Visit) -> None:
    def proposed() -> Proposed | None:
        with acting(site.database, ADMIN) as w:
            fields = w.registry.object("opportunity").fields.values()
            return next(field.proposed for field in fields if field.label.zh == "技术联系人")

    page = settled(open_page("/settings/objects/opportunity/fields", ADMIN))
    made = add_field(page, "关联记录", "技术联系人")
    choose(made.get_by_label("关联对象"), "联系人")
    made.get_by_text("符合条件的", exact=True).click()
    said = made.get_by_role("group", name="优先提供的记录")
    # What both lead to is ready at once.
    expect(said.locator(".proposed-pair")).to_have_text(re.compile("联系人的字段客户相同本销售机会的字段客户"))
    choose(said.get_by_label("如何比较"), "相同或是上下级")
    find(said.get_by_label("不符合的记录旁显示"), "客户名称", "客户 › 客户名称")
    said.get_by_role("button", name="添加对应字段").click()
    made.get_by_role("button", name="保存", exact=True).click()
    expect(made.get_by_role("alert")).to_contain_text("请选好优先提供的记录要对应的字段")
    expect(made.get_by_role("alert")).to_be_in_viewport()
    said.get_by_role("button", name="移除第 2 对字段").click()
    save_field(page, made, "技术联系人")
    with acting(site.database, ADMIN) as w:
        standard = w.registry.object("opportunity").fields["contact_id"].proposed
    assert proposed() == standard is not None

    page.reload()
    settled(page).get_by_role("table").get_by_role("button", name="技术联系人", exact=True).click()
    kept = drawer(page, "编辑字段“技术联系人”")
    expect(kept.locator(".proposed-pair")).to_contain_text("相同或是上下级")
    kept.get_by_text("全部记录", exact=True).click()
    save_field(page, kept, "技术联系人")
    assert proposed() is None
