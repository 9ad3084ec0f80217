"""Access tokens: numbers on a row that meet the numbers that a reader holds (architecture.md, idea 5).

Ids are unique over all objects, so a subject's tokens follow from its id: eight for each, of which a kind says what
the token lets one do. A row carries what is its own (its owner, its department node) and whom it was granted to; a
reader holds their own tokens, those of the groups they are in, and of each node that their roles reach the node's.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from dougong.metadata.model import Object

EVERYBODY = 0
"""The subject that every principal is."""

KINDS = 8
"""Token numbers for each subject; a power of two, so that SQL finds a token's kind by `& 7`."""


class Kind(IntEnum):
    """What a token on a row says of its subject."""

    READ = 0
    """It may read the row: a team member, a public record."""
    EDIT = 1
    """It may read and edit the row."""
    OWN = 2
    """It owns the row: it may also delete it, hand it over and share it."""
    NODE = 3
    """The row belongs to this department; what a reader may do with it, their roles say."""


GRANTED = frozenset({Kind.READ, Kind.EDIT})
"""The kinds of tokens that were given to somebody, and do not follow from the row's own fields."""


def token(kind: Kind, subject_id: int) -> int:
    """The token of `kind` of a user, department, role or group."""
    return KINDS * subject_id + kind


def below(kind: Kind, department_id: int) -> int:
    """The token of `kind` of everybody in a department and below; negative, so that it is no other's."""
    return KINDS * -department_id + kind


def kind_of(number: int) -> Kind:
    """The kind of a token."""
    return Kind(number % KINDS)


def is_granted(number: int) -> bool:
    """Whether a token was given to somebody in particular: a team member, a department, a group."""
    return kind_of(number) in GRANTED and number // KINDS != EVERYBODY


def row_tokens(obj: Object, row: Mapping[str, Any]) -> list[int]:
    """The tokens of a row that follow from its owner, its department and, where the object says so, its public flag.

    `row` maps field names to Python values; objects without owners have no tokens (their sharing decides alone).
    """
    if not obj.owned:
        return []
    tokens = []
    if row.get("owner_id") is not None:
        tokens.append(token(Kind.OWN, row["owner_id"]))
    if row.get("department_id") is not None:
        tokens.append(token(Kind.NODE, row["department_id"]))
    if obj.public_field is not None and row.get(obj.public_field):
        tokens.append(token(Kind.READ, EVERYBODY))
    return tokens
