"""Imports through the door of the command line, on real PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter  # type: ignore[import-untyped]
import yaml

from dougong.access.resolve import resolve
from dougong.kit.errors import DougongError, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.apply import apply_package
from dougong.metadata.definitions import field_from_body
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Change, lock, update, writing
from dougong.records.transfer import job_rows
from dougong.records.transfer.command import import_file
from dougong.records.transfer.report import Report, lines
from dougong.records.transfer.undo import undo_import
from dougong.storage.schema import history, import_row, job
from tests.transfer.conftest import World

Write = Callable[[str, str | bytes], Path]


@dataclass
class Importing:
    world: World
    write: Write

    def __call__(
        self, object_name: str, content: str | bytes, mapping: dict[str, Any], login: str = "admin", **more: Any
    ) -> Report:
        path = self.write("data.csv", content)
        map_path = self.write("map.yaml", yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False))
        return import_file(self.world.database, object_name, path, map_path, login, **more)


@pytest.fixture
def importing(world: World, write: Write) -> Importing:
    return Importing(world, write)


ACCOUNTS = {"columns": {"名称": "name", "行业": "industry", "人数": "employees"}}


def test_rows_become_records_with_history(importing: Importing) -> None:
    report = importing("account", "名称,行业,人数\n华夏科技,科技,120\n鑫淼贸易,retail,\n", ACCOUNTS)
    assert (report.rows, report.created, report.rejected, report.state) == (2, 2, 0, "done")
    assert report.blanks == {"人数": 1}
    rows = importing.world.query("SELECT name, industry, employees, owner.login FROM account ORDER BY id")
    assert rows == [("华夏科技", "technology", 120, "admin"), ("鑫淼贸易", "retail", None, "admin")]
    with importing.world.database.snapshot() as snapshot:
        assert (
            snapshot.scalar(sa.select(sa.func.count()).select_from(history).where(history.c.object == "account")) == 2
        )
        found = snapshot.rows(sa.select(import_row).order_by(import_row.c.row))
        assert [(row.row, row.action) for row in found] == [(2, "create"), (3, "create")]
        kept = snapshot.one(sa.select(job))
    assert kept is not None
    assert (kept.state, kept.progress, kept.total) == ("done", 2, 2)


def test_every_rejected_row_is_reported_with_all_its_reasons(importing: Importing) -> None:
    content = "名称,行业,人数\n华夏,农业,很多\n,科技,1\n鑫淼,科技,5\n"
    report = importing("account", content.encode("gb18030"), ACCOUNTS)
    assert (report.created, report.rejected) == (1, 2)
    assert [(p["row"], p["column"], p["value"], p["code"]) for p in report.problems] == [
        (2, "行业", "农业", "value.unknown_option"),
        (2, "人数", "很多", "value.not_a_number"),
        (3, "名称", None, "field.required"),
    ]
    assert report.rejected_path is not None
    rejected = Path(report.rejected_path).read_bytes().decode("gb18030").splitlines()
    assert rejected[0] == "名称,行业,人数,失败原因"
    assert rejected[1].startswith("华夏,农业,很多,[行业 = 农业]")
    assert rejected[2].startswith(",科技,1,")
    assert all(problem["detail"] for problem in report.problems)
    assert any("华夏" not in line and "2" in line for line in lines(report, "zh"))


def test_a_corrected_file_of_rejected_rows_can_be_imported_as_it_is(importing: Importing) -> None:
    report = importing("account", "名称,行业,人数\n华夏,农业,1\n", ACCOUNTS)
    assert report.rejected_path is not None
    corrected = Path(report.rejected_path).read_text("utf-8-sig").replace("农业", "服务", 1)
    assert importing("account", corrected, ACCOUNTS).created == 1


def test_dates_numbers_and_booleans_are_as_declared_or_rejected(importing: Importing) -> None:
    mapping = {
        "columns": {
            "n": "name",
            "opened": {"field": "engage_date", "dates": ["%d-%m-%y", "%d.%m.%Y"], "century": 1950},
            "value": {"field": "amount", "decimal": ",", "thousands": "."},
        }
    }
    report = importing(
        "opportunity",
        'n,opened,value\na,20-10-16,"1.054,50"\nb,01.02.1999,"7,5"\nc,31-12-49,1\nd,2016-10-20,1\ne,31-02-16,1\nf,,1.05\n',
        mapping,
    )
    rows = importing.world.query("SELECT name, engage_date, amount FROM opportunity ORDER BY name")
    assert rows == [
        ("a", date(2016, 10, 20), Decimal("1054.50")),
        ("b", date(1999, 2, 1), Decimal("7.50")),
        ("c", date(2049, 12, 31), Decimal("1.00")),
    ]
    assert [(p["row"], p["code"]) for p in report.problems] == [
        (5, "transfer.date_format"),
        (6, "transfer.date_format"),
        (7, "value.not_a_number"),
    ]


def test_a_thousands_mark_that_was_not_declared_is_not_guessed(importing: Importing) -> None:
    report = importing("opportunity", 'n,value\na,"1,054"\n', {"columns": {"n": "name", "value": "amount"}})
    assert [p["code"] for p in report.problems] == ["value.not_a_number"]


def test_lookups_by_name_by_code_and_by_path(importing: Importing) -> None:
    world = importing.world
    world.create("admin", "product", {"name": "GTX Pro", "code": "P-1"})
    world.create("admin", "account", {"name": "华夏"}, {"name": "双胞胎"}, {"name": "双胞胎"})
    mapping = {
        "columns": {
            "n": "name",
            "p": {"field": "product_id", "by": "code"},
            "a": "account_id",
            "o": {"field": "owner_id", "by": "login"},
        }
    }
    report = importing(
        "opportunity",
        "n,p,a,o\nok,P-1,华夏,liqiang\nnone,P-2,华夏,liqiang\nmany,P-1,双胞胎,liqiang\nblank,,,\n",
        mapping,
    )
    assert [(p["row"], p["column"], p["code"]) for p in report.problems] == [
        (3, "p", "transfer.lookup_none"),
        (4, "a", "transfer.lookup_many"),
    ]
    rows = world.query(
        "SELECT name, product.name, account.name, owner.login, department.name FROM opportunity ORDER BY id"
    )
    assert rows == [("ok", "GTX Pro", "华夏", "liqiang", "华东"), ("blank", None, None, "admin", "公司")]


def test_a_lookup_finds_only_what_the_actor_may_see(importing: Importing) -> None:
    world = importing.world
    world.create("admin", "account", {"name": "别人的客户"})
    world.create("liqiang", "account", {"name": "自己的客户"})
    report = importing(
        "opportunity",
        "n,a\nx,别人的客户\ny,自己的客户\n",
        {"columns": {"n": "name", "a": "account_id"}},
        login="liqiang",
    )
    assert (report.created, [p["code"] for p in report.problems]) == (1, ["transfer.lookup_none"])


def test_polymorphic_lookups_name_their_object(importing: Importing) -> None:
    importing.world.create("admin", "account", {"name": "华夏"})
    mapping = {"columns": {"s": "subject", "a": {"field": "related_id", "object": "account"}}}
    assert importing("activity", "s,a\n拜访,华夏\n", mapping).created == 1
    assert importing.world.query("SELECT subject, related.name FROM activity") == [("拜访", "华夏")]


def test_addresses_by_part(importing: Importing) -> None:
    mapping = {"columns": {"n": "name", "省": "address.province", "市": "address.city", "街": "address.street"}}
    importing("account", "n,省,市,街\n华夏,浙江省,杭州市,文三路 1 号\n空,,,\n", mapping)
    rows = importing.world.query("SELECT name, address.province, address.city, address.street FROM account ORDER BY id")
    assert rows == [("华夏", "浙江省", "杭州市", "文三路 1 号"), ("空", None, None, None)]


def test_records_of_the_file_are_linked_whatever_their_order(importing: Importing) -> None:
    mapping = {"match": ["name"], "columns": {"n": "name", "p": {"field": "parent_id", "values": {"集团公司": "集团"}}}}
    report = importing("account", "n,p\n分公司,集团公司\n集团,\n子公司,分公司\n坏,没有的\n", mapping)
    assert (report.created, report.rejected, report.unlinked) == (3, 1, 0)
    rows = importing.world.query("SELECT name, parent.name FROM account ORDER BY id")
    assert rows == [("分公司", "集团"), ("集团", None), ("子公司", "分公司")]
    undo = undo_import(
        importing.world.database, importing.world.registry, importing.world.people["admin"], report.job_id or 0
    )
    assert (undo.deleted, undo.kept) == (3, 0)
    assert importing.world.count("account") == 0


UPSERT = {"match": ["code"], "columns": {"编码": "code", "名称": "name", "价格": "list_price"}}


@pytest.mark.parametrize(
    ("on_duplicate", "counts", "rows"),
    [
        ("update", (1, 2, 0, 0), [("P-1", "新名", Decimal(20)), ("P-2", "二改", Decimal(3))]),
        ("skip", (1, 0, 2, 0), [("P-1", "旧名", Decimal(10)), ("P-2", "二", Decimal(2))]),
        ("reject", (1, 0, 0, 2), [("P-1", "旧名", Decimal(10)), ("P-2", "二", Decimal(2))]),
    ],
)
def test_duplicates(
    importing: Importing, on_duplicate: str, counts: tuple[int, ...], rows: list[tuple[object, ...]]
) -> None:
    importing.world.create("admin", "product", {"name": "旧名", "code": "P-1", "list_price": "10"})
    content = "编码,名称,价格\nP-1,新名,20\nP-2,二,2\nP-2,二改,3\n"
    for dry_run in (True, False):
        report = importing("product", content, {**UPSERT, "on_duplicate": on_duplicate}, dry_run=dry_run)
        assert (report.created, report.updated, report.skipped, report.rejected) == counts
    assert importing.world.query("SELECT code, name, list_price FROM product ORDER BY code") == rows


def test_locked_records_are_left_as_they_are(importing: Importing) -> None:
    world = importing.world
    (locked,) = world.create("admin", "product", {"name": "旧名", "code": "P-1", "list_price": "10"})
    with world.database.transaction() as tx:
        lock(writing(tx, world.registry, world.people["admin"], "ui"), "product", [locked])
    content = "编码,名称,价格\nP-1,新名,20\nP-2,二,2\n"
    for dry_run in (True, False):
        report = importing("product", content, {**UPSERT, "on_duplicate": "update"}, dry_run=dry_run)
        assert (report.created, report.updated, report.rejected) == (1, 0, 1)
        assert [p["code"] for p in report.problems] == ["record.locked"]
    assert world.query("SELECT code, name FROM product ORDER BY code") == [("P-1", "旧名"), ("P-2", "二")]


def test_a_dry_run_finds_what_the_real_run_does_and_stores_nothing(importing: Importing) -> None:
    rows = [f"P-{n},产品 {n},{n}" for n in range(BATCH_MAX + 10)]
    rows[5] = "P-5,,5"
    rows[-1] = "P-7,重复,1"
    rows[-2] = "X,坏价格,abc"
    content = "编码,名称,价格\n" + "\n".join(rows) + "\n"
    mapping = {"columns": UPSERT["columns"]}
    tried = importing("product", content, mapping, dry_run=True)
    assert importing.world.count("product") == 0
    real = importing("product", content, mapping)
    assert (tried.created, tried.rejected) == (real.created, real.rejected) == (BATCH_MAX + 7, 3)
    assert (
        [p["row"] for p in tried.problems] == [p["row"] for p in real.problems] == [7, BATCH_MAX + 10, BATCH_MAX + 11]
    )


def test_a_dry_run_tells_which_links_within_the_file_will_fail(importing: Importing) -> None:
    importing.world.create("admin", "account", {"name": "旧母公司"})
    content = "名称,上级,人数\n子一,母,1\n母,,坏\n子二,子一,2\n双,,1\n双,,2\n子三,双,3\n子四,旧母公司,1\n"
    mapping = {"columns": {"名称": "name", "上级": "parent_id", "人数": "employees"}}
    tried, real = (importing("account", content, mapping, dry_run=dry_run) for dry_run in (True, False))
    assert (tried.unlinked, real.unlinked) == (2, 2)
    assert [(p["row"], p["code"]) for p in tried.problems] == [(p["row"], p["code"]) for p in real.problems]
    assert (tried.created, tried.rejected) == (real.created, real.rejected) == (6, 1)


def test_an_import_that_is_broken_off_ends_and_can_be_undone(importing: Importing) -> None:
    world = importing.world
    content = "名称,行业,人数\n" + "".join(f"客户 {n},科技,{n or '坏'}\n" for n in range(BATCH_MAX + 10))

    def break_off(_report: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing("account", content, ACCOUNTS, progress=break_off)
    with world.database.snapshot() as snapshot:
        kept = snapshot.one(sa.select(job))
    assert kept is not None
    assert (kept.state, kept.progress, kept.result_file_id is not None) == ("cancelled", BATCH_MAX, True)
    undone = undo_import(world.database, world.registry, world.people["admin"], kept.id)
    assert (undone.deleted, undone.kept) == (BATCH_MAX - 1, 0)


def test_rejected_cells_are_no_formulas_and_come_back_as_they_were(importing: Importing) -> None:
    content = "名称,人数\n=cmd|' /C calc'!A0,坏\n'=引号,坏\n＋86,坏\n-5,坏\n+86 138,坏\n"
    mapping = {"columns": {"名称": "name", "人数": "employees"}}
    report = importing("account", content, mapping)
    written = Path(report.rejected_path or "").read_bytes()
    # Excel knows UTF-8 by its mark only.
    assert written.startswith(b"\xef\xbb\xbf")
    cells = [line.split(",")[0] for line in written.decode("utf-8-sig").splitlines()[1:]]
    assert cells == ["'=cmd|' /C calc'!A0", "'=引号", "'＋86", "-5", "+86 138"]
    corrected = written.replace("坏".encode(), b"1")
    importing("account", corrected, {**mapping, "file": {"encoding": "utf-8"}})
    names = [row[0] for row in importing.world.query("SELECT name FROM account ORDER BY id")]
    assert names == ["=cmd|' /C calc'!A0", "=引号", "＋86", "-5", "+86 138"]


def test_undo_leaves_what_somebody_has_put_something_under(importing: Importing) -> None:
    world = importing.world
    mapping = {"columns": {"名称": "name"}, "fields": {"stage": "prospecting"}}
    report = importing("opportunity", "名称\n一\n二\n三\n", mapping)
    ids = dict(world.query("SELECT name, id FROM opportunity"))
    (product,) = world.create("admin", "product", {"name": "软件", "code": "P-1"})
    line = {"opportunity_id": ids["一"], "product_id": product, "quantity": 1}
    world.create("admin", "opportunity_line", line)
    visit = {"subject": "拜访", "type": "visit", "related_id": {"object": "opportunity", "id": ids["二"]}}
    world.create("admin", "activity", visit)
    undone = undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert (undone.deleted, undone.kept) == (1, 2)
    # The line has changed the amount of its deal as well.
    assert {reason["code"] for reason in undone.reasons} == {"record.has_children", "transfer.changed_since"}
    assert (world.count("opportunity"), world.count("opportunity_line"), world.count("activity")) == (2, 1, 1)


def test_undo_leaves_no_trace(importing: Importing) -> None:
    world = importing.world
    world.create("admin", "product", {"name": "旧名", "code": "P-1", "list_price": "10", "family": "旧"})
    everything = "SELECT code, name, list_price, family, unit, active FROM product ORDER BY code"
    before = world.query(everything)
    report = importing("product", "编码,名称,价格\nP-1,新名,20\nP-2,二,2\n", {**UPSERT, "on_duplicate": "update"})
    assert len(world.query(everything)) == 2
    undone = undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert (undone.deleted, undone.restored, undone.kept) == (1, 1, 0), undone.reasons
    assert world.query(everything) == before
    with world.database.snapshot() as snapshot:
        assert job_rows.load_job(snapshot, report.job_id or 0).state == "undone"
    with pytest.raises(DougongError) as refused:
        undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert refused.value.code == "transfer.not_undoable"


def test_undo_leaves_what_somebody_has_worked_on_and_says_so(importing: Importing) -> None:
    world = importing.world
    report = importing("account", "名称,行业,人数\n一,科技,1\n二,科技,2\n", ACCOUNTS)
    ids = [row[0] for row in world.query("SELECT id FROM account ORDER BY id")]
    with world.database.transaction() as tx:
        update(writing(tx, world.registry, world.people["admin"], "ui"), "account", [Change(ids[0], {"employees": 7})])
    undone = undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert (undone.deleted, undone.kept) == (1, 1)
    assert undone.reasons[0] == {"record_id": str(ids[0]), "code": "transfer.changed_since", "params": {}}
    assert world.query("SELECT name FROM account") == [("一",)]


def test_undo_keeps_what_others_hold_on_to(importing: Importing) -> None:
    world = importing.world
    report = importing("account", "名称,行业,人数\n一,科技,1\n二,科技,2\n", ACCOUNTS)
    account = world.query("SELECT id FROM account WHERE name = '一'")[0][0]
    world.create("admin", "contact", {"name": "王芳", "account_id": account})
    undone = undo_import(world.database, world.registry, world.people["admin"], report.job_id or 0)
    assert (undone.deleted, undone.kept) == (1, 1)
    assert world.query("SELECT name FROM account") == [("一",)]


def test_undo_is_for_the_one_who_imported_and_for_administrators(importing: Importing) -> None:
    world = importing.world
    report = importing("account", "名称,行业,人数\n一,科技,1\n", ACCOUNTS)
    with pytest.raises(DougongError) as refused:
        undo_import(world.database, world.registry, world.people["liqiang"], report.job_id or 0)
    assert (refused.value.code, refused.value.status) == ("transfer.job_not_found", 404)


def test_without_the_right_to_import_nothing_happens(importing: Importing) -> None:
    with pytest.raises(DougongError) as refused:
        importing("account", "名称,行业,人数\n一,科技,1\n", ACCOUNTS, login="wangfang")
    assert refused.value.status == 403
    assert importing.world.count("account") == 0
    with importing.world.database.snapshot() as snapshot:
        assert snapshot.rows(sa.select(job)) == []


def test_a_file_that_is_refused_leaves_no_trace(importing: Importing) -> None:
    with pytest.raises(DougongError):
        importing("account", '名称,行业,人数\n一,科技,1\n"二,科技,2\n', ACCOUNTS)
    with pytest.raises(Refused):
        importing("account", "名称,行业,人数\n一,科技,1\n", {"columns": {"名称": "nmae"}})
    assert importing.world.count("account") == 0
    with importing.world.database.snapshot() as snapshot:
        assert snapshot.rows(sa.select(job)) == []


def test_one_file_feeds_several_objects(importing: Importing) -> None:
    content = "人,经理,办公室\n甲,王,东\n乙,王,东\n丙,李,西\n"
    mapping = {"distinct": ["办公室"], "columns": {"人": None, "经理": None, "办公室": "name"}}
    report = importing("department", content, mapping)
    assert (report.created, report.repeated) == (2, 1)
    mapping = {
        "distinct": ["经理", "办公室"],
        "columns": {"人": None, "办公室": "parent_id"},
        "fields": {"name": {"template": "{经理}的团队"}},
    }
    assert importing("department", content, mapping).created == 2
    rows = importing.world.query("SELECT name, parent.name FROM department WHERE parent_id != NULL ORDER BY id")
    assert rows == [("王的团队", "东"), ("李的团队", "西")]


def test_blank_cells_do_what_the_mapping_says(importing: Importing) -> None:
    world = importing.world
    world.create("admin", "product", {"name": "甲", "code": "1", "family": "旧", "unit": "台"})
    mapping = {
        "match": ["code"],
        "on_duplicate": "update",
        "columns": {
            "code": {"field": "code", "blank": "reject"},
            "name": {"field": "name", "default": "无名"},
            "family": {"field": "family", "blank": "clear"},
            "unit": {"field": "unit", "blank": "allow"},
            "price": {"field": "list_price", "blank": "skip"},
        },
    }
    report = importing("product", "code,name,family,unit,price\n1,甲,,,5\n2,,,,6\n3,丙,,,\n,丁,,,7\n", mapping)
    assert (report.created, report.updated, report.skipped, report.rejected) == (1, 1, 1, 1)
    assert [p["code"] for p in report.problems] == ["transfer.blank"]
    rows = world.query("SELECT code, name, family, unit FROM product ORDER BY code")
    assert rows == [("1", "甲", None, "台"), ("2", "无名", None, None)]


def test_excel_cells_keep_their_types(importing: Importing, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["主题", "时间", "截止", "类型"])
        sheet.write_row(1, 0, ["拜访 1", "", "", "拜访"])
        sheet.write_datetime(1, 1, datetime(2026, 3, 1, 9, 30), day)  # noqa: DTZ001  # Excel knows no zones
        sheet.write_datetime(1, 2, datetime(2026, 3, 2), day)  # noqa: DTZ001
        sheet.write_row(2, 0, [12, "不是时间", "", "拜访"])
    map_path = importing.write("map.yaml", "columns: {主题: subject, 时间: start_at, 截止: due_date, 类型: type}")
    report = import_file(importing.world.database, "activity", path, map_path, "admin")
    assert (report.created, report.rejected) == (1, 1)
    assert report.problems[0]["column"] == "时间"
    rows = importing.world.query("SELECT subject, start_at, due_date, type FROM activity")
    assert rows == [("拜访 1", datetime(2026, 3, 1, 1, 30, tzinfo=UTC), date(2026, 3, 2), "visit")]
    assert report.rejected_path is not None
    assert Path(report.rejected_path).read_text("utf-8-sig").splitlines()[1].startswith("12,不是时间,,拜访,")


def test_a_failed_formula_is_rejected_unless_the_mapping_says_what_it_means(
    importing: Importing, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "data.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "人数"])
        for row, (formula, value) in enumerate((("=1+1", 2), ("=1/0", "#DIV/0!"), ("=NA()", "#N/A")), 1):
            sheet.write_string(row, 0, f"第 {row} 家")
            sheet.write_formula(row, 1, formula, None, value)
    mapping = {"columns": {"名称": "name", "人数": {"field": "employees", "values": {"#N/A": ""}}}}
    report = importing("account", (tmp_path / "data.xlsx").read_bytes(), mapping)
    assert (report.created, report.rejected, report.corrections) == (2, 1, {"人数": {"#N/A → ": 1}})
    assert [(p["row"], p["column"], p["value"], p["code"]) for p in report.problems] == [
        (3, "人数", "#DIV/0!", "transfer.cell_faulty")
    ]
    assert importing.world.query("SELECT name, employees FROM account ORDER BY id") == [
        ("第 1 家", 2),
        ("第 3 家", None),
    ]


def test_an_unknown_person_or_object_or_map_is_told(importing: Importing) -> None:
    for more, code in (({"login": "nobody"}, "transfer.no_such_login"),):
        with pytest.raises(DougongError) as refused:
            importing("account", "名称\n一\n", {"columns": {"名称": "name"}}, **more)
        assert refused.value.code == code
    with pytest.raises(DougongError) as refused:
        importing("acount", "名称\n一\n", {"columns": {"名称": "name"}})
    assert (refused.value.code, refused.value.params["nearest"]) == ("metadata.unknown_object", "account")
    with pytest.raises(DougongError) as refused:
        import_file(
            importing.world.database,
            "account",
            Path("/nowhere.csv"),
            importing.write("m.yaml", "columns: {a: name}"),
            "admin",
        )
    assert refused.value.code == "transfer.file_unreadable"


def test_a_hidden_field_finds_nobody(importing: Importing) -> None:
    world = importing.world
    profile = world.query("SELECT id FROM profile WHERE key = 'sales_manager'")[0][0]
    world.create(
        "admin",
        "field_permission",
        {"profile_id": profile, "object_name": "account", "field_name": "tax_number", "level": "hidden"},
    )
    with world.database.snapshot() as snapshot:
        world.people["liqiang"] = resolve(snapshot, world.registry, world.people["liqiang"].user_id or 0)
    mapping = {"columns": {"n": "name", "a": {"field": "account_id", "by": "tax_number"}}}
    with pytest.raises(Refused) as refused:
        importing("opportunity", "n,a\nx,1\n", mapping, login="liqiang")
    (problem,) = refused.value.problems
    assert problem.code == "transfer.field_unknown"
    assert problem.params["nearest"] != "tax_number"
    with pytest.raises(Refused) as refused:
        importing("account", "n,t\nx,1\n", {"columns": {"n": "name", "t": "tax_number"}}, login="liqiang")
    assert refused.value.problems[0].code == "transfer.field_unknown"


def test_reasons_are_told_in_the_language_asked_for(importing: Importing) -> None:
    report = importing("account", "名称,行业,人数\n一,科技,很多\n", ACCOUNTS, language="en")
    assert "number" in report.problems[0]["detail"]
    assert (
        Path(report.rejected_path or "").read_text("utf-8-sig").splitlines()[0] == "名称,行业,人数,Reason for rejection"
    )


def test_an_option_that_is_switched_off_is_a_problem_of_its_row(importing: Importing) -> None:
    """Its label is known, but only records that have it may keep it (domain.md 5.4)."""
    world = importing.world
    with world.database.transaction() as tx:
        industry = world.registry.option_sets["industry"]
        off = tuple(replace(o, active=o.value != "retail") for o in industry.options)
        apply_package(tx, Package(option_sets={"industry": replace(industry, options=off)}))
    report = importing("account", "名称,行业,人数\n华夏科技,科技,120\n鑫淼贸易,零售,\n", ACCOUNTS)
    assert (report.created, report.rejected) == (1, 1)
    assert [(p["row"], p["field"], p["code"]) for p in report.problems] == [(3, "industry", "value.inactive_option")]


def test_a_label_that_several_options_share_is_read_by_its_controlling_column(importing: Importing) -> None:
    world = importing.world
    with world.database.transaction() as tx:
        account = without_system_fields(world.registry.objects["account"])
        label = {"zh": "区划", "en": "Division"}
        bodies = (
            {"name": "province", "option_set": "china_province"},
            {"name": "city", "option_set": "china_city", "controlled_by": "province"},
            {"name": "district", "option_set": "china_district", "controlled_by": "city"},
        )
        more = {b["name"]: field_from_body({"type": "select", "label": label, **b}) for b in bodies}
        apply_package(tx, Package(objects={"account": replace(account, fields={**account.fields, **more})}))
    columns = {"columns": {"名称": "name", "省": "province", "市": "city", "区": "district"}}
    content = "名称,省,市,区\n甲,吉林省,长春市,朝阳区\n乙,北京市,北京市,朝阳区\n丙,浙江省,杭州市,朝阳区\n"
    report = importing("account", content, columns)
    assert (report.created, report.rejected) == (2, 1)
    assert [(p["row"], p["field"], p["code"]) for p in report.problems] == [(4, "district", "value.option_not_offered")]
    with world.database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        table = registry.tables["account"]
        found = snapshot.rows(sa.select(table.c.name, table.c.district).order_by(table.c.id))
        assert [(row.name, row.district) for row in found] == [("甲", "220104"), ("乙", "110105")]
