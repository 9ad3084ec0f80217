"""Which Node.js builds the web application: one that is new enough, the machine's first."""

from pathlib import Path

import pytest

from tools import build_web


def program(place: Path, version: str) -> Path:
    """A program that says that it is of this version."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\necho {version}\n")
    place.chmod(0o755)
    return place


def machine(folder: Path, node: str, npm: str = "11.2.0") -> Path:
    program(folder / "npm", npm)
    return program(folder / "node", node)


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v23.1.0", "v24.19.0"])
def test_a_machine_with_a_new_node_uses_it(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = machine(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert build_web.find_node() == node


@pytest.mark.parametrize(
    ("node", "npm"),
    [
        ("v18.20.1", "11.2.0"),
        ("v20.18.9", "11.2.0"),
        ("v21.7.0", "11.2.0"),
        ("v22.11.0", "11.2.0"),
        ("v22.12.0", "9.9.9"),
    ],
)
def test_an_old_node_or_npm_is_passed_over(
    node: str, npm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(tmp_path / "old", node, npm)
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}:/bin")
    monkeypatch.setattr(build_web, "ROOT", tmp_path)
    monkeypatch.setattr(build_web.sys, "executable", str(tmp_path / "nowhere" / "python"))
    assert build_web.find_node() is None
    in_venv = machine(tmp_path / ".venv" / "bin", "v24.19.0")
    assert build_web.find_node() == in_venv


def test_a_current_build_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, target = tmp_path / "web", tmp_path / "target"
    for name, text in (("package.json", "{}"), ("index.html", ""), ("src/main.ts", "let a"), ("dist/index.html", "")):
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).write_text(text)
    for name, value in (("ROOT", tmp_path), ("WEB", web), ("TARGET", target), ("STAMP", web / "dist" / "stamp")):
        monkeypatch.setattr(build_web, name, value)
    assert not build_web.is_current()
    target.mkdir()
    (target / "index.html").write_text("")
    build_web.STAMP.write_text(build_web.fingerprint(*build_web.sources()))
    assert build_web.is_current()
    (web / "src" / "main.ts").write_text("let b")
    assert not build_web.is_current()
