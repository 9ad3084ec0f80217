"""Price rules in documents over HTTP: what they add, price and forbid, and that it goes again (domain.md 3.4)."""

from typing import Any

import pytest

from dougong.kit.clock import today
from tests.http.asking import act, change, changed, codes, deal, found, product, read


def lines(person: Any, quote: str, obj: str = "quote_line", link: str = "quote_id") -> list[tuple[Any, ...]]:
    """The lines of a document: product, quantity, unit price, discount, whether a rule gave or priced it."""
    fields = ["product_id", "quantity", "unit_price", "discount", "amount", "given_by_id", "priced_by_id"]
    return [
        (
            *(row[name] for name in ("product_id", "quantity", "unit_price", "discount", "amount")),
            row["given_by_id"] is not None,
            row["priced_by_id"] is not None,
        )
        for row in found(person, obj, fields, **{link: quote})
    ]


def gift(admin: Any, name: str, bought: str, given: str, **rule: Any) -> str:
    """A rule: who buys one thing gets another for nothing."""
    made = admin.make("price_rule", name=name, **rule)
    asked = admin.make("price_rule_condition", name="买", rule_id=made, product_id=bought)
    admin.make("price_rule_action", rule_id=made, condition_id=asked, type="add", product_id=given, per_trigger=True)
    admin.make("price_rule_action", rule_id=made, condition_id=asked, type="price", product_id=given, value="0")
    return str(made)


@pytest.fixture
def pair(admin: Any) -> tuple[str, str]:
    """A machine, and the tool that comes with it."""
    return product(admin, name="五轴加工中心", list_price="1000"), product(admin, name="刀具套装", list_price="80")


