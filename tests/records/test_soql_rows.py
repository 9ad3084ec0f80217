"""SOQL asked of the standard objects in PostgreSQL: the answers, counted by hand."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from dougong.access.principal import system
from dougong.metadata.registry import Registry, load_registry
from dougong.records import api
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction

OPPORTUNITIES = [
    # name, account, stage, amount, close_date
    ("one", "北京甲", "prospecting", "100.00", "2026-01-15"),
    ("two", "北京甲", "engaging", "200.50", "2026-02-28"),
    ("three", "上海乙", "engaging", None, "2026-04-01"),
    ("four", "上海乙", "prospecting", "50.00", None),
    ("five", None, "prospecting", "100.00", "2024-02-29"),
    ("50%_off", None, "engaging", "0.00", "2025-12-31"),
]


class _RolledBack(Exception):
    """Ends the module's transaction without a trace."""


@pytest.fixture(scope="module")
def registry(shared_database: Database) -> Registry:
    with shared_database.snapshot() as snapshot:
        return load_registry(snapshot)


@pytest.fixture(scope="module")
def reading(shared_database: Database, registry: Registry) -> Iterator[api.Reading]:
    """The rows above, seen by the product itself, in a transaction that is rolled back."""
    with suppress(_RolledBack), shared_database.transaction() as tx:
        w = api.writing(tx, registry, system("test of SOQL"), "test")
        names = ["北京甲", "上海乙", "空客户"]
        made = api.create(w, "account", [{"name": name} for name in names])
        accounts = dict(zip(names, made.ids, strict=True))
        api.create(w, "contact", [{"name": f"联系人{n}", "account_id": accounts["北京甲"]} for n in range(3)])
        api.create(
            w,
            "opportunity",
            [
                {
                    "name": name,
                    "account_id": accounts[account] if account else None,
                    "stage": stage,
                    "amount": amount,
                    "close_date": close_date,
                }
                for name, account, stage, amount, close_date in OPPORTUNITIES
            ],
        )
        yield api.Reading(tx, registry, system("test of SOQL"))
        raise _RolledBack


def _rows(reading: api.Reading, text: str) -> list[tuple[object, ...]]:
    return api.page(reading, api.parse_soql(text, reading.registry)).rows


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("stage = 'engaging'", {"two", "three", "50%_off"}),
        ("amount = 100", {"one", "five"}),
        ("amount > 99.99 AND NOT amount >= 200.5", {"one", "five"}),
        ("amount = null", {"three"}),
        ("amount != 100", {"two", "four", "50%_off"}),
        ("NOT amount = 100", {"two", "three", "four", "50%_off"}),
        ("account.name = '北京甲'", {"one", "two"}),
        ("account.name LIKE '%海%'", {"three", "four"}),
        ("Account.Name = null", {"five", "50%_off"}),
        ("account_id != null AND close_date = null", {"four"}),
        ("name LIKE '50\\%\\_%'", {"50%_off"}),
        ("name LIKE 'T%'", {"two", "three"}),
        ("name IN ('one', 'two', 'seven')", {"one", "two"}),
        ("CALENDAR_YEAR(close_date) = 2026", {"one", "two", "three"}),
        ("CALENDAR_YEAR(close_date) != 2026", {"five", "50%_off"}),
        ("close_date >= 2025-12-31 AND close_date < 2026-02-28", {"one", "50%_off"}),
        ("close_date IN (2024-02-29, null)", {"four", "five"}),
        ("created_at = TODAY", {name for name, *_ in OPPORTUNITIES}),
        ("created_at < TODAY OR id = 0", set()),
        ("owner_id = :me", set()),
        ("account_id IN (SELECT account_id FROM contact)", {"one", "two"}),
        ("account_id NOT IN (SELECT account_id FROM contact WHERE name = '联系人1')", {"three", "four"}),
        ("NOT account_id IN (SELECT account_id FROM contact)", {"three", "four", "five", "50%_off"}),
        ("account_id NOT IN (SELECT account_id FROM opportunity)", set()),
        (
            "account_id NOT IN (SELECT account_id FROM opportunity WHERE account_id = null)",
            {"one", "two", "three", "four"},
        ),
        (
            "account_id IN (SELECT id FROM account WHERE id IN (SELECT account_id FROM contact) AND name LIKE '北%')",
            {"one", "two"},
        ),
        ("account.name IN (SELECT account.name FROM contact WHERE account.name = '北京甲')", {"one", "two"}),
        ("DAY_ONLY(created_at) = TODAY AND DAY_ONLY(close_date) < 2025-01-01", {"five"}),
        ("CALENDAR_YEAR(close_date) = 2026 AND close_date < NEXT_N_FISCAL_YEARS:100", {"one", "two", "three"}),
    ],
)
def test_the_rows_of_a_condition(reading: api.Reading, where: str, names: set[str]) -> None:
    assert {row[0] for row in _rows(reading, f"SELECT name FROM opportunity WHERE {where}")} == names


