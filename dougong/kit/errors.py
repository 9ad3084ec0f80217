"""Errors are codes with data; the sentences (zh, en) come from `kit.text` by the code.

A class names its HTTP status, because what a person may be told is part of the refusal. The default 500 is a bug.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Problem:
    """One reason why one record of a batch is refused.

    `code` keys the sentence, `field` is the API name of the field at fault (None: the record as a whole), `row` the
    position in the batch, `params` what the sentence interpolates. Stages return these; they never raise them.
    """

    code: str
    field: str | None = None
    row: int = 0
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class DougongError(Exception):
    """Root of every expected refusal. Subclasses set `status`; `code` keys the sentence."""

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(self, code: str | None = None, *, field: str | None = None, **params: Any) -> None:  # noqa: ANN401  # what sentences show
        """`code` keys the sentence, `field` names the field at fault, `params` is what the sentence interpolates."""
        self.code = code or self.default_code
        self.field = field
        self.params = params
        super().__init__(self.code, params)


class BadRequest(DougongError):
    """The request cannot be understood: unknown name, wrong type, bad syntax."""

    status = 400
    default_code = "request.bad"


class Unauthenticated(DougongError):
    """Nobody is signed in, or the sign-in failed."""

    status = 401
    default_code = "session.required"


class Forbidden(DougongError):
    """The reader may know of it but may not do this. 403 explains; `NotFound` hides."""

    status = 403
    default_code = "access.forbidden"


class NotFound(DougongError):
    """It does not exist, or the reader may not know that it does: the same body for both."""

    status = 404
    default_code = "record.not_found"


class Conflict(DougongError):
    """Somebody else was first: a stale version, a unique value taken, a state that forbids it."""

    status = 409
    default_code = "record.conflict"


class TooLarge(DougongError):
    """An input beyond its bound."""

    status = 413
    default_code = "request.too_large"


class Refused(DougongError):
    """A batch with problems; nothing of it was stored."""

    status = 422
    default_code = "records.refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        """All problems of all rows; the sentence counts them."""
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


class TooMany(DougongError):
    """A rate limit; `retry_after` seconds in params."""

    status = 429
    default_code = "request.too_many"


class Unavailable(DougongError):
    """Something this product needs (database, disk) is not there now."""

    status = 503
    default_code = "service.unavailable"
