"""Which records have bought already: nobody simply takes those for themselves (domain.md 5.9)."""

from collections.abc import Collection

from dougong.crm.pools.reading import as_product, finished, is_, to_pooled
from dougong.expressions.ast import Path, all_of
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.records.api import Call, Column, Function, Query, Reading, page

BOUGHT = "bought"
"""The attribute of an option that says so of the record that has it (the status "customer" of an account)."""


def won(r: Reading, obj: Object, ids: Collection[int]) -> frozenset[int]:
    """Those of `ids` (at most a page of them) that say so themselves, or that a deal is about which was won."""
    if not ids:
        return frozenset()
    found = set[int]()
    for field in obj.fields.values():
        values = [option.value for option in field.options if option.attributes.get(BOUGHT)]
        if values and field.stored:
            found |= _among(r, obj.name, "id", ids, field.name, values)
    for deal in r.registry.objects.values():
        stage, ends = deal.stage_field, finished(deal)
        if stage is not None and ends and not deal.pooled:
            for link in to_pooled(r.registry, deal):
                if deal.fields[link].points_to == (obj.name,):
                    found |= _among(r, deal.name, link, ids, stage, ends)
    return frozenset(found)


def _among(
    r: Reading, object_name: str, link: str, ids: Collection[int], field: str, values: Collection[str]
) -> set[int]:
    """Those of `ids` to which a record of the object leads by `link` that has one of `values`."""
    path = Path((link,))
    query = Query(
        object_name,
        (Column(path, "id"), Column(Call(Function.COUNT), "number")),
        all_of(is_(link, *sorted(ids)), is_(field, *values)),
        group=(path,),
        limit=PAGE_SIZE_MAX,
    )
    return {row[0] for row in page(as_product(r), query).rows}
