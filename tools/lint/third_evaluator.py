"""What an operator means is decided in two modules, and a property test proves these two equal.

A filter decides who sees a record. A third place that knows what `!=` does with an empty value would sooner or later
disagree with the two, and the difference is a leak or a loss. To write an operator (`Compare(path, Operator.EQ, …)`),
or to translate a syntax, is not to decide one.
"""

import ast
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, outside

MESSAGE = "this decides an operator; only expressions/evaluate.py and to_sql.py may"


def find(source: Source) -> Iterator[Finding]:
    """`match` cases over Operator, and chains of `if` that compare with its members."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Match(cases=cases) if any(_names_operator(case.pattern) for case in cases):
                yield Finding(node.lineno, MESSAGE)
            case ast.If(test=test, orelse=[ast.If(test=other)]) if _compares(test) and _compares(other):
                yield Finding(node.lineno, MESSAGE)


def _names_operator(pattern: ast.pattern) -> bool:
    return any(isinstance(node, ast.MatchValue) and _is_member(node.value) for node in ast.walk(pattern))


def _compares(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Compare) and any(_is_member(c) for c in node.comparators) for node in ast.walk(test)
    )


def _is_member(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="Operator") | ast.Attribute(attr="Operator")):
            return True
        case _:
            return False


RULE = Rule(
    name="third-evaluator",
    applies=outside("dougong", "dougong/expressions/evaluate.py", "dougong/expressions/to_sql.py"),
    find=find,
    good=(
        Snippet("dougong/records/read/soql.py", "where = Compare(path, Operator.EQ, (1,))\n"),
        Snippet("dougong/expressions/to_sql.py", "match operator:\n    case Operator.EQ:\n        pass\n"),
        Snippet("dougong/records/read/soql.py", "if operator is Operator.LIKE:\n    pattern = True\n"),
    ),
    bad=(
        Snippet("dougong/crm/pools/rules.py", "match operator:\n    case Operator.EQ | Operator.NE:\n        pass\n"),
        Snippet(
            "dougong/crm/pools/rules.py",
            "if op is Operator.EQ:\n    keep(a == b)\nelif op is Operator.NE:\n    keep(a != b)\n",
        ),
    ),
)
