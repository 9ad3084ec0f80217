"""What leaves: only what the reader may see, harmless in a spreadsheet, and taken in again without loss."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dougong.kit.errors import BadRequest, DougongError, Forbidden
from dougong.records.api import Query, Reading, columns_of, parse_soql
from dougong.records.transfer.command import import_file
from dougong.records.transfer.exporter import export_query
from dougong.records.transfer.exports import export_content, run_stored_export, start_export
from dougong.records.transfer.finished import file_job_wire
from dougong.records.transfer.job_rows import get_job
from dougong.records.transfer.query_json import query_from_json, query_to_json
from dougong.storage.schema import change
from tests.transfer.conftest import World


def exported(world: World, query: Query, path: Path, login: str = "admin", form: Any = "csv") -> int:
    with world.database.consistent_snapshot() as snapshot:
        return export_query(Reading(snapshot, world.registry, world.people[login]), query, path, form)


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def test_headers_labels_names_and_numbers(world: World, tmp_path: Path) -> None:
    (account,) = world.create("admin", "account", {"name": "华夏", "industry": "software"})
    world.create(
        "admin",
        "opportunity",
        {"name": "一", "account_id": account, "amount": "1234.50", "stage": "won", "close_date": "2026-03-01"},
        {"name": "二"},
    )
    names = ("name", "account_id", "account.industry", "stage", "amount", "close_date", "owner.department_id")
    query = Query(
        "opportunity",
        columns_of(names),
        order=parse_soql("SELECT id FROM opportunity ORDER BY id", world.registry).order,
    )
    path = tmp_path / "a.csv"
    assert exported(world, query, path) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows_of(path) == [
        ["机会名称", "客户", "客户.行业", "销售阶段", "销售金额", "结单日期", "所有人.主部门"],
        ["一", "华夏", "软件", "赢单", "1234.50", "2026-03-01", "公司"],
        ["二", "", "", "初步接洽", "", "", "公司"],
    ]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1+1", "''=x", "'quoted'", "plain", '=HYPERLINK("http://x")']


def test_no_text_is_a_formula(world: World, tmp_path: Path) -> None:
    world.create("admin", "account", *[{"name": text, "description": text} for text in FORMULAS])
    query = Query("account", columns_of(("name", "description")))
    exported(world, query, tmp_path / "a.csv")
    for row in rows_of(tmp_path / "a.csv")[1:]:
        assert all(cell[:1] not in {"=", "+", "-", "@", "\t", "\r"} for cell in row)
    exported(world, query, tmp_path / "a.xlsx", form="xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    sheet = book.get_sheet_by_index(0).to_python()
    assert {row[0] for row in sheet[1:]} == {text.strip() for text in FORMULAS}


def test_excel_has_typed_cells(world: World, tmp_path: Path) -> None:
    world.create("admin", "opportunity", {"name": "一", "amount": "1054.50", "close_date": "2026-03-01"})
    world.create("admin", "opportunity", {"name": "二", "close_date": "1899-12-31"})
    query = Query("opportunity", columns_of(("name", "amount", "close_date", "id")))
    exported(world, query, tmp_path / "a.xlsx", form="xlsx")
    second, row = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()[1:]
    assert row[:2] == ["一", 1054.5]
    assert str(row[2]) == "2026-03-01"
    # Before Excel's first day: a text, because as a number it would be another day.
    assert second[:3] == ["二", "", "1899-12-31"]


def test_only_what_one_may_see_leaves(world: World, tmp_path: Path) -> None:
    world.create("admin", "account", {"name": "别人的"})
    world.create("liqiang", "account", {"name": "自己的"})
    query = Query("account", columns_of(("name",)))
    assert exported(world, query, tmp_path / "a.csv", "liqiang") == 1
    assert rows_of(tmp_path / "a.csv")[1:] == [["自己的"]]
    with pytest.raises(Forbidden):
        exported(world, query, tmp_path / "b.csv", "wangfang")


def test_aggregates_can_be_exported(world: World, tmp_path: Path) -> None:
    world.create(
        "admin", "opportunity", {"name": "一", "amount": 5, "stage": "won"}, {"name": "二", "amount": 6, "stage": "won"}
    )
    query = parse_soql("SELECT stage, COUNT(id), SUM(amount) FROM opportunity GROUP BY stage", world.registry)
    exported(world, query, tmp_path / "a.csv")
    assert rows_of(tmp_path / "a.csv") == [["销售阶段", "编号 数量", "销售金额 合计"], ["赢单", "2", "11.00"]]


def test_an_export_job(world: World) -> None:
    database, registry, liqiang = world.database, world.registry, world.people["liqiang"]
    world.create("liqiang", "account", {"name": "华夏"}, {"name": "鑫淼"})
    query = parse_soql("SELECT name FROM account WHERE name LIKE '华%' ORDER BY name", registry)
    assert query_from_json(query_to_json(query)).where == query.where
    job = start_export(database, registry, liqiang, query, "csv")
    assert (job.state, job.total) == ("waiting", 1)
    run_stored_export(database, job.id)
    with database.snapshot() as snapshot:
        done = file_job_wire(get_job(snapshot, liqiang, job.id, "export"))
        noted = snapshot.one(sa.select(change).where(change.c.action == "export"))
    assert (done["state"], done["progress"], done["total"]) == ("done", 1, 1)
    assert noted is not None
    assert (noted.actor_id, noted.object, noted.size) == (liqiang.user_id, "account", 1)
    name, content_type, content = export_content(database, liqiang, job.id)
    assert (name.startswith("account-"), content_type) == (True, "text/csv")
    assert b"".join(content).decode("utf-8-sig") == "客户名称\r\n华夏\r\n"
    with pytest.raises(DougongError) as refused:
        export_content(database, world.people["wangfang"], job.id)
    assert refused.value.status == 404


def test_an_export_that_cannot_be_is_refused_at_once(world: World) -> None:
    query = Query("account", columns_of(("name",)))
    with pytest.raises(Forbidden):
        start_export(world.database, world.registry, world.people["wangfang"], query, "csv")
    with pytest.raises(BadRequest) as refused:
        start_export(world.database, world.registry, world.people["admin"], query, "pdf")
    assert refused.value.code == "transfer.export_format"
    with pytest.raises(BadRequest):
        start_export(
            world.database, world.registry, world.people["admin"], Query("account", columns_of(("nmae",))), "csv"
        )


texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30)
products = st.lists(
    st.tuples(texts, texts, st.decimals(min_value=0, max_value=10**9, places=2), st.booleans()), min_size=1, max_size=8
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_rows=products)
def test_what_was_exported_is_imported_without_loss(shared_world: World, tmp_path: Path, given_rows: list[Any]) -> None:
    world = shared_world
    rows = [
        {"name": f"x{name}", "family": family, "list_price": str(price), "active": active}
        for name, family, price, active in given_rows
    ]
    world.create("admin", "product", *rows)
    soql = "SELECT name, family, list_price, active FROM product ORDER BY id"
    before = world.query(soql)
    query = parse_soql(soql, world.registry)
    path, map_path = tmp_path / "out.csv", tmp_path / "map.yaml"
    exported(world, query, path)
    delete_all(world)
    columns = {"产品名称": "name", "系列": "family", "标准价格": "list_price", "启用": "active"}
    map_path.write_text(yaml.safe_dump({"columns": columns}, allow_unicode=True))
    report = import_file(world.database, "product", path, map_path, "admin")
    assert report.rejected == 0
    assert world.query(soql) == before
    delete_all(world)


def delete_all(world: World) -> None:
    table = world.registry.tables["product"]
    with world.database.transaction() as tx:
        tx.execute(sa.delete(table))


def test_money_is_exact(world: World, tmp_path: Path) -> None:
    world.create("admin", "opportunity", {"name": "一", "amount": "9999999999999.99"})
    exported(world, Query("opportunity", columns_of(("amount",))), tmp_path / "a.csv")
    assert Decimal(rows_of(tmp_path / "a.csv")[1][0]) == Decimal("9999999999999.99")
