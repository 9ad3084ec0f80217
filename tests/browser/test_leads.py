"""The life of a lead in the browser: from a form of the web into a list, converted, and back."""

import json
import re

from playwright.sync_api import Page, expect

from dougong.records.api import Change, create, update
from dougong.records.people import find_person, record_by_key
from tests.browser.acts import converting, find, names, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, LI_QIANG, OLIVIA, WANG_FANG, ZHAO_MIN, Person, acting

READING_SECONDS = 2.2
"""A form is not taken sooner than people fill it in."""


def web_form(site: Site, key: str, owner: Person, **values: object) -> None:
    fields = [{"field": "name"}, {"field": "company_name"}, {"field": "mobile"}, {"field": "need"}]
    given = {
        "key": key,
        "name": "官网联系表单",
        "title": "联系我们",
        "title_en": "Contact us",
        "thanks": "谢谢您的来信",
        "form_fields": json.dumps(fields),
        **values,
    }
    with acting(site.database, ADMIN) as w:
        create(w, "web_form", [{**given, "lead_owner_id": find_person(w, owner.login)}])


def fill_in(page: Page, **answers: str) -> None:
    for name, text in answers.items():
        page.locator(f"#field-{name}").fill(text)
    page.wait_for_timeout(READING_SECONDS * 1000)


def test_from_a_form_of_the_web_to_a_deal_and_back(site: Site, open_page: Visit) -> None:
    web_form(site, "contact", WANG_FANG)
    visitor = open_page("/forms/contact")
    expect(visitor.get_by_role("heading", name="联系我们")).to_be_visible()
    visitor.get_by_role("button", name="提交").click()
    expect(visitor.get_by_text("请填写“姓名”。")).to_be_visible()
    fill_in(visitor, name="林小雨", company_name="雨花台泵业有限公司", mobile="13912340001", need="三台换热泵")
    visitor.get_by_role("button", name="提交").click()
    expect(visitor.get_by_role("heading", name="谢谢您的来信")).to_be_visible()

    page = settled(open_page("/o/lead", WANG_FANG))
    names(page).filter(has_text="林小雨").click()
    expect(page.get_by_role("heading", name="林小雨", level=1)).to_be_visible()
    dialog = converting(page, "林小雨")
    expect(dialog.get_by_label("客户名称")).to_have_value("雨花台泵业有限公司")
    deal = dialog.get_by_label("机会名称")
    deal.fill("")
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(dialog.get_by_text("请填写“机会名称”")).to_be_visible()
    deal.fill("换热泵三台")
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(notice(page, "“林小雨”已转换")).to_be_visible()

    settled(page)
    card = page.locator(".converted")
    expect(card).to_contain_text("这条线索已转换")
    expect(card.get_by_role("link")).to_have_text(["雨花台泵业有限公司", "林小雨", "换热泵三台"])
    expect(page.locator(".record-actions").get_by_role("button", name=re.compile("编辑$"))).to_have_count(0)
    address = page.url
    card.get_by_role("link", name="换热泵三台").click()
    expect(page.get_by_role("heading", name="换热泵三台", level=1)).to_be_visible()
    page.goto(address)
    settled(page)
    page.get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name="撤销转换").click()
    page.get_by_role("button", name="撤销转换").click()
    expect(card).to_have_count(0)
    expect(page.locator(".record-actions").get_by_role("button", name="转换", exact=True)).to_be_visible()


def test_converting_onto_an_account_that_there_is_on_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        create(w, "account", [{"name": "秦淮灯具有限公司"}])
        lead = {"name": "顾晓", "company_name": "秦淮灯具有限公司", "mobile": "13912340002"}
        (number,) = create(w, "lead", [lead]).ids
    page = settled(open_page(f"/o/lead/{number}", WANG_FANG, width=PHONE))
    dialog = converting(page, "顾晓")
    dialog.get_by_role("listitem").filter(has_text="秦淮灯具有限公司").get_by_role("button", name="选用").click()
    dialog.get_by_label("同时建立销售机会").uncheck()
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(page.locator(".converted").get_by_role("link")).to_have_text(["秦淮灯具有限公司", "顾晓"])


