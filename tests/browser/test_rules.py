"""A validation rule made on the page of its object, broken in a form, switched off and deleted."""

from playwright.sync_api import expect

from tests.browser.acts import find, form, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, OLIVIA, WANG_FANG, acting
from tests.world.records import account


def test_a_rule_is_written_checked_broken_and_switched_off(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals |= {422}
    with acting(site.database, WANG_FANG) as w:
        account(w, "规则客户")
    page = settled(open_page("/settings/objects/opportunity/rules", ADMIN))
    expect(page.get_by_text("还没有校验规则")).to_be_visible()
    page.get_by_role("button", name="新建校验规则").click()
    drawer = page.get_by_role("dialog", name="新建校验规则")
    drawer.get_by_role("button", name="保存规则").click()
    expect(drawer.get_by_text("请填写规则名称")).to_be_visible()
    drawer.get_by_label("规则 · 中文").fill("金额不能过大")
    condition = drawer.get_by_label("条件", exact=True)
    condition.fill("amuont > 1000")
    expect(drawer.get_by_text("是否想用 amount")).to_be_visible()
    condition.fill("amount > 1000")
    expect(drawer.get_by_text("可以使用")).to_be_visible()
    drawer.get_by_label("提示 · 中文").fill("金额不能超过一千")
    find(drawer.get_by_role("combobox", name="提示位置"), "销售金额", "销售金额")
    drawer.get_by_role("button", name="保存规则").click()
    expect(notice(page, "规则已保存")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="金额不能过大")
    expect(row).to_contain_text("amount > 1000")

    hers = settled(open_page("/o/opportunity", WANG_FANG))
    hers.get_by_role("button", name="新建销售机会").first.click()
    made = form(hers)
    made.get_by_label("机会名称").fill("大单")
    made.get_by_label("销售金额").fill("2000")
    made.get_by_role("button", name="保存", exact=True).click()
    expect(made.get_by_text("金额不能超过一千").first).to_be_visible()

    row.get_by_role("switch").click()
    expect(notice(page, "已停用")).to_be_visible()
    made.get_by_role("button", name="保存", exact=True).click()
    expect(notice(hers, "已")).to_be_visible()

    row.get_by_role("button", name="删除规则“金额不能过大”").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有校验规则")).to_be_visible()


def test_the_page_speaks_english_on_a_phone(site: Site, open_page: Visit, watch: Watch) -> None:
    page = settled(open_page("/settings/objects/account/rules", OLIVIA, width=PHONE))
    page.get_by_role("button", name="New validation rule").click()
    drawer = page.get_by_role("dialog", name="New validation rule")
    drawer.get_by_label("Condition", exact=True).fill("name = ")
    expect(drawer.get_by_text("a value must follow")).to_be_visible()
