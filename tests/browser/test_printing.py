"""Printing in the browser: a template edited beside its document, a record and several printed, also from a phone."""

from playwright.sync_api import expect

from tests.browser.acts import notice, settled
from tests.browser.shaping import open_print_dialog, printed_text
from tests.browser.site import PHONE, Site, Visit
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, acting
from tests.world.records import opportunity

SLOW_MS = 60_000
"""A press starts as a process of its own."""


def test_a_template_is_edited_and_a_record_printed(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        made = opportunity(w, "打印一", amount="30000")
    page = settled(open_page("/settings/print", ADMIN))
    page.get_by_role("link", name="商机概要").click()
    expect(page.get_by_role("img", name="第 1 页")).to_be_visible(timeout=SLOW_MS)
    body = page.get_by_role("textbox", name="正文")
    body.fill("<h1>内部评审表</h1><p>{{ record.name }} {{ record.amuont }}</p>")
    expect(page.get_by_role("alert").filter(has_text="amuont")).to_be_visible(timeout=SLOW_MS)
    body.fill("<h1>内部评审表</h1><p>{{ record.name }}：{{ record.amount | capitals }}</p>")
    expect(page.get_by_role("alert").filter(has_text="amuont")).to_have_count(0, timeout=SLOW_MS)
    page.get_by_role("button", name="保存").click()
    expect(notice(page, "已保存")).to_be_visible()

    reader = settled(open_page(f"/o/opportunity/{made}", WANG_FANG))
    open_print_dialog(reader)
    reader.get_by_role("radio", name="商机概要").check()
    with reader.expect_download(timeout=SLOW_MS) as printed:
        reader.get_by_role("button", name="下载 PDF").click()
    assert "打印一" in printed.value.suggested_filename
    text = printed_text(printed.value)
    assert "内部评审表" in text
    assert "打印一：叁万元整" in text


def test_several_records_are_printed_as_one_document(site: Site, open_page: Visit) -> None:
    with acting(site.database, LI_QIANG) as w:
        for name in ("合并打印甲", "合并打印乙"):
            opportunity(w, name, amount="100")
    page = settled(open_page("/o/opportunity?kind=list&q=合并打印", LI_QIANG))
    page.get_by_role("checkbox").first.check()
    page.get_by_role("toolbar").get_by_role("button", name="打印").click()
    page.get_by_role("radio", name="报价单").check()
    with page.expect_download(timeout=SLOW_MS) as printed:
        page.get_by_role("button", name="开始打印").click()
    text = printed_text(printed.value)
    assert "合并打印甲" in text
    assert "合并打印乙" in text


def test_a_record_is_printed_from_a_phone(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        made = opportunity(w, "手机打印", amount="5")
    page = settled(open_page(f"/o/opportunity/{made}", WANG_FANG, width=PHONE))
    open_print_dialog(page)
    with page.expect_download(timeout=SLOW_MS) as printed:
        page.get_by_role("button", name="下载 PDF").click()
    assert "手机打印" in printed_text(printed.value)
