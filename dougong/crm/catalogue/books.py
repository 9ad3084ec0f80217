"""Price books: what products cost for whom and when (domain.md 2.9).

There is one standard price book. The product keeps it: every product with a list price stands in it at that price. In
any other book people enter prices, each product once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.catalogue.currencies import company_currency, rate_on, rates_of
from dougong.crm.reading import by_ids, each, product_reads, product_writes
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.kit.limits import IN_LIST_MAX
from dougong.kit.text import Language, sentence
from dougong.records.api import Change, Reading, Writing, create, delete, hold, update
from dougong.records.hooks import Act, Batch, CatchUp

PRICE_BOOK, ENTRY, PRODUCT = "price_book", "price_book_entry", "product"
BOOK = "price_book_id"
FOLLOW = "standard prices"
"""The action by which the product keeps the standard price book."""
KEEPER = system("price books")


@dataclass(frozen=True)
class Book:
    """A price book. `rate`: what one unit of its currency is in the company's today; None where there is no rate."""

    id: int
    name: str
    active: bool
    standard: bool
    currency: str | None
    rate: Decimal | None
    starts: date | None
    ends: date | None


_COLUMNS = ("id", "name", "active", "standard", "currency", "start_date", "end_date")


def books_of(r: Reading, ids: set[Any]) -> Mapping[int, Book]:
    """The price books of these ids."""
    wanted = {i for i in ids if i is not None}
    if not wanted or PRICE_BOOK not in r.registry.objects:
        return {}
    rows = list(by_ids(product_reads(r, KEEPER), PRICE_BOOK, _COLUMNS, wanted))
    own = company_currency(r.registry.object(PRICE_BOOK).fields["currency"])
    rates = rates_of(r, {row[4] for row in rows} - {own, None})
    day = today(r.actor.timezone)
    found = {}
    for record_id, name, active, standard, currency, starts, ends in rows:
        rate = Decimal(1) if currency in {own, None} else rate_on(rates, currency, day)
        found[record_id] = Book(record_id, name, active is not False, bool(standard), currency, rate, starts, ends)
    return found


def standard_book(r: Reading) -> Book | None:
    """The standard price book, if products have made it."""
    if PRICE_BOOK not in r.registry.objects:
        return None
    where = Compare(Path(("standard",)), Operator.EQ, (True,))
    found = next(each(product_reads(r, KEEPER), PRICE_BOOK, ("id",), where), None)
    return None if found is None else books_of(r, {found[0]})[found[0]]


def prices_of(r: Reading, books: set[int], products: set[Any]) -> Mapping[tuple[int, int], Decimal]:
    """By book and product what these products cost in these books."""
    wanted = sorted(i for i in products if i is not None)
    found: dict[tuple[int, int], Decimal] = {}
    if not books or not wanted:
        return found
    for start in range(0, len(wanted), IN_LIST_MAX):
        where = all_of(
            Compare(Path((BOOK,)), Operator.IN, tuple(sorted(books))),
            Compare(Path(("product_id",)), Operator.IN, tuple(wanted[start : start + IN_LIST_MAX])),
            Compare(Path(("active",)), Operator.EQ, (True,)),
        )
        for book, product, price in each(product_reads(r, KEEPER), ENTRY, (BOOK, "product_id", "price"), where):
            found[book, product] = price
    return found


def book_kept(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of who would do away with the standard price book, or make another one standard."""
    if w.action == FOLLOW:
        return []
    problems = []
    for row in batch.live:
        was = bool(row.old.get("standard"))
        if was and (batch.act is Act.DELETE or row.after("active") is False or not row.after("standard")):
            problems.append(Problem("price_book.standard_stays", row=row.number))
        elif was and row.changes("currency"):
            problems.append(Problem("price_book.standard_currency", "currency", row.number))
    return problems


def entries_kept(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of entries in the standard book, which follow the products, and of a product twice in a book."""
    if w.action == FOLLOW:
        return []
    books = {i for row in batch.live for i in (row.old.get(BOOK), row.after(BOOK)) if i is not None}
    standard = {book.id for book in books_of(w, books).values() if book.standard}
    problems = [
        Problem("price_book.standard_follows", "price", row.number)
        for row in batch.live
        if not standard.isdisjoint({row.old.get(BOOK), row.after(BOOK)}) and not batch.derived
    ]
    if batch.act is Act.DELETE or problems:
        return problems
    # Two who enter the same product at once come one after the other; the second is told.
    for book in sorted(books):
        w.transaction.alone(f"price book {book}")
    ours = {row.id for row in batch.rows if row.id}
    stored = by_ids(product_reads(w, KEEPER), ENTRY, ("id", BOOK, "product_id"), books, BOOK) if books else ()
    taken = {(book, product) for record_id, book, product in stored if record_id not in ours}
    for row in batch.live:
        place = row.after(BOOK), row.after("product_id")
        if place in taken:
            problems.append(Problem("price_book.product_twice", "product_id", row.number))
        taken.add(place)
    return problems


def follow_products(batch: Batch, w: Writing) -> list[Problem]:
    """Keep the standard price book: what is new or costs something else stands in it. Entries are restored."""
    if ENTRY not in w.registry.objects or "list_price" not in batch.object.fields:
        return []
    rows = [row for row in batch.storable if batch.act is not Act.UPDATE or row.changes("list_price")]
    follow(w, {int(row.id or 0): row.after("list_price") for row in rows})
    return []


def follow(w: Writing, prices: Mapping[int, Decimal | None]) -> None:
    """Have these products stand in the standard price book at these prices; those without a price leave it."""
    if not prices:
        return
    writer = product_writes(w, KEEPER, FOLLOW)
    book = _standard(writer, w.actor.language)
    known = {}
    for record_id, of, product, price in by_ids(
        writer, ENTRY, ("id", BOOK, "product_id", "price"), prices, "product_id"
    ):
        if of == book:
            known[product] = record_id, price
    new = [{BOOK: book, "product_id": i, "price": p} for i, p in prices.items() if p is not None and i not in known]
    changed = [
        Change(known[i][0], {"price": p})
        for i, p in prices.items()
        if p is not None and i in known and known[i][1] != p
    ]
    gone = [known[i][0] for i, p in prices.items() if p is None and i in known]
    if new:
        create(writer, ENTRY, new)
    if changed:
        update(writer, ENTRY, changed)
    if gone:
        delete(writer, ENTRY, gone)


def _standard(writer: Writing, language: Language) -> int:
    """The id of the standard price book, which the first product with a price makes."""
    found = standard_book(writer)
    if found is None:
        writer.transaction.alone("the standard price book")
        found = standard_book(writer)
    if found is not None:
        return found.id
    name = sentence("price_book.standard", language)
    return int(create(writer, PRICE_BOOK, [{"name": name, "standard": True}]).ids[0] or 0)


def _fill_in(w: Writing, ids: Sequence[int]) -> None:
    """Products of before price books: let them stand in the standard one."""
    held = hold(w, PRODUCT, ids)
    follow(w, {record_id: record.get("list_price") for record_id, record in held.items()})


CATCH_UPS = (CatchUp("catalogue.standard_prices", PRODUCT, ("list_price",), _fill_in),)
