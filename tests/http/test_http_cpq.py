"""Bundles over HTTP: their definitions, what they are in documents, and configuring them (domain.md 3.1 to 3.3)."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dougong
from dougong.access.resolve import resolve
from dougong.metadata.registry import load_registry
from dougong.records.api import create, writing
from tests.http.asking import act, change, changed, codes, deal, found, read

LINE = ["product_id", "option_id", "parent_line_id", "bundled_quantity", "quantity", "unit_price", "discount", "amount"]


def product(admin: Any, name: str, price: str | None = "100", **values: Any) -> str:
    return str(admin.make("product", name=name, list_price=price, **values))


def option(admin: Any, bundle: str, of: str, **values: Any) -> str:
    return str(admin.make("product_option", bundle_id=bundle, product_id=of, **values))


def constrain(admin: Any, bundle: str, one: str, kind: str, other: str, **values: Any) -> str:
    values = {"bundle_id": bundle, "option_id": one, "type": kind, "by_option_id": other, **values}
    return str(admin.make("product_constraint", **values))


def refused(person: Any, obj: str, **values: Any) -> tuple[list[tuple[str, str | None]], str]:
    answer = person.post(f"/records/{obj}", {"values": values})
    return codes(answer), str(answer.json()["problems"][0]["detail"])


@pytest.fixture
def cell(admin: Any) -> SimpleNamespace:
    """焊接工作站: a robot (required), one or two torches, cooling that needs the large one, a cover for free."""
    names = {"robot": "机器人", "small": "小焊枪", "large": "大焊枪", "cooling": "水冷", "cover": "护罩"}
    sold = {key: product(admin, name, "1000" if key == "robot" else "100") for key, name in names.items()}
    bundle = product(admin, "焊接工作站", "5000", configurable=True)
    torches = str(admin.make("product_feature", bundle_id=bundle, name="焊枪", min_options=1, max_options=2))
    values: dict[str, dict[str, Any]] = {
        "robot": {"required": True, "quantity": "2"},
        "small": {"feature_id": torches, "selected": True},
        "large": {"feature_id": torches, "quantity_editable": True, "min_quantity": "1", "max_quantity": "3"},
        "cooling": {"price": "80", "discount": "50"},
        "cover": {"bundled": True, "selected": True, "quantity": "4"},
    }
    options = {key: option(admin, bundle, sold[key], **values[key]) for key in names}
    needs = constrain(admin, bundle, options["cooling"], "requires", options["large"])
    return SimpleNamespace(bundle=bundle, sold=sold, torches=torches, needs=needs, **options)


def quote_of(person: Any, **values: Any) -> str:
    return str(person.make("quote", opportunity_id=deal(person), **values))


def lines(person: Any, quote: str) -> list[dict[str, Any]]:
    return found(person, "quote_line", LINE, quote_id=quote)


def told(person: Any, quote: str, cell: SimpleNamespace) -> dict[str, tuple[str, str, str]]:
    """By key of the cell's options: quantity in each, quantity and amount of the component in the only bundle."""
    keys = {vars(cell)[key]: key for key in ("robot", "small", "large", "cooling", "cover")}
    return {
        keys[row["option_id"]]: (row["bundled_quantity"], row["quantity"], row["amount"])
        for row in lines(person, quote)
        if row["option_id"] is not None
    }


def parent_of(person: Any, quote: str) -> dict[str, Any]:
    (row,) = [row for row in lines(person, quote) if row["parent_line_id"] is None]
    return row


def component(person: Any, quote: str, option_id: str) -> str:
    (row,) = [row for row in lines(person, quote) if row["option_id"] == option_id]
    return str(row["id"])


def put(person: Any, bundle: str, quote: str, chosen: list[dict[str, Any]] | None = None, **more: Any) -> Any:
    body = {"document": {"object": "quote", "id": quote}, **more}
    return person.post(f"/bundles/{bundle}/lines", body if chosen is None else {**body, "chosen": chosen})


# --------------------------------------------------------------------------------------------------------- definitions


def test_an_option_is_called_like_its_product(admin: Any, cell: SimpleNamespace) -> None:
    assert read(admin, "product_option", cell.robot)["name"] == "机器人"


def test_a_bundle_does_not_contain_itself(admin: Any) -> None:
    line, cell, robot = (product(admin, name) for name in ("产线", "工作站", "机器人"))
    option(admin, line, cell)
    option(admin, cell, robot)
    asked, sentence = refused(admin, "product_option", bundle_id=robot, product_id=line)
    assert asked == [("cpq.circle_of_bundles", "product_id")]
    assert "机器人 → 产线 → 工作站 → 机器人" in sentence
    assert refused(admin, "product_option", bundle_id=line, product_id=line)[0] == asked
    # What is out of use closes no circle until it is put in use.
    off = option(admin, robot, line, active=False)
    assert codes(change(admin, "product_option", off, active=True)) == asked


def test_two_who_close_a_circle_at_once_are_not_both_let(admin: Any) -> None:
    one, other = product(admin, "甲"), product(admin, "乙")
    ways = [{"values": {"bundle_id": a, "product_id": b}} for a, b in ((one, other), (other, one))]
    with ThreadPoolExecutor(2) as together:
        answers = list(together.map(lambda way: admin.post("/records/product_option", way).status_code, ways))
    assert sorted(answers) == [201, 422]


