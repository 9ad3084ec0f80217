"""Bundles in documents: a line of the bundle and, below it, a line for each option that was chosen.

Whatever lines are priced and have the fields for it (`parent_line_id`, `option_id`, `bundled_quantity`) hold bundles. A
component is there as often as its bundle has it, times the quantity of its parent. What a selection must be is asked of
all that a bundle holds once something in it has been written, by whichever way; a document that nobody touches is not
asked about constraints that came later.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.lines import SAID, TOO_LARGE
from dougong.crm.cpq.bundles import KEEPER, PRODUCT, Bundle, ProductOption, bundles_of
from dougong.crm.cpq.judging import judge, plain
from dougong.crm.reading import by_ids, product_reads
from dougong.kit.errors import Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import rounded, within_magnitude
from dougong.metadata.model import Object
from dougong.records.api import Change, Reading, Writing, hold, update
from dougong.records.hooks import Act, Batch, Row

PARENT, LINE_OPTION, EACH, QUANTITY = "parent_line_id", "option_id", "bundled_quantity", "quantity"
TOGETHER = "put bundles"
"""The action in whose course bundles come with their components: nothing is added, and who writes asks (`check`)."""
FOLLOW = "follow the bundle"
"""The action by which components follow the quantity of their bundle."""
MONEY = ("unit_price", "amount", "discount")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Line:
    """A stored line, as far as bundles are concerned."""

    id: int
    document: int
    parent: int | None
    product: int
    option: int | None
    quantity: Decimal
    each: Decimal | None


def holds_bundles(obj: Object) -> bool:
    """Whether lines of this object can be bundles and components."""
    return obj.priced and obj.master is not None and {PARENT, LINE_OPTION, EACH} <= obj.fields.keys()


def lines_at(r: Reading, obj: Object, ids: Collection[int | None], field: str = "id") -> list[Line]:
    """The lines whose `field` is one of `ids`, in the order in which they were made."""
    master = "" if obj.master is None else obj.master.name
    paths = ("id", master, PARENT, "product_id", LINE_OPTION, QUANTITY, EACH)
    wanted = {i for i in ids if i is not None}
    found = by_ids(product_reads(r, KEEPER), obj.name, paths, wanted, field) if wanted else ()
    return [
        Line(i, of, up, product, option, count or NOTHING, each) for i, of, up, product, option, count, each in found
    ]


# ------------------------------------------------------------------------------------------------------------- deciding


def placed(batch: Batch, w: Writing) -> list[Problem]:
    """Give components their product, quantity and price; problems of those that are nowhere or would move."""
    if not holds_bundles(batch.object) or batch.derived:
        return []
    named = {row.after(PARENT) for row in batch.live} - {None}
    if batch.act is Act.CREATE and named:
        # What the writer does not see is told like what does not exist, where all lookups are.
        named = {row[0] for row in by_ids(w, batch.object.name, ("id",), named)}
    parents = {line.id: line for line in lines_at(w, batch.object, named)}
    quantities = {i: line.quantity for i, line in parents.items()}
    quantities |= {row.id: row.after(QUANTITY) or NOTHING for row in batch.live if row.id in quantities}
    bundles = bundles_of(w, {line.product for line in parents.values()})
    problems = []
    if batch.act is Act.CREATE:
        problems += _not_alone(batch, w)
    for row in batch.live:
        parent = parents.get(row.after(PARENT) or 0)
        if batch.act is Act.UPDATE:
            problems += _stays(batch.object, row)
        elif parent is not None:
            found = _becomes(batch, row, parent, bundles.get(parent.product))
            if found:
                problems += found
                continue
        if parent is not None and w.action != FOLLOW:
            problems += _count(batch, row, quantities[parent.id])
        option = None if parent is None else _option_of(row, bundles.get(parent.product))
        if option is not None and option.bundled:
            problems += _included(row, option)
    return problems + _kept_whole(batch, w)


def _not_alone(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of lines by themselves whose product is sold in bundles only, or that say an option."""
    rows = [row for row in batch.live if row.after(PARENT) is None]
    wanted = {row.after("product_id") for row in rows} - {None}
    found = by_ids(product_reads(w, KEEPER), PRODUCT, ("id", "name", "sold_alone"), wanted) if wanted else ()
    names = {i: name for i, name, alone in found if alone is False}
    problems = []
    for row in rows:
        row.values[EACH] = None
        if row.after(LINE_OPTION) is not None:
            problems.append(Problem("cpq.option_alone", LINE_OPTION, row.number))
        elif row.after("product_id") in names:
            params = {"name": names[row.after("product_id")]}
            problems.append(Problem("cpq.not_sold_alone", "product_id", row.number, params))
    return problems


