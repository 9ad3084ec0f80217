"""Who is at work on something, known to all processes: a lock that the database lets go of when its holder dies.

A state such as "running" in a row outlives the process that wrote it; a lease does not. So whoever has to know whether
anybody is still at work asks for the lease, not for the row.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from dougong.storage.engine import CONNECT_TIMEOUT_SECONDS, Database, libpq_address
from dougong.storage.failures import translated
from dougong.storage.jobs import Interrupted
from dougong.storage.unit_of_work import Transaction

_SEED = 7_230_411
"""Keeps leases apart from the other advisory locks."""
_TAKE = "SELECT pg_try_advisory_lock(hashtextextended(%(name)s, %(seed)s))"
_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended(%(name)s, %(seed)s))"
_RETRY_SECONDS = 0.5


@contextmanager
def lease(database: Database, name: str, stopping: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Hold `name` for the block, on a connection of its own; waits for whoever holds it.

    Raises Interrupted when `stopping` says so while it waits, Unavailable without a database.
    """
    with translated():
        connection = psycopg.connect(
            libpq_address(database.url),
            autocommit=True,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            application_name="dougong-lease",
        )
    with connection:
        while True:
            with translated():
                taken = connection.execute(_TAKE, _params(name)).fetchone()
            if taken is not None and taken[0]:
                break
            if stopping():
                raise Interrupted
            time.sleep(_RETRY_SECONDS)
        yield


def is_leased(tx: Transaction, name: str) -> bool:
    """Whether somebody holds `name`. If nobody does, nobody can take it before the end of the transaction."""
    return not tx.fetch(_FREE, _params(name))[0][0]


def _params(name: str) -> dict[str, object]:
    return {"name": name, "seed": _SEED}
