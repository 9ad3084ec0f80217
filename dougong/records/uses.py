"""Where a record is used: the lookups of all objects that lead to it, counted as far as the reader may see them."""

from dataclasses import dataclass

from dougong.access.fields import readable
from dougong.access.policy import allowed
from dougong.access.principal import Action
from dougong.expressions.ast import Compare, Operator, Path
from dougong.metadata.model import Field, Object
from dougong.metadata.registry import children_of
from dougong.records.read.page import count, get
from dougong.records.work import Reading
from dougong.records.write.references import holds_on
from dougong.records.write.relatives import goes_along


@dataclass(frozen=True)
class Use:
    """How many records of `object` refer to a record by `field`; `capped`: there are more than `number`."""

    object: Object
    field: Field
    number: int
    capped: bool

    @property
    def in_the_way(self) -> bool:
        """Whether the record cannot be deleted while it is so used."""
        return holds_on(self.field) and not goes_along(self.field)


def uses_of(r: Reading, object_name: str, record_id: int) -> list[Use]:
    """What refers to a record, by object and field, in their order; what the reader may not see is not counted.

    Raises Forbidden (object closed) and NotFound (not visible).
    """
    get(r, object_name, record_id, ("id",))
    found = []
    for obj, field in children_of(r.registry, object_name):
        if allowed(r.actor, obj, Action.READ) is not None or not readable(r.actor, obj, field):
            continue
        counted = count(r, obj.name, Compare(Path((field.name,)), Operator.EQ, (record_id,)))
        if counted.number:
            found.append(Use(obj, field, counted.number, counted.capped))
    return found
