"""Any object as a board, on a calendar and on a map: dragging, undo, settings that a view keeps, and a phone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dougong.records.api import create
from tests.browser.acts import choose, notice, settled, undo
from tests.browser.site import PHONE, WIDE, Site, Visit
from tests.world.people import WANG_FANG, acting
from tests.world.records import opportunity


def accounts(site: Site, prefix: str) -> None:
    with acting(site.database, WANG_FANG) as w:
        rows = [
            {"name": f"{prefix}甲", "status": "prospect", "address": {"province": "江苏省", "city": "苏州市"}},
            {"name": f"{prefix}乙", "status": "prospect", "address": {"province": "江苏", "city": "无锡市"}},
            {"name": f"{prefix}丙", "status": "customer", "address": {"province": "上海市", "city": "上海市"}},
        ]
        create(w, "account", rows)


def carry(card: Locator, target: Locator) -> None:
    """With the mouse, as a hand does."""
    page = card.page
    start, end = card.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] - 6, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] - 20, start["y"] + start["height"] / 2 + 12, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] - 14, steps=12)
    expect(target).to_have_class(re.compile(r"\bover\b"))
    page.mouse.up()


def cell(page: Page, day: str) -> Locator:
    return page.get_by_role("region", name=day, exact=True)


def test_an_entry_is_dragged_to_another_day_and_back(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/o/opportunity?kind=calendar&view=all&q=日历拖动", WANG_FANG))
    days = page.locator(".calendar-day:not(.outside)")
    first, second = days.nth(8), days.nth(10)
    before, after = first.get_attribute("aria-label"), second.get_attribute("aria-label")
    assert before is not None
    assert after is not None
    with acting(site.database, WANG_FANG) as w:
        opportunity(w, "日历拖动一", close_date=before)
    page.reload()
    settled(page)
    entry = cell(page, before).get_by_role("listitem", name="日历拖动一")
    carry(entry, cell(page, after))
    expect(cell(page, after).get_by_role("listitem", name="日历拖动一")).to_be_visible()
    expect(notice(page, f"“日历拖动一”已移到 {after}")).to_be_visible()
    undo(page, "已移到")
    expect(cell(page, before).get_by_role("listitem", name="日历拖动一")).to_be_visible()
    page.reload()
    expect(cell(page, before).get_by_role("listitem", name="日历拖动一")).to_be_visible()


def test_a_day_makes_a_record_of_that_day(open_page: Visit) -> None:
    page = settled(open_page("/o/opportunity?kind=calendar&view=all&q=没有这样的", WANG_FANG))
    day = page.locator(".calendar-day:not(.outside)").nth(11).get_attribute("aria-label")
    assert day is not None
    cell(page, day).get_by_role("button", name=f"在 {day} 新建").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="结单日期").first).to_have_value(day)


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_accounts_stand_on_a_board_by_any_select(site: Site, open_page: Visit, width: int) -> None:
    prefix = f"板{width}"
    accounts(site, prefix)
    page = settled(open_page(f"/o/account?kind=kanban&view=all&q={prefix}", WANG_FANG, width=width))
    card, won = page.get_by_role("listitem", name=f"{prefix}甲"), cell(page, "成交客户")
    if width == WIDE:
        carry(card, won)
    else:
        card.get_by_role("button", name=re.compile("操作|更多|菜单|甲")).first.click()
        page.get_by_role("menuitem", name="成交客户").click()
    expect(won.get_by_role("listitem", name=f"{prefix}甲")).to_be_visible()
    page.get_by_role("button", name="显示设置").click()
    choose(page.get_by_role("combobox", name="分列字段"), "客户级别")
    expect(cell(page, "未设置").get_by_role("listitem", name=f"{prefix}甲")).to_be_visible()
    expect(page).to_have_url(re.compile("level"))


def test_accounts_are_counted_on_a_map(site: Site, open_page: Visit) -> None:
    accounts(site, "图")
    page = settled(open_page("/o/account?kind=map&view=all&q=图", WANG_FANG))
    page.get_by_role("button", name="江苏：2 条").click()
    expect(page.get_by_role("region", name="江苏").get_by_role("link", name="图甲")).to_be_visible()
    page.get_by_role("link", name="在列表中查看").click()
    expect(page.get_by_role("link", name="图乙")).to_be_visible()
    expect(page.get_by_role("link", name="图丙")).to_have_count(0)


def test_a_phone_has_an_agenda(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/o/opportunity?kind=calendar&view=all&q=日程", WANG_FANG, width=PHONE))
    expect(page.get_by_text("这段时间没有销售机会")).to_be_visible()
    page.get_by_text("月", exact=True).click()
    day = page.locator(".calendar-day.today .calendar-number").first
    expect(day).to_be_visible()


def test_records_with_a_position_are_points_on_a_map(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        place = {"latitude": "31.2", "longitude": "121.4"}
        create(w, "account", [{"name": "坐标甲", "location": place}, {"name": "坐标乙"}])
    page = settled(open_page("/o/account?kind=map&by=%7B%22place%22%3A%22location%22%7D&view=all&q=坐标", WANG_FANG))
    expect(page.locator(".map-point")).to_have_count(1)
    page.get_by_role("link", name="坐标甲").click()
    expect(page).to_have_url(re.compile(r"/o/account/\d+"))
