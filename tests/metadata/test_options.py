"""General option sets, the presets among them, and what makes the options of one field depend on another."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from dougong.kit.text import messages
from dougong.metadata.apply import apply_package
from dougong.metadata.check import problems_of
from dougong.metadata.definitions import field_to_body, object_from_body, option_set_from_body, option_set_to_body
from dougong.metadata.dependence import controlling_value, dependents, is_offered
from dougong.metadata.export import export_definitions
from dougong.metadata.field_types.options import default_of, options_of_text
from dougong.metadata.model import FieldType, Object, OptionSet
from dougong.metadata.package import Package, read_package, write_package
from dougong.metadata.plan import plan
from dougong.metadata.plan_labels import label_problems
from dougong.metadata.presets import CITY, DISTRICT, DIVISION, NAMES, PROVINCE, SECTION, presets
from dougong.metadata.registry import Registry, build_registry, load_registry, without_system_fields
from dougong.storage.engine import Database

LABEL = {"zh": "甲", "en": "A"}
Bodies = Mapping[str, Mapping[str, Any]]


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": {"zh": value, "en": value}, **more}


def options(*values: str) -> list[dict[str, Any]]:
    return [option(value) for value in values]


def thing(fields: Bodies) -> Object:
    whole: dict[str, Mapping[str, Any]] = {"name": {"type": "text"}, **fields}
    body = {
        "label": LABEL,
        "plural": LABEL,
        "name_field": "name",
        "owned": False,
        "sharing": "public_read",
        "fields": [{"name": n, "label": LABEL, **f} for n, f in whole.items()],
    }
    return object_from_body("thing", body)


def a_set(name: str, *given: dict[str, Any], **more: Any) -> OptionSet:
    return option_set_from_body(name, {"label": LABEL, "options": list(given), **more})


def people() -> dict[str, Object]:
    fields = [{"name": "name", "label": LABEL, "type": "text"}]
    body = {
        "label": LABEL,
        "plural": LABEL,
        "name_field": "name",
        "owned": False,
        "sharing": "public_read",
        "fields": fields,
    }
    return {name: object_from_body(name, body) for name in ("user", "department")}


def codes(fields: Bodies, *sets: OptionSet) -> list[str]:
    found = problems_of({**people(), "thing": thing(fields)}, {one.name: one for one in sets})
    assert {p.code for p in found} <= set(messages())
    return [p.code for p in found]


def registry(fields: Bodies, *sets: OptionSet) -> Registry:
    return build_registry(1, {**people(), "thing": thing(fields)}, {one.name: one for one in sets})


COUNTRY: Mapping[str, Any] = {"type": "select", "options": options("cn", "us")}


def test_options_say_for_which_values_they_are_offered() -> None:
    town = {"type": "select", "controlled_by": "country", "options": [option("bj", shown_for=["cn"]), option("other")]}
    assert codes({"country": COUNTRY, "town": town}) == []
    obj = registry({"country": COUNTRY, "town": town}).objects["thing"]
    ((controller, field),) = dependents(obj)
    assert (controller.name, field.name) == ("country", "town")
    offered = {c: [o.value for o in field.options if is_offered(o, c)] for c in ("cn", "us", None)}
    assert offered == {"cn": ["bj", "other"], "us": ["other"], None: ["other"]}


def test_a_blank_yes_or_no_controls_like_no() -> None:
    vip = {"type": "boolean"}
    gift = {"type": "select", "controlled_by": "vip", "options": [option("tea", shown_for=["true"])]}
    obj = registry({"vip": vip, "gift": gift}).objects["thing"]
    assert [controlling_value(obj.fields["vip"], value) for value in (True, False, None)] == ["true", "false", "false"]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"controlled_by": "nobody", "options": options("a")}, "metadata.no_such_field"),
        ({"controlled_by": "name", "options": options("a")}, "metadata.cannot_control"),
        ({"controlled_by": "town", "options": options("a")}, "metadata.cannot_control"),
        (
            {"controlled_by": "country", "options": [option("a", shown_for=["fr"])]},
            "metadata.no_such_controlling_value",
        ),
        ({"options": [option("a", shown_for=["cn"])]}, "metadata.not_controlled"),
        ({"controlled_by": "country", "option_set": "towns", "shown_for": {"x": ["cn"]}}, "metadata.no_such_option"),
        (
            {"controlled_by": "country", "option_set": "towns", "shown_for": {"bj": ["fr"]}},
            "metadata.no_such_controlling_value",
        ),
        ({"option_set": "towns", "shown_for": {"bj": ["cn"]}}, "metadata.not_controlled"),
        ({"controlled_by": "country", "options": options("a"), "shown_for": {"a": ["cn"]}}, "metadata.setting_unfit"),
        ({"options": [option("a", default=True), option("b", default=True)]}, "metadata.two_default_options"),
        ({"options": [option("a", default=True, active=False)]}, "metadata.default_inactive"),
        ({"type": "multi_select", "option_set": PROVINCE}, "metadata.preset_single"),
        ({"type": "text", "controlled_by": "country"}, "metadata.setting_unfit"),
    ],
)
def test_a_dependence_that_makes_no_sense_is_refused(field: dict[str, Any], code: str) -> None:
    towns = a_set("towns", option("bj"))
    assert codes({"country": COUNTRY, "town": {"type": "select", **field}}, towns) == [code]


def test_circles_are_refused_in_fields_and_in_sets() -> None:
    one = {"type": "select", "controlled_by": "two", "options": options("a")}
    two = {"type": "select", "controlled_by": "one", "options": options("a")}
    assert set(codes({"one": one, "two": two})) == {"metadata.option_cycle"}
    sets = (a_set("x", option("a"), controlled_by="y"), a_set("y", option("a"), controlled_by="x"))
    assert set(codes({}, *sets)) == {"metadata.option_cycle"}


def test_sets_name_sets_that_exist_and_leave_the_names_of_presets_alone() -> None:
    assert codes({}, a_set("x", option("a"), controlled_by="nowhere")) == ["metadata.no_such_option_set"]
    assert codes({}, a_set("x", option("a", shown_for=["b"]))) == ["metadata.not_controlled"]
    assert codes({}, a_set(PROVINCE, option("a"))) == ["metadata.preset_name"]
    branches = a_set("branches", option("jingan", shown_for=["310000"]), controlled_by=PROVINCE)
    assert codes({}, branches) == []


def test_a_set_that_depends_on_a_set_makes_fields_depend() -> None:
    fields = {
        "province": {"type": "select", "option_set": PROVINCE},
        "city": {"type": "select", "option_set": CITY, "controlled_by": "province"},
        "district": {"type": "select", "option_set": DISTRICT, "controlled_by": "city"},
        "free_city": {"type": "select", "option_set": CITY},
    }
    found = registry(fields)
    obj = found.objects["thing"]
    assert [field.name for _controller, field in dependents(obj)] == ["city", "district"]
    cities = [o.label.zh for o in obj.fields["city"].options if is_offered(o, "330000")]
    assert cities[:2] == ["杭州市", "宁波市"]
    chaoyang = {o.value for o in options_of_text(obj.fields["district"], "朝阳区")}
    assert chaoyang == {"110105", "220104"}
    # Presets are no part of the configuration.
    assert (dict(found.option_sets), dict(export_definitions(found).option_sets)) == ({}, {})


def test_a_field_may_say_itself_what_its_set_does_not() -> None:
    sizes = a_set("sizes", option("s"), option("l"))
    fields = {
        "country": COUNTRY,
        "size": {"type": "select", "option_set": "sizes", "controlled_by": "country", "shown_for": {"l": ["us"]}},
    }
    found = registry(fields, sizes).objects["thing"].fields["size"]
    assert {o.value: o.shown_for for o in found.options} == {"s": None, "l": ("us",)}
    assert field_to_body(thing(fields).fields["size"])["shown_for"] == {"l": ["us"]}


def test_the_default_of_a_set_is_that_of_its_fields_unless_they_have_their_own() -> None:
    sizes = a_set("sizes", option("s", default=True), option("l"))
    fields = {
        "one": {"type": "select", "option_set": "sizes"},
        "many": {"type": "multi_select", "option_set": "sizes"},
        "own": {"type": "select", "option_set": "sizes", "default": "l"},
    }
    found = registry(fields, sizes).objects["thing"].fields
    assert [default_of(found[name]) for name in ("one", "many", "own")] == ["s", ["s"], "l"]


def test_everything_about_options_survives_a_round_through_files(tmp_path: Path) -> None:
    sizes = a_set(
        "sizes",
        option("s", shown_for=["310000"], default=True),
        option("l", shown_for=[]),
        help=LABEL,
        controlled_by=PROVINCE,
    )
    fields = {
        "country": COUNTRY,
        "size": {"type": "select", "option_set": "sizes", "controlled_by": "country", "shown_for": {"l": ["us"]}},
        "town": {"type": "select", "controlled_by": "country", "options": [option("bj", shown_for=["cn"])]},
    }
    written = Package({"thing": thing(fields)}, {"sizes": sizes})
    write_package(written, tmp_path)
    read = read_package(tmp_path)
    assert (read.objects, read.option_sets) == (written.objects, written.option_sets)
    assert option_set_from_body("sizes", option_set_to_body(sizes)) == sizes


def test_presets_are_whole() -> None:
    found = presets()
    assert set(found) == set(NAMES)
    counts = {name: len(found[name].options) for name in NAMES}
    assert counts[PROVINCE] == 34
    assert counts[CITY] > 330
    assert counts[DISTRICT] > 2_800
    assert (counts[SECTION], counts[DIVISION]) == (20, 97)
    assert {"CNY", "USD", "EUR"} <= {o.value for o in found["currency"].options}
    for one in found.values():
        values = [o.value for o in one.options]
        assert len(values) == len(set(values))
        above = {o.value for o in found[one.controlled_by].options} if one.controlled_by else set()
        assert all(set(o.shown_for or ()) <= above for o in one.options)
        assert all(o.label.zh and o.label.en.isascii() for o in one.options if one.name != "currency")


def test_an_option_of_a_set_that_records_hold_can_be_switched_off_but_not_removed(database: Database) -> None:
    with database.transaction() as tx:
        current = load_registry(tx)
        tx.execute(
            current.tables["account"]
            .insert()
            .values(name="甲", industry="retail", created_at="2026-01-01", updated_at="2026-01-01")
        )
        industry = current.option_sets["industry"]
        body = option_set_to_body(industry)
        gone = [o for o in body["options"] if o["value"] != "retail"]
        off = [{**o, "active": False} if o["value"] == "retail" else o for o in body["options"]]
        sets = {
            name: dict(current.option_sets) | {"industry": option_set_from_body("industry", {**body, "options": given})}
            for name, given in (("gone", gone), ("off", off))
        }
        objects = export_definitions(current).objects
        refused = plan(current, Package(objects, sets["gone"]), tx, prune=True)
        assert [(p.code, p.params["touched"]) for p in refused.problems] == [("plan.option_in_use", 1)]
        assert plan(current, Package(objects, sets["off"]), tx, prune=True).problems == ()
        apply_package(tx, Package(option_sets=MappingProxyType({"industry": sets["off"]["industry"]})))
        field = load_registry(tx).objects["account"].fields["industry"]
    assert field.type is FieldType.SELECT
    assert [o.value for o in field.options if not o.active] == ["retail"]


def test_a_plan_counts_the_records_that_hold_what_is_not_offered_for_them(database: Database) -> None:
    with database.transaction() as tx:
        current = load_registry(tx)
        for level, status in (("a", "lost"), ("a", None), ("a", "customer"), ("b", "lost"), (None, "lost")):
            values = {"name": "甲", "level": level, "status": status}
            at = "2026-01-01"
            tx.execute(current.tables["account"].insert().values(**values, created_at=at, updated_at=at))
        account = without_system_fields(current.objects["account"])
        level_field = account.fields["level"]
        limited = tuple(replace(o, shown_for=("customer",)) if o.value == "a" else o for o in level_field.options)
        changed = replace(level_field, controlled_by="status", options=limited)
        wanted = replace(account, fields=MappingProxyType({**account.fields, "level": changed}))
        (step,) = plan(current, Package(objects={"account": wanted}), tx).steps
    assert (step.name, step.touched, step.notes) == ("account.level", 2, ("plan.note.unoffered",))


def test_what_is_worked_out_cannot_control() -> None:
    calculated = {"type": "boolean", "formula": 'name = "x"'}
    gift = {"type": "select", "controlled_by": "calculated", "options": options("tea")}
    assert "metadata.cannot_control" in codes({"calculated": calculated, "gift": gift})


def test_two_options_read_alike_only_where_they_are_never_offered_together() -> None:
    def towns(*labels: tuple[str, str, list[str] | None]) -> Registry:
        given = [
            {**option(value), "label": {"zh": label, "en": value}, **({"shown_for": shown} if shown else {})}
            for value, label, shown in labels
        ]
        return registry({"country": COUNTRY, "town": {"type": "select", "controlled_by": "country", "options": given}})

    def alike(before: Registry, after: Registry) -> list[str]:
        found = list(label_problems(before, after))
        assert {problem.code for problem in found} <= {"plan.option_label_twice"}
        return [problem.params["value"] for problem in found]

    none = registry({"country": COUNTRY})
    apart, other = ("paris", "巴黎", ["cn"]), ("paris_tx", "巴黎", ["us"])
    assert alike(none, towns(apart, other)) == []
    assert alike(none, towns(apart, (*other[:2], ["us", "cn"]))) == ["paris_tx"]
    twice = towns(apart, (*other[:2], None))
    assert alike(none, twice) == ["paris_tx"]
    # What reads alike already is in the way of nothing; the one that comes anew is told, wherever it stands.
    assert alike(twice, twice) == []
    assert alike(towns(other), towns(("new", "巴黎", None), other)) == ["new"]
    # Two may change names.
    assert alike(towns(("a", "甲", None), ("b", "乙", None)), towns(("a", "乙", None), ("b", "甲", None))) == []
