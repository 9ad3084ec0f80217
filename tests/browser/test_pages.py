"""Every main page as each kind of person meets it: what it offers, at both widths, in both languages."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import form, open_security, settled, undo
from tests.browser.site import PHONE, WIDE, Site, Visit, Watch
from tests.world.people import ADMIN, DIRECTOR, EMMA, LI_QIANG, OLIVIA, WANG_FANG, Person, acting
from tests.world.records import account, activity, contact, opportunity, task

CHINESE = re.compile(r"[\u3400-\u9fff]+")
NEVER = re.compile(
    r"\{\w+\}|\[object |\bundefined\b|\bNaN\b|\bnull\b|^[a-z]+(_[a-z]+)+$|^[a-z_]+(\.[a-z_]+)+$", re.MULTILINE
)
"""What a text that was not looked up, or not filled in, looks like."""
OTHER_LANGUAGE = {"中文", "斗拱"}
"""The way to the other language, and the product's name."""

SAID = """
() => {
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement?.closest('script, style') || !visible(node.parentElement)) continue;
    texts.push(node.textContent.trim());
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (!visible(element)) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) texts.push((element.getAttribute(name) ?? '').trim());
  }
  return [...new Set(texts)].filter(Boolean);
}
"""


@dataclass(frozen=True)
class Shown:
    """Somebody's records, one of each kind."""

    account: int
    opportunity: int


def customer(site: Site, person: Person, words: tuple[str, ...]) -> Shown:
    """A customer with everything around it, called by `words`."""
    name, who, deal, step, note = words
    with acting(site.database, person) as w:
        a = account(w, name, status="customer", industry="construction", annual_revenue="1250000", phone="021-58881234")
        c = contact(w, who, a, title=step, mobile="13800138000", role="decision_maker")
        o = opportunity(w, deal, account_id=a, contact_id=c, amount="480000", stage="proposal", next_step=step)
        opportunity(w, f"{deal} 2", account_id=a, amount="95000.50")
        opportunity(w, f"{deal} 3", account_id=a, amount="310000", stage="won")
        activity(w, note, ("opportunity", o), type="call")
        task(w, step, ("opportunity", o), due_date="2026-01-15")
    return Shown(a, o)


WORDS = {
    WANG_FANG: ("苏州木渎古建园林有限公司", "沈雪", "虎丘塔院修缮", "报价会", "沟通了工期"),
    DIRECTOR: ("山西应县木塔研究院", "高远", "木塔加固", "方案评审", "介绍了方案"),
    EMMA: ("Timberline Heritage Ltd", "Alice Brown", "Great Hall roof", "Send the offer", "Talked about dates"),
}


def places(shown: Shown) -> tuple[str, ...]:
    """The main pages."""
    return (
        "/",
        "/o/account",
        f"/o/account/{shown.account}",
        "/o/contact",
        "/o/opportunity",
        "/o/opportunity?kind=list&view=all",
        f"/o/opportunity/{shown.opportunity}",
        "/o/activity",
        "/o/product",
        "/import",
    )


def check(page: Page, language: str) -> None:
    """What holds of every page: it fits, and speaks one language."""
    where = page.url
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{where} is wider than the screen"
    said: list[str] = page.evaluate(SAID)
    assert not [text for text in said if NEVER.search(text)], where
    if language == "en":
        assert not [text for text in said if CHINESE.search(text) and text not in OTHER_LANGUAGE], where


def called(value: object) -> str:
    """What a case of a test is called by: a person's login, a width."""
    return value.login if isinstance(value, Person) else str(value)


@pytest.mark.parametrize(
    ("person", "width"), [(WANG_FANG, WIDE), (WANG_FANG, PHONE), (DIRECTOR, WIDE), (EMMA, PHONE)], ids=called
)
def test_every_main_page(site: Site, open_page: Visit, person: Person, width: int) -> None:
    shown = customer(site, person, WORDS[person])
    page = settled(open_page("/", person, width=width))
    for address in places(shown):
        page.goto(address)
        settled(page)
        check(page, person.language)


SETTINGS = ("user", "department", "role", "profile", "list_view")


