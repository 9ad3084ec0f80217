"""The two back ends give every row the same value for any formula: what a rule refuses is what a list shows."""

import os
import re
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, reject, settings

from dougong.expressions.context import EvaluationContext
from dougong.expressions.formula.check import check
from dougong.expressions.formula.evaluate import OPERATIONS as IN_PYTHON
from dougong.expressions.formula.evaluate import Record, evaluate
from dougong.expressions.formula.problems import FormulaProblem
from dougong.expressions.formula.to_sql import BY_KIND, NOW, OPERATIONS, TODAY, ZONE, formula_sql
from dougong.expressions.formula.types import Field
from dougong.storage.engine import Database
from tests.expressions.formula.sample import (
    _FORMS,
    CONTEXTS,
    DAYS,
    FORMULAS,
    MOMENTS,
    SAMPLE,
    TABLED,
    SampleSchema,
    rows,
)

DEEP = bool(os.environ.get("DEEP"))
EXAMPLES = 20_000 if DEEP else 250
CONTEXT = EvaluationContext(DAYS[1], "America/New_York", 7, MOMENTS[0])


class Sample:
    """The rows, in PostgreSQL and here."""

    def __init__(self, database: Database, seed: int) -> None:
        self.rows = rows(seed)
        self.database = database
        with database.transaction() as tx:
            SAMPLE.drop(tx.connection, checkfirst=True)
            SAMPLE.create(tx.connection)
            tx.execute_many(sa.insert(SAMPLE), self.rows)

    def by_sql(self, text: str, context: EvaluationContext) -> dict[int, Any]:
        expression = formula_sql(check(text, SampleSchema()), lambda field: SAMPLE.c[field.path.steps[0]])
        statement = sa.select(SAMPLE.c.id, expression.label("value")).order_by(SAMPLE.c.id)
        params = {TODAY: context.today, NOW: context.now, ZONE: context.zone}
        used = statement.compile().params
        with self.database.snapshot() as snapshot:
            found = snapshot.connection.execute(statement, {k: v for k, v in params.items() if k in used})
            return {row.id: row.value for row in found}

    def by_python(self, text: str, context: EvaluationContext) -> dict[int, Any]:
        checked = check(text, SampleSchema())

        def value(row: dict[str, Any]) -> Any:
            def value_of(field: Field) -> Any:
                return row[field.path.steps[0]]

            return evaluate(checked, Record(value_of), context)

        return {row["id"]: value(row) for row in self.rows}  # type: ignore[misc]


@pytest.fixture(scope="module")
def sample(shared_bare_database: Database) -> Sample:
    return Sample(shared_bare_database, seed=int.from_bytes(os.urandom(4), "big") if DEEP else 1)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=FORMULAS, context=CONTEXTS)
@example(text="amount / cost / cost", context=CONTEXT)
@example(text="NUMBERSTRING(amount * whole)", context=CONTEXT)
@example(text="ISBLANK(!flag)", context=CONTEXT)
@example(text="DATEVALUE(words)", context=CONTEXT)
def test_sql_and_python_give_each_row_the_same_value(sample: Sample, text: str, context: EvaluationContext) -> None:
    try:
        check(text, SampleSchema())
    except FormulaProblem as refused:
        # The random formulas are of right types, but may compare a select field with any text.
        assert refused.code == "formula.no_such_option"  # noqa: PT017  # only some of them are refused
        reject()
    assert sample.by_sql(text, context) == sample.by_python(text, context)


def test_the_random_formulas_call_every_function() -> None:
    written = " ".join(form for forms in _FORMS.values() for form, _ in forms) + " IF( CASE( BLANKVALUE( TODAY( NOW("
    assert set(re.findall(r"[A-Z]{2,}(?=\()", written)) >= TABLED


