"""The amount of a deal: what its lines come to, and what it is in the company's currency (decision 41).

The rate is that of the close date: the last one in force by then, for open and for ended deals alike, so that nothing
changes at midnight and a quarter that is over stays as it was. A deal without a close date has the rate of today.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.opportunities.records import each, product_reads
from dougong.crm.stages.rules import WON, field_params
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.kit.money import amount_text, rounded, within_magnitude
from dougong.metadata.field_types.options import default_of
from dougong.metadata.model import Field
from dougong.records.api import Reading, Writing
from dougong.records.hooks import Act, Batch, Row

RATE, TOTAL = "exchange_rate", "lines"
"""The object of rates, and the action by which the product writes what lines come to."""
RATES = "rates"
"""The action by which the product converts amounts anew."""

Rates = Mapping[str, Sequence[tuple[date, Decimal]]]
"""By currency: from which day which rate, the latest first."""


def amounts(batch: Batch, w: Writing) -> list[Problem]:
    """Hold the amount to the lines, and convert it wherever it, its currency or its day changes."""
    fields = batch.object.fields
    if "amount_converted" not in fields or "currency" not in fields:
        return []
    problems = [] if batch.act is Act.CREATE else _by_lines(batch, w)
    own = company_currency(fields["currency"])
    for row in batch.live:
        if row.after("currency") is None and own is not None:
            row.values["currency"] = own
    watched = ("amount", "currency", "close_date")
    rows = [
        row
        for row in batch.live
        if (batch.act is Act.CREATE or w.action == RATES or any(row.changes(name) for name in watched))
        # A currency that the deal may not have, and is told so, needs no rate.
        and not (row.changes("currency") and (row.old.get("outcome") == WON or row.old.get("line_count")))
    ]
    foreign = {row.after("currency") for row in rows} - {own, None}
    rates = rates_of(w, foreign) if foreign else {}
    for row in rows:
        problems += _convert(fields, row, own, rates, w)
    return problems


def company_currency(field: Field) -> str | None:
    """The company's own currency: what new deals have."""
    found = default_of(field)
    return None if found is None else str(found)


def rates_of(r: Reading, currencies: set[str]) -> Rates:
    """The rates of these currencies."""
    if RATE not in r.registry.objects:
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


def _convert(fields: Mapping[str, Field], row: Row, own: str | None, rates: Rates, w: Writing) -> list[Problem]:
    currency, amount = row.after("currency"), row.after("amount")
    day = row.after("close_date") or today(w.actor.timezone)
    rate = Decimal(1) if currency in {own, None} else rate_on(rates, currency, day)
    if rate is None and w.action != RATES:
        option = next((one for one in fields["currency"].options if one.value == currency), None)
        params: dict[str, Any] = {"day": day.isoformat(), "currency": currency}
        params |= {"currency_zh": option.label.zh if option else currency}
        params |= {"currency_en": option.label.en if option else currency}
        return [Problem("opportunity.no_rate", "currency", row.number, params)]
    converted = None if amount is None or rate is None else rounded(amount * rate)
    if converted is not None and not within_magnitude(converted):
        return [Problem("value.too_large", "amount", row.number, field_params(fields["amount"]))]
    row.values["exchange_rate"], row.values["amount_converted"] = rate, converted
    return []


def _by_lines(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of deals with lines that are given another amount, or another currency."""
    if w.action == TOTAL or "line_count" not in batch.object.fields:
        return []
    problems: list[Problem] = []
    for row in batch.live:
        if not row.old.get("line_count"):
            continue
        if row.changes("currency") and row.old.get("currency") is not None:
            problems.append(Problem("opportunity.currency_with_lines", "currency", row.number))
        if row.changes("amount") and row.after("amount") != row.old.get("line_amount"):
            total = amount_text(row.old.get("line_amount") or Decimal(0), w.actor.language)
            problems.append(Problem("opportunity.amount_from_lines", "amount", row.number, {"total": total}))
    return problems
