"""`config log|show|diff|revert` and `package`: the history of the configuration on the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import dougong

pytestmark = pytest.mark.usefixtures("kept_running")

TEMPLATE = Path(__file__).parents[2] / "dougong" / "crm" / "industry" / "project_sales"


def latest(data: Path) -> str:
    lines = dougong("config", "log", "--data", data).output.splitlines()
    return lines[1].split()[0]


def test_a_change_is_logged_shown_compared_and_taken_back(data: Path, tmp_path: Path) -> None:
    first = latest(data)
    assert dougong("config", "export", tmp_path, "--data", data).code == 0
    product = tmp_path / "objects" / "product.yaml"
    shelf = "fields:\n  shelf:\n    type: text\n    label: {zh: 货架, en: Shelf}\n"
    product.write_text(product.read_text().replace("fields:\n", shelf, 1))
    assert dougong("config", "apply", tmp_path, "--yes", "--as", "root", "--data", data).code == 0
    change = latest(data)
    assert change != first
    logged = dougong("config", "log", "--of", "product", "--data", data).output
    assert "管理员 (cli)" in logged
    assert "objects/product" in logged
    shown = dougong("config", "show", change, "--data", data).output
    assert "+  shelf:" in shown
    assert dougong("config", "diff", first, change, "--data", data).output == shown
    assert dougong("config", "diff", change, "--data", data).output == ""
    reverted = dougong("config", "revert", change, "--yes", "--as", "root", "--data", data)
    assert "product.shelf" in reverted.output, reverted.errors
    assert f"took back {change}" in dougong("config", "log", "--data", data).output
    assert dougong("config", "diff", first, "--data", data).output == ""
    start = dougong("config", "revert", first, "--yes", "--data", data)
    assert start.code == 1
    assert "cannot be taken back" in start.errors


def test_a_renamed_field_in_a_text_is_planned_as_a_rename(data: Path, tmp_path: Path) -> None:
    assert dougong("config", "export", tmp_path, "--data", data).code == 0
    product = tmp_path / "objects" / "product.yaml"
    text = product.read_text().replace("\n  family:\n", "\n  range:\n    id: family\n")
    product.write_text(text.replace("family,", "range,"))
    planned = dougong("config", "plan", tmp_path, "--data", data)
    assert planned.code == 0, planned.errors
    assert "rename" in planned.output
    assert "family → range" in planned.output
    assert len(planned.output.splitlines()) == 2, planned.output
    assert "remove" not in planned.output


def test_a_package_is_installed_listed_and_removed(data: Path) -> None:
    installed = dougong("package", "install", TEMPLATE, "--yes", "--as", "root", "--data", data)
    assert installed.code == 0, installed.errors
    assert "Project sales" in dougong("package", "list", "--data", data).output
    removed = dougong("package", "remove", "project_sales", "--yes", "--as", "root", "--data", data)
    assert removed.code == 0, removed.errors
    assert "Project sales" not in dougong("package", "list", "--data", data).output
    assert dougong("package", "remove", "project_sales", "--yes", "--data", data).code == 1
