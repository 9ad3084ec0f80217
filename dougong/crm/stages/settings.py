"""What a stage rule or task must be: about an object with a stage, a stage of it, and fields that people fill in."""

from collections.abc import Iterator

from dougong.crm.stages.rules import ANY_TYPE, names_in
from dougong.kit.errors import Problem
from dougong.metadata.names import nearest
from dougong.records.api import Writing
from dougong.records.hooks import Batch, Row


def stage_settings(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each rule or task that names what is not there."""
    return [problem for row in batch.live for problem in _wrong(row, w)]


def _wrong(row: Row, w: Writing) -> Iterator[Problem]:
    name, type_, stage = (row.after(one) for one in ("object_name", "record_type", "stage"))
    obj = w.registry.objects.get(name or "")
    field = obj.fields.get(obj.stage_field or "") if obj is not None else None
    if obj is None or field is None:
        yield Problem("stage.no_stages", "object_name", row.number, {"name": name})
        return
    if type_ != ANY_TYPE and all(one.name != type_ for one in obj.record_types):
        yield Problem("stage.no_such_type", "record_type", row.number, {"name": type_})
    if (row.changes("stage") or not row.id) and all(option.value != stage for option in field.options):
        known = [option.value for option in field.options]
        yield Problem(
            "stage.no_such_stage", "stage", row.number, {"name": stage, "nearest": nearest(stage or "", known)}
        )
    for setting in ("required_fields", "required_on_leaving"):
        if setting not in row.values:
            continue
        for wanted in names_in(row.after(setting)):
            found = obj.fields.get(wanted)
            if found is None or not found.stored or found.system or found.maintained:
                params = {"name": wanted, "nearest": nearest(wanted, obj.fields)}
                yield Problem("stage.no_such_field", setting, row.number, params)
