"""Which operators each scalar type has, and what kinds of operators there are."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from dougong.expressions.ast import Compare, Operator
from dougong.expressions.matching import containing, like_pattern, starting_with
from dougong.kit.errors import BadRequest

NULL_TESTS = frozenset({Operator.IS_NULL, Operator.NOT_NULL})
"""Take no value."""

LIST_OPERATORS = frozenset({Operator.IN, Operator.NOT_IN, Operator.INCLUDES, Operator.EXCLUDES})
"""Take any number of values."""

SET_OPERATORS = frozenset({Operator.EQ, Operator.NE})
"""Take several values too where the field is a multi-select."""

PATTERNS: Mapping[Operator, Callable[[str], str]] = MappingProxyType(
    {Operator.LIKE: like_pattern, Operator.CONTAINS: containing, Operator.STARTS_WITH: starting_with}
)
"""The text operators, each with what makes the folded LIKE pattern of its value."""

MATCHING = frozenset(PATTERNS)
"""Take a text or pattern to match."""

_EQUALITY = SET_OPERATORS | {Operator.IN, Operator.NOT_IN} | NULL_TESTS
_ORDER = _EQUALITY | {Operator.LT, Operator.LE, Operator.GT, Operator.GE}

OPERATORS_BY_SCALAR: Mapping[str, frozenset[Operator]] = MappingProxyType(
    {
        "text": _ORDER | MATCHING,
        "number": _ORDER,
        "date": _ORDER,
        "datetime": _ORDER,
        "time": _ORDER,
        "boolean": _EQUALITY,
        "id": _ORDER,
        "texts": SET_OPERATORS | NULL_TESTS | {Operator.INCLUDES, Operator.EXCLUDES},
    }
)
"""What each scalar type can be compared by; a field type may allow fewer."""


def operator_refused(compare: Compare, allowed: frozenset[Operator]) -> BadRequest:
    """The error that says which operators the field has."""
    names = ", ".join(operator.value for operator in Operator if operator in allowed)
    field = str(compare.path)
    return BadRequest("expressions.operator_not_allowed", field=field, operator=compare.operator.value, allowed=names)
