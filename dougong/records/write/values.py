"""The values themselves: defaults, from JSON to Python values, what an update really changes, and what a field demands.

Work goes field by field over all rows, not row by row over all fields: the parser of a field is looked up once a
batch, and equal texts of a field (a stage, a date, an owner) are parsed once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dougong.access.fields import field_access
from dougong.access.principal import FieldAccess, Principal
from dougong.kit import clock
from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS, ValueProblem
from dougong.metadata.field_types.options import default_of, option_index
from dougong.metadata.model import Field, FieldType
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, FieldValue, Row

_ABSENT = object()

REQUIRED_HIDDEN = "field.required_hidden"

_CHOICES = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})


def titled(field: Field, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Parameters of a sentence about `field`: its name and its labels in both languages."""
    return {"field": field.name, "label_zh": field.label.zh, "label_en": field.label.en, **(params or {})}


def defaults(batch: Batch, w: Writing) -> list[Problem]:
    """Give new records the defaults of the fields that were not given (or, where they are required, given blank).

    What this writer may not write counts as not given: it is refused anyway, and a missing default would add a problem
    that tells a hidden field from one that does not exist.
    """
    writable = frozenset(batch.writable)
    for field in batch.object.fields.values():
        if field.summary is not None and field.summary.empty is not None:
            nothing = KINDS[field.type].parse(field, field.summary.empty)
            for row in batch.rows:
                row.values[field.name] = nothing
        if default_of(field) is None or field.type is FieldType.AUTO_NUMBER or not field.active:
            continue
        default = default_value(field, w.actor, batch.moment, default_of(field))
        for row in batch.rows:
            given = row.given.get(field.name, _ABSENT) if field.name in writable else _ABSENT
            if given is _ABSENT or (field.required and given in (None, "")):
                row.values[field.name] = default
    return []


def default_value(field: Field, actor: Principal, moment: datetime, default: object) -> FieldValue:
    """A default of `field` for this writer now; the words `$today`, `$now`, `$user`, `$department` are resolved."""
    match default:
        case "$today":
            return clock.today(actor.timezone)
        case "$now":
            return moment
        case "$user":
            return actor.user_id
        case "$department":
            return actor.department_id
        case literal:
            return KINDS[field.type].parse(field, literal)


def parse(batch: Batch, w: Writing) -> list[Problem]:
    """Turn given values into Python values; a problem for each that is none of its field's type."""
    problems: list[Problem] = []
    rows = batch.known
    for name in batch.writable:
        field = batch.object.fields[name]
        read = KINDS[field.type].parse
        parsed: dict[str, Any] = {}
        for row in rows:
            given = row.given.get(name, _ABSENT)
            if given is _ABSENT:
                continue
            if isinstance(given, str):
                value = parsed.get(given, _ABSENT)
                if value is not _ABSENT:
                    if value is not None or name not in row.values:
                        row.values[name] = value
                    continue
            try:
                value = read(field, given)
            except ValueProblem as problem:
                problems.append(Problem(problem.code, name, row.number, titled(field, problem.params)))
                continue
            if isinstance(given, str):
                parsed[given] = value
            if value is None and name in row.values:
                continue  # a required field given blank keeps its default
            row.values[name] = value
    return problems


def changes(batch: Batch, w: Writing) -> list[Problem]:
    """Forget values that a record already has, and blanks for numbers: a record never loses its number."""
    numbers = {field.name for field in batch.object.fields.values() if field.type is FieldType.AUTO_NUMBER}
    for row in batch.known:
        old = row.old
        same = [n for n, value in row.values.items() if value == old.get(n) or (value is None and n in numbers)]
        for name in same:
            del row.values[name]
    return []


def constraints(batch: Batch, w: Writing) -> list[Problem]:
    """What fields demand beyond their type: a value where one is required, an active option. Unchanged values stay.

    Length, scale and range are part of reading a value (`Kind.parse`).
    """
    if batch.act is Act.UPDATE:
        changes(batch, w)  # hooks of "check" may have set values back
    problems: list[Problem] = []
    known = batch.known
    for field in batch.object.fields.values():
        if field.required:
            problems += _missing(field, batch, w, known)
        if field.type in _CHOICES:
            problems += _inactive(field, known, w.carried)
    return problems


def _missing(field: Field, batch: Batch, w: Writing, rows: list[Row]) -> list[Problem]:
    """Required and blank. A stored blank that an update does not touch is left as it is.

    Whoever may not see the field is told that something is missing which others have to fill, but not what.
    """
    if field.type is FieldType.AUTO_NUMBER or field.system or not field.active:
        return []
    name, creating = field.name, batch.act is Act.CREATE
    if creating and field_access(w.actor, batch.object, field) is FieldAccess.HIDDEN:
        return [Problem(REQUIRED_HIDDEN, row=row.number) for row in rows if row.values.get(name) is None]
    return [
        Problem("field.required", name, row.number, titled(field))
        for row in rows
        if (creating or name in row.values)
        and row.values.get(name) in (None, "", [], {})
        # Given but unreadable: that problem has been told already.
        and (name in row.values or row.given.get(name) is None)
    ]


def _inactive(field: Field, rows: list[Row], carried: frozenset[tuple[str, str]]) -> list[Problem]:
    """An option that is switched off, unless the record has it already, or it comes along with what it is made of."""
    active = option_index(field).active
    problems: list[Problem] = []
    for row in rows:
        value = row.values.get(field.name)
        if value is None:
            continue
        chosen = value if isinstance(value, list | tuple) else (value,)
        if active.issuperset(chosen):
            continue
        held = row.old.get(field.name) or ()
        kept = held if isinstance(held, list | tuple) else (held,)
        problems += [
            Problem("value.inactive_option", field.name, row.number, titled(field, {"value": option}))
            for option in chosen
            if option not in active and option not in kept and (field.name, option) not in carried
        ]
    return problems
