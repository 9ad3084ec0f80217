"""Checking: values get the types of their fields, and what does not fit is refused before any SQL."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from dougong.expressions.ast import (
    TRUE,
    Among,
    And,
    Compare,
    Condition,
    DateRange,
    Me,
    Not,
    Operator,
    Path,
    Selection,
    Value,
    all_of,
)
from dougong.expressions.check import Comparable, check_condition
from dougong.expressions.operators import OPERATORS_BY_SCALAR
from dougong.kit.errors import BadRequest
from dougong.kit.limits import FILTER_DEPTH_MAX, FILTER_NODES_MAX, IN_LIST_MAX, SELECTIONS_MAX
from tests.expressions.sample import SCALARS

STAGES = frozenset({"prospecting", "engaging", "won", "lost"})


class Schema:
    """The sample, a select field, and a field that only knows equality."""

    def comparable(self, path: Path) -> Comparable:
        name = str(path)
        if name == "stage":
            return Comparable("text", OPERATORS_BY_SCALAR["text"], STAGES)
        if name == "narrow":
            return Comparable("text", frozenset({Operator.EQ}))
        if name not in SCALARS:
            raise BadRequest("metadata.unknown_field", field=name)
        options = frozenset({"red", "green", "blue"}) if name == "tags" else None
        return Comparable(SCALARS[name], OPERATORS_BY_SCALAR[SCALARS[name]], options)

    def selecting(self, object_name: str) -> "Schema":
        if object_name != "sample":
            raise BadRequest("metadata.unknown_object", name=object_name)
        return self


def _among(path: str, obj: str, field: str, where: Condition = TRUE) -> Among:
    return Among(Path((path,)), Selection(obj, Path((field,)), where))


def test_a_selection_is_checked_in_the_names_of_its_own_object() -> None:
    checked = check_condition(
        _among("owner_id", "sample", "owner_id", Compare(Path(("day",)), Operator.EQ, ("2024-02-29",))), Schema()
    )
    assert isinstance(checked, Among)
    assert checked.selection.where == Compare(Path(("day",)), Operator.EQ, (date(2024, 2, 29),))


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (_among("owner_id", "ghost", "owner_id"), "metadata.unknown_object"),
        (_among("owner_id", "sample", "ghost"), "metadata.unknown_field"),
        (_among("ghost", "sample", "owner_id"), "metadata.unknown_field"),
        (_among("owner_id", "sample", "words"), "expressions.selection_type"),
        (_among("tags", "sample", "tags"), "expressions.operator_not_allowed"),
        (_among("words", "sample", "narrow"), "expressions.selection_type"),
        (_among("day", "sample", "day", Compare(Path(("amount",)), Operator.EQ, ("x",))), "expressions.value_number"),
        (all_of(*[_among("whole", "sample", "amount")] * (SELECTIONS_MAX + 1)), "expressions.too_many_selections"),
    ],
)
def test_a_selection_that_does_not_fit_is_refused(condition: Condition, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        check_condition(condition, Schema())
    assert refused.value.code == code


def _check(name: str, operator: str, *values: Value) -> tuple[Value, ...]:
    checked = check_condition(Compare(Path((name,)), Operator(operator), values), Schema())
    assert isinstance(checked, Compare)
    return checked.values


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("words", "x", "x"),
        ("words", "", None),
        ("amount", "1054.00", Decimal("1054.00")),
        ("amount", "5", 5),
        ("amount", "-5", -5),
        ("amount", "1e3", Decimal("1E+3")),
        ("amount", Decimal("0.5"), Decimal("0.5")),
        ("amount", "", None),
        ("whole", 7, 7),
        ("day", "2024-02-29", date(2024, 2, 29)),
        ("day", DateRange("TODAY"), DateRange("TODAY")),
        ("moment", "2026-01-31T08:00:00Z", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("moment", "2026-01-31T08:00:00.5+08:00", datetime(2026, 1, 31, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("moment", "2026-01-31", date(2026, 1, 31)),
        ("moment", DateRange("LAST_N_DAYS", 3), DateRange("LAST_N_DAYS", 3)),
        ("hour", "08:30", time(8, 30)),
        ("flag", True, True),
        ("flag", "false", False),
        ("owner_id", "1024", 1024),
        ("owner_id", 1024, 1024),
        ("owner_id", Me(), Me()),
        ("stage", "won", "won"),
        ("tags", "red", "red"),
        ("words", None, None),
    ],
)
def test_a_value_gets_the_type_of_its_field(name: str, value: Value, typed: Value) -> None:
    found = _check(name, "=", value)[0]
    assert (type(found), found) == (type(typed), typed)


def test_an_empty_text_is_blank_except_where_it_would_hide_everything() -> None:
    assert _check("words", "=", "") == (None,)
    assert _check("words", "in", "a", "") == ("a", None)
    assert _check("words", "!=", "") == ("",)
    assert _check("words", "contains", "") == ("",)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("words", 5, "expressions.value_text"),
        ("words", "a\0b", "expressions.value_text"),
        ("words", "\ud800", "expressions.value_text"),
        ("words", "x" * 100_001, "expressions.value_text"),
        ("amount", "5,000", "expressions.value_number"),
        ("amount", "abc", "expressions.value_number"),
        ("amount", "٣", "expressions.value_number"),
        ("amount", True, "expressions.value_number"),
        ("amount", "1e999", "expressions.value_number"),
        ("amount", "1e-999", "expressions.value_number"),
        ("amount", 10**200, "expressions.value_number"),
        ("amount", Decimal("NaN"), "expressions.value_number"),
        ("amount", Decimal("Infinity"), "expressions.value_number"),
        ("amount", DateRange("TODAY"), "expressions.value_number"),
        ("day", "2026-02-30", "expressions.value_date"),
        ("day", "31.01.2026", "expressions.value_date"),
        ("day", "2026-01-31T00:00:00Z", "expressions.value_date"),
        ("day", datetime(2026, 1, 31, tzinfo=UTC), "expressions.value_date"),
        ("day", 20260131, "expressions.value_date"),
        ("moment", "2026-01-31T08:00:00", "expressions.value_datetime"),
        ("moment", "2026-01-31T25:00:00Z", "expressions.value_datetime"),
        ("moment", "0001-01-01T00:00:00+14:00", "expressions.value_datetime"),
        ("hour", "25:00", "expressions.value_time"),
        ("hour", "08:00Z", "expressions.value_time"),
        ("flag", 1, "expressions.value_boolean"),
        ("flag", "maybe", "expressions.value_boolean"),
        ("owner_id", "abc", "expressions.value_id"),
        ("owner_id", "99999999999999999999", "expressions.value_id"),
        ("owner_id", 2**63, "expressions.value_id"),
        ("owner_id", -1, "expressions.value_id"),
        ("owner_id", True, "expressions.value_id"),
        ("words", Me(), "expressions.value_text"),
        ("stage", "wonn", "expressions.option_unknown"),
        ("tags", "redd", "expressions.option_unknown"),
        ("nowhere", 1, "metadata.unknown_field"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, value: Value, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        _check(name, "=", value)
    assert (refused.value.code, refused.value.field) == (code, name)


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(BadRequest) as refused:
        _check("stage", "in", "won", "enagging")
    assert refused.value.params == {"value": "enagging", "nearest": "engaging"}


def test_patterns_need_not_be_options() -> None:
    assert _check("stage", "like", "w%") == ("w%",)


@pytest.mark.parametrize(
    ("name", "operator", "values", "code"),
    [
        ("amount", "like", ("5%",), "expressions.operator_not_allowed"),
        ("flag", "<", (True,), "expressions.operator_not_allowed"),
        ("tags", "in", ("red",), "expressions.operator_not_allowed"),
        ("words", "includes", ("a",), "expressions.operator_not_allowed"),
        ("narrow", "!=", ("a",), "expressions.operator_not_allowed"),
        ("words", "=", (), "expressions.value_missing"),
        ("words", "=", ("a", "b"), "expressions.value_missing"),
        ("tags", "=", (), "expressions.value_missing"),
        ("words", "is null", ("a",), "expressions.value_unwanted"),
        ("words", "in", ("a",) * (IN_LIST_MAX + 1), "expressions.list_too_long"),
    ],
)
def test_an_operator_that_does_not_fit_is_refused(
    name: str, operator: str, values: tuple[Value, ...], code: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        _check(name, operator, *values)
    assert (refused.value.code, refused.value.field) == (code, name)


def test_the_operators_that_a_field_has_are_named() -> None:
    with pytest.raises(BadRequest) as refused:
        _check("narrow", "<", "a")
    assert refused.value.params == {"operator": "<", "allowed": "="}


def _nested(levels: int) -> Condition:
    condition: Condition = Compare(Path(("words",)), Operator.EQ, ("a",))
    for _ in range(levels - 1):
        condition = Not(condition)
    return condition


def test_depth_and_size_are_bounded_for_trees_from_anywhere() -> None:
    assert isinstance(check_condition(_nested(FILTER_DEPTH_MAX), Schema()), Not)
    for levels in (FILTER_DEPTH_MAX + 1, 100_000):
        with pytest.raises(BadRequest) as deep:
            check_condition(_nested(levels), Schema())
        assert deep.value.code == "expressions.too_deep"
    with pytest.raises(BadRequest) as many:
        check_condition(And((_nested(1),) * FILTER_NODES_MAX), Schema())
    assert many.value.code == "expressions.too_many_conditions"
