"""Taking one change of the configuration back: the inverse of what it did, under everything that came later.

It is the merge of an upgrade with the sides exchanged: from the text after the change to the text before it, applied to
what is in force. What a later change touched, too, stays, and is told; what the change itself added goes, with whatever
was made of it since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dougong.kit.errors import BadRequest
from dougong.metadata.journal import (
    OBJECTS,
    RECORDS,
    Occasion,
    Part,
    Text,
    Thing,
    change_head,
    later_changes,
    parts_of,
    plain,
)
from dougong.metadata.merge import MISSING, Clash, merged
from dougong.metadata.package import Package
from dougong.metadata.registry import Registry, load_registry
from dougong.records.configuration_text import completed
from dougong.records.configuring.keeping import texts_now
from dougong.records.configuring.moments import by_stable_name, package_of, stable_name, without_names
from dougong.records.configuring.proposal import Cause, Proposal, propose
from dougong.storage.engine import Database
from dougong.storage.unit_of_work import Snapshot

FIXED = frozenset({Occasion.START, Occasion.INSTALL})
CALLED = "$name"
"""In texts that are merged: what the thing is called."""


@dataclass
class _Reverting:
    registry: Registry
    texts: dict[Thing, Text]
    """What is in force; becomes what is wanted."""
    notes: list[dict[str, Any]] = field(default_factory=list)


def propose_revert(database: Database, change_id: int) -> Proposal:
    """What taking the change back would do; `cause.notes` tell what stays because of later changes.

    Raises NotFound, BadRequest (configuration.start_fixed) for what the history begins with, and as `propose`.
    """
    with database.consistent_snapshot() as snapshot:
        package, notes = _reverted(snapshot, change_id)
    cause = Cause(Occasion.REVERT, reverted_id=change_id, notes=tuple(notes))
    return propose(database, package, prune=True, cause=cause)


def _reverted(snapshot: Snapshot, change_id: int) -> tuple[Package, list[dict[str, Any]]]:
    head = change_head(snapshot, change_id)
    if head.occasion in FIXED:
        raise BadRequest("configuration.start_fixed")
    registry = load_registry(snapshot)
    parts = parts_of(snapshot, change_id)
    work = _Reverting(registry, texts_now(snapshot, registry))
    held = by_stable_name(work.texts)
    for before, after in _pairs(parts):
        named = after or before
        if named is not None:
            _revert(work, before, after, held.get(stable_name(*named)))
    later = later_changes(snapshot, change_id, [part.thing for part in parts])
    paths = {thing.path: number for thing, number in later.items()}
    notes = [{**note, "change": paths.get(note["thing"])} for note in work.notes]
    touched = {part.thing.name for part in parts if part.thing.kind == RECORDS}
    found = package_of(work.texts)
    records = {name: found.records.get(name, ()) for name in touched if name in registry.objects}
    return replace(found, records=records), notes


def _pairs(parts: list[Part]) -> list[tuple[tuple[Thing, Text] | None, tuple[Thing, Text] | None]]:
    """Before and after of each thing, those of a renamed one together."""
    sides: dict[object, list[tuple[Thing, Text] | None]] = {}
    for part in parts:
        for place, text in enumerate((part.before, part.after)):
            if text is not None:
                sides.setdefault(stable_name(part.thing, text), [None, None])[place] = (part.thing, text)
    return [(before, after) for before, after in sides.values()]


def _revert(
    work: _Reverting,
    before: tuple[Thing, Text] | None,
    after: tuple[Thing, Text] | None,
    now: tuple[Thing, Text] | None,
) -> None:
    if before is None and after is not None:
        if now is not None:
            if now[1] != after[1]:
                work.notes.append(_note(now[0], Clash((), None, None)))
            del work.texts[now[0]]
        return
    if before is None:
        return
    if after is None:
        if now is None:
            work.texts[before[0]] = _whole(work, *before)
        else:
            work.notes.append(_note(now[0], Clash((), None, None)))
        return
    if now is None:
        return
    sides = [{CALLED: thing.name, **_whole(work, thing, text)} for thing, text in (after, now, before)]
    result, clashes = merged(sides[0], sides[1], sides[2], removals=True)
    work.notes += [_note(now[0], clash) for clash in clashes]
    if result is MISSING:
        del work.texts[now[0]]
        return
    result = _tidy(now[0], now[1], dict(result))
    thing = replace(now[0], name=result.pop(CALLED))
    if thing == now[0]:
        work.texts[thing] = result
    else:
        del work.texts[now[0]]
        work.texts[thing] = result


def _whole(work: _Reverting, thing: Thing, text: Text) -> Text:
    """A record with everything that its text leaves out, so that blanks come back, too."""
    obj = work.registry.objects.get(thing.name)
    if thing.kind != RECORDS or obj is None:
        return text
    known: Mapping[str, Any] = {name: value for name, value in text.items() if name in obj.fields}
    return dict(plain(completed(obj, known)))


def _tidy(thing: Thing, now: Text, result: dict[str, Any]) -> dict[str, Any]:
    """The page without the fields that go: a later change may have put them there."""
    if thing.kind != OBJECTS:
        return result
    kept = {one["name"] for one in result["fields"]}
    gone = {one["name"] for one in now["fields"]} - kept
    return {
        key: without_names(value, gone) if key.startswith("layout") and gone else value for key, value in result.items()
    }


def _note(thing: Thing, clash: Clash) -> dict[str, Any]:
    place = ".".join(step for step in clash.place if step != CALLED)
    return {"thing": thing.path, "place": place, "kept": clash.kept, "offered": clash.offered}
