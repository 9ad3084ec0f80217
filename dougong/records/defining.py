"""Definitions changed from a screen: what a change would do, and the change itself with all that follows from it.

There is one way for definitions to change, `metadata.plan` and `metadata.apply`; the command line takes it with a
directory, screens take it with the few changes that somebody has made on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from dougong.access.principal import system
from dougong.kit.errors import Conflict, Problem
from dougong.metadata.apply import apply
from dougong.metadata.bin import Binned, binned, binned_entry, note_records, purge_bin
from dougong.metadata.changes import ChangedField, ChangedObject, DefinitionChange, changed
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.coming_back import as_before, in_first_section, text_before_deletion
from dougong.metadata.definitions import object_to_body
from dougong.metadata.journal import plain
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import Registry, load_registry, without_system_fields
from dougong.metadata.uses import Target, Use
from dougong.records.api import create, delete, restore, update
from dougong.records.definition_uses import HOLDING, NOTHING, Cleared, cleared, removed, uses_of_removed
from dougong.records.sharing.upkeep import switch_off_broken
from dougong.records.work import Reading, Writing, writing
from dougong.storage.audit import Entry, Event, append, told
from dougong.storage.unit_of_work import Snapshot


@dataclass(frozen=True)
class Tried:
    """What changes would do. `uses` of what they delete are taken out as well, where `remove_uses` says so."""

    planned: Plan
    uses: tuple[Use, ...] = ()
    cleared: Cleared = NOTHING
    gone: frozenset[Target] = frozenset()


@dataclass(frozen=True)
class Defined:
    """What has been put into force; `rules_off` sharing rules have lost their use by it."""

    planned: Plan
    version: int
    rules_off: int


@dataclass(frozen=True)
class Grant:
    """A permission record that comes with a new object or field: of `object_permission` or `field_permission`."""

    object: str
    values: Mapping[str, Any]


def planned_changes(
    r: Reading, changes: Sequence[DefinitionChange], version: int | None = None, *, remove_uses: bool = False
) -> Tried:
    """What `changes` would do. Raises as `define`, except for what the data forbid: that is in the plan's problems."""
    return _tried(r.registry, changes, version, r.snapshot, remove_uses=remove_uses)


def uses_of_changes(r: Reading, changes: Sequence[DefinitionChange]) -> tuple[Use, ...]:
    """What uses the objects and fields that `changes` delete."""
    return uses_of_removed(r.snapshot, r.registry, removed(r.registry, changes))


def define(
    w: Writing,
    changes: Sequence[DefinitionChange],
    version: int | None = None,
    *,
    remove_uses: bool = False,
    grants: Sequence[Grant] = (),
) -> Defined:
    """Put `changes` into force, and give `grants` with them.

    Raises Conflict (plan.moved) unless they were made from `version` (None: from whatever is in force), BadRequest for
    a change of what does not exist, and InvalidDefinitions for definitions that do not fit together or that the data
    forbid: what is in use is not deleted, unless `remove_uses` says that the uses are to go with it.
    """
    found = _tried(load_registry(w.transaction, w.registry), changes, version, w.transaction, remove_uses=remove_uses)
    if found.planned.problems:
        raise InvalidDefinitions(found.planned.problems)
    _clear_records(w, found)
    defined = _applied(w, found.planned)
    _remember(w, found)
    if grants:
        after = replace(w, registry=load_registry(w.transaction, w.registry))
        for name in dict.fromkeys(grant.object for grant in grants):
            create(after, name, [grant.values for grant in grants if grant.object == name])
    return defined


def restore_definition(w: Writing, entry_id: int) -> Defined:
    """Bring a deleted object or field back from the bin, with its data and the permissions that went with it. With an
    object come the lookups of others that went with it: its roll-ups may be made by them.

    Raises NotFound, Conflict where its name is used again or its object is gone, and InvalidDefinitions where what it
    needs (an option set, the object that it points to) is gone.
    """
    entry = binned_entry(w.transaction, entry_id)
    registry = load_registry(w.transaction, w.registry)
    entries = [entry, *_went_along(w.transaction, registry, entry)]
    defined = _applied(w, _planned_restore(w.transaction, registry, entries), entries)
    by_product = _as_product(w)
    records: dict[str, set[int]] = {}
    for one in entries:
        for name, ids in one.records.items():
            records.setdefault(name, set()).update(ids)
    for name, wanted in records.items():
        table = by_product.registry.tables[name]
        deleted = {row.id for row in w.transaction.rows(table.select().where(table.c.deleted_at.is_not(None)))}
        if there := sorted(wanted & deleted):
            restore(by_product, name, there)
    return defined


def throw_away(w: Writing, entry_id: int) -> None:
    """Remove a deleted object or field for good. Raises NotFound."""
    entry = binned_entry(w.transaction, entry_id)
    purge_bin(w.transaction, entry.id)
    name = entry.object if entry.field is None else f"{entry.object}.{entry.field}"
    subject = told("audit.thrown_away", name=name)
    append(w.transaction, [Entry(Event.PURGE, w.author, subject, object=entry.object)])


def _went_along(snapshot: Snapshot, registry: Registry, entry: Binned) -> Iterator[Binned]:
    """The lookups of other objects that were deleted because the object `entry` was."""
    for one in binned(snapshot) if entry.field is None else ():
        owner = registry.objects.get(one.object)
        pointed = {one.body.get("target"), *one.body.get("targets", ())} - {None}
        if one.deleted_at == entry.deleted_at and pointed == {entry.object} and owner and one.field not in owner.fields:
            yield one


