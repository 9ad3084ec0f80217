"""What somebody who writes a formula can choose from: the fields of an object, and what each function does."""

from collections.abc import Mapping
from typing import Any

from dougong.expressions.formula.functions import FUNCTIONS, Context
from dougong.kit.text import sentence
from dougong.metadata.field_types import KINDS
from dougong.metadata.formula_names import UNUSABLE, type_of
from dougong.metadata.model import Field, FieldType, Object

Label = Mapping[str, str]


def _both(code: str) -> Label:
    return {"zh": sentence(code, "zh"), "en": sentence(code, "en")}


def field_choices(obj: Object) -> list[dict[str, Any]]:
    """The fields of `obj` that formulas can use, each with what follows it after a dot."""
    return [
        _choice(found)
        for found in obj.fields.values()
        if not found.secret and found.active and found.type not in UNUSABLE
    ]


def _choice(found: Field) -> dict[str, Any]:
    columns = [name for name, _ in KINDS[found.type].columns(found)]
    composite = len(columns) > 1 and not found.points_to
    several = found.type is FieldType.POLYMORPHIC
    return {
        "name": found.name,
        "label": found.label,
        "type": found.type.value,
        "kind": None if composite else type_of(found).kind.value,
        "computed": not found.stored,
        "options": [{"value": o.value, "label": o.label} for o in found.options if o.active],
        "step": found.step if found.points_to else None,
        "target": found.points_to[0] if found.points_to and not several else None,
        "parts": ["name"] if several else [c.removeprefix(f"{found.name}_") for c in columns] if composite else [],
    }


def function_choices(context: Context) -> list[dict[str, Any]]:
    """The functions that formulas of `context` can call, with their help."""
    return [
        {
            "name": name,
            "group": function.group,
            "group_label": _both(f"formula.group.{function.group}"),
            "signature": _both(f"formula.sign.{function.operation}"),
            "help": _both(f"formula.help.{function.operation}"),
            "result": None if function.result is None else function.result.kind.value,
        }
        for name, function in FUNCTIONS.items()
        if context == "rule" or function.context == "formula"
    ]
