"""Signing in with a login and a password, and the limits on guessing them.

Each attempt is a row of `login_attempt`; the rows alone decide whether a login is locked, known or not, so that the
lock tells nobody which logins exist. Source: issue A (HTTP), OWASP authentication.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.access.passwords import hash_password, password_matches, problems_of_password, store_hash, stored_hash
from dougong.access.sessions import Opened, close_sessions, open_session, purge_sessions, user_table
from dougong.kit.clock import now
from dougong.kit.errors import Forbidden, Refused, TooMany, Unauthenticated
from dougong.storage.engine import Database
from dougong.storage.schema import credential, login_attempt
from dougong.storage.unit_of_work import Transaction

FAILURES_MAX = 5
FAILURES_WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)
"""`FAILURES_MAX` failures of a login within `FAILURES_WINDOW` lock it for so long, whether or not it exists."""
ADDRESS_FAILURES_MAX = 50
"""Failures from one network address within `FAILURES_WINDOW`, whatever the logins; offices share an address."""
ATTEMPTS_KEPT = timedelta(days=1)
LOGIN_KEY_MAX = 100


def sign_in(database: Database, *, login: str, password: str, otp: str | None, ip: str, user_agent: str) -> Opened:
    """Open a session for the person who knows the password of `login`.

    The attempt is written down as a failure and committed *before* the password is looked at, under a lock on the
    login, and turned into a success afterwards: many guesses at once cannot slip past the limit. The slow hash is
    computed outside any transaction. Raises Unauthenticated (one sentence for every reason) and TooMany.
    """
    login = login.strip()
    with database.transaction() as transaction:
        at = _reserve_attempt(transaction, login, ip)
    with database.snapshot() as snapshot:
        person = snapshot.one(
            sa.select(user_table.c.id, user_table.c.active, credential.c.password_hash, credential.c.totp_secret)
            .select_from(sa.outerjoin(user_table, credential, credential.c.user_id == user_table.c.id))
            .where(sa.func.lower(user_table.c.login) == login.lower(), user_table.c.deleted_at.is_(None))
            .order_by((user_table.c.login == login).desc())
            .limit(1)
        )
    matches = password_matches(password, person.password_hash if person is not None and person.active else None)
    if person is None or not matches:
        raise Unauthenticated("session.sign_in_failed")
    if person.totp_secret is not None:
        # Fail closed: a second factor that this version cannot check is never skipped.
        raise Unauthenticated("session.otp_unsupported" if otp else "session.otp_required")
    with database.transaction() as transaction:
        _succeeded(transaction, login, ip, at)
        purge_sessions(transaction)
        transaction.execute(sa.delete(login_attempt).where(login_attempt.c.at < now() - ATTEMPTS_KEPT))
        return open_session(transaction, person.id, ip=ip, user_agent=user_agent)


def _key(login: str) -> str:
    """The form of a login under which attempts are counted; bounded, because strangers choose it."""
    return login.lower()[:LOGIN_KEY_MAX]


def _reserve_attempt(transaction: Transaction, login: str, ip: str) -> datetime:
    """Count one attempt. Raises TooMany when this login or this address has failed too often."""
    key = _key(login)
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
    return moment


def _succeeded(transaction: Transaction, login: str, ip: str, at: datetime) -> None:
    """Turn the attempt counted at `at` into a success."""
    attempt = (login_attempt.c.login == _key(login)) & (login_attempt.c.ip == ip) & (login_attempt.c.at == at)
    transaction.execute(sa.update(login_attempt).values(ok=True).where(attempt))


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
    transaction.execute(sa.delete(login_attempt).where(login_attempt.c.login == _key(login.strip())))


def seconds(span: timedelta) -> int:
    """Whole seconds of `span`, rounded up."""
    return max(1, -int(-span.total_seconds() // 1))


def minutes(span: timedelta) -> int:
    """Whole minutes of `span`, rounded up, for sentences."""
    return max(1, -int(-span.total_seconds() // 60))


def change_password(
    database: Database, user_id: int, login: str, *, current: str, new: str, keep: str | None, ip: str
) -> None:
    """Replace a password by its owner, who must know the current one; ends the other sessions, `keep` stays.

    Raises Refused (field `new`) when the new one breaks the policy, Forbidden when `current` is wrong, and TooMany:
    guessing here is counted as guessing at the sign-in.
    """
    problems = problems_of_password(new, login, field="new")
    if problems:
        raise Refused(problems)
    with database.transaction() as transaction:
        at = _reserve_attempt(transaction, login, ip)
    with database.snapshot() as snapshot:
        matches = password_matches(current, stored_hash(snapshot, user_id))
    if not matches:
        raise Forbidden("session.password_wrong", field="current")
    new_hash = hash_password(new)
    with database.transaction() as transaction:
        _succeeded(transaction, login, ip, at)
        store_hash(transaction, user_id, new_hash)
        close_sessions(transaction, user_id, but=keep)
