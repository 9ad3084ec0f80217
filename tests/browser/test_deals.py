"""The life of a deal on its page: stages that ask for what is missing, lines as a grid, winning, losing, reopening."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import choose, notice, settled
from tests.browser.site import PHONE, WIDE, Site, Visit
from tests.browser.test_kanban import column, drag
from tests.world.people import ADMIN, EMMA, OLIVIA, WANG_FANG, acting
from tests.world.records import account, contact, opportunity, product


def stage(page: Page, name: str | re.Pattern[str]) -> None:
    """Click a stage of the bar."""
    page.locator(".stage-bar").get_by_role("button", name=name).click()


def present(page: Page, name: str) -> None:
    """The bar shows the record in this stage."""
    expect(page.locator('.stage-bar [aria-current="step"]')).to_have_text(name)


def test_a_stage_asks_for_what_is_missing_instead_of_refusing(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "缺金额的机会")
    open_page.watch.refusals.add(422)
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    stage(page, "商务谈判")
    asked = page.get_by_role("dialog").filter(has_text="还需要填写")
    asked.get_by_label("销售金额").fill("25000")
    asked.get_by_role("button", name="保存并移动").click()
    present(page, "商务谈判")
    expect(page.locator(".record-highlights")).to_contain_text("¥25,000.00")
    # Whoever lets it be stays where they were.
    with acting(site.database, WANG_FANG) as w:
        other = opportunity(w, "又一个缺金额的机会")
    page = settled(open_page(f"/o/opportunity/{other}", WANG_FANG))
    stage(page, "商务谈判")
    page.get_by_role("dialog").filter(has_text="还需要填写").get_by_role("button", name="取消").click()
    present(page, "初步接洽")


def test_the_board_asks_as_well(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        opportunity(w, "板上缺金额")
    open_page.watch.refusals.add(422)
    page = settled(open_page("/o/opportunity?kind=kanban&q=板上缺金额", WANG_FANG))
    card = column(page, "初步接洽").get_by_role("listitem", name="板上缺金额")
    drag(card, column(page, "商务谈判"))
    asked = page.get_by_role("dialog").filter(has_text="还需要填写")
    asked.get_by_label("销售金额").fill("100")
    asked.get_by_role("button", name="保存并移动").click()
    expect(column(page, "商务谈判").get_by_role("listitem", name="板上缺金额")).to_be_visible()


def test_losing_asks_why_and_reopening_brings_it_back(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "会输的机会", stage="proposal", amount="100")
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    stage(page, "输单")
    asked = page.get_by_role("dialog", name="输单")
    expect(asked.get_by_role("button", name="确认输单")).to_be_disabled()
    choose(asked.get_by_label("输单原因"), "价格过高")
    asked.get_by_role("button", name="确认输单").click()
    expect(notice(page, "已标为输单")).to_be_visible()
    present(page, "输单")
    expect(page.locator(".stage-bar").get_by_role("button", name="方案报价")).to_be_disabled()
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="重新打开").click()
    page.get_by_role("dialog", name="重新打开").get_by_role("button", name="重新打开").click()
    present(page, "方案报价")
    expect(page.locator(".record-section.related").filter(has_text="阶段历史")).to_contain_text("输单")


def test_winning_freezes_the_lines(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        product(w, "网格变频器", code="GRID-1", list_price="100.05", unit="台")
        product(w, "停用的网格变频器", code="GRID-0", list_price="1", active=False)
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "有明细的机会", stage="negotiation", amount="5")
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    grid = page.locator(".lines-grid")
    picker = grid.get_by_role("combobox")
    picker.click()
    picker.fill("GRID-")
    expect(page.locator(".ant-select-dropdown").get_by_text("停用的网格变频器")).to_have_count(0)
    page.locator(".ant-select-dropdown").get_by_text("网格变频器", exact=True).click()
    expect(grid.locator(".lines-total")).to_contain_text("¥100.05")
    quantity = grid.get_by_label("网格变频器 数量")
    quantity.fill("3")
    quantity.press("Tab")
    expect(grid.locator(".lines-total")).to_contain_text("¥300.15")
    discount = grid.get_by_label("网格变频器 折扣 %")
    discount.fill("10")
    discount.press("Enter")
    # Half a cent goes up.
    expect(grid.locator(".lines-total")).to_contain_text("¥270.14")
    expect(page.locator(".record-highlights")).to_contain_text("¥270.14")
    stage(page, "赢单")
    asked = page.get_by_role("dialog", name="赢单")
    choose(asked.get_by_label("赢单原因"), "产品优势")
    asked.get_by_role("button", name="确认赢单").click()
    present(page, "赢单")
    expect(grid).to_contain_text("处于“赢单”，明细不能再修改")
    expect(grid.get_by_label("网格变频器 数量")).to_have_count(0)
    page.reload()
    expect(grid.locator(".lines-total")).to_contain_text("¥270.14")


def test_tasks_are_ticked_and_marks_are_shown(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "过期的机会", stage="engaging", close_date="2024-01-01")
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    guide = page.locator(".stage-guide")
    expect(guide).to_contain_text("本阶段第 1 天 · 标准 21 天")
    expect(guide.get_by_text("已逾期")).to_be_visible()
    task = guide.get_by_label("见到决策者")
    task.check()
    expect(task).to_be_checked()
    page.reload()
    expect(guide.get_by_label("见到决策者")).to_be_checked()
    page = settled(open_page("/o/opportunity?kind=list&q=过期的机会", WANG_FANG))
    expect(page.get_by_role("row").filter(has_text="过期的机会").get_by_text("已逾期")).to_be_visible()


def test_the_funnel_tells_how_deals_move_on(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        opportunity(w, "漏斗机会", amount="1000")
    page = settled(open_page("/funnel", WANG_FANG))
    expect(page.get_by_role("heading", name="销售漏斗")).to_be_visible()
    expect(page.get_by_role("columnheader", name="转化率")).to_be_visible()
    page.get_by_text("我的", exact=True).click()
    page.get_by_role("link", name="初步接洽").click()
    expect(page.get_by_role("link", name="漏斗机会")).to_be_visible()


def test_an_administrator_sets_up_a_stage(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/settings/stages", OLIVIA))
    page.get_by_role("button", name="Proposal").first.click()
    sheet = page.get_by_role("dialog", name="Set up “Proposal”")
    sheet.get_by_label("Required on entering").fill("Next step")
    page.locator(".ant-select-dropdown:visible").get_by_text("Next step", exact=True).click()
    sheet.get_by_role("button", name="Add a task").click()
    expect(sheet.get_by_label("Task", exact=True)).to_have_count(2)
    sheet.get_by_label("Task", exact=True).last.fill("算报价")
    sheet.get_by_role("button", name="Save").click()
    expect(notice(page, "Saved")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Proposal"))).to_contain_text("1 required")
    expect(page.get_by_role("row", name=re.compile("Proposal"))).to_contain_text("2 tasks")
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "要下一步的机会", amount="1")
    open_page.watch.refusals.add(422)
    other = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    stage(other, "方案报价")
    expect(other.get_by_role("dialog").get_by_label("下一步")).to_be_visible()
    # As it was, for the tests behind.
    page.get_by_role("button", name="Proposal").first.click()
    sheet.locator(".ant-select-selection-item-remove").first.click()
    sheet.get_by_role("button", name="Remove the task").last.click()
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name=re.compile("Proposal"))).not_to_contain_text("required")


def test_preset_roles_show_no_way_to_change_them(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/settings/contact-roles", OLIVIA))
    table = page.locator(".set-table")
    expect(table.get_by_text("Preset")).to_have_count(4)
    expect(table.get_by_role("button", name="Remove")).to_have_count(0)


def test_an_account_at_a_glance(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        group = account(w, "一览集团")
        child = account(w, "一览子公司", parent_id=group)
        account(w, "一览孙公司", parent_id=child)
        opportunity(w, "一览机会", account_id=child, amount="120000")
    for width in (1280, PHONE):
        page = settled(open_page(f"/o/account/{child}", WANG_FANG, width=width))
        expect(page.locator(".account-figures")).to_contain_text("¥12万")
        tree = page.get_by_role("tree")
        for name in ("一览集团", "一览子公司", "一览孙公司"):
            expect(tree.get_by_text(name)).to_be_visible()
    tree.get_by_role("link", name="一览集团").click()
    expect(page.get_by_role("heading", name="一览集团", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_deal_is_put_on_hold_and_taken_up_again(site: Site, open_page: Visit, width: int) -> None:
    with acting(site.database, EMMA) as w:
        deal = opportunity(w, "Waiting for the budget", stage="proposal")
    page = settled(open_page(f"/o/opportunity/{deal}", EMMA, width=width))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Put on hold").click()
    asked = page.get_by_role("dialog", name="Put on hold")
    confirm = asked.get_by_role("button", name="Put it on hold")
    choose(asked.get_by_label("Reason to wait"), "Budget postponed")
    expect(confirm).to_be_disabled()
    # A day may be typed in either form; it is shown as it is read.
    until = asked.get_by_label("Take up again on")
    until.fill("2031-03-09")
    until.press("Enter")
    expect(until).to_have_value("Mar 9, 2031")
    confirm.click()
    expect(notice(page, "Put on hold")).to_be_visible()
    expect(page.locator(".stage-guide")).to_contain_text("On hold until Mar 9, 2031")
    expect(page.locator(".stage-bar").get_by_role("button", name="Negotiation")).to_be_disabled()
    expect(page.locator(".stage-bar").get_by_role("button", name="Lost")).to_be_enabled()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Take up again").click()
    expect(page.locator(".stage-guide")).not_to_contain_text("On hold")
    expect(page.locator(".stage-bar").get_by_role("button", name="Negotiation")).to_be_enabled()


def test_a_contact_of_another_account_is_a_click_away_and_marked(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        own, other = account(w, "优先客户"), account(w, "顾问公司")
        contact(w, "优先甲", own)
        contact(w, "优先乙", other)
        deal = opportunity(w, "优先机会", account_id=own)
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    page.locator(".record-actions").get_by_role("button", name=re.compile("编辑$")).click()
    form = page.get_by_role("dialog")
    box = form.get_by_label("主要联系人")
    box.click()
    offered = page.locator(".ant-select-dropdown:visible")
    expect(offered.get_by_text("优先甲", exact=True)).to_be_visible()
    expect(offered.get_by_text("优先乙", exact=True)).to_have_count(0)
    offered.get_by_role("button", name="在全部联系人中查找").click()
    box.fill("优先")
    expect(offered.locator(".lookup-option").filter(has_text="优先乙").locator(".beyond-tag")).to_have_text("顾问公司")
    expect(offered.locator(".lookup-option").filter(has_text="优先甲").locator(".beyond-tag")).to_have_count(0)
    offered.get_by_text("优先乙").click()
    form.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".link-beyond").filter(has_text="优先乙").locator(".beyond-tag")).to_have_text("顾问公司")
