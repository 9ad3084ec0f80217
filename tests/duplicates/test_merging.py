"""Records that become one and are several again (domain.md 2.1), with what hangs on them, edge case by edge case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.kit.errors import BadRequest, Conflict, DougongError, Forbidden, NotFound, Refused
from dougong.metadata.registry import build_registry
from dougong.records.api import Change, create, delete, history, lock, restore, update
from dougong.records.merging import compare, merge, merged_into, merges_of, unmerge
from tests.duplicates.acts import Company, made, marked, rule, through
from tests.world.people import ADMIN, LI_QIANG, WANG_FANG, ZHAO_MIN

MOVING = {"version", "updated_at", "updated_by_id"}
"""What every write moves on; all else is as it was when a merge has been taken back."""

OBJECTS = ("account", "contact", "opportunity", "activity", "team_member", "lead")


def everything(company: Company) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """All records with all their columns."""
    found = {}
    for name in OBJECTS:
        for row in company.tx.rows(sa.select(company.registry.tables[name])):
            found[name, row.id] = {k: v for k, v in row._mapping.items() if k not in MOVING}
    return found


def values(company: Company, object_name: str, record_id: int) -> Mapping[str, Any]:
    return everything(company)[object_name, record_id]


@pytest.fixture
def pair(bare: Company) -> tuple[int, int]:
    """Two accounts of 王芳's, the second with a contact, a deal, an activity and a member of its team."""
    first = made(bare, WANG_FANG, "account", name="西湖电子", status="customer", phone="13800138000")
    second = made(bare, WANG_FANG, "account", name="西湖电子科技有限公司", email="a@b.com", phone="13900139000")
    contact = made(bare, WANG_FANG, "contact", name="张三", account_id=second)
    deal = made(bare, WANG_FANG, "opportunity", name="大单", account_id=second, amount=100, close_date="2026-12-01")
    made(bare, WANG_FANG, "activity", subject="拜访", related_id={"object": "account", "id": str(second)})
    made(
        bare,
        WANG_FANG,
        "activity",
        subject="电话",
        related_id={"object": "opportunity", "id": str(deal)},
        contact_id=contact,
    )
    member = {"object": "user", "id": str(bare.people["zhaomin"].user_id)}
    made(bare, WANG_FANG, "team_member", record_id={"object": "account", "id": str(second)}, member_id=member)
    return first, second


def test_what_hangs_on_the_others_hangs_on_the_one_that_stays(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {"name": second, "email": second})
    assert done.moved == {"contact": 1, "opportunity": 1, "activity": 2, "team_member": 1}
    now = values(bare, "account", first)
    told = ("name", "email", "phone", "status", "open_opportunities")
    assert [now[name] for name in told] == ["西湖电子科技有限公司", "a@b.com", "+8613800138000", "customer", 1]
    assert values(bare, "account", second)["deleted_at"] is not None
    assert values(bare, "account", second)["open_opportunities"] == 0
    with through(bare, ZHAO_MIN) as w:
        assert merged_into(w, "account", second) == first  # and a member of the other's team sees it
    with through(bare, ADMIN) as w:
        acts = [entry.action for entry in history(w, "account", first)]
        assert acts[0] == "update"
        assert [one.loser_ids for one in merges_of(w, "account", first)] == [(second,)]


def test_a_merge_taken_back_leaves_everything_as_it_was(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {"name": second, "phone": second}, keep_owners=True)
        assert everything(bare) != before
        unmerge(w, done.id)
    assert everything(bare) == before
    with through(bare, ADMIN) as w, pytest.raises(Conflict) as caught:
        unmerge(w, done.id)
    assert caught.value.code == "merging.undone_already"
    with through(bare, ADMIN) as w, pytest.raises(NotFound):
        merged_into(w, "account", second)


def test_five_at_once_and_no_more(bare: Company) -> None:
    ids = [made(bare, WANG_FANG, "lead", name=f"张{n}", company_name="甲", mobile=f"1380013800{n}") for n in range(6)]
    with through(bare, ADMIN) as w:
        with pytest.raises(BadRequest):
            merge(w, "lead", ids[0], ids[1:], {})
        with pytest.raises(BadRequest):
            merge(w, "lead", ids[0], [ids[0]], {})
        merge(w, "lead", ids[0], ids[1:5], {"mobile": ids[3]})
    assert values(bare, "lead", ids[0])["mobile"] == "+8613800138003"


def test_a_parent_merged_into_its_child_makes_no_circle(bare: Company) -> None:
    top = made(bare, WANG_FANG, "account", name="集团")
    parent = made(bare, WANG_FANG, "account", name="母公司", parent_id=top)
    child = made(bare, WANG_FANG, "account", name="子公司", parent_id=parent)
    sibling = made(bare, WANG_FANG, "account", name="另一个子公司", parent_id=parent)
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", child, [parent], {"parent_id": parent})
        assert values(bare, "account", child)["parent_id"] == top
        assert values(bare, "account", sibling)["parent_id"] == child
        unmerge(w, done.id)
    assert everything(bare) == before