def test_what_the_stage_of_the_new_deal_needs_is_asked_before_it_is_refused(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        lead = {"name": "江一帆", "company_name": "栖霞阀门有限公司", "mobile": "13912340004"}
        (number,) = create(w, "lead", [lead]).ids
    page = settled(open_page(f"/o/lead/{number}", WANG_FANG))
    dialog = converting(page, "江一帆")
    required = dialog.locator("label.ant-form-item-required").filter(has_text="销售金额")
    expect(dialog.get_by_label("销售金额")).to_be_visible()
    expect(required).to_have_count(0)
    dialog.get_by_label("销售阶段").click()
    page.locator(".ant-select-dropdown:visible").get_by_text("商务谈判", exact=True).click()
    expect(required).to_be_visible()
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(dialog.get_by_text("请填写“销售金额”")).to_be_visible()
    dialog.get_by_label("销售金额").fill("120000")
    dialog.get_by_role("button", name="转换", exact=True).click()
    expect(page.locator(".converted").get_by_role("link").last).to_have_text("栖霞阀门有限公司")


def test_the_owner_of_an_account_that_one_may_not_see_is_asked_while_converting(
    site: Site, open_page: Visit, watch: Watch
) -> None:
    watch.refusals |= {409, 422}
    with acting(site.database, ZHAO_MIN) as w:
        create(w, "account", [{"name": "溧水花灯有限公司"}])
    with acting(site.database, WANG_FANG) as w:
        lead = {"name": "施灯", "company_name": "溧水花灯", "mobile": "13912340005"}
        (number,) = create(w, "lead", [lead]).ids
    page = settled(open_page(f"/o/lead/{number}", WANG_FANG))
    dialog = converting(page, "施灯")
    match = dialog.get_by_role("listitem").filter(has_text="所有人是 赵敏")
    expect(match).not_to_contain_text("花灯")
    match.get_by_role("button", name="询问所有人").click()
    page.get_by_role("dialog", name="询问 赵敏").get_by_role("button", name="发送").click()
    expect(notice(page, "已发送给 赵敏")).to_be_visible()
    with acting(site.database, ADMIN) as w:
        rule = record_by_key(w, "duplicate_rule", "account_name")
        update(w, "duplicate_rule", [Change(rule, {"action": "block"})])
    try:
        dialog.get_by_role("button", name="转换", exact=True).click()
        refusal = dialog.locator(".convert-problems")
        expect(refusal).to_contain_text("不能保存")
        refusal.get_by_role("listitem").filter(has_text="赵敏").get_by_role("button", name="询问所有人").click()
        page.get_by_role("dialog", name="询问 赵敏").get_by_role("button", name="发送").click()
        expect(notice(page, "今天已经询问过了")).to_be_visible()
    finally:
        with acting(site.database, ADMIN) as w:
            update(w, "duplicate_rule", [Change(rule, {"action": "mark"})])


def test_selected_leads_join_a_campaign_and_its_page_shows_it(site: Site, open_page: Visit) -> None:
    with acting(site.database, ADMIN) as w:
        (campaign,) = create(w, "campaign", [{"name": "金陵泵阀展", "actual_cost": "8000"}]).ids
        rows = [
            {
                "name": name,
                "company_name": f"{name}公司",
                "mobile": "13912340003",
                "owner_id": find_person(w, LI_QIANG.login),
            }
            for name in ("展客甲", "展客乙")
        ]
        create(w, "lead", rows)
    page = settled(open_page("/o/lead", LI_QIANG))
    for name in ("展客甲", "展客乙"):
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").first.check()
    page.get_by_role("toolbar").get_by_role("button", name="加入市场活动").click()
    dialog = page.get_by_role("dialog", name="把 2 条记录加入市场活动")
    find(dialog.get_by_label("市场活动"), "金陵泵阀展", "金陵泵阀展")
    dialog.get_by_role("button", name="加入", exact=True).click()
    expect(notice(page, "已加入 2 位成员")).to_be_visible()
    page.goto(f"/o/campaign/{campaign}")
    figures = settled(page).locator(".campaign-figures")
    expect(figures.get_by_role("listitem").filter(has_text="成员").locator("b")).to_have_text("2")


def test_an_administrator_makes_a_form_and_sees_it_while_doing_so(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(422)
    page = settled(open_page("/settings/forms/new", OLIVIA))
    page.get_by_label("Name", exact=True).fill("Newsletter")
    page.get_by_label("Address", exact=True).fill("not an address")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("small letters")
    page.get_by_label("Address", exact=True).fill("newsletter")
    page.get_by_label("Title (English)", exact=True).fill("Tell us more")
    preview = page.frame_locator("iframe.web-form-preview")
    expect(preview.get_by_role("heading", name="Tell us more")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/settings/forms/\d+$"))
    page.get_by_role("tab", name="Embed").click()
    snippet = re.compile(r'<iframe src="http.*/forms/newsletter"')
    expect(page.get_by_label("Put this into your page")).to_have_value(snippet)
    visitor = open_page("/forms/newsletter", language="en")
    expect(visitor.get_by_role("heading", name="Tell us more")).to_be_visible()


def test_the_mapping_is_one_table(site: Site, open_page: Visit) -> None:
    page = settled(open_page("/settings/lead-mapping", OLIVIA))
    box = page.get_by_label("WeChat → Opportunity")
    box.click()
    page.locator(".ant-select-dropdown:visible").get_by_text("Next step", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    expect(notice(page, "The mapping is saved")).to_be_visible()
    page.reload()
    row = settled(page).get_by_role("row").filter(has_text="WeChat")
    expect(row).to_contain_text("Next step")
