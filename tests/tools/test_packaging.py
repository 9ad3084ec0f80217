"""What travels: the wheel is whole and works on its own, and the locks install anywhere."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import build_web, environment, lock

ROOT = Path(__file__).resolve().parents[2]

PROOF = """
import sys
from dougong.access.passwords import hash_password
from dougong.crm import STANDARD_PACKAGE
from dougong.http.settings import WEB_DIRECTORY
from dougong.http.web_pages import read_build
from dougong.kit.text import messages
from dougong.metadata.package import read_package
import dougong
assert dougong.__file__.startswith(sys.argv[1]), dougong.__file__
assert "/index.html" in read_build(WEB_DIRECTORY)
assert read_package(STANDARD_PACKAGE).objects
assert messages()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `make wheel` does."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = (p for p in (ROOT / "dougong").rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    assert inside == {p.relative_to(ROOT).as_posix() for p in files}
    assert "dougong/http/web/index.html" in inside


def test_the_wheel_names_its_dependencies_its_licence_and_its_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    texts = {Path(name).name: archive.read(name).decode() for name in archive.namelist() if ".dist-info/" in name}
    listed = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line and line[0] != "#"]
    assert texts["METADATA"].count("\nRequires-Dist: ") == len(listed)
    assert "Apache License" in texts["LICENSE"]
    assert "dougong = dougong.cli:main" in texts["entry_points.txt"]


def test_the_installed_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    # As pip unpacks a wheel of pure Python; what it needs is in this environment.
    zipfile.ZipFile(wheel).extractall(place)
    for command in (["-c", PROOF, str(place)], ["-m", "dougong.cli", "--help"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env={"PYTHONPATH": str(place)}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]


@pytest.mark.parametrize("name", [name for name, _sources in lock.LOCKS])
def test_a_lock_pins_everything_by_hash_and_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = re.findall(r"^([a-z0-9-]+)==\S+(.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+)", text, re.MULTILINE)
    requirements = re.findall(r"^[a-z0-9-]+==", text, re.MULTILINE)
    assert requirements
    assert len(pins) == len(requirements)
    assert not re.search(r"://|^--(?:index|extra|find|trusted)|file:/", text, re.MULTILINE)


def test_the_runtime_lock_covers_everything_that_is_asked_for() -> None:
    asked = re.findall(r"^([a-zA-Z0-9-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    assert {name.lower() for name in asked} <= locked


def test_what_make_starts_keeps_its_bytecode() -> None:
    """Where the machine forbids it, each start would compile everything again: five seconds of work."""
    done = subprocess.run(
        ["make", "--no-print-directory", "--eval", "told: ; @env", "told"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PATH=" in done.stdout
    assert "PYTHONDONTWRITEBYTECODE" not in done.stdout


def test_the_fingerprints_change_with_what_they_cover(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml", "requirements.in"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(build_web, "ROOT", tmp_path)
    before = environment.fingerprint("runtime"), build_web.fingerprint(tmp_path / "requirements.in")
    assert before == (environment.fingerprint("runtime"), build_web.fingerprint(tmp_path / "requirements.in"))
    (tmp_path / "requirements.in").write_text("another")
    after = environment.fingerprint("runtime"), build_web.fingerprint(tmp_path / "requirements.in")
    assert before[0] != after[0]
    assert before[1] != after[1]
