"""Documents follow the price rules: behind every write of their lines, and of what rules ask of the document itself."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dougong.crm.catalogue.documents import RERATE, RULES, is_frozen, lines_of
from dougong.crm.pricing.reading import ACTION, KEEPER, categories_of, day_of, products_on_sale, rules_for
from dougong.crm.pricing.rules import Line, Outcome, Priced, outcome
from dougong.crm.reading import by_ids, product_reads, product_writes
from dougong.crm.stages.rules import option_of
from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.metadata.model import Field, Object
from dougong.records.api import Change, Reading, Writing, create, delete, update
from dougong.records.hooks import Act, Batch

GIVEN, PRICED, COMPONENT = "given_by_id", "priced_by_id", "option_id"
WHAT = ("product_id", "quantity")
MONEY = ("unit_price", "discount", "amount")
_LINE = ("id", "product_id", "quantity", "amount", "list_price", "unit_price", "discount", COMPONENT, GIVEN, PRICED)

Values = dict[str, Any]


def only_by_rules(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of who would change by hand what a rule has added or priced."""
    if not _follows(batch.object) or batch.derived or w.action in {RULES, RERATE}:
        return []
    guarded = [row for row in batch.live if row.old.get(GIVEN) is not None or row.old.get(PRICED) is not None]
    names = _rule_names(w, {row.old.get(GIVEN) or row.old[PRICED] for row in guarded})
    problems = []
    for row in guarded:
        given = row.old.get(GIVEN) is not None
        params = {"rule": names.get(row.old.get(GIVEN) or row.old[PRICED], "")}
        if batch.act is Act.DELETE:
            if given:
                problems.append(Problem("line.given", row=row.number, params=params))
            continue
        code, fixed = ("line.given", (*WHAT, *MONEY)) if given else ("line.priced", MONEY)
        problems += [Problem(code, name, row.number, params) for name in fixed if row.changes(name)]
    return problems


def _rule_names(r: Reading, actions: set[int]) -> Mapping[int, str]:
    if not actions:
        return {}
    return dict(by_ids(product_reads(r, KEEPER), ACTION, ("id", "rule.name"), actions))


def _follows(line: Object) -> bool:
    """Whether lines of this object follow rules: they are priced, and have where to say it."""
    return line.priced and {GIVEN, PRICED} <= line.fields.keys()


def lines_changed(batch: Batch, w: Writing) -> list[Problem]:
    """Have the documents of these lines follow the rules, once the components that go or come with them have done so.

    Documents that go with their lines are gone by now.
    """
    line, link = batch.object, batch.object.master
    if link is None or not _follows(line) or w.action in {RULES, RERATE}:
        return []
    if any(part.object.name == line.name for part in batch.cascade):
        return []
    by_document: dict[int, int] = {}
    for row in batch.storable:
        for document in (row.old.get(link.name), row.after(link.name)):
            if document is not None:
                by_document.setdefault(document, row.number)
    return follow(w, w.registry.object(link.points_to[0]), line, link, by_document)


def document_changed(batch: Batch, w: Writing) -> list[Problem]:
    """Have documents follow the rules when something of them has changed that a rule may ask for."""
    held = lines_of(w.registry, batch.object) if batch.object.dated_by is not None else None
    if held is None or not _follows(held[0]) or w.action in {RULES, RERATE}:
        return []
    line, link = held
    changed = {int(row.id or 0): row.number for row in batch.storable if row.old.get("line_count") and row.values}
    return follow(w, batch.object, line, link, changed)


def follow(w: Writing, of: Object, line: Object, link: Field, documents: Mapping[int, int]) -> list[Problem]:
    """Give these documents (by id, with the row that is answered for) the lines and prices that rules say."""
    if not documents:
        return []
    rules = rules_for(w, of.name, documents)
    known = _documents(w, of, documents)
    kept = _lines(w, line, link, known)
    if not rules and not any(row[GIVEN] or row[PRICED] for rows in kept.values() for row in rows):
        return []
    asked = {action.product for rule in rules for action in rule.actions}
    sold = products_on_sale(w, asked)
    categories = categories_of(w, {row["product_id"] for rows in kept.values() for row in rows})
    problems: list[Problem] = []
    changes = _Changes(line.name, link.name)
    for document, values in known.items():
        day = day_of(values, of.dated_by, today(w.actor.timezone))
        ours = [rule for rule in rules if rule.in_force(document, day)]
        rows = kept.get(document, [])
        entered = [row for row in rows if row[GIVEN] is None]
        rate = values.get("exchange_rate") or Decimal(1)
        found = outcome(ours, [_seen(row, categories, rate) for row in entered], sold, rate)
        problems += _told(w, found, documents[document])
        changes.collect(document, rows, entered, found)
    if not problems:
        changes.write(w)
    return problems


