"""A salesperson's list: narrowing it, ordering it, paging through it, keeping it as a view, editing in its cells."""

import re

from playwright.sync_api import Page, expect

from dougong.records.api import create
from tests.browser.acts import choose, find, names, notice, row, settled, undo
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import EMMA, LI_QIANG, WANG_FANG, acting
from tests.world.records import account


def accounts(site: Site, prefix: str) -> None:
    """Four customers of 王芳 that differ in level and revenue."""
    with acting(site.database, WANG_FANG) as w:
        for name, revenue, industry in (
            ("1", "5000000", "manufacturing"),
            ("2", "800000", "manufacturing"),
            ("3", "12000000", "retail"),
            ("4", None, "retail"),
        ):
            account(w, f"{prefix}{name}", annual_revenue=revenue, industry=industry)


def narrowed(page: Page, text: str) -> None:
    """The list by what is typed above it."""
    page.get_by_label("在列表中筛选").fill(text)


def test_a_nested_filter(site: Site, open_page: Visit) -> None:
    accounts(site, "月台筛选")
    page = settled(open_page("/o/account", WANG_FANG))
    page.get_by_role("button", name=re.compile("^筛选")).click()
    drawer = page.get_by_role("dialog", name="筛选条件")
    find(drawer.get_by_role("combobox", name="字段"), "客户名称", "客户名称")
    drawer.get_by_label("值").fill("月台筛选")
    drawer.get_by_role("button", name="添加条件组").click()
    find(drawer.get_by_role("combobox", name="字段").nth(1), "年销售额", "年销售额")
    choose(drawer.get_by_role("combobox", name="关系").nth(1), "大于")
    drawer.get_by_label("值").nth(1).fill("10000000")
    drawer.get_by_role("button", name="添加条件", exact=False).first.click()
    find(drawer.get_by_role("combobox", name="字段").nth(2), "行业", "行业")
    choose(drawer.get_by_role("combobox", name="关系").nth(2), "等于")
    choose(drawer.get_by_role("combobox", name="值"), "制造")
    drawer.get_by_role("button", name="应用").click()
    expect(names(page)).to_have_text(["月台筛选3", "月台筛选2", "月台筛选1"])
    summary = page.locator(".filter-summary")
    expect(summary).to_contain_text("客户名称 包含 月台筛选")
    expect(summary).to_contain_text("年销售额 大于 ¥10,000,000 或 行业 等于 制造")
    # The filter is in the address: a colleague who gets the link sees the same question.
    page.reload()
    expect(names(page)).to_have_count(3)
    summary.get_by_label("移除条件").last.click()
    expect(names(page)).to_have_count(4)


def test_blank_and_not_blank(site: Site, open_page: Visit) -> None:
    accounts(site, "空栏")
    page = settled(open_page("/o/account?q=空栏", WANG_FANG))
    page.get_by_role("button", name=re.compile("^筛选")).click()
    drawer = page.get_by_role("dialog", name="筛选条件")
    find(drawer.get_by_role("combobox", name="字段"), "年销售额", "年销售额")
    choose(drawer.get_by_role("combobox", name="关系"), "不为空")
    drawer.get_by_role("button", name="应用").click()
    expect(names(page)).to_have_count(3)
    expect(page.locator(".filter-summary")).to_contain_text("年销售额 不为空")


def test_sorting_by_a_column(site: Site, open_page: Visit) -> None:
    accounts(site, "排序")
    page = settled(open_page("/o/account?columns=name,annual_revenue,owner_id", WANG_FANG))
    narrowed(page, "排序")
    expect(names(page)).to_have_count(4)
    head = page.get_by_role("columnheader", name="年销售额")
    head.click()
    expect(names(page)).to_have_text(["排序2", "排序1", "排序3", "排序4"])
    head.click()
    expect(names(page).first).to_have_text(re.compile("排序[34]"))
    page.get_by_role("columnheader", name="客户名称").click()
    expect(names(page)).to_have_text(["排序1", "排序2", "排序3", "排序4"])


