"""From one document to the next: the lines of a deal or a quote as those of a quote, a deal or an order."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.documents import lines_of
from dougong.crm.pricing.reading import gives_in
from dougong.crm.reading import each
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import rounded
from dougong.records.api import Reading, Writing, create, delete

GIVEN = "given_by_id"
COPIED = ("product_id", "quantity", "unit_price", "discount", "amount", "description")
HUNDRED = Decimal(100)


def lines_in(r: Reading, document: str, record_id: int) -> list[dict[str, Any]]:
    """The lines of a document as values for those of another, in their order, as the reader sees them.

    An amount that is not what price and discount come to was entered: it goes along, and the discount follows from it.
    `GIVEN` of a line: which price rule added it.
    """
    held = lines_of(r.registry, r.registry.object(document))
    if held is None:
        return []
    line, link = held
    names = tuple(name for name in (*COPIED, GIVEN) if name in line.fields)
    where = Compare(Path((link.name,)), Operator.EQ, (record_id,))
    return [_values(dict(zip(names, row, strict=True))) for row in each(r, line.name, names, where)]


def _values(line: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in line.items() if value is not None}
    quantity, price, amount = line.get("quantity"), line.get("unit_price"), line.get("amount")
    discount = line.get("discount") or Decimal(0)
    if quantity is None or price is None or amount == rounded(quantity * price * (HUNDRED - discount) / HUNDRED):
        values.pop("amount", None)
    else:
        values.pop("discount", None)
    return values


def put_lines(w: Writing, document: str, record_id: int, lines: list[dict[str, Any]]) -> None:
    """Give a document these lines instead of those that it has. Raises Refused where it may have no others.

    What a price rule added where they come from, and adds here as well, is left to the rule.
    """
    held = lines_of(w.registry, w.registry.object(document))
    if held is None:
        raise Refused([Problem("document.no_lines", params={"object": document})])
    line, link = held
    where = Compare(Path((link.name,)), Operator.EQ, (record_id,))
    before = [int(row[0]) for row in each(w, line.name, ("id",), where)]
    for start in range(0, len(before), BATCH_MAX):
        delete(w, line.name, before[start : start + BATCH_MAX])
    again = gives_in(w, document, {values[GIVEN] for values in lines if GIVEN in values})
    kept = [values for values in lines if values.get(GIVEN) not in again]
    rows = [
        {name: value for name, value in values.items() if name != GIVEN} | {link.name: record_id} for values in kept
    ]
    for start in range(0, len(rows), BATCH_MAX):
        create(w, line.name, rows[start : start + BATCH_MAX])
