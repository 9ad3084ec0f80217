"""The records that a lookup proposes: its condition, with what is taken from the record that looks up."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from dougong.expressions.filter_json import parse_filter
from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.check_buttons import path_problems, walked
from dougong.metadata.check_fields import problem
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.renames import FROM

PROPOSING = frozenset({FieldType.LOOKUP, FieldType.MASTER_DETAIL})


def taken_from(where: object) -> Iterator[str]:
    """The paths from which the condition takes values of the record that looks up."""
    if _is_taken(where):
        yield str(where[FROM])
    elif isinstance(where, Mapping):
        for one in where.values():
            yield from taken_from(one)
    elif isinstance(where, list | tuple):
        for one in where:
            yield from taken_from(one)


def compared(where: object) -> Iterator[str]:
    """The paths from the target that the condition compares."""
    if isinstance(where, Mapping):
        if isinstance(where.get("field"), str):
            yield where["field"]
        for word in ("and", "or", "not"):
            yield from compared(where.get(word))
    elif isinstance(where, list | tuple):
        for one in where:
            yield from compared(one)


def filled_in(where: Mapping[str, Any], value_of: Callable[[str], Any]) -> dict[str, Any] | None:
    """The condition as filter JSON with the values of one record; None where all that it compares with is blank.

    A comparison whose value is blank asks nothing: a deal without an account proposes everybody.
    """
    for word in ("and", "or"):
        if word in where:
            parts = [found for one in where[word] if (found := filled_in(one, value_of)) is not None]
            return {word: parts} if parts else None
    if "not" in where:
        inner = filled_in(where["not"], value_of)
        return None if inner is None else {"not": inner}
    if not _is_taken(where.get("value")):
        return dict(where)
    value = value_of(str(where["value"][FROM]))
    return None if value in (None, "") else {**where, "value": value}


def proposed_problems(obj: Object, found: Field, objects: Mapping[str, Object]) -> Iterator[Problem]:
    """Everything that is wrong with what a field of `obj` proposes."""
    if found.proposed is None:
        return
    place = f"objects/{obj.name}.fields.{found.name}"
    if found.type not in PROPOSING:
        yield problem("metadata.setting_unfit", place, setting="proposed", type=found.type.value)
        return
    target = objects.get(found.target or "")
    if target is None:
        return
    where = f"{place}.proposed"
    try:
        parse_filter(filled_in(found.proposed.where, lambda _path: "0"))
    except (BadRequest, AttributeError, TypeError):
        yield problem("metadata.button_condition", where)
        return
    asked = [(target, path) for path in compared(found.proposed.where)]
    asked += [(obj, path) for path in taken_from(found.proposed.where)]
    asked += [(target, found.proposed.mark)] if found.proposed.mark is not None else []
    for root, path in asked:
        yield from path_problems(root, path, objects, where)
        end = walked(root, path, objects)
        if end is not None and not end.stored:
            # A picker asks by an index; what is computed has none.
            yield problem("metadata.setting_unfit", where, setting="proposed", type="formula")


def _is_taken(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and set(value) == {FROM} and isinstance(value[FROM], str)
