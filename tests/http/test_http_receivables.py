"""Receivables, receipts, refunds and adjustments over HTTP: what is owed and settled (domain.md 4.3 to 4.12)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dougong.access.passwords import store_hash
from dougong.access.principal import system
from dougong.kit import clock
from dougong.kit.clock import today
from dougong.kit.errors import Refused
from dougong.metadata.registry import load_registry
from dougong.records.api import Change, create, update, writing
from tests.http.asking import act, change, changed, codes, found, offered, read
from tests.http.conftest import password_hash_of_all

TODAY = today("Asia/Shanghai")
YESTERDAY, TOMORROW = (TODAY + timedelta(days=n) for n in (-1, 1))


@pytest.fixture
def finance(world: Any, admin: Any) -> Any:
    """何静 of finance: she reads the whole company and edits what is her own."""
    if "hejing" not in world.ids:
        values = {"name": "何静", "login": "hejing", "department_id": str(world.ids["总部"]), "active": True}
        world.ids["hejing"] = int(admin.make("user", **values))
        with world.database.transaction() as tx:
            store_hash(tx, world.ids["hejing"], password_hash_of_all())
        role = admin.make("role", key="company_reader", name="全公司查看", read_scope="all", edit_scope="own")
        user = str(world.ids["hejing"])
        admin.make("user_role", user_id=user, role_id=role)
        admin.make("user_profile", user_id=user, profile_id=str(world.ids["profile:finance"]))
    return world.person("hejing")


def account_of(wang: Any) -> str:
    return str(wang.make("account", name="嘉兴南湖泵业有限公司"))


def ordered(wang: Any, admin: Any, account: str, *amounts: str, **values: Any) -> tuple[str, list[str]]:
    """An order in force with lines of these amounts."""
    sold = admin.make("product", name="泵", list_price="1")
    order = str(wang.make("sales_order", account_id=account, **values))
    lines = [
        str(wang.make("sales_order_line", sales_order_id=order, product_id=sold, quantity=amount, unit_price="1"))
        for amount in amounts
    ]
    done(act(wang, "sales_order", order, "activate"))
    return order, lines


def done(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def code_of(answer: Any) -> list[str]:
    return [code for code, _field in codes(answer)]


def bill(finance: Any, account: str, *amounts: str, force: bool = True, **values: Any) -> tuple[str, list[str]]:
    """A receivable with lines of these amounts, in force unless it is said otherwise."""
    made = str(finance.make("receivable", account_id=account, **values))
    lines = [str(finance.make("receivable_line", receivable_id=made, amount=amount)) for amount in amounts]
    if force:
        done(act(finance, "receivable", made, "activate"))
    return made, lines


def receive(finance: Any, account: str, amount: str, *, force: bool = True, **values: Any) -> str:
    made = str(finance.make("receipt", account_id=account, amount=amount, **values))
    if force:
        done(act(finance, "receipt", made, "activate"))
    return made


def settle(person: Any, receipt: str, line: str, amount: str, **values: Any) -> Any:
    body = {"receipt_id": receipt, "receivable_line_id": line, "amount": amount, **values}
    return person.post("/records/receipt_line", {"values": body})


def settled(person: Any, receipt: str, line: str, amount: str, **values: Any) -> str:
    answer = settle(person, receipt, line, amount, **values)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def refund(finance: Any, receipt: str, amount: str, *lines: tuple[str, str], **values: Any) -> str:
    """A refund that is not in force; `lines`: what of it comes off which settlement."""
    made = str(finance.make("refund", receipt_id=receipt, amount=amount, **values))
    for line, part in lines:
        finance.make("refund_line", refund_id=made, receipt_line_id=line, amount=part)
    return made


def adjust(finance: Any, account: str, line: str, amount: str) -> str:
    made = str(finance.make("receivable_adjustment", account_id=account))
    finance.make("receivable_adjustment_line", receivable_adjustment_id=made, receivable_line_id=line, amount=amount)
    return made


def money(person: Any, obj: str, record_id: str, *names: str) -> tuple[Any, ...]:
    record = read(person, obj, record_id)
    return tuple(record[name] for name in names)


def balance(person: Any, line: str) -> tuple[Any, ...]:
    return money(person, "receivable_line", line, "balance", "settlement")


# --------------------------------------------------------------------------------------------------- the worked example


def test_the_worked_example(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, (first, second) = ordered(wang, admin, account, "6000", "4000")
    r1 = finance.make("receivable", account_id=account, sales_order_id=order, due_date=TOMORROW.isoformat())
    l1 = finance.make("receivable_line", receivable_id=r1, sales_order_line_id=first)
    l2 = finance.make("receivable_line", receivable_id=r1, sales_order_line_id=second)
    # Blank amounts are what the order line has not been billed for.
    assert money(finance, "receivable", r1, "amount", "balance", "settlement") == ("10000.00", "0.00", None)
    assert money(wang, "account", account, "billed_amount", "unbilled_amount") == ("0.00", "10000.00")
    done(act(finance, "receivable", r1, "activate"))

    told = (
        "billed_amount",
        "unbilled_amount",
        "receivable_balance",
        "paid_amount",
        "unpaid_amount",
        "unapplied_amount",
    )
    assert money(wang, "account", account, *told) == ("10000.00", "0.00", "10000.00", "0.00", "10000.00", "0.00")
    p1 = receive(finance, account, "7000")
    settled(wang, p1, l1, "6000")
    settled(wang, p1, l2, "1000")
    assert (balance(wang, l1), balance(wang, l2)) == (("0.00", "settled"), ("3000.00", "partial"))
    assert money(wang, "receivable", r1, "balance", "settlement") == ("3000.00", "partial")
    assert money(wang, "receipt", p1, "applied_amount", "unapplied_amount") == ("7000.00", "0.00")

    p2 = receive(finance, account, "5000")
    assert codes(settle(wang, p2, l2, "3001")) == [("receivables.over_balance", "amount")]
    s3 = settled(wang, p2, l2, "3000")
    assert money(wang, "receivable", r1, "balance", "settlement") == ("0.00", "settled")
    assert money(wang, "receipt", p2, "unapplied_amount") == ("2000.00",)
    assert money(wang, "account", account, *told) == ("10000.00", "0.00", "0.00", "12000.00", "-2000.00", "2000.00")

    done(act(finance, "refund", refund(finance, p2, "1000", (s3, "1000")), "activate"))
    assert balance(wang, l2) == ("1000.00", "partial")
    assert money(wang, "receivable", r1, "balance", "settlement") == ("1000.00", "partial")
    assert money(wang, "receipt", p2, "unapplied_amount") == ("2000.00",)

    done(act(finance, "receivable_adjustment", adjust(finance, account, l2, "-1000"), "activate"))
    assert balance(wang, l2) == ("0.00", "settled")
    assert money(wang, "receivable", r1, "balance", "settlement", "adjusted_amount") == ("0.00", "settled", "-1000.00")
    assert money(wang, "account", account, *told) == ("9000.00", "1000.00", "0.00", "11000.00", "-1000.00", "2000.00")
    bought = ("billed_amount", "adjusted_amount", "unbilled_amount", "applied_amount", "refunded_amount", "paid_amount")
    assert money(wang, "sales_order_line", second, *bought) == (
        *("4000.00", "-1000.00", "1000.00", "4000.00", "1000.00", "3000.00"),
    )
    assert money(wang, "sales_order", order, *bought, "receivable_balance", "unpaid_amount") == (
        *("10000.00", "-1000.00", "1000.00", "10000.00", "1000.00", "9000.00", "0.00", "1000.00"),
    )

    # What is left is paid back, and no balance moves.
    back = refund(finance, p2, "2000")
    done(act(finance, "refund", back, "activate"))
    assert money(wang, "receipt", p2, "unapplied_amount", "refunded_amount") == ("0.00", "3000.00")
    assert money(wang, "account", account, *told) == ("9000.00", "1000.00", "0.00", "9000.00", "1000.00", "0.00")
    # Or settled against what is billed later.
    done(act(finance, "refund", back, "deactivate"))
    r2, (l3,) = bill(finance, account, "1000", sales_order_id=order)
    settled(wang, p2, l3, "1000")
    assert money(wang, "receipt", p2, "unapplied_amount") == ("1000.00",)
    assert money(wang, "receivable", r2, "balance", "settlement") == ("0.00", "settled")


def test_three_parts_of_a_hundred_and_the_last_cent(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100.00")
    receipts = [receive(finance, account, amount) for amount in ("33.33", "33.33", "33.34")]
    for receipt, left in zip(receipts, ("66.67", "33.34", "0.00"), strict=True):
        settled(wang, receipt, line, read(wang, "receipt", receipt)["amount"])
        assert balance(wang, line)[0] == left
    assert read(wang, "receivable", receivable)["settlement"] == "settled"
    # One receipt over three lines, and a cent that is not there.
    _made, lines = bill(finance, account, "33.33", "33.33", "33.34")
    receipt = receive(finance, account, "99.99")
    settled(wang, receipt, lines[0], "33.33")
    settled(wang, receipt, lines[1], "33.33")
    assert codes(settle(wang, receipt, lines[2], "33.34")) == [("receipt.over_amount", "amount")]
    settled(wang, receipt, lines[2], "33.33")
    assert balance(wang, lines[2]) == ("0.01", "partial")


# ------------------------------------------------------------------------------------------------------ in force or not


def test_only_what_is_in_force_counts(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "500", force=False)
    receipt = receive(finance, account, "500", force=False)
    assert balance(wang, line) == ("0.00", None)
    planned = settled(finance, receipt, line, "300")
    assert money(wang, "account", account, "billed_amount", "received_amount") == ("0.00", "0.00")
    assert read(wang, "receipt", receipt)["unapplied_amount"] == "0.00"
    # What it settles is not in force yet.
    assert code_of(act(finance, "receipt", receipt, "activate")) == ["receivables.not_in_force"]
    done(act(finance, "receivable", receivable, "activate"))
    assert balance(wang, line) == ("500.00", "open")
    done(act(finance, "receipt", receipt, "activate"))
    assert balance(wang, line) == ("200.00", "partial")
    head = read(wang, "receipt", receipt)
    assert (head["effective_date"], head["unapplied_amount"]) == (TODAY.isoformat(), "200.00")
    assert head["audited_by_id"] == str(finance.id)

    done(act(finance, "receipt", receipt, "deactivate"))
    assert balance(wang, line) == ("500.00", "open")
    assert money(wang, "account", account, "received_amount", "unapplied_amount") == ("0.00", "0.00")
    done(act(finance, "receipt", receipt, "activate"))
    assert balance(wang, line) == ("200.00", "partial")
    # One line at a time is taken back, and comes back.
    assert wang.call("DELETE", f"/records/receipt_line/{planned}").status_code == 204
    assert balance(wang, line) == ("500.00", "open")
    assert wang.post(f"/records/receipt_line/{planned}/restore").status_code == 200
    assert balance(wang, line) == ("200.00", "partial")


def test_a_line_comes_back_from_the_bin_as_its_receipt_is_by_now(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    _made, (line,) = bill(finance, account, "100")
    receipt = receive(finance, account, "100")
    thrown = settled(wang, receipt, line, "60")
    assert wang.call("DELETE", f"/records/receipt_line/{thrown}").status_code == 204
    done(act(finance, "receipt", receipt, "deactivate"))
    assert wang.post(f"/records/receipt_line/{thrown}/restore").status_code == 200
    assert balance(wang, line) == ("100.00", "open")
    done(act(finance, "receipt", receipt, "activate"))
    assert balance(wang, line) == ("40.00", "partial")
    # What has been settled otherwise meanwhile is not settled twice.
    assert wang.call("DELETE", f"/records/receipt_line/{thrown}").status_code == 204
    settled(wang, receipt, line, "100")
    assert code_of(wang.post(f"/records/receipt_line/{thrown}/restore")) == [
        *("receivables.over_balance", "receipt.over_amount"),
    ]


def test_in_force_then_not_then_deleted(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, _lines = ordered(wang, admin, account, "100")
    receivable, (line,) = bill(finance, account, "100", sales_order_id=order)
    receipt = receive(finance, account, "100")
    first = settled(wang, receipt, line, "40")
    paid = refund(finance, receipt, "10", (first, "10"))
    done(act(finance, "refund", paid, "activate"))

    for obj, record_id in (("receivable", receivable), ("receipt", receipt), ("refund", paid)):
        assert code_of(finance.call("DELETE", f"/records/{obj}/{record_id}")) == ["receivables.delete_in_force"]
    assert code_of(act(wang, "sales_order", order, "deactivate")) == ["order.is_billed"]
    assert code_of(act(wang, "sales_order", order, "cancel", cancel_reason="退单")) == ["order.is_billed"]
    for answer in (
        act(finance, "receivable", receivable, "deactivate"),
        act(finance, "receivable", receivable, "cancel", cancel_reason="开错"),
        change(finance, "receivable", receivable, status="draft"),
    ):
        assert code_of(answer) == ["receivables.is_settled_first"]
    assert code_of(act(finance, "receipt", receipt, "deactivate")) == ["receipt.is_refunded"]
    assert finance.call("DELETE", f"/records/receipt_line/{first}").status_code == 422

    done(act(finance, "refund", paid, "deactivate"))
    assert finance.call("DELETE", f"/records/refund/{paid}").status_code == 204
    done(act(finance, "receipt", receipt, "deactivate"))
    assert finance.call("DELETE", f"/records/receipt/{receipt}").status_code == 204
    adjustment = adjust(finance, account, line, "-20")
    done(act(finance, "receivable_adjustment", adjustment, "activate"))
    assert code_of(act(finance, "receivable", receivable, "deactivate")) == ["receivables.is_adjusted"]
    done(act(finance, "receivable_adjustment", adjustment, "deactivate"))
    done(act(finance, "receivable", receivable, "deactivate"))
    assert wang.call("DELETE", f"/records/sales_order/{order}").status_code == 422
    done(act(wang, "sales_order", order, "deactivate"))
    assert code_of(act(finance, "receivable", receivable, "activate")) == ["receivables.not_in_force"] * 2
    assert finance.call("DELETE", f"/records/receivable_adjustment/{adjustment}").status_code == 204
    assert finance.call("DELETE", f"/records/receivable/{receivable}").status_code == 204
    assert wang.call("DELETE", f"/records/sales_order/{order}").status_code == 204


def test_what_is_in_force_keeps_what_it_says(wang: Any, admin: Any, finance: Any) -> None:
    account, other = account_of(wang), account_of(wang)
    receivable, (line,) = bill(finance, account, "100")
    early = finance.post("/records/receivable", {"values": {"account_id": account, "status": "effective"}})
    assert codes(early) == [("receivables.starts_as_draft", "status")]
    empty = finance.make("receivable", account_id=account)
    assert codes(act(finance, "receivable", empty, "activate")) == [("receivables.no_lines", "status")]
    assert codes(change(finance, "receivable", receivable, account_id=other)) == [("document.frozen", "account_id")]
    assert codes(change(finance, "receivable_line", line, amount="99")) == [("line.frozen", None)]
    assert codes(finance.call("DELETE", f"/records/receivable_line/{line}")) == [("line.frozen", None)]
    more = finance.post("/records/receivable_line", {"values": {"receivable_id": receivable, "amount": "1"}})
    assert codes(more) == [("line.frozen", None)]
    # The term may be extended, and something noted.
    changed(finance, "receivable", receivable, due_date=TOMORROW.isoformat(), description="客户要求延期")
    receipt = receive(finance, account, "100")
    assert codes(change(finance, "receipt", receipt, amount="200")) == [("document.frozen", "amount")]
    assert codes(change(finance, "receipt", receipt, receipt_date=YESTERDAY.isoformat())) == [
        ("document.frozen", "receipt_date")
    ]
    # Nobody writes what the product keeps.
    for name in ("in_force", "applied_amount", "balance", "settlement"):
        assert change(finance, "receivable_line", line, **{name: True}).status_code == 422
    assert codes(change(finance, "receivable", empty, status="cancelled")) == [
        ("receivables.cancel_reason", "cancel_reason")
    ]
    done(act(finance, "receivable", empty, "cancel", cancel_reason="重复"))
    assert codes(change(finance, "receivable", empty, status="draft")) == [("receivables.no_way", "status")]


def test_lines_stay_with_their_document_and_what_a_refund_names(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    _made, (first, second) = bill(finance, account, "50", "50")
    receipt, other = receive(finance, account, "50"), receive(finance, account, "50")
    part = settled(wang, receipt, first, "20")
    assert codes(change(wang, "receipt_line", part, receipt_id=other)) == [("receivables.line_stays", "receipt_id")]
    changed(wang, "receipt_line", part, receivable_line_id=second)
    assert (balance(wang, first)[0], balance(wang, second)[0]) == ("50.00", "30.00")
    refund(finance, receipt, "5", (part, "5"))
    assert codes(change(wang, "receipt_line", part, receivable_line_id=first)) == [
        ("receivables.line_stays", "receivable_line_id")
    ]
    # A locked receipt is settled with no more, and no line of it is taken back.
    assert admin.post(f"/records/receipt/{other}/lock").status_code == 200
    for answer in (settle(wang, other, first, "1"), act(wang, "receipt", other, "settle")):
        assert (answer.status_code, answer.json()["code"]) == (409, "record.master_locked")
    assert balance(wang, first)[0] == "50.00"


def test_a_receipt_is_not_put_in_force_with_more_lines_than_money(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    _made, (first, second) = bill(finance, account, "50", "50")
    receipt = receive(finance, account, "70", force=False)
    settled(finance, receipt, first, "40")
    settled(finance, receipt, second, "30.01")
    sound = receive(finance, account, "1", force=False)
    both = finance.post("/records/receipt/actions/activate", {"ids": [sound, receipt]})
    assert [(p["code"], p["row"]) for p in both.json()["problems"]] == [("receipt.over_amount", 1)]
    assert read(finance, "receipt", sound)["status"] == "draft"
    assert balance(wang, first) == ("50.00", "open")
    changed(finance, "receipt", receipt, amount="70.01")
    assert finance.post("/records/receipt/actions/activate", {"ids": [sound, receipt]}).status_code == 200
    assert balance(wang, second) == ("19.99", "partial")


def test_an_import_brings_what_was_in_force_and_no_more_than_there_was(world: Any, wang: Any, finance: Any) -> None:
    account = int(account_of(wang))
    with world.database.transaction() as tx:
        w = writing(tx, load_registry(tx), system("import of the past"), "import")
        (old,) = create(w, "receivable", [{"account_id": account, "status": "effective", "code": "AR-2019-7"}]).ids
        (line,) = create(w, "receivable_line", [{"receivable_id": old, "amount": "100"}]).ids
        (paid,) = create(w, "receipt", [{"account_id": account, "amount": "90", "status": "effective"}]).ids
        create(w, "receipt_line", [{"receipt_id": paid, "receivable_line_id": line, "amount": "80"}])
        with pytest.raises(Refused) as refused:
            create(w, "receipt_line", [{"receipt_id": paid, "receivable_line_id": line, "amount": "10.01"}])
        assert [problem.code for problem in refused.value.problems] == ["receipt.over_amount"]
        with pytest.raises(Refused):
            update(w, "receipt", [Change(int(paid or 0), {"amount": "500"})])
    assert balance(wang, str(line)) == ("20.00", "partial")
    assert money(wang, "account", str(account), "receivable_balance", "unapplied_amount") == ("20.00", "10.00")


# ----------------------------------------------------------------------------------------------------------------- caps


def test_an_order_is_not_billed_twice(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, (first, _second) = ordered(wang, admin, account, "60", "40")
    receivable = finance.make("receivable", account_id=account, sales_order_id=order)
    line = finance.make("receivable_line", receivable_id=receivable, sales_order_line_id=first, amount="60.01")
    assert set(code_of(act(finance, "receivable", receivable, "activate"))) == {"receivables.over_billed"}
    assert read(finance, "receivable", receivable)["status"] == "draft"
    changed(finance, "receivable_line", line, amount="50")
    done(act(finance, "receivable", receivable, "activate"))
    again = finance.make("receivable", account_id=account, sales_order_id=order)
    finance.make("receivable_line", receivable_id=again, sales_order_line_id=first, amount="10.01")
    assert set(code_of(act(finance, "receivable", again, "activate"))) == {"receivables.over_billed"}
    # Neither by the order as a whole, nor by an adjustment.
    more, _lines = bill(finance, account, "50.01", sales_order_id=order, force=False)
    assert set(code_of(act(finance, "receivable", more, "activate"))) == {"receivables.over_billed"}
    raised = adjust(finance, account, line, "10.01")
    assert set(code_of(act(finance, "receivable_adjustment", raised, "activate"))) == {"receivables.over_billed"}
    lowered = adjust(finance, account, line, "-50")
    done(act(finance, "receivable_adjustment", lowered, "activate"))
    done(act(finance, "receivable", more, "activate"))
    # What was lowered is not raised again beyond the order.
    assert set(code_of(act(finance, "receivable_adjustment", lowered, "deactivate"))) == {"receivables.over_billed"}


def test_no_more_is_refunded_than_was_settled_and_no_less_owed_than_is(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    _made, (line,) = bill(finance, account, "100")
    receipt = receive(finance, account, "90")
    part = settled(wang, receipt, line, "80")
    assert code_of(act(finance, "refund", refund(finance, receipt, "90", (part, "80.01")), "activate")) == [
        "refund.over_settled"
    ]
    assert code_of(act(finance, "refund", refund(finance, receipt, "10.01"), "activate")) == ["receipt.over_amount"]
    assert code_of(act(finance, "refund", refund(finance, receipt, "5", (part, "6")), "activate")) == [
        "refund.lines_over_amount"
    ]
    half = refund(finance, receipt, "30", (part, "30"))
    done(act(finance, "refund", half, "activate"))
    assert code_of(act(finance, "refund", refund(finance, receipt, "60", (part, "50.01")), "activate")) == [
        "refund.over_settled"
    ]
    # 100 owed, 80 settled, 30 of it paid back: by 50 and no cent more it may be lowered.
    assert code_of(act(finance, "receivable_adjustment", adjust(finance, account, line, "-50.01"), "activate")) == [
        "receivables.below_settled"
    ]
    done(act(finance, "receivable_adjustment", adjust(finance, account, line, "-50"), "activate"))
    assert balance(wang, line) == ("0.00", "settled")
    assert code_of(act(finance, "refund", half, "deactivate")) == ["receivables.settled_again"]
    assert codes(change(wang, "receipt_line", part, amount="29.99"))[0] == ("refund.over_settled", "amount")


def test_amounts_that_say_nothing_are_refused(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100")
    draft = finance.make("receivable", account_id=account)
    receipt = receive(finance, account, "100")
    for amount in ("0", "-1"):
        for obj, values in (
            ("receipt", {"account_id": account}),
            ("receivable_line", {"receivable_id": draft}),
            ("receipt_line", {"receipt_id": receipt, "receivable_line_id": line}),
            ("refund", {"receipt_id": receipt, "account_id": account}),
        ):
            answer = finance.post(f"/records/{obj}", {"values": {**values, "amount": amount}})
            assert [p["field"] for p in answer.json()["problems"]] == ["amount"], obj
    # Blank is worked out, where there is something to work it out from.
    priced = finance.make("receivable_line", receivable_id=draft, quantity="3", unit_price="33.333")
    assert read(finance, "receivable_line", priced)["amount"] == "99.99"
    for obj, values in (
        ("receivable_line", {"receivable_id": draft, "quantity": "3"}),
        ("payment_plan", {"account_id": account, "due_date": TODAY.isoformat(), "percentage": "30"}),
    ):
        assert codes(finance.post(f"/records/{obj}", {"values": values})) == [("record.rule", "amount")]
    adjustment = finance.make("receivable_adjustment", account_id=account)
    body = {"receivable_adjustment_id": adjustment, "receivable_line_id": line, "amount": "0"}
    assert codes(finance.post("/records/receivable_adjustment_line", {"values": body})) == [("record.rule", "amount")]
    assert [p["field"] for p in finance.post("/records/receipt", {"values": {"amount": "1"}}).json()["problems"]] == [
        "account_id"
    ]
    assert read(finance, "receivable", receivable)["balance"] == "100.00"


def test_one_account_one_currency_and_not_before_the_money(wang: Any, admin: Any, finance: Any) -> None:
    admin.make("exchange_rate", currency="USD", from_date="2020-01-01", rate="7")
    account, other = account_of(wang), account_of(wang)
    _made, (line,) = bill(finance, account, "100")
    _made, (dollars,) = bill(finance, account, "100", currency="USD")
    elsewhere = receive(finance, other, "100")
    receipt = receive(finance, account, "100")
    assert codes(settle(finance, elsewhere, line, "1")) == [("receivables.other_account", "receivable_line_id")]
    assert codes(settle(finance, receipt, dollars, "1")) == [("receivables.other_currency", "receivable_line_id")]
    assert codes(settle(finance, receipt, line, "1", settled_on=YESTERDAY.isoformat())) == [
        ("receivables.before_receipt", "settled_on")
    ]
    part = settled(finance, receipt, line, "50")
    late = {"receipt_id": receipt, "amount": "1", "refund_date": YESTERDAY.isoformat()}
    assert codes(finance.post("/records/refund", {"values": late})) == [("receivables.before_receipt", "refund_date")]
    foreign = refund(finance, elsewhere, "10")
    body = {"refund_id": foreign, "receipt_line_id": part, "amount": "1"}
    assert ("receivables.other_account", "receipt_line_id") in codes(
        finance.post("/records/refund_line", {"values": body})
    )
    adjustment = finance.make("receivable_adjustment", account_id=other)
    body = {"receivable_adjustment_id": adjustment, "receivable_line_id": line, "amount": "1"}
    assert codes(finance.post("/records/receivable_adjustment_line", {"values": body})) == [
        ("receivables.other_account", "receivable_line_id")
    ]
    order, (bought,) = ordered(wang, admin, other, "100")
    wrong = {"account_id": account, "sales_order_id": order}
    assert codes(finance.post("/records/receivable", {"values": wrong})) == [
        ("receivables.other_account", "sales_order_id")
    ]
    draft = finance.make("receivable", account_id=account)
    body = {"receivable_id": draft, "sales_order_line_id": bought}
    assert codes(finance.post("/records/receivable_line", {"values": body})) == [
        ("receivables.other_account", "sales_order_line_id")
    ]


def test_money_of_other_currencies_counts_converted_and_closes_to_nothing(wang: Any, admin: Any, finance: Any) -> None:
    admin.make("exchange_rate", currency="EUR", from_date="2020-01-01", rate="7.1234")
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100", currency="EUR")
    assert money(wang, "account", account, "billed_amount", "receivable_balance") == ("712.34", "712.34")
    receipt = receive(finance, account, "110", currency="EUR")
    for amount in ("33.33", "33.33", "33.34"):
        settled(finance, receipt, line, amount)
    names = ("billed_amount", "receivable_balance", "received_amount", "unapplied_amount", "overdue")
    # Three parts converted one by one would come to 712.33.
    assert money(wang, "account", account, *names) == ("712.34", "0.00", "783.57", "71.23", False)
    assert money(wang, "receivable", receivable, "paid_converted", "balance_converted") == ("712.34", "0.00")


# ------------------------------------------------------------------------------------------------------ several at once


def test_the_same_line_is_never_settled_beyond_its_balance(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100")
    receipts = [receive(finance, account, "80") for _ in range(4)]
    people = [wang, finance, wang, finance]
    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(lambda one: settle(one[0], one[1], line, "60"), zip(people, receipts, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    assert balance(wang, line) == ("40.00", "partial")
    with ThreadPoolExecutor(4) as together:
        answers = list(
            together.map(lambda one: act(one[0], "receipt", one[1], "settle"), zip(people, receipts, strict=True))
        )
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    assert money(wang, "receivable", receivable, "balance", "applied_amount") == ("0.00", "100.00")


def test_everything_at_once_comes_to_an_end_and_adds_up(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, _lines = ordered(wang, admin, account, "1000")
    _first, lines = bill(finance, account, "100", "100", sales_order_id=order)
    receipts = [receive(finance, account, "70", sales_order_id=order) for _ in range(3)]
    drafts = [bill(finance, account, "300", sales_order_id=order, force=False)[0] for _ in range(3)]

    def one(n: int) -> int:
        match n % 5:
            case 0:
                return int(settle(wang, receipts[n % 3], lines[n % 2], "30").status_code)
            case 1:
                return int(act(finance, "receivable", drafts[n % 3], "activate").status_code)
            case 2:
                way = "deactivate" if n % 2 else "activate"
                return int(act(finance, "receipt", receipts[n % 3], way).status_code)
            case 3:
                return int(act(finance, "receipt", receipts[n % 3], "settle").status_code)
            case _:
                return int(act(wang, "sales_order", order, "deactivate").status_code)

    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(one, range(40)))
    assert set(answers) <= {200, 201, 403, 409, 422}
    lines_now = found(finance, "receipt_line", ["amount", "in_force", "receipt.status"])
    ours = [row for row in lines_now if row["receipt.status"] is not None]
    assert all(row["in_force"] is (row["receipt.status"] == "effective") for row in ours)
    assert Decimal(read(wang, "sales_order", order)["billed_amount"]) in {Decimal(200) + 300 * n for n in (0, 1, 2)}
    for line in lines:
        assert Decimal(read(wang, "receivable_line", line)["balance"]) >= 0
    for receipt in receipts:
        assert Decimal(read(wang, "receipt", receipt)["unapplied_amount"]) >= 0


# -------------------------------------------------------------------------------------------------------- one click


def test_a_receipt_settles_what_is_due_first(wang: Any, finance: Any) -> None:
    account = account_of(wang)
    _late, (late,) = bill(finance, account, "50", due_date=(TODAY + timedelta(days=40)).isoformat())
    _never, (never,) = bill(finance, account, "50")
    past = (TODAY - timedelta(days=9)).isoformat()
    _first, (first, second) = bill(
        finance, account, "30.50", "20", receivable_date=past, due_date=YESTERDAY.isoformat()
    )
    receipt = receive(finance, account, "75", force=False)
    assert "settle" not in offered(wang, "receipt", receipt)
    done(act(finance, "receipt", receipt, "activate"))
    assert "settle" in offered(wang, "receipt", receipt)
    done(act(wang, "receipt", receipt, "settle"))
    assert [balance(wang, line)[0] for line in (first, second, late, never)] == ["0.00", "0.00", "25.50", "50.00"]
    assert money(wang, "receipt", receipt, "unapplied_amount") == ("0.00",)
    assert "settle" not in offered(wang, "receipt", receipt)
    # It is taken back line by line.
    taken = found(wang, "receipt_line", ["amount"], receipt_id=receipt)
    assert [row["amount"] for row in taken] == ["30.50", "20.00", "24.50"]
    assert wang.call("DELETE", f"/records/receipt_line/{taken[1]['id']}").status_code == 204
    assert balance(wang, second) == ("20.00", "open")
    # More than is owed stays with the receipt.
    over = receive(finance, account, "1000")
    done(act(finance, "receipt", over, "settle"))
    assert money(wang, "receipt", over, "unapplied_amount") == ("904.50",)
    assert act(finance, "receipt", over, "settle").json()["code"] == "receipt.nothing_open"


def test_an_order_is_billed_by_one_click(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    contract = wang.make("contract", name="框架", account_id=account, amount="100")
    order, (first, _second) = ordered(wang, admin, account, "60", "40", contract_id=contract)
    assert "make_receivable" not in offered(wang, "sales_order", order)
    part = finance.make("receivable", account_id=account, sales_order_id=order)
    finance.make("receivable_line", receivable_id=part, sales_order_line_id=first, amount="25")
    done(act(finance, "receivable", part, "activate"))
    made = done(act(finance, "sales_order", order, "make_receivable"))["made"]["id"]
    told = read(finance, "receivable", made)
    assert (told["amount"], told["status"], told["contract_id"]) == ("75.00", "draft", contract)
    done(act(finance, "receivable", made, "activate"))
    assert "make_receivable" not in offered(finance, "sales_order", order)


# ------------------------------------------------------------------------------------------- plans, contracts, overdue


def test_plans_share_out_an_order_and_are_paid(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, _lines = ordered(wang, admin, account, "999.99")
    body = {"account_id": account, "sales_order_id": order, "due_date": YESTERDAY.isoformat()}
    plan = finance.make("payment_plan", **body, percentage="33.3333")
    assert read(finance, "payment_plan", plan)["amount"] == "333.33"
    rest = finance.make("payment_plan", **body, amount="666.66")
    assert read(finance, "payment_plan", rest)["percentage"] == "66.6667"
    over = finance.post("/records/payment_plan", {"values": {**body, "percentage": "0.0001"}})
    assert codes(over) == [("payment_plan.over_whole", "percentage")]
    assert finance.call("DELETE", f"/records/payment_plan/{rest}").status_code == 204
    third = finance.make("payment_plan", **body, percentage="66")
    assert codes(finance.post(f"/records/payment_plan/{rest}/restore")) == [("payment_plan.over_whole", "percentage")]
    assert codes(change(finance, "payment_plan", third, percentage="67")) == [("payment_plan.over_whole", "percentage")]

    made = done(act(finance, "payment_plan", plan, "make_receivable"))["made"]["id"]
    done(act(finance, "receivable", made, "activate"))
    (line,) = [row["id"] for row in found(finance, "receivable_line", ["id"], receivable_id=made)]
    names = ("billed_amount", "paid_amount", "unpaid_amount", "balance", "overdue")
    assert money(finance, "payment_plan", plan, *names) == ("333.33", "0.00", "333.33", "333.33", True)
    receipt = receive(finance, account, "400")
    settled(finance, receipt, line, "333.32")
    assert money(finance, "payment_plan", plan, *names) == ("333.33", "333.32", "0.01", "0.01", True)
    settled(finance, receipt, line, "0.01")
    assert money(finance, "payment_plan", plan, *names) == ("333.33", "333.33", "0.00", "0.00", False)
    assert read(finance, "payment_plan", plan)["last_settled_on"] == TODAY.isoformat()
    assert finance.call("DELETE", f"/records/payment_plan/{plan}").status_code == 422


def test_a_contract_adds_up_what_is_billed_and_paid(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    contract = wang.make("contract", name="年度供货", account_id=account, amount="1000")
    order, _lines = ordered(wang, admin, account, "800", contract_id=contract)
    receivable, (line,) = bill(finance, account, "800", sales_order_id=order, due_date=TODAY.isoformat())
    assert read(finance, "receivable", receivable)["contract_id"] == contract
    settled(finance, receive(finance, account, "500"), line, "500")
    names = ("billed_amount", "paid_amount", "receivable_balance", "unpaid_amount", "paid_percentage", "next_due_date")
    assert money(wang, "contract", contract, *names) == (
        *("800.00", "500.00", "300.00", "500.00", "50.00", TODAY.isoformat()),
    )
    assert codes(change(wang, "contract", contract, amount="499.99")) == [("contract.below_paid", "amount")]
    changed(wang, "contract", contract, amount="500")
    assert codes(change(wang, "contract", contract, status="cancelled")) == [("contract.is_billed", "status")]
    assert wang.call("DELETE", f"/records/contract/{contract}").status_code == 422


def test_what_is_due_today_is_overdue_tomorrow(wang: Any, finance: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100", due_date=TODAY.isoformat())
    later, _lines = bill(finance, account, "100", due_date=(TODAY + timedelta(days=9)).isoformat())
    assert read(wang, "receivable", receivable)["overdue"] is False
    assert money(wang, "account", account, "overdue", "next_due_date") == (False, TODAY.isoformat())

    # Nothing runs at midnight: the day of the reader does it.
    midnight = datetime.combine(TOMORROW, time(), ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(clock, "now", lambda: midnight - timedelta(seconds=1))
    assert read(wang, "receivable", receivable)["overdue"] is False
    monkeypatch.setattr(clock, "now", lambda: midnight)
    assert read(wang, "receivable", receivable)["overdue"] is True
    assert read(wang, "account", account)["overdue"] is True
    rows = found(wang, "receivable", ["code"], account_id=account, overdue=True)
    assert [row["id"] for row in rows] == [receivable]
    settled(finance, receive(finance, account, "100"), line, "99.99")
    assert read(wang, "receivable", receivable)["overdue"] is True
    settled(finance, receive(finance, account, "0.01"), line, "0.01")
    assert read(wang, "receivable", receivable)["overdue"] is False
    due = read(wang, "receivable", later)["due_date"]
    assert money(wang, "account", account, "overdue", "next_due_date") == (False, due)


def test_tax_invoices_add_up_and_are_cancelled_with_a_reason(wang: Any, admin: Any, finance: Any) -> None:
    account = account_of(wang)
    order, _lines = ordered(wang, admin, account, "100")
    invoice = finance.make("tax_invoice", account_id=account, sales_order_id=order, amount="60", number="24312000")
    assert read(wang, "sales_order", order)["invoiced_amount"] == "0.00"
    done(act(finance, "tax_invoice", invoice, "activate"))
    assert read(wang, "sales_order", order)["invoiced_amount"] == "60.00"
    assert codes(change(finance, "tax_invoice", invoice, amount="70")) == [("document.frozen", "amount")]
    assert codes(act(finance, "tax_invoice", invoice, "cancel")) == [("receivables.cancel_reason", "cancel_reason")]
    done(act(finance, "tax_invoice", invoice, "cancel", cancel_reason="抬头错误"))
    assert read(wang, "sales_order", order)["invoiced_amount"] == "0.00"


# --------------------------------------------------------------------------------------------------------------- rights


def test_finance_enters_and_sales_settle_what_they_see(world: Any, wang: Any, finance: Any) -> None:
    account = account_of(wang)
    receivable, (line,) = bill(finance, account, "100")
    receipt = receive(finance, account, "100")
    assert wang.post("/records/receipt", {"values": {"account_id": account, "amount": "1"}}).status_code == 403
    assert wang.post("/records/receivable", {"values": {"account_id": account}}).status_code == 403
    assert offered(wang, "receipt", receipt) == {"settle"}
    assert act(wang, "receipt", receipt, "deactivate").status_code == 403
    settled(wang, receipt, line, "10")

    stranger = world.person("zhaomin")
    for obj, record_id in (("receivable", receivable), ("receivable_line", line), ("receipt", receipt)):
        assert stranger.get(f"/records/{obj}/{record_id}").status_code == 404
        assert found(stranger, obj, ["code"], id=record_id) == []
    assert act(stranger, "receipt", receipt, "settle").status_code == 404
    assert {code for code, _ in codes(settle(stranger, receipt, line, "1"))} == {"lookup.not_found"}
    mine = stranger.make("account", name="佛山顺德电器有限公司")
    own = receive(finance, mine, "100")
    # Neither by the number of a line that they guess.
    assert codes(settle(stranger, own, line, "1")) == [("lookup.not_found", "receivable_line_id")]
    assert balance(wang, line) == ("90.00", "partial")
    # Who is given the account has its money too.
    wang.make(
        "team_member",
        record_id={"object": "account", "id": account},
        member_id={"object": "user", "id": str(stranger.id)},
        level="read",
    )
    assert read(stranger, "receivable", receivable)["balance"] == "90.00"


def test_accounts_that_become_one_bring_their_documents(wang: Any, admin: Any, finance: Any) -> None:
    kept, gone = account_of(wang), account_of(wang)
    _first, (line,) = bill(finance, gone, "100")
    receipt = receive(finance, gone, "70")
    settled(finance, receipt, line, "30")
    bill(finance, kept, "11")
    answer = admin.post("/merging", {"object": "account", "winner": kept, "losers": [gone]})
    assert answer.status_code == 201, answer.text
    names = ("billed_amount", "receivable_balance", "received_amount", "unapplied_amount")
    assert money(wang, "account", kept, *names) == ("111.00", "81.00", "70.00", "40.00")
    assert found(finance, "receivable", ["code"], account_id=gone) == []
    settled(finance, receipt, line, "40")