def test_options_of_another_bundle_are_no_part_of_a_constraint(admin: Any, cell: SimpleNamespace) -> None:
    other = product(admin, "别的", configurable=True)
    strange = option(admin, other, cell.sold["robot"])
    at = {"bundle_id": cell.bundle, "type": "excludes", "name": "冲突"}
    asked, sentence = refused(admin, "product_constraint", **at, option_id=strange, by_option_id=cell.robot)
    assert asked == [("cpq.constraint_outside", "option_id")]
    assert "焊接工作站" in sentence
    asked, _ = refused(admin, "product_constraint", **at, option_id=cell.robot, by_option_id=strange)
    assert asked == [("cpq.constraint_outside", "by_option_id")]
    asked, _ = refused(admin, "product_constraint", **at, option_id=cell.robot, by_option_id=cell.robot)
    assert asked == [("cpq.constraint_itself", "by_option_id")]
    asked, _ = refused(admin, "product_option", bundle_id=other, product_id=cell.sold["small"], feature_id=cell.torches)
    assert asked == [("cpq.feature_elsewhere", "feature_id")]


def test_what_a_bundle_needs_does_not_move_to_another(admin: Any, cell: SimpleNamespace) -> None:
    other = product(admin, "别的", configurable=True)
    moved = change(admin, "product_option", cell.cooling, bundle_id=other)
    assert codes(moved) == [("cpq.constraint_outside", "bundle_id")]
    moved = change(admin, "product_feature", cell.torches, bundle_id=other)
    assert codes(moved) == [("cpq.feature_elsewhere", "bundle_id")]
    changed(admin, "product_option", cell.cover, bundle_id=other)


def test_what_depends_on_something_does_not_exclude_it(admin: Any, cell: SimpleNamespace) -> None:
    at = {"bundle_id": cell.bundle, "type": "excludes"}
    for one, other in ((cell.cooling, cell.large), (cell.large, cell.cooling)):
        asked, sentence = refused(admin, "product_constraint", **at, option_id=one, by_option_id=other)
        assert asked == [("cpq.contradiction", "type")]
        assert "水冷" in sentence
        assert "大焊枪" in sentence
    # Over a third one too: cooling needs the large torch, which would need the cover that excludes cooling.
    constrain(admin, cell.bundle, cell.large, "requires", cell.cover)
    asked, _ = refused(admin, "product_constraint", **at, option_id=cell.cover, by_option_id=cell.cooling)
    assert asked == [("cpq.contradiction", "type")]
    # Out of force it says nothing; put in force it is refused.
    off = constrain(admin, cell.bundle, cell.cover, "excludes", cell.cooling, active=False)
    assert codes(change(admin, "product_constraint", off, active=True)) == [("cpq.contradiction", "type")]


def test_options_do_not_wait_for_each_other(admin: Any, cell: SimpleNamespace) -> None:
    constrain(admin, cell.bundle, cell.large, "requires", cell.cover)
    at = {"bundle_id": cell.bundle, "type": "requires"}
    asked, sentence = refused(admin, "product_constraint", **at, option_id=cell.cover, by_option_id=cell.cooling)
    assert asked == [("cpq.circle_of_options", "by_option_id")]
    assert sentence.count("→") == 3


def test_required_options_do_not_exclude_each_other(admin: Any, cell: SimpleNamespace) -> None:
    exclusion = constrain(admin, cell.bundle, cell.robot, "excludes", cell.cover)
    answer = change(admin, "product_option", cell.cover, required=True)
    assert codes(answer) == [("cpq.required_excluded", "required")]
    assert "机器人" in answer.json()["problems"][0]["detail"]
    assert "护罩" in answer.json()["problems"][0]["detail"]
    changed(admin, "product_constraint", exclusion, active=False)
    changed(admin, "product_option", cell.cover, required=True)
    assert codes(change(admin, "product_constraint", exclusion, active=True)) == [("cpq.required_excluded", "type")]


def test_bounds_that_nothing_meets_are_refused(admin: Any, cell: SimpleNamespace) -> None:
    def option_codes(**values: Any) -> list[tuple[str, str | None]]:
        return codes(change(admin, "product_option", cell.large, **values))

    assert option_codes(min_quantity="4") == [("cpq.bounds_of_quantity", "max_quantity")]
    assert option_codes(quantity="5") == [("cpq.start_outside", "quantity")]
    wrong = change(admin, "product_feature", cell.torches, min_options=3)
    assert codes(wrong) == [("cpq.bounds_of_feature", "max_options")]
    assert "焊枪" in wrong.json()["problems"][0]["detail"]
    # 0 is no bound.
    changed(admin, "product_feature", cell.torches, max_options=0)
    changed(admin, "product_feature", cell.torches, max_options=1, min_options=1)
    changed(admin, "product_option", cell.small, required=True)
    assert option_codes(required=True) == [("cpq.feature_required", "required")]


