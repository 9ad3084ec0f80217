"""Rules that the metadata have left behind: switched off, with the reason where everybody looks."""

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.text import sentence
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Change, update, writing
from dougong.records.sharing.generations import RULE
from dougong.records.sharing.rules import REASON, rule_problem
from dougong.records.write.columns import unpacked_record
from dougong.storage.unit_of_work import Transaction


def switch_off_broken(transaction: Transaction, before: Registry | None = None) -> int:
    """Switch off each rule that no longer works with the metadata in force, and say why. Returns how many.

    For the transaction that has changed the metadata `before`: the old and the new never meet.
    """
    w = writing(
        transaction, load_registry(transaction, before), system("metadata changed under a sharing rule"), "system"
    )
    if RULE not in w.registry.objects:
        return 0
    obj, table = w.registry.objects[RULE], w.registry.tables[RULE]
    active = sa.select(table).where(table.c.deleted_at.is_(None), table.c.active.is_(True)).order_by(table.c.id)
    changes = []
    for row in w.transaction.rows(active):
        problem = rule_problem(w.registry, unpacked_record(obj, dict(row._mapping)))
        if problem is not None:
            params = {"field": problem.field, **problem.params}
            reason = " / ".join(sentence(problem.code, language, params) for language in ("zh", "en"))
            changes.append(Change(row.id, {"active": False, REASON: reason}))
    if changes:
        update(w, RULE, changes)
    return len(changes)
