"""A record's page: finding it, editing it beside somebody else, its stages, its activities and its history."""

import re
from datetime import timedelta

from playwright.sync_api import Route, expect

from dougong.kit.clock import now
from dougong.records.api import Change, update
from tests.browser.acts import choose, find, form, notice, settled, undo
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, WANG_FANG, ZHAO_MIN, acting
from tests.world.records import account, activity, contact, opportunity

# The pencils beside the values are 编辑 and the name of the field.
EDIT = re.compile("编辑$")
LATE_MS = 1_000


def test_the_slash_key_finds_by_the_initials_of_pinyin(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "绍兴东浦廊桥营造有限公司")
    page = settled(open_page("/", WANG_FANG))
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="搜索")
    expect(box).to_be_focused()
    page.keyboard.type("sxdplq")
    expect(page.locator(".search-hit")).to_have_text(["绍兴东浦廊桥营造有限公司"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="绍兴东浦廊桥营造有限公司", level=1)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("东浦廊桥")
    expect(page.locator(".search-hit")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("没有这样的客户")
    expect(page.get_by_text("没有找到“没有这样的客户”")).to_be_visible()


def test_editing_in_the_drawer_and_saving_with_the_keyboard(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(422)
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "抽屉编辑")
    page = settled(open_page(f"/o/account/{record}", WANG_FANG))
    page.get_by_role("button", name=EDIT).click()
    drawer = form(page)
    name = drawer.get_by_label("客户名称")
    expect(name).to_be_focused()
    name.fill("")
    page.keyboard.press("Control+Enter")
    # What is wrong stands at the field, and the form stays.
    item = drawer.locator(".ant-form-item").filter(has=page.get_by_label("客户名称"))
    expect(item).to_contain_text("请填写客户名称")
    name.fill("抽屉编辑后")
    expect(item).not_to_contain_text("请填写客户名称")
    drawer.get_by_label("邮箱").fill("not an address")
    page.keyboard.press("Control+Enter")
    expect(drawer.locator(".ant-form-item").filter(has=page.get_by_label("邮箱"))).to_contain_text("邮箱")
    drawer.get_by_label("邮箱").fill("sales@example.com")
    drawer.get_by_label("年销售额").fill("1234567.89")
    page.keyboard.press("Control+Enter")
    expect(notice(page, "客户已保存")).to_be_visible()
    expect(page.get_by_role("heading", name="抽屉编辑后", level=1)).to_be_visible()
    expect(page.get_by_role("main").first).to_contain_text("¥1,234,567.89")


def test_leaving_a_form_asks_before_it_forgets(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/o/account", WANG_FANG))
    page.keyboard.press("n")
    drawer = form(page)
    drawer.get_by_label("客户名称").fill("不会保存")
    drawer.get_by_role("button", name="取消").click()
    question = page.get_by_role("dialog").filter(has_text="放弃未保存的修改？")
    question.get_by_role("button", name="继续编辑").click()
    expect(drawer.get_by_label("客户名称")).to_have_value("不会保存")
    drawer.get_by_role("button", name="取消").click()
    question.get_by_role("button", name="放弃").click()
    expect(drawer).to_be_hidden()
    # Nothing lost but what was to be lost: by the keyboard one is where one was.
    page.keyboard.press("n")
    expect(form(page).get_by_label("客户名称")).to_be_focused()


def test_a_new_opportunity_with_its_account(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "新建机会的客户")
    page = settled(open_page("/o/opportunity", WANG_FANG))
    page.get_by_role("button", name="新建销售机会").click()
    drawer = form(page)
    drawer.get_by_label("机会名称").fill("斗拱楼二期")
    find(drawer.get_by_label("客户", exact=True), "新建机会", "新建机会的客户")
    drawer.get_by_label("销售金额").fill("250000")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "销售机会已保存")).to_be_visible()
    # Who types and presses Enter at once still arrives.
    expect(page.locator(".ant-drawer-open")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("斗拱楼二期")
    # The drawer, gone at last, leaves the focus where the person took it.
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("combobox", name="搜索")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="斗拱楼二期", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="新建机会的客户").first.click()
    expect(page.get_by_role("heading", name="新建机会的客户", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="斗拱楼二期")).to_be_visible()


def test_two_people_change_the_same_field(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(409)
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "同时修改", amount="100")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG))
    page.get_by_role("button", name=EDIT).click()
    drawer = form(page)
    drawer.get_by_label("销售金额").fill("300")
    drawer.get_by_label("下一步").fill("周五报价")
    with acting(site.database, ADMIN) as w:
        update(w, "opportunity", [Change(record, {"amount": "200"})])
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="这条记录刚被他人修改")
    expect(dialog).to_contain_text("¥300.00")
    expect(dialog).to_contain_text("¥200.00")
    dialog.get_by_role("radio", name="对方的").check()
    dialog.get_by_role("button", name="按所选保存").click()
    expect(notice(page, "销售机会已保存")).to_be_visible()
    main = page.get_by_role("main").first
    expect(main).to_contain_text("¥200.00")
    expect(main).to_contain_text("周五报价")