def test_options_are_of_products_in_use(admin: Any, cell: SimpleNamespace) -> None:
    old = product(admin, "旧护罩", active=False)
    asked, sentence = refused(admin, "product_option", bundle_id=cell.bundle, product_id=old)
    assert asked == [("cpq.product_out_of_use", "product_id")]
    assert "旧护罩" in sentence
    # Its product goes out of use later: the option stays, and can be mended in everything else.
    changed(admin, "product", cell.sold["cover"], active=False)
    changed(admin, "product_option", cell.cover, order_number=5)
    changed(admin, "product_option", cell.cover, active=False)
    assert codes(change(admin, "product_option", cell.cover, active=True)) == asked


# --------------------------------------------------------------------------------------------------- lines of documents


@pytest.mark.parametrize(
    ("document", "line"),
    [("quote", "quote_line"), ("sales_order", "sales_order_line"), ("opportunity", "opportunity_line")],
)
def test_a_bundle_brings_its_components(admin: Any, wang: Any, cell: SimpleNamespace, document: str, line: str) -> None:
    made = deal(wang)
    account = read(wang, "opportunity", made)["account_id"]
    documents = {
        "opportunity": lambda: made,
        "quote": lambda: wang.make("quote", opportunity_id=made),
        "sales_order": lambda: wang.make("sales_order", account_id=account),
    }
    of = documents[document]()
    parent = wang.make(line, **{f"{document}_id": of}, product_id=cell.bundle, quantity="3")
    rows = found(wang, line, LINE, **{f"{document}_id": of})
    assert [(row["option_id"], row["parent_line_id"], row["bundled_quantity"], row["quantity"]) for row in rows] == [
        (None, None, None, "3.00"),
        (cell.small, parent, "1.00", "3.00"),
        (cell.robot, parent, "2.00", "6.00"),
        (cell.cover, parent, "4.00", "12.00"),
    ]
    assert [row["amount"] for row in rows] == ["15000.00", "300.00", "6000.00", "0.00"]
    assert read(wang, document, of)["amount"] == "21300.00"


