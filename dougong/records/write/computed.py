"""What formulas do in the write path: defaults of new records, and rules that refuse what may not be saved.

Both are the company's: they are decided for every way of writing alike, for the whole batch at once.
"""

from collections.abc import Mapping
from typing import Any

from dougong.access.fields import readable
from dougong.kit.errors import Problem
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.kind import ValueProblem
from dougong.metadata.names import RECORD_TYPE
from dougong.records.formula_values import Subject, asking
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, Row
from dougong.records.write.values import titled

RULE = "record.rule"


def default_formulas(batch: Batch, w: Writing) -> list[Problem]:
    """Give new records what formulas say of the fields that were given nothing.

    A field that was given blank stays blank unless it is required, as with other defaults.
    """
    defaults = w.registry.formulas.defaults.get(batch.object.name, ())
    if not defaults or not batch.live:
        return []
    writable = frozenset(batch.writable)
    rows = batch.live
    computed = [(batch.object.fields[name], formula) for name, formula in defaults]
    records = [_as_made(batch, w, row) for row in rows]
    found = asking(w.snapshot, w.registry, batch.object, w.actor, [f for _, f in computed], records)
    problems: list[Problem] = []
    for row, record in zip(rows, records, strict=True):
        for field, formula in computed:
            is_given = field.name in writable and field.name in row.given
            if row.values.get(field.name) is not None:
                continue  # given, or the default of the record's type
            if is_given and not (field.required and row.values.get(field.name) is None):
                continue
            value = found.value_for(field, formula, Subject(record))
            try:
                parsed = KINDS[field.type].parse(field, value)
            except ValueProblem as refused:
                problems.append(Problem(refused.code, field.name, row.number, titled(field, refused.params)))
                continue
            row.values[field.name] = record[field.name] = parsed
    return problems


def validation(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each rule that a row breaks, in the administrator's own words, at the field that they chose.

    Rows that something else is wrong with already are left alone: a rule must not speak of values that were not read.
    """
    rules = [
        (rule, formula)
        for rule, formula in w.registry.formulas.rules.get(batch.object.name, ())
        if batch.act.value in rule.when
    ]
    rows = [row for row in batch.live if batch.act is Act.CREATE or row.values]
    if not rules or not rows:
        return []
    subjects = [_subject(batch, w, row) for row in rows]
    formulas = [formula for _, formula in rules]
    found = asking(w.snapshot, w.registry, batch.object, w.actor, formulas, [s.after for s in subjects])
    problems: list[Problem] = []
    for row, subject in zip(rows, subjects, strict=True):
        for rule, formula in rules:
            if rule.record_types and subject.after.get(RECORD_TYPE) not in rule.record_types:
                continue
            if found.value(formula, subject) is True:
                field = None if rule.field is None else batch.object.fields[rule.field]
                shown = field is not None and readable(w.actor, batch.object, field)
                params = {"rule": rule.name, "message_zh": rule.message.zh, "message_en": rule.message.en}
                problems.append(Problem(RULE, rule.field if shown else None, row.number, params))
    return problems


def _subject(batch: Batch, w: Writing, row: Row) -> Subject:
    if batch.act is Act.CREATE:
        return Subject(_as_made(batch, w, row))
    return Subject(row.merged(), row.old)


def _as_made(batch: Batch, w: Writing, row: Row) -> dict[str, Any]:
    """A new record with what storing will fill in by itself."""
    made: Mapping[str, Any] = {"created_at": batch.moment, "created_by_id": w.actor.user_id}
    return {**made, **{name: value for name, value in row.values.items() if value is not None or name not in made}}
