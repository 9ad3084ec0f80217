"""The first gates: may this writer do this to this object at all, and write the fields that were given."""

import difflib

from dougong.access.fields import field_access, readable_fields
from dougong.access.policy import check_action
from dougong.access.principal import Action, FieldAccess
from dougong.kit.errors import Forbidden, Problem
from dougong.metadata.model import FieldType
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch
from dougong.records.write.values import titled

ACTION_OF = {
    Act.CREATE: Action.CREATE,
    Act.UPDATE: Action.UPDATE,
    Act.DELETE: Action.DELETE,
    # Who may throw a record away may take it out again.
    Act.RESTORE: Action.DELETE,
    Act.LOCK: Action.LOCK,
    Act.UNLOCK: Action.LOCK,
}

UNKNOWN_FIELD = "record.unknown_field"

OURS = frozenset({"id", "version", "updated_at", "updated_by_id"})
"""System fields that not even the product itself gives a value: the write path keeps them, as it does roll-ups."""


def permit(batch: Batch, w: Writing) -> list[Problem]:
    """Raise Forbidden when the writer's profiles do not allow the act; an import needs its own right as well.

    That right is asked of people: what goes with the import by itself (a line of a log) the product writes.
    Who looks with somebody's eyes writes nothing, whichever way they got here.
    """
    if w.actor.viewed_by is not None:
        raise Forbidden("view_as.read_only")
    check_action(w.actor, batch.object, ACTION_OF[batch.act])
    if w.via == "import" and not w.actor.product and batch.act in {Act.CREATE, Act.UPDATE}:
        check_action(w.actor, batch.object, Action.IMPORT)
    return []


def names(batch: Batch, w: Writing) -> list[Problem]:
    """Refuse given fields that do not exist, are hidden (answered alike), read-only, or kept by the product.

    Nothing is dropped silently: a writer who sends what may not be written is told each such field.
    """
    verdicts: dict[str, Problem | None] = {}
    shapes: dict[tuple[str, ...], list[Problem]] = {}
    problems: list[Problem] = []
    for row in batch.rows:
        shape = tuple(row.given)
        refused = shapes.get(shape)
        if refused is None:
            for name in shape:
                if name not in verdicts:
                    verdicts[name] = _verdict(batch, w, name)
            refused = shapes[shape] = [found for name in shape if (found := verdicts[name]) is not None]
        problems += [Problem(found.code, found.field, row.number, found.params) for found in refused]
    batch.writable = tuple(name for name, found in verdicts.items() if found is None)
    return problems


def _verdict(batch: Batch, w: Writing, name: str) -> Problem | None:
    obj = batch.object
    field = obj.fields.get(name)
    if field is not None and name in w.keeping and field.maintained and field.stored and field.summary is None:
        return None
    access = FieldAccess.HIDDEN if field is None else field_access(w.actor, obj, field)
    if field is None or access is FieldAccess.HIDDEN:
        known = [f.name for f in readable_fields(w.actor, obj)]
        nearest = next(iter(difflib.get_close_matches(name, known, n=1)), "")
        return Problem(UNKNOWN_FIELD, name, params={"name": name, "object": obj.name, "nearest": nearest})
    if not field.stored:
        return Problem("record.formula_field", name, params=titled(field))
    # The product itself may date what it brings from elsewhere (created_at) and keep fields that people may not; an
    # import may bring the numbers that records had in another system.
    ours = name in OURS or field.summary is not None
    if (field.system or field.maintained) and not (w.actor.product and not ours):
        return Problem("record.system_field", name, params=titled(field))
    if field.type is FieldType.AUTO_NUMBER and not (w.actor.product or w.via == "import"):
        return Problem("record.system_field", name, params=titled(field))
    if access is FieldAccess.READ and not (field.system or field.maintained):
        return Problem("record.field_read_only", name, params=titled(field))
    return None
