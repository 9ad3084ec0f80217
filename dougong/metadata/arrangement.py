"""Layouts, record types and columns of lists as plain data: the part of an object's definition that arranges screens.

Fields in sections are names, or mappings where the layout says more of them than that they are there.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dougong.expressions.filter_json import in_written_order
from dougong.metadata.model import Label, Layout, NamedLayout, Object, RecordType, RelatedList, Section

Body = dict[str, Any]


def label_to_body(label: Label) -> Body:
    """A text in both languages."""
    return {"zh": label.zh, "en": label.en}


def to_label(body: Mapping[str, str]) -> Label:
    """The text that `body` gives in both languages."""
    return Label(body["zh"], body["en"])


def arrangement_to_body(obj: Object) -> Body:
    """What an object's definition says of record types, layouts and columns; nothing of what it has not."""
    parts = {
        "record_types": [record_type_to_body(one) for one in obj.record_types],
        "layout": layout_to_body(obj.layout),
        "layouts": [named_layout_to_body(one) for one in obj.layouts],
        "columns": {place: list(paths) for place, paths in sorted(obj.columns.items())},
    }
    return {key: part for key, part in parts.items() if part}


def record_type_to_body(found: RecordType) -> Body:
    """The definition of one record type."""
    body: Body = {"name": found.name, "label": label_to_body(found.label)}
    if found.description is not None:
        body["description"] = label_to_body(found.description)
    if not found.active:
        body["active"] = False
    if found.default:
        body["default"] = True
    if found.options:
        body["options"] = {name: list(values) for name, values in sorted(found.options.items())}
    if found.defaults:
        body["defaults"] = dict(sorted(found.defaults.items()))
    return body


def named_layout_to_body(found: NamedLayout) -> Body:
    """The definition of one layout and whom it is for."""
    whom = {"record_types": list(found.record_types), "profiles": list(found.profiles)}
    return {
        "name": found.name,
        "label": label_to_body(found.label),
        "for": {key: names for key, names in whom.items() if names},
        **layout_to_body(found.layout),
    }


def layout_to_body(layout: Layout) -> Body:
    """What a layout arranges."""
    body: Body = {}
    if layout.highlights:
        body["highlights"] = list(layout.highlights)
    if layout.sections:
        body["sections"] = [_section(one) for one in layout.sections]
    if layout.related:
        body["related"] = [_related(one) for one in layout.related]
    if layout.buttons is not None:
        body["buttons"] = list(layout.buttons)
    return body


def _section(section: Section) -> Body:
    body: Body = {"label": label_to_body(section.label)}
    if section.columns != 2:
        body["columns"] = section.columns
    if section.collapsed:
        body["collapsed"] = True
    if section.visible_when is not None:
        body["visible_when"] = in_written_order(section.visible_when)
    body["fields"] = [_placed(section, name) for name in section.fields]
    return body


def _placed(section: Section, name: str) -> str | Body:
    marks = {"required": name in section.required, "read_only": name in section.read_only}
    said = {mark: True for mark, on in marks.items() if on}
    return {"name": name, **said} if said else name


def _related(related: RelatedList) -> Body:
    body: Body = {"object": related.object, "field": related.field}
    if related.label is not None:
        body["label"] = label_to_body(related.label)
    body["columns"] = list(related.columns)
    if related.sort:
        body["sort"] = [{"field": path, **({"descending": True} if down else {})} for path, down in related.sort]
    if related.rows is not None:
        body["rows"] = related.rows
    return body


def to_record_types(bodies: Sequence[Mapping[str, Any]]) -> tuple[RecordType, ...]:
    """The record types that these bodies define."""
    return tuple(
        RecordType(
            name=body["name"],
            label=to_label(body["label"]),
            description=to_label(body["description"]) if "description" in body else None,
            active=body.get("active", True),
            default=body.get("default", False),
            options=MappingProxyType({name: tuple(values) for name, values in body.get("options", {}).items()}),
            defaults=MappingProxyType(dict(body.get("defaults", {}))),
        )
        for body in bodies
    )


def to_layouts(bodies: Sequence[Mapping[str, Any]]) -> tuple[NamedLayout, ...]:
    """The named layouts that these bodies define, in their order."""
    return tuple(
        NamedLayout(
            name=body["name"],
            label=to_label(body["label"]),
            layout=to_layout(body),
            record_types=tuple(body.get("for", {}).get("record_types", ())),
            profiles=tuple(body.get("for", {}).get("profiles", ())),
        )
        for body in bodies
    )


def to_layout(body: Mapping[str, Any]) -> Layout:
    """The layout that `body` arranges."""
    return Layout(
        highlights=tuple(body.get("highlights", ())),
        sections=tuple(_to_section(one) for one in body.get("sections", ())),
        related=tuple(_to_related(one) for one in body.get("related", ())),
        buttons=tuple(body["buttons"]) if "buttons" in body else None,
    )


def _to_section(body: Mapping[str, Any]) -> Section:
    placed: list[Mapping[str, Any]] = [{"name": f} if isinstance(f, str) else f for f in body["fields"]]
    return Section(
        label=to_label(body["label"]),
        fields=tuple(one["name"] for one in placed),
        columns=body.get("columns", 2),
        required=frozenset(one["name"] for one in placed if one.get("required")),
        read_only=frozenset(one["name"] for one in placed if one.get("read_only")),
        collapsed=body.get("collapsed", False),
        visible_when=body.get("visible_when"),
    )


def _to_related(body: Mapping[str, Any]) -> RelatedList:
    return RelatedList(
        object=body["object"],
        field=body["field"],
        columns=tuple(body["columns"]),
        label=to_label(body["label"]) if "label" in body else None,
        sort=tuple((one["field"], one.get("descending", False)) for one in body.get("sort", ())),
        rows=body.get("rows"),
    )


def to_columns(body: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """The columns by place."""
    return MappingProxyType({place: tuple(paths) for place, paths in body.items()})
