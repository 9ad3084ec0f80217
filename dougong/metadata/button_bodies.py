"""Buttons of objects as plain data, in both directions (see `definitions`)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dougong.expressions.filter_json import in_written_order
from dougong.metadata.model import Button, ButtonKind, ButtonPlace, Label

BARE = Button("", Label("", ""), ButtonKind.LINK)
TERMS = ("icon", "primary", "url", "object", "template", "visible_when")


def button_to_body(button: Button) -> dict[str, Any]:
    """The definition of a button; what equals its default is left out."""
    body: dict[str, Any] = {"name": button.name, "label": _label(button.label), "kind": button.kind.value}
    if button.places != BARE.places:
        body["places"] = [place.value for place in button.places]
    body |= {term: getattr(button, term) for term in TERMS if getattr(button, term) != getattr(BARE, term)}
    if button.visible_when is not None:
        body["visible_when"] = in_written_order(button.visible_when)
    if button.values:
        body["values"] = dict(button.values)
    if button.confirm is not None:
        body["confirm"] = _label(button.confirm)
    if button.profiles:
        body["profiles"] = list(button.profiles)
    return body


def button_from_body(body: Mapping[str, Any]) -> Button:
    """The button that `body`, which satisfies the schema, defines."""
    return Button(
        name=body["name"],
        label=Label(**body["label"]),
        kind=ButtonKind(body["kind"]),
        places=tuple(ButtonPlace(place) for place in body.get("places", BARE.places)),
        values=MappingProxyType(dict(body.get("values", {}))),
        confirm=Label(**body["confirm"]) if "confirm" in body else None,
        profiles=tuple(body.get("profiles", ())),
        **{term: body[term] for term in TERMS if term in body},
    )


def _label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
