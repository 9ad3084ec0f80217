"""What salespeople do all day: check in where they are, mention a colleague, plan tasks, look at the week."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from dougong.kit.clock import now
from dougong.records.api import get
from tests.browser.acts import form, notice, settled
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import LI_QIANG, WANG_FANG, acting
from tests.world.records import account, activity, opportunity

HERE = {"latitude": 31.2310, "longitude": 121.4740, "accuracy": 25}
SHANGHAI = {"latitude": "31.230416", "longitude": "121.473701"}


def stand(page: Page, granted: bool) -> None:
    """Let the browser tell where it is, or not."""
    if granted:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(HERE)
    else:
        page.context.clear_permissions()


def test_a_visit_is_checked_in_and_out_where_one_is(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "签到的客户", location=SHANGHAI)
    page = open_page("/", WANG_FANG, width=PHONE)
    stand(page, granted=True)
    page.goto(f"/o/account/{record}")
    settled(page).get_by_role("tab", name="活动").click()
    timeline = page.get_by_role("region", name="活动")
    timeline.get_by_text("拜访", exact=True).click()
    timeline.get_by_role("button", name="签到").click()
    dialog = page.get_by_role("dialog", name="拜访签到")
    expect(dialog).to_contain_text("已定位，误差约 25 米")
    dialog.get_by_label("地点").fill("二号门")
    dialog.get_by_role("button", name=re.compile("签.?到")).click()
    expect(notice(page, re.compile(r"已签到，距客户 \d+ 米"))).to_be_visible()
    entry = timeline.get_by_role("listitem").filter(has_text="拜访 签到的客户")
    expect(entry).to_contain_text("正常")
    expect(entry).to_contain_text("二号门")
    entry.get_by_role("button", name=re.compile("签.?退")).click()
    leaving = page.get_by_role("dialog", name="拜访签退")
    leaving.get_by_label("拜访结果").fill("对方答应试用")
    leaving.get_by_role("button", name=re.compile("签.?退")).click()
    expect(notice(page, "已签退")).to_be_visible()
    expect(entry).to_contain_text("对方答应试用")
    expect(entry).to_contain_text("0 分钟")


def test_without_a_position_one_is_told_why_and_can_still_check_in(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "没有定位的客户", location=SHANGHAI)
    page = open_page("/", WANG_FANG)
    stand(page, granted=False)
    page.goto(f"/o/account/{record}")
    settled(page).get_by_role("button", name="更多", exact=True).first.click()
    page.get_by_role("menuitem", name="签到").click()
    dialog = page.get_by_role("dialog", name="拜访签到")
    expect(dialog).to_contain_text("浏览器没有定位权限")
    expect(dialog).to_contain_text("允许“位置”")
    dialog.get_by_role("button", name=re.compile("签.?到")).click()
    expect(notice(page, "已签到，没有定位")).to_be_visible()
    entry = page.get_by_role("region", name="活动").get_by_role("listitem").filter(has_text="拜访 没有定位的客户")
    expect(entry).to_contain_text("没有定位")


def test_a_mentioned_colleague_hears_of_it_and_others_are_named_before(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "要商量的机会")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG))
    timeline = page.get_by_role("region", name="活动")
    box = timeline.get_by_label("写点什么……")
    box.press_sequentially("价格 @赵")
    expect(page.get_by_text("赵敏 · 看不到这条记录")).to_be_visible()
    box.fill("")
    box.press_sequentially("价格 @李")
    page.get_by_role("menuitem").filter(has_text="李强").click()
    expect(box).to_have_value(re.compile("价格 @李强"))
    timeline.get_by_role("button", name="发布").click()
    expect(timeline.get_by_role("listitem").filter(has_text="价格 @李强").locator(".mention").first).to_have_text(
        "@李强"
    )

    his = settled(open_page("/", LI_QIANG))
    his.get_by_role("button", name=re.compile(r"\d+ 条未读通知")).click()
    told = his.get_by_role("dialog", name="通知")
    told.get_by_role("button").filter(has_text="王芳 在活动记录中提到了您").filter(has_text="要商量的机会").click()
    expect(his.get_by_role("heading", name=re.compile("价格 @李强"))).to_be_visible()
    expect(his.get_by_role("button", name="通知", exact=True)).to_be_visible()


def test_files_and_pictures_go_with_what_is_posted(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "有附件的客户")
    page = settled(open_page(f"/o/account/{record}", WANG_FANG))
    timeline = page.get_by_role("region", name="活动")
    timeline.locator("input[type=file]").set_input_files(
        [
            {"name": "纪要.txt", "mimeType": "text/plain", "buffer": "要点".encode()},
            {"name": "报价.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"},
        ]
    )
    timeline.get_by_role("button", name="移除 报价.csv").click()
    timeline.get_by_label("写点什么……").fill("会议纪要")
    timeline.get_by_role("button", name="发布").click()
    entry = timeline.get_by_role("listitem").filter(has_text="会议纪要").first
    expect(entry.get_by_role("link", name="纪要.txt")).to_be_visible()
    expect(entry).not_to_contain_text("报价.csv")


def test_a_task_is_dragged_to_another_hour_and_the_day_is_due(site: Site, open_page: Visit) -> None:
    tomorrow = (now() + timedelta(days=1)).astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=10, minute=0, second=0)
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "日历客户")
        made = activity(w, "带样品过去", ("account", record), type="meeting", start_at=tomorrow.isoformat())
    page = settled(open_page("/o/activity?kind=calendar", WANG_FANG))
    page.get_by_label("日历视图").get_by_text("日", exact=True).click()
    page.get_by_role("button", name="下一页").last.click()
    entry = page.get_by_role("listitem", name="带样品过去")
    expect(entry).to_contain_text("10:00")
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 40, steps=4)
    page.mouse.move(box["x"] + 20, box["y"] + 10 + 66, steps=6)
    page.mouse.up()
    expect(page.get_by_role("listitem", name="带样品过去")).to_contain_text("11:30")
    # It is shown there at once, and told when it is stored.
    expect(notice(page, "“带样品过去”已移到")).to_be_visible()
    with acting(site.database, WANG_FANG) as w:
        assert get(w, "activity", made, ("start_at",))["start_at"].astimezone(ZoneInfo("Asia/Shanghai")).hour == 11


def test_numbers_of_activities_lead_to_their_records(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "统计客户")
        for n in range(3):
            activity(w, f"统计电话 {n}", ("account", record), type="call")
    page = settled(open_page("/activities/statistics", WANG_FANG))
    row = page.get_by_role("row").filter(has_text="王芳")
    row.get_by_role("link").last.click()
    expect(page.get_by_role("link", name="统计电话 0", exact=True)).to_be_visible()


def test_the_calendar_has_a_secret_address(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/", WANG_FANG))
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="订阅我的日程…").click()
    dialog = page.get_by_role("dialog", name="订阅我的日程")
    dialog.get_by_role("button", name=re.compile("生成")).click()
    address = dialog.locator("code").inner_text()
    answer = page.request.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VCALENDAR" in answer.text()


def test_the_form_of_a_visit_asks_what_a_visit_is_about(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/o/activity", WANG_FANG))
    page.get_by_role("button", name="新建活动记录").click()
    drawer = form(page)
    expect(drawer.get_by_label("拜访类型")).to_have_count(0)
    expect(drawer.get_by_label("截止日期")).to_have_count(0)