def _documents(r: Reading, of: Object, ids: Iterable[int]) -> dict[int, Values]:
    """The documents whose lines may change, with what decides about rules."""
    stage = of.fields.get(of.stage_field or "")
    wanted = (of.dated_by, "priced_on", "exchange_rate", of.stage_field)
    names = ("id", *(name for name in dict.fromkeys(wanted) if name is not None and name in of.fields))
    rows = [dict(zip(names, row, strict=True)) for row in by_ids(product_reads(r, KEEPER), of.name, names, set(ids))]
    return {row["id"]: row for row in rows if stage is None or not is_frozen(option_of(stage, row[stage.name]))}


def _lines(r: Reading, line: Object, link: Field, documents: Iterable[int]) -> Mapping[int, list[Values]]:
    found: dict[int, list[Values]] = {}
    names = (*(name for name in _LINE if name in line.fields), link.name)
    for row in by_ids(product_reads(r, KEEPER), line.name, names, set(documents), link.name):
        values = dict.fromkeys(_LINE) | dict(zip(names, row, strict=True))
        found.setdefault(int(values[link.name] or 0), []).append(values)
    return found


def _seen(row: Values, categories: Mapping[int, frozenset[int]], rate: Decimal) -> Line:
    return Line(
        product=row["product_id"],
        categories=categories.get(row["product_id"], frozenset()),
        quantity=row["quantity"] or Decimal(0),
        amount=(row["amount"] or Decimal(0)) * rate,
        list_price=row["list_price"],
        component=row[COMPONENT] is not None,
    )


def _told(w: Writing, found: Outcome, number: int) -> list[Problem]:
    if found.endless is not None:
        return [Problem("price_rule.endless", row=number, params={"rule": found.endless.name})]
    wanted = {product for _rule, product in found.forbidden}
    names = dict(by_ids(product_reads(w, KEEPER), "product", ("id", "name"), wanted)) if wanted else {}
    return [
        Problem("price_rule.forbidden", "product_id", number, {"rule": rule.name, "product": names.get(product, "")})
        for rule, product in found.forbidden
    ]


class _Changes:
    """What is to be written for several documents, so that each kind is one batch."""

    def __init__(self, line: str, link: str) -> None:
        self.line, self.link = line, link
        self.new: list[Values] = []
        self.changed: list[Change] = []
        self.gone: list[int] = []

    def collect(self, document: int, rows: Sequence[Values], entered: Sequence[Values], found: Outcome) -> None:
        given = {row[GIVEN]: row for row in rows if row[GIVEN] is not None}
        for action, (product, quantity) in found.given.items():
            price = found.given_prices.get(action)
            wanted = {"product_id": product, "quantity": quantity}
            row = given.pop(action, None)
            if row is None:
                values = wanted | _price(price, None) | {self.link: document, GIVEN: action}
                self.new.append({name: value for name, value in values.items() if value is not None})
            else:
                self._change(row, wanted | _price(price, row["list_price"]))
        self.gone += [row["id"] for row in given.values()]
        for place, row in enumerate(entered):
            price = found.prices.get(place)
            if price is not None:
                self._change(row, _price(price, row["list_price"]) | {PRICED: price.action})
            elif row[PRICED] is not None:
                self._change(row, _price(None, row["list_price"]) | {PRICED: None})

    def _change(self, row: Values, wanted: Values) -> None:
        values = {name: value for name, value in wanted.items() if row[name] != value}
        if values:
            self.changed.append(Change(row["id"], values))

    def write(self, w: Writing) -> None:
        writer = product_writes(w, KEEPER, RULES)
        if self.gone:
            delete(writer, self.line, self.gone)
        if self.changed:
            update(writer, self.line, self.changed)
        if self.new:
            create(writer, self.line, self.new)


def _price(price: Priced | None, listed: Decimal | None) -> Values:
    """The price of a line by a rule, or its list price where no rule says one."""
    unit = listed if price is None or price.unit_price is None else price.unit_price
    return {"unit_price": unit, "discount": Decimal(0) if price is None else price.discount}
