"""The sharing settings: a rule made by an administrator, followed until it holds, and seen by another person."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import choose, dropped, find, names, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, OLIVIA, WANG_FANG, ZHAO_MIN, acting
from tests.world.records import account


def part(page: Page, name: str) -> Locator:
    """The part of the page about one object."""
    return page.get_by_role("region", name=name, exact=True)


def test_a_rule_is_written_counted_calculated_seen_explained_and_taken_back(
    site: Site, open_page: Visit, watch: Watch
) -> None:
    watch.refusals |= {404, 422}
    with acting(site.database, WANG_FANG) as w:
        shared = account(w, "按规则共享的客户", country="规则国")
        account(w, "不共享的客户", country="别国")
    address = f"/o/account/{shared}"
    hers = settled(open_page(address, ZHAO_MIN))
    expect(hers.get_by_text("找不到这条记录")).to_be_visible()

    page = settled(open_page("/settings/sharing", ADMIN))
    page.get_by_role("button", name="新建客户的共享规则").click()
    drawer = page.get_by_role("dialog", name="新建客户的共享规则")
    drawer.get_by_role("button", name="保存规则").click()
    expect(drawer.get_by_text("请填写规则名称")).to_be_visible()
    drawer.get_by_label("规则名称").fill("规则国的客户")
    drawer.get_by_role("button", name="保存规则").click()
    expect(drawer.get_by_text("请至少添加一个条件")).to_be_visible()
    find(drawer.get_by_role("combobox", name="字段"), "国家", "国家或地区")
    choose(drawer.get_by_role("combobox", name="关系"), "等于")
    drawer.locator(".filter-rule-value input").fill("规则国")
    choose(drawer.get_by_role("combobox", name="共享给 · 类别"), "用户")
    find(drawer.get_by_role("combobox", name="共享给", exact=True), "赵敏", "赵敏")
    expect(drawer.get_by_text("将把 1 条记录共享给 1 人。")).to_be_visible()
    drawer.get_by_role("button", name="保存规则").click()
    expect(notice(page, "规则已保存")).to_be_visible()
    row = part(page, "客户").get_by_role("listitem").filter(has_text="规则国的客户")
    expect(row).to_contain_text("国家或地区 等于 规则国 的客户 · 共享给 赵敏")
    expect(row).to_contain_text("生效中")

    hers.reload()
    expect(hers.get_by_role("heading", name="按规则共享的客户", level=1)).to_be_visible()
    hers.get_by_role("button", name="更多", exact=True).click()
    hers.get_by_role("menuitem", name="访问权限").click()
    reasons = hers.get_by_role("list", name="为什么").get_by_role("listitem")
    expect(reasons.filter(has_text="规则国的客户")).to_have_class(re.compile("passed"))
    hers.goto("/o/account")
    expect(names(settled(hers)).filter(has_text="按规则共享的客户")).to_have_count(1)
    expect(names(hers).filter(has_text="不共享的客户")).to_have_count(0)

    row.get_by_role("button", name="规则 规则国的客户 的更多操作").click()
    page.get_by_role("menuitem", name="停用").click()
    expect(row).to_contain_text("已停用")
    hers.goto(address)
    expect(hers.get_by_text("找不到这条记录")).to_be_visible()


def test_another_default_shows_first_whom_it_concerns(site: Site, open_page: Visit, watch: Watch) -> None:
    page = settled(open_page("/settings/sharing", OLIVIA))
    page.get_by_role("button", name="Change the default of Activity").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Change default")).to_be_disabled()
    dialog.get_by_role("radio", name=re.compile("^Public read(?! and)")).check()
    expect(dialog.get_by_text(re.compile(r"\d+ people will be able to do more"))).to_be_visible()
    dialog.get_by_role("button", name="Change default").click()
    expect(notice(page, "Default of Activity changed to “Public read”")).to_be_visible()
    expect(part(page, "Activity")).to_contain_text("Public read")


def test_the_settings_on_a_phone_and_for_who_may_not(site: Site, open_page: Visit, watch: Watch) -> None:
    page = settled(open_page("/settings/sharing", ADMIN, width=PHONE))
    page.get_by_role("button", name="新建联系人的共享规则").click()
    drawer = page.get_by_role("dialog", name="新建联系人的共享规则")
    drawer.get_by_text("某些人拥有的记录").click()
    choose(drawer.get_by_role("combobox", name="记录的所有人 · 类别"), "部门")
    box = drawer.get_by_role("combobox", name="记录的所有人", exact=True)
    box.click()
    box.fill("华东")
    dropped(box).get_by_text("华东区").click()
    drawer.get_by_role("checkbox", name="含下级部门").check()
    expect(drawer.get_by_text(re.compile(r"将把 \d+ 条记录共享给 0 人"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    theirs = settled(open_page("/settings/sharing", WANG_FANG))
    expect(theirs.get_by_text("没有找到这个页面")).to_be_visible()
    expect(theirs.get_by_role("button", name=re.compile("共享规则"))).to_have_count(0)
