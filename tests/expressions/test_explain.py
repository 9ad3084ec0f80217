"""A condition in words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dougong.expressions.ast import (
    FALSE,
    TRUE,
    Among,
    And,
    Compare,
    Condition,
    DateRange,
    Me,
    Not,
    Operator,
    Or,
    Path,
    Selection,
    Value,
)
from dougong.expressions.dates import COUNTED_NAMES, FIXED_NAMES
from dougong.expressions.explain import explain_condition
from dougong.kit.text import Language, messages

LABELS = {"stage": ("阶段", "Stage"), "amount": ("金额", "Amount"), "owner_id": ("所有人", "Owner")}


def _say(condition: Condition, language: Language) -> str:
    return explain_condition(condition, language, lambda path: LABELS[str(path)][language == "en"])


def _compare(name: str, operator: str, *values: Value) -> Compare:
    return Compare(Path((name,)), Operator(operator), values)


CASES: list[tuple[Condition, str, str]] = [
    (TRUE, "始终满足", "always"),
    (FALSE, "从不满足", "never"),
    (_compare("stage", "=", "won"), "「阶段」等于“won”", 'Stage is "won"'),
    (_compare("stage", "=", None), "「阶段」为空", "Stage is blank"),
    (_compare("stage", "!=", "won"), "「阶段」不为空且不等于“won”", 'Stage is given and is not "won"'),
    (_compare("stage", "in", "won", None), "「阶段」是以下之一：“won”、空白", 'Stage is one of "won", blank'),
    (_compare("owner_id", "=", Me()), "「所有人」等于当前用户", "Owner is the current user"),
    (
        And((_compare("amount", ">", Decimal("2.50")), Not(Or((_compare("stage", "is null"), FALSE))))),
        "「金额」大于2.50，并且不满足（「阶段」为空，或者从不满足）",
        "Amount is greater than 2.50 and not (Stage is blank or never)",
    ),
    (
        And((_compare("amount", "<", 1), Or((_compare("amount", "=", 5), _compare("stage", "is not null"))))),
        "「金额」小于1，并且（「金额」等于5，或者「阶段」不为空）",
        "Amount is less than 1 and (Amount is 5 or Stage is not blank)",
    ),
    (_compare("amount", "=", DateRange("LAST_N_DAYS", 30)), "「金额」等于最近 30 天", "Amount is the last 30 day(s)"),
    (_compare("amount", ">=", date(2026, 1, 31)), "「金额」大于或等于2026-01-31", "Amount is at least 2026-01-31"),
    (
        _compare("amount", "<", datetime(2026, 1, 31, tzinfo=UTC)),
        "「金额」小于2026-01-31 00:00+00:00",
        "Amount is less than 2026-01-31 00:00+00:00",
    ),
    (_compare("amount", "=", True), "「金额」等于是", "Amount is yes"),
]


@pytest.mark.parametrize(("condition", "zh", "en"), CASES)
def test_a_condition_is_said_in_both_languages(condition: Condition, zh: str, en: str) -> None:
    assert _say(condition, "zh") == zh
    assert _say(condition, "en") == en


def test_a_selection_is_said_with_its_condition() -> None:
    condition = Among(Path(("owner_id",)), Selection("user", Path(("id",)), _compare("active", "=", True)))
    assert _say(condition, "en") == "Owner is one of id of those user records where active is yes"
    assert _say(replace(condition, negated=True), "zh").startswith("「所有人」不为空且不是以下任何一个：user 的 id")


def test_values_can_be_shown_by_their_labels() -> None:
    condition = _compare("stage", "in", "won", "lost")
    labels = {"won": "赢单", "lost": "输单"}
    said = explain_condition(condition, "zh", lambda _: "阶段", lambda _, value: labels[str(value)])
    assert said == "「阶段」是以下之一：赢单、输单"


def test_every_operator_and_relative_date_has_words() -> None:
    keys = {f"explain.operator.{operator.value.replace(' ', '_')}" for operator in Operator}
    keys |= {f"explain.relative.{name}" for name in FIXED_NAMES | COUNTED_NAMES}
    assert keys <= set(messages())