def test_a_gift_comes_follows_and_goes(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    rule = gift(admin, "买机床送刀具", machine, tool)
    quote = wang.make("quote", opportunity_id=deal(wang))
    bought = wang.make("quote_line", quote_id=quote, product_id=machine, quantity="2")
    given = (tool, "2.00", "0.00", "0.0000", "0.00", True, False)
    assert lines(wang, quote) == [(machine, "2.00", "1000.00", "0.0000", "2000.00", False, False), given]
    # One that was bought beside it costs what it costs, before and after the gift goes.
    wang.make("quote_line", quote_id=quote, product_id=tool)
    changed(wang, "quote_line", bought, quantity="3")
    own = (tool, "1.00", "80.00", "0.0000", "80.00", False, False)
    assert lines(wang, quote)[1:] == [(tool, "3.00", *given[2:]), own]
    assert read(wang, "quote", quote)["amount"] == "3080.00"

    (line,) = [row["id"] for row in found(wang, "quote_line", ["given_by_id"], quote_id=quote) if row["given_by_id"]]
    assert codes(change(wang, "quote_line", line, quantity="9")) == [("line.given", "quantity")]
    refused = wang.call("DELETE", f"/records/quote_line/{line}")
    assert codes(refused) == [("line.given", None)]
    assert "买机床送刀具" in refused.text

    changed(wang, "quote_line", bought, quantity="0")
    assert [row[0] for row in lines(wang, quote)] == [machine, tool]
    changed(wang, "quote_line", bought, quantity="1")
    assert wang.call("DELETE", f"/records/quote_line/{bought}").status_code == 204
    assert lines(wang, quote) == [own]
    assert wang.post(f"/records/quote_line/{bought}/restore").status_code == 200
    assert len(lines(wang, quote)) == 3
    # A rule that is switched off takes nothing out of what nobody touches, and everything at the next change.
    changed(admin, "price_rule", rule, active=False)
    assert len(lines(wang, quote)) == 3
    changed(wang, "quote_line", bought, quantity="4")
    assert [row[0] for row in lines(wang, quote)] == [machine, tool]
    assert product_price(admin, tool) == "80.00"


def product_price(admin: Any, record_id: str) -> Any:
    return read(admin, "product", record_id)["list_price"]


def test_a_price_by_quantity_is_the_rules_while_it_holds(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, _tool = pair
    rule = admin.make("price_rule", name="十台九折")
    admin.make("price_rule_condition", name="满十", rule_id=rule, product_id=machine, minimum="10")
    admin.make("price_rule_action", rule_id=rule, type="discount", product_id=machine, value="10")
    quote = wang.make("quote", opportunity_id=deal(wang))
    line = wang.make("quote_line", quote_id=quote, product_id=machine, quantity="9", discount="3")
    assert lines(wang, quote) == [(machine, "9.00", "1000.00", "3.0000", "8730.00", False, False)]
    changed(wang, "quote_line", line, quantity="10")
    assert lines(wang, quote) == [(machine, "10.00", "1000.00", "10.0000", "9000.00", False, True)]
    for name, value in (("discount", "50"), ("unit_price", "1"), ("amount", "1")):
        assert codes(change(wang, "quote_line", line, **{name: value})) == [("line.priced", name)]
    changed(wang, "quote_line", line, quantity="9")
    assert lines(wang, quote) == [(machine, "9.00", "1000.00", "0.0000", "9000.00", False, False)]


def test_what_is_not_allowed_is_refused_and_nothing_is_half_done(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    rule = admin.make("price_rule", name="不能同时买")
    admin.make("price_rule_condition", name="有机床", rule_id=rule, product_id=machine)
    admin.make("price_rule_action", rule_id=rule, type="forbid", product_id=tool)
    quote = wang.make("quote", opportunity_id=deal(wang))
    wang.make("quote_line", quote_id=quote, product_id=tool)
    refused = wang.post("/records/quote_line", {"values": {"quote_id": quote, "product_id": machine}})
    assert codes(refused) == [("price_rule.forbidden", "product_id")]
    assert "刀具套装" in refused.text
    assert [row[0] for row in lines(wang, quote)] == [tool]


def test_rules_that_go_on_for_ever_refuse_with_a_sentence(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    for bought, given in ((machine, tool), (tool, machine)):
        rule = admin.make("price_rule", name=f"循环 {bought}")
        asked = admin.make("price_rule_condition", name="买", rule_id=rule, product_id=bought)
        row = {"rule_id": rule, "condition_id": asked, "type": "add", "product_id": given}
        admin.make("price_rule_action", **row, quantity="2", per_trigger=True)
    quote = wang.make("quote", opportunity_id=deal(wang))
    refused = wang.post("/records/quote_line", {"values": {"quote_id": quote, "product_id": machine}})
    assert codes(refused) == [("price_rule.endless", None)]
    assert lines(wang, quote) == []


def test_a_rule_is_about_the_documents_that_it_names(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    condition = '{"field": "status", "op": "=", "value": "sent"}'
    gift(admin, "只给已发送的报价单", machine, tool, object_name="quote", conditions=condition)
    made = deal(wang)
    quote = wang.make("quote", opportunity_id=made)
    wang.make("quote_line", quote_id=quote, product_id=machine)
    wang.make("opportunity_line", opportunity_id=made, product_id=machine)
    assert len(lines(wang, quote)) == 1
    # The document comes to meet the condition, and leaves it.
    changed(wang, "quote", quote, status="sent")
    assert [row[0] for row in lines(wang, quote)] == [machine, tool]
    assert len(lines(wang, made, "opportunity_line", "opportunity_id")) == 1
    changed(wang, "quote", quote, status="draft")
    assert len(lines(wang, quote)) == 1


def test_an_order_keeps_what_was_offered(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    """A rule that is over when the order is made still holds for it: it was offered under the rule."""
    machine, tool = pair
    day = today("Asia/Shanghai").isoformat()
    rule = gift(admin, "上季度活动", machine, tool, start_date="2020-01-01", end_date="2020-03-31")
    quote = wang.make("quote", opportunity_id=deal(wang), quote_date="2020-03-01")
    wang.make("quote_line", quote_id=quote, product_id=machine)
    assert len(lines(wang, quote)) == 2
    changed(wang, "quote", quote, status="accepted")
    order = act(wang, "quote", quote, "make_order").json()["made"]["id"]
    assert (read(wang, "sales_order", order)["order_date"], len(orders(wang, order))) == (day, 2)
    assert [row[5] for row in orders(wang, order)] == [False, True]
    # A quote of today is not under it; what a rule gave that is off by now comes along as what it was.
    other = wang.make("quote", opportunity_id=deal(wang))
    wang.make("quote_line", quote_id=other, product_id=machine)
    assert len(lines(wang, other)) == 1
    late = wang.make("quote", opportunity_id=deal(wang), quote_date="2020-03-01")
    wang.make("quote_line", quote_id=late, product_id=machine)
    changed(wang, "quote", late, status="accepted")
    changed(admin, "price_rule", rule, active=False)
    order = act(wang, "quote", late, "make_order").json()["made"]["id"]
    assert [(row[0], row[4], row[5]) for row in orders(wang, order)] == [
        (machine, "1000.00", False),
        (tool, "0.00", False),
    ]


def orders(person: Any, order: str) -> list[tuple[Any, ...]]:
    return lines(person, order, "sales_order_line", "sales_order_id")


def test_a_gift_needs_no_place_in_the_price_book(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    gift(admin, "价格表外的赠品", machine, tool)
    book = admin.make("price_book", name="只有机床")
    admin.make("price_book_entry", price_book_id=book, product_id=machine, price="900")
    quote = wang.make("quote", opportunity_id=deal(wang), price_book_id=book)
    wang.make("quote_line", quote_id=quote, product_id=machine)
    assert [(row[0], row[2]) for row in lines(wang, quote)] == [(machine, "900.00"), (tool, "0.00")]


def test_settings_that_could_not_work_are_refused(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    rule = admin.make("price_rule", name="规则甲")
    other = admin.make("price_rule", name="规则乙")
    asked = admin.make("price_rule_condition", name="买", rule_id=other, product_id=machine)
    category = admin.make("product_category", name="机床")

    def refused(obj: str, **values: Any) -> list[tuple[str, str | None]]:
        return codes(admin.post(f"/records/{obj}", {"values": values}))

    assert refused("price_rule", name="丙", object_name="account") == [("price_rule.no_lines", "object_name")]
    assert refused("price_rule", name="丙", conditions='{"field": "amount", "op": ">", "value": 1}') == [
        ("price_rule.which_documents", "object_name")
    ]
    wrong = '{"field": "nothing", "op": ">", "value": 1}'
    assert [field for _code, field in refused("price_rule", name="丙", object_name="quote", conditions=wrong)] == [
        "conditions"
    ]
    both = {"name": "x", "rule_id": rule, "product_id": machine, "category_id": category}
    assert refused("price_rule_condition", **both) == [("price_rule.product_or_category", "category_id")]
    row = {"rule_id": rule, "product_id": tool}
    assert refused("price_rule_action", **row, condition_id=asked) == [("price_rule.other_rule", "condition_id")]
    assert refused("price_rule_action", **row, type="price") == [("price_rule.how_much", "value")]
    assert refused("price_rule_action", **row, type="discount", value="101") == [("price_rule.percent", "value")]
    changed(admin, "product", tool, active=False)
    assert refused("price_rule_action", **row) == [("price_rule.not_sold", "product_id")]
    assert wang.post("/records/price_rule", {"values": {"name": "不是我"}}).status_code == 403
    # A rule that has given something is switched off, not deleted: lines say which it was.
    changed(admin, "product", tool, active=True)
    used = gift(admin, "用过的规则", machine, tool)
    quote = wang.make("quote", opportunity_id=deal(wang))
    wang.make("quote_line", quote_id=quote, product_id=machine)
    assert admin.call("DELETE", f"/records/price_rule/{used}").status_code == 422


def test_parts_of_a_bundle_count_and_keep_the_price_of_the_bundle(wang: Any, admin: Any, pair: tuple[str, str]) -> None:
    machine, tool = pair
    cell = product(admin, name="加工单元", list_price="5000", configurable=True)
    admin.make("product_option", bundle_id=cell, product_id=machine, required=True, bundled=True, quantity="2")
    gift(admin, "单元里的机床也算", machine, tool)
    rule = admin.make("price_rule", name="机床八折")
    admin.make("price_rule_action", rule_id=rule, type="discount", product_id=machine, value="20")
    quote = wang.make("quote", opportunity_id=deal(wang))
    bundle = wang.make("quote_line", quote_id=quote, product_id=cell, quantity="3")
    wang.make("quote_line", quote_id=quote, product_id=machine)
    held = {(row[0], row[1]): row[2:] for row in lines(wang, quote)}
    assert held[machine, "6.00"] == ("0.00", "0.0000", "0.00", False, False)
    assert held[machine, "1.00"] == ("1000.00", "20.0000", "800.00", False, True)
    assert held[tool, "7.00"] == ("0.00", "0.0000", "0.00", True, False)
    changed(wang, "quote_line", bundle, quantity="1")
    assert sorted(row[1] for row in lines(wang, quote) if row[5]) == ["3.00"]
    # What is brought to the deal is what the rules make of it there.
    assert act(wang, "quote", quote, "bring_to_deal").status_code == 200
    assert act(wang, "quote", quote, "bring_to_deal").status_code == 200
    made = read(wang, "quote", quote)["opportunity_id"]
    brought = lines(wang, made, "opportunity_line", "opportunity_id")
    assert sorted((row[0], row[1], row[4]) for row in brought) == sorted(
        (row[0], row[1], row[4]) for row in lines(wang, quote)
    )
    assert wang.call("DELETE", f"/records/quote_line/{bundle}").status_code == 204
    assert sorted(row[1] for row in lines(wang, quote) if row[5]) == ["1.00"]
