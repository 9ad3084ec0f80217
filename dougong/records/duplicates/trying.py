"""Trying a rule before it is saved: which records it would find for one that is there, or for typed values."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dougong.kit.errors import BadRequest
from dougong.metadata.model import Object
from dougong.records.duplicates.finding import FOUND_MAX, Found, needed_fields
from dougong.records.duplicates.forms import Match as Comparison
from dougong.records.duplicates.forms import compares
from dougong.records.duplicates.matches import Match, read_values, told
from dougong.records.duplicates.rules import Condition, Forms, Group, Reaction, Rule
from dougong.records.read.page import get
from dougong.records.read.visibility import visible
from dougong.records.work import Reading
from dougong.records.write.columns import field_columns, unpacked

COMPARED = 20_000
"""Records of each object that a trial looks at, the newest: an unsaved rule has no keys yet."""


def drafted(r: Reading, object_name: str, conditions: Sequence[Mapping[str, Any]]) -> Rule:
    """A rule that has not been saved. Raises BadRequest for one that could not be."""
    obj = r.registry.object(object_name)
    groups: dict[int, list[tuple[str, Condition]]] = {}
    for one in conditions:
        match = Comparison(one["match"])
        other = r.registry.object(one["compared_object"])
        mine, theirs = r.registry.field(obj, one["field_name"]), r.registry.field(other, one["compared_field"])
        if not (compares(match, mine) and compares(match, theirs)):
            labels = {"label_zh": mine.label.zh, "label_en": mine.label.en}
            raise BadRequest("duplicate.cannot_compare", field="conditions", match=match.value, **labels)
        threshold = int(one.get("threshold") or 75) if match is Comparison.FUZZY else 100
        condition = Condition(mine.name, match, theirs.name, threshold)
        groups.setdefault(int(one.get("group_number") or 1), []).append((other.name, condition))
    if any(len({name for name, _ in part}) > 1 for part in groups.values()):
        raise BadRequest("duplicate.group_objects", field="conditions", group="")
    whole = tuple(Group(part[0][0], tuple(c for _, c in part)) for part in groups.values())
    return Rule(0, "", "", "", obj.name, Reaction.MARK, frozenset(), whole)


def try_rule(
    r: Reading, rule: Rule, values: Mapping[str, Any], record_id: int | None = None
) -> tuple[tuple[Match, ...], bool]:
    """What the rule finds for a record (or for `values` of one), and whether it could look at all there are."""
    obj = r.registry.object(rule.object)
    mine = dict(get(r, obj.name, record_id, sorted(rule.fields))) if record_id is not None else read_values(obj, values)
    found: list[Found] = []
    whole = True
    for name in sorted({group.object for group in rule.groups}):
        some, complete = _found_in(r, r.registry.object(name), rule, mine, record_id)
        found += some
        whole = whole and complete
    found.sort(key=lambda one: (-one.score, one.id))
    return told(r, found[:FOUND_MAX]), whole


def _found_in(
    r: Reading, obj: Object, rule: Rule, mine: Mapping[str, Any], record_id: int | None
) -> tuple[list[Found], bool]:
    table = r.registry.tables[obj.name]
    plan = field_columns([obj.fields[name] for name in needed_fields(obj, [rule])])
    columns = [table.c[name] for part in plan for name in part.names]
    statement = (
        sa.select(table.c.id, *columns)
        .where(table.c.deleted_at.is_(None), visible(r.registry, r.actor, obj, table))
        .order_by(table.c.id.desc())
        .limit(COMPARED)
    )
    found, rows, asked = [], r.snapshot.rows(statement), Forms(mine.get)
    for row in rows:
        theirs = unpacked(plan, dict(row._mapping))
        likeness = rule.holds(asked, obj.name, Forms(theirs.get)) if row.id != record_id else 0
        if likeness:
            found.append(Found(rule, obj.name, row.id, likeness, theirs))
    return found, len(rows) < COMPARED
