"""Builds the web application into `dougong/http/web`: `python -m tools.build_web`. Standard library only.

Does nothing when no file that the build reads has changed. Used by `make run`, `make wheel` and, through
`build_backend.py`, by `pip install .`; so there is one way to build it.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tools import environment

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
TARGET = ROOT / "dougong" / "http" / "web"
STAMP = WEB / "dist" / "built-from.txt"
"""Written last, into the folder that the next build empties first; the server does not serve it."""

NODE_MINIMUM = ((20, 19), (22, 12))
"""What Vite 8 runs on: 20.19 and later of line 20, 22.12 and everything later."""

NPM_MINIMUM = (10,)


class BuildError(Exception):
    """The web application cannot be built here; the text says why."""


def main(arguments: list[str]) -> int:
    """Build when needed, with the Node.js of a wheel where the machine has none; the exit code.

    `libraries` as the only argument installs what web/package-lock.json pins and builds nothing.
    """
    only_libraries = arguments == ["libraries"]
    try:
        if (only_libraries or not is_current()) and find_node() is None:
            environment.install("node")
        if only_libraries:
            install()
        else:
            build()
    except (BuildError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def is_current() -> bool:
    """Whether `dougong/http/web` holds what the sources in web/ give. A source distribution has only the result."""
    if not (WEB / "package.json").is_file():
        return (TARGET / "index.html").is_file()
    built = (TARGET / "index.html").is_file() and STAMP.is_file()
    return built and STAMP.read_text() == fingerprint(*sources())


def build() -> None:
    """Bring `dougong/http/web` up to date. Raises BuildError."""
    if is_current():
        return
    if not (WEB / "package.json").is_file():
        raise BuildError("neither web/package.json nor a built web application is here")
    wanted = fingerprint(*sources())
    install()
    began = time.monotonic()
    print("构建网页应用 / building the web application …", file=sys.stderr)
    node = find_node()
    if node is None:
        raise BuildError("Node.js is gone")
    _run([str(node), "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], node)
    _replace(WEB / "dist", TARGET)
    STAMP.write_text(wanted)
    print(f"已构建网页应用 / built the web application ({time.monotonic() - began:.1f} s)", file=sys.stderr)


def install() -> None:
    """Install what web/package-lock.json pins into web/node_modules, when it has changed. Raises BuildError."""
    stamp = WEB / "node_modules" / ".installed-from"
    wanted = fingerprint(WEB / "package-lock.json")
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    node = find_node()
    if node is None:
        raise BuildError(
            "构建网页需要 Node.js 20.19+ 或 22.12+（连同 npm 10+）；没有时请运行 python3 -m tools.environment node。\n"
            "Building the web application needs Node.js 20.19+ or 22.12+ with npm 10+; where there is none, "
            "`python3 -m tools.environment node` installs it into .venv."
        )
    began = time.monotonic()
    print("安装网页依赖 / installing the web application's libraries …", file=sys.stderr)
    _run([*_npm(node), "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
    stamp.write_text(wanted)
    print(
        f"已安装网页依赖 / installed the web application's libraries ({time.monotonic() - began:.1f} s)",
        file=sys.stderr,
    )


def find_node() -> Path | None:
    """A Node.js that is new enough, with an npm that is: the machine's or the one in the virtual environment."""
    places = [shutil.which("node"), Path(sys.executable).parent / "node", ROOT / ".venv" / "bin" / "node"]
    for place in places:
        if place is not None and Path(place).is_file() and _suits(Path(place)):
            return Path(place)
    return None


def _suits(node: Path) -> bool:
    version = _version([str(node), "--version"], node)
    if version is None or not (NODE_MINIMUM[0] <= version < (21,) or version >= NODE_MINIMUM[1]):
        return False
    npm = _version([*_npm(node), "--version"], node)
    return npm is not None and npm >= NPM_MINIMUM


def _version(command: list[str], node: Path) -> tuple[int, ...] | None:
    try:
        told = subprocess.run(command, capture_output=True, text=True, env=_environment(node), timeout=60, check=False)
    except OSError:
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", told.stdout)
    return tuple(map(int, found.groups())) if found and told.returncode == 0 else None


def _npm(node: Path) -> list[str]:
    beside = node.parent / "npm"
    return [str(beside)] if beside.exists() else [shutil.which("npm") or "npm"]


def _environment(node: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "CI": "true",
        "NO_COLOR": "1",
    }


def _run(command: list[str], node: Path) -> None:
    done = subprocess.run(
        command, cwd=WEB, env=_environment(node), stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    )
    if done.returncode:
        raise BuildError(f"{' '.join(command)} failed in web/ with exit code {done.returncode}")


def sources() -> Iterator[Path]:
    """Every file that the build reads, in a stable order."""
    yield from sorted(WEB.glob("*.json"))
    yield from sorted(WEB.glob("*.ts"))
    yield WEB / "index.html"
    for folder in ("src", "public"):
        yield from sorted(p for p in (WEB / folder).rglob("*") if p.is_file() and ".test." not in p.name)


def fingerprint(*files: Path) -> str:
    """The hash of the names and contents of `files`."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _replace(source: Path, target: Path) -> None:
    """Put `source` where `target` was; a crash in between leaves no stamp, so the next run builds again."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
