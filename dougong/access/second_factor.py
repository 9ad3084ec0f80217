"""The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for who has lost it.

The secret is sealed at rest, recovery codes are hashed: they open the account even where the key of the seal is lost.
A code works once: of two requests with the same one, the database lets one through. Source: issue B (sign-in),
RFC 6238 section 5.2, OWASP multifactor authentication.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp
import sqlalchemy as sa

from dougong.access.attempts import take_attempt
from dougong.access.audit import note
from dougong.access.closing import close_sessions
from dougong.access.passwords import password_matches, stored_hash
from dougong.access.sessions import digest
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, Forbidden, Unauthenticated
from dougong.storage.audit import Author, Event
from dougong.storage.engine import Database
from dougong.storage.schema import credential, recovery_code
from dougong.storage.sealing import Sealer
from dougong.storage.unit_of_work import Snapshot, Transaction

ISSUER = "Dougong"
"""Under which name an authenticator lists the account."""
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""So many steps before and after the present one are accepted: clocks differ, and people type slowly."""
RECOVERY_CODES = 10
RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RECOVERY_GROUPS, RECOVERY_GROUP = 4, 4
"""16 characters of 32: 80 random bits, so that a fast hash is enough."""


@dataclass(frozen=True)
class SecondFactor:
    """How it stands with a user's second factor."""

    since: datetime | None
    """Null: it is off."""
    recovery_codes: int
    """How many are left."""


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator must be told; shown to the owner, not kept in this form."""

    secret: str
    uri: str


def second_factor_of(snapshot: Snapshot, user_id: int) -> SecondFactor:
    """How it stands with the second factor of `user_id`."""
    since = snapshot.scalar(sa.select(credential.c.totp_since).where(credential.c.user_id == user_id))
    left = snapshot.scalar(
        sa.select(sa.func.count()).select_from(recovery_code).where(recovery_code.c.user_id == user_id)
    )
    return SecondFactor(since, left)


def begin_enrolment(
    database: Database, sealer: Sealer, user_id: int, login: str, *, password: str, ip: str
) -> Enrolment:
    """Give the user a new secret, which holds once `confirm_enrolment` has seen a code of it; ends one begun before.

    Raises Forbidden for a wrong password, TooMany, and Conflict where a second factor is on already.
    """
    attempt = take_attempt(database, login, ip)
    check_password(database, user_id, password)
    secret = pyotp.random_base32()
    with database.transaction() as transaction:
        attempt.succeeded(transaction)
        begun = transaction.execute(
            sa.update(credential)
            .values(totp_secret=sealer.seal(secret), totp_step=None)
            .where(credential.c.user_id == user_id, credential.c.totp_since.is_(None))
        )
        if not begun:
            raise Conflict("session.second_factor_on")
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER))


def confirm_enrolment(
    transaction: Transaction, sealer: Sealer, user_id: int, code: str, *, by: Author
) -> tuple[str, ...]:
    """Switch the second factor on, proved by a code of it; the recovery codes, which are shown this once.

    Raises Conflict when none was begun or one is on already, Forbidden for a wrong code.
    """
    found = transaction.one(
        sa.select(credential.c.totp_secret, credential.c.totp_since)
        .where(credential.c.user_id == user_id)
        .with_for_update()
    )
    if found is None or found.totp_secret is None:
        raise Conflict("session.second_factor_not_begun")
    if found.totp_since is not None:
        raise Conflict("session.second_factor_on")
    step = accepted_step(sealer.unseal(found.totp_secret), code, now(), None)
    if step is None:
        raise Forbidden("session.otp_wrong", field="code")
    transaction.execute(
        sa.update(credential).values(totp_since=now(), totp_step=step).where(credential.c.user_id == user_id)
    )
    codes = tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))
    transaction.execute(sa.delete(recovery_code).where(recovery_code.c.user_id == user_id))
    transaction.execute_many(
        sa.insert(recovery_code), [{"user_id": user_id, "code_hash": _recovery_hash(code)} for code in codes]
    )
    note(transaction, Event.FACTOR_ON, by, about=user_id)
    return codes


def switch_off(
    database: Database, sealer: Sealer, user_id: int, login: str, *, password: str, code: str, by: Author
) -> None:
    """Switch the second factor off by its owner. Raises Forbidden for a wrong password or code, and TooMany."""
    attempt = take_attempt(database, login, by.origin.ip or "")
    check_password(database, user_id, password)
    with database.transaction() as transaction:
        try:
            use_code(transaction, sealer, user_id, code)
        except Unauthenticated as error:
            raise Forbidden(error.code, field="code") from error
        attempt.succeeded(transaction)
        remove(transaction, user_id)
        note(transaction, Event.FACTOR_OFF, by, about=user_id)


def reset(transaction: Transaction, user_id: int, by: Author) -> None:
    """Switch it off for a person who has lost it, and end their sessions: the device may be in other hands."""
    remove(transaction, user_id)
    close_sessions(transaction, user_id)
    note(transaction, Event.FACTOR_RESET, by, about=user_id)


def remove(transaction: Transaction, user_id: int) -> None:
    """Leave nothing of the user's second factor."""
    transaction.execute(
        sa.update(credential)
        .values(totp_secret=None, totp_since=None, totp_step=None)
        .where(credential.c.user_id == user_id)
    )
    transaction.execute(sa.delete(recovery_code).where(recovery_code.c.user_id == user_id))


def check_password(database: Database, user_id: int, password: str, *, field: str = "password") -> None:
    """Raise Forbidden unless it is the user's. The caller has taken an attempt; the slow hash holds no transaction."""
    with database.snapshot() as snapshot:
        stored = stored_hash(snapshot, user_id)
    if not password_matches(password, stored):
        raise Forbidden("session.password_wrong", field=field)


def use_code(transaction: Transaction, sealer: Sealer, user_id: int, code: str) -> bool:
    """Use up a code of the authenticator, or a recovery code; whether it was the latter.

    Raises Unauthenticated when it is none, or was used.
    """
    spent = transaction.execute(
        sa.delete(recovery_code).where(
            recovery_code.c.user_id == user_id, recovery_code.c.code_hash == _recovery_hash(code)
        )
    )
    if spent:
        return True
    # The row lock makes requests with the same code come one after another; the second sees the step of the first.
    found = transaction.one(
        sa.select(credential.c.totp_secret, credential.c.totp_step)
        .where(credential.c.user_id == user_id, credential.c.totp_since.is_not(None))
        .with_for_update()
    )
    step = None if found is None else accepted_step(sealer.unseal(found.totp_secret), code, now(), found.totp_step)
    if step is None:
        raise Unauthenticated("session.otp_wrong")
    transaction.execute(sa.update(credential).values(totp_step=step).where(credential.c.user_id == user_id))
    return False


def accepted_step(secret: str, code: str, at: datetime, last: int | None) -> int | None:
    """The time step whose code this is, within the drift around `at` and after the step `last`; None: there is none."""
    plain = _plain(code)
    totp, present = pyotp.TOTP(secret, interval=STEP_SECONDS), int(at.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if (last is None or step > last) and secrets.compare_digest(
            totp.at(step * STEP_SECONDS).encode(), plain.encode()
        ):
            return step
    return None


def _new_recovery_code() -> str:
    groups = ("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_GROUP)) for _ in range(RECOVERY_GROUPS))
    return "-".join(groups)


def _recovery_hash(code: str) -> bytes:
    """What is kept of a recovery code."""
    return digest(_plain(code))


def _plain(code: str) -> str:
    """A code without what people and input methods put around and between its characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", code).upper() if c.isalnum())
