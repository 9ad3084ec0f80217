import codecs
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from dougong.kit import limits
from dougong.kit.errors import DougongError
from dougong.records.transfer import reading
from dougong.records.transfer.guards import guarded, reguarded, unguarded
from dougong.records.transfer.reading import open_sheet
from dougong.records.transfer.workbooks import FaultyCell

Write = Callable[[str, str | bytes], Path]

CHINESE = "客户名称,城市\r\n北京华夏科技有限公司,北京\r\n上海鑫淼贸易有限公司,上海\r\n"
UTF8 = CHINESE.encode()
GB = CHINESE.encode("gb18030")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (UTF8, "utf-8"),
        (codecs.BOM_UTF8 + UTF8, "utf-8-sig"),
        (GB, "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        ("名称\n联通\n".encode("gb18030"), "gb18030"),
        ("名称\n㐂镕喆堃有限公司以及其他一些常用的汉字\n".encode("gb18030"), "gb18030"),
        (b"name\nACME\n", "utf-8"),
    ],
)
def test_encodings_are_found(write: Write, content: bytes, encoding: str) -> None:
    sheet = open_sheet(write("a.csv", content))
    assert sheet.encoding == encoding
    text = content.decode(encoding).lstrip("\ufeff").splitlines()
    assert [",".join(map(str, cells)) for _, cells in sheet.rows()] == text[1:]


BAD: dict[str, tuple[bytes, str, dict[str, object]]] = {
    "empty": (b"", "transfer.file_empty", {}),
    "only blank lines": (b"\r\n\r\n", "transfer.file_empty", {}),
    "header only": (b"a,b\n", "transfer.no_rows", {}),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40, "transfer.file_binary", {}),
    "a NUL far inside": (b"a,b\n" + b"1,2\n" * 2000 + b"x\0,3\n", "transfer.file_nul", {"byte": 8006}),
    "mixed, UTF-8 first": (
        UTF8 + "广州市天河区".encode("gb18030") + b",1\n",
        "transfer.encoding_mixed",
        {"line": 4, "other": 1},
    ),
    "mixed, GBK first": (GB + "广州市天河区,广州\n".encode(), "transfer.encoding_mixed", {"line": 1, "other": 4}),
    "western": ("name,city\nJosé,Málaga\nRenée,Orléans\n".encode("cp1252"), "transfer.encoding_unknown", {"line": 2}),
    "broken quote at the end": (b'a,b\n1,"2\n3,4\n', "transfer.quote_broken", {"row": 2, "line": 2}),
    "text behind a quote": (b'a,b\n1,2\n"x"y,4\n', "transfer.quote_broken", {"row": 3}),
    "too few columns": (b"a,b,c\n1,2,3\n1,2\n", "transfer.columns_wrong", {"row": 3, "expected": 3, "found": 2}),
    "too many columns": (b"a,b\n1,2\n1,2,3\n", "transfer.columns_wrong", {"row": 3, "expected": 2, "found": 3}),
    "title twice": (b"a,b,a\n1,2,3\n", "transfer.header_duplicate", {"column": "a"}),
    "title blank": (b"a,,c\n1,2,3\n", "transfer.header_blank", {"position": 2}),
    "no workbook": (b"PK\x03\x04garbage", "transfer.workbook_broken", {}),
    "no old workbook": (bytes.fromhex("D0CF11E0A1B11AE1") + b"garbage" * 100, "transfer.workbook_broken", {}),
    "enormous cell": (b"a,b\n1," + b"x" * 200_000 + b"\n", "transfer.cell_too_long", {"row": 2}),
    "too many titles": (",".join(f"c{n}" for n in range(401)).encode() + b"\n", "transfer.columns_many", {}),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_the_place(write: Write, name: str) -> None:
    content, code, params = BAD[name]
    with pytest.raises(DougongError) as refused:
        open_sheet(write("bad.csv", content))
    assert refused.value.code == code
    assert refused.value.status in {400, 413}
    assert {key: refused.value.params[key] for key in params} == params


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(limits.UPLOAD_BYTES_MAX + 1)
    with pytest.raises(DougongError) as refused:
        open_sheet(path)
    assert (refused.value.code, refused.value.status) == ("transfer.file_too_large", 413)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(300):
            sheet.write_string(row, 0, "x" * 500)
    monkeypatch.setattr(reading, "WORKBOOK_BYTES_MAX", 1000)
    with pytest.raises(DougongError) as refused:
        open_sheet(path)
    assert refused.value.code == "transfer.workbook_too_large"


