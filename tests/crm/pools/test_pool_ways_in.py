"""What else meets pools: imports that name pool and owner, activities that go again, converting what is hidden."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dougong.crm.leads.conversion import convert
from dougong.crm.leads.proposing import proposal
from dougong.crm.leads.undoing import undo_conversion
from dougong.crm.pools.reading import found, is_
from dougong.crm.pools.taking import claim
from dougong.kit.errors import BadRequest, Conflict, DougongError, Forbidden, NotFound, Refused
from dougong.records.api import Change, Query, columns_of, create, delete, get, page, update
from dougong.records.transfer.command import import_file
from dougong.records.transfer.report import Report
from tests.crm.pools.company import Clock, Pooled
from tests.crm.pools.test_pools import take
from tests.world.people import ADMIN, DIRECTOR, EMMA, WANG_FANG, ZHAO_MIN, Person
from tests.world.records import activity

RULES = {"default_days": 10, "extend_days": 3, "longest_days": 20}


def end(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 15, 59, 59, tzinfo=UTC)


def imported(company: Pooled, folder: Path, obj: str, content: str, wanted: dict[str, Any], by: Person) -> Report:
    data, mapping = folder / "data.csv", folder / "map.yaml"
    data.write_text(content, encoding="utf-8")
    mapping.write_text(yaml.safe_dump(wanted, allow_unicode=True), encoding="utf-8")
    return import_file(company.database, obj, data, mapping, by.login)


def rows_of(company: Pooled, obj: str) -> dict[str, tuple[Any, ...]]:
    with company.product() as w:
        names = ("name", "owner_id", "pool_id", "pool_status", "claimed_at", "expires_at")
        return {row[0]: row[1:] for row in page(w, Query(obj, columns_of(names))).rows}


@pytest.mark.parametrize("obj", ["lead", "account"])
def test_an_import_names_pool_and_owner(company: Pooled, time: Clock, tmp_path: Path, obj: str) -> None:
    company.pool("另一对象的池", "account" if obj == "lead" else "lead", members=[WANG_FANG])
    pool = company.pool("华东池", obj, members=[WANG_FANG, ZHAO_MIN], default_days=10)
    wang = company.person(WANG_FANG)
    lines = [
        "名称,公司,手机,池,所有人",
        "甲,甲公司,13800000001,华东池,王芳",
        "乙,乙公司,13800000002,华东池,",
        "丙,丙公司,13800000003,,王芳",
        "丁,丁公司,13800000004,没有的池,王芳",
        "戊,戊公司,13800000005,另一对象的池,王芳",
    ]
    columns: dict[str, Any] = {
        "名称": "name",
        "池": {"field": "pool_id", "object": "pool"},
        "所有人": {"field": "owner_id", "object": "user"},
    }
    if obj == "lead":
        columns |= {"公司": "company_name", "手机": "mobile"}
    else:
        columns |= {"公司": "description", "手机": "phone"}
    report = imported(company, tmp_path, obj, "\n".join(lines) + "\n", {"columns": columns}, ADMIN)
    assert (report.created, report.rejected) == (3, 2)
    kept = rows_of(company, obj)
    assert kept["甲"] == (wang, pool, "assigned", time.now, end(4, 4))
    assert kept["乙"] == (None, pool, "unclaimed", None, None)
    assert kept["丙"] == (wang, None, "private", None, None)
    # The owner of what is in a pool is handed over by an import like by any edit.
    time.on(days=1)
    mapping = {"match": ["name"], "on_duplicate": "update", "columns": {"名称": "name", "所有人": "owner_id"}}
    report = imported(company, tmp_path, obj, "名称,所有人\n甲,赵敏\n", mapping, ADMIN)
    assert (report.updated, report.rejected) == (1, 0)
    assert rows_of(company, obj)["甲"] == (company.person(ZHAO_MIN), pool, "assigned", time.now, end(4, 5))
    with company.product() as w:
        (moved,) = [row["id"] for row in found(w, obj, is_("name", "甲"), ("id",))]
    assert [line["kind"] for line in company.movements(moved)] == ["assign", "transfer"]


def test_an_import_by_a_member_keeps_to_the_rules_row_by_row(company: Pooled, time: Clock, tmp_path: Path) -> None:
    pool = company.pool("华东池", members=[DIRECTOR, WANG_FANG])
    company.pool("华南池", members=[ZHAO_MIN])
    wang = company.person(WANG_FANG)
    with company.product() as w:
        create(w, "pool_limit", [{"object_name": "lead", "member_id": {"object": "user", "id": wang}, "max_held": 1}])
    lines = [
        "名称,公司,手机,池,所有人",
        "甲,甲公司,13800000001,华东池,王芳",
        "乙,乙公司,13800000002,华东池,赵敏",
        "丙,丙公司,13800000003,华南池,",
        "丁,丁公司,13800000004,华东池,",
        "戊,戊公司,13800000005,华东池,王芳",
    ]
    columns: dict[str, Any] = {
        "名称": "name",
        "公司": "company_name",
        "手机": "mobile",
        "池": "pool_id",
        "所有人": "owner_id",
    }
    report = imported(company, tmp_path, "lead", "\n".join(lines) + "\n", {"columns": columns}, DIRECTOR)
    assert {name: row[:2] for name, row in rows_of(company, "lead").items()} == {"甲": (wang, pool), "丁": (None, pool)}
    assert report.rejected == 3


def test_protection_granted_by_an_activity_stays_when_it_is_deleted(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], **RULES))
    take(company, WANG_FANG, lead)
    time.to(4, 3)
    with company.acting(WANG_FANG) as w:
        call = activity(w, "电话", ("lead", lead), type="call")
    granted = company.lead(lead)
    assert (granted["expires_at"], granted["last_activity_at"]) == (end(4, 6), time.now)
    with company.acting(WANG_FANG) as w:
        delete(w, "activity", [call])
    after = company.lead(lead)
    # The latest activity is worked out anew; what it protected is not taken back, nor given a second time.
    assert (after["last_activity_at"], after["expires_at"]) == (None, end(4, 6))
    time.to(4, 6, 23)
    assert company.night() == 0
    time.to(4, 7, 0, 1)
    assert company.night() == 1


def test_what_an_import_brings_from_before_protects_from_when_it_happened(
    company: Pooled, time: Clock, tmp_path: Path
) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG], **RULES))
    take(company, WANG_FANG, lead)
    protected = company.lead(lead)["expires_at"]
    columns = {"主题": "subject", "时间": "start_at", "类型": "type", "线索": {"field": "related_id", "object": "lead"}}
    name = company.lead(lead)["name"]
    # Today would protect it until the seventh.
    time.to(4, 4)
    for happened, followed, expires in (
        ("2026-03-20 12:00", datetime(2026, 3, 20, 4, tzinfo=UTC), protected),
        ("2026-04-03 12:00", datetime(2026, 4, 3, 4, tzinfo=UTC), end(4, 6)),
        ("2026-03-28 12:00", datetime(2026, 4, 3, 4, tzinfo=UTC), end(4, 6)),
    ):
        lines = f"主题,时间,类型,线索\n旧系统的电话,{happened},电话,{name}\n"
        report = imported(company, tmp_path, "activity", lines, {"columns": columns}, ADMIN)
        assert (report.created, report.rejected) == (1, 0), report
        after = company.lead(lead)
        assert (after["followed_at"], after["expires_at"]) == (followed, expires), happened


WISH = {"account": {"values": {}}, "contact": {"values": {}}, "opportunity": None}


def test_what_a_pool_hides_is_not_converted_before_it_is_taken(company: Pooled, time: Clock) -> None:
    hidden = '["mobile", "email", "company_name"]'
    pool = company.pool(members=[WANG_FANG, DIRECTOR], keepers=[EMMA], hidden_fields=hidden)
    first, second = company.lie(pool, 2, company_name="丁公司", email="d@d.example")
    # Else a conversion would lay open what is hidden, or leave it behind.
    for person in (WANG_FANG, DIRECTOR):
        with company.acting(person) as w, pytest.raises(Conflict) as refused:
            proposal(w, first)
        assert refused.value.code == "lead.not_convertible"
        with company.acting(person) as w, pytest.raises(Forbidden) as forbidden:
            convert(w, [first], WISH)
        assert forbidden.value.code == "access.not_editable"
    assert company.lead(first)["status"] == "new"
    take(company, WANG_FANG, first)
    with company.acting(WANG_FANG) as w:
        became = convert(w, [first], WISH)
        contact = get(w, "contact", int(became["contact"]["id"]), ("mobile", "email"))
    assert (became["account"]["name"], contact["email"], contact["mobile"] is None) == ("丁公司", "d@d.example", False)
    # Who administers the pool sees all, and may convert; then nobody takes it from the pool any more.
    with company.acting(EMMA) as w:
        assert convert(w, [second], WISH)["account"]["name"] == "丁公司"
    with company.acting(WANG_FANG) as w, pytest.raises(DougongError):
        claim(w, "lead", [second])
    assert company.lead(second)["owner_id"] is None


def test_a_lead_becomes_nothing_of_an_account_that_nobody_has_taken(company: Pooled, time: Clock) -> None:
    leads = company.pool(members=[WANG_FANG])
    accounts = company.pool("客户池", "account", members=[WANG_FANG])
    (lead,) = company.lie(leads, 1)
    lying = company.account(accounts, "池中客户")
    take(company, WANG_FANG, lead)
    wish = {**WISH, "account": {"id": str(lying)}}
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        convert(w, [lead], wish)
    assert [(one.code, one.field) for one in refused.value.problems] == [("pool.unclaimed", "contact.account_id")]
    with company.acting(WANG_FANG) as w:
        claim(w, "account", [lying])
    with company.acting(WANG_FANG) as w:
        assert convert(w, [lead], wish)["account"]["id"] == str(lying)


def test_an_account_is_taken_from_its_pool_with_the_conversion(company: Pooled, time: Clock) -> None:
    mine = company.account(company.pool("空池", "account", members=[WANG_FANG]), "池中客户")
    narrow = company.pool("满池", "account", members=[WANG_FANG], max_held=1)
    company.account(narrow, "已持有的客户", owner_id=company.person(WANG_FANG))
    limited = company.account(narrow, "另一个客户")
    first, second = (company.lead_of(WANG_FANG, company_name=name) for name in ("池中客户", "另一个客户"))
    with company.acting(WANG_FANG) as w:
        told = {one.id: dict(one.takes) for lead in (first, second) for one in proposal(w, lead).matches}
    assert {number: set(takes) for number, takes in told.items()} == {mine: {"claim"}, limited: {"claim"}}
    # The limits of the pool hold as ever, and then nothing is done at all.
    deal = {"values": {"name": "一笔"}}
    for lead, account, opportunity in ((second, limited, deal), (first, mine, {"values": {}})):
        wish = {**WISH, "account": {"id": str(account), "take": "claim"}, "opportunity": opportunity}
        with pytest.raises(Refused) as refused, company.acting(WANG_FANG) as w:
            convert(w, [lead], wish)
        expected = "pool.limit_reached" if account == limited else "field.required"
        assert expected in {one.code for one in refused.value.problems}
        assert (company.record("account", account)["owner_id"], company.lead(lead)["status"]) == (None, "new")
    wish = {**WISH, "account": {"id": str(mine), "take": "claim"}, "opportunity": deal}
    with company.acting(WANG_FANG) as w:
        became = convert(w, [first], wish)
    taken = company.record("account", mine)
    assert (taken["owner_id"], taken["pool_status"]) == (company.person(WANG_FANG), "claimed")
    assert [one["kind"] for one in company.movements(mine)][-1] == "claim"
    made = company.record("opportunity", int(became["opportunity"]["id"]))
    assert (made["account_id"], made["owner_id"]) == (mine, company.person(WANG_FANG))
    # What was there before is left by the way back as it is: the account stays with who took it.
    with company.acting(WANG_FANG) as w:
        undo_conversion(w, [first], {})
    assert company.record("account", mine)["owner_id"] == company.person(WANG_FANG)
    assert company.lead(first)["status"] == "new"
    # Somebody has it by now: it is said, and who holds it may convert without taking it.
    with pytest.raises(Conflict) as late, company.acting(WANG_FANG) as w:
        convert(w, [first], wish)
    assert late.value.code == "lead.account_not_taken"
    with company.acting(WANG_FANG) as w:
        assert [dict(one.takes) for one in proposal(w, first).matches] == [{}]
        convert(w, [first], {**wish, "account": {"id": str(mine)}})


@pytest.mark.parametrize("take", ["return", "move", "convert", "", 7])
def test_a_conversion_does_nothing_to_its_account_but_take_it(company: Pooled, time: Clock, take: Any) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], keepers=[EMMA])
    lying = company.account(pool, "池中客户")
    lead = company.lead_of(EMMA)
    for part in ("account", "contact"):
        wish = {**WISH, part: {"id": str(lying), "take": take if part == "account" else "claim"}}
        with company.acting(EMMA) as w, pytest.raises((BadRequest, NotFound)):
            convert(w, [lead], wish)
    assert company.movements(lying)[-1]["kind"] == "enter"


def test_an_import_is_as_self_created_as_what_people_enter(company: Pooled, time: Clock, tmp_path: Path) -> None:
    """By hand: it never goes back by itself. By the pool's rules: it does, under those of its owner's pool."""
    pool = company.pool("华东池", members=[DIRECTOR], **RULES)
    columns = {"名称": "name", "公司": "company_name", "手机": "mobile"}
    with company.product() as w:
        (row,) = create(w, "pool_self_created", [{"object_name": "lead", "rule": "manual"}]).ids
    imported(company, tmp_path, "lead", "名称,公司,手机\n甲,甲,13800000001\n", {"columns": columns}, DIRECTOR)
    with company.product() as w:
        update(w, "pool_self_created", [Change(row or 0, {"rule": "by_pool"})])
    imported(company, tmp_path, "lead", "名称,公司,手机\n乙,乙,13800000002\n", {"columns": columns}, DIRECTOR)
    kept, director = rows_of(company, "lead"), company.person(DIRECTOR)
    assert kept["甲"] == (director, None, "private", None, None)
    assert kept["乙"] == (director, pool, "private", time.now, end(4, 4))
    time.to(4, 5, 0, 1)
    assert company.night() == 1
    assert [rows_of(company, "lead")[name][0] for name in ("甲", "乙")] == [director, None]
