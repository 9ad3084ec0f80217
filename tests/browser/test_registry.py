"""客户信息回填 in the form: two characters, a company picked, fields filled and marked, changed and saved."""

from playwright.sync_api import expect

from dougong.records.companies.store import put_in_force, store_companies
from tests.browser.acts import form, notice, settled
from tests.browser.site import Site, Visit
from tests.world.people import ADMIN, WANG_FANG, acting

COMPANY = {
    "name": "苏州玉衡光电有限公司",
    "credit_code": "91320500MA1XQ2Y34H",
    "legal_representative": "陆文博",
    "registered_capital": "5000万元人民币",
    "established_on": "2016-05-18",
    "status": "存续",
    "province": "江苏省",
    "city": "苏州市",
    "district": "吴中区",
    "address": "江苏省苏州市吴中区金枫路99号",
    "industry": "没有这个行业",
    "phone": "0512-66778899",
    "scope": "光电器件的研发、生产和销售",
}


def load(site: Site) -> None:
    with acting(site.database, ADMIN) as w:
        table = w.registry.tables["registry_provider"]
        provider = w.transaction.scalar(table.select().with_only_columns(table.c.id).where(table.c.key == "file"))
        others = [{"name": f"苏州玉衡{n}号有限公司", "credit_code": f"9132050000000000{n}X"} for n in range(3)]
        put_in_force(
            w.transaction, provider, 1, store_companies(w.transaction, provider, 1, [COMPANY, *others]), "企业库.csv"
        )


def test_a_company_fills_in_the_form(site: Site, open_page: Visit) -> None:
    load(site)
    page = settled(open_page("/o/account", WANG_FANG))
    page.get_by_role("button", name="新建客户").or_(page.get_by_role("button", name="新建")).first.click()
    drawer = form(page)
    name = drawer.locator("#form-name")
    name.press_sequentially("玉")
    expect(page.locator(".company-line")).to_have_count(0)
    name.press_sequentially("衡")
    expect(page.locator(".company-line")).to_have_count(4)
    page.locator(".company-line").filter(has_text="玉衡光电").click()
    expect(name).to_have_value(COMPANY["name"])
    expect(drawer.get_by_label("统一社会信用代码")).to_have_value(COMPANY["credit_code"])
    expect(drawer.get_by_label("法定代表人")).to_have_value("陆文博")
    expect(drawer.get_by_label("成立年份")).to_have_value("2,016")
    expect(drawer.locator(".form-filled").first).to_have_text("已回填")
    # What does not fit is told at its field, and everything can be changed.
    expect(drawer.locator(".ant-form-item").filter(has_text="行业").first).to_contain_text("不在选项中")
    drawer.locator("#form-phone").fill("0512-11112222")
    page.keyboard.press("Control+Enter")
    expect(notice(page, "客户已保存")).to_be_visible()
    page.get_by_role("link", name=COMPANY["name"]).first.click()
    expect(page.get_by_role("heading", name=COMPANY["name"], level=1)).to_be_visible()
    page.get_by_role("button", name="工商信息").click()
    expect(page.locator(".record-section").filter(has_text="工商信息")).to_contain_text("工商注册是")


def test_an_administrator_tries_and_maps(site: Site, open_page: Visit) -> None:
    load(site)
    page = settled(open_page("/settings/registries", ADMIN))
    card = page.locator(".ant-card").filter(has_text="本地企业库")
    expect(card).to_contain_text("4 家企业")
    card.get_by_role("button", name="试查").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("玉衡光电")
    dialog.get_by_role("searchbox").press("Enter")
    expect(dialog).to_contain_text("陆文博")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row").filter(has_text="统一社会信用代码")).to_be_visible()
