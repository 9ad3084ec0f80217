"""`make test` and `make lint`: runs the checks in the order in which they fail fast, then says how each of them went.

    python -m tools.check lint|all|deep

A linter's output is shown when it fails, the tests' as they run. Linters use one core each: those of Python and those
of the web application run beside each other. All steps run whatever the earlier ones gave, so that one run tells
everything. The last line counts what the tests counted, in the form that pytest prints.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

from tools import build_web, environment

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
RESULTS = ROOT / "test-results"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
LIMIT_SECONDS = 2400
DEEP_LIMIT_SECONDS = 3 * 3600
WORKERS = "2"
WAITING_WORKERS = "3"
"""Where tests wait for the database, for servers that start and for clocks, one more than there are cores."""


@dataclass(frozen=True)
class Step:
    """One program of the run. `report`: the JUnit file in which it counts its tests; `shown`: as it runs."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT
    report: Path | None = None
    shown: bool = False


@dataclass
class Outcome:
    """How a step went."""

    step: Step
    seconds: float
    code: int
    counts: Counter[str] = field(default_factory=Counter)


def main(arguments: list[str]) -> int:
    """Run the steps of a kind (`lint`, `all`, `deep`); 0 when nothing failed."""
    kind = arguments[0] if arguments else "all"
    began = time.monotonic()
    RESULTS.mkdir(exist_ok=True)
    for old in RESULTS.glob("*.xml"):
        old.unlink()
    if not sys.stdout.isatty():
        os.environ["NO_COLOR"] = "1"
    if build_web.find_node() is None:
        environment.install("node")
    notes: list[str] = []
    outcomes: list[Outcome] = []
    if kind != "deep":
        outcomes += beside(python_linters(), web_linters())
    outcomes += [run(step, deep=kind == "deep") for step in steps(kind, notes)]
    return report(outcomes, notes, time.monotonic() - began)


def beside(*rows: Sequence[Step]) -> list[Outcome]:
    """Run rows of steps at the same time, each in its own order."""
    with ThreadPoolExecutor(len(rows)) as pool:
        done = list(pool.map(lambda row: [run(step, deep=False) for step in row], rows))
    return list(chain.from_iterable(done))


def steps(kind: str, notes: list[str]) -> list[Step]:
    """What to run after the linters; `notes` gets a line for what cannot be run here."""
    if kind == "deep":
        return [pytest("python, deep", ["tests", "--ignore=tests/browser"])]
    if kind == "lint":
        return []
    found = [
        Step(
            "web: unit tests",
            [*node("vitest/vitest.mjs"), "run", "--testTimeout=30000", *vitest_report()],
            WEB,
            RESULTS / "web.xml",
            True,
        ),
        # By default files with few tests come last, and one with minutes in a single test would keep everybody waiting.
        pytest("python: tests", ["tests", "--ignore=tests/browser", "--no-loadscope-reorder"], WAITING_WORKERS),
    ]
    # The wheel's tests and the browser want it built.
    found.insert(-1, Step("web: build", [sys.executable, "-m", "tools.build_web"]))
    chromium = find_chromium()
    if chromium is None:
        notes.append("browser tests NOT RUN: no Chromium here (.ci/run installs it, CHROMIUM=/path/to/it names one)")
    elif any((ROOT / "tests" / "browser").glob("test_*.py")):
        os.environ["CHROMIUM"] = chromium
        found.append(pytest("browser tests", ["tests/browser"]))
    return found


def python_linters() -> list[Step]:
    """The Python half of `make lint`, fastest first."""
    here = Path(sys.executable).parent
    return [
        Step("ruff format", [f"{here}/ruff", "format", "--check", "."]),
        Step("ruff", [f"{here}/ruff", "check", "--quiet", "--output-format=concise", "."]),
        Step("own rules", [sys.executable, "-m", "tools.lint"]),
        Step("import contracts", [f"{here}/lint-imports", "--no-logo"]),
        Step("mypy", [sys.executable, "-m", "mypy"]),
        Step("house", [sys.executable, "-m", "tools.check_house"], shown=True),
    ]


