"""Record types, layouts and columns of lists: what fits, the same text again, and what becomes of stored records."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dougong.metadata.apply import apply_package
from dougong.metadata.check import InvalidDefinitions, problems_of
from dougong.metadata.definitions import object_from_body, object_to_body
from dougong.metadata.export import export_definitions
from dougong.metadata.model import Object
from dougong.metadata.package import Package, read_package, write_package
from dougong.metadata.registry import build_registry, without_system_fields
from dougong.storage.engine import Database
from tests.metadata.test_apply import LABEL, column, insert, plan_for, put, registry_of, steps

FIELDS = [
    {"name": "name", "type": "text", "label": LABEL},
    {
        "name": "state",
        "type": "select",
        "label": LABEL,
        "default": "new",
        "options": [{"value": v, "label": {"zh": v, "en": v}} for v in ("new", "won", "lost")],
    },
    {"name": "size", "type": "integer", "label": LABEL},
]
STANDARD = {"name": "standard", "label": LABEL, "default": True}
SHORT = {"name": "short", "label": LABEL, "options": {"state": ["new", "won"]}, "defaults": {"state": "won", "size": 3}}
LAYOUTS = [
    {
        "name": "for_short",
        "label": LABEL,
        "for": {"record_types": ["short"], "profiles": ["sales"]},
        "highlights": ["state"],
        "sections": [
            {
                "label": LABEL,
                "columns": 1,
                "collapsed": True,
                "visible_when": {"and": [{"field": "state", "op": "=", "value": "won"}]},
                "fields": ["name", {"name": "size", "required": True}, {"name": "state", "read_only": True}],
            }
        ],
        "related": [
            {
                "object": "thing",
                "field": "above_id",
                "columns": ["name", "owner.name"],
                "sort": [{"field": "size", "descending": True}],
                "rows": 10,
            }
        ],
        "buttons": ["x"],
    }
]
LINK = {"name": "above_id", "type": "lookup", "target": "thing", "label": LABEL}
USER = {
    "label": LABEL,
    "plural": LABEL,
    "name_field": "name",
    "owned": False,
    "sharing": "public_read",
    "fields": [{"name": "name", "type": "text", "label": LABEL}],
}


def thing(**settings: Any) -> Object:
    body = {"label": LABEL, "plural": LABEL, "name_field": "name", "fields": [*FIELDS, LINK], **settings}
    return object_from_body("thing", body)


def codes(obj: Object) -> set[str]:
    others = {name: object_from_body(name, USER) for name in ("user", "department")}
    return {problem.code for problem in problems_of({**others, "thing": obj}, {})}


def section(**settings: Any) -> dict[str, Any]:
    return {"label": LABEL, "fields": ["name"], **settings}


def condition(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"sections": [section(visible_when={"field": field, "op": op, **({"value": value[0]} if value else {})})]}


WRONG: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("metadata.record_type_default", {"record_types": [SHORT]}),
    ("metadata.record_type_default", {"record_types": [STANDARD, {**SHORT, "default": True}]}),
    ("metadata.record_type_default", {"record_types": [{**STANDARD, "active": False}]}),
    ("metadata.named_twice", {"record_types": [STANDARD, SHORT, SHORT]}),
    ("metadata.name_form", {"record_types": [{**STANDARD, "name": "A"}]}),
    ("metadata.no_such_field", {"record_types": [{**STANDARD, "options": {"stat": ["new"]}}]}),
    ("metadata.setting_unfit", {"record_types": [{**STANDARD, "options": {"size": ["1"]}}]}),
    ("metadata.no_such_option", {"record_types": [{**STANDARD, "options": {"state": ["new", "wonn"]}}]}),
    ("metadata.default_not_offered", {"record_types": [{**STANDARD, "options": {"state": ["won"]}}]}),
    ("metadata.default_not_offered", {"record_types": [{**SHORT, "default": True, "defaults": {"state": "lost"}}]}),
    ("metadata.bad_default", {"record_types": [{**STANDARD, "defaults": {"size": "many"}}]}),
    ("metadata.no_such_field", {"record_types": [{**STANDARD, "defaults": {"id": "1"}}]}),
    ("metadata.no_such_field", {"record_types": [{**STANDARD, "defaults": {"record_type": "standard"}}]}),
    ("metadata.record_types_unfit", {"record_types": [STANDARD], "configuration": True, "key": ["name"]}),
    ("metadata.named_twice", {"layouts": [{"name": "a", "label": LABEL}, {"name": "a", "label": LABEL}]}),
    ("metadata.no_such_record_type", {"layouts": [{"name": "a", "label": LABEL, "for": {"record_types": ["x"]}}]}),
    ("metadata.no_such_field", {"layouts": [{"name": "a", "label": LABEL, "sections": [section(fields=["x"])]}]}),
    ("metadata.no_such_field", {"layout": {"highlights": ["record_type"]}}),
    (
        "metadata.required_read_only",
        {"layout": {"sections": [section(fields=[{"name": "name", "required": True, "read_only": True}])]}},
    ),
    ("metadata.unknown_field", {"layout": condition("x", "=", "a")}),
    ("metadata.condition_elsewhere", {"layout": condition("owner.name", "=", "a")}),
    ("metadata.condition_relative", {"layout": condition("created_at", "=", {"relative": "TODAY"})}),
    ("metadata.condition_missing", {"layout": {"sections": [section(visible_when={})]}}),
    ("expressions.option_unknown", {"layout": condition("state", "=", "wonn")}),
    ("filter.unknown_operator", {"layout": condition("state", "is", "won")}),
    ("metadata.no_such_field", {"columns": {"list": ["name", "x"]}}),
    ("metadata.no_such_list", {"columns": {"lst": ["name"]}}),
    ("metadata.system_field", {"record_types": [STANDARD], "fields": [*FIELDS, {**FIELDS[0], "name": "record_type"}]}),
)


@pytest.mark.parametrize(("code", "settings"), WRONG)
def test_what_does_not_fit_is_told(code: str, settings: Mapping[str, Any]) -> None:
    assert code in codes(thing(**settings))


def test_what_fits_passes_and_is_the_same_text_again() -> None:
    obj = thing(
        record_types=[STANDARD, SHORT],
        layouts=LAYOUTS,
        layout=condition("record_type", "in", ["short"]),
        columns={"list": ["name", "owner.name", "record_type"], "lookup": ["state"]},
        buttons=[{"name": "x", "label": LABEL, "kind": "link", "url": "https://example.com/"}],
    )
    assert codes(obj) == set()
    body = object_to_body(obj)
    assert body["layouts"] == LAYOUTS
    assert body["record_types"] == [STANDARD, SHORT]
    assert object_from_body("thing", body) == obj
    others = {name: object_from_body(name, USER) for name in ("user", "department")}
    registry = build_registry(1, {**others, "thing": obj}, {})
    assert registry.objects["thing"].fields["record_type"].default == "standard"
    assert without_system_fields(registry.objects["thing"]) == obj


def test_text_is_written_and_read_alike(tmp_path: Path) -> None:
    obj = thing(record_types=[STANDARD, SHORT], layouts=LAYOUTS, columns={"search": ["state"]})
    write_package(Package(objects={"thing": obj}), tmp_path)
    assert read_package(tmp_path).objects == {"thing": obj}


def with_types(database: Database, *types: Mapping[str, Any], **settings: Any) -> Object:
    body = object_to_body(without_system_fields(registry_of(database).object("product")))
    return object_from_body("product", {**body, "record_types": list(types), **settings})


GOODS = {"name": "goods", "label": LABEL, "default": True}
SERVICE = {"name": "service", "label": LABEL}


def test_records_that_are_there_get_the_standard_type_when_there_are_types_at_all(database: Database) -> None:
    insert(database, "product", {"id": 1, "name": "甲"}, {"id": 2, "name": "乙"})
    planned = plan_for(database, with_types(database, GOODS, SERVICE))
    typed = {s.name: (s.touched, s.notes) for s in planned.steps if s.thing == "record_type"}
    assert typed == {"product.goods": (2, ("plan.note.typed",)), "product.service": (0, ())}
    put(database, planned)
    assert column(database, "product", "record_type") == ["goods", "goods"]
    # Later another type is the standard one: that is about new records.
    put(database, plan_for(database, with_types(database, {**GOODS, "default": False}, {**SERVICE, "default": True})))
    assert column(database, "product", "record_type") == ["goods", "goods"]


def test_a_type_in_use_stays_and_the_last_ones_go_with_a_warning(database: Database) -> None:
    put(database, plan_for(database, with_types(database, GOODS, SERVICE)))
    insert(database, "product", {"id": 1, "name": "甲", "record_type": "goods"})
    without = with_types(database, {**SERVICE, "default": True})
    assert [p.code for p in plan_for(database, without, prune=True).problems] == ["plan.record_type_in_use"]
    put(database, plan_for(database, with_types(database, GOODS), prune=True))
    gone = plan_for(database, with_types(database), prune=True)
    assert gone.problems == ()
    assert [(s.name, s.touched, s.risky) for s in gone.steps if s.thing == "record_type"] == [
        ("product.goods", 1, True)
    ]
    put(database, gone)
    assert "record_type" not in registry_of(database).tables["product"].c


def test_an_upgrade_leaves_a_companys_own_types_layouts_and_columns(database: Database) -> None:
    mine = {"name": "mine", "label": LABEL, "for": {"profiles": ["sales"]}}
    own = with_types(database, GOODS, layouts=[mine], columns={"list": ["name"], "lookup": ["name"]})
    put(database, plan_for(database, own))
    theirs = {"name": "theirs", "label": LABEL}
    brought = with_types(
        database, {**SERVICE, "default": True}, layouts=[theirs], columns={"list": ["name", "created_at"]}
    )
    put(database, plan_for(database, brought))
    found = registry_of(database).object("product")
    assert [(one.name, one.default) for one in found.record_types] == [("service", False), ("goods", True)]
    assert [one.name for one in found.layouts] == ["mine", "theirs"]
    assert dict(found.columns) == {"list": ("name", "created_at"), "lookup": ("name",)}


def test_a_plan_names_each_type_and_layout_and_applying_twice_changes_nothing(database: Database) -> None:
    first = {"name": "first", "label": LABEL, "highlights": ["name"]}
    wanted = with_types(database, GOODS, layouts=[first])
    planned = plan_for(database, wanted)
    assert ("add", "record_type", "product.goods") in steps(planned)
    assert ("add", "layout", "product.first") in steps(planned)
    put(database, planned)
    assert plan_for(database, wanted).steps == ()
    second = with_types(database, GOODS, layouts=[{**first, "highlights": []}])
    (step,) = plan_for(database, second).steps
    assert (step.act, step.thing, step.name, dict(step.changes)) == (
        "change",
        "layout",
        "product.first",
        {"highlights": (["name"], None)},
    )
    assert steps(plan_for(database, with_types(database, GOODS, layouts=[]), prune=True))[-1][:2] == (
        "remove",
        "layout",
    )


def test_export_gives_it_all_back(database: Database) -> None:
    put(database, plan_for(database, with_types(database, GOODS, SERVICE, columns={"search": ["name"]})))
    exported = export_definitions(registry_of(database))
    with database.transaction() as transaction:
        before = registry_of(database).version
        assert apply_package(transaction, exported, prune=True) == before


def test_a_layout_that_names_a_field_keeps_it_from_going(database: Database) -> None:
    layout = {"name": "one", "label": LABEL, "highlights": ["description"]}
    obj = with_types(database, layouts=[layout], layout={})
    put(database, plan_for(database, obj))
    fields = {name: found for name, found in obj.fields.items() if name != "description"}
    with pytest.raises(InvalidDefinitions) as refusal:
        plan_for(database, replace(obj, fields=fields), prune=True)
    assert {p.code for p in refusal.value.problems} >= {"metadata.no_such_field"}
