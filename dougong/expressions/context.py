"""What a condition needs to know about its reader: their day, their zone, who they are."""

from dataclasses import dataclass
from datetime import date, datetime

NOBODY = 0
"""Stands for the reader's id where the product itself reads: no record has it, so "mine" is empty."""


@dataclass(frozen=True)
class EvaluationContext:
    """The reader for whom a condition is decided.

    `today` is the date in `zone` (IANA name); both are given, so that an answer never depends on a hidden clock.
    """

    today: date
    zone: str
    user_id: int | None = None
    now: datetime | None = None
    """The moment, for formulas that ask for it."""

    @property
    def me(self) -> int:
        """The id that `Me` stands for; `NOBODY` where no person reads."""
        return NOBODY if self.user_id is None else self.user_id
