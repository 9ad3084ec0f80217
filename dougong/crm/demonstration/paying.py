"""What the customers of the demonstration company owe and paid: a receivable of each order, and money for most."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from dougong.access.principal import Principal
from dougong.crm.demonstration.trading import Sold
from dougong.kit.money import rounded
from dougong.metadata.registry import Registry
from dougong.records.api import Change, act, create, get, update, writing
from dougong.storage.unit_of_work import Transaction

FINANCE = "hejing"
BILLED_AFTER, DUE_AFTER, PAID_AFTER = timedelta(days=7), timedelta(days=67), timedelta(days=50)
PARTS = (Decimal("0.4"), Decimal(0), Decimal(1))
"""How much of an order that is still open was paid, in turn."""


def load_payments(
    tx: Transaction, registry: Registry, people: Mapping[str, Principal], sold: list[Sold], today: date
) -> None:
    """Finance bills what was sold, and enters and settles what came in."""
    w = writing(tx, registry, people[FINANCE], "ui")
    for place, one in enumerate(sold):
        day = min(one.day + BILLED_AFTER, today)
        made = int(act(w, "sales_order", one.order, "make_receivable", {})["made"]["id"])
        dates = {"receivable_date": day, "due_date": one.day + DUE_AFTER}
        update(w, "receivable", [Change(made, dates)])
        act(w, "receivable", made, "activate", {})
        part = Decimal(1) if one.closed else PARTS[place % len(PARTS)]
        owed = get(w, "receivable", made, ("account_id", "balance"))
        if part:
            amount = rounded(owed["balance"] * part)
            values = {"account_id": owed["account_id"], "sales_order_id": one.order, "amount": amount}
            values |= {"receipt_date": min(one.day + PAID_AFTER, today), "payment_method": "transfer"}
            receipt = int(create(w, "receipt", [values]).ids[0] or 0)
            act(w, "receipt", receipt, "activate", {})
            act(w, "receipt", receipt, "settle", {})
