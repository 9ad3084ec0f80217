"""What is sold to the customers: opportunities with lines, in every stage. Pure and decided by the seed."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.customers import Contact, Customer
from dougong.crm.demonstration.words import Product, Words

NUMBER = 150
STAGES = {"prospecting": 26, "engaging": 30, "proposal": 24, "negotiation": 14, "won": 38, "lost": 18}
"""How many of the deals are in each stage."""

WAYS = {
    "prospecting": (),
    "engaging": ("engaging",),
    "proposal": ("engaging", "proposal"),
    "negotiation": ("engaging", "proposal", "negotiation"),
    "won": ("engaging", "negotiation", "won"),
    "lost": ("engaging", "lost"),
}
"""The stages through which a deal comes to where it is; history tells them."""

PROBABILITIES = {"prospecting": 10, "engaging": 30, "proposal": 50, "negotiation": 70, "won": 100, "lost": 0}
WAITING = {
    "engaging": ("budget", 45, "客户年度预算推迟到下一季度审批，届时再联系。"),
    "proposal": ("decision", 20, "客户新任总经理到岗后重新评审方案。"),
}
"""Why one deal of a stage is on hold, for how many days, and what was noted."""

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Deal:
    """An opportunity: what it is created with, the updates that follow, and its lines (by product code)."""

    customer: int
    owner: str
    contact: int | None
    stage: str
    theme: str
    product: Product
    amount: Decimal
    closes: date
    values: dict[str, Any]
    updates: tuple[dict[str, Any], ...] = ()
    lines: tuple[dict[str, Any], ...] = field(default=())


def make_deals(
    random: Random, words: Words, customers: list[Customer], contacts: list[Contact], today: date
) -> list[Deal]:
    """The deals, shuffled: everybody who sells has some in most stages; large customers have more and larger ones."""
    deals = []
    for stage, number in STAGES.items():
        for owner in itertools.islice(itertools.cycle(sorted({c.owner for c in customers})), number):
            theirs = [customer for customer in customers if customer.owner == owner]
            (customer,) = random.choices(theirs, [3 if customer.large else 2 for customer in theirs])
            deals.append(_deal(random, words, customer, contacts, stage, today))
    random.shuffle(deals)
    return deals


def rests(deals: list[Deal], day: date) -> Iterator[tuple[int, dict[str, Any]]]:
    """Which deals, by their place, are put on hold and how: one of each stage in `WAITING`, counted from `day`."""
    waiting = dict(WAITING)
    for place, deal in enumerate(deals):
        if deal.stage in waiting:
            reason, days, told = waiting.pop(deal.stage)
            until = (day + timedelta(days=days)).isoformat()
            yield place, {"hold_reason": reason, "resume_on": until, "hold_description": told}


def _deal(random: Random, words: Words, customer: Customer, contacts: list[Contact], stage: str, today: date) -> Deal:
    product = random.choice(words.catalogue)
    theme = random.choice(product.themes)
    lines, amount = _lines(random, words, customer, product)
    there = [place for place, contact in enumerate(contacts) if contact.customer == customer.key]
    engaged, closes = _dates(random, stage, today)
    values: dict[str, Any] = {
        "name": f"{customer.short}{theme}{random.choice(SUFFIXES)}",
        "type": "renewal" if product.family == "服务" else random.choice(("new_business", "new_business", "upsell")),
        "source": customer.values["source"],
        "engage_date": engaged.isoformat(),
        "close_date": closes.isoformat(),
        "amount": str(amount),
        "probability": PROBABILITIES["prospecting"],
        "description": f"客户计划投入约 {amount / 10_000:.0f} 万元，主要设备为{product.name}。",
    }
    if stage not in {"won", "lost"}:
        values["next_step"] = random.choice(words.phrases["next_steps"])
        values["commitment"] = {"prospecting": "pipeline", "negotiation": "commit"}.get(
            stage, random.choice(("pipeline", "best_case"))
        )
    return Deal(
        customer=customer.key,
        owner=customer.owner,
        contact=random.choice(there) if there else None,
        stage=stage,
        theme=theme,
        product=product,
        amount=amount,
        closes=closes,
        values=values,
        updates=tuple(_update(random, words, step) for step in WAYS[stage]),
        lines=lines,
    )


SUFFIXES = ("项目", "项目", "项目", "项目", "二期")


def _update(random: Random, words: Words, stage: str) -> dict[str, Any]:
    values: dict[str, Any] = {"stage": stage, "probability": PROBABILITIES[stage]}
    if stage == "won":
        reason = random.choice(words.phrases["won_reasons"])
        values |= {"win_reason": reason["reason"], "reason_description": reason["description"]}
    elif stage == "lost":
        reason = random.choice(words.phrases["lost_reasons"])
        told = reason["description"].format(rival=random.choice(words.phrases["rivals"]))
        values |= {"lost_reason": reason["reason"], "reason_description": told}
    return values


def _dates(random: Random, stage: str, today: date) -> tuple[date, date]:
    """When talks began, and when the deal closed or is to close. One open deal in eight is overdue."""
    if stage in {"won", "lost"}:
        closes = today - timedelta(days=random.randint(1, 240))
        return closes - timedelta(days=random.randint(20, 150)), closes
    engaged = today - timedelta(days=random.randint(3, 120))
    overdue = random.random() < 0.125
    closes = (
        today - timedelta(days=random.randint(1, 20)) if overdue else today + timedelta(days=random.randint(5, 130))
    )
    return engaged, max(closes, engaged + timedelta(days=2))


def _lines(
    random: Random, words: Words, customer: Customer, product: Product
) -> tuple[tuple[dict[str, Any], ...], Decimal]:
    """The main product and up to two more, with a discount that large customers get more of; and their sum."""
    others = [p for p in words.catalogue if p.code != product.code and p.price < product.price * 2]
    bought = [product, *random.sample(others, min(random.choice((0, 0, 1, 1, 2)), len(others)))]
    lines = []
    total = Decimal(0)
    for item in bought:
        most = max(1, item.most if customer.large else item.most // 2)
        quantity = random.randint(1, most)
        discount = random.choice((0, 0, 3, 5, 8) if not customer.large else (3, 5, 8, 10, 12))
        amount = (Decimal(quantity * item.price) * (100 - discount) / 100).quantize(CENT, ROUND_HALF_UP)
        total += amount
        lines.append(
            {
                "product": item.code,
                "quantity": quantity,
                "unit_price": str(item.price),
                "discount": discount,
                "amount": str(amount),
            }
        )
    return tuple(lines), total
