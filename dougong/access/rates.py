"""How often somebody may do what is open to strangers: counted in the database, for all servers together.

Who does something takes their turn first, in a transaction of its own and under a lock on the scope, so that a crowd
at the same moment cannot slip past the limit, and what is refused afterwards has counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import TooMany
from dougong.storage.engine import Database
from dougong.storage.schema import rate

SCOPE_MAX = 200


@dataclass(frozen=True)
class Limit:
    """At most `uses` of a scope within `window`."""

    scope: str
    uses: int
    window: timedelta


def take_turn(database: Database, limits: Sequence[Limit]) -> None:
    """Count one use of each scope. Raises TooMany when one of them is used up, and then counts none."""
    with database.transaction() as transaction:
        for limit in sorted(limits, key=lambda one: one.scope):
            scope, moment = limit.scope[:SCOPE_MAX], now()
            transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"rate {scope}", 0))))
            transaction.execute(sa.delete(rate).where(rate.c.scope == scope, rate.c.at <= moment - limit.window))
            of_scope = sa.select(rate.c.at).where(rate.c.scope == scope).order_by(rate.c.at.desc()).limit(limit.uses)
            used = [row.at for row in transaction.rows(of_scope)]
            if len(used) >= limit.uses:
                wait = max(1, -int(-(used[-1] + limit.window - moment).total_seconds() // 1))
                raise TooMany("request.too_many", retry_after=wait)
            transaction.execute(sa.insert(rate).values(scope=scope, at=moment))