def test_rows_are_numbered_as_a_spreadsheet_shows_them(write: Write) -> None:
    sheet = open_sheet(write("a.csv", 'a,b\n1,"two\nlines"\n\n,\n3,4\n'))
    assert list(sheet.rows()) == [(2, ["1", "two\nlines"]), (5, ["3", "4"])]
    assert sheet.count == 2


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_separators_are_found(write: Write, delimiter: str) -> None:
    sheet = open_sheet(write("a.csv", f'a{delimiter}"b,c"\n1{delimiter}2,5\n'))
    assert (sheet.columns, sheet.delimiter) == (("a", "b,c"), delimiter)


def test_a_separator_at_the_end_of_each_line_is_no_column(write: Write) -> None:
    sheet = open_sheet(write("a.csv", "a,b,\n1,2,\n"))
    assert sheet.columns == ("a", "b")
    with pytest.raises(DougongError):
        open_sheet(write("b.csv", "a,b,\n1,2,3\n"))


def test_a_declared_encoding_is_believed_and_checked(write: Write) -> None:
    path = write("a.csv", "name,city\nJosé,Málaga\n".encode("cp1252"))
    assert next(iter(open_sheet(path, encoding="cp1252").rows()))[1] == ["José", "Málaga"]
    with pytest.raises(DougongError) as refused:
        open_sheet(path, encoding="utf-8")
    assert (refused.value.code, refused.value.params["line"]) == ("transfer.encoding_wrong", 2)
    with pytest.raises(DougongError) as refused:
        open_sheet(path, encoding="rot13")
    assert refused.value.code == "transfer.encoding_not_known"


def test_excel(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet("说明").write_row(0, 0, ["只是", "说明"])
        sheet = book.add_worksheet("客户")
        sheet.write_row(1, 0, ["名称", "人数", "成立", "启用"])
        sheet.write_row(3, 0, ["华夏科技", 120])
        sheet.write_datetime(3, 2, date(2015, 3, 9), day)
        sheet.write_boolean(3, 3, True)
    found = open_sheet(path, sheet="客户")
    assert (found.format, found.columns, found.count) == ("excel", ("名称", "人数", "成立", "启用"), 1)
    assert list(found.rows()) == [(4, ["华夏科技", 120.0, date(2015, 3, 9), True])]
    assert found.samples == (("华夏科技",), ("120",), ("2015-03-09",), ("True",))
    with pytest.raises(DougongError) as refused:
        open_sheet(path, sheet="客戶")
    assert refused.value.code == "transfer.sheet_unknown"
    assert refused.value.params["known"] == "说明, 客户"


def workbook(path: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        fill(book)
    return path


def test_the_first_visible_worksheet_with_content_is_read(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("隐藏").write_row(0, 0, ["秘密"])
        book.worksheets()[0].hide()
        book.add_worksheet("封面")
        book.add_worksheet("客户").write_row(0, 0, ["名称", "人数"])
        book.worksheets()[2].write_row(1, 0, ["华夏", 5])
        book.worksheets()[2].activate()

    path = workbook(tmp_path / "book.xlsx", fill)
    found = open_sheet(path)
    assert (found.name, found.sheets, found.count) == ("客户", ("客户", "封面"), 1)
    with pytest.raises(DougongError) as refused:
        open_sheet(path, sheet="封面")
    assert (refused.value.code, refused.value.params["known"]) == ("transfer.sheet_empty", "客户, 封面")


def test_a_formula_without_a_value_is_no_blank(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["名称", "人数", "备注"])
        for row, (formula, value) in enumerate(
            (("=1/0", "#DIV/0!"), ('=VLOOKUP("<a>",A1:B2,2)', "#N/A"), ("=A1", ""), ("=1+1", 2), ('="a"&"b"', "ab")), 3
        ):
            sheet.write_string(row, 1, f"第 {row + 1} 行")
            sheet.write_formula(row, 2, formula, None, value)
        sheet.write_row(8, 1, ["空", None, "x"])

    found = open_sheet(workbook(tmp_path / "book.xlsx", fill))
    cells = [(number, cells[1], isinstance(cells[1], FaultyCell)) for number, cells in found.rows()]
    assert cells == [
        (4, "#DIV/0!", True),
        (5, "#N/A", True),
        (6, "=A1", True),
        (7, 2.0, False),
        (8, "ab", False),
        (9, "", False),
    ]


@given(st.text())
def test_guards_can_be_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}
    assert unguarded(reguarded(text)) == unguarded(text)
