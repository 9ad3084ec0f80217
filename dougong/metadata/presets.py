"""Option sets that come with the product and change only with it: currencies, 省市区, industries (domain.md 5.4).

They stand beside the definitions, not among them: a package or an export never carries them, a field names them as it
names any other set, and a release that brings newer data brings them to everybody. What a newer edition of the data no
longer has stays in it, switched off: records may hold it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from babel import Locale
from babel.core import get_global

from dougong.metadata.model import Label, Object, Option, OptionSet

CURRENCY = "currency"
PROVINCE, CITY, DISTRICT = "china_province", "china_city", "china_district"
SECTION, DIVISION = "industry_section", "industry_division"
NAMES = (CURRENCY, PROVINCE, CITY, DISTRICT, SECTION, DIVISION)

USUAL_CURRENCIES = ("CNY", "USD", "EUR", "HKD", "JPY", "GBP")
"""These stand first; the others follow by code."""


def is_preset(name: str) -> bool:
    """Whether an option set of this name comes with the product."""
    return name in NAMES


@cache
def presets() -> Mapping[str, OptionSet]:
    """All preset option sets by name."""
    return MappingProxyType({found.name: found for found in (_currencies(), *_divisions(), *_industries())})


def named_sets(objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> list[str]:
    """The names of all option sets that these definitions name."""
    fields = [f.option_set for obj in objects.values() for f in obj.fields.values() if f.option_set is not None]
    above = [found.controlled_by for found in option_sets.values() if found.controlled_by is not None]
    return list(dict.fromkeys([*fields, *above]))


def with_presets(option_sets: Mapping[str, OptionSet], wanted: Sequence[str]) -> Mapping[str, OptionSet]:
    """`option_sets` and those of the presets that `wanted` names; the data are read only where one is named."""
    named = [name for name in wanted if is_preset(name)]
    return {**option_sets, **{name: presets()[name] for name in named}} if named else option_sets


def _currencies() -> OptionSet:
    """The currencies in use somewhere today, by the codes of ISO 4217."""
    in_use = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _start, end, tender in uses
        if end is None and tender
    }
    names = [Locale(language).currencies for language in ("zh", "en")]
    codes = [*USUAL_CURRENCIES, *sorted(in_use - set(USUAL_CURRENCIES))]
    return OptionSet(
        CURRENCY,
        Label("币种", "Currency"),
        tuple(Option(code, Label(*(known.get(code, code) for known in names))) for code in codes),
        help=Label("ISO 4217 货币代码。", "The currency codes of ISO 4217."),
        preset=True,
    )


def _read(name: str) -> Any:  # noqa: ANN401 - JSON
    text = resources.files("dougong.metadata").joinpath("preset_data", name).read_text(encoding="utf-8")
    return json.loads(text)


def _divisions() -> tuple[OptionSet, OptionSet, OptionSet]:
    """省, 市, 区: by the codes of GB/T 2260, in which a district's first two and four digits say where it lies."""
    read = _read("china_divisions.json")
    rows: list[tuple[str, str, str, bool]] = [
        (code, zh, en, active) for key, active in (("divisions", True), ("gone", False)) for code, zh, en in read[key]
    ]
    provinces = [row for row in rows if row[0].endswith("0000")]
    cities = [row for row in rows if row[0].endswith("00") and not row[0].endswith("0000")]
    districts = [row for row in rows if not row[0].endswith("00")]
    return (
        _division(PROVINCE, Label("省份", "Province"), provinces, None),
        _division(CITY, Label("城市", "City"), cities, PROVINCE),
        _division(DISTRICT, Label("区县", "District"), districts, CITY),
    )


def _division(name: str, label: Label, rows: Sequence[tuple[str, str, str, bool]], above: str | None) -> OptionSet:
    digits = {PROVINCE: 2, CITY: 4}.get(above or "", 0)
    options = tuple(
        Option(
            code,
            Label(zh, en),
            active=active,
            shown_for=(code[:digits].ljust(6, "0"),) if above is not None else None,
        )
        for code, zh, en, active in rows
    )
    help_ = Label("全国行政区划（省市区），按行政区划代码。", "The administrative divisions of China, by their codes.")
    return OptionSet(name, label, options, help=help_, controlled_by=above, preset=True, single=True)


def _industries() -> tuple[OptionSet, OptionSet]:
    """门类 and 大类 of GB/T 4754-2017."""
    sections: list[Option] = []
    divisions: list[Option] = []
    for section in _read("industries.json"):
        sections.append(Option(section["code"], Label(section["zh"], section["en"])))
        divisions += [
            Option(code, Label(zh, en), shown_for=(section["code"],)) for code, zh, en in section["divisions"]
        ]
    help_ = Label("国民经济行业分类 GB/T 4754-2017。", "Industrial classification GB/T 4754-2017.")
    return (
        OptionSet(SECTION, Label("行业门类", "Industry section"), tuple(sections), help_, None, True, True),
        OptionSet(DIVISION, Label("行业大类", "Industry division"), tuple(divisions), help_, SECTION, True, True),
    )
