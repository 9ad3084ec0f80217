"""Bad SOQL is refused with a code, the place in the text and what would have been right; never with a crash."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dougong.kit.errors import BadRequest, DougongError
from dougong.kit.limits import SOQL_LENGTH_MAX
from dougong.kit.text import messages
from dougong.records.read.soql import parse_soql
from tests.records.soql_registry import REGISTRY, WITHOUT_AMOUNT


def _refused(text: str) -> BadRequest:
    with pytest.raises(BadRequest) as refused:
        parse_soql(text, REGISTRY)
    assert refused.value.code in messages()
    return refused.value


SYNTAX = [
    ("SELECT", 1, 7, "name"),
    ("SELECT id", 1, 10, "FROM"),
    ("SELECT id FROM", 1, 15, "name"),
    ("SELECT id FROM account WHERE", 1, 29, "NOT"),
    ("SELECT id FROM account WHERE name", 1, 34, "LIKE"),
    ("SELECT id FROM account\nWHERE name = ", 2, 14, "'text'"),
    ("SELECT id FROM account ORDER", 1, 29, "BY"),
]


@pytest.mark.parametrize(("text", "line", "column", "expected"), SYNTAX)
def test_a_query_that_ends_too_early(text: str, line: int, column: int, expected: str) -> None:
    error = _refused(text)
    assert (error.code, error.params["line"], error.params["column"]) == ("soql.unexpected_end", line, column)
    assert expected in error.params["expected"].split(", ")


@pytest.mark.parametrize(
    ("text", "line", "column", "found", "expected"),
    [
        ("SELECT * FROM account", 1, 8, "*", "name"),
        ("SELECT id FROM account WHERE name == 'a'", 1, 36, "=", "'text'"),
        ("SELECT id FROM account WHERE name = 'a' name = 'b'", 1, 41, "name", "AND"),
        ("SELECT id FROM account WHERE name IN ()", 1, 39, ")", "'text'"),
        ("SELECT id FROM account WHERE (name = 'a'", 1, 41, "", ")"),
        ("SELECT id FROM account LIMIT x", 1, 30, "x", "number"),
        ("SELECT id FROM account WHERE employee_count = 12abc", 1, 47, "1", "number"),
        ("SELECT id FROM account; DROP TABLE account", 1, 25, "DROP", ""),
        ("SELECT id\nFROM account\nWHERE ä = 1", 3, 7, "ä", "name"),
        ("SELECT id FROM account WHERE name = 'a' ORDER name", 1, 47, "name", "BY"),
    ],
)
def test_what_does_not_belong_there(text: str, line: int, column: int, found: str, expected: str) -> None:
    error = _refused(text)
    assert error.code == ("soql.unexpected" if found else "soql.unexpected_end")
    assert (error.params["line"], error.params["column"]) == (line, column)
    assert error.params.get("found", "") == found
    assert expected in error.params["expected"].split(", ")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("SELCT id FROM account", "SELECT"),
        ("SELECT id FROM account WHERE name IS NUL", "NULL"),
        ("SELECT id FROM account a WHERRE name = 'a'", "WHERE"),
    ],
)
def test_a_misspelt_word_is_recognised(text: str, nearest: str) -> None:
    error = _refused(text)
    assert (error.code, error.params["nearest"]) == ("soql.unexpected_near", nearest)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("SELECT id FROM account WHERE name = 'abc", "soql.open_text", 1, 37),
        (r"SELECT id FROM account WHERE name = 'a\qb'", "soql.unknown_escape", 1, 37),
        (r"SELECT id FROM account WHERE name = 'a\u0000'", "soql.unknown_escape", 1, 37),
        (r"SELECT id FROM account WHERE name = '\ud800'", "soql.unknown_escape", 1, 37),
        ("SELECT id FROM account WHERE name = abc", "soql.unknown_word", 1, 37),
        ("SELECT id FROM account WHERE owner_id = :you", "soql.unknown_variable", 1, 41),
        ("SELECT id FROM opportunity WHERE close_date = 2026-02-30", "soql.date", 1, 47),
        ("SELECT id FROM account WHERE created_at = 2026-01-01T00:00:00", "soql.zone_missing", 1, 43),
        ("SELECT id FROM opportunity WHERE close_date = TODAY:3", "expressions.relative_count_unwanted", 1, 47),
        ("SELECT id FROM opportunity WHERE close_date = LAST_N_DAYS", "expressions.relative_count_missing", 1, 47),
        ("SELECT id FROM opportunity WHERE close_date = LAST_N_DAYS:-1", "soql.count", 1, 47),
        ("SELECT id FROM opportunity WHERE amount = 'abc'", "expressions.value_number", 1, 43),
        ("SELECT id FROM opportunity WHERE closed = 1", "expressions.value_boolean", 1, 43),
        ("SELECT id FROM opportunity WHERE close_date = 5", "expressions.value_date", 1, 47),
        ("SELECT id FROM opportunity WHERE stage = 'wonn'", "expressions.option_unknown", 1, 42),
        ("SELECT id FROM opportunity WHERE amount LIKE '5%'", "expressions.operator_not_allowed", 1, 46),
        ("SELECT id FROM account WHERE name INCLUDES ('a')", "expressions.operator_not_allowed", 1, 45),
        ("SELECT id FROM account LIMIT 1.5", "soql.count", 1, 30),
        ("SELECT id FROM account LIMIT -1", "soql.count", 1, 30),
        ("SELECT id FROM account LIMIT 1000000000", "soql.count", 1, 30),
        ("SELECT id FROM account OFFSET 99999999999999999999", "soql.count", 1, 31),
        ("SELECT nmae FROM account", "metadata.unknown_field", 1, 8),
        ("SELECT acount.name FROM contact", "query.unknown_relation", 1, 8),
        ("SELECT name.first FROM contact", "query.not_a_relation", 1, 8),
        ("SELECT address.town FROM account", "metadata.unknown_field", 1, 8),
        ("SELECT related.industry FROM activity", "query.polymorphic_only_name", 1, 8),
        ("SELECT account.parent.parent.parent.parent.name FROM contact", "expressions.path_too_deep", 1, 8),
        ("SELECT password FROM user", "metadata.unknown_field", 1, 8),
        ("SELECT id FROM acount", "metadata.unknown_object", 1, 16),
        ("SELECT id FROM account WHERE address = 'x'", "query.composite", 1, 30),
        ("SELECT id, (SELECT id FROM ghosts) FROM account", "query.unknown_children", 1, 28),
        ("SELECT id, (SELECT id FROM partnerships) FROM account", "query.ambiguous_children", 1, 28),
        ("SELECT id, (SELECT id FROM contact__boss) FROM account", "metadata.unknown_field", 1, 28),
        ("SELECT id, (SELECT COUNT() FROM contacts) FROM account", "soql.child_too_rich", 1, 33),
        ("SELECT id, (SELECT id FROM contacts LIMIT 5000) FROM account", "soql.count", 1, 43),
        ("SELECT id, (SELECT id FROM contacts), (SELECT name FROM contacts) FROM account", "soql.column_twice", 1, 57),
        ("SELECT COUNT(), (SELECT id FROM contacts) FROM account", "soql.children_of_aggregate", 1, 33),
        ("SELECT id, Id FROM account", "soql.column_twice", 1, 12),
        ("SELECT SUM(employee_count) a, AVG(employee_count) a FROM account", "soql.column_twice", 1, 31),
        ("SELECT TOTAL(employee_count) FROM account", "soql.unknown_function", 1, 8),
        ("SELECT SUM() FROM account", "soql.function_needs_field", 1, 8),
        ("SELECT SUM(AVG(employee_count)) FROM account", "soql.nested_function", 1, 12),
        ("SELECT a(b(c(d(name)))) FROM account", "soql.calls_too_deep", 1, 8),
        ("SELECT id FROM account WHERE SUM(employee_count) > 1", "soql.function_in_where", 1, 30),
        ("SELECT id FROM opportunity WHERE CALENDAR_YEAR(amount) = 2026", "soql.function_in_where", 1, 34),
        ("SELECT id FROM opportunity WHERE CALENDAR_YEAR(close_date) = 'x'", "soql.year", 1, 34),
        (
            "SELECT FIELDS(ALL) FROM account WHERE id IN (SELECT acount_id FROM contact)",
            "metadata.unknown_field",
            1,
            53,
        ),
        ("SELECT id FROM account WHERE id IN (SELECT account_id FROM contct)", "metadata.unknown_object", 1, 60),
        ("SELECT id FROM account WHERE id IN (SELECT name FROM contact)", "expressions.selection_type", 1, 44),
        ("SELECT id FROM account WHERE id IN (SELECT id, name FROM contact)", "soql.selection_too_rich", 1, 58),
        ("SELECT id FROM account WHERE id IN (SELECT id FROM contact LIMIT 1)", "soql.selection_too_rich", 1, 52),
        ("SELECT id FROM account WHERE id IN (SELECT MAX(name) FROM contact)", "soql.selection_too_rich", 1, 59),
        (
            "SELECT id FROM account WHERE id NOT IN (SELECT account_id FROM opportunity WHERE stage = 'wonn')",
            "expressions.option_unknown",
            1,
            90,
        ),
        (
            "SELECT id FROM account WHERE colors IN (SELECT colors FROM account)",
            "expressions.operator_not_allowed",
            1,
            48,
        ),
        (
            "SELECT name FROM account GROUP BY name HAVING COUNT() IN (SELECT id FROM account)",
            "query.selection_place",
            1,
            47,
        ),
        ("SELECT id FROM opportunity WHERE DAY_ONLY(amount) = TODAY", "soql.function_in_where", 1, 34),
        ("SELECT id FROM opportunity WHERE call_at > 25:00", "soql.time", 1, 44),
        ("SELECT FIELDS(SOME) FROM account", "soql.fields", 1, 8),
        ("SELECT name FROM account GROUP BY ROLLUP(name)", "soql.unknown_function", 1, 35),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_place(text: str, code: str, line: int, column: int) -> None:
    error = _refused(text)
    assert (error.code, error.params["line"], error.params["column"]) == (code, line, column)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("SELECT nmae FROM account", "name"),
        ("SELECT id FROM acount", "account"),
        ("SELECT acount.name FROM contact", "account"),
        ("SELECT id FROM opportunity WHERE stage = 'wonn'", "won"),
        ("SELECT id FROM opportunity WHERE close_date = THIS_QUATER", "THIS_QUARTER"),
        ("SELECT SUMM(amount) FROM opportunity", "SUM"),
        ("SELECT id, (SELECT id FROM contcts) FROM account", "contacts"),
    ],
)
def test_the_nearest_name_is_told(text: str, nearest: str) -> None:
    assert _refused(text).params["nearest"] == nearest


def test_the_choices_of_an_ambiguous_relation_are_told() -> None:
    error = _refused("SELECT id, (SELECT id FROM partnerships) FROM account")
    assert error.params["choices"] == "partnership__seller, partnership__buyer"


@pytest.mark.parametrize("text", ["", "  \n", ";"])
def test_an_empty_query(text: str) -> None:
    assert _refused(text).code in {"soql.empty", "soql.unexpected"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT id FROM account " + " " * SOQL_LENGTH_MAX, "soql.too_long"),
        ("SELECT id FROM account WHERE name = '\0'", "soql.unstorable"),
        ("SELECT id FROM account WHERE " + "NOT " * 50 + "name = 'a'", "expressions.too_deep"),
        ("SELECT id FROM account WHERE " + "(NOT " * 50 + "name = 'a'" + ")" * 50, "expressions.too_deep"),
        (
            "SELECT id FROM account WHERE " + " OR ".join(["name = 'a'"] * 501),
            "expressions.too_many_conditions",
        ),
        (
            "SELECT id FROM account WHERE " + "id IN (SELECT id FROM account WHERE " * 50 + "name = 'a'" + ")" * 50,
            "expressions.too_deep",
        ),
        (
            "SELECT id FROM account WHERE " + " OR ".join(["id IN (SELECT id FROM account)"] * 6),
            "expressions.too_many_selections",
        ),
        ("SELECT id FROM account WHERE id IN (" + ",".join(["1"] * 2001) + ")", "expressions.list_too_long"),
        (f"SELECT {', '.join(f'id a{n}' for n in range(201))} FROM account", "query.too_many_fields"),
    ],
)
def test_more_than_is_allowed(text: str, code: str) -> None:
    assert _refused(text).code == code


def test_brackets_may_be_nested_as_deep_as_the_text_is_long() -> None:
    parse_soql("SELECT id FROM account WHERE " + "(" * 5_000 + "name = 'a'" + ")" * 5_000, REGISTRY)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT {} FROM opportunity",
        "SELECT id FROM opportunity WHERE {} > 5",
        "SELECT id FROM opportunity ORDER BY {}",
        "SELECT SUM({}) FROM opportunity",
        "SELECT COUNT() FROM opportunity GROUP BY {}",
        "SELECT id, (SELECT {} FROM opportunities) FROM account",
        "SELECT id FROM account WHERE id IN (SELECT {} FROM opportunity)",
        "SELECT id FROM account WHERE id IN (SELECT account_id FROM opportunity WHERE {} > 5)",
    ],
)
def test_a_hidden_field_is_refused_like_one_that_does_not_exist(text: str) -> None:
    def refusal(name: str) -> tuple[str, object]:
        with pytest.raises(BadRequest) as refused:
            parse_soql(text.format(name), REGISTRY, WITHOUT_AMOUNT)
        params = dict(refused.value.params)
        assert params.pop("nearest") != "amount"
        return refused.value.code, params

    assert refusal("amount") == refusal("amoumt")


PIECES = st.sampled_from(
    r"""
    SELECT FROM WHERE AND OR NOT IN LIKE ORDER BY GROUP HAVING LIMIT OFFSET NULLS LAST INCLUDES EXCLUDES IS
    id name account contact contacts account.name amount COUNT SUM FIELDS(ALL) ( ) ( ) , . = != < ;
    'a' "b" 5 -1.5 2026-01-31 2026-01-31T00:00:00Z TODAY LAST_N_DAYS:3 :me null true \ ' % ä 中
    """.split()  # a list of these would be a page long
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=14).map(lambda words: "SELECT id FROM account WHERE " + " ".join(words)) | st.text())
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        parse_soql(text, REGISTRY)
    except DougongError as error:
        assert error.status in {400, 413}  # noqa: PT017
        assert error.code in messages()  # noqa: PT017
