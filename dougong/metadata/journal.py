"""The history of the configuration: each change with its author and, for each thing, the text before and after it.

A *thing* is what has a file of its own in the text, or an entry of a file of records: an object, an option set, one
configuration record. All that one transaction changes is one change. Together the parts of all changes up to a moment
are the whole configuration of that moment. The audit log (storage.audit) tells the same in words and is evidence;
this is what comparing and taking back are worked out from.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert

from dougong.kit.errors import NotFound
from dougong.storage.audit import Author
from dougong.storage.schema import configuration_change, configuration_part
from dougong.storage.unit_of_work import Snapshot, Transaction

OBJECTS, OPTION_SETS, RECORDS = "objects", "option_sets", "records"
CURRENT = "dougong.configuration_change"
"""The transaction's own setting that holds its change: rolled back with a savepoint, gone with the transaction."""
OCCASION = "dougong.configuration_occasion"

Text = Mapping[str, Any]
Key = tuple[Any, ...]


class Occasion(StrEnum):
    """On what occasion the configuration changed."""

    CHANGE = "change"
    INSTALL = "install"
    UPGRADE = "upgrade"
    PACKAGE = "package"
    REMOVAL = "removal"
    REVERT = "revert"
    START = "start"
    """The keeping of history began; the configuration itself was there before."""


@dataclass(frozen=True)
class Thing:
    """Something with a text of its own: `objects/account`, `records/role` with the key ("sales",)."""

    kind: str
    name: str
    key: Key = ()

    @property
    def path(self) -> str:
        """How people are told it: the file, and the key behind it."""
        return "/".join([self.kind, self.name, *(_shown(part) for part in self.key)])


def _shown(part: object) -> str:
    return ".".join(map(_shown, part)) if isinstance(part, tuple | list) else str(part)


@dataclass(frozen=True)
class Part:
    """What a change did to a thing; None where it was not there."""

    thing: Thing
    before: Text | None
    after: Text | None


@dataclass(frozen=True)
class ChangeHead:
    """One change of the configuration."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    via: str
    reason: str | None
    occasion: Occasion
    package: str | None
    reverted_id: int | None
    notes: Sequence[Text] | None
    """Where the company's own settings stayed although the change brought others: {thing, place, kept, offered}."""
    size: int
    """How many things it touched."""


