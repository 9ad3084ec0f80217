"""What goes out: the fast columns are written as their types' own `wire` says."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dougong.http.wire import AS_THEY_ARE, dumps, page_body
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import FieldType, Label
from dougong.records.api import ChildPage, OutputColumn, Page

SAMPLES = [
    "文本",
    "",
    True,
    7,
    ["a", "b"],
    date(2026, 3, 1),
    datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    datetime(2026, 3, 1, 9, 30, 1, 20, tzinfo=ZoneInfo("UTC")),
]


@pytest.mark.parametrize("field_type", sorted(AS_THEY_ARE))
def test_what_is_written_as_it_is_equals_its_wire(field_type: FieldType) -> None:
    dates = {FieldType.DATE: date, FieldType.DATETIME: datetime}
    for sample in SAMPLES:
        if field_type in dates and type(sample) is not dates[field_type]:
            continue
        assert json.loads(dumps(sample)) == json.loads(dumps(KINDS[field_type].wire(sample)))


def test_decimals_and_labels() -> None:
    assert json.loads(dumps({"a": Decimal("1E+3"), "b": Decimal("0.10"), "c": Label("一", "one")})) == {
        "a": "1000",
        "b": "0.10",
        "c": {"zh": "一", "en": "one"},
    }


def test_a_page() -> None:
    columns = (
        OutputColumn("id", FieldType.ID, None, "id"),
        OutputColumn("amount", FieldType.CURRENCY, None, "number"),
        OutputColumn("n", None, None, "number"),
    )
    child = ChildPage("lines", (OutputColumn("id", FieldType.ID, None, "id"),), [[(5,), (6,)], []])
    page = Page(columns, [(1, Decimal("12.00"), 3), (2, None, 0)], "cursor", (child,))
    assert json.loads(dumps(page_body(page))) == {
        "columns": [
            {"name": "id", "type": "id"},
            {"name": "amount", "type": "currency"},
            {"name": "n", "type": "number"},
        ],
        "rows": [
            {"id": "1", "amount": "12.00", "n": 3, "lines": {"rows": [{"id": "5"}, {"id": "6"}]}},
            {"id": "2", "amount": None, "n": 0, "lines": {"rows": []}},
        ],
        "next": "cursor",
        "truncated": False,
    }
