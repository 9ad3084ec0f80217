"""From one document to the next: the lines of a deal or a quote as those of a quote, a deal or an order.

Bundles come with the components that they have, as they are: they are asked about when all are there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.documents import lines_of
from dougong.crm.cpq.lines import EACH, LINE_OPTION, PARENT, TOGETHER, check, holds_bundles
from dougong.crm.pricing.reading import gives_in
from dougong.crm.reading import each
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import rounded
from dougong.metadata.model import Object
from dougong.records.api import Reading, Writing, create, delete

GIVEN = "given_by_id"
COPIED = ("product_id", "quantity", "unit_price", "discount", "amount", "description", LINE_OPTION, EACH)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Copied:
    """A line as values for another document; `parent` is the line of the first document below which it was."""

    id: int
    parent: int | None
    values: Mapping[str, Any]


def lines_in(r: Reading, document: str, record_id: int) -> list[Copied]:
    """The lines of a document as values for those of another, in their order, as the reader sees them.

    An amount that is not what price and discount come to was entered: it goes along, and the discount follows from it.
    `GIVEN` of a line: which price rule added it.
    """
    held = lines_of(r.registry, r.registry.object(document))
    if held is None:
        return []
    line, link = held
    names = tuple(name for name in (*COPIED, GIVEN) if name in line.fields)
    parent = (PARENT,) if PARENT in line.fields else ()
    where = Compare(Path((link.name,)), Operator.EQ, (record_id,))
    found = []
    for row in each(r, line.name, ("id", *names, *parent), where):
        values = _values(dict(zip(names, row[1 : len(names) + 1], strict=True)))
        found.append(Copied(row[0], row[-1] if parent else None, values))
    return found


def _values(line: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in line.items() if value is not None}
    quantity, price, amount = line.get("quantity"), line.get("unit_price"), line.get("amount")
    discount = line.get("discount") or Decimal(0)
    if quantity is None or price is None or amount == rounded(quantity * price * (HUNDRED - discount) / HUNDRED):
        values.pop("amount", None)
    else:
        values.pop("discount", None)
    return values


def put_lines(w: Writing, document: str, record_id: int, lines: Sequence[Copied]) -> None:
    """Give a document these lines instead of those that it has. Raises Refused where it may have no others.

    What a price rule added where they come from, and adds here as well, is left to the rule.
    """
    held = lines_of(w.registry, w.registry.object(document))
    if held is None:
        raise Refused([Problem("document.no_lines", params={"object": document})])
    line, link = held
    where = Compare(Path((link.name,)), Operator.EQ, (record_id,))
    bundled = holds_bundles(line)
    # Components go with their bundles, what rules have added with what they were added for.
    going = tuple(name for name in (PARENT, GIVEN) if name in line.fields)
    roots = [int(row[0]) for row in each(w, line.name, ("id", *going), where) if not any(row[1:])]
    for start in range(0, len(roots), BATCH_MAX):
        delete(w, line.name, roots[start : start + BATCH_MAX])
    again = gives_in(w, document, {one.values[GIVEN] for one in lines if GIVEN in one.values})
    lines = [replace(one, values=_own(one.values)) for one in lines if one.values.get(GIVEN) not in again]
    if bundled:
        _put_bundles(replace(w, action=TOGETHER), line, link.name, record_id, lines)
        return
    plain = [{name: v for name, v in one.values.items() if name in line.fields} for one in lines]
    _create(w, line, [{**values, link.name: record_id} for values in plain])


def _own(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without the rule that added the line: where it does not hold, the line is one like any other."""
    return {name: value for name, value in values.items() if name != GIVEN}


def _put_bundles(w: Writing, line: Object, link: str, record_id: int, lines: Sequence[Copied]) -> None:
    """Create the lines level by level, each below the copy of its bundle. Raises Refused where one may not be."""
    there = {one.id for one in lines}
    copies: dict[int, int] = {}
    level = [one for one in lines if one.parent not in there]
    parents: set[int] = set()
    while level:
        rows = []
        for one in level:
            above = {PARENT: copies[one.parent]} if one.parent in copies else {}
            kept = one.values if above else {n: v for n, v in one.values.items() if n not in {LINE_OPTION, EACH}}
            rows.append({**kept, **above, link: record_id})
            parents |= set(above.values())
        ids = _create(w, line, rows)
        copies |= {one.id: i for one, i in zip(level, ids, strict=True)}
        now = {one.id for one in level}
        level = [one for one in lines if one.parent in now]
    problems = check(w, line, {**dict.fromkeys(copies.values(), 0), **dict.fromkeys(parents, 0)})
    if problems:
        raise Refused(problems)


def _create(w: Writing, line: Object, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    ids: list[int] = []
    for start in range(0, len(rows), BATCH_MAX):
        ids += [i or 0 for i in create(w, line.name, rows[start : start + BATCH_MAX]).ids]
    return ids