def test_paging_shows_every_record_once(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        create(w, "account", [{"name": f"分页{number:03}"} for number in range(60)])
    page = settled(open_page("/o/account?q=分页&size=25&sort=name", WANG_FANG))
    pager = page.get_by_role("navigation", name="分页")
    expect(pager).to_contain_text("共 60 条")
    seen: list[str] = []
    for places, count in (("1–25", 25), ("26–50", 25), ("51–60", 10)):
        expect(pager).to_contain_text(places)
        # The rows before stay until those of the page are there.
        expect(names(page).first).to_have_text(f"分页{len(seen):03}")
        expect(names(page)).to_have_count(count)
        seen += names(page).all_inner_texts()
        if count == 25:
            pager.get_by_role("button", name="下一页").click()
    assert seen == [f"分页{number:03}" for number in range(60)]
    expect(pager.get_by_role("button", name="下一页")).to_be_disabled()
    pager.get_by_role("button", name="上一页").click()
    expect(names(page).first).to_have_text("分页025")
    # Back from a record one is on the page that one left.
    names(page).first.click()
    expect(page.get_by_role("heading", name="分页025", level=1)).to_be_visible()
    page.go_back()
    expect(names(page).first).to_have_text("分页025")


def test_columns_and_a_view_of_ones_own(site: Site, open_page: Visit) -> None:
    accounts(site, "视图")
    page = settled(open_page("/o/account", WANG_FANG))
    narrowed(page, "视图")
    page.get_by_role("button", name=re.compile("列$")).click()
    drawer = page.get_by_role("dialog", name="选择列")
    drawer.get_by_role("listitem").filter(has_text="电话").get_by_role("button", name="不显示").click()
    drawer.get_by_label("查找字段").fill("年销售额")
    drawer.get_by_role("button", name="年销售额").first.click()
    drawer.get_by_role("button", name="应用").click()
    expect(page.get_by_role("columnheader", name="年销售额")).to_be_visible()
    expect(page.get_by_role("columnheader", name="电话")).to_have_count(0)
    expect(page.get_by_text("已修改")).to_be_visible()
    page.get_by_role("button", name="另存为新视图").click()
    dialog = page.get_by_role("dialog", name="另存为新视图")
    dialog.get_by_label("视图名称").fill("王芳看营收")
    dialog.get_by_role("button", name="保存").click()
    expect(notice(page, "视图已保存")).to_be_visible()
    expect(page.get_by_role("button", name="王芳看营收")).to_be_visible()
    page.goto("/o/contact")
    settled(page)
    page.goto("/o/account")
    # The view that was used last is the one that opens.
    expect(page.get_by_role("button", name="王芳看营收")).to_be_visible()
    expect(page.get_by_role("columnheader", name="年销售额")).to_be_visible()
    # Nobody else sees a private view.
    other = settled(open_page("/o/account", LI_QIANG))
    other.get_by_role("button", name="全部客户").click()
    expect(other.get_by_role("menuitem", name="我的客户")).to_be_visible()
    expect(other.get_by_role("menuitem", name="王芳看营收")).to_have_count(0)


def test_only_what_may_be_changed_is_offered(site: Site, open_page: Visit) -> None:
    """A manager sees the team's records and edits their own: the pencils and the bulk buttons know which."""
    with acting(site.database, WANG_FANG) as w:
        account(w, "行权王芳")
    with acting(site.database, LI_QIANG) as w:
        account(w, "行权李强")
    page = settled(open_page("/o/account?q=行权", LI_QIANG))
    expect(names(page)).to_have_count(2)
    pencil = re.compile("^编辑 ")
    expect(row(page, "行权王芳").get_by_role("button", name=pencil)).to_have_count(0)
    expect(row(page, "行权李强").get_by_role("button", name="编辑 所有人")).to_have_count(1)
    bar = page.locator(".bulk-bar")
    row(page, "行权李强").get_by_role("checkbox").check()
    expect(bar.get_by_role("button", name="批量修改")).to_be_enabled()
    row(page, "行权王芳").get_by_role("checkbox").check()
    for name in ("批量修改", "转移", "删除"):
        expect(bar.get_by_role("button", name=name)).to_be_disabled()
    expect(bar).to_contain_text("其中 1 条您只能查看")
    # A salesperson hands nothing over: no pencil on the owner of their own record.
    hers = settled(open_page("/o/account?q=行权", WANG_FANG))
    line = row(hers, "行权王芳")
    expect(line.get_by_role("button", name="编辑 客户状态")).to_have_count(1)
    expect(line.get_by_role("button", name="编辑 所有人")).to_have_count(0)


def test_editing_in_a_cell_and_taking_it_back(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "行内编辑一号", status="prospect", phone="021-58881234")
    page = settled(open_page("/o/account?q=行内编辑一号", WANG_FANG))
    line = row(page, "行内编辑一号")
    line.hover()
    line.get_by_role("button", name="编辑 客户状态").click()
    page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").get_by_text("成交客户", exact=True).click()
    expect(notice(page, "已保存客户状态")).to_be_visible()
    expect(line).to_contain_text("成交客户")
    undo(page, "已保存客户状态")
    expect(line).to_contain_text("潜在客户")
    line.get_by_role("button", name="编辑 电话").click()
    line.get_by_role("textbox").fill("010-66660000")
    page.keyboard.press("Enter")
    expect(notice(page, "已保存电话")).to_be_visible()
    expect(line).to_contain_text("6666")
    line.get_by_role("button", name="编辑 电话").click()
    line.get_by_role("textbox").fill("不要这个")
    page.keyboard.press("Escape")
    expect(line).to_contain_text("6666")


def test_what_a_salesperson_may_not_change_has_no_pencil(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "级别只读")
    page = settled(open_page("/o/account?q=级别只读", WANG_FANG))
    line = row(page, "级别只读")
    expect(line.get_by_role("button", name="编辑 客户状态")).to_be_attached()
    expect(line.get_by_role("button", name="编辑 客户级别")).to_have_count(0)


def test_a_manager_edits_many_at_once_and_takes_it_back(site: Site, open_page: Visit) -> None:
    with acting(site.database, LI_QIANG) as w:
        for name in ("批量一", "批量二", "批量三"):
            account(w, name, status="prospect")
    page = settled(open_page("/o/account?q=批量", LI_QIANG))
    for name in ("批量一", "批量三"):
        page.get_by_role("checkbox", name=f"选择 {name}").check()
    bar = page.get_by_role("toolbar", name="已选 2 条")
    bar.get_by_role("button", name="批量修改").click()
    dialog = page.get_by_role("dialog", name="批量修改 2 条记录")
    find(dialog.get_by_role("combobox", name="字段"), "客户状态", "客户状态")
    choose(dialog.get_by_label("新的值"), "流失客户")
    dialog.get_by_role("button", name="保存").click()
    expect(row(page, "批量三")).to_contain_text("流失客户")
    expect(row(page, "批量二")).to_contain_text("潜在客户")
    undo(page, "已修改 2 条")
    expect(row(page, "批量三")).to_contain_text("潜在客户")


def test_exporting_what_the_list_shows(site: Site, open_page: Visit) -> None:
    with acting(site.database, LI_QIANG) as w:
        for name in ("导出甲", "导出乙"):
            account(w, name)
    page = settled(open_page("/o/account?q=导出", LI_QIANG))
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("menuitem", name="导出").click()
    dialog = page.get_by_role("dialog", name="导出客户")
    dialog.get_by_text("CSV").click()
    dialog.get_by_role("button", name="开始导出").click()
    with page.expect_download() as download:
        dialog.get_by_role("link", name="下载文件").or_(dialog.get_by_role("button", name="下载文件")).first.click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("客户名称")
    assert {line.split(",")[0] for line in text.splitlines()[1:]} == {"导出甲", "导出乙"}


def test_a_list_on_a_phone_is_cards(site: Site, open_page: Visit) -> None:
    accounts(site, "手机列表")
    page = settled(open_page("/o/account?q=手机列表", WANG_FANG, width=PHONE))
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="手机列表")).to_have_count(4)
    page.get_by_role("link", name="手机列表1").click()
    expect(page.get_by_role("heading", name="手机列表1", level=1)).to_be_visible()


def test_a_changed_view_fits_a_phone_in_english(open_page: Visit) -> None:
    page = settled(open_page("/o/account?sort=name", EMMA, width=PHONE))
    expect(page.get_by_text("Modified")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
