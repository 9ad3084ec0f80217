"""The relation map of an account and the battle map of a deal: drawn, dragged, saved and read again."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import choose, notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import LI_QIANG, WANG_FANG, acting
from tests.world.records import account, contact, one, opportunity


def person(page: Page, name: str) -> Locator:
    """Somebody's box on the map."""
    return page.locator(".react-flow__node").filter(has=page.locator(".map-name").get_by_text(name, exact=True))


def middle(box: Locator) -> tuple[float, float]:
    """Where the middle of a box is in the window."""
    found = box.bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def pull(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press the mouse at one place and let it go at another."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=6)
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def spot(page: Page, name: str) -> str:
    """Where a box stands on the map, whatever part of it the window shows."""
    style = person(page, name).get_attribute("style") or ""
    found = re.search(r"translate\(([^)]*)\)", style)
    assert found is not None
    return found[1]


def people(site: Site, prefix: str) -> int:
    """An account with three people."""
    with acting(site.database, WANG_FANG) as w:
        made = account(w, f"{prefix}公司")
        boss = contact(w, f"{prefix}总", made, title="总经理", role="decision_maker")
        contact(w, f"{prefix}经理", made, title="设备经理", role="evaluator", reports_to_id=boss)
        contact(w, f"{prefix}工", made, title="工程师", role="user")
    return made


def test_a_relation_map_is_drawn_dragged_saved_and_read_again(site: Site, open_page: Visit) -> None:
    made = people(site, "图")
    page = settled(open_page(f"/o/account/{made}", WANG_FANG))
    card = page.locator(".map-card")
    card.scroll_into_view_if_needed()
    expect(page.locator(".react-flow__node")).to_have_count(3)
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    expect(card.locator(".react-flow__attribution")).to_have_count(0)
    # Reporting: from the dot below the superior to the report.
    pull(
        page,
        middle(person(page, "图总").locator(".react-flow__handle-bottom")),
        middle(person(page, "图工").locator(".react-flow__handle-top")),
    )
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    # Influence, by the other pen.
    card.get_by_text("影响线", exact=True).first.click()
    pull(
        page,
        middle(person(page, "图工").locator(".react-flow__handle-bottom")),
        middle(person(page, "图经理").locator(".react-flow__handle-top")),
    )
    expect(page.locator(".react-flow__edge")).to_have_count(3)
    before = spot(page, "图工")
    x, y = middle(person(page, "图工"))
    with page.expect_response(lambda answer: answer.url.endswith("/batch") or "map_position" in answer.url):
        pull(page, (x, y), (x + 70, y + 60))
    after = spot(page, "图工")
    assert after != before
    settled(page)
    page.reload()
    settled(page)
    page.locator(".map-card").scroll_into_view_if_needed()
    expect(page.locator(".react-flow__edge")).to_have_count(3)
    assert spot(page, "图工") == after
    # A line that is selected goes with Delete.
    page.locator(".react-flow__edge").last.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(page.locator(".react-flow__edge")).to_have_count(2)


def test_a_circle_of_superiors_is_refused_with_words(site: Site, open_page: Visit) -> None:
    made = people(site, "圈")
    open_page.watch.refusals.add(422)
    page = settled(open_page(f"/o/account/{made}", WANG_FANG))
    page.locator(".map-card").scroll_into_view_if_needed()
    # What stands above may still be on its way and push the map: each end is met where it comes to rest.
    person(page, "圈经理").locator(".react-flow__handle-bottom").hover()
    page.mouse.down()
    for _ in range(2):
        person(page, "圈总").locator(".react-flow__handle-top").hover(force=True)
    page.mouse.up()
    expect(page.locator(".ant-message-error")).to_be_visible()
    expect(page.locator(".react-flow__edge")).to_have_count(1)


def test_a_battle_map_tells_parts_attitudes_and_our_people(site: Site, open_page: Visit) -> None:
    made = people(site, "战")
    with acting(site.database, WANG_FANG) as w:
        deal = opportunity(w, "作战机会", account_id=made)
    page = settled(open_page(f"/o/opportunity/{deal}", WANG_FANG))
    card = page.locator(".map-card")
    card.scroll_into_view_if_needed()
    expect(card).to_contain_text("还没有联系人")
    for name in ("战总", "战经理"):
        card.get_by_role("combobox", name="添加联系人").click()
        page.locator(".ant-select-dropdown:visible").get_by_text(name, exact=True).click()
        expect(person(page, name)).to_be_visible()
    person(page, "战总").dblclick()
    sheet = page.get_by_role("dialog", name="战总")
    choose(sheet.get_by_label("态度"), "支持者")
    expect(person(page, "战总")).to_contain_text("支持者")
    sheet.get_by_label("下一步").fill("请来参观工厂")
    sheet.get_by_label("下一步").press("Enter")
    expect(person(page, "战总")).to_contain_text("下一步：请来参观工厂")
    sheet.get_by_role("button", name="设为主要联系人").click()
    expect(person(page, "战总").get_by_label("主要联系人")).to_be_visible()
    choose(sheet.get_by_label("影响", exact=True), "战经理")
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    page.keyboard.press("Escape")
    # Full screen and back, and a picture for those who are not here.
    card.get_by_role("button", name="全屏", exact=True).click()
    expect(page.locator(".map-view.full")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载图片").click()
    assert download.value.suggested_filename == "作战地图.png"
    page.keyboard.press("Escape")
    expect(page.locator(".map-view.full")).to_have_count(0)
    card.get_by_role("button", name="自动排列").click()
    expect(notice(page, "已自动排列")).to_be_visible()


def test_who_may_only_read_sees_the_map_and_changes_nothing(site: Site, open_page: Visit) -> None:
    made = people(site, "读")
    with acting(site.database, WANG_FANG) as w:
        boss = contact(w, "读外", made)
        one(w, "map_position", record_id={"object": "account", "id": str(made)}, contact_id=boss, x=10, y=20)
    page = settled(open_page(f"/o/account/{made}", LI_QIANG))
    page.locator(".map-card").scroll_into_view_if_needed()
    expect(page.locator(".react-flow__node")).to_have_count(4)
    expect(page.locator(".map-card").get_by_text("影响线", exact=True)).to_have_count(1)
    before = spot(page, "读外")
    x, y = middle(person(page, "读外"))
    pull(page, (x, y), (x + 60, y + 40))
    assert spot(page, "读外") == before


def test_the_map_works_with_a_finger_and_the_keyboard(site: Site, open_page: Visit) -> None:
    made = people(site, "指")
    page = settled(open_page(f"/o/account/{made}", WANG_FANG, width=PHONE))
    page.locator(".map-card").scroll_into_view_if_needed()
    person(page, "指经理").tap()
    sheet = page.get_by_role("dialog", name="指经理")
    choose(sheet.get_by_label("汇报给"), "指工")
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    wide = settled(open_page(f"/o/account/{made}", WANG_FANG))
    wide.locator(".map-card").scroll_into_view_if_needed()
    before = spot(wide, "指工")
    person(wide, "指工").focus()
    wide.keyboard.press("Enter")
    expect(wide.get_by_role("dialog", name="指工")).to_be_visible()
    wide.keyboard.press("Escape")
    expect(wide.get_by_role("dialog", name="指工")).to_have_count(0)
    person(wide, "指工").focus()
    wide.keyboard.press("Space")
    with wide.expect_response(lambda answer: "map_position" in answer.url or answer.url.endswith("/batch")):
        wide.keyboard.press("ArrowRight")
    assert spot(wide, "指工") != before
