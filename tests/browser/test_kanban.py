"""The board of opportunities: dragging a card, the sums above the columns, and taking it back."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import form, lifted, notice, settled, undo
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import LI_QIANG, WANG_FANG, acting
from tests.world.records import opportunity

BOARD = "/o/opportunity?kind=kanban&q="


def deals(site: Site, prefix: str) -> None:
    """Two deals that are only begun and one with an offer."""
    with acting(site.database, WANG_FANG) as w:
        opportunity(w, f"{prefix}一", amount="30000")
        opportunity(w, f"{prefix}二", amount="12000.50")
        opportunity(w, f"{prefix}三", amount="8000", stage="proposal")


def column(page: Page, stage: str) -> Locator:
    """A stage of the board."""
    return page.get_by_role("region", name=stage, exact=True)


def drag(card: Locator, target: Locator) -> None:
    """Carry a card with the mouse, as a hand does: down, a little way, there, up."""
    page = card.page
    start, end = card.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] - 8)
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2 + 20, start["y"] + start["height"] - 4, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 90, steps=12)
    expect(target).to_have_class(re.compile(r"\bover\b"))
    page.mouse.up()


def test_dragging_a_card_moves_the_sums(site: Site, open_page: Visit) -> None:
    deals(site, "看板")
    page = settled(open_page(f"{BOARD}看板", WANG_FANG))
    begun, offered = column(page, "初步接洽"), column(page, "方案报价")
    expect(begun.locator(".kanban-sum")).to_have_text("¥4.2万")
    expect(offered.locator(".kanban-sum")).to_have_text("¥8,000")
    drag(begun.get_by_role("listitem", name="看板一"), offered)
    expect(offered.get_by_role("listitem")).to_have_count(2)
    expect(offered.locator(".kanban-sum")).to_have_text("¥3.8万")
    expect(begun.locator(".kanban-sum")).to_have_text("¥1.2万")
    expect(notice(page, "“看板一”已移到“方案报价”")).to_be_visible()
    page.reload()
    expect(offered.get_by_role("listitem", name="看板一")).to_be_visible()


def test_taking_a_move_back(site: Site, open_page: Visit) -> None:
    deals(site, "撤回")
    page = settled(open_page(f"{BOARD}撤回", WANG_FANG))
    begun, offered = column(page, "初步接洽"), column(page, "方案报价")
    drag(begun.get_by_role("listitem", name="撤回二"), offered)
    expect(offered.get_by_role("listitem")).to_have_count(2)
    undo(page, "“撤回二”已移到“方案报价”")
    expect(begun.get_by_role("listitem")).to_have_count(2)
    expect(begun.locator(".kanban-sum")).to_have_text("¥4.2万")
    page.reload()
    expect(begun.get_by_role("listitem", name="撤回二")).to_be_visible()


def test_dropping_on_a_stage_that_the_view_leaves_out(site: Site, open_page: Visit) -> None:
    deals(site, "赢单")
    page = settled(open_page(f"{BOARD}赢单", WANG_FANG))
    drag(column(page, "方案报价").get_by_role("listitem", name="赢单三"), column(page, "赢单"))
    expect(notice(page, "“赢单三”已移到“赢单”")).to_be_visible()
    expect(page.get_by_role("listitem", name="赢单三")).to_have_count(0)
    page.get_by_role("link", name="赢单一").click()
    expect(page.get_by_role("heading", name="赢单一", level=1)).to_be_visible()


def test_moving_a_card_without_a_mouse(site: Site, open_page: Visit) -> None:
    deals(site, "菜单移动")
    page = settled(open_page(f"{BOARD}菜单移动", WANG_FANG))
    page.get_by_role("button", name="菜单移动一 的操作").click()
    page.get_by_role("menuitem", name="需求沟通").click()
    expect(column(page, "需求沟通").get_by_role("listitem", name="菜单移动一")).to_be_visible()


def test_carrying_a_card_by_the_keyboard(site: Site, open_page: Visit) -> None:
    """Each arrow goes one column on, whatever the width of the columns."""
    deals(site, "键盘看板")
    page = settled(open_page(f"{BOARD}键盘看板", WANG_FANG))
    card = column(page, "初步接洽").get_by_role("listitem", name="键盘看板一")
    lifted(card)
    for stage in ("需求沟通", "方案报价", "商务谈判"):
        page.keyboard.press("ArrowRight")
        expect(column(page, stage)).to_have_class(re.compile(r"\bover\b"))
    page.keyboard.press("ArrowLeft")
    expect(column(page, "方案报价")).to_have_class(re.compile(r"\bover\b"))
    page.keyboard.press("Space")
    expect(column(page, "方案报价").get_by_role("listitem", name="键盘看板一")).to_be_visible()
    expect(notice(page, "“键盘看板一”已移到“方案报价”")).to_be_visible()


def test_carrying_a_card_by_a_finger(site: Site, open_page: Visit) -> None:
    """A long touch lifts the card; a short one scrolls."""
    deals(site, "手指看板")
    page = settled(open_page(f"{BOARD}手指看板", WANG_FANG, width=PHONE))
    begun, next_one = column(page, "初步接洽"), column(page, "需求沟通")
    card = begun.get_by_role("listitem", name="手指看板一")
    box, target = card.bounding_box(), next_one.bounding_box()
    assert box is not None
    assert target is not None
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    x, y = box["x"] + 60, box["y"] + box["height"] - 8
    finger("touchStart", (x, y))
    expect(card).to_have_class(re.compile("lifted"))
    for part in (0.25, 0.5, 0.75, 1):
        finger("touchMove", (x + (target["x"] + 15 - x) * part, y))
    expect(next_one).to_have_class(re.compile(r"\bover\b"))
    finger("touchEnd")
    expect(notice(page, "“手指看板一”已移到“需求沟通”")).to_be_visible()
    expect(next_one.get_by_role("listitem", name="手指看板一")).to_be_attached()


def test_the_board_shows_who_may_move(site: Site, open_page: Visit) -> None:
    deals(site, "看板行权")
    page = settled(open_page(f"{BOARD}看板行权", LI_QIANG))
    expect(page.get_by_role("listitem", name="看板行权一")).to_be_visible()
    expect(page.get_by_role("button", name="看板行权一 的操作")).to_have_count(0)


def test_a_new_card_starts_in_its_column(site: Site, open_page: Visit) -> None:
    page = settled(open_page(f"{BOARD}列中新建", WANG_FANG))
    page.get_by_role("button", name="在“商务谈判”新建").click()
    form(page).get_by_label("机会名称").fill("列中新建")
    # What this stage asks for.
    form(page).get_by_label("销售金额").fill("8000")
    page.keyboard.press("Control+Enter")
    expect(column(page, "商务谈判").get_by_role("listitem", name="列中新建")).to_be_visible()


def test_the_board_on_a_phone(site: Site, open_page: Visit) -> None:
    deals(site, "手机看板")
    page = settled(open_page(f"{BOARD}手机看板", WANG_FANG, width=PHONE))
    page.get_by_role("button", name="手机看板一 的操作").click()
    page.get_by_role("menuitem", name="需求沟通").click()
    expect(column(page, "需求沟通").get_by_role("listitem", name="手机看板一")).to_be_attached()
