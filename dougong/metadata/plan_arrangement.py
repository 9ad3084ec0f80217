"""Record types and layouts in a plan: what an upgrade leaves alone, what differs, and what becomes of records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

import sqlalchemy as sa

from dougong.kit.errors import Problem
from dougong.metadata.arrangement import Body, named_layout_to_body, record_type_to_body
from dougong.metadata.model import Label, Object
from dougong.metadata.names import RECORD_TYPE
from dougong.metadata.plan_data import Effects, count_rows
from dougong.storage.unit_of_work import Snapshot


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def label(self) -> Label: ...


N = TypeVar("N", bound=_Named)


@dataclass(frozen=True)
class ArrangementChange:
    """A record type or a layout that is new (no `old`), gone (no `new`) or different."""

    thing: Literal["record_type", "layout"]
    name: str
    label: Label
    old: Body | None
    new: Body | None
    effects: Effects


def merged_arrangement(old: Object, new: Object) -> Object:
    """`new` with the record types, layouts and columns that only `old` has: a company's own outlive an upgrade.

    Its layouts come first, because the first that fits is drawn, and a standard type of its own stays the standard one.
    """
    own_types = _only(old.record_types, new.record_types)
    brought = new.record_types
    if any(one.default for one in own_types):
        brought = tuple(replace(one, default=False) for one in brought)
    return replace(
        new,
        record_types=(*brought, *own_types),
        layouts=(*_only(old.layouts, new.layouts), *new.layouts),
        columns=MappingProxyType({**old.columns, **new.columns}),
    )


def _only(old: Sequence[N], new: Sequence[N]) -> tuple[N, ...]:
    known = {one.name for one in new}
    return tuple(one for one in old if one.name not in known)


def arrangement_changes(old: Object, new: Object, table: sa.Table, snapshot: Snapshot) -> Iterator[ArrangementChange]:
    """The differences between the record types and layouts of two definitions of an object with this table."""
    for name, label, before, after in _pairs(old.record_types, new.record_types, record_type_to_body):
        effects = Effects()
        if after is None:
            effects = _type_gone(old, new, name, table, snapshot)
        elif before is None and not old.record_types and after.get("default"):
            rows = count_rows(snapshot, table)
            effects = Effects(rows, notes=("plan.note.typed",) if rows else ())
        yield ArrangementChange("record_type", name, label, before, after, effects)
    for name, label, before, after in _pairs(old.layouts, new.layouts, named_layout_to_body):
        yield ArrangementChange("layout", name, label, before, after, Effects())


def _pairs(
    old: Sequence[N], new: Sequence[N], body: Callable[[N], Body]
) -> Iterator[tuple[str, Label, Body | None, Body | None]]:
    before: Mapping[str, N] = {one.name: one for one in old}
    after: Mapping[str, N] = {one.name: one for one in new}
    for name in dict.fromkeys([*after, *before]):
        pair = [None if found is None else body(found) for found in (before.get(name), after.get(name))]
        if pair[0] != pair[1]:
            yield name, (after.get(name) or before[name]).label, pair[0], pair[1]


def _type_gone(old: Object, new: Object, name: str, table: sa.Table, snapshot: Snapshot) -> Effects:
    """A type that records have cannot go, unless all types do: then the records lose theirs, which a plan says."""
    held = sa.select(sa.func.count()).select_from(table).where(table.c[RECORD_TYPE] == name)
    touched = int(snapshot.scalar(held))
    if not touched:
        return Effects()
    if new.record_types:
        place = f"objects/{old.name}.record_types.{name}"
        return Effects(
            touched, problems=(Problem("plan.record_type_in_use", params={"place": place, "touched": touched}),)
        )
    return Effects(touched, risky=True, notes=("plan.note.untyped",))
