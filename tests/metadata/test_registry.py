"""The registry: what it adds, what it resolves, and that it tells every mistake at once."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.crm import STANDARD_PACKAGE
from dougong.kit.errors import BadRequest
from dougong.kit.text import messages
from dougong.metadata.check import InvalidDefinitions, problems_of
from dougong.metadata.definitions import object_from_body, object_to_body
from dougong.metadata.model import FieldType, Label, Object, Option, OptionSet
from dougong.metadata.package import read_package
from dougong.metadata.registry import Registry, RegistryCache, build_registry, children_of, without_system_fields

LABEL = {"zh": "甲", "en": "A"}
SET = OptionSet(
    "size", Label("大小", "Size"), (Option("big", Label("大", "Big")), Option("small", Label("小", "Small")))
)


def thing(name: str = "thing", fields: Mapping[str, Mapping[str, Any]] | None = None, **settings: Any) -> Object:
    """An object with a name field and whatever a test adds."""
    whole: dict[str, Mapping[str, Any]] = {"name": {"type": "text"}, **(fields or {})}
    body = {
        "label": LABEL,
        "plural": LABEL,
        "name_field": "name",
        "fields": [{"name": n, "label": LABEL, **f} for n, f in whole.items()],
        **settings,
    }
    return object_from_body(name, body)


def codes(*objects: Object) -> set[str]:
    """The codes of what is wrong with these objects beside a user and a department."""
    people = {n: thing(n, owned=False, sharing="public_read") for n in ("user", "department")}
    found = problems_of(people | {o.name: o for o in objects}, {"size": SET})
    assert {p.code for p in found} <= set(messages())
    return {p.code for p in found}


@pytest.fixture(scope="module")
def standard() -> Registry:
    """The registry of the standard package."""
    package = read_package(STANDARD_PACKAGE)
    return build_registry(7, package.objects, package.option_sets)


def test_system_fields_are_added_with_labels_in_both_languages(standard: Registry) -> None:
    account = standard.object("account")
    labels = {
        name: account.fields[name].label.zh for name in ("id", "created_at", "owner_id", "department_id", "version")
    }
    assert labels == {
        "id": "编号",
        "created_at": "创建时间",
        "owner_id": "所有人",
        "department_id": "所属部门",
        "version": "版本",
    }
    assert account.fields["updated_by_id"].system
    assert not account.fields["owner_id"].system
    assert account.fields["owner_id"].target == "user"
    assert "owner_id" not in standard.object("product").fields


def test_tables_have_the_columns_of_the_fields_and_of_the_contract(standard: Registry) -> None:
    columns = standard.tables["activity"].c
    assert {"related_type", "related_id", "location_latitude", "location_longitude"} <= set(columns.keys())
    assert {"deleted_at", "deleted_by_id", "deletion_id", "access", "owner_id", "version"} <= set(columns.keys())
    assert "address_city" in standard.tables["account"].c
    assert "address" not in standard.tables["account"].c
    assert not columns.created_at.nullable
    assert columns.subject.nullable
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    created = str(sa.schema.CreateTable(standard.tables["user"]).compile(dialect=dialect))
    assert 'CREATE TABLE data."user"' in created
    assert "nextval('public.record_id')" in created


def test_options_of_a_general_set_are_filled_in(standard: Registry) -> None:
    industry = standard.object("account").fields["industry"]
    assert "software" in {o.value for o in industry.options}
    assert without_system_fields(standard.object("account")).fields["industry"].options == ()


def test_unknown_names_come_with_the_nearest(standard: Registry) -> None:
    with pytest.raises(BadRequest) as refused:
        standard.object("acount")
    assert (refused.value.code, refused.value.params["nearest"]) == ("metadata.unknown_object", "account")
    with pytest.raises(BadRequest) as refused:
        standard.field(standard.object("account"), "indstry")
    assert (refused.value.code, refused.value.params["nearest"]) == ("metadata.unknown_field", "industry")


def test_the_registry_cannot_be_changed(standard: Registry) -> None:
    with pytest.raises(TypeError):
        standard.objects["x"] = standard.object("account")  # type: ignore[index]
    with pytest.raises(TypeError):
        del standard.object("account").fields["name"]  # type: ignore[attr-defined]


def test_children_are_the_lookups_that_point_here(standard: Registry) -> None:
    found = {(o.name, f.name) for o, f in children_of(standard, "account")}
    assert found == {
        ("account", "parent_id"), ("contact", "account_id"), ("opportunity", "account_id"), ("activity", "related_id"),
        ("activity", "account_id"), ("lead", "converted_account_id"), ("pool_movement", "record_id"),
        ("team_member", "record_id"), ("department", "account_id"), ("influence", "record_id"),
        ("map_position", "record_id"), ("quote", "account_id"), ("sales_order", "account_id"),
        ("contract", "account_id"), ("receivable", "account_id"), ("payment_plan", "account_id"),
        ("refund", "account_id"),
        ("tax_invoice", "account_id"), ("receipt", "account_id"), ("receivable_adjustment", "account_id"),
    }  # fmt: skip


def test_a_registry_rebuilt_from_itself_is_the_same(standard: Registry) -> None:
    again = build_registry(standard.version, standard.objects, standard.option_sets)
    assert again.objects == standard.objects


def test_definitions_as_data_give_back_the_object(standard: Registry) -> None:
    for obj in standard.objects.values():
        own = without_system_fields(obj)
        assert object_from_body(obj.name, object_to_body(own)) == own


WRONG: list[tuple[str, dict[str, dict[str, Any]], dict[str, Any]]] = [
    ("metadata.name_reserved", {"select": {"type": "text"}}, {}),
    ("metadata.name_form", {"Name2": {"type": "text"}}, {}),
    ("metadata.system_field", {"version": {"type": "integer"}}, {}),
    ("metadata.system_field", {"owner_id": {"type": "user"}}, {}),
    ("metadata.clash", {"home": {"type": "address"}, "home_city": {"type": "text"}}, {}),
    (
        "metadata.clash",
        {"related_id": {"type": "polymorphic", "targets": ["user"]}, "related_type": {"type": "text"}},
        {},
    ),
    ("metadata.step_clash", {"boss_id": {"type": "user"}, "boss": {"type": "text"}}, {}),
    ("metadata.no_such_field", {}, {"name_field": "title"}),
    ("metadata.wrong_part", {"body": {"type": "long_text"}}, {"name_field": "body"}),
    ("metadata.wrong_part", {}, {"stage_field": "name"}),
    ("metadata.wrong_part", {}, {"amount_field": "name"}),
    ("metadata.no_such_field", {}, {"key": ["code"]}),
    ("metadata.configuration_without_key", {}, {"configuration": True}),
    ("metadata.parent_without_master", {}, {"sharing": "parent", "owned": False}),
    ("metadata.master_without_parent", {"boss_id": {"type": "master_detail", "target": "user"}}, {}),
    ("metadata.owned_detail", {"boss_id": {"type": "master_detail", "target": "user"}}, {"sharing": "parent"}),
    (
        "metadata.two_masters",
        {n: {"type": "master_detail", "target": "user"} for n in ("a_id", "b_id")},
        {"sharing": "parent"},
    ),
    (
        "metadata.master_cycle",
        {"a_id": {"type": "master_detail", "target": "thing"}},
        {"sharing": "parent", "owned": False},
    ),
    ("metadata.private_unowned", {}, {"owned": False}),
    (
        "metadata.public_unowned",
        {"shown": {"type": "boolean"}},
        {"public_field": "shown", "owned": False, "sharing": "public_read"},
    ),
    ("metadata.no_such_field", {}, {"layout": {"highlights": ["x"]}}),
    ("metadata.no_such_field", {}, {"layout": {"sections": [{"label": LABEL, "fields": ["x"]}]}}),
    ("metadata.shown_twice", {}, {"layout": {"sections": [{"label": LABEL, "fields": ["name", "name"]}]}}),
    ("metadata.no_such_object", {}, {"layout": {"related": [{"object": "x", "field": "y_id", "columns": ["name"]}]}}),
    ("metadata.not_pointing", {}, {"layout": {"related": [{"object": "user", "field": "name", "columns": ["name"]}]}}),
    (
        "metadata.no_such_field",
        {"boss_id": {"type": "lookup", "target": "thing"}},
        {"layout": {"related": [{"object": "thing", "field": "boss_id", "columns": ["owner.nme"]}]}},
    ),
    ("metadata.link_name", {"boss": {"type": "user"}}, {}),
    ("metadata.no_target", {"boss_id": {"type": "lookup"}}, {}),
    ("metadata.no_target", {"boss_id": {"type": "polymorphic"}}, {}),
    ("metadata.no_such_object", {"boss_id": {"type": "lookup", "target": "usr"}}, {}),
    ("metadata.setting_unfit", {"x": {"type": "text", "target": "user"}}, {}),
    ("metadata.no_options", {"x": {"type": "select"}}, {}),
    ("metadata.no_such_option_set", {"x": {"type": "select", "option_set": "sizes"}}, {}),
    ("metadata.option_twice", {"x": {"type": "select", "options": [{"value": "a", "label": LABEL}] * 2}}, {}),
    ("metadata.option_form", {"x": {"type": "select", "options": [{"value": "a b", "label": LABEL}]}}, {}),
    ("metadata.setting_unfit", {"x": {"type": "text", "option_set": "size"}}, {}),
    ("metadata.setting_unfit", {"x": {"type": "text", "scale": 2}}, {}),
    ("metadata.setting_unfit", {"x": {"type": "long_text", "unique": True}}, {}),
    ("metadata.setting_unfit", {"x": {"type": "address", "indexed": True}}, {}),
    ("metadata.bad_setting", {"x": {"type": "decimal", "scale": 11}}, {}),
    ("metadata.bad_setting", {"x": {"type": "decimal", "minimum": "NaN"}}, {}),
    ("metadata.bad_setting", {"x": {"type": "date", "maximum": "tomorrow"}}, {}),
    ("metadata.bounds", {"x": {"type": "integer", "minimum": 2, "maximum": 1}}, {}),
    ("metadata.auto_number_format", {"x": {"type": "auto_number", "format": "OPP"}}, {}),
    ("metadata.integer_format", {"x": {"type": "integer", "format": "0,000"}}, {}),
    ("metadata.auto_number_format", {"x": {"type": "auto_number", "format": "{0000}{week}"}}, {}),
    ("metadata.bad_default", {"x": {"type": "integer", "default": "many"}}, {}),
    ("metadata.bad_default", {"x": {"type": "text", "default": "$today"}}, {}),
    ("metadata.bad_default", {"x": {"type": "select", "option_set": "size", "default": "huge"}}, {}),
    ("metadata.id_type", {"x": {"type": "id"}}, {}),
]


@pytest.mark.parametrize(("code", "fields", "settings"), WRONG)
def test_what_does_not_fit_together(code: str, fields: dict[str, dict[str, Any]], settings: dict[str, Any]) -> None:
    assert code in codes(thing(fields=fields, **settings))


def test_all_problems_are_told_at_once() -> None:
    bad = thing(fields={"x": {"type": "select"}, "boss": {"type": "user"}}, name_field="nme")
    with pytest.raises(InvalidDefinitions) as refused:
        build_registry(1, {"thing": bad}, {})
    assert len(refused.value.problems) >= 3
    assert refused.value.code == "metadata.invalid"
    assert all(p.params["place"].startswith("objects/thing") for p in refused.value.problems)


def test_good_definitions_have_no_problem() -> None:
    fields: dict[str, dict[str, Any]] = {
        "code": {"type": "auto_number", "format": "T-{yyyy}{mm}{dd}-{0000}", "unique": True},
        "size": {"type": "select", "option_set": "size", "default": "big"},
        "due": {"type": "date", "default": "$today", "minimum": "2020-01-01"},
        "boss_id": {"type": "user", "default": "$user"},
        "related_id": {"type": "polymorphic", "targets": ["user", "thing"]},
    }
    assert codes(thing(fields=fields, layout={"highlights": ["owner_id", "size"]})) == set()


def test_long_names_give_index_names_that_fit() -> None:
    name = "t" + "x" * 47
    obj = thing(
        name, {"f" + "y" * 47: {"type": "text", "indexed": True}, "g" + "y" * 47: {"type": "text", "unique": True}}
    )
    people = {n: thing(n, owned=False, sharing="public_read") for n in ("user", "department")}
    table = build_registry(1, people | {name: obj}, {}).tables[name]
    names = [str(index.name) for index in table.indexes]
    assert all(len(n) <= 63 for n in names)
    assert len(set(names)) == len(names)


def test_a_changed_label_makes_a_new_value_and_leaves_the_old(standard: Registry) -> None:
    account = standard.object("account")
    changed = replace(
        account, fields=MappingProxyType({**account.fields, "phone": replace(account.fields["phone"], required=True)})
    )
    again = build_registry(8, {**standard.objects, "account": changed}, standard.option_sets)
    assert again.object("account").fields["phone"].required
    assert not standard.object("account").fields["phone"].required
    assert standard.object("account").fields["id"].type is FieldType.ID


def test_an_empty_cache_has_no_registry() -> None:
    assert RegistryCache()._registry is None
