"""A deal that comes to its first account brings along what was done about it before (domain.md 2.8).

A deal may begin without an account (decision 16); until it has one its calls and visits are nobody's. Those that were
somebody's already stay there when the deal moves on (decision 39).
"""

from collections.abc import Iterator
from dataclasses import replace

from dougong.access.principal import acting_for
from dougong.crm.activities.related import product
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.api import Change, Order, Query, Reading, Writing, columns_of, keeping, page, update
from dougong.records.hooks import Batch

ACTIVITY, ACCOUNT = "activity", "account_id"


def join_account(batch: Batch, w: Writing) -> list[Problem]:
    """Give the activities of these deals that have no account the one that their deal has come to."""
    if ACCOUNT not in batch.object.fields or ACCOUNT not in w.registry.object(ACTIVITY).fields:
        return []
    came = {
        row.id: row.after(ACCOUNT)
        for row in batch.storable
        if row.id and row.old.get(ACCOUNT) is None and row.after(ACCOUNT) is not None
    }
    ours = keeping(replace(w, actor=acting_for(w.actor)), ACCOUNT)
    for part in _without_account(w, sorted(came)):
        update(ours, ACTIVITY, [Change(activity, {ACCOUNT: came[deal]}) for activity, deal in part])
    return []


def _without_account(r: Reading, deals: list[int]) -> Iterator[list[tuple[int, int]]]:
    """The activities about `deals` that have no account, each with its deal, in parts that one batch takes."""
    last = 0
    while deals:
        where = all_of(
            Compare(Path(("related_id",)), Operator.IN, tuple(deals)),
            Compare(Path((ACCOUNT,)), Operator.IS_NULL),
            Compare(Path(("id",)), Operator.GT, (last,)),
        )
        order = (Order(Path(("id",))),)
        query = Query(ACTIVITY, columns_of(("id", "related_id")), where, order=order, limit=PAGE_SIZE_MAX)
        found = [(int(number), int(about.id)) for number, about in page(product(r), query).rows]
        if not found:
            return
        last = found[-1][0]
        yield found
