"""Importing through the wizard: the 8,800 deals of the example, from their file to the known totals and back again."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from dougong.access.passwords import set_password
from dougong.access.principal import system
from dougong.metadata.registry import load_registry
from dougong.records.api import writing
from dougong.records.people import add_person
from dougong.records.transfer.command import import_file
from dougong.records.transfer.example import read_example
from tests.browser.acts import choose, find, notice, settled
from tests.browser.site import PHONE, Site, Visit, Watch, serving
from tests.conftest import MakeDatabase
from tests.world.people import ADMIN, EMMA, LI_QIANG, PASSWORD, WANG_FANG, ZHAO_MIN, acting
from tests.world.records import account

EXAMPLE = Path(__file__).parents[2] / "examples" / "sales-opportunities"
PIPELINE = EXAMPLE / "data" / "sales_pipeline.csv"
IMPORT_MS = 60_000
"""A trial run or an import of all deals, on two busy cores."""

KNOWN = {
    "prospecting": (500, None),
    "engaging": (1589, None),
    "won": (4238, "10005534.00"),
    "lost": (2473, "0.00"),
}
LATE_MS = 1_000
"""Within it names have come that were asked for."""
NAMES = "**/api/v1/lookup/product?*"
TOTALS = "SELECT stage, COUNT(id) AS deals, SUM(amount) AS amount FROM opportunity GROUP BY stage"


@pytest.fixture(scope="module")
def sales_office(make_database: MakeDatabase, built_web: None) -> Iterator[Site]:
    """The company of the example without its deals: everything before them came over the command line's way."""
    database = make_database()
    with database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("test company"), "test")
        user_id = add_person(w, {"login": ADMIN.login, "name": ADMIN.name}, role=ADMIN.role, profile=ADMIN.profile)
        set_password(tx, user_id, ADMIN.login, PASSWORD)
    for step in read_example(EXAMPLE).steps:
        if step.object != "opportunity":
            import_file(database, step.object, step.file, step.map, ADMIN.login)
    with tempfile.TemporaryDirectory() as folder, serving(database, Path(folder)) as url:
        yield Site(url, database)


@pytest.fixture
def open_office(open_page: Visit, sales_office: Site) -> Visit:
    """Pages of the sales office."""
    return Visit(sales_office, open_page.browser, open_page.watch, open_page.contexts, open_page.pages)


def totals(page: Page) -> dict[str, tuple[int, str | None]]:
    """Deals and their amount by stage, as the API tells the one who is signed in on `page`."""
    rows: list[dict[str, Any]] = page.request.get("/api/v1/query", params={"q": TOTALS}).json()["rows"]
    return {row["stage"]: (row["deals"], row["amount"]) for row in rows}


def upload(page: Page, kind: str, file: Path | FilePayload) -> None:
    """The first step of the wizard."""
    choose(page.get_by_role("combobox", name="导入为"), kind)
    expect(page.get_by_text("把文件拖到这里，或点击选择")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=f"导入{kind}")).to_be_visible()


def give(page: Page, column: str, field: str) -> None:
    """Let a column of the file fill `field`."""
    find(page.get_by_role("combobox", name=f"“{column}”对应的字段"), field, field)


def mend(page: Page, text: str, meaning: str) -> None:
    """Say what a text of the file means."""
    box = page.get_by_role("combobox", name=f"导入为: {text}").or_(page.get_by_role("textbox", name=f"导入为: {text}"))
    box.fill(meaning)
    box.press("Tab")


def test_8800_deals_through_the_wizard_and_back(open_office: Visit) -> None:
    page = settled(open_office("/import", ADMIN))
    upload(page, "销售机会", PIPELINE)
    for column, field in (
        ("opportunity_id", "机会编号"),
        ("sales_agent", "所有人"),
        ("product", "主要产品"),
        ("account", "客户"),
        ("deal_stage", "销售阶段 *"),
        ("engage_date", "接洽日期"),
        ("close_date", "结单日期"),
        ("close_value", "销售金额"),
        ("engage_quarter", "不导入"),
        ("close_quarter", "不导入"),
    ):
        give(page, column, field)
    expect(page.get_by_role("combobox", name="“engage_date”的日期写法")).to_be_visible()
    expect(page.get_by_text("20-10-16 读作 2016-10-20")).to_be_visible()
    page.get_by_role("textbox", name="机会名称").fill("{product}[ · {account}]")
    expect(page.get_by_text("第一行：GTX Plus Basic · Cancity")).to_be_visible()
    page.get_by_text("拒绝这一行").click()
    page.get_by_role("button", name="试运行").click()

    # The file writes GTXPro for GTX Pro: the trial run tells, and it is mended without touching the file.
    expect(page.get_by_text("7,320 行可以导入，1,480 行有问题")).to_be_visible(timeout=IMPORT_MS)
    # Names that are like it and come late do not drop down over what is pressed by then.
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route(NAMES, hold)
    with page.expect_request(NAMES):
        mend(page, "GTXPro", "GTX Pro")
    for route in late:
        route.continue_()
    page.unroute(NAMES)
    page.wait_for_timeout(LATE_MS)
    page.get_by_role("button", name="再试运行一次").click()
    expect(page.get_by_text("全部 8,800 行都可以导入")).to_be_visible(timeout=IMPORT_MS)
    expect(page.get_by_text("“account”有 1,425 个空单元格")).to_be_visible()
    assert totals(page) == {}
    page.get_by_role("button", name="导入 8,800 行").click()
    expect(page.get_by_text("导入完成", exact=True)).to_be_visible(timeout=IMPORT_MS)
    expect(page.get_by_text("“product”：GTXPro → GTX Pro，1,480 处")).to_be_visible()
    address = page.url
    assert totals(page) == KNOWN

    page.get_by_role("link", name="查看销售机会").click()
    page.get_by_role("button", name="销售看板").click()
    page.get_by_role("menuitem", name="全部销售机会").click()
    expect(page.get_by_role("navigation", name="分页")).to_contain_text("8,800")
    page.get_by_title("看板").click()
    won = page.get_by_role("region", name="赢单", exact=True)
    expect(won.locator(".kanban-count")).to_have_text("4,238")
    expect(won.locator(".kanban-sum")).to_have_text("¥1,001万")

    page.goto(address)
    page.get_by_role("button", name="撤销整次导入").click()
    question = page.get_by_role("dialog").filter(has_text="撤销“sales_pipeline.csv”的导入？")
    expect(question).to_contain_text("8,800 条记录")
    question.get_by_role("button", name="撤销整次导入").click()
    expect(page.get_by_text("这次导入已撤销")).to_be_visible(timeout=IMPORT_MS)
    assert totals(page) == {}


