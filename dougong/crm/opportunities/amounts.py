"""The amount of a deal: what its lines come to, and what it is in the company's currency (decision 41).

The rate is that of the close date: the last one in force by then, for open and for ended deals alike, so that nothing
changes at midnight and a quarter that is over stays as it was. A deal without a close date has the rate of today.
"""

from collections.abc import Mapping
from decimal import Decimal

from dougong.crm.catalogue.currencies import Rates, company_currency, no_rate, rate_on, rates_of
from dougong.crm.stages.rules import WON, field_params
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.kit.money import amount_text, rounded, within_magnitude
from dougong.metadata.model import Field
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row

TOTAL = "lines"
"""The action by which the product writes what lines come to."""
RATES = "rates"
"""The action by which the product converts amounts anew."""


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


def _convert(fields: Mapping[str, Field], row: Row, own: str | None, rates: Rates, w: Writing) -> list[Problem]:
    currency, amount = row.after("currency"), row.after("amount")
    day = row.after("close_date") or today(w.actor.timezone)
    rate = Decimal(1) if currency in {own, None} else rate_on(rates, currency, day)
    if rate is None and w.action != RATES:
        return [no_rate(fields["currency"], currency, day, row.number)]
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
