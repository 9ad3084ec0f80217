"""Dependent options in every way of writing: what is asked for must be offered, what stays behind is cleared."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from dougong.kit.errors import Refused
from dougong.metadata.apply import apply_package
from dougong.metadata.definitions import field_from_body
from dougong.metadata.package import Package
from dougong.metadata.registry import load_registry, without_system_fields
from dougong.records.api import Writing, create, get, history, undo_entry, update, writing
from dougong.records.write.batch import Change
from dougong.storage.engine import Database
from tests.records.conftest import RolledBack
from tests.transfer.conftest import World, found_people, know_world

LABEL = {"zh": "甲", "en": "A"}


def option(value: str, *shown_for: str) -> dict[str, Any]:
    label = {"zh": value, "en": value}
    return {"value": value, "label": label, **({"shown_for": list(shown_for)} if shown_for else {})}


FIELDS: tuple[Mapping[str, Any], ...] = (
    {"name": "province", "type": "select", "option_set": "china_province"},
    {"name": "city", "type": "select", "option_set": "china_city", "controlled_by": "province"},
    {"name": "district", "type": "select", "option_set": "china_district", "controlled_by": "city"},
    {"name": "vip", "type": "boolean"},
    {
        "name": "gifts",
        "type": "multi_select",
        "controlled_by": "vip",
        "default": ["pen"],
        "options": [option("pen", "false"), option("tea", "true"), option("card")],
    },
)
HANGZHOU = {"province": "330000", "city": "330100", "district": "330106"}


@pytest.fixture(scope="module")
def shared(shared_database: Database) -> World:
    """The standard company, whose accounts have dependent fields."""
    found_people(shared_database)
    made = know_world(shared_database)
    with shared_database.transaction() as tx:
        account = without_system_fields(load_registry(tx).objects["account"])
        more = {f["name"]: field_from_body({"label": LABEL, **f}) for f in FIELDS}
        changed = replace(account, fields=MappingProxyType({**account.fields, **more}))
        apply_package(tx, Package(objects={"account": changed}))
    with shared_database.snapshot() as snapshot:
        return World(shared_database, load_registry(snapshot), made.people)


@pytest.fixture
def w(shared: World) -> Iterator[Writing]:
    with suppress(RolledBack), shared.database.transaction() as tx:
        yield writing(tx, shared.registry, shared.people["admin"], "api")
        raise RolledBack


def made(w: Writing, **values: Any) -> int:
    (number,) = create(w, "account", [{"name": "甲", **values}]).ids
    assert number is not None
    return number


def held(w: Writing, number: int, *names: str) -> tuple[Any, ...]:
    record = get(w, "account", number)
    return tuple(record[name] for name in names)


def test_what_is_asked_for_must_be_offered(w: Writing) -> None:
    assert held(w, made(w, **HANGZHOU), "city", "district") == ("330100", "330106")
    with pytest.raises(Refused) as refused:
        create(w, "account", [{"name": "乙", **HANGZHOU, "city": "310100"}, {"name": "丙", "city": "330100"}])
    found = {(p.row, p.field, p.code) for p in refused.value.problems}
    assert found == {
        (0, "city", "value.option_not_offered"),
        (0, "district", "value.option_not_offered"),
        (1, "city", "value.controlling_blank"),
    }
    first = next(p for p in refused.value.problems if p.row == 0 and p.field == "city")
    assert (first.params["option_zh"], first.params["controlling_zh"]) == ("上海市", "浙江省")


def test_what_no_longer_fits_is_cleared_down_the_chain(w: Writing) -> None:
    number = made(w, **HANGZHOU)
    update(w, "account", [Change(number, {"province": "310000"})])
    assert held(w, number, "province", "city", "district") == ("310000", None, None)
    entry = history(w, "account", number)[0]
    assert {c.field for c in entry.changes} == {"province", "city", "district"}
    undo_entry(w, "account", number, entry.id)
    assert held(w, number, "province", "city", "district") == ("330000", "330100", "330106")


def test_what_still_fits_stays(w: Writing) -> None:
    number = made(w, vip=True, gifts=["tea", "card"])
    update(w, "account", [Change(number, {"vip": False})])
    assert held(w, number, "gifts") == (["card"],)
    update(w, "account", [Change(number, {"gifts": ["pen"], "vip": None})])
    assert held(w, number, "gifts") == (["pen"],)


def test_a_default_that_is_not_offered_is_left_out(w: Writing) -> None:
    assert held(w, made(w), "gifts") == (["pen"],)
    assert held(w, made(w, vip=True), "gifts") == (None,)


def test_old_and_new_value_together_are_judged_together(w: Writing) -> None:
    number = made(w, **HANGZHOU)
    moved = {"province": "310000", "city": "310100", "district": "310106"}
    update(w, "account", [Change(number, moved)])
    assert held(w, number, "district") == ("310106",)
    with pytest.raises(Refused) as refused:
        # The writer insists on the city that the record has.
        update(w, "account", [Change(number, {"province": "330000", "city": "310100"})])
    assert {(p.field, p.code) for p in refused.value.problems} == {("city", "value.option_not_offered")}


def test_records_from_before_the_dependence_may_be_edited_elsewhere(w: Writing) -> None:
    number = made(w, **HANGZHOU)
    account = w.registry.tables["account"]
    w.transaction.execute(account.update().where(account.c.id == number).values(city="310100"))
    update(w, "account", [Change(number, {"phone": "021-62345678"})])
    assert held(w, number, "city", "district") == ("310100", "330106")
