"""Documents with priced lines: their currency, the rate of its day, and the price book that their lines are priced by.

A document says by `dated_by` of which of its dates the rate is. The rate stays with the document until that date or the
currency is changed; what its lines are in the company's currency follows.
"""

from dougong.access.principal import system
from dougong.crm.catalogue.books import BOOK, Book, books_of
from dougong.crm.catalogue.currencies import RATE, company_currency, no_rate, rate_on, rates_of
from dougong.crm.reading import by_ids, product_reads, product_writes
from dougong.crm.stages.rules import WON, option_of, outcome_of
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.kit.limits import BATCH_MAX
from dougong.metadata.model import Field, Object, Option
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Writing, update
from dougong.records.hooks import Act, Batch, Row

RERATE = "rerate"
"""The action by which the product converts the lines of a document anew."""
RULES = "price rules"
"""The action by which the product writes what price rules say (`crm.pricing`)."""
CURRENCY, COUNT = "currency", "line_count"
SETTLED = (CURRENCY, BOOK, "account_id", "opportunity_id")
"""What of a document stays, besides its day, while its lines do."""


def lines_of(registry: Registry, document: Object) -> tuple[Object, Field] | None:
    """The object of a document's priced lines, with the field by which they hang on it; None where it has none."""
    for obj in registry.objects.values():
        if obj.priced and obj.active and obj.master is not None and document.name in obj.master.points_to:
            return obj, obj.master
    return None


def is_frozen(stage: Option | None) -> bool:
    """Whether a document in this stage keeps its lines, currency and day: it is won, or the stage says so."""
    return stage is not None and (outcome_of(stage) == WON or bool(stage.attributes.get("frozen")))


def held_still(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents that are frozen and would be given another account, currency, day or price book."""
    obj = batch.object
    if obj.dated_by is None or obj.stage_field is None or w.via == "import" or not w.actor.user_id:
        return []
    stage = obj.fields[obj.stage_field]
    problems = []
    for row in batch.live:
        found = option_of(stage, row.old.get(stage.name))
        if found is None or not is_frozen(found) or not is_frozen(option_of(stage, row.after(stage.name))):
            continue
        for name in (obj.dated_by, *SETTLED):
            if name in obj.fields and row.changes(name) and row.old.get(name) is not None:
                label = obj.fields[name].label
                params = {"field_zh": label.zh, "field_en": label.en}
                params |= {"stage_zh": found.label.zh, "stage_en": found.label.en}
                problems.append(Problem("document.frozen", name, row.number, params))
    return problems


def dated(batch: Batch, w: Writing) -> list[Problem]:
    """Give each document its currency and the rate of its day; problems of a currency that cannot be or has no rate."""
    obj, day_field = batch.object, batch.object.dated_by
    if day_field is None or not {RATE, CURRENCY} <= obj.fields.keys():
        return []
    field = obj.fields[CURRENCY]
    own = company_currency(field)
    problems, rows = [], []
    for row in batch.live:
        if row.after(CURRENCY) is None and own is not None:
            row.values[CURRENCY] = own
        if row.changes(CURRENCY) and row.old.get(CURRENCY) is not None and row.old.get(COUNT):
            problems.append(Problem("document.currency_with_lines", CURRENCY, row.number))
        elif batch.act is Act.CREATE or row.changes(CURRENCY) or row.changes(day_field):
            rows.append(row)
    rates = rates_of(w, {row.after(CURRENCY) for row in rows} - {own, None})
    for row in rows:
        currency, day = row.after(CURRENCY), row.after(day_field) or today(w.actor.timezone)
        rate = None if currency in {own, None} else rate_on(rates, currency, day)
        if rate is None and currency not in {own, None}:
            problems.append(no_rate(field, currency, day, row.number))
            continue
        row.values[RATE] = rate or 1
    return problems


def converted(batch: Batch, w: Writing) -> list[Problem]:
    """Convert the lines anew of documents whose rate has changed."""
    held = lines_of(w.registry, batch.object) if batch.object.dated_by is not None else None
    if held is None or "amount_converted" not in held[0].fields:
        return []
    line, link = held
    moved = {row.id for row in batch.storable if row.changes(RATE) and row.old.get(COUNT)}
    if not moved:
        return []
    found = by_ids(product_reads(w, system("exchange rates")), line.name, ("id",), moved, link.name)
    ids = [int(row[0]) for row in found]
    writer = product_writes(w, system("exchange rates"), RERATE)
    for start in range(0, len(ids), BATCH_MAX):
        update(writer, line.name, [Change(record_id, {}) for record_id in ids[start : start + BATCH_MAX]])
    return []


def booked(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of documents that take a price book which is not in force. What is history is not asked."""
    obj = batch.object
    if BOOK not in obj.fields or lines_of(w.registry, obj) is None:
        return []
    rows = [row for row in batch.live if row.values.get(BOOK) is not None and row.changes(BOOK)]
    if w.via == "import" or not rows:
        return []
    books = books_of(w, {row.after(BOOK) for row in rows})
    return [problem for row in rows if (problem := _unfit(row, books.get(row.after(BOOK)), obj, w)) is not None]


def _unfit(row: Row, book: Book | None, obj: Object, w: Writing) -> Problem | None:
    if book is None:
        return None  # not there, and told so
    day = row.after(obj.dated_by) if obj.dated_by is not None else None
    day = day or today(w.actor.timezone)
    if not book.active:
        return Problem("price_book.inactive", BOOK, row.number, {"name": book.name})
    if (book.starts is not None and day < book.starts) or (book.ends is not None and day > book.ends):
        return Problem("price_book.not_in_force", BOOK, row.number, {"name": book.name, "day": day.isoformat()})
    return None
