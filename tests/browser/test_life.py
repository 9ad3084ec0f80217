"""The life of a lead, from a stranger on a web form over the pool, a claim, a visit and a conversion to a won deal."""

import json
import re

from playwright.sync_api import Page, expect

from dougong.records.api import create
from dougong.records.people import find_person
from tests.browser.acts import choose, names, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.browser.test_activities import stand
from tests.browser.test_deals import present, stage
from tests.browser.test_leads import fill_in
from tests.world.people import ADMIN, WANG_FANG, acting
from tests.world.records import one


def found(site: Site) -> int:
    """A pool with 王芳 in it and a form that fills it."""
    with acting(site.database, ADMIN) as w:
        pool = one(w, "pool", name="官网池", object_name="lead", hidden_fields='["mobile"]', default_days=15)
        one(w, "pool_member", pool_id=pool, member_id={"object": "user", "id": find_person(w, WANG_FANG.login)})
        fields = [{"field": name} for name in ("name", "company_name", "mobile", "need")]
        create(
            w,
            "web_form",
            [
                {
                    "key": "life",
                    "name": "一生",
                    "title": "联系我们",
                    "thanks": "收到了",
                    "form_fields": json.dumps(fields),
                    "pool_id": pool,
                    "lead_owner_id": find_person(w, WANG_FANG.login),
                }
            ],
        )
    return pool


def test_from_a_web_form_to_a_won_deal(site: Site, open_page: Visit, watch: Watch) -> None:
    # The stage that asks for an amount.
    watch.refusals.add(422)
    pool = found(site)
    visitor = open_page("/forms/life")
    fill_in(visitor, name="钟一生", company_name="秣陵轴承有限公司", mobile="13912349901", need="两条产线")
    visitor.get_by_role("button", name="提交").click()
    expect(visitor.get_by_role("heading", name="收到了")).to_be_visible()

    page = settled(open_page(f"/pools/lead?pool={pool}", WANG_FANG))
    row = page.get_by_role("row").filter(has_text="钟一生")
    expect(row).to_contain_text("领取后可见")
    row.get_by_role("button", name="领取").click()
    expect(notice(page, "已领取 1 条")).to_be_visible()

    page.goto("/o/lead")
    names(settled(page)).filter(has_text="钟一生").click()
    expect(page.locator(".pool-card")).to_contain_text("剩 15 天")
    visited(open_page, page.url)
    page.reload()
    settled(page)
    converted(page)
    won(page)


def visited(open_page: Visit, address: str) -> None:
    """A visit from a phone, on the spot."""
    phone = open_page("/", WANG_FANG, width=PHONE)
    stand(phone, granted=True)
    phone.goto(address)
    settled(phone).get_by_role("tab", name="活动").click()
    timeline = phone.get_by_role("region", name="活动")
    timeline.get_by_text("拜访", exact=True).click()
    timeline.get_by_role("button", name="签到").click()
    dialog = phone.get_by_role("dialog", name="拜访签到")
    expect(dialog).to_contain_text("已定位")
    dialog.get_by_role("button", name=re.compile("签.?到")).click()
    expect(notice(phone, "已签到")).to_be_visible()


def converted(page: Page) -> None:
    page.locator(".record-actions").get_by_role("button", name="转换", exact=True).click()
    dialog = page.get_by_role("dialog", name="转换线索“钟一生”")
    expect(dialog.get_by_label("客户名称")).to_have_value("秣陵轴承有限公司")
    dialog.get_by_label("机会名称").fill("秣陵两条产线")
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(notice(page, "“钟一生”已转换")).to_be_visible()
    page.locator(".converted").get_by_role("link", name="秣陵两条产线").click()
    expect(page.get_by_role("heading", name="秣陵两条产线", level=1)).to_be_visible()


def won(page: Page) -> None:
    stage(settled(page), "商务谈判")
    asked = page.get_by_role("dialog").filter(has_text="还需要填写")
    asked.get_by_label("销售金额").fill("860000")
    asked.get_by_role("button", name="保存并移动").click()
    present(page, "商务谈判")
    stage(page, "赢单")
    asked = page.get_by_role("dialog", name="赢单")
    choose(asked.get_by_label("赢单原因"), "产品优势")
    asked.get_by_role("button", name="确认赢单").click()
    present(page, "赢单")
    # What it came to stands with the customer that the lead became.
    page.get_by_role("link", name="秣陵轴承有限公司").first.click()
    expect(settled(page).locator("main, .record-page").get_by_text("¥86万").first).to_be_visible()
