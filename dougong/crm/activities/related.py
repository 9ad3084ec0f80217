"""What activities are about, read as the product: what follows from it does not depend on who may see it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.api import Query, Reading, columns_of, page


def product(r: Reading) -> Reading:
    """The same reading for the product itself."""
    return replace(r, actor=system("activities"))


def values_of(
    r: Reading, object_name: str, ids: Collection[int], fields: Sequence[str]
) -> dict[int, Mapping[str, Any]]:
    """The values of `fields` of the living records with these ids, by id, whoever may see them."""
    found: dict[int, Mapping[str, Any]] = {}
    for some in _parts(sorted(ids)):
        where = Compare(Path(("id",)), Operator.IN, tuple(some))
        answer = page(product(r), Query(object_name, columns_of(("id", *fields)), where, limit=len(some)))
        found |= {row[0]: dict(zip(fields, row[1:], strict=True)) for row in answer.rows}
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PAGE_SIZE_MAX):
        yield ids[start : start + PAGE_SIZE_MAX]
