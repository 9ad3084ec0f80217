"""What an administrator does on the pages of an object's settings, and how what comes of it is printed."""

import io
import re
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.acts import notice


def give_label(drawer: Locator, what: str, zh: str) -> None:
    """Give a label in Chinese and leave the box, so that a name is proposed."""
    box = drawer.get_by_label(f"{what} (中文)", exact=True)
    box.fill(zh)
    box.press("Tab")


def drawer(page: Page, title: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("dialog", name=title)


def add_field(page: Page, kind: str, zh: str) -> Locator:
    """Open the drawer of a new field and say what it is."""
    page.get_by_role("button", name="新建字段").click()
    made = drawer(page, "新建字段")
    if kind != "文本":
        box = made.get_by_label("类型")
        box.click()
        box.fill(kind)
        page.locator(".ant-select-dropdown:visible").get_by_text(kind, exact=True).click()
    give_label(made, "字段名称", zh)
    expect(made.get_by_label("API 名称")).not_to_have_value("")
    return made


def save_field(page: Page, made: Locator, zh: str) -> None:
    made.get_by_role("button", name="保存", exact=True).click()
    expect(made).to_have_count(0)
    expect(page.get_by_role("table").get_by_role("button", name=zh, exact=True)).to_be_visible()


def type_made(page: Page, zh: str, en: str) -> None:
    page.get_by_role("button", name="新建业务类型").click()
    drawer = page.get_by_role("dialog", name="新建业务类型")
    drawer.get_by_label("中文名称").fill(zh)
    drawer.get_by_label("英文名称").fill(en)
    drawer.get_by_role("button", name="保存").click()
    expect(notice(page, "业务类型已保存")).to_be_visible()
    expect(drawer).to_have_count(0)


def chip(page: Page, field: str) -> Locator:
    return page.get_by_role("group", name=f"字段{field}", exact=True)


def carry(page: Page, what: Locator, to: Locator) -> None:
    """Drag with the mouse: a press, some way, and a release over the middle of `to`."""
    what.hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 30, y - 6, steps=6)
    page.mouse.move(x, y, steps=6)
    page.mouse.up()


def fields_of(page: Page, section: str) -> list[str]:
    chips = page.get_by_role("region", name=f"分节{section}").locator("[data-field]")
    return [str(one.get_attribute("data-field")) for one in chips.all()]


def printed_text(download: Download) -> str:
    content = Path(download.path()).read_bytes()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(text.split())


def open_print_dialog(page: Page) -> None:
    page.locator(".record-actions").get_by_role("button", name="更多", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("打印$")).click()