def test_groups_sums_and_having(reading: api.Reading) -> None:
    rows = _rows(
        reading, "SELECT stage, COUNT(id), SUM(amount) total FROM opportunity GROUP BY stage ORDER BY SUM(amount) DESC"
    )
    assert rows == [("prospecting", 3, Decimal("250.00")), ("engaging", 3, Decimal("200.50"))]
    having = "SELECT account.name FROM opportunity GROUP BY account.name HAVING SUM(amount) > 100 ORDER BY account.name"
    assert [row[0] for row in _rows(reading, having)] == ["北京甲"]
    counted = "SELECT account_id FROM opportunity WHERE account_id != null GROUP BY account_id HAVING COUNT() = 2"
    assert len(_rows(reading, counted)) == 2


def test_a_count_of_everything_and_of_nothing(reading: api.Reading) -> None:
    assert _rows(reading, "SELECT COUNT() FROM opportunity") == [(6,)]
    assert _rows(reading, "SELECT COUNT(amount), SUM(amount) s FROM opportunity WHERE id = 0") == [(0, None)]


def test_groups_by_the_calendar(reading: api.Reading) -> None:
    text = "SELECT CALENDAR_YEAR(close_date) y, COUNT() FROM opportunity WHERE close_date != null GROUP BY y ORDER BY y"
    assert _rows(reading, text) == [(2024, 1), (2025, 1), (2026, 3)]


def test_order_nulls_limit_and_offset(reading: api.Reading) -> None:
    def names(clause: str) -> list[object]:
        return [row[0] for row in _rows(reading, f"SELECT name FROM opportunity ORDER BY {clause}")]

    assert names("amount DESC NULLS LAST, name LIMIT 3") == ["two", "five", "one"]
    assert names("amount NULLS FIRST, name LIMIT 2") == ["three", "50%_off"]
    assert names("amount NULLS LAST, name LIMIT 2 OFFSET 4") == ["two", "three"]


def test_a_limit_counts_over_all_pages(reading: api.Reading) -> None:
    def answered(text: str) -> list[list[object]]:
        query = replace(api.parse_soql(text, reading.registry), limit=2)
        pages = [api.page(reading, query)]
        while pages[-1].next is not None:
            pages.append(api.page(reading, replace(query, after=pages[-1].next)))
        return [[row[0] for row in page.rows] for page in pages]

    by_name = ["50%_off", "five", "four", "one", "three", "two"]
    text = "SELECT name FROM opportunity ORDER BY name"
    assert answered(text) == [by_name[:2], by_name[2:4], by_name[4:]]
    assert answered(f"{text} LIMIT 1000") == [by_name[:2], by_name[2:4], by_name[4:]]
    assert answered(f"{text} LIMIT 3") == [by_name[:2], by_name[2:3]]
    assert answered(f"{text} LIMIT 4 OFFSET 1") == [by_name[1:3], by_name[3:5]]
    assert answered(f"{text} LIMIT 2") == [by_name[:2]]
    assert answered(f"{text} LIMIT 0") == [[]]
    streamed = api.stream(reading, api.parse_soql(f"{text} LIMIT 3", reading.registry), size=2)
    assert [row[0] for rows in streamed for row in rows] == by_name[:3]


def test_the_activities_of_a_record_are_its_children(reading: api.Reading) -> None:
    """Their lookup may point to several objects."""
    account = _rows(reading, "SELECT id FROM account WHERE name = '北京甲'")[0][0]
    assert isinstance(reading.snapshot, Transaction)
    w = api.writing(reading.snapshot, reading.registry, system("test of SOQL"), "test")
    related = {"object": "account", "id": account}
    api.create(w, "activity", [{"subject": f"{n}", "related_id": related} for n in range(3)])
    text = "SELECT name, (SELECT subject FROM activities ORDER BY subject DESC LIMIT 2) FROM account ORDER BY name"
    page = api.page(reading, api.parse_soql(text, reading.registry))
    found = {row[0]: [c[0] for c in page.children[0].rows[n]] for n, row in enumerate(page.rows)}
    assert found == {"北京甲": ["2", "1"], "上海乙": [], "空客户": []}


def test_children_come_with_their_parents(reading: api.Reading) -> None:
    text = (
        "SELECT name, (SELECT name FROM contacts ORDER BY name DESC LIMIT 2), "
        "(SELECT name, amount FROM opportunities WHERE amount > 0 ORDER BY name) FROM account ORDER BY name"
    )
    page = api.page(reading, api.parse_soql(text, reading.registry))
    contacts, opportunities = page.children
    assert (contacts.name, opportunities.name) == ("contacts", "opportunities")
    by_account = {
        row[0]: ([c[0] for c in contacts.rows[n]], [tuple(o) for o in opportunities.rows[n]])
        for n, row in enumerate(page.rows)
    }
    assert by_account == {
        "北京甲": (["联系人2", "联系人1"], [("one", Decimal("100.00")), ("two", Decimal("200.50"))]),
        "上海乙": ([], [("four", Decimal("50.00"))]),
        "空客户": ([], []),
    }
