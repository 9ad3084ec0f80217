"""Print templates as records: which of them somebody may use, and what one says.

Source: issue C (buttons, links, print templates); domain.md 5 (templates of quotes, orders, contracts).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import NotFound
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.kit.text import Language
from dougong.records.api import Order, Query, Reading, columns_of, page
from dougong.records.buttons import profile_keys

TEMPLATE = "print_template"
FIELDS = (
    "id",
    "key",
    "name",
    "name_en",
    "object_name",
    "record_types",
    "profiles",
    "language",
    "paper",
    "orientation",
    "margin_top",
    "margin_right",
    "margin_bottom",
    "margin_left",
    "header",
    "body",
    "footer",
    "logo",
)
PAPERS: Mapping[str, str] = {"a4": "a4", "a5": "a5", "a3": "a3", "b5": "iso-b5", "letter": "us-letter"}
"""What each paper is called by the press."""
RECORD_TYPE = "record_type"
"""The field that says a record's type, where an object has types."""


@dataclass(frozen=True)
class Template:
    """How records of one object are printed. `language` None: that of who prints."""

    name: str
    name_en: str | None
    object: str
    body: str
    header: str = ""
    footer: str = ""
    paper: str = "a4"
    landscape: bool = False
    margins: tuple[int, int, int, int] = (20, 18, 20, 18)
    language: Language | None = None
    profiles: tuple[str, ...] = ()
    """The keys of the profiles whose people may use it; none: everybody who may print such records."""
    record_types: tuple[str, ...] = ()
    """The record types that it is for; none: all."""
    logo: int | None = None
    id: int | None = None
    key: str | None = None

    def label(self, language: Language) -> str:
        """What it is called."""
        return self.name_en or self.name if language == "en" else self.name

    def wire(self, language: Language) -> dict[str, Any]:
        """As the press reads it."""
        return {
            "language": self.language or language,
            "paper": PAPERS[self.paper],
            "landscape": self.landscape,
            "margins": list(self.margins),
            "header": self.header,
            "body": self.body,
            "footer": self.footer,
        }


def from_values(values: Mapping[str, Any]) -> Template:
    """The template that a record's values say."""
    language = values.get("language")
    margins = [values.get(f"margin_{side}") for side in ("top", "right", "bottom", "left")]
    return Template(
        name=values["name"],
        name_en=values.get("name_en"),
        object=values["object_name"],
        body=values.get("body") or "",
        header=values.get("header") or "",
        footer=values.get("footer") or "",
        paper=values.get("paper") or "a4",
        landscape=values.get("orientation") == "landscape",
        margins=tuple(  # type: ignore[arg-type]  # four of them
            default if given is None else int(given) for given, default in zip(margins, Template.margins, strict=True)
        ),
        language=language if language in {"zh", "en"} else None,
        profiles=names_in(values.get("profiles")),
        record_types=names_in(values.get("record_types")),
        logo=values.get("logo"),
        id=values.get("id"),
        key=values.get("key"),
    )


def names_in(text: str | None) -> tuple[str, ...]:
    """A list of names, as settings keep it. Raises ValueError for what is none."""
    found = json.loads(text) if text else []
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise ValueError(text)
    return tuple(found)


def templates_for(r: Reading, object_name: str, record_type: str | None = None) -> list[Template]:
    """The active templates of the object that the reader may use, in their order; of one record type if it is given."""
    r.registry.object(object_name)
    living = all_of(
        Compare(Path(("object_name",)), Operator.EQ, (object_name,)),
        Compare(Path(("active",)), Operator.EQ, (True,)),
    )
    order = (Order(Path(("order_number",))), Order(Path(("id",))))
    by_product = Reading(r.snapshot, r.registry, system("print templates"))
    rows = page(by_product, Query(TEMPLATE, columns_of(FIELDS), living, order=order, limit=PAGE_SIZE_MAX)).rows
    found = [from_values(dict(zip(FIELDS, row, strict=True))) for row in rows]
    held = profile_keys(r, r.actor)
    return [
        template
        for template in found
        if (not template.profiles or r.actor.administers or held & set(template.profiles))
        and (record_type is None or not template.record_types or record_type in template.record_types)
    ]


def template_for(r: Reading, object_name: str, template_id: int) -> Template:
    """The template, if the reader may use it for records of the object. Raises NotFound else."""
    found = next((t for t in templates_for(r, object_name) if t.id == template_id), None)
    if found is None:
        raise NotFound("print.no_template")
    return found


def paths_of(template: Template) -> Sequence[str]:
    """The parts of the template in which values stand."""
    return (template.header, template.body, template.footer)
