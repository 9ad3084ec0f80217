"""The NULL rules of docs/null-rules.md, case by case, in both back ends."""

from datetime import date

import pytest
import sqlalchemy as sa

from dougong.expressions.ast import And, Compare, Condition, Not, Operator, Or, Path, Value
from dougong.expressions.context import EvaluationContext
from dougong.expressions.evaluate import evaluate
from dougong.expressions.to_sql import Operand, Parameters, compile_condition
from dougong.storage.engine import Database

CONTEXT = EvaluationContext(date(2026, 2, 14), "Asia/Shanghai", 7)


def _compare(operator: str, *values: Value) -> Compare:
    return Compare(Path(("x",)), Operator(operator), values)


# The field's value, the condition, and whether it holds.
RULES: list[tuple[str | None, Condition, bool]] = [
    (None, _compare("=", None), True),
    (None, _compare("=", "a"), False),
    ("a", _compare("=", None), False),
    (None, _compare("!=", None), False),
    (None, _compare("!=", "a"), False),
    ("a", _compare("!=", None), False),
    ("b", _compare("!=", "a"), True),
    (None, _compare("<", "a"), False),
    (None, _compare(">=", None), False),
    (None, _compare("in", "a", None), True),
    (None, _compare("in", "a"), False),
    (None, _compare("in"), False),
    (None, _compare("not in", "a"), False),
    (None, _compare("not in"), False),
    ("b", _compare("not in", "a", None), True),
    ("a", _compare("not in"), True),
    (None, _compare("contains", ""), False),
    ("", _compare("contains", ""), True),
    ("", _compare("is null"), False),
    (None, Not(_compare("=", "a")), True),
    (None, Not(_compare("!=", "a")), True),
    (None, Not(_compare("<", "a")), True),
    (None, Not(_compare("in", "a")), True),
    (None, Not(_compare("not in", "a")), True),
    (None, Not(_compare("=", None)), False),
    (None, Not(Not(_compare("=", "a"))), False),
    (None, And((_compare("=", "a"), _compare("is null"))), False),
    (None, Or((_compare("=", "a"), _compare("is null"))), True),
    (None, And(()), True),
    (None, Or(()), False),
    (None, Not(Or(())), True),
]


@pytest.mark.parametrize(("value", "condition", "holds"), RULES)
def test_a_null_rule(shared_bare_database: Database, value: str | None, condition: Condition, *, holds: bool) -> None:
    assert evaluate(condition, lambda _: value, lambda _: "text", CONTEXT) is holds
    parameters = Parameters()
    column = sa.bindparam("field", value, type_=sa.Text())
    found = compile_condition(condition, lambda _: Operand(sa.cast(column, sa.Text()), "text"), parameters.bind)
    with shared_bare_database.snapshot() as snapshot:
        statement = sa.select(sa.func.count()).select_from(sa.select(sa.literal(1)).where(found).subquery())
        assert snapshot.scalar(statement, parameters.values(condition, CONTEXT)) == int(holds)
