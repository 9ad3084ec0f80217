"""From a company to what this person may enter: the mapping of facts to fields, and each value as its field takes it.

What the person may not edit is not filled, nor told. What does not fit is cut or left out, and said. Options are those
that the form offers: of a dependent field, and of the record's type.
"""

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from zoneinfo import ZoneInfo

from dougong.access.fields import field_access, readable
from dougong.access.principal import FieldAccess, system
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.clock import now
from dougong.kit.errors import Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.dependence import controlling_value, dependents, is_offered
from dougong.metadata.field_types import KINDS
from dougong.metadata.field_types.kind import TextFormat, ValueProblem
from dougong.metadata.model import Field, FieldType, Object, Option
from dougong.metadata.names import RECORD_TYPE
from dougong.records.api import Order, Query, Reading, Writing, columns_of, page
from dougong.records.companies.company import FACTS, Company
from dougong.records.companies.store import taken_lately
from dougong.records.hooks import Batch

MAPPING = "registry_mapping"
BLANK, OVERWRITE = "blank", "overwrite"
REGISTERED = "registered"
MARKED_AT_MOST = 50
"""Forms save one record or a few; a file of them was not filled in from a registry."""
TAKEN_WITHIN = timedelta(days=1)

_TEXTS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_SEVERAL = re.compile(r"[;；,，、\t]| {2,}")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?")
_AMOUNT = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)\s*(亿|万)?")
_UNITS = {"亿": Decimal(100_000_000), "万": Decimal(10_000)}
_CHINA = ZoneInfo("Asia/Shanghai")
_EPOCH_MS = re.compile(r"-?\d{10,14}")


@dataclass(frozen=True)
class Mapped:
    """Which fact goes into which field; `overwrite`: also where something stands already."""

    fact: str
    field: str
    overwrite: bool


@dataclass(frozen=True)
class Note:
    """What could not go into a field as it is; `code` keys the sentence."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """What a form takes over: values as the API writes them, and what is to be said."""

    values: Mapping[str, Any]
    notes: tuple[Note, ...]


def mapping_of(r: Reading, object_name: str) -> list[Mapped]:
    """The mapping of an object, in its order."""
    by_product = Reading(r.snapshot, r.registry, system("registry mapping"))
    order = (Order(Path(("order_number",))), Order(Path(("id",))))
    where = Compare(Path(("object_name",)), Operator.EQ, (object_name,))
    fields = ("fact", "field_name", "policy", "active")
    rows = page(by_product, Query(MAPPING, columns_of(fields), where, order=order, limit=PAGE_SIZE_MAX)).rows
    return [Mapped(row[0], row[1], row[2] == OVERWRITE) for row in rows if row[3]]


def fill(
    r: Reading, object_name: str, company: Company, taken: Collection[str], held: Mapping[str, Any] | None = None
) -> Filled:
    """What of the company goes into the reader's form; `taken`: the fields in which something stands already.

    `held`: what the form holds where that decides which options it offers. Of a field that is not in it nothing is
    known, and options are not judged by it: saving does.
    """
    obj = r.registry.object(object_name)
    values: dict[str, Any] = {}
    notes: list[Note] = []
    for one in _controllers_first(obj, mapping_of(r, object_name)):
        found = obj.fields.get(one.field)
        if found is None or not found.stored or found.name in values or one.fact not in FACTS:
            continue
        if field_access(r.actor, obj, found) is not FieldAccess.EDIT or (found.name in taken and not one.overwrite):
            continue
        if not company.facts.get(one.fact):
            continue
        try:
            value, note = _value(found, company, one.fact, _Offers(r, obj, {**(held or {}), **values}))
        except ValueProblem:
            notes.append(Note(found.name, "registry.does_not_fit", {"value": company.facts[one.fact][:80]}))
            continue
        if note is not None:
            notes.append(note)
        if value is not None:
            values[found.name] = value
    return Filled(values, tuple(notes))


def _controllers_first(obj: Object, mapping: Sequence[Mapped]) -> list[Mapped]:
    """The mapping in its order, but dependent fields behind those that decide their options."""
    place = {field.name: number for number, (_, field) in enumerate(dependents(obj), 1)}
    return sorted(mapping, key=lambda one: place.get(one.field, 0))


@dataclass(frozen=True)
class _Offers:
    """Which options the reader's form offers while it holds `held`."""

    r: Reading
    obj: Object
    held: Mapping[str, Any]

    def limit(self, found: Field, option: Option) -> Field | None:
        """The field by whose value the option is not offered in `found`, as far as the reader may know of it."""
        for name in (found.controlled_by, RECORD_TYPE):
            by = self.obj.fields.get(name or "")
            if by is None or by.name not in self.held or not readable(self.r.actor, self.obj, by):
                continue
            if not (self._of_type(found, option) if by.name == RECORD_TYPE else self._under(by, option)):
                return by
        return None

    def _under(self, by: Field, option: Option) -> bool:
        return is_offered(option, controlling_value(by, self.held[by.name]))

    def _of_type(self, found: Field, option: Option) -> bool:
        type_ = next((one for one in self.obj.record_types if one.name == self.held[RECORD_TYPE]), None)
        offered = None if type_ is None else type_.options.get(found.name)
        return offered is None or option.value in offered