def test_both_back_ends_know_the_same_operations() -> None:
    only_in_rules = {"isnew", "ischanged", "priorvalue"}
    assert IN_PYTHON - only_in_rules - {"round"} == {*OPERATIONS, *BY_KIND}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/3", "0.3333333333"),
        ("2/3", "0.6666666667"),
        ("-2/3", "-0.6666666667"),
        ("ROUND(2.5, 0)", "3"),
        ("ROUND(-2.5, 0)", "-3"),
        ("ROUND(1.005, 2)", "1.01"),
        ("1/0", None),
        ("MOD(7, 0)", None),
        ("MOD(-7, 3)", "-1"),
        ("SQRT(-1)", None),
        ("SQRT(2)", "1.4142135624"),
        ("999999999999999999 + 1", None),
        ("999999999999999 * 999999999999999", None),
        ("POWER(2, 10)", "1024"),
        ("POWER(2, -2)", "0.25"),
        ("POWER(10, 100)", None),
        ("POWER(4, 0.5)", None),
        ("rate", "0.1"),
    ],
)
def test_numbers_that_have_an_edge(sample: Sample, text: str, expected: str | None) -> None:
    shown = f"TEXT({text.replace('rate', 'IF(rate > 0.09 && rate < 0.11, rate, null)')})"
    for found in (sample.by_sql(shown, CONTEXT), sample.by_python(shown, CONTEXT)):
        assert expected in set(found.values())
        assert set(found.values()) <= {expected, None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DATE(2024, 2, 29)", "2024-02-29"),
        ("DATE(2023, 2, 29)", "2023-03-01"),
        ("DATE(2024, 13, 1)", "2025-01-01"),
        ("DATE(2024, 0, 1)", "2023-12-01"),
        ("DATE(2024, 3, 0)", "2024-02-29"),
        ("DATE(0, 1, 1)", None),
        ("DATE(10000, 1, 1)", None),
        ("ADDMONTHS(DATE(2024, 1, 31), 1)", "2024-02-29"),
        ("ADDMONTHS(DATE(2023, 1, 31), 1)", "2023-02-28"),
        ("ADDMONTHS(DATE(2024, 3, 31), -1)", "2024-02-29"),
        ("DATE(2024, 2, 29) + 366", "2025-03-01"),
        ("DATE(9999, 12, 30) + 1", None),
        ('DATEVALUE("2024-02-29")', "2024-02-29"),
        ('DATEVALUE("2023-02-29")', None),
        ('DATEVALUE("soon")', None),
    ],
)
def test_dates_that_have_an_edge(sample: Sample, text: str, expected: str | None) -> None:
    assert set(sample.by_sql(f"TEXT({text})", CONTEXT).values()) == {expected}
    assert set(sample.by_python(f"TEXT({text})", CONTEXT).values()) == {expected}


# domain.md 0.1, row by row: both sides blank, one side blank.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + null", None),
        ("null * null", None),
        ('"a" & null', "a"),
        ('null & "a"', "a"),
        ("null & null", None),
        ("null = null", True),
        ("null != null", False),
        ("null < null", False),
        ("1 = null", False),
        ("1 != null", False),
        ("1 > null", False),
        ("true && null", False),
        ("null && null", False),
        ("true || null", True),
        ("false || null", False),
        ("null || null", False),
        ("!null", True),
        ('IF(null, "a", "b")', "b"),
        ('MAX(1, null) & ""', "1"),
        ("ISNULL(null)", True),
        ('NULLVALUE(null, 5) & ""', "5"),
        ("LEN(null) = 0", True),
        ('ISBLANK("")', True),
    ],
)
def test_blanks_obey_the_rules_of_the_manual(sample: Sample, text: str, expected: object) -> None:
    assert set(sample.by_sql(text, CONTEXT).values()) == {expected}
    assert set(sample.by_python(text, CONTEXT).values()) == {expected}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "零元整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("105", "壹佰零伍元整"),
        ("1000", "壹仟元整"),
        ("10005", "壹万零伍元整"),
        ("100000000", "壹亿元整"),
        ("100000001", "壹亿零壹元整"),
        ("1234567.89", "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"),
        ("0.5", "伍角整"),
        ("0.05", "伍分"),
        ("1.05", "壹元零伍分"),
        ("1.059", "壹元零伍分"),
        ("-3.2", "负叁元贰角整"),
    ],
)
def test_amounts_in_capitals(sample: Sample, amount: str, expected: str) -> None:
    assert set(sample.by_sql(f"NUMBERSTRING({amount})", CONTEXT).values()) == {expected}
    assert set(sample.by_python(f"NUMBERSTRING({amount})", CONTEXT).values()) == {expected}
