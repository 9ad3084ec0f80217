"""Coming in and going out."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import PHONE, Visit, Watch
from tests.world.people import LI_QIANG, PASSWORD, WANG_FANG


def test_a_wrong_password_is_told_and_the_right_one_opens(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    page = open_page("/o/account")
    page.get_by_label("登录名").fill(WANG_FANG.login)
    page.get_by_label("密码", exact=True).fill("not my password")
    page.get_by_role("button", name="登录", exact=True).click()
    alert = page.get_by_role("alert").filter(has_text="密码")
    expect(alert).to_be_visible()
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    # The address that was asked for is where one arrives.
    expect(page.get_by_role("heading", name="客户", level=1)).to_be_attached()
    assert page.url.endswith("/o/account") or "/o/account?" in page.url


def test_the_form_asks_for_what_is_missing(open_page: Visit) -> None:
    page = open_page("/")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("请输入登录名")).to_be_visible()
    expect(page.get_by_text("请输入密码")).to_be_visible()


def test_signing_out_shows_the_door_again(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    page = open_page("/")
    page.get_by_label("登录名").fill(LI_QIANG.login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="用户菜单").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page.get_by_label("登录名")).to_be_visible()
    page.reload()
    expect(page.get_by_label("登录名")).to_be_visible()


def test_the_sign_in_page_speaks_both_languages(open_page: Visit) -> None:
    page = open_page("/", width=PHONE, language="en")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


def test_the_language_of_the_menu_is_kept(open_page: Visit) -> None:
    page = open_page("/", LI_QIANG)
    choose_language(page, "用户菜单", "English")
    expect(page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Accounts")).to_be_visible()
    page.reload()
    expect(page.get_by_role("navigation", name="Navigation").get_by_role("link", name="Accounts")).to_be_visible()
    choose_language(page, "User menu", "中文")
    expect(page.get_by_role("navigation", name="导航").get_by_role("link", name="客户", exact=True)).to_be_visible()


def choose_language(page: Page, menu: str, language: str) -> None:
    """By keyboard: while the page behind it still loads, the menu is moved about under the mouse."""
    page.get_by_role("button", name=menu).click()
    entry = page.get_by_role("menuitem", name=language)
    expect(entry).to_be_visible()
    with page.expect_response(re.compile("/session$")):
        entry.press("Enter")