def _value(found: Field, company: Company, fact: str, offers: _Offers) -> tuple[Any, Note | None]:
    """The value of a field as the API writes it, and what is to be said of it. Raises ValueProblem."""
    text = company.facts[fact]
    kind = KINDS[found.type]
    if found.type in _TEXTS or found.type is FieldType.RICH_TEXT:
        return _cut(found, text)
    if found.type is FieldType.SELECT:
        return _chosen(found, text, offers)
    given: Any = text
    match found.type:
        case FieldType.ADDRESS:
            given = _address(company, text)
        case FieldType.DATE:
            given = _date(text)
        case FieldType.INTEGER:
            given = _date(text).year if fact == "established_on" else int(_amount(text))
        case FieldType.CURRENCY | FieldType.DECIMAL:
            given = _amount(text)
        case FieldType.PHONE | FieldType.EMAIL | FieldType.URL:
            given = _SEVERAL.split(text)[0].strip()
        case FieldType.BOOLEAN | FieldType.MULTI_SELECT:
            raise ValueProblem("registry.does_not_fit")
        case _:
            pass
    return kind.wire(kind.parse(found, given)), None


def _cut(found: Field, text: str) -> tuple[Any, Note | None]:
    longest = found.length or 255
    if found.type is not FieldType.TEXT and found.length is None:
        longest = 100_000
    if len(text) <= longest:
        return text, None
    return text[:longest], Note(found.name, "registry.cut", {"length": len(text), "maximum": longest})


def _chosen(found: Field, text: str, offers: _Offers) -> tuple[str | None, Note | None]:
    """The option that is meant and offered: there is a 朝阳区 in 北京 and one in 长春."""
    meant = _options(found, text)
    if not meant:
        return None, Note(found.name, "registry.no_option", {"value": text[:80]})
    limits = [offers.limit(found, option) for option in meant]
    if None in limits:
        return meant[limits.index(None)].value, None
    by = next(limit for limit in limits if limit is not None).label
    return None, Note(found.name, "registry.not_offered", {"value": text[:80], "by_zh": by.zh, "by_en": by.en})


def _options(found: Field, text: str) -> list[Option]:
    """The active options that can be meant, by their value or label; without any those of 制造 for 制造业."""
    plain = text.strip().lower()
    short = plain.removesuffix("行业").removesuffix("业")
    active = [option for option in found.options if option.active]
    for wanted in (plain, short):
        meant = [
            option
            for option in active
            if wanted in {option.value.lower(), option.label.zh.lower(), option.label.en.lower()}
        ]
        if meant:
            return meant
    return []


def _address(company: Company, text: str) -> Mapping[str, Any]:
    """The parts of an address: those that the registry tells, else cut from the line."""
    parts: dict[str, Any] = {}
    rest = text
    for part in ("province", "city", "district"):
        told = company.facts.get(part)
        if told:
            parts[part] = told[:60]
            rest = rest.removeprefix(told)
    if not parts:
        from_text = KINDS[FieldType.ADDRESS].parse_text
        return cast(
            "Mapping[str, Any]", from_text(Field("address", FieldType.ADDRESS, FACTS["address"]), text, TextFormat())
        )
    return {**parts, "street": rest.strip()[:255] or None}


def _date(text: str) -> date:
    if _EPOCH_MS.fullmatch(text):
        seconds = int(text) / (1000 if len(text.lstrip("-")) > 10 else 1)
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(_CHINA).date()
    found = _DATE.search(text)
    if found is None:
        raise ValueProblem("registry.does_not_fit")
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError as error:
        raise ValueProblem("registry.does_not_fit") from error


def _amount(text: str) -> Decimal:
    found = _AMOUNT.search(text)
    if found is None:
        raise ValueProblem("registry.does_not_fit")
    try:
        return Decimal(found[1].replace(",", "")) * _UNITS.get(found[2] or "", Decimal(1))
    except InvalidOperation as error:
        raise ValueProblem("registry.does_not_fit") from error


def mark_registered(batch: Batch, w: Writing) -> Sequence[Problem]:
    """Mark the accounts whose name their writer has just taken from a registry (工商注册)."""
    if w.actor.user_id is None or len(batch.live) > MARKED_AT_MOST or REGISTERED not in batch.object.fields:
        return []
    named = [row for row in batch.live if row.changes("name") and isinstance(row.values["name"], str)]
    if named:
        names = [str(row.values["name"]) for row in named]
        known = taken_lately(w.snapshot, w.actor.user_id, names, now() - TAKEN_WITHIN)
        for row in named:
            if row.values["name"] in known:
                row.values[REGISTERED] = True
    return []