def test_components_follow_the_quantity_of_their_bundle(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    line = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    changed(wang, "quote_line", line, quantity="2")
    assert told(wang, quote, cell)["robot"] == ("2.00", "4.00", "4000.00")
    changed(wang, "quote_line", line, quantity="0")
    assert told(wang, quote, cell)["robot"] == ("2.00", "0.00", "0.00")
    changed(wang, "quote_line", line, quantity="5")
    assert told(wang, quote, cell)["robot"] == ("2.00", "10.00", "10000.00")
    assert read(wang, "quote", quote)["amount"] == "35500.00"


def test_a_bundle_is_removed_and_comes_back_with_its_components(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    line = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    before = lines(wang, quote)
    assert wang.call("DELETE", f"/records/quote_line/{line}").status_code == 204
    assert lines(wang, quote) == []
    assert wang.post(f"/records/quote_line/{line}/restore").status_code == 200
    after = lines(wang, quote)
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert read(wang, "quote", quote)["amount"] == "7100.00"


def test_what_is_required_or_needed_is_not_removed_alone(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    chosen = [{"option": cell.robot}, {"option": cell.large}, {"option": cell.cooling}]
    assert put(wang, cell.bundle, quote, chosen).status_code == 200

    def remove(*options: str) -> Any:
        ids = [component(wang, quote, one) for one in options]
        return wang.post("/batch", {"object": "quote_line", "action": "delete", "ids": ids})

    answer = remove(cell.robot)
    assert codes(answer) == [("cpq.required", None)]
    assert "机器人" in answer.json()["problems"][0]["detail"]
    assert {code for code, _ in codes(remove(cell.large))} == {"cpq.requires", "cpq.feature_least"}
    assert codes(remove(cell.large, cell.cooling)) == [("cpq.feature_least", None)]
    kept = component(wang, quote, cell.cooling)
    assert remove(cell.cooling).status_code == 200
    assert set(told(wang, quote, cell)) == {"robot", "large"}
    assert wang.post(f"/records/quote_line/{kept}/restore").status_code == 200
    assert set(told(wang, quote, cell)) == {"robot", "large", "cooling"}


def test_components_are_added_one_by_one(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    parent = wang.make("quote_line", quote_id=quote, product_id=cell.bundle, quantity="2")
    at = {"quote_id": quote, "parent_line_id": parent}
    assert refused(wang, "quote_line", **at, option_id=cell.cooling)[0] == [("cpq.requires", None)]
    # By its product alone it is known which option is meant.
    wang.make("quote_line", **at, product_id=cell.sold["large"])
    wang.make("quote_line", **at, option_id=cell.cooling)
    assert told(wang, quote, cell)["large"] == ("1.00", "2.00", "200.00")
    # 80 in the bundle, half of it off: 2 × 40.
    assert told(wang, quote, cell)["cooling"] == ("1.00", "2.00", "80.00")
    assert refused(wang, "quote_line", **at, option_id=cell.large)[0] == [("cpq.option_twice", "option_id")]
    strange = {"product_id": cell.bundle, "parent_line_id": parent, "quote_id": quote}
    assert refused(wang, "quote_line", **strange)[0] == [("cpq.not_in_bundle", "product_id")]
    wrong = {**at, "option_id": cell.robot, "product_id": cell.sold["cover"]}
    assert refused(wang, "quote_line", **wrong)[0] == [("cpq.other_product", "product_id")]
    elsewhere = {"quote_id": quote_of(wang), "parent_line_id": parent, "option_id": cell.cooling}
    assert refused(wang, "quote_line", **elsewhere)[0] == [("cpq.other_document", "parent_line_id")]
    alone = {"quote_id": quote, "product_id": cell.sold["robot"], "option_id": cell.robot}
    assert refused(wang, "quote_line", **alone)[0] == [("cpq.option_alone", "option_id")]
    plain = wang.make("quote_line", quote_id=quote, product_id=cell.sold["robot"])
    below = {"quote_id": quote, "parent_line_id": plain, "product_id": cell.sold["robot"]}
    assert refused(wang, "quote_line", **below)[0] == [("cpq.no_bundle", "parent_line_id")]


def test_a_line_is_edited_within_what_its_option_lets(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    put(
        wang, cell.bundle, quote, [{"option": cell.robot}, {"option": cell.large}, {"option": cell.cover}], quantity="2"
    )
    robot, large, cover = (component(wang, quote, one) for one in (cell.robot, cell.large, cell.cover))
    assert codes(change(wang, "quote_line", robot, quantity="2")) == [("cpq.quantity_fixed", "quantity")]
    assert codes(change(wang, "quote_line", large, quantity="8")) == [("cpq.quantity_range", "quantity")]
    assert codes(change(wang, "quote_line", large, bundled_quantity="4")) == [("cpq.quantity_range", "quantity")]
    assert codes(change(wang, "quote_line", large, quantity="1")) == [("cpq.quantity_range", "quantity")]
    assert changed(wang, "quote_line", large, quantity="6")["bundled_quantity"] == "3.00"
    assert changed(wang, "quote_line", large, bundled_quantity="2")["quantity"] == "4.00"
    # Nothing of it is none of it.
    assert codes(change(wang, "quote_line", large, quantity="0")) == [("cpq.feature_least", None)]
    for name in ("unit_price", "amount"):
        assert codes(change(wang, "quote_line", cover, **{name: "1"})) == [("cpq.included", name)]
    # What people negotiate is theirs.
    assert changed(wang, "quote_line", robot, unit_price="900")["amount"] == "3600.00"
    parent = parent_of(wang, quote)["id"]
    assert codes(change(wang, "quote_line", robot, option_id=cell.cover)) == [("cpq.component_stays", "option_id")]
    assert codes(change(wang, "quote_line", robot, parent_line_id=None)) == [("cpq.component_stays", "parent_line_id")]
    assert codes(change(wang, "quote_line", parent, product_id=cell.sold["robot"])) == [
        ("cpq.bundle_stays", "product_id")
    ]
    assert codes(change(wang, "quote_line", parent, quote_id=quote_of(wang))) == [("cpq.bundle_stays", "quote_id")]
    changed(wang, "quote_line", parent, quantity="3")
    assert codes(change(wang, "quote_line", large, quantity="7")) == [("cpq.uneven", "quantity")]


def test_a_product_that_is_not_sold_alone_comes_in_bundles(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    changed(admin, "product", cell.sold["cover"], sold_alone=False)
    quote = quote_of(wang)
    asked, sentence = refused(wang, "quote_line", quote_id=quote, product_id=cell.sold["cover"])
    assert asked == [("cpq.not_sold_alone", "product_id")]
    assert "护罩" in sentence
    wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    assert "cover" in told(wang, quote, cell)


def test_a_bundle_whose_required_part_is_out_of_use_is_not_sold(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    changed(admin, "product", cell.sold["robot"], active=False)
    quote = quote_of(wang)
    asked, sentence = refused(wang, "quote_line", quote_id=quote, product_id=cell.bundle)
    assert asked == [("cpq.required_out_of_use", None)]
    assert "机器人" in sentence
    assert lines(wang, quote) == []
    # What is only preselected is left out.
    changed(admin, "product", cell.sold["robot"], active=True)
    changed(admin, "product", cell.sold["cover"], active=False)
    wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    assert set(told(wang, quote, cell)) == {"robot", "small"}


def test_exclusions_hold_both_ways_and_only_in_force(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    exclusion = constrain(admin, cell.bundle, cell.small, "excludes", cell.large)
    for first, second in ((cell.small, cell.large), (cell.large, cell.small)):
        quote = quote_of(wang)
        assert put(wang, cell.bundle, quote, [{"option": cell.robot}, {"option": first}]).status_code == 200
        at = {"quote_id": quote, "parent_line_id": parent_of(wang, quote)["id"]}
        asked, sentence = refused(wang, "quote_line", **at, option_id=second)
        assert asked == [("cpq.excludes", None)]
        assert "小焊枪" in sentence
        assert "大焊枪" in sentence
    changed(admin, "product_constraint", exclusion, active=False)
    wang.make("quote_line", **at, option_id=cell.small)


def test_constraints_of_a_group_are_one_condition(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    changed(admin, "product_constraint", cell.needs, constraint_group="焊枪")
    constrain(admin, cell.bundle, cell.cooling, "requires", cell.small, constraint_group="焊枪")
    robot = {"option": cell.robot}

    def problems(*options: str) -> list[str]:
        body = {"chosen": [robot, *({"option": one} for one in options)]}
        return [one["code"] for one in wang.post(f"/bundles/{cell.bundle}/check", body).json()["problems"]]

    # One of those that it depends on is enough.
    assert problems(cell.cooling, cell.small) == []
    assert problems(cell.cooling, cell.large) == []
    assert problems(cell.cooling) == ["cpq.feature_least", "cpq.requires"]
    # Those that exclude do so together.
    for other in (cell.small, cell.large):
        constrain(admin, cell.bundle, cell.cover, "excludes", other, constraint_group="护罩")
    assert problems(cell.cover, cell.small) == []
    assert problems(cell.cover, cell.small, cell.large) == ["cpq.excludes"]


def test_a_document_is_asked_about_later_constraints_once_its_bundle_is_touched(
    wang: Any, admin: Any, cell: SimpleNamespace
) -> None:
    quote = quote_of(wang)
    put(wang, cell.bundle, quote, [{"option": cell.robot}, {"option": cell.small}, {"option": cell.large}])
    robot, large = component(wang, quote, cell.robot), component(wang, quote, cell.large)
    constrain(admin, cell.bundle, cell.small, "excludes", cell.large)
    changed(wang, "quote", quote, terms="货到付款")
    changed(wang, "quote_line", robot, discount="5", description="含安装")
    assert codes(change(wang, "quote_line", large, quantity="2")) == [("cpq.excludes", None)]
    assert codes(change(wang, "quote_line", parent_of(wang, quote)["id"], quantity="2")) == [("cpq.excludes", None)]
    # It is mended by taking one away.
    assert wang.call("DELETE", f"/records/quote_line/{large}").status_code == 204


def test_bundles_are_copied_from_document_to_document(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    made = deal(wang)
    quote = wang.make("quote", opportunity_id=made)
    plain = wang.make("quote_line", quote_id=quote, product_id=cell.sold["robot"])
    put(wang, cell.bundle, quote, [{"option": cell.robot}, {"option": cell.large, "quantity": "2"}], quantity="3")
    changed(wang, "quote_line", component(wang, quote, cell.robot), unit_price="900")
    assert plain
    changed(wang, "quote", quote, status="accepted")
    order = act(wang, "quote", quote, "make_order").json()["made"]["id"]
    assert act(wang, "quote", quote, "bring_to_deal").status_code == 200
    told = ["product_id", "option_id", "bundled_quantity", "quantity", "unit_price", "amount"]
    quoted = found(wang, "quote_line", [*told, "parent_line_id"], quote_id=quote)
    for obj, link, of in (("sales_order_line", "sales_order_id", order), ("opportunity_line", "opportunity_id", made)):
        copied = found(wang, obj, [*told, "parent_line.product_id"], **{link: of})
        assert sorted([row[name] or "" for name in told] for row in copied) == sorted(
            [row[name] or "" for name in told] for row in quoted
        )
        assert {row["parent_line.product_id"] for row in copied if row["option_id"]} == {cell.bundle}
    # Again: what was brought goes, with its components.
    assert act(wang, "quote", quote, "bring_to_deal").status_code == 200
    assert len(found(wang, "opportunity_line", ["quantity"], opportunity_id=made)) == len(quoted)
    # A new document is asked about what holds now.
    constrain(admin, cell.bundle, cell.robot, "excludes", cell.large)
    assert codes(act(wang, "quote", quote, "copy_quote")) == [("cpq.excludes", None)]
    assert len(found(wang, "quote", ["name"], opportunity_id=made)) == 1


def test_bundles_are_nested(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    line = product(admin, "产线", "10000", configurable=True)
    station = option(admin, line, cell.bundle, required=True, quantity="2")
    quote = quote_of(wang)
    parent = wang.make("quote_line", quote_id=quote, product_id=line, quantity="2")
    assert told_nested(wang, quote)[cell.robot] == ("2.00", "8.00")
    changed(wang, "quote_line", parent, quantity="1")
    assert told_nested(wang, quote)[cell.robot] == ("2.00", "4.00")
    assert told_nested(wang, quote)[cell.cover] == ("4.00", "8.00")
    # Within, the rules of the inner bundle hold.
    assert codes(wang.call("DELETE", f"/records/quote_line/{component(wang, quote, cell.robot)}")) == [
        ("cpq.required", None)
    ]
    inner = [{"option": cell.robot}, {"option": cell.large, "quantity": "3"}]
    answer = put(wang, line, quote, [{"option": station, "chosen": inner}], line=parent)
    assert answer.status_code == 200, answer.text
    assert told_nested(wang, quote) == {
        station: ("2.00", "2.00"),
        cell.robot: ("2.00", "4.00"),
        cell.large: ("3.00", "6.00"),
    }
    changed(wang, "quote", quote, status="accepted")
    order = act(wang, "quote", quote, "make_order").json()["made"]["id"]
    changed(wang, "quote", quote, status="draft")
    assert len(found(wang, "sales_order_line", ["quantity"], sales_order_id=order)) == 4
    assert wang.call("DELETE", f"/records/quote_line/{parent}").status_code == 204
    assert lines(wang, quote) == []
    assert wang.post(f"/records/quote_line/{parent}/restore").status_code == 200
    assert len(lines(wang, quote)) == 4


def told_nested(person: Any, quote: str) -> dict[str, tuple[str, str]]:
    return {
        row["option_id"]: (row["bundled_quantity"], row["quantity"])
        for row in lines(person, quote)
        if row["option_id"] is not None
    }


def test_a_component_that_comes_back_has_the_quantity_of_its_bundle(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    parent = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    cover = component(wang, quote, cell.cover)
    assert wang.call("DELETE", f"/records/quote_line/{cover}").status_code == 204
    changed(wang, "quote_line", parent, quantity="3")
    assert wang.post(f"/records/quote_line/{cover}/restore").status_code == 200
    assert told(wang, quote, cell)["cover"] == ("4.00", "12.00", "0.00")


def test_a_line_of_before_stays_as_it_was(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    """Its product has become a bundle since: it is asked about components once it is configured."""
    changed(admin, "product", cell.bundle, configurable=False)
    quote = quote_of(wang)
    line = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    changed(admin, "product", cell.bundle, configurable=True)
    assert changed(wang, "quote_line", line, quantity="2")["amount"] == "10000.00"
    assert put(wang, cell.bundle, quote, line=line).status_code == 200
    assert told(wang, quote, cell)["robot"] == ("2.00", "4.00", "4000.00")


def test_lines_that_one_does_not_see_are_told_like_those_that_do_not_exist(
    world: Any, wang: Any, cell: SimpleNamespace
) -> None:
    hidden = wang.make("quote_line", quote_id=quote_of(wang), product_id=cell.bundle)
    zhao = world.person("zhaomin")
    at = {"quote_id": quote_of(zhao), "product_id": cell.sold["large"]}
    answers = [refused(zhao, "quote_line", **at, parent_line_id=line)[0] for line in (hidden, "999999999")]
    assert answers[0] == answers[1] == [("lookup.not_found", "parent_line_id")]


RENTAL = """
label: {zh: 租赁单, en: Rental}
plural: {zh: 租赁单, en: Rentals}
name_field: name
fields:
  name: {type: text, label: {zh: 名称, en: Name}, required: true}
"""


def test_a_document_of_the_companys_own_holds_bundles(admin: Any, cell: SimpleNamespace) -> None:
    """Nothing knows documents by their names: its lines have what lines of a quote have."""
    lines_of_quotes = (Path(dougong.__file__).parent / "crm/package/objects/quote_line.yaml").read_text("utf-8")
    texts = {
        "objects/rental.yaml": RENTAL,
        "objects/rental_line.yaml": lines_of_quotes.replace("quote", "rental").replace("QUL-", "REN-"),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for name, text in texts.items():
            made.writestr(name, text)
    answer = admin.call("POST", "/configuration/archive", files={"file": ("c.zip", archive.getvalue())})
    assert answer.status_code == 200, answer.text
    rental = admin.make("rental", name="三个月")
    chosen = [{"option": cell.robot}, {"option": cell.large, "quantity": "2"}]
    body = {"document": {"object": "rental", "id": rental}, "quantity": "2", "chosen": chosen}
    assert admin.post(f"/bundles/{cell.bundle}/lines", body).json()["object"] == "rental_line"
    rows = found(admin, "rental_line", ["option_id", "quantity", "amount"], rental_id=rental)
    assert [(row["option_id"], row["quantity"], row["amount"]) for row in rows] == [
        (None, "2.00", "10000.00"),
        (cell.large, "4.00", "400.00"),
        (cell.robot, "4.00", "4000.00"),
    ]
    gone = admin.call("DELETE", f"/records/rental_line/{rows[2]['id']}")
    assert codes(gone) == [("cpq.required", None)]


def test_an_import_is_asked_too(world: Any, admin: Any, wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    parent = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    rows = [
        {"quote_id": quote, "product_id": cell.bundle, "quantity": "2"},
        {"quote_id": quote, "parent_line_id": parent, "option_id": cell.cooling},
        {"quote_id": quote, "parent_line_id": parent, "option_id": cell.large, "bundled_quantity": "9"},
        {"quote_id": quote, "parent_line_id": parent, "option_id": cell.cover},
    ]
    with world.database.transaction() as tx:
        registry = load_registry(tx)
        w = writing(tx, registry, resolve(tx, registry, admin.id), "import")
        outcome = create(w, "quote_line", rows, skip_problems=True)
    assert [(one.row, one.code) for one in outcome.problems] == [
        (1, "cpq.requires"),
        (2, "cpq.quantity_range"),
        (3, "cpq.option_twice"),
    ]
    assert [record_id is not None for record_id in outcome.ids] == [True, False, False, False]
    assert len(lines(wang, quote)) == 4 + 4


def test_rows_of_a_batch_with_problems_are_left_out(admin: Any, wang: Any, cell: SimpleNamespace) -> None:
    """Rows with problems are left out; the others come with their components."""
    quote = quote_of(wang)
    parent = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    rows = [
        {"values": {"quote_id": quote, "product_id": cell.bundle, "quantity": "2"}},
        {"values": {"quote_id": quote, "parent_line_id": parent, "option_id": cell.cooling}},
        {"values": {"quote_id": quote, "parent_line_id": parent, "option_id": cell.large, "bundled_quantity": "9"}},
        {"values": {"quote_id": quote, "product_id": cell.sold["robot"]}},
    ]
    body = {"object": "quote_line", "action": "create", "rows": rows, "skip_problems": True}
    answer = admin.post("/batch", body).json()
    assert [one["row"] for one in answer["problems"]] == [1, 2]
    assert [one["code"] for one in answer["problems"]] == ["cpq.requires", "cpq.quantity_range"]
    assert len(lines(wang, quote)) == 4 + 4 + 1


def test_prices_are_those_of_the_documents_book_and_currency(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    admin.make("exchange_rate", currency="USD", from_date="2020-01-01", rate="8")
    book = admin.make("price_book", name="大客户价")
    for key, price in (("robot", "800"), ("large", "90")):
        admin.make("price_book_entry", price_book_id=book, product_id=cell.sold[key], price=price)
    admin.make("price_book_entry", price_book_id=book, product_id=cell.bundle, price="4000")
    quote = wang.make("quote", opportunity_id=deal(wang, currency="USD"), price_book_id=book)
    # The book has neither the cover, which is included, nor the cooling, whose option says its price.
    options = [cell.robot, cell.large, cell.cooling, cell.cover]
    chosen = [{"option": one} for one in options]
    asked = wang.post(
        f"/bundles/{cell.bundle}/check", {"chosen": chosen, "document": {"object": "quote", "id": quote}}
    ).json()
    assert put(wang, cell.bundle, quote, chosen).status_code == 200
    # 4000 / 8, 2 × 800 / 8, 90 / 8, 80 / 8 half off, and the cover
    assert told(wang, quote, cell) == {
        "robot": ("2.00", "2.00", "200.00"),
        "large": ("1.00", "1.00", "11.25"),
        "cooling": ("1.00", "1.00", "5.00"),
        "cover": ("4.00", "4.00", "0.00"),
    }
    assert (asked["total"], read(wang, "quote", quote)["amount"]) == ("716.25", "716.25")
    assert asked["valid"] is True
    # The small torch has no price in the book.
    at = {"quote_id": quote, "parent_line_id": parent_of(wang, quote)["id"], "option_id": cell.small}
    assert refused(wang, "quote_line", **at)[0] == [("line.not_in_book", "product_id")]


def test_a_frozen_document_keeps_its_bundles(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    line = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    changed(wang, "quote", quote, status="accepted")
    assert {code for code, _ in codes(put(wang, cell.bundle, quote, line=line, quantity="2"))} == {"line.frozen"}
    assert {code for code, _ in codes(put(wang, cell.bundle, quote))} == {"line.frozen"}
    assert len(lines(wang, quote)) == 4


# ---------------------------------------------------------------------------------------------------------- configuring


def test_what_can_be_configured_is_told(wang: Any, cell: SimpleNamespace) -> None:
    told = wang.get(f"/bundles/{cell.bundle}").json()
    assert (told["name"], told["configurable"], told["price"]) == ("焊接工作站", True, "5000.00")
    assert [(one["name"], one["least"], one["most"]) for one in told["features"]] == [("焊枪", 1, 2)]
    by_name = {one["name"]: one for one in told["options"]}
    assert [one["name"] for one in told["options"]] == ["小焊枪", "大焊枪", "机器人", "水冷", "护罩"]
    assert (by_name["大焊枪"]["least"], by_name["大焊枪"]["most"], by_name["大焊枪"]["editable"]) == (
        "1.00",
        "3.00",
        True,
    )
    assert (by_name["水冷"]["price"], by_name["水冷"]["discount"], by_name["护罩"]["price"]) == (
        "80.00",
        "50.0000",
        "0",
    )
    assert told["conditions"] == [{"option": cell.cooling, "excludes": False, "others": [cell.large]}]
    assert [(one["option"], one["quantity"]) for one in told["chosen"]] == [
        (cell.small, "1.00"),
        (cell.robot, "2.00"),
        (cell.cover, "4.00"),
    ]


def test_a_selection_is_judged_and_priced_without_writing(wang: Any, cell: SimpleNamespace) -> None:
    def asked(*chosen: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = wang.post(f"/bundles/{cell.bundle}/check", {"chosen": list(chosen), **more})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    by_itself = wang.post(f"/bundles/{cell.bundle}/check", {}).json()
    assert (by_itself["valid"], by_itself["total"]) == (True, "7100.00")
    wrong = asked({"option": cell.cooling}, {"option": cell.large, "quantity": "9"})
    assert wrong["valid"] is False
    assert {(one["code"], one["option"]) for one in wrong["problems"]} == {
        ("cpq.required", cell.robot),
        ("cpq.quantity_range", cell.large),
    }
    assert all(one["detail"] for one in wrong["problems"])
    none = asked({"option": cell.robot}, {"option": cell.large, "quantity": "0"}, {"option": cell.cooling})
    assert [one["code"] for one in none["problems"]] == ["cpq.feature_least", "cpq.requires"]
    strange = asked({"option": cell.robot}, {"option": cell.small}, {"option": "1"})
    assert [one["code"] for one in strange["problems"]] == ["cpq.option_elsewhere"]
    good = asked(
        {"option": cell.robot}, {"option": cell.large, "quantity": "2"}, {"option": cell.cooling}, quantity="2"
    )
    assert [(one["name"], one["quantity"], one["amount"]) for one in good["lines"]] == [
        ("大焊枪", "4.00", "400.00"),
        ("机器人", "4.00", "4000.00"),
        ("水冷", "2.00", "80.00"),
    ]
    assert (good["unit_price"], good["amount"], good["total"]) == ("5000.00", "10000.00", "14480.00")


def test_a_selection_is_put_in_place_whole_or_not_at_all(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    for chosen, code in (
        ([{"option": cell.robot}], "cpq.feature_least"),
        ([{"option": cell.small}], "cpq.required"),
        ([{"option": cell.robot}, {"option": cell.small}, {"option": cell.small}], "cpq.option_twice"),
        ([{"option": cell.robot}, {"option": cell.small}, {"option": "1"}], "cpq.option_elsewhere"),
    ):
        assert [one for one, _ in codes(put(wang, cell.bundle, quote, chosen))] == [code]
    assert lines(wang, quote) == []
    assert [one for one, _ in codes(put(wang, cell.sold["robot"], quote))] == ["cpq.no_bundle"]
    nowhere = wang.post(f"/bundles/{cell.bundle}/lines", {"document": {"object": "account", "id": quote}})
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "cpq.no_bundles_there")


def test_what_is_more_than_can_be_kept_is_refused(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    dear = product(admin, "大型设备", "900000000000000")
    quote = quote_of(wang)
    many = refused(wang, "quote_line", quote_id=quote, product_id=dear, quantity="900000000000000")[0]
    assert many == [("line.too_large", "amount")]
    parent = wang.make("quote_line", quote_id=quote, product_id=cell.bundle)
    assert codes(change(wang, "quote_line", parent, quantity="900000000000")) == [("line.too_large", "amount")]
    cover = component(wang, quote, cell.cover)
    wide = change(wang, "quote_line", cover, bundled_quantity="900000000000000")
    assert codes(wide) == [("cpq.quantity_fixed", "quantity")]
    changed(wang, "quote_line", parent, quantity="1000")
    wide = change(wang, "quote_line", cover, bundled_quantity="900000000000000")
    assert codes(wide) == [("line.too_large", "bundled_quantity")]
    option(admin, cell.bundle, dear, selected=True, quantity="1000")
    asked = wang.post(f"/bundles/{cell.bundle}/check", {"quantity": "999999999"})
    assert codes(asked) == [("line.too_large", "amount")]


def test_a_bundle_is_configured_anew(wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    line = put(wang, cell.bundle, quote, quantity="2").json()["line"]
    robot = component(wang, quote, cell.robot)
    changed(wang, "quote_line", robot, unit_price="900")
    chosen = [{"option": cell.robot}, {"option": cell.large, "quantity": "3"}, {"option": cell.cooling}]
    again = put(wang, cell.bundle, quote, chosen, line=line, quantity="4")
    assert again.json() == {"object": "quote_line", "line": line}
    assert told(wang, quote, cell) == {
        "robot": ("2.00", "8.00", "7200.00"),
        "large": ("3.00", "12.00", "1200.00"),
        "cooling": ("1.00", "4.00", "160.00"),
    }
    # What stays is the same line, at the price that it was given.
    assert component(wang, quote, cell.robot) == robot
    refused = put(wang, cell.bundle, quote, [{"option": cell.large}], line=line)
    assert [one for one, _ in codes(refused)] == ["cpq.required"]
    assert len(told(wang, quote, cell)) == 3
    stale = put(wang, cell.bundle, quote, chosen, line=line, quantity="5", version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "record.stale")
    other = put(wang, cell.bundle, quote_of(wang), chosen, line=line)
    assert other.status_code == 404


def test_others_configure_nothing_of_it(world: Any, wang: Any, cell: SimpleNamespace) -> None:
    quote = quote_of(wang)
    line = put(wang, cell.bundle, quote).json()["line"]
    zhao, stranger = world.person("zhaomin"), world.person("chenjing")
    assert put(zhao, cell.bundle, quote).status_code == 422
    assert put(zhao, cell.bundle, quote, line=line).status_code == 404
    assert zhao.get(f"/bundles/{cell.bundle}?document=quote&record={quote}").status_code == 404
    assert zhao.get(f"/bundles/{cell.bundle}").status_code == 200
    assert stranger.get(f"/bundles/{cell.bundle}").status_code in {403, 404}
    assert zhao.post("/records/product_option", {"values": {}}).status_code == 403
    assert len(lines(wang, quote)) == 4


def test_two_who_add_to_one_bundle_come_one_after_the_other(wang: Any, admin: Any, cell: SimpleNamespace) -> None:
    changed(admin, "product_feature", cell.torches, max_options=1, min_options=0)
    quote = quote_of(wang)
    put(wang, cell.bundle, quote, [{"option": cell.robot}])
    at = {"quote_id": quote, "parent_line_id": parent_of(wang, quote)["id"]}
    rows = [{"values": {**at, "option_id": one}} for one in (cell.small, cell.large)]
    with ThreadPoolExecutor(2) as together:
        answers = list(together.map(lambda row: wang.post("/records/quote_line", row).status_code, rows))
    assert sorted(answers) == [201, 422]
