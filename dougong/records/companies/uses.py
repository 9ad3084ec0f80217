"""What providers of company data are asked, day by day, and the secrets by which they know us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.records.work import Writing
from dougong.storage.audit import Entry, Event, Words, append, told
from dougong.storage.schema import registry_secret, registry_use
from dougong.storage.sealing import Sealer
from dougong.storage.unit_of_work import Snapshot, Transaction

PROVIDER = "registry_provider"


@dataclass(frozen=True)
class Uses:
    """How often a provider was asked on a day, and how often it failed."""

    calls: int = 0
    failures: int = 0


def uses_on(snapshot: Snapshot, day: date) -> Mapping[int, Uses]:
    """The uses of all providers on a day, by provider."""
    table = registry_use
    rows = snapshot.rows(sa.select(table.c.provider_id, table.c.calls, table.c.failures).where(table.c.day == day))
    return {row.provider_id: Uses(row.calls, row.failures) for row in rows}


def take_one(tx: Transaction, provider_id: int, day: date, quota: int | None) -> bool:
    """Count one question to the provider, before it is put; False when the day's quota is used up.

    One statement, so that any number of people at once stay within the quota.
    """
    table = registry_use
    statement = insert(table).values(provider_id=provider_id, day=day, calls=1)
    within = None if quota is None else table.c.calls < quota
    if quota is not None and quota < 1:
        return False
    statement = statement.on_conflict_do_update(
        index_elements=["provider_id", "day"], set_={"calls": table.c.calls + 1}, where=within
    )
    return tx.scalar(statement.returning(table.c.calls)) is not None


def note_failure(tx: Transaction, provider_id: int, day: date) -> None:
    """The question that was counted was not answered."""
    table = registry_use
    mine = sa.and_(table.c.provider_id == provider_id, table.c.day == day)
    tx.execute(sa.update(table).where(mine).values(failures=table.c.failures + 1))


def keep_secret(w: Writing, sealer: Sealer, provider_id: int, name: str, secret: str) -> None:
    """Keep the secret of the provider `name`, sealed; an empty one takes it away. The audit log tells of it."""
    table = registry_secret
    if secret:
        values = {"sealed": sealer.seal(secret), "changed_at": sa.func.now()}
        statement = insert(table).values(provider_id=provider_id, **values)
        w.transaction.execute(statement.on_conflict_do_update(index_elements=["provider_id"], set_=values))
    else:
        w.transaction.execute(sa.delete(table).where(table.c.provider_id == provider_id))
    label = w.registry.object(PROVIDER).label
    subject = told("audit.record", object=Words(label.zh, label.en), name=name)
    details = told("audit.secret_set" if secret else "audit.secret_removed")
    append(w.transaction, [Entry(Event.UPDATE, w.author, subject, details, PROVIDER, provider_id)])


def secret_of(snapshot: Snapshot, sealer: Sealer, provider_id: int) -> str | None:
    """The provider's secret. Raises Unavailable when it was sealed with another key."""
    table = registry_secret
    sealed = snapshot.scalar(sa.select(table.c.sealed).where(table.c.provider_id == provider_id))
    return None if sealed is None else sealer.unseal(sealed)


def with_secret(snapshot: Snapshot) -> set[int]:
    """The providers that have a secret."""
    return {row.provider_id for row in snapshot.rows(sa.select(registry_secret.c.provider_id))}
