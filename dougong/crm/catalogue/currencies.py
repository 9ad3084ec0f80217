"""Currencies and their dated rates: what one unit of a currency is in the company's own (decision 41)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.reading import each, product_reads
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import Problem
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field
from dougong.records.api import Reading

RATE = "exchange_rate"
"""The object of rates, and the field of a document that keeps its own."""

Rates = Mapping[str, Sequence[tuple[date, Decimal]]]
"""By currency: from which day which rate, the latest first."""


def company_currency(field: Field) -> str | None:
    """The company's own currency: what new deals and documents have."""
    found = default_of(field)
    return None if found is None else str(found)


def rates_of(r: Reading, currencies: set[str]) -> Rates:
    """The rates of these currencies."""
    if not currencies or RATE not in r.registry.objects:
        return {}
    where = Compare(Path(("currency",)), Operator.IN, tuple(sorted(currencies)))
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for currency, day, rate in each(
        product_reads(r, system("exchange rates")), RATE, ("currency", "from_date", "rate"), where
    ):
        found.setdefault(currency, []).append((day, rate))
    return {currency: sorted(rates, reverse=True) for currency, rates in found.items()}


def rate_on(rates: Rates, currency: str, day: date) -> Decimal | None:
    """The rate of a currency in force on `day`."""
    return next((rate for since, rate in rates.get(currency, ()) if since <= day), None)


def no_rate(field: Field, currency: str | None, day: date, row: int) -> Problem:
    """That the currency has no rate for the day, in the words of the options of `field`."""
    option = next((one for one in field.options if one.value == currency), None)
    params: dict[str, Any] = {"day": day.isoformat(), "currency": currency}
    params |= {"currency_zh": option.label.zh if option else currency}
    params |= {"currency_en": option.label.en if option else currency}
    return Problem("rate.missing", field.name, row, params)
