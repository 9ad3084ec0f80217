"""Signing in with a login and a password, and changing the password. Source: issue A (HTTP), OWASP authentication."""

import sqlalchemy as sa

from dougong.access.attempts import take_attempt
from dougong.access.passwords import hash_password, password_matches, problems_of_password, store_hash
from dougong.access.second_factor import check_password, use_code
from dougong.access.sessions import Opened, close_sessions, open_session, purge_sessions, user_table
from dougong.kit.errors import Refused, Unauthenticated
from dougong.storage.engine import Database
from dougong.storage.schema import credential
from dougong.storage.sealing import Sealer


def sign_in(
    database: Database, sealer: Sealer, *, login: str, password: str, otp: str | None, ip: str, user_agent: str
) -> Opened:
    """Open a session for the person who knows the password of `login`, and has its second factor where there is one.

    The slow hash is computed outside any transaction. Raises TooMany and Unauthenticated: one sentence for every reason
    about login and password, and only to who knows these session.otp_required (no `otp` came) or session.otp_wrong.
    """
    login = login.strip()
    attempt = take_attempt(database, login, ip)
    with database.snapshot() as snapshot:
        person = snapshot.one(
            sa.select(user_table.c.id, user_table.c.active, credential.c.password_hash, credential.c.totp_since)
            .select_from(sa.outerjoin(user_table, credential, credential.c.user_id == user_table.c.id))
            .where(sa.func.lower(user_table.c.login) == login.lower(), user_table.c.deleted_at.is_(None))
            .order_by((user_table.c.login == login).desc())
            .limit(1)
        )
    matches = password_matches(password, person.password_hash if person is not None and person.active else None)
    if person is None or not matches:
        raise Unauthenticated("session.sign_in_failed")
    if person.totp_since is not None and not otp:
        with database.transaction() as transaction:
            attempt.withdrawn(transaction)
        raise Unauthenticated("session.otp_required")
    with database.transaction() as transaction:
        if person.totp_since is not None:
            use_code(transaction, sealer, person.id, otp or "")
        attempt.succeeded(transaction)
        purge_sessions(transaction)
        return open_session(transaction, person.id, ip=ip, user_agent=user_agent)


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
    attempt = take_attempt(database, login, ip)
    check_password(database, user_id, current, field="current")
    new_hash = hash_password(new)
    with database.transaction() as transaction:
        attempt.succeeded(transaction)
        store_hash(transaction, user_id, new_hash)
        close_sessions(transaction, user_id, but=keep)
