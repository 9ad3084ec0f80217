"""A person with what they need to work: their record, a role for the reach and a profile for the rights."""

from collections.abc import Mapping
from typing import Any

from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit.errors import BadRequest
from dougong.records.api import Query, Reading, Writing, columns_of, create, page


def add_person(w: Writing, values: Mapping[str, Any], *, role: str, profile: str) -> int:
    """Create the user `values` with a role and a profile, both named by their keys. Returns the user's id.

    The writer must be an administrator or the product itself. Raises Refused, Forbidden, BadRequest
    ("people.unknown_key").
    """
    role_id, profile_id = record_by_key(w, "role", role), record_by_key(w, "profile", profile)
    (user_id,) = create(w, "user", [values]).ids
    assert user_id is not None  # without skip_problems a refused row raises
    create(w, "user_role", [{"user_id": user_id, "role_id": role_id}])
    create(w, "user_profile", [{"user_id": user_id, "profile_id": profile_id}])
    return user_id


def record_by_key(r: Reading, object_name: str, key: str) -> int:
    """The id of the configuration record with this key. Raises BadRequest("people.unknown_key")."""
    where = Compare(Path(("key",)), Operator.EQ, (key,))
    found = page(r, Query(object_name, columns_of(("id",)), where, limit=1)).rows
    if not found:
        raise BadRequest("people.unknown_key", object=object_name, key=key)
    return int(found[0][0])


def find_person(r: Reading, login: str) -> int | None:
    """The id of the user with this login; None when there is none."""
    where = Compare(Path(("login",)), Operator.EQ, (login,))
    found = page(r, Query("user", columns_of(("id",)), where, limit=1)).rows
    return int(found[0][0]) if found else None
