"""Lines of deals: amount = unit price × quantity × (1 − discount), to the cent, halves up (domain.md 2.5).

Discount and amount are a pair: who enters an amount gets the discount that makes it, who changes anything else gets the
amount. The deal's amount is what its lines come to, from the first line on. Prices are in the currency of the deal, so
that a line does not move to a deal in another. An import may bring the lines of deals that
have ended, as they were: what is history changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.opportunities.amounts import TOTAL
from dougong.crm.opportunities.records import by_ids, product_reads, product_writes
from dougong.crm.stages.rules import ENDED, WON, option_of, outcome_of
from dougong.kit.errors import Problem
from dougong.kit.money import rounded
from dougong.records.api import Change, Reading, Writing, update
from dougong.records.hooks import Act, Batch, Row

OPPORTUNITY, PRODUCT, MASTER = "opportunity", "product", "opportunity_id"
HUNDRED, ZERO = Decimal(100), Decimal(0)
DISCOUNT_SCALE = 4
PRICED = ("quantity", "unit_price", "discount", "amount", "product_id")


@dataclass(frozen=True)
class _Deal:
    outcome: str
    rate: Decimal | None
    currency: str | None


@dataclass(frozen=True)
class _Product:
    name: str
    price: Decimal | None
    sold: bool


def price_lines(batch: Batch, w: Writing) -> list[Problem]:
    """Prices and amounts of the rows; problems of what is frozen, not sold any more, or does not work out."""
    if "unit_price" not in batch.object.fields or "outcome" not in w.registry.object(OPPORTUNITY).fields:
        return []
    # What goes with a deal that is deleted or restored is not asked.
    if batch.derived:
        return []
    deals = _deals(w, _masters(batch.live))
    history = w.via == "import"
    problems = []
    for row in batch.live:
        frozen = [deals[i].outcome for i in _masters([row]) if i in deals]
        if WON in frozen and not history:
            problems.append(Problem("opportunity.lines_frozen", row=row.number))
    if batch.act not in {Act.CREATE, Act.UPDATE}:
        return problems
    products = _products(w, {row.values.get("product_id") for row in batch.live})
    for row in batch.live:
        deal, before = deals.get(row.after(MASTER) or 0), deals.get(row.old.get(MASTER) or 0)
        if deal is not None and before is not None and deal.currency != before.currency:
            problems.append(Problem("line.other_currency", MASTER, row.number))
        found = products.get(row.values.get("product_id") or 0)
        if found is not None and not found.sold and not (history and deal is not None and deal.outcome in ENDED):
            problems.append(Problem("line.inactive_product", "product_id", row.number, {"name": found.name}))
        if batch.act is Act.CREATE or any(row.changes(name) for name in PRICED):
            problems += _price(row, deal, found)
    return problems


def _price(row: Row, deal: _Deal | None, product: _Product | None) -> list[Problem]:
    if product is not None:
        rate = deal.rate if deal is not None and deal.rate else Decimal(1)
        listed = None if product.price is None else rounded(product.price / rate)
        row.values["list_price"] = listed
        if "unit_price" not in row.values or row.values["unit_price"] is None:
            row.values["unit_price"] = listed if listed is not None else row.old.get("unit_price")
    quantity, price = row.after("quantity"), row.after("unit_price")
    discount = row.after("discount") or ZERO
    wanted = row.values.get("amount")
    if quantity is None:
        return []  # required, and told so
    if wanted is None or not row.changes("amount") or _enters(row, "discount"):
        if price is not None:
            row.values["amount"] = rounded(quantity * price * (HUNDRED - discount) / HUNDRED)
        return []
    amount = rounded(wanted)
    row.values["amount"] = amount
    gross = ZERO if price is None else quantity * price
    if quantity == 0:
        return [Problem("line.no_quantity", "amount", row.number)] if amount else []
    if gross == 0 or amount > gross:
        # No discount makes more than the price: then the price is what was paid for one.
        row.values["unit_price"], row.values["discount"] = rounded(amount / quantity), rounded(ZERO, DISCOUNT_SCALE)
    else:
        row.values["discount"] = rounded(HUNDRED - amount * HUNDRED / gross, DISCOUNT_SCALE)
    return []


def _enters(row: Row, name: str) -> bool:
    """Whether the writer gave the field a value of its own."""
    return row.given.get(name) not in (None, "") and (row.changes(name) if row.old else True)


def add_up(batch: Batch, w: Writing) -> list[Problem]:
    """Give the deals of the rows what their lines come to. One that has ended keeps its amount."""
    fields = w.registry.object(OPPORTUNITY).fields
    if batch.derived or "line_count" not in fields or "outcome" not in fields:
        return []
    paths = ("id", "stage", "amount", "line_amount", "line_count")
    stage = fields["stage"]
    changes = [
        Change(record_id, {"amount": total})
        for record_id, at, amount, total, count in by_ids(
            product_reads(w, system("total of lines")), OPPORTUNITY, paths, _masters(batch.storable)
        )
        if count and amount != total and outcome_of(option_of(stage, at)) != WON
    ]
    if changes:
        update(product_writes(w, system("total of lines"), TOTAL), OPPORTUNITY, changes)
    return []


def _masters(rows: Iterable[Row]) -> set[int]:
    """The deals that the rows hung on and hang on."""
    return {i for row in rows for i in (row.old.get(MASTER), row.after(MASTER)) if i is not None}


def _deals(r: Reading, ids: set[int]) -> Mapping[int, _Deal]:
    if not ids:
        return {}
    fields = r.registry.object(OPPORTUNITY).fields
    paths = ("id", "stage", "exchange_rate", *(name for name in ("currency",) if name in fields))
    return {
        record_id: _Deal(outcome_of(option_of(fields["stage"], at)), rate, next(iter(currency), None))
        for record_id, at, rate, *currency in by_ids(product_reads(r, system("lines")), OPPORTUNITY, paths, ids)
    }


def _products(r: Reading, ids: set[Any]) -> Mapping[int, _Product]:
    wanted = {i for i in ids if i is not None}
    if not wanted or PRODUCT not in r.registry.objects:
        return {}
    found = by_ids(product_reads(r, system("lines")), PRODUCT, ("id", "name", "list_price", "active"), wanted)
    return {i: _Product(name or "", price, sold is not False) for i, name, price, sold in found}