def test_two_people_change_different_fields(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(409)
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "各改各的", amount="100")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG))
    page.get_by_role("button", name=EDIT).click()
    form(page).get_by_label("下一步").fill("寄样品")
    with acting(site.database, ADMIN) as w:
        update(w, "opportunity", [Change(record, {"amount": "222"})])
    page.keyboard.press("Control+Enter")
    expect(notice(page, "销售机会已保存")).to_be_visible()
    expect(page.get_by_role("main").first).to_contain_text("寄样品")
    expect(page.get_by_role("main").first).to_contain_text("¥222.00")


def test_stages_activities_and_history(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "大殿修缮", amount="880000")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG))
    bar = page.get_by_role("list", name="销售阶段")
    bar.get_by_role("button", name="方案报价").click()
    expect(bar.get_by_role("listitem").filter(has_text="方案报价")).to_have_attribute("aria-current", "step")
    expect(notice(page, "已保存销售阶段")).to_be_visible()

    timeline = page.get_by_role("region", name="活动")
    timeline.get_by_text("电话", exact=True).click()
    timeline.get_by_label("写点什么……").fill("和甲方确认了斗拱数量\n一共 48 攒。")
    timeline.get_by_role("button", name="发布").click()
    entry = timeline.get_by_role("listitem").filter(has_text="和甲方确认了斗拱数量")
    expect(entry).to_contain_text("一共 48 攒。")
    expect(entry).to_contain_text("王芳")
    timeline.get_by_text("任务", exact=True).click()
    timeline.get_by_label("要做什么？").fill("周三前寄出样品")
    page.keyboard.press("Control+Enter")
    task = timeline.get_by_role("listitem").filter(has_text="周三前寄出样品")
    task.get_by_role("checkbox").click()
    expect(task.get_by_role("checkbox")).to_be_checked()
    undo(page, "任务已完成")
    expect(task.get_by_role("checkbox")).not_to_be_checked()

    page.get_by_role("tab", name="修改记录").click()
    history = page.get_by_role("tabpanel", name="修改记录")
    expect(history.get_by_role("listitem").filter(has_text="销售阶段").first).to_contain_text("初步接洽 → 方案报价")
    expect(history).to_contain_text("创建了记录")
    # What the history tells it also takes back, as long as nobody has built on it.
    history.get_by_role("button", name="撤销这次修改").click()
    expect(history.get_by_role("listitem").filter(has_text="销售阶段").first).to_contain_text("方案报价 → 初步接洽")
    expect(notice(page, "已撤销")).to_be_visible()
    expect(bar.get_by_role("listitem").filter(has_text="初步接洽")).to_have_attribute("aria-current", "step")
    expect(history.get_by_role("button", name="撤销这次修改")).to_have_count(1)


def test_a_refused_form_leads_to_what_is_wrong(site: Site, open_page: Visit, watch: Watch) -> None:
    """On a phone the field that is wrong may be far above or below: it comes into sight, ready to be typed into."""
    watch.refusals.add(422)
    with acting(site.database, WANG_FANG) as w:
        account(w, "远处有误")
    page = settled(open_page("/o/contact", WANG_FANG, width=PHONE))
    page.get_by_role("button", name="新建联系人").first.click()
    drawer = form(page)
    mail, name = drawer.get_by_label("邮箱"), drawer.get_by_label("姓名")
    mail.fill("不是邮箱")
    page.keyboard.press("Control+Enter")
    expect(drawer.get_by_text("请填写姓名")).to_be_in_viewport()
    expect(name).to_be_focused()
    name.fill("远处")
    find(drawer.get_by_role("combobox", name="客户"), "远处有误", "远处有误")
    page.keyboard.press("Control+Enter")
    expect(drawer.get_by_text("「邮箱」应为")).to_be_in_viewport()
    expect(mail).to_be_focused()


def test_where_a_deal_stands_is_in_sight_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "手机阶段", stage="lost", amount="5", lost_reason="price")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG, width=PHONE))
    bar = page.get_by_role("list", name="销售阶段")
    expect(bar.get_by_role("listitem").filter(has_text="输单")).to_be_in_viewport(ratio=0.9)


def test_a_long_name_has_the_line_to_itself_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        firm = account(w, "合肥嘉禾供应链管理有限公司")
        visit = activity(
            w, "技术澄清：嘉禾智能仓储二期", ("account", firm), type="visit", start_at=now() + timedelta(days=1)
        )
    page = settled(open_page(f"/o/activity/{visit}", WANG_FANG, width=PHONE))
    heading = page.get_by_role("heading", level=1)
    assert heading.evaluate("one => one.getBoundingClientRect().width") > PHONE / 2
    expect(page.get_by_role("button", name="签到")).to_be_in_viewport()


