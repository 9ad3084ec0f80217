"""What is left undone has an issue, where somebody will find it.

A bare TODO is a promise to nobody: the anchor that this project learnt the rule from has 97 of them in its core.
"""

import re
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, within

MARK = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
ISSUE = re.compile(r"#\d+\b")


def find(source: Source) -> Iterator[Finding]:
    """Comments with a mark and no issue number."""
    for line, comment in source.comments.items():
        if (mark := MARK.search(comment)) and not ISSUE.search(comment[1:]):
            yield Finding(line, f"{mark.group()} without an issue number; do it now, or write `{mark.group()} #12 …`")


RULE = Rule(
    name="todo-issue",
    applies=within("dougong", "tools", "bench", "tests"),
    find=find,
    good=(
        Snippet("dougong/kit/clock.py", "x = 1  # TODO #12 leap seconds\n"),
        Snippet("dougong/kit/clock.py", 'text = "TODO"\n'),
    ),
    bad=(
        Snippet("dougong/kit/clock.py", "x = 1  # TODO leap seconds\n"),
        Snippet("dougong/kit/clock.py", "# FIXME: later\nx = 1\n"),
    ),
)
