"""Duplicates on the screens: told while one types, passed when one is sure, merged and taken back."""

from playwright.sync_api import expect

from tests.browser.acts import find, form, notice, settled
from tests.browser.site import Site, Visit, Watch
from tests.world.people import ADMIN, WANG_FANG, ZHAO_MIN, acting
from tests.world.records import account, contact

CODE = "91110000600037341L"


def test_what_is_there_is_told_while_one_types_and_a_warning_can_be_passed(
    site: Site, open_page: Visit, watch: Watch
) -> None:
    watch.refusals.add(422)
    with acting(site.database, ZHAO_MIN) as w:
        hidden = account(w, "无锡灵山造船有限公司")
    with acting(site.database, WANG_FANG) as w:
        account(w, "绍兴会稽酿造有限公司", tax_number=CODE)
    page = settled(open_page("/o/account", WANG_FANG))
    page.keyboard.press("n")
    drawer = form(page)
    hints = drawer.locator(".form-duplicates")
    drawer.get_by_label("客户名称").fill("灵山造船（无锡）")
    expect(hints).to_contain_text("无***司")
    expect(hints).to_contain_text("赵敏")
    hints.get_by_role("button", name="询问所有人").click()
    dialog = page.get_by_role("dialog", name="询问 赵敏")
    dialog.get_by_label("附言（可选）").fill("我们下周去投标")
    dialog.get_by_role("button", name="发送").click()
    expect(notice(page, "已发送给 赵敏")).to_be_visible()
    drawer.get_by_label("客户名称").fill("会稽山泉")
    expect(hints).to_have_count(0)
    drawer.get_by_label("统一社会信用代码").fill(CODE)
    expect(hints).to_contain_text("绍兴会稽酿造有限公司")
    page.keyboard.press("Control+Enter")
    expect(hints).to_contain_text("请先核对")
    hints.get_by_role("button", name="不是同一个，继续保存").click()
    expect(notice(page, "客户已保存")).to_be_visible()

    owner = settled(open_page("/", ZHAO_MIN))
    owner.locator("button.bell").click()
    owner.get_by_role("button", name="王芳 询问您的客户“无锡灵山造船有限公司”：我们下周去投标").click()
    expect(owner).to_have_url(f"{site.url}/o/account/{hidden}")
    banner = owner.locator(".twin-banner")
    expect(banner).to_contain_text("我们下周去投标")
    banner.get_by_role("button", name="共享给王芳（只读）").click()
    expect(notice(owner, "已共享给 王芳")).to_be_visible()
    expect(banner).to_have_count(0)
    page.goto(f"{site.url}/o/account/{hidden}")
    expect(page.get_by_role("heading", name="无锡灵山造船有限公司", level=1)).to_be_visible()


def test_twins_are_merged_on_the_page_and_are_two_again(site: Site, open_page: Visit, watch: Watch) -> None:
    watch.refusals.add(404)
    with acting(site.database, WANG_FANG) as w:
        first = account(w, "湖州太湖丝绸", phone="13800138000")
        second = account(w, "湖州太湖丝绸有限公司", email="a@example.com")
        contact(w, "沈丝绸", second)
    page = settled(open_page(f"/o/account/{first}", ADMIN))
    banner = page.locator(".twin-banner")
    expect(banner).to_contain_text("湖州太湖丝绸有限公司")
    banner.get_by_role("button", name="对比并合并").click()
    dialog = page.get_by_role("dialog", name="合并客户")
    expect(dialog).to_contain_text("a@example.com")
    expect(dialog).to_contain_text("联系人 1")
    dialog.get_by_role("radio", name="保留这条").first.check()
    dialog.get_by_role("button", name="合并为一条").click()
    expect(notice(page, "已合并")).to_be_visible()
    expect(page.locator(".record-page")).to_contain_text("沈丝绸")
    # A link to the record that went leads to the one that stayed.
    page.goto(f"/o/account/{second}")
    expect(page).to_have_url(f"{site.url}/o/account/{first}")
    page.get_by_role("button", name="取消合并").click()
    page.get_by_role("dialog").get_by_role("button", name="取消合并").click()
    expect(notice(page, "已取消合并")).to_be_visible()
    expect(page.locator(".twin-banner").filter(has_text="合并而来")).to_have_count(0)
    expect(page.locator(".twin-banner").filter(has_text="湖州太湖丝绸有限公司")).to_be_visible()


def test_the_workbench_and_a_rule_in_plain_words(site: Site, open_page: Visit) -> None:
    with acting(site.database, WANG_FANG) as w:
        account(w, "嘉兴南湖菱角")
        account(w, "嘉兴南湖菱角有限公司")
    page = settled(open_page("/duplicates", ADMIN))
    group = page.locator(".bench-group").filter(has_text="嘉兴南湖菱角有限公司")
    expect(group).to_contain_text("客户名称")
    group.get_by_role("button", name="不是同一个").click()
    expect(group).to_have_count(0)
    page.goto("/settings/duplicates")
    settled(page)
    page.get_by_role("button", name="新建联系人查重规则").click()
    drawer = page.locator(".ant-drawer").filter(has_text="新建联系人查重规则")
    drawer.get_by_label("规则名称").fill("同名联系人")
    find(drawer.get_by_role("combobox", name="联系人 字段").first, "微信", "微信")
    drawer.get_by_placeholder("微信").fill("wx-1")
    drawer.get_by_role("button", name="试查").click()
    expect(drawer).to_contain_text("没有找到重复")
    drawer.get_by_role("button", name="保存", exact=True).click()
    expect(notice(page, "规则已保存")).to_be_visible()
    expect(page.get_by_role("region", name="联系人")).to_contain_text("微信相同")
