"""Auto-numbers: formats, periods, and no gap and no double whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from dougong.kit.errors import Problem, Refused
from dougong.records.hooks import Batch, Hook, Hooks
from dougong.records.numbering import formatted, next_numbers, period, seen_numbers
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, update
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction
from tests.records.company import Company, found_company

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("pattern", "expected", "in_period"),
    [
        ("OPP-{yyyy}{mm}-{0000}", "OPP-202603-0007", "202603"),
        ("{yy}{mm}{dd}{000}", "260309007", "260309"),
        ("{0}", "7", ""),
        ("K{00}/A", "K07/A", ""),
        ("[a-z]+.{000}", "[a-z]+.007", ""),
    ],
)
def test_formats(pattern: str, expected: str, in_period: str) -> None:
    assert formatted(pattern, DAY, [7]) == [expected]
    assert period(pattern, DAY) == in_period


def test_a_number_wider_than_its_place_is_not_cut() -> None:
    assert formatted("N{00}", DAY, [99, 100]) == ["N99", "N100"]


def test_each_period_counts_from_one(tx: Transaction) -> None:
    def take(day: date, count: int) -> list[str]:
        return next_numbers(tx, "x", field="n", pattern="{mm}-{00}", count=count, day=day)

    assert take(DAY, 2) == ["03-01", "03-02"]
    assert take(date(2026, 4, 1), 1) == ["04-01"]
    assert take(DAY, 1) == ["03-03"]


def test_counting_goes_on_behind_numbers_from_elsewhere(tx: Transaction) -> None:
    brought = ["OPP-202603-0041", "OPP-202603-0007", "OPP-202604-0003", "other", "OPP-2026-1"]
    seen_numbers(tx, "x", field="n", pattern="OPP-{yyyy}{mm}-{0000}", numbers=brought)
    taken = next_numbers(tx, "x", field="n", pattern="OPP-{yyyy}{mm}-{0000}", count=1, day=DAY)
    assert taken == ["OPP-202603-0042"]


def test_a_format_may_show_a_part_of_the_date_twice(tx: Transaction) -> None:
    pattern = "{yyyy}/{mm}-{yy}{mm}-{000}"
    seen_numbers(tx, "x", field="n", pattern=pattern, numbers=["2026/03-2603-007", "2026/04-2604-009"])
    assert next_numbers(tx, "x", field="n", pattern=pattern, count=1, day=DAY) == ["2026/03-2603-008"]


def test_an_import_keeps_its_numbers(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    importing = company.write(w.transaction, "王芳", "import")
    rows = [{"name": str(n), "account_id": account, **({"number": f"OLD-{n}"} if n % 2 else {})} for n in range(4)]
    ids = create(importing, "opportunity", rows).ids
    table = w.registry.tables["opportunity"]
    found = {row.id: row.number for row in w.transaction.rows(sa.select(table.c.id, table.c.number))}
    assert [found[i] for i in ids if found[i].startswith("OLD")] == ["OLD-1", "OLD-3"]
    assert len({found[i] for i in ids}) == 4


def test_an_import_changes_numbers_but_never_takes_one_away(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    importing = company.write(w.transaction, "王芳", "import")
    blank, given = create(
        importing,
        "opportunity",
        [{"name": "a", "account_id": account, "number": " "}, {"name": "b", "account_id": account, "number": "B-1"}],
    ).ids
    table = w.registry.tables["opportunity"]
    number = w.transaction.scalar(sa.select(table.c.number).where(table.c.id == blank))
    assert number.startswith("OPP-")
    update(importing, "opportunity", [Change(blank or 0, {"number": ""}), Change(given or 0, {"number": "B-2"})])
    assert w.transaction.scalar(sa.select(table.c.number).where(table.c.id == blank)) == number
    assert w.transaction.scalar(sa.select(table.c.number).where(table.c.id == given)) == "B-2"


def test_storing_again_after_a_refusal_leaves_no_gap(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]

    def refuse(batch: Batch, w: Writing) -> list[Problem]:
        return [Problem("test.no", row=row.number) for row in batch.live if row.number == 0]

    hooks = Hooks((Hook("test", "opportunity", "after", "before", refuse),))
    rows = [{"name": str(n), "account_id": account} for n in range(3)]
    ids = create(w, "opportunity", rows, skip_problems=True, hooks=hooks).ids
    ids += create(w, "opportunity", rows).ids
    table = w.registry.tables["opportunity"]
    found = {row.id: row.number for row in w.transaction.rows(sa.select(table.c.id, table.c.number))}
    assert [int(found[i][-4:]) for i in ids if i] == list(range(int(found[ids[1]][-4:]), int(found[ids[1]][-4:]) + 5))


def test_no_gap_and_no_double_from_eight_threads(database: Database) -> None:
    company = found_company(database)
    with database.transaction() as tx:
        account = create(company.write(tx, "王芳"), "account", [{"name": "甲"}]).ids[0]

    def write(turn: int) -> None:
        rows = [{"name": f"{turn}-{n}", "account_id": account} for n in range(3)]
        with database.transaction() as tx:
            w = company.write(tx, "王芳")
            if turn % 5 == 0:
                rows[1]["name"] = ""
                with pytest.raises(Refused):
                    create(w, "opportunity", rows)
            else:
                create(w, "opportunity", rows)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    table = company.registry.tables["opportunity"]
    with database.snapshot() as snapshot:
        numbers = sorted(int(row.number[-4:]) for row in snapshot.rows(sa.select(table.c.number)))
    assert numbers == list(range(1, 32 * 3 + 1))
