"""What follows when lines have been written: bundles get their components, and what a bundle holds is asked about."""

from dougong.crm.cpq.bundles import KEEPER, PRODUCT
from dougong.crm.cpq.configuring import expand
from dougong.crm.cpq.lines import EACH, FOLLOW, PARENT, QUANTITY, TOGETHER, check, followed, holds_bundles, lines_at
from dougong.crm.reading import by_ids, product_reads
from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch, Row


def kept_whole(batch: Batch, w: Writing) -> list[Problem]:
    """Have components follow their bundles; problems of bundles in which something was written that may not be so."""
    if not holds_bundles(batch.object) or batch.derived:
        return []
    if batch.act in {Act.UPDATE, Act.RESTORE} and (problems := followed(batch, w)):
        return problems
    if w.action in {TOGETHER, FOLLOW}:
        return []
    if batch.act is Act.CREATE and (problems := _expanded(batch, w)):
        return problems
    rows = [row for row in batch.storable if batch.act is not Act.UPDATE or _touches(row)]
    going = {row.id for part in batch.whole() for row in part.rows} if batch.act is Act.DELETE else set[int]()
    parents: dict[int, int] = {}
    if batch.act is Act.UPDATE:
        # A line without components is of a product that became a bundle later: it is as it was until it is configured.
        bundles = {line.parent for line in lines_at(w, batch.object, {row.id for row in rows}, PARENT)}
        parents |= {row.id: row.number for row in rows if row.id in bundles}
    for row in rows:
        if row.after(PARENT) is not None and row.after(PARENT) not in going:
            parents.setdefault(row.after(PARENT), row.number)
    return check(w, batch.object, parents, {row.id: row.number for row in rows})


def _touches(row: Row) -> bool:
    return row.changes(QUANTITY) or row.changes(EACH)


def _expanded(batch: Batch, w: Writing) -> list[Problem]:
    """Give the bundles among new lines what they have by themselves."""
    products = {row.after("product_id") for row in batch.storable}
    found = by_ids(product_reads(w, KEEPER), PRODUCT, ("id", "configurable"), products)
    bundles = {i for i, configurable in found if configurable}
    rows = {
        row.id: (row.number, row.after("product_id")) for row in batch.storable if row.after("product_id") in bundles
    }
    return expand(w, batch.object, rows) if rows else []
