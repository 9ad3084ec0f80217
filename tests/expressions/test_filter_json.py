"""Filters as JSON: the same tree when written and read again, a refusal that names the place for all else."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from dougong.expressions.check import Comparable, check_condition
from dougong.expressions.filter_json import parse_filter, to_json
from dougong.expressions.operators import OPERATORS_BY_SCALAR
from dougong.kit.errors import BadRequest
from dougong.kit.limits import FILTER_DEPTH_MAX, FILTER_NODES_MAX, IN_LIST_MAX
from tests.expressions.sample import CONDITIONS, SCALARS


class SampleSchema:
    """The sample's fields, each with all operators of its scalar type."""

    def comparable(self, path: Path) -> Comparable:
        scalar = SCALARS[str(path)]
        return Comparable(scalar, OPERATORS_BY_SCALAR[scalar])

    def selecting(self, object_name: str) -> "SampleSchema":
        assert object_name == "sample"
        return self


def _compare(name: str, operator: str, *values: Value) -> Compare:
    return Compare(Path(tuple(name.split("."))), Operator(operator), values)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("null", TRUE),
        ("{}", TRUE),
        ('{"and":[]}', TRUE),
        ('{"or":[]}', FALSE),
        ('{"field":"account.industry","op":"=","value":"x"}', _compare("account.industry", "=", "x")),
        ('{"field":"name","value":"x"}', _compare("name", "=", "x")),
        ('{"field":"name","op":"is null"}', _compare("name", "is null")),
        ('{"field":"name","op":"is not null","value":null}', _compare("name", "is not null")),
        ('{"field":"stage","op":"in","value":["a",null]}', _compare("stage", "in", "a", None)),
        ('{"field":"stage","op":"in","value":[]}', _compare("stage", "in")),
        ('{"field":"tags","op":"=","value":["a","b"]}', _compare("tags", "=", "a", "b")),
        ('{"field":"tags","op":"=","value":[]}', _compare("tags", "=", None)),
        ('{"field":"owner_id","value":{"me":true}}', _compare("owner_id", "=", Me())),
        (
            '{"field":"d","op":">","value":{"relative":"last_n_days","count":30}}',
            _compare("d", ">", DateRange("LAST_N_DAYS", 30)),
        ),
        ('{"field":"d","value":{"relative":"TODAY"}}', _compare("d", "=", DateRange("TODAY"))),
        (
            '{"and":[{"field":"a","value":1},{"and":[{"field":"b","value":2}]},{"not":{"or":[]}}]}',
            And((_compare("a", "=", 1), _compare("b", "=", 2), Not(FALSE))),
        ),
        (
            '{"field":"id","op":"in","value":{"object":"deal","field":"account_id","filter":{"field":"a","value":1}}}',
            Among(Path(("id",)), Selection("deal", Path(("account_id",)), _compare("a", "=", 1))),
        ),
        (
            '{"field":"id","op":"not in","value":{"object":"deal","field":"account.parent_id"}}',
            Among(Path(("id",)), Selection("deal", Path(("account", "parent_id")), TRUE), negated=True),
        ),
        ('{"and":[{"or":[{"field":"a","value":1}]}]}', _compare("a", "=", 1)),
        ('{"or":[{"field":"a","value":1},{"and":[]}]}', TRUE),
    ],
)
def test_a_filter_reads_as_this_tree(text: str, condition: Condition) -> None:
    assert parse_filter(json.loads(text)) == condition


