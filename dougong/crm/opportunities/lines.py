"""The amount of a deal is what its lines come to, from the first line on (domain.md 2.5)."""

from dougong.access.principal import system
from dougong.crm.opportunities.amounts import TOTAL
from dougong.crm.reading import by_ids, product_reads, product_writes
from dougong.crm.stages.rules import WON, option_of, outcome_of
from dougong.kit.errors import Problem
from dougong.records.api import Change, Writing, update
from dougong.records.hooks import Batch

OPPORTUNITY, MASTER = "opportunity", "opportunity_id"


def add_up(batch: Batch, w: Writing) -> list[Problem]:
    """Give the deals of the rows what their lines come to. One that has ended keeps its amount."""
    fields = w.registry.object(OPPORTUNITY).fields
    if batch.derived or "line_count" not in fields or "outcome" not in fields:
        return []
    paths = ("id", "stage", "amount", "line_amount", "line_count")
    stage = fields["stage"]
    masters = {i for row in batch.storable for i in (row.old.get(MASTER), row.after(MASTER)) if i is not None}
    changes = [
        Change(record_id, {"amount": total})
        for record_id, at, amount, total, count in by_ids(
            product_reads(w, system("total of lines")), OPPORTUNITY, paths, masters
        )
        if count and amount != total and outcome_of(option_of(stage, at)) != WON
    ]
    if changes:
        update(product_writes(w, system("total of lines"), TOTAL), OPPORTUNITY, changes)
    return []
