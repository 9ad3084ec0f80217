"""The organisation as a tree, moved by drag and by menu; people invited, handed over and disabled."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import choose, dropped, find, notice, settled, undo
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, LI_QIANG, OLIVIA, WANG_FANG, acting
from tests.world.records import account, one, opportunity


def tree(page: Page) -> Locator:
    return page.get_by_role("region", name="部门", exact=True)


def branch(page: Page, name: str) -> Locator:
    """A department in the tree."""
    return tree(page).locator(".ant-tree-node-content-wrapper").filter(has=page.get_by_text(name, exact=True))


def act(page: Page, name: str) -> None:
    """Choose from the menu of the department that is shown."""
    page.get_by_role("button", name="部门操作").click()
    page.get_by_role("menuitem", name=name).click()


def pick(page: Page, name: str) -> None:
    """Choose a department in the tree that dropped down, by keyboard: what was typed has left only this one open."""
    expect(page.locator(".ant-select-tree-title").filter(has_text=name)).to_be_visible()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        if page.locator(".ant-select-tree-treenode-active").filter(has_text=name).count():
            break
    page.keyboard.press("Enter")


def departments(site: Site, top: str, *below: str) -> dict[str, int]:
    """A department with others below it."""
    with acting(site.database, ADMIN) as w:
        ids = {top: one(w, "department", name=top)}
        for name in below:
            ids[name] = one(w, "department", name=name, parent_id=ids[top])
    return ids


def test_a_department_is_moved_by_dragging_it_and_brought_back(site: Site, open_page: Visit) -> None:
    departments(site, "拖动公司", "拖动一部", "拖动二部")
    page = settled(open_page("/settings/organisation", ADMIN))
    tree(page).get_by_label("搜索部门或负责人").fill("拖动")
    expect(branch(page, "拖动二部")).to_be_visible()
    branch(page, "拖动二部").drag_to(branch(page, "拖动一部"))
    dialog = page.get_by_role("dialog", name="移动部门")
    expect(dialog).to_contain_text("“拖动二部”连同其下 0 个部门、共 0 人一起移动")
    dialog.get_by_role("button", name="移动", exact=True).click()
    expect(notice(page, "已将“拖动二部”移到“拖动一部”下")).to_be_visible()
    branch(page, "拖动二部").click()
    shown = page.get_by_role("region", name="拖动二部")
    expect(shown.get_by_role("button", name="拖动一部")).to_be_visible()
    undo(page, "已将“拖动二部”移到“拖动一部”下")
    expect(shown.get_by_role("button", name="拖动一部")).to_have_count(0)
    expect(shown.get_by_role("button", name="拖动公司")).to_be_visible()


def test_a_department_is_made_moved_and_merged_by_keyboard_and_menu(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(422)
    ids = departments(site, "菜单公司", "菜单一部", "菜单二部")
    with acting(site.database, ADMIN) as w:
        person = one(w, "user", name="菜单同事", login="menu.mate", department_id=ids["菜单二部"])
    page = settled(open_page(f"/settings/organisation?department={ids['菜单二部']}", ADMIN))
    shown = page.get_by_role("region", name="菜单二部")
    expect(shown.get_by_role("link", name="菜单同事")).to_be_visible()
    # What is in the way of switching it off is said.
    act(page, "停用")
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(notice(page, "“菜单二部”里还有 1 位启用的用户（菜单同事），不能停用")).to_be_visible()

    act(page, "移动到…")
    dialog = page.get_by_role("dialog", name="移动部门")
    box = dialog.get_by_label("新的上级部门")
    box.fill("菜单一部")
    expect(dialog.get_by_role("button", name="移动", exact=True)).to_be_disabled()
    pick(page, "菜单一部")
    dialog.get_by_role("button", name="移动", exact=True).press("Enter")
    expect(notice(page, "已将“菜单二部”移到“菜单一部”下")).to_be_visible()
    expect(shown.get_by_role("button", name="菜单一部")).to_be_visible()

    act(page, "合并到…")
    dialog = page.get_by_role("dialog", name="合并部门")
    box = dialog.get_by_label("合并到")
    box.fill("菜单一部")
    pick(page, "菜单一部")
    dialog.get_by_role("button", name="合并", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("合并完成")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    merged = page.get_by_role("region", name="菜单一部")
    expect(merged.get_by_role("link", name="菜单同事")).to_have_attribute("href", f"/o/user/{person}")


def test_the_tree_by_arrow_keys_on_both_widths_in_english(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/settings/organisation", OLIVIA))
    page.get_by_role("tree").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"department=\d+"))
    phone = settled(open_page("/settings/organisation", OLIVIA, width=PHONE))
    assert phone.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_somebody_is_invited_and_comes_in(open_page: Visit) -> None:
    page = settled(open_page("/settings/organisation", ADMIN))
    branch(page, "华南区").click()
    page.get_by_role("region", name="华南区").get_by_role("button", name="邀请用户").click()
    dialog = page.get_by_role("dialog", name="邀请用户")
    dialog.get_by_label("姓名").fill("新来的人")
    dialog.get_by_label("登录名").fill("newcomer")
    dialog.get_by_role("button", name="创建并生成链接").click()
    expect(dialog.get_by_text("请至少选择一个角色")).to_be_visible()
    for label, name in (("角色", "普通用户"), ("职能", "销售")):
        find(dialog.get_by_label(label, exact=True), name, name)
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="创建并生成链接").click()
    link = dialog.get_by_label("邀请链接").input_value()
    dialog.get_by_role("button", name="关闭", exact=True).last.click()
    expect(page.get_by_role("row").filter(has_text="新来的人")).to_contain_text("未激活")

    theirs = open_page(link.partition("//")[2].partition("/")[2].join(("/", "")))
    expect(theirs.get_by_text("新来的人，您好")).to_be_visible()
    theirs.get_by_label("新密码", exact=True).fill("一个足够长的密码 2026")
    theirs.get_by_label("再输入一次新密码").fill("一个足够长的密码 2026")
    theirs.get_by_role("button", name="设置并登录").click()
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("新来的人")
    page.reload()
    expect(page.get_by_role("row").filter(has_text="新来的人")).to_contain_text("启用")


def test_a_used_link_says_so(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(404)
    page = open_page("/invite#nothing")
    expect(page.get_by_role("alert")).to_contain_text("链接无法使用")
    page.get_by_role("button", name="前往登录").click()
    expect(page.get_by_label("登录名")).to_be_visible()


def test_a_leaver_hands_over_and_is_disabled(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        department = one(w, "department", name="交接部")
        person = one(w, "user", name="要走的人", login="leaver", department_id=department)
        group = one(w, "process_group", name="交接审批组")
        one(w, "process_group_member", group_id=group, user_id=person)
        customer = account(w, "要交接的客户", owner_id=person)
        deals = {
            stage: opportunity(w, f"要交接的{stage}", account_id=customer, owner_id=person, stage=stage)
            for stage in ("proposal", "won")
        }
    page = settled(open_page(f"/o/user/{person}", ADMIN))
    uses = page.get_by_role("tabpanel", name="在哪里用到")
    expect(uses.get_by_role("listitem").filter(has_text="流程组成员")).to_contain_text("1")

    menu = page.get_by_role("button", name="更多", exact=True)
    menu.click()
    page.get_by_role("menuitem", name="停用").click()
    dialog = page.get_by_role("dialog", name="停用“要走的人”")
    expect(dialog).to_contain_text("名下的记录：客户 1、销售机会 2")
    expect(dialog).to_contain_text("从组中移除，或换成接任者")
    dialog.get_by_role("button", name="先交接工作").click()
    drawer = page.get_by_role("dialog", name="交接“要走的人”的工作")
    find(drawer.get_by_label("全部交给"), "王芳", "王芳")
    drawer.get_by_text("仅未结束 1").click()
    choose(drawer.get_by_label("客户 接收人"), LI_QIANG.name)
    drawer.get_by_text("留在团队，只读").click()
    drawer.get_by_role("button", name="开始交接 2 条").click()
    expect(drawer.get_by_role("status")).to_contain_text("已交接 2 条记录")
    expect(drawer.get_by_role("listitem").filter(has_text="销售机会")).to_contain_text("1")

    hers = settled(open_page(f"/o/opportunity/{deals['proposal']}", WANG_FANG))
    expect(hers.locator(".record-highlights")).to_contain_text("王芳")
    expect(hers.locator(".related").filter(has_text="团队成员")).to_contain_text("要走的人")
    drawer.get_by_role("button", name="撤销").click()
    expect(drawer.get_by_role("status")).to_contain_text("已撤销")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()

    menu.click()
    page.get_by_role("menuitem", name="停用").click()
    dialog.get_by_role("button", name="停用", exact=True).click()
    expect(notice(page, "已停用“要走的人”")).to_be_visible()
    expect(page.locator(".record-highlights")).to_contain_text("停用")
    undo(page, "已停用“要走的人”")
    expect(page.locator(".record-highlights")).to_contain_text("未激活")


def test_hand_over_in_english_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        person = one(w, "user", name="Leaving Person", login="leaving", language="en")
        account(w, "Account of a leaver", owner_id=person)
    page = settled(open_page(f"/o/user/{person}", OLIVIA, width=PHONE))
    page.get_by_role("button", name="More", exact=True).first.click()
    page.get_by_role("menuitem", name="Hand over").click()
    drawer = page.get_by_role("dialog", name="Hand over the work of Leaving Person")
    expect(drawer.get_by_text("Accounts")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    box = drawer.get_by_label("Everything to")
    box.click()
    expect(dropped(box)).to_be_visible()
