"""Priced lines of a document: amount = unit price × quantity × (1 − discount), to the cent, halves up (domain.md 2.5).

Discount and amount are a pair: who enters an amount gets the discount that makes it, who changes anything else gets the
amount. The price of a product is that of the document's price book, or the product's own, in the currency of the
document, so that a line does not move to a document in another. Whatever prices change later, lines keep theirs. An
import may bring the lines of what has ended, as they were: what is history changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.catalogue.books import BOOK, Book, books_of, prices_of
from dougong.crm.catalogue.currencies import RATE
from dougong.crm.catalogue.documents import RERATE, RULES, is_frozen
from dougong.crm.reading import by_ids, product_reads
from dougong.crm.stages.rules import ENDED, option_of, outcome_of
from dougong.kit.errors import Problem
from dougong.kit.money import rounded, within_magnitude
from dougong.metadata.model import Object, Option
from dougong.records.api import Reading, Writing
from dougong.records.hooks import Act, Batch, Row

PRODUCT = "product"
HUNDRED, ZERO = Decimal(100), Decimal(0)
DISCOUNT_SCALE = 4
TOO_LARGE = "line.too_large"
SAID = "catalogue.said"
"""Under this word a module above notes in a batch what a row's product costs there, whatever price books say: by the
number of the row, in the company's currency."""
PRICED = ("quantity", "unit_price", "discount", "amount", "product_id")


@dataclass(frozen=True)
class _Document:
    stage: Option | None
    rate: Decimal | None
    currency: str | None
    book: Book | None


@dataclass(frozen=True)
class _Product:
    id: int
    name: str
    price: Decimal | None
    """In the company's currency."""
    sold: bool


Listed = Mapping[tuple[int, int], Decimal]
"""Prices by book and product, in the currency of the book."""


def price_lines(batch: Batch, w: Writing) -> list[Problem]:
    """Prices and amounts of the rows; problems of what is frozen, not sold any more, or does not work out."""
    master = batch.object.master
    # What goes with a document that is deleted or restored is not asked.
    if not batch.object.priced or master is None or batch.derived:
        return []
    of = w.registry.object(master.points_to[0])
    documents = _documents(w, of, _masters(batch.live, master.name))
    history, ours = w.via == "import", w.action in {RERATE, RULES}
    problems = []
    for row in batch.live:
        held = [documents[i].stage for i in _masters([row], master.name) if i in documents]
        frozen = next((stage for stage in held if is_frozen(stage)), None)
        if frozen is not None and not history and not ours:
            problems.append(_frozen(of, frozen, row))
    if batch.act not in {Act.CREATE, Act.UPDATE}:
        return problems
    wanted = {row.values.get("product_id") for row in batch.live}
    products = _products(w, wanted)
    listed = prices_of(w, {one.book.id for one in documents.values() if one.book is not None}, wanted)
    noted: Mapping[int, Decimal] = batch.notes.get(SAID, {})
    for row in batch.live:
        document = documents.get(row.after(master.name) or 0)
        before = documents.get(row.old.get(master.name) or 0)
        if document is not None and before is not None and document.currency != before.currency:
            problems.append(Problem("line.other_currency", master.name, row.number))
        found = products.get(row.values.get("product_id") or 0)
        past = history and document is not None and outcome_of(document.stage) in ENDED
        if found is not None and not found.sold and not past:
            problems.append(Problem("line.inactive_product", "product_id", row.number, {"name": found.name}))
        elif found is not None and not history and not ours and row.number not in noted:
            problems += _unlisted(row, document, found, listed)
        if batch.act is Act.CREATE or any(row.changes(name) for name in PRICED):
            price = None if found is None else _list_price(document, found, listed, noted.get(row.number))
            problems += _price(row, found is not None, price)
        _keep(batch.object, row, document)
    return problems


def _frozen(of: Object, stage: Option, row: Row) -> Problem:
    params = {"document_zh": of.label.zh, "document_en": of.label.en}
    return Problem(
        "line.frozen", row=row.number, params=params | {"stage_zh": stage.label.zh, "stage_en": stage.label.en}
    )


def _unlisted(row: Row, document: _Document | None, product: _Product, listed: Listed) -> list[Problem]:
    """That the document's price book has no price of the product."""
    book = None if document is None else document.book
    if book is None or (book.id, row.values["product_id"]) in listed:
        return []
    return [Problem("line.not_in_book", "product_id", row.number, {"name": product.name, "book": book.name})]


