"""What is owed, settled and left over: kept on what was stored, and refused where it would be more than there is.

A batch has been stored and its roll-ups made anew when this looks; the account is held, so that nobody else settles
anything in it meanwhile. Whatever somebody did (wrote a line, took a document out of force, took a line out of the
recycle bin), the same sums have to hold afterwards (domain.md 4.9), or the batch leaves nothing behind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.currencies import RATE
from dougong.crm.reading import product_writes
from dougong.crm.receivables.documents import (
    ADJUSTMENT_LINE,
    EFFECTIVE,
    IN_FORCE,
    KEEP,
    KEEPER,
    LINES,
    ORDER_LINK,
    RECEIPT,
    RECEIPT_LINE,
    RECEIVABLE,
    RECEIVABLE_LINE,
    REFUND_LINE,
    STATUS,
    rows_of,
)
from dougong.kit.errors import Problem
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import amount_text, rounded
from dougong.records.api import Change, Writing, update
from dougong.records.hooks import Act, Batch

ZERO = Decimal(0)
SUMS = ("amount", "adjusted_amount", "applied_amount", "refunded_amount")

Numbers = dict[int, int]
"""By the id of a record the row of the batch that touched it."""


def kept(batch: Batch, w: Writing) -> list[Problem]:
    """Keep what follows from the rows of a batch; problems of those that settle, refund or bill more than there is."""
    if w.action == KEEP:
        return []
    touched = _touched(batch, w)
    problems = [
        *_owed(touched, w),
        *_received(touched, w),
        *_refunded(touched, w),
        *_ordered("sales_order_line", touched.bought, touched, w),
        *_ordered("sales_order", touched.orders, touched, w),
    ]
    if not problems:
        keep_receivables(w, touched.receivables)
        keep_receipts(w, touched.receipts)
    return problems


@dataclass(frozen=True)
class _Touched:
    """What the rows of a batch are about, by object, each with the number of its row."""

    object: str
    lines: Numbers = field(default_factory=dict)
    """Of receivables."""
    receivables: Numbers = field(default_factory=dict)
    receipts: Numbers = field(default_factory=dict)
    settlements: Numbers = field(default_factory=dict)
    """Lines of receipts."""
    bought: Numbers = field(default_factory=dict)
    """Lines of orders."""
    orders: Numbers = field(default_factory=dict)

    def problem(self, code: str, number: int, over: Decimal, w: Writing, params: Mapping[str, str]) -> Problem:
        """That the row goes beyond something, by how much."""
        told = {**params, "over": amount_text(over, w.actor.language)}
        return Problem(code, "amount" if self.object in LINES else None, number, told)


def _touched(batch: Batch, w: Writing) -> _Touched:
    touched = _Touched(batch.object.name)
    linked = {
        "receivable_line_id": touched.lines,
        "receivable_id": touched.receivables,
        "receipt_id": touched.receipts,
        "receipt_line_id": touched.settlements,
        "sales_order_line_id": touched.bought,
    }
    if touched.object == RECEIVABLE_LINE:
        linked[ORDER_LINK] = touched.orders
    own = {f"{name}_id": found for name, found in (("receivable", touched.receivables), ("receipt", touched.receipts))}
    own |= {"receivable_line_id": touched.lines, "receipt_line_id": touched.settlements}
    itself = own.get(f"{touched.object}_id", {}) if batch.act is not Act.DELETE else {}
    for row in batch.storable:
        itself.setdefault(row.id, row.number)
        for link, found in linked.items():
            for record_id in (row.old.get(link), row.after(link)):
                if record_id is not None:
                    found.setdefault(record_id, row.number)
    if touched.object == ADJUSTMENT_LINE:
        through = {"sales_order_line_id": touched.bought, ORDER_LINK: touched.orders}
        _through(w, RECEIVABLE_LINE, touched.lines, through)
    if touched.object == REFUND_LINE:
        _through(w, RECEIPT_LINE, touched.settlements, {"receipt_id": touched.receipts})
    return touched


def _through(w: Writing, name: str, ids: Numbers, links: Mapping[str, Numbers]) -> None:
    """Add what rows are about through the records that they name."""
    for one in rows_of(w, name, ids, tuple(links)):
        for link, found in links.items():
            if one[link] is not None:
                found.setdefault(one[link], ids[one["id"]])


OWED: Mapping[str, str] = {
    ADJUSTMENT_LINE: "receivables.below_settled",
    REFUND_LINE: "receivables.settled_again",
    RECEIVABLE_LINE: "receivables.is_settled",
}
"""What it means, by what was written, that a line is owed less than nothing."""


def _owed(touched: _Touched, w: Writing) -> Iterable[Problem]:
    for line in rows_of(w, RECEIVABLE_LINE, touched.lines, (*SUMS, IN_FORCE, "code", "receivable.code")):
        amount, adjusted, applied, refunded = (line[name] or ZERO for name in SUMS)
        balance = (amount + adjusted if line[IN_FORCE] else ZERO) - applied + refunded
        # An adjustment that takes more than there is leaves nothing to be owed, whether something is settled or not.
        if balance < 0:
            code = OWED.get(touched.object, "receivables.over_balance")
            names = {"line": line["code"], "document": line["receivable.code"]}
            yield touched.problem(code, touched.lines[line["id"]], -balance, w, names)


def _received(touched: _Touched, w: Writing) -> Iterable[Problem]:
    names = ("code", STATUS, "amount", "applied_amount", "refunded_amount", "refunded_settled")
    for receipt in rows_of(w, RECEIPT, touched.receipts, names):
        left = _left(receipt)
        if left < 0:
            code = "receipt.is_refunded" if receipt[STATUS] != EFFECTIVE else "receipt.over_amount"
            yield touched.problem(code, touched.receipts[receipt["id"]], -left, w, {"document": receipt["code"]})


def _left(receipt: Mapping[str, Any]) -> Decimal:
    """What a receipt has that is neither settled nor paid back."""
    amount = receipt["amount"] if receipt[STATUS] == EFFECTIVE else None
    return (
        (amount or ZERO)
        - (receipt["applied_amount"] or ZERO)
        - (receipt["refunded_amount"] or ZERO)
        + (receipt["refunded_settled"] or ZERO)
    )


def _refunded(touched: _Touched, w: Writing) -> Iterable[Problem]:
    for line in rows_of(w, RECEIPT_LINE, touched.settlements, ("code", "amount", "refunded_amount", IN_FORCE)):
        over = (line["refunded_amount"] or ZERO) - (line["amount"] if line[IN_FORCE] else ZERO)
        if over > 0:
            yield touched.problem(
                "refund.over_settled", touched.settlements[line["id"]], over, w, {"line": line["code"]}
            )


def _ordered(name: str, ids: Numbers, touched: _Touched, w: Writing) -> Iterable[Problem]:
    for one in rows_of(w, name, ids, ("code", "amount", "billed_amount", "adjusted_amount")):
        over = (one["billed_amount"] or ZERO) + (one["adjusted_amount"] or ZERO) - (one["amount"] or ZERO)
        if over > 0 and (one["billed_amount"] or one["adjusted_amount"]):
            yield touched.problem("receivables.over_billed", ids[one["id"]], over, w, {"document": one["code"]})


def keep_receivables(w: Writing, ids: Iterable[int]) -> None:
    """Store how far receivables and their lines are settled, and what they come to in the company's currency."""
    wanted = set(ids)
    names = (*SUMS, STATUS, RATE, "settlement", "billed_converted", "paid_converted", "balance_converted")
    heads = [(row, _receivable(row)) for row in rows_of(w, RECEIVABLE, wanted, names)]
    lines = [
        (row, {"settlement": _settlement(row, bool(row[IN_FORCE]))})
        for row in rows_of(w, RECEIVABLE_LINE, wanted, (*SUMS, IN_FORCE, "settlement"), "receivable_id")
    ]
    _store(w, RECEIVABLE, heads)
    _store(w, RECEIVABLE_LINE, lines)


