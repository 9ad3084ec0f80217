"""From what somebody wants of a bundle to its lines: defaults filled in, priced, and put into a document at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from dougong.crm.catalogue.lines import TOO_LARGE, list_prices
from dougong.crm.cpq.bundles import Bundle, ProductOption, bundles_below
from dougong.crm.cpq.judging import Flaw, defaults, judge
from dougong.crm.cpq.lines import EACH, LINE_OPTION, NOTHING, PARENT, QUANTITY, TOGETHER, Line, check, lines_at
from dougong.kit.errors import NotFound, Problem, Refused
from dougong.kit.limits import BATCH_MAX
from dougong.kit.money import rounded, within_magnitude
from dougong.metadata.model import Object
from dougong.records.api import Change, Reading, Writing, create, delete, update

HUNDRED = Decimal(100)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Wish:
    """That an option be chosen; `quantity` in each bundle and `parts`, if it is one itself: None means its defaults."""

    option: int
    quantity: Decimal | None = None
    parts: tuple["Wish", ...] | None = None


@dataclass(frozen=True)
class Chosen:
    """An option as it is chosen, `each` times in its bundle, with what is chosen in it."""

    option: ProductOption
    each: Decimal
    parts: tuple["Chosen", ...] = ()


@dataclass(frozen=True)
class Part:
    """A line that a selection comes to, before it is written. `unit_price` None: nobody knows."""

    chosen: Chosen
    depth: int
    quantity: Decimal
    unit_price: Decimal | None
    discount: Decimal
    amount: Decimal | None


@dataclass
class _Flaws:
    found: list[Flaw] = field(default_factory=list)


def chosen_in(
    bundles: Mapping[int, Bundle], bundle: Bundle, wishes: Sequence[Wish] | None
) -> tuple[tuple[Chosen, ...], list[Flaw]]:
    """What is chosen in a bundle, by wish or (None) by itself, and what is wrong with it, all the way down."""
    flaws = _Flaws()
    return _chosen(bundles, bundle, wishes, flaws), flaws.found


def _chosen(
    bundles: Mapping[int, Bundle], bundle: Bundle, wishes: Sequence[Wish] | None, flaws: _Flaws
) -> tuple[Chosen, ...]:
    if wishes is None:
        wishes = [Wish(option, quantity) for option, quantity in defaults(bundle).items()]
    known = {wish.option: wish for wish in wishes}
    quantities = {
        i: wish.quantity
        if wish.quantity is not None
        else bundle.options[i].start
        if i in bundle.options
        else Decimal(1)
        for i, wish in known.items()
    }
    flaws.found += judge(bundle, quantities)
    found = []
    for one in bundle.options.values():
        wish, below = known.get(one.id), bundles.get(one.product)
        if wish is None or quantities[one.id] <= 0:
            continue
        nested = below is not None and below.configurable
        parts = _chosen(bundles, below, wish.parts, flaws) if below is not None and nested else ()
        found.append(Chosen(one, quantities[one.id], parts))
    return tuple(found)


def priced(
    r: Reading, document: Object | None, record_id: int | None, chosen: Sequence[Chosen], quantity: Decimal
) -> list[Part]:
    """The lines that a selection comes to for so many bundles, each before its parts, in the document's money.

    Raises Refused for what is more than can be kept.
    """
    flat = list(_flat(chosen, quantity, 0))
    said = [one.option.price for one, _, _ in flat if one.option.price is not None]
    listed, converted = list_prices(r, document, record_id, {one.option.product for one, _, _ in flat}, said)
    own = iter(converted)
    parts = []
    for one, count, depth in flat:
        unit = listed.get(one.option.product) if one.option.price is None else next(own)
        discount = one.option.discount or NOTHING
        if one.option.bundled:
            unit, discount = NOTHING, NOTHING
        if unit is not None and not within_magnitude(count * unit):
            raise Refused([Problem(TOO_LARGE, "amount")])
        amount = None if unit is None else rounded(count * unit * (HUNDRED - discount) / HUNDRED)
        parts.append(Part(one, depth, count, unit, discount, amount))
    return parts


def _flat(chosen: Iterable[Chosen], quantity: Decimal, depth: int) -> Iterator[tuple[Chosen, Decimal, int]]:
    for one in chosen:
        if not within_magnitude(one.each * quantity):
            raise Refused([Problem(TOO_LARGE, QUANTITY)])
        count = rounded(one.each * quantity)
        yield one, count, depth
        yield from _flat(one.parts, count, depth + 1)


# -------------------------------------------------------------------------------------------------------------- writing


def put(
    w: Writing, obj: Object, document: int, product: int, quantity: Decimal | None, wishes: Sequence[Wish] | None
) -> int:
    """Put a bundle into a document with what is wished of it; the id of its line. Raises Refused, and as `create`."""
    master = "" if obj.master is None else obj.master.name
    bundle, bundles = _bundle(w, product)
    chosen, _ = chosen_in(bundles, bundle, wishes)
    _refuse(_unknown(bundles, bundle, wishes))
    given: dict[str, Any] = {master: document, "product_id": product}
    if quantity is not None:
        given[QUANTITY] = quantity
    together = replace(w, action=TOGETHER)
    line = int(create(together, obj.name, [given]).ids[0] or 0)
    _refuse(_settle(together, obj, {line: (0, chosen)}))
    return line


def reconfigure(
    w: Writing, obj: Object, line_id: int, quantity: Decimal | None, wishes: Sequence[Wish] | None, version: int | None
) -> int:
    """Give the bundle of a line what is wished of it: what stays keeps its price. Raises as `put` and `update`."""
    line = next(iter(lines_at(w, obj, [line_id])), None)
    if line is None:
        raise NotFound("record.not_found", object=obj.name, id=str(line_id))
    bundle, bundles = _bundle(w, line.product)
    chosen, _ = chosen_in(bundles, bundle, wishes)
    _refuse(_unknown(bundles, bundle, wishes))
    together = replace(w, action=TOGETHER)
    update(together, obj.name, [Change(line_id, {} if quantity is None else {QUANTITY: quantity}, version)])
    _refuse(_settle(together, obj, {line_id: (0, chosen)}))
    return line_id


def expand(w: Writing, obj: Object, rows: Mapping[int, tuple[int, int]]) -> list[Problem]:
    """Give new lines of bundles what these have by themselves: by line the row that it came with, and its product."""
    bundles = bundles_below(w, {product for _, product in rows.values()})
    targets = {
        line: (row, chosen_in(bundles, bundles[product], None)[0])
        for line, (row, product) in rows.items()
        if product in bundles and bundles[product].configurable
    }
    return _settle(replace(w, action=TOGETHER), obj, targets) if targets else []


def _bundle(r: Reading, product: int) -> tuple[Bundle, Mapping[int, Bundle]]:
    bundles = bundles_below(r, {product})
    bundle = bundles.get(product)
    if bundle is None:
        raise NotFound("record.not_found", object="product", id=str(product))
    if not bundle.configurable:
        raise Refused([Problem("cpq.no_bundle", "product_id", params={"name": bundle.name})])
    return bundle, bundles


def _unknown(bundles: Mapping[int, Bundle], bundle: Bundle, wishes: Sequence[Wish] | None) -> list[Problem]:
    """Wishes that would get lost in silence: the option is none of the bundle's, or is wished twice."""
    problems: list[Problem] = []
    seen: set[int] = set()
    for wish in wishes or ():
        one = bundle.options.get(wish.option)
        params = {"bundle": bundle.name, "option": bundle.title(wish.option), "option_id": str(wish.option)}
        if one is None:
            problems.append(Problem("cpq.option_elsewhere", LINE_OPTION, params=params))
        elif wish.option in seen:
            problems.append(Problem("cpq.option_twice", LINE_OPTION, params=params))
        elif one.product in bundles and bundles[one.product].configurable:
            problems += _unknown(bundles, bundles[one.product], wish.parts)
        seen.add(wish.option)
    return problems


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Refused(problems)


