"""Configuration records in the history of the configuration: after each write of them, their texts are compared.

The comparison is with what the history has, not with the batch: what a rename, a cascade or a hook did is found too.
"""

from collections.abc import Iterable, Mapping

from dougong.access.principal import system
from dougong.kit.errors import Problem
from dougong.metadata.apply import bodies
from dougong.metadata.journal import (
    OBJECTS,
    OPTION_SETS,
    RECORDS,
    Occasion,
    Text,
    Thing,
    differing,
    is_empty,
    name_occasion,
    plain,
    record_parts,
    texts_at,
)
from dougong.metadata.model import Object
from dougong.metadata.registry import Registry
from dougong.records.configuration_text import keyed_objects, stored
from dougong.records.hooks import Act, Batch
from dougong.records.work import Reading, Writing
from dougong.storage.audit import Author
from dougong.storage.unit_of_work import Snapshot, Transaction


def keep(batch: Batch, w: Writing) -> list[Problem]:
    """Add what the batch did to configuration records to the change of this transaction."""
    obj = batch.object
    if not obj.key or not any(_is_known(obj, row.old) or _is_known(obj, row.merged()) for row in batch.storable):
        return []
    if is_empty(w.transaction):
        begin_history(w.transaction, w.registry)
        return []
    touched = [obj]
    if batch.act is Act.UPDATE and any(row.changes(name) for row in batch.storable for name in obj.key):
        touched += [o for o in keyed_objects(w.registry) if obj.name in _pointed(o) and o is not obj]
    for one in touched:
        held = texts_at(w.transaction, kind=RECORDS, name=one.name)
        record_parts(w.transaction, w.author, differing(held, record_texts(w, [one])))
    return []


def _is_known(obj: Object, values: Mapping[str, object]) -> bool:
    return all(values.get(name) not in (None, "") for name in obj.key)


def _pointed(obj: Object) -> set[str]:
    return {target for field in obj.fields.values() if not field.system for target in field.points_to}


def record_texts(r: Reading, objects: Iterable[Object]) -> dict[Thing, Text]:
    """The configuration records of `objects` as texts, whoever reads."""
    all_seeing = Reading(r.snapshot, r.registry, system("history of the configuration"))
    return {
        Thing(RECORDS, obj.name, key): plain(text)
        for obj in objects
        for key, text in stored(all_seeing, obj).texts.items()
    }


def definition_texts(registry: Registry) -> dict[Thing, Text]:
    """The definitions in force as texts."""
    kinds = {"object": OBJECTS, "option_set": OPTION_SETS}
    return {Thing(kinds[kind], name): plain(body) for (kind, name), body in bodies(registry).items()}


def texts_now(snapshot: Snapshot, registry: Registry) -> dict[Thing, Text]:
    """The whole configuration in force, thing by thing."""
    r = Reading(snapshot, registry, system("history of the configuration"))
    return {**definition_texts(registry), **record_texts(r, keyed_objects(registry))}


def begin_history(transaction: Transaction, registry: Registry) -> None:
    """Begin the history of a configuration that is older than it: all of it, as it is now."""
    if not is_empty(transaction) or not registry.objects:
        return
    name_occasion(transaction, Occasion.START)
    record_parts(transaction, Author(), differing({}, texts_now(transaction, registry)))
