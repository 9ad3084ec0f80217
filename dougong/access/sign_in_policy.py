"""The rules of signing in that the company sets: the one record of the object `sign_in_policy`.

Read straight from its table, because whoever signs in has no registry and no rights yet; a blank, or a database that
has no such record, means what stands here. Source: issue B (sign-in), OWASP authentication and session management.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import sqlalchemy as sa

from dougong.storage.schema import session
from dougong.storage.unit_of_work import Snapshot, Transaction


@dataclass(frozen=True)
class SignInPolicy:
    """What a password must be, how long it lasts, and how long a session does. The names are those of the fields."""

    length_min: int = 10
    classes_min: int = 1
    """Of lower case, upper case, digits and other characters (Chinese ones among them) so many must be there."""
    history_count: int = 0
    """A new password is none of the last so many; 0: it may be any."""
    expires_days: int = 0
    """0: it does not expire."""
    must_change: bool = True
    """Who was given a password by an administrator chooses another at the next sign-in."""
    attempts_max: int = 5
    locked_minutes: int = 15
    idle_hours: int = 12
    session_days: int = 14

    @property
    def locked_for(self) -> timedelta:
        """For how long `attempts_max` failures lock a login."""
        return timedelta(minutes=self.locked_minutes)

    @property
    def idle(self) -> timedelta:
        """A session that was not used for so long is over."""
        return timedelta(hours=self.idle_hours)

    @property
    def session_length(self) -> timedelta:
        """A session that is so old is over, used or not."""
        return timedelta(days=self.session_days)

    def expired(self, changed_at: datetime | None, moment: datetime) -> bool:
        """Whether a password of `changed_at` has had its time."""
        return bool(self.expires_days and changed_at and changed_at + timedelta(days=self.expires_days) <= moment)


STANDARD = SignInPolicy()

_NAMES = tuple(f.name for f in fields(SignInPolicy))
_table = sa.table("sign_in_policy", sa.column("id"), sa.column("deleted_at"), *map(sa.column, _NAMES), schema="data")
_statement = (
    sa.select(*(_table.c[name] for name in _NAMES)).where(_table.c.deleted_at.is_(None)).order_by(_table.c.id).limit(1)
)


def policy_of(snapshot: Snapshot) -> SignInPolicy:
    """The rules in force now."""
    found = snapshot.one(_statement)
    given = {} if found is None else {name: value for name, value in found._mapping.items() if value is not None}
    return SignInPolicy(**given)


def apply_to_sessions(transaction: Transaction) -> None:
    """Let the rules in force hold for the sessions that are open: none of them gets longer by it."""
    policy = policy_of(transaction)
    transaction.execute(
        sa.update(session).values(
            idle_seconds=int(policy.idle.total_seconds()),
            expires_at=sa.func.least(session.c.expires_at, session.c.created_at + policy.session_length),
        )
    )
