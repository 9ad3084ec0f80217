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

from dougong.access.sign_in_policy import STANDARD, SignInPolicy, policy_of
from dougong.kit.clock import now
from dougong.kit.errors import TooMany
from dougong.storage.engine import Database
from dougong.storage.schema import login_attempt
from dougong.storage.unit_of_work import Snapshot, Transaction

FAILURES_WINDOW = timedelta(minutes=15)
"""As many failures of a login as the policy allows, within this time, lock it, whether or not it exists."""
ADDRESS_FAILURES_MAX = 50
"""Failures from one network address within `FAILURES_WINDOW`, whatever the logins; offices share an address."""
ATTEMPTS_KEPT = timedelta(days=2)
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

    def locks(self, snapshot: Snapshot) -> bool:
        """Whether it was the failure that locks the login."""
        policy = policy_of(snapshot)
        return locked_until(_recent(snapshot, self.login, self.at, policy), policy) is not None

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
    policy = policy_of(transaction)
    until = locked_until(_recent(transaction, key, moment, policy), policy)
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


def _recent(snapshot: Snapshot, key: str, moment: datetime, policy: SignInPolicy) -> list[tuple[datetime, bool]]:
    """The latest attempts of a login up to `moment` that may count for a lock, newest first, each with its success."""
    statement = (
        sa.select(login_attempt.c.at, login_attempt.c.ok)
        .where(
            login_attempt.c.login == key,
            login_attempt.c.at > moment - FAILURES_WINDOW - policy.locked_for,
            login_attempt.c.at <= moment,
        )
        .order_by(login_attempt.c.at.desc())
        .limit(policy.attempts_max)
    )
    return [(row.at, row.ok) for row in snapshot.rows(statement)]


def locked_until(recent: Sequence[tuple[datetime, bool]], policy: SignInPolicy = STANDARD) -> datetime | None:
    """Until when a login is locked, from its latest attempts (newest first, each with its success); None: it is not."""
    latest = recent[: policy.attempts_max]
    if len(latest) < policy.attempts_max or any(ok for _, ok in latest):
        return None
    if latest[0][0] - latest[-1][0] > FAILURES_WINDOW:
        return None
    return latest[0][0] + policy.locked_for


def is_locked(snapshot: Snapshot, login: str) -> bool:
    """Whether `login` has failed too often lately."""
    moment, policy = now(), policy_of(snapshot)
    until = locked_until(_recent(snapshot, _key(login), moment, policy), policy)
    return until is not None and until > moment


def unlock(transaction: Transaction, login: str) -> None:
    """Forget the failed attempts of `login`."""
    transaction.execute(sa.delete(login_attempt).where(login_attempt.c.login == _key(login)))


def seconds(span: timedelta) -> int:
    """Whole seconds of `span`, rounded up."""
    return max(1, -int(-span.total_seconds() // 1))


def minutes(span: timedelta) -> int:
    """Whole minutes of `span`, rounded up, for sentences."""
    return max(1, -int(-span.total_seconds() // 60))
