"""Fields that a pool hides are blank on every way of reading until somebody has taken the record (domain.md 5.8)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dougong.crm.pools.taking import claim
from dougong.expressions.ast import Compare, Condition, Operator, Path
from dougong.records.api import (
    Call,
    Change,
    Column,
    Function,
    Order,
    Query,
    Writing,
    columns_of,
    delete,
    get,
    history,
    lookup,
    page,
    parse_soql,
    search,
    stream,
    update,
)
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import ADMIN, DIRECTOR, EMMA, WANG_FANG, ZHAO_MIN
from tests.world.records import one

PHONE, MAIL = "+8613800001234", "zhang@jia.example"
PHONE_PATH = Path(("mobile",))


@pytest.fixture
def lead(company: Pooled, time: Clock) -> int:
    hidden = '["mobile", "email", "address"]'
    pool = company.pool(members=[WANG_FANG, DIRECTOR], keepers=[EMMA], hidden_fields=hidden)
    (made,) = company.lie(pool, mobile=PHONE, email=MAIL, address={"city": "苏州"})
    return made


def seen(w: Writing, lead: int) -> Iterator[tuple[str, bool]]:
    """By each way of reading whether the phone, the address or the like of it shows."""
    mine = Compare(Path(("id",)), Operator.EQ, (lead,))
    yield "get", get(w, "lead", lead, ("mobile",))["mobile"] == PHONE
    yield "part of a composite", get(w, "lead", lead, ("address.city",))["address.city"] == "苏州"
    yield "composite", get(w, "lead", lead, ("address",))["address"] is not None

    def rows(where: Condition = mine, **more: Any) -> list[tuple[Any, ...]]:
        return page(w, Query("lead", columns_of(("mobile",)), where, **more)).rows

    yield "list", rows()[0][0] == PHONE
    yield "filter", bool(rows(Compare(PHONE_PATH, Operator.EQ, (PHONE,))))
    yield "pattern", bool(rows(Compare(PHONE_PATH, Operator.CONTAINS, ("1234",))))
    yield "not blank", bool(rows(Compare(PHONE_PATH, Operator.NOT_NULL)))
    yield "order", rows(order=(Order(PHONE_PATH),))[0][0] == PHONE
    grouped = Query("lead", (Column(PHONE_PATH, "p"), Column(Call(Function.COUNT), "n")), mine, group=(PHONE_PATH,))
    yield "group", page(w, grouped).rows[0][0] == PHONE
    smallest = Query("lead", (Column(Call(Function.MIN, PHONE_PATH), "p"),), mine)
    yield "aggregate", page(w, smallest).rows[0][0] == PHONE
    yield "SOQL", page(w, parse_soql("SELECT mobile FROM lead", w.registry, w.actor)).rows[0][0] == PHONE
    yield "search", bool(search(w, "13800001234"))
    yield "detail of a hit", PHONE in "".join(hit.detail for hit in search(w, "张"))
    yield "lookup", bool(lookup(w, "lead", "zhang@jia"))
    told = [change for entry in history(w, "lead", lead) for change in entry.changes if change.field == "email"]
    yield "history", bool(told)


def test_every_way_of_reading_hides_and_shows(company: Pooled, lead: int) -> None:
    with company.product() as w:
        update(w, "lead", [Change(lead, {"email": "z@jia.example"})])
        update(w, "lead", [Change(lead, {"email": MAIL})])
    for person in (WANG_FANG, DIRECTOR):
        with company.acting(person) as w:
            assert [way for way, shows in seen(w, lead) if shows] == []
    for person in (EMMA, ADMIN):
        with company.acting(person) as w:
            assert [way for way, shows in seen(w, lead) if not shows] == []
    with company.acting(WANG_FANG) as w:
        claim(w, "lead", [lead])
    with company.acting(WANG_FANG) as w:
        assert [way for way, shows in seen(w, lead) if not shows] == []


def test_exports_hide_too(company: Pooled, lead: int) -> None:
    with company.acting(DIRECTOR) as w:
        rows = [row for part in stream(w, Query("lead", columns_of(("mobile",)))) for row in part]
        assert rows == [(None,)]
    with company.acting(EMMA) as w:
        rows = [row for part in stream(w, Query("lead", columns_of(("mobile",)))) for row in part]
        assert rows == [(PHONE,)]


def test_what_lies_elsewhere_is_not_hidden(company: Pooled, lead: int) -> None:
    other = company.pool("别的", members=[WANG_FANG])
    (open_lead,) = company.lie(other, mobile=PHONE)
    with company.acting(WANG_FANG) as w:
        assert get(w, "lead", open_lead, ("mobile",))["mobile"] == PHONE
        assert get(w, "lead", lead, ("mobile",))["mobile"] is None


def test_hidden_values_are_behind_lookups_too(company: Pooled, lead: int) -> None:
    with company.product() as w:
        campaign = one(w, "campaign", name="展会", owner_id=company.person(WANG_FANG))
        member = one(w, "campaign_member", campaign_id=campaign, lead_id=lead)
    with company.acting(WANG_FANG) as w:
        assert get(w, "campaign_member", member, ("lead.mobile", "lead.name")) == {
            "lead.mobile": None,
            "lead.name": "张0",
        }


@pytest.mark.parametrize("known", ["mobile", "mobile phone"])
def test_what_lies_hidden_is_not_told_to_those_who_find_it_beyond_their_rights(
    company: Pooled, lead: int, known: str
) -> None:
    with company.product() as w:
        values = {"scope": "all", "foreign_fields": json.dumps(["name", *known.split()])}
        setting = one(w, "search_setting", key="beyond", object_name="lead", **values)
    try:
        with company.acting(ZHAO_MIN) as w:
            assert [(hit.foreign, hit.detail) for hit in search(w, "张0")] == [(True, "")]
            assert search(w, "13800001234") == []
        # Who has it, has it: then it is beyond their rights like any other, and shows what everybody may know.
        with company.acting(WANG_FANG) as w:
            claim(w, "lead", [lead])
        with company.acting(ZHAO_MIN) as w:
            assert [(hit.foreign, hit.detail) for hit in search(w, "张0")] == [(True, PHONE)]
    finally:
        with company.product() as w:
            delete(w, "search_setting", [setting])
