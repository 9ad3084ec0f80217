"""What a writer may not do is refused and said, never dropped in silence; what they may not know of does not exist."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from dougong.access.principal import Action, FieldAccess, system
from dougong.access.tokens import Kind, token
from dougong.kit.errors import Forbidden, NotFound, Problem, Refused
from dougong.kit.text import messages
from dougong.records.work import Writing
from dougong.records.write.pipeline import Change, create, delete, update
from dougong.storage.unit_of_work import Transaction
from tests.records.company import Company, limited, without


def problems(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str | None, str]]:
    return [(p.field, p.code) for p in refused.value.problems]


@pytest.mark.parametrize(
    ("action", "via"), [(Action.CREATE, "ui"), (Action.CREATE, "import"), (Action.IMPORT, "import")]
)
def test_creating_needs_the_object_right(company: Company, tx: Transaction, action: Action, via: str) -> None:
    actor = without(company.principal("王芳"), "account", action)
    with pytest.raises(Forbidden):
        create(company.write(tx, actor, via), "account", [{"name": "甲"}])


def test_import_right_is_for_imports_only(company: Company, tx: Transaction) -> None:
    actor = without(company.principal("王芳"), "account", Action.IMPORT)
    assert create(company.write(tx, actor, "ui"), "account", [{"name": "甲"}]).ids


def test_deleting_needs_the_object_right(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    actor = without(company.principal("王芳"), "account", Action.DELETE)
    with pytest.raises(Forbidden):
        delete(company.write(w.transaction, actor), "account", [account])


def test_read_only_fields_are_refused_each_by_name(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    levels = {"phone": FieldAccess.READ, "credit": FieldAccess.READ}
    actor = limited(company.principal("王芳"), "account", **levels)
    with pytest.raises(Refused) as refused:
        update(
            company.write(w.transaction, actor),
            "account",
            [Change(account, {"phone": "1", "credit": "2", "name": "乙"})],
        )
    assert sorted(problems(refused)) == [("credit", "record.field_read_only"), ("phone", "record.field_read_only")]


def test_hidden_secret_and_unknown_fields_get_one_answer(company: Company, tx: Transaction) -> None:
    actor = limited(company.principal("王芳"), "account", phone=FieldAccess.HIDDEN)
    answers = []
    for name in ("phone", "secret_word", "no_such_field"):
        with pytest.raises(Refused) as refused:
            create(company.write(tx, actor), "account", [{"name": "甲", name: "1"}])
        (problem,) = refused.value.problems
        answers.append(replace(problem, field=None, params={**problem.params, "name": ""}))
        assert "phone" not in str(problem.params.get("nearest"))
    assert answers[0].code == answers[1].code == answers[2].code == "record.unknown_field"
    assert {tuple(a.params) for a in answers} == {("name", "object", "nearest")}


@pytest.mark.parametrize(
    "name", ["id", "version", "created_at", "created_by_id", "updated_at", "updated_by_id", "score"]
)
def test_what_the_product_keeps_nobody_writes(w: Writing, name: str) -> None:
    with pytest.raises(Refused) as refused:
        create(w, "account", [{"name": "甲", name: "1"}])
    assert problems(refused) == [(name, "record.system_field")]


def test_the_product_itself_may_date_what_it_brings(company: Company, tx: Transaction) -> None:
    w = company.write(tx, system("demo"))
    values = {"name": "甲", "owner_id": str(company.ids["王芳"]), "created_at": "2025-01-02T03:04:05Z", "score": 3}
    account = create(w, "account", [values]).ids[0]
    table = w.registry.tables["account"]
    row = tx.one(sa.select(table).where(table.c.id == account))
    assert row is not None
    assert (row.created_at.isoformat(), row.score) == ("2025-01-02T03:04:05+00:00", 3)
    with pytest.raises(Refused):
        create(w, "account", [{"name": "甲", "version": 3}])


def test_numbers_are_given_except_by_an_import(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    values = {"name": "乙", "account_id": account, "number": "OLD-1"}
    with pytest.raises(Refused) as refused:
        create(w, "opportunity", [values])
    assert problems(refused) == [("number", "record.system_field")]
    assert create(company.write(w.transaction, "王芳", "import"), "opportunity", [values]).ids


def test_an_unseen_target_and_a_missing_one_get_one_answer(w: Writing, company: Company) -> None:
    theirs = create(company.write(w.transaction, "赵敏"), "account", [{"name": "别人的"}]).ids[0]
    found: list[Problem] = []
    for target in (theirs, 10**15):
        with pytest.raises(Refused) as refused:
            create(w, "contact", [{"name": "甲", "account_id": str(target)}])
        found += refused.value.problems
    unseen, missing = (replace(p, params={**p.params, "id": ""}) for p in found)
    assert unseen == missing
    assert found[0].code == "lookup.not_found"


def test_a_deleted_target_is_not_there(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    delete(w, "account", [account])
    with pytest.raises(Refused):
        create(w, "contact", [{"name": "甲", "account_id": account}])


def test_a_value_that_became_invisible_may_stay(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    contact = create(w, "contact", [{"name": "乙", "account_id": account}]).ids[0]
    update(w, "account", [Change(account, {"owner_id": company.ids["赵敏"]})])
    assert update(w, "contact", [Change(contact, {"name": "丙", "account_id": str(account)})]).versions == (2,)


def test_polymorphic_targets_are_checked(w: Writing, company: Company) -> None:
    contact_of = create(w, "account", [{"name": "甲"}]).ids[0]
    contact = create(w, "contact", [{"name": "乙", "account_id": contact_of}]).ids[0]
    for related in ({"object": "contact", "id": str(contact)}, {"object": "opportunity", "id": str(contact_of)}):
        with pytest.raises(Refused):
            create(w, "activity", [{"name": "访", "related_id": related}])


def test_a_detail_needs_an_editable_master(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    deal = create(w, "opportunity", [{"name": "乙", "account_id": account}]).ids[0]
    line = create(w, "opportunity_line", [{"opportunity_id": deal}]).ids[0]
    head = company.write(w.transaction, company.head("李强"))
    with pytest.raises(Refused) as refused:
        create(head, "opportunity_line", [{"opportunity_id": deal}])
    assert problems(refused) == [("opportunity_id", "access.master_not_editable")]
    with pytest.raises(Forbidden):
        update(head, "opportunity_line", [Change(line, {"quantity": 2})])
    with pytest.raises(NotFound):
        update(company.write(w.transaction, "赵敏"), "opportunity_line", [Change(line, {"quantity": 2})])
    editing = company.write(w.transaction, company.head("李强", edits=True))
    assert update(editing, "opportunity_line", [Change(line, {"quantity": 2})]).versions == (2,)


def test_handing_over_needs_the_right_and_an_active_owner(w: Writing, company: Company) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    narrow = company.write(w.transaction, without(company.principal("王芳"), "account", Action.TRANSFER))
    with pytest.raises(Refused) as refused:
        update(narrow, "account", [Change(account, {"owner_id": company.ids["赵敏"]})])
    assert problems(refused) == [("owner_id", "owner.no_transfer")]
    assert update(narrow, "account", [Change(account, {"owner_id": company.ids["王芳"]})]).change_id is None
    for gone in (company.ids["旧人"], 10**15):
        with pytest.raises(Refused) as refused:
            update(w, "account", [Change(account, {"owner_id": gone})])
        assert ("owner_id", "owner.inactive") in problems(refused)
    update(w, "account", [Change(account, {"owner_id": company.ids["赵敏"]})])
    table = w.registry.tables["account"]
    row = w.transaction.one(sa.select(table).where(table.c.id == account))
    assert row is not None
    assert (row.owner_id, row.department_id) == (company.ids["赵敏"], company.ids["华南"])
    assert row.access == [token(Kind.OWN, company.ids["赵敏"]), token(Kind.NODE, company.ids["华南"])]
    with pytest.raises(NotFound):
        update(w, "account", [Change(account, {"name": "乙"})])


def test_a_record_made_for_somebody_lies_in_their_department(w: Writing, company: Company) -> None:
    rows = [{"name": "甲", "owner_id": company.ids["赵敏"]}, {"name": "乙"}]
    rows.append({"name": "丙", "owner_id": company.ids["赵敏"], "department_id": company.ids["华东"]})
    ids = create(w, "account", rows).ids
    table = w.registry.tables["account"]
    found = {row.id: row.department_id for row in w.transaction.rows(sa.select(table.c.id, table.c.department_id))}
    assert [found[i] for i in ids] == [company.ids["华南"], company.ids["华东"], company.ids["华东"]]


@pytest.mark.parametrize("upward", [1, 2, 3])
def test_no_record_is_its_own_ancestor(w: Writing, upward: int) -> None:
    ids = create(w, "account", [{"name": str(n)} for n in range(4)]).ids
    update(w, "account", [Change(ids[n], {"parent_id": ids[n + 1]}) for n in range(3)])
    with pytest.raises(Refused) as refused:
        update(w, "account", [Change(ids[upward], {"parent_id": ids[0]})])
    assert problems(refused) == [("parent_id", "lookup.cycle")]
    with pytest.raises(Refused):
        update(w, "account", [Change(ids[upward], {"parent_id": ids[upward]})])


def test_a_circle_within_one_batch_is_seen(w: Writing) -> None:
    a, b = create(w, "account", [{"name": "a"}, {"name": "b"}]).ids
    with pytest.raises(Refused) as refused:
        update(w, "account", [Change(a, {"parent_id": b}), Change(b, {"parent_id": a})])
    assert [p.code for p in refused.value.problems] == ["lookup.cycle"] * 2


def test_turning_a_chain_round_in_one_batch_is_fine(w: Writing) -> None:
    a, b = create(w, "account", [{"name": "a"}, {"name": "b"}]).ids
    update(w, "account", [Change(a, {"parent_id": b})])
    assert update(w, "account", [Change(b, {"parent_id": a}), Change(a, {"parent_id": None})]).change_id


def test_an_inactive_option_may_stay_but_not_come(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    deal = create(w, "opportunity", [{"name": "乙", "account_id": account}]).ids[0]
    table = w.registry.tables["opportunity"]
    with pytest.raises(Refused) as refused:
        update(w, "opportunity", [Change(deal, {"stage": "frozen"})])
    assert problems(refused) == [("stage", "value.inactive_option")]
    w.transaction.execute(sa.update(table).where(table.c.id == deal).values(stage="frozen"))
    assert update(w, "opportunity", [Change(deal, {"stage": "frozen", "amount": "3"})]).versions == (2,)


def test_the_same_record_twice_in_a_batch(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    with pytest.raises(Refused) as refused:
        update(w, "account", [Change(account, {"name": "乙"}), Change(account, {"name": "丙"})])
    assert [(p.row, p.code) for p in refused.value.problems] == [(1, "record.twice")]


def test_stale_rows_of_a_batch_are_problems_of_their_rows(w: Writing) -> None:
    ids = create(w, "account", [{"name": "甲"}, {"name": "乙"}]).ids
    update(w, "account", [Change(ids[0], {"name": "丙"})])
    changes = [Change(ids[0], {"name": "丁"}, 1), Change(ids[1], {"name": "戊"}, 1)]
    with pytest.raises(Refused) as refused:
        update(w, "account", changes)
    assert [(p.row, p.code) for p in refused.value.problems] == [(0, "record.stale")]
    outcome = update(w, "account", changes, skip_problems=True)
    assert (outcome.ids, outcome.versions) == ((None, ids[1]), (None, 2))


def test_required_fields_may_not_be_emptied(w: Writing) -> None:
    account = create(w, "account", [{"name": "甲"}]).ids[0]
    for blank in (None, "", "  "):
        with pytest.raises(Refused) as refused:
            update(w, "account", [Change(account, {"name": blank})])
        assert problems(refused) == [("name", "field.required")]
    deal = create(w, "opportunity", [{"name": "乙", "account_id": account, "stage": None}]).ids[0]
    with pytest.raises(Refused) as refused:
        update(w, "opportunity", [Change(deal, {"stage": None})])
    assert problems(refused) == [("stage", "field.required")]


def test_each_code_has_a_sentence_in_both_languages() -> None:
    texts = messages()
    for code in ("record.not_found", "record.stale", "access.not_editable", "unique.taken", "lookup.cycle"):
        assert set(texts[code]) >= {"zh", "en"}
