"""Record types on the write path: which type a new record has, what it starts with, and what it lets one choose."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from dougong.access.principal import FieldAccess, Principal, system
from dougong.kit.errors import Problem, Refused
from dougong.metadata.model import RecordType
from dougong.records.api import Change, create, get, update
from dougong.records.work import Writing
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction
from tests.records.company import OBJECTS, Company, found_company, label, limited

TYPES = (
    RecordType("deal", label("deal"), default=True),
    RecordType(
        "renewal",
        label("renewal"),
        options=MappingProxyType({"stage": ("won",)}),
        defaults=MappingProxyType({"stage": "won", "probability": 80, "next_step": "打电话"}),
    ),
    RecordType("old", label("old"), active=False),
)


@pytest.fixture(scope="module")
def company(shared_bare_database: Database) -> Company:
    tagged = (
        RecordType("key", label("key"), default=True, options=MappingProxyType({"tags": ("open",)})),
        RecordType("plain", label("plain")),
    )
    types = {"opportunity": TYPES, "account": tagged}
    return found_company(shared_bare_database, [replace(o, record_types=types.get(o.name, ())) for o in OBJECTS])


@pytest.fixture
def account(w: Writing) -> int:
    return made(w, "account", {"name": "甲"})


def made(w: Writing, name: str, values: dict[str, Any]) -> int:
    record_id = create(w, name, [values]).ids[0]
    assert record_id is not None
    return record_id


def stored(w: Writing, name: str, record_id: int) -> dict[str, Any]:
    return get(w, name, record_id)


def told(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str | None]]:
    problems: Sequence[Problem] = refusal.value.problems
    return [(problem.code, problem.field) for problem in problems]


def as_seller(
    company: Company, tx: Transaction, barred: AbstractSet[str] = frozenset(), chosen: str | None = None
) -> Writing:
    return company.write(tx, ruled(company.principal("王芳"), barred, chosen))


def ruled(principal: Principal, barred: AbstractSet[str], chosen: str | None) -> Principal:
    held = replace(principal.rights["opportunity"], barred_types=frozenset(barred), preselected_type=chosen)
    return replace(principal, rights=MappingProxyType({**principal.rights, "opportunity": held}))


def test_who_names_no_type_gets_the_standard_one_and_its_defaults(w: Writing, account: int) -> None:
    record = stored(w, "opportunity", made(w, "opportunity", {"name": "甲", "account_id": account}))
    assert (record["record_type"], record["stage"], record["next_step"]) == ("deal", "open", None)


def test_a_type_brings_its_own_defaults_which_what_is_given_overrides(w: Writing, account: int) -> None:
    given = {"name": "甲", "account_id": account, "record_type": "renewal"}
    record = stored(w, "opportunity", made(w, "opportunity", given))
    assert (record["stage"], record["probability"], record["next_step"]) == ("won", 80, "打电话")
    record = stored(w, "opportunity", made(w, "opportunity", {**given, "next_step": None, "probability": 10}))
    assert (record["stage"], record["probability"], record["next_step"]) == ("won", 10, None)
    # A required field given blank takes the type's default, as it would its own.
    assert stored(w, "opportunity", made(w, "opportunity", {**given, "stage": ""}))["stage"] == "won"


def test_a_profile_preselects_a_type_unless_it_may_not_be_created(
    company: Company, tx: Transaction, account: int
) -> None:
    given = {"name": "甲", "account_id": account}
    for barred, chosen, wanted in (
        (set(), "renewal", "renewal"),
        ({"renewal"}, "renewal", "deal"),
        ({"deal"}, None, "renewal"),
        (set(), "old", "deal"),
    ):
        w = as_seller(company, tx, barred, chosen)
        assert stored(w, "opportunity", made(w, "opportunity", given))["record_type"] == wanted


@pytest.mark.parametrize("via", ["test", "import"])
def test_a_type_that_is_not_ones_own_is_refused_whichever_way(
    company: Company, tx: Transaction, account: int, via: str
) -> None:
    w = replace(as_seller(company, tx, {"renewal"}), via=via)
    with pytest.raises(Refused) as refusal:
        create(w, "opportunity", [{"name": "甲", "account_id": account, "record_type": "renewal"}])
    assert told(refusal) == [("record_type.not_yours", "record_type")]
    everything = as_seller(company, tx, {"renewal", "deal"})
    with pytest.raises(Refused) as refusal:
        create(everything, "opportunity", [{"name": "甲", "account_id": account}])
    assert told(refusal) == [("record_type.not_yours", "record_type")]


def test_administrators_and_the_product_may_use_each_active_type(
    company: Company, tx: Transaction, account: int
) -> None:
    admin = replace(ruled(company.principal("王芳"), {"renewal"}, None), administers=True)
    for actor in (admin, system("a test")):
        w = company.write(tx, actor)
        made(w, "opportunity", {"name": "甲", "account_id": account, "record_type": "renewal"})
        with pytest.raises(Refused) as refusal:
            create(w, "opportunity", [{"name": "甲", "account_id": account, "record_type": "old"}])
        assert told(refusal) == [("value.inactive_option", "record_type")]


def test_a_record_of_a_type_that_one_may_not_create_is_edited_all_the_same(
    company: Company, tx: Transaction, w: Writing, account: int
) -> None:
    record = made(w, "opportunity", {"name": "甲", "account_id": account, "record_type": "renewal"})
    barred = as_seller(company, tx, {"renewal"})
    update(barred, "opportunity", [Change(record, {"name": "乙", "record_type": "renewal"})])
    assert stored(barred, "opportunity", record)["name"] == "乙"
    update(barred, "opportunity", [Change(record, {"record_type": "deal"})])
    with pytest.raises(Refused) as refusal:
        update(barred, "opportunity", [Change(record, {"record_type": "renewal", "stage": "won"})])
    assert told(refusal) == [("record_type.not_yours", "record_type")]


def test_a_value_that_the_type_does_not_offer_is_refused_when_it_is_set_and_stays_where_it_stands(
    company: Company, tx: Transaction, w: Writing, account: int
) -> None:
    given = {"name": "甲", "account_id": account, "record_type": "renewal", "stage": "open"}
    with pytest.raises(Refused) as refusal:
        create(w, "opportunity", [given])
    assert told(refusal) == [("record_type.not_offered", "stage")]
    assert refusal.value.problems[0].params["value_zh"] == "进行中"
    # It got there before its type offered less.
    record = made(w, "opportunity", {**given, "record_type": "deal"})
    table = w.registry.tables["opportunity"]
    tx.execute(table.update().where(table.c.id == record).values(record_type="renewal"))
    update(w, "opportunity", [Change(record, {"name": "乙", "stage": "open"})])
    update(w, "opportunity", [Change(record, {"stage": "won"})])
    with pytest.raises(Refused) as refusal:
        update(w, "opportunity", [Change(record, {"stage": "open"})])
    assert told(refusal) == [("record_type.not_offered", "stage")]


def test_another_type_says_which_values_do_not_fit_it(
    company: Company, tx: Transaction, w: Writing, account: int
) -> None:
    record = made(w, "opportunity", {"name": "甲", "account_id": account})
    with pytest.raises(Refused) as refusal:
        update(w, "opportunity", [Change(record, {"record_type": "renewal"})])
    assert told(refusal) == [("record_type.not_offered", "stage")]
    # Who may not change the value is not asked to.
    reader = company.write(tx, limited(company.principal("王芳"), "opportunity", stage=FieldAccess.READ))
    update(reader, "opportunity", [Change(record, {"record_type": "renewal"})])
    assert stored(w, "opportunity", record)["stage"] == "open"
    update(w, "opportunity", [Change(record, {"record_type": "deal"})])
    update(w, "opportunity", [Change(record, {"record_type": "renewal", "stage": "won"})])
    record_now = stored(w, "opportunity", record)
    assert (record_now["record_type"], record_now["stage"]) == ("renewal", "won")


def test_of_several_chosen_values_the_new_ones_must_be_offered(w: Writing, tx: Transaction) -> None:
    account = made(w, "account", {"name": "乙", "record_type": "plain", "tags": ["open", "won"]})
    table = w.registry.tables["account"]
    tx.execute(table.update().where(table.c.id == account).values(record_type="key"))
    update(w, "account", [Change(account, {"tags": ["won"]})])
    update(w, "account", [Change(account, {"tags": ["won", "open"]})])
    update(w, "account", [Change(account, {"tags": ["open"]})])
    with pytest.raises(Refused) as refusal:
        update(w, "account", [Change(account, {"tags": ["open", "won"]})])
    assert told(refusal) == [("record_type.not_offered", "tags")]


def test_a_batch_leaves_out_the_rows_that_do_not_fit(w: Writing, account: int) -> None:
    rows = [{"name": n, "account_id": account, "record_type": t} for n, t in (("甲", "deal"), ("乙", "nothing"))]
    outcome = create(w, "opportunity", rows, skip_problems=True)
    assert outcome.ids[0] is not None
    assert [(p.code, p.row) for p in outcome.problems] == [("value.unknown_option", 1)]
