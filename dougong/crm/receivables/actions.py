"""What people do with the documents: put in force, take out of force, cancel, settle, and bill an order or a plan."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.access.principal import Action as Right
from dougong.crm.catalogue.documents import CURRENCY
from dougong.crm.reading import each
from dougong.crm.receivables.documents import (
    ACCOUNT,
    ADJUSTMENT,
    CANCELLED,
    DRAFT,
    EFFECTIVE,
    INVOICE,
    ORDER_LINK,
    RECEIPT,
    RECEIPT_LINE,
    RECEIVABLE,
    RECEIVABLE_LINE,
    REFUND,
    STATUS,
    hold_accounts,
    rows_of,
)
from dougong.crm.trade.orders import IN_FORCE, ORDER
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import today
from dougong.kit.errors import BadRequest, Conflict
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.model import Label
from dougong.records.api import Change, Seen, Writing, create, get, update
from dougong.records.hooks import Action

PLAN = "payment_plan"
OPEN = ("open", "partial")
ZERO = Decimal(0)
Params = Mapping[str, Any]
Run = Callable[[Writing, Sequence[int], Params], Mapping[str, Any]]


def _to(name: str, status: str) -> Run:
    def run(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
        for given in params:
            if given != "cancel_reason" or status != CANCELLED:
                raise BadRequest("record.unknown_field", field=given, name=given, object=name, nearest="")
        update(w, name, [Change(record_id, {**params, STATUS: status}) for record_id in ids])
        return {}

    return run


def _at(*statuses: str) -> Callable[[Seen], bool]:
    return lambda seen: seen.can[Right.UPDATE] and seen.values.get(STATUS) in statuses


def _settle(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """Settle what receipts have left against the open lines of their accounts, what is due first before the others.

    Raises Conflict where nothing is open that the writer may see.
    """
    hold_accounts(w, {row[ACCOUNT] for row in rows_of(w, RECEIPT, ids, (ACCOUNT,))})
    settled = ZERO
    for record_id in ids:
        receipt = get(w, RECEIPT, record_id, (ACCOUNT, CURRENCY, "unapplied_amount", "receipt_date"))
        day = max(today(w.actor.timezone), receipt["receipt_date"])
        rows = [
            {"receipt_id": record_id, "receivable_line_id": line, "amount": amount, "settled_on": day}
            for line, amount in _shared_out(w, receipt)
        ]
        for start in range(0, len(rows), BATCH_MAX):
            create(w, RECEIPT_LINE, rows[start : start + BATCH_MAX])
        settled += sum((row["amount"] for row in rows), ZERO)
    if not settled:
        raise Conflict("receipt.nothing_open")
    return {}


def _shared_out(w: Writing, receipt: Params) -> list[tuple[int, Decimal]]:
    """The open lines that the receipt reaches, each with what it gets of it."""
    where = all_of(
        Compare(Path(("receivable", ACCOUNT)), Operator.EQ, (receipt[ACCOUNT],)),
        Compare(Path(("receivable", CURRENCY)), Operator.EQ, (receipt[CURRENCY],)),
        Compare(Path(("settlement",)), Operator.IN, OPEN),
    )
    paths = ("id", "balance", "receivable.due_date", "receivable.receivable_date")
    lines = sorted(
        each(w, RECEIVABLE_LINE, paths, where), key=lambda line: (line[2] or date.max, line[3] or date.max, line[0])
    )
    left, found = receipt["unapplied_amount"] or ZERO, []
    for record_id, balance, _due, _day in lines:
        amount = min(left, balance)
        if amount > 0:
            found.append((record_id, amount))
            left -= amount
    return found


def _bill_order(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """A receivable, not in force yet, of what an order has not been billed for. Raises Conflict if that is nothing."""
    where = Compare(Path((ORDER_LINK,)), Operator.EQ, (ids[0],))
    names = ("id", "product_id", "quantity", "unit_price", "unbilled_amount", "amount")
    lines = []
    for line, product, quantity, price, left, amount in each(w, "sales_order_line", names, where):
        if left is not None and left > 0:
            values = {"sales_order_line_id": line, "product_id": product, "amount": left}
            lines.append(values | ({"quantity": quantity, "unit_price": price} if left == amount else {}))
    if not lines:
        raise Conflict("order.nothing_to_bill")
    head = get(w, ORDER, ids[0], (ACCOUNT,))
    return _made(w, {ACCOUNT: head[ACCOUNT], ORDER_LINK: ids[0]}, lines)


def _bill_plan(w: Writing, ids: Sequence[int], params: Params) -> Mapping[str, Any]:
    """A receivable, not in force yet, of what a plan has not been billed for. Raises Conflict if that is nothing."""
    names = (ACCOUNT, ORDER_LINK, "contract_id", "due_date", CURRENCY, "amount", "billed_amount", "adjusted_amount")
    plan = get(w, PLAN, ids[0], names)
    left = (plan["amount"] or ZERO) - (plan["billed_amount"] or ZERO) - (plan["adjusted_amount"] or ZERO)
    if left <= 0:
        raise Conflict("order.nothing_to_bill")
    taken = (ACCOUNT, ORDER_LINK, "contract_id", CURRENCY)
    head = {name: plan[name] for name in taken if plan[name] is not None}
    # What was planned for a day that is over is due at once.
    head["due_date"] = max(plan["due_date"], today(w.actor.timezone))
    return _made(w, {**head, "payment_plan_id": ids[0]}, [{"amount": left}])


def _made(w: Writing, head: Params, lines: list[dict[str, Any]]) -> Mapping[str, Any]:
    made = int(create(w, RECEIVABLE, [head]).ids[0] or 0)
    for start in range(0, len(lines), BATCH_MAX):
        rows = [{**line, "receivable_id": made} for line in lines[start : start + BATCH_MAX]]
        create(w, RECEIVABLE_LINE, rows)
    return {"made": {"object": RECEIVABLE, "id": str(made)}}


def _has_left(seen: Seen) -> bool:
    return seen.values.get(STATUS) == EFFECTIVE and (seen.values.get("unapplied_amount") or ZERO) > 0


def _has_unbilled(seen: Seen) -> bool:
    return seen.values.get(STATUS) in IN_FORCE and (seen.values.get("unbilled_amount") or ZERO) > 0


def _plan_left(seen: Seen) -> bool:
    values = seen.values
    billed = (values.get("billed_amount") or ZERO) + (values.get("adjusted_amount") or ZERO)
    return (values.get("amount") or ZERO) > billed


def _life(name: str, leaving: Label, *, cancelling: bool = False) -> tuple[Action, ...]:
    """The actions that bring documents of an object into force and out of it."""
    needs = ((name, Right.UPDATE),)
    found = [
        Action(
            name,
            "activate",
            Label("生效", "Put in force"),
            _to(name, EFFECTIVE),
            _at(DRAFT),
            needs=needs,
            bulk=True,
            primary=True,
            icon="check",
        ),
        Action(
            name,
            "deactivate",
            Label("取消生效", "Take out of force"),
            _to(name, DRAFT),
            _at(EFFECTIVE),
            confirm=leaving,
            needs=needs,
            icon="undo",
        ),
    ]
    if cancelling:
        found.append(
            Action(
                name,
                "cancel",
                Label("作废", "Cancel"),
                _to(name, CANCELLED),
                _at(DRAFT, EFFECTIVE),
                needs=needs,
                bulk=True,
                asks=("cancel_reason",),
                needed=frozenset({"cancel_reason"}),
                icon="stop",
            )
        )
    return tuple(found)


BILLING = ((RECEIVABLE, Right.CREATE), (RECEIVABLE_LINE, Right.CREATE))

ACTIONS = (
    Action(
        RECEIPT,
        "settle",
        Label("核销", "Settle"),
        _settle,
        _has_left,
        needs=((RECEIPT_LINE, Right.CREATE), (RECEIVABLE_LINE, Right.READ)),
        bulk=True,
        primary=True,
        icon="check",
    ),
    *_life(
        RECEIVABLE,
        Label("应收单回到未生效，不再计入应收；可以修改后再生效。", "It is owed no more, and can be changed."),
        cancelling=True,
    ),
    *_life(
        RECEIPT,
        Label(
            "收款单回到未生效，它的核销全部撤回，应收余额恢复；再次生效时重新核销。",
            "All that it has settled is owed again, until it is put in force again.",
        ),
    ),
    *_life(REFUND, Label("退款单回到未生效，退款不再计入。", "The refund counts no more.")),
    *_life(ADJUSTMENT, Label("变更单回到未生效，应收余额恢复。", "What it has adjusted is owed as before.")),
    *_life(INVOICE, Label("发票回到未生效，不再计入开票金额。", "It counts no more."), cancelling=True),
    Action(
        ORDER,
        "make_receivable",
        Label("生成应收单", "Make a receivable"),
        _bill_order,
        _has_unbilled,
        needs=BILLING,
        icon="file",
    ),
    Action(
        PLAN,
        "make_receivable",
        Label("生成应收单", "Make a receivable"),
        _bill_plan,
        _plan_left,
        needs=BILLING,
        primary=True,
        icon="file",
    ),
)
