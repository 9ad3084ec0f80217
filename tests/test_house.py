"""The house stands as drawn, and its import contracts catch what they are there for."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tools.check_house import CHECKS

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_structure(check: Callable[[], Iterable[str]]) -> None:
    assert sorted(set(check())) == []


ROOMS = (
    "cli",
    "http",
    "http/settings",
    "crm",
    "crm/accounts",
    "crm/activities",
    "crm/asking",
    "crm/campaigns",
    "crm/catalogue",
    "crm/cpq",
    "crm/demonstration",
    "crm/industry",
    "crm/leads",
    "crm/opportunities",
    "crm/pools",
    "crm/pricing",
    "crm/reading",
    "crm/receivables",
    "crm/stages",
    "crm/standard",
    "crm/trade",
    "automation",
    "integrations",
    "records",
    "records/read",
    "records/write",
    "records/api",
    "records/hooks",
    "records/history",
    "access",
    "metadata",
    "expressions",
    "storage",
    "storage/engine",
    "kit",
)
"""The rooms that the contracts name; a sentence of the test is one import too many in one of them."""

VIOLATIONS = {
    "access reads through records": ("access", "import dougong.records.api"),
    "a business area reaches behind the door": ("crm", "import dougong.records.write"),
    "a handler reaches behind the door": ("http", "import dougong.records.read"),
    "a business area opens a connection": ("crm", "import dougong.storage.engine"),
    "SQL in automation": ("automation", "import sqlalchemy"),
    "SQL in a handler": ("http", "import psycopg"),
    "the framework in records": ("records/api", "import pydantic"),
    "the framework in access": ("access", "import fastapi"),
    "expressions store something": ("expressions", "import dougong.storage"),
    "kit talks to the network": ("kit", "import httpx"),
    "a cycle inside records": ("records/read", "import dougong.records.history"),
    "the standard package knows the demonstration": ("crm/standard", "import dougong.crm.demonstration"),
    "a business area without a place": ("crm/forecasting", ""),
    "a new top folder": ("helpers", ""),
}


def contracts_hold(folder: Path, extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Lay out the rooms in `folder` with `extra` imports and ask import-linter."""
    texts = dict.fromkeys(ROOMS, "") | {"records/history": "import dougong.records.read\n"}
    for room, text in extra.items():
        texts[room] = texts.get(room, "") + text + "\n"
    for room, text in {"": "", **texts}.items():
        place = folder / "dougong" / room
        place.mkdir(parents=True, exist_ok=True)
        (place / "__init__.py").write_text(text)
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)


def test_a_clean_house_keeps_all_contracts(tmp_path: Path) -> None:
    done = contracts_hold(
        tmp_path, {"records/api": "import sqlalchemy\nimport dougong.records.read", "cli": "import typer"}
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_wrong_import_is_caught(violation: str, tmp_path: Path) -> None:
    room, text = VIOLATIONS[violation]
    done = contracts_hold(tmp_path, {room: text})
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
