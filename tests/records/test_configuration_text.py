"""Random configurations as text: exported, wiped, and applied to an empty database they come out the same."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.access.principal import system
from dougong.crm import STANDARD_PACKAGE
from dougong.kit.errors import Refused
from dougong.metadata.definitions import object_from_body, option_set_from_body
from dougong.metadata.journal import texts_at
from dougong.metadata.package import Package, package_files, read_package
from dougong.metadata.registry import load_registry
from dougong.records.api import Reading, create, writing
from dougong.records.configuration import apply_records, export_records
from dougong.records.configuring.archive import packed, unpacked
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import package_in_force
from dougong.records.configuring.proposal import put_now
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Transaction

NAMES = ("alpha", "beta", "gamma", "delta")
WORDS = st.sampled_from(("甲", "乙: 丙", "no", "12:30", "'", "多行\n文本", "x" * 30))
SCOPES = st.sampled_from(("own", "department", "department_and_below", "all"))


def labels() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({"zh": WORDS, "en": WORDS})


def field_bodies() -> st.SearchStrategy[dict[str, Any]]:
    common = {"label": labels()}
    flags = {"required": st.booleans(), "indexed": st.booleans(), "tracked": st.booleans()}
    option = st.fixed_dictionaries({"label": labels()}, optional={"active": st.just(False)})
    options = st.lists(option, min_size=1, max_size=3).map(
        lambda some: [{"value": f"o{n}", **one} for n, one in enumerate(some)]
    )
    return st.one_of(
        st.fixed_dictionaries({"type": st.just("text"), **common}, optional={**flags, "length": st.integers(1, 200)}),
        st.fixed_dictionaries({"type": st.just("integer"), **common}, optional=flags),
        st.fixed_dictionaries({"type": st.just("currency"), **common}, optional={**flags, "minimum": st.just(0)}),
        st.fixed_dictionaries({"type": st.just("select"), **common, "options": options}, optional=flags),
        st.fixed_dictionaries({"type": st.just("select"), **common, "option_set": st.just("tints")}),
        st.fixed_dictionaries({"type": st.just("boolean"), **common}, optional={"default": st.booleans()}),
    )


@st.composite
def objects(draw: st.DrawFn, name: str) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    fields = [{"name": "name", "type": "text", "label": {"zh": "名称", "en": "Name"}}]
    fields += [{"name": one, **draw(field_bodies())} for one in names]
    if draw(st.booleans()):
        link = {"name": "account_id", "type": "lookup", "label": {"zh": "客户", "en": "Account"}, "target": "account"}
        fields.append({**link, "id": f"old_{name}"} if draw(st.booleans()) else link)
    shown = draw(st.lists(st.sampled_from([f["name"] for f in fields]), unique=True, min_size=1))
    section: dict[str, Any] = {"label": draw(labels()), "fields": shown}
    return {
        "label": draw(labels()),
        "plural": draw(labels()),
        "name_field": "name",
        "fields": fields,
        "layout": {"sections": [section]},
    }


@st.composite
def configurations(draw: st.DrawFn) -> Package:
    made = {name: object_from_body(name, draw(objects(name))) for name in ("thing", "gadget") if draw(st.booleans())}
    tints = {"label": draw(labels()), "options": [{"value": "red", "label": draw(labels())}]}
    roles = [
        {"key": f"role_{n}", "name": draw(WORDS), "read_scope": draw(SCOPES), "edit_scope": "own"}
        for n in range(draw(st.integers(0, 2)))
    ]
    profiles = [
        {"key": f"profile_{n}", "name": f"职能 {n} {draw(WORDS)}", "description": draw(WORDS)}
        for n in range(draw(st.integers(0, 2)))
    ]
    actions = st.lists(st.sampled_from(["create", "update", "delete"]), unique=True)
    permissions = [
        {"profile_id": profile["key"], "object_name": name, "actions": ["read", *draw(actions)]}
        for profile in profiles
        for name in ("account", *made)
    ]
    groups = [{"name": f"组 {n}", "description": draw(WORDS)} for n in range(draw(st.integers(0, 2)))]
    rules = [
        {
            "name": f"规则 {n}",
            "object_name": "account",
            "basis": "criteria",
            "conditions": '{"and": [{"field": "level", "op": "=", "value": "a"}]}',
            "level": draw(st.sampled_from(("read", "edit"))),
        }
        for n in range(draw(st.integers(0, 2)))
    ]
    to = [f"public_group:{g['name']}" for g in groups] + [f"role:{r['key']}" for r in roles]
    targets = [{"rule_id": r["name"], "target_id": one} for r in rules for one in to if draw(st.booleans())]
    dimensions = [
        {"key": f"dim{n}", "name": f"维度{n}", "active": draw(st.booleans())} for n in range(draw(st.integers(0, 1)))
    ]
    controlled = [{"dimension_id": d["key"], "object_name": "account"} for d in dimensions if draw(st.booleans())]
    records: Mapping[str, list[dict[str, Any]]] = {
        "role": roles,
        "profile": profiles,
        "object_permission": permissions,
        "public_group": groups,
        "sharing_rule": rules,
        "sharing_rule_target": targets,
        "dimension": dimensions,
        "dimension_object": controlled,
    }
    return Package(
        objects=MappingProxyType(made),
        option_sets=MappingProxyType({"tints": option_set_from_body("tints", tints)}),
        records=MappingProxyType({name: tuple(some) for name, some in records.items() if some}),
    )


def whole(tx: Transaction) -> Package:
    return package_in_force(Reading(tx, load_registry(tx), system("test")))


@settings(
    max_examples=200 if os.environ.get("DEEP") else 6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(configuration=configurations())
def test_export_wipe_apply_gives_the_same_export(
    shared_database: Database, shared_bare_database: Database, configuration: Package
) -> None:
    with shared_database.rehearsal() as tx:
        put_now(tx, system("test"), "cli", configuration)
        exported = whole(tx)
        files = package_files(exported)
        assert dict(texts_at(tx)) == texts_now(tx, load_registry(tx))
    again = unpacked(packed(exported))
    assert package_files(again) == files
    with shared_bare_database.rehearsal() as tx:
        put_now(tx, system("test"), "cli", again)
        assert package_files(whole(tx)) == files
        before = load_registry(tx).version
        put_now(tx, system("test"), "cli", again)
        assert load_registry(tx).version == before
        assert dict(texts_at(tx)) == texts_now(tx, load_registry(tx))


def test_export_after_the_installation_is_the_shipped_package(shared_database: Database) -> None:
    shipped = package_files(read_package(STANDARD_PACKAGE))
    with shared_database.rehearsal() as tx:
        exported = package_files(whole(tx))
    # package.yaml says whose it is; a company's own configuration has none.
    assert {path: text for path, text in shipped.items() if path != "package.yaml"} == exported


def test_a_target_that_is_not_there_is_told_by_name(shared_database: Database) -> None:
    rule = {"name": "规则", "object_name": "account", "basis": "owner", "source_id": "role:nobody"}
    with shared_database.rehearsal() as tx:
        w = writing(tx, load_registry(tx), system("test"), "cli")
        with pytest.raises(Refused) as caught:
            apply_records(w, {"sharing_rule": [rule]})
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["value"]) == ("configuration.target_unknown", "role:nobody")


def test_a_rule_names_people_by_their_login(shared_database: Database) -> None:
    with shared_database.rehearsal() as tx:
        w = writing(tx, load_registry(tx), system("test"), "cli")
        department = create(w, "department", [{"name": "总部"}]).ids[0]
        create(w, "user", [{"name": "王芳", "login": "wangfang", "department_id": department}])
        rule = {"name": "规则", "object_name": "account", "basis": "owner", "source_id": "user:wangfang"}
        apply_records(w, {"sharing_rule": [rule]})
        assert export_records(w)["sharing_rule"][0]["source_id"] == "user:wangfang"
