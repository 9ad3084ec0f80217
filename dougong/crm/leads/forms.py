"""Forms of the web by which strangers become leads: what one asks, where it may stand, and the rules of its record.

The fields are JSON that names fields of the lead as filters do, so that a field in a form is known to be in use.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dougong.access.principal import system
from dougong.crm.leads.mapping import LEAD
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import NotFound, Problem
from dougong.kit.text import Language
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field, FieldType, Label
from dougong.metadata.names import nearest
from dougong.metadata.registry import Registry
from dougong.records.api import Query, Reading, Writing, columns_of, get, page
from dougong.records.hooks import Batch, Row

FORM = "web_form"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_KEYS = frozenset({"preview"})
SITES_MAX = 50
FIELDS_MAX = 40
LABEL_MAX = 120

_T = FieldType
ASKED = frozenset(
    {_T.TEXT, _T.LONG_TEXT, _T.EMAIL, _T.PHONE, _T.URL, _T.SELECT, _T.MULTI_SELECT, _T.INTEGER, _T.DATE, _T.BOOLEAN}
)
"""What a form can ask: what a stranger can know without seeing anything of ours."""

COLUMNS = (
    "id", "key", "name", "language", "title", "title_en", "intro", "intro_en", "form_fields", "source", "campaign_id",
    "pool_id", "lead_owner_id", "thanks", "thanks_en", "redirect", "sites",
)  # fmt: skip


@dataclass(frozen=True)
class FormField:
    """One question; its words are those of the field unless the form has its own."""

    field: Field
    required: bool
    label: Label


@dataclass(frozen=True)
class Form:
    """A form that is in use."""

    id: int
    key: str
    name: str
    language: Language | None
    """None: the visitor's."""
    title: Label
    intro: Label
    fields: tuple[FormField, ...]
    source: str | None
    campaign_id: int | None
    pool_id: int | None
    """Where leads lie until somebody claims them; None: they are the owner's at once."""
    owner_id: int
    thanks: Label
    redirect: str | None
    sites: tuple[str, ...]


def find_form(r: Reading, key: str) -> Form:
    """The active form `key`. Raises NotFound."""
    by_product = Reading(r.snapshot, r.registry, system("web form"))
    where = Compare(Path(("key",)), Operator.EQ, (key,))
    active = Compare(Path(("active",)), Operator.EQ, (True,))
    rows = (
        page(by_product, Query(FORM, columns_of(COLUMNS), all_of(where, active), limit=1)).rows
        if KEY.fullmatch(key)
        else []
    )
    if not rows:
        raise NotFound("form.not_found")
    return _form(r.registry, dict(zip(COLUMNS, rows[0], strict=True)))


def _form(registry: Registry, found: Mapping[str, Any]) -> Form:
    def both(name: str) -> Label:
        zh = str(found[name] or "")
        return Label(zh, str(found[f"{name}_en"] or "") or zh)

    language = found["language"]
    return Form(
        id=int(found["id"]),
        key=found["key"],
        name=found["name"],
        language=language if language in {"zh", "en"} else None,
        title=both("title"),
        intro=both("intro"),
        fields=tuple(_asked(registry, found["form_fields"])),
        source=found["source"],
        campaign_id=found["campaign_id"],
        pool_id=found["pool_id"],
        owner_id=int(found["lead_owner_id"]),
        thanks=both("thanks"),
        redirect=found["redirect"],
        sites=tuple(sites_of(found["sites"])),
    )


def _asked(registry: Registry, text: str) -> Iterator[FormField]:
    """The questions whose field is still there; one that was deleted since is not asked."""
    lead = registry.object(LEAD)
    for one in _lines(text):
        field = lead.fields.get(str(one.get("field")))
        if field is not None and field.active and is_askable(field):
            label = str(one.get("label") or "") or field.label.zh
            label_en = str(one.get("label_en") or "") or (field.label.en if not one.get("label") else label)
            yield FormField(field, bool(one.get("required")) or is_needed(field), Label(label, label_en))


