"""A condition's shape: everything but its values, so that compiled SQL is kept and run again with other values.

A shape tells apart only what changes the SQL: a blank value (`= NULL` is IS NULL), a relative date (a range) from an
exact one, a whole number from a decimal (the type of the parameter), but neither the values nor how many an IN list
has.
"""

from collections.abc import Hashable, Iterator
from datetime import date, datetime, time
from decimal import Decimal

from dougong.expressions.ast import Among, And, Compare, Condition, DateRange, Me, Not, Or, Path, Value
from dougong.expressions.operators import LIST_OPERATORS

INT64_MAX = 2**63 - 1

WHOLE = "whole"
NUMBER = "number"
RANGE = "range"
DATE = "date"
BLANK = "blank"

_TAGS: dict[type, str] = {
    str: "text",
    Decimal: NUMBER,
    bool: "boolean",
    datetime: "datetime",
    date: DATE,
    time: "time",
    DateRange: RANGE,
    Me: WHOLE,
    type(None): BLANK,
}

Tag = str | tuple[bool, bool, int, int]


def tag(value: Value) -> str:
    """The kind of one value, as far as SQL depends on it."""
    if type(value) is int:
        return WHOLE if -INT64_MAX <= value <= INT64_MAX else NUMBER
    return _TAGS[type(value)]


def list_tag(values: tuple[Value, ...]) -> tuple[bool, bool, int, int]:
    """Of a list of values: whether a blank is in it, whether its numbers are whole, how many ranges, how many dates.

    Dates are counted because on a date-time field each means a whole day, which is a range.
    """
    tags = [tag(value) for value in values]
    return BLANK in tags, NUMBER not in tags, tags.count(RANGE), tags.count(DATE)


def _compare_tag(compare: Compare) -> Tag:
    values = compare.values
    if compare.operator in LIST_OPERATORS:
        return list_tag(values)
    if len(values) > 1:
        # A multi-select compared with a set of options: blank when nothing but blanks is in it.
        return BLANK if values.count(None) == len(values) else list_tag(values)
    return tag(values[0]) if values else ""


def shape(condition: Condition) -> Hashable:
    """What the SQL of `condition` depends on: conditions of equal shape compile to the same SQL on the same object."""
    match condition:
        case Compare(path, operator):
            return path.steps, operator, _compare_tag(condition)
        case Among(path, selection, negated):
            return path.steps, negated, selection.object, selection.field.steps, shape(selection.where)
        case And(items):
            return "and", *[shape(item) for item in items]
        case Or(items):
            return "or", *[shape(item) for item in items]
        case Not(item):
            return "not", shape(item)


def leaves(condition: Condition) -> Iterator[Compare]:
    """The comparisons of the tree from left to right: the order in which the SQL back end numbers them."""
    match condition:
        case Compare():
            yield condition
        case Among():
            yield from leaves(condition.selection.where)
        case And(items) | Or(items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)


def paths(condition: Condition) -> frozenset[Path]:
    """The fields that the condition reads of its own record; those of a selection belong to other records."""
    match condition:
        case Compare(path) | Among(path):
            return frozenset({path})
        case And(items) | Or(items):
            return frozenset[Path]().union(*(paths(item) for item in items))
        case Not(item):
            return paths(item)