def plain(text: Any) -> Any:  # noqa: ANN401  # JSON-like
    """A text as it comes back from the database: tuples are lists, so that equal texts are equal data."""
    return json.loads(json.dumps(text, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, Iterable) else str(value)


def packed_key(key: Key) -> str:
    """A key as it is stored."""
    return json.dumps(key, ensure_ascii=False) if key else ""


def _unpacked_key(text: str) -> Key:
    return tuple(tuple(part) if isinstance(part, list) else part for part in json.loads(text)) if text else ()


def name_occasion(
    transaction: Transaction,
    occasion: Occasion,
    *,
    package: str | None = None,
    reverted_id: int | None = None,
    notes: Sequence[Text] = (),
) -> None:
    """Say on what occasion the rest of this transaction changes the configuration. Unless it does, nothing is kept."""
    given = json.dumps(
        plain(
            {"occasion": occasion.value, "package": package, "reverted_id": reverted_id, "notes": list(notes) or None}
        )
    )
    transaction.execute(sa.select(sa.func.set_config(OCCASION, given, True)))


def record_parts(transaction: Transaction, by: Author, parts: Sequence[Part]) -> None:
    """Add `parts` to the change of this transaction, which the first of them begins. Equal sides are no change."""
    plainly = [Part(part.thing, plain(part.before), plain(part.after)) for part in parts]
    changed = [part for part in plainly if part.before != part.after]
    if not changed:
        return
    change_id = _change_of(transaction, by)
    rows = [
        {
            "change_id": change_id,
            "kind": part.thing.kind,
            "name": part.thing.name,
            "key": packed_key(part.thing.key),
            "before": part.before,
            "after": part.after,
        }
        for part in changed
    ]
    statement = insert(configuration_part)
    keys = ["change_id", "kind", "name", "key"]
    # A thing may change twice in one transaction: what it was before the first time stays.
    transaction.execute_many(
        statement.on_conflict_do_update(index_elements=keys, set_={"after": statement.excluded.after}), rows
    )
    undone = configuration_part.c.before.is_not_distinct_from(configuration_part.c.after)
    transaction.execute(sa.delete(configuration_part).where(configuration_part.c.change_id == change_id, undone))


def _change_of(transaction: Transaction, by: Author) -> int:
    held = transaction.scalar(sa.select(sa.func.current_setting(CURRENT, True)))
    if held:
        if by.id is not None:
            # The product often acts first, on behalf of a person.
            table = configuration_change
            values = {"actor_id": by.id, "actor_name": by.name, "via": by.via}
            transaction.execute(
                sa.update(table).where(table.c.id == int(held), table.c.actor_id.is_(None)).values(values)
            )
        return int(held)
    occasion = transaction.scalar(sa.select(sa.func.current_setting(OCCASION, True)))
    why = json.loads(occasion) if occasion else {"occasion": Occasion.CHANGE.value}
    statement = sa.insert(configuration_change).values(
        actor_id=by.id, actor_name=by.name, via=by.via, reason=by.reason, **why
    )
    change_id = int(transaction.scalar(statement.returning(configuration_change.c.id)))
    transaction.execute(sa.select(sa.func.set_config(CURRENT, str(change_id), True)))
    return change_id


def is_empty(snapshot: Snapshot) -> bool:
    """Whether nothing is kept yet: an installation from before there was this history, or an empty one."""
    return snapshot.scalar(sa.select(configuration_change.c.id).limit(1)) is None


def texts_at(
    snapshot: Snapshot, change_id: int | None = None, *, kind: str | None = None, name: str | None = None
) -> dict[Thing, Text]:
    """The text of every thing right after the change `change_id` (None: now); of one kind or name, if given."""
    table = configuration_part
    statement = (
        sa.select(table.c.kind, table.c.name, table.c.key, table.c.after)
        .ext(distinct_on(table.c.kind, table.c.name, table.c.key))
        .order_by(table.c.kind, table.c.name, table.c.key, table.c.change_id.desc())
    )
    for column, value in ((table.c.kind, kind), (table.c.name, name)):
        if value is not None:
            statement = statement.where(column == value)
    if change_id is not None:
        statement = statement.where(table.c.change_id <= change_id)
    found = snapshot.rows(statement)
    return {Thing(row.kind, row.name, _unpacked_key(row.key)): row.after for row in found if row.after is not None}


def differing(before: Mapping[Thing, Text], after: Mapping[Thing, Text]) -> list[Part]:
    """What lies between two moments, thing by thing, in a stable order."""
    things = sorted({*before, *after}, key=lambda thing: (thing.kind, thing.name, packed_key(thing.key)))
    parts = (Part(thing, before.get(thing), after.get(thing)) for thing in things)
    return [part for part in parts if part.before != part.after]


def _heads() -> sa.Select[Any]:
    table = configuration_change
    size = (
        sa.select(sa.func.count())
        .where(configuration_part.c.change_id == table.c.id)
        .correlate(table)
        .scalar_subquery()
        .label("size")
    )
    return sa.select(table, size)


def _head(row: sa.Row[Any]) -> ChangeHead:
    values = dict(row._mapping)
    return ChangeHead(**{**values, "occasion": Occasion(values["occasion"])})


def change_head(snapshot: Snapshot, change_id: int) -> ChangeHead:
    """The change `change_id`. Raises NotFound."""
    row = snapshot.one(_heads().where(configuration_change.c.id == change_id))
    if row is None:
        raise NotFound("configuration.no_change", id=change_id)
    return _head(row)


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; what is None is not asked."""

    since: datetime | None = None
    actor_id: int | None = None
    occasion: str | None = None
    kind: str | None = None
    name: str | None = None
    """The object or option set that a change touched; records count for the object that they name, too."""
    before_id: int | None = None


def changes(snapshot: Snapshot, wanted: Wanted, limit: int) -> list[ChangeHead]:
    """The latest changes that meet `wanted`, the newest first."""
    table, part = configuration_change, configuration_part
    statement = _heads().order_by(table.c.id.desc()).limit(limit)
    if wanted.since is not None:
        statement = statement.where(table.c.at >= wanted.since)
    if wanted.actor_id is not None:
        statement = statement.where(table.c.actor_id == wanted.actor_id)
    if wanted.occasion is not None:
        statement = statement.where(table.c.occasion == wanted.occasion)
    if wanted.before_id is not None:
        statement = statement.where(table.c.id < wanted.before_id)
    touched = sa.select(part.c.change_id).where(part.c.change_id == table.c.id)
    if wanted.kind is not None:
        statement = statement.where(touched.where(part.c.kind == wanted.kind).exists())
    if wanted.name is not None:
        of = [part.c.name == wanted.name]
        of += [side["object_name"].astext == wanted.name for side in (part.c.before, part.c.after)]
        statement = statement.where(touched.where(sa.or_(*of)).exists())
    return [_head(row) for row in snapshot.rows(statement)]


def parts_of(snapshot: Snapshot, change_id: int) -> list[Part]:
    """What one change did, thing by thing, in a stable order."""
    table = configuration_part
    statement = sa.select(table).where(table.c.change_id == change_id).order_by(table.c.kind, table.c.name, table.c.key)
    return [_part(row) for row in snapshot.rows(statement)]


def parts_of_all(snapshot: Snapshot, ids: Iterable[int]) -> dict[int, list[Part]]:
    """The same for several changes, without the texts' bodies beyond what names them."""
    table = configuration_part
    found: dict[int, list[Part]] = {}
    statement = (
        sa.select(table)
        .where(table.c.change_id.in_(list(ids)))
        .order_by(table.c.change_id, table.c.kind, table.c.name, table.c.key)
    )
    for row in snapshot.rows(statement):
        found.setdefault(row.change_id, []).append(_part(row))
    return found


def later_changes(snapshot: Snapshot, change_id: int, things: Iterable[Thing]) -> dict[Thing, int]:
    """The latest change behind `change_id` that touched each of `things`; those that none touched are left out."""
    table = configuration_part
    wanted = list(things)
    found: dict[Thing, int] = {}
    if not wanted:
        return found
    names = {thing.name for thing in wanted}
    statement = (
        sa.select(table.c.kind, table.c.name, table.c.key, sa.func.max(table.c.change_id).label("latest"))
        .where(table.c.change_id > change_id, table.c.name.in_(names))
        .group_by(table.c.kind, table.c.name, table.c.key)
    )
    for row in snapshot.rows(statement):
        thing = Thing(row.kind, row.name, _unpacked_key(row.key))
        if thing in wanted:
            found[thing] = row.latest
    return found


def _part(row: sa.Row[Any]) -> Part:
    return Part(Thing(row.kind, row.name, _unpacked_key(row.key)), row.before, row.after)
