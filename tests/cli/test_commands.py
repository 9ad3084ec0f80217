"""The other commands: what they print, what they refuse, and their exit codes."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from dougong.kit.errors import Unavailable
from dougong.storage import engine
from dougong.storage.embedded import running
from dougong.storage.engine import Database, check_server
from tests.cli.conftest import PASSWORD, dougong

pytestmark = pytest.mark.usefixtures("kept_running")


def test_doctor_finds_a_new_installation_well_and_a_spoilt_one_not(data: Path) -> None:
    well = dougong("doctor", "--data", data)
    assert well.code == 0
    assert "BAD" not in well.output
    with running(data) as server, psycopg.connect(server.url) as connection:
        connection.execute('UPDATE data."user" SET version = version + 1')
    spoilt = dougong("doctor", "--data", data)
    with running(data) as server, psycopg.connect(server.url) as connection:
        connection.execute('UPDATE data."user" SET version = version - 1')
    assert spoilt.code == 1
    assert "1 records disagree with their history user (1)" in spoilt.output
    assert "0 records open to others" in spoilt.output


def test_without_a_database_commands_say_so_and_make_none(make_data: Callable[[], Path], tmp_path: Path) -> None:
    absent = make_data()
    for command in (["doctor"], ["backup", tmp_path / "b"], ["query", "SELECT id FROM user", "--as", "root"]):
        refused = dougong(*command, "--data", absent)
        assert refused.code == 1
        assert f"There is no database in {absent}" in refused.errors
    assert not absent.exists()


def test_backup_and_restore_from_the_command_line(data: Path, make_data: Callable[[], Path], tmp_path: Path) -> None:
    file = tmp_path / "all.dougong"
    assert dougong("backup", file, "--data", data).code == 0
    again = dougong("backup", file, "--data", data)
    assert again.code == 1
    assert "was not overwritten" in again.errors
    fresh = make_data()
    restored = dougong("restore", file, "--data", fresh)
    assert restored.code == 0, restored.errors
    asked = dougong("query", "SELECT login FROM user", "--as", "root", "--format", "json", "--data", fresh)
    assert json.loads(asked.output) == [{"login": "root"}]
    occupied = dougong("restore", file, "--data", fresh)
    assert occupied.code == 1
    assert "holds data already" in occupied.errors
    assert dougong("restore", file, "--force", "--data", fresh).code == 0
    assert dougong("doctor", "--data", fresh).code == 0


def test_a_damaged_backup_makes_no_data_directory(make_data: Callable[[], Path], tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"no backup at all")
    fresh = make_data()
    refused = dougong("restore", tmp_path / "b", "--data", fresh)
    assert refused.code == 1
    assert "is no whole backup" in refused.errors
    assert not fresh.exists()


def test_query_in_three_forms(data: Path) -> None:
    soql = "SELECT key, name_en FROM profile WHERE key IN ('sales', 'finance') ORDER BY key"
    asked = ("query", soql, "--as", "root", "--data", data, "--format")
    rows = [{"key": "finance", "name_en": "Finance"}, {"key": "sales", "name_en": "Sales"}]
    assert json.loads(dougong(*asked, "json").output) == rows
    assert list(csv.DictReader(io.StringIO(dougong(*asked, "csv").output))) == rows
    table = dougong(*asked, "table")
    assert "finance  Finance" in table.output
    assert "2 rows" in table.errors


def test_a_query_answers_everything_unless_it_has_a_limit(data: Path, tmp_path: Path) -> None:
    with running(data) as server, psycopg.connect(server.url) as connection:
        connection.execute(
            "INSERT INTO data.product (name, created_at, updated_at, version)"
            " SELECT 'limit ' || n, now(), now(), 1 FROM generate_series(1, 1234) AS n"
        )
    try:
        where = "FROM product WHERE name LIKE 'limit %' ORDER BY name"
        for soql, expected in ((f"SELECT name {where}", 1234), (f"SELECT name {where} LIMIT 700", 700)):
            asked = dougong("query", soql, "--as", "root", "--data", data, "--format", "json")
            names = [row["name"] for row in json.loads(asked.output)]
            assert len(set(names)) == len(names) == expected
        # A LIMIT of children says nothing about the parents.
        children = f"SELECT name, (SELECT id FROM opportunity_lines LIMIT 1) {where}"
        asked = dougong("query", children, "--as", "root", "--data", data, "--format", "json")
        assert len(json.loads(asked.output)) == 1234
        file = tmp_path / "limited.csv"
        assert dougong("export", f"SELECT name {where} LIMIT 7", file, "--as", "root", "--data", data).code == 0
        assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 8
    finally:
        with running(data) as server, psycopg.connect(server.url) as connection:
            connection.execute("DELETE FROM data.product WHERE name LIKE 'limit %'")


def test_mistakes_in_a_query_are_told(data: Path) -> None:
    wrong = dougong("query", "SELECT nme FROM user", "--as", "root", "--data", data)
    assert wrong.code == 1
    assert 'Did you mean "name"?' in wrong.errors
    stranger = dougong("query", "SELECT name FROM user", "--as", "nobody", "--data", data)
    assert stranger.code == 1
    assert '"nobody"' in stranger.errors


def test_what_config_exports_is_in_force_and_a_change_is_planned_then_applied(data: Path, tmp_path: Path) -> None:
    assert dougong("config", "export", tmp_path, "--data", data).code == 0
    same = dougong("config", "plan", tmp_path, "--prune", "--data", data)
    assert (same.code, same.output) == (0, "")
    assert "in force already" in same.errors
    product = tmp_path / "objects" / "product.yaml"
    product.write_text(
        product.read_text().replace(
            "fields:\n", "fields:\n  shelf:\n    type: text\n    label: {zh: 货架, en: Shelf}\n", 1
        )
    )
    roles = tmp_path / "records" / "role.yaml"
    roles.write_text(
        roles.read_text() + "- {key: clerk, name: 文员, name_en: Clerk, read_scope: own, edit_scope: own}\n"
    )
    sources = tmp_path / "option_sets" / "source.yaml"
    drone = "options:\n  - {value: drone, label: {zh: 无人机, en: Drone}}\n"
    sources.write_text(sources.read_text().replace("options:\n", drone, 1))
    planned = dougong("config", "plan", tmp_path, "--data", data)
    assert planned.code == 0
    assert "options: +drone" in planned.output
    assert "product.shelf (Shelf)" in planned.output
    assert "role clerk" in planned.output
    assert "product.shelf" in dougong("config", "plan", tmp_path, "--data", data).output
    applied = dougong("config", "apply", tmp_path, "--yes", "--as", "root", "--data", data)
    assert applied.code == 0, applied.errors
    assert "in force already" in dougong("config", "plan", tmp_path, "--data", data).errors
    asked = dougong("query", "SELECT shelf FROM product", "--as", "root", "--data", data, "--format", "json")
    assert (asked.code, json.loads(asked.output)) == (0, [])


def test_a_configuration_that_does_not_fit_is_refused_with_its_place(data: Path, tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "thing.yaml").write_text("label: {zh: 物, en: Thing}\nfields: {name: {type: txt}}\n")
    refused = dougong("config", "plan", tmp_path, "--data", data)
    assert refused.code == 1
    assert "objects/thing.yaml" in refused.errors


def test_a_forgotten_password_is_replaced_and_a_bad_one_refused(data: Path) -> None:
    short = dougong("user", "password", "root", "--stdin", "--data", data, stdin="short\n")
    assert short.code == 1
    assert "at least 10 characters" in short.errors
    assert dougong("user", "password", "root", "--stdin", "--data", data, stdin=f"{PASSWORD}\n").code == 0
    assert dougong("user", "unlock", "root", "--data", data).code == 0
    assert dougong("user", "unlock", "nobody", "--data", data).code == 1


def test_a_lost_second_factor_is_switched_off(data: Path) -> None:
    holder = "UPDATE credential SET totp_secret = 'sealed', totp_since = now()"
    with running(data) as server, psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(holder)
    assert dougong("user", "totp-off", "nobody", "--data", data).code == 1
    assert dougong("user", "totp-off", "root", "--data", data).code == 0
    with running(data) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT totp_secret, totp_since FROM credential").fetchall() == [(None, None)]


def test_export_writes_a_new_file(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    assert dougong("export", "user", file, "--as", "root", "--data", data).code == 0
    assert "root" in file.read_text(encoding="utf-8-sig")
    again = dougong("export", "user", file, "--as", "root", "--data", data)
    assert again.code == 1
    assert "was not overwritten" in again.errors


def test_files_that_cannot_be_used_are_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for command, told in (
        (("config", "export", tmp_path / "file"), f"{tmp_path / 'file'} cannot be used: File exists"),
        (
            ("export", "user", tmp_path / "absent" / "x.csv", "--as", "root"),
            "cannot be used: No such file or directory",
        ),
        (("config", "plan", tmp_path / "empty", "--prune"), "no configuration files in the directory"),
        (("config", "plan", tmp_path / "absent"), "There is no directory"),
    ):
        refused = dougong(*command, "--data", data)
        assert refused.code == 1
        assert told in refused.errors
    assert (tmp_path / "file").read_text() == "mine"


def test_sentences_come_in_chinese_where_the_terminal_is(make_data: Callable[[], Path]) -> None:
    refused = dougong("doctor", "--data", make_data(), more={"DOUGONG_LANGUAGE": "zh_CN.UTF-8"})
    assert refused.errors.startswith("错误：")


def test_a_server_older_than_15_is_refused(bare_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MINIMUM_VERSION", 990_000)
    with pytest.raises(Unavailable) as caught:
        check_server(bare_database.url)
    assert caught.value.code == "storage.too_old"
    assert caught.value.params["version"].startswith("18.")