ROWS = """客户名称,行业,总人数,客户状态
苏州香山营造,建筑,120,潜在客户
应县木作,建筑,很多,潜在客户
佛光寺文保,建筑,35,老朋友
""".encode("gb18030")


def test_rejected_rows_are_told_and_can_be_had(open_office: Visit) -> None:
    page = settled(open_office("/import?object=account", ADMIN))
    upload(page, "客户", {"name": "客户.csv", "mimeType": "text/csv", "buffer": ROWS})
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_text("1 行可以导入，2 行有问题")).to_be_visible(timeout=IMPORT_MS)
    mend_option(page, "老朋友", "成交客户")
    page.get_by_role("button", name="再试运行一次").click()
    expect(page.get_by_text("2 行可以导入，1 行有问题")).to_be_visible(timeout=IMPORT_MS)
    problem = page.get_by_role("row").filter(has_text="很多")
    expect(problem).to_contain_text("总人数")
    page.get_by_role("button", name="只导入没有问题的 2 行").click()
    expect(page.get_by_text("导入完成，1 行被拒绝")).to_be_visible(timeout=IMPORT_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载被拒绝的行").click()
    # As the file came, so that the program that wrote it reads it again.
    text = download.value.path().read_text(encoding="gb18030")
    assert "应县木作" in text
    assert "苏州香山营造" not in text
    page.get_by_role("link", name="查看客户").click()
    expect(page.get_by_role("link", name="佛光寺文保")).to_be_visible()


def mend_option(page: Page, text: str, option: str) -> None:
    """Say which option a text of the file means."""
    find(page.get_by_role("combobox", name=f"导入为: {text}"), option, option)


def test_what_is_no_table_is_refused_with_a_sentence(open_page: Visit, watch: Watch) -> None:
    watch.refusals.update({400, 422})
    page = settled(open_page("/import?object=account", LI_QIANG))
    page.locator("input[type=file]").set_input_files(
        {"name": "photo.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"}
    )
    expect(page.get_by_role("alert").filter(has_text="这个文件不能导入")).to_be_visible()


def test_who_may_not_import_is_told_so(open_page: Visit) -> None:
    page = settled(open_page("/import", WANG_FANG))
    expect(page.get_by_text("您没有导入权限")).to_be_visible()


def test_an_import_on_a_phone_in_english(open_page: Visit) -> None:
    page = settled(open_page("/import?object=account", EMMA, width=PHONE))
    rows = b"Account name,Employees\nTimber Frame Ltd,12\nBracket Works,7\n"
    page.locator("input[type=file]").set_input_files({"name": "a-2026.csv", "mimeType": "text/csv", "buffer": rows})
    expect(page.get_by_role("heading", name="Import accounts")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Trial run").click()
    page.get_by_role("button", name="Import 2 rows").click()
    expect(page.get_by_text("Import finished", exact=True)).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Undo the whole import").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo the whole import").click()
    expect(page.get_by_text("This import is undone")).to_be_visible()


def test_the_owner_of_a_record_in_the_way_is_asked_from_the_rejected_rows(site: Site, open_page: Visit) -> None:
    code = "91330000143000000K"
    with acting(site.database, ZHAO_MIN) as w:
        account(w, "温州雁荡阀门有限公司", tax_number=code)
    page = settled(open_page("/import?object=account", LI_QIANG))
    rows = f"客户名称,统一社会信用代码\n雁荡新厂,{code}\n温州龙湾新客户,\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "阀门.csv", "mimeType": "text/csv", "buffer": rows})
    expect(page.get_by_role("heading", name="导入客户")).to_be_visible()
    page.get_by_text("拒绝这一行").click()
    page.get_by_role("button", name="试运行").click()
    page.get_by_role("button", name="只导入没有问题的 1 行").click()
    expect(page.get_by_text("导入完成，1 行被拒绝")).to_be_visible(timeout=IMPORT_MS)
    page.get_by_role("row").filter(has_text="温***司").get_by_role("button", name="询问 赵敏").click()
    dialog = page.get_by_role("dialog", name="询问 赵敏")
    dialog.get_by_label("附言（可选）").fill("同一集团的新厂")
    dialog.get_by_role("button", name="发送").click()
    expect(notice(page, "已发送给 赵敏")).to_be_visible()

    owner = settled(open_page("/", ZHAO_MIN))
    owner.locator("button.bell").click()
    expect(owner.get_by_role("button", name="李强 询问您的客户“温州雁荡阀门有限公司”：同一集团的新厂")).to_be_visible()
