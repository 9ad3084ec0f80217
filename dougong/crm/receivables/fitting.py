"""What hangs on what: a document and all that it names belong to one account and are in one currency.

Asked when something is named, of what the writer may see, and again when the document comes into force: what it names
may have changed meanwhile.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.documents import CURRENCY
from dougong.crm.receivables.documents import (
    ACCOUNT,
    DOCUMENTS,
    EFFECTIVE,
    IN_FORCE,
    LINES,
    ORDER_LINK,
    OURS,
    RECEIPT,
    RECEIPT_LINE,
    RECEIVABLE,
    RECEIVABLE_LINE,
    REFUND,
    REFUND_LINE,
    STATUS,
    link_of,
    rows_of,
)
from dougong.crm.trade.orders import CANCELLED as ORDER_CANCELLED
from dougong.crm.trade.orders import IN_FORCE as ORDER_IN_FORCE
from dougong.kit.errors import Problem
from dougong.kit.money import amount_text
from dougong.metadata.model import Label
from dougong.records.api import Reading, Writing
from dougong.records.hooks import Batch, Row
from dougong.records.work import MERGING

ZERO = Decimal(0)
NAMED = {
    ORDER_LINK: ("sales_order", ("account_id", "currency", "status")),
    "contract_id": ("contract", ("account_id", "status")),
    "payment_plan_id": ("payment_plan", ("account_id", "currency")),
    "receivable_id": (RECEIVABLE, ("account_id", "currency")),
    "receipt_id": (RECEIPT, ("account_id", "currency", "status", "receipt_date", "code")),
}
"""What documents name, and what of it they are asked about."""

Told = dict[str, Any]


def documents_fit(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents that name what belongs to another account or is in another currency, or is not in force."""
    if w.via == MERGING or w.action in OURS:
        return []
    coming = {row.id for row in batch.live if row.changes(STATUS) and row.after(STATUS) == EFFECTIVE}
    problems: list[Problem] = []
    for link, (target, names) in NAMED.items():
        if link not in batch.object.fields:
            continue
        watched = (link, ACCOUNT, CURRENCY)
        rows = [row for row in batch.live if row.id in coming or any(row.changes(name) for name in watched)]
        found = {one["id"]: one for one in rows_of(w, target, {row.after(link) for row in rows}, names)}
        for row in rows:
            one = found.get(row.after(link) or 0)
            if one is not None:
                problems += _fits(batch, row, link, one, w.registry.object(target).label, row.id in coming)
    if coming:
        problems += _lines_fit(batch, w, [row for row in batch.live if row.id in coming])
    return problems


def _fits(batch: Batch, row: Row, link: str, one: Told, label: Label, comes: bool) -> list[Problem]:
    params = {"named_zh": label.zh, "named_en": label.en}
    if one[ACCOUNT] != row.after(ACCOUNT):
        return [Problem("receivables.other_account", link, row.number, params)]
    if CURRENCY in one and one[CURRENCY] != row.after(CURRENCY):
        return [Problem("receivables.other_currency", link, row.number, params)]
    if link == ORDER_LINK and comes and batch.object.name == RECEIVABLE and one[STATUS] not in ORDER_IN_FORCE:
        return [Problem("receivables.not_in_force", link, row.number, params)]
    if link == "contract_id" and comes and batch.object.name == RECEIVABLE and one[STATUS] == ORDER_CANCELLED:
        return [Problem("receivables.not_in_force", link, row.number, params)]
    if link == "receipt_id":
        if comes and one[STATUS] != EFFECTIVE:
            return [Problem("receivables.not_in_force", link, row.number, params)]
        day = row.after("refund_date")
        if day is not None and one["receipt_date"] is not None and day < one["receipt_date"]:
            return [_early("refund_date", row, one["receipt_date"])]
    return []


def _early(field: str | None, row: Row, day: date) -> Problem:
    return Problem("receivables.before_receipt", field, row.number, {"day": day.isoformat()})


def _lines_fit(batch: Batch, w: Writing, rows: list[Row]) -> list[Problem]:
    """Problems of documents that come into force with lines that do not fit any more."""
    of = {row.id: row for row in rows}
    if DOCUMENTS[batch.object.name].line is None:
        return []
    problems = _bills_fit(w, of) if batch.object.name == RECEIVABLE else _settlings_fit(batch.object.name, w, of)
    # One sentence is enough for each way in which lines do not fit.
    return list({(p.code, p.field, p.row): p for p in problems}.values())


def _bills_fit(w: Writing, of: Mapping[int, Row]) -> list[Problem]:
    link = link_of(RECEIVABLE_LINE)
    lines = rows_of(w, RECEIVABLE_LINE, of, (link, ORDER_LINK), link)
    orders = by_id(w, "sales_order", {line[ORDER_LINK] for line in lines}, NAMED[ORDER_LINK][1])
    problems: list[Problem] = []
    for line in lines:
        row = of[line[link]]
        problems += _bill_fits(row, row.merged(), line, orders.get(line[ORDER_LINK] or 0), None, True)
    return problems


