"""What every function of this room is given: the data, the registry that describes it, and who acts.

`Writing` is a `Reading`, so writing code may read; reading code has no way to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from dougong.access.audit import NOWHERE, author_of
from dougong.access.principal import Principal
from dougong.metadata.registry import Registry
from dougong.storage.audit import Author, Origin
from dougong.storage.unit_of_work import Snapshot, Transaction

MERGING = "merge"
"""`via` of a merge, and of taking one back: what hangs on several records is hung on one, all of it together."""


@dataclass(frozen=True)
class Reading:
    """One reader's view of the data at one moment."""

    snapshot: Snapshot
    registry: Registry
    actor: Principal


@dataclass(frozen=True, eq=False)
class Source:
    """The file that batches come from, one after the other."""

    rows: Sequence[int]
    """What the file calls the rows of this batch."""
    tried: dict[str, Any] | None = None
    """In a trial, which takes each batch back: what rules keep of the earlier ones, each under its own name."""


@dataclass(frozen=True)
class Writing(Reading):
    """One writer's transaction; `via` says through which surface (ui, api, import, cli, system)."""

    transaction: Transaction
    via: str
    origin: Origin = NOWHERE
    """From where, as far as the surface knows; the audit log tells it."""
    keeping: frozenset[str] = frozenset()
    """The maintained fields that the module which writes gives values itself (`keeping`)."""
    twins: frozenset[int] | Literal["all"] = frozenset()
    """The records that the writer was shown as possible duplicates of what they write, and goes on all the same."""
    carried: frozenset[tuple[str, str]] = frozenset()
    """Options, by field, that come along with what the records are made of: they may be out of use by now."""
    action: str | None = None
    """The action of the record in whose course this is written (`records.actions`): hooks may let it do what a plain
    write may not, as `reopen` does with the stage of a deal that has ended."""

    source: Source | None = None
    """Where the batch stands in a file, when it comes from one."""

    @property
    def author(self) -> Author:
        """The writer as the audit log names them."""
        return author_of(self.actor, self.via, self.origin)


def writing(
    transaction: Transaction, registry: Registry, actor: Principal, via: str, origin: Origin | None = None
) -> Writing:
    """A `Writing` whose reads see its own writes."""
    return Writing(
        snapshot=transaction,
        registry=registry,
        actor=actor,
        transaction=transaction,
        via=via,
        origin=origin or NOWHERE,
    )


def keeping(w: Writing, *names: str) -> Writing:
    """The same writing for a module that keeps the maintained fields `names` on behalf of the writer.

    Everything else stays the writer's: their rights, their name in history. What people ask for never comes through it.
    """
    return replace(w, keeping=w.keeping | frozenset(names))
