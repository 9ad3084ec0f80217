"""Dependent options: what a record holds must be offered for the value of the controlling field (domain.md 5.4).

A value that the writer asks for and that is not offered is a problem. One that only stays behind, because the
controlling field changes or the value is a default, is cleared: the writer did not mean it. Values that nobody changes
stay as they are, whatever the options say by now.
"""

from collections.abc import Collection
from typing import Any

from dougong.access.fields import readable
from dougong.kit.errors import Problem
from dougong.metadata.dependence import controlling_value, dependents, is_offered
from dougong.metadata.field_types.choices import YES_NO
from dougong.metadata.field_types.options import option_index
from dougong.metadata.model import Field, FieldType, Option
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch, FieldValue, Row
from dougong.records.write.values import titled


def dependent(batch: Batch, w: Writing) -> list[Problem]:
    """Refuse what is asked for and not offered; clear what no longer is: from the controlling fields down."""
    problems: list[Problem] = []
    for controller, field in dependents(batch.object):
        for row in batch.known:
            if field.name in row.values or row.changes(controller.name):
                problems += _settle(controller, field, row, batch, w)
    return problems


def _settle(controller: Field, field: Field, row: Row, batch: Batch, w: Writing) -> list[Problem]:
    held = row.after(field.name)
    if held is None:
        return []
    controlling = controlling_value(controller, row.after(controller.name))
    options = option_index(field).by_value
    chosen: Collection[str] = held if isinstance(held, list | tuple) else (held,)
    unfit = [one for one in chosen if one in options and not is_offered(options[one], controlling)]
    if not unfit:
        return []
    if field.name in batch.writable and row.given.get(field.name) not in (None, "", []):
        if row.refused and field.name not in row.values:
            return []  # what was given could not be read, and that has been told
        return [_problem(controller, field, row, batch, w, options[one], controlling) for one in unfit]
    _keep(row, batch, field, [one for one in chosen if one not in unfit])
    return []


def _keep(row: Row, batch: Batch, field: Field, left: list[str]) -> None:
    value: FieldValue = (left or None) if field.type is FieldType.MULTI_SELECT else None
    if batch.act is Act.UPDATE and value == row.old.get(field.name):
        row.values.pop(field.name, None)
    else:
        row.values[field.name] = value


def _problem(
    controller: Field, field: Field, row: Row, batch: Batch, w: Writing, option: Option, controlling: str | None
) -> Problem:
    params: dict[str, Any] = titled(
        field, {"value": option.value, "option_zh": option.label.zh, "option_en": option.label.en}
    )
    if readable(w.actor, batch.object, controller):
        params |= {"by": controller.name, "by_zh": controller.label.zh, "by_en": controller.label.en}
        if controlling is None:
            return Problem("value.controlling_blank", field.name, row.number, params)
        params |= _said(controller, controlling)
    return Problem("value.option_not_offered", field.name, row.number, params)


def _said(controller: Field, controlling: str) -> dict[str, str]:
    """The value of the controlling field in both languages."""
    if controller.type is FieldType.BOOLEAN:
        words = YES_NO[controlling == "true"]
        return {"controlling_zh": words["zh"], "controlling_en": words["en"]}
    found = option_index(controller).by_value.get(controlling)
    if found is None:
        return {"controlling_zh": controlling, "controlling_en": controlling}
    return {"controlling_zh": found.label.zh, "controlling_en": found.label.en}