def _stays(obj: Object, row: Row) -> list[Problem]:
    """That a line does not become a component, nor stops being one, nor another."""
    names = [PARENT, LINE_OPTION]
    if row.old.get(PARENT) is not None and obj.master is not None:
        names += ["product_id", obj.master.name]
    return [Problem("cpq.component_stays", name, row.number) for name in names if row.changes(name)]


def _becomes(batch: Batch, row: Row, parent: Line, bundle: Bundle | None) -> list[Problem]:
    """Make a new row the component that it says, or is by its product; problems of what the bundle does not have."""
    option = _option_of(row, bundle)
    if option is not None and row.after("product_id") is None:
        row.values["product_id"] = option.product
    master = batch.object.master
    if master is not None and row.after(master.name) != parent.document:
        return [Problem("cpq.other_document", PARENT, row.number)]
    if bundle is None or not bundle.configurable:
        return [Problem("cpq.no_bundle", PARENT, row.number, {"name": "" if bundle is None else bundle.name})]
    if option is None:
        field = "product_id" if row.after(LINE_OPTION) is None else LINE_OPTION
        return [Problem("cpq.not_in_bundle", field, row.number, {"bundle": bundle.name})]
    if row.after("product_id") != option.product:
        params = {"bundle": bundle.name, "option": option.name}
        return [Problem("cpq.other_product", "product_id", row.number, params)]
    row.values[LINE_OPTION] = option.id
    if _open(row, EACH) and _open(row, QUANTITY):
        row.values[EACH] = option.start
    if option.discount is not None and not option.bundled and _open(row, "discount") and _open(row, "amount"):
        row.values["discount"] = option.discount
    price = NOTHING if option.bundled else option.price
    if price is not None:
        batch.notes.setdefault(SAID, {})[row.number] = price
    return []


def _option_of(row: Row, bundle: Bundle | None) -> ProductOption | None:
    """The option that a component stands for; one that only says its product stands for the one option that has it."""
    if bundle is None:
        return None
    said = row.after(LINE_OPTION)
    if said is not None:
        return bundle.options.get(said)
    fitting = [one for one in bundle.options.values() if one.product == row.after("product_id") and one.active]
    return fitting[0] if len(fitting) == 1 else None


def _open(row: Row, name: str) -> bool:
    return row.given.get(name) in (None, "")


def _count(batch: Batch, row: Row, parents: Decimal) -> list[Problem]:
    """Keep how many there are in each bundle, and so how many in all."""
    creating = batch.act is Act.CREATE
    by_each = row.values.get(EACH) is not None if creating else row.changes(EACH)
    if by_each and row.after(EACH) is not None:
        if not within_magnitude(row.after(EACH) * parents):
            return [Problem(TOO_LARGE, EACH, row.number)]
        row.values[QUANTITY] = rounded(row.after(EACH) * parents)
    elif creating or row.changes(QUANTITY):
        total = row.after(QUANTITY)
        if total is None:
            return []  # required, and told so
        each = rounded(total / parents) if parents else NOTHING
        if rounded(each * parents) != total:
            params = {"quantity": plain(total), "parents": plain(parents)}
            return [Problem("cpq.uneven", QUANTITY, row.number, params)]
        # Of no bundles there are no components, however many there were in each.
        row.values[EACH] = each if parents else row.after(EACH)
    return []


def _included(row: Row, option: ProductOption) -> list[Problem]:
    """That what the price of the bundle covers costs nothing of its own."""
    for name in ("unit_price", "amount"):
        if row.changes(name) and row.values[name]:
            return [Problem("cpq.included", name, row.number, {"option": option.name})]
    return []


