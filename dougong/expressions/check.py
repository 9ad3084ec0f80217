"""Checks a condition against the names and types that its reader may use, and gives its values the fields' types.

Everything that arrives from outside (API filters, SOQL, saved views, rules) passes here before a back end sees it, so
that bad input is refused with a sentence and never reaches SQL.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from dougong.expressions.ast import Among, And, Compare, Condition, Not, Operator, Or, Path, Value
from dougong.expressions.coerce import coerce
from dougong.expressions.nearest import nearest
from dougong.expressions.operators import (
    LIST_OPERATORS,
    MATCHING,
    NULL_TESTS,
    OPERATORS_BY_SCALAR,
    SET_OPERATORS,
    operator_refused,
)
from dougong.kit.errors import BadRequest
from dougong.kit.limits import FILTER_DEPTH_MAX, FILTER_NODES_MAX, IN_LIST_MAX, SELECTIONS_MAX


@dataclass(frozen=True)
class Comparable:
    """What a path can be compared with: its scalar type, its operators, and for selects the values that there are."""

    scalar: str
    operators: frozenset[Operator]
    options: frozenset[str] | None = None


class Schema(Protocol):
    """The names that a condition may use, as `records.read` narrows the registry's to what the reader may see."""

    def comparable(self, path: Path) -> Comparable:
        """What `path` can be compared with. Raises BadRequest for an unknown name, with the nearest one."""
        ...

    def selecting(self, object_name: str) -> "Schema":
        """The names of the records of `object_name`, for a selection from them.

        Raises BadRequest for an unknown object and where there can be no selection, Forbidden for a closed object.
        """
        ...


def check_condition(condition: Condition, schema: Schema) -> Condition:
    """`condition` with its values in the types of their fields.

    Raises BadRequest that names the field: unknown name, operator that the type has not, value of another type, option
    that does not exist, wrong number of values, and more depth, nodes or list values than `kit.limits` allows.
    """
    check_size(condition)
    return _checked(condition, schema)


def check_size(condition: Condition) -> None:
    """Raises BadRequest when the tree is deeper or larger than `kit.limits` allows. Safe for trees of any depth."""
    nodes = selections = 0
    level: list[Condition] = [condition]
    depth = 0
    while level:
        depth += 1
        nodes += len(level)
        selections += sum(isinstance(node, Among) for node in level)
        if depth > FILTER_DEPTH_MAX:
            raise BadRequest("expressions.too_deep", maximum=FILTER_DEPTH_MAX)
        if nodes > FILTER_NODES_MAX:
            raise BadRequest("expressions.too_many_conditions", maximum=FILTER_NODES_MAX)
        if selections > SELECTIONS_MAX:
            raise BadRequest("expressions.too_many_selections", maximum=SELECTIONS_MAX)
        level = [child for node in level for child in _children(node)]


def _children(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case And(items) | Or(items):
            return items
        case Not(item):
            return (item,)
        case Among(_, selection):
            return (selection.where,)
        case Compare():
            return ()


def _checked(condition: Condition, schema: Schema) -> Condition:
    match condition:
        case Compare(path):
            return check_compare(condition, schema.comparable(path))
        case Among(path, selection):
            inner = schema.selecting(selection.object)
            check_among(condition, schema.comparable(path), inner.comparable(selection.field))
            return replace(condition, selection=replace(selection, where=_checked(selection.where, inner)))
        case And(items):
            return And(tuple(_checked(item, schema) for item in items))
        case Or(items):
            return Or(tuple(_checked(item, schema) for item in items))
        case Not(item):
            return Not(_checked(item, schema))


def check_among(among: Among, found: Comparable, selected: Comparable) -> None:
    """Raises BadRequest unless the path can be looked for among the values that are selected."""
    field, operator = str(among.path), Operator.NOT_IN if among.negated else Operator.IN
    allowed = found.operators & OPERATORS_BY_SCALAR[found.scalar]
    if operator not in allowed:
        raise operator_refused(Compare(among.path, operator), allowed)
    if selected.scalar != found.scalar or operator not in selected.operators:
        raise BadRequest(
            "expressions.selection_type",
            field=field,
            selected=f"{among.selection.object}.{among.selection.field}",
            wanted=found.scalar,
        )


def check_compare(compare: Compare, found: Comparable) -> Compare:
    """One comparison of `check_condition`."""
    field, operator, given = str(compare.path), compare.operator, compare.values
    allowed = found.operators & OPERATORS_BY_SCALAR[found.scalar]
    if operator not in allowed:
        raise operator_refused(compare, allowed)
    _check_count(compare, found)
    values = tuple(coerce(_blank(value, operator, found.scalar), found.scalar, field) for value in given)
    if found.options is not None and operator not in MATCHING:
        _check_options(field, values, found.options)
    return replace(compare, values=values)


def _blank(value: Value, operator: Operator, scalar: str) -> Value:
    """An empty text is how forms and programs write "blank", and blank is NULL in this product."""
    return None if value == "" and (operator not in MATCHING | {Operator.NE} or scalar != "text") else value


def _check_count(compare: Compare, found: Comparable) -> None:
    field, operator, count = str(compare.path), compare.operator, len(compare.values)
    if operator in NULL_TESTS:
        if count:
            raise BadRequest("expressions.value_unwanted", field=field, operator=operator.value)
    elif operator in LIST_OPERATORS or (found.scalar == "texts" and operator in SET_OPERATORS):
        if count > IN_LIST_MAX:
            raise BadRequest("expressions.list_too_long", field=field, maximum=IN_LIST_MAX)
        if not count and operator in SET_OPERATORS:
            raise BadRequest("expressions.value_missing", field=field, operator=operator.value)
    elif count != 1:
        raise BadRequest("expressions.value_missing", field=field, operator=operator.value)


def _check_options(field: str, values: tuple[Value, ...], options: frozenset[str]) -> None:
    for value in values:
        if isinstance(value, str) and value and value not in options:
            raise BadRequest(
                "expressions.option_unknown", field=field, value=value[:100], nearest=nearest(value, sorted(options))
            )
