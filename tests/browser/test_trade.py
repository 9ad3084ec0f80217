"""From the quote to the order in the browser: lines by a price book, brought to the deal, an order and its life."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, WANG_FANG, acting
from tests.world.records import account, one, opportunity, product


def quoted(site: Site, name: str) -> int:
    """A quote by a price book in which one of two products stands."""
    with acting(site.database, ADMIN) as w:
        book = one(w, "price_book", name=f"{name}价")
        sold = product(w, f"{name}主机", code=f"{name}-1", list_price="100", unit="台")
        product(w, f"{name}配件", code=f"{name}-2", list_price="5")
        one(w, "price_book_entry", price_book_id=book, product_id=sold, price="88.88")
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, f"{name}采购", account_id=account(w, f"{name}客户"))
        return one(w, "quote", opportunity_id=deal, price_book_id=book)


def do(page: Page, name: str) -> None:
    """Choose an action from the menu of the record."""
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name=name).click()


def present(page: Page, name: str) -> None:
    """The bar shows the record at this stage."""
    expect(page.locator('.stage-bar [aria-current="step"]')).to_have_text(name)


def test_from_the_quote_to_an_order_in_force(site: Site, open_page: Visit) -> None:
    quote = quoted(site, "鉴湖")
    page = settled(open_page(f"/o/quote/{quote}", WANG_FANG))
    grid = page.locator(".lines-grid")
    picker = grid.get_by_role("combobox")
    picker.click()
    picker.fill("鉴湖")
    # Only what the price book has, at its price.
    choices = page.locator(".ant-select-dropdown")
    expect(choices.get_by_text("鉴湖配件")).to_have_count(0)
    expect(choices).to_contain_text("¥88.88 / 台")
    choices.get_by_text("鉴湖主机", exact=True).click()
    expect(grid.locator(".lines-total")).to_contain_text("¥88.88")
    price = grid.get_by_label("鉴湖主机 单价")
    price.fill("80")
    price.press("Tab")
    expect(grid).to_contain_text("原价 ¥88.88")
    expect(grid.locator(".lines-total")).to_contain_text("优惠 ¥8.88")

    do(page, "同步到商机")
    page.get_by_role("dialog").get_by_role("button", name="同步到商机").click()
    expect(notice(page, "已完成：同步到商机")).to_be_visible()
    page.get_by_role("link", name="鉴湖采购").first.click()
    expect(page.locator(".record-highlights")).to_contain_text("¥80.00")

    page.goto(f"/o/quote/{quote}")
    page.locator(".stage-bar").get_by_role("button", name="已接受").click()
    present(page, "已接受")
    expect(grid).to_contain_text("处于“已接受”，明细不能再修改")
    page.get_by_role("button", name="生成订单").click()
    expect(page).to_have_url(re.compile(r"/o/sales_order/\d+$"))
    present(page, "未生效")
    page.get_by_role("button", name="生效", exact=True).click()
    expect(notice(page, "已完成：生效")).to_be_visible()
    present(page, "已生效")


def test_an_order_is_cancelled_with_a_reason_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        order = one(w, "sales_order", account_id=account(w, "作废客户"))
    page = settled(open_page(f"/o/sales_order/{order}", WANG_FANG, width=PHONE))
    page.locator(".stage-bar").get_by_role("button", name="已作废").click()
    asked = page.get_by_role("dialog", name="作废")
    expect(asked.get_by_role("button", name="作废")).to_be_disabled()
    asked.get_by_label("作废原因").fill("客户改期")
    asked.get_by_role("button", name="作废").click()
    present(page, "已作废")
    expect(page.get_by_text("客户改期").first).to_be_visible()
