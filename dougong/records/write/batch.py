"""What travels through the write path: a batch of rows of one object, and what comes out of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from dougong.kit.errors import Problem
from dougong.metadata.model import EMPTY, Object
from dougong.records.read.row_conditions import RowCondition

FieldValue = Any
"""The Python value of a field of some type, as its kind parses it; None is blank."""


class Act(StrEnum):
    """What a batch does with its records; the same words stand in history."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    LOCK = "lock"
    UNLOCK = "unlock"


SUMMARISE = "summarise"
"""What history and events say of a record whose roll-ups have followed its children: it was not written itself."""

CHANGING = frozenset({Act.UPDATE, Act.LOCK, Act.UNLOCK})
"""The acts that give living records other values."""


THERE_ALREADY = "there_already"
"""In the parameters of a problem: what is refused would only say again what another record of its kind says. Where two
records become one, such a part goes with its record."""


@dataclass(frozen=True)
class Generation:
    """What a sharing rule means, or is about to: the records that meet `condition` or (None) that its people own."""

    id: int
    condition: RowCondition | None
    fields: frozenset[str]
    """The fields that decide whether a record is covered."""


@dataclass(frozen=True)
class Change:
    """One record of an update: the values asked for, and the version that the writer has seen (None: any)."""

    id: int
    values: Mapping[str, Any]
    version: int | None = None


@dataclass(slots=True, eq=False)
class Row:
    """One record of a batch. `values` holds what will be stored, by field name, as Python values."""

    number: int
    """Position in the batch that the caller gave; a cascaded record has its parent's."""
    id: int = 0
    given: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """What the writer asked for, untouched."""
    expected: int | None = None
    """The version that the writer has seen."""
    old: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """The stored record by field name; empty for a new one."""
    values: dict[str, FieldValue] = field(default_factory=dict)
    version: int = 0
    """The record's version, after the write once it is stored."""
    granted: tuple[int, ...] = ()
    """The stored row's access tokens that were given to somebody, and do not follow from its fields."""
    held: tuple[int, ...] = ()
    """All access tokens of the stored row."""
    owned: bool = False
    """Whether the writer may also hand the record over: what is shared for editing stays its owner's."""
    access: list[int] | None = None
    """The row's access tokens, where the write decides them anew."""
    deletion_id: int | None = None
    """Restore: the change that deleted the record."""
    missing: bool = False
    """The record does not exist for this writer, so nothing more can be said about the row."""
    refused: bool = False
    """A problem was found; the row is not stored."""

    def after(self, name: str) -> FieldValue:
        """The value of field `name` as it will be after the write."""
        return self.values[name] if name in self.values else self.old.get(name)

    def changes(self, name: str) -> bool:
        """Whether the write gives field `name` another value (a new record: a value at all)."""
        return name in self.values and self.values[name] != self.old.get(name)

    def merged(self) -> dict[str, FieldValue]:
        """The whole record as it will be after the write."""
        return {**self.old, **self.values}


@dataclass(slots=True, eq=False)
class Batch:
    """Records of one object that are written together, by one act, at one moment."""

    act: Act
    object: Object
    rows: list[Row]
    moment: datetime
    skip_problems: bool = False
    """Leave out the rows with problems and store the others, instead of refusing all."""
    derived: bool = False
    """Rows that go with the records of another batch: access was decided when they were found."""
    writable: tuple[str, ...] = ()
    """The given field names that this writer may write, over all rows."""
    cascade: list["Batch"] = field(default_factory=list)
    """Batches that go with this one: what is deleted or restored together with its records."""
    rules: tuple[Generation, ...] = ()
    """The sharing rules whose tokens the rows carry."""
    change_id: int | None = None
    numbered: set[tuple[int, str]] = field(default_factory=set)
    """Rows and fields that the write path has numbered, to be numbered anew when storing begins again."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What a hook that decides leaves for one of the same module that stores, by the module's name."""

    @property
    def known(self) -> list[Row]:
        """The rows about whose record something can be said."""
        return [row for row in self.rows if not row.missing]

    @property
    def live(self) -> list[Row]:
        """The rows without a problem so far."""
        return [row for row in self.rows if not row.refused]

    @property
    def storable(self) -> list[Row]:
        """The live rows that change something; an update to the same values does not."""
        if self.act in CHANGING:
            return [row for row in self.rows if row.values and not row.refused]
        return self.live

    def whole(self) -> Iterable["Batch"]:
        """This batch and, depth first, all that go with it."""
        yield self
        for batch in self.cascade:
            yield from batch.whole()

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Mark the rows that `problems` name, here and in what goes with them."""
        if not problems:
            return
        numbers = {problem.row for problem in problems}
        for batch in self.whole():
            for row in batch.rows:
                if row.number in numbers:
                    row.refused = True


@dataclass(frozen=True)
class Outcome:
    """What a write did. `ids` and `versions` follow the rows that were given, None where a row was left out."""

    ids: tuple[int | None, ...]
    versions: tuple[int | None, ...] = ()
    problems: tuple[Problem, ...] = ()
    change_id: int | None = None
    """The change that history and undo know; None when nothing was changed."""
