"""View as, the audit log, the sign-in policy and what an administrator does for who cannot sign in."""

import re

from playwright.sync_api import Locator, Page, expect

from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.people import find_person
from tests.browser.acts import choose, find, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, PASSWORD, WANG_FANG, ZHAO_MIN, Person, acting
from tests.world.records import account


def signed_in(open_page: Visit, person: Person, *, width: int = 1280) -> Page:
    """A session of its own: to view as somebody changes it."""
    page = open_page("/", width=width, language=person.language)
    sign_in(page, person.login, PASSWORD)
    expect(page.get_by_role("button", name="用户菜单")).to_be_visible()
    return settled(page)


def sign_in(page: Page, login: str, password: str) -> None:
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def user_page(site: Site, person: Person) -> str:
    with site.database.transaction() as tx:
        found = find_person(writing(tx, load_registry(tx), system("test"), "test"), person.login)
    return f"/o/user/{found}"


def act(page: Page, name: str) -> None:
    """Choose an entry of the record's menu."""
    page.get_by_role("button", name="更多", exact=True).click()
    entry = page.get_by_role("menuitem", name=re.compile(f"{name}$"))
    expect(entry).to_be_visible()
    entry.press("Enter")


def bar(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="身份查看")


def test_viewing_as_a_colleague_from_their_page(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals |= {401, 403}
    with acting(site.database, ZHAO_MIN) as w:
        account(w, "只有赵敏看得到")
    with acting(site.database, WANG_FANG) as w:
        account(w, "王芳自己的客户")
    page = signed_in(open_page, ADMIN)
    page.goto(user_page(site, WANG_FANG))
    act(settled(page), "以此人身份查看")
    page.get_by_role("button", name="开始查看").click()
    expect(bar(page)).to_contain_text("您（管理员）正在以 王芳 的身份查看，只读")
    expect(page.get_by_role("navigation", name="导航").get_by_text("用户", exact=True)).to_have_count(0)

    page.goto("/o/account?view=all")
    expect(settled(page).get_by_role("link", name="王芳自己的客户")).to_be_visible()
    expect(page.get_by_role("link", name="只有赵敏看得到")).to_have_count(0)
    expect(bar(page)).to_be_visible()
    page.get_by_role("link", name="王芳自己的客户").click()
    settled(page).get_by_role("button", name=re.compile("编辑$")).first.click()
    form = page.get_by_role("dialog").filter(has=page.locator(".form-section"))
    form.get_by_label("客户名称").fill("改不了的名字")
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("您正在以他人身份查看，只能看，不能做任何更改").first).to_be_visible()
    page.goto("/o/account?view=all")

    page.get_by_role("button", name="用户菜单").click()
    expect(page.get_by_role("menuitem", name="退出登录")).to_be_visible()
    expect(page.get_by_role("menuitem", name="登录与安全")).to_have_count(0)
    page.keyboard.press("Escape")
    bar(page).get_by_role("button", name="结束查看").click()
    expect(notice(page, "查看已结束")).to_be_visible()
    expect(bar(page)).to_have_count(0)

    page.goto("/settings/audit?area=view_as")
    rows = settled(page).locator(".audit-table tbody tr.ant-table-row")
    expect(rows.nth(0)).to_contain_text("结束查看身份")
    expect(rows.nth(1)).to_contain_text("开始查看身份")
    expect(rows.nth(1)).to_contain_text("用户“王芳”")


def test_another_tab_of_the_same_browser_learns_of_it(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    page = signed_in(open_page, ADMIN)
    other = page.context.new_page()
    other.goto("/")
    expect(settled(other).get_by_role("button", name="用户菜单")).to_contain_text("管理员")
    page.bring_to_front()
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="以他人身份查看").press("Enter")
    dialog = page.get_by_role("dialog", name="以他人身份查看")
    find(dialog.get_by_label("以谁的身份查看"), "赵敏", "赵敏")
    dialog.get_by_role("button", name="开始查看").click()
    expect(bar(page)).to_be_visible()
    other.bring_to_front()
    other.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    expect(bar(other)).to_contain_text("赵敏")
    expect(other.get_by_role("button", name="用户菜单")).to_contain_text("赵敏")
    bar(other).get_by_role("button", name="结束查看").click()
    expect(notice(other, "查看已结束")).to_be_visible()