def _receivable(row: Mapping[str, Any]) -> dict[str, Any]:
    amount, adjusted, applied, refunded = (row[name] or ZERO for name in SUMS)
    settlement = _settlement(row, row[STATUS] == EFFECTIVE)
    if settlement is None:
        return dict.fromkeys(("settlement", "billed_converted", "paid_converted", "balance_converted"))
    rate = row[RATE] or Decimal(1)
    due, paid = amount + adjusted, applied - refunded
    # Of one sum, not of its parts: what is settled to the last cent is owed nothing in the company's currency either.
    return {
        "settlement": settlement,
        "billed_converted": rounded(due * rate),
        "paid_converted": rounded(due * rate) - rounded((due - paid) * rate),
        "balance_converted": rounded((due - paid) * rate),
    }


def _settlement(row: Mapping[str, Any], in_force: bool) -> str | None:
    if not in_force:
        return None
    amount, adjusted, applied, refunded = (row[name] or ZERO for name in SUMS)
    paid = applied - refunded
    if amount + adjusted - paid <= 0:
        return "settled"
    return "partial" if paid > 0 else "open"


def keep_receipts(w: Writing, ids: Iterable[int]) -> None:
    """Store what receipts have left in the company's currency."""
    names = (STATUS, RATE, "amount", "applied_amount", "refunded_amount", "refunded_settled", "unapplied_converted")
    _store(
        w,
        RECEIPT,
        [
            (
                row,
                {
                    "unapplied_converted": rounded(_left(row) * (row[RATE] or Decimal(1)))
                    if row[STATUS] == EFFECTIVE
                    else None
                },
            )
            for row in rows_of(w, RECEIPT, set(ids), names)
        ],
    )


def _store(w: Writing, name: str, rows: Iterable[tuple[Mapping[str, Any], dict[str, Any]]]) -> None:
    changes = [
        Change(row["id"], values)
        for row, values in rows
        if any(row[kept_field] != value for kept_field, value in values.items())
    ]
    writer = product_writes(w, KEEPER, KEEP)
    for start in range(0, len(changes), BATCH_MAX):
        update(writer, name, changes[start : start + BATCH_MAX])
