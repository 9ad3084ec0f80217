"""Runs the rules over files and keeps escapes honest."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from tools.lint import (
    banned_names,
    commit_outside_storage,
    float_near_money,
    own_mock,
    sql_text,
    system_reason,
    third_evaluator,
    todo_issue,
)
from tools.lint.rule import Finding, Rule, Source

RULES: tuple[Rule, ...] = (
    commit_outside_storage.RULE,
    system_reason.RULE,
    sql_text.RULE,
    float_near_money.RULE,
    third_evaluator.RULE,
    banned_names.RULE,
    todo_issue.RULE,
    own_mock.RULE,
)

FOLDERS = ("dougong", "tests", "bench", "tools", "examples")
ALLOW = re.compile(r"# allow: (?P<rule>\S+)(?P<reason>.*)")
SHORTEST_REASON = 10


def sources(root: Path, folders: Iterable[str] = FOLDERS) -> Iterator[Source]:
    """The Python files below `root`/`folders`, in order."""
    for folder in folders:
        place = root / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            yield Source(PurePosixPath(path.relative_to(root).as_posix()), path.read_text(encoding="utf-8"))


def check(source: Source) -> list[Finding]:
    """What is wrong with a file: broken rules without an escape, and escapes that escape nothing."""
    try:
        _ = source.tree
    except SyntaxError as error:
        return [Finding(error.lineno or 1, f"not Python: {error.msg}")]
    allowed = {line: found for line, text in source.comments.items() if (found := ALLOW.search(text))}
    used: set[int] = set()
    wrong: list[Finding] = []
    for rule in RULES:
        if not rule.applies(source.path):
            continue
        for finding in rule.find(source):
            escape = allowed.get(finding.line)
            if escape and escape["rule"] == rule.name:
                used.add(finding.line)
            else:
                wrong.append(Finding(finding.line, f"{rule.name}: {finding.message}"))
    wrong.extend(_bad_escapes(allowed, used))
    return sorted(wrong)


def _bad_escapes(allowed: dict[int, re.Match[str]], used: set[int]) -> Iterator[Finding]:
    names = {rule.name for rule in RULES}
    for line, escape in allowed.items():
        if escape["rule"] not in names:
            yield Finding(line, f"allow: there is no rule {escape['rule']!r}; the rules are {', '.join(sorted(names))}")
        elif len(escape["reason"].strip()) < SHORTEST_REASON:
            yield Finding(line, f"allow: say why {escape['rule']} may be broken here")
        elif line not in used:
            yield Finding(line, f"allow: {escape['rule']} finds nothing here; remove the escape")
