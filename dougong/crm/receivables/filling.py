"""What follows from what was named: account, currency and contract of documents, amounts and links of their lines.

All of it stands before the rules look at it. Whether the writer may see what they have named is decided behind this.
"""

from decimal import Decimal

from dougong.crm.catalogue.documents import CURRENCY
from dougong.crm.receivables.documents import (
    ACCOUNT,
    EFFECTIVE,
    IN_FORCE,
    LINES,
    ORDER_LINK,
    OURS,
    RECEIVABLE,
    RECEIVABLE_LINE,
    SOURCES,
    STATUS,
    link_of,
    rows_of,
)
from dougong.crm.receivables.fitting import Told, by_id, lines_owed, settlements_of
from dougong.kit.errors import Problem
from dougong.kit.money import rounded
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row
from dougong.records.work import MERGING

ZERO = Decimal(0)


def _is_open(row: Row, name: str) -> bool:
    """Whether the writer left the field to be filled in: what it has is a default."""
    return row.given.get(name) in (None, "")


def taken_over(batch: Batch, w: Writing) -> list[Problem]:
    """Give new documents what the order or the receipt that they name says already."""
    fields = batch.object.fields
    told_by = {
        ORDER_LINK: (ACCOUNT, "contract_id", CURRENCY),
        "contract_id": (ACCOUNT,),
        "receipt_id": (ACCOUNT, CURRENCY),
        "payment_plan_id": (ACCOUNT, CURRENCY, "due_date"),
    }
    for link, names in told_by.items():
        if link not in fields:
            continue
        rows = [row for row in batch.live if row.values.get(link) is not None and row.changes(link)]
        told = {one["id"]: one for one in rows_of(w, SOURCES[link], {row.values[link] for row in rows}, names)}
        for row in rows:
            said = told.get(row.values[link], {})
            for name in names:
                wanted = said.get(name) if name in fields else None
                if name == "due_date" and wanted is not None and wanted < (row.after("receivable_date") or wanted):
                    continue  # what was planned for a day that is over cannot be due before it is owed
                fresh = batch.act is Act.CREATE and _is_open(row, name)
                if wanted is not None and (fresh or row.after(name) is None):
                    row.values[name] = wanted
    return []


def lines_in_force(batch: Batch, w: Writing) -> list[Problem]:
    """Note whether lines are in force: as their document is."""
    if batch.derived or w.action in OURS:
        return []
    link = link_of(batch.object.name)
    status = by_id(w, LINES[batch.object.name], {row.after(link) for row in batch.live}, (STATUS,))
    for row in batch.live:
        document = status.get(row.after(link) or 0)
        row.values[IN_FORCE] = document is not None and document[STATUS] == EFFECTIVE
    return []


def billed(batch: Batch, w: Writing) -> list[Problem]:
    """Give lines of receivables their order, and what the order line says of product and amount."""
    if w.action in OURS or w.via == MERGING:
        return []
    link = link_of(RECEIVABLE_LINE)
    masters = by_id(w, RECEIVABLE, {row.after(link) for row in batch.live}, (ORDER_LINK,))
    names = (ORDER_LINK, "product_id", "amount", "billed_amount", "adjusted_amount")
    bought = by_id(w, "sales_order_line", {row.after("sales_order_line_id") for row in batch.live}, names)
    for row in batch.live:
        master, line = masters.get(row.after(link) or 0), bought.get(row.after("sales_order_line_id") or 0)
        if line is not None or master is not None:
            row.values[ORDER_LINK] = (line or master or {})[ORDER_LINK]
        _amount(row, line, batch.act is Act.CREATE)
    return []


def _amount(row: Row, line: Told | None, fresh: bool) -> None:
    """Fill in what the writer left open: product and amount."""
    if line is not None and fresh and row.values.get("product_id") is None:
        row.values["product_id"] = line["product_id"]
    quantity, price = row.after("quantity"), row.after("unit_price")
    repriced = not row.changes("amount") and (row.changes("quantity") or row.changes("unit_price"))
    if row.after("amount") is None or (not fresh and repriced):
        if quantity is not None and price is not None:
            row.values["amount"] = rounded(quantity * price)
        elif line is not None and row.after("amount") is None:
            left = (line["amount"] or ZERO) - (line["billed_amount"] or ZERO) - (line["adjusted_amount"] or ZERO)
            row.values["amount"] = left if left > 0 else None


def settled(batch: Batch, w: Writing) -> list[Problem]:
    """Give lines of receipts, refunds and adjustments the receivable and order of the line that they are about."""
    if w.action in OURS or w.via == MERGING:
        return []
    fields = batch.object.fields
    if "receipt_line_id" in fields:
        settlements = settlements_of(w, {row.after("receipt_line_id") for row in batch.live})
        for row in batch.live:
            found = settlements.get(row.after("receipt_line_id") or 0)
            row.values["receivable_line_id"] = None if found is None else found["receivable_line_id"]
    owed = lines_owed(w, {row.after("receivable_line_id") for row in batch.live})
    for row in batch.live:
        line = owed.get(row.after("receivable_line_id") or 0)
        for follows in ("receivable_id", ORDER_LINK):
            if follows in fields and line is not None:
                row.values[follows] = line[follows]
    return []
