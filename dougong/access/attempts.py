"""The limits on guessing what proves a person: passwords and codes, at the sign-in and afterwards.

Each attempt is a row of `login_attempt`; the rows alone decide whether a login is locked, known or not, so that the
lock tells nobody which logins exist. Who checks something takes an attempt first, committed as a failure *before*
anything is looked at and under a lock on the login, and turns it into a success afterwards: many guesses at once
cannot slip past the limit. Source: issue A (HTTP), OWASP authentication.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.kit.clock import now
from dougong.kit.errors import TooMany
from dougong.storage.engine import Database
from dougong.storage.schema import login_attempt
from dougong.storage.unit_of_work import Transaction

FAILURES_MAX = 5
FAILURES_WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
"""`FAILURES_MAX` failures of a login within `FAILURES_WINDOW` lock it for so long, whether or not it exists."""
ADDRESS_FAILURES_MAX = 50
"""Failures from one network address within `FAILURES_WINDOW`, whatever the logins; offices share an address."""
ATTEMPTS_KEPT = timedelta(days=1)
LOGIN_KEY_MAX = 100


@dataclass(frozen=True)
class Attempt:
    """One attempt, counted as a failure until `succeeded`."""

    login: str
    ip: str
    at: datetime

    def succeeded(self, transaction: Transaction) -> None:
        """Turn it into a success, which ends the count of failures; drop what is too old to count."""
        transaction.execute(sa.update(login_attempt).values(ok=True).where(self._row))
        transaction.execute(sa.delete(login_attempt).where(login_attempt.c.at < now() - ATTEMPTS_KEPT))

    def withdrawn(self, transaction: Transaction) -> None:
        """Forget it: nothing was guessed. The failures before it go on counting, which a success would end."""
        transaction.execute(sa.delete(login_attempt).where(self._row))

    @property
    def _row(self) -> sa.ColumnElement[bool]:
        return (login_attempt.c.login == self.login) & (login_attempt.c.ip == self.ip) & (login_attempt.c.at == self.at)


def take_attempt(database: Database, login: str, ip: str) -> Attempt:
    """Count one attempt. Raises TooMany when this login or this address has failed too often."""
    with database.transaction() as transaction:
        return _reserve(transaction, _key(login), ip)


def _key(login: str) -> str:
    """The form of a login under which attempts are counted; bounded, because strangers choose it."""
    return login.strip().lower()[:LOGIN_KEY_MAX]


def _reserve(transaction: Transaction, key: str, ip: str) -> Attempt:
    transaction.scalar(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    moment = now()
    recent = transaction.rows(
        sa.select(login_attempt.c.at, login_attempt.c.ok)
        .where(login_attempt.c.login == key, login_attempt.c.at > moment - FAILURES_WINDOW - LOCKED_FOR)
        .order_by(login_attempt.c.at.desc())
        .limit(FAILURES_MAX)
    )
    until = locked_until([(row.at, row.ok) for row in recent])
    if until is not None and until > moment:
        raise TooMany("session.locked", retry_after=seconds(until - moment), minutes=minutes(until - moment))
    failures = transaction.scalar(
        sa.select(sa.func.count())
        .select_from(login_attempt)
        .where(login_attempt.c.ip == ip, ~login_attempt.c.ok, login_attempt.c.at > moment - FAILURES_WINDOW)
    )
    if failures >= ADDRESS_FAILURES_MAX:
        raise TooMany("session.address_limited", retry_after=seconds(FAILURES_WINDOW), minutes=minutes(FAILURES_WINDOW))
    transaction.execute(sa.insert(login_attempt).values(login=key, ip=ip, at=moment, ok=False))
    return Attempt(key, ip, moment)


def locked_until(recent: Sequence[tuple[datetime, bool]]) -> datetime | None:
    """Until when a login is locked, from its latest attempts (newest first, each with its success); None: it is not."""
    latest = recent[:FAILURES_MAX]
    if len(latest) < FAILURES_MAX or any(ok for _, ok in latest):
        return None
    if latest[0][0] - latest[-1][0] > FAILURES_WINDOW:
        return None
    return latest[0][0] + LOCKED_FOR


def unlock(transaction: Transaction, login: str) -> None:
    """Forget the failed attempts of `login`."""
    transaction.execute(sa.delete(login_attempt).where(login_attempt.c.login == _key(login)))


def seconds(span: timedelta) -> int:
    """Whole seconds of `span`, rounded up."""
    return max(1, -int(-span.total_seconds() // 1))


def minutes(span: timedelta) -> int:
    """Whole minutes of `span`, rounded up, for sentences."""
    return max(1, -int(-span.total_seconds() // 60))