def _settlings_fit(document: str, w: Writing, of: Mapping[int, Row]) -> list[Problem]:
    kind = DOCUMENTS[document]
    own = {RECEIPT_LINE: ("settled_on",), REFUND_LINE: ("receipt_line_id",)}.get(str(kind.line), ())
    lines = rows_of(w, str(kind.line), of, (kind.link, "amount", "receivable_line_id", *own), kind.link)
    owed = lines_owed(w, {line["receivable_line_id"] for line in lines})
    settlements = settlements_of(w, {line.get("receipt_line_id") for line in lines})
    problems: list[Problem] = []
    for line in lines:
        row, settlement = of[line[kind.link]], settlements.get(line.get("receipt_line_id") or 0)
        found = owed.get(line["receivable_line_id"])
        problems += _settling_fits(row, row.merged(), line, found, settlement, None, True)
    for row in of.values() if document == REFUND else ():
        over = sum((line["amount"] for line in lines if line[kind.link] == row.id), ZERO) - row.after("amount")
        if over > 0:
            params = {"over": amount_text(over, w.actor.language)}
            problems.append(Problem("refund.lines_over_amount", "amount", row.number, params))
    return problems


def by_id(r: Reading, name: str, ids: Iterable[Any], names: Iterable[str]) -> dict[int, Told]:
    """Records by their ids, as `rows_of` reads them."""
    return {row["id"]: row for row in rows_of(r, name, ids, tuple(names))}


def lines_owed(r: Reading, ids: Iterable[Any]) -> Mapping[int, Told]:
    """Lines of receivables with the account and currency that they are owed in."""
    names = ("receivable_id", "receivable.account_id", "receivable.currency", ORDER_LINK, IN_FORCE, "code")
    return by_id(r, RECEIVABLE_LINE, ids, names)


def settlements_of(r: Reading, ids: Iterable[Any]) -> Mapping[int, Told]:
    """Lines of receipts with what they settle."""
    return by_id(r, RECEIPT_LINE, ids, ("receipt_id", "receivable_line_id", IN_FORCE))


def bills_fit(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of lines of receivables that bill an order of another account, currency or receivable."""
    if batch.derived or w.action in OURS or w.via == MERGING:
        return []
    link = link_of(RECEIVABLE_LINE)
    masters = by_id(w, RECEIVABLE, {row.after(link) for row in batch.live}, (ACCOUNT, CURRENCY, ORDER_LINK))
    orders = by_id(w, "sales_order", {row.after(ORDER_LINK) for row in batch.live}, NAMED[ORDER_LINK][1])
    problems = []
    for row in batch.live:
        field = "sales_order_line_id" if row.after("sales_order_line_id") is not None else None
        master, order = masters.get(row.after(link) or 0), orders.get(row.after(ORDER_LINK) or 0)
        if master is not None:
            problems += _bill_fits(row, master, row.merged(), order, field, False)
    return problems


def _bill_fits(
    row: Row, master: Mapping[str, Any], line: Mapping[str, Any], order: Told | None, field: str | None, comes: bool
) -> list[Problem]:
    if order is None:
        return []
    params = {"named_zh": "订单", "named_en": "The order"}
    if order[ACCOUNT] != master[ACCOUNT]:
        return [Problem("receivables.other_account", field, row.number, params)]
    if order[CURRENCY] != master[CURRENCY]:
        return [Problem("receivables.other_currency", field, row.number, params)]
    if master[ORDER_LINK] is not None and line[ORDER_LINK] != master[ORDER_LINK]:
        return [Problem("receivables.other_order", field, row.number)]
    if comes and order[STATUS] not in ORDER_IN_FORCE:
        return [Problem("receivables.not_in_force", field, row.number, params)]
    return []


def settlings_fit(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of lines of receipts, refunds and adjustments that are about another account or currency, about nothing
    in force, or before the receipt."""
    if batch.derived or w.action in OURS or w.via == MERGING:
        return []
    name = batch.object.name
    of, link = LINES[name], link_of(name)
    own = {RECEIPT: ("receipt_date",), REFUND: ("receipt_id",)}.get(of, ())
    masters = by_id(w, of, {row.after(link) for row in batch.live}, (ACCOUNT, CURRENCY, STATUS, *own))
    owed = lines_owed(w, {row.after("receivable_line_id") for row in batch.live})
    settlements = settlements_of(w, {row.after("receipt_line_id") for row in batch.live})
    field = "receipt_line_id" if name == REFUND_LINE else "receivable_line_id"
    problems = []
    for row in batch.live:
        master, line = masters.get(row.after(link) or 0), owed.get(row.after("receivable_line_id") or 0)
        settlement = settlements.get(row.after("receipt_line_id") or 0)
        if master is not None:
            in_force = master[STATUS] == EFFECTIVE
            problems += _settling_fits(row, master, row.merged(), line, settlement, field, in_force)
    return problems


def _settling_fits(
    row: Row,
    master: Mapping[str, Any],
    line: Mapping[str, Any],
    owed: Told | None,
    settlement: Told | None,
    field: str | None,
    in_force: bool,
) -> list[Problem]:
    if owed is None:
        return []
    params = {"named_zh": "应收单明细", "named_en": "The line of the receivable"}
    if owed["receivable.account_id"] != master[ACCOUNT]:
        return [Problem("receivables.other_account", field, row.number, params)]
    if owed["receivable.currency"] != master[CURRENCY]:
        return [Problem("receivables.other_currency", field, row.number, params)]
    if in_force and not owed[IN_FORCE]:
        return [Problem("receivables.not_in_force", field, row.number, params)]
    if settlement is not None and settlement["receipt_id"] != master["receipt_id"]:
        return [Problem("refund.other_receipt", field, row.number)]
    if settlement is not None and in_force and not settlement[IN_FORCE]:
        params = {"named_zh": "收款单明细", "named_en": "The line of the receipt"}
        return [Problem("receivables.not_in_force", field, row.number, params)]
    since, day = master.get("receipt_date"), line.get("settled_on")
    if since is not None and day is not None and day < since:
        return [_early("settled_on" if field is not None else None, row, since)]
    return []
