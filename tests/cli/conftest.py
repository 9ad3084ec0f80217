"""The command line as a person uses it: a process of its own, its exit code, its words."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dougong.storage.embedded import running
from dougong.storage.embedded.locks import alone
from tests.cli import forked
from tests.conftest import SETTINGS

READY_SECONDS = 150
COMMAND_SECONDS = 240
COMMAND = [sys.executable, "-m", "dougong.cli"]
PASSWORD = "Tr0ubadour-Kiosk"


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOUGONG_", "DATABASE_"))}
    return {**kept, "DOUGONG_LANGUAGE": "en", **(more or {})}


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    output: str
    errors: str


def dougong(*arguments: object, stdin: str = "", more: Mapping[str, str] | None = None) -> Done:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "stdin").write_text(stdin, encoding="utf-8")
        code = forked.run([*map(str, arguments)], environment(more), folder, COMMAND_SECONDS)
        output, errors = ((folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    assert "Traceback" not in errors, errors
    return Done(code, output, errors)


def dougong_anew(*arguments: object) -> Done:
    """Run a command in a process that starts from nothing, as a person's does."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


@dataclass
class Serving:
    """A server that says where it is."""

    process: "subprocess.Popen[str]"
    address: str = ""
    words: list[str] = field(default_factory=list)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(number)
        return self.process.wait(90)


@contextmanager
def serving(data: Path, *arguments: object, more: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """A server on a free port for the block."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--data", str(data), "--port", "0", *map(str, arguments)],
        env=environment(more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Serving(process)
    ready = threading.Event()

    def listen() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            found.words.append(line.rstrip())
            match = re.search(r"ready at (http://\S+)", line)
            if match:
                found.address = match[1]
                ready.set()
        ready.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        assert ready.wait(READY_SECONDS), found.words
        assert found.address, found.words
        yield found
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(90)
            except subprocess.TimeoutExpired:
                process.kill()
        listener.join(5)


@pytest.fixture(scope="session")
def make_data(run_folder: Path) -> Callable[[], Path]:
    """Makes empty data directories that the database's user can reach."""

    def make() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="data-", dir=run_folder))
        folder.chmod(0o755)
        return folder / "var"

    return make


def _set_up(folder: Path) -> None:
    """A data directory with the standard package and one administrator, `root`, whose server is stopped."""
    assert dougong_anew("init", "--data", folder).code == 0
    created = dougong("user", "create", "root", "管理员", "--stdin", "--data", folder, stdin=f"{PASSWORD}\n")
    assert created.code == 0, created.errors


@pytest.fixture(scope="session")
def template(run_folder: Path) -> Path:
    """The one data directory that is really set up in a test run; the others are copies of it. Nobody starts it."""
    folder = run_folder / "cli-template"
    with alone(run_folder / "cli-template.lock"):
        if not folder.exists():
            _set_up(folder)
    return folder


@pytest.fixture(scope="session")
def copied(template: Path, make_data: Callable[[], Path]) -> Callable[[], Path]:
    """Makes data directories with the standard package and one administrator, `root`: a second, not twenty."""

    def copy() -> Path:
        folder = make_data()
        subprocess.run(["cp", "-a", str(template), str(folder)], check=True)
        return folder

    return copy


@pytest.fixture(scope="module")
def data(copied: Callable[[], Path]) -> Path:
    """Such a directory for the tests of a module."""
    return copied()


@pytest.fixture(scope="module")
def kept_running(data: Path) -> Iterator[Path]:
    """`data` with its server kept running between commands, which attach to it instead of starting and stopping one."""
    with running(data, SETTINGS):
        yield data
