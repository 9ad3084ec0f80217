"""The stays of deals in their stages: one record for each that is over, made when the deal leaves.

The present stay needs none (`stage_updated_at` says since when), so that a new deal costs nothing. Whoever may see a
deal sees its stays, and averages over them are ordinary questions (decision 40).
"""

from datetime import datetime
from decimal import Decimal

from dougong.access.principal import system
from dougong.crm.reading import product_writes
from dougong.crm.stages.guard import REOPEN
from dougong.crm.stages.rules import OPEN, option_of, outcome_of
from dougong.kit.errors import Problem
from dougong.kit.money import rounded
from dougong.metadata.model import Field
from dougong.records.api import Writing, create
from dougong.records.hooks import Batch, Row

STAY = "stage_stay"
DAY = Decimal(24 * 60 * 60)


def note_stays(batch: Batch, w: Writing) -> list[Problem]:
    """Store the stays that the batch has ended."""
    field = batch.object.fields.get(batch.object.stage_field or "")
    if field is None or STAY not in w.registry.objects:
        return []
    left = [row for row in batch.storable if row.changes(field.name) and row.old.get(field.name) is not None]
    if left:
        writer = product_writes(w, system("stage history"), "stage_history")
        create(writer, STAY, [_stay(batch, w, row, field) for row in left])
    return []


def only_ours(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each stay that a person would write: history is the product's, and goes with its deal alone."""
    if w.actor.user_id is None or batch.derived:
        return []
    return [Problem("stage.stay_kept", row=row.number) for row in batch.live]


def _stay(batch: Batch, w: Writing, row: Row, field: Field) -> dict[str, object]:
    old, new = row.old[field.name], row.after(field.name)
    entered: datetime = row.old.get("stage_updated_at") or row.old["created_at"]
    seconds = max(0, int((batch.moment - entered).total_seconds()))
    return {
        "opportunity_id": row.id,
        "stage": old,
        "entered_at": entered,
        "left_at": batch.moment,
        "days": rounded(Decimal(seconds) / DAY),
        "next_stage": new,
        "direction": _direction(field, old, new, w.action),
        "by_id": w.actor.user_id,
    }


def _direction(field: Field, old: str, new: str, action: str | None) -> str:
    if action == REOPEN:
        return "reopened"
    outcome = outcome_of(option_of(field, new))
    if outcome != OPEN:
        return outcome
    order = [option.value for option in field.options]
    return "back" if old in order and new in order and order.index(new) < order.index(old) else "forward"
