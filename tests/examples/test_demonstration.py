"""The demonstration company: whole, true to its people's rights, the same for the same seed."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.passwords import password_matches, problems_of_password, stored_hash
from dougong.crm.demonstration import PASSWORD, SIGN_INS, has_demonstration, load_demonstration
from dougong.crm.demonstration.activities import make_activities
from dougong.crm.demonstration.chance import seeded
from dougong.crm.demonstration.customers import make_contacts, make_customers
from dougong.crm.demonstration.deals import make_deals
from dougong.crm.demonstration.words import words
from dougong.crm.standard import install
from dougong.kit.errors import Conflict
from dougong.records.api import Reading, page, parse_soql
from dougong.records.transfer.command import person_of
from dougong.storage.engine import Database
from dougong.storage.schema import change, history

TODAY = date(2026, 11, 24)


class Company:
    def __init__(self, database: Database) -> None:
        self.database = database

    def query(self, soql: str, login: str = "admin") -> list[tuple[Any, ...]]:
        person = person_of(self.database, login)
        with self.database.snapshot() as snapshot:
            r = Reading(snapshot, person.registry, person.principal)
            return page(r, parse_soql(soql, person.registry)).rows

    def count(self, object_name: str, login: str = "admin") -> int:
        return int(self.query(f"SELECT COUNT(id) FROM {object_name}", login)[0][0])


@pytest.fixture(scope="module")
def company(shared_database: Database) -> Company:
    with shared_database.transaction() as tx:
        install(tx)
        load_demonstration(tx, today=TODAY)
    return Company(shared_database)


def test_it_has_what_a_company_has(company: Company) -> None:
    assert company.count("department") == 8
    assert company.count("user") == 14
    assert company.count("product") == 20
    assert company.count("account") == 60
    assert 110 <= company.count("contact") <= 135
    assert company.count("opportunity") == 150
    assert 180 <= company.count("opportunity_line") <= 320
    assert company.count("activity") == 262
    stages = dict(company.query("SELECT stage, COUNT(id) FROM opportunity GROUP BY stage"))
    assert set(stages) == {"prospecting", "engaging", "proposal", "negotiation", "won", "lost"}
    amounts = company.query("SELECT MIN(amount), MAX(amount) FROM opportunity")[0]
    assert amounts[0] > 5_000
    assert amounts[1] < 20_000_000


def test_the_lines_add_up(company: Company) -> None:
    lines = dict(
        company.query("SELECT opportunity_id, SUM(amount) FROM opportunity_line GROUP BY opportunity_id LIMIT 500")
    )
    deals = dict(company.query("SELECT id, amount FROM opportunity LIMIT 500"))
    assert lines == deals


def test_tasks_are_open_overdue_and_done(company: Company) -> None:
    tasks = company.query("SELECT status, due_date FROM activity WHERE type = 'task' LIMIT 200")
    assert sum(1 for status, due in tasks if status == "open" and due < TODAY) == 12
    assert sum(1 for status, due in tasks if status == "open" and due >= TODAY) == 34
    assert sum(1 for status, _ in tasks if status == "done") == 30


def test_everything_happened_by_somebody(company: Company) -> None:
    with company.database.snapshot() as snapshot:
        statement = (
            sa.select(sa.func.count(sa.distinct(change.c.actor_id)), sa.func.count())
            .join(history, history.c.change_id == change.c.id)
            .where(
                history.c.object.in_(["account", "contact", "opportunity", "activity"]), change.c.actor_id.is_not(None)
            )
        )
        found = tuple(snapshot.rows(statement)[0])
        nobody = snapshot.scalar(
            sa.select(sa.func.count())
            .select_from(history)
            .join(change, history.c.change_id == change.c.id)
            .where(history.c.object == "opportunity", change.c.actor_id.is_(None))
        )
    assert found[0] >= 10
    assert found[1] > 800
    assert nobody == 0
    assert company.query("SELECT COUNT(id) FROM opportunity WHERE owner_id != NULL AND created_by_id != NULL") == [
        (150,)
    ]


def test_each_person_sees_what_their_role_lets_them(company: Company) -> None:
    seen = {
        login: company.count("opportunity", login)
        for login in ("admin", "zhaoguoqiang", "liqiang", "wangfang", "hejing")
    }
    assert seen["admin"] == seen["zhaoguoqiang"] == seen["hejing"] == 150
    assert 0 < seen["wangfang"] < seen["liqiang"] < 150
    assert company.query("SELECT owner.login FROM opportunity GROUP BY owner.login", "wangfang") == [("wangfang",)]
    units = company.query("SELECT department.code FROM opportunity GROUP BY department.code", "liqiang")
    assert units == [("JZ-XS1",)]


def test_the_people_can_sign_in(company: Company) -> None:
    assert {sign_in.login for sign_in in SIGN_INS} <= {person.login for person in words().people}
    assert problems_of_password(PASSWORD, "admin") == []
    user_id = company.query("SELECT id FROM user WHERE login = 'wangfang'")[0][0]
    with company.database.snapshot() as snapshot:
        assert password_matches(PASSWORD, stored_hash(snapshot, user_id))


def test_it_is_loaded_once(company: Company) -> None:
    person = person_of(company.database, "admin")
    with company.database.snapshot() as snapshot:
        assert has_demonstration(Reading(snapshot, person.registry, person.principal))
    with pytest.raises(Conflict) as refused, company.database.transaction() as tx:
        load_demonstration(tx)
    assert refused.value.code == "demonstration.not_empty"
    assert company.count("user") == 14


def story(seed: int) -> list[object]:
    random, chosen = seeded(seed), words()
    customers = make_customers(random, chosen)
    contacts = make_contacts(random, chosen, customers)
    deals = make_deals(random, chosen, customers, contacts, TODAY)
    return [customers, contacts, deals, make_activities(random, chosen, customers, contacts, deals, TODAY)]


def test_the_same_seed_tells_the_same_story() -> None:
    assert story(7) == story(7)
    assert story(7) != story(8)


@pytest.mark.parametrize("seed", range(20))
def test_every_seed_tells_a_story_without_holes(seed: int) -> None:
    customers, contacts, deals, activities = story(seed)
    text = repr((customers, contacts, deals, activities))
    assert "{account}" not in text
    assert "{rival}" not in text
    names = [customer.values["name"] for customer in customers]  # type: ignore[attr-defined]
    assert len(set(names)) == 60
    contents = {activity.values["content"] for activity in activities}  # type: ignore[attr-defined]
    assert len(contents) > 150
