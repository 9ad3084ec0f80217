"""What the demonstration company offered and sold: categories, price books, quotes, orders and frame contracts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dougong.access.principal import Principal, system
from dougong.crm.demonstration.deals import Deal
from dougong.crm.demonstration.words import Words
from dougong.crm.trade.copying import Copied, lines_in, put_lines
from dougong.kit.money import rounded
from dougong.metadata.registry import Registry
from dougong.records.api import Change, Writing, create, get, keeping, update, writing
from dougong.storage.unit_of_work import Transaction

BOOKS = (("大客户协议价", Decimal("0.92")), ("经销商价", Decimal("0.82")))
"""Price books with what their prices are of the list price."""

QUOTED = {"proposal": "sent", "negotiation": "sent", "won": "accepted", "lost": "rejected"}
"""The stages of deals that were quoted, and what became of the quote."""
EVERY_OTHER = 2
"""Of so many quotes one had a dearer one before it, which was refused."""
CLOSED_AFTER = timedelta(days=120)
"""For how long an order is open."""
FRAMES = 6
"""How many of the orders belong to a contract."""
TERMS = """付款：合同签订后预付 30%，发货前付 60%，质保金 10% 一年后付清。
交货：预付款到账后 45 天。
质保：验收合格后 12 个月。"""


@dataclass(frozen=True)
class Sold:
    """An order in force: of which day it is, and whether it is closed."""

    order: int
    day: date
    closed: bool


def load_catalogue(
    tx: Transaction, registry: Registry, people: Mapping[str, Principal], words: Words, products: Mapping[str, int]
) -> None:
    """Categories by family, and price books beside the standard one."""
    admin = writing(tx, registry, people["admin"], "ui")
    families = sorted({product.family for product in words.catalogue})
    made = create(admin, "product_category", [{"name": name, "order_number": n} for n, name in enumerate(families, 1)])
    category = dict(zip(families, made.ids, strict=True))
    changes = [Change(products[one.code], {"category_id": category[one.family]}) for one in words.catalogue]
    update(admin, "product", changes)
    for name, part in BOOKS:
        book = int(create(admin, "price_book", [{"name": name}]).ids[0] or 0)
        rows = [
            {"price_book_id": book, "product_id": products[one.code], "price": rounded(one.price * part, 0)}
            for one in words.catalogue
        ]
        create(admin, "price_book_entry", rows)


def load_trade(
    tx: Transaction,
    registry: Registry,
    people: Mapping[str, Principal],
    deals: tuple[Sequence[Deal], Sequence[int]],
    today: date,
) -> list[Sold]:
    """A quote of each deal that came so far, an order of each that was won, and contracts for some."""
    orders: list[tuple[str, int, Deal, date]] = []
    for place, (deal, deal_id) in enumerate(zip(*deals, strict=True)):
        w = writing(tx, registry, people[deal.owner], "ui")
        if deal.stage in QUOTED and deal.lines:
            _quote(w, place, deal, deal_id, today)
        if deal.stage == "won" and deal.lines:
            orders.append((deal.owner, _order(w, deal, deal_id, today), deal, deal.closes))
    for login, order, deal, day in orders[:FRAMES]:
        _contract(writing(tx, registry, people[login], "ui"), order, deal, day)
    return [Sold(order, day, day + CLOSED_AFTER < today) for _login, order, _deal, day in orders]


def _quote(w: Writing, place: int, deal: Deal, deal_id: int, today: date) -> None:
    day = min(deal.closes - timedelta(days=25), today - timedelta(days=place % 9))
    lines = lines_in(w, "opportunity", deal_id)
    head = {"opportunity_id": deal_id, "terms": TERMS}
    # The first quote is the main one: the one that was refused comes behind it, with an earlier day.
    status = QUOTED[deal.stage]
    quote = _document(w, "quote", {**head, "quote_date": day, "valid_until": day + timedelta(days=45)}, lines)
    # What was accepted in the past is not held to today.
    past = replace(w, actor=system("demonstration company"), via="system")
    update(past, "quote", [Change(quote, {"status": status})])
    if place % EVERY_OTHER == 0 and status != "rejected":
        early = day - timedelta(days=12)
        dearer = [replace(one, values=_undiscounted(one.values)) for one in lines]
        first = {**head, "quote_date": early, "valid_until": early + timedelta(days=45)}
        refused = _document(w, "quote", first, dearer)
        update(w, "quote", [Change(refused, {"status": "rejected"})])


def _undiscounted(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name not in {"discount", "amount"}}


def _order(w: Writing, deal: Deal, deal_id: int, today: date) -> int:
    account = _account_of(w, "opportunity", deal_id)
    day = deal.closes
    values = {"account_id": account, "opportunity_id": deal_id, "order_date": day}
    values["delivery_date"] = day + timedelta(days=45)
    order = _document(w, "sales_order", values, lines_in(w, "opportunity", deal_id))
    update(keeping(w, "effective_date"), "sales_order", [Change(order, {"status": "effective", "effective_date": day})])
    if day + CLOSED_AFTER < today:
        update(w, "sales_order", [Change(order, {"status": "closed"})])
    return order


def _contract(w: Writing, order: int, deal: Deal, day: date) -> None:
    values: dict[str, Any] = {
        "name": f"{deal.values['name']}合同",
        "type": "sale",
        "account_id": _account_of(w, "sales_order", order),
        "status": "effective",
        "amount": str(deal.amount),
        "signed_on": day,
        "start_date": day,
        "end_date": day + timedelta(days=365),
        "signer_id": w.actor.user_id,
        "payment_method": "transfer",
    }
    contract = create(w, "contract", [values]).ids[0]
    update(w, "sales_order", [Change(order, {"contract_id": contract})])


def _document(w: Writing, name: str, values: Mapping[str, Any], lines: Sequence[Copied]) -> int:
    made = int(create(w, name, [values]).ids[0] or 0)
    put_lines(w, name, made, lines)
    return made


def _account_of(w: Writing, name: str, record_id: int) -> int:
    return int(get(w, name, record_id, ("account_id",))["account_id"])


def load_rules(
    tx: Transaction, registry: Registry, people: Mapping[str, Principal], products: Mapping[str, int]
) -> None:
    """Two price rules for quotes to come: a gift for three robots, and a price for ten vehicles."""
    admin = writing(tx, registry, people["admin"], "ui")
    robots = get(admin, "product", products["JZ-R06"], ("category_id",))["category_id"]
    training, vehicle = products["JZ-TRN"], products["JZ-A600"]

    def rule(name: str, condition: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]) -> None:
        made = create(admin, "price_rule", [{"name": name, "object_name": "quote"}]).ids[0]
        asked = create(admin, "price_rule_condition", [{"rule_id": made, **condition}]).ids[0]
        rows = [{"rule_id": made, "condition_id": asked, "order_number": n, **one} for n, one in enumerate(actions, 1)]
        create(admin, "price_rule_action", rows)

    rule(
        "机器人满三台送编程培训",
        {"name": "机器人满三台", "category_id": robots, "minimum": 3},
        [{"type": "add", "product_id": training}, {"type": "price", "product_id": training, "value": 0}],
    )
    rule(
        "AGV 十台九五折",
        {"name": "AGV 满十台", "product_id": vehicle, "minimum": 10},
        [{"type": "discount", "product_id": vehicle, "value": 5}],
    )
