"""Types that not every value fits: what does not is told with samples, the rest is converted, and nothing is lost."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.metadata.apply import apply
from dougong.metadata.changes import ChangedField, changed
from dougong.metadata.conversions import CHECKED
from dougong.metadata.field_types import KINDS
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import load_registry
from dougong.storage.engine import Database

LABEL = {"zh": "甲", "en": "A"}
OPTIONS = [{"value": "high", "label": {"zh": "高", "en": "High"}}, {"value": "low", "label": {"zh": "低", "en": "Low"}}]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def planned(database: Database, **body: Any) -> Plan:
    with database.snapshot() as snapshot:
        registry = load_registry(snapshot)
        wanted = changed(registry, [ChangedField("account", "probe", {"label": LABEL, **body})])
        return plan(registry, wanted, snapshot, prune=True)


def put(database: Database, made: Plan) -> None:
    with database.transaction() as tx:
        apply(tx, made)


def held(database: Database, *values: Any) -> list[int]:
    ids = []
    with database.transaction() as tx:
        table = load_registry(tx).tables["account"]
        for n, value in enumerate(values):
            row = sa.insert(table).values(created_at=NOW, updated_at=NOW, name=f"客户{n}", probe=value)
            ids.append(int(tx.scalar(row.returning(table.c.id))))
    return ids


def probes(database: Database) -> list[Any]:
    with database.snapshot() as snapshot:
        table = load_registry(snapshot).tables["account"]
        return [row.probe for row in snapshot.rows(sa.select(table.c.probe).order_by(table.c.id))]


CASES: list[tuple[dict[str, Any], dict[str, Any], list[tuple[Any, Any]], Any]] = [
    ({"type": "text"}, {"type": "integer"}, [("12", 12), (" -7 ", -7), (None, None)], "1.5"),
    ({"type": "text"}, {"type": "decimal", "scale": 2}, [("1.25", Decimal("1.25")), ("3", Decimal(3))], "1.234"),
    ({"type": "text"}, {"type": "currency"}, [("100", Decimal(100))], "¥100"),
    ({"type": "text"}, {"type": "email"}, [("a@b.cn", "a@b.cn"), (None, None)], "no address"),
    (
        {"type": "text"},
        {"type": "select", "options": OPTIONS},
        [("高", "high"), ("Low", "low"), ("high", "high")],
        "中",
    ),
    (
        {"type": "text"},
        {"type": "date"},
        [
            ("2026-03-01", date(2026, 3, 1)),
            ("2024/2/29", date(2024, 2, 29)),
            (" 2026年1月5日 ", date(2026, 1, 5)),
            ("", None),
        ],
        "2026-02-30",
    ),
    (
        {"type": "text"},
        {"type": "datetime"},
        [("2026-03-01 08:30", datetime(2026, 3, 1, 0, 30, tzinfo=UTC))],
        "明天",
    ),
    ({"type": "decimal", "scale": 2}, {"type": "integer"}, [("2", 2), ("3.00", 3)], "2.5"),
    ({"type": "long_text"}, {"type": "text", "length": 5}, [("短", "短")], "太长了的文字"),
    ({"type": "integer"}, {"type": "text"}, [(12, "12")], None),
    (
        {"type": "multi_select", "options": OPTIONS},
        {"type": "select", "options": OPTIONS},
        [(["high"], "high"), (None, None)],
        ["high", "low"],
    ),
    (
        {"type": "date"},
        {"type": "datetime"},
        [(datetime(2026, 2, 28).date(), datetime(2026, 2, 27, 16, tzinfo=UTC))],  # noqa: DTZ001  # only its day
        None,
    ),
]


@pytest.mark.parametrize(("old", "new", "fitting", "misfit"), CASES)
def test_a_value_is_converted_or_told(
    database: Database, old: dict[str, Any], new: dict[str, Any], fitting: list[tuple[Any, Any]], misfit: Any
) -> None:
    put(database, planned(database, **old))
    ids = held(database, *(before for before, _ in fitting), *([] if misfit is None else [misfit]))
    if misfit is not None:
        (problem,) = planned(database, **new).problems
        assert problem.code in {"plan.unfit", "plan.too_long"}
        assert problem.params["touched"] == 1
        (sample,) = problem.params["records"]
        assert (sample["object"], sample["id"], sample["name"]) == ("account", str(ids[-1]), f"客户{len(fitting)}")
        with database.transaction() as tx:
            table = load_registry(tx).tables["account"]
            tx.execute(sa.update(table).where(table.c.id == ids[-1]).values(probe=None))
    made = planned(database, **new)
    assert made.problems == ()
    put(database, made)
    assert probes(database)[: len(fitting)] == [after for _, after in fitting]


def test_a_phone_number_is_written_as_phone_numbers_are(database: Database) -> None:
    put(database, planned(database, type="text"))
    held(database, "138 0013 8000")
    put(database, planned(database, type="phone"))
    (number,) = probes(database)
    with database.snapshot() as snapshot:
        field = load_registry(snapshot).object("account").fields["probe"]
    assert number == KINDS[field.type].parse(field, "138 0013 8000")


def test_every_checked_change_is_among_the_cases() -> None:
    tried = {(old["type"], new["type"]) for old, new, _, _ in CASES} | {("text", "phone")}
    known = {(old.value, new.value) for old, possible in CHECKED.items() for new in possible}
    # Of the number types one stands for all, and a web address is read as an e-mail address is.
    alike = {("text", "percent"), ("text", "url"), ("currency", "integer"), ("percent", "integer")}
    assert known - tried == alike
