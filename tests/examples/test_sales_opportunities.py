"""The real data set end to end, from its files to the figures that each person sees, and taken back again."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dougong.crm.standard import install
from dougong.kit.errors import Conflict
from dougong.records.api import Reading, page, parse_soql
from dougong.records.transfer.command import person_of
from dougong.records.transfer.example import Result, result_json, result_lines, run_example
from dougong.records.transfer.undo import undo_import
from dougong.storage.engine import Database

DIRECTORY = Path(__file__).parents[2] / "examples" / "sales-opportunities"


@dataclass
class Imported:
    database: Database
    result: Result

    def query(self, soql: str, login: str = "admin") -> list[tuple[Any, ...]]:
        person = person_of(self.database, login)
        with self.database.snapshot() as snapshot:
            r = Reading(snapshot, person.registry, person.principal)
            return page(r, parse_soql(soql, person.registry)).rows


@pytest.fixture(scope="module")
def imported(shared_database: Database) -> Imported:
    with shared_database.transaction() as tx:
        install(tx)
    return Imported(shared_database, run_example(shared_database, DIRECTORY))


def test_the_administrator_sees_everything(imported: Imported) -> None:
    by_stage = "SELECT stage, COUNT(id), SUM(amount) FROM opportunity GROUP BY stage ORDER BY stage"
    assert imported.query(by_stage) == [
        ("engaging", 1589, None),
        ("lost", 2473, Decimal(0)),
        ("prospecting", 500, None),
        ("won", 4238, Decimal(10_005_534)),
    ]
    counts = {name: imported.query(f"SELECT COUNT(id) FROM {name}")[0][0] for name in ("account", "product", "user")}
    assert counts == {"account": 85, "product": 7, "user": 42}


MANAGERS = {
    "dustin.brinkmann": ("Central", 1583, 747, 1_094_363),
    "melvin.marxen": ("Central", 1929, 882, 2_251_930),
    "cara.losch": ("East", 964, 480, 1_130_049),
    "rocco.neubert": ("East", 1327, 691, 1_960_545),
    "celia.rouche": ("West", 1296, 610, 1_603_897),
    "summer.sewald": ("West", 1701, 828, 1_964_750),
}


@pytest.mark.parametrize("login", MANAGERS)
def test_a_manager_sees_exactly_the_team(imported: Imported, login: str) -> None:
    office, deals, won, amount = MANAGERS[login]
    assert imported.query("SELECT COUNT(id) FROM opportunity", login) == [(deals,)]
    total = imported.query("SELECT COUNT(id), SUM(amount) FROM opportunity WHERE stage = 'won'", login)
    assert total == [(won, Decimal(amount))]
    seen = imported.query("SELECT owner.manager.login FROM opportunity GROUP BY owner.manager.login", login)
    assert seen == [(login,)]
    assert imported.query(f"SELECT department.parent.name FROM user WHERE login = '{login}'") == [(office,)]


def test_an_agent_sees_exactly_their_own(imported: Imported) -> None:
    assert imported.query("SELECT COUNT(id) FROM opportunity", "moses.frase") == [(260,)]
    owners = imported.query("SELECT owner.login FROM opportunity GROUP BY owner.login", "moses.frase")
    assert owners == [("moses.frase",)]
    assert imported.query("SELECT COUNT(id) FROM opportunity", "carl.lin") == [(0,)]


def test_an_agent_sees_for_whom_their_deals_are(imported: Imported) -> None:
    hidden = "SELECT COUNT(id) FROM opportunity WHERE account_id != NULL AND account.name = NULL"
    assert imported.query(hidden, "moses.frase") == [(0,)]
    assert imported.query("SELECT COUNT(id) FROM account", "moses.frase") == [(85,)]


def test_every_fault_of_the_data_is_told(imported: Imported) -> None:
    reports = {step.map.name: report for step, report, _ in imported.result.steps}
    assert reports["opportunities.yaml"].corrections == {"product": {"GTXPro → GTX Pro": 1480}}
    assert reports["opportunities.yaml"].blanks == {
        "account": 1425,
        "close_date": 2089,
        "close_value": 2089,
        "engage_date": 500,
    }
    assert reports["accounts.yaml"].corrections == {
        "sector": {"technolgy → technology": 12},
        "office_location": {"Philipines → Philippines": 1},
    }
    assert {report.rejected for report in reports.values()} == {0}
    assert {report.unlinked for report in reports.values()} == {0}
    text = "\n".join(result_lines(imported.result, "en"))
    assert "Blank in account, 1,425 cells" in text
    assert "GTXPro → GTX Pro, 1,480 cells" in text
    assert "10005534.00" in text


def test_details_are_right(imported: Imported) -> None:
    row = imported.query(
        "SELECT name, account.name, product.name, owner.login, owner.department.name, stage, engage_date, close_date, "
        "amount FROM opportunity WHERE code = 'Z063OYW0'"
    )[0]
    assert [str(value) for value in row] == [
        "GTX Pro · Isdom",
        "Isdom",
        "GTX Pro",
        "darcel.schlecht",
        "Team Melvin Marxen",
        "won",
        "2016-10-25",
        "2017-03-11",
        "4514.00",
    ]
    assert imported.query("SELECT parent.name FROM account WHERE name = 'Bluth Company'") == [("Acme Corporation",)]
    assert imported.query("SELECT COUNT(id) FROM account WHERE parent_id != NULL") == [(15,)]


def test_the_json_has_the_seconds_of_each_step(imported: Imported) -> None:
    found = result_json(imported.result)
    assert len(found["steps"]) == 12
    assert all(step["seconds"] > 0 for step in found["steps"])
    assert found["totals"][0]["login"] == "admin"
    assert found["totals"][0]["rows"][3] == {"stage": "won", "deals": 4238, "amount": "10005534.00"}


def test_the_example_goes_into_an_empty_system_only(imported: Imported) -> None:
    with pytest.raises(Conflict) as refused:
        run_example(imported.database, DIRECTORY)
    assert refused.value.code == "example.not_empty"


def test_undoing_the_opportunities_leaves_none(database: Database) -> None:
    with database.transaction() as tx:
        install(tx)
    result = run_example(database, DIRECTORY)
    admin = person_of(database, "admin")
    (report,) = [report for step, report, _ in result.steps if step.object == "opportunity"]
    undone = undo_import(database, admin.registry, admin.principal, report.job_id or 0)
    assert (undone.deleted, undone.kept) == (8800, 0)
    assert Imported(database, result).query("SELECT COUNT(id) FROM opportunity") == [(0,)]
    assert Imported(database, result).query("SELECT COUNT(id) FROM account") == [(85,)]
