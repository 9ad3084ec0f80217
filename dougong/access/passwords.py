"""Passwords: hashing (Argon2id), the policy that a new one must meet, and where they are kept.

A password lives only as an Argon2 hash in `public.credential`, never in the data table of the user object, so no query,
export or history can carry it. Source: issue A (HTTP), OWASP ASVS 2.1 (length over composition rules).
"""

import secrets
import threading
import unicodedata
from functools import cache

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.dialects import postgresql

from dougong.access.sign_in_policy import STANDARD, SignInPolicy, policy_of
from dougong.kit.clock import now
from dougong.kit.errors import Problem, Refused
from dougong.storage.schema import credential, password_history
from dougong.storage.unit_of_work import Snapshot, Transaction

PASSWORD_LENGTH_MAX = 128
"""Longer than any passphrase; a bound on the work that a stranger can make us do."""
ONE_TIME_LENGTH = 14
HISTORY_KEPT = 24
"""So many of a user's passwords are kept, as hashes; the policy can ask for no more."""
DISTINCT_MIN = 4
"""A password of fewer different characters is a pattern."""
COMMON = frozenset(
    {
        "1234567890", "0123456789", "0987654321", "12345678910", "123456789a", "a123456789", "qwertyuiop", "qwerty1234",
        "1q2w3e4r5t", "password12", "password123", "passw0rd123", "iloveyou123", "administrator", "woaini1314520",
        "5201314520", "1qaz2wsx3edc", "abc1234567", "abcd123456", "asdfghjkl123", "letmein1234", "welcome123",
        "dougong123", "dougong2026",
    }
)  # fmt: skip
"""What people try first, beyond what the other rules refuse already."""

HASHES_AT_ONCE = 4
"""Each hash takes 64 MiB for about 50 ms: strangers at the login form must not take all of the memory."""

_hasher = PasswordHash((Argon2Hasher(),))
_slots = threading.BoundedSemaphore(HASHES_AT_ONCE)


def hash_password(password: str) -> str:
    """The Argon2id hash of `password`, with its salt and parameters."""
    with _slots:
        return _hasher.hash(_normal(password))


def password_matches(password: str, stored: str | None) -> bool:
    """Whether `password` is the one that `stored` was made from.

    Takes the same time when there is nothing stored, so that a stranger cannot learn by the clock which logins exist.
    """
    with _slots:
        matches = _hasher.verify(_normal(password), stored or _nobody())
    return matches and stored is not None


def problems_of_password(
    password: str, login: str, *, policy: SignInPolicy = STANDARD, field: str = "password"
) -> list[Problem]:
    """Why `password` may not become the password of `login`; empty when it may."""
    plain = _normal(password)
    params = {"minimum": policy.length_min, "maximum": PASSWORD_LENGTH_MAX, "kinds": policy.classes_min}
    if len(plain) < policy.length_min:
        return [Problem("session.password_short", field, params=params)]
    if len(plain) > PASSWORD_LENGTH_MAX:
        return [Problem("session.password_long", field, params=params)]
    folded = plain.casefold()
    name = login.casefold().partition("@")[0]
    if len(name) > 2 and name in folded and len(folded) - len(name) < policy.length_min // 2:
        return [Problem("session.password_is_login", field, params=params)]
    if folded in COMMON or len(set(folded)) < DISTINCT_MIN:
        return [Problem("session.password_common", field, params=params)]
    if len({_kind(character) for character in plain}) < policy.classes_min:
        return [Problem("session.password_kinds", field, params=params)]
    return []


def _kind(character: str) -> str:
    """Which kind of character it is, for a policy that wants several."""
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower" if character.islower() else "other"


def was_used(snapshot: Snapshot, user_id: int, password: str, policy: SignInPolicy) -> bool:
    """Whether `password` is one of the user's last that the policy forbids to take again. Slow: a hash for each."""
    if not policy.history_count:
        return False
    last = (
        sa.select(password_history.c.password_hash)
        .where(password_history.c.user_id == user_id)
        .order_by(password_history.c.id.desc())
        .limit(policy.history_count - 1)
    )
    hashes = [stored_hash(snapshot, user_id), *(row.password_hash for row in snapshot.rows(last))]
    return any(found is not None and password_matches(password, found) for found in hashes)


def anybody_has_password(snapshot: Snapshot) -> bool:
    """There is somebody who can sign in with a password; in a new installation there is nobody."""
    return bool(snapshot.scalar(sa.select(sa.exists().where(credential.c.password_hash.is_not(None)))))


def set_password(
    transaction: Transaction,
    user_id: int,
    login: str,
    password: str,
    *,
    field: str = "password",
    must_change: bool = False,
) -> None:
    """Give the user `user_id` (whose login is `login`) this password. Raises Refused when it breaks the policy.

    `must_change`: the user chooses another with the next sign-in.
    """
    problems = problems_of_password(password, login, policy=policy_of(transaction), field=field)
    if problems:
        raise Refused(problems)
    store_hash(transaction, user_id, hash_password(password), must_change=must_change)


def one_time_password(policy: SignInPolicy) -> str:
    """A random password that meets any policy, of characters that nobody confuses when reading it aloud."""
    kinds = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=")
    letters = [secrets.choice(kind) for kind in kinds]
    letters += [
        secrets.choice(kinds[0] + kinds[2]) for _ in range(max(policy.length_min, ONE_TIME_LENGTH) - len(letters))
    ]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def store_hash(transaction: Transaction, user_id: int, password_hash: str, *, must_change: bool = False) -> None:
    """Keep a hash that `hash_password` made (a seeder gives many people the hash of one demonstration password)."""
    had = sa.select(credential.c.user_id, credential.c.password_hash).where(
        credential.c.user_id == user_id, credential.c.password_hash.is_not(None)
    )
    transaction.execute(sa.insert(password_history).from_select(["user_id", "password_hash"], had))
    kept = (
        sa.select(password_history.c.id)
        .where(password_history.c.user_id == user_id)
        .order_by(password_history.c.id.desc())
        .limit(HISTORY_KEPT)
    )
    transaction.execute(
        sa.delete(password_history).where(
            password_history.c.user_id == user_id, password_history.c.id.not_in(kept.scalar_subquery())
        )
    )
    values = {"password_hash": password_hash, "changed_at": now(), "must_change": must_change}
    insert = postgresql.insert(credential).values(user_id=user_id, **values)
    transaction.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))


def stored_hash(snapshot: Snapshot, user_id: int) -> str | None:
    """The hash of the user's password; None when none was set."""
    found = snapshot.scalar(sa.select(credential.c.password_hash).where(credential.c.user_id == user_id))
    return None if found is None else str(found)


def _normal(password: str) -> str:
    """One form for what looks the same: an input method may type full-width or composed characters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows, for logins that do not exist."""
    return _hasher.hash("nobody has this password")
