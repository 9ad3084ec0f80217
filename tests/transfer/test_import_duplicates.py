"""Imports under duplicate rules: each row that is taken for a record that is there is told, skipped, or changes it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dougong.records.api import Change, update, writing
from dougong.records.duplicates.asking import note_question
from dougong.records.transfer import importer
from dougong.records.transfer.command import import_file
from tests.transfer.conftest import World

Write = Callable[[str, str | bytes], Path]

CONTENT = "名称,电话\n杭州西湖电子有限公司,13800138000\n全新公司,13900139000\n全新公司（杭州）,13700137000\n"


@pytest.mark.parametrize(
    ("policy", "counts", "phones"),
    [
        (None, (1, 0, 0, 2), [None, "+8613900139000"]),
        ("reject", (1, 0, 0, 2), [None, "+8613900139000"]),
        ("skip", (1, 0, 2, 0), [None, "+8613900139000"]),
        ("update", (1, 1, 0, 1), ["+8613800138000", "+8613900139000"]),
        ("create", (3, 0, 0, 0), [None, "+8613800138000", "+8613900139000", "+8613700137000"]),
    ],
)
def test_what_becomes_of_rows_that_are_there(
    world: World, write: Write, policy: str | None, counts: tuple[int, ...], phones: list[str | None]
) -> None:
    world.create("admin", "account", {"name": "西湖电子"})
    rule, condition = "duplicate_rule", "duplicate_condition"
    (found,) = world.query("SELECT id FROM duplicate_rule WHERE key = 'account_name'")
    world.create(
        "admin", rule, {"key": "strict", "name": "严格", "object_name": "account", "action": "warn", "priority": 1}
    )
    (rule_id,) = world.query("SELECT id FROM duplicate_rule WHERE key = 'strict'")[0]
    name = {"object_name": "account", "field_name": "name", "compared_object": "account", "compared_field": "name"}
    world.create("admin", condition, {"rule_id": rule_id, "group_number": 1, "match": "company", **name})
    assert found[0] != rule_id
    mapping: dict[str, object] = {"columns": {"名称": "name", "电话": "phone"}}
    if policy is not None:
        mapping |= {"on_duplicate": policy, "match": ["name"]}
    path, map_path = write("data.csv", CONTENT), write("map.yaml", yaml.safe_dump(mapping, allow_unicode=True))
    report = import_file(world.database, "account", path, map_path, "admin")
    assert (report.created, report.updated, report.skipped, report.rejected) == counts
    assert [row[0] for row in world.query("SELECT phone FROM account ORDER BY id")] == phones
    if policy in {"reject", None}:
        assert {problem["code"] for problem in report.problems} == {"duplicate.suspected", "duplicate.suspected_row"}


def warn_of_names(world: World) -> None:
    (rule_id,) = world.query("SELECT id FROM duplicate_rule WHERE key = 'account_name'")[0]
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, world.people["admin"], "ui")
        update(w, "duplicate_rule", [Change(rule_id, {"action": "warn"})])


@pytest.mark.parametrize(("policy", "counts"), [(None, (2, 0, 0, 2)), ("skip", (2, 0, 2, 0)), ("update", (2, 2, 0, 0))])
def test_a_trial_finds_the_same_twins_as_the_import(
    world: World, write: Write, monkeypatch: pytest.MonkeyPatch, policy: str | None, counts: tuple[int, ...]
) -> None:
    monkeypatch.setattr(importer, "BATCH_MAX", 1)
    warn_of_names(world)
    mapping: dict[str, object] = {"columns": {"名称": "name", "电话": "phone"}}
    if policy is not None:
        mapping |= {"on_duplicate": policy, "match": ["name"]}
    content = "名称,电话\n西湖电子,\n别的公司,\n杭州西湖电子有限公司,13800138000\n西湖电子集团,\n"
    path, map_path = write("data.csv", content), write("map.yaml", yaml.safe_dump(mapping, allow_unicode=True))
    found = [import_file(world.database, "account", path, map_path, "admin", dry_run=dry) for dry in (True, False)]
    for report in found:
        assert (report.created, report.updated, report.skipped, report.rejected) == counts
    assert [problem["row"] for problem in found[0].problems] == [problem["row"] for problem in found[1].problems]
    # A row that is taken for another of its own file is told by the number that the file gives it.
    told = {number for problem in found[0].problems for number in re.findall(r"\d+", problem["detail"])}
    assert told == ({"2"} if policy is None else set())


def test_a_twin_is_told_by_its_row_in_the_file(world: World, write: Write) -> None:
    warn_of_names(world)
    world.create("admin", "account", {"name": "早就有的"})
    mapping = {"columns": {"名称": "name"}, "match": ["name"], "on_duplicate": "update"}
    content = "名称\n早就有的\n西湖电子\n杭州西湖电子有限公司\n"
    path, map_path = write("data.csv", content), write("map.yaml", yaml.safe_dump(mapping, allow_unicode=True))
    report = import_file(world.database, "account", path, map_path, "admin")
    (problem,) = report.problems
    assert (problem["code"], problem["row"]) == ("duplicate.suspected_row", 4)
    assert re.findall(r"\d+", problem["detail"]) == ["3"]


def test_who_owns_a_hidden_twin_can_be_asked_by_what_the_row_said(world: World, write: Write) -> None:
    warn_of_names(world)
    (hidden,) = world.create("admin", "account", {"name": "公司总部客户有限公司"})
    world.create("liqiang", "account", {"name": "西湖电子"})
    mapping = {"columns": {"名称": "name", "电话": "phone"}}
    content = "名称,电话\n公司总部客户,13800138000\n西湖电子集团,\n新的,12\n"
    path, map_path = write("data.csv", content), write("map.yaml", yaml.safe_dump(mapping, allow_unicode=True))
    report = import_file(world.database, "account", path, map_path, "liqiang")
    asks = {problem["row"]: problem.get("ask") for problem in report.problems}
    # Only what rules compare of the row is kept, and nothing where there is nobody else to ask.
    assert asks == {2: {"hit": str(hidden), "owner": "管理员", "values": {"name": "公司总部客户"}}, 3: None, 4: None}
    ask = asks[2] or {}
    with world.database.transaction() as tx:
        w = writing(tx, world.registry, world.people["liqiang"], "ui")
        assert note_question(w, "account", ask["values"], int(ask["hit"])).name == "公司总部客户有限公司"
