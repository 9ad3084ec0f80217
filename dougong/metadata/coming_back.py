"""Where a field that comes back from the bin is to stand: where it stood when it was deleted.

The history of the configuration has the text of the object from just before. What that text says of the field, beside
its definition, is merged into the text in force (`metadata.merge`): its place among the fields, in the sections and
highlights of every layout, in the columns of lists, in the record types. A section that is gone stays gone.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from dougong.metadata.definitions import Body
from dougong.metadata.journal import OBJECTS, Text
from dougong.metadata.merge import merged
from dougong.storage.schema import configuration_part
from dougong.storage.unit_of_work import Snapshot

ARRANGEMENT = ("layout", "layouts", "record_types", "columns")
"""The parts of an object's text that name its fields beside their definitions."""


def text_before_deletion(snapshot: Snapshot, object_name: str, field: Body) -> Text | None:
    """The object's text just before `field` was deleted last; None where no history tells of it."""
    table = configuration_part
    # The whole field, since its name may have been another's meanwhile.
    named = [field]
    latest = (
        sa.select(table.c.before)
        .where(
            table.c.kind == OBJECTS,
            table.c.name == object_name,
            table.c.before["fields"].contains(named),
            ~sa.func.coalesce(table.c.after["fields"].contains(named), sa.false()),
        )
        .order_by(table.c.change_id.desc())
        .limit(1)
    )
    found: Text | None = snapshot.scalar(latest)
    return found


def as_before(text: Body, before: Text, name: str) -> tuple[Body, str | None]:
    """The arrangement of the object `text`, as far as it changes, with the field where it stood in `before`.

    Also the name of the field behind which it stood among the fields: empty for the first, None where it is not known.
    """
    found, _clashes = merged(_without(before, name), text, before, removals=False)
    arrangement = {part: found[part] for part in ARRANGEMENT if found.get(part) != text.get(part)}
    if not any(name in _names(section) for section in _sections(found)):
        arrangement |= in_first_section({**text, **arrangement}, name)
    order = [one["name"] for one in found["fields"]]
    after = None if name not in order else order[order.index(name) - 1] if order.index(name) else ""
    return arrangement, after


def in_first_section(text: Body, name: str) -> Body:
    """The arrangement of the object `text` with the field at the end of the first section of its page."""
    layout = text.get("layout", {})
    if not layout.get("sections"):
        return {}
    first, *others = layout["sections"]
    return {"layout": {**layout, "sections": [{**first, "fields": [*first["fields"], name]}, *others]}}


def _without(text: Text, name: str) -> Body:
    """`text` with nothing of the field in it; as in every definition, what would be empty is left out."""
    layouts = [_layout(one, name) for one in text.get("layouts", ())]
    columns = {place: [p for p in paths if not _leads(p, name)] for place, paths in text.get("columns", {}).items()}
    parts = {
        "layout": _layout(text.get("layout", {}), name),
        "layouts": layouts,
        "record_types": [_record_type(one, name) for one in text.get("record_types", ())],
        "columns": {place: paths for place, paths in columns.items() if paths},
    }
    others = {part: value for part, value in text.items() if part not in parts}
    others["fields"] = [one for one in text["fields"] if one["name"] != name]
    return {**others, **{part: value for part, value in parts.items() if value}}


def _layout(layout: Mapping[str, Any], name: str) -> Body:
    sections = [
        {**section, "fields": [one for one in section["fields"] if _name(one) != name]}
        for section in layout.get("sections", ())
    ]
    parts = {
        "highlights": [one for one in layout.get("highlights", ()) if one != name],
        "sections": [section for section in sections if section["fields"]],
    }
    others = {part: value for part, value in layout.items() if part not in parts}
    return {**others, **{part: value for part, value in parts.items() if value}}


def _record_type(found: Mapping[str, Any], name: str) -> Body:
    cut = {part: {k: v for k, v in found.get(part, {}).items() if k != name} for part in ("options", "defaults")}
    return {**{k: v for k, v in found.items() if k not in cut}, **{part: kept for part, kept in cut.items() if kept}}


def _leads(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name.removesuffix('_id')}.")


def _sections(text: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    layouts = [text.get("layout", {}), *text.get("layouts", ())]
    return [section for layout in layouts for section in layout.get("sections", ())]


def _names(section: Mapping[str, Any]) -> list[str]:
    return [_name(one) for one in section["fields"]]


def _name(placed: str | Mapping[str, Any]) -> str:
    return placed if isinstance(placed, str) else placed["name"]
