"""The global search: closest first, marked, with the keyboard; all results on a page; set by administrators."""

import re

from playwright.sync_api import expect

from tests.browser.acts import notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, WANG_FANG, acting
from tests.world.records import account, contact, opportunity


def test_results_are_marked_and_lead_to_a_page_of_all(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        first = account(w, "璇玑阁文化传媒")
        for n in range(7):
            account(w, f"北斗璇玑分店{n}")
        contact(w, "单璇玑", first, mobile="13907551234")
        opportunity(w, "璇玑阁年度采购", account_id=first)
    page = settled(open_page("/", WANG_FANG))
    page.keyboard.press("/")
    page.keyboard.type("xuanji")
    hits = page.locator(".search-hit")
    expect(hits.first).to_contain_text("璇玑阁文化传媒")
    expect(hits.first.locator("mark")).to_have_text("璇玑")
    # The last line leads to all of them.
    page.get_by_text("查看“xuanji”的全部结果").click()
    expect(page).to_have_url(re.compile(r"/search\?q=xuanji$"))
    expect(page.get_by_role("heading", name="搜索结果", level=1)).to_be_visible()
    groups = page.locator(".search-results .ant-card-head-title")
    expect(groups.filter(has_text="客户")).to_have_count(1)
    expect(groups.filter(has_text="销售机会")).to_have_count(1)
    page.locator(".search-choices").get_by_text("联系人", exact=True).click()
    expect(page).to_have_url(re.compile("object=contact"))
    expect(page.locator(".search-line")).to_contain_text(["单璇玑"])
    # A number finds through another field, which is told.
    box = page.get_by_role("searchbox", name="搜索结果")
    box.fill("139 0755 1234")
    box.press("Enter")
    expect(page.locator(".search-line")).to_contain_text(["手机 139 0755 1234"])
    page.locator(".search-line").click()
    expect(page.get_by_role("heading", name="单璇玑", level=1)).to_be_visible()
    # What was sought is offered again.
    page.keyboard.press("/")
    expect(page.get_by_text("最近搜索")).to_be_visible()


def test_results_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "瑶台仙境旅游")
    page = settled(open_page("/search?q=瑶台", WANG_FANG, width=PHONE))
    expect(page.locator(".search-line")).to_contain_text(["瑶台仙境旅游"])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_administrator_switches_an_object_off(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        about = account(w, "天枢仪表")
        opportunity(w, "天枢仪表改造", account_id=about)
    admin = settled(open_page("/settings/search", ADMIN))
    seller = settled(open_page("/search?q=天枢", WANG_FANG))
    expect(seller.locator(".search-line")).to_have_count(2)
    switch = admin.get_by_role("switch", name="销售机会 可搜索")
    switch.click()
    expect(notice(admin, "已保存")).to_be_visible()
    seller.reload()
    expect(seller.locator(".search-line")).to_have_count(1)
    switch.click()
    expect(switch).to_be_checked()
    expect(admin.locator(".search-index li").filter(has_text="客户").first).to_contain_text("已是最新", timeout=30_000)