def _list_price(
    document: _Document | None, product: _Product, listed: Listed, said: Decimal | None = None
) -> Decimal | None:
    """What the product costs by what is `said`, the document's price book or itself, in the document's currency."""
    rate = document.rate if document is not None and document.rate else Decimal(1)
    book = None if document is None else document.book
    price = product.price if said is None else said
    if book is not None and said is None:
        booked = listed.get((book.id, product.id))
        if booked is not None:
            price, rate = booked, rate / (book.rate or Decimal(1))
    return None if price is None else rounded(price / rate)


def list_prices(
    r: Reading, document: Object | None, record_id: int | None, products: Collection[int], said: Sequence[Decimal]
) -> tuple[Mapping[int, Decimal | None], Sequence[Decimal]]:
    """What a line of the document would cost: each of `products`, and the prices `said` in the company's currency."""
    found = _documents(r, document, {record_id}) if document is not None and record_id is not None else {}
    held = found.get(record_id or 0)
    listed = prices_of(r, {held.book.id} if held is not None and held.book is not None else set(), set(products))
    priced = {i: _list_price(held, one, listed) for i, one in _products(r, set(products)).items()}
    rate = held.rate if held is not None and held.rate else Decimal(1)
    return priced, [rounded(price / rate) for price in said]


def _price(row: Row, picked: bool, price_of_product: Decimal | None) -> list[Problem]:
    if picked:
        row.values["list_price"] = price_of_product
        if "unit_price" not in row.values or row.values["unit_price"] is None:
            found = row.values["list_price"]
            row.values["unit_price"] = found if found is not None else row.old.get("unit_price")
    quantity, price = row.after("quantity"), row.after("unit_price")
    discount = row.after("discount") or ZERO
    wanted = row.values.get("amount")
    if quantity is None:
        return []  # required, and told so
    if price is not None and not within_magnitude(quantity * price):
        return [Problem(TOO_LARGE, "amount", row.number)]
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


def _keep(line: Object, row: Row, document: _Document | None) -> None:
    """Keep what the line is at list price and in the company's currency, where lines of this object keep it."""
    amount = row.after("amount")
    if "list_amount" in line.fields:
        quantity, price = row.after("quantity"), row.after("list_price")
        known = price is not None and quantity is not None and within_magnitude(quantity * price)
        row.values["list_amount"] = rounded(quantity * price) if known else amount
    if "amount_converted" in line.fields and document is not None:
        rate = document.rate or Decimal(1)
        row.values["amount_converted"] = None if amount is None else rounded(amount * rate)


def _enters(row: Row, name: str) -> bool:
    """Whether the writer gave the field a value of its own."""
    return row.given.get(name) not in (None, "") and (row.changes(name) if row.old else True)


def _masters(rows: Iterable[Row], master: str) -> set[int]:
    """The documents that the rows hung on and hang on."""
    return {i for row in rows for i in (row.old.get(master), row.after(master)) if i is not None}


def _documents(r: Reading, of: Object, ids: set[int]) -> Mapping[int, _Document]:
    """What of the documents decides about their lines. A field that the company has taken away decides nothing."""
    if not ids:
        return {}
    stage = of.fields.get(of.stage_field or "")
    names = tuple(name for name in (of.stage_field, RATE, "currency", BOOK) if name is not None and name in of.fields)
    rows = [
        dict(zip(("id", *names), row, strict=True))
        for row in by_ids(product_reads(r, system("lines")), of.name, ("id", *names), ids)
    ]
    books = books_of(r, {row[BOOK] for row in rows if row.get(BOOK) is not None})
    return {
        row["id"]: _Document(
            None if stage is None else option_of(stage, row[stage.name]),
            row.get(RATE),
            row.get("currency"),
            books.get(row.get(BOOK) or 0),
        )
        for row in rows
    }


def _products(r: Reading, ids: set[Any]) -> Mapping[int, _Product]:
    wanted = {i for i in ids if i is not None}
    if not wanted or PRODUCT not in r.registry.objects:
        return {}
    found = by_ids(product_reads(r, system("lines")), PRODUCT, ("id", "name", "list_price", "active"), wanted)
    return {i: _Product(i, name or "", price, sold is not False) for i, name, price, sold in found}
