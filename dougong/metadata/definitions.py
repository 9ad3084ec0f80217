"""Definitions as plain data: the same shape in the `definition` table and, nearly, in YAML files.

What equals its default is left out, so that a file says only what matters and equal definitions are equal data. Fields
are a list, because JSON objects of PostgreSQL have no order.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dougong.metadata.model import (
    Field,
    FieldType,
    Label,
    Layout,
    Object,
    OnDelete,
    Option,
    OptionSet,
    RelatedList,
    Section,
    Sharing,
)

Body = dict[str, Any]

FIELD_FLAGS = ("required", "unique", "indexed", "tracked", "searchable", "secret")
FIELD_TERMS = ("default", "length", "scale", "minimum", "maximum", "option_set", "target", "format")
OBJECT_FLAGS = ("owned", "configuration", "administered", "activities")
OBJECT_TERMS = ("stage_field", "amount_field", "public_field", "master_action", "icon", "navigation")

BARE_FIELD = Field("", FieldType.TEXT, Label("", ""))
BARE_OBJECT = Object("", Label("", ""), Label("", ""), "", {})


def object_to_body(obj: Object) -> Body:
    """The definition of `obj`, which has no system fields (`registry.without_system_fields`)."""
    body: Body = {"label": _label(obj.label), "plural": _label(obj.plural), "name_field": obj.name_field}
    if obj.sharing is not BARE_OBJECT.sharing:
        body["sharing"] = obj.sharing.value
    body |= _differing(obj, BARE_OBJECT, OBJECT_FLAGS)
    if obj.key:
        body["key"] = list(obj.key)
    body |= _differing(obj, BARE_OBJECT, OBJECT_TERMS)
    body["fields"] = [field_to_body(found) for found in obj.fields.values()]
    layout = _layout(obj.layout)
    if layout:
        body["layout"] = layout
    return body


def field_to_body(found: Field) -> Body:
    """The definition of one field."""
    body: Body = {"name": found.name, "type": found.type.value, "label": _label(found.label)}
    if found.help is not None:
        body["help"] = _label(found.help)
    body |= _differing(found, BARE_FIELD, FIELD_FLAGS)
    body |= _differing(found, BARE_FIELD, FIELD_TERMS)
    if found.targets:
        body["targets"] = list(found.targets)
    if found.on_delete is not BARE_FIELD.on_delete:
        body["on_delete"] = found.on_delete.value
    if found.options and found.option_set is None:
        body["options"] = [option_to_body(o) for o in found.options]
    return body


def option_to_body(option: Option) -> Body:
    """The definition of one option."""
    body: Body = {"value": option.value, "label": _label(option.label)}
    if option.color is not None:
        body["color"] = option.color
    if not option.active:
        body["active"] = False
    if option.attributes:
        body["attributes"] = dict(sorted(option.attributes.items()))
    return body


def option_set_to_body(found: OptionSet) -> Body:
    """The definition of a general option set."""
    return {"label": _label(found.label), "options": [option_to_body(o) for o in found.options]}


def object_from_body(name: str, body: Mapping[str, Any]) -> Object:
    """The object that `body` defines; the body satisfies the schema."""
    return Object(
        name=name,
        label=_to_label(body["label"]),
        plural=_to_label(body["plural"]),
        name_field=body["name_field"],
        fields=MappingProxyType({f["name"]: field_from_body(f) for f in body["fields"]}),
        sharing=Sharing(body.get("sharing", BARE_OBJECT.sharing)),
        key=tuple(body.get("key", ())),
        layout=_to_layout(body.get("layout", {})),
        **{term: body[term] for term in (*OBJECT_FLAGS, *OBJECT_TERMS) if term in body},
    )


def field_from_body(body: Mapping[str, Any]) -> Field:
    """The field that `body` defines."""
    return Field(
        name=body["name"],
        type=FieldType(body["type"]),
        label=_to_label(body["label"]),
        help=_to_label(body["help"]) if "help" in body else None,
        targets=tuple(body.get("targets", ())),
        on_delete=OnDelete(body.get("on_delete", BARE_FIELD.on_delete)),
        options=_to_options(body.get("options", ())),
        **{term: body[term] for term in (*FIELD_FLAGS, *FIELD_TERMS) if term in body},
    )


def option_set_from_body(name: str, body: Mapping[str, Any]) -> OptionSet:
    """The option set that `body` defines."""
    return OptionSet(name, _to_label(body["label"]), _to_options(body["options"]))


def _differing(thing: object, bare: object, terms: Sequence[str]) -> Body:
    return {term: getattr(thing, term) for term in terms if getattr(thing, term) != getattr(bare, term)}


def _label(label: Label) -> Body:
    return {"zh": label.zh, "en": label.en}


def _to_label(body: Mapping[str, str]) -> Label:
    return Label(body["zh"], body["en"])


def _to_options(bodies: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            value=body["value"],
            label=_to_label(body["label"]),
            color=body.get("color"),
            active=body.get("active", True),
            attributes=MappingProxyType(dict(body.get("attributes", {}))),
        )
        for body in bodies
    )


def _layout(layout: Layout) -> Body:
    body: Body = {}
    if layout.highlights:
        body["highlights"] = list(layout.highlights)
    if layout.sections:
        body["sections"] = [
            {"label": _label(s.label), **({"columns": s.columns} if s.columns != 2 else {}), "fields": list(s.fields)}
            for s in layout.sections
        ]
    if layout.related:
        body["related"] = [
            {
                "object": r.object,
                "field": r.field,
                **({"label": _label(r.label)} if r.label is not None else {}),
                "columns": list(r.columns),
            }
            for r in layout.related
        ]
    return body


def _to_layout(body: Mapping[str, Any]) -> Layout:
    return Layout(
        highlights=tuple(body.get("highlights", ())),
        sections=tuple(
            Section(_to_label(s["label"]), tuple(s["fields"]), s.get("columns", 2)) for s in body.get("sections", ())
        ),
        related=tuple(
            RelatedList(r["object"], r["field"], tuple(r["columns"]), _to_label(r["label"]) if "label" in r else None)
            for r in body.get("related", ())
        ),
    )