def web_linters() -> list[Step]:
    """The web application's half."""
    return [
        Step("web: libraries", [sys.executable, "-m", "tools.build_web", "libraries"]),
        Step("web: types", [*node("typescript/bin/tsc"), "-b"], WEB),
        Step("web: eslint", [*node("eslint/bin/eslint.js"), ".", "--max-warnings", "0"], WEB),
    ]


def node(program: str) -> list[str]:
    """The command that runs a program of web/node_modules."""
    return [_node(), f"node_modules/{program}"]


@cache
def _node() -> str:
    return str(build_web.find_node() or "node")


def vitest_report() -> list[str]:
    """Vitest prints for people and writes for us."""
    return ["--reporter=default", "--reporter=junit", f"--outputFile.junit={RESULTS / 'web.xml'}"]


def pytest(name: str, arguments: Sequence[str], workers: str = WORKERS) -> Step:
    """A run of pytest on both cores; tests of one file stay together, because they share a database."""
    file = RESULTS / f"{name.replace(' ', '-').replace(':', '').replace(',', '')}.xml"
    options = ["-n", workers, "--dist", "loadfile", "--durations=10", f"--junitxml={file}"]
    return Step(name, [sys.executable, "-m", "pytest", *options, *arguments], report=file, shown=True)


def find_chromium() -> str | None:
    """The browser for the browser tests: CHROMIUM, or the first that is installed."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def run(step: Step, *, deep: bool) -> Outcome:
    """Run one step to its end or its limit; a limit that is passed counts as a failure."""
    print(f"\n── {step.name} ", flush=True)
    began = time.monotonic()
    output = None if step.shown else subprocess.PIPE
    process = subprocess.Popen(
        step.command,
        cwd=step.folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if step.shown else subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    limit = DEEP_LIMIT_SECONDS if deep else LIMIT_SECONDS
    try:
        told, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, _ = process.communicate()
        told = f"{told or ''}\n{step.name} took longer than {limit} s and was ended"
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    if told and (process.returncode or step.shown):
        # Named once more: another step may have begun since.
        print(f"{step.name}:\n{told.rstrip()}", flush=True)
    counts = count(step.report) if step.report else Counter[str]()
    return Outcome(step, time.monotonic() - began, process.returncode, counts)


def count(file: Path) -> Counter[str]:
    """What a JUnit file says: passed, failed, skipped."""
    counts: Counter[str] = Counter()
    if not file.is_file():
        return counts
    for case in ElementTree.parse(file).getroot().iter("testcase"):  # noqa: S314  # written by the step that just ran
        tags = {child.tag for child in case}
        counts["failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"] += 1
    return counts


def report(outcomes: Sequence[Outcome], notes: Sequence[str], seconds: float) -> int:
    """Print how each step went and the last line; the exit code."""
    total: Counter[str] = Counter()
    print("\n── summary ")
    for outcome in outcomes:
        told = ", ".join(f"{number} {word}" for word, number in sorted(outcome.counts.items()))
        print(
            f"{'ok ' if outcome.code == 0 else 'NO '} {outcome.step.name:18} {outcome.seconds:6.1f} s  {told}".rstrip()
        )
        if outcome.step.report is None:
            total["failed" if outcome.code else "passed"] += 1
        else:
            total += outcome.counts
            # A run that broke down before or beside its tests.
            total["failed"] += outcome.code != 0 and not outcome.counts["failed"]
    for note in notes:
        print(f"--  {note}")
    words = [f"{total[word]} {word}" for word in ("failed", "passed", "skipped") if total[word]]
    print(f"==== {', '.join(words) or 'nothing was run'} in {seconds:.2f}s ====", flush=True)
    return 1 if any(outcome.code for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
