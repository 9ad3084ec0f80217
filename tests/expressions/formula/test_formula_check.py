"""What a formula may say: types, names, options; and that each fault is told with its place and what was meant."""

import pytest

from dougong.expressions.formula.check import check, check_result
from dougong.expressions.formula.functions import FUNCTIONS
from dougong.expressions.formula.problems import FormulaProblem
from dougong.expressions.formula.types import Kind, Type
from dougong.kit.text import messages, sentence
from tests.expressions.formula.sample import SampleSchema


@pytest.mark.parametrize(
    ("text", "code", "place", "params"),
    [
        ("", "formula.empty", (0, 0), {}),
        ("  ", "formula.empty", (0, 2), {}),
        ("1 +", "formula.unfinished", (2, 1), {}),
        ("(1 + 2", "formula.unclosed", (5, 1), {}),
        ("ROUND(amount, 2", "formula.unclosed", (14, 1), {}),
        ('"open', "formula.open_text", (0, 1), {}),
        ("1 2", "formula.sign_expected", (2, 1), {"found": "2"}),
        ("* 2", "formula.value_expected", (0, 1), {"found": "*"}),
        ("amuont * 2", "formula.unknown_field", (0, 6), {"nearest": "amount"}),
        ("1 +\n  amuont", "formula.unknown_field", (6, 6), {"line": 2, "column": 3}),
        ("$me", "formula.unknown_variable", (0, 3), {}),
        ("RUOND(amount, 2)", "formula.unknown_function", (0, 5), {"nearest": "ROUND"}),
        ("FIND(words, more)", "formula.unknown_function", (0, 4), {"nearest": "CONTAINS"}),
        ('ISPICKVAL(stage, "won")', "formula.no_ispickval", (0, 9), {}),
        ("LEFT(words)", "formula.wrong_count", (0, 4), {"least": 2, "count": 1}),
        ("TODAY(1)", "formula.wrong_count", (0, 5), {"most": 0}),
        ("ISNEW()", "formula.only_in_rules", (0, 5), {}),
        ('words + "x"', "formula.plus_of_texts", (6, 1), {}),
        ("words * 2", "formula.text_to_number", (0, 5), {}),
        ("LEFT(amount, 2)", "formula.wrong_kind", (5, 6), {"found": "number"}),
        ("amount = words", "formula.not_comparable", (0, 14), {"left": "number", "right": "text"}),
        ("day < moment", "formula.use_datevalue", (0, 12), {}),
        ('tags = "red"', "formula.use_includes", (5, 1), {}),
        ("flag > true", "formula.no_order", (5, 1), {}),
        ('stage = "wno"', "formula.no_such_option", (8, 5), {"nearest": "won"}),
        ('stage = "赢单"', "formula.no_such_option", (8, 4), {"nearest": "won"}),
        ('CASE(stage, "wno", 1, 2)', "formula.no_such_option", (12, 5), {"nearest": "won"}),
        ('INCLUDES(tags, "pink")', "formula.no_such_option", (15, 6), {}),
        ('IF(flag, 1, "a")', "formula.unlike", (12, 3), {"found": "text", "wanted": "number"}),
        ("CASE(stage, 1)", "formula.wrong_count", (0, 4), {}),
        ('CASE(stage, "won", 1, "new", 2)', "formula.case_pairs", (0, 4), {}),
        ("ROUND(amount, 6)", "formula.round_digits", (14, 1), {}),
        ("ROUND(amount, cost)", "formula.round_digits", (14, 4), {}),
        ("a.b.c.d.e.f", "formula.path_too_deep", (0, 11), {}),
        ("1" * 31, "formula.number_too_long", (0, 31), {}),
        ("1000000000000000000", "formula.number_too_large", (0, 19), {}),
        ("(" * 60 + "1" + ")" * 60, None, None, {}),
        ("!" * 60 + "flag", "formula.too_deep", (0, 64), {}),
        ("1" + "+1" * 400, "formula.too_deep", (0, 801), {}),
        ("AND(" + ",".join(["flag"] * 501) + ")", "formula.too_large", None, {}),
        ("flag" + " && flag" * 100, None, None, {}),
        ("x" * 5_001, "formula.too_long", (0, 5_001), {}),
        ("amount > 1 # 2", "formula.sign_expected", (11, 1), {"found": "#"}),
    ],
)
def test_each_fault_has_its_place(
    text: str, code: str | None, place: tuple[int, int] | None, params: dict[str, object]
) -> None:
    if code is None:
        check(text, SampleSchema())
        return
    with pytest.raises(FormulaProblem) as refused:
        check(text, SampleSchema())
    found = refused.value
    assert (found.code, found.code in messages()) == (code, True)
    assert place in {None, (found.span.start, found.span.length)}
    assert {name: found.params.get(name) for name in params} == params
    for language in ("zh", "en"):
        assert "{" not in sentence(found.code, language, found.params)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("IF（amount ＞ 10，“多”，“少”）", 'IF(amount > 10, "多", "少")'),
        ("amount ≥ 10", "amount >= 10"),
        ("amount × 2 ÷ 3", "amount * 2 / 3"),
        ("if(FLAG, Amount, 0)", "IF(flag, amount, 0)"),
        ("amount <> 1", "amount != 1"),
        ("amount == 1", "amount = 1"),
        ("flag && !flag || flag", "OR(AND(flag, NOT(flag)), flag)"),
        ("1 + 2 * 3 - 4", "(1 + (2 * 3)) - 4"),
        ('"a" & 1 + 2', '"a" & (1 + 2)'),
        ("amount & words = words", "(amount & words) = words"),
        ("isnull(words)", "ISBLANK(words)"),
        ("amount // what it is worth\n* 2", "amount * 2"),
        ('“他说"好"”', '"他说\\"好\\""'),
    ],
)
def test_ways_of_writing_the_same(text: str, same: str) -> None:
    assert check(text, SampleSchema()) == check(same, SampleSchema())


STAGE = Type(Kind.TEXT, frozenset({"new", "won"}), is_option=True)


@pytest.mark.parametrize(
    ("text", "wanted", "code"),
    [
        ("amount", Type(Kind.NUMBER), None),
        ("amount", Type(Kind.TEXT), "formula.wrong_result"),
        ("null", Type(Kind.NUMBER), None),
        ('IF(flag, "new", "won")', STAGE, None),
        ('IF(flag, "new", "old")', STAGE, "formula.no_such_option"),
        ("words", STAGE, "formula.result_not_option"),
        ("stage", STAGE, "formula.no_such_option"),
        ('CASE(stage, "won", "won", "new")', STAGE, None),
    ],
)
def test_the_result_is_of_the_fields_type(text: str, wanted: Type, code: str | None) -> None:
    checked = check(text, SampleSchema())
    if code is None:
        assert check_result(checked, wanted, text).type.kind is wanted.kind
        return
    with pytest.raises(FormulaProblem) as refused:
        check_result(checked, wanted, text)
    assert refused.value.code == code


def test_every_function_has_its_help() -> None:
    for name, function in FUNCTIONS.items():
        assert f"formula.help.{name.lower()}" in messages()
        assert messages()[f"formula.sign.{name.lower()}"]["zh"].startswith(f"{name}(")
        assert f"formula.group.{function.group}" in messages()