@pytest.mark.parametrize(("person", "width"), [(ADMIN, WIDE), (OLIVIA, PHONE)], ids=called)
def test_the_pages_of_an_administrator(open_page: Visit, person: Person, width: int) -> None:
    page = settled(open_page("/", person, width=width))
    for name in SETTINGS:
        page.goto(f"/o/{name}")
        settled(page)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), name
        expect(page.get_by_role("link").filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_drawers_and_dialogs_in_english(site: Site, open_page: Visit, width: int) -> None:
    shown = customer(site, EMMA, WORDS[EMMA])
    page = settled(open_page(f"/o/opportunity/{shown.opportunity}", EMMA, width=width))
    page.get_by_role("button", name=re.compile("Edit$")).click()
    expect(form(page).get_by_label("Opportunity name")).to_be_visible()
    check(page, "en")
    form(page).get_by_label("Opportunity name").fill("")
    page.keyboard.press("Control+Enter")
    expect(form(page).get_by_text("Fill in Opportunity name")).to_be_visible()
    check(page, "en")
    page.goto("/o/account")
    settled(page).get_by_role("button", name="Filter").click()
    expect(page.get_by_role("dialog", name="Filter")).to_be_visible()
    check(page, "en")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Filter")).to_be_hidden()
    open_security(page, "API tokens")
    check(page, "en")
    for tab in ("Password", "Two-factor", "Devices"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        check(page, "en")


def test_what_the_navigation_offers_follows_the_rights(open_page: Visit) -> None:
    page = settled(open_page("/", WANG_FANG))
    menu = page.get_by_role("navigation", name="导航")
    daily = ["首页", "销售线索", "客户", "销售机会", "联系人", "报价单", "订单", "合同", "活动记录", "市场活动"]
    # What sellers only look up stands on the account and the order.
    sold = ["产品", "价格表", "收款计划", "应收单", "收款单"]
    expect(menu.get_by_role("link")).to_have_text([*daily, *sold, "线索池与客户池", "活动统计"])
    page.goto("/o/profile")
    expect(page.get_by_text("没有这种对象，或者您没有查看它的权限。")).to_be_visible()

    manager = settled(open_page("/", LI_QIANG))
    expect(manager.get_by_role("navigation", name="导航").get_by_role("link", name="导入")).to_be_visible()
    expect(manager.get_by_role("navigation", name="导航").get_by_text("设置", exact=True)).to_have_count(0)

    administrator = settled(open_page("/", ADMIN))
    menu = administrator.get_by_role("navigation", name="导航")
    menu.get_by_role("link", name="设置", exact=True).click()
    administrator.get_by_role("main").locator("a.settings-card").filter(has_text="人员账号").click()
    expect(administrator.get_by_role("link", name="王芳", exact=True)).to_be_visible()


def test_the_bottom_bar_on_a_phone(open_page: Visit) -> None:
    page = settled(open_page("/", WANG_FANG, width=PHONE))
    bar = page.get_by_role("navigation", name="导航")
    bar.get_by_role("link", name="销售机会").click()
    expect(page.get_by_role("heading", name="销售机会", level=1)).to_be_attached()
    expect(bar.get_by_role("link", name="销售机会")).to_have_attribute("aria-current", "page")
    bar.get_by_role("button", name="更多").click()
    drawer = page.get_by_role("dialog", name="导航")
    drawer.get_by_role("link", name="产品").click()
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("heading", name="产品", level=1)).to_be_attached()
    bar.get_by_role("link", name="首页").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")


def test_keys_lead_everywhere(open_page: Visit) -> None:
    page = settled(open_page("/", WANG_FANG))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘快捷键")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="联系人", level=1)).to_be_attached()
    page.keyboard.press("n")
    expect(form(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(form(page)).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")


def test_an_address_that_does_not_exist(open_page: Visit) -> None:
    page = open_page("/no/such/page", WANG_FANG)
    expect(page.get_by_text("没有找到这个页面")).to_be_visible()
    page.get_by_role("link", name="回到首页").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")


def test_a_task_is_ticked_off_at_home(site: Site, open_page: Visit) -> None:
    with acting(site.database, LI_QIANG) as w:
        task(w, "给老王回电话", ("account", account(w, "首页任务的客户")))
    page = settled(open_page("/", LI_QIANG))
    box = page.get_by_role("checkbox", name="完成“给老王回电话”")
    box.click()
    expect(box).to_have_count(0)
    undo(page, "已完成“给老王回电话”")
    expect(box).not_to_be_checked()


def test_a_session_that_ended_asks_to_sign_in_again(open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(401)
    page = settled(open_page("/", WANG_FANG))
    page.context.clear_cookies()
    page.get_by_role("navigation", name="导航").get_by_role("link", name="联系人").click()
    expect(page.get_by_label("登录名")).to_be_visible()
