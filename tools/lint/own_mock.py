"""Our own code is tested, not imitated.

A test that replaces `dougong.…` by a mock passes when the real thing has changed or never worked: permission checks and
SQL are exactly what such a test leaves out. PostgreSQL starts in a second; use it. Time is given by `kit.clock`.
"""

import ast
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, called, within

PATCHES = frozenset({"patch", "object", "multiple", "create_autospec", "Mock", "MagicMock", "AsyncMock"})


def find(source: Source) -> Iterator[Finding]:
    """Uses of unittest.mock on something of ours."""
    mocks, ours = _imported(source.tree)
    for call in source.calls():
        if _root(call.func) in mocks and called(call) in PATCHES and any(_is_ours(a, ours) for a in _arguments(call)):
            yield Finding(call.lineno, "a mock of our own code; let the test use the real part")


def _imported(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """The local names of unittest.mock's things, and those of dougong's."""
    mocks, ours = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                mocks |= {a.asname or "unittest" for a in names if a.name in {"unittest.mock", "unittest"}}
                ours |= {a.asname or "dougong" for a in names if a.name.split(".")[0] == "dougong"}
            case ast.ImportFrom(module=str(module), names=names):
                local = {a.asname or a.name for a in names}
                mocks |= local if module.startswith("unittest") else set()
                ours |= local if module.split(".")[0] == "dougong" else set()
            case _:
                pass
    return frozenset(mocks), frozenset(ours)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(k.value for k in call.keywords if k.arg in {"spec", "spec_set", "target"})]


def _is_ours(argument: ast.expr, ours: frozenset[str]) -> bool:
    match argument:
        case ast.Constant(value=str(target)):
            return target.startswith("dougong.")
        case _:
            return _root(argument) in ours


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


RULE = Rule(
    name="own-mock",
    applies=within("tests", "bench"),
    find=find,
    good=(
        Snippet("tests/test_a.py", 'from unittest import mock\nmock.patch("time.sleep")\n'),
        Snippet("tests/test_a.py", "from dougong.records import api\napi.patch(api.record)\n"),
    ),
    bad=(
        Snippet("tests/test_a.py", 'from unittest import mock\nmock.patch("dougong.records.api.create")\n'),
        Snippet(
            "tests/test_a.py",
            'from unittest.mock import patch\npatch.object(api, "create")\nfrom dougong.records import api\n',
        ),
        Snippet("tests/test_a.py", "from unittest.mock import Mock\nfrom dougong.records import api\nMock(spec=api)\n"),
    ),
)