def _planned_restore(snapshot: Snapshot, registry: Registry, entries: Sequence[Binned]) -> Plan:
    """What brings `entries` back: fields to where they stood, or where that does not fit any more to the first section
    of the page."""

    def planned(*, placed: bool) -> Plan:
        changes = [change for one in entries for change in _restoring(snapshot, registry, one, placed=placed)]
        return plan(registry, changed(registry, changes), snapshot, prune=True)

    with suppress(InvalidDefinitions):
        return planned(placed=True)
    return planned(placed=False)


def _restoring(snapshot: Snapshot, registry: Registry, entry: Binned, *, placed: bool) -> Sequence[DefinitionChange]:
    if entry.field is None:
        if entry.object in registry.objects:
            raise Conflict("bin.name_taken", name=entry.object)
        settings = {key: value for key, value in entry.body.items() if key != "fields"}
        fields = [ChangedField(entry.object, one["name"], one) for one in entry.body["fields"]]
        return [ChangedObject(entry.object, settings), *fields]
    obj = registry.objects.get(entry.object)
    if obj is None:
        raise Conflict("bin.object_gone")
    if entry.field in obj.fields:
        raise Conflict("bin.name_taken", name=entry.field)
    text = plain(object_to_body(without_system_fields(obj)))
    before = text_before_deletion(snapshot, entry.object, entry.body) if placed else None
    arrangement, after = (
        (in_first_section(text, entry.field), None) if before is None else as_before(text, before, entry.field)
    )
    return [ChangedField(entry.object, entry.field, entry.body, after), ChangedObject(entry.object, arrangement)]


def _tried(
    registry: Registry,
    changes: Sequence[DefinitionChange],
    version: int | None,
    snapshot: Snapshot,
    *,
    remove_uses: bool,
) -> Tried:
    if version is not None and version != registry.version:
        raise Conflict("plan.moved", planned=version, current=registry.version)
    gone = removed(registry, changes)
    uses = uses_of_removed(snapshot, registry, gone)
    taken_out = cleared(snapshot, registry, gone) if gone and remove_uses else NOTHING
    stuck = [use for use in uses if use.blocks and not (remove_uses and use.removable)]
    stuck += [use for use in uses_of_removed(snapshot, registry, _stopped(registry, changes)) if use.object in HOLDING]
    problems = tuple(_in_the_way(stuck, remove_uses=remove_uses))
    asked = {(change.object, change.name) for change in changes if isinstance(change, ChangedField)}
    also = [c for c in taken_out.definitions if not (isinstance(c, ChangedField) and (c.object, c.name) in asked)]
    try:
        planned = plan(registry, changed(registry, [*also, *changes]), snapshot, prune=True)
    except InvalidDefinitions:
        if problems:
            # What is wrong follows from what is in use, and that says it better.
            raise InvalidDefinitions(problems) from None
        raise
    # Uses that the changes themselves have taken out are none: definitions that fit together have none left.
    by_records = tuple(_in_the_way([use for use in stuck if use.record is not None], remove_uses=remove_uses))
    return Tried(replace(planned, problems=(*planned.problems, *by_records)), uses, taken_out, gone)


def _in_the_way(uses: Sequence[Use], *, remove_uses: bool) -> list[Problem]:
    counts: dict[Target, int] = {}
    for use in uses:
        counts[use.target] = counts.get(use.target, 0) + 1
    code = "uses.fixed" if remove_uses else "uses.in_use"
    return [Problem(code, params={"place": _place(target), "count": count}) for target, count in counts.items()]


def _place(target: Target) -> str:
    return f"objects/{target[0]}" if target[1] is None else f"objects/{target[0]}.fields.{target[1]}"


def _stopped(registry: Registry, changes: Sequence[DefinitionChange]) -> frozenset[Target]:
    """The fields that `changes` put out of use."""
    found = set[Target]()
    for change in changes:
        if isinstance(change, ChangedField) and change.body is not None and change.body.get("active") is False:
            obj = registry.objects.get(change.object)
            if obj is not None and change.name in obj.fields and obj.fields[change.name].active:
                found.add((change.object, change.name))
    return frozenset(found)


def _as_product(w: Writing) -> Writing:
    return writing(
        w.transaction, load_registry(w.transaction, w.registry), system("definitions changed under records"), "system"
    )


def _clear_records(w: Writing, found: Tried) -> None:
    """Before the definitions change: what the records keep must fit the old ones as well as the new."""
    if not found.cleared.changes and not found.cleared.deleted:
        return
    by_product = _as_product(w)
    for name, changes in found.cleared.changes.items():
        update(by_product, name, changes)
    for name, ids in found.cleared.deleted.items():
        delete(by_product, name, ids)


def _remember(w: Writing, found: Tried) -> None:
    """Restoring one thing brings its records back; of several at once nobody knows whose was whose but by the use."""
    for target in found.gone:
        records: dict[str, set[int]] = {}
        for use in found.uses:
            if use.record is not None and use.target == target:
                name, record_id = use.record
                if record_id in found.cleared.deleted.get(name, ()):
                    records.setdefault(name, set()).add(record_id)
        if records:
            note_records(w.transaction, target, {name: sorted(ids) for name, ids in records.items()})


def _applied(w: Writing, planned: Plan, restored: Sequence[Binned] = ()) -> Defined:
    reached = apply(w.transaction, planned, w.author, restored)
    return Defined(planned, reached, switch_off_broken(w.transaction, planned.wanted) if planned.steps else 0)