def test_related_records_and_years_read_as_people_write_them(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "集团总部", established_year=2016)
        account(w, "集团分部", parent_id=record)
    page = settled(open_page(f"/o/account/{record}", WANG_FANG))
    expect(page.locator(".record-fields > div").filter(has_text="成立年份")).to_contain_text("2016")
    expect(page.locator(".related").filter(has_text="下级客户")).to_contain_text("集团分部")


def test_a_value_is_edited_where_it_stands(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = opportunity(w, "就地修改")
    page = settled(open_page(f"/o/opportunity/{record}", WANG_FANG))
    page.get_by_role("button", name="编辑 机会来源").click()
    choose(page.locator(".cell-input").get_by_role("combobox"), "客户介绍")
    expect(notice(page, "已保存机会来源")).to_be_visible()
    undo(page, "已保存机会来源")
    expect(page.get_by_text("客户介绍", exact=True)).to_have_count(0)


def test_a_related_record_starts_with_its_parent(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "有联系人的客户")
        contact(w, "陈静", record, title="采购经理")
    page = settled(open_page(f"/o/account/{record}", WANG_FANG))
    expect(page.get_by_role("link", name="陈静")).to_be_visible()
    page.get_by_role("button", name="新建联系人").first.click()
    drawer = form(page)
    drawer.get_by_label("姓名").fill("刘洋")
    page.keyboard.press("Control+Enter")
    expect(notice(page, "联系人已保存")).to_be_visible()
    expect(page.get_by_role("link", name="刘洋")).to_be_visible()


def test_deleting_and_restoring(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        first, second = account(w, "删除后撤销"), account(w, "删除后恢复")
    page = settled(open_page(f"/o/account/{first}", WANG_FANG))
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="删除").click()
    page.get_by_role("dialog").filter(has_text="删除“删除后撤销”？").get_by_role("button", name="删除").click()
    undo(page, "“删除后撤销”已删除")
    expect(page.get_by_role("heading", name="删除后撤销", level=1)).to_be_visible()

    page.goto(f"/o/account/{second}")
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="删除").click()
    page.get_by_role("dialog").filter(has_text="删除“删除后恢复”？").get_by_role("button", name="删除").click()
    expect(notice(page, "“删除后恢复”已删除")).to_be_visible()
    page.get_by_role("button", name="更多操作").click()
    page.get_by_role("menuitem", name="回收站").click()
    expect(page.get_by_role("heading", name="回收站 · 客户")).to_be_visible()
    page.get_by_label("在列表中筛选").fill("删除后恢复")
    line = page.get_by_role("row").filter(has_text="删除后恢复")
    expect(line).to_have_count(1)
    line.get_by_role("button", name="恢复").click()
    expect(notice(page, "已恢复 1 条")).to_be_visible()
    page.get_by_role("button", name="返回列表").click()
    expect(page.get_by_role("link", name="删除后恢复", exact=True)).to_be_visible()


def test_the_record_of_a_stranger_does_not_exist(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(404)
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "王芳的秘密客户")
    page = open_page(f"/o/account/{record}", ZHAO_MIN)
    expect(page.get_by_text("找不到这条记录")).to_be_visible()
    expect(page.get_by_text("王芳的秘密客户")).to_have_count(0)
    page.get_by_role("link", name="返回客户列表").click()
    expect(page.get_by_role("heading", name="客户", level=1)).to_be_attached()


SEEN_TOPS = """
window.tops = new Set();
const look = () => {
  const tabs = document.querySelector('.record-page .ant-tabs-nav');
  if (tabs) window.tops.add(Math.round(tabs.getBoundingClientRect().top));
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
"""Where the tabs of a record stood, in all pictures that were drawn."""


def test_nothing_moves_under_the_finger_when_a_panel_is_late(site: Site, open_page: Visit) -> None:
    """A phone's tabs stand below the figures: were these drawn later, a tap on a tab would meet something else."""
    with acting(site.database, WANG_FANG) as w:
        record = account(w, "慢慢来的面板")
    page = open_page("/", WANG_FANG, width=PHONE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/AccountFigures-[^/]*\.js"), hold)
    page.add_init_script(SEEN_TOPS)
    with page.expect_response(re.compile(f"/records/account/{record}$")):
        page.goto(f"/o/account/{record}")
    page.wait_for_timeout(LATE_MS)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(".account-figures")).to_be_visible()
    settled(page).get_by_role("tab", name="活动").click()
    expect(page.get_by_role("region", name="活动")).to_be_visible()
    assert len(page.evaluate("() => [...window.tops]")) == 1
