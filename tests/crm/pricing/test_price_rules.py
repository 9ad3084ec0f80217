"""What price rules make of the lines of a document: pure, by hand and over random rules (domain.md 3.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.crm.pricing.rules import (
    ADD,
    DISCOUNT,
    FORBID,
    PRICE,
    REDUCE,
    Line,
    Outcome,
    Rule,
    RuleAction,
    RuleCondition,
    Sold,
    outcome,
)

A, B, C = 1, 2, 3
MOTORS, DRIVES = 10, 11
SOLD = {
    A: Sold(frozenset({MOTORS, DRIVES}), Decimal(100)),
    B: Sold(frozenset({DRIVES}), Decimal(30)),
    C: Sold(frozenset(), Decimal(7)),
}


def condition(number: int = 1, product: int | None = A, **more: Any) -> RuleCondition:
    whole: dict[str, Any] = {"category": None, "less": False, "by_amount": False, "minimum": Decimal(1)} | more
    return RuleCondition(number, product, **whole)


def action(number: int, kind: str, product: int = B, **more: Any) -> RuleAction:
    whole: dict[str, Any] = {
        "condition": None,
        "quantity": Decimal(1),
        "per_trigger": False,
        "value": Decimal(0),
    } | more
    return RuleAction(id=number, type=kind, product=product, **whole)


def rule(*parts: RuleCondition | RuleAction, number: int = 1, every: bool = True) -> Rule:
    conditions = tuple(one for one in parts if isinstance(one, RuleCondition))
    actions = tuple(one for one in parts if isinstance(one, RuleAction))
    return Rule(number, f"规则 {number}", every, None, None, conditions, actions)


def line(product: int, quantity: str | int, amount: str | int = 0) -> Line:
    found = SOLD[product]
    return Line(product, found.categories, Decimal(quantity), Decimal(amount), found.price)


def made(rules: Sequence[Rule], *lines: Line, rate: str = "1") -> Outcome:
    return outcome(rules, lines, SOLD, Decimal(rate))


BUY_A_GET_B = rule(condition(), action(1, ADD), action(2, PRICE, value=Decimal(0)))


def test_who_buys_a_gets_b_for_nothing() -> None:
    found = made([BUY_A_GET_B], line(A, 3))
    assert dict(found.given) == {1: (B, Decimal("1.00"))}
    assert (found.given_prices[1].unit_price, found.prices) == (Decimal("0.00"), {})
    # Without A there is no gift: nobody needs a rule that takes it back.
    assert made([BUY_A_GET_B], line(C, 3)).given == {}
    assert made([BUY_A_GET_B], line(A, 0)).given == {}


def test_b_that_was_bought_beside_it_costs_what_it_costs() -> None:
    found = made([BUY_A_GET_B], line(A, 1), line(B, 5))
    assert (list(found.given), found.prices) == ([1], {})


@pytest.mark.parametrize(("bought", "gifts"), [("2", None), ("3", "2.00"), ("5.99", "2.00"), ("7", "4.00")])
def test_a_gift_for_so_many(bought: str, gifts: str | None) -> None:
    """Two B for each three A."""
    by_three = rule(condition(minimum=Decimal(3)), action(1, ADD, per_trigger=True, quantity=Decimal(2)))
    found = made([by_three], line(A, bought))
    assert dict(found.given) == ({} if gifts is None else {1: (B, Decimal(gifts))})


def test_two_rules_give_the_same_each_for_itself() -> None:
    other = rule(condition(2, product=C), action(3, ADD, quantity=Decimal(2)), number=2)
    found = made([BUY_A_GET_B, other], line(A, 1), line(C, 1))
    assert dict(found.given) == {1: (B, Decimal("1.00")), 3: (B, Decimal("2.00"))}
    assert list(found.given_prices) == [1]


def test_a_gift_may_bring_another_but_never_itself() -> None:
    chain = rule(condition(2, product=B), action(3, ADD, product=C), number=2)
    found = made([chain, BUY_A_GET_B], line(A, 1))
    assert dict(found.given) == {1: (B, Decimal("1.00")), 3: (C, Decimal("1.00"))}
    itself = rule(condition(), action(1, ADD, product=A, per_trigger=True))
    assert dict(made([itself], line(A, 2)).given) == {1: (A, Decimal("2.00"))}


def test_rules_that_set_one_another_off_for_ever_are_told() -> None:
    first = rule(condition(1, product=A), action(1, ADD, product=B, per_trigger=True, quantity=Decimal(2)), number=1)
    second = rule(condition(2, product=B), action(2, ADD, product=A, per_trigger=True, quantity=Decimal(2)), number=2)
    assert made([first, second], line(A, 1)).endless is not None
    # One that undoes what it hangs on finds no rest either.
    there = rule(condition(1, product=C, less=True), action(1, ADD, product=A), number=1)
    back = rule(condition(2, product=A), action(2, ADD, product=C), number=2)
    assert made([there, back], line(B, 1)).endless is not None


def test_conditions_together_and_each_for_itself() -> None:
    both = (condition(1, product=A), condition(2, product=C, minimum=Decimal(2)))
    gives = action(1, ADD)
    assert made([rule(*both, gives)], line(A, 1), line(C, 1)).given == {}
    assert list(made([rule(*both, gives)], line(A, 1), line(C, 2)).given) == [1]
    assert list(made([rule(*both, gives, every=False)], line(A, 1)).given) == [1]
    # An action with a condition of its own asks for no other.
    own = replace(gives, condition=2)
    assert list(made([rule(*both, own)], line(C, 2)).given) == [1]
    assert made([rule(*both, own, every=False)], line(A, 1)).given == {}


def test_what_is_counted() -> None:
    """A category with all below it, everything, or money."""
    gives = action(1, ADD, product=C)
    drives = rule(condition(product=None, category=DRIVES, minimum=Decimal(3)), gives)
    assert list(made([drives], line(A, 2), line(B, 1)).given) == [1]
    assert made([drives], line(A, 2), line(C, 9)).given == {}
    spent = rule(condition(product=None, by_amount=True, minimum=Decimal(1000)), gives)
    assert made([spent], line(A, 9, "999.99")).given == {}
    assert list(made([spent], line(A, 9, "600"), line(B, 1, "400")).given) == [1]


def test_prices_of_what_was_entered() -> None:
    tenth = rule(condition(minimum=Decimal(10)), action(1, DISCOUNT, product=A, value=Decimal("12.5")))
    assert made([tenth], line(A, 9)).prices == {}
    found = made([tenth], line(C, 1), line(A, 6), line(A, 4))
    assert {place: (one.unit_price, one.discount) for place, one in found.prices.items()} == {
        1: (None, Decimal("12.5")),
        2: (None, Decimal("12.5")),
    }
    fixed = rule(condition(), action(2, PRICE, product=A, value=Decimal(70)), number=2)
    # The first rule that prices a line decides; prices are in the currency of the document.
    assert made([fixed, tenth], line(A, 10), rate="7").prices[0].unit_price == Decimal("10.00")
    less = rule(condition(), action(3, REDUCE, product=A, value=Decimal(30)))
    assert made([less], line(A, 1)).prices[0].unit_price == Decimal("70.00")
    # Never below nothing.
    assert made([rule(condition(), action(3, REDUCE, product=A, value=Decimal(999)))], line(A, 1)).prices[
        0
    ].unit_price == Decimal(0)
    half = rule(condition(), action(1, ADD), action(2, REDUCE, value=Decimal(12)))
    assert made([half], line(A, 1)).given_prices[1].unit_price == Decimal("18.00")


def test_what_is_not_allowed_and_what_is_not_sold() -> None:
    never = rule(condition(), action(1, FORBID, product=C))
    assert made([never], line(A, 1)).forbidden == []
    assert [product for _rule, product in made([never], line(A, 1), line(C, 1)).forbidden] == [C]
    gone = rule(condition(), action(1, ADD, product=99))
    assert made([gone], line(A, 1)).given == {}


def test_a_rule_holds_for_its_days_and_documents() -> None:
    found = replace(BUY_A_GET_B, starts=date(2026, 3, 1), ends=date(2026, 3, 31), documents=frozenset({5}))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [found.in_force(5, day) for day in days] == [False, True, True, False]
    assert not found.in_force(6, date(2026, 3, 1))


PRODUCTS = st.sampled_from([A, B, C])
QUANTITIES = st.integers(0, 12)


@st.composite
def some_rules(draw: st.DrawFn) -> list[Rule]:
    rules = []
    for number in range(draw(st.integers(1, 4))):
        conditions = [
            condition(
                number * 10 + n,
                product=draw(st.one_of(st.none(), PRODUCTS)),
                less=draw(st.booleans()),
                minimum=Decimal(draw(st.integers(1, 6))),
            )
            for n in range(draw(st.integers(0, 2)))
        ]
        actions = [
            action(
                number * 10 + n,
                draw(st.sampled_from([ADD, FORBID, PRICE, DISCOUNT, REDUCE])),
                draw(PRODUCTS),
                condition=draw(st.sampled_from([None, *(one.id for one in conditions)])),
                quantity=Decimal(draw(st.integers(1, 3))),
                per_trigger=draw(st.booleans()),
                value=Decimal(draw(st.integers(0, 120))),
            )
            for n in range(draw(st.integers(1, 3)))
        ]
        rules.append(rule(*conditions, *actions, number=number, every=draw(st.booleans())))
    return rules


@given(some_rules(), st.lists(st.tuples(PRODUCTS, QUANTITIES), max_size=5))
def test_whatever_the_rules_what_they_say_is_at_rest(rules: list[Rule], bought: list[tuple[int, int]]) -> None:
    """What was found is found again, no price is below nothing, and what is given is on sale and more than nothing."""
    lines = [line(product, quantity, quantity * 10) for product, quantity in bought]
    found = made(rules, *lines)
    assert made(rules, *lines) == found
    if found.endless is not None:
        assert (found.given, found.prices) == ({}, {})
        return
    for product, quantity in found.given.values():
        assert product in SOLD
        assert quantity > 0
    for price in (*found.prices.values(), *found.given_prices.values()):
        assert price.unit_price is None or price.unit_price >= 0
        assert 0 <= price.discount <= 100
    assert set(found.given_prices) <= set(found.given)
