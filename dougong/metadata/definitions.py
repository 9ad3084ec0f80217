"""Definitions as plain data: the same shape in the `definition` table and, nearly, in YAML files.

What equals its default is left out, so that a file says only what matters and equal definitions are equal data. Fields
are a list, because JSON objects of PostgreSQL have no order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from dougong.metadata.arrangement import arrangement_to_body, to_columns, to_layout, to_layouts, to_record_types
from dougong.metadata.arrangement import label_to_body as _label
from dougong.metadata.arrangement import to_label as _to_label
from dougong.metadata.button_bodies import button_from_body, button_to_body
from dougong.metadata.model import (
    Field,
    FieldType,
    Label,
    Object,
    OnDelete,
    Option,
    OptionSet,
    Proposed,
    Sharing,
    Summary,
    SummaryFunction,
    ValidationRule,
)

Body = dict[str, Any]

FIELD_FLAGS = (
    *("required", "unique", "indexed", "tracked", "searchable", "maintained", "active", "secret"),
    "with_pooled",
)
FIELD_TERMS = (
    *("default", "length", "scale", "minimum", "maximum", "option_set", "controlled_by", "target", "format"),
    *("formula", "default_formula", "follows"),
)
OBJECT_FLAGS = (
    *("owned", "active", "configuration", "administered", "activities", "log", "lockable", "pooled", "priced"),
    "single",
)
OBJECT_TERMS = (
    *("stage_field", "amount_field", "dated_by", "public_field", "master_action", "pooled_with", "icon"),
    "navigation",
)

BARE_FIELD = Field("", FieldType.TEXT, Label("", ""))
BARE_SUMMARY = replace(BARE_FIELD, tracked=False)
"""A roll-up moves with its children, whose own history tells why: it has one only where its definition says so."""
BARE_RULE = ValidationRule("", Label("", ""), "", Label("", ""))
BARE_OBJECT = Object("", Label("", ""), Label("", ""), "", {})


def object_to_body(obj: Object) -> Body:
    """The definition of `obj`, which has no system fields (`registry.without_system_fields`)."""
    body: Body = {**_id(obj), "label": _label(obj.label), "plural": _label(obj.plural), "name_field": obj.name_field}
    if obj.sharing is not BARE_OBJECT.sharing:
        body["sharing"] = obj.sharing.value
    body |= _differing(obj, BARE_OBJECT, OBJECT_FLAGS)
    if obj.key:
        body["key"] = list(obj.key)
    if obj.actions:
        body["actions"] = list(obj.actions)
    body |= _differing(obj, BARE_OBJECT, OBJECT_TERMS)
    body["fields"] = [field_to_body(found) for found in obj.fields.values()]
    if obj.validation_rules:
        body["validation_rules"] = [rule_to_body(rule) for rule in obj.validation_rules]
    if obj.buttons:
        body["buttons"] = [button_to_body(button) for button in obj.buttons]
    return body | arrangement_to_body(obj)


def rule_to_body(rule: ValidationRule) -> Body:
    """The definition of one validation rule."""
    body: Body = {"name": rule.name, "label": _label(rule.label)}
    if not rule.active:
        body["active"] = False
    if rule.when != BARE_RULE.when:
        body["when"] = list(rule.when)
    if rule.record_types:
        body["record_types"] = list(rule.record_types)
    body |= {"condition": rule.condition, "message": _label(rule.message)}
    if rule.field is not None:
        body["field"] = rule.field
    return body


def field_to_body(found: Field) -> Body:
    """The definition of one field."""
    body: Body = {"name": found.name, **_id(found), "type": found.type.value, "label": _label(found.label)}
    if found.help is not None:
        body["help"] = _label(found.help)
    bare = BARE_FIELD if found.summary is None else BARE_SUMMARY
    body |= _differing(found, bare, FIELD_FLAGS)
    body |= _differing(found, bare, FIELD_TERMS)
    if found.targets:
        body["targets"] = list(found.targets)
    if found.proposed is not None:
        body["proposed"] = _proposed(found.proposed)
    if found.on_delete is not BARE_FIELD.on_delete:
        body["on_delete"] = found.on_delete.value
    if found.options and found.option_set is None:
        body["options"] = [option_to_body(o) for o in found.options]
    if found.shown_for:
        body["shown_for"] = {value: list(wanted) for value, wanted in sorted(found.shown_for.items())}
    if found.summary is not None:
        body["summary"] = _summary(found.summary)
    return body


def option_to_body(option: Option) -> Body:
    """The definition of one option."""
    body: Body = {"value": option.value, **_id(option), "label": _label(option.label)}
    if option.color is not None:
        body["color"] = option.color
    if not option.active:
        body["active"] = False
    if option.default:
        body["default"] = True
    if option.fixed:
        body["fixed"] = True
    if option.shown_for is not None:
        body["shown_for"] = list(option.shown_for)
    if option.attributes:
        body["attributes"] = dict(sorted(option.attributes.items()))
    return body


def option_set_to_body(found: OptionSet) -> Body:
    """The definition of a general option set."""
    body: Body = {**_id(found), "label": _label(found.label)}
    if found.help is not None:
        body["help"] = _label(found.help)
    if found.controlled_by is not None:
        body["controlled_by"] = found.controlled_by
    return {**body, "options": [option_to_body(o) for o in found.options]}


def _id(thing: Object | Field | Option | OptionSet) -> Body:
    """The stable id, where it is not the name."""
    name = thing.value if isinstance(thing, Option) else thing.name
    return {} if thing.id in {None, name} else {"id": thing.id}


def _to_id(name: str, body: Mapping[str, Any]) -> str | None:
    found = body.get("id")
    return None if found == name else found


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
        actions=tuple(body.get("actions", ())),
        layout=to_layout(body.get("layout", {})),
        layouts=to_layouts(body.get("layouts", ())),
        record_types=to_record_types(body.get("record_types", ())),
        columns=to_columns(body.get("columns", {})),
        validation_rules=tuple(rule_from_body(rule) for rule in body.get("validation_rules", ())),
        id=_to_id(name, body),
        buttons=tuple(button_from_body(button) for button in body.get("buttons", ())),
        **{term: body[term] for term in (*OBJECT_FLAGS, *OBJECT_TERMS) if term in body},
    )


def rule_from_body(body: Mapping[str, Any]) -> ValidationRule:
    """The validation rule that `body` defines."""
    return ValidationRule(
        name=body["name"],
        label=_to_label(body["label"]),
        condition=body["condition"],
        message=_to_label(body["message"]),
        field=body.get("field"),
        active=body.get("active", True),
        when=tuple(body.get("when", BARE_RULE.when)),
        record_types=tuple(body.get("record_types", ())),
    )


def field_from_body(body: Mapping[str, Any]) -> Field:
    """The field that `body` defines."""
    bare = BARE_SUMMARY if "summary" in body else BARE_FIELD
    return replace(
        bare,
        name=body["name"],
        type=FieldType(body["type"]),
        label=_to_label(body["label"]),
        help=_to_label(body["help"]) if "help" in body else None,
        targets=tuple(body.get("targets", ())),
        proposed=_to_proposed(body["proposed"]) if "proposed" in body else None,
        on_delete=OnDelete(body.get("on_delete", BARE_FIELD.on_delete)),
        options=_to_options(body.get("options", ())),
        shown_for=MappingProxyType({value: tuple(wanted) for value, wanted in body.get("shown_for", {}).items()}),
        summary=_to_summary(body["summary"]) if "summary" in body else None,
        id=_to_id(body["name"], body),
        **{term: body[term] for term in (*FIELD_FLAGS, *FIELD_TERMS) if term in body},
    )


def option_set_from_body(name: str, body: Mapping[str, Any]) -> OptionSet:
    """The option set that `body` defines."""
    return OptionSet(
        name,
        _to_label(body["label"]),
        _to_options(body["options"]),
        help=_to_label(body["help"]) if "help" in body else None,
        controlled_by=body.get("controlled_by"),
        id=_to_id(name, body),
    )


def _differing(thing: object, bare: object, terms: Sequence[str]) -> Body:
    return {term: getattr(thing, term) for term in terms if getattr(thing, term) != getattr(bare, term)}


def _to_options(bodies: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            value=body["value"],
            label=_to_label(body["label"]),
            color=body.get("color"),
            active=body.get("active", True),
            default=body.get("default", False),
            fixed=body.get("fixed", False),
            shown_for=tuple(body["shown_for"]) if "shown_for" in body else None,
            attributes=MappingProxyType(dict(body.get("attributes", {}))),
            id=_to_id(body["value"], body),
        )
        for body in bodies
    )


def _summary(summary: Summary) -> Body:
    body: Body = {"object": summary.object, "field": summary.field, "function": summary.function.value}
    if summary.of is not None:
        body["of"] = summary.of
    if summary.where is not None:
        body["where"] = _sorted(summary.where)
    return body


def _proposed(proposed: Proposed) -> Body:
    mark = {} if proposed.mark is None else {"mark": proposed.mark}
    return {"where": _sorted(proposed.where), **mark}


def _to_proposed(body: Mapping[str, Any]) -> Proposed:
    return Proposed(body["where"], body.get("mark"))


def _sorted(value: Any) -> Any:  # noqa: ANN401  # JSON-like
    """A condition with its keys in order: PostgreSQL's documents have an order of their own."""
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value


def _to_summary(body: Mapping[str, Any]) -> Summary:
    function, where = SummaryFunction(body["function"]), body.get("where") or None
    return Summary(body["object"], body["field"], function, body.get("of"), where)
