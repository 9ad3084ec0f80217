"""Merging what has been worked with: deals with their contacts, campaigns, maps, conversions (domain.md 2.1, 2.2)."""

from typing import Any

import sqlalchemy as sa

from dougong.records.merging import merge, unmerge
from tests.duplicates.acts import Company, made, through
from tests.duplicates.test_merging import everything, values
from tests.world.people import ADMIN, WANG_FANG


def account(company: Company, name: str, **more: Any) -> int:
    return made(company, WANG_FANG, "account", name=name, **more)


def deal(company: Company, account_id: int, **more: Any) -> int:
    given = {"name": "大单", "account_id": account_id, "amount": 100, "close_date": "2026-12-01", **more}
    return made(company, WANG_FANG, "opportunity", **given)


def test_accounts_with_contacts_in_open_deals_become_one(bare: Company) -> None:
    first, second = account(bare, "西湖电子"), account(bare, "西湖电子科技")
    contact = made(bare, WANG_FANG, "contact", name="张三", account_id=second)
    other = made(bare, WANG_FANG, "contact", name="李四", account_id=second, reports_to_id=contact)
    open_deal = deal(bare, second, contact_id=contact)
    made(bare, WANG_FANG, "opportunity_contact", opportunity_id=open_deal, contact_id=other)
    on_map = {"object": "account", "id": str(second)}
    made(bare, WANG_FANG, "influence", record_id=on_map, from_contact_id=contact, to_contact_id=other)
    made(bare, WANG_FANG, "map_position", record_id=on_map, contact_id=contact, x=10, y=20)
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {})
        assert values(bare, "contact", contact)["account_id"] == first
        assert values(bare, "contact", other)["account_id"] == first
        assert values(bare, "opportunity", open_deal)["account_id"] == first
        unmerge(w, done.id)
    assert everything(bare) == before


def test_what_was_done_last_with_any_of_them_was_done_last_with_the_one_that_stays(bare: Company) -> None:
    first, second = account(bare, "西湖电子"), account(bare, "西湖电子科技")
    kept = ("last_activity_at", "last_activity_by_id", "visits_total", "last_visit_at")
    for who, on, kind in ((WANG_FANG, first, "call"), (ADMIN, second, "visit")):
        made(bare, who, "activity", subject="跟进", type=kind, related_id={"object": "account", "id": str(on)})
    latest = [values(bare, "account", second)[name] for name in kept]
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {})
        assert [values(bare, "account", first)[name] for name in kept] == latest
        assert latest[1:3] == [w.actor.user_id, 1]
        unmerge(w, done.id)
    assert everything(bare) == before


def test_what_both_contacts_are_part_of_stays_once(bare: Company) -> None:
    mine = account(bare, "西湖电子")
    first, second, third = (made(bare, WANG_FANG, "contact", name=n, account_id=mine) for n in "甲乙丙")
    open_deal = deal(bare, mine)
    campaign = made(bare, ADMIN, "campaign", name="峰会")
    other_campaign = made(bare, ADMIN, "campaign", name="沙龙")
    on_map = {"object": "account", "id": str(mine)}
    for one in (first, second):
        made(bare, WANG_FANG, "opportunity_contact", opportunity_id=open_deal, contact_id=one)
        made(bare, ADMIN, "campaign_member", campaign_id=campaign, contact_id=one)
        made(bare, WANG_FANG, "influence", record_id=on_map, from_contact_id=one, to_contact_id=third)
        made(bare, WANG_FANG, "map_position", record_id=on_map, contact_id=one, x=one % 100, y=20)
    made(bare, WANG_FANG, "influence", record_id=on_map, from_contact_id=first, to_contact_id=second)
    only = made(bare, ADMIN, "campaign_member", campaign_id=other_campaign, contact_id=second)
    before = living(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "contact", first, [second], {})
        now = living(bare)
        assert [len(now[name]) for name in PARTS] == [1, 2, 1, 1]
        # It stands where the one that stays stood.
        assert [(row["contact_id"], row["x"]) for row in now["map_position"].values()] == [(first, first % 100)]
        assert {row["contact_id"] for row in now["campaign_member"].values()} == {first}
        assert only in now["campaign_member"]
        unmerge(w, done.id)
    assert living(bare) == before


PARTS = ("opportunity_contact", "campaign_member", "influence", "map_position")


def living(company: Company) -> dict[str, dict[int, dict[str, Any]]]:
    """The parts that are there, without what every write moves on."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for name in PARTS:
        table = company.registry.tables[name]
        rows = company.tx.rows(sa.select(table).where(table.c.deleted_at.is_(None)))
        moving = {"version", "updated_at", "updated_by_id"}
        found[name] = {row.id: {k: v for k, v in row._mapping.items() if k not in moving} for row in rows}
    return found


def test_leads_in_the_same_campaign_become_one(bare: Company) -> None:
    leads = [
        made(bare, WANG_FANG, "lead", name=name, company_name="西湖电子", mobile=mobile)
        for name, mobile in (("甲", "13800138000"), ("乙", "13900139000"))
    ]
    campaign = made(bare, ADMIN, "campaign", name="峰会")
    for one in leads:
        made(bare, ADMIN, "campaign_member", campaign_id=campaign, lead_id=one)
    with through(bare, ADMIN) as w:
        merge(w, "lead", leads[0], [leads[1]], {})
    assert [row["lead_id"] for row in living(bare)["campaign_member"].values()] == [leads[0]]
