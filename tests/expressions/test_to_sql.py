"""The SQL of each operator, letter by letter: a change here changes plans, cached statements and the use of indexes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from dougong.expressions.ast import FALSE, TRUE, And, Compare, Condition, DateRange, Me, Not, Operator, Or, Path, Value
from dougong.expressions.context import NOBODY, EvaluationContext
from dougong.expressions.shape import paths, shape
from dougong.expressions.to_sql import Parameters, compile_condition
from dougong.kit.errors import BadRequest
from tests.expressions.sample import SCALARS, resolve

CONTEXT = EvaluationContext(date(2026, 2, 14), "Asia/Shanghai", 7)
DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def _compare(name: str, operator: str, *values: Value) -> Compare:
    return Compare(Path((name,)), Operator(operator), values)


def _sql(condition: Condition) -> tuple[str, list[object]]:
    parameters = Parameters()
    text = str(compile_condition(condition, resolve, parameters.bind).compile(dialect=DIALECT))
    return text.replace("expression_sample.", ""), list(parameters.values(condition, CONTEXT).values())


def _shanghai(year: int, month: int, day: int) -> datetime:
    """Midnight of the day before in UTC is eight hours earlier."""
    return datetime(year, month, day - 1, 16, tzinfo=UTC)


CASES: list[tuple[Condition, str, list[object]]] = [
    (_compare("words", "=", "a"), "words = %(p0)s::VARCHAR", ["a"]),
    (_compare("words", "!=", "a"), "words != %(p0)s::VARCHAR", ["a"]),
    (_compare("words", "<", "a"), '(words COLLATE "C") < %(p0)s::VARCHAR', ["a"]),
    (_compare("words", ">=", "a"), '(words COLLATE "C") >= %(p0)s::VARCHAR', ["a"]),
    (_compare("words", "=", None), "words IS NULL", []),
    (_compare("words", "!=", None), "false", []),
    (_compare("words", "<", None), "false", []),
    (_compare("words", "is null"), "words IS NULL", []),
    (_compare("words", "is not null"), "words IS NOT NULL", []),
    (_compare("words", "in", "a", "b"), "words = ANY (%(p0)s::TEXT[])", [["a", "b"]]),
    (_compare("words", "in", "a", None), "words = ANY (%(p0)s::TEXT[]) OR words IS NULL", [["a"]]),
    (_compare("words", "in"), "words = ANY (%(p0)s::TEXT[])", [[]]),
    (_compare("words", "not in", "a", None), "words IS NOT NULL AND words != ALL (%(p0)s::TEXT[])", [["a"]]),
    (_compare("words", "like", "A%\\"), "lower(words) LIKE %(p0)s::VARCHAR", ["a%\\\\"]),
    (_compare("words", "contains", "5%_\\"), "lower(words) LIKE %(p0)s::VARCHAR", ["%5\\%\\_\\\\%"]),
    (_compare("words", "starts with", "Ab"), "lower(words) LIKE %(p0)s::VARCHAR", ["ab%"]),
    (_compare("words", "contains", None), "false", []),
    (_compare("whole", "=", 5), "whole = %(p0)s::BIGINT", [5]),
    (_compare("whole", ">", Decimal("2.5")), "whole > %(p0)s", [Decimal("2.5")]),
    (_compare("whole", "in", 1, 2), "whole = ANY (%(p0)s::BIGINT[])", [[1, 2]]),
    (_compare("whole", "in", 1, Decimal("2.5")), "whole = ANY (%(p0)s::NUMERIC[])", [[Decimal(1), Decimal("2.5")]]),
    (_compare("owner_id", "=", Me()), "owner_id = %(p0)s::BIGINT", [7]),
    (_compare("owner_id", "in", Me(), 8), "owner_id = ANY (%(p0)s::BIGINT[])", [[7, 8]]),
    (_compare("flag", "=", True), "flag = %(p0)s", [True]),
    (_compare("day", "=", date(2026, 1, 31)), "day = %(p0)s::DATE", [date(2026, 1, 31)]),
    (
        _compare("day", "=", DateRange("THIS_QUARTER")),
        "day >= %(p0)s::DATE AND day < %(p1)s::DATE",
        [date(2026, 1, 1), date(2026, 4, 1)],
    ),
    (
        _compare("day", "!=", DateRange("TODAY")),
        "day < %(p0)s::DATE OR day >= %(p1)s::DATE",
        [date(2026, 2, 14), date(2026, 2, 15)],
    ),
    (_compare("day", "<", DateRange("THIS_MONTH")), "day < %(p0)s::DATE", [date(2026, 2, 1)]),
    (_compare("day", "<=", DateRange("THIS_MONTH")), "day < %(p0)s::DATE", [date(2026, 3, 1)]),
    (_compare("day", ">", DateRange("THIS_MONTH")), "day >= %(p0)s::DATE", [date(2026, 3, 1)]),
    (_compare("day", ">=", DateRange("THIS_MONTH")), "day >= %(p0)s::DATE", [date(2026, 2, 1)]),
    (
        _compare("day", "in", date(2026, 1, 1), DateRange("TODAY")),
        "day = ANY (%(p0)s::DATE[]) OR day >= %(p1)s::DATE AND day < %(p2)s::DATE",
        [[date(2026, 1, 1)], date(2026, 2, 14), date(2026, 2, 15)],
    ),
    (
        _compare("moment", "=", DateRange("TODAY")),
        "moment >= %(p0)s::TIMESTAMP WITH TIME ZONE AND moment < %(p1)s::TIMESTAMP WITH TIME ZONE",
        [_shanghai(2026, 2, 14), _shanghai(2026, 2, 15)],
    ),
    (
        _compare("moment", ">", date(2026, 1, 30)),
        "moment >= %(p0)s::TIMESTAMP WITH TIME ZONE",
        [_shanghai(2026, 1, 31)],
    ),
    (_compare("tags", "includes", "red", "blue"), "tags && %(p0)s::TEXT[]", [["red", "blue"]]),
    (_compare("tags", "excludes", "red"), "(tags && %(p0)s::TEXT[]) IS false", [["red"]]),
    (
        _compare("tags", "=", "red", "blue"),
        "(tags @> %(p0)s::TEXT[]) AND (tags <@ %(p0)s::TEXT[])",
        [["red", "blue"]],
    ),
    (
        _compare("tags", "!=", "red"),
        "((tags @> %(p0)s::TEXT[]) AND (tags <@ %(p0)s::TEXT[])) IS false",
        [["red"]],
    ),
    (TRUE, "true", []),
    (FALSE, "false", []),
    (Not(TRUE), "true IS NOT true", []),
    (Not(_compare("flag", "=", True)), "(flag = %(p0)s) IS NOT true", [True]),
    (
        And((_compare("whole", "=", 1), Or((_compare("words", "=", "a"), Not(_compare("words", "is null")))))),
        "whole = %(p0)s::BIGINT AND (words = %(p1)s::VARCHAR OR (words IS NULL) IS NOT true)",
        [1, "a"],
    ),
]


@pytest.mark.parametrize(("condition", "text", "values"), CASES)
def test_the_sql_of_a_condition(condition: Condition, text: str, values: list[object]) -> None:
    assert _sql(condition) == (text, values)


def test_me_is_nobody_where_the_product_itself_reads() -> None:
    condition = _compare("owner_id", "=", Me())
    parameters = Parameters()
    compile_condition(condition, resolve, parameters.bind)
    assert parameters.values(condition, EvaluationContext(CONTEXT.today, CONTEXT.zone)) == {"p0": NOBODY}


def test_parameters_take_a_prefix_so_that_one_statement_can_hold_several_conditions() -> None:
    parameters = Parameters("w")
    condition = _compare("whole", "=", 1)
    compile_condition(condition, resolve, parameters.bind)
    assert parameters.values(condition, CONTEXT) == {"w0": 1}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (_compare("words", "=", "a"), _compare("words", "=", "b"), True),
        (_compare("words", "=", "a"), _compare("words", "=", None), False),
        (_compare("words", "=", "a"), _compare("words", "!=", "a"), False),
        (_compare("words", "in", "a"), _compare("words", "in", "b", "c", "d"), True),
        (_compare("words", "in", "a"), _compare("words", "in"), True),
        (_compare("words", "in", "a"), _compare("words", "in", "a", None), False),
        (_compare("whole", "=", 1), _compare("whole", "=", 2), True),
        (_compare("whole", "=", 1), _compare("whole", "=", Decimal("1.5")), False),
        (_compare("whole", "=", 1), _compare("whole", "=", 2**63), False),
        (_compare("flag", "=", True), _compare("flag", "=", 1), False),
        (_compare("day", "=", DateRange("TODAY")), _compare("day", "=", DateRange("LAST_N_DAYS", 5)), True),
        (_compare("day", "=", DateRange("TODAY")), _compare("day", "=", date(2026, 1, 1)), False),
        (_compare("owner_id", "=", Me()), _compare("owner_id", "=", 5), True),
        (_compare("tags", "=", "red", "blue"), _compare("tags", "=", "red", "blue", "green"), True),
        (_compare("tags", "=", None, None), _compare("tags", "=", "red", None), False),
        (And((TRUE, FALSE)), Or((TRUE, FALSE)), False),
    ],
)
def test_a_shape_forgets_values_and_nothing_else(one: Condition, other: Condition, *, same: bool) -> None:
    assert (shape(one) == shape(other)) is same
    assert (_sql(one)[0] == _sql(other)[0]) or not same


@pytest.mark.parametrize("name", sorted(SCALARS))
def test_an_operator_that_a_type_has_not_raises_and_never_widens(name: str) -> None:
    wrong = "includes" if name != "tags" else "<"
    with pytest.raises(BadRequest) as refused:
        _sql(_compare(name, wrong, "a"))
    assert refused.value.code == "expressions.operator_not_allowed"


def test_the_paths_of_a_condition() -> None:
    condition = And((_compare("words", "=", "a"), Not(Or((_compare("day", "is null"), _compare("words", "=", "b"))))))
    assert paths(condition) == {Path(("words",)), Path(("day",))}
