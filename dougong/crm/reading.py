"""Reading what the rules of sales need, as the product: they hold for everybody, whoever may see what."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dougong.access.principal import Principal
from dougong.expressions.ast import Compare, Condition, Operator, Path
from dougong.kit.limits import IN_LIST_MAX, PAGE_SIZE_MAX
from dougong.records.api import Order, Query, Reading, Writing, columns_of, page


def product_reads(r: Reading, product: Principal) -> Reading:
    """The same moment, read by the product itself."""
    return Reading(r.snapshot, r.registry, product)


def product_writes(w: Writing, product: Principal, action: str) -> Writing:
    """The same transaction, written by the product itself ; hooks know it by `action`."""
    return replace(w, actor=product, via="system", action=action)


def each(r: Reading, object_name: str, paths: Sequence[str], where: Condition) -> Iterator[tuple[Any, ...]]:
    """All rows that meet `where`, in the order of their ids."""
    query = Query(object_name, columns_of(paths), where, order=(Order(Path(("id",))),), limit=PAGE_SIZE_MAX)
    while True:
        found = page(r, query)
        yield from found.rows
        if found.next is None:
            return
        query = replace(query, after=found.next)


def by_ids(
    r: Reading, object_name: str, paths: Sequence[str], ids: Collection[int], field: str = "id"
) -> Iterator[tuple[Any, ...]]:
    """The rows whose `field` is one of `ids`, however many there are."""
    wanted = sorted(ids)
    for start in range(0, len(wanted), IN_LIST_MAX):
        among = Compare(Path((field,)), Operator.IN, tuple(wanted[start : start + IN_LIST_MAX]))
        yield from each(r, object_name, paths, among)
