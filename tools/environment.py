"""Makes `.venv` from the hashed locks: `python3 -m tools.environment [dev]`. Standard library only.

Does nothing when the locks have not changed since the last time (a stamp holds their hash), which is what lets
`make run` start in a few seconds. What pip downloads goes where the machine's pip keeps such things (PIP_CACHE_DIR).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MINIMUM = (3, 11)

LOCKS = {
    "runtime": ("requirements.lock",),
    "dev": ("requirements.lock", "requirements-dev.lock"),
    "node": ("requirements-node.lock",),
}


def main(arguments: list[str]) -> int:
    """Make the environment for `runtime` (default) or `dev`; the exit code."""
    kind = arguments[0] if arguments else "runtime"
    if kind not in LOCKS:
        print(f"unknown environment {kind!r}; give one of {', '.join(LOCKS)}", file=sys.stderr)
        return 2
    if is_too_old():
        return 1
    try:
        install(kind)
    except subprocess.CalledProcessError as error:
        print(
            f"安装依赖失败（退出码 {error.returncode}），原因见上方 pip 的输出。\n"
            f"Installing what the product needs failed (exit code {error.returncode}); pip says why above.",
            file=sys.stderr,
        )
        return 1
    return 0


def is_too_old() -> bool:
    """Whether the Python that runs this is too old for the product; says so."""
    if sys.version_info >= MINIMUM:
        return False
    found = ".".join(map(str, sys.version_info[:3]))
    print(
        f"需要 Python 3.11 或更新版本，当前为 {found}（{sys.executable}）；可用 make PYTHON=... 指定。\n"
        f"Python 3.11 or newer is needed; {sys.executable} is {found}. Point to another one with make PYTHON=...",
        file=sys.stderr,
    )
    return True


def install(kind: str) -> None:
    """Bring `.venv` to what the locks of `kind` say. Raises CalledProcessError when pip fails."""
    # Who has the development environment has the runtime's too.
    if any(_is_current(covering) for covering in ((kind, "dev") if kind == "runtime" else (kind,))):
        return
    began = time.monotonic()
    if not PYTHON.exists():
        _make_venv()
    names = ", ".join(LOCKS[kind])
    print(f"安装依赖 / installing {names} …", file=sys.stderr)
    locks = [part for lock in LOCKS[kind] for part in ("--requirement", lock)]
    _pip("install", "-qq", "--require-hashes", "--no-compile", "--no-warn-script-location", *locks)
    if kind != "node":
        # What an earlier build left here would be found before what is installed, with the plugins of that day.
        shutil.rmtree(ROOT / "dougong.egg-info", ignore_errors=True)
        # The checkout itself: its command `dougong` in .venv/bin, its code where it stands.
        _pip("install", "-qq", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    _stamp(kind).write_text(fingerprint(kind))
    print(f"已安装依赖 / installed {names} ({time.monotonic() - began:.1f} s)", file=sys.stderr)


def fingerprint(kind: str) -> str:
    """The hash of everything that decides what gets installed for `kind`."""
    files = [*LOCKS[kind], *([] if kind == "node" else ["pyproject.toml", "requirements.in"])]
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def _is_current(kind: str) -> bool:
    return PYTHON.exists() and _stamp(kind).is_file() and _stamp(kind).read_text() == fingerprint(kind)


def _make_venv() -> None:
    """A virtual environment; without a pip of its own where Python lacks ensurepip (Debian without python3-venv)."""
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True)


def _pip(*arguments: str) -> None:
    own = subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    command = [str(PYTHON), "-m", "pip"] if own else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(
        [*command, *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