def _kept_whole(batch: Batch, w: Writing) -> list[Problem]:
    """That the line of a bundle with components keeps its product and its document."""
    master = batch.object.master
    if batch.act is not Act.UPDATE or master is None:
        return []
    rows = [row for row in batch.live if row.changes("product_id") or row.changes(master.name)]
    held = {line.parent for line in lines_at(w, batch.object, {row.id for row in rows}, PARENT)}
    return [
        Problem("cpq.bundle_stays", "product_id" if row.changes("product_id") else master.name, row.number)
        for row in rows
        if row.id in held
    ]


# ------------------------------------------------------------------------------------------------ behind what is stored


def followed(batch: Batch, w: Writing) -> list[Problem]:
    """Give components the quantity that follows from their bundle's, which may have changed while they were away."""
    rows = batch.storable
    if batch.act is Act.RESTORE:
        back = {row.id: row for row in rows if row.after(PARENT) is not None}
        lines = lines_at(w, batch.object, back)
        quantities = {line.id: line.quantity for line in lines_at(w, batch.object, {line.parent for line in lines})}
        told = {line.id: back[line.id].number for line in lines}
    else:
        moved = {row.id: row for row in rows if row.changes(QUANTITY)}
        lines = lines_at(w, batch.object, moved, PARENT)
        quantities = {i: row.after(QUANTITY) or NOTHING for i, row in moved.items()}
        told = {line.id: moved[line.parent or 0].number for line in lines}
    wanted = {
        line.id: line.each * quantities[line.parent]
        for line in lines
        if line.each is not None and line.parent in quantities
    }
    problems = [Problem(TOO_LARGE, QUANTITY, told[i]) for i, count in wanted.items() if not within_magnitude(count)]
    if problems:
        return problems
    wanted = {i: rounded(count) for i, count in wanted.items()}
    changes = [
        Change(line.id, {QUANTITY: wanted[line.id]})
        for line in lines
        if wanted.get(line.id, line.quantity) != line.quantity
    ]
    for start in range(0, len(changes), BATCH_MAX):
        part = changes[start : start + BATCH_MAX]
        try:
            update(replace(w, action=FOLLOW), batch.object.name, part)
        except Refused as refusal:
            problems += [Problem(p.code, QUANTITY, told[part[p.row].id], p.params) for p in refusal.problems]
    return problems


def check(
    w: Writing, obj: Object, parents: Mapping[int, int], touched: Mapping[int, int] | None = None
) -> list[Problem]:
    """What is wrong with the bundles of these lines, each told of the row that it names.

    `touched`: by line the row that has just been written of it; only of these is asked what stays as it was (None: of
    all). Two who write in one bundle come one after the other.
    """
    if not parents:
        return []
    hold(replace(w, actor=KEEPER), obj.name, parents)
    lines = {line.id: line for line in lines_at(w, obj, parents)}
    bundles = bundles_of(w, {line.product for line in lines.values()})
    parts: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines_at(w, obj, parents, PARENT):
        parts[line.parent or 0].append(line)
    problems = []
    for i, row in sorted(parents.items()):
        bundle = bundles.get(lines[i].product) if i in lines else None
        if bundle is not None and bundle.configurable:
            problems += _judged(bundle, parts[i], row, touched)
    return problems


def _judged(bundle: Bundle, parts: Iterable[Line], row: int, touched: Mapping[int, int] | None) -> list[Problem]:
    chosen: dict[int, Decimal] = {}
    rows: dict[int, int] = {}
    problems = []
    for line in parts:
        if line.option is None:
            continue
        number = row if touched is None else touched.get(line.id)
        if line.option in chosen:
            params: dict[str, Any] = {"bundle": bundle.name, "option": bundle.title(line.option)}
            at = row if number is None else number
            problems.append(Problem("cpq.option_twice", LINE_OPTION, at, params))
            continue
        chosen[line.option] = line.each or NOTHING
        if number is not None:
            rows[line.option] = number
    for flaw in judge(bundle, chosen, None if touched is None else rows.keys()):
        params = {**flaw.params, **({} if flaw.option is None else {"option_id": str(flaw.option)})}
        problems.append(Problem(flaw.code, flaw.column, rows.get(flaw.option or 0, row), params))
    return problems
