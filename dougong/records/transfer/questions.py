"""Rows that are refused because of somebody else's record: what it takes to ask its owner about it (domain.md 5.6).

The owner of a hidden duplicate is asked by repeating what was entered (`duplicates.asking`). The file is gone when its
importer reads what was rejected, so what rules compare of such a row is kept with the reason.
"""

from collections.abc import Mapping
from typing import Any

from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Object


def question_about(obj: Object, problem: Problem, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The likest duplicate that the importer may not see and whose owner can be asked; None where there is none."""
    hits = problem.params.get("hits", ())
    hidden = next((hit for hit in hits if hit["name"] is None and hit["owner_id"] is not None), None)
    if hidden is None:
        return None
    compared = (name for name in problem.params["compared"] if name in obj.fields and values.get(name) is not None)
    entered = {name: KINDS[obj.fields[name].type].wire(values[name]) for name in compared}
    return {"hit": hidden["id"], "owner": hidden["owner_name"], "values": entered}
