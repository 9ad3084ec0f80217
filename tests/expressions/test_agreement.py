"""The two back ends give the same rows for any condition: a difference would be a leak of records."""

import os
from collections.abc import Hashable
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from dougong.expressions.ast import TRUE, Among, Compare, Condition, Not, Operator, Path, Selection
from dougong.expressions.context import EvaluationContext
from dougong.expressions.evaluate import ValueOf, evaluate
from dougong.expressions.shape import shape
from dougong.expressions.to_sql import Parameters, compile_condition
from dougong.storage.engine import Database
from tests.expressions.sample import CONDITIONS, CONTEXTS, SAMPLE, WORDS, enter, is_visible, resolve, rows, scalar_of

DEEP = bool(os.environ.get("DEEP"))
EXAMPLES = 5_000 if DEEP else 150
DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]

Row = dict[str, object]


class Sample:
    """The rows, in PostgreSQL and here; SQL is compiled once for each shape, as the read path does it."""

    def __init__(self, database: Database, seed: int) -> None:
        self.rows = rows(seed)
        self.database = database
        self.compiled: dict[Hashable, tuple[str, Parameters]] = {}
        with database.transaction() as tx:
            SAMPLE.drop(tx.connection, checkfirst=True)
            SAMPLE.create(tx.connection)
            tx.execute_many(sa.insert(SAMPLE), self.rows)

    def by_sql(self, condition: Condition, context: EvaluationContext) -> set[object]:
        key = shape(condition)
        if key not in self.compiled:
            self.compiled[key] = self.compile(condition)
        text, parameters = self.compiled[key]
        with self.database.snapshot() as snapshot:
            return {row[0] for row in snapshot.fetch(text, parameters.values(condition, context))}

    @staticmethod
    def compile(condition: Condition) -> tuple[str, Parameters]:
        parameters = Parameters()
        predicate = compile_condition(condition, resolve, parameters.bind, enter)
        return str(sa.select(SAMPLE.c.id).where(predicate).compile(dialect=DIALECT)), parameters

    def by_python(self, condition: Condition, context: EvaluationContext) -> set[object]:
        values: list[ValueOf] = [lambda path, row=row: row[path.steps[0]] for row in self.rows]  # type: ignore[misc]
        visible = [(of, scalar_of) for of, row in zip(values, self.rows, strict=True) if is_visible(row["id"])]
        return {
            row["id"]
            for of, row in zip(values, self.rows, strict=True)
            if evaluate(condition, of, scalar_of, context, lambda _object: visible)
        }


@pytest.fixture(scope="module")
def sample(shared_bare_database: Database) -> Sample:
    return Sample(shared_bare_database, seed=int.from_bytes(os.urandom(4), "big") if DEEP else 1)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=CONDITIONS, context=CONTEXTS)
def test_sql_and_python_give_the_same_rows(sample: Sample, condition: Condition, context: EvaluationContext) -> None:
    expected = sample.by_python(condition, context)
    assert sample.by_sql(condition, context) == expected
    everything = {row["id"] for row in sample.rows}
    assert sample.by_sql(Not(condition), context) == everything - expected
    assert sample.by_python(Not(condition), context) == everything - expected


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(condition=CONDITIONS, context=CONTEXTS)
def test_conditions_of_one_shape_compile_to_one_statement(
    sample: Sample, condition: Condition, context: EvaluationContext
) -> None:
    sample.by_sql(condition, context)
    kept, parameters = sample.compiled[shape(condition)]
    text, fresh = Sample.compile(condition)
    assert text == kept
    assert fresh.values(condition, context) == parameters.values(condition, context)


@pytest.mark.parametrize("operator", [Operator.LIKE, Operator.CONTAINS, Operator.STARTS_WITH, Operator.LT])
def test_each_word_against_each_word(sample: Sample, operator: Operator) -> None:
    context = EvaluationContext(date(2026, 2, 14), "Asia/Shanghai")
    for word in [*WORDS, "%", "a%", "%b", "_", "a_", "\\%", "a\\", "%\\"]:
        condition = Compare(Path(("words",)), operator, (word,))
        assert sample.by_sql(condition, context) == sample.by_python(condition, context), word


@pytest.mark.parametrize("negated", [False, True])
def test_a_blank_is_neither_among_selected_values_nor_outside_them(sample: Sample, negated: bool) -> None:
    """SQL's own NOT IN would answer nothing at all here, because blanks are among the selected values."""
    context = EvaluationContext(date(2026, 2, 14), "Asia/Shanghai")
    whole = Path(("whole",))
    selected = Selection("sample", whole, Compare(whole, Operator.IN, (None, 1)))
    condition = Among(whole, selected, negated=negated)
    expected = {row["id"] for row in sample.rows if row["whole"] is not None and (row["whole"] == 1) is not negated}
    assert sample.by_sql(condition, context) == sample.by_python(condition, context) == expected
    blanks = {row["id"] for row in sample.rows if row["whole"] is None}
    assert blanks <= sample.by_sql(Not(condition), context)
    assert sample.by_sql(Among(whole, Selection("sample", whole, TRUE)), context)
