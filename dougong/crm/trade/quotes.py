"""Quotes belong to a deal: they have its account, and one of them is its main quote (domain.md 2.9)."""

from collections.abc import Iterable, Mapping
from typing import Any

from dougong.access.principal import system
from dougong.crm.reading import by_ids, each, product_reads, product_writes
from dougong.crm.stages.rules import WON, option_of, outcome_of
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.records.api import Change, Reading, Writing, update
from dougong.records.hooks import Act, Batch, Row

QUOTE, DEAL, MAIN = "quote", "opportunity_id", "main"
KEEPER = system("quotes")
FOLLOW = "follow the deal"
"""The action by which the product gives quotes what their deal says."""
TAKEN_OVER = ("currency", "price_book_id")
"""What a new quote has from its deal unless it is said."""


def from_deal(batch: Batch, w: Writing) -> list[Problem]:
    """Give quotes the account of their deal, and new ones its currency and price book."""
    rows = [row for row in batch.live if row.after(DEAL) is not None and (batch.act is Act.CREATE or row.changes(DEAL))]
    deals = _deals(w, {row.after(DEAL) for row in rows})
    for row in rows:
        deal = deals.get(row.after(DEAL), {})
        row.values["account_id"] = deal.get("account_id")
        if batch.act is Act.CREATE:
            row.values |= {
                name: deal[name] for name in TAKEN_OVER if _is_open(row, name) and deal.get(name) is not None
            }
    return []


def _is_open(row: Row, name: str) -> bool:
    """Whether the writer left the field to be filled in: what it has is a default."""
    return row.given.get(name) in (None, "")


def _deals(r: Reading, ids: set[int]) -> Mapping[int, Mapping[str, Any]]:
    if not ids:
        return {}
    fields = r.registry.object("opportunity").fields
    names = ("id", *(name for name in ("account_id", *TAKEN_OVER) if name in fields))
    return {
        row[0]: dict(zip(names, row, strict=True))
        for row in by_ids(product_reads(r, KEEPER), "opportunity", names, ids)
    }


def main_quote(batch: Batch, w: Writing) -> list[Problem]:
    """The first quote of a deal is its main one; one that comes from another deal is not beside it.

    Two who make the first quote of a deal at once come one after the other.
    """
    if w.action == FOLLOW:
        return []
    rows = [row for row in batch.live if batch.act is Act.CREATE or row.changes(DEAL)]
    led = _led(w, {row.after(DEAL) for row in rows} - {None}, {row.id for row in batch.rows if row.id})
    for row in rows:
        deal = row.after(DEAL)
        row.values[MAIN] = deal is not None and deal not in led
        led.add(deal)
    return []


def still_valid(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of quotes that would be accepted when they are not valid any more.

    An import, and the product, bring what has been.
    """
    status = batch.object.fields[str(batch.object.stage_field)]
    day = today(w.actor.timezone)
    return [
        Problem("quote.expired", "valid_until", row.number)
        for row in batch.live
        if w.via != "import"
        and w.actor.user_id is not None
        and row.changes(status.name)
        and outcome_of(option_of(status, row.after(status.name))) == WON
        and (row.after("valid_until") or day) < day
    ]


def one_of_two(batch: Batch, w: Writing) -> list[Problem]:
    """A main quote that comes back from the recycle bin is not so any more where another has become it."""
    back = {int(row.id or 0): row.old[DEAL] for row in batch.storable if row.old.get(MAIN)}
    led = _led(w, set(back.values()) - {None}, back)
    changes = [Change(i, {MAIN: False}) for i, deal in back.items() if deal in led]
    if changes:
        update(product_writes(w, KEEPER, FOLLOW), QUOTE, changes)
    return []


def _led(w: Writing, deals: set[int], but: Iterable[int]) -> set[int]:
    """Which of the deals have a main quote, other than `but`; nobody else decides that until the transaction ends."""
    alone_with(w, deals)
    if not deals:
        return set()
    others = set(but)
    found = by_ids(product_reads(w, KEEPER), QUOTE, ("id", DEAL, MAIN), deals, DEAL)
    return {deal for record_id, deal, main in found if main and record_id not in others}


def alone_with(w: Writing, deals: Iterable[int]) -> None:
    """Keep everybody else from deciding about the main quotes of these deals, to the end of the transaction."""
    for deal in sorted(deals):
        w.transaction.alone(f"main quote of {deal}")


def make_main(w: Writing, quote_id: int, deal: int) -> None:
    """Make a quote the main one of its deal, and the one that was so before not."""
    alone_with(w, [deal])
    where = all_of(Compare(Path((DEAL,)), Operator.EQ, (deal,)), Compare(Path((MAIN,)), Operator.EQ, (True,)))
    before = [row[0] for row in each(product_reads(w, KEEPER), QUOTE, ("id",), where)]
    changes = [Change(i, {MAIN: False}) for i in before if i != quote_id]
    if quote_id not in before:
        changes.append(Change(quote_id, {MAIN: True}))
    if changes:
        update(product_writes(w, KEEPER, FOLLOW), QUOTE, changes)


def follow_account(batch: Batch, w: Writing) -> list[Problem]:
    """Give the quotes of deals that came to another account the same."""
    moved = {row.id: row.after("account_id") for row in batch.storable if row.changes("account_id")}
    if not moved or QUOTE not in w.registry.objects:
        return []
    found = by_ids(product_reads(w, KEEPER), QUOTE, ("id", DEAL, "account_id"), moved, DEAL)
    changes = [Change(i, {"account_id": moved[deal]}) for i, deal, account in found if account != moved[deal]]
    if changes:
        update(product_writes(w, KEEPER, FOLLOW), QUOTE, changes)
    return []