def test_viewing_from_the_menu_on_a_phone(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    page = signed_in(open_page, ADMIN, width=PHONE)
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="以他人身份查看").press("Enter")
    dialog = page.get_by_role("dialog", name="以他人身份查看")
    find(dialog.get_by_label("以谁的身份查看"), "李强", "李强")
    dialog.get_by_role("button", name="开始查看").click()
    expect(bar(page)).to_contain_text("正在以 李强 的身份查看")
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="退出登录").press("Enter")
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_the_log_is_filtered_opened_and_exported(site: Site, open_page: Visit) -> None:
    page = settled(open_page(user_page(site, ZHAO_MIN), ADMIN))
    page.get_by_role("button", name=re.compile("^编辑 职位")).click()
    page.locator(".cell-input input").fill("高级销售")
    page.locator(".cell-input input").press("Enter")
    expect(notice(page, "已保存职位")).to_be_visible()
    page.goto("/settings/audit")
    settled(page)
    choose(page.get_by_label("类别"), "设置变更")
    page.get_by_label("搜索对象与内容").fill("高级销售")
    rows = page.locator(".audit-table tbody tr.ant-table-row")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("职位：销售 → 高级销售")
    expect(rows).to_contain_text("管理员")
    expect(page).to_have_url(re.compile("area=settings"))
    rows.get_by_role("button", name="用户“赵敏”").press("Enter")
    drawer = page.get_by_role("dialog", name="用户“赵敏”")
    expect(drawer).to_contain_text("127.0.0.1")
    expect(drawer).to_contain_text("职位：销售 → 高级销售")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.get_by_role("button", name="导出").click()
    dialog = page.get_by_role("dialog", name=re.compile("导出"))
    dialog.get_by_text("CSV (UTF-8)").click()
    with page.expect_download() as downloaded:
        dialog.get_by_role("button", name=re.compile("开始导出|导出")).last.click()
    assert "职位：销售 → 高级销售" in downloaded.value.path().read_text(encoding="utf-8-sig")


def test_a_salesperson_finds_no_log(open_page: Visit) -> None:
    page = settled(open_page("/settings/audit", WANG_FANG))
    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
    expect(page.locator(".audit-table")).to_have_count(0)


def test_the_rules_are_changed_and_hold(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals |= {401, 422}
    page = settled(open_page("/settings/sign-in", ADMIN))
    page.get_by_label("密码最小长度").fill("12")
    # The page may still move when the box is left; the button is pressed where it then is.
    page.get_by_label("密码最小长度").blur()
    page.get_by_role("button", name="保存").click()
    expect(notice(page, "登录策略已保存")).to_be_visible()
    page.reload()
    expect(settled(page).get_by_label("密码最小长度")).to_have_value("12")

    page.goto(user_page(site, ZHAO_MIN))
    act(settled(page), "重置密码")
    page.get_by_role("button", name="重置密码").last.click()
    shown = page.get_by_role("dialog", name="一次性密码")
    given = shown.locator("code").inner_text().strip()
    shown.get_by_role("button", name="我已复制").click()
    hers = open_page("/")
    sign_in(hers, ZHAO_MIN.login, given)
    expect(hers.get_by_text("您的密码由管理员设置")).to_be_visible()
    for password in ("short 77", "battery staple 7"):
        hers.get_by_label("新密码", exact=True).fill(password)
        hers.get_by_label("再输入一次新密码").fill(password)
        hers.get_by_role("button", name="设置并登录").click()
        if password.startswith("short"):
            expect(hers.get_by_role("alert").filter(has_text="12")).to_be_visible()
    expect(settled(hers).get_by_role("button", name="用户菜单")).to_be_visible()
    # Other tests of the same browser sign in as her, with the password that everybody has.
    with site.database.transaction() as tx:
        found = find_person(writing(tx, load_registry(tx), system("test"), "test"), ZHAO_MIN.login)
        set_password(tx, found, ZHAO_MIN.login, PASSWORD)
    site.cookies.pop(ZHAO_MIN.login, None)
