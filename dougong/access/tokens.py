"""Access tokens: numbers on a row that meet the numbers that a reader holds (architecture.md, idea 5).

Ids are unique over all objects, so a subject's tokens follow from its id: eight for each, of which a kind says what
the token lets one do. A row carries what is its own (its owner, its department node) and whom it was granted to; a
reader holds their own tokens, those of the groups they are in, of each node that their roles reach the node's, and of
each sharing rule that is for them the rule's.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from dougong.metadata.model import Object
from dougong.metadata.names import DIMENSION_PREFIX

EVERYBODY = 0
"""The subject that every principal is."""

NODE_OBJECT = "dimension_node"
"""The object whose records are the values of dimensions."""

POOL_FIELD, POOL_STATUS, UNCLAIMED = "pool_id", "pool_status", "unclaimed"
"""Of a pooled object: the pool that a row belongs to, and how it is there. Unclaimed means without an owner."""

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
    """The row belongs to this department or value of a dimension; what a reader may do with it, their roles say."""
    RULE = 4
    """The row is one of those that this generation of a sharing rule covers; who may what by it, the rule says."""
    POOL = 5
    """The row lies in this pool and belongs to nobody: its members may take it."""
    POOL_HELD = 6
    """The row belongs to this pool, in whosever hands it is: the pool's administrators see it."""


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


def is_rule(number: int) -> bool:
    """Whether a token says that a sharing rule covers the row."""
    return number % KINDS == Kind.RULE


def dimension_fields(obj: Object) -> list[str]:
    """The fields by which the object's records are at nodes of dimensions, in force or not."""
    return [f.name for f in obj.fields.values() if f.name.startswith(DIMENSION_PREFIX) and f.target == NODE_OBJECT]


def deciding_fields(obj: Object) -> list[str]:
    """The fields of an owned object from which a row's own tokens follow."""
    public = [obj.public_field] if obj.public_field is not None else []
    pool = [POOL_FIELD, POOL_STATUS] if obj.pooled else []
    return ["owner_id", "department_id", *dimension_fields(obj), *public, *pool]


def row_tokens(obj: Object, row: Mapping[str, Any]) -> list[int]:
    """The tokens of a row that follow from its `deciding_fields`: owner, nodes, the public flag, the pool.

    `row` maps field names to Python values; objects without owners have no tokens (their sharing decides alone).
    """
    if not obj.owned:
        return []
    tokens = []
    if row.get("owner_id") is not None:
        tokens.append(token(Kind.OWN, row["owner_id"]))
    nodes = (row.get(name) for name in ("department_id", *dimension_fields(obj)))
    tokens += [token(Kind.NODE, node) for node in nodes if node is not None]
    if obj.public_field is not None and row.get(obj.public_field):
        tokens.append(token(Kind.READ, EVERYBODY))
    if obj.pooled and (pool := row.get(POOL_FIELD)) is not None:
        tokens.append(token(Kind.POOL if row.get(POOL_STATUS) == UNCLAIMED else Kind.POOL_HELD, pool))
    return tokens