Targets = Mapping[int, tuple[int, tuple[Chosen, ...]]]
"""By line of a bundle the row to which problems belong, and what is to be in it."""


def _settle(w: Writing, obj: Object, targets: Targets) -> list[Problem]:
    """Bring what these lines hold to what is to be in them, level by level, then ask whether it may be."""
    problems: list[Problem] = []
    parents = {line: row for line, (row, _) in targets.items()}
    level = targets
    while level and not problems:
        level, found = _level(w, obj, level)
        problems += found
        parents |= {line: row for line, (row, _) in level.items()}
    return problems or check(w, obj, parents)


def _level(w: Writing, obj: Object, targets: Targets) -> tuple[Targets, list[Problem]]:
    master = "" if obj.master is None else obj.master.name
    held: defaultdict[int, dict[int | None, Line]] = defaultdict(dict)
    gone: list[int] = []
    for line in lines_at(w, obj, targets, PARENT):
        wanted = {one.option.id for one in targets[line.parent or 0][1]}
        if line.option in wanted and line.option not in held[line.parent or 0]:
            held[line.parent or 0][line.option] = line
        else:
            gone.append(line.id)
    documents = {line.id: line.document for line in lines_at(w, obj, targets)}
    new: list[tuple[int, Chosen, dict[str, Any]]] = []
    kept: list[tuple[int, Chosen, Line]] = []
    for line_id, (row, chosen) in targets.items():
        for one in chosen:
            there = held[line_id].get(one.option.id)
            if there is None:
                given = {master: documents[line_id], PARENT: line_id, LINE_OPTION: one.option.id, EACH: one.each}
                new.append((row, one, given))
            else:
                kept.append((row, one, there))
    problems = _each(gone, lambda part: delete(w, obj.name, part).ids, [0] * len(gone))[1]
    changes = [(row, Change(line.id, {EACH: one.each})) for row, one, line in kept if line.each != one.each]
    changed = _each([c for _, c in changes], lambda part: update(w, obj.name, part).ids, [row for row, _ in changes])
    made = _each([v for _, _, v in new], lambda part: create(w, obj.name, part).ids, [row for row, _, _ in new])
    # What stays may hold components that are not wanted any more.
    below = {line.id: (row, one.parts) for row, one, line in kept if one.option.configurable}
    below |= {i: (row, one.parts) for (row, one, _), i in zip(new, made[0], strict=False) if one.option.configurable}
    return below, [*problems, *changed[1], *made[1]]


def _each(
    items: Sequence[_T], do: Callable[[Sequence[_T]], Sequence[int | None]], rows: Sequence[int]
) -> tuple[list[int], list[Problem]]:
    """Do it to all, a batch at a time; what is refused is told of the rows to which it belongs."""
    ids: list[int] = []
    for start in range(0, len(items), BATCH_MAX):
        try:
            ids += [i or 0 for i in do(items[start : start + BATCH_MAX])]
        except Refused as refusal:
            return ids, [Problem(p.code, p.field, rows[start + p.row], p.params) for p in refusal.problems]
    return ids, []
