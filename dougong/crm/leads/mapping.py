"""Which field of a lead fills which field of the account, contact and deal that it becomes: records of `lead_mapping`.

A target field is filled from one lead field; a lead field may fill several. What the administrator maps must fit for
every value, so that no conversion fails by it: the same type or one that takes all its values, as long a text, the same
options. What the person who converts may not read of the lead, or not write in the target, is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dougong.access.fields import field_access, readable
from dougong.access.policy import allowed
from dougong.access.principal import Action, FieldAccess, system
from dougong.kit.errors import Problem
from dougong.kit.limits import LONG_TEXT_MAX, PAGE_SIZE_MAX, TEXT_LENGTH_MAX
from dougong.metadata.field_types import KINDS
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.names import nearest
from dougong.records.api import Query, Reading, Writing, columns_of, page
from dougong.records.hooks import Batch

MAPPING = "lead_mapping"
LEAD, ACCOUNT, CONTACT, OPPORTUNITY = "lead", "account", "contact", "opportunity"
TARGETS = (ACCOUNT, CONTACT, OPPORTUNITY)

_CHOICES = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})
_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_CONTACT_POINTS = frozenset({FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.AUTO_NUMBER})
# A file hangs on one record; a location is two columns that no other type takes, and is mapped to its like alone.
_NEVER = frozenset({FieldType.FILE, FieldType.IMAGE})
_SET_BY_CONVERSION = {CONTACT: frozenset({"account_id"}), OPPORTUNITY: frozenset({"account_id", "contact_id"})}


def check_mapping(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a line that names what is not there, what nobody may write, or what does not fit."""
    problems: list[Problem] = []
    lead = w.registry.object(LEAD)
    ours = {row.id for row in batch.rows}
    taken = {(line.target, line.name) for line in _lines(w) if line.id not in ours}
    for row in batch.live:
        target, name = str(row.after("object_name") or ""), str(row.after("field_name") or "")
        if target not in TARGETS:
            problems.append(Problem("lead.mapping_target", "object_name", row.number, {"value": target}))
            continue
        if (target, name) in taken:
            problems.append(Problem("lead.mapping_twice", "field_name", row.number, {"object": target, "name": name}))
            continue
        taken.add((target, name))
        obj, source = w.registry.object(target), lead.fields.get(str(row.after("source_field") or ""))
        field = obj.fields.get(name)
        if source is None or not source.active:
            params = {"name": row.after("source_field"), "object": LEAD}
            params["nearest"] = nearest(str(row.after("source_field") or ""), lead.fields)
            problems.append(Problem("lead.mapping_unknown", "source_field", row.number, params))
        elif field is None or not field.active:
            params = {"name": name, "object": target, "nearest": nearest(name, obj.fields)}
            problems.append(Problem("lead.mapping_unknown", "field_name", row.number, params))
        elif not is_fillable(obj, field):
            problems.append(Problem("lead.mapping_kept", "field_name", row.number, _named(obj, field)))
        elif not fits(source, field):
            params = {**_named(obj, field), "source_zh": source.label.zh, "source_en": source.label.en}
            problems.append(Problem("lead.mapping_misfit", "field_name", row.number, params))
    return problems


def _named(obj: Object, field: Field) -> dict[str, Any]:
    return {"object": obj.name, "label_zh": field.label.zh, "label_en": field.label.en}


def is_fillable(obj: Object, field: Field) -> bool:
    """Whether a mapping may fill the field: people can, and the conversion does not set it itself."""
    ours = field.system or field.maintained or not field.stored or field.name in _SET_BY_CONVERSION.get(obj.name, ())
    return not ours and field.type not in _NEVER and field.type is not FieldType.AUTO_NUMBER


def fits(source: Field, target: Field) -> bool:
    """Whether `target` can hold every value that `source` can."""
    if source.type in _NEVER or target.type in _NEVER or source.secret:
        return False
    if source.type in _CHOICES and target.type in _CHOICES:
        kinds = source.type is target.type or target.type is FieldType.MULTI_SELECT
        return kinds and {option.value for option in source.options} <= {option.value for option in target.options}
    if target.type in _TEXTS and source.type in _TEXTS | _CONTACT_POINTS:
        return _length(source) <= _length(target)
    if source.points_to or target.points_to:
        return source.type is target.type and set(source.points_to) <= set(target.points_to)
    return source.type is target.type or target.type in KINDS[source.type].becomes - _TEXTS


def _length(field: Field) -> int:
    """The longest value: contact points are bounded by their type, which is as long as a text at most."""
    return field.length or (LONG_TEXT_MAX if field.type is FieldType.LONG_TEXT else TEXT_LENGTH_MAX)


def mapped_values(r: Reading, lead: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By target object the JSON values that the lead gives it, as far as the reader may see and write them.

    What is blank in the lead is given blank: a lead without a source makes an opportunity without one, whatever the
    field's default is (domain.md 2.6). A required field is left to its default.
    """
    source = r.registry.object(LEAD)
    values: dict[str, dict[str, Any]] = {target: {} for target in TARGETS}
    for line in _lines(r):
        target, name = line.target, line.name
        obj = r.registry.objects.get(target)
        field, given = (obj.fields.get(name) if obj else None), source.fields.get(line.source)
        # A definition may have changed since the line was saved: what no longer fits fills nothing.
        if obj is None or field is None or given is None or target not in values:
            continue
        if not (is_fillable(obj, field) and fits(given, field)):
            continue
        blank = lead.get(line.source) is None and field.required
        if not blank and readable(r.actor, source, given) and is_writable(r, obj, field):
            values[target][name] = _value(given, field, lead.get(line.source))
    return values


def is_writable(r: Reading, obj: Object, field: Field) -> bool:
    """Whether the reader may give a new record of `obj` a value of the field."""
    if allowed(r.actor, obj, Action.CREATE) is not None:
        return False
    return field_access(r.actor, obj, field) is FieldAccess.EDIT


def _value(source: Field, target: Field, value: object) -> object:
    if value is None:
        return None
    wire = KINDS[source.type].wire(value)
    many = target.type is FieldType.MULTI_SELECT and source.type is FieldType.SELECT
    return [wire] if many else wire


@dataclass(frozen=True)
class _Line:
    """One target field with the lead field that fills it."""

    id: int
    target: str
    name: str
    source: str


def _lines(r: Reading) -> list[_Line]:
    by_product = Reading(r.snapshot, r.registry, system("lead mapping"))
    columns = columns_of(("id", "object_name", "field_name", "source_field"))
    rows = page(by_product, Query(MAPPING, columns, limit=PAGE_SIZE_MAX)).rows
    return [_Line(int(number), str(target), str(name), str(source)) for number, target, name, source in rows]
