"""Price rules and the documents that they are about, as the product itself reads them."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dougong.access.principal import system
from dougong.crm.pricing.rules import Rule, RuleAction, RuleCondition, Sold
from dougong.crm.reading import by_ids, each, product_reads
from dougong.expressions.ast import TRUE, Compare, Condition, Operator, Path, all_of, any_of
from dougong.kit.errors import BadRequest
from dougong.records.api import Reading, row_condition

RULE, CONDITION, ACTION = "price_rule", "price_rule_condition", "price_rule_action"
KEEPER = system("price rules")
_RULES = ("id", "name", "object_name", "conditions", "match", "start_date", "end_date", "priority")
_CONDITIONS = ("id", "rule_id", "product_id", "category_id", "compare", "measure", "minimum", "order_number")
_ACTIONS = (
    *("id", "rule_id", "condition_id", "type", "product_id", "quantity", "per_trigger", "value", "order_number"),
)


def rules_for(r: Reading, object_name: str, documents: Collection[int]) -> list[Rule]:
    """The rules that are on for documents of an object, in their order; those that these documents meet."""
    if RULE not in r.registry.objects:
        return []
    ours = any_of(
        Compare(Path(("object_name",)), Operator.EQ, (object_name,)), Compare(Path(("object_name",)), Operator.IS_NULL)
    )
    where = all_of(Compare(Path(("active",)), Operator.EQ, (True,)), ours)
    reader = product_reads(r, KEEPER)
    rows = [dict(zip(_RULES, row, strict=True)) for row in each(reader, RULE, _RULES, where)]
    rows.sort(key=lambda row: (row["priority"] is None, row["priority"] or 0, row["id"]))
    if not rows:
        return []
    ids = {row["id"] for row in rows}
    conditions, actions = _parts(reader, CONDITION, _CONDITIONS, ids), _parts(reader, ACTION, _ACTIONS, ids)
    found = []
    for row in rows:
        met = _meeting(reader, object_name, row["conditions"], documents)
        if met is not None and not met:
            continue
        found.append(
            Rule(
                id=row["id"],
                name=row["name"] or "",
                every=row["match"] != "any",
                starts=row["start_date"],
                ends=row["end_date"],
                conditions=tuple(_condition(one) for one in conditions[row["id"]]),
                actions=tuple(_action(one) for one in actions[row["id"]]),
                documents=met,
            )
        )
    return found


def _parts(r: Reading, name: str, columns: tuple[str, ...], rules: set[int]) -> Mapping[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in by_ids(r, name, columns, rules, "rule_id"):
        values = dict(zip(columns, row, strict=True))
        found[values["rule_id"]].append(values)
    for parts in found.values():
        parts.sort(key=lambda one: (one["order_number"] or 0, one["id"]))
    return found


def _condition(row: Mapping[str, Any]) -> RuleCondition:
    return RuleCondition(
        id=row["id"],
        product=row["product_id"],
        category=row["category_id"],
        less=row["compare"] == "less_than",
        by_amount=row["measure"] == "amount",
        minimum=row["minimum"] or Decimal(1),
    )


def _action(row: Mapping[str, Any]) -> RuleAction:
    return RuleAction(
        id=row["id"],
        condition=row["condition_id"],
        type=row["type"],
        product=row["product_id"],
        quantity=row["quantity"] if row["quantity"] is not None else Decimal(1),
        per_trigger=bool(row["per_trigger"]),
        value=row["value"] or Decimal(0),
    )


def gives_in(r: Reading, object_name: str, actions: Collection[int]) -> set[int]:
    """Those of the actions whose rule is on and about documents of this object: what they add is added there anew."""
    if not actions or RULE not in r.registry.objects:
        return set()
    rows = by_ids(product_reads(r, KEEPER), ACTION, ("id", "rule.active", "rule.object_name"), actions)
    return {action for action, active, named in rows if active is True and named in {None, "", object_name}}


def document_condition(r: Reading, object_name: str, text: str | None) -> Condition:
    """The condition on documents that a rule keeps as text; TRUE for none. Raises BadRequest for one that is unfit."""
    if not text:
        return TRUE
    try:
        wanted = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequest("condition.unreadable", field="conditions") from error
    if not wanted:
        return TRUE
    return row_condition(r.registry, r.registry.object(object_name), wanted).condition


def _meeting(r: Reading, object_name: str, text: str | None, ids: Collection[int]) -> frozenset[int] | None:
    """Which of the documents meet a rule's condition; None: all. A condition that names what is gone is met by none."""
    try:
        condition = document_condition(r, object_name, text)
    except BadRequest:
        return frozenset()
    if condition == TRUE:
        return None
    among = Compare(Path(("id",)), Operator.IN, tuple(sorted(ids)))
    return frozenset(row[0] for row in each(r, object_name, ("id",), all_of(among, condition)))


def products_on_sale(r: Reading, ids: Collection[int]) -> Mapping[int, Sold]:
    """Those of the products that are sold, with the categories in which each stands, up to the top of the tree."""
    reader = product_reads(r, KEEPER)
    above = _categories(reader)
    found = {}
    for product, category, price, active in by_ids(
        reader, "product", ("id", "category_id", "list_price", "active"), ids
    ):
        if active is not False:
            found[product] = Sold(above.get(category, frozenset()), price)
    return found


def categories_of(r: Reading, products: Collection[int]) -> Mapping[int, frozenset[int]]:
    """By product, sold or not, the categories in which it stands."""
    reader = product_reads(r, KEEPER)
    above = _categories(reader)
    rows = by_ids(reader, "product", ("id", "category_id"), products)
    return {product: above.get(category, frozenset()) for product, category in rows}


def _categories(r: Reading) -> Mapping[int | None, frozenset[int]]:
    """By category itself and all above it."""
    if "product_category" not in r.registry.objects:
        return {}
    parents = dict(each(r, "product_category", ("id", "parent_id"), TRUE))
    found: dict[int | None, frozenset[int]] = {}
    for category in parents:
        line, at = set[int](), category
        while at is not None and at not in line:
            line.add(at)
            at = parents.get(at)
        found[category] = frozenset(line)
    return found


def day_of(document: Mapping[str, Any], dated_by: str | None, today: date) -> date:
    """The day by which rules are judged: that of the pricing, where the document keeps one, else its own."""
    priced = document.get("priced_on")
    own = document.get(dated_by) if dated_by is not None else None
    found = priced or own or today
    return found if isinstance(found, date) else today
