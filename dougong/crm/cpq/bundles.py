"""What bundles are made of: options grouped by features, and the constraints between them (domain.md 3.1 to 3.3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.reading import by_ids, product_reads
from dougong.records.api import Reading

OPTION, FEATURE, CONSTRAINT, PRODUCT = "product_option", "product_feature", "product_constraint", "product"
BUNDLE = "bundle_id"
EXCLUDES = "excludes"
KEEPER = system("bundles")


@dataclass(frozen=True)
class ProductOption:
    """What may be chosen in a bundle. `price`: in the company's currency; None where the price book says it."""

    id: int
    bundle: int
    product: int
    name: str
    feature: int | None
    required: bool
    selected: bool
    quantity: Decimal
    least: Decimal | None
    most: Decimal | None
    editable: bool
    bundled: bool
    price: Decimal | None
    discount: Decimal | None
    active: bool
    sold: bool
    """Its product is in use."""
    configurable: bool
    """Its product is a bundle itself."""
    kind: str | None

    @property
    def usable(self) -> bool:
        """Whether it can be chosen anew."""
        return self.active and self.sold

    @property
    def start(self) -> Decimal:
        """How many of it there are at first."""
        return self.quantity if self.quantity > 0 else (self.least or Decimal(1))


@dataclass(frozen=True)
class Feature:
    """A group of options, with how many of them there are to be. None: no bound."""

    id: int
    name: str
    least: int | None
    most: int | None
    description: str | None


@dataclass(frozen=True)
class Constraint:
    """A stored row: `option` depends on `other`, or excludes it."""

    id: int
    name: str
    option: int
    other: int
    excludes: bool
    group: str | None


@dataclass(frozen=True)
class Condition:
    """What constraints of one option and group come to: it needs one of `others`, or does not go with all of them."""

    option: int
    excludes: bool
    others: tuple[int, ...]
    constraints: tuple[int, ...]

    def broken(self, chosen: frozenset[int]) -> bool:
        """Whether it does not hold for what is chosen."""
        if self.option not in chosen:
            return False
        return chosen.issuperset(self.others) if self.excludes else chosen.isdisjoint(self.others)


@dataclass(frozen=True)
class Bundle:
    """A product with its options, in the order in which they are shown."""

    id: int
    name: str
    configurable: bool
    options: Mapping[int, ProductOption]
    features: Mapping[int, Feature]
    constraints: tuple[Constraint, ...]
    """Those in force."""

    @property
    def conditions(self) -> list[Condition]:
        """The constraints, grouped rows combined."""
        groups: defaultdict[tuple[int, bool, str], list[Constraint]] = defaultdict(list)
        for one in self.constraints:
            groups[one.option, one.excludes, one.group or f"#{one.id}"].append(one)
        return [
            Condition(option, excludes, tuple(one.other for one in rows), tuple(one.id for one in rows))
            for (option, excludes, _), rows in groups.items()
        ]

    def title(self, option: int) -> str:
        """What an option is called."""
        return self.options[option].name if option in self.options else f"#{option}"


_OPTION = (
    *("id", BUNDLE, "product_id", "name", "feature_id", "required", "selected", "quantity", "min_quantity"),
    *("max_quantity", "quantity_editable", "bundled", "price", "discount", "active"),
    *("product.active", "product.configurable", "kind", "order_number"),
)
_FEATURE = ("id", BUNDLE, "name", "min_options", "max_options", "order_number", "description")
_CONSTRAINT = ("id", BUNDLE, "name", "option_id", "by_option_id", "type", "constraint_group", "active")
_LAST = 1_000_000_000


def bundles_of(r: Reading, products: Iterable[Any]) -> dict[int, Bundle]:
    """These products as bundles, whether they are configurable or not; those that do not exist are left out."""
    wanted = {i for i in products if i is not None}
    if not wanted or not {OPTION, FEATURE, CONSTRAINT} <= r.registry.objects.keys():
        return {}
    reads = product_reads(r, KEEPER)
    features: defaultdict[int, list[tuple[int, Feature]]] = defaultdict(list)
    for i, bundle, name, least, most, order, told in by_ids(reads, FEATURE, _FEATURE, wanted, BUNDLE):
        features[bundle].append(
            (_LAST if order is None else order, Feature(i, name, least or None, most or None, told))
        )
    places: dict[int | None, int] = {None: _LAST}
    for found in features.values():
        found.sort(key=lambda pair: (pair[0], pair[1].id))
        places |= {feature.id: place for place, (_, feature) in enumerate(found)}
    options: defaultdict[int, list[tuple[tuple[int, int, int], ProductOption]]] = defaultdict(list)
    for row in by_ids(reads, OPTION, _OPTION, wanted, BUNDLE):
        one, order = _option(row), row[-1]
        rank = places.get(one.feature, _LAST), _LAST if order is None else order, one.id
        options[one.bundle].append((rank, one))
    constraints: defaultdict[int, list[Constraint]] = defaultdict(list)
    for i, bundle, name, option, other, kind, group, active in by_ids(reads, CONSTRAINT, _CONSTRAINT, wanted, BUNDLE):
        if active is not False:
            constraints[bundle].append(Constraint(i, name or "", option, other, kind == EXCLUDES, group or None))
    return {
        i: Bundle(
            i,
            name or "",
            bool(configurable),
            {one.id: one for _, one in sorted(options[i], key=lambda pair: pair[0])},
            {feature.id: feature for _, feature in features[i]},
            tuple(constraints[i]),
        )
        for i, name, configurable in by_ids(reads, PRODUCT, ("id", "name", "configurable"), wanted)
    }


def _option(row: tuple[Any, ...]) -> ProductOption:
    (i, bundle, product, name, feature, required, selected, quantity, least, most) = row[:10]
    (editable, bundled, price, discount, active, sold, configurable, kind) = row[10:18]
    return ProductOption(
        i,
        bundle,
        product,
        name or "",
        feature,
        bool(required),
        bool(selected),
        Decimal(1) if quantity is None else quantity,
        least,
        most,
        bool(editable),
        bool(bundled),
        price,
        discount,
        active is not False,
        sold is not False,
        bool(configurable),
        kind,
    )


def bundles_below(r: Reading, products: Iterable[Any]) -> dict[int, Bundle]:
    """These products as bundles, and all that their options in use lead to."""
    found: dict[int, Bundle] = {}
    level = {i for i in products if i is not None}
    while level:
        found |= bundles_of(r, level)
        below = {one.product for i in level & found.keys() for one in found[i].options.values() if one.active}
        level = below - found.keys()
    return found
