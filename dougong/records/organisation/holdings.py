"""What belongs to a person: their records by object, and which of them are still open."""

from dataclasses import dataclass

from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.metadata.model import FieldType, Object
from dougong.records.api import Count, Reading, count, get

OPEN = "open"
"""The outcome of a stage or status that ends nothing; an option without an outcome ends nothing either."""


@dataclass(frozen=True)
class Holding:
    """A person's records of one object. `open` is None where its records have no end."""

    object: Object
    total: Count
    open: Count | None
    transferable: bool
    """Whether who asks may hand over records of the object at all."""


def holdings(r: Reading, user_id: int) -> list[Holding]:
    """What the person owns, as far as the reader may see it, by object. Raises NotFound for a user who is not there."""
    get(r, "user", user_id, ("id",))
    found = []
    for obj in r.registry.objects.values():
        if not obj.owned or allowed(r.actor, obj, Action.READ) is not None:
            continue
        total = count(r, obj.name, belonging("owner_id", user_id))
        if total.number:
            still = open_only(obj)
            unfinished = None if still is None else count(r, obj.name, all_of(belonging("owner_id", user_id), still))
            may = allowed(r.actor, obj, Action.TRANSFER) is None
            found.append(Holding(obj, total, unfinished, may))
    return found


def belonging(field: str, record_id: int) -> Condition:
    """That `field` leads to the record."""
    return Compare(Path((field,)), Operator.EQ, (record_id,))


def open_only(obj: Object) -> Condition | None:
    """That a record is not at an end: its stage (else its status) has no outcome yet. None: its object knows no end."""
    stage = obj.fields.get(obj.stage_field or "status")
    if stage is None or stage.type is not FieldType.SELECT:
        return None
    outcomes = {option.value: option.attributes.get("outcome", OPEN) for option in stage.options}
    still = tuple(value for value, outcome in outcomes.items() if outcome == OPEN)
    if len(still) == len(outcomes):
        return None
    return Compare(Path((stage.name,)), Operator.IN, still)
