"""Bundles: what of a product can be configured, whether a selection holds, what it costs, and putting it in place."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from dougong.access.fields import readable
from dougong.crm.catalogue.documents import lines_of
from dougong.crm.catalogue.lines import list_prices
from dougong.crm.cpq.bundles import PRODUCT, Bundle, bundles_below
from dougong.crm.cpq.configuring import Chosen, Part, Wish, chosen_in, priced, put, reconfigure
from dougong.crm.cpq.judging import Flaw
from dougong.crm.cpq.lines import holds_bundles
from dougong.http.body import ExactRoute
from dougong.http.documented import BundleAnswer, BundleCheckAnswer, BundleLineAnswer, answers
from dougong.http.errors import language_of, problems_body
from dougong.http.ids import RecordId
from dougong.http.principal import SignedIn
from dougong.http.query_body import NAME_MAX, Strict
from dougong.http.wire import json_response
from dougong.kit.errors import BadRequest, NotFound, Problem
from dougong.kit.money import rounded
from dougong.metadata.model import Object
from dougong.records.api import Reading, get

router = APIRouter(prefix="/api/v1", tags=["bundles"], route_class=ExactRoute)

DEPTH_MAX = 8
CHOICES_MAX = 500
Amount = Annotated[Decimal, Field(ge=0, lt=Decimal(10) ** 9, decimal_places=2, allow_inf_nan=False)]
ObjectWord = Annotated[str, Field(min_length=1, max_length=NAME_MAX, examples=["quote"])]


class ChoiceBody(Strict):
    """An option that is chosen. What is left out is as the bundle has it by itself."""

    option: RecordId
    quantity: Annotated[Amount | None, Field(description="in each bundle; 0: not chosen")] = None
    chosen: Annotated[
        list["ChoiceBody"] | None, Field(max_length=CHOICES_MAX, description="in it, if configurable")
    ] = None


class DocumentBody(Strict):
    """The document that prices and currency are those of."""

    object: ObjectWord
    id: RecordId


class SelectionBody(Strict):
    """A selection of a bundle's options; without `chosen`, what the bundle has by itself."""

    quantity: Amount = Decimal(1)
    chosen: Annotated[list[ChoiceBody] | None, Field(max_length=CHOICES_MAX)] = None
    document: DocumentBody | None = None


class PutBody(Strict):
    """A selection, and where it goes: a document, or the `line` of a bundle that is there to be configured anew."""

    document: DocumentBody
    quantity: Amount | None = None
    chosen: Annotated[list[ChoiceBody] | None, Field(max_length=CHOICES_MAX)] = None
    line: RecordId | None = None
    version: Annotated[int | None, Field(ge=1, description="of the line, as it was seen")] = None


Product = Annotated[RecordId, Path()]


@router.get("/bundles/{id}", responses=answers(400, 401, 403, 404, body=BundleAnswer))
def show_bundle(
    caller: SignedIn,
    id: Product,
    document: Annotated[str | None, Query(min_length=1, max_length=NAME_MAX)] = None,
    record: Annotated[RecordId | None, Query()] = None,
) -> Response:
    """What of a product can be configured: features, options, constraints, prices of a document, and how it begins."""
    with caller.reading() as r:
        of = _document(r, document, record)
        bundles = _bundles(r, id)
        prices = _prices(r, of, record, bundles)
        answer = {**_bundle(bundles, id, prices), "price": prices.get((None, id))}
    return json_response(answer)


@router.post("/bundles/{id}/check", responses=answers(400, 401, 403, 404, 422, body=BundleCheckAnswer))
def check_selection(caller: SignedIn, id: Product, body: SelectionBody) -> Response:
    """Whether a selection holds, what is wrong in words, and the lines and total that it comes to. Writes nothing."""
    language = language_of(caller.request.scope)
    with caller.reading(asking=True) as r:
        record = None if body.document is None else body.document.id
        of = _document(r, None if body.document is None else body.document.object, record)
        bundles = _bundles(r, id)
        chosen, flaws = chosen_in(bundles, bundles[id], _wishes(body.chosen))
        parts = priced(r, of, record, chosen, body.quantity)
        seen = _sees_prices(r)
        unit = list_prices(r, of, record, [id], [])[0].get(id)
    own = None if unit is None else rounded(body.quantity * unit)
    known = [own, *(part.amount for part in parts)]
    answer = {
        "valid": not flaws,
        "problems": [_problem(flaw, language) for flaw in flaws],
        "unit_price": unit if seen else None,
        "amount": own if seen else None,
        "lines": [_part(part, seen) for part in parts],
        "total": sum((one for one in known if one is not None), Decimal(0)) if seen else None,
        "complete": all(one is not None for one in known),
    }
    return json_response(answer)