def test_a_child_merged_into_its_parent(bare: Company) -> None:
    parent = made(bare, WANG_FANG, "account", name="母公司")
    child = made(bare, WANG_FANG, "account", name="子公司", parent_id=parent)
    grandchild = made(bare, WANG_FANG, "account", name="孙公司", parent_id=child)
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", parent, [child], {"parent_id": child})
        assert values(bare, "account", parent)["parent_id"] is None
        assert values(bare, "account", grandchild)["parent_id"] == parent
        unmerge(w, done.id)
    assert everything(bare) == before


def test_the_same_member_is_once_on_the_team_with_the_better_level(bare: Company) -> None:
    ids = [made(bare, WANG_FANG, "account", name=f"公司{n}") for n in "甲乙丙"]
    member = {"object": "user", "id": str(bare.people["zhaomin"].user_id)}
    for record_id, level in zip(ids, ("read", "edit", "read"), strict=True):
        place = {"object": "account", "id": str(record_id)}
        made(bare, WANG_FANG, "team_member", record_id=place, member_id=member, level=level)
    before = everything(bare)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", ids[0], ids[1:], {})
        team = bare.registry.tables["team_member"]
        mine = sa.select(team.c.level).where(team.c.record_id == ids[0], team.c.deleted_at.is_(None))
        assert [row.level for row in w.transaction.rows(mine)] == ["edit"]
        unmerge(w, done.id)
    assert everything(bare) == before


def test_the_other_owner_may_go_on_seeing_it(bare: Company) -> None:
    first = made(bare, WANG_FANG, "account", name="甲")
    second = made(bare, ZHAO_MIN, "account", name="乙")
    with through(bare, ZHAO_MIN) as w, pytest.raises(NotFound):
        merged_into(w, "account", first)
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {}, keep_owners=True)
    with through(bare, ZHAO_MIN) as w:
        assert merged_into(w, "account", second) == first
        update(w, "account", [Change(first, {"phone": "13800138000"})])
    with through(bare, ADMIN) as w:
        unmerge(w, done.id)
    with through(bare, ZHAO_MIN) as w, pytest.raises(DougongError):
        update(w, "account", [Change(first, {"phone": "13800138001"})])


def test_unique_values_change_hands(bare: Company) -> None:
    account = bare.registry.objects["account"]
    email = replace(account.fields["email"], unique=True)
    objects = {**bare.registry.objects, "account": replace(account, fields={**account.fields, "email": email})}
    strict = replace(bare, registry=build_registry(bare.registry.version, objects, bare.registry.option_sets))
    first = made(strict, WANG_FANG, "account", name="甲", email="one@b.com")
    second = made(strict, WANG_FANG, "account", name="乙", email="two@b.com")
    before = everything(strict)
    with through(strict, ADMIN) as w:
        done = merge(w, "account", first, [second], {"email": second})
        assert values(strict, "account", first)["email"] == "two@b.com"
        unmerge(w, done.id)
        assert everything(strict) == before
        done = merge(w, "account", first, [second], {})
        # Somebody else has taken the other's address meanwhile: then the merge stays.
        create(w, "account", [{"name": "丙", "email": "two@b.com"}])
    with through(strict, ADMIN) as w, pytest.raises(Refused) as caught:
        unmerge(w, done.id)
    assert [problem.code for problem in caught.value.problems] == ["unique.taken"]


def test_locked_records_are_left_alone_but_what_hangs_on_them_may_be_locked(
    bare: Company, pair: tuple[int, int]
) -> None:
    first, second = pair
    table = bare.registry.tables["contact"]
    with through(bare, ADMIN) as w:
        contact = w.transaction.scalar(sa.select(table.c.id).where(table.c.account_id == second))
        lock(w, "contact", [contact])
        done = merge(w, "account", first, [second], {})
        assert values(bare, "contact", contact)["account_id"] == first
        unmerge(w, done.id)
        assert values(bare, "contact", contact)["account_id"] == second
        lock(w, "account", [second])
        with pytest.raises(Conflict) as caught:
            merge(w, "account", first, [second], {})
    assert caught.value.code == "record.locked"


