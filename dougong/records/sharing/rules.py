"""What a sharing rule must be, and what follows when one is saved (domain.md 1.8)."""

import json
from collections.abc import Mapping
from typing import Any

from dougong.kit.errors import BadRequest, Problem
from dougong.metadata.registry import Registry
from dougong.records.hooks import Act, Batch, Row
from dougong.records.read.row_conditions import row_condition
from dougong.records.sharing.generations import settle
from dougong.records.work import Writing
from dougong.records.write.rules import can_have_rules

MEANING = frozenset({"object_name", "basis", "source_id", "source_below", "conditions", "active"})
"""The fields that decide which records a rule covers, and whether."""

REASON = "disabled_reason"


def check_rule(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each rule that could not do what it says, while it is switched on.

    Why the product has switched a rule off is told until somebody switches it on again.
    """
    problems: list[Problem] = []
    for row in batch.live:
        if w.actor.user_id is not None:
            _keep_reason(row)
        if row.changes("object_name") and batch.act is Act.UPDATE:
            problems.append(Problem("rule.object_fixed", "object_name", row.number))
        elif row.after("active") or any(row.changes(name) for name in MEANING - {"active"}):
            found = rule_problem(w.registry, row.merged())
            problems += [Problem(p.code, p.field, row.number, p.params) for p in ([found] if found else [])]
    return problems


def _keep_reason(row: Row) -> None:
    row.values[REASON] = None if row.after("active") else row.old.get(REASON)


def rule_problem(registry: Registry, rule: Mapping[str, Any]) -> Problem | None:
    """What keeps a rule, given by its fields, from working with the metadata in force."""
    obj = registry.objects.get(rule["object_name"] or "")
    if obj is None or not can_have_rules(obj):
        return Problem("rule.object_not_shared", "object_name", params={"object": rule["object_name"]})
    if rule["basis"] == "owner":
        return None if rule.get("source_id") is not None else Problem("rule.source_missing", "source_id")
    try:
        row_condition(registry, obj, read_conditions(rule.get("conditions")))
    except BadRequest as error:
        named = {} if error.field is None else {"field": error.field}
        return Problem(error.code, "conditions", params={**error.params, "object": obj.name, **named})
    return None


def read_conditions(text: str | None) -> object:
    """The decoded conditions of a rule. Raises BadRequest when the text is none of ours."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError) as error:
        raise BadRequest("condition.unreadable", field="conditions") from error


def keep_generations(batch: Batch, w: Writing) -> list[Problem]:
    """Have the records follow what the saved rules say now."""
    for row in batch.storable:
        if batch.act is not Act.UPDATE or not MEANING.isdisjoint(row.values):
            was_open = batch.act in {Act.UPDATE, Act.DELETE} and bool(row.old.get("active"))
            settle(w.transaction, w.registry, row.id, was_open=was_open)
    return []
