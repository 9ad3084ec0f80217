"""Access tokens: small numbers on a row that meet the numbers that a reader holds (architecture.md, idea 5).

Ids are unique over all objects, so a subject's tokens follow from its id: the even one lets read, the odd one lets
read and edit. A row carries its owner's edit token and its department node's token; a reader holds both tokens of
themself, and of each node that their role's scope reaches, the node's.
"""

from collections.abc import Mapping
from typing import Any

from dougong.metadata.model import Object

EVERYBODY = 0
"""The subject that every principal is."""


def read_token(subject_id: int) -> int:
    """The token by which `subject_id` (a user, department or group) may read a row."""
    return 2 * subject_id


def edit_token(subject_id: int) -> int:
    """The token by which `subject_id` may read and edit a row."""
    return 2 * subject_id + 1


def row_tokens(obj: Object, row: Mapping[str, Any]) -> list[int]:
    """The `access` array of a row from its owner, its department and, where the object says so, its public flag.

    `row` maps field names to Python values; objects without owners have no tokens (their sharing decides alone).
    """
    if not obj.owned:
        return []
    tokens = []
    if row.get("owner_id") is not None:
        tokens.append(edit_token(row["owner_id"]))
    if row.get("department_id") is not None:
        tokens.append(read_token(row["department_id"]))
    if obj.public_field is not None and row.get(obj.public_field):
        tokens.append(read_token(EVERYBODY))
    return tokens