PLACES = [
    ('"x"', "filter.not_an_object", "filter"),
    ('[{"field":"a","value":1}]', "filter.not_an_object", "filter"),
    ('{"and":{}}', "filter.not_a_list", "filter.and"),
    ('{"or":"ab"}', "filter.not_a_list", "filter.or"),
    ('{"and":[{"or":[1]}]}', "filter.not_an_object", "filter.and[0].or[0]"),
    ('{"and":[],"or":[]}', "filter.unknown_form", "filter"),
    ('{"field":"a","opp":"=","value":1}', "filter.unknown_form", "filter"),
    ('{"nand":[]}', "filter.unknown_form", "filter"),
    ('{"not":{"field":7,"value":1}}', "filter.bad_field", "filter.not.field"),
    ('{"field":"","value":1}', "filter.bad_field", "filter.field"),
    ('{"field":"a..b","value":1}', "filter.bad_field", "filter.field"),
    ('{"field":"a\\"; drop table x","value":1}', "filter.bad_field", "filter.field"),
    ('{"field":"a","op":"==","value":1}', "filter.unknown_operator", "filter.op"),
    ('{"field":"a","op":["="],"value":1}', "filter.unknown_operator", "filter.op"),
    ('{"field":"a","op":"in","value":1}', "filter.list_wanted", "filter.value"),
    ('{"field":"a","op":"<","value":[1]}', "filter.list_unwanted", "filter.value"),
    ('{"field":"a","op":"in","value":[1,[2]]}', "filter.bad_value", "filter.value[1]"),
    ('{"field":"a","op":"=","value":{"object":"b","field":"c"}}', "filter.selection_unwanted", "filter.value"),
    ('{"field":"a","op":"in","value":{"object":"b","field":"c","limit":1}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","op":"in","value":{"object":"B;","field":"c"}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","op":"in","value":{"object":"b"}}', "filter.bad_field", "filter.value.field"),
    (
        '{"field":"a","op":"in","value":{"object":"b","field":"c","filter":{"field":"d","op":"~"}}}',
        "filter.unknown_operator",
        "filter.value.filter.op",
    ),
    ('{"field":"a","value":{"me":false}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","value":{"me":true,"you":1}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","value":{"relative":"TODAY","of":1}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","value":{"relative":"LAST_N_DAYS","count":"3"}}', "filter.bad_value", "filter.value"),
    ('{"field":"a","value":{"relative":"LAST_N_DAYS","count":true}}', "filter.bad_value", "filter.value"),
    ('{"and":[{"field":"a","value":"x\\u0000"}]}', "filter.unstorable_text", "filter.and[0].value"),
    ('{"field":"a","value":"\\ud800"}', "filter.unstorable_text", "filter.value"),
]


@pytest.mark.parametrize(("text", "code", "place"), PLACES)
def test_a_bad_filter_is_refused_with_its_place(text: str, code: str, place: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_filter(json.loads(text))
    assert (refused.value.code, refused.value.params["place"]) == (code, place)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"field":"a"}', "expressions.value_missing"),
        ('{"field":"a","op":"is null","value":1}', "expressions.value_unwanted"),
        ('{"field":"a","value":{"relative":"SOON"}}', "expressions.relative_unknown"),
        ('{"field":"a","value":{"relative":"LAST_N_DAYS"}}', "expressions.relative_count_missing"),
        ('{"field":"a.b.c.d.e.f","value":1}', "expressions.path_too_deep"),
    ],
)
def test_a_filter_that_says_too_much_or_too_little_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_filter(json.loads(text))
    assert refused.value.code == code


def _deep(levels: int) -> object:
    document: object = {"field": "a", "value": 1}
    for _ in range(levels):
        document = {"not": document}
    return document


@pytest.mark.parametrize("levels", [FILTER_DEPTH_MAX, 50, 50_000])
def test_a_filter_nested_too_deeply_is_refused(levels: int) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_filter(_deep(levels))
    assert refused.value.code == "expressions.too_deep"


def test_a_filter_of_the_greatest_depth_is_read() -> None:
    assert isinstance(parse_filter(_deep(FILTER_DEPTH_MAX - 1)), Not)


def test_too_many_conditions_or_values_are_refused() -> None:
    one = {"field": "a", "value": 1}
    with pytest.raises(BadRequest) as many:
        parse_filter({"and": [one] * FILTER_NODES_MAX})
    assert many.value.code == "expressions.too_many_conditions"
    with pytest.raises(BadRequest) as long:
        parse_filter({"field": "a", "op": "in", "value": [1] * (IN_LIST_MAX + 1)})
    assert long.value.code == "expressions.list_too_long"


@given(CONDITIONS)
def test_a_checked_condition_is_the_same_after_writing_and_reading(condition: Condition) -> None:
    written = json.loads(json.dumps(to_json(condition)))
    read = parse_filter(written)
    # Reading normalises the tree and forgets types that JSON has not; checking brings them back.
    checked = check_condition(read, SampleSchema())
    assert to_json(checked) == to_json(parse_filter(json.loads(json.dumps(to_json(checked)))))
    assert check_condition(parse_filter(to_json(checked)), SampleSchema()) == checked


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["and", "or", "not", "field", "op", "value", "relative", "me", "object", "filter"]),
            inner,
            max_size=3,
        )
    ),
)


@given(JSON)
def test_any_json_is_either_a_filter_or_refused(document: object) -> None:
    try:
        condition = parse_filter(document)
    except BadRequest:
        return
    assert isinstance(condition, Compare | Among | And | Or | Not)


def test_numbers_that_are_none_are_refused_when_they_are_checked() -> None:
    for number in (math.nan, math.inf, -math.inf):
        condition = parse_filter({"field": "amount", "value": number})
        with pytest.raises(BadRequest) as refused:
            check_condition(condition, SampleSchema())
        assert refused.value.code == "expressions.value_number"
