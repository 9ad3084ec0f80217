"""What names a department names the other one when the two become one: groups, teams, sharing rules, scopes of roles.

Where both were named by the same thing, one line of the two stays, and it is the wider: with the departments below,
and for editing. Records that merely point to a department (a cost centre) are no settings and stay as they are.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.metadata.field_types.links import Reference
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import children_of
from dougong.records.api import Change, Order, Query, Writing, columns_of, delete, page, update
from dougong.records.organisation.holdings import belonging
from dougong.records.organisation.moving import CHUNK, ID, TEAM, Moved
from dougong.records.organisation.plans import Merge

DEPARTMENT = "department"

PEOPLE_OF_IT = frozenset({DEPARTMENT, "user", "user_department"})
"""What is a part of the department itself and moves with its people."""

WIDER: Mapping[str, tuple[Any, ...]] = {"with_below": (None, False, True), "level": ("read", "edit")}
"""Fields that say how far a line reaches, narrow values first."""

Line = dict[str, Any]


def rename(w: Writing, plan: Merge, done: Moved) -> None:
    """Let every setting and team that names the department of `plan` name the other one. It changes no record's fields.

    What may not be changed now, the team of a locked record, is kept and told.
    """
    for obj, link in children_of(w.registry, DEPARTMENT):
        settings = obj.administered or obj.configuration or obj.name == TEAM
        if settings and obj.name not in PEOPLE_OF_IT:
            for lines in _lines(w, obj, link, plan.from_id):
                _take(w, obj, link, lines, plan.to, done)


def _lines(w: Writing, obj: Object, link: Field, department: int) -> Iterator[list[Line]]:
    last = 0
    while True:
        where = all_of(belonging(link.name, department), Compare(ID, Operator.GT, (last,)))
        found = _read(w, obj, where)
        if not found:
            return
        last = found[-1]["id"]
        yield found


def _read(w: Writing, obj: Object, where: Condition) -> list[Line]:
    names = ("id", *_key_fields(obj), *(name for name in WIDER if name in obj.fields))
    query = Query(obj.name, columns_of(names), where, order=(Order(ID),), limit=CHUNK)
    return [dict(zip(names, row, strict=False)) for row in page(w, query).rows]


def _key_fields(obj: Object) -> list[str]:
    """What a line is about beside the department: the record that it is a part of, and for what it names it."""
    parents = [f.name for f in obj.fields.values() if f.holds and DEPARTMENT not in f.points_to]
    chosen = [f.name for f in obj.fields.values() if f.type is FieldType.SELECT and f.name not in WIDER]
    return [*parents, *chosen] if parents else []


def _key(obj: Object, line: Line) -> tuple[Any, ...]:
    values = (line[name] for name in _key_fields(obj))
    return tuple((v.object, v.id) if isinstance(v, Reference) else v for v in values)


def _take(w: Writing, obj: Object, link: Field, lines: list[Line], to: int, done: Moved) -> None:
    standing = {_key(obj, line): line for line in _standing(w, obj, link, lines, to)}
    value = {"object": DEPARTMENT, "id": to} if link.type is FieldType.POLYMORPHIC else to
    changes: dict[int, dict[str, Any]] = {}
    doubled: list[int] = []
    for line in lines:
        key = _key(obj, line)
        other = standing.get(key) if key else None
        if other is None:
            changes[line["id"]] = {link.name: value}
            standing[key] = line
            continue
        doubled.append(line["id"])
        for name, order in WIDER.items():
            if name in line and order.index(line[name]) > order.index(other[name]):
                other[name] = line[name]
                changes.setdefault(other["id"], {})[name] = line[name]
    if doubled:
        done.note(delete(w, obj.name, doubled))
    if changes:
        asked = [Change(number, values) for number, values in changes.items()]
        outcome = update(w, obj.name, asked, skip_problems=obj.name == TEAM)
        done.note(outcome)
        done.kept += [(asked[problem.row].id, problem) for problem in outcome.problems]


def _standing(w: Writing, obj: Object, link: Field, lines: list[Line], to: int) -> list[Line]:
    """The lines that name the other department already, for what `lines` are about."""
    parents = [name for name in _key_fields(obj) if obj.fields[name].holds]
    if not parents:
        return []
    ids = {v.id if isinstance(v, Reference) else v for v in (line[parents[0]] for line in lines)}
    found: list[Line] = []
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        some = Compare(Path((parents[0],)), Operator.IN, tuple(ordered[start : start + CHUNK]))
        found += _read(w, obj, all_of(belonging(link.name, to), some))
    return found
