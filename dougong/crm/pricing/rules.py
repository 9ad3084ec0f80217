"""Price rules as they are set, and what they come to for the lines of one document. No input or output.

The lines that people entered say what rules do; the lines that rules added are made from that anew each time. A rule
does not see what it has added itself, other rules do: so one gift may bring another, until nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from dougong.kit.money import rounded

PASSES_MAX = 10
ADD, FORBID, PRICE, DISCOUNT, REDUCE = "add", "forbid", "price", "discount", "reduce"
ZERO, HUNDRED = Decimal(0), Decimal(100)
QUANTITY_SCALE = 2


@dataclass(frozen=True)
class RuleCondition:
    """What has to stand in a document: so much, or less, of a product, of a category, or of everything."""

    id: int
    product: int | None
    category: int | None
    less: bool
    by_amount: bool
    minimum: Decimal


@dataclass(frozen=True)
class RuleAction:
    """What happens while a condition is met (`condition`; None: as the rule's conditions say together)."""

    id: int
    condition: int | None
    type: str
    product: int
    quantity: Decimal
    per_trigger: bool
    value: Decimal
    """A price in the company's currency, or a percentage."""


@dataclass(frozen=True)
class Rule:
    """A price rule; `documents` are those of the asked ones that meet its own condition (None: all)."""

    id: int
    name: str
    every: bool
    """Whether all conditions must be met for actions that name none; else any."""
    starts: date | None
    ends: date | None
    conditions: tuple[RuleCondition, ...]
    actions: tuple[RuleAction, ...]
    documents: frozenset[int] | None = None

    def in_force(self, document: int, day: date) -> bool:
        """Whether it holds for the document on that day."""
        if (self.starts is not None and day < self.starts) or (self.ends is not None and day > self.ends):
            return False
        return self.documents is None or document in self.documents


@dataclass(frozen=True)
class Sold:
    """A product on sale: the categories in which it stands, and its list price in the company's currency."""

    categories: frozenset[int]
    price: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """What a rule sees of a line."""

    product: int
    categories: frozenset[int]
    """The category of the product and those above it."""
    quantity: Decimal
    amount: Decimal
    """In the company's currency."""
    list_price: Decimal | None = None
    """In the currency of the document."""
    given_by: int | None = None
    """The action that added it."""
    component: bool = False
    """It is a part of a bundle, whose price is the bundle's."""


@dataclass(frozen=True)
class Priced:
    """A price that a rule sets: the unit price (None: the list price) and the discount, by which action."""

    action: int
    unit_price: Decimal | None
    discount: Decimal


@dataclass(frozen=True)
class Outcome:
    """What the rules come to for a document."""

    given: Mapping[int, tuple[int, Decimal]]
    """By action the product that it adds, and how many."""
    given_prices: Mapping[int, Priced]
    """By action that adds: what its line costs, where a rule says so."""
    prices: Mapping[int, Priced]
    """The same for entered lines, by their place."""
    forbidden: Sequence[tuple[Rule, int]] = ()
    """Products that stand there and must not, by the rule that says so."""
    endless: Rule | None = None
    """A rule that goes on for ever; then nothing else is told."""


@dataclass
class _Pass:
    given: dict[int, tuple[int, Decimal]] = field(default_factory=dict)
    forbidden: list[tuple[Rule, int]] = field(default_factory=list)
    holds: dict[int, bool] = field(default_factory=dict)


def outcome(rules: Sequence[Rule], lines: Sequence[Line], sold: Mapping[int, Sold], rate: Decimal) -> Outcome:
    """What `rules`, in their order, make of the lines that people entered.

    `sold`: the products on sale, and others are not added; `rate`: what one unit of the document's currency is in the
    company's.
    """
    known: dict[int, tuple[int, Decimal]] = {}
    owner = {action.id: rule for rule in rules for action in rule.actions}
    changed = 0
    for _ in range(PASSES_MAX):
        found = _pass(rules, [*lines, *_given_lines(known, sold)], owner, sold)
        if found.given == known:
            return _priced(rules, lines, found, sold, rate)
        changed = next(i for i in {*found.given, *known} if found.given.get(i) != known.get(i))
        known = found.given
    return Outcome({}, {}, {}, endless=owner[changed])


def _given_lines(given: Mapping[int, tuple[int, Decimal]], sold: Mapping[int, Sold]) -> list[Line]:
    return [Line(product, sold[product].categories, n, ZERO, given_by=action) for action, (product, n) in given.items()]


def _pass(rules: Sequence[Rule], lines: Sequence[Line], owner: Mapping[int, Rule], sold: Mapping[int, Sold]) -> _Pass:
    found = _Pass()
    for rule in rules:
        seen = [line for line in lines if line.given_by is None or owner[line.given_by].id != rule.id]
        measured = {one.id: _measure(one, seen) for one in rule.conditions}
        met = {one.id: (measured[one.id] < one.minimum) is one.less for one in rule.conditions}
        together = (all if rule.every else any)(met.values()) if met else True
        for action in rule.actions:
            holds = together if action.condition is None else met.get(action.condition, False)
            found.holds[action.id] = holds
            if not holds:
                continue
            if action.type == ADD and action.product in sold:
                number = rounded(action.quantity * _times(rule, action, measured), QUANTITY_SCALE)
                if number > 0:
                    found.given[action.id] = action.product, number
            elif action.type == FORBID and any(one.product == action.product and not one.given_by for one in lines):
                found.forbidden.append((rule, action.product))
    return found


def _measure(condition: RuleCondition, lines: Sequence[Line]) -> Decimal:
    counted = [
        line
        for line in lines
        if (condition.product is None or line.product == condition.product)
        and (condition.category is None or condition.category in line.categories)
    ]
    return sum((line.amount if condition.by_amount else line.quantity for line in counted), ZERO)


def _times(rule: Rule, action: RuleAction, measured: Mapping[int, Decimal]) -> Decimal:
    """How often what is asked for stands there: by the action's condition, else by the least of the rule's."""
    if not action.per_trigger:
        return Decimal(1)
    asked = [one for one in rule.conditions if not one.less and action.condition in {None, one.id}]
    times = [(measured[one.id] / one.minimum).to_integral_value(ROUND_FLOOR) for one in asked]
    return min(times, default=Decimal(1)) if rule.every or action.condition else max(times, default=Decimal(1))


def _priced(
    rules: Sequence[Rule], lines: Sequence[Line], found: _Pass, sold: Mapping[int, Sold], rate: Decimal
) -> Outcome:
    """Prices, once it is settled what is added: the first rule that prices a line decides."""
    given_prices: dict[int, Priced] = {}
    prices: dict[int, Priced] = {}
    for rule in rules:
        adds = {action.product for action in rule.actions if action.type == ADD}
        for action in rule.actions:
            if action.type not in {PRICE, DISCOUNT, REDUCE} or not found.holds[action.id]:
                continue
            if action.product in adds:
                # What a rule gives is what it prices: the same product bought beside it costs what it costs.
                ours = [one.id for one in rule.actions if one.type == ADD and one.product == action.product]
                cost = sold[action.product].price if action.product in sold else None
                for one in ours:
                    if one in found.given:
                        given_prices.setdefault(
                            one, _price(action, None if cost is None else rounded(cost / rate), rate)
                        )
                continue
            for place, line in enumerate(lines):
                if line.product == action.product and not line.component:
                    prices.setdefault(place, _price(action, line.list_price, rate))
    return Outcome(found.given, given_prices, prices, found.forbidden)


def _price(action: RuleAction, listed: Decimal | None, rate: Decimal) -> Priced:
    if action.type == DISCOUNT:
        return Priced(action.id, None, min(action.value, HUNDRED))
    value = rounded(action.value / rate)
    if action.type == PRICE:
        return Priced(action.id, value, ZERO)
    return Priced(action.id, None if listed is None else max(listed - value, ZERO), ZERO)
