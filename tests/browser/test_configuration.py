"""The history of the configuration as an administrator uses it: seen, compared, taken back; and templates."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import notice, settled
from tests.browser.shaping import add_field, save_field
from tests.browser.site import Visit
from tests.world.people import ADMIN

FIELD = "保修期限"


def test_a_change_is_seen_compared_and_taken_back(open_page: Visit) -> None:
    page = settled(open_page("/settings/objects/product/fields", ADMIN))
    save_field(page, add_field(page, "整数", FIELD), FIELD)

    newest = newest_change(page)
    expect(newest).to_contain_text("产品")
    newest.click()
    change = page.get_by_role("dialog", name=re.compile("^更改 #"))
    expect(change.get_by_text(FIELD).first).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="比较两个时刻").click()
    compared = page.get_by_role("dialog", name="比较两个时刻")
    # The moment before the change is the second of the list.
    compared.get_by_role("combobox", name="从").click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").nth(1).click()
    expect(compared.get_by_text(FIELD).first).to_be_visible()
    page.keyboard.press("Escape")

    newest_change(page).click()
    page.get_by_role("button", name="撤回这次更改").click()
    plan = page.get_by_role("dialog", name=re.compile("^撤回更改 #"))
    expect(plan.get_by_text(FIELD).first).to_be_visible()
    plan.get_by_role("button", name="应用").click()
    expect(notice(page, "配置已生效")).to_be_visible()
    expect(newest_change(page)).to_contain_text("撤回")
    fields = settled(open_page("/settings/objects/product/fields", ADMIN))
    expect(fields.get_by_role("button", name="产品名称", exact=True)).to_be_visible()
    expect(fields.get_by_role("button", name=FIELD, exact=True)).to_have_count(0)


def test_a_template_is_planned_installed_and_removed(open_page: Visit) -> None:
    page = settled(open_page("/settings/configuration", ADMIN))
    page.get_by_role("tab", name="行业模板").click()
    card = template(page, "项目型销售")
    card.get_by_role("button", name="查看计划并安装").click()
    plan = page.get_by_role("dialog", name=re.compile("^安装“"))
    expect(plan.get_by_text("新增").first).to_be_visible()
    plan.get_by_role("button", name="应用").click()
    expect(notice(page, "配置已生效")).to_be_visible()
    expect(card.get_by_text("已安装")).to_be_visible()
    card.get_by_role("button", name="移除").click()
    removal = page.get_by_role("dialog", name=re.compile("^移除“"))
    removal.get_by_role("button", name="应用").click()
    expect(removal).to_have_count(0)
    expect(card.get_by_role("button", name="查看计划并安装")).to_be_visible()


def newest_change(page: Page) -> Locator:
    page.goto(page.url.split("/settings")[0] + "/settings/configuration")
    return settled(page).get_by_role("button", name=re.compile("^更改 #")).first


def template(page: Page, name: str) -> Locator:
    return page.locator(".ant-card").filter(has_text=name)
