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
from dougong.crm.demonstration.load import SEED
from dougong.crm.demonstration.prospects import CONVERTED, make_prospects
from dougong.crm.demonstration.words import words
from dougong.crm.standard import install
from dougong.kit.errors import Conflict
from dougong.records.api import Reading, page, parse_soql
from dougong.records.transfer.command import person_of
from dougong.storage.engine import Database
from dougong.storage.schema import change, history, notification

TODAY = date(2026, 11, 24)
PROSPECTS = make_prospects(seeded(SEED + 1), words(), TODAY)
DEALS = 150 + sum(one.deal is not None for one in PROSPECTS.leads)
CALLS = sum(len(one.calls) for one in PROSPECTS.leads)


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
    assert company.count("product") == 38
    assert company.count("product_option") == 23
    assert company.query("SELECT COUNT(id) FROM quote_line WHERE option_id != null") == [(7,)]
    assert company.count("price_rule") == 2
    assert company.count("sales_order") == company.count("receivable") == 38
    assert company.count("account") == 60 + CONVERTED
    assert 110 + CONVERTED <= company.count("contact") <= 135 + CONVERTED
    assert company.count("opportunity") == DEALS
    assert 180 <= company.count("opportunity_line") <= 320
    assert company.count("activity") == 308 + CALLS
    stages = dict(company.query("SELECT stage, COUNT(id) FROM opportunity GROUP BY stage"))
    assert set(stages) == {"prospecting", "engaging", "proposal", "negotiation", "won", "lost"}
    amounts = company.query("SELECT MIN(amount), MAX(amount) FROM opportunity")[0]
    assert amounts[0] > 5_000
    assert amounts[1] < 20_000_000


def test_the_lines_add_up(company: Company) -> None:
    lines = dict(
        company.query("SELECT opportunity_id, SUM(amount) FROM opportunity_line GROUP BY opportunity_id LIMIT 500")
    )
    deals = dict(company.query("SELECT id, amount FROM opportunity WHERE lead_id = null LIMIT 500"))
    assert lines == deals


def test_leads_come_from_campaigns_and_some_are_converted(company: Company) -> None:
    assert company.count("campaign") == 12
    assert company.count("lead") == 400
    statuses = dict(company.query("SELECT status, COUNT(id) FROM lead GROUP BY status"))
    assert set(statuses) == {"new", "contacted", "qualified", "closed", "converted"}
    assert statuses["converted"] == CONVERTED
    assert company.query("SELECT COUNT(id) FROM account WHERE lead_id != null") == [(CONVERTED,)]
    assert company.query("SELECT COUNT(id) FROM campaign WHERE won_amount > 0")[0][0] >= 3
    counted = company.query("SELECT SUM(lead_count), SUM(member_count) FROM campaign")[0]
    assert counted[0] == sum(one.campaign is not None for one in PROSPECTS.leads)
    assert counted[1] > counted[0]


def test_tasks_are_open_overdue_and_done(company: Company) -> None:
    tasks = company.query("SELECT status, due_date FROM activity WHERE type = 'task' LIMIT 200")
    assert sum(1 for status, due in tasks if status == "open" and due < TODAY) == 12
    assert sum(1 for status, due in tasks if status == "open" and due >= TODAY) == 43
    assert sum(1 for status, _ in tasks if status == "done") == 30


def test_visits_were_checked_in_and_today_is_planned(company: Company) -> None:
    states = dict(
        company.query(
            "SELECT position_state, COUNT(id) FROM activity WHERE visit_status = 'done' GROUP BY position_state"
        )
    )
    assert states["normal"] > 30
    assert states.keys() >= {"normal", "missing"}
    stamped = company.query("SELECT COUNT(id) FROM account WHERE last_activity_at != NULL AND last_visit_at != NULL")[
        0
    ][0]
    assert stamped > 20
    planned = company.query("SELECT owner.login FROM activity WHERE visit_status = 'planned' GROUP BY owner.login")
    assert ("wangfang",) in planned


def test_somebody_is_mentioned_and_told(company: Company) -> None:
    with company.database.snapshot() as snapshot:
        (row,) = snapshot.rows(sa.select(notification.c.code, notification.c.object))
    assert tuple(row) == ("mention.activity", "activity")


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
        (DEALS,)
    ]


def test_each_person_sees_what_their_role_lets_them(company: Company) -> None:
    seen = {
        login: company.count("opportunity", login)
        for login in ("admin", "zhaoguoqiang", "liqiang", "wangfang", "hejing")
    }
    assert seen["admin"] == seen["zhaoguoqiang"] == seen["hejing"] == DEALS
    assert 0 < seen["wangfang"] < seen["liqiang"] < DEALS
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


def test_two_deals_are_on_hold(company: Company) -> None:
    rows = company.query("SELECT stage, resume_on, hold_reason FROM opportunity WHERE outcome = 'on_hold'")
    assert {stage for stage, *_ in rows} == {"engaging", "proposal"}
    assert len(rows) == 2
    assert all(day > TODAY and reason for _, day, reason in rows)