def is_askable(field: Field) -> bool:
    """Whether a form can ask for the field."""
    ours = field.system or field.maintained or not field.stored or field.secret
    return not ours and field.type in ASKED


def is_needed(field: Field) -> bool:
    """Whether no lead can be without a value that somebody gives."""
    return field.required and not field.system and default_of(field) is None and field.default_formula is None


def sites_of(text: str | None) -> list[str]:
    """The origins in a text with one address in each line."""
    return [origin for line in (text or "").splitlines() if (origin := origin_of(line.strip())) is not None]


def origin_of(address: str) -> str | None:
    """Scheme, host and port of an address of the web, as browsers name a site; None for anything else."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    if not re.fullmatch(r"[a-z0-9.\-\[\]:]+", parts.hostname):
        return None
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}" + ("" if port in {None, standard} else f":{port}")


def check_form(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for everything by which a form could not do what it says."""
    return [problem for row in batch.live for problem in (*_problems(w.registry, row), *_pool_problems(w, row))]


def _pool_problems(w: Writing, row: Row) -> Iterator[Problem]:
    pool = row.after("pool_id") if row.changes("pool_id") else None
    if pool is not None:
        by_product = Reading(w.snapshot, w.registry, system("web form"))
        found = get(by_product, "pool", int(pool), ("name", "object_name"))
        if found["object_name"] != LEAD:
            yield Problem("form.pool", "pool_id", row.number, {"pool": found["name"]})


def _problems(registry: Registry, row: Row) -> Iterator[Problem]:
    key = str(row.after("key") or "")
    if row.changes("key") and (not KEY.fullmatch(key) or key in RESERVED_KEYS):
        yield Problem("form.key", "key", row.number, {"value": key})
    lines = [line.strip() for line in str(row.after("sites") or "").splitlines() if line.strip()]
    if len(lines) > SITES_MAX:
        yield Problem("form.too_many_sites", "sites", row.number, {"maximum": SITES_MAX})
    for line in lines:
        if origin_of(line) is None:
            yield Problem("form.site", "sites", row.number, {"value": line[:100]})
    yield from _field_problems(registry, row)


def _field_problems(registry: Registry, row: Row) -> Iterator[Problem]:
    lead, number = registry.object(LEAD), row.number
    try:
        lines = _lines(str(row.after("form_fields") or ""), strict=True)
    except ValueError:
        yield Problem("form.fields", "form_fields", number)
        return
    names = [str(one.get("field")) for one in lines]
    for one, name in zip(lines, names, strict=True):
        field = lead.fields.get(name)
        if field is None or not field.active:
            params = {"name": name, "nearest": nearest(name, lead.fields)}
            yield Problem("form.unknown_field", "form_fields", number, params)
        elif not is_askable(field):
            yield Problem("form.not_askable", "form_fields", number, _named(field))
        elif names.count(name) > 1:
            yield Problem("form.twice", "form_fields", number, _named(field))
        if any(len(str(one.get(label) or "")) > LABEL_MAX for label in ("label", "label_en")):
            yield Problem("form.label_length", "form_fields", number, {"maximum": LABEL_MAX})
    for field in lead.fields.values():
        if is_needed(field) and is_askable(field) and field.name not in names:
            yield Problem("form.needs_field", "form_fields", number, _named(field))


def _named(field: Field) -> dict[str, str]:
    return {"label_zh": field.label.zh, "label_en": field.label.en}


def _lines(text: str, *, strict: bool = False) -> list[dict[str, Any]]:
    """The lines of the JSON. `strict`: raises ValueError for another shape, which else asks nothing."""
    try:
        found = json.loads(text)
    except ValueError:
        if strict:
            raise
        return []
    lines = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if strict and not (isinstance(found, list) and 0 < len(lines) == len(found) <= FIELDS_MAX):
        raise ValueError
    return lines