def test_who_may_merge(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    own = [made(bare, LI_QIANG, "account", name=name) for name in ("甲", "乙")]
    with through(bare, WANG_FANG) as w, pytest.raises(Forbidden):
        merge(w, "account", first, [second], {})  # the profile does not allow it
    with through(bare, LI_QIANG) as w:
        with pytest.raises(Forbidden):
            merge(w, "account", own[0], [second], {})  # seen, but not his to give away
        hidden = made(bare, ZHAO_MIN, "account", name="华南的客户")
        with pytest.raises(NotFound):
            merge(w, "account", own[0], [hidden], {})
        with pytest.raises(BadRequest) as caught:
            merge(w, "account", own[0], [own[1]], {"suspected_duplicate": own[1]})
        assert caught.value.code == "merging.field"
        merge(w, "account", own[0], [own[1]], {})


def test_what_was_changed_since_keeps_a_merge_from_being_taken_back(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {"name": second})
        update(w, "account", [Change(first, {"name": "又改了名"})])
        with pytest.raises(Conflict) as caught:
            unmerge(w, done.id)
        assert caught.value.code == "merging.changed_since"
        update(w, "account", [Change(first, {"name": "西湖电子科技有限公司", "status": "lost"})])
        unmerge(w, done.id)
    assert (values(bare, "account", first)["name"], values(bare, "account", first)["status"]) == ("西湖电子", "lost")


def test_what_came_since_stays_and_what_went_on_is_left(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    third = made(bare, WANG_FANG, "account", name="第三家")
    contacts = bare.registry.tables["contact"]
    with through(bare, ADMIN) as w:
        moved = w.transaction.scalar(sa.select(contacts.c.id).where(contacts.c.account_id == second))
        done = merge(w, "account", first, [second], {})
        (new,) = create(w, "contact", [{"name": "新人", "account_id": first}]).ids
        update(w, "contact", [Change(moved, {"account_id": third})])
        unmerge(w, done.id)
    assert values(bare, "contact", new or 0)["account_id"] == first
    assert values(bare, "contact", moved)["account_id"] == third


def test_a_loser_brought_back_by_hand_ends_the_merge(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {})
        restore(w, "account", [second])
        with pytest.raises(Conflict) as caught:
            unmerge(w, done.id)
    assert caught.value.code == "merging.gone"


def test_merges_may_follow_each_other(bare: Company) -> None:
    ids = [made(bare, WANG_FANG, "account", name=f"公司{n}") for n in "甲乙丙"]
    contact = made(bare, WANG_FANG, "contact", name="张三", account_id=ids[2])
    before = everything(bare)
    with through(bare, ADMIN) as w:
        one = merge(w, "account", ids[1], [ids[2]], {})
        two = merge(w, "account", ids[0], [ids[1]], {})
        assert merged_into(w, "account", ids[2]) == ids[0]
        assert values(bare, "contact", contact)["account_id"] == ids[0]
        with pytest.raises(NotFound):
            unmerge(w, one.id)  # what it made is itself in the bin
        unmerge(w, two.id)
        unmerge(w, one.id)
    assert everything(bare) == before


def test_merging_ends_the_suspicion_and_taking_it_back_renews_it(bare: Company) -> None:
    rule(bare, "account", [("name", "company", "account", "name")], action="block", include_deleted=True, triggers=[])
    with through(bare, ADMIN) as w:
        table = bare.registry.tables["duplicate_rule"]
        rule_id = w.transaction.scalar(sa.select(table.c.id).where(table.c.key == "test_account"))
    first = made(bare, WANG_FANG, "account", name="西湖电子")
    second = made(bare, WANG_FANG, "account", name="杭州西湖电子有限公司")
    with through(bare, ADMIN) as w:
        update(w, "duplicate_rule", [Change(rule_id, {"triggers": ["create", "edit"]})])
    with through(bare, ADMIN) as w:
        done = merge(w, "account", first, [second], {"name": second})
    assert marked(bare, "account", first) == [False]
    with through(bare, ADMIN) as w:
        unmerge(w, done.id)
    assert marked(bare, "account", first, second) == [True, True]


def test_a_record_in_the_way_is_told_and_nothing_is_done(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    before = everything(bare)
    with through(bare, ADMIN) as w:
        delete(w, "account", [made(bare, LI_QIANG, "account", name="x")])
    with through(bare, ADMIN) as w, pytest.raises((NotFound, Refused)):
        merge(w, "account", first, [second, 999_999_999], {})
    assert {k: v for k, v in everything(bare).items() if k in before} == before


def test_records_beside_each_other(bare: Company, pair: tuple[int, int]) -> None:
    first, second = pair
    with through(bare, ADMIN) as w:
        found = compare(w, "account", [first, second])
    assert [one.may_merge for one in found.records] == [True, True]
    assert {"name", "phone", "email", "status"} <= found.differing
    names = [field.name for field in found.fields]
    assert names.index("email") < names.index("owner_id")
    assert found.proposed["email"] == second
    assert found.proposed["status"] == first
    # The visit leads to the account twice: as what it is about, and as its account.
    assert sorted((use.object.name, use.number) for use in found.records[1].uses) == [
        ("activity", 2),
        ("contact", 1),
        ("opportunity", 1),
        ("team_member", 1),
    ]
