"""Price books, quotes and orders over HTTP (domain.md 2.9, 4.2)."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from pypdf import PdfReader

from dougong.kit.clock import today
from tests.http.asking import act, change, changed, codes, deal, found, offered, product, read

TODAY = today("Asia/Shanghai")


# ---------------------------------------------------------------------------------------------------------- price books


def test_every_product_with_a_price_stands_in_the_standard_book(admin: Any) -> None:
    priced, bare = product(admin, list_price="12.50"), product(admin, list_price=None)
    (entry,) = found(admin, "price_book_entry", ["price", "price_book.standard"], product_id=priced)
    assert (entry["price"], entry["price_book.standard"]) == ("12.50", True)
    assert found(admin, "price_book_entry", ["price"], product_id=bare) == []
    changed(admin, "product", priced, list_price="13")
    changed(admin, "product", bare, list_price="1")
    assert [row["price"] for row in found(admin, "price_book_entry", ["price"], product_id=priced)] == ["13.00"]
    assert [row["price"] for row in found(admin, "price_book_entry", ["price"], product_id=bare)] == ["1.00"]
    changed(admin, "product", bare, list_price=None)
    assert found(admin, "price_book_entry", ["price"], product_id=bare) == []


def test_the_standard_book_is_the_products_own(admin: Any) -> None:
    sold = product(admin)
    (entry,) = found(admin, "price_book_entry", ["price_book_id"], product_id=sold)
    book = entry["price_book_id"]
    assert codes(change(admin, "price_book_entry", entry["id"], price="1")) == [
        ("price_book.standard_follows", "price")
    ]
    assert codes(change(admin, "price_book", book, active=False)) == [("price_book.standard_stays", None)]
    assert codes(admin.call("DELETE", f"/records/price_book/{book}")) == [("price_book.standard_stays", None)]
    assert codes(change(admin, "price_book", book, currency="USD")) == [("price_book.standard_currency", "currency")]
    # Another one is not standard, whatever is sent.
    assert read(admin, "price_book", admin.make("price_book", name="经销商价"))["standard"] in {None, False}


def test_a_product_stands_in_a_book_once(admin: Any) -> None:
    book, sold = admin.make("price_book", name="渠道价"), product(admin)
    first = admin.make("price_book_entry", price_book_id=book, product_id=sold, price="80")
    again = {"values": {"price_book_id": book, "product_id": sold, "price": "70"}}
    assert codes(admin.post("/records/price_book_entry", again)) == [("price_book.product_twice", "product_id")]
    assert admin.call("DELETE", f"/records/price_book_entry/{first}").status_code == 204
    admin.make("price_book_entry", price_book_id=book, product_id=sold, price="70")
    restored = admin.post(f"/records/price_book_entry/{first}/restore")
    assert codes(restored) == [("price_book.product_twice", "product_id")]
    other = product(admin)
    rows = [{"values": {"price_book_id": book, "product_id": other, "price": str(n)}} for n in (1, 2, 3, 4)]
    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(lambda row: admin.post("/records/price_book_entry", row).status_code, rows))
    assert sorted(answers) == [201, 422, 422, 422]


def test_lines_have_the_prices_of_the_book_and_keep_them(wang: Any, admin: Any) -> None:
    book, sold, bare = admin.make("price_book", name="大客户价"), product(admin), product(admin, name="滤波器")
    entry = admin.make("price_book_entry", price_book_id=book, product_id=sold, price="88.88")
    quote = wang.make("quote", opportunity_id=deal(wang), price_book_id=book)
    line = wang.make("quote_line", quote_id=quote, product_id=sold, quantity="3", discount="10")
    told = read(wang, "quote_line", line)
    # 88.88 × 3 × 0.9 = 239.976
    assert (told["list_price"], told["unit_price"], told["amount"], told["list_amount"]) == (
        "88.88",
        "88.88",
        "239.98",
        "266.64",
    )
    refused = wang.post("/records/quote_line", {"values": {"quote_id": quote, "product_id": bare}})
    assert codes(refused) == [("line.not_in_book", "product_id")]
    changed(admin, "price_book_entry", entry, price="99")
    assert changed(wang, "quote_line", line, quantity="1")["amount"] == "79.99"
    changed(admin, "price_book_entry", entry, active=False)
    refused = wang.post("/records/quote_line", {"values": {"quote_id": quote, "product_id": sold}})
    assert codes(refused) == [("line.not_in_book", "product_id")]
    summed = read(wang, "quote", quote)
    assert (summed["amount"], summed["list_amount"], summed["discount_amount"], summed["line_count"]) == (
        "79.99",
        "88.88",
        "8.89",
        1,
    )


def test_a_book_out_of_use_or_out_of_time_is_not_picked_and_stays_where_it_is(wang: Any, admin: Any) -> None:
    made = deal(wang)
    closed = admin.make("price_book", name="旧价", active=False)
    refused = wang.post("/records/quote", {"values": {"opportunity_id": made, "price_book_id": closed}})
    assert codes(refused) == [("price_book.inactive", "price_book_id")]
    late = admin.make("price_book", name="明年价", start_date=(TODAY + timedelta(days=30)).isoformat())
    refused = wang.post("/records/quote", {"values": {"opportunity_id": made, "price_book_id": late}})
    assert codes(refused) == [("price_book.not_in_force", "price_book_id")]
    day = (TODAY + timedelta(days=31)).isoformat()
    quote = wang.make("quote", opportunity_id=made, price_book_id=late, quote_date=day)
    changed(admin, "price_book", late, active=False)
    assert changed(wang, "quote", quote, terms="货到付款")["price_book_id"] == late
    wrong = admin.post("/records/price_book", {"values": {"name": "反", "start_date": day, "end_date": "2020-01-01"}})
    assert wrong.status_code == 422
    assert [problem["field"] for problem in wrong.json()["problems"]] == ["end_date"]


def test_prices_of_another_currency_are_converted(wang: Any, admin: Any) -> None:
    admin.make("exchange_rate", currency="USD", from_date="2020-01-01", rate="7")
    admin.make("exchange_rate", currency="EUR", from_date="2020-01-01", rate="8")
    sold = product(admin, list_price="700")
    book = admin.make("price_book", name="出口价", currency="EUR")
    admin.make("price_book_entry", price_book_id=book, product_id=sold, price="70")
    made = deal(wang, currency="USD")
    by_list = wang.make("quote", opportunity_id=made)
    line = wang.make("quote_line", quote_id=by_list, product_id=sold, quantity="2")
    assert read(wang, "quote_line", line)["unit_price"] == "100.00"
    quote = read(wang, "quote", by_list)
    assert (quote["currency"], quote["amount"], quote["amount_converted"]) == ("USD", "200.00", "1400.00")
    exported = wang.make("quote", opportunity_id=made, price_book_id=book)
    line = wang.make("quote_line", quote_id=exported, product_id=sold)
    # 70 EUR are 560 CNY are 80 USD.
    assert read(wang, "quote_line", line)["unit_price"] == "80.00"
    assert codes(change(wang, "quote", exported, currency="CNY")) == [("document.currency_with_lines", "currency")]
    # Another day, another rate: what the lines are at home follows.
    admin.make("exchange_rate", currency="USD", from_date="2030-01-01", rate="6.5")
    assert changed(wang, "quote", by_list, quote_date="2030-02-01")["exchange_rate"] == "6.50000000"
    assert read(wang, "quote", by_list)["amount_converted"] == "1300.00"
    no_rate = wang.post("/records/quote", {"values": {"opportunity_id": made, "currency": "GBP"}})
    assert codes(no_rate) == [("rate.missing", "currency")]


def test_categories_in_use_stay(admin: Any) -> None:
    top = admin.make("product_category", name="驱动")
    below = admin.make("product_category", name="变频", parent_id=top)
    sold = product(admin, category_id=below)
    assert admin.call("DELETE", f"/records/product_category/{top}").status_code == 422
    assert admin.call("DELETE", f"/records/product_category/{below}").status_code == 422
    assert change(admin, "product_category", top, parent_id=below).status_code == 422
    changed(admin, "product", sold, category_id=None)
    assert admin.call("DELETE", f"/records/product_category/{below}").status_code == 204


# --------------------------------------------------------------------------------------------------------------- quotes


def test_a_quote_has_what_its_deal_says(wang: Any, admin: Any) -> None:
    book = admin.make("price_book", name="协议价")
    made = deal(wang, price_book_id=book)
    quote = read(wang, "quote", wang.make("quote", opportunity_id=made))
    assert (quote["name"], quote["price_book_id"], quote["currency"]) == ("年度采购", book, "CNY")
    assert quote["account_id"] == read(wang, "opportunity", made)["account_id"]
    other = wang.make("account", name="宁波东钱湖文旅有限公司")
    changed(wang, "opportunity", made, account_id=other)
    assert read(wang, "quote", quote["id"])["account_id"] == other
    late = wang.post("/records/quote", {"values": {"opportunity_id": made, "valid_until": "2020-01-01"}})
    assert [problem["field"] for problem in late.json()["problems"]] == ["valid_until"]


def test_a_deal_has_one_main_quote(wang: Any) -> None:
    made = deal(wang)
    first, second = (wang.make("quote", opportunity_id=made) for _ in range(2))

    def mains() -> list[str]:
        return [row["id"] for row in found(wang, "quote", ["name"], opportunity_id=made, main=True)]

    assert mains() == [first]
    assert "make_main" not in offered(wang, "quote", first)
    assert act(wang, "quote", second, "make_main").status_code == 200
    assert mains() == [second]
    assert wang.call("DELETE", f"/records/quote/{second}").status_code == 204
    assert mains() == []
    assert act(wang, "quote", first, "make_main").status_code == 200
    # One that comes back does not come back as the main one beside another.
    assert wang.post(f"/records/quote/{second}/restore").status_code == 200
    assert mains() == [first]
    third = wang.make("quote", opportunity_id=made)
    with ThreadPoolExecutor(4) as together:
        answers = [together.submit(act, wang, "quote", one, "make_main") for one in (second, third) * 4]
    assert {answer.result().status_code for answer in answers} <= {200, 403}
    assert len(mains()) == 1
    # `main` is nobody's to write.
    assert change(wang, "quote", first, main=True).status_code == 422


def test_quotes_made_at_once_leave_one_main_quote(wang: Any) -> None:
    made = deal(wang)
    with ThreadPoolExecutor(6) as together:
        list(together.map(lambda _n: wang.make("quote", opportunity_id=made), range(6)))
    assert [row["main"] for row in found(wang, "quote", ["main"], opportunity_id=made)].count(True) == 1


def test_the_main_quote_is_brought_to_its_deal(wang: Any, admin: Any) -> None:
    made, sold, other = deal(wang), product(admin), product(admin, list_price="33.33")
    wang.make("opportunity_line", opportunity_id=made, product_id=sold, quantity="9")
    main, second = (wang.make("quote", opportunity_id=made) for _ in range(2))
    assert act(wang, "quote", main, "bring_to_deal").status_code == 409
    wang.make("quote_line", quote_id=main, product_id=sold, quantity="2", discount="10", description="含安装")
    entered = wang.make("quote_line", quote_id=main, product_id=other, quantity="3")
    changed(wang, "quote_line", entered, amount="77.77")
    assert "bring_to_deal" not in offered(wang, "quote", second)
    assert act(wang, "quote", main, "bring_to_deal").status_code == 200
    fields = ["product_id", "quantity", "unit_price", "discount", "amount", "description"]
    quoted = found(wang, "quote_line", fields, quote_id=main)
    brought = found(wang, "opportunity_line", fields, opportunity_id=made)
    assert [[row[name] for name in fields] for row in brought] == [[row[name] for name in fields] for row in quoted]
    assert read(wang, "opportunity", made)["amount"] == "257.77"
    assert read(wang, "quote", main)["synchronized_at"] is not None
    changed(wang, "opportunity", made, stage="won", close_date="2026-12-01")
    refused = act(wang, "quote", main, "bring_to_deal")
    assert {code for code, _field in codes(refused)} == {"line.frozen"}
    assert read(wang, "opportunity", made)["amount"] == "257.77"


def test_a_quote_that_was_answered_keeps_its_lines(wang: Any, admin: Any) -> None:
    sold = product(admin)
    quote = wang.make("quote", opportunity_id=deal(wang))
    line = wang.make("quote_line", quote_id=quote, product_id=sold)
    changed(wang, "quote", quote, status="sent")
    changed(wang, "quote_line", line, quantity="2")
    for status in ("in_review", "accepted", "rejected"):
        changed(wang, "quote", quote, status=status)
        assert codes(change(wang, "quote_line", line, quantity="3")) == [("line.frozen", None)]
        assert codes(change(wang, "quote", quote, quote_date="2026-01-01")) == [("document.frozen", "quote_date")]
    changed(wang, "quote", quote, status="draft")
    assert changed(wang, "quote_line", line, quantity="3")["amount"] == "300.00"
    copy = act(wang, "quote", quote, "copy_quote").json()["made"]
    assert copy["object"] == "quote"
    copied = read(wang, "quote", copy["id"])
    assert (copied["status"], copied["main"], copied["amount"], copied["copied_from_id"]) == (
        "draft",
        False,
        "300.00",
        quote,
    )


# --------------------------------------------------------------------------------------------------------------- orders


def test_an_order_is_made_of_a_quote_once(wang: Any, admin: Any) -> None:
    made = deal(wang)
    quote = wang.make("quote", opportunity_id=made, valid_until=TODAY.isoformat())
    wang.make("quote_line", quote_id=quote, product_id=product(admin), quantity="2", discount="5")
    changed(wang, "quote", quote, status="accepted")
    order = act(wang, "quote", quote, "make_order").json()["made"]
    told = read(wang, "sales_order", order["id"])
    assert (told["status"], told["amount"], told["quote_id"], told["opportunity_id"]) == (
        "draft",
        "190.00",
        quote,
        made,
    )
    again = act(wang, "quote", quote, "make_order")
    assert (again.status_code, again.json()["code"]) == (409, "quote.ordered")
    assert told["code"] in again.json()["detail"]
    # Who may not see the order learns that there is one, as they must, and not its number.
    changed(admin, "sales_order", order["id"], owner_id=str(admin.id))
    hidden = act(wang, "quote", quote, "make_order")
    assert (hidden.status_code, hidden.json()["code"]) == (409, "quote.ordered_hidden")
    assert told["code"] not in hidden.text
    assert act(admin, "sales_order", order["id"], "cancel", cancel_reason="客户改期").status_code == 200
    assert act(wang, "quote", quote, "make_order").status_code == 200


def test_an_expired_or_refused_quote_is_not_ordered(wang: Any, admin: Any) -> None:
    quote = wang.make("quote", opportunity_id=deal(wang), quote_date="2020-01-01", valid_until="2020-02-01")
    wang.make("quote_line", quote_id=quote, product_id=product(admin))
    assert read(wang, "quote", quote)["expired"] is True
    assert codes(change(wang, "quote", quote, status="accepted")) == [("quote.expired", "valid_until")]
    changed(wang, "quote", quote, status="rejected")
    assert "make_order" not in offered(wang, "quote", quote)
    assert act(wang, "quote", quote, "make_order").status_code in {403, 409}
    bare = wang.make("quote", opportunity_id=wang.make("opportunity", name="没有客户"), status="accepted")
    assert act(wang, "quote", bare, "make_order").json()["code"] == "order.no_account"
    assert found(wang, "sales_order", ["code"], quote_id=quote) == []


def test_the_life_of_an_order(wang: Any, admin: Any) -> None:
    made = deal(wang)
    account = read(wang, "opportunity", made)["account_id"]
    early = wang.post("/records/sales_order", {"values": {"account_id": account, "status": "effective"}})
    assert codes(early) == [("order.starts_as_draft", "status")]
    order = wang.make("sales_order", account_id=account)
    assert codes(act(wang, "sales_order", order, "activate")) == [("order.no_lines", "status")]
    line = wang.make("sales_order_line", sales_order_id=order, product_id=product(admin), quantity="4")
    assert act(wang, "sales_order", order, "activate").status_code == 200
    told = read(wang, "sales_order", order)
    assert (told["status"], told["effective_date"]) == ("effective", TODAY.isoformat())
    assert read(wang, "account", account)["order_amount"] == "400.00"

    assert codes(change(wang, "sales_order_line", line, quantity="5")) == [("line.frozen", None)]
    assert codes(wang.call("DELETE", f"/records/sales_order_line/{line}")) == [("line.frozen", None)]
    assert codes(wang.call("DELETE", f"/records/sales_order/{order}")) == [("order.delete_in_force", None)]
    assert codes(change(wang, "sales_order", order, order_date="2026-01-01")) == [("document.frozen", "order_date")]
    assert act(wang, "sales_order", order, "close").status_code == 200
    assert codes(change(wang, "sales_order", order, status="draft")) == [("order.no_way", "status")]
    assert act(wang, "sales_order", order, "open_again").status_code == 200

    assert act(wang, "sales_order", order, "deactivate").status_code == 200
    assert (read(wang, "sales_order", order)["effective_date"], read(wang, "account", account)["order_amount"]) == (
        None,
        "0.00",
    )
    changed(wang, "sales_order_line", line, quantity="5")
    # Whichever way it is cancelled, it is said why.
    assert codes(change(wang, "sales_order", order, status="cancelled")) == [("order.cancel_reason", "cancel_reason")]
    assert codes(act(wang, "sales_order", order, "cancel")) == [("order.cancel_reason", "cancel_reason")]
    assert act(wang, "sales_order", order, "cancel", cancel_reason="重复下单").status_code == 200
    assert codes(change(wang, "sales_order", order, status="draft")) == [("order.no_way", "status")]
    assert codes(change(wang, "sales_order_line", line, quantity="6")) == [("line.frozen", None)]
    assert wang.call("DELETE", f"/records/sales_order/{order}").status_code == 204


def test_a_deal_that_was_won_is_ordered_with_its_lines(wang: Any, admin: Any) -> None:
    made = deal(wang, close_date="2026-12-01")
    wang.make("opportunity_line", opportunity_id=made, product_id=product(admin), quantity="3")
    assert "make_order" not in offered(wang, "opportunity", made)
    changed(wang, "opportunity", made, stage="won")
    order = act(wang, "opportunity", made, "make_order").json()["made"]["id"]
    assert (read(wang, "sales_order", order)["amount"], read(wang, "sales_order", order)["opportunity_id"]) == (
        "300.00",
        made,
    )


def test_a_contract_adds_up_its_orders_in_force(wang: Any, admin: Any) -> None:
    account = wang.make("account", name="湖州太湖酒店有限公司")
    wrong = {
        "values": {"name": "年度框架", "account_id": account, "start_date": "2026-05-01", "end_date": "2026-04-30"}
    }
    assert [p["field"] for p in wang.post("/records/contract", wrong).json()["problems"]] == ["end_date"]
    contract = wang.make("contract", name="年度框架", account_id=account, amount="1000")
    orders = [wang.make("sales_order", account_id=account, contract_id=contract) for _ in range(2)]
    for order in orders:
        wang.make("sales_order_line", sales_order_id=order, product_id=product(admin))
    assert act(wang, "sales_order", orders[0], "activate").status_code == 200
    told = read(wang, "contract", contract)
    assert (told["order_count"], told["order_amount"]) == (1, "100.00")
    refused = change(wang, "contract", contract, status="cancelled")
    assert [problem["field"] for problem in refused.json()["problems"]] == ["status"]
    assert act(wang, "sales_order", orders[0], "deactivate").status_code == 200
    changed(wang, "contract", contract, status="cancelled")


def test_others_see_nothing_of_it(world: Any, wang: Any, admin: Any) -> None:
    quote = wang.make("quote", opportunity_id=deal(wang))
    order = wang.make("sales_order", account_id=wang.make("account", name="金华婺江"))
    stranger = world.person("zhaomin")
    for obj, record_id in (("quote", quote), ("sales_order", order)):
        assert stranger.get(f"/records/{obj}/{record_id}").status_code == 404
    assert act(stranger, "quote", quote, "make_order").status_code == 404
    assert world.person("liqiang").get(f"/records/quote/{quote}").status_code == 200
    # Who may not see the deal makes no quote of it.
    assert stranger.post("/records/quote", {"values": {"opportunity_id": deal(wang)}}).status_code == 422


def test_a_quote_is_printed_with_its_lines_and_terms(wang: Any, admin: Any) -> None:
    quote = wang.make("quote", opportunity_id=deal(wang), terms="货到付款\n质保一年", valid_until="2099-12-31")
    wang.make("quote_line", quote_id=quote, product_id=product(admin), quantity="3", discount="10")
    (template,) = wang.get("/print/templates?object=quote").json()["templates"]
    answer = wang.post("/print", {"object": "quote", "record_id": quote, "template_id": template["id"]})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for part in ("变频器", "270.00", "贰佰柒拾元整", "货到付款", "质保一年", "2099年12月31日", "绍兴鉴湖纺织"):
        assert part in text


def test_a_product_comes_back_with_its_prices(admin: Any) -> None:
    book, gone = admin.make("price_book", name="回收价"), product(admin, list_price="9")
    admin.make("price_book_entry", price_book_id=book, product_id=gone, price="8")
    assert admin.call("DELETE", f"/records/product/{gone}").status_code == 204
    assert found(admin, "price_book_entry", ["price"], product_id=gone) == []
    assert admin.post(f"/records/product/{gone}/restore").status_code == 200
    prices = [row["price"] for row in found(admin, "price_book_entry", ["price"], product_id=gone)]
    assert sorted(prices) == ["8.00", "9.00"]


def test_documents_go_along_when_accounts_become_one(wang: Any, admin: Any) -> None:
    stays, goes = (admin.make("account", name=name) for name in ("嘉兴南湖电子有限公司", "嘉兴南湖电子"))
    order = admin.make("sales_order", account_id=goes)
    admin.make("sales_order_line", sales_order_id=order, product_id=product(admin), quantity="2")
    assert act(admin, "sales_order", order, "activate").status_code == 200
    body = {"object": "account", "winner": stays, "losers": [goes], "choices": {}}
    merged = admin.post("/merging", body)
    assert merged.status_code == 201, merged.text
    assert read(admin, "sales_order", order)["account_id"] == stays
    assert read(admin, "account", stays)["order_amount"] == "200.00"


def test_nothing_is_copied_beyond_what_one_may_read(wang: Any, admin: Any, world: Any) -> None:
    contact = admin.make("contact", name="周工", account_id=admin.make("account", name="台州椒江阀门有限公司"))
    quote = wang.make("quote", opportunity_id=deal(wang))
    wang.make("quote_line", quote_id=quote, product_id=product(admin))
    changed(admin, "quote", quote, contact_id=contact, status="accepted")
    closed = {"object_name": "quote", "field_name": "contact_id", "level": "hidden"}
    rule = admin.make("field_permission", profile_id=str(world.ids["profile:sales"]), **closed)
    try:
        order = act(wang, "quote", quote, "make_order").json()["made"]["id"]
        assert read(admin, "sales_order", order)["contact_id"] is None
    finally:
        admin.call("DELETE", f"/records/field_permission/{rule}")
