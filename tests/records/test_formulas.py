"""Formula fields, computed defaults, validation rules: read everywhere like a column, decided in batches."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa

from dougong.access.fields import field_access, readable
from dougong.access.principal import Action, FieldAccess, Principal
from dougong.expressions.ast import TRUE, Compare, Operator, Path
from dougong.kit.errors import BadRequest, Refused
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.model import Field, FieldType, Label, ValidationRule
from dougong.metadata.registry import Registry, build_registry
from dougong.records.api import (
    Call,
    Change,
    Column,
    Function,
    Order,
    Query,
    columns_of,
    count,
    create,
    get,
    page,
    parse_soql,
    update,
)
from dougong.records.formulas import try_formula
from dougong.records.read.row_conditions import row_condition
from dougong.records.work import Reading, Writing, writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction
from tests.records.company import Company, label, limited, made, without

FORMULAS: Mapping[str, tuple[Field, ...]] = {
    "account": (
        made("worth", FieldType.CURRENCY, formula="credit * 2"),
        made("city", FieldType.TEXT, formula='address.city & "/" & owner.department.name'),
    ),
    "opportunity": (
        made("fee", FieldType.CURRENCY, scale=2, formula='IF(amount > 1000 && stage = "won", amount * 0.05, 0)'),
        made("expected", FieldType.DECIMAL, scale=3, formula="amount * probability"),
        made("share", FieldType.PERCENT, scale=1, formula="amount / account.worth"),
        made("title", FieldType.TEXT, formula='account.name & "：" & name'),
        made("band", FieldType.SELECT, options=(), formula='IF(amount > 1000, "open", "won")'),
        made("mine", FieldType.BOOLEAN, formula="owner_id = $user.id"),
        made("place", FieldType.TEXT, formula="$user.department.name"),
        made("days", FieldType.INTEGER, formula="close_date - TODAY()"),
        made("town", FieldType.TEXT, formula="account.city"),
    ),
}


def changed(registry: Registry, added: Mapping[str, tuple[Field, ...]], **settings: Mapping[str, Any]) -> Registry:
    """The registry with more fields on its objects, and other settings."""
    objects = dict(registry.objects)
    for name, more in added.items():
        obj = objects[name]
        options = objects["opportunity"].fields["stage"].options
        whole = [replace(f, options=options) if f.type is FieldType.SELECT else f for f in more]
        objects[name] = replace(obj, fields=MappingProxyType({**obj.fields, **{f.name: f for f in whole}}))
    for name, given in settings.items():
        objects[name] = replace(objects[name], **given)
    return build_registry(registry.version + 1, objects, registry.option_sets)


@pytest.fixture(scope="module")
def registry(company: Company) -> Registry:
    return changed(company.registry, FORMULAS)


@pytest.fixture
def wf(company: Company, registry: Registry, tx: Transaction) -> Writing:
    """王芳 writing where the formulas are in force."""
    return writing(tx, registry, company.principal("王芳"), "test")


@pytest.fixture
def world(wf: Writing) -> Mapping[str, int]:
    """Two accounts with opportunities."""
    accounts = create(
        wf,
        "account",
        [
            {"name": "甲", "credit": "1000", "address": {"province": "上海", "city": "上海"}},
            {"name": "乙"},
        ],
    ).ids
    rows = [
        {"name": "a", "account_id": accounts[0], "amount": "4000", "stage": "won", "probability": 50},
        {"name": "b", "account_id": accounts[0], "amount": "500", "probability": 10},
        {"name": "c", "account_id": accounts[1], "amount": None},
    ]
    made_ids = create(wf, "opportunity", rows).ids
    return {**dict(zip("甲乙", accounts, strict=True)), **dict(zip("abc", made_ids, strict=True))}  # type: ignore[dict-item]


def rows(r: Reading, *paths: str, **settings: Any) -> list[tuple[Any, ...]]:
    order = settings.pop("order", (Order(Path(("name",))),))
    return page(r, Query("opportunity", columns_of(paths), order=order, **settings)).rows


def test_computed_fields_are_read_like_any_other(wf: Writing, world: Mapping[str, int], company: Company) -> None:
    assert rows(wf, "fee", "expected", "share", "title", "band", "mine", "place", "days") == [
        (Decimal("200.00"), Decimal("2000.000"), Decimal("200.0"), "甲：a", "open", True, "华东", 0),
        (Decimal("0.00"), Decimal("50.000"), Decimal("25.0"), "甲：b", "won", True, "华东", 0),
        (Decimal("0.00"), None, None, "乙：c", "won", True, "华东", 0),
    ]
    assert get(wf, "opportunity", world["a"])["title"] == "甲：a"
    assert rows(wf, "town", "account.city", "account.worth")[0] == ("上海/华东", "上海/华东", Decimal("2000.00"))


def test_they_filter_sort_page_group_and_sum(wf: Writing, world: Mapping[str, int]) -> None:
    assert rows(wf, "name", where=Compare(Path(("fee",)), Operator.GT, (100,))) == [("a",)]
    assert rows(wf, "name", where=Compare(Path(("title",)), Operator.CONTAINS, ("甲",))) == [("a",), ("b",)]
    assert rows(wf, "name", where=Compare(Path(("account", "worth")), Operator.IS_NULL)) == [("c",)]
    assert count(wf, "opportunity", Compare(Path(("share",)), Operator.GE, (100,))).number == 1
    by_share = (Order(Path(("share",)), descending=True), Order(Path(("title",))))
    assert rows(wf, "name", order=by_share) == [("a",), ("b",), ("c",)]
    query = Query("opportunity", columns_of(["name"]), order=by_share, limit=1)
    first = page(wf, query)
    second = page(wf, replace(query, after=first.next))
    assert [*first.rows, *second.rows, *page(wf, replace(query, after=second.next)).rows] == [("a",), ("b",), ("c",)]
    band, fee = Path(("band",)), Call(Function.SUM, Path(("fee",)))
    grouped = Query("opportunity", (Column(band, "band"), Column(fee, "sum")), group=(band,), order=(Order(band),))
    assert page(wf, grouped).rows == [("open", Decimal("200.00")), ("won", Decimal("0.00"))]
    title = Path(("town",))
    by_place = Query("opportunity", (Column(title, "town"), Column(Call(Function.COUNT), "n")), group=(title,))
    assert sorted(page(wf, by_place).rows, key=str) == [("/华东", 1), ("上海/华东", 2)]


def test_soql_knows_them(wf: Writing, world: Mapping[str, int]) -> None:
    text = "SELECT band, SUM(fee) FROM opportunity WHERE fee >= 0 GROUP BY band HAVING SUM(fee) > 1"
    assert page(wf, parse_soql(text, wf.registry, wf.actor)).rows == [("open", Decimal("200.00"))]
    text = "SELECT name, (SELECT title, share FROM opportunities WHERE fee > 0) FROM account ORDER BY name"
    found = page(wf, parse_soql(text, wf.registry, wf.actor))
    assert sorted(str(one) for one in found.children[0].rows) == sorted(["[]", str([("甲：a", Decimal("200.0"))])])


def test_nobody_writes_them(wf: Writing, world: Mapping[str, int]) -> None:
    with pytest.raises(Refused) as refused:
        update(wf, "opportunity", [Change(world["a"], {"fee": "1"})])
    assert [(p.code, p.field) for p in refused.value.problems] == [("record.formula_field", "fee")]
    field = wf.registry.objects["opportunity"].fields["fee"]
    assert field_access(wf.actor, wf.registry.objects["opportunity"], field) is FieldAccess.READ


def hidden_from(company: Company, registry: Registry, tx: Transaction, actor: Principal) -> set[str]:
    obj = registry.objects["opportunity"]
    return {f.name for f in obj.fields.values() if not f.stored and not readable(actor, obj, f)}


def test_who_may_not_read_a_part_does_not_have_the_whole(
    company: Company, registry: Registry, tx: Transaction, wf: Writing, world: Mapping[str, int]
) -> None:
    wang = company.principal("王芳")
    no_amount = limited(wang, "opportunity", amount=FieldAccess.HIDDEN)
    assert hidden_from(company, registry, tx, no_amount) == {"fee", "expected", "share", "band"}
    # Through another formula of another object, and through a lookup on the way.
    assert hidden_from(company, registry, tx, limited(wang, "account", credit=FieldAccess.HIDDEN)) == {"share"}
    no_link = limited(wang, "opportunity", account_id=FieldAccess.HIDDEN)
    assert hidden_from(company, registry, tx, no_link) == {"share", "title", "town"}
    assert hidden_from(company, registry, tx, without(wang, "account", Action.READ)) == {"share", "title", "town"}
    blind = Reading(tx, registry, no_amount)
    for query in (
        Query("opportunity", columns_of(["fee"])),
        Query("opportunity", columns_of(["name"]), where=Compare(Path(("fee",)), Operator.GT, (1,))),
        Query("opportunity", columns_of(["name"]), order=(Order(Path(("fee",))),)),
    ):
        with pytest.raises(BadRequest) as refused:
            page(blind, query)
        assert refused.value.code == "metadata.unknown_field"
    assert "fee" not in get(blind, "opportunity", world["a"])


def test_a_record_that_the_reader_may_not_see_reads_blank(
    company: Company, registry: Registry, tx: Transaction, wf: Writing, world: Mapping[str, int]
) -> None:
    # 李强 owns the opportunity, 王芳 the account.
    theirs = writing(tx, registry, company.head("李强"), "test")
    with pytest.raises(Refused):
        create(
            writing(tx, registry, company.principal("李强"), "test"),
            "opportunity",
            [{"name": "x", "account_id": world["甲"]}],
        )
    create(theirs, "opportunity", [{"name": "d", "account_id": world["甲"], "amount": 100}])
    own = Reading(tx, registry, company.principal("李强"))
    assert rows(own, "title", "share", "town") == [("：d", None, None)]
    assert rows(own, "name", where=Compare(Path(("share",)), Operator.NOT_NULL)) == []


def test_the_person_in_a_formula_is_who_reads(
    company: Company, registry: Registry, tx: Transaction, world: Mapping[str, int]
) -> None:
    head = Reading(tx, registry, company.head("李强"))
    assert rows(head, "mine", "place")[0] == (False, "华东")
    assert rows(head, "name", where=Compare(Path(("mine",)), Operator.EQ, (True,))) == []


def test_sharing_rules_do_not_depend_on_them(registry: Registry) -> None:
    with pytest.raises(BadRequest) as refused:
        row_condition(registry, registry.objects["opportunity"], {"field": "fee", "op": ">", "value": "1"})
    assert refused.value.code == "condition.computed"


def test_a_formula_is_tried_on_a_record(wf: Writing, world: Mapping[str, int]) -> None:
    for text, expected in (
        ("fee", Decimal("200.00")),
        ("share", Decimal(2)),
        ("title", "甲：a"),
        ("account.worth + 1", Decimal(2001)),
        ("$user.department.name", "华东"),
        ("ISNEW() || ISCHANGED(amount)", False),
        ("PRIORVALUE(amount)", Decimal(4000)),
        ("account.address.city", "上海"),
    ):
        assert try_formula(wf, "opportunity", text, world["a"])[1] == expected, text


def test_python_gives_the_records_what_sql_gives(wf: Writing, world: Mapping[str, int]) -> None:
    obj = wf.registry.objects["opportunity"]
    for name in ("a", "b", "c"):
        stored = get(wf, "opportunity", world[name])
        for found in obj.fields.values():
            if not found.stored:
                value = try_formula(wf, "opportunity", found.name, world[name])[1]
                assert (value * 100 if found.type is FieldType.PERCENT and value is not None else value) == stored[
                    found.name
                ], found.name


RULES = (
    ValidationRule(
        "won_needs_amount", label("r"), 'stage = "won" && ISBLANK(amount)', Label("赢单须填金额", "Amount!"), "amount"
    ),
    ValidationRule("never_less", label("r"), "amount < PRIORVALUE(amount)", Label("不能减少", "Not less"), "amount"),
    ValidationRule(
        "new_small", label("r"), "ISNEW() && amount > account.credit * 10", Label("超过信用", "Credit"), None
    ),
    ValidationRule("fixed", label("r"), "ISCHANGED(name)", Label("不能改名", "No renaming"), "name", when=("update",)),
    ValidationRule("off", label("r"), "true", Label("关", "Off"), active=False),
    ValidationRule("fee", label("r"), "fee > 4000", Label("费用过高", "Fee"), None, when=("create",)),
)


@pytest.fixture
def ruled(company: Company, registry: Registry, tx: Transaction) -> Writing:
    strict = changed(registry, {}, opportunity={"validation_rules": RULES})
    return writing(tx, strict, company.principal("王芳"), "test")


def refusals(outcome: Any) -> list[tuple[int, str, str | None]]:
    return [(p.row, p.params["rule"], p.field) for p in outcome.problems]


def test_a_rule_refuses_in_batches_and_says_where(ruled: Writing, world: Mapping[str, int]) -> None:
    given = [
        {"name": "1", "account_id": world["甲"], "stage": "won"},
        {"name": "2", "account_id": world["甲"], "amount": 20_000},
        {"name": "3", "account_id": world["乙"], "amount": 20_000},
        {"name": "4", "account_id": world["乙"], "amount": 100_000, "stage": "won"},
    ]
    outcome = create(ruled, "opportunity", given, skip_problems=True)
    assert refusals(outcome) == [(0, "won_needs_amount", "amount"), (1, "new_small", None), (3, "fee", None)]
    assert [one is not None for one in outcome.ids] == [False, False, True, False]
    with pytest.raises(Refused) as refused:
        create(ruled, "opportunity", given)
    problem = refused.value.problems[0]
    assert (problem.code, problem.params["message_zh"]) == ("record.rule", "赢单须填金额")


def test_rules_know_what_the_record_was(ruled: Writing, world: Mapping[str, int]) -> None:
    changes = [
        Change(world["a"], {"amount": "3999"}),
        Change(world["b"], {"amount": "501"}),
        Change(world["c"], {"name": "other"}),
    ]
    outcome = update(ruled, "opportunity", changes, skip_problems=True)
    assert refusals(outcome) == [(0, "never_less", "amount"), (2, "fixed", "name")]
    # Nothing changes, so nothing is refused.
    assert not update(ruled, "opportunity", [Change(world["c"], {"name": "c"})]).problems


def test_rules_read_what_is_behind_lookups_once_for_the_batch(ruled: Writing, world: Mapping[str, int]) -> None:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "data.account" in statement and "SELECT" in statement and "FOR " not in statement:
            seen.append(statement)

    sa.event.listen(ruled.transaction.connection, "before_cursor_execute", note)
    given = [{"name": str(n), "account_id": world["甲"], "amount": 1} for n in range(50)]
    create(ruled, "opportunity", given)
    assert len([s for s in seen if "credit" in s]) == 1


def test_a_rule_of_a_hidden_field_does_not_name_it(
    company: Company, ruled: Writing, tx: Transaction, world: Mapping[str, int]
) -> None:
    actor = limited(company.principal("王芳"), "opportunity", amount=FieldAccess.HIDDEN)
    blind = writing(tx, ruled.registry, actor, "test")
    with pytest.raises(Refused) as refused:
        create(blind, "opportunity", [{"name": "x", "account_id": world["甲"], "stage": "won"}])
    assert [(p.code, p.field) for p in refused.value.problems] == [("record.rule", None)]


DEFAULTS = {
    "amount": "account.credit * 3",
    "next_step": 'IF(TEXT(amount) = "3000", "call " & $user.name, "write")',
    "contact_id": "null",
    "probability": "IF(amount > 2000, 0.9, 0.1)",
}


def test_defaults_are_computed_from_what_was_given(
    company: Company, registry: Registry, tx: Transaction, world: Mapping[str, int]
) -> None:
    own = registry.objects["opportunity"].fields
    added = tuple(replace(own[name], default_formula=text) for name, text in DEFAULTS.items())
    w = writing(tx, changed(registry, {"opportunity": added}), company.principal("王芳"), "test")
    ids = create(
        w,
        "opportunity",
        [
            {"name": "1", "account_id": world["甲"]},
            {"name": "2", "account_id": world["甲"], "amount": "7", "next_step": "mine"},
            {"name": "3", "account_id": world["甲"], "amount": None},
        ],
    ).ids
    found = [get(w, "opportunity", i or 0, ["amount", "next_step", "probability"]) for i in ids]
    assert [tuple(one.values()) for one in found] == [
        (Decimal("3000.00"), "call 王芳", Decimal(90)),
        (Decimal("7.00"), "mine", Decimal(10)),
        (None, "write", Decimal(10)),
    ]


@pytest.mark.parametrize(
    ("added", "code"),
    [
        (
            {"opportunity": (made("x", FieldType.CURRENCY, formula="y"), made("y", FieldType.CURRENCY, formula="x"))},
            "formula.circle",
        ),
        ({"opportunity": (made("x", FieldType.CURRENCY, formula="x + 1"),)}, "formula.circle"),
        (
            {
                "account": (made("x", FieldType.TEXT, formula="parent.x"),),
            },
            "formula.circle",
        ),
        ({"account": (made("x", FieldType.TEXT, formula="parent.parent.name"),)}, None),
        ({"account": (made("x", FieldType.TEXT, formula="credit"),)}, "formula.wrong_result"),
        ({"account": (made("x", FieldType.TEXT, formula="secret_word"),)}, "formula.unknown_field"),
        ({"account": (made("x", FieldType.TEXT, formula="logo"),)}, "formula.unusable_field"),
        ({"account": (made("x", FieldType.TEXT, formula="address"),)}, "formula.unusable_field"),
        ({"account": (made("x", FieldType.TEXT, formula="address.city"),)}, None),
        ({"account": (made("x", FieldType.TEXT, formula="name.city"),)}, "formula.not_a_lookup"),
        ({"activity": (made("x", FieldType.TEXT, formula="related.name"),)}, None),
        ({"activity": (made("x", FieldType.TEXT, formula="related.code"),)}, "formula.polymorphic_only_name"),
        ({"account": (made("x", FieldType.ADDRESS, formula="name"),)}, "metadata.formula_type"),
        ({"account": (made("x", FieldType.TEXT, formula="name", required=True),)}, "metadata.formula_setting"),
        ({"account": (made("x", FieldType.TEXT, formula="name", unique=True),)}, "metadata.formula_setting"),
        ({"account": (made("x", FieldType.TEXT, formula="name", default="a"),)}, "metadata.formula_setting"),
        ({"opportunity": (made("x", FieldType.USER, default_formula="account.owner_id"),)}, "metadata.link_name"),
        ({"opportunity": (made("x_id", FieldType.USER, default_formula="account.owner_id"),)}, None),
        ({"opportunity": (made("x_id", FieldType.USER, default_formula="account_id"),)}, "formula.wrong_record"),
        ({"opportunity": (made("x", FieldType.TEXT, default_formula="PRIORVALUE(name)"),)}, "formula.only_in_rules"),
    ],
)
def test_formulas_that_cannot_be_in_force(
    company: Company, added: Mapping[str, tuple[Field, ...]], code: str | None
) -> None:
    if code is None:
        changed(company.registry, added)
        return
    with pytest.raises(InvalidDefinitions) as refused:
        changed(company.registry, added)
    assert code in {p.params.get("reason", p.code) for p in refused.value.problems}


def test_a_circle_over_objects_is_told_with_its_way(company: Company) -> None:
    added = {
        "account": (made("a", FieldType.TEXT, formula="parent.b"), made("b", FieldType.TEXT, formula="owner.c")),
        "user": (made("c", FieldType.TEXT, formula="manager.d"), made("d", FieldType.TEXT, formula="name")),
    }
    changed(company.registry, added)
    round_trip = {
        "opportunity": (made("o", FieldType.TEXT, formula="account.p"),),
        "contact": (made("q", FieldType.TEXT, formula="account.p"),),
        "account": (made("p", FieldType.TEXT, formula="parent.r"), made("r", FieldType.TEXT, formula="p & name")),
    }
    with pytest.raises(InvalidDefinitions) as refused:
        changed(company.registry, round_trip)
    ways = {p.params["place"]: p.params["way_zh"] for p in refused.value.problems if p.code == "formula.circle"}
    assert ways["objects/account.fields.p.formula"] == "account.p → account.r → account.p"


def test_formulas_of_formulas_are_bounded(company: Company) -> None:
    doubling = [made("f0", FieldType.DECIMAL, formula="credit")]
    doubling += [made(f"f{n}", FieldType.DECIMAL, formula=f"f{n - 1} + f{n - 1}") for n in range(1, 20)]
    with pytest.raises(InvalidDefinitions) as refused:
        changed(company.registry, {"account": tuple(doubling)})
    assert {p.code for p in refused.value.problems} == {"formula.too_large_in_all"}


def test_removing_a_field_that_a_formula_uses_is_refused(
    company: Company, registry: Registry, database: Database
) -> None:
    obj = registry.objects["account"]
    less = {n: f for n, f in obj.fields.items() if n != "credit"}
    objects = {**registry.objects, "account": replace(obj, fields=MappingProxyType(less))}
    with pytest.raises(InvalidDefinitions) as refused:
        build_registry(9, objects, registry.option_sets)
    assert ("formula.unknown_field", "objects/account.fields.worth.formula") in {
        (p.params.get("reason"), p.params["place"]) for p in refused.value.problems
    }


def test_condition_over_everything_counts_as_without_formulas(wf: Writing, world: Mapping[str, int]) -> None:
    assert count(wf, "opportunity", TRUE).number == 3
