"""The run of all checks counts what its programs counted and fails when one of them does."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tools.check import Outcome, Step, beside, count, find_chromium, report, run, steps

REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase name="a"/><testcase name="b"><skipped/></testcase><testcase name="c"><failure>x</failure></testcase>
<testcase name="d"><error>x</error></testcase><testcase name="e"/></testsuite></testsuites>"""


def step(code: int = 0, file: Path | None = None) -> Step:
    return Step("a step", [sys.executable, "-c", f"raise SystemExit({code})"], report=file)


def test_it_counts_what_a_junit_file_says(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text(REPORT)
    assert count(file) == {"passed": 2, "failed": 2, "skipped": 1}
    assert count(tmp_path / "none.xml") == {}


def test_a_step_gives_its_code() -> None:
    assert run(step(), deep=False).code == 0
    assert run(step(3), deep=False).code == 3


def test_rows_of_steps_run_beside_each_other_and_all_to_their_ends(tmp_path: Path) -> None:
    # Each waits for a file that the other makes: one after the other they would not end.
    meeting = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
began = time.monotonic()
while not other.exists() and time.monotonic() - began < 60:
    time.sleep(0.01)
raise SystemExit(not other.exists())
"""
    files = [str(tmp_path / name) for name in "ab"]
    first, second = (
        Step(name, [sys.executable, "-c", meeting, *order]) for name, order in (("a", files), ("b", files[::-1]))
    )
    done = beside([first, step(3)], [second])
    assert [(outcome.step.name, outcome.code) for outcome in done] == [("a", 0), ("a step", 3), ("b", 0)]


@pytest.mark.parametrize(
    ("outcomes", "code", "line"),
    [
        ([Outcome(step(), 1.0, 0)], 0, "==== 1 passed in 2.00s ===="),
        ([Outcome(step(), 1.0, 1)], 1, "==== 1 failed in 2.00s ===="),
        (
            [Outcome(step(file=Path("x")), 1.0, 0, Counter(passed=5, skipped=1)), Outcome(step(), 1.0, 0)],
            0,
            "==== 6 passed, 1 skipped in 2.00s ====",
        ),
        # Broken down before it could count a single test.
        ([Outcome(step(file=Path("x")), 1.0, 4, Counter())], 1, "==== 1 failed in 2.00s ===="),
    ],
)
def test_the_last_line_is_the_one_that_pytest_prints(
    outcomes: list[Outcome], code: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(outcomes, ["a note"], 2.0) == code
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == line
    assert "--  a note" in printed


def test_a_missing_browser_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    notes: list[str] = []
    found = steps("all", notes)
    assert find_chromium() is None
    assert [n for n in notes if "browser tests NOT RUN" in n]
    assert "browser tests" not in [s.name for s in found]
