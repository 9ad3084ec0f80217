"""Sharing a record with a colleague, seeing as both what that does, and asking why."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import choose, dropped, find, notice, settled, undo
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, OLIVIA, WANG_FANG, ZHAO_MIN, acting
from tests.world.records import account, one

EDIT = re.compile("编辑$")
"""The button of the page; the pencils beside the values say what they edit after it."""


def panel(page: Page, title: str) -> Locator:
    """The list of a record's parts under `title`."""
    return page.locator(".related").filter(has=page.locator(".ant-card-head-title", has_text=title))


def explanation(page: Page, *, menu: str = "更多", item: str = "访问权限") -> Locator:
    """The drawer that explains the access to the record of the page."""
    page.get_by_role("button", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=item).click()
    return page.get_by_role("dialog", name=item)


def test_sharing_an_account_with_a_colleague_and_taking_it_back(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(404)
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "共享的客户")
    address = f"/o/account/{record}"
    hers = settled(open_page(address, ZHAO_MIN))
    expect(hers.get_by_text("找不到这条记录")).to_be_visible()

    mine = settled(open_page(address, WANG_FANG))
    team = panel(mine, "团队成员")
    expect(team).to_contain_text("还没有团队成员")
    team.get_by_role("button", name="添加团队成员").click()
    dialog = mine.get_by_role("dialog", name="添加团队成员")
    # The record is the one of the page: it is not asked for.
    expect(dialog.get_by_label("记录")).to_have_count(0)
    find(dialog.get_by_label("成员", exact=True), "赵敏", "赵敏")
    dialog.get_by_role("button", name="添加", exact=True).click()
    expect(notice(mine, "团队成员已保存")).to_be_visible()
    member = team.get_by_role("row").filter(has_text="赵敏")
    expect(member).to_contain_text("只读")

    hers.reload()
    expect(hers.get_by_role("heading", name="共享的客户", level=1)).to_be_visible()
    expect(panel(hers, "团队成员")).to_contain_text("赵敏")
    expect(hers.get_by_role("button", name=EDIT)).to_have_count(0)
    expect(hers.get_by_role("button", name="添加团队成员")).to_have_count(0)
    expect(hers.get_by_role("button", name="移除 赵敏")).to_have_count(0)

    theirs = settled(open_page(address, ADMIN))
    told = explanation(theirs)
    find(told.get_by_label("人员"), "赵敏", "赵敏")
    expect(told.get_by_role("alert")).to_have_text("赵敏可以查看这条记录")
    reasons = told.get_by_role("list", name="为什么").get_by_role("listitem")
    shared = reasons.filter(has_text="记录共享给了“赵敏”：只读。")
    expect(shared.get_by_role("img", name="放行", exact=True)).to_be_visible()
    owner = reasons.filter(has_text="所有人是王芳。")
    expect(owner.get_by_role("img", name="不放行", exact=True)).to_be_visible()
    told.get_by_text("编辑", exact=True).click()
    expect(told.get_by_role("alert")).to_have_text("赵敏不能编辑这条记录")

    member.get_by_role("button", name="移除 赵敏").click()
    undo(mine, "已移除“赵敏”")
    expect(member).to_be_visible()
    hers.reload()
    expect(hers.get_by_role("heading", name="共享的客户", level=1)).to_be_visible()
    member.get_by_role("button", name="移除 赵敏").click()
    expect(team).to_contain_text("还没有团队成员")
    hers.reload()
    expect(hers.get_by_text("找不到这条记录")).to_be_visible()
    hers.goto("/o/account?view=all")
    expect(settled(hers).get_by_role("link", name="共享的客户")).to_have_count(0)


def test_the_level_of_a_member_is_changed_where_it_stands(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "改级别的客户")
    page = settled(open_page(f"/o/account/{record}", WANG_FANG))
    team = panel(page, "团队成员")
    team.get_by_role("button", name="添加团队成员").click()
    dialog = page.get_by_role("dialog", name="添加团队成员")
    choose(dialog.locator('[data-field="member_id"]').get_by_role("combobox").first, "部门")
    find(dialog.get_by_label("成员", exact=True), "华南", "华南区")
    dialog.get_by_role("button", name="添加", exact=True).click()
    member = team.get_by_role("row").filter(has_text="华南区")
    expect(member).to_contain_text("只读")
    hers = settled(open_page(f"/o/account/{record}", ZHAO_MIN))
    expect(hers.get_by_role("button", name=EDIT)).to_have_count(0)
    member.hover()
    member.get_by_role("button", name="编辑 权限").click()
    dropped(member.locator(".cell-input").get_by_role("combobox")).get_by_text("读写", exact=True).click()
    expect(notice(page, "已保存权限")).to_be_visible()
    expect(member).to_contain_text("读写")
    hers.reload()
    expect(hers.get_by_role("button", name=EDIT)).to_be_visible()
    # Whoever may only edit gives nobody else access.
    expect(hers.get_by_role("button", name="添加团队成员")).to_have_count(0)


def test_who_may_is_for_those_who_share(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "Explained account")
        values = {"object": "account", "id": str(record)}
        colleague = {"object": "user", "id": str(person(site, "赵敏"))}
        one(w, "team_member", record_id=values, member_id=colleague)
    page = settled(open_page(f"/o/account/{record}", OLIVIA))
    told = explanation(page, menu="More", item="Access")
    expect(told.get_by_role("alert")).to_have_text("You may view this record")
    told.get_by_role("tab", name="Who").click()
    people = told.get_by_role("list", name="Who").get_by_role("listitem")
    expect(people.filter(has_text="王芳")).to_contain_text("The owner is 王芳.")
    expect(people.filter(has_text="赵敏")).to_contain_text('shared with "赵敏" for reading')
    told.get_by_text("Delete", exact=True).click()
    expect(people.filter(has_text="赵敏")).to_have_count(0)
    # A name leads to the whole reasoning about that person, for the same action.
    people.get_by_role("button", name="王芳").click()
    expect(told.get_by_role("alert")).to_have_text("王芳 may delete this record")

    hers = settled(open_page(f"/o/account/{record}", ZHAO_MIN, width=PHONE))
    asked = explanation(hers)
    expect(asked.get_by_role("alert")).to_have_text("您可以查看这条记录")
    expect(asked.get_by_role("tab")).to_have_count(0)
    expect(asked.get_by_label("人员")).to_have_count(0)


def test_members_of_a_group_are_added_on_its_page(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        group = one(w, "public_group", name="项目支持组")
    page = settled(open_page(f"/o/public_group/{group}", ADMIN))
    members = panel(page, "组成员")
    members.get_by_role("button", name="添加组成员").click()
    dialog = page.get_by_role("dialog", name="添加组成员")
    find(dialog.get_by_label("成员", exact=True), "赵敏", "赵敏")
    dialog.get_by_role("button", name="添加并继续").click()
    expect(members.get_by_role("row").filter(has_text="赵敏")).to_be_visible()
    kind = dialog.locator('[data-field="member_id"]').get_by_role("combobox").first
    for word, name in (("部门", "华南区"), ("角色", "经理用户")):
        choose(kind, word)
        find(dialog.get_by_label("成员", exact=True), name, name)
        dialog.get_by_role("button", name="添加并继续").click()
        expect(members.get_by_role("row").filter(has_text=name)).to_be_visible()


def person(site: Site, name: str) -> int:
    """The id of a colleague."""
    with acting(site.database, ADMIN) as w:
        table = w.registry.tables["user"]
        found = w.transaction.scalar(table.select().with_only_columns(table.c.id).where(table.c.name == name))
    return int(found)
