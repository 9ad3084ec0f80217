"""What the database's failures mean to a person: one place turns them into errors with a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from dougong.kit.errors import Conflict, DougongError, Unavailable

_MEANINGS: tuple[tuple[type[psycopg.Error], type[DougongError], str], ...] = (
    (psycopg.errors.DiskFull, Unavailable, "storage.disk_full"),
    (psycopg.errors.TooManyConnections, Unavailable, "storage.busy"),
    (psycopg.errors.LockNotAvailable, Unavailable, "storage.locked"),
    (psycopg.errors.QueryCanceled, Unavailable, "storage.timeout"),
    (psycopg.errors.DeadlockDetected, Conflict, "storage.collision"),
    (psycopg.errors.SerializationFailure, Conflict, "storage.collision"),
    (psycopg.errors.InsufficientPrivilege, Unavailable, "storage.not_allowed"),
    (psycopg.errors.ReadOnlySqlTransaction, Unavailable, "storage.read_only"),
    (psycopg.errors.AdminShutdown, Unavailable, "storage.lost"),
    (psycopg.errors.CrashShutdown, Unavailable, "storage.lost"),
    (psycopg.errors.CannotConnectNow, Unavailable, "storage.lost"),
)


def meaning(error: psycopg.Error) -> DougongError | None:
    """The expected refusal that `error` stands for, or None when it is a bug of ours (or the caller's to judge)."""
    for kind, refusal, code in _MEANINGS:
        if isinstance(error, kind):
            return refusal(code)
    # Without an SQLSTATE the server said nothing: the connection was refused or broke.
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return Unavailable("storage.lost")
    return None


def names_what_is_gone(error: Exception) -> bool:
    """Whether a statement named a column or a table that the database has not (any more).

    Who has read the definitions just before they were changed knows it, when they have been changed since.
    """
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(cause, psycopg.errors.UndefinedColumn | psycopg.errors.UndefinedTable)


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the database's failures mean; others, such as a unique value taken, pass unchanged."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        known = meaning(error.orig) if isinstance(error.orig, psycopg.Error) else None
        if known is None:
            raise
        raise known from error
    except sa.exc.TimeoutError as error:
        raise Unavailable("storage.busy") from error
    except psycopg.Error as error:
        known = meaning(error)
        if known is None:
            raise
        raise known from error
