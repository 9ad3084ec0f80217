"""The matrix of a profile: copied, changed by mouse and keyboard, tried, compared; and what is locked."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import choose, find, notice, settled, undo
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, LI_QIANG, OLIVIA, ZHAO_MIN, acting
from tests.world.records import account, product


def copied(page: Page, original: str, name: str) -> Page:
    """A new profile with all rights of `original`; the page of it."""
    page.get_by_role("button", name=f"复制“{original}”").click()
    dialog = page.get_by_role("dialog", name=f"复制“{original}”")
    dialog.get_by_label("职能名称").fill(name)
    dialog.get_by_role("button", name="复制", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    return settled(page)


def box(page: Page, cell: str) -> Locator:
    """A box of the matrix by its object and action."""
    return page.get_by_role("checkbox", name=cell, exact=True)


def preview(page: Page) -> Locator:
    """The dialog that shows what a change would do, once it has been tried."""
    dialog = page.get_by_role("dialog", name="预览影响")
    expect(dialog.get_by_role("alert")).to_be_visible()
    return dialog


def test_a_copied_profile_takes_effect_for_whom_it_is_given_and_ends_with_it(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        product(w, "展会样机")
    page = copied(settled(open_page("/settings/profiles", ADMIN)), "市场", "展会小组")
    hers = settled(open_page("/o/account", ZHAO_MIN))
    imports = hers.get_by_role("navigation", name="导航").get_by_role("link", name="导入")
    expect(imports).to_have_count(0)

    page.get_by_role("tab", name="人员").click()
    expect(page.get_by_text("还没有人有这个职能")).to_be_visible()
    page.get_by_role("button", name="添加人员").click()
    adding = page.get_by_role("dialog", name="添加人员")
    find(adding.get_by_role("combobox"), "赵敏", "赵敏")
    # The list stays open for more, over the buttons.
    page.keyboard.press("Tab")
    adding.get_by_role("button", name="预览影响").click()
    told = preview(page)
    expect(told.get_by_role("alert")).to_contain_text("1 人的权限或数据范围会变化")
    # The records that she may change from then on come first, then what she may do.
    expect(told).to_contain_text("展会样机")
    told.get_by_role("tab", name="操作与字段").click()
    expect(told).to_contain_text("+ 导入")
    told.get_by_role("button", name="保存").click()
    expect(notice(page, "已添加 1 人")).to_be_visible()
    hers.reload()
    expect(imports).to_be_visible()

    page.get_by_role("button", name="移除赵敏").click()
    undo(page, "已移除赵敏")
    expect(page.get_by_role("link", name="赵敏")).to_be_visible()
    page.get_by_role("button", name="移除赵敏").click()
    expect(page.get_by_text("还没有人有这个职能")).to_be_visible()
    hers.reload()
    settled(hers)
    expect(imports).to_have_count(0)


def test_rights_are_changed_together_and_stay(open_page: Visit) -> None:
    page = copied(settled(open_page("/settings/profiles", ADMIN)), "财务", "财务助理")
    # Whoever may hand over must edit and see: the boxes say so.
    box(page, "客户：转移").check()
    expect(box(page, "客户：编辑")).to_be_checked()
    box(page, "产品：查看").uncheck()
    expect(box(page, "产品：编辑")).not_to_be_checked()
    expect(box(page, "产品：菜单")).to_be_disabled()
    page.get_by_role("button", name="销售机会：设置字段").click()
    fields = page.get_by_role("dialog", name="“销售机会”的字段")
    fields.get_by_label("查找字段").fill("金额")
    fields.get_by_label("销售金额", exact=True).get_by_text("隐藏").click()
    fields.get_by_role("button", name="完成").click()
    expect(page.get_by_role("button", name="销售机会：设置字段")).to_have_text("1 隐藏")
    expect(page.get_by_role("status")).to_contain_text("3 个对象的更改尚未保存")

    page.get_by_role("button", name="预览影响").click()
    told = preview(page)
    # Nobody has the profile yet.
    expect(told.get_by_role("alert")).to_have_text("没有人的权限或数据范围会变化")
    told.get_by_role("button", name="保存").click()
    expect(notice(page, "“财务助理”的权限已保存")).to_be_visible()
    page.reload()
    settled(page)
    expect(box(page, "客户：转移")).to_be_checked()
    expect(box(page, "产品：查看")).not_to_be_checked()
    expect(page.get_by_role("button", name="销售机会：设置字段")).to_have_text("1 隐藏")


def test_the_matrix_by_keyboard_and_leaving_it_as_it_was(open_page: Visit) -> None:
    page = copied(settled(open_page("/settings/profiles", ADMIN)), "合作伙伴", "渠道伙伴")
    box(page, "客户：查看").focus()
    page.keyboard.press("ArrowRight")
    expect(box(page, "客户：新建")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box(page, "销售机会：新建")).to_be_focused()
    page.keyboard.press("Space")
    expect(box(page, "销售机会：新建")).not_to_be_checked()
    expect(page.get_by_role("status")).to_contain_text("1 个对象的更改尚未保存")
    page.get_by_label("查找对象").fill("联系人")
    expect(box(page, "客户：新建")).to_have_count(0)
    page.get_by_label("查找对象").fill("没有这个对象")
    expect(page.get_by_text("没有找到对象“没有这个对象”")).to_be_visible()
    page.get_by_label("查找对象").fill("")
    page.get_by_role("button", name="放弃").click()
    expect(box(page, "销售机会：新建")).to_be_checked()
    expect(page.get_by_role("status")).to_have_count(0)


def test_two_profiles_side_by_side_show_only_what_differs(open_page: Visit) -> None:
    page = settled(open_page("/settings/profiles/compare", ADMIN))
    left, right = (page.get_by_role("combobox", name="选择职能").nth(n) for n in (0, 1))
    choose(left, "销售")
    choose(right, "合作伙伴")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="字段 · 年销售额"))
    expect(row.get_by_role("cell")).to_have_text(["可编辑", "隐藏"])
    page.get_by_role("button", name="左右互换").click()
    expect(row.get_by_role("cell")).to_have_text(["隐藏", "可编辑"])
    expect(page.get_by_role("rowheader", name="查看", exact=True)).not_to_have_count(0)
    # Both may see accounts: that is no difference.
    first = page.get_by_role("rowgroup").filter(has=page.get_by_role("rowheader", name="客户", exact=True))
    expect(first.get_by_role("rowheader", name="查看", exact=True)).to_have_count(0)


def test_a_role_is_tried_from_its_form(site: Site, open_page: Visit) -> None:
    with acting(site.database, LI_QIANG) as w:
        account(w, "预览里的客户")
    page = settled(open_page("/o/role", ADMIN))
    page.get_by_role("link", name="普通用户", exact=True).click()
    settled(page)
    page.get_by_role("button", name=re.compile("编辑$")).first.click()
    form = page.get_by_role("dialog", name="编辑角色")
    choose(form.get_by_label("查看范围"), "本部门")
    form.get_by_role("button", name="预览影响").click()
    told = preview(page)
    rows = told.get_by_role("row")
    expect(rows.filter(has_text="王芳")).to_contain_text("客户 · 查看")
    told.get_by_role("button", name="取消").click()
    form.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(settled(page).locator(".record-highlights")).to_contain_text("仅本人")


def test_a_locked_record_says_so_and_is_freed_again(site: Site, open_page: Visit, watch: Watch) -> None:
    with acting(site.database, LI_QIANG) as w:
        record = account(w, "要锁定的客户")
    page = settled(open_page(f"/o/account/{record}", LI_QIANG))
    edit = page.get_by_role("button", name=re.compile("编辑$")).first
    expect(edit).to_be_visible()
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="锁定").click()
    expect(page.get_by_text(re.compile("李强于 今天 .* 锁定"))).to_be_visible()
    expect(page.locator(".record-actions").get_by_role("button", name="编辑")).to_have_count(0)
    page.get_by_role("button", name="更多", exact=True).click()
    expect(page.get_by_role("menuitem", name="删除")).to_have_count(0)
    page.get_by_role("menuitem", name="解锁").click()
    expect(page.get_by_text(re.compile("李强于 今天 .* 锁定"))).to_have_count(0)
    expect(edit).to_be_visible()


def test_the_matrix_on_a_phone_in_english(open_page: Visit) -> None:
    page = settled(open_page("/settings/profiles", OLIVIA, width=PHONE))
    page.get_by_role("link", name="Sales manager", exact=True).click()
    settled(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    box(page, "Account: Delete").uncheck()
    page.get_by_role("button", name="Preview the effect").click()
    dialog = page.get_by_role("dialog", name="Preview the effect")
    expect(dialog).to_contain_text("− Delete")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Discard").click()
    expect(box(page, "Account: Delete")).to_be_checked()
