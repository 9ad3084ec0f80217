"""What every function of this room is given: the data, the registry that describes it, and who acts.

`Writing` is a `Reading`, so writing code may read; reading code has no way to write.
"""

from dataclasses import dataclass

from dougong.access.principal import Principal
from dougong.metadata.registry import Registry
from dougong.storage.unit_of_work import Snapshot, Transaction


@dataclass(frozen=True)
class Reading:
    """One reader's view of the data at one moment."""

    snapshot: Snapshot
    registry: Registry
    actor: Principal


@dataclass(frozen=True)
class Writing(Reading):
    """One writer's transaction; `via` says through which surface (ui, api, import, cli, system)."""

    transaction: Transaction
    via: str


def writing(transaction: Transaction, registry: Registry, actor: Principal, via: str) -> Writing:
    """A `Writing` whose reads see its own writes."""
    return Writing(snapshot=transaction, registry=registry, actor=actor, transaction=transaction, via=via)
