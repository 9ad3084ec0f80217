"""Whether a selection of a bundle's options holds, and what a bundle has when nothing is said. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dougong.crm.cpq.bundles import Bundle, Condition, ProductOption


@dataclass(frozen=True)
class Flaw:
    """Why something cannot be. `option`: the one at fault, if it is one."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    option: int | None = None
    column: str | None = None
    """The field of the line at fault."""


def judge(bundle: Bundle, chosen: Mapping[int, Decimal], touched: Collection[int] | None = None) -> list[Flaw]:
    """What is wrong with choosing these options in these quantities for each bundle; 0 is not chosen.

    Quantities, and whether options are in use, are asked of those `touched` (None: all): what was chosen before keeps
    them. Everything else is asked of the selection as a whole.
    """
    picked = frozenset(option for option, quantity in chosen.items() if quantity > 0)
    asked = picked if touched is None else picked & frozenset(touched)
    flaws = [flaw for option in picked if option in asked for flaw in _alone(bundle, option, chosen[option])]
    for one in bundle.options.values():
        if one.required and one.active and one.id not in picked:
            # A required option whose product is out of use keeps the bundle from being sold: said, not left out.
            code = "cpq.required" if one.sold else "cpq.required_out_of_use"
            flaws.append(Flaw(code, _named(bundle, option=one.name), one.id))
    return flaws + list(_features(bundle, picked)) + [_broken(bundle, one) for one in broken(bundle, picked)]


def _alone(bundle: Bundle, option: int, quantity: Decimal) -> Iterator[Flaw]:
    one = bundle.options.get(option)
    if one is None:
        yield Flaw("cpq.option_elsewhere", _named(bundle), option, "option_id")
        return
    named = _named(bundle, option=one.name)
    if not one.usable:
        yield Flaw("cpq.out_of_use", named, option, "option_id")
    if not one.editable and quantity != one.start:
        yield Flaw("cpq.quantity_fixed", named | {"quantity": plain(one.start)}, option, "quantity")
    elif (one.least is not None and quantity < one.least) or (one.most is not None and quantity > one.most):
        yield Flaw(f"cpq.quantity_{_bounds(one)}", named | _limits(one), option, "quantity")


def _bounds(one: ProductOption) -> str:
    if one.most is None:
        return "least"
    return "most" if one.least is None else "range"


def _limits(one: ProductOption) -> dict[str, str]:
    return {"least": plain(one.least), "most": plain(one.most)}


def _features(bundle: Bundle, picked: frozenset[int]) -> Iterator[Flaw]:
    counts = Counter(bundle.options[option].feature for option in picked if option in bundle.options)
    for one in bundle.features.values():
        count = counts[one.id]
        named = _named(bundle, feature=one.name, count=count, least=one.least, most=one.most)
        if one.least is not None and count < one.least:
            yield Flaw("cpq.feature_least", named)
        if one.most is not None and count > one.most:
            yield Flaw("cpq.feature_most", named)


def broken(bundle: Bundle, picked: frozenset[int]) -> list[Condition]:
    """The conditions that do not hold for what is chosen; who excludes each other is named once."""
    found = []
    seen: set[frozenset[int]] = set()
    for one in bundle.conditions:
        if not one.broken(picked):
            continue
        if one.excludes:
            together = frozenset({one.option, *one.others})
            if together in seen:
                continue
            seen.add(together)
        found.append(one)
    return found


def _broken(bundle: Bundle, one: Condition) -> Flaw:
    names = [bundle.title(other) for other in one.others]
    code = "cpq.excludes" if one.excludes else "cpq.requires"
    joined = {
        "others_zh": ("和" if one.excludes else "或").join(f"“{name}”" for name in names),
        "others_en": (" and " if one.excludes else " or ").join(f'"{name}"' for name in names),
    }
    return Flaw(code, _named(bundle, option=bundle.title(one.option), **joined), one.option)


def _named(bundle: Bundle, **params: Any) -> dict[str, Any]:  # noqa: ANN401  # what sentences show
    return {"bundle": bundle.name, **params}


def defaults(bundle: Bundle) -> dict[int, Decimal]:
    """What a bundle has when nothing is said: what is required, and of what is preselected all that goes with it."""
    picked = [one for one in bundle.options.values() if one.usable and (one.required or one.selected)]
    counts: Counter[int | None] = Counter(one.feature for one in picked if one.required)
    kept = []
    for one in picked:
        feature = bundle.features.get(one.feature or 0)
        if not one.required:
            if feature is not None and feature.most is not None and counts[one.feature] >= feature.most:
                continue
            counts[one.feature] += 1
        kept.append(one)
    while True:
        flaws = broken(bundle, frozenset(one.id for one in kept))
        at_fault = {option for flaw in flaws for option in (flaw.option, *(flaw.others if flaw.excludes else ()))}
        # The last of those who do not go together gives way.
        gone = next((one for one in reversed(kept) if one.id in at_fault and not one.required), None)
        if gone is None:
            return {one.id: one.start for one in kept}
        kept.remove(gone)


def plain(number: Decimal | None) -> str:
    """A quantity as one writes it: 3, not 3.00."""
    return "" if number is None else f"{number.normalize():f}"
