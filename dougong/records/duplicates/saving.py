"""Saving duplicate rules: they must name fields that can be compared so, and their keys are kept from then on."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from dougong.expressions.nearest import nearest
from dougong.kit.errors import Problem
from dougong.metadata.model import Field, Object
from dougong.records.duplicates.forms import Match, compares
from dougong.records.duplicates.rules import MARK_FIELD, RULE, Reaction, listed
from dougong.records.duplicates.terms import sync_terms
from dougong.records.hooks import Batch, Row
from dougong.records.work import Writing
from dougong.records.write.columns import is_one_of

CONDITIONS_MAX = 30
"""Conditions of one rule."""


def check_rules(batch: Batch, w: Writing) -> Sequence[Problem]:
    """What is wrong with rules as they would be."""
    problems: list[Problem] = []
    for row in batch.live:
        obj = _object(w, row, "object_name")
        if isinstance(obj, Problem):
            problems.append(obj)
            continue
        if row.after("action") == Reaction.MARK and MARK_FIELD not in obj.fields:
            problems.append(Problem("duplicate.no_mark", "action", row.number, {"object": obj.name}))
        for name in ("shown", "record_types"):
            text = row.after(name)
            if text and not listed(text) and text.strip() != "[]":
                problems.append(Problem("duplicate.not_a_list", name, row.number))
    return problems


def _object(w: Writing, row: Row, name: str) -> Object | Problem:
    given = row.after(name) or ""
    obj = w.registry.objects.get(given)
    if obj is None:
        params = {"name": given, "object": given, "nearest": nearest(given, sorted(w.registry.objects))}
        return Problem("metadata.unknown_object", name, row.number, params)
    if obj.configuration or obj.administered or obj.log or obj.key:
        return Problem("duplicate.no_rules", name, row.number, {"object": given})
    return obj


def check_conditions(batch: Batch, w: Writing) -> Sequence[Problem]:
    """What is wrong with conditions as they would be."""
    return [problem for row in batch.live for problem in _condition(w, row)]


def _condition(w: Writing, row: Row) -> Iterator[Problem]:
    rules = w.registry.tables[RULE]
    rule = w.transaction.one(sa.select(rules.c.object_name).where(rules.c.id == row.after("rule_id")))
    if rule is not None and rule.object_name != row.after("object_name"):
        yield Problem("duplicate.other_object", "object_name", row.number, {"object": rule.object_name})
    match = Match(row.after("match") or Match.EXACT)
    for object_part, field_part in (("object_name", "field_name"), ("compared_object", "compared_field")):
        obj = _object(w, row, object_part)
        if isinstance(obj, Problem):
            yield obj
            continue
        field = obj.fields.get(row.after(field_part) or "")
        if field is None or not field.active:
            name = row.after(field_part) or ""
            params = {"name": name, "object": obj.name, "nearest": nearest(name, sorted(obj.fields))}
            yield Problem("duplicate.unknown_field", field_part, row.number, params)
        elif not compares(match, field):
            yield _incomparable(field_part, row.number, field, match)


def _incomparable(part: str, number: int, field: Field, match: Match) -> Problem:
    params = {"label_zh": field.label.zh, "label_en": field.label.en, "match": match.value}
    return Problem("duplicate.cannot_compare", part, number, params)


def settle(batch: Batch, w: Writing) -> Sequence[Problem]:
    """Once rules or conditions are stored: look at rules as a whole, and keep the keys that they need."""
    problems = list(_wholes(batch, w)) if batch.object.name != RULE else []
    if not problems:
        sync_terms(w)
    return problems


def _wholes(batch: Batch, w: Writing) -> Iterator[Problem]:
    conditions = w.registry.tables[batch.object.name]
    numbers = {row.after("rule_id"): row.number for row in batch.storable}
    mine = is_one_of(conditions.c.rule_id, sorted(one for one in numbers if one is not None))
    statement = (
        sa.select(
            conditions.c.rule_id,
            conditions.c.group_number,
            sa.func.count().label("number"),
            sa.func.count(sa.distinct(conditions.c.compared_object)).label("objects"),
        )
        .where(mine, conditions.c.deleted_at.is_(None))
        .group_by(conditions.c.rule_id, conditions.c.group_number)
    )
    held: dict[int, int] = {}
    for row in w.transaction.rows(statement):
        held[row.rule_id] = held.get(row.rule_id, 0) + row.number
        if row.objects > 1:
            yield Problem(
                "duplicate.group_objects", "compared_object", numbers[row.rule_id], {"group": row.group_number}
            )
    for rule_id, number in held.items():
        if number > CONDITIONS_MAX:
            yield Problem("duplicate.too_many_conditions", None, numbers[rule_id], {"maximum": CONDITIONS_MAX})
