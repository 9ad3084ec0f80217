from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from dougong.access.principal import system
from dougong.kit.errors import Refused
from dougong.metadata.package import read_package
from dougong.records.api import Reading, create, writing
from dougong.records.configuration import apply_records, export_records, plan_records
from tests.transfer.conftest import World

STANDARD = read_package(Path(str(resources.files("dougong.crm").joinpath("package")))).records


def test_what_was_applied_is_exported_without_difference(world: World) -> None:
    with world.database.snapshot() as snapshot:
        r = Reading(snapshot, world.registry, system("test"))
        exported = export_records(r)
        plan = plan_records(r, STANDARD)
        again = plan_records(r, exported)
    assert plan.empty
    assert plan.removals == ()
    assert again.empty
    assert {n: [dict(x) for x in v] for n, v in exported.items()} == {
        n: [dict(x) for x in v] for n, v in STANDARD.items()
    }


def test_applying_again_changes_nothing(world: World) -> None:
    with world.database.transaction() as tx:
        assert apply_records(writing(tx, world.registry, system("test"), "system"), STANDARD).empty


def test_changes_additions_and_removals(world: World) -> None:
    roles = [dict(r) for r in STANDARD["role"]]
    roles[1]["description"] = "改过的说明"
    roles.append({"key": "auditor", "name": "审计", "read_scope": "all", "edit_scope": "own"})
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, system("test"), "system")
        create(w, "role", [{"key": "passing", "name": "临时角色"}])
        plan = plan_records(w, {"role": roles})
        assert [(s.action, s.key) for s in (*plan.additions, *plan.changes, *plan.removals)] == [
            ("add", ("auditor",)),
            ("change", ("standard",)),
            ("remove", ("passing",)),
        ]
        assert plan.changes[0].fields == {"description": ("查看和编辑自己的数据。", "改过的说明")}
        apply_records(w, {"role": roles}, prune=True)
        after = plan_records(w, {"role": roles})
        assert after.empty
        assert after.removals == ()


def test_a_preset_is_not_pruned(world: World) -> None:
    roles = [dict(r) for r in STANDARD["role"] if r["key"] != "partner"]
    with world.database.transaction() as tx, pytest.raises(Refused) as refused:
        apply_records(writing(tx, world.registry, system("test"), "system"), {"role": roles}, prune=True)
    assert [problem.code for problem in refused.value.problems] == ["preset.delete"]


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({"accounts": [{"name": "x"}]}, "configuration.not_keyed"),
        ({"role": [{"name": "x"}]}, "configuration.key_blank"),
        ({"role": [{"key": "a", "name": "x"}, {"key": "a", "name": "y"}]}, "configuration.key_twice"),
        ({"role": [{"key": "a", "nmae": "x"}]}, "configuration.field_unknown"),
        ({"role": [{"key": "a", "name": "x", "read_scope": "everything"}]}, "value.unknown_option"),
    ],
)
def test_bad_text_is_refused_with_every_problem(shared_world: World, records: dict[str, Any], code: str) -> None:
    with shared_world.database.snapshot() as snapshot, pytest.raises(Refused) as refused:
        plan_records(Reading(snapshot, shared_world.registry, system("test")), records)
    assert code in {problem.code for problem in refused.value.problems}


def test_a_lookup_to_a_missing_key_is_refused(world: World) -> None:
    given = {"object_permission": [{"profile_id": "nobody", "object_name": "account", "actions": ["read"]}]}
    with pytest.raises(Refused) as refused, world.database.transaction() as tx:
        apply_records(writing(tx, world.registry, system("test"), "system"), given)
    assert refused.value.problems[0].code == "configuration.target_unknown"
