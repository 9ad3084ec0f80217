"""Records of pools find and lose their owners, by whom and under which conditions (domain.md 5.8, 5.9)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dougong.crm.pools.returning import ask_extension, give_back, grant_extension, move, reclaim
from dougong.crm.pools.taking import assign, claim, transfer
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import BadRequest, Conflict, NotFound, Refused
from dougong.records.api import Change, Query, Writing, columns_of, create, delete, get, history, lock, page, update
from dougong.records.people import find_person
from tests.crm.pools.company import Clock, Pooled
from tests.world.people import ADMIN, DIRECTOR, EMMA, LI_QIANG, WANG_FANG, ZHAO_MIN, Person
from tests.world.records import account, contact, opportunity


def reason(w: Writing, name: str = "联系不上", obj: str = "lead") -> int:
    where = Compare(Path(("name",)), Operator.EQ, (name,))
    rows = page(w, Query("pool_return_reason", columns_of(("id", "object_name")), where)).rows
    return next(row[0] for row in rows if row[1] == obj)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[int, str]]:
    return [(p.row, p.code) for p in refusal.value.problems]


def take(company: Pooled, person: Person, *ids: int) -> int:
    with company.acting(person) as w:
        return claim(w, "lead", ids)


def bring_back(company: Pooled, person: Person, *ids: int, name: str = "联系不上", **values: Any) -> int:
    with company.acting(person) as w:
        return give_back(w, "lead", ids, reason(w, name), **values)


def test_a_member_takes_what_lies_in_the_pool(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], default_days=10, extend_days=3, longest_days=20)
    (lead,) = company.lie(pool)
    lying = company.lead(lead)
    assert (lying["owner_id"], lying["department_id"], lying["pool_status"]) == (None, None, "unclaimed")
    assert take(company, WANG_FANG, lead) == 1
    held, me = company.lead(lead), company.person(WANG_FANG)
    assert (held["owner_id"], held["pool_status"], held["claimed_at"]) == (me, "claimed", time.now)
    assert held["department_id"] is not None
    assert held["expires_at"] == datetime(2026, 4, 4, 15, 59, 59, tzinfo=UTC)
    assert held["hard_end_at"] == datetime(2026, 4, 14, 15, 59, 59, tzinfo=UTC)
    assert [(m["kind"], m["by_id"], m["to_id"]) for m in company.movements(lead)] == [
        ("enter", None, None),
        ("claim", me, me),
    ]
    with company.acting(WANG_FANG) as w:
        update(w, "lead", [Change(lead, {"status": "contacted"})])


def test_history_names_the_person_who_took_it(company: Pooled, time: Clock) -> None:
    (lead,) = company.lie(company.pool(members=[WANG_FANG]))
    take(company, WANG_FANG, lead)
    with company.acting(WANG_FANG) as w:
        assert history(w, "lead", lead)[0].actor_name == WANG_FANG.name


def test_only_members_see_what_lies_there(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA])
    (lead,) = company.lie(pool)
    for person in (WANG_FANG, EMMA, ADMIN):
        with company.acting(person) as w:
            assert get(w, "lead", lead, ("id",))["id"] == lead
    for person in (ZHAO_MIN, LI_QIANG):
        with company.acting(person) as w, pytest.raises(NotFound):
            get(w, "lead", lead, ("id",))
        with company.acting(person) as w, pytest.raises(NotFound):
            claim(w, "lead", [lead])
    take(company, WANG_FANG, lead)
    # In private hands the administrators of the pool see it still, and other members do not.
    with company.acting(EMMA) as w:
        get(w, "lead", lead, ("id",))
    assert company.pool("别的", members=[ZHAO_MIN])
    with company.acting(ZHAO_MIN) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))


def test_a_closed_pool_is_seen_and_given_out_by_its_administrators_alone(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], visibility="closed")
    (lead,) = company.lie(pool)
    with company.acting(WANG_FANG) as w, pytest.raises(NotFound):
        claim(w, "lead", [lead])
    with company.acting(EMMA) as w:
        assert assign(w, "lead", [lead], company.person(WANG_FANG)) == 1
    assert company.lead(lead)["pool_status"] == "assigned"


def test_members_do_not_take_where_administrators_assign(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], claim_rule="assigned")
    (lead,) = company.lie(pool)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [lead])
    assert refusal.value.code == "pool.not_claimable"


def test_what_is_taken_is_taken(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA])
    first, second = company.lie(pool, 2)
    take(company, WANG_FANG, first)
    with company.acting(EMMA) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [first])
    assert refusal.value.code == "pool.taken"
    with company.acting(EMMA) as w, pytest.raises(Refused) as refused:
        claim(w, "lead", [second, first])
    assert codes(refused) == [(1, "pool.taken")]
    assert company.lead(second)["owner_id"] is None


def test_a_batch_beyond_the_limit_is_refused_whole_and_told_what_is_possible(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], max_held=5)
    ids = company.lie(pool, 10)
    take(company, WANG_FANG, ids[0])
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        claim(w, "lead", ids[1:])
    assert {p.code for p in refused.value.problems} == {"pool.limit_reached"}
    assert refused.value.problems[0].params["possible"] == 4
    assert take(company, WANG_FANG, *ids[1:5]) == 4
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        claim(w, "lead", [ids[5]])
    assert refused.value.problems[0].params["possible"] == 0


def test_of_several_private_limits_the_smallest_holds(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN])
    ids = company.lie(pool, 6)
    with company.product() as w:
        person = find_person(w, WANG_FANG.login)
        role = page(w, Query("role", columns_of(("id",)), Compare(Path(("key",)), Operator.EQ, ("standard",)))).rows
        rows = [
            {"object_name": "lead", "member_id": {"object": "user", "id": person}, "max_held": 4},
            {"object_name": "lead", "member_id": {"object": "role", "id": role[0][0]}, "max_held": 2},
        ]
        create(w, "pool_limit", rows)
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        claim(w, "lead", ids[:3])
    assert refused.value.problems[0].params["maximum"] == 2
    take(company, WANG_FANG, *ids[:2])
    # It holds wherever a record gets an owner: what one makes oneself, or is handed over.
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        create(w, "lead", [{"name": "李", "company_name": "乙", "mobile": "13900000000"}])
    assert codes(refused) == [(0, "pool.limit_reached")]
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
        update(w, "lead", [Change(ids[3], {"owner_id": person})])
    assert codes(refused) == [(0, "pool.limit_reached")]
    # A converted lead does not count.
    company.convert(ids[0])
    assert take(company, WANG_FANG, ids[4]) == 1


def test_won_customers_need_not_count(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], won_claimable=True)
    bought, other = company.account(pool, "甲", status="customer"), company.account(pool, "乙")
    third = company.account(pool, "丙")
    with company.product() as w:
        person = find_person(w, WANG_FANG.login)
        won = '{"field": "status", "op": "=", "value": "customer"}'
        limit = {"object_name": "account", "member_id": {"object": "user", "id": person}, "max_held": 1}
        create(w, "pool_limit", [{**limit, "not_counted": won}])
    for one in (bought, other):
        with company.acting(WANG_FANG) as w:
            claim(w, "account", [one])
    with company.acting(WANG_FANG) as w, pytest.raises(Refused):
        claim(w, "account", [third])


def test_the_daily_limit_is_one_of_the_pools_calendar(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], daily_limit=2)
    ids = company.lie(pool, 8)
    time.to(3, 25, 23, 59)
    take(company, WANG_FANG, *ids[:2])
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [ids[2]])
    assert (refusal.value.code, refusal.value.params["possible"]) == ("pool.daily_limit", 0)
    # Returning gives nothing back, or one would claim and return all day long.
    bring_back(company, WANG_FANG, ids[0])
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict):
        claim(w, "lead", [ids[2]])
    with company.acting(EMMA) as w:
        claim(w, "lead", ids[5:8])
    time.to(3, 26, 0, 0)
    assert take(company, WANG_FANG, ids[2], ids[3]) == 2


def test_the_last_owner_waits_and_others_do_not(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], keepers=[EMMA], refreeze_days=7)
    first, second = company.lie(pool, 2)
    take(company, WANG_FANG, first)
    take(company, EMMA, second)
    for person, lead in ((WANG_FANG, first), (EMMA, second)):
        bring_back(company, person, lead)
        # Administrators of the pool wait too.
        with company.acting(person) as w, pytest.raises(Conflict) as refusal:
            claim(w, "lead", [lead])
        assert refusal.value.code == "pool.frozen"
    assert take(company, ZHAO_MIN, first) == 1
    time.on(days=7, seconds=1)
    assert take(company, EMMA, second) == 1


def test_new_records_cool_down_for_members(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], new_data_days=2)
    first, second = company.lie(pool, 2)
    time.on(days=1)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [first])
    assert refusal.value.code == "pool.too_new"
    assert take(company, EMMA, first) == 1
    time.on(days=1)
    assert take(company, WANG_FANG, second) == 1


def test_who_returned_a_record_too_often_takes_it_no_more(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, ZHAO_MIN], return_limit=2)
    (lead,) = company.lie(pool)
    for _ in range(2):
        take(company, WANG_FANG, lead)
        bring_back(company, WANG_FANG, lead)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        claim(w, "lead", [lead])
    assert refusal.value.code == "pool.returned_too_often"
    assert company.lead(lead)["return_count"] == 2
    assert take(company, ZHAO_MIN, lead) == 1


def test_a_return_says_why_and_clears_what_was_theirs(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], refreeze_days=7)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    with company.acting(WANG_FANG) as w:
        create(w, "team_member", [_on_team(w, lead, ZHAO_MIN)])
    with company.acting(WANG_FANG) as w, pytest.raises(BadRequest) as refusal:
        give_back(w, "lead", [lead], None)
    assert refusal.value.code == "pool.reason_missing"
    with company.acting(WANG_FANG) as w, pytest.raises(BadRequest) as refusal:
        give_back(w, "lead", [lead], reason(w, "其他"))
    assert refusal.value.code == "pool.description_missing"
    bring_back(company, WANG_FANG, lead, name="其他", description="没有预算")
    back, me = company.lead(lead), company.person(WANG_FANG)
    assert {name: back[name] for name in ("owner_id", "department_id", "claimed_at", "expires_at")} == dict.fromkeys(
        ("owner_id", "department_id", "claimed_at", "expires_at")
    )
    assert (back["pool_status"], back["last_owner_id"], back["return_description"]) == ("unclaimed", me, "没有预算")
    assert (back["returned_at"], back["return_count"]) == (time.now, 1)
    # Those who were given it to work on are off it too.
    with company.acting(ZHAO_MIN) as w, pytest.raises(NotFound):
        get(w, "lead", lead, ("id",))


def _on_team(w: Writing, lead: int, person: Person) -> dict[str, object]:
    member = {"object": "user", "id": find_person(w, person.login)}
    return {"record_id": {"object": "lead", "id": lead}, "member_id": member, "level": "edit"}


def test_neither_locked_nor_finished_records_are_returned(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA])
    first, second = company.lie(pool, 2)
    take(company, WANG_FANG, first, second)
    with company.acting(ADMIN) as w:
        lock(w, "lead", [first])
    company.convert(second)
    for lead, code in ((first, "pool.locked"), (second, "pool.finished")):
        with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
            give_back(w, "lead", [lead], reason(w))
        assert refusal.value.code == code
        with company.acting(EMMA) as w, pytest.raises(Conflict):
            reclaim(w, "lead", [lead])
    assert company.lead(second)["expires_at"] is None


def test_administrators_call_back_and_move(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], default_days=10)
    other = company.pool("另一池", keepers=[EMMA], members=[ZHAO_MIN], default_days=5)
    foreign = company.pool("他池", keepers=[ZHAO_MIN])
    first, second = company.lie(pool, 2)
    take(company, WANG_FANG, first, second)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        reclaim(w, "lead", [first])
    assert refusal.value.code == "pool.administrators_only"
    with company.acting(EMMA) as w:
        reclaim(w, "lead", [first], "换人")
    assert company.lead(first)["owner_id"] is None
    with company.acting(EMMA) as w, pytest.raises(Conflict) as refusal:
        move(w, "lead", [first], foreign)
    assert refusal.value.code == "pool.administrators_only"
    time.on(days=1)
    with company.acting(EMMA) as w:
        move(w, "lead", [first, second], other)
    assert company.lead(second)["owner_id"] == company.person(WANG_FANG)
    assert company.lead(second)["expires_at"] == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)
    assert take(company, ZHAO_MIN, first) == 1


def test_who_hands_over_what_and_to_whom(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, LI_QIANG], keepers=[EMMA], default_days=10)
    strict = company.pool("不可转", members=[WANG_FANG, LI_QIANG], keepers=[EMMA], transfer_rule="administrators")
    (first,), (second,) = company.lie(pool), company.lie(strict)
    take(company, WANG_FANG, first, second)
    time.on(days=5)
    li, zhao = company.person(LI_QIANG), company.person(ZHAO_MIN)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        transfer(w, "lead", [first], zhao)
    assert refusal.value.code == "pool.not_a_member"
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        transfer(w, "lead", [second], li)
    assert refusal.value.code == "pool.not_transferable"
    with company.acting(WANG_FANG) as w:
        transfer(w, "lead", [first], li)
    handed = company.lead(first)
    assert (handed["owner_id"], handed["pool_status"]) == (li, "assigned")
    assert handed["expires_at"] == datetime(2026, 4, 9, 15, 59, 59, tzinfo=UTC)
    with company.acting(EMMA) as w:
        transfer(w, "lead", [second], li)


def test_a_plain_edit_of_the_owner_computes_protection_too(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG, LI_QIANG], default_days=10)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    time.on(days=5)
    li = company.person(LI_QIANG)
    with company.acting(ADMIN) as w:
        update(w, "lead", [Change(lead, {"owner_id": li})])
    edited = company.lead(lead)
    assert (edited["pool_status"], edited["claimed_at"]) == ("assigned", time.now)
    assert edited["expires_at"] == datetime(2026, 4, 9, 15, 59, 59, tzinfo=UTC)
    assert [m["kind"] for m in company.movements(lead)] == ["enter", "claim", "transfer"]
    for values, code in (({"owner_id": None}, "pool.by_return"), ({"pool_id": None}, "pool.by_action")):
        with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
            update(w, "lead", [Change(lead, values)])
        assert codes(refused) == [(0, code)]


def test_new_records_with_a_pool_and_an_owner(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[DIRECTOR, WANG_FANG], default_days=10)
    wang = company.person(WANG_FANG)
    lead = {"name": "李", "company_name": "乙", "mobile": "13900000000", "pool_id": pool}
    with company.acting(DIRECTOR) as w:
        first, second = create(w, "lead", [lead, {**lead, "owner_id": wang}]).ids
    assert first is not None
    assert second is not None
    assert (company.lead(first)["owner_id"], company.lead(first)["pool_status"]) == (None, "unclaimed")
    both = company.lead(second)
    assert (both["owner_id"], both["pool_status"], both["claimed_at"]) == (wang, "assigned", time.now)
    with company.acting(ZHAO_MIN) as w, pytest.raises(Refused) as refused:
        create(w, "lead", [lead])
    assert codes(refused) == [(0, "pool.not_a_member")]


def test_extensions_are_asked_for_and_granted(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA], default_days=10, longest_days=20)
    (lead,) = company.lie(pool)
    take(company, WANG_FANG, lead)
    wanted = datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC)
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        ask_extension(w, "lead", [lead], datetime(2026, 4, 20, tzinfo=UTC), "在谈")
    assert refusal.value.code == "pool.beyond_longest"
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        ask_extension(w, "lead", [lead], datetime(2026, 4, 1, tzinfo=UTC), "在谈")
    assert refusal.value.code == "pool.extension_shorter"
    with company.acting(WANG_FANG) as w:
        ask_extension(w, "lead", [lead], wanted, "在谈")
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        grant_extension(w, "lead", [lead], wanted)
    assert refusal.value.code == "pool.administrators_only"
    assert company.lead(lead)["extension_wanted_until"] == wanted
    with company.acting(EMMA) as w:
        grant_extension(w, "lead", [lead], wanted)
    granted = company.lead(lead)
    assert (granted["expires_at"], granted["extension_wanted_until"]) == (wanted, None)


def test_contacts_change_hands_with_their_account(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG, ZHAO_MIN])
    with company.acting(WANG_FANG) as w:
        mine = account(w, "甲")
        own = contact(w, "张", mine)
    with company.acting(DIRECTOR) as w:
        colleagues = contact(w, "李", mine)
    with company.acting(WANG_FANG) as w:
        give_back(w, "account", [mine], reason(w, "精力不足", "account"), pool_id=pool)
    assert company.record("account", mine)["pool_status"] == "unclaimed"
    assert company.record("contact", own)["owner_id"] is None
    assert company.record("contact", colleagues)["owner_id"] == company.person(DIRECTOR)
    # Who only may take the account does not see whom to call there.
    with company.acting(ZHAO_MIN) as w, pytest.raises(NotFound):
        get(w, "contact", own, ("id",))
    with company.acting(ZHAO_MIN) as w:
        claim(w, "account", [mine])
    assert company.record("contact", own)["owner_id"] == company.person(ZHAO_MIN)
    assert company.record("contact", colleagues)["owner_id"] == company.person(DIRECTOR)


def test_nothing_is_hung_on_what_nobody_has_taken(company: Pooled, time: Clock) -> None:
    pool = company.pool("客户池", "account", members=[WANG_FANG], keepers=[EMMA])
    lying = company.account(pool, "甲")
    with company.acting(WANG_FANG) as w, pytest.raises(Refused) as refused:
        opportunity(w, "一单", account_id=lying)
    assert codes(refused) == [(0, "pool.unclaimed")]
    with company.acting(WANG_FANG) as w, pytest.raises(Exception, match=r"access\.not_editable"):
        update(w, "account", [Change(lying, {"phone": "01012345678"})])
    with company.acting(EMMA) as w:
        update(w, "account", [Change(lying, {"phone": "01012345678"})])
        assert opportunity(w, "一单", account_id=lying)


def test_records_that_people_make_themselves(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], default_days=10)
    lead = {"name": "李", "company_name": "乙", "mobile": "13900000000"}

    def make(rule: str | None) -> int:
        if rule is not None:
            with company.product() as w:
                rows = page(w, Query("pool_self_created", columns_of(("id",)))).rows
                if rows:
                    update(w, "pool_self_created", [Change(rows[0][0], {"rule": rule})])
                else:
                    create(w, "pool_self_created", [{"object_name": "lead", "rule": rule}])
        with company.acting(WANG_FANG) as w:
            (made,) = create(w, "lead", [lead]).ids
        assert made is not None
        return made

    before = make(None)
    ruled = make("by_pool")
    assert company.lead(ruled)["expires_at"] == datetime(2026, 4, 4, 15, 59, 59, tzinfo=UTC)
    assert (company.lead(ruled)["pool_id"], company.lead(ruled)["pool_status"]) == (pool, "private")
    assert company.lead(before)["expires_at"] is None
    kept = make("never")
    with company.acting(WANG_FANG) as w, pytest.raises(Conflict) as refusal:
        give_back(w, "lead", [kept], reason(w), pool_id=pool)
    assert refusal.value.code == "pool.self_created"
    by_hand = make("manual")
    time.to(5, 1)
    company.night()
    assert company.lead(by_hand)["owner_id"] == company.person(WANG_FANG)
    assert company.lead(ruled)["owner_id"] is None
    bring_back(company, WANG_FANG, by_hand, pool_id=pool)
    assert company.lead(by_hand)["pool_status"] == "unclaimed"


def test_a_pool_with_records_in_it_stays(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG])
    empty = company.pool("空")
    company.lie(pool)
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
        update(w, "pool", [Change(pool, {"active": False})])
    assert codes(refused) == [(0, "pool.not_empty")]
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
        delete(w, "pool", [pool])
    assert codes(refused) == [(0, "pool.not_empty")]
    with company.acting(ADMIN) as w:
        delete(w, "pool", [empty])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"object_name": "contact"}, "object_name"),
        ({"object_name": "nothing"}, "object_name"),
        ({"longest_days": 3}, "longest_days"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"hidden_fields": '["name"]'}, "hidden_fields"),
        ({"hidden_fields": '["nothing"]'}, "hidden_fields"),
    ],
)
def test_settings_that_cannot_work_are_refused(company: Pooled, values: dict[str, object], field: str) -> None:
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
        create(w, "pool", [{"name": "池", "object_name": "lead", **values}])
    assert [p.field for p in refused.value.problems] == [field]


def test_only_administrators_set_pools_and_nobody_writes_the_log(company: Pooled, time: Clock) -> None:
    pool = company.pool(members=[WANG_FANG], keepers=[EMMA])
    (lead,) = company.lie(pool)
    with company.acting(EMMA) as w, pytest.raises(Exception, match=r"access\.action_denied"):
        update(w, "pool", [Change(pool, {"max_held": 1})])
    line = {"record_id": {"object": "lead", "id": lead}, "kind": "claim"}
    with company.acting(ADMIN) as w, pytest.raises(Refused) as refused:
        create(w, "pool_movement", [line])
    assert {p.code for p in refused.value.problems} >= {"record.system_field"}
    (entry,) = page_ids(company)
    for act in (
        lambda w: update(w, "pool_movement", [Change(entry, {"description": "x"})]),
        lambda w: delete(w, "pool_movement", [entry]),
    ):
        with company.acting(ADMIN) as w, pytest.raises(Exception, match=r"access\.action_denied"):
            act(w)


def page_ids(company: Pooled) -> list[int]:
    with company.product() as w:
        return [row[0] for row in page(w, Query("pool_movement", columns_of(("id",)))).rows]
