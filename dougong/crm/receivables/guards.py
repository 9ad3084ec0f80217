"""What receivables hold: the orders and contracts that they bill, and each other (domain.md 4.1 to 4.3)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from dougong.crm.reading import each, product_reads
from dougong.crm.receivables.documents import (
    ADJUSTMENT_LINE,
    DRAFT,
    EFFECTIVE,
    IN_FORCE,
    KEEPER,
    ORDER_LINK,
    OURS,
    RECEIPT_LINE,
    RECEIVABLE,
    RECEIVABLE_LINE,
    STATUS,
    rows_of,
    told,
)
from dougong.crm.trade.orders import CANCELLED
from dougong.crm.trade.orders import DRAFT as ORDER_DRAFT
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.money import amount_text, decimal_text, rounded
from dougong.records.api import Reading, Writing
from dougong.records.hooks import Act, Batch

ORDER, CONTRACT, PLAN = "sales_order", "contract", "payment_plan"
HUNDRED, ZERO = Decimal(100), Decimal(0)


def still_needed(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of receivables that leave force with something settled or adjusted on them: that goes first."""
    if w.action in OURS:
        return []
    leaving = {row.id: row for row in batch.live if row.old.get(STATUS) == EFFECTIVE and row.changes(STATUS)}
    problems = []
    for name, code in ((RECEIPT_LINE, "receivables.is_settled_first"), (ADJUSTMENT_LINE, "receivables.is_adjusted")):
        found = _in_force(w, name, "receivable_id", set(leaving))
        problems += [Problem(code, STATUS, leaving[i].number, told(batch, EFFECTIVE, DRAFT)) for i in sorted(found)]
    return problems


def not_refunded(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of receipts that leave force once something of them has been refunded."""
    return [
        Problem("receipt.is_refunded", STATUS, row.number, {"document": row.old["code"]})
        for row in batch.live
        if row.old.get(STATUS) == EFFECTIVE and row.changes(STATUS) and row.old.get("refunded_amount")
    ]


def _in_force(r: Reading, name: str, link: str, ids: set[int]) -> set[int]:
    """Which of `ids` lines in force of an object are about."""
    found = rows_of(r, name, ids, (link, IN_FORCE), link)
    return {row[link] for row in found if row[IN_FORCE]}


def orders_stay(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of orders that leave force while receivables bill them."""
    leaving = {
        row.id: row for row in batch.live if row.changes(STATUS) and row.after(STATUS) in {ORDER_DRAFT, CANCELLED}
    }
    found = _in_force(w, RECEIVABLE_LINE, ORDER_LINK, set(leaving))
    return [Problem("order.is_billed", STATUS, leaving[i].number) for i in sorted(found)]


def contracts_stay(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of contracts that are cancelled while receivables bill them, or shrink below what was paid."""
    leaving = {row.id: row for row in batch.live if row.changes(STATUS) and row.after(STATUS) == CANCELLED}
    billed = rows_of(w, RECEIVABLE, set(leaving), ("contract_id", STATUS), "contract_id")
    held = {row["contract_id"] for row in billed if row[STATUS] == EFFECTIVE}
    problems = [Problem("contract.is_billed", STATUS, leaving[i].number) for i in sorted(held)]
    for row in batch.live:
        paid = row.old.get("paid_amount") or ZERO
        if row.changes("amount") and (row.after("amount") or ZERO) < paid:
            params = {"paid": amount_text(paid, w.actor.language)}
            problems.append(Problem("contract.below_paid", "amount", row.number, params))
    return problems


def shares(batch: Batch, w: Writing) -> list[Problem]:
    """Work out the amount of a plan from its share of the order or contract, or the share from the amount."""
    orders = _totals(w, ORDER, {row.after(ORDER_LINK) for row in batch.live})
    contracts = _totals(w, CONTRACT, {row.after("contract_id") for row in batch.live})
    for row in batch.live:
        total = orders.get(row.after(ORDER_LINK)) if row.after(ORDER_LINK) else contracts.get(row.after("contract_id"))
        share, amount = row.after("percentage"), row.after("amount")
        if not total:
            continue
        reckoned = row.changes("percentage") and not row.changes("amount")
        if share is not None and (amount is None or (reckoned and batch.act is Act.UPDATE)):
            row.values["amount"] = rounded(total * share / HUNDRED)
        elif amount is not None and (share is None or (row.changes("amount") and not row.changes("percentage"))):
            row.values["percentage"] = rounded(amount * HUNDRED / total, 4)
    return []


def _totals(r: Reading, name: str, ids: set[Any]) -> dict[Any, Decimal]:
    return {row["id"]: row["amount"] or ZERO for row in rows_of(r, name, ids, ("amount",))}


def no_more_than_all(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of plans that share out more than the whole of an order, or of a contract beside its orders."""
    ours = {row.id for row in batch.rows if row.id}
    together: defaultdict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    counted: set[tuple[str, int]] = set()
    problems = []
    for row in batch.live:
        link = ORDER_LINK if row.after(ORDER_LINK) else "contract_id"
        whole = (link, row.after(link))
        if whole[1] is None:
            continue
        if whole not in counted:
            counted.add(whole)
            together[whole] = sum((share for i, share in _shared(w, *whole) if i not in ours), ZERO)
        together[whole] += row.after("percentage") or ZERO
        if together[whole] > HUNDRED:
            params = {"over": decimal_text((together[whole] - HUNDRED).normalize())}
            problems.append(Problem("payment_plan.over_whole", "percentage", row.number, params))
    return problems


def _shared(r: Reading, link: str, record_id: int) -> list[tuple[int, Decimal]]:
    where: Condition = Compare(Path((link,)), Operator.EQ, (record_id,))
    if link != ORDER_LINK:
        where = all_of(where, Compare(Path((ORDER_LINK,)), Operator.IS_NULL, ()))
    return [(row[0], row[1] or ZERO) for row in each(product_reads(r, KEEPER), PLAN, ("id", "percentage"), where)]
