"""The standard package hangs together beyond its schema: views show what exists, rights name what exists."""

import json
from collections.abc import Iterator

import pytest

from dougong.access.principal import Action
from dougong.crm import STANDARD_PACKAGE
from dougong.expressions.ast import And, Compare, Condition, Not, Or
from dougong.expressions.filter_json import parse_filter
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import FieldType, Object
from dougong.metadata.needed import NEEDED
from dougong.metadata.package import Package, Record, read_package
from dougong.metadata.registry import Registry, build_registry
from dougong.records.configuration import record_problems

PACKAGE = read_package(STANDARD_PACKAGE)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry(1, PACKAGE.objects, PACKAGE.option_sets)


def test_records_fit_their_objects(registry: Registry) -> None:
    assert record_problems(registry, PACKAGE.records) == []


def test_what_the_product_needs_is_there(registry: Registry) -> None:
    for name, fields in NEEDED.items():
        for field, type_ in fields.items():
            assert registry.object(name).fields[field].type is type_


def test_preset_roles_and_profiles_are_those_of_the_specification() -> None:
    assert [r["key"] for r in PACKAGE.records["role"]] == ["admin", "standard", "manager", "partner"]
    assert all(r["preset"] for r in (*PACKAGE.records["role"], *PACKAGE.records["profile"]))
    assert [r["key"] for r in PACKAGE.records["profile"] if r.get("administers")] == ["administrator"]


def test_rights_name_objects_fields_and_actions_that_exist(registry: Registry) -> None:
    profiles = {r["key"] for r in PACKAGE.records["profile"]}
    for record in PACKAGE.records["object_permission"]:
        assert record["profile_id"] in profiles
        assert record["object_name"] in registry.objects
        assert {Action(a) for a in record["actions"]}
    for record in PACKAGE.records["field_permission"]:
        field = registry.object(record["object_name"]).fields[record["field_name"]]
        assert record["profile_id"] in profiles
        assert not (field.required and record["level"] == "hidden")


def test_sales_may_not_take_data_out_or_change_it_in_bulk() -> None:
    for record in PACKAGE.records["object_permission"]:
        if record["profile_id"] == "sales":
            assert not {"import", "export", "bulk_edit"} & set(record["actions"])


def test_only_the_administrator_profile_reaches_the_objects_that_decide_rights(registry: Registry) -> None:
    guarded = {o.name for o in registry.objects.values() if o.configuration or o.administered}
    assert {"user", "department", "role", "profile", "user_role", "user_profile"} <= guarded
    for record in PACKAGE.records["object_permission"]:
        if record["object_name"] in guarded:
            assert set(record["actions"]) == {"read"}


@pytest.mark.parametrize("view", PACKAGE.records["list_view"], ids=lambda v: str(v["key"]))
def test_a_list_view_shows_filters_and_sorts_by_what_exists(registry: Registry, view: Record) -> None:
    obj = registry.object(view["object_name"])
    for path in json.loads(view["columns"]):
        assert path.split(".")[0] in obj.fields
    for order in json.loads(view["sort"]):
        assert KINDS[obj.fields[order["field"]].type].sortable
    if "filter" in view:
        for compare in compares(parse_filter(json.loads(view["filter"]))):
            field = registry.field(obj, compare.path.steps[0])
            assert compare.operator in KINDS[field.type].operators
            if field.type is FieldType.SELECT:
                assert set(compare.values) <= {o.value for o in field.options}


def compares(condition: Condition) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case And(items) | Or(items):
            for item in items:
                yield from compares(item)
        case Not(item):
            yield from compares(item)


def test_each_object_in_the_navigation_has_a_view_for_everybody(registry: Registry) -> None:
    shown = {o.name for o in registry.objects.values() if o.navigation is not None}
    assert shown <= {v["object_name"] for v in PACKAGE.records["list_view"] if v["shared"]}


def test_every_field_that_people_fill_in_is_in_the_layout(registry: Registry) -> None:
    def missing(obj: Object) -> set[str]:
        laid_out = {name for section in obj.layout.sections for name in section.fields}
        own = set(PACKAGE.objects[obj.name].fields) - {obj.name_field}
        return own - laid_out - {"key", "code"}

    assert {name: missing(obj) for name, obj in registry.objects.items() if missing(obj)} == {}


def test_the_real_data_set_fits(registry: Registry) -> None:
    """An opportunity may come without account, amount and close date; its account needs no more than a name."""
    for name, wanted in {"opportunity": {"name", "stage"}, "account": {"name"}, "product": {"name"}}.items():
        assert {f.name for f in registry.object(name).fields.values() if f.required} == wanted


def test_a_package_is_plain_data() -> None:
    assert Package().objects == {}
