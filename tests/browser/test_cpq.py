"""The configurator: choosing what is in a bundle from the grid of lines, and what the grid shows of it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, EMMA, WANG_FANG, acting
from tests.world.records import one, opportunity, product


def bundle(site: Site, name: str) -> None:
    """A bundle: one torch of two, cooling that needs the large one, a cover that is included and required."""
    with acting(site.database, ADMIN) as w:
        made = product(w, name, code=f"{name}-1", list_price="5000", configurable=True)
        torch = one(w, "product_feature", bundle_id=made, name="焊枪", min_options=1, max_options=2)

        def option(title: str, price: str, **values: Any) -> int:
            sold = product(w, f"{name}{title}", list_price=price)
            return one(w, "product_option", bundle_id=made, product_id=sold, name=title, **values)

        option("小焊枪", "100", feature_id=torch, selected=True)
        large = option("大焊枪", "300", feature_id=torch, quantity_editable=True, max_quantity="3", min_quantity="1")
        cooling = option("水冷", "50")
        option("护罩", "70", required=True, bundled=True)
        values = {"bundle_id": made, "option_id": cooling, "type": "requires", "by_option_id": large}
        one(w, "product_constraint", **values)


def quote(site: Site, name: str) -> int:
    with acting(site.database, WANG_FANG) as w:
        return one(w, "quote", opportunity_id=opportunity(w, name), name=name)


def add(page: Page, name: str) -> Locator:
    """Pick the bundle in the grid; the configurator."""
    picker = page.locator(".lines-grid").get_by_role("combobox")
    picker.click()
    picker.fill(f"{name}-1")
    page.locator(".ant-select-dropdown").get_by_text(name, exact=True).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("checkbox", name="小焊枪")).to_be_visible()
    return drawer


def rows(page: Page) -> list[str]:
    """What the grid shows, a text for each line."""
    found = page.locator(".lines-grid .ant-table-row .lines-product")
    return [text.strip() for text in found.all_inner_texts()]


def test_a_bundle_is_configured_and_configured_again(site: Site, open_page: Visit) -> None:
    bundle(site, "焊接单元")
    page = settled(open_page(f"/o/quote/{quote(site, '配置组合的报价')}", WANG_FANG))
    drawer = add(page, "焊接单元")
    expect(drawer.locator(".cpq-total")).to_contain_text("¥5,100.00")
    cooling, large = (drawer.get_by_role("checkbox", name=name) for name in ("水冷", "大焊枪"))
    expect(cooling).to_be_disabled()
    expect(drawer.get_by_text("需要先选“大焊枪”")).to_be_visible()
    cover = drawer.get_by_role("checkbox", name="护罩")
    expect(cover).to_be_checked()
    expect(cover).to_be_disabled()
    large.check()
    cooling.check()
    drawer.get_by_label("大焊枪 的单份数量").fill("2")
    # 5000 + 100 + 2 × 300 + 50
    expect(drawer.locator(".cpq-total")).to_contain_text("¥5,750.00")
    large.uncheck()
    expect(drawer.locator(".cpq-note")).to_contain_text("已同时取消“水冷”，因为依赖“大焊枪”")
    expect(cooling).not_to_be_checked()
    large.check()
    cooling.check()
    drawer.get_by_label("数量", exact=True).fill("2")
    drawer.get_by_label("数量", exact=True).press("Control+Enter")
    expect(notice(page, "已加入“焊接单元”")).to_be_visible()
    expect(drawer).to_be_hidden()
    expect(page.locator(".lines-total")).to_contain_text("¥10,900.00")
    assert rows(page) == ["焊接单元", "小焊枪", "大焊枪", "水冷", "护罩"]
    grid = page.locator(".lines-grid")
    # What is required is not taken away by itself; what is included has no price to enter.
    expect(grid.get_by_role("button", name="移除 水冷")).to_be_visible()
    expect(grid.get_by_role("button", name="移除 护罩")).to_have_count(0)
    expect(grid.get_by_label("护罩 单价")).to_have_count(0)
    count = grid.get_by_label("焊接单元 数量")
    count.fill("3")
    count.press("Enter")
    expect(page.locator(".lines-total")).to_contain_text("¥16,350.00")

    grid.get_by_role("button", name="重新配置 焊接单元").click()
    expect(cooling).to_be_checked()
    expect(drawer.get_by_label("数量", exact=True)).to_have_value("3")
    drawer.get_by_role("checkbox", name="小焊枪").uncheck()
    large.uncheck()
    # Nothing of the torches: it says what is missing and cannot be saved.
    expect(drawer.locator(".cpq-problems")).to_contain_text("“焊枪”至少选 1 个")
    expect(drawer.get_by_role("button", name="保存配置")).to_be_disabled()
    large.check()
    drawer.get_by_role("button", name="保存配置").click()
    expect(notice(page, "已重新配置“焊接单元”")).to_be_visible()
    expect(page.locator(".lines-total")).to_contain_text("¥15,900.00")
    assert rows(page) == ["焊接单元", "大焊枪", "护罩"]

    grid.get_by_role("button", name="移除 焊接单元").click()
    expect(grid.locator(".ant-table-row")).to_have_count(0)
    notice(page, "已移除“焊接单元”").get_by_role("button", name="撤销").click()
    expect(grid.locator(".ant-table-row")).to_have_count(3)


def test_the_configurator_by_the_keyboard(site: Site, open_page: Visit) -> None:
    bundle(site, "键盘单元")
    page = settled(open_page(f"/o/quote/{quote(site, '键盘配置的报价')}", WANG_FANG))
    drawer = add(page, "键盘单元")
    expect(drawer.get_by_role("checkbox", name="小焊枪")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(drawer.get_by_role("checkbox", name="大焊枪")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(drawer.get_by_role("checkbox", name="水冷")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator(".lines-grid .ant-table-row")).to_have_count(0)


def test_the_configurator_on_a_phone_in_english(site: Site, open_page: Visit) -> None:
    bundle(site, "手机单元")
    with acting(site.database, EMMA) as w:
        made = one(w, "quote", opportunity_id=opportunity(w, "Configured on a phone"), name="Phone")
    page = settled(open_page(f"/o/quote/{made}", EMMA, width=PHONE))
    drawer = add(page, "手机单元")
    expect(drawer).to_contain_text("Choose 1 to 2 · 1 chosen")
    expect(drawer.get_by_text("Choose “大焊枪” first")).to_be_visible()
    box = drawer.locator(".cpq").bounding_box()
    assert box is not None
    assert box["width"] <= PHONE
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    drawer.get_by_role("button", name="Add to the lines").click()
    expect(page.locator(".lines-grid .ant-table-row")).to_have_count(3)
    expect(page.locator(".lines-total")).to_contain_text(re.compile("5,100"))
