"""The index of all settings: what is in it, finding one, and that it is for administrators."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.acts import settled
from tests.browser.site import PHONE, WIDE, Visit
from tests.browser.test_pages import called, check
from tests.world.people import ADMIN, OLIVIA, WANG_FANG, Person

SEARCH = re.compile("^(搜索设置|Search settings)$")


@pytest.mark.parametrize(("person", "width"), [(ADMIN, WIDE), (OLIVIA, PHONE)], ids=called)
def test_every_setting_opens(open_page: Visit, person: Person, width: int) -> None:
    page = settled(open_page("/settings", person, width=width))
    check(page, person.language)
    addresses = [card.get_attribute("href") or "" for card in page.locator("a.settings-card").all()]
    assert len(addresses) > 5
    for address in addresses:
        page.locator(f'a.settings-card[href="{address}"]').click()
        trail = page.get_by_role("main").locator("a.settings-trail")
        expect(trail).to_be_visible()
        settled(page)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), address
        trail.click()
        expect(page.get_by_label(SEARCH)).to_be_visible()


def test_what_the_product_ships_is_in_english(open_page: Visit) -> None:
    page = settled(open_page("/o/role", OLIVIA))
    page.get_by_role("link", name="Standard user", exact=True).click()
    expect(page.get_by_role("heading", name="Standard user", level=1)).to_be_visible()
    page.goto("/o/list_view")
    settled(page)
    page.get_by_placeholder("Filter this list").fill("Open leads")
    expect(page.get_by_role("link", name="Open leads", exact=True)).to_be_visible()
    page.goto("/settings/profiles")
    settled(page)
    row = page.get_by_role("row").filter(has_text="Sales manager")
    expect(row).to_contain_text("may do, and transfer")
    page.goto("/o/activity_setting")
    settled(page)
    expect(page.get_by_role("button", name="New activity settings")).to_have_count(0)


def test_finding_a_setting_by_keyboard(open_page: Visit) -> None:
    page = settled(open_page("/", ADMIN))
    page.keyboard.press("g")
    page.keyboard.press("s")
    search = page.get_by_label(SEARCH)
    cards = page.locator("a.settings-card")
    search.fill("nothing of the kind")
    expect(cards).to_have_count(0)
    expect(page.get_by_text("没有找到“nothing of the kind”")).to_be_visible()
    # What else people call it finds it too.
    search.fill("数据权限")
    expect(cards.filter(has_text="角色")).to_be_visible()
    search.press("Enter")
    expect(page).to_have_url(re.compile("/o/role$"))
    expect(page.get_by_role("navigation", name="导航").locator(".ant-menu-item-selected")).to_have_text("设置")


def test_settings_are_for_administrators(open_page: Visit) -> None:
    page = settled(open_page("/settings", WANG_FANG))
    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
    expect(page.get_by_role("navigation", name="导航").get_by_role("link", name="设置")).to_have_count(0)
    page.goto("/settings/organisation")
    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
