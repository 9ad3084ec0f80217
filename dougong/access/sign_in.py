"""Signing in with a login and a password, and changing the password. Source: issue A (HTTP), OWASP authentication."""

from typing import Any

import sqlalchemy as sa

from dougong.access.attempts import Attempt, take_attempt
from dougong.access.audit import note
from dougong.access.closing import close_sessions, purge_sessions
from dougong.access.passwords import (
    hash_password,
    password_matches,
    problems_of_password,
    store_hash,
    stored_hash,
    was_used,
)
from dougong.access.second_factor import check_password, use_code
from dougong.access.sessions import Opened, open_session, user_table
from dougong.access.sign_in_policy import SignInPolicy, policy_of
from dougong.kit.clock import now
from dougong.kit.errors import Problem, Refused, Unauthenticated
from dougong.storage.audit import Author, Event, Origin
from dougong.storage.engine import Database
from dougong.storage.schema import credential
from dougong.storage.sealing import Sealer

NOBODY = "–"
"""Who tries a login that does not exist. What was typed is not written down: it may be somebody's password."""


def sign_in(
    database: Database,
    sealer: Sealer,
    *,
    login: str,
    password: str,
    otp: str | None,
    new_password: str | None = None,
    ip: str,
    user_agent: str,
    origin: Origin,
) -> Opened:
    """Open a session for the person who knows the password of `login`, and has its second factor where there is one.

    The slow hash is computed outside any transaction. Raises TooMany and Unauthenticated: one sentence for every reason
    about login and password, and only to who knows these session.password_due (somebody else gave the password, or it
    has expired, and no `new_password` came), session.otp_required (no `otp` came) or session.otp_wrong. Raises Refused
    where the new password breaks the policy.
    """
    login = login.strip()
    attempt = take_attempt(database, login, ip)
    with database.snapshot() as snapshot:
        person = snapshot.one(
            sa.select(
                user_table.c.id,
                user_table.c.name,
                user_table.c.active,
                credential.c.password_hash,
                credential.c.totp_since,
                credential.c.changed_at,
                credential.c.must_change,
            )
            .select_from(sa.outerjoin(user_table, credential, credential.c.user_id == user_table.c.id))
            .where(sa.func.lower(user_table.c.login) == login.lower(), user_table.c.deleted_at.is_(None))
            .order_by((user_table.c.login == login).desc())
            .limit(1)
        )
        policy = policy_of(snapshot)
    matches = password_matches(password, person.password_hash if person is not None and person.active else None)
    if person is None or not matches:
        _note_failure(database, attempt, person, _why(person), origin)
        raise Unauthenticated("session.sign_in_failed")
    due = person.must_change or policy.expired(person.changed_at, now())
    wanted = _what_is_missing(database, person, due, login, otp, new_password, policy)
    if wanted is not None:
        with database.transaction() as transaction:
            attempt.withdrawn(transaction)
        raise wanted
    new_hash = hash_password(new_password) if due and new_password else None
    by = Author(person.id, person.name, "ui", origin)
    try:
        with database.transaction() as transaction:
            if person.totp_since is not None and use_code(transaction, sealer, person.id, otp or ""):
                note(transaction, Event.RECOVERY_CODE_USED, by, about=person.id)
            attempt.succeeded(transaction)
            purge_sessions(transaction)
            if new_hash is not None:
                store_hash(transaction, person.id, new_hash)
                close_sessions(transaction, person.id)
                note(transaction, Event.PASSWORD_CHANGED, by, about=person.id)
            code = "" if person.totp_since is None else "audit.with_factor"
            note(transaction, Event.SIGNED_IN, by, about=person.id, code=code)
            return open_session(transaction, person.id, ip=ip, user_agent=user_agent)
    except Unauthenticated:
        _note_failure(database, attempt, person, "audit.otp_wrong", origin)
        raise


def _what_is_missing(
    database: Database,
    person: sa.Row[Any],
    due: bool,
    login: str,
    otp: str | None,
    new_password: str | None,
    policy: SignInPolicy,
) -> Unauthenticated | Refused | None:
    """What the one who knows the password has to give besides. The code comes last: it is good for a minute only."""
    if due and new_password is None:
        reason = "given" if person.must_change else "expired"
        return Unauthenticated("session.password_due", reason=reason, minimum=policy.length_min)
    if due and new_password is not None:
        problems = problems_of_new(
            database, person.id, login, new_password, policy, field="new_password", must_differ=True
        )
        if problems:
            return Refused(problems)
    if person.totp_since is not None and not otp:
        return Unauthenticated("session.otp_required")
    return None


def problems_of_new(
    database: Database,
    user_id: int,
    login: str,
    password: str,
    policy: SignInPolicy,
    *,
    field: str,
    must_differ: bool = False,
) -> list[Problem]:
    """Why somebody may not choose this password for themself: the policy, or that they have or had it."""
    problems = problems_of_password(password, login, policy=policy, field=field)
    if problems:
        return problems
    with database.snapshot() as snapshot:
        stored, again = stored_hash(snapshot, user_id), was_used(snapshot, user_id, password, policy)
    if again or (must_differ and password_matches(password, stored)):
        return [Problem("session.password_used", field, params={"count": max(1, policy.history_count)})]
    return []


def _why(person: sa.Row[Any] | None) -> str:
    if person is None:
        return "audit.unknown_login"
    return "audit.password_wrong" if person.active else "audit.inactive"


def _note_failure(database: Database, attempt: Attempt, person: sa.Row[Any] | None, why: str, origin: Origin) -> None:
    about = None if person is None else person.id
    by = Author(about, NOBODY if person is None else person.name, "ui", origin)
    with database.transaction() as transaction:
        note(transaction, Event.SIGN_IN_FAILED, by, about=about, code=why)
        if attempt.locks(transaction):
            policy = policy_of(transaction)
            lock = {"count": policy.attempts_max, "minutes": policy.locked_minutes}
            note(transaction, Event.LOCKED_OUT, by, about=about, code="audit.locked", **lock)


def change_password(
    database: Database, user_id: int, login: str, *, current: str, new: str, keep: str | None, by: Author
) -> None:
    """Replace a password by its owner, who must know the current one; ends the other sessions, `keep` stays.

    Raises Refused (field `new`) when the new one breaks the policy, Forbidden when `current` is wrong, and TooMany:
    guessing here is counted as guessing at the sign-in.
    """
    with database.snapshot() as snapshot:
        policy = policy_of(snapshot)
    problems = problems_of_password(new, login, policy=policy, field="new")
    if problems:
        raise Refused(problems)
    attempt = take_attempt(database, login, by.origin.ip or "")
    check_password(database, user_id, current, field="current")
    problems = problems_of_new(database, user_id, login, new, policy, field="new")
    if problems:
        raise Refused(problems)
    new_hash = hash_password(new)
    with database.transaction() as transaction:
        attempt.succeeded(transaction)
        store_hash(transaction, user_id, new_hash)
        close_sessions(transaction, user_id, but=keep)
        note(transaction, Event.PASSWORD_CHANGED, by, about=user_id)
