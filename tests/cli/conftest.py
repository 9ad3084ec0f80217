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

READY_SECONDS = 150
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
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=environment(more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=240,
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


@pytest.fixture(scope="session")
def data(make_data: Callable[[], Path]) -> Path:
    """A data directory with the standard package and one administrator, `root`."""
    folder = make_data()
    assert dougong("init", "--data", folder).code == 0
    created = dougong("user", "create", "root", "管理员", "--stdin", "--data", folder, stdin=f"{PASSWORD}\n")
    assert created.code == 0, created.errors
    return folder
