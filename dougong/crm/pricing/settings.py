"""What price rules must be like to be kept."""

from dougong.crm.catalogue.documents import lines_of
from dougong.crm.pricing.reading import CONDITION, KEEPER, document_condition
from dougong.crm.pricing.rules import ADD, DISCOUNT, PRICE, REDUCE
from dougong.crm.reading import by_ids, product_reads
from dougong.kit.errors import BadRequest, Problem
from dougong.records.api import Writing
from dougong.records.hooks import Batch

PERCENT_MAX = 100


def rules_fit(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each rule of an object without lines, or with a condition that documents cannot be asked."""
    problems = []
    for row in batch.live:
        name, text = row.after("object_name"), row.after("conditions")
        obj = w.registry.objects.get(name) if name else None
        if name and (obj is None or lines_of(w.registry, obj) is None):
            problems.append(Problem("price_rule.no_lines", "object_name", row.number, {"object": name}))
        elif text and obj is None:
            problems.append(Problem("price_rule.which_documents", "object_name", row.number))
        elif obj is not None:
            try:
                document_condition(w, obj.name, text)
            except BadRequest as error:
                params = {**error.params, "field": error.field, "object": obj.name}
                problems.append(Problem(error.code, "conditions", row.number, params))
    return problems


def conditions_fit(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each condition that names both a product and a category."""
    return [
        Problem("price_rule.product_or_category", "category_id", row.number)
        for row in batch.live
        if row.after("product_id") is not None and row.after("category_id") is not None
    ]


def actions_fit(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each action without what it needs, of another rule's condition, or of a product not on sale."""
    reader = product_reads(w, KEEPER)
    conditions = {row.after("condition_id") for row in batch.live} - {None}
    rules = dict(by_ids(reader, CONDITION, ("id", "rule_id"), conditions)) if conditions else {}
    products = {i for row in batch.live if (i := row.values.get("product_id")) is not None}
    gone = {i for i, active in by_ids(reader, "product", ("id", "active"), products) if active is False}
    problems = []
    for row in batch.live:
        condition, kind, value = row.after("condition_id"), row.after("type"), row.after("value")
        if condition is not None and rules.get(condition) != row.after("rule_id"):
            problems.append(Problem("price_rule.other_rule", "condition_id", row.number))
        if kind == ADD and row.after("quantity") is None:
            problems.append(Problem("price_rule.how_many", "quantity", row.number))
        if kind in {PRICE, DISCOUNT, REDUCE} and value is None:
            problems.append(Problem("price_rule.how_much", "value", row.number))
        if kind == DISCOUNT and value is not None and value > PERCENT_MAX:
            problems.append(Problem("price_rule.percent", "value", row.number))
        if kind == ADD and row.values.get("product_id") in gone:
            problems.append(Problem("price_rule.not_sold", "product_id", row.number))
    return problems
