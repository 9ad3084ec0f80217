"""What people do on any page, in the words of the page: choosing from a list, answering a drawer, reading a notice."""

import re
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page, expect

LOADING = 'html[data-waiting], [aria-busy="true"], .ant-skeleton, .ant-spin-spinning'

OPTIONS = ".ant-select-item-option, .ant-select-tree-treenode, .ant-cascader-menu-item"
SCROLL = """
async (list, halves) => {
  list.scrollTop = halves * list.clientHeight / 2;
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return list.scrollTop + list.clientHeight < list.scrollHeight;
}
"""
"""Brings a part of a long list into view; whether there is more below."""


REST = """
async (loading) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  const shown = () => document.querySelector('main, [role="main"]')?.checkVisibility();
  const until = performance.now() + 10000;
  while (performance.now() < until && (!shown() || document.querySelector(loading))) await drawn();
}
"""
"""Until the page has come to rest, at most ten seconds. Looked at with every frame: what is expected from outside is
asked for less and less often, up to a second apart."""


def settled(page: Page) -> Page:
    """`page`, once it shows its content and nothing of it is still on its way."""
    # A page that gives way to another takes the question with it; what is expected below is expected all the same.
    with suppress(Error):
        page.evaluate(REST, LOADING)
    expect(page.get_by_role("main").first).to_be_visible()
    expect(page.locator(LOADING)).to_have_count(0)
    return page


def lifted(card: Locator) -> None:
    """Lift `card` by the keyboard. Arrows are listened to from the task behind that one, so it is waited for: an arrow
    that comes before it scrolls the page."""
    card.focus()
    card.page.keyboard.press("Space")
    expect(card).to_have_class(re.compile("lifted"))
    card.page.evaluate("new Promise((done) => setTimeout(done))")


def dropped(box: Locator) -> Locator:
    """The list that dropped down from `box`; another may still be closing."""
    expect(box).to_have_attribute("aria-expanded", "true")
    return box.page.locator(f'.ant-select-dropdown:has([id="{box.get_attribute("aria-controls")}"])')


def choose(box: Locator, option: str) -> None:
    """Choose `option` in a list that drops down, wherever in it that stands: of a long list a part is drawn only."""
    box.click()
    shown = dropped(box)
    wanted = shown.get_by_text(option, exact=True)
    expect(shown.locator(OPTIONS).first).to_be_visible()
    scrolled = shown.locator('[class$="-list-holder"]')
    if wanted.count() == 0 and scrolled.count():
        at = 0
        while wanted.count() == 0 and scrolled.evaluate(SCROLL, at):
            at += 1
    wanted.click()


def find(box: Locator, text: str, option: str) -> None:
    """Type `text` into a list that can be searched and take `option`."""
    box.click()
    box.fill(text)
    dropped(box).get_by_text(option, exact=True).click()


def notice(page: Page, text: str | re.Pattern[str]) -> Locator:
    """The short notice that says what was done."""
    return page.locator(".ant-message-notice").filter(has_text=text)


def undo(page: Page, text: str | re.Pattern[str]) -> None:
    """Take back what the notice tells."""
    notice(page, text).get_by_role("button", name=re.compile("^(撤销|Undo)$")).click()


def names(page: Page) -> Locator:
    """The names of the records in a list, in its order."""
    return page.locator("a.name-link")


def row(page: Page, name: str) -> Locator:
    """A record's row in a list."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def form(page: Page) -> Locator:
    """The drawer with the form of a record."""
    return page.get_by_role("dialog").filter(has=page.locator(".form-section"))


def converting(page: Page, name: str) -> Locator:
    """The dialog that converts the lead of the page."""
    page.locator(".record-actions").get_by_role("button", name="转换", exact=True).click()
    return page.get_by_role("dialog", name=f"转换线索“{name}”")


def open_security(page: Page, tab: str) -> None:
    """Open a tab of the dialog of one's sign-in and security."""
    page.get_by_role("button", name=re.compile("用户菜单|User menu")).click()
    page.get_by_role("menuitem", name=re.compile("登录与安全|Sign-in and security")).click()
    page.get_by_role("tab", name=tab).click()
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
