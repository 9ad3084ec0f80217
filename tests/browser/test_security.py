"""Sign-in and security: what a person sets up there, and how they sign in after it."""

from collections.abc import Iterator

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from dougong.access.second_factor import remove
from dougong.access.sessions import user_table
from dougong.storage.schema import credential, login_attempt
from tests.browser.acts import open_security
from tests.browser.site import PHONE, Site, Visit, Watch
from tests.world.people import EMMA, PASSWORD, ZHAO_MIN, Person


@pytest.fixture(autouse=True)
def _as_before(site: Site) -> Iterator[None]:
    """Nobody keeps a second factor, and whose sessions were ended gets a new one in the next test."""
    yield
    with site.database.transaction() as tx:
        for person in (ZHAO_MIN, EMMA):
            site.cookies.pop(person.login, None)
            remove(tx, tx.scalar(sa.select(user_table.c.id).where(user_table.c.login == person.login)))
        tx.execute(sa.delete(login_attempt))


def sign_in(page: Page, person: Person) -> None:
    zh = person.language == "zh"
    page.get_by_label("登录名" if zh else "Login").fill(person.login)
    page.get_by_label("密码" if zh else "Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录" if zh else "Sign in", exact=True).click()


def forget_the_last_code(site: Site) -> None:
    """As if the last code had been used long ago: the next one is half a minute away, which a test does not wait."""
    with site.database.transaction() as tx:
        tx.execute(sa.update(credential).values(totp_step=0).where(credential.c.totp_step.is_not(None)))


def test_a_second_factor_from_set_up_to_off(open_page: Visit, watch: Watch, site: Site) -> None:
    watch.refusals |= {401, 403}
    page = open_page("/", ZHAO_MIN)
    open_security(page, "两步验证")
    page.get_by_role("button", name="启用两步验证").click()
    page.get_by_role("textbox", name="现在的密码").fill(PASSWORD)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("img", name="两步验证二维码")).to_be_visible()
    secret = page.locator(".security-scan code").inner_text().replace(" ", "").strip()
    totp = pyotp.TOTP(secret)
    page.get_by_label("验证器中的 6 位验证码").fill("000000")
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="验证码不正确")).to_be_visible()
    page.get_by_label("验证器中的 6 位验证码").fill(totp.now())
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.locator(".security-codes li")).to_have_count(10)
    recovery = page.locator(".security-codes li").all_inner_texts()
    page.get_by_role("button", name="我已保存").click()
    expect(page.get_by_text("剩余恢复码：10 个")).to_be_visible()

    phone = open_page("/o/account", width=PHONE)
    sign_in(phone, ZHAO_MIN)
    phone.get_by_label("验证码", exact=True).fill("123")
    phone.get_by_role("button", name="验证并登录").click()
    expect(phone.get_by_role("alert").filter(has_text="验证码不正确")).to_be_visible()
    forget_the_last_code(site)
    phone.get_by_label("验证码", exact=True).fill(totp.now())
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="客户", level=1)).to_be_attached()

    again = open_page("/")
    sign_in(again, ZHAO_MIN)
    again.get_by_role("button", name="没有手机？使用恢复码").click()
    again.get_by_label("恢复码", exact=True).fill(recovery[0].lower())
    again.get_by_role("button", name="验证并登录").click()
    open_security(again, "两步验证")
    expect(again.get_by_text("剩余恢复码：9 个")).to_be_visible()
    again.get_by_role("button", name="停用两步验证").click()
    again.get_by_role("textbox", name="现在的密码").fill(PASSWORD)
    again.get_by_label("验证码或恢复码").fill(recovery[1])
    again.get_by_role("button", name="停用两步验证").click()
    expect(again.get_by_role("button", name="启用两步验证")).to_be_visible()


def test_signing_out_everywhere_else(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    other = open_page("/", EMMA)
    mine = open_page("/", width=PHONE, language="en")
    sign_in(mine, EMMA)
    open_security(mine, "Devices")
    rows = mine.locator(".security-list li")
    expect(rows.filter(has_text="This device")).to_have_count(1)
    # Her other browser, and those of tests before this one.
    expect(rows.nth(1)).to_be_visible()
    mine.get_by_role("button", name="Sign out everywhere else").click()
    question = mine.get_by_role("dialog").filter(has_text="Sign out everywhere else?")
    question.get_by_role("button", name="Sign out everywhere else").click()
    expect(rows).to_have_count(1)
    other.reload()
    expect(other.get_by_label("Login")).to_be_visible()
    # The session that the other tests of hers would have used is over as well.
    del open_page.site.cookies[EMMA.login]


def test_a_token_says_what_it_may_and_how_long(open_page: Visit) -> None:
    page = open_page("/", ZHAO_MIN)
    open_security(page, "API 令牌")
    page.get_by_placeholder("令牌名称").fill("浏览器测试")
    page.get_by_role("button", name="新建令牌").click()
    expect(page.get_by_text("请现在复制令牌")).to_be_visible()
    row = page.locator(".security-list li").filter(has_text="浏览器测试")
    expect(row).to_contain_text("只读")
    expect(row).to_contain_text("到期")
    row.get_by_role("button", name="吊销 浏览器测试").click()
    page.get_by_role("dialog").last.get_by_role("button", name="吊销", exact=True).click()
    expect(page.get_by_text("还没有令牌")).to_be_visible()