@router.post("/bundles/{id}/lines", responses=answers(400, 401, 403, 404, 409, 422, body=BundleLineAnswer))
def put_bundle(caller: SignedIn, id: Product, body: PutBody) -> Response:
    """Put a selection into a document, or in place of what a bundle there holds: all or nothing."""
    with caller.writing() as w:
        get(w, PRODUCT, id, ("name",))
        of = w.registry.object(body.document.object)
        held = lines_of(w.registry, of)
        if held is None or not holds_bundles(held[0]):
            raise BadRequest("cpq.no_bundles_there", document_zh=of.label.zh, document_en=of.label.en)
        line, link = held
        if body.line is None:
            made = put(w, line, body.document.id, id, body.quantity, _wishes(body.chosen))
        else:
            there = get(w, line.name, body.line, (link.name, "product_id"))
            if there[link.name] != body.document.id or there["product_id"] != id:
                raise NotFound("record.not_found", object=line.name, id=str(body.line))
            made = reconfigure(w, line, body.line, body.quantity, _wishes(body.chosen), body.version)
    return json_response({"object": line.name, "line": str(made)})


def _document(r: Reading, name: str | None, record: int | None) -> Object | None:
    """The object of the document, which the caller has to see. Raises as `get`."""
    if name is None or record is None:
        return None
    of = r.registry.object(name)
    get(r, name, record, ("id",))
    return of


def _bundles(r: Reading, product: int) -> Mapping[int, Bundle]:
    """The product, which the caller has to see, and the bundles below it. Raises NotFound."""
    get(r, PRODUCT, product, ("name",))
    found = bundles_below(r, {product})
    if product not in found:
        raise NotFound("record.not_found", object=PRODUCT, id=str(product))
    return found


def _wishes(chosen: Sequence[ChoiceBody] | None, depth: int = 0) -> tuple[Wish, ...] | None:
    if chosen is None:
        return None
    if depth >= DEPTH_MAX:
        raise BadRequest("cpq.too_deep", maximum=DEPTH_MAX)
    return tuple(Wish(one.option, one.quantity, _wishes(one.chosen, depth + 1)) for one in chosen)


def _sees_prices(r: Reading) -> bool:
    obj = r.registry.object(PRODUCT)
    return readable(r.actor, obj, obj.fields["list_price"])


Prices = Mapping[tuple[int | None, int], Decimal | None]
"""What things cost in the document's currency: by option, and products by (None, id)."""


def _prices(r: Reading, of: Object | None, record: int | None, bundles: Mapping[int, Bundle]) -> Prices:
    if not _sees_prices(r):
        return {}
    options = [one for bundle in bundles.values() for one in bundle.options.values()]
    own = [one for one in options if one.price is not None]
    products = {*bundles, *(one.product for one in options)}
    listed, said = list_prices(r, of, record, products, [one.price or Decimal(0) for one in own])
    prices: dict[tuple[int | None, int], Decimal | None] = {(None, i): price for i, price in listed.items()}
    prices |= {(one.id, one.product): listed.get(one.product) for one in options}
    prices |= {(one.id, one.product): price for one, price in zip(own, said, strict=True)}
    prices |= {(one.id, one.product): Decimal(0) for one in options if one.bundled}
    return prices


def _bundle(bundles: Mapping[int, Bundle], product: int, prices: Prices) -> dict[str, Any]:
    bundle = bundles[product]
    return {
        "product": str(product),
        "name": bundle.name,
        "configurable": bundle.configurable,
        "features": [
            {
                "id": str(one.id),
                "name": one.name,
                "least": one.least,
                "most": one.most,
                "description": one.description,
            }
            for one in bundle.features.values()
        ],
        "options": list(_options(bundles, bundle, prices)),
        "conditions": [
            {"option": str(one.option), "excludes": one.excludes, "others": [str(other) for other in one.others]}
            for one in bundle.conditions
        ],
        "chosen": [_chosen(one) for one in chosen_in(bundles, bundle, None)[0]],
    }


def _options(bundles: Mapping[int, Bundle], bundle: Bundle, prices: Prices) -> Iterator[dict[str, Any]]:
    for one in bundle.options.values():
        nested = one.active and one.product in bundles and bundles[one.product].configurable
        yield {
            "id": str(one.id),
            "name": one.name,
            "product": str(one.product),
            "feature": None if one.feature is None else str(one.feature),
            "kind": one.kind,
            "required": one.required,
            "selected": one.selected,
            "quantity": one.start,
            "least": one.least,
            "most": one.most,
            "editable": one.editable,
            "bundled": one.bundled,
            "price": prices.get((one.id, one.product)),
            "discount": one.discount,
            "usable": one.usable,
            "bundle": _bundle(bundles, one.product, prices) if nested else None,
        }


def _chosen(one: Chosen) -> dict[str, Any]:
    return {"option": str(one.option.id), "quantity": one.each, "chosen": [_chosen(part) for part in one.parts]}


def _part(part: Part, seen: bool) -> dict[str, Any]:
    return {
        "option": str(part.chosen.option.id),
        "product": str(part.chosen.option.product),
        "name": part.chosen.option.name,
        "depth": part.depth,
        "quantity": part.quantity,
        "unit_price": part.unit_price if seen else None,
        "discount": part.discount,
        "amount": part.amount if seen else None,
    }


def _problem(flaw: Flaw, language: Any) -> dict[str, Any]:  # noqa: ANN401  # one of the languages that we speak
    (body,) = problems_body([Problem(flaw.code, flaw.column, 0, flaw.params)], language)
    return {
        "code": body["code"],
        "option": None if flaw.option is None else str(flaw.option),
        "detail": body["detail"],
    }
