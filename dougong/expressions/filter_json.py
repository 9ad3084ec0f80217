"""Conditions as JSON, for the API and for saved views: strict when read, the same tree when written and read again.

    {"and": [...]}  {"or": [...]}  {"not": ...}  {"field": "account.industry", "op": "in", "value": ["a", "b"]}

    {"field": "id", "op": "in", "value": {"object": "opportunity", "field": "account_id", "filter": …}}

A value is a text, number, boolean or null, a list of these for the list operators, `{"me": true}` or a relative date
`{"relative": "LAST_N_DAYS", "count": 30}`. Dates, date-times, decimals and ids are texts; `check_condition` gives them
their fields' types.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal

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
    Or,
    Path,
    Selection,
    Value,
    all_of,
    any_of,
)
from dougong.expressions.coerce import is_storable
from dougong.expressions.dates import check_range
from dougong.expressions.nearest import nearest
from dougong.expressions.operators import LIST_OPERATORS, NULL_TESTS, SET_OPERATORS
from dougong.kit.errors import BadRequest
from dougong.kit.limits import FILTER_DEPTH_MAX, FILTER_NODES_MAX, IN_LIST_MAX, PATH_DEPTH_MAX

Json = None | bool | int | float | str | Decimal | Sequence["Json"] | Mapping[str, "Json"]

_STEP = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_OPERATORS = {operator.value: operator for operator in Operator}


def parse_filter(json: object) -> Condition:
    """The condition that `json` (decoded) says; None and {} are TRUE.

    Raises BadRequest("filter.…", place="filter.and[1].value", …): the place is where in the document the fault is.
    """
    if json is None or json == {}:
        return And(())
    return _Reader().condition(json, "filter", 1)


class _Reader:
    """Counts the nodes of one document while it is read, so that a huge one is refused before it is built."""

    def __init__(self) -> None:
        self.nodes = 0

    def condition(self, json: object, place: str, depth: int) -> Condition:
        self.nodes += 1
        if depth > FILTER_DEPTH_MAX:
            raise BadRequest("expressions.too_deep", maximum=FILTER_DEPTH_MAX)
        if self.nodes > FILTER_NODES_MAX:
            raise BadRequest("expressions.too_many_conditions", maximum=FILTER_NODES_MAX)
        if not isinstance(json, Mapping):
            raise BadRequest("filter.not_an_object", place=place)
        keys = set(json)
        if keys == {"and"}:
            return all_of(*self._items(json["and"], f"{place}.and", depth))
        if keys == {"or"}:
            return any_of(*self._items(json["or"], f"{place}.or", depth))
        if keys == {"not"}:
            return Not(self.condition(json["not"], f"{place}.not", depth + 1))
        if "field" in keys and keys <= {"field", "op", "value"}:
            if isinstance(json.get("value"), Mapping) and "object" in json["value"]:
                return self._among(json, json["value"], place, depth)
            return _compare(json, place)
        known = ["and", "or", "not", "field", "op", "value"]
        strange = next((str(key) for key in json if key not in known), "")
        raise BadRequest("filter.unknown_form", place=place, key=strange[:60], nearest=nearest(strange, known))

    def _among(self, json: Mapping[str, object], value: Mapping[str, object], place: str, depth: int) -> Among:
        """A value that is a selection from other records, after `in` or `not in`."""
        path, operator, at = parse_path(json["field"], f"{place}.field"), json.get("op"), f"{place}.value"
        if operator not in {Operator.IN.value, Operator.NOT_IN.value}:
            raise BadRequest("filter.selection_unwanted", field=str(path), place=at, operator=str(operator)[:60])
        name = value["object"]
        if not isinstance(name, str) or not _STEP.fullmatch(name) or not set(value) <= {"object", "field", "filter"}:
            raise BadRequest("filter.bad_value", place=at)
        given = value.get("filter")
        where = TRUE if given is None or given == {} else self.condition(given, f"{at}.filter", depth + 1)
        selection = Selection(name, parse_path(value.get("field"), f"{at}.field"), where)
        return Among(path, selection, negated=operator == Operator.NOT_IN.value)

    def _items(self, json: object, place: str, depth: int) -> list[Condition]:
        if isinstance(json, str | Mapping) or not isinstance(json, Sequence):
            raise BadRequest("filter.not_a_list", place=place)
        return [self.condition(item, f"{place}[{n}]", depth + 1) for n, item in enumerate(json)]


def parse_path(text: object, place: str) -> Path:
    """A dotted path of API names. Raises BadRequest when it is not one or is longer than `PATH_DEPTH_MAX` steps."""
    steps = tuple(text.split(".")) if isinstance(text, str) else ()
    if not steps or not all(_STEP.fullmatch(step) for step in steps):
        raise BadRequest("filter.bad_field", place=place, value=str(text)[:100])
    if len(steps) > PATH_DEPTH_MAX:
        raise BadRequest("expressions.path_too_deep", field=str(text)[:200], maximum=PATH_DEPTH_MAX)
    return Path(steps)


def _compare(json: Mapping[str, object], place: str) -> Compare:
    path = parse_path(json["field"], f"{place}.field")
    name = json.get("op", "=")
    operator = _OPERATORS.get(name) if isinstance(name, str) else None
    if operator is None:
        text = str(name)[:60]
        raise BadRequest(
            "filter.unknown_operator", place=f"{place}.op", operator=text, nearest=nearest(text, _OPERATORS)
        )
    if operator in NULL_TESTS:
        if json.get("value") is not None:
            raise BadRequest("expressions.value_unwanted", field=str(path), operator=operator.value)
        return Compare(path, operator)
    if "value" not in json:
        raise BadRequest("expressions.value_missing", field=str(path), operator=operator.value)
    value, at = json["value"], f"{place}.value"
    if isinstance(value, Sequence) and not isinstance(value, str):
        if operator not in LIST_OPERATORS | SET_OPERATORS:
            raise BadRequest("filter.list_unwanted", field=str(path), place=at, operator=operator.value)
        if len(value) > IN_LIST_MAX:
            raise BadRequest("expressions.list_too_long", field=str(path), maximum=IN_LIST_MAX)
        values = tuple(_value(item, f"{at}[{n}]") for n, item in enumerate(value))
        # An empty multi-select is blank.
        return Compare(path, operator, values or ((None,) if operator in SET_OPERATORS else ()))
    if operator in LIST_OPERATORS:
        raise BadRequest("filter.list_wanted", field=str(path), place=at, operator=operator.value)
    return Compare(path, operator, (_value(value, at),))


def _value(json: object, place: str) -> Value:
    match json:
        case None | bool() | int() | Decimal():
            return json
        case str():
            if not is_storable(json):
                raise BadRequest("filter.unstorable_text", place=place)
            return json
        case float():
            # The shortest text that reads back as this float: what the sender wrote.
            return Decimal(repr(json))
        case {"relative": str(name), **rest}:
            return _relative(name, rest, place)
        case {"me": True, **rest} if not rest:
            return Me()
        case _:
            raise BadRequest("filter.bad_value", place=place)


def _relative(name: str, rest: Mapping[object, object], place: str) -> DateRange:
    count = rest.get("count")
    if set(rest) - {"count"} or isinstance(count, bool) or not isinstance(count, int | None):
        raise BadRequest("filter.bad_value", place=place)
    value = DateRange(name.upper()[:60], count)
    check_range(value)
    return value


WRITTEN = ("and", "or", "not", "field", "op", "value")


def in_written_order(json: Json) -> Json:
    """The same filter with its keys as people write them: a database gives them back in an order of its own."""
    if isinstance(json, dict):
        names = sorted(json, key=lambda name: (WRITTEN.index(name) if name in WRITTEN else len(WRITTEN), name))
        return {name: in_written_order(json[name]) for name in names}
    return [in_written_order(one) for one in json] if isinstance(json, list) else json


def to_json(condition: Condition) -> dict[str, Json]:
    """The JSON form of `condition`; `parse_filter` of it and `check_condition` give the same tree again."""
    match condition:
        case And(items):
            return {"and": [to_json(item) for item in items]}
        case Or(items):
            return {"or": [to_json(item) for item in items]}
        case Not(item):
            return {"not": to_json(item)}
        case Among(path, selection, negated):
            inner: dict[str, Json] = {"object": selection.object, "field": str(selection.field)}
            if selection.where != TRUE:
                inner["filter"] = to_json(selection.where)
            return {"field": str(path), "op": "not in" if negated else "in", "value": inner}
        case Compare(path, operator, values):
            written: dict[str, Json] = {"field": str(path), "op": operator.value}
            if operator in LIST_OPERATORS or len(values) > 1:
                written["value"] = [_written(value) for value in values]
            elif values:
                written["value"] = _written(values[0])
            return written


def _written(value: Value) -> Json:
    match value:
        case DateRange(name, count):
            return {"relative": name} if count is None else {"relative": name, "count": count}
        case Me():
            return {"me": True}
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case None | bool() | int() | str():
            return value
