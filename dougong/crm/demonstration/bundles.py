"""The bundles that the company sells: work cells put together to the customer's wish, from `bundles.yaml`."""

from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

import yaml

Create = Callable[[str, Sequence[Mapping[str, Any]]], list[int]]
"""Creates records of an object as the administrator."""


def load_bundles(create: Create, catalogue: Mapping[str, int]) -> dict[str, int]:
    """Store the bundles and what is sold in them only; all products by code, the catalogue's too."""
    path = resources.files("dougong.crm.demonstration").joinpath("bundles.yaml")
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = create("product", [_product(one, sold_alone=one.get("alone", True)) for one in told["parts"]])
    codes = {**catalogue, **{one["code"]: i for one, i in zip(told["parts"], parts, strict=True)}}
    for bundle in told["bundles"]:
        description = f"<p>{bundle['description']}</p>"
        (made,) = create("product", [_product(bundle, description=description, configurable=True)])
        codes[bundle["code"]] = made
        _fill(create, made, bundle, codes)
    return codes


def _product(one: Mapping[str, Any], **values: Any) -> dict[str, Any]:  # noqa: ANN401  # values of fields
    return {
        "name": one["name"],
        "code": one["code"],
        "family": one["family"],
        "unit": one["unit"],
        "list_price": str(one["price"]),
        **values,
    }


def _fill(create: Create, made: int, bundle: Mapping[str, Any], codes: Mapping[str, int]) -> None:
    named = list(enumerate(bundle["features"], start=1))
    features = create(
        "product_feature",
        [
            {
                "bundle_id": made,
                "name": one["name"],
                "order_number": number,
                "min_options": one.get("min"),
                "max_options": one.get("max"),
                "description": one.get("description"),
            }
            for number, one in named
        ],
    )
    places = {one["name"]: i for (_, one), i in zip(named, features, strict=True)}
    rows = [
        {
            "bundle_id": made,
            "product_id": codes[one["product"]],
            "feature_id": places.get(one.get("feature", "")),
            "order_number": number,
            "required": one.get("required", False),
            "selected": one.get("selected", False),
            "bundled": one.get("bundled", False),
            "quantity": str(one.get("quantity", 1)),
            "quantity_editable": one.get("editable", False),
            "min_quantity": one.get("least"),
            "max_quantity": one.get("most"),
            "price": one.get("price"),
            "discount": one.get("discount"),
        }
        for number, one in enumerate(bundle["options"], start=1)
    ]
    made_options = create("product_option", rows)
    options = {one["product"]: i for one, i in zip(bundle["options"], made_options, strict=True)}
    constraints = [
        {
            "bundle_id": made,
            "option_id": options[one["option"]],
            "type": kind,
            "by_option_id": options[one[kind]],
        }
        for one in bundle["constraints"]
        for kind in ("requires", "excludes")
        if kind in one
    ]
    create("product_constraint", constraints)
