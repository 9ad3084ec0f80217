"""A dimension as an administrator sets it up, and what another person sees by it."""

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import Writing, delete, writing
from tests.browser.acts import choose, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import ADMIN, LI_QIANG, OLIVIA, WANG_FANG, acting
from tests.world.records import account, contact

SETTINGS = "/settings/dimensions"
LATE_SECONDS = 4
"""Longer than the worker sleeps when nobody wakes it."""


@pytest.fixture(autouse=True)
def _as_before(site: Site) -> Iterator[None]:
    """No dimension has a say in anything when the next test begins."""
    yield
    with site.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("browser test"), "test")
        for name in ("role_scope", "dimension_object"):
            delete(w, name, living(w, name))


def living(w: Writing, name: str) -> list[int]:
    table = w.registry.tables[name]
    return [row.id for row in w.transaction.rows(sa.select(table.c.id).where(table.c.deleted_at.is_(None)))]


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).press("Enter")
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def late(route: Route) -> None:
    """Let a request go to the server only when jobs have had the time to end."""
    time.sleep(LATE_SECONDS)
    route.continue_()


def test_a_dimension_is_set_up_takes_effect_and_is_explained(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(404)
    with acting(site.database, WANG_FANG) as w:
        record = contact(w, "有区域的联系人", account(w, "有区域的客户"))
    address = f"/o/contact/{record}"
    his = settled(open_page(address, LI_QIANG))
    expect(his.get_by_role("heading", name="有区域的联系人", level=1)).to_be_visible()

    page = settled(open_page(SETTINGS, ADMIN))
    page.get_by_role("button", name="新建维度").click()
    dialog = page.get_by_role("dialog", name="新建维度")
    dialog.get_by_label("维度名称").fill("区域")
    dialog.get_by_label("标识").fill("area")
    dialog.get_by_role("button", name="保 存").or_(dialog.get_by_role("button", name="保存", exact=True)).click()
    expect(page.get_by_text("还没有值")).to_be_visible()
    page.get_by_role("button", name="新建值").click()
    dialog = page.get_by_role("dialog", name="新建值")
    dialog.get_by_label("名称").fill("华东")
    dialog.get_by_label("名称").press("Enter")
    expect(page.get_by_role("button", name="“华东”的操作")).to_be_visible()
    # Until it has closed the dialog keeps the keyboard.
    expect(dialog).to_have_count(0)

    tab(page, "角色范围")
    choose(page.get_by_role("combobox", name="经理用户 查看范围"), "本人的值及下级")
    expect(notice(page, "已保存")).to_be_visible()
    tab(page, "控制的对象")
    page.get_by_role("switch", name="联系人").click()
    dialog = page.get_by_role("dialog")
    # 李强 would lose the contact: nobody in the company belongs to a region yet.
    expect(dialog.get_by_role("row").filter(has_text="李强")).to_be_visible()
    # The job has nothing to fill in and may be over before the page hears that there is one.
    page.route("**/dimensions/fillings", late)
    dialog.get_by_role("button", name="启用", exact=True).or_(dialog.get_by_role("button", name="启 用")).click()
    expect(page.get_by_role("row").filter(has_text="联系人")).to_contain_text("已生效", timeout=30_000)

    his.reload()
    expect(his.get_by_text("找不到这条记录")).to_be_visible()
    tab(page, "角色范围")
    with page.expect_response(lambda answer: answer.request.method in {"PATCH", "POST"} and answer.ok):
        choose(page.get_by_role("combobox", name="经理用户 查看范围"), "不限制")
    his.reload()
    expect(his.get_by_role("heading", name="有区域的联系人", level=1)).to_be_visible()


def test_a_role_is_edited_on_a_page_of_its_own_in_english_and_on_a_phone(site: Site, open_page: Visit) -> None:
    with site.database.transaction() as tx:
        table = load_registry(tx).tables["role"]
        role = tx.scalar(sa.select(table.c.id).where(table.c.key == "standard"))
    page = settled(open_page(f"/o/role/{role}", OLIVIA))
    page.get_by_role("link", name="Reach").click()
    expect(page.get_by_role("heading", name="Reach of the role “Standard user”")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Departments")).to_contain_text("Own records")
    phone = settled(open_page(SETTINGS, OLIVIA, width=PHONE))
    expect(phone.get_by_role("heading", name="Dimensions", level=1)).to_be_visible()


def test_dimensions_are_for_administrators(site: Site, open_page: Visit) -> None:
    page = open_page(SETTINGS, LI_QIANG)
    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
