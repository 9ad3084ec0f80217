"""The catalogue: products in price books, and the priced lines of whatever document offers or sells them.

An object that its definition calls `priced` holds the lines of a document: deals, quotes and orders have them, and so
may any object of a company's own. Source: domain.md 2.5, 2.9.
"""

from dougong.crm.catalogue.books import CATCH_UPS, ENTRY, PRICE_BOOK, PRODUCT, book_kept, entries_kept, follow_products
from dougong.crm.catalogue.documents import booked, converted, dated, held_still
from dougong.crm.catalogue.lines import price_lines
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)
KEEPING = (*CHANGING, Act.DELETE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    hook(EVERY_OBJECT, "check", "after", dated, name="catalogue.dated", acts=CHANGING)
    hook(EVERY_OBJECT, "check", "after", booked, name="catalogue.booked", acts=CHANGING)
    hook(EVERY_OBJECT, "check", "after", held_still, name="catalogue.held_still", acts=(Act.UPDATE,))
    hook(EVERY_OBJECT, "check", "after", price_lines, name="catalogue.lines", acts=KEEPING)
    hook(EVERY_OBJECT, "after", "after", converted, name="catalogue.converted", acts=(Act.UPDATE,))
    hook(PRICE_BOOK, "check", "after", book_kept, name="catalogue.standard_book", acts=(Act.UPDATE, Act.DELETE))
    hook(ENTRY, "check", "after", entries_kept, name="catalogue.entries", acts=KEEPING)
    hook(PRODUCT, "after", "after", follow_products, name="catalogue.standard_prices", acts=CHANGING)
    registration.catch_ups += CATCH_UPS
