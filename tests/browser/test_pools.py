"""The life of a lead in a pool, in the browser: set up, taken, counted down, returned, and explained."""

from playwright.sync_api import expect

from dougong.records.people import find_person
from tests.browser.acts import choose, notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, WANG_FANG, acting
from tests.world.records import one


def found_pool(site: Site, name: str) -> tuple[int, int]:
    """A pool in which 王芳 is, and a lead that lies there."""
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name=name, object_name="lead", hidden_fields='["mobile"]', default_days=15)
        member = {"object": "user", "id": find_person(w, WANG_FANG.login)}
        one(w, "pool_member", pool_id=pool, member_id=member)
        lead = one(w, "lead", name=f"张{name}", company_name="甲机械", mobile="13800001234", pool_id=pool)
    return pool, lead


def test_a_lead_is_taken_from_the_pool_and_returned(site: Site, open_page: Visit) -> None:
    pool, lead = found_pool(site, "展会池")
    page = settled(open_page(f"/pools/lead?pool={pool}", WANG_FANG))
    row = page.get_by_role("row").filter(has_text="张展会池")
    expect(row).to_contain_text("领取后可见")
    row.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取 1 条")).to_be_visible()
    expect(page.get_by_text("池里没有可领取的记录")).to_be_visible()

    page.goto(f"/o/lead/{lead}")
    card = page.locator(".pool-card")
    expect(card).to_contain_text("属于“展会池”")
    expect(card).to_contain_text("剩 15 天")
    expect(card).to_contain_text("王芳 领取")
    expect(page.get_by_text("138 0000 1234").first).to_be_visible()

    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="退回池中").click()
    dialog = page.get_by_role("dialog", name="退回 1 条记录")
    choose(dialog.get_by_label("原因"), "暂无需求")
    dialog.get_by_role("button", name="退回", exact=True).click()
    expect(notice(page, "已完成")).to_be_visible()
    expect(card).to_contain_text("尚未领取")
    expect(card).to_contain_text("原因：暂无需求")


def test_a_phone_has_the_pool_too(site: Site, open_page: Visit) -> None:
    pool, _ = found_pool(site, "手机池")
    page = settled(open_page(f"/pools/lead?pool={pool}", WANG_FANG, width=PHONE))
    card = page.get_by_role("listitem").filter(has_text="张手机池")
    card.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取 1 条")).to_be_visible()
    expect(card).to_have_count(0)


def test_the_settings_say_the_rules_and_try_others(site: Site, open_page: Visit) -> None:
    pool, _ = found_pool(site, "规则池")
    page = settled(open_page(f"/settings/lead-pools?pool={pool}", ADMIN))
    expect(page.get_by_text("领取前隐藏：手机。")).to_be_visible()
    expect(page.get_by_text("领取或分配后保护 15 天。")).to_be_visible()
    page.get_by_role("spinbutton", name="默认保护期").fill("20")
    expect(page.get_by_text("今晚会收回 0 条，共持有 0 条")).to_be_visible()
    page.get_by_role("button", name="保存这些规则").click()
    expect(notice(page, "已保存")).to_be_visible()
    expect(page.get_by_text("领取或分配后保护 20 天。")).to_be_visible()
